package postgres

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"watcher/internal/notify"
	"watcher/internal/store/record"
)

// mutesKept is how long an ended mute is kept: for a minute a policy still asks why an
// alert was held.
const mutesKept = 2 * time.Minute

const (
	allMutes  = `select kind, name, record from mute order by kind, name`
	lockMute  = `select record from mute where kind = $1 and name = $2 for update`
	dropMutes = `delete from mute where until < $1`
	putMute   = `
insert into mute (kind, name, until, record) values ($1, $2, $3, $4)
on conflict (kind, name) do update set until = excluded.until, record = excluded.record`
)

// Mute holds back what a mute names until it ends, and replaces an earlier one. With an
// Until in the past it ends at once. Other machines obey it within a second, when they next
// look at what they hold.
func (s *Store) Mute(ctx context.Context, m notify.Mute) error {
	err := s.db.update(ctx, "store a mute", func(tx pgx.Tx) error {
		now, put := s.now(), m
		ends := !put.Until.After(now)
		put.Since = now.UTC()
		var raw []byte
		var old record.Mute
		err := tx.QueryRow(ctx, lockMute, m.Kind, m.Name).Scan(&raw)
		if err == nil {
			err = unpack("mute", raw, &old, m.Kind, m.Name)
		}
		if err != nil && !errors.Is(err, pgx.ErrNoRows) {
			return err
		}
		switch was := old.Until.After(now); {
		case ends && was:
			put.Since, put.Until = old.Since, now.UTC()
		case ends:
			_, err := tx.Exec(ctx, dropMutes, now.Add(-mutesKept))
			return err
		}
		row, err := pack("mute", record.Mute(put), m.Kind, m.Name)
		if err != nil {
			return err
		}
		var b pgx.Batch
		b.Queue(dropMutes, now.Add(-mutesKept))
		b.Queue(putMute, put.Kind, put.Name, put.Until, row)
		return tx.SendBatch(ctx, &b).Close()
	})
	if err == nil {
		s.spreadAll()
	}
	return err
}

// Mutes returns the mutes in force.
func (s *Store) Mutes(ctx context.Context) ([]notify.Mute, error) {
	var active []notify.Mute
	err := s.db.view(ctx, "read the mutes", func(tx pgx.Tx) error {
		active = nil
		all, err := mutesIn(ctx, tx)
		now := s.now()
		for _, m := range all {
			if m.Until.After(now) {
				active = append(active, m)
			}
		}
		return err
	})
	return active, err
}

// mutesIn returns the mutes in force, and those that ended within mutesKept.
func mutesIn(ctx context.Context, tx pgx.Tx) (all []notify.Mute, err error) {
	rows, err := tx.Query(ctx, allMutes)
	if err != nil {
		return nil, err
	}
	var kind, name string
	var raw []byte
	_, err = pgx.ForEachRow(rows, []any{&kind, &name, &raw}, func() error {
		var r record.Mute
		if err := unpack("mute", raw, &r, kind, name); err != nil {
			return err
		}
		all = append(all, notify.Mute(r))
		return nil
	})
	return all, err
}
