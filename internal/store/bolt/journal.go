package bolt

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"time"

	"watcher/internal/notify"
	"watcher/internal/store/record"
	"watcher/internal/store/sealed"
)

// The values of the log are those of record.Alert.LogEntry. To find one alert of a
// thousand, a reader needs the log alone, whose entries are adjacent.

// logAlert adds an alert to the log, which lists alerts by the time when they were
// held.
func logAlert(tx *sealed.Tx, r *record.Alert, now time.Time) error {
	b := tx.Bucket(bucketLog)
	seq, err := b.NextSequence()
	if err != nil {
		return err
	}
	r.Logged = append(number(uint64(now.UnixNano())), number(seq)...)
	return b.Put(r.Logged, r.LogEntry())
}

// rejournal updates the log entry of an alert.
func rejournal(tx *sealed.Tx, r *record.Alert) error {
	if len(r.Logged) == 0 {
		return nil // the entry is of an older version
	}
	return tx.Bucket(bucketLog).Put(r.Logged, r.LogEntry())
}

// loggedID is the ID of the alert of an entry.
func loggedID(entry []byte) []byte {
	id, _, _ := bytes.Cut(entry, []byte{0})
	return id
}

// maxPassed bounds the log entries that one call of Newest reads, and maxDecoded the
// records: each call is short, however large the store is.
const (
	maxPassed  = 10_000
	maxDecoded = 500
)

// Newest returns up to n articles with an alert that passes the filter, newest first,
// from a place in the log on; nil begins. It reads a bounded part of the log. next is
// the place to continue from, whatever was found, and nil at the end of the log.
// reached is the time of the alerts there.
//
// The alerts that several targets have of an article are returned together, at the
// place of the one with the lowest ID. They came from one poll.
func (s *Store) Newest(ctx context.Context, filter notify.AlertFilter, behind []byte, n int) (found []notify.Logged, next []byte, reached time.Time, err error) {
	f := record.ChoiceOf(filter)
	err = s.view(func(tx *sealed.Tx) error {
		l := listing{tx: tx, filter: f, targets: toldTargets(tx), known: make(map[string][]notify.Trace)}
		found, next, reached = nil, nil, time.Time{}
		if f.Dead {
			if id, _ := tx.Bucket(bucketDead).Cursor().First(); id == nil {
				return nil
			}
		}
		c := tx.Bucket(bucketLog).Cursor()
		k, v := seekBefore(c, upper(filter, behind))
		for passed := 0; k != nil && (f.From.IsZero() || bytes.Compare(k, stampOf(f.From)) >= 0); k, v = c.Prev() {
			if passed++; len(found) == n || passed > maxPassed || l.decoded > maxDecoded {
				return ctx.Err()
			}
			article, err := l.article(k, v)
			if err != nil {
				return err
			}
			if article != nil {
				found = append(found, notify.Logged{Place: bytes.Clone(k), Alerts: article})
			}
			next, reached = bytes.Clone(k), time.Unix(0, int64(uint64Of(k))).UTC()
		}
		next = nil
		return ctx.Err()
	})
	if err != nil {
		return nil, nil, time.Time{}, fmt.Errorf("read the alerts: %w", err)
	}
	return found, next, reached, nil
}

// upper is the key below which the log is read.
func upper(f notify.AlertFilter, behind []byte) []byte {
	if f.To.IsZero() {
		return behind
	}
	to := stampOf(f.To)
	if behind == nil || bytes.Compare(to, behind) < 0 {
		return to
	}
	return behind
}

func stampOf(t time.Time) []byte { return number(uint64(max(0, t.UnixNano()))) }

// seekBefore moves to the last key before one; nil means the last of all.
func seekBefore(c *sealed.Cursor, key []byte) (k, v []byte) {
	if key == nil {
		return c.Last()
	}
	if k, _ := c.Seek(key); k == nil {
		return c.Last()
	}
	return c.Prev()
}

// listing is one reading of the log.
type listing struct {
	tx      *sealed.Tx
	filter  *record.Choice
	targets []string // all targets that were ever sent something
	decoded int
	known   map[string][]notify.Trace // by id, of articles already met; nil for an alert that is not their place
}

// article returns the alerts of the article of an entry, if this entry is its place.
func (l *listing) article(key, entry []byte) ([]notify.Trace, error) {
	id := loggedID(entry)
	if !l.filter.May(entry) || l.filter.Dead && l.tx.Bucket(bucketDead).Raw(id) == nil {
		return nil, nil
	}
	if all, met := l.known[string(id)]; met {
		return all, nil
	}
	t, r, err := l.alert(string(id))
	if err != nil || r == nil || !l.filter.Wants(&t) {
		return nil, err
	}
	all, err := l.beside(t, r)
	if err != nil {
		return nil, err
	}
	stands := t.ID
	for i := range all {
		if l.filter.Wants(&all[i]) {
			stands = min(stands, all[i].ID)
		}
	}
	for i := range all {
		l.known[all[i].ID] = nil
	}
	l.known[stands] = all
	return l.known[t.ID], nil
}

func (l *listing) alert(id string) (t notify.Trace, r *record.Alert, err error) {
	l.decoded++
	r = new(record.Alert)
	if ok, err := getJSON(l.tx, bucketAlerts, id, r); err != nil || !ok {
		return t, nil, err
	}
	t, err = lifeOf(l.tx, r)
	return t, r, err
}

// sameTime is the window in which the alerts of one article are held.
const sameTime = time.Minute

// beside returns all alerts of an alert's article that came with it, by target. Their
// IDs derive from target and article, so no search is needed.
func (l *listing) beside(t notify.Trace, r *record.Alert) ([]notify.Trace, error) {
	idAt, err := l.ids(r)
	if err != nil {
		return nil, err
	}
	all := []notify.Trace{t}
	for _, target := range l.targets {
		id := idAt(target)
		if id == "" || id == t.ID || l.tx.Bucket(bucketAlerts).Raw([]byte(id)) == nil {
			continue
		}
		other, o, err := l.alert(id)
		if err != nil {
			return nil, err
		}
		if o != nil && o.Alert.FirstSeen.Sub(r.Alert.FirstSeen).Abs() < sameTime {
			all = append(all, other)
		}
	}
	slices.SortStableFunc(all, func(a, b notify.Trace) int { return bytes.Compare([]byte(a.Target), []byte(b.Target)) })
	return all, nil
}

// ids returns a function from a target to the ID of its alert for the same article.
func (l *listing) ids(r *record.Alert) (func(target string) string, error) {
	if len(r.Keys) > 0 {
		key := notify.ItemKey(r.Keys[0])
		return func(target string) string { return notify.AlertID(target, key) }, nil
	}
	none := func(string) string { return "" }
	if r.Alert.Follows == nil {
		return none, nil
	}
	var told record.Alert // a follow-up has no key of its own
	if ok, err := getJSON(l.tx, bucketAlerts, r.Alert.Follows.ID, &told); err != nil || !ok || len(told.Keys) == 0 {
		return none, err
	}
	key, place := notify.ItemKey(told.Keys[0]), record.Location{Feed: r.Alert.Item.Feed, Link: r.Alert.Item.Link}
	return func(target string) string { return record.FollowID(target, notify.AlertID(target, key), place) }, nil
}

// toldTargets are the targets that were ever sent something, including removed ones.
func toldTargets(tx *sealed.Tx) (names []string) {
	c := tx.Bucket(bucketTold).Cursor()
	for k, _ := c.First(); k != nil; {
		target, _, _ := bytes.Cut(k, []byte{0})
		names = append(names, string(target))
		k, _ = c.Seek(append(bytes.Clone(target), 1)) // past all of its keys
	}
	return names
}

// Beside returns all alerts of the article of an alert, by target. id is as for Trace.
func (s *Store) Beside(_ context.Context, id string) (all []notify.Trace, err error) {
	err = s.view(func(tx *sealed.Tx) error {
		full, err := resolve(tx, id)
		if err != nil {
			return err
		}
		l := listing{tx: tx, targets: toldTargets(tx)}
		t, r, err := l.alert(full)
		if err != nil {
			return err
		}
		if r == nil {
			return &notify.NoAlertError{Text: fmt.Sprintf("no alert has the id %q", id)}
		}
		all, err = l.beside(t, r)
		return err
	})
	return all, err
}

// Acknowledge records an acknowledgement, or its undoing, on all alerts of the article
// of an alert. id is as for Trace.
func (s *Store) Acknowledge(ctx context.Context, id string, a notify.Acknowledgement) error {
	all, err := s.Beside(ctx, id)
	if err != nil {
		return err
	}
	err = s.updateOf(len(all), func(tx *sealed.Tx) error {
		a.At = clock().UTC()
		for _, t := range all {
			var r record.Alert
			if ok, err := getJSON(tx, bucketAlerts, t.ID, &r); err != nil {
				return err
			} else if !ok {
				continue // pruned meanwhile
			}
			ack := record.Acknowledgement(a)
			r.Acknowledged = &ack
			if err := putJSON(tx.Bucket(bucketAlerts), t.ID, r); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("acknowledge an alert: %w", err)
	}
	for _, t := range all {
		s.watches.Tell(false, t.ID)
	}
	return nil
}
