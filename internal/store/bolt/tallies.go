package bolt

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"time"

	"watcher/internal/notify"
	"watcher/internal/store"
	"watcher/internal/store/record"
	"watcher/internal/store/sealed"
)

// tallyKept is how long a rule's last match is remembered.
const tallyKept = 400 * 24 * time.Hour

// CountIn sets the zone in which the days of tallies begin; UTC before. Earlier counts
// stay on their days.
func (s *Store) CountIn(zone *time.Location) { s.zone.Store(zone) }

// today is the number of the day of a time.
func (s *Store) today(t time.Time) int {
	zone := s.zone.Load()
	if zone == nil {
		zone = time.UTC
	}
	year, month, day := t.In(zone).Date()
	return int(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix() / (24 * 60 * 60))
}

func ruleTally(name string) string { return "rule\x00" + name }
func feedTally(feed uint64) string { return "feed\x00" + string(number(feed)) }

// tallyUp adds to the tally of a key.
func (s *Store) tallyUp(tx *sealed.Tx, key string, now time.Time, c store.DayCount) error {
	var r record.Tally
	if _, err := getJSON(tx, bucketTallies, key, &r); err != nil {
		return err
	}
	r.Add(s.today(now), c)
	if c.Items > 0 {
		r.Last = now.UTC().Truncate(time.Second)
	}
	return putJSON(tx.Bucket(bucketTallies), key, r)
}

// countBrought counts what a poll brought.
func (s *Store) countBrought(tx *sealed.Tx, o durableOutcome) error {
	now := clock()
	if n := o.New; n > 0 && !o.Baseline {
		if err := s.tallyUp(tx, feedTally(o.number), now, store.DayCount{Items: n}); err != nil {
			return err
		}
	}
	return s.countCaught(tx, o.Alerts, now)
}

// countCaught counts the articles that rules matched in the alerts of a poll, and those
// that only one rule matched. It runs once, when the alerts are committed, whether they
// are held there or from the spool.
func (s *Store) countCaught(tx *sealed.Tx, alerts []notify.Alert, now time.Time) error {
	caught := make(map[string]store.DayCount)
	for len(alerts) > 0 {
		n := 1
		for n < len(alerts) && sameArticle(&alerts[0], &alerts[n]) {
			n++
		}
		var names []string
		for i := range alerts[:n] {
			for _, hit := range alerts[i].Rules {
				if !slices.Contains(names, hit.Name) {
					names = append(names, hit.Name)
				}
			}
		}
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
	return s.countRules(tx, caught, now)
}

func (s *Store) countRules(tx *sealed.Tx, rules map[string]store.DayCount, now time.Time) error {
	for name, c := range rules {
		if err := s.tallyUp(tx, ruleTally(name), now, c); err != nil {
			return err
		}
	}
	return nil
}

// sameArticle reports whether two alerts are of one item for different targets.
func sameArticle(a, b *notify.Alert) bool {
	return len(a.Keys) > 0 && len(b.Keys) > 0 && a.Keys[0] == b.Keys[0]
}

// RuleTallies returns what rules brought on each of the last days. A rule that never
// matched has none.
func (s *Store) RuleTallies(_ context.Context, rules []string) (map[string]store.Tally, error) {
	keys := make(map[string]string, len(rules))
	for _, name := range rules {
		keys[name] = ruleTally(name)
	}
	return s.tallies(keys)
}

// FeedTallies returns what configured feeds brought on each of the last days; Last is
// when something new last appeared. A feed that never brought anything new has none.
func (s *Store) FeedTallies(_ context.Context, feeds []string) (map[string]store.Tally, error) {
	keys := make(map[string]string, len(feeds))
	s.mu.Lock()
	for _, name := range feeds {
		if f := s.feeds[name]; f != nil {
			keys[name] = feedTally(f.number)
		}
	}
	s.mu.Unlock()
	return s.tallies(keys)
}

func (s *Store) tallies(keys map[string]string) (map[string]store.Tally, error) {
	tallies := make(map[string]store.Tally, len(keys))
	err := s.view(func(tx *sealed.Tx) error {
		clear(tallies)
		today := s.today(clock())
		for name, key := range keys {
			var r record.Tally
			if ok, err := getJSON(tx, bucketTallies, key, &r); err != nil {
				return err
			} else if ok {
				tallies[name] = r.Tally(today)
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read what was counted of each day: %w", err)
	}
	return tallies, nil
}

// pruneTallies deletes tallies of what brought nothing for long.
func (s *Store) pruneTallies() error {
	var old [][]byte
	err := s.view(func(tx *sealed.Tx) error {
		old = nil
		now := clock()
		return tx.Bucket(bucketTallies).ForEach(func(k, v []byte) error {
			var r record.Tally
			if err := decode(bucketTallies, k, v, &r); err != nil {
				return err
			}
			if now.Sub(r.Last) > tallyKept {
				old = append(old, bytes.Clone(k))
			}
			return nil
		})
	})
	for some := range slices.Chunk(old, maxPruned) {
		if err == nil {
			err = s.updateLarge(func(tx *sealed.Tx) error {
				for _, k := range some {
					if err := tx.Bucket(bucketTallies).Delete(k); err != nil {
						return err
					}
				}
				return nil
			})
		}
	}
	return err
}
