package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"watcher/internal/notify"
	"watcher/internal/store"
	"watcher/internal/store/record"
)

// maxHeld is how many held alerts are shown at a time: more than a policy puts into one
// round of batches, and few enough to read all of them at every change.
const maxHeld = 20_000

const (
	heldOf = `select place, id, record from held where target = $1 order by place, id limit $2`

	sendsOf = `select sends from target where target = $1`

	alertsByID = `select id, record from alert where id = any($1)`
)

// Held implements notify.HeldStore. If another machine composes for the target, nothing is
// held here.
func (s *Store) Held(ctx context.Context, target string) (notify.Holding, error) {
	return s.News(ctx, target, 0)
}

// News implements notify.HeldStore.
func (s *Store) News(ctx context.Context, target string, last uint64) (notify.Holding, error) {
	t := s.targets.of(target)
	changed := s.heldNews(t)
	_, ours, err := s.own(ctx, t)
	if err != nil {
		return notify.Holding{}, err
	}
	if !ours {
		return notify.Holding{Target: target, Last: last, Now: s.now(), Wake: store.Wake{Changed: changed, After: s.timing.look}}, nil
	}
	release, err := t.places.hold(ctx)
	if err != nil {
		return notify.Holding{}, err
	}
	defer release()
	h, err := s.heldBy(ctx, target, maxHeld+len(t.known))
	if err != nil {
		return notify.Holding{}, err
	}
	h.Wake.Changed = changed
	t.number(&h, last)
	return h, nil
}

// number removes from a holding the alerts that the reader has had, and those beyond
// maxHeld. The caller holds places.
func (t *target) number(h *notify.Holding, last uint64) {
	known := make(map[string]uint64, len(h.Alerts))
	fresh := h.Alerts[:0]
	h.Last = last
	for _, a := range h.Alerts {
		place, met := t.known[a.ID]
		if !met && len(fresh) == maxHeld {
			continue
		}
		if !met {
			t.last++
			place = t.last
		}
		known[a.ID] = place
		if place > last && len(fresh) < maxHeld {
			fresh, h.Last = append(fresh, a), max(h.Last, place)
		}
	}
	if len(fresh) == 0 {
		fresh = nil
	}
	t.known, h.Alerts = known, fresh
}

// Oldest returns the first n alerts that a target holds, whichever machine composes for
// it.
func (s *Store) Oldest(ctx context.Context, target string, n int) (notify.Holding, error) {
	changed := s.heldNews(s.targets.of(target))
	h, err := s.heldBy(ctx, target, n)
	h.Wake.Changed = changed
	return h, err
}

// heldBy returns the first n alerts that a target holds.
func (s *Store) heldBy(ctx context.Context, target string, n int) (h notify.Holding, err error) {
	err = s.db.view(ctx, "read what "+target+" holds", func(tx pgx.Tx) error {
		h = notify.Holding{Target: target, Now: s.now()}
		var sends []byte
		var b pgx.Batch
		b.Queue(heldOf, target, n).Query(func(rows pgx.Rows) error {
			var place int64
			var id string
			var raw []byte
			_, err := pgx.ForEachRow(rows, []any{&place, &id, &raw}, func() error {
				var r record.Held
				if err := unpack("held", raw, &r, target, place, id); err != nil {
					return err
				}
				h.Alerts = append(h.Alerts, r.HeldAlert())
				return nil
			})
			return err
		})
		b.Queue(sendsOf, target).Query(func(rows pgx.Rows) error {
			_, err := pgx.ForEachRow(rows, []any{&sends}, func() error { return nil })
			return err
		})
		if err := tx.SendBatch(ctx, &b).Close(); err != nil {
			return err
		}
		counted, err := unpackSends(target, sends)
		if err != nil {
			return err
		}
		h.Sends, h.Rules = counted.Sends, counted.Rules
		h.Mutes, err = mutesIn(ctx, tx)
		return err
	})
	return h, err
}

// sendsTable is the name under which the sends of a target are sealed.
const sendsTable = "target.sends"

func unpackSends(target string, raw []byte) (r record.Sends, err error) {
	if raw != nil {
		err = unpack(sendsTable, raw, &r, target)
	}
	return r, err
}

// Load implements notify.HeldStore.
func (s *Store) Load(ctx context.Context, ids []string) ([]notify.Alert, error) {
	found := make(map[string]notify.Alert, len(ids))
	err := s.db.view(ctx, fmt.Sprintf("read %d held alerts", len(ids)), func(tx pgx.Tx) error {
		clear(found)
		rows, err := tx.Query(ctx, alertsByID, ids)
		if err != nil {
			return err
		}
		return eachAlert(rows, func(id string, _ []byte, r *record.Alert) {
			if r.Held != 0 {
				a := r.Alert.Alert()
				a.Target, a.Keys = r.Target, record.ItemKeys(r.Keys)
				found[id] = a
			}
		})
	})
	if err != nil {
		return nil, err
	}
	loaded := make([]notify.Alert, 0, len(ids))
	for _, id := range ids {
		a, held := found[id]
		if !held {
			return nil, store.ErrMoved
		}
		loaded = append(loaded, a)
	}
	return loaded, nil
}

// eachAlert reads rows of alerts.
func eachAlert(rows pgx.Rows, yield func(id string, raw []byte, r *record.Alert)) error {
	var id string
	var raw []byte
	_, err := pgx.ForEachRow(rows, []any{&id, &raw}, func() error {
		var r record.Alert
		if err := unpack("alert", raw, &r, id); err != nil {
			return err
		}
		yield(id, raw, &r)
		return nil
	})
	return err
}
