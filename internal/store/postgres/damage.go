package postgres

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"watcher/internal/notify"
	"watcher/internal/store"
	"watcher/internal/store/record"
)

// aside says how an unreadable record of a table is put aside.
type aside struct {
	// take deletes the row of a key and returns its record.
	take string
	// mend repairs the rows that refer to the deleted one, in the same transaction; nil if
	// none do. It is called once for each row.
	mend func(ctx context.Context, tx pgx.Tx, d *db, key []any) error
}

// asides are the tables whose records can be put aside one by one.
var asides = map[string]aside{
	"mute":        {take: `delete from mute where kind = $1 and name = $2 returning record`},
	"feed_token":  {take: `delete from feed_token where id = $1 returning record`},
	"article":     {take: `delete from article where shard = $1 and id = $2 returning packed`},
	"piece":       {take: `delete from piece where pieces = $1 and number = $2 returning value`, mend: pieceLost},
	"segment":     {take: `select record from segment where first = $1 for update`, mend: segmentAgain},
	"dict":        {take: `delete from dict where id = $1 and number = $2 returning value`, mend: dictAgain},
	"alert":       {takeAlert, alertLost},
	"held":        {takeHeld, holdAgain},
	"delivery":    {takeDelivery, deliveryLost},
	"payload":     {takePayload, deliveryLost},
	"story":       {take: takeStory},
	healthTable:   {take: takeHealth},
	sendsTable:    {take: takeSends},
	"config_file": {take: `delete from config_file where name = $1 and version = $2 returning text`},
	"feed":        {take: emptyFeed},
	"seen":        {take: `delete from seen where feed = $1 and part = $2 returning value`},
	"outage":      {take: `delete from outage where machine = $1 returning record`},
	"damage":      {take: `delete from damage where id = $1 returning record`},
}

// unlessMended is the error of a record that cannot be read and whose row stays when the
// record is put aside. If the row has another record by then, another machine has mended
// it.
type unlessMended struct {
	error
	row []byte
}

// maxAside bounds the broken records that one transaction puts aside. If there are more,
// the damage is wider than single records, and it gives up.
const maxAside = 1000

// mending makes a transaction. If a record cannot be read, mending puts it aside and makes
// the transaction again: one record must not stop all others.
func (d *db) mending(ctx context.Context, transact func() error) error {
	for range maxAside {
		err := transact()
		broken, ok := errors.AsType[*brokenError](err)
		if !ok || d.reads {
			return err
		}
		a, known := asides[broken.table]
		if !known {
			return err
		}
		err = d.transact(ctx, "put a damaged record aside", toWrite, func(tx pgx.Tx) error {
			return d.setAside(ctx, tx, a, broken)
		})
		if err != nil {
			return errors.Join(broken, err)
		}
	}
	return fmt.Errorf("more than %d records are damaged", maxAside)
}

const putDamage = `insert into damage (id, since, record) values ($1, $2, $3) on conflict do nothing`

// setAside moves a record to the damaged ones. If two machines find it, only the one that
// deletes the row moves it.
func (d *db) setAside(ctx context.Context, tx pgx.Tx, a aside, e *brokenError) error {
	var was []byte
	err := tx.QueryRow(ctx, a.take, e.key...).Scan(&was)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	if u, ok := errors.AsType[*unlessMended](e.err); ok && !bytes.Equal(was, u.row) {
		return nil
	}
	id, now := random(), d.clock().Add(d.skew()).UTC()
	row, err := pack("damage", record.Damage{Since: now, Bucket: e.table, Key: []byte(keyText(e.key)), Value: was, Error: e.err.Error()}, id)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, putDamage, id, now, row); err != nil || a.mend == nil {
		return err
	}
	return a.mend(ctx, tx, d, e.key)
}

// maxDamages bounds the damages that are reported at a time.
const maxDamages = 1000

const (
	untoldDamages = `select id, record from damage where told is null order by since, id limit $1`
	lockDamages   = `select id from damage where id = any($1) and told is null order by id for update`
	tellDamages   = `update damage set told = now() + $1::interval where id = any($2)`
)

// Damages returns the records that were put aside and not reported yet, the oldest first.
func (s *Store) Damages(ctx context.Context) ([]store.Damage, error) {
	var untold []store.Damage
	err := s.db.view(ctx, "read what was damaged", func(tx pgx.Tx) error {
		untold = nil
		rows, err := tx.Query(ctx, untoldDamages, maxDamages)
		if err != nil {
			return err
		}
		var id int64
		var raw []byte
		_, err = pgx.ForEachRow(rows, []any{&id, &raw}, func() error {
			var r record.Damage
			if err := unpack("damage", raw, &r, id); err != nil {
				return err
			}
			d := store.Damage{Number: uint64(id), Since: r.Since, Error: r.Error, Record: fmt.Sprintf("%q of %s", r.Key, r.Bucket)}
			untold = append(untold, d)
			return nil
		})
		return err
	})
	return untold, err
}

// ReportDamage holds alerts about damages and marks these as reported, in one transaction.
// If another machine has reported one of them meanwhile, nothing is held, and the caller
// asks again for what is left.
func (s *Store) ReportDamage(ctx context.Context, damages []store.Damage, alerts []notify.Alert) error {
	ids := make([]int64, len(damages))
	for i, d := range damages {
		ids[i] = int64(d.Number)
	}
	slices.Sort(ids)
	err := s.db.update(ctx, "store a report of damage", func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, lockDamages, ids)
		if err != nil {
			return err
		}
		untold, err := pgx.CollectRows(rows, pgx.RowTo[int64])
		if err != nil || len(untold) < len(ids) {
			return err
		}
		if _, err := tx.Exec(ctx, tellDamages, s.db.ahead(), ids); err != nil {
			return err
		}
		return s.insertAlerts(ctx, tx, alerts)
	})
	if err == nil {
		s.spreadAlerts(alerts)
	}
	return err
}
