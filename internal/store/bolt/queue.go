package bolt

import (
	"bytes"
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

// behindAll is added to the sequence number of a flood's message, which sorts it after
// all others.
const behindAll = 1 << 63

// maxAttempts bounds the attempts of a delivery that are kept.
const maxAttempts = 20

// enqueue stores a delivery without an attempt after the others of its target; that of
// a flood after all floods. The order is by a sequence, not by the clock, which may be
// set back.
func enqueue(tx *sealed.Tx, r record.Delivery) error {
	fresh := tx.Bucket(bucketFresh)
	seq, err := fresh.NextSequence()
	if err != nil {
		return err
	}
	if r.Message.Flood {
		seq |= behindAll
	}
	if err := fresh.Put(targetKey(r.Message.Target, seq), stamped(r.Frozen, r.Message.ID)); err != nil {
		return err
	}
	if p := r.Message.Payload; len(p) > 0 {
		r.Apart, r.Message.Payload = true, nil
		if err := tx.Bucket(bucketPayloads).Put([]byte(r.Message.ID), p); err != nil {
			return err
		}
	}
	return putJSON(tx.Bucket(bucketDeliveries), r.Message.ID, r)
}

// unite adds the payload to a delivery.
func unite(tx *sealed.Tx, r *record.Delivery) error {
	if !r.Apart {
		return nil
	}
	id := []byte(r.Message.ID)
	r.Message.Payload = bytes.Clone(tx.Bucket(bucketPayloads).Get(id))
	if r.Message.Payload == nil {
		return &brokenError{bucketDeliveries, id, errors.New("its payload is not there")}
	}
	return nil
}

// deleteDelivery deletes a delivery that is in no queue.
func deleteDelivery(tx *sealed.Tx, id string) error {
	return errors.Join(tx.Bucket(bucketDeliveries).Delete([]byte(id)), tx.Bucket(bucketPayloads).Delete([]byte(id)))
}

// enqueueRetry stores a delivery that is retried at r.Due.
func enqueueRetry(tx *sealed.Tx, r record.Delivery, now time.Time) error {
	retry := tx.Bucket(bucketRetry)
	seq, err := retry.NextSequence()
	if err != nil {
		return err
	}
	key := targetKey(r.Message.Target, uint64(max(0, r.Due.UnixNano())), seq)
	if err := retry.Put(key, stamped(now, r.Message.ID)); err != nil {
		return err
	}
	return putJSON(tx.Bucket(bucketDeliveries), r.Message.ID, r)
}

// earlier returns the earlier of two times. The later one was written before the clock
// was set back.
func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// stamped is a value of a queue: when it was written, and the delivery's id.
func stamped(t time.Time, id string) []byte { return append(number(uint64(t.UnixNano())), id...) }

func unstamp(v []byte) (time.Time, string) {
	return time.Unix(0, int64(uint64Of(v))), string(v[min(8, len(v)):])
}

// queued is a delivery at the head of one of a target's queues.
type queued struct {
	bucket *sealed.Bucket
	key    []byte
	id     string
	due    time.Time // when it may begin
	behind time.Time // its place in the order: when it was frozen or became due
}

// head returns the next delivery of target, due or not. Its due time is zero if there
// is none.
func head(tx *sealed.Tx, target string, now time.Time) queued {
	prefix := targetKey(target)
	first := func(name []byte) (k, v []byte, b *sealed.Bucket) {
		b = tx.Bucket(name)
		if k, v = b.Cursor().Seek(prefix); !bytes.HasPrefix(k, prefix) {
			return nil, nil, b
		}
		return k, v, b
	}
	var retry, fresh queued
	if k, v, b := first(bucketRetry); k != nil {
		due := time.Unix(0, int64(uint64Of(k[len(prefix):])))
		written, id := unstamp(v)
		if written.Sub(now) > slack {
			due = now // the clock was set back: better now than in a day
		}
		retry = queued{b, k, id, due, due}
	}
	if k, v, b := first(bucketFresh); k != nil {
		frozen, id := unstamp(v)
		fresh = queued{b, k, id, now, frozen}
	}
	switch {
	case fresh.key == nil:
		return retry
	case retry.key == nil, retry.due.After(now), retry.behind.After(fresh.behind):
		return fresh
	}
	return retry
}

// Begin implements notify.Queue. After a crash before its transaction is on disk the
// delivery waits as before. After a crash later the message may have been sent: the
// next process sends it again under the same ID, as ambiguous.
func (s *Store) Begin(_ context.Context, target string) (notify.Delivery, bool, store.Wake, error) {
	changed := s.queuedNews(target)
	var due, now time.Time
	err := s.view(func(tx *sealed.Tx) error {
		now = clock()
		due = head(tx, target, now).due
		return nil
	})
	if err != nil {
		return notify.Delivery{}, false, store.Wake{}, fmt.Errorf("find a delivery to %s: %w", target, err)
	}
	if due.IsZero() || due.After(now) {
		return notify.Delivery{}, false, wakeFor(changed, due, now), nil
	}
	b := begun{target: target}
	if err := s.update(func(tx *sealed.Tx) error { return b.begin(s, tx) }); err != nil {
		return notify.Delivery{}, false, wakeFor(changed, now, now), fmt.Errorf("begin a delivery to %s: %w", target, err)
	}
	d, ok, wake := b.delivery(changed)
	return d, ok, wake, nil
}

// Next implements notify.Queue. After a crash before its transaction is on disk, the
// attempt that ended is ambiguous and the next delivery waits as before.
func (s *Store) Next(_ context.Context, d notify.Delivery, o notify.AttemptOutcome) (notify.Delivery, bool, store.Wake, error) {
	e := ended{Delivery: d, AttemptOutcome: o}
	b := begun{target: d.Message.Target}
	changed := s.queuedNews(b.target)
	err := s.update(func(tx *sealed.Tx) error {
		if err := e.settle(s, tx); err != nil {
			return err
		}
		return b.begin(s, tx)
	})
	if err != nil {
		return notify.Delivery{}, false, store.Wake{}, fmt.Errorf("settle delivery %s and begin the next: %w", d.Message.ID, err)
	}
	e.spread(s)
	next, ok, wake := b.delivery(changed)
	return next, ok, wake, nil
}

// begun is Begin for one target within a transaction.
type begun struct {
	target string

	now    time.Time // when it was read
	found  bool
	health notify.TargetHealth
	record record.Delivery
	ref    string    // the target's name for the message that this one follows
	due    time.Time // if none was found: when the next one is due
}

// begin claims the next due delivery. It may run several times.
func (b *begun) begin(s *Store, tx *sealed.Tx) error {
	// Read the clock within the transaction: times that it wrote before must not appear
	// to be in the future.
	b.now, b.found = clock(), false
	var err error
	if b.health, err = healthOf(tx, b.target); err != nil {
		return err
	}
	for !b.found {
		q := head(tx, b.target, b.now)
		if b.due = q.due; q.key == nil || q.due.After(b.now) {
			return nil
		}
		if b.record, b.found, err = beginOne(tx, q, b.now); err != nil {
			return err
		}
		if b.found {
			s.flight.begun = append(s.flight.begun, q.id)
			if b.ref, err = refOf(tx, b.record.Message.Follows); err != nil {
				return err
			}
			if err := unite(tx, &b.record); err != nil {
				return err
			}
		}
	}
	return nil
}

// delivery returns what begin found.
func (b *begun) delivery(changed <-chan struct{}) (notify.Delivery, bool, store.Wake) {
	if !b.found {
		return notify.Delivery{}, false, wakeFor(changed, b.due, b.now)
	}
	m := b.record.Message.Message()
	m.Ref = b.ref
	return notify.Delivery{
		Message:   m,
		Frozen:    b.record.Frozen,
		Attempt:   b.record.Tries,
		Ambiguous: b.record.Ambiguous > 0,
		Health:    b.health,
		Now:       b.now,
	}, true, store.Wake{}
}

// beginOne marks a delivery as being sent. If the delivery no longer exists, it removes
// it from the queue and returns false.
func beginOne(tx *sealed.Tx, q queued, now time.Time) (r record.Delivery, ok bool, err error) {
	if ok, err := getJSON(tx, bucketDeliveries, q.id, &r); err != nil {
		return r, false, err
	} else if !ok {
		return r, false, q.bucket.Delete(q.key)
	}
	if r.Begun { // by a process that ended before Settle
		r.Ambiguous++
		if err := count(tx, keyAmbiguous); err != nil {
			return r, false, err
		}
	}
	r.Begun = true
	r.Tries++
	r.Due = time.Time{}
	r.Attempts = append(r.Attempts, record.Attempt{Start: now})
	if len(r.Attempts) > maxAttempts {
		r.Attempts = slices.Delete(r.Attempts, 1, 2)
	}
	if err := q.bucket.Delete(q.key); err != nil {
		return r, false, err
	}
	if err := tx.Bucket(bucketBegun).Put([]byte(q.id), nil); err != nil {
		return r, false, err
	}
	return r, true, putJSON(tx.Bucket(bucketDeliveries), q.id, r)
}

// refOf returns the target's reference to the message of an alert; empty if there is
// none.
func refOf(tx *sealed.Tx, alert string) (string, error) {
	if alert == "" {
		return "", nil
	}
	var a record.Alert
	if ok, err := getJSON(tx, bucketAlerts, alert, &a); err != nil || !ok {
		return "", err
	}
	for _, m := range a.Messages {
		var d record.Delivery
		if ok, err := getJSON(tx, bucketDeliveries, m, &d); err != nil {
			return "", err
		} else if ok && d.Ref != "" {
			return d.Ref, nil
		}
	}
	return "", nil
}

// count increments a counter in the meta bucket.
func count(tx *sealed.Tx, key []byte) error {
	meta := tx.Bucket(bucketMeta)
	return meta.Put(key, number(counted(meta, key)+1))
}

func counted(meta *sealed.Bucket, key []byte) uint64 {
	return uint64Of(meta.Get(key))
}

// Settle implements notify.Queue. A crash before its transaction is on disk makes the
// attempt ambiguous.
func (s *Store) Settle(_ context.Context, d notify.Delivery, o notify.AttemptOutcome) error {
	e := ended{Delivery: d, AttemptOutcome: o}
	if err := s.update(func(tx *sealed.Tx) error { return e.settle(s, tx) }); err != nil {
		return fmt.Errorf("settle delivery %s: %w", d.Message.ID, err)
	}
	e.spread(s)
	return nil
}

// ended is Settle for one attempt within a transaction.
type ended struct {
	notify.Delivery
	notify.AttemptOutcome
	told map[string]bool // targets of the report
}

// settle stores the outcome of the attempt. It may run several times.
func (e *ended) settle(s *Store, tx *sealed.Tx) error {
	id := e.Message.ID
	e.told = make(map[string]bool)
	s.flight.settled = append(s.flight.settled, id)
	var r record.Delivery
	if ok, err := getJSON(tx, bucketDeliveries, id, &r); err != nil {
		return err
	} else if !ok {
		return s.holdAll(tx, e.Report, e.told) // its record was damaged and set aside
	} else if r.Tries < e.Attempt {
		return fmt.Errorf("delivery %s was not begun", id)
	}
	if !r.Begun {
		return nil // a transaction reached the disk although it failed
	}
	now := clock()
	r.Begun = false
	if e.AttemptOutcome.Ambiguous {
		r.Ambiguous++
		if err := count(tx, keyAmbiguous); err != nil {
			return err
		}
	}
	last := &r.Attempts[len(r.Attempts)-1]
	last.End, last.Answer, last.Ambiguous = now, e.Answer, e.AttemptOutcome.Ambiguous
	if err := tx.Bucket(bucketBegun).Delete([]byte(id)); err != nil {
		return err
	}
	if err := errors.Join(s.holdAll(tx, e.Report, e.told), putHealth(tx, e.Message.Target, e.AttemptOutcome.Health)); err != nil {
		return err
	}
	switch {
	case e.Sent:
		r.Sent, r.Ref = now, e.Ref
	case e.Dead:
		r.Dead = now
		if err := markDead(tx, r.Message.AlertIDs); err != nil {
			return err
		}
	case e.Recompose:
		return void(tx, r)
	default:
		r.Due = now.Add(e.Retry)
		return enqueueRetry(tx, r, now)
	}
	return putJSON(tx.Bucket(bucketDeliveries), id, r)
}

// spread wakes those who wait for what Settle changed: nobody if the message was sent.
func (e *ended) spread(s *Store) {
	s.watches.Tell(false, e.Message.AlertIDs...)
	if e.Recompose {
		e.told[e.Message.Target] = true
	}
	s.spreadHeld(e.told)
	if e.Retry > 0 {
		s.spreadQueued(e.Message.Target)
	}
}

// void deletes a message and holds its alerts again, as before. If an alert has a
// message for each recipient, the first of them does so for all.
func void(tx *sealed.Tx, d record.Delivery) error {
	if err := deleteDelivery(tx, d.Message.ID); err != nil {
		return err
	}
	for _, id := range d.Message.AlertIDs {
		var r record.Alert
		if ok, err := getJSON(tx, bucketAlerts, id, &r); err != nil {
			return err
		} else if !ok || r.Held != 0 || !slices.Contains(r.Messages, d.Message.ID) {
			continue
		}
		r.Messages, r.Ended = nil, time.Time{}
		if err := putHeld(tx, &r); err != nil {
			return err
		}
	}
	return nil
}

// markDead puts alerts on the list of dead letters.
func markDead(tx *sealed.Tx, ids []string) error {
	for _, id := range ids {
		if err := tx.Bucket(bucketDead).Put([]byte(id), nil); err != nil {
			return err
		}
	}
	return nil
}
