package postgres

import (
	"context"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
)

const (
	lastMatches = `select rule, max(at) from rule_matched where rule = any($1) group by rule`
	firstAsked  = `
insert into rule_matched (rule, part, at)
select rule, 0, $2 from unnest($1::text[]) as n(rule)
on conflict (rule, part) do nothing`
)

// Matched returns when each of these rules last matched; for a rule that never did, when it
// was first asked for.
func (s *Store) Matched(ctx context.Context, rules []string) (map[string]time.Time, error) {
	matched, err := s.LastMatched(ctx, rules)
	if err != nil || len(matched) == len(rules) {
		return matched, err
	}
	var fresh []string
	for _, r := range rules {
		if _, ok := matched[r]; !ok {
			fresh = append(fresh, r)
		}
	}
	err = s.db.update(ctx, "note new rules", func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, firstAsked, slices.Compact(slices.Sorted(slices.Values(fresh))), s.now())
		return err
	})
	if err != nil {
		return nil, err
	}
	return s.LastMatched(ctx, rules)
}

// LastMatched is Matched without the rules that never matched, unless they were asked for
// there.
func (s *Store) LastMatched(ctx context.Context, rules []string) (map[string]time.Time, error) {
	matched := make(map[string]time.Time, len(rules))
	err := s.db.view(ctx, "read when rules matched", func(tx pgx.Tx) error {
		clear(matched)
		rows, err := tx.Query(ctx, lastMatches, rules)
		if err != nil {
			return err
		}
		var rule string
		var at time.Time
		_, err = pgx.ForEachRow(rows, []any{&rule, &at}, func() error {
			matched[rule] = at.UTC()
			return nil
		})
		return err
	})
	if err != nil {
		return nil, err
	}
	return matched, nil
}
