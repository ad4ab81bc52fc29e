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

	heldByKey = `
select u.place, u.id, h.record
from unnest($2::bigint[], $3::text[]) as u(place, id)
join held as h on h.target = $1 and h.place = u.place and h.id = u.id
order by u.place, u.id`

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
	var keys heldIDs
	var n numbering
	h, err := s.holding(ctx, target, func(b *pgx.Batch, h *notify.Holding) {
		keys = heldIDs{}
		b.Queue(heldKeys, target, maxHeld+len(t.known)).Query(keys.read)
		if last == 0 { // all are fresh: the first of them need no second question
			b.Queue(heldOf, target, maxHeld).Query(func(rows pgx.Rows) error { return addHeld(rows, h) })
		}
	}, func(tx pgx.Tx, h *notify.Holding) error {
		if n = t.number(keys, last); last == 0 || len(n.fresh.ids) == 0 {
			return nil
		}
		rows, err := tx.Query(ctx, heldByKey, target, n.fresh.places, n.fresh.ids)
		if err != nil {
			return err
		}
		return addHeld(rows, h)
	})
	if err != nil {
		return notify.Holding{}, err
	}
	t.known, t.last = n.known, n.last
	h.Last, h.Wake.Changed = n.shown, changed
	return h, nil
}

// heldIDs are the keys of alerts that a target holds.
type heldIDs struct {
	places []int64
	ids    []string
}

func (k *heldIDs) add(place int64, id string) {
	k.places, k.ids = append(k.places, place), append(k.ids, id)
}

func (k *heldIDs) read(rows pgx.Rows) error {
	var place int64
	var id string
	_, err := pgx.ForEachRow(rows, []any{&place, &id}, func() error { k.add(place, id); return nil })
	return err
}

// numbering has the numbers of the alerts that a target holds, and what a reader lacks.
type numbering struct {
	known map[string]uint64 // by alert, as target.known
	last  uint64            // the highest that was given
	fresh heldIDs           // those that the reader has not had, at most maxHeld
	shown uint64            // the highest among fresh
}

// number gives numbers to alerts that have none yet. The caller holds places, and stores the
// numbers once it has read the fresh alerts.
func (t *target) number(keys heldIDs, last uint64) numbering {
	n := numbering{known: make(map[string]uint64, len(keys.ids)), last: t.last, shown: last}
	for i, id := range keys.ids {
		number, met := t.known[id]
		if !met && len(n.fresh.ids) == maxHeld {
			continue
		}
		if !met {
			n.last++
			number = n.last
		}
		n.known[id] = number
		if number > last && len(n.fresh.ids) < maxHeld {
			n.fresh.add(keys.places[i], id)
			n.shown = max(n.shown, number)
		}
	}
	return n
}

// Oldest returns the first n alerts that a target holds, whichever machine composes for
// it.
func (s *Store) Oldest(ctx context.Context, target string, n int) (notify.Holding, error) {
	changed := s.heldNews(s.targets.of(target))
	h, err := s.holding(ctx, target, func(b *pgx.Batch, h *notify.Holding) {
		b.Queue(heldOf, target, n).Query(func(rows pgx.Rows) error { return addHeld(rows, h) })
	}, func(pgx.Tx, *notify.Holding) error { return nil })
	h.Wake.Changed = changed
	return h, err
}

// addHeld reads rows of held alerts.
func addHeld(rows pgx.Rows, h *notify.Holding) error {
	var place int64
	var id string
	var raw []byte
	_, err := pgx.ForEachRow(rows, []any{&place, &id, &raw}, func() error {
		var r record.Held
		if err := unpack("held", raw, &r, h.Target, place, id); err != nil {
			return err
		}
		h.Alerts = append(h.Alerts, r.HeldAlert())
		return nil
	})
	return err
}

// holding reads what a target holds in one transaction. ask queues its first statement, and
// more reads what depends on the answer.
func (s *Store) holding(ctx context.Context, target string, ask func(*pgx.Batch, *notify.Holding), more func(pgx.Tx, *notify.Holding) error) (h notify.Holding, err error) {
	err = s.db.view(ctx, "read what "+target+" holds", func(tx pgx.Tx) error {
		h = notify.Holding{Target: target, Now: s.now()}
		var sends []byte
		var b pgx.Batch
		ask(&b, &h)
		b.Queue(sendsOf, target).Query(func(rows pgx.Rows) error {
			_, err := pgx.ForEachRow(rows, []any{&sends}, func() error { return nil })
			return err
		})
		if err := tx.SendBatch(ctx, &b).Close(); err != nil {
			return err
		}
		if err := more(tx, &h); err != nil {
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
