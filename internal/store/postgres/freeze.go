package postgres

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"watcher/internal/notify"
	"watcher/internal/store"
	"watcher/internal/store/record"
)

const (
	// fenceTarget locks a target if the lease is ours.
	fenceTarget = `
select sends, health, rest from target
where target = $1 and owner = $2 and token = $3 and lease_until > now() + $4::interval
for update`

	lockAlertRecords = `select id, record from alert where id = any($1) order by id for update`

	writeAlerts = `
update alert as a set record = u.record
from unnest($1::text[], $2::bytea[]) as u(id, record)
where a.id = u.id`

	dropHeld = `
delete from held as h using unnest($1::text[], $2::bigint[], $3::text[]) as u(target, place, id)
where h.target = u.target and h.place = u.place and h.id = u.id`

	addDead = `
insert into dead (target, id) select target, id from unnest($1::text[], $2::text[]) as u(target, id)
order by target, id
on conflict (target, id) do nothing`

	putSends = `update target set sends = $2 where target = $1`

	lastQueued = `select coalesce(max(place), 0) from queue where target = $1 and class = $2`

	putDeliveries = `
insert into delivery (id, target, record)
select id, target, record from unnest($1::text[], $2::text[], $3::bytea[]) as u(id, target, record)
order by id
on conflict (id) do update set target = excluded.target, record = excluded.record`

	putPayloads = `
insert into payload (id, record) select id, record from unnest($1::text[], $2::bytea[]) as u(id, record)
order by id
on conflict (id) do update set record = excluded.record`

	enqueue = `
insert into queue (target, class, place, id, at)
select target, class, place, id, at from unnest($1::text[], $2::smallint[], $3::bigint[], $4::text[], $5::timestamptz[]) as u(target, class, place, id, at)
order by target, class, place, id
on conflict (target, class, place, id) do nothing`
)

// Classes of the queue.
const (
	classFresh int16 = iota // never tried
	classFlood              // of a flood, and never tried
	classRetry
)

// Freeze implements notify.HeldStore. A crash before its commit leaves the alerts held; a
// crash behind it leaves the messages in the queue.
func (s *Store) Freeze(ctx context.Context, c notify.Composition) error {
	t := s.targets.of(c.Target)
	token, ours, err := s.own(ctx, t)
	if err != nil {
		return err
	}
	if !ours {
		return store.ErrMoved
	}
	e := ending{Composition: c, s: s, token: token}
	written := false // set by an earlier try whose commit may have succeeded
	err = s.db.update(ctx, fmt.Sprintf("freeze %d messages", len(c.Messages)), func(tx pgx.Tx) error {
		if err := e.read(ctx, tx); err != nil {
			return err
		}
		if written && e.moved && e.done() {
			e.moved = false
			return nil
		}
		if e.moved {
			return nil
		}
		written = true
		return e.write(ctx, tx)
	})
	switch {
	case err != nil:
		return err
	case e.moved:
		return store.ErrMoved
	}
	s.spreadQueued(t)
	s.tell(false, slices.Collect(maps.Keys(e.records))...)
	return nil
}

// ending is a composition whose alerts stop being held.
type ending struct {
	notify.Composition
	s     *Store
	token int64 // of our lease of the target

	now     time.Time
	records map[string]*record.Shallow // by alert
	sends   []byte
	last    [2]int64 // places in the queue
	moved   bool     // an alert is no longer held, or the target is not ours
}

// ids returns the ids of the alerts, each once, in order.
func (e *ending) ids() []string {
	all := slices.Concat(slices.Collect(maps.Keys(e.Skipped)), slices.Collect(maps.Keys(e.Dead)))
	for _, m := range e.Messages {
		all = append(all, m.AlertIDs...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// read locks the target and the alerts, and reads them.
func (e *ending) read(ctx context.Context, tx pgx.Tx) error {
	ids := e.ids()
	e.now, e.records, e.sends, e.moved = e.s.now(), make(map[string]*record.Shallow, len(ids)), nil, false
	var b pgx.Batch
	ours := false
	b.Queue(fenceTarget, e.Target, e.s.self.id, e.token, e.s.db.ahead()).Query(func(rows pgx.Rows) error {
		var health []byte
		var rest *time.Time
		_, err := pgx.ForEachRow(rows, []any{&e.sends, &health, &rest}, func() error { ours = true; return nil })
		return err
	})
	b.Queue(lockAlertRecords, ids).Query(func(rows pgx.Rows) error {
		var id string
		var raw []byte
		_, err := pgx.ForEachRow(rows, []any{&id, &raw}, func() error {
			r := new(record.Shallow)
			if err := unpack("alert", slices.Clone(raw), r, id); err != nil {
				return err
			}
			e.records[id] = r
			e.moved = e.moved || r.Held == 0
			return nil
		})
		return err
	})
	for class := range e.last {
		b.Queue(lastQueued, e.Target, class).QueryRow(func(r pgx.Row) error { return r.Scan(&e.last[class]) })
	}
	err := tx.SendBatch(ctx, &b).Close()
	e.moved = e.moved || !ours || len(e.records) < len(ids)
	return err
}

// done reports whether an earlier try, whose commit succeeded without an answer, has done
// everything.
func (e *ending) done() bool {
	for _, m := range e.Messages {
		for _, id := range m.AlertIDs {
			if r := e.records[id]; r == nil || r.Held != 0 || !slices.Contains(r.Messages, m.ID) {
				return false
			}
		}
	}
	for id, why := range e.Skipped {
		if r := e.records[id]; r == nil || r.Held != 0 || r.Skipped != why {
			return false
		}
	}
	for id, why := range e.Dead {
		if r := e.records[id]; r == nil || r.Held != 0 || r.Dead != why {
			return false
		}
	}
	return true
}

// write writes the changed alerts, and the messages.
func (e *ending) write(ctx context.Context, tx pgx.Tx) error {
	var held heldRows
	for id, r := range e.records {
		held.targets, held.places, held.ids = append(held.targets, r.Target), append(held.places, int64(r.Held)), append(held.ids, id)
		r.Held, r.Ended, r.Why = 0, e.now, e.Why[id]
	}
	for _, m := range e.Messages {
		for _, id := range m.AlertIDs {
			e.records[id].Messages = append(e.records[id].Messages, m.ID)
		}
	}
	var dead, of []string
	for id, why := range e.Skipped {
		e.records[id].Skipped = why
	}
	for id, why := range e.Dead {
		e.records[id].Dead = why
		dead, of = append(dead, id), append(of, e.records[id].Target)
	}
	var b pgx.Batch
	if err := queueRecords(&b, e.records); err != nil {
		return err
	}
	if len(held.ids) > 0 {
		exactly(b.Queue(dropHeld, held.targets, held.places, held.ids), len(held.ids))
	}
	if len(dead) > 0 {
		b.Queue(addDead, of, dead)
	}
	if err := e.queueMessages(&b); err != nil {
		return err
	}
	if err := e.queueSends(&b); err != nil {
		return err
	}
	return tx.SendBatch(ctx, &b).Close()
}

// queueRecords writes the records of alerts whose rows are locked.
func queueRecords[R record.Record](b *pgx.Batch, records map[string]R) error {
	if len(records) == 0 {
		return nil
	}
	var ids []string
	var raws [][]byte
	for id, r := range records {
		raw, err := pack("alert", r, id)
		if err != nil {
			return err
		}
		ids, raws = append(ids, id), append(raws, raw)
	}
	b.Queue(writeAlerts, ids, raws)
	return nil
}

// queueMessages stores deliveries that were never tried behind the others of their target,
// and those of a flood behind all floods.
func (e *ending) queueMessages(b *pgx.Batch) error {
	var ids, targets, said []string
	var records, payloads [][]byte
	var rows queueRows
	for i := range e.Messages {
		d := record.Delivery{Message: record.MessageOf(&e.Messages[i]), Frozen: e.now}
		id, class := d.Message.ID, classFresh
		if d.Message.Flood {
			class = classFlood
		}
		e.last[class]++
		rows.add(d.Message.Target, class, e.last[class], id, e.now)
		if p := d.Message.Payload; len(p) > 0 {
			d.Apart, d.Message.Payload = true, nil
			said, payloads = append(said, id), append(payloads, seal("payload", p, id))
		}
		raw, err := pack("delivery", d, id)
		if err != nil {
			return err
		}
		ids, targets, records = append(ids, id), append(targets, d.Message.Target), append(records, raw)
	}
	if len(ids) > 0 {
		b.Queue(putDeliveries, ids, targets, records)
		b.Queue(putPayloads, said, payloads)
	}
	rows.queue(b)
	return nil
}

// forgetRule is longer than any sensible cooldown.
const forgetRule = 90 * 24 * time.Hour

// queueSends counts what was composed, as far as the policy needs it.
func (e *ending) queueSends(b *pgx.Batch) error {
	if e.Batches == 0 && len(e.Rules) == 0 {
		return nil
	}
	r, err := unpackSends(e.Target, e.sends)
	if err != nil {
		return err
	}
	r.Sends = slices.DeleteFunc(r.Sends, func(t time.Time) bool { return e.now.Sub(t) > time.Hour || t.After(e.now) })
	for range e.Batches {
		r.Sends = append(r.Sends, e.now)
	}
	if r.Rules == nil {
		r.Rules = make(map[string]time.Time)
	}
	for _, rule := range e.Rules {
		r.Rules[rule] = e.now
	}
	maps.DeleteFunc(r.Rules, func(_ string, t time.Time) bool { return e.now.Sub(t) > forgetRule })
	raw, err := pack(sendsTable, r, e.Target)
	if err != nil {
		return err
	}
	b.Queue(putSends, e.Target, raw)
	return nil
}

// queueRows are rows of the queue.
type queueRows struct {
	targets, ids []string
	classes      []int16
	places       []int64
	at           []time.Time
}

func (q *queueRows) add(target string, class int16, place int64, id string, at time.Time) {
	q.targets, q.classes, q.places = append(q.targets, target), append(q.classes, class), append(q.places, place)
	q.ids, q.at = append(q.ids, id), append(q.at, at)
}

func (q *queueRows) queue(b *pgx.Batch) {
	if len(q.ids) > 0 {
		b.Queue(enqueue, q.targets, q.classes, q.places, q.ids, q.at)
	}
}

// retry adds the row of a delivery that is due again later.
func (q *queueRows) retry(r *record.Delivery, now time.Time) {
	q.add(r.Message.Target, classRetry, max(0, r.Due.UnixNano()), r.Message.ID, now)
}
