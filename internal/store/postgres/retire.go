package postgres

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"watcher/internal/store/record"
)

// maxRetired bounds what one transaction retires.
const maxRetired = 500

const (
	putWanted = `
insert into target_wanted (machine, targets, seen) values ($1, $2, now() + $3::interval)
on conflict (machine) do update set targets = excluded.targets, seen = excluded.seen`

	unwanted = `
select target from target
where target not in (
	select unnest(targets) from target_wanted where seen > now() + $1::interval - $2::interval
)
order by target`

	heldKeys = `select place, id from held where target = $1 order by place, id limit $2`

	queueKeys = `select class, place, id from queue where target = $1 order by class, place, id limit $2`

	forgetHealth = `update target set health = null where target = $1 and health is not null`
)

// Retire makes dead letters of what is held or queued for targets that are not named, and
// so are not in the config of this machine, unless the config of another machine has them.
// It returns the number of alerts and messages. After a crash in between, the next start
// retires the rest.
func (s *Store) Retire(ctx context.Context, targets []string) (retired int, err error) {
	s.targets.mu.Lock()
	s.targets.wanted = slices.Clone(targets)
	s.targets.mu.Unlock()
	var gone []string
	err = s.db.update(ctx, "say which targets the config has", func(tx pgx.Tx) (err error) {
		if err := s.sayWanted(ctx, tx); err != nil {
			return err
		}
		gone, err = texts(ctx, tx, unwanted, s.db.ahead(), wantedFor)
		return err
	})
	for _, target := range gone {
		for more := true; err == nil && more; {
			var n int
			err = s.db.update(ctx, "retire what "+target+" has", func(tx pgx.Tx) (err error) {
				n, err = s.retire(ctx, tx, target)
				return err
			})
			retired += n
			more = n > 0
		}
	}
	return retired, err
}

// sayWanted stores which targets the config of this machine has.
func (s *Store) sayWanted(ctx context.Context, tx pgx.Tx) error {
	s.targets.mu.Lock()
	names := append([]string{}, s.targets.wanted...)
	s.targets.mu.Unlock()
	_, err := tx.Exec(ctx, putWanted, s.self.name, names, s.db.ahead())
	return err
}

// sayAgain stores that again before it is too old to count.
func (s *Store) sayAgain(ctx context.Context) error {
	ts := s.targets
	ts.mu.Lock()
	now := s.db.clock()
	silent := ts.wanted == nil || now.Sub(ts.said) < wantedFor/4
	if !silent {
		ts.said = now
	}
	ts.mu.Unlock()
	if silent {
		return nil
	}
	return s.db.update(ctx, "say which targets the config has", func(tx pgx.Tx) error { return s.sayWanted(ctx, tx) })
}

// retire makes dead letters of a part of what a target has, and returns how many.
func (s *Store) retire(ctx context.Context, tx pgx.Tx, target string) (n int, err error) {
	now := s.now()
	if _, err := tx.Exec(ctx, lockTarget, target); err != nil {
		return 0, err
	}
	var held heldRows
	var queued queueRows
	var b pgx.Batch
	b.Queue(heldKeys, target, maxRetired).Query(func(rows pgx.Rows) error {
		var place int64
		var id string
		_, err := pgx.ForEachRow(rows, []any{&place, &id}, func() error {
			held.targets, held.places, held.ids = append(held.targets, target), append(held.places, place), append(held.ids, id)
			return nil
		})
		return err
	})
	b.Queue(queueKeys, target, maxRetired).Query(func(rows pgx.Rows) error {
		var class int16
		var place int64
		var id string
		_, err := pgx.ForEachRow(rows, []any{&class, &place, &id}, func() error {
			queued.add(target, class, place, id, now)
			return nil
		})
		return err
	})
	b.Queue(forgetHealth, target)
	if err := tx.SendBatch(ctx, &b).Close(); err != nil {
		return 0, err
	}
	n = len(held.ids) + len(queued.ids)
	if n == 0 {
		return 0, nil
	}
	return n, s.bury(ctx, tx, target, held, queued, now)
}

// bury makes dead letters of alerts that are held and of deliveries that wait.
func (s *Store) bury(ctx context.Context, tx pgx.Tx, target string, held heldRows, queued queueRows, now time.Time) error {
	alerts, err := alertsBy(ctx, tx, lockAlerts, held.ids)
	if err != nil {
		return err
	}
	deliveries, err := deliveriesBy(ctx, tx, lockDeliveries, queued.ids)
	if err != nil {
		return err
	}
	dead := slices.Collect(maps.Keys(alerts))
	for _, r := range alerts {
		r.Held, r.Dead, r.Ended = 0, retiredWhy, now
	}
	for _, d := range deliveries {
		d.Dead, d.Due = now, time.Time{}
		d.Attempts = append(d.Attempts, record.Attempt{Start: now, End: now, Answer: retiredWhy})
		dead = append(dead, d.Message.AlertIDs...)
	}
	slices.Sort(dead)
	dead = slices.Compact(dead)
	var b pgx.Batch
	if err := queueRecords(&b, alerts); err != nil {
		return err
	}
	if err := queueDeliveries(&b, deliveries); err != nil {
		return err
	}
	if len(held.ids) > 0 {
		b.Queue(dropHeld, held.targets, held.places, held.ids)
	}
	queued.unqueue(&b, target)
	b.Queue(addDead, slices.Repeat([]string{target}, len(dead)), dead)
	return tx.SendBatch(ctx, &b).Close()
}
