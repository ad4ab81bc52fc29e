package bolt

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"watcher/internal/notify"
	"watcher/internal/store"
	"watcher/internal/store/record"
	"watcher/internal/store/sealed"
)

func putDamage(tx *sealed.Tx, r record.Damage) error {
	b, err := tx.CreateBucketIfNotExists(bucketDamage)
	if err != nil {
		return err
	}
	n, err := b.NextSequence()
	if err != nil {
		return err
	}
	return putJSON(b, string(number(n)), r)
}

// Damages returns what was set aside and is not reported yet, oldest first.
func (s *Store) Damages(context.Context) ([]store.Damage, error) {
	var untold []store.Damage
	err := s.view(func(tx *sealed.Tx) error {
		untold = nil
		return tx.Bucket(bucketDamage).ForEach(func(k, v []byte) error {
			var r record.Damage
			if err := decode(bucketDamage, k, v, &r); err != nil || !r.Told.IsZero() {
				return err
			}
			d := store.Damage{Number: uint64Of(k), Since: r.Since, Kept: r.Kept, Made: r.Made, Error: r.Error}
			if r.Bucket != "" {
				d.Record = fmt.Sprintf("%q of %s", r.Key, r.Bucket)
			}
			untold = append(untold, d)
			return nil
		})
	})
	if err != nil {
		return nil, fmt.Errorf("read what was damaged: %w", err)
	}
	return untold, nil
}

// ReportDamage holds alerts that report damages, and marks these as reported, in one
// transaction.
func (s *Store) ReportDamage(_ context.Context, damages []store.Damage, alerts []notify.Alert) error {
	targets := make(map[string]bool)
	err := s.update(func(tx *sealed.Tx) error {
		now := clock()
		for _, d := range damages {
			var r record.Damage
			key := string(number(d.Number))
			if ok, err := getJSON(tx, bucketDamage, key, &r); err != nil {
				return err
			} else if !ok {
				continue
			}
			r.Told = now
			if err := putJSON(tx.Bucket(bucketDamage), key, r); err != nil {
				return err
			}
		}
		return s.holdAll(tx, alerts, targets)
	})
	if err != nil {
		return fmt.Errorf("store a report of damage: %w", err)
	}
	s.spread(targets)
	return nil
}

// brokenError says that a value in an otherwise sound file cannot be decoded.
type brokenError struct {
	bucket, key []byte
	err         error
}

func (e *brokenError) Error() string {
	return fmt.Sprintf("the record %q of %s is damaged: %v", e.key, e.bucket, e.err)
}
func (e *brokenError) Unwrap() error { return e.err }

// brokenIn returns the damaged record that err is about; nil for any other error.
func brokenIn(err error) *brokenError {
	if b, ok := errors.AsType[*brokenError](err); ok {
		return b
	}
	if b, ok := errors.AsType[*sealed.BrokenError](err); ok {
		return &brokenError{b.Bucket, b.Key, errSum}
	}
	return nil
}

// view runs read in a read transaction. If a record cannot be decoded, view sets it
// aside and runs read again, so that one record does not block the others. A read-only
// store returns the error.
func (s *Store) view(read func(*sealed.Tx) error) error {
	var last *brokenError
	for {
		err := s.look(read)
		broken := brokenIn(err)
		if broken == nil || s.readOnly {
			return err
		}
		if last != nil && bytes.Equal(last.bucket, broken.bucket) && bytes.Equal(last.key, broken.key) {
			return err // setting it aside would not help
		}
		last = broken
		if err := s.update(func(tx *sealed.Tx) error { return s.setAside(tx, broken) }); err != nil {
			return errors.Join(broken, err)
		}
	}
}

// look runs one read transaction.
func (s *Store) look(read func(*sealed.Tx) error) error {
	s.swap.RLock()
	defer s.swap.RUnlock()
	return s.use(func() error {
		return sealed.Try(func() error { return s.db.View(read) })
	})
}

// setAside moves a record that cannot be decoded to the damaged ones, and repairs what
// refers to it.
func (s *Store) setAside(tx *sealed.Tx, e *brokenError) error {
	b := tx.Bucket(e.bucket)
	value := bytes.Clone(b.Raw(e.key))
	if value == nil {
		return nil // it was set aside meanwhile
	}
	if err := b.Delete(e.key); err != nil {
		return err
	}
	now := clock()
	err := putDamage(tx, record.Damage{Since: now, Bucket: string(e.bucket), Key: e.key, Value: value, Error: e.err.Error()})
	if err != nil {
		return err
	}
	switch {
	case bytes.Equal(e.bucket, bucketSegments):
		return s.segmentAgain(tx, e.key)
	case bytes.Equal(e.bucket, bucketPieces):
		return s.pieceLost(tx, e.key)
	case bytes.Equal(e.bucket, bucketDicts):
		return dictAgain(tx, e.key)
	case bytes.Equal(e.bucket, bucketHeld):
		return putAgain(tx, e.key)
	case bytes.Equal(e.bucket, bucketAlerts):
		return loseAlert(tx, string(e.key))
	case bytes.Equal(e.bucket, bucketDeliveries), bytes.Equal(e.bucket, bucketPayloads):
		return errors.Join(deleteDelivery(tx, string(e.key)), loseDelivery(tx, string(e.key), now))
	case bytes.Equal(e.bucket, bucketFresh), bytes.Equal(e.bucket, bucketRetry):
		return queueAgain(tx, now)
	case bytes.Equal(e.bucket, bucketBegun):
		return markAgain(tx, bucketBegun, bucketDeliveries, e.key)
	case bytes.Equal(e.bucket, bucketDead):
		return markAgain(tx, bucketDead, bucketAlerts, e.key)
	}
	return nil
}

// putAgain rebuilds the entry of a held alert from the alert.
func putAgain(tx *sealed.Tx, key []byte) error {
	return eachAlert(tx, func(r *record.Alert) error {
		if r.Held == 0 || !bytes.Equal(targetKey(r.Target, r.Held), key) {
			return nil
		}
		return putHeld(tx, r)
	})
}

// loseAlert deletes what refers to an alert that no longer exists.
func loseAlert(tx *sealed.Tx, id string) error {
	held := tx.Bucket(bucketHeld)
	var keys [][]byte
	held.Sound(nil, func(k, v []byte) bool {
		var h record.Held
		if decode(bucketHeld, k, v, &h) == nil && h.ID == id {
			keys = append(keys, bytes.Clone(k))
		}
		return true
	})
	var err error
	for _, k := range keys {
		err = errors.Join(err, held.Delete(k))
	}
	return errors.Join(err, tx.Bucket(bucketDead).Delete([]byte(id)))
}

// loseDelivery removes a message that no longer exists from its queue. Its alerts
// become dead letters, unless it had been sent: a retry composes them again.
func loseDelivery(tx *sealed.Tx, id string, now time.Time) error {
	begun, dead := tx.Bucket(bucketBegun), tx.Bucket(bucketDead)
	waiting := begun.Raw([]byte(id)) != nil
	if err := begun.Delete([]byte(id)); err != nil {
		return err
	}
	for _, name := range [][]byte{bucketFresh, bucketRetry} {
		queue := tx.Bucket(name)
		var keys [][]byte
		queue.Sound(nil, func(k, v []byte) bool {
			if _, queued := unstamp(v); queued == id {
				keys = append(keys, bytes.Clone(k))
			}
			return true
		})
		for _, k := range keys {
			waiting = true
			if err := queue.Delete(k); err != nil {
				return err
			}
		}
	}
	return eachAlert(tx, func(r *record.Alert) error {
		if !slices.Contains(r.Messages, id) || !waiting && dead.Raw([]byte(r.Alert.ID)) == nil {
			return nil
		}
		r.Dead, r.Ended = "its message was damaged in the store", cmp.Or(r.Ended, now)
		return errors.Join(putJSON(tx.Bucket(bucketAlerts), r.Alert.ID, r), dead.Put([]byte(r.Alert.ID), nil))
	})
}

// queueAgain requeues deliveries that wait for a retry and have lost their place in the
// queue.
func queueAgain(tx *sealed.Tx, now time.Time) error {
	queued := make(map[string]bool)
	note := func(_, v []byte) bool {
		_, id := unstamp(v)
		queued[id] = true
		return true
	}
	tx.Bucket(bucketFresh).Sound(nil, note)
	tx.Bucket(bucketRetry).Sound(nil, note)
	var lost []record.Delivery
	tx.Bucket(bucketDeliveries).Sound(nil, func(id, v []byte) bool {
		var r record.Delivery
		if decode(bucketDeliveries, id, v, &r) == nil && !r.Begun && !queued[string(id)] && r.Sent.IsZero() && r.Dead.IsZero() && r.Dropped.IsZero() {
			lost = append(lost, r)
		}
		return len(lost) < maxChanged
	})
	for _, r := range lost {
		r.Due = now
		if err := enqueueRetry(tx, r, now); err != nil {
			return err
		}
	}
	return nil
}

// markAgain rebuilds a key without a value, if the record that it refers to exists.
func markAgain(tx *sealed.Tx, mark, of, key []byte) error {
	if tx.Bucket(of).Raw(key) == nil {
		return nil
	}
	return tx.Bucket(mark).Put(key, nil)
}

// maxChanged bounds the alerts that eachAlert keeps in memory.
const maxChanged = 1000

// eachAlert calls change, which may store the record again, with every alert that can
// be decoded.
func eachAlert(tx *sealed.Tx, change func(*record.Alert) error) error {
	alerts := tx.Bucket(bucketAlerts)
	for from := []byte{}; from != nil; {
		var some []record.Alert
		var next []byte
		alerts.Sound(from, func(k, v []byte) bool {
			if len(some) == maxChanged {
				next = bytes.Clone(k)
				return false
			}
			var r record.Alert
			if decode(bucketAlerts, k, v, &r) == nil {
				some = append(some, r)
			}
			return true
		})
		from = next
		for i := range some {
			if err := change(&some[i]); err != nil {
				return err
			}
		}
	}
	return nil
}
