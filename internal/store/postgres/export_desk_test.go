package postgres

import (
	"context"
	"encoding/binary"
	"time"

	"github.com/jackc/pgx/v5"

	"watcher/internal/notify"
	"watcher/internal/store/record"
)

// Seal seals an empty record.
func Seal(table string, key []any) []byte { return seal(table, nil, key...) }

// Tell tells those who watch alerts of the alerts with these ids.
func (s *Store) Tell(came bool, ids ...string) { s.tell(came, ids...) }

// ReviveSome tries the dead letters of a target with these ids again, as one transaction of
// Revive does.
func (s *Store) ReviveSome(ctx context.Context, target string, ids []string) error {
	_, err := s.revive(ctx, target, ids, s.now())
	return err
}

// ReviveFirst makes the first transaction of Revive, and returns how many alerts it changed.
func (s *Store) ReviveFirst(ctx context.Context, target string) (int, error) {
	all, err := s.letters(ctx, someLettersOf, target)
	if err != nil {
		return 0, err
	}
	l, _, err := s.reviveFirst(ctx, target, all, s.now().Add(-time.Hour))
	return len(l.alerts), err
}

// Brought counts what polls brought, in a transaction of its own.
func (s *Store) Brought(ctx context.Context, feed int64, at time.Time, items int, alerts []notify.Alert, made map[string]int) error {
	return s.db.update(ctx, "count", func(tx pgx.Tx) error {
		var d days
		d.countBrought([]brought{{feed: feed, at: at, items: items, alerts: alerts}})
		d.noteRules(alerts, made)
		return s.send(ctx, tx, new(pgx.Batch), &d)
	})
}

// Log stores alerts in the log as if a message of each had been composed, the oldest first;
// with dead as if the message had been given up.
func (s *Store) Log(ctx context.Context, dead bool, at time.Time, alerts ...notify.Alert) error {
	return s.db.update(ctx, "log", func(tx pgx.Tx) error {
		var b pgx.Batch
		for i := range alerts {
			a := &alerts[i]
			m := "msg_" + a.ID
			r := record.Alert{Alert: record.BodyOf(a), Target: a.Target, Keys: record.KeysOf(a.Keys), Since: at, Ended: at, Messages: []string{m}}
			r.Logged = binary.BigEndian.AppendUint64(stampOf(at), uint64(random()))
			d := record.Delivery{Message: record.Message{ID: m, Target: a.Target, AlertIDs: []string{a.ID}}, Frozen: at, Apart: true}
			b.Queue(`insert into target (target) values ($1) on conflict do nothing`, a.Target)
			if dead {
				d.Dead = at
				b.Queue(`insert into dead values ($1, $2)`, a.Target, a.ID)
			} else {
				d.Sent = at
			}
			row, err := pack("alert", r, a.ID)
			if err != nil {
				return err
			}
			b.Queue(`insert into alert values ($1, $2, $3)`, a.ID, a.Target, row)
			b.Queue(`insert into alert_log values ($1, $2, $3, $4)`, a.Target, r.Logged, a.ID, r.Criteria())
			if row, err = pack("delivery", d, m); err != nil {
				return err
			}
			b.Queue(`insert into delivery values ($1, $2, $3)`, m, a.Target, row)
		}
		return tx.SendBatch(ctx, &b).Close()
	})
}

// PruneDays forgets old days.
func (s *Store) PruneDays(ctx context.Context) error { return s.pruneDays(ctx) }
