package postgres

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"watcher/internal/notify"
	"watcher/internal/store/record"
)

const (
	lockTarget = `select target from target where target = $1 for update`

	endBegun = `delete from begun where target = $1 and id = $2 and token = $3`

	putRest = `update target set rest = now() + $3::interval + $2::interval where target = $1`

	putHealth = `update target set health = $2 where target = $1`

	dropDelivery = `delete from delivery where id = $1`

	dropPayload = `delete from payload where id = $1`
)

// Settle implements notify.Queue. A crash before its commit makes the attempt ambiguous. If
// another machine took the target over meanwhile and queued the delivery again, Settle
// changes nothing.
func (s *Store) Settle(ctx context.Context, d notify.Delivery, o notify.AttemptOutcome) error {
	return s.settle(ctx, s.ended(d, o))
}

func (s *Store) settle(ctx context.Context, e *ended) error {
	err := s.db.update(ctx, "settle delivery "+e.Message.ID, func(tx pgx.Tx) error {
		var batch pgx.Batch
		batch.Queue(lockTarget, e.Message.Target)
		e.queueRead(&batch)
		if err := tx.SendBatch(ctx, &batch).Close(); err != nil {
			return err
		}
		return e.write(ctx, tx)
	})
	if err == nil {
		s.settled(e)
	}
	return err
}

// ended is the Settle of an attempt. It may be repeated after it was committed: the attempt
// has then ended already.
type ended struct {
	notify.Delivery
	notify.AttemptOutcome
	s     *Store
	t     *target
	token int64 // of the attempt; 0 if this process does not send it

	raw    []byte // of the delivery; nil if it is gone
	begun  bool
	alerts map[string]*record.Alert // of the message, if they are held again
}

func (s *Store) ended(d notify.Delivery, o notify.AttemptOutcome) *ended {
	t := s.targets.of(d.Message.Target)
	s.targets.mu.Lock()
	defer s.targets.mu.Unlock()
	return &ended{Delivery: d, AttemptOutcome: o, s: s, t: t, token: t.sending[d.Message.ID]}
}

// settled records that an attempt was settled, and wakes those who wait for what changed:
// nobody, if the message was sent.
func (s *Store) settled(e *ended) {
	s.targets.mu.Lock()
	if e.t.sending[e.Message.ID] == e.token {
		delete(e.t.sending, e.Message.ID)
	}
	s.targets.mu.Unlock()
	s.tell(false, e.Message.AlertIDs...)
	switch {
	case e.Recompose:
		s.spreadTargets(e.Message.Target)
	case e.Retry > 0:
		s.spreadQueued(e.t)
	}
	if len(e.Report) > 0 {
		s.spreadAlerts(e.Report)
	}
}

// queueRead locks and reads what the outcome changes. The target is locked already.
func (e *ended) queueRead(b *pgx.Batch) {
	id := e.Message.ID
	e.raw, e.begun, e.alerts = nil, false, make(map[string]*record.Alert)
	if e.Recompose {
		b.Queue(lockAlertRecords, slices.Sorted(slices.Values(e.Message.AlertIDs))).Query(func(rows pgx.Rows) error {
			return eachAlert(rows, func(id string, _ []byte, r *record.Alert) { e.alerts[id] = r })
		})
	}
	b.Queue(lockDelivery, id).Query(func(rows pgx.Rows) error {
		_, err := pgx.ForEachRow(rows, []any{&e.raw}, func() error { return nil })
		return err
	})
	b.Queue(endBegun, e.Message.Target, id, e.token).Exec(func(tag pgconn.CommandTag) error {
		e.begun = tag.RowsAffected() == 1
		return nil
	})
}

// write stores the outcome.
func (e *ended) write(ctx context.Context, tx pgx.Tx) error {
	id, now := e.Message.ID, e.s.now()
	if e.raw == nil { // its record was damaged and put aside
		return e.s.insertAlerts(ctx, tx, e.Report)
	}
	var r record.Delivery
	if err := unpack("delivery", e.raw, &r, id); err != nil {
		return err
	}
	if r.Tries < e.Attempt {
		return fmt.Errorf("delivery %s was not begun", id)
	}
	if !e.begun {
		return nil // an earlier try settled it, or the next owner has it
	}
	r.Begun = false
	last := &r.Attempts[len(r.Attempts)-1]
	last.End, last.Answer, last.Ambiguous = now, e.Answer, e.AttemptOutcome.Ambiguous
	var b pgx.Batch
	if e.AttemptOutcome.Ambiguous {
		r.Ambiguous++
		b.Queue(countAmbiguous, e.Message.Target)
	}
	if e.Rest >= e.s.timing.look { // a shorter rest would be over before another machine has the target
		b.Queue(putRest, e.Message.Target, e.Rest, e.s.db.ahead())
	}
	if err := e.queueHealth(&b); err != nil {
		return err
	}
	if err := e.queueOutcome(&b, r, now); err != nil {
		return err
	}
	if err := tx.SendBatch(ctx, &b).Close(); err != nil {
		return err
	}
	return e.s.insertAlerts(ctx, tx, e.Report)
}

// queueHealth stores the health of the target; nil leaves it as it was.
func (e *ended) queueHealth(b *pgx.Batch) error {
	h := e.AttemptOutcome.Health
	if h == nil {
		return nil
	}
	var raw []byte
	if *h != (notify.TargetHealth{}) {
		var err error
		if raw, err = pack(healthTable, record.Health(*h), e.Message.Target); err != nil {
			return err
		}
	}
	b.Queue(putHealth, e.Message.Target, raw)
	return nil
}

func (e *ended) queueOutcome(b *pgx.Batch, r record.Delivery, now time.Time) error {
	var queued queueRows
	switch {
	case e.Sent:
		r.Sent, r.Ref = now, e.Ref
	case e.Dead:
		r.Dead = now
		b.Queue(addDead, slices.Repeat([]string{e.Message.Target}, len(r.Message.AlertIDs)), r.Message.AlertIDs)
	case e.Recompose:
		return e.queueVoid(b, r)
	default:
		r.Due = now.Add(e.Retry)
		queued.retry(&r, now)
	}
	queued.queue(b)
	return queueDelivery(b, r)
}

// queueVoid deletes a message and holds its alerts again, as before. If an alert has a
// message for each recipient, the first of them does so for all.
func (e *ended) queueVoid(b *pgx.Batch, d record.Delivery) error {
	b.Queue(dropDelivery, d.Message.ID)
	b.Queue(dropPayload, d.Message.ID)
	maps.DeleteFunc(e.alerts, func(_ string, r *record.Alert) bool {
		return r.Held != 0 || !slices.Contains(r.Messages, d.Message.ID)
	})
	var held heldRows
	for _, id := range d.Message.AlertIDs { // in the order that they had
		r := e.alerts[id]
		if r == nil {
			continue
		}
		r.Messages, r.Ended, r.Held = nil, time.Time{}, e.s.place(e.s.now())
		if err := held.add(r); err != nil {
			return err
		}
	}
	held.queue(b)
	return queueRecords(b, e.alerts)
}
