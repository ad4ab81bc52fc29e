package postgres

import (
	"context"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"watcher/internal/notify"
	"watcher/internal/store/record"
)

const (
	someLetters = `
select d.target, d.id, a.record
from (select target, id from dead where (target, id) > ($1, $2) order by target, id limit $3) d
left join alert a on a.id = d.id
order by d.target, d.id`

	someLettersOf = `
select d.target, d.id, a.record
from (select target, id from dead where target = $1 and id > $2 order by id limit $3) d
left join alert a on a.id = d.id
order by d.id`
)

// maxShared bounds the dead letters whose messages are read at a time, to count the alerts
// that share them: a message may have hundreds of alerts.
const maxShared = 32

// letter is all that is kept in memory of each dead letter while they are listed.
type letter struct {
	id    string
	since time.Time
}

// letters lists dead letters, the oldest first, a bounded number in each transaction. query
// selects those behind a target and an id.
func (s *Store) letters(ctx context.Context, query, target string) (all []letter, err error) {
	id := ""
	for n := maxTraced; n == maxTraced; {
		var some []letter
		var lastTarget, last string
		err := s.db.view(ctx, "list the dead letters", func(tx pgx.Tx) (err error) {
			some = some[:0]
			lastTarget, last = target, id
			var raw []byte
			n, err = each(ctx, tx, query, []any{target, id, maxTraced}, []any{&lastTarget, &last, &raw}, func() error {
				if raw == nil {
					return nil
				}
				var r record.Alert
				err := unpack("alert", raw, &r, last)
				some = append(some, letter{last, r.Since})
				return err
			})
			return err
		})
		if err != nil {
			return nil, err
		}
		all, target, id = append(all, some...), lastTarget, last
	}
	slices.SortStableFunc(all, func(a, b letter) int { return a.since.Compare(b.since) })
	return all, nil
}

// DeadTraces calls yield with the dead letters of alerts that were held since a time, the
// oldest first, until yield returns false.
func (s *Store) DeadTraces(ctx context.Context, since time.Time, yield func(notify.Trace) bool) error {
	all, err := s.letters(ctx, someLetters, "")
	if err != nil {
		return err
	}
	all = slices.DeleteFunc(all, func(l letter) bool { return l.since.Before(since) })
	for some := range slices.Chunk(all, maxTraced) {
		ids := make([]string, len(some))
		for i, l := range some {
			ids[i] = l.id
		}
		var byID map[string]notify.Trace
		err := s.db.view(ctx, "read the dead letters", func(tx pgx.Tx) (err error) {
			byID, err = tracesIn(ctx, tx, ids)
			return err
		})
		if err != nil {
			return err
		}
		for _, id := range ids {
			if t, ok := byID[id]; ok && !yield(t) {
				return nil
			}
		}
	}
	return nil
}

// Revive is Retry for all dead letters of target, some in each transaction. It returns
// their number. After a crash in between, some of them are tried again and the others are
// dead as before.
func (s *Store) Revive(ctx context.Context, target string) (n int, err error) {
	all, err := s.letters(ctx, someLettersOf, target)
	if err != nil {
		return 0, err
	}
	due := s.now().Add(-time.Duration(len(all)) * time.Microsecond) // of the first
	for len(all) > 0 {
		l, some, err := s.reviveFirst(ctx, target, all, due)
		if err != nil {
			return n, err
		}
		s.tellDead(target, &l)
		n, all, due = n+some, all[some:], l.due
	}
	return n, nil
}

// reviveFirst tries the first n of the dead letters of a target again, from due on.
func (s *Store) reviveFirst(ctx context.Context, target string, all []letter, due time.Time) (l letters, n int, err error) {
	ids := make([]string, min(len(all), maxTraced))
	for i := range ids {
		ids[i] = all[i].id
	}
	if n, err = s.together(ctx, ids); err == nil {
		l, err = s.revive(ctx, target, ids[:n], due)
	}
	return l, n, err
}

// together returns how many of some dead letters, from the first on, are tried again in one
// transaction: as many as change maxTraced alerts, and those with which the last one shares
// its messages.
func (s *Store) together(ctx context.Context, ids []string) (n int, err error) {
	err = s.db.view(ctx, "count the alerts that share messages", func(tx pgx.Tx) error {
		n = 0
		alerts, err := alertsBy(ctx, tx, alertsByID, ids)
		if err != nil {
			return err
		}
		changed := make(map[string]bool)
		for some := range slices.Chunk(ids, maxShared) {
			ds, err := deliveriesBy(ctx, tx, deliveriesByID, messagesOf(alerts, some))
			if err != nil {
				return err
			}
			for i := range some {
				if len(changed) >= maxTraced {
					return nil
				}
				n++
				changed[some[i]] = true
				for _, m := range messagesOf(alerts, some[i:i+1]) {
					if d := ds[m]; d != nil && dead(d) {
						for _, id := range d.Message.AlertIDs {
							changed[id] = true
						}
					}
				}
			}
		}
		return nil
	})
	return n, err
}

// revive tries some of the dead letters of a target again, from due on.
func (s *Store) revive(ctx context.Context, target string, ids []string, due time.Time) (letters, error) {
	l := letters{due: due}
	err := s.db.update(ctx, "try the dead letters of "+target+" again", func(tx pgx.Tx) error {
		try := letters{now: s.now(), due: due}
		err := try.change(ctx, tx, target, ids, s.retryDead)
		if err == nil && len(try.asked) > 0 { // else an earlier try, whose commit may have succeeded, says what changed
			l = try
		}
		return err
	})
	return l, err
}
