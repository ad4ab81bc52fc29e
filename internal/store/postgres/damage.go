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

// aside is how a table's record is put aside that cannot be read.
type aside struct {
	// take deletes the row of a key and returns what its record was.
	take string
	// mend sets right what leads to the row, in the same transaction; nil where nothing
	// does. It is told of each row once.
	mend func(ctx context.Context, tx pgx.Tx, d *db, key []any) error
}

// asides are the tables whose records are put aside one by one.
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

// unlessMended is why a record cannot be read whose row stays when the record is put aside:
// if it is another one by then, another machine has set it right.
type unlessMended struct {
	error
	row []byte
}

// maxAside bounds the records that one transaction finds broken before it is given up:
// by then it is no single record.
const maxAside = 1000

// mending makes a transaction, and makes it again after a record that could not be read
// was put aside: it must not stop all that stands beside it.
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

// setAside moves a record to the damaged ones. Two machines that come upon it move it
// once: the row goes to the one that deletes it.
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

// maxDamages bounds what is reported at a time.
const maxDamages = 1000

const (
	untoldDamages = `select id, record from damage where told is null order by since, id limit $1`
	lockDamages   = `select id from damage where id = any($1) and told is null order by id for update`
	tellDamages   = `update damage set told = now() + $1::interval where id = any($2)`
)

// Damages returns what was put aside and not reported yet, the oldest first.
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

// ReportDamage holds alerts that tell of damages, which are told from then on, in one
// transaction. Where another machine has told one of them meanwhile, nothing is held:
// what is left is asked for again.
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
