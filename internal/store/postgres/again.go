package postgres

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"watcher/internal/notify"
	"watcher/internal/store/record"
)

const (
	// maxForward bounds the deliveries that one transaction reschedules.
	maxForward = 500
	// retiredWhy is the reason recorded on dead letters of a target that was removed from
	// the config.
	retiredWhy = "the target is configured no longer"
	// wantedFor is how long a silent machine still counts as having a target in its config.
	// It is longer than a restart takes.
	wantedFor = time.Hour
)

const (
	retriesOf = `select id, place from queue where target = $1 and class = 2 order by place, id`

	lockQueue = `
select q.id, q.place
from unnest($2::bigint[], $3::text[]) as u(place, id)
join queue as q on q.target = $1 and q.class = 2 and q.place = u.place and q.id = u.id
order by q.place, q.id
for update of q`

	dequeueSome = `
delete from queue as q using unnest($2::smallint[], $3::bigint[], $4::text[]) as u(class, place, id)
where q.target = $1 and q.class = u.class and q.place = u.place and q.id = u.id`

	writeDeliveries = `
update delivery as d set record = u.record
from unnest($1::text[], $2::bytea[]) as u(id, record)
where d.id = u.id`

	forgetRest = `update target set rest = null where target = $1 and rest is not null`

	isDead = `select id from dead where target = $1 and id = any($2) order by id for update`

	dropDead = `delete from dead where target = $1 and id = any($2)`
)

// rowOfRetry is a row of the queue whose delivery waits for its next attempt.
type rowOfRetry struct {
	id     string
	place  int64
	frozen time.Time
}

// Again makes all deliveries to target that wait for a retry due now, in the order in which
// they were composed, and cancels the pause that an earlier owner recorded. It returns
// their number. After a crash in between, some of them are due and the others still wait.
func (s *Store) Again(ctx context.Context, target string) (n int, err error) {
	err = s.db.update(ctx, "end the rest of "+target, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, forgetRest, target)
		return err
	})
	if err != nil {
		return 0, err
	}
	var all []rowOfRetry
	err = s.db.view(ctx, "read what waits for "+target, func(tx pgx.Tx) (err error) {
		all, err = retries(ctx, tx, target)
		return err
	})
	due := s.now().Add(-time.Duration(len(all)) * time.Microsecond) // the due time of the first; each next one is a microsecond later, so that they keep their order
	for some := range slices.Chunk(all, maxForward) {
		if err == nil {
			err = s.db.update(ctx, "try what waits for "+target, func(tx pgx.Tx) error { return s.bringForward(ctx, tx, target, some, due) })
		}
		if err == nil {
			n += len(some)
			due = due.Add(time.Duration(len(some)) * time.Microsecond)
		}
	}
	if n > 0 {
		s.spreadTargets(target)
	}
	return n, err
}

// retries returns the deliveries to target that wait for a retry, in the order in which
// they were composed.
func retries(ctx context.Context, tx pgx.Tx, target string) ([]rowOfRetry, error) {
	rows, err := tx.Query(ctx, retriesOf, target)
	if err != nil {
		return nil, err
	}
	places := make(map[string]int64)
	var ids []string
	var id string
	var place int64
	_, err = pgx.ForEachRow(rows, []any{&id, &place}, func() error {
		ids, places[id] = append(ids, id), place
		return nil
	})
	if err != nil {
		return nil, err
	}
	if rows, err = tx.Query(ctx, deliveriesByID, ids); err != nil {
		return nil, err
	}
	var all []rowOfRetry
	err = eachDelivery(rows, func(r *record.Delivery) {
		all = append(all, rowOfRetry{r.Message.ID, places[r.Message.ID], r.Frozen})
	})
	slices.SortFunc(all, func(a, b rowOfRetry) int {
		if c := a.frozen.Compare(b.frozen); c != 0 {
			return c
		}
		return int(a.place - b.place)
	})
	return all, err
}

// bringForward makes deliveries due now, except those that were begun meanwhile.
func (s *Store) bringForward(ctx context.Context, tx pgx.Tx, target string, some []rowOfRetry, due time.Time) error {
	var places []int64
	var ids []string
	for _, w := range some {
		places, ids = append(places, w.place), append(ids, w.id)
	}
	if _, err := tx.Exec(ctx, lockTarget, target); err != nil { // whoever begins a delivery waits for this lock, and then sees the new places
		return err
	}
	rows, err := tx.Query(ctx, lockQueue, target, places, ids)
	if err != nil {
		return err
	}
	there := make(map[string]bool)
	var id string
	var place int64
	if _, err = pgx.ForEachRow(rows, []any{&id, &place}, func() error { there[id] = true; return nil }); err != nil {
		return err
	}
	if rows, err = tx.Query(ctx, lockDeliveries, slices.Sorted(maps.Keys(there))); err != nil {
		return err
	}
	records := make(map[string]*record.Delivery)
	if err := eachDelivery(rows, func(r *record.Delivery) { records[r.Message.ID] = r }); err != nil {
		return err
	}
	var drop, add queueRows
	for _, w := range some {
		r := records[w.id]
		if r == nil {
			continue
		}
		r.Frozen, r.Due = due, due
		drop.add(target, classRetry, w.place, w.id, due)
		add.retry(r, due)
		due = due.Add(time.Microsecond)
	}
	var b pgx.Batch
	drop.unqueue(&b, target)
	add.queue(&b)
	if err := queueDeliveries(&b, records); err != nil {
		return err
	}
	return tx.SendBatch(ctx, &b).Close()
}

// unqueue takes rows of a target out of the queue.
func (q *queueRows) unqueue(b *pgx.Batch, target string) {
	if len(q.ids) > 0 {
		b.Queue(dequeueSome, target, q.classes, q.places, q.ids)
	}
}

// queueDeliveries writes deliveries whose rows this transaction has locked.
func queueDeliveries(b *pgx.Batch, records map[string]*record.Delivery) error {
	if len(records) == 0 {
		return nil
	}
	var ids []string
	var raws [][]byte
	for id, r := range records {
		raw, err := pack("delivery", r, id)
		if err != nil {
			return err
		}
		ids, raws = append(ids, id), append(raws, raw)
	}
	b.Queue(writeDeliveries, ids, raws)
	return nil
}

// Retry queues a dead letter again: its dead messages under their old ids, or the alert
// itself if no message was composed of it.
func (s *Store) Retry(ctx context.Context, id string) error { return s.dead(ctx, id, s.retryDead) }

func (s *Store) retryDead(l *letters) error {
	for _, r := range l.inOrder() {
		for _, m := range r.Messages {
			if d := l.deliveries[m]; d != nil && !d.Dead.IsZero() {
				d.Dead, d.Frozen, d.Due = time.Time{}, l.due, l.due
				l.queued.retry(d, l.now)
				l.due = l.due.Add(time.Microsecond) // keeps their order
			}
		}
		if r.Dead != "" && r.Dropped.IsZero() { // one that was asked for may have been dropped meanwhile
			r.Dead, r.Ended, r.Since, r.Held = "", time.Time{}, l.now, s.place(l.now)
			if err := l.held.add(r); err != nil {
				return err
			}
		}
	}
	return nil
}

// Drop removes a dead letter for good.
func (s *Store) Drop(ctx context.Context, id string) error {
	return s.dead(ctx, id, func(l *letters) error {
		for _, d := range l.deliveries {
			d.Dropped = l.now
		}
		for _, r := range l.alerts {
			r.Dropped = l.now
		}
		return nil
	})
}

// letters are dead letters of a target and the alerts that share their dead messages.
type letters struct {
	now        time.Time
	due        time.Time // of the next message that is queued again
	asked      []string  // ids of the dead letters among those that were asked for
	alerts     map[string]*record.Alert
	deliveries map[string]*record.Delivery // the dead ones
	held       heldRows
	queued     queueRows
}

// inOrder returns the alerts: first those that were asked for, in that order.
func (l *letters) inOrder() []*record.Alert {
	all, asked := make([]*record.Alert, 0, len(l.alerts)), make(map[string]bool, len(l.asked))
	for _, id := range l.asked {
		all, asked[id] = append(all, l.alerts[id]), true
	}
	for _, id := range slices.Sorted(maps.Keys(l.alerts)) {
		if !asked[id] {
			all = append(all, l.alerts[id])
		}
	}
	return all
}

// dead applies a change to a dead letter.
func (s *Store) dead(ctx context.Context, id string, change func(l *letters) error) error {
	var refused error
	var l letters
	var target string
	done := false // set by an earlier try whose commit may have succeeded
	err := s.db.update(ctx, "change a dead letter", func(tx pgx.Tx) error {
		refused = nil
		full, err := resolve(ctx, tx, id)
		if _, no := errors.AsType[*notify.NoAlertError](err); no {
			refused = err
			return nil
		}
		if err != nil {
			return err
		}
		first, err := alertsBy(ctx, tx, alertsByID, []string{full})
		if err != nil {
			return err
		}
		now := s.now()
		try := letters{now: now, due: now}
		if r := first[full]; r != nil {
			if err := try.change(ctx, tx, r.Target, []string{full}, change); err != nil {
				return err
			}
		}
		if len(try.asked) > 0 {
			done, l, target = true, try, first[full].Target
		} else if !done {
			refused = fmt.Errorf("alert %s: %w", full, notify.ErrNotDead)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if target != "" {
		s.tellDead(target, &l)
	}
	return refused
}

// tellDead wakes whoever waits for the target or watches the alerts.
func (s *Store) tellDead(target string, l *letters) {
	s.spreadTargets(target)
	s.tell(false, slices.Collect(maps.Keys(l.alerts))...)
}

// change applies a change to those of some alerts of a target that are dead letters. It
// changes their dead messages, and with them the other alerts in those messages; all of
// them leave the list of dead letters.
func (l *letters) change(ctx context.Context, tx pgx.Tx, target string, ids []string, apply func(l *letters) error) error {
	if err := l.read(ctx, tx, target, ids); err != nil || len(l.asked) == 0 {
		return err
	}
	if err := apply(l); err != nil {
		return err
	}
	return l.write(ctx, tx, target)
}

// read locks and reads some alerts, their dead messages, and the alerts that share them.
func (l *letters) read(ctx context.Context, tx pgx.Tx, target string, ids []string) error {
	first, err := alertsBy(ctx, tx, alertsByID, ids)
	if err != nil {
		return err
	}
	shared, err := deliveriesBy(ctx, tx, deliveriesByID, messagesOf(first, ids))
	if err != nil {
		return err
	}
	all := slices.Clone(ids)
	for _, d := range shared {
		if dead(d) {
			all = append(all, d.Message.AlertIDs...)
		}
	}
	slices.Sort(all)
	if _, err := tx.Exec(ctx, lockTarget, target); err != nil {
		return err
	}
	if l.alerts, err = alertsBy(ctx, tx, lockAlerts, slices.Compact(all)); err != nil {
		return err
	}
	if l.deliveries, err = deliveriesBy(ctx, tx, lockDeliveries, messagesOf(l.alerts, ids)); err != nil {
		return err
	}
	on, err := texts(ctx, tx, isDead, target, ids)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if l.alerts[id] != nil && slices.Contains(on, id) { // the others were pruned or tried again meanwhile
			l.asked = append(l.asked, id)
		}
	}
	asked := messagesOf(l.alerts, l.asked)
	maps.DeleteFunc(l.deliveries, func(id string, d *record.Delivery) bool {
		_, of := slices.BinarySearch(asked, id)
		return !dead(d) || !of
	})
	return nil
}

// dead reports whether a message is dead, and not dropped.
func dead(d *record.Delivery) bool { return !d.Dead.IsZero() && d.Dropped.IsZero() }

// messagesOf returns the messages of some alerts, sorted.
func messagesOf(alerts map[string]*record.Alert, ids []string) (messages []string) {
	for _, id := range ids {
		if r := alerts[id]; r != nil {
			messages = append(messages, r.Messages...)
		}
	}
	slices.Sort(messages)
	return slices.Compact(messages)
}

// write writes what was changed. An alert with another dead message stays on the list.
func (l *letters) write(ctx context.Context, tx pgx.Tx, target string) error {
	var others, off []string
	for _, r := range l.alerts {
		others = append(others, r.Messages...)
	}
	ds, err := deliveriesBy(ctx, tx, deliveriesByID, others)
	if err != nil {
		return err
	}
	for id, r := range l.alerts {
		if !slices.ContainsFunc(r.Messages, func(m string) bool {
			d := ds[m]
			return d != nil && l.deliveries[m] == nil && dead(d)
		}) {
			off = append(off, id)
		}
	}
	var b pgx.Batch
	b.Queue(dropDead, target, off)
	if err := errors.Join(queueRecords(&b, l.alerts), queueDeliveries(&b, l.deliveries)); err != nil {
		return err
	}
	l.held.queue(&b)
	l.queued.queue(&b)
	return tx.SendBatch(ctx, &b).Close()
}

func alertsBy(ctx context.Context, tx pgx.Tx, query string, ids []string) (map[string]*record.Alert, error) {
	rows, err := tx.Query(ctx, query, ids)
	if err != nil {
		return nil, err
	}
	found := make(map[string]*record.Alert)
	return found, eachAlert(rows, func(id string, _ []byte, r *record.Alert) { found[id] = r })
}

func deliveriesBy(ctx context.Context, tx pgx.Tx, query string, ids []string) (map[string]*record.Delivery, error) {
	rows, err := tx.Query(ctx, query, ids)
	if err != nil {
		return nil, err
	}
	found := make(map[string]*record.Delivery)
	return found, eachDelivery(rows, func(r *record.Delivery) { found[r.Message.ID] = r })
}
