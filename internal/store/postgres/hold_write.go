package postgres

import (
	"bytes"
	"context"
	"maps"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"watcher/internal/store/record"
)

const (
	insertKeys = `
insert into alert_key (target, key, id, told)
select target, key, id, $4 from unnest($1::text[], $2::bytea[], $3::text[]) as u(target, key, id)
order by target, key
on conflict (target, key) do nothing`

	updateKeys = `
insert into alert_key (target, key, id, told)
select target, key, id, $4 from unnest($1::text[], $2::bytea[], $3::text[]) as u(target, key, id)
order by target, key
on conflict (target, key) do update set id = excluded.id, told = excluded.told`

	insertAlerts = `
insert into alert (id, target, record)
select id, target, record from unnest($1::text[], $2::text[], $3::bytea[]) as u(id, target, record)
order by id
on conflict (id) do nothing`

	lockChanged = `select id from alert where id = any($1) order by id for update`

	changeAlerts = `
update alert as a set record = u.record
from unnest($1::text[], $2::bytea[], $3::bytea[]) as u(id, was, record)
where a.id = u.id and a.record = u.was`

	putHeld = `
insert into held (target, place, id, record)
select target, place, id, record from unnest($1::text[], $2::bigint[], $3::text[], $4::bytea[]) as u(target, place, id, record)
order by target, place, id
on conflict (target, place, id) do update set record = excluded.record`

	insertLog = `
insert into alert_log (target, logged, id, entry)
select target, logged, id, entry from unnest($1::text[], $2::bytea[], $3::text[], $4::bytea[]) as u(target, logged, id, entry)
order by target, logged
on conflict (target, logged) do nothing`

	changeLog = `
update alert_log as l set entry = u.entry
from unnest($1::text[], $2::bytea[], $3::bytea[]) as u(target, logged, entry)
where l.target = u.target and l.logged = u.logged`
)

// write writes all that was worked out.
func (a *holding) write(ctx context.Context) error {
	a.queueKeys()
	if err := a.queueAlerts(); err != nil {
		return err
	}
	if a.batch.Len() == 0 {
		return nil
	}
	return a.tx.SendBatch(ctx, &a.batch).Close()
}

// exactly fails where a statement did not touch n rows: another machine was there first.
func exactly(q *pgx.QueuedQuery, n int) {
	q.Exec(func(tag pgconn.CommandTag) error {
		if tag.RowsAffected() != int64(n) {
			return errMeanwhile
		}
		return nil
	})
}

func (a *holding) queueKeys() {
	type rows struct {
		targets, ids []string
		keys         [][]byte
	}
	var fresh, other rows
	for who, t := range a.told {
		if !t.put {
			continue
		}
		to := &fresh
		if t.stored {
			to = &other
		}
		to.targets, to.keys, to.ids = append(to.targets, who.target), append(to.keys, bytes.Clone(who.key[:])), append(to.ids, t.id)
	}
	if n := len(fresh.ids); n > 0 {
		exactly(a.batch.Queue(insertKeys, fresh.targets, fresh.keys, fresh.ids, a.now), n)
	}
	if len(other.ids) > 0 {
		a.batch.Queue(updateKeys, other.targets, other.keys, other.ids, a.now)
	}
}

func (a *holding) queueAlerts() error {
	var fresh, changed struct {
		ids, targets    []string
		was, records    [][]byte
		logged, entries [][]byte
		loggedIDs       []string
		loggedTargets   []string
	}
	var held heldRows
	for _, id := range slices.Sorted(maps.Keys(a.alerts)) {
		r := a.alerts[id]
		if !r.changed {
			continue
		}
		raw, err := pack("alert", &r.Alert, id)
		if err != nil {
			return err
		}
		to := &fresh
		if r.was != nil {
			to = &changed
		}
		to.ids, to.targets, to.was, to.records = append(to.ids, id), append(to.targets, r.Target), append(to.was, r.was), append(to.records, raw)
		if len(r.Logged) > 0 { // else it is an old one
			to.loggedIDs, to.loggedTargets = append(to.loggedIDs, id), append(to.loggedTargets, r.Target)
			to.logged, to.entries = append(to.logged, r.Logged), append(to.entries, r.LogEntry())
		}
		if r.held {
			if err := held.add(&r.Alert); err != nil {
				return err
			}
		}
	}
	if n := len(fresh.ids); n > 0 {
		exactly(a.batch.Queue(insertAlerts, fresh.ids, fresh.targets, fresh.records), n)
		exactly(a.batch.Queue(insertLog, fresh.loggedTargets, fresh.logged, fresh.loggedIDs, fresh.entries), len(fresh.loggedIDs))
	}
	if n := len(changed.ids); n > 0 {
		a.batch.Queue(lockChanged, changed.ids)
		exactly(a.batch.Queue(changeAlerts, changed.ids, changed.was, changed.records), n)
		if len(changed.loggedIDs) > 0 {
			a.batch.Queue(changeLog, changed.loggedTargets, changed.logged, changed.entries)
		}
	}
	held.queue(&a.batch)
	return nil
}

// heldRows are rows of held.
type heldRows struct {
	targets, ids []string
	places       []int64
	records      [][]byte
}

func (h *heldRows) add(r *record.Alert) error {
	id, place := r.Alert.ID, int64(r.Held)
	raw, err := pack("held", r.Hold(), r.Target, place, id)
	if err != nil {
		return err
	}
	h.targets, h.places, h.ids, h.records = append(h.targets, r.Target), append(h.places, place), append(h.ids, id), append(h.records, raw)
	return nil
}

func (h *heldRows) queue(b *pgx.Batch) {
	if len(h.ids) > 0 {
		b.Queue(putHeld, h.targets, h.places, h.ids, h.records)
	}
}
