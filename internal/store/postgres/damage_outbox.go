package postgres

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"watcher/internal/store/record"
)

// Rows that refer to a broken record of the outbox are repaired in the transaction that
// puts the record aside. The statements search by columns without an index, which is slow
// but rare.
const (
	takeAlert    = `delete from alert where id = $1 returning record`
	takeHeld     = `delete from held where target = $1 and place = $2 and id = $3 returning record`
	takeDelivery = `delete from delivery where id = $1 returning record`
	takePayload  = `delete from payload where id = $1 returning record`
	takeStory    = `delete from story where part = $1 and seen = $2 and item = $3 returning record`
	takeHealth   = `
with was as (select target, health from target where target = $1 and health is not null for update)
update target t set health = null from was where t.target = was.target returning was.health`
	takeSends = `
with was as (select target, sends from target where target = $1 and sends is not null for update)
update target t set sends = null from was where t.target = was.target returning was.sends`

	lostHeld     = `delete from held where id = $1`
	lostDead     = `delete from dead where id = $1`
	lostDelivery = `delete from delivery where id = $1`
	lostPayload  = `delete from payload where id = $1`
	lostQueued   = `delete from queue where id = $1`
	lostBegun    = `delete from begun where id = $1`
	alertsNaming = `
select id, position($3::bytea in record) > 0
from (select id, record from alert where id > $1 order by id limit $2) a order by id`
	deadOf         = `select id from dead where id = any($1)`
	heldAgain      = `insert into held (target, place, id, record) values ($1, $2, $3, $4) on conflict do nothing`
	deadAgain      = `insert into dead (target, id) values ($1, $2) on conflict do nothing`
	oneAlertOfHeld = `select id, record from alert where id = $1`
)

// maxNamed bounds the alerts that one statement looks at.
const maxNamed = 5000

// alertLost deletes the rows that lead to an alert that is gone.
func alertLost(ctx context.Context, tx pgx.Tx, _ *db, key []any) error {
	var b pgx.Batch
	b.Queue(lostHeld, key[0])
	b.Queue(lostDead, key[0])
	return tx.SendBatch(ctx, &b).Close()
}

// holdAgain makes the row of a held alert again, from the alert.
func holdAgain(ctx context.Context, tx pgx.Tx, _ *db, key []any) error {
	alerts, err := alertsIn(ctx, tx, oneAlertOfHeld, key[2])
	for id, r := range alerts {
		if r.Target != key[0] || int64(r.Held) != key[1] {
			continue
		}
		row, err := pack("held", r.Hold(), r.Target, int64(r.Held), id)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, heldAgain, r.Target, int64(r.Held), id, row); err != nil {
			return err
		}
	}
	return err
}

// deliveryLost takes a message that is gone out of its queue. Its alerts become dead
// letters, unless it had been sent; a retry composes them anew.
func deliveryLost(ctx context.Context, tx pgx.Tx, d *db, key []any) error {
	id, now := key[0].(string), d.clock().Add(d.skew()).UTC()
	var waited int64
	var b pgx.Batch
	for _, statement := range []string{lostQueued, lostBegun} {
		b.Queue(statement, id).Exec(func(done pgconn.CommandTag) error {
			waited += done.RowsAffected()
			return nil
		})
	}
	b.Queue(lostDelivery, id)
	b.Queue(lostPayload, id)
	if err := tx.SendBatch(ctx, &b).Close(); err != nil {
		return err
	}
	ids, err := alertsThatName(ctx, tx, id)
	if err != nil {
		return err
	}
	alerts, err := alertsBy(ctx, tx, lockAlerts, ids)
	if err != nil {
		return err
	}
	ids = nil
	for alert, r := range alerts {
		if slices.Contains(r.Messages, id) {
			ids = append(ids, alert)
		}
	}
	if waited == 0 { // it was sent, and nothing is left to do
		if ids, err = texts(ctx, tx, deadOf, ids); err != nil {
			return err
		}
	}
	return deadAgainIn(ctx, tx, alerts, ids, now)
}

// alertsThatName returns the ids of the alerts whose records name a message. It reads all
// alerts, a bounded number in each statement, so that no statement takes longer the more
// alerts there are.
func alertsThatName(ctx context.Context, tx pgx.Tx, message string) (found []string, err error) {
	last, n := "", maxNamed
	for n == maxNamed {
		var names bool
		n, err = each(ctx, tx, alertsNaming, []any{last, maxNamed, []byte(`"` + message + `"`)}, []any{&last, &names}, func() error {
			if names {
				found = append(found, last)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return found, nil
}

// deadAgainIn makes dead letters of alerts whose message is gone.
func deadAgainIn(ctx context.Context, tx pgx.Tx, alerts map[string]*record.Alert, ids []string, now time.Time) error {
	slices.Sort(ids)
	rows := make([][]byte, len(ids))
	var b pgx.Batch
	for i, id := range ids {
		r := alerts[id]
		r.Dead, r.Ended = "its message was damaged in the store", cmp.Or(r.Ended, now)
		var err error
		if rows[i], err = pack("alert", r, id); err != nil {
			return err
		}
		b.Queue(deadAgain, r.Target, id)
	}
	b.Queue(setAlerts, ids, rows)
	return tx.SendBatch(ctx, &b).Close()
}
