package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"watcher/internal/notify"
	"watcher/internal/store/record"
)

const (
	// maxCounted bounds the count of each of a target's queues, so that counting costs
	// little however long they are, and maxDead that of its dead letters.
	maxCounted = 10_000
	maxDead    = 1000
)

// healthTable is the name under which the health of a target is sealed.
const healthTable = "target.health"

const (
	countQueues = `
select t.target,
	(select count(*) from (select 1 from held where target = t.target limit $2) h),
	(select count(*) from (select 1 from queue where target = t.target limit $2) q),
	(select count(*) from (select 1 from dead where target = t.target limit $3) d)
from unnest($1::text[]) as t(target)`

	countAll = `
select (select count(*) from held), (select count(*) from queue) + (select count(*) from begun),
	(select count(*) from dead), (select coalesce(sum(ambiguous), 0)::bigint from target)`

	failingTargets = `
select t.target, t.health, exists (select 1 from queue where target = t.target and class < 2),
	(select min(place) from queue where target = t.target and class = 2)
from target t where t.health is not null`
)

// Queues counts what waits for each target: up to 10,000 of each kind, and up to 1,000 dead
// letters.
func (s *Store) Queues(ctx context.Context, targets []string) (map[string]notify.TargetQueue, error) {
	queues := make(map[string]notify.TargetQueue, len(targets))
	err := s.db.view(ctx, "count what waits for targets", func(tx pgx.Tx) error {
		clear(queues)
		rows, err := tx.Query(ctx, countQueues, targets, maxCounted, maxDead)
		if err != nil {
			return err
		}
		var target string
		var q notify.TargetQueue
		_, err = pgx.ForEachRow(rows, []any{&target, &q.Held, &q.Waiting, &q.Dead}, func() error {
			queues[target] = q
			return nil
		})
		return err
	})
	if err != nil {
		return nil, err
	}
	return queues, nil
}

// Tally counts the contents of the outbox.
func (s *Store) Tally(ctx context.Context) (t notify.OutboxTally, err error) {
	err = s.db.view(ctx, "count the alerts", func(tx pgx.Tx) error {
		return tx.QueryRow(ctx, countAll).Scan(&t.Held, &t.Waiting, &t.Dead, &t.Ambiguous)
	})
	return t, err
}

// Failing returns the targets that fail or refuse, by name.
func (s *Store) Failing(ctx context.Context) (map[string]notify.Failing, error) {
	failing := make(map[string]notify.Failing)
	err := s.db.view(ctx, "read which targets fail", func(tx pgx.Tx) error {
		clear(failing)
		rows, err := tx.Query(ctx, failingTargets)
		if err != nil {
			return err
		}
		var target string
		var raw []byte
		var fresh bool
		var retry *int64
		_, err = pgx.ForEachRow(rows, []any{&target, &raw, &fresh, &retry}, func() error {
			var r record.Health
			if err := unpack(healthTable, raw, &r, target); err != nil {
				return err
			}
			f := notify.Failing{TargetHealth: notify.TargetHealth(r)}
			switch {
			case fresh:
				f.Due = s.now()
			case retry != nil:
				f.Due = time.Unix(0, *retry)
			}
			if f.State() != notify.TargetWorks {
				failing[target] = f
			}
			return nil
		})
		return err
	})
	if err != nil {
		return nil, err
	}
	return failing, nil
}
