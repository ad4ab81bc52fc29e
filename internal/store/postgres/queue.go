package postgres

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"watcher/internal/notify"
	"watcher/internal/store"
	"watcher/internal/store/record"
)

const (
	// maxAttempts bounds the recorded attempts of a delivery.
	maxAttempts = 20
	// slack is how far a clock may be set back without any due time being moved.
	slack = 2 * time.Second
	// freeDeaths is how many crashes in a row, each during an attempt at a delivery, are
	// retried without a wait. After more, the answer of the target's server may be what
	// kills the process, and retries must leave time for everything else.
	freeDeaths = 3
)

const (
	headOf = `
(select class, place, id, at from queue where target = $1 and class = 0 order by place, id limit 1)
union all
(select class, place, id, at from queue where target = $1 and class = 1 order by place, id limit 1)
union all
(select class, place, id, at from queue where target = $1 and class = 2 order by place, id limit 1)`

	ownAttempt = `select id from begun where target = $1 and token = $2`

	dequeue = `delete from queue where target = $1 and class = $2 and place = $3 and id = $4`

	lockDelivery = `select record from delivery where id = $1 for update`

	payloadOf = `select record from payload where id = $1`

	deliveriesByID = `select id, record from delivery where id = any($1)`

	writeDelivery = `update delivery set record = $2 where id = $1`

	addBegun = `insert into begun (target, id, token) values ($1, $2, $3)`

	countAmbiguous = `update target set ambiguous = ambiguous + 1 where target = $1`

	begunOf = `select id, token from begun where target = $1 order by id for update`

	lockDeliveries = `select id, record from delivery where id = any($1) order by id for update`

	dropBegun = `delete from begun where target = $1 and id = any($2)`
)

// waiting is a row of the queue.
type waiting struct {
	class int16
	place int64
	id    string
	at    time.Time
}

// due returns when the delivery may begin.
func (w *waiting) due(now time.Time) time.Time {
	if w.class != classRetry || w.at.Sub(now) > slack {
		return now // the clock was set back since: better now than in a day
	}
	return time.Unix(0, w.place)
}

// headOfRows returns the next delivery of a target, due or not; nil if there is none. A
// retry goes first if it became due before the next of the others was frozen.
func headOfRows(rows []waiting, now time.Time) *waiting {
	var first, retry *waiting
	for i := range rows {
		switch w := &rows[i]; {
		case w.class == classRetry:
			retry = w
		case first == nil:
			first = w
		}
	}
	switch {
	case first == nil:
		return retry
	case retry == nil, retry.due(now).After(now), retry.due(now).After(first.at):
		return first
	}
	return retry
}

// Begin implements notify.Queue. After a crash before its commit the delivery waits as
// before. After a crash behind it the message may have been sent: the next owner of the
// target sends it again under the same id, as ambiguous.
func (s *Store) Begin(ctx context.Context, target string) (notify.Delivery, bool, store.Wake, error) {
	return s.next(ctx, target, nil)
}

// Next implements notify.Queue. After a crash before its commit, the attempt that ended
// is ambiguous and the next delivery waits as before.
func (s *Store) Next(ctx context.Context, d notify.Delivery, o notify.AttemptOutcome) (notify.Delivery, bool, store.Wake, error) {
	return s.next(ctx, d.Message.Target, s.ended(d, o))
}

// next settles an attempt, if there is one, and begins the next delivery of its target.
func (s *Store) next(ctx context.Context, target string, e *ended) (notify.Delivery, bool, store.Wake, error) {
	t := s.targets.of(target)
	release, err := t.turn.hold(ctx)
	if err != nil {
		return notify.Delivery{}, false, store.Wake{}, err
	}
	defer release()
	changed := s.queuedNews(t)
	token, ours, err := s.own(ctx, t)
	if err != nil {
		return notify.Delivery{}, false, store.Wake{}, err
	}
	elsewhere := store.Wake{Changed: changed, After: s.timing.look}
	if !ours {
		if e != nil {
			err = s.settle(ctx, e)
		}
		return notify.Delivery{}, false, elsewhere, err
	}
	b := beginning{s: s, t: t, lease: token, attempt: random()}
	err = s.db.update(ctx, "begin a delivery to "+target, func(tx pgx.Tx) error { return b.begin(ctx, tx, e) })
	if err != nil {
		b.failed()
		return notify.Delivery{}, false, store.Wake{}, err
	}
	b.landed()
	if e != nil {
		s.settled(e)
	}
	switch {
	case b.lost:
		return notify.Delivery{}, false, elsewhere, nil
	case !b.found:
		return notify.Delivery{}, false, wakeAt(changed, b.due, b.now), nil
	}
	return b.delivery(), true, store.Wake{}, nil
}

// beginning is the Begin of a target. It may be repeated after it was committed: it
// recognises its own attempt by the token.
type beginning struct {
	s       *Store
	t       *target
	lease   int64 // the token of the lease
	attempt int64 // the token of the attempt

	tried  bool // it may have been committed
	now    time.Time
	lost   bool      // the target is not ours
	rest   time.Time // until when an earlier owner was to leave the target alone; zero if that does not count
	health notify.TargetHealth
	rows   []waiting
	own    string // the delivery that an earlier try began
	found  bool
	record record.Delivery
	ref    string    // the target's reference to the message that this one follows
	due    time.Time // if no delivery was found: when the next one is due
}

// landed takes over what was committed.
func (b *beginning) landed() {
	ts := b.s.targets
	ts.mu.Lock()
	defer ts.mu.Unlock()
	if b.lost {
		b.t.until = time.Time{}
		return
	}
	if b.t.token == b.lease {
		b.t.orphaned, b.t.doubtful = false, false
		b.t.inherited = b.rest.After(b.now)
	}
	if b.found {
		b.t.sending[b.record.Message.ID] = b.attempt
	}
}

// failed records that an attempt may have begun although the commit failed.
func (b *beginning) failed() {
	ts := b.s.targets
	ts.mu.Lock()
	defer ts.mu.Unlock()
	b.t.doubtful = b.t.doubtful || b.tried
}

// delivery returns what was begun.
func (b *beginning) delivery() notify.Delivery {
	m := b.record.Message.Message()
	m.Ref = b.ref
	return notify.Delivery{
		Message: m, Frozen: b.record.Frozen, Attempt: b.record.Tries, Ambiguous: b.record.Ambiguous > 0,
		Health: b.health, Now: b.now,
	}
}

// begin settles the attempt before, if there is one, and takes the next due delivery.
func (b *beginning) begin(ctx context.Context, tx pgx.Tx, e *ended) error {
	b.now, b.lost, b.found, b.own = b.s.now(), true, false, ""
	ts := b.s.targets
	ts.mu.Lock()
	stray, inherited := b.t.orphaned || b.t.doubtful, b.t.inherited
	ts.mu.Unlock()
	var batch pgx.Batch
	batch.Queue(fenceTarget, b.t.name, b.s.self.id, b.lease, b.s.db.ahead()).Query(b.readTarget)
	if e != nil {
		e.queueRead(&batch)
	} else if !stray {
		b.queueHead(&batch)
	}
	if err := tx.SendBatch(ctx, &batch).Close(); err != nil {
		return err
	}
	if e != nil {
		if err := e.write(ctx, tx); err != nil {
			return err
		}
		if h := e.AttemptOutcome.Health; e.begun && h != nil {
			b.health = *h
		}
	}
	if b.lost {
		return nil
	}
	if stray {
		if err := b.requeue(ctx, tx); err != nil {
			return err
		}
	}
	if !inherited {
		b.rest = time.Time{}
	}
	if b.due = b.rest; b.due.After(b.now) {
		return nil
	}
	for first := e == nil && !stray; !b.found; first = false {
		if !first {
			var batch pgx.Batch
			b.queueHead(&batch)
			if err := tx.SendBatch(ctx, &batch).Close(); err != nil {
				return err
			}
		}
		if b.own != "" {
			return b.again(ctx, tx)
		}
		head := headOfRows(b.rows, b.now)
		if head == nil {
			b.due = time.Time{}
			return nil
		}
		if b.due = head.due(b.now); b.due.After(b.now) {
			return nil
		}
		if err := b.take(ctx, tx, head); err != nil {
			return err
		}
	}
	return nil
}

// readTarget reads the row of the target, if the lease is ours.
func (b *beginning) readTarget(rows pgx.Rows) error {
	var sends, health []byte
	var rest *time.Time
	_, err := pgx.ForEachRow(rows, []any{&sends, &health, &rest}, func() error {
		b.lost, b.health, b.rest = false, notify.TargetHealth{}, time.Time{}
		if rest != nil {
			b.rest = *rest
		}
		if health == nil {
			return nil
		}
		var r record.Health
		err := unpack(healthTable, health, &r, b.t.name)
		b.health = notify.TargetHealth(r)
		return err
	})
	return err
}

// queueHead asks for the next deliveries.
func (b *beginning) queueHead(batch *pgx.Batch) {
	if b.tried {
		batch.Queue(ownAttempt, b.t.name, b.attempt).Query(func(rows pgx.Rows) error {
			_, err := pgx.ForEachRow(rows, []any{&b.own}, func() error { return nil })
			return err
		})
	}
	batch.Queue(headOf, b.t.name).Query(func(rows pgx.Rows) error {
		b.rows = nil
		var w waiting
		_, err := pgx.ForEachRow(rows, []any{&w.class, &w.place, &w.id, &w.at}, func() error {
			b.rows = append(b.rows, w)
			return nil
		})
		return err
	})
}

// again finds the delivery that an earlier try began.
func (b *beginning) again(ctx context.Context, tx pgx.Tx) error {
	if ok, err := b.read(ctx, tx, b.own, nil); err != nil || !ok {
		return err
	}
	b.found = true
	return nil
}

// read reads a delivery and its payload. ok is false if it is gone.
func (b *beginning) read(ctx context.Context, tx pgx.Tx, id string, with func(*pgx.Batch)) (ok bool, err error) {
	var raw, payload []byte
	var batch pgx.Batch
	if with != nil {
		with(&batch)
	}
	into := func(to *[]byte) func(pgx.Rows) error {
		return func(rows pgx.Rows) error {
			_, err := pgx.ForEachRow(rows, []any{to}, func() error { return nil })
			return err
		}
	}
	batch.Queue(lockDelivery, id).Query(into(&raw))
	batch.Queue(payloadOf, id).Query(into(&payload))
	if err := tx.SendBatch(ctx, &batch).Close(); err != nil || raw == nil {
		return false, err
	}
	b.record = record.Delivery{}
	if err := unpack("delivery", raw, &b.record, id); err != nil {
		return false, err
	}
	if b.record.Apart {
		if payload == nil {
			return false, &brokenError{"delivery", []any{id}, errors.New("its payload is not there")}
		}
		if b.record.Message.Payload, err = unseal("payload", payload, id); err != nil {
			return false, err
		}
	}
	b.ref, err = refOf(ctx, tx, b.record.Message.Follows)
	return true, err
}

// take marks a delivery as being sent. A delivery that is gone only leaves the queue.
func (b *beginning) take(ctx context.Context, tx pgx.Tx, w *waiting) error {
	b.tried = true
	ok, err := b.read(ctx, tx, w.id, func(batch *pgx.Batch) {
		exactly(batch.Queue(dequeue, b.t.name, w.class, w.place, w.id), 1)
	})
	if err != nil || !ok {
		return err
	}
	r := &b.record
	var batch pgx.Batch
	if r.Begun { // by a process that ended before it settled
		r.Ambiguous++
		batch.Queue(countAmbiguous, b.t.name)
	}
	r.Begun, r.Due = true, time.Time{}
	r.Tries++
	r.Attempts = append(r.Attempts, record.Attempt{Start: b.now})
	if len(r.Attempts) > maxAttempts {
		r.Attempts = slices.Delete(r.Attempts, 1, 2)
	}
	if err := queueDelivery(&batch, *r); err != nil {
		return err
	}
	batch.Queue(addBegun, b.t.name, w.id, b.attempt)
	b.found = true
	return tx.SendBatch(ctx, &batch).Close()
}

// queueDelivery writes a delivery without its payload, which never changes.
func queueDelivery(b *pgx.Batch, r record.Delivery) error {
	if r.Apart {
		r.Message.Payload = nil
	}
	raw, err := pack("delivery", r, r.Message.ID)
	if err != nil {
		return err
	}
	b.Queue(writeDelivery, r.Message.ID, raw)
	return nil
}

// refOf returns the target's reference to the message of an alert; empty if there is none.
func refOf(ctx context.Context, tx pgx.Tx, alert string) (ref string, err error) {
	if alert == "" {
		return "", nil
	}
	var messages []string
	rows, err := tx.Query(ctx, alertsByID, []string{alert})
	if err != nil {
		return "", err
	}
	if err := eachAlert(rows, func(_ string, _ []byte, r *record.Alert) { messages = r.Messages }); err != nil || len(messages) == 0 {
		return "", err
	}
	if rows, err = tx.Query(ctx, deliveriesByID, messages); err != nil {
		return "", err
	}
	refs := make(map[string]string)
	if err := eachDelivery(rows, func(r *record.Delivery) { refs[r.Message.ID] = r.Ref }); err != nil {
		return "", err
	}
	for _, m := range messages {
		if refs[m] != "" {
			return refs[m], nil
		}
	}
	return "", nil
}

// eachDelivery reads rows of deliveries.
func eachDelivery(rows pgx.Rows, yield func(r *record.Delivery)) error {
	var id string
	var raw []byte
	_, err := pgx.ForEachRow(rows, []any{&id, &raw}, func() error {
		var r record.Delivery
		if err := unpack("delivery", raw, &r, id); err != nil {
			return err
		}
		yield(&r)
		return nil
	})
	return err
}

// requeue queues again what is marked as being sent but is not being sent, in front of what
// was frozen after it. What an earlier owner began may have been sent: it stays marked, so
// that the next attempt is ambiguous, and it waits longer each time if several owners in a
// row died during it. What this process began in a commit without an answer was not sent.
func (b *beginning) requeue(ctx context.Context, tx pgx.Tx) error {
	ts := b.s.targets
	ts.mu.Lock()
	orphaned, sending := b.t.orphaned, make(map[string]int64)
	maps.Copy(sending, b.t.sending)
	ts.mu.Unlock()
	rows, err := tx.Query(ctx, begunOf, b.t.name)
	if err != nil {
		return err
	}
	var ids []string
	var id string
	var token int64
	_, err = pgx.ForEachRow(rows, []any{&id, &token}, func() error {
		if sending[id] != token && token != b.attempt {
			ids = append(ids, id)
		}
		return nil
	})
	if err != nil || len(ids) == 0 {
		return err
	}
	if rows, err = tx.Query(ctx, lockDeliveries, ids); err != nil {
		return err
	}
	var back []record.Delivery
	if err := eachDelivery(rows, func(r *record.Delivery) { back = append(back, *r) }); err != nil {
		return err
	}
	var batch pgx.Batch
	var queued queueRows
	for _, r := range back {
		r.Due = earlier(r.Frozen, b.now)
		if !orphaned {
			r.Begun = false
			r.Tries--
			r.Attempts = r.Attempts[:max(0, len(r.Attempts)-1)]
		} else if n := r.Deaths(); n > freeDeaths {
			r.Due = b.now.Add(min(time.Minute<<min(n-freeDeaths-1, 10), time.Hour))
		}
		queued.retry(&r, b.now)
		if err := queueDelivery(&batch, r); err != nil {
			return err
		}
	}
	batch.Queue(dropBegun, b.t.name, ids)
	queued.queue(&batch)
	return tx.SendBatch(ctx, &batch).Close()
}

// earlier returns the earlier of two times. The later one was written before the clock was
// set back.
func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}
