package postgres

import (
	"context"
	"maps"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"watcher/internal/notify"
	"watcher/internal/store"
)

// tallyParts is over how many rows what one rule brings is spread, so that transactions
// in which it matched seldom wait for each other.
const tallyParts = 16

func tallyPart() int16 { return int16(rand.IntN(tallyParts)) }

// CountIn says in which zone the days of tallies begin; UTC until then. What was counted
// before stays on its days.
func (s *Store) CountIn(zone *time.Location) { s.zone.Store(zone) }

// dayOf is the number of the day of a time, counted from 1970.
func (s *Store) dayOf(t time.Time) int {
	zone := s.zone.Load()
	if zone == nil {
		zone = time.UTC
	}
	year, month, day := t.In(zone).Date()
	return int(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix() / (24 * 60 * 60))
}

const (
	countFeeds = `
insert into feed_day as d (feed, day, items, last)
select * from unnest($1::bigint[], $2::int[], $3::bigint[], $4::timestamptz[])
on conflict (feed, day) do update set items = d.items + excluded.items, last = excluded.last`

	oldFeedDays = `
delete from feed_day d
using unnest($1::bigint[], $2::int[]) as n(feed, day)
where d.feed = n.feed and d.day <= n.day - $3::int`

	countRules = `
insert into rule_day as d (rule, day, part, items, alerts, alone, last)
select rule, $2, $3, items, alerts, alone, case when items > 0 then $4::timestamptz else 'epoch' end
from unnest($1::text[], $5::bigint[], $6::bigint[], $7::bigint[]) as n(rule, items, alerts, alone)
on conflict (rule, day, part) do update set items = d.items + excluded.items, alerts = d.alerts + excluded.alerts,
	alone = d.alone + excluded.alone, last = greatest(d.last, excluded.last)`

	matchRules = `
insert into rule_matched as m (rule, part, at)
select rule, $2, $3 from unnest($1::text[]) as n(rule)
on conflict (rule, part) do update set at = excluded.at`
)

// countBrought counts what polls brought for the days of rules and feeds, in their
// transaction. polls are those that this very transaction stores, never one that was
// stored before.
func (s *Store) countBrought(ctx context.Context, tx pgx.Tx, polls []brought) error {
	items := make(map[int64]int)
	days := make(map[int64]time.Time)
	caught := make(map[string]store.DayCount)
	for _, p := range polls {
		if p.items > 0 {
			items[p.feed] += p.items
			days[p.feed] = p.at
		}
		countCaught(caught, p.alerts)
	}
	if len(items) > 0 {
		if err := s.countFeedDays(ctx, tx, items, days); err != nil {
			return err
		}
	}
	if len(caught) == 0 {
		return nil
	}
	return s.countRuleDays(ctx, tx, caught)
}

func (s *Store) countFeedDays(ctx context.Context, tx pgx.Tx, items map[int64]int, at map[int64]time.Time) error {
	feeds := slices.Sorted(maps.Keys(items))
	days, n, last := make([]int32, len(feeds)), make([]int64, len(feeds)), make([]time.Time, len(feeds))
	for i, f := range feeds {
		days[i], n[i], last[i] = int32(s.dayOf(at[f])), int64(items[f]), at[f].Truncate(time.Second)
	}
	var b pgx.Batch
	b.Queue(countFeeds, feeds, days, n, last)
	b.Queue(oldFeedDays, feeds, days, store.CountedDays)
	return tx.SendBatch(ctx, &b).Close()
}

// countRuleDays adds to what rules brought today.
func (s *Store) countRuleDays(ctx context.Context, tx pgx.Tx, caught map[string]store.DayCount) error {
	rules, now := slices.Sorted(maps.Keys(caught)), s.now()
	items, alerts, alone := make([]int64, len(rules)), make([]int64, len(rules)), make([]int64, len(rules))
	for i, r := range rules {
		items[i], alerts[i], alone[i] = int64(caught[r].Items), int64(caught[r].Alerts), int64(caught[r].Alone)
	}
	_, err := tx.Exec(ctx, countRules, rules, s.dayOf(now), tallyPart(), now.Truncate(time.Second), items, alerts, alone)
	return err
}

// countCaught adds the articles that rules matched in the alerts of a poll, and those
// that one rule alone did.
func countCaught(caught map[string]store.DayCount, alerts []notify.Alert) {
	for len(alerts) > 0 {
		n := 1
		for n < len(alerts) && sameArticle(&alerts[0], &alerts[n]) {
			n++
		}
		names := rulesOf(alerts[:n])
		for _, name := range names {
			c := caught[name]
			c.Items++
			if len(names) == 1 {
				c.Alone++
			}
			caught[name] = c
		}
		alerts = alerts[n:]
	}
}

// sameArticle says whether two alerts are of one item, for different targets.
func sameArticle(a, b *notify.Alert) bool {
	return len(a.Keys) > 0 && len(b.Keys) > 0 && a.Keys[0] == b.Keys[0]
}

// rulesOf are the names of the rules of alerts, each once.
func rulesOf(alerts []notify.Alert) (names []string) {
	for i := range alerts {
		for _, hit := range alerts[i].Rules {
			if !slices.Contains(names, hit.Name) {
				names = append(names, hit.Name)
			}
		}
	}
	return names
}

// noteRules notes that rules matched now, in the transaction that stores the alerts of
// it, and counts those that it made: made are the alerts of each rule that were not
// there before.
func (s *Store) noteRules(ctx context.Context, tx pgx.Tx, alerts []notify.Alert, made map[string]int) error {
	rules := rulesOf(alerts)
	if len(rules) == 0 {
		return nil
	}
	slices.Sort(rules)
	if _, err := tx.Exec(ctx, matchRules, rules, tallyPart(), s.now()); err != nil || len(made) == 0 {
		return err
	}
	counts := make(map[string]store.DayCount, len(made))
	for rule, n := range made {
		counts[rule] = store.DayCount{Alerts: n}
	}
	return s.countRuleDays(ctx, tx, counts)
}

const (
	ruleDays = `
select rule, day, sum(items)::bigint, sum(alerts)::bigint, sum(alone)::bigint, max(last)
from rule_day where rule = any($1) group by rule, day`

	feedDays = `
select n.name, d.day, d.items, 0::bigint, 0::bigint, d.last
from feed_name n join feed_day d on d.feed = n.feed
where n.name = any($1)`
)

// RuleTallies returns what rules brought on each of the last days; of one that never
// matched there is none.
func (s *Store) RuleTallies(ctx context.Context, rules []string) (map[string]store.Tally, error) {
	return s.tallies(ctx, ruleDays, rules)
}

// FeedTallies returns what configured feeds brought on each of the last days; Last is
// when something new came up last. Of one that never brought anything new there is none.
func (s *Store) FeedTallies(ctx context.Context, feeds []string) (map[string]store.Tally, error) {
	return s.tallies(ctx, feedDays, feeds)
}

func (s *Store) tallies(ctx context.Context, query string, names []string) (map[string]store.Tally, error) {
	tallies := make(map[string]store.Tally, len(names))
	err := s.db.view(ctx, "read what was counted of each day", func(tx pgx.Tx) error {
		clear(tallies)
		rows, err := tx.Query(ctx, query, names)
		if err != nil {
			return err
		}
		first := s.dayOf(s.now()) - store.CountedDays + 1
		var name string
		var day int
		var items, alerts, alone int64
		var last time.Time
		_, err = pgx.ForEachRow(rows, []any{&name, &day, &items, &alerts, &alone, &last}, func() error {
			t := tallies[name]
			if i := day - first; i >= 0 && i < len(t.Days) {
				t.Days[i] = store.DayCount{Items: int(items), Alerts: int(alerts), Alone: int(alone)}
			}
			if last.Unix() > 0 && last.After(t.Last) {
				t.Last = last.UTC()
			}
			tallies[name] = t
			return nil
		})
		return err
	})
	if err != nil {
		return nil, err
	}
	return tallies, nil
}

// rulesKept is for how many days it is remembered when a rule last matched.
const rulesKept = 400

const pruneRuleDays = `
delete from rule_day d
where d.day <= $1 - $2::int and exists (select 1 from rule_day n where n.rule = d.rule and n.day > d.day) or d.day <= $1 - $3::int`

// pruneDays forgets the days that are not told any more, but for the last of each rule.
// Those of a feed go when a newer one comes.
func (s *Store) pruneDays(ctx context.Context) error {
	return s.db.update(ctx, "forget what rules brought long ago", func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, pruneRuleDays, s.dayOf(s.now()), store.CountedDays, rulesKept)
		return err
	})
}
