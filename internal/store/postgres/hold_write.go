package postgres

import (
	"bytes"
	"maps"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"watcher/internal/store/record"
)

const (
	// New rows are inserted without "on conflict", and the insert fails if another machine
	// was first; then the transaction is made again. Tolerating a conflict would cost a
	// lock for each row, and one more record in the WAL.
	insertKeys = `
insert into alert_key (target, key, id, told)
select target, key, id, $4 from unnest($1::text[], $2::bytea[], $3::text[]) as u(target, key, id)
order by target, key`

	updateKeys = `
insert into alert_key (target, key, id, told)
select target, key, id, $4 from unnest($1::text[], $2::bytea[], $3::text[]) as u(target, key, id)
order by target, key
on conflict (target, key) do update set id = excluded.id, told = excluded.told`

	insertAlerts = `
insert into alert (id, target, record)
select id, target, record from unnest($1::text[], $2::text[], $3::bytea[]) as u(id, target, record)
order by id`

	lockChanged = `select id from alert where id = any($1) order by id for update`

	changeAlerts = `
update alert as a set record = u.record
from unnest($1::text[], $2::bytea[], $3::bytea[]) as u(id, was, record)
where a.id = u.id and a.record = u.was`

	insertHeld = `
insert into held (target, place, id, record)
select target, place, id, record from unnest($1::text[], $2::bigint[], $3::text[], $4::bytea[]) as u(target, place, id, record)
order by target, place, id`

	putHeld = `
insert into held (target, place, id, record)
select target, place, id, record from unnest($1::text[], $2::bigint[], $3::text[], $4::bytea[]) as u(target, place, id, record)
order by target, place, id
on conflict (target, place, id) do update set record = excluded.record`

	insertLog = `
insert into alert_log (target, logged, id, entry)
select target, logged, id, entry from unnest($1::text[], $2::bytea[], $3::text[], $4::bytea[]) as u(target, logged, id, entry)
order by target, logged`

	changeLog = `
update alert_log as l set entry = u.entry
from unnest($1::text[], $2::bytea[], $3::bytea[]) as u(target, logged, entry)
where l.target = u.target and l.logged = u.logged`
)

// exactly fails if a statement did not touch n rows: another machine was first.
func exactly(q *pgx.QueuedQuery, n int) {
	q.Exec(func(tag pgconn.CommandTag) error {
		if tag.RowsAffected() != int64(n) {
			return errMeanwhile
		}
		return nil
	})
}

func (a *holding) queueKeys(b *pgx.Batch) {
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
	if len(fresh.ids) > 0 {
		b.Queue(insertKeys, fresh.targets, fresh.keys, fresh.ids, a.now)
	}
	if len(other.ids) > 0 {
		b.Queue(updateKeys, other.targets, other.keys, other.ids, a.now)
	}
}

func (a *holding) queueAlerts(b *pgx.Batch) error {
	var fresh, changed struct {
		ids, targets    []string
		was, records    [][]byte
		logged, entries [][]byte
		loggedIDs       []string
		loggedTargets   []string
		held            heldRows
	}
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
		if len(r.Logged) > 0 { // else the record is of an earlier version
			to.loggedIDs, to.loggedTargets = append(to.loggedIDs, id), append(to.loggedTargets, r.Target)
			to.logged, to.entries = append(to.logged, r.Logged), append(to.entries, r.Criteria())
		}
		if r.held {
			if err := to.held.add(&r.Alert); err != nil {
				return err
			}
		}
	}
	if len(fresh.ids) > 0 {
		b.Queue(insertAlerts, fresh.ids, fresh.targets, fresh.records)
		b.Queue(insertLog, fresh.loggedTargets, fresh.logged, fresh.loggedIDs, fresh.entries)
		b.Queue(insertHeld, fresh.held.targets, fresh.held.places, fresh.held.ids, fresh.held.records)
	}
	if n := len(changed.ids); n > 0 {
		b.Queue(lockChanged, changed.ids)
		exactly(b.Queue(changeAlerts, changed.ids, changed.was, changed.records), n)
		if len(changed.loggedIDs) > 0 {
			b.Queue(changeLog, changed.loggedTargets, changed.logged, changed.entries)
		}
	}
	changed.held.queue(b)
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
