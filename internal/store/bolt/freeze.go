package bolt

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"watcher/internal/notify"
	"watcher/internal/store"
	"watcher/internal/store/record"
	"watcher/internal/store/sealed"
)

// fewFrozen is how many alerts are frozen at most ahead of larger changes.
const fewFrozen = 64

// Freeze implements notify.HeldStore.
func (s *Store) Freeze(_ context.Context, c notify.Composition) error {
	n := len(c.Skipped) + len(c.Dead)
	for _, m := range c.Messages {
		n += len(m.AlertIDs)
	}
	e := ending{Composition: c, now: clock()}
	freeze := func(tx *sealed.Tx) error { return e.freeze(tx) }
	var err error
	if n <= fewFrozen {
		err = s.updateOf(n, freeze)
	} else if err = s.view(e.read); err == nil { // what takes long is done while others write
		err = s.updateLarge(freeze)
	}
	switch {
	case err != nil:
		return fmt.Errorf("freeze %d messages: %w", len(c.Messages), err)
	case e.moved:
		return store.ErrMoved
	}
	s.spreadQueued(c.Target)
	s.watches.Tell(false, slices.Collect(maps.Keys(e.records))...)
	return nil
}

// ending is a composition whose alerts stop being held.
type ending struct {
	notify.Composition
	now     time.Time
	records map[string]*endedRecord // by alert; nil: not read
	moved   bool                    // one of them is no longer held
}

// endedRecord is the record of such an alert, still encoded.
type endedRecord struct {
	record.Shallow
	held    []byte // its key in the held bucket
	was, is []byte // the stored record, and its new content
}

// freeze stores the messages and what became of the alerts. It may run several times.
func (e *ending) freeze(tx *sealed.Tx) error {
	if !e.current(tx) {
		if err := e.read(tx); err != nil {
			return err
		}
	}
	if e.moved {
		return nil // nothing was written yet
	}
	if err := noteSends(tx, e.Composition, e.now); err != nil {
		return err
	}
	alerts, held, dead := tx.Bucket(bucketAlerts), tx.Bucket(bucketHeld), tx.Bucket(bucketDead)
	for id, r := range e.records {
		err := errors.Join(held.Delete(r.held), alerts.Put([]byte(id), r.is))
		if r.Dead != "" {
			err = errors.Join(err, dead.Put([]byte(id), nil))
		}
		if err != nil {
			return err
		}
	}
	for _, m := range e.Messages {
		if err := enqueue(tx, record.Delivery{Message: record.MessageOf(&m), Frozen: e.now}); err != nil {
			return err
		}
	}
	return nil
}

// current reports whether the records were read and have not changed since.
func (e *ending) current(tx *sealed.Tx) bool {
	alerts := tx.Bucket(bucketAlerts)
	for id, r := range e.records {
		if !bytes.Equal(alerts.Get([]byte(id)), r.was) {
			return false
		}
	}
	return e.records != nil
}

// read reads the records and prepares their new content.
func (e *ending) read(tx *sealed.Tx) error {
	e.records, e.moved = make(map[string]*endedRecord), false
	for _, m := range e.Messages {
		for _, id := range m.AlertIDs {
			r, err := e.take(tx, id)
			if err != nil || e.moved {
				return err
			}
			r.Messages = append(r.Messages, m.ID)
		}
	}
	for _, ids := range []map[string]string{e.Skipped, e.Dead} {
		for id := range ids {
			r, err := e.take(tx, id)
			if err != nil || e.moved {
				return err
			}
			r.Skipped, r.Dead = e.Skipped[id], e.Dead[id]
		}
	}
	for id, r := range e.records {
		var err error
		if r.is, err = record.Encode(&r.Shallow); err != nil {
			return fmt.Errorf("encode %q: %w", id, err)
		}
	}
	return nil
}

// take returns the record of an alert if it is still held.
func (e *ending) take(tx *sealed.Tx, id string) (*endedRecord, error) {
	if r := e.records[id]; r != nil {
		return r, nil
	}
	r := new(endedRecord)
	if found, err := getJSON(tx, bucketAlerts, id, &r.Shallow); err != nil {
		return nil, err
	} else if !found || r.Held == 0 {
		e.moved = true
		return nil, nil
	}
	r.was = bytes.Clone(tx.Bucket(bucketAlerts).Get([]byte(id)))
	r.held = targetKey(r.Target, r.Held)
	r.Held, r.Ended, r.Why = 0, e.now, e.Why[id]
	e.records[id] = r
	return r, nil
}

// forgetRule is longer than any sensible cooldown.
const forgetRule = 90 * 24 * time.Hour

func noteSends(tx *sealed.Tx, c notify.Composition, now time.Time) error {
	if c.Batches == 0 && len(c.Rules) == 0 {
		return nil
	}
	var r record.Sends
	if _, err := getJSON(tx, bucketSends, c.Target, &r); err != nil {
		return err
	}
	r.Sends = slices.DeleteFunc(r.Sends, func(t time.Time) bool { return now.Sub(t) > time.Hour || t.After(now) })
	for range c.Batches {
		r.Sends = append(r.Sends, now)
	}
	if r.Rules == nil {
		r.Rules = make(map[string]time.Time)
	}
	for _, rule := range c.Rules {
		r.Rules[rule] = now
	}
	maps.DeleteFunc(r.Rules, func(_ string, t time.Time) bool { return now.Sub(t) > forgetRule })
	return putJSON(tx.Bucket(bucketSends), c.Target, r)
}
