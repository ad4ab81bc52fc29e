package bolt

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"watcher/internal/notify"
	"watcher/internal/store/record"
	"watcher/internal/store/sealed"
)

// letter is all that is kept in memory of each dead letter while they are gone through.
type letter struct {
	id    string
	since time.Time
}

// letters lists the dead letters of target, or of all if it is empty, oldest first, some
// in each transaction.
func (s *Store) letters(ctx context.Context, target string) (all []letter, err error) {
	for from := []byte{}; from != nil; {
		var some []letter
		var next []byte
		err := s.view(func(tx *sealed.Tx) error {
			some, next = nil, nil
			c := tx.Bucket(bucketDead).Cursor()
			n := 0
			for k, _ := c.Seek(from); k != nil; k, _ = c.Next() {
				if n == maxTraced {
					next = slices.Clone(k)
					break
				}
				n++
				var r record.Alert
				if ok, err := getJSON(tx, bucketAlerts, string(k), &r); err != nil {
					return err
				} else if ok && (target == "" || r.Target == target) {
					some = append(some, letter{string(k), r.Since})
				}
			}
			return ctx.Err()
		})
		if err != nil {
			return nil, fmt.Errorf("list the dead letters: %w", err)
		}
		all, from = append(all, some...), next
	}
	slices.SortStableFunc(all, func(a, b letter) int { return a.since.Compare(b.since) })
	return all, nil
}

// DeadTraces calls yield with the dead letters held since a time, oldest first, until
// yield returns false.
func (s *Store) DeadTraces(ctx context.Context, since time.Time, yield func(notify.Trace) bool) error {
	all, err := s.letters(ctx, "")
	if err != nil {
		return err
	}
	all = slices.DeleteFunc(all, func(l letter) bool { return l.since.Before(since) })
	for some := range slices.Chunk(all, maxTraced) {
		var traces []notify.Trace
		err := s.view(func(tx *sealed.Tx) error {
			traces = nil
			for _, l := range some {
				t, ok, err := traceOf(tx, l.id)
				if err != nil {
					return err
				}
				if ok {
					traces = append(traces, t)
				}
			}
			return ctx.Err()
		})
		if err != nil {
			return fmt.Errorf("read the dead letters: %w", err)
		}
		for _, t := range traces {
			if !yield(t) {
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
	all, err := s.letters(ctx, target)
	if err != nil {
		return 0, err
	}
	for len(all) > 0 {
		c, some, err := s.revive(all)
		if err != nil {
			return n, fmt.Errorf("try the dead letters of %s again: %w", target, err)
		}
		s.tellDead(c)
		n, all = n+some, all[some:]
	}
	return n, nil
}

// revive tries the first n of some dead letters again in one transaction: as many as change
// maxTraced alerts, and those with which the last one shares its messages.
func (s *Store) revive(all []letter) (c deadChange, n int, err error) {
	err = s.updateLarge(func(tx *sealed.Tx) error {
		c, n = newDeadChange(), 0
		for n < min(len(all), maxTraced) && len(c.alerts) < maxTraced {
			// An alert that shares a message with another is revived with it.
			if err := c.apply(tx, all[n].id, retryDead); err != nil && !errors.Is(err, notify.ErrNotDead) {
				return err
			}
			n++
		}
		return nil
	})
	return c, n, err
}
