package bolt

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"go.etcd.io/bbolt"

	"watcher/internal/notify"
)

// mostHeld is how many held alerts are shown at a time.
const mostHeld = 1000

// alertRecord is an alert on disk, and what became of it.
type alertRecord struct {
	Alert    notify.Alert `json:"alert"`
	Target   string       `json:"target"`
	Keys     []notify.Key `json:"keys"`
	Held     uint64       `json:"held,omitempty"`     // its sequence in the held bucket; 0 once it was composed
	Messages []string     `json:"messages,omitempty"` // delivery ids it was composed into
}

// deliveryRecord is a frozen message on disk, and its attempts.
type deliveryRecord struct {
	Message   notify.Message `json:"message"`
	Frozen    time.Time      `json:"frozen"`
	Tries     int            `json:"tries,omitempty"`
	Attempts  []attempt      `json:"attempts,omitempty"` // the first and the latest of them
	Begun     bool           `json:"begun,omitempty"`
	Ambiguous int            `json:"ambiguous,omitempty"` // attempts that may have arrived and were made again
	Sent      time.Time      `json:"sent,omitzero"`
	Dead      time.Time      `json:"dead,omitzero"`
}

// attempt is one try at sending.
type attempt struct {
	Start  time.Time `json:"start"`
	End    time.Time `json:"end,omitzero"` // zero if the process ended first
	Answer string    `json:"answer,omitempty"`
}

// mostAttempts bounds what is kept of a delivery's tries.
const mostAttempts = 20

// hold stores an alert for its target's policy, unless the target has had one
// with the same id or key: then the place is noted on that, and false returned.
func hold(tx *bbolt.Tx, a notify.Alert) (bool, error) {
	told, alerts := tx.Bucket(bucketTold), tx.Bucket(bucketAlerts)
	earlier := ""
	if alerts.Get([]byte(a.ID)) != nil {
		earlier = a.ID
	}
	for _, k := range a.Keys {
		if v := told.Get(toldKey(a.Target, k)); len(v) > 8 && earlier == "" {
			earlier = string(v[8:])
		}
	}
	id := a.ID
	if earlier != "" {
		id = earlier
	}
	// Every key leads to the alert from now on: the third copy may share only
	// the second one's.
	now := uint64(time.Now().Unix())
	for _, k := range a.Keys {
		if err := told.Put(toldKey(a.Target, k), append(number(now), id...)); err != nil {
			return false, err
		}
	}
	if earlier != "" {
		return false, noteAlsoIn(alerts, earlier, a)
	}
	held := tx.Bucket(bucketHeld)
	seq, err := held.NextSequence()
	if err != nil {
		return false, err
	}
	if err := held.Put(targetKey(a.Target, seq), []byte(id)); err != nil {
		return false, err
	}
	return true, putJSON(alerts, id, alertRecord{Alert: a, Target: a.Target, Keys: a.Keys, Held: seq})
}

func toldKey(target string, k notify.Key) []byte { return append(targetKey(target), k[:]...) }

// noteAlsoIn records on an alert that the same article stands elsewhere too.
// While the alert is held, the rules that only the copy matched join it.
func noteAlsoIn(alerts *bbolt.Bucket, id string, copied notify.Alert) error {
	var r alertRecord
	if ok, err := getJSON(alerts, id, &r); err != nil || !ok {
		return err
	}
	changed := false
	place := notify.Location{Feed: copied.Item.Feed, Link: copied.Item.Link}
	if place.Feed != r.Alert.Item.Feed && !slices.Contains(r.Alert.AlsoIn, place) {
		r.Alert.AlsoIn = append(r.Alert.AlsoIn, place)
		changed = true
	}
	if r.Held != 0 {
		for _, hit := range copied.Rules {
			if !slices.ContainsFunc(r.Alert.Rules, func(h notify.RuleHit) bool { return h.Name == hit.Name }) {
				r.Alert.Rules = append(r.Alert.Rules, hit)
				r.Alert.Severity = max(r.Alert.Severity, copied.Severity)
				changed = true
			}
		}
	}
	if !changed {
		return nil
	}
	return putJSON(alerts, id, r)
}

// Report holds alerts that no poll brought: troubles of watcher's own.
func (s *Store) Report(_ context.Context, alerts []notify.Alert) error {
	targets := make(map[string]bool)
	err := s.update(func(tx *bbolt.Tx) error {
		for _, a := range alerts {
			held, err := hold(tx, a)
			if err != nil {
				return err
			}
			targets[a.Target] = targets[a.Target] || held
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("store a report: %w", err)
	}
	s.spread(targets)
	return nil
}

// Held implements notify.Outbox.
func (s *Store) Held(_ context.Context, target string) (notify.Holding, error) {
	changed := s.changed(target)
	h := notify.Holding{Target: target, Now: time.Now(), Wake: notify.Wake{Changed: changed}}
	err := s.db.View(func(tx *bbolt.Tx) error {
		alerts := tx.Bucket(bucketAlerts)
		prefix := targetKey(target)
		c := tx.Bucket(bucketHeld).Cursor()
		for k, id := c.Seek(prefix); bytes.HasPrefix(k, prefix) && len(h.Alerts) < mostHeld; k, id = c.Next() {
			var r alertRecord
			if ok, err := getJSON(alerts, string(id), &r); err != nil {
				return err
			} else if !ok {
				return fmt.Errorf("held alert %s is missing", id)
			}
			r.Alert.Target, r.Alert.Keys = r.Target, r.Keys
			h.Alerts = append(h.Alerts, r.Alert)
		}
		return nil
	})
	if err != nil {
		return notify.Holding{}, fmt.Errorf("read what %s holds: %w", target, err)
	}
	return h, nil
}

// changed returns the channel that is closed at target's next change. It must
// be taken before the store is read, or a change in between is missed.
func (s *Store) changed(target string) <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.outboxNews(target).c
}

// Freeze implements notify.Outbox.
func (s *Store) Freeze(_ context.Context, ms []notify.Message) error {
	moved := false
	targets := make(map[string]bool)
	err := s.update(func(tx *bbolt.Tx) error {
		alerts, held := tx.Bucket(bucketAlerts), tx.Bucket(bucketHeld)
		records := make(map[string]*alertRecord)
		for _, m := range ms {
			for _, id := range m.AlertIDs {
				r := records[id]
				if r == nil {
					r = new(alertRecord)
					if ok, err := getJSON(alerts, id, r); err != nil {
						return err
					} else if !ok || r.Held == 0 {
						moved = true
						return nil // nothing was written yet
					}
					records[id] = r
				}
				r.Messages = append(r.Messages, m.ID)
			}
		}
		for id, r := range records {
			if err := held.Delete(targetKey(r.Target, r.Held)); err != nil {
				return err
			}
			r.Held = 0
			if err := putJSON(alerts, id, r); err != nil {
				return err
			}
		}
		now := time.Now()
		for _, m := range ms {
			targets[m.Target] = true
			if err := enqueue(tx, deliveryRecord{Message: m, Frozen: now}, now); err != nil {
				return err
			}
		}
		return nil
	})
	switch {
	case err != nil:
		return fmt.Errorf("freeze %d messages: %w", len(ms), err)
	case moved:
		return notify.ErrMoved
	}
	s.spread(targets)
	return nil
}

// enqueue stores a delivery that is due at the given time. First attempts and
// retries stand in one order: a retry that is not due yet holds back nobody,
// and one that is cannot overtake what waited longer.
func enqueue(tx *bbolt.Tx, r deliveryRecord, due time.Time) error {
	queue := tx.Bucket(bucketQueue)
	seq, err := queue.NextSequence()
	if err != nil {
		return err
	}
	if err := queue.Put(targetKey(r.Message.Target, uint64(due.UnixNano()), seq), []byte(r.Message.ID)); err != nil {
		return err
	}
	return putJSON(tx.Bucket(bucketDeliveries), r.Message.ID, r)
}

// Begin implements notify.Outbox. A crash before its transaction is on disk
// leaves the delivery waiting; a crash after it may or may not have sent, so the
// next process sends again, under the same id, and says so.
func (s *Store) Begin(_ context.Context, target string) (notify.Delivery, bool, notify.Wake, error) {
	changed := s.changed(target)
	now := time.Now()
	first, err := s.firstDue(target)
	if err != nil {
		return notify.Delivery{}, false, notify.Wake{}, fmt.Errorf("look for a delivery to %s: %w", target, err)
	}
	if first.IsZero() || first.After(now) {
		return notify.Delivery{}, false, wakeFor(changed, first, now), nil
	}
	var r deliveryRecord
	found := false
	err = s.update(func(tx *bbolt.Tx) error {
		k, id := firstOf(tx, target)
		if k == nil || dueOf(k, target).After(now) {
			return nil
		}
		if ok, err := getJSON(tx.Bucket(bucketDeliveries), string(id), &r); err != nil {
			return err
		} else if !ok {
			return fmt.Errorf("delivery %s is missing", id)
		}
		found = true
		if r.Begun { // by a process that ended before it settled
			r.Ambiguous++
		}
		r.Begun = true
		r.Tries++
		r.Attempts = append(r.Attempts, attempt{Start: now})
		if len(r.Attempts) > mostAttempts {
			r.Attempts = slices.Delete(r.Attempts, 1, 2)
		}
		id = bytes.Clone(id)
		if err := tx.Bucket(bucketQueue).Delete(k); err != nil {
			return err
		}
		if err := tx.Bucket(bucketBegun).Put(id, nil); err != nil {
			return err
		}
		return putJSON(tx.Bucket(bucketDeliveries), string(id), r)
	})
	if err != nil || !found {
		if err != nil {
			err = fmt.Errorf("begin a delivery to %s: %w", target, err)
		}
		return notify.Delivery{}, false, wakeFor(changed, now, now), err
	}
	return notify.Delivery{
		Message:   r.Message,
		Frozen:    r.Frozen,
		Attempt:   r.Tries,
		Ambiguous: r.Ambiguous > 0,
		Now:       now,
	}, true, notify.Wake{}, nil
}

// firstDue returns when target's first delivery is due, zero if there is none.
func (s *Store) firstDue(target string) (due time.Time, err error) {
	err = s.db.View(func(tx *bbolt.Tx) error {
		if k, _ := firstOf(tx, target); k != nil {
			due = dueOf(k, target)
		}
		return nil
	})
	return due, err
}

func firstOf(tx *bbolt.Tx, target string) (key, id []byte) {
	prefix := targetKey(target)
	k, v := tx.Bucket(bucketQueue).Cursor().Seek(prefix)
	if !bytes.HasPrefix(k, prefix) {
		return nil, nil
	}
	return k, v
}

func dueOf(key []byte, target string) time.Time {
	return time.Unix(0, int64(binary.BigEndian.Uint64(key[len(target)+1:])))
}

// Settle implements notify.Outbox. A crash before its transaction is on disk
// makes the attempt an ambiguous one.
func (s *Store) Settle(_ context.Context, d notify.Delivery, o notify.Outcome) error {
	targets := map[string]bool{d.Message.Target: true}
	err := s.update(func(tx *bbolt.Tx) error {
		var r deliveryRecord
		if ok, err := getJSON(tx.Bucket(bucketDeliveries), d.Message.ID, &r); err != nil {
			return err
		} else if !ok || !r.Begun {
			return fmt.Errorf("delivery %s was not begun", d.Message.ID)
		}
		now := time.Now()
		r.Begun = false
		if o.Ambiguous {
			r.Ambiguous++
		}
		last := &r.Attempts[len(r.Attempts)-1]
		last.End, last.Answer = now, o.Answer
		if err := tx.Bucket(bucketBegun).Delete([]byte(d.Message.ID)); err != nil {
			return err
		}
		for _, a := range o.Report {
			if ok, err := hold(tx, a); err != nil {
				return err
			} else if ok {
				targets[a.Target] = true
			}
		}
		switch {
		case o.Sent:
			r.Sent = now
		case o.Dead:
			r.Dead = now
		default:
			return enqueue(tx, r, now.Add(o.Retry))
		}
		return putJSON(tx.Bucket(bucketDeliveries), d.Message.ID, r)
	})
	if err != nil {
		return fmt.Errorf("settle delivery %s: %w", d.Message.ID, err)
	}
	s.spread(targets)
	return nil
}

// requeueBegun puts back what was being sent when the last process ended. It
// stays marked as begun, which makes the next attempt an ambiguous one.
func requeueBegun(tx *bbolt.Tx, now time.Time) error {
	begun := tx.Bucket(bucketBegun)
	var ids []string
	err := begun.ForEach(func(id, _ []byte) error {
		ids = append(ids, string(id))
		return nil
	})
	if err != nil {
		return err
	}
	for _, id := range ids {
		var r deliveryRecord
		if ok, err := getJSON(tx.Bucket(bucketDeliveries), id, &r); err != nil {
			return err
		} else if ok {
			if err := enqueue(tx, r, now); err != nil {
				return err
			}
		}
		if err := begun.Delete([]byte(id)); err != nil {
			return err
		}
	}
	return nil
}

func getJSON(b *bbolt.Bucket, key string, v any) (bool, error) {
	raw := b.Get([]byte(key))
	if raw == nil {
		return false, nil
	}
	if err := json.Unmarshal(raw, v); err != nil {
		return false, fmt.Errorf("decode %q: %w", key, err)
	}
	return true, nil
}

func putJSON(b *bbolt.Bucket, key string, v any) error {
	raw, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("encode %q: %w", key, err)
	}
	return b.Put([]byte(key), raw)
}
