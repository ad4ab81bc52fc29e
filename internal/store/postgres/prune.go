package postgres

import (
	"context"
	"encoding/binary"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"watcher/internal/notify/story"
	"watcher/internal/store/record"
)

const (
	// keepAlerts is how long an alert and its deliveries are kept after their end. Dead
	// letters stay until a person drops them.
	keepAlerts = 90 * 24 * time.Hour
	// keepTold is how long the keys of items that a target has had are kept. It is longer,
	// because nothing else recognises a link that comes up again in another feed.
	keepTold = 400 * 24 * time.Hour
	// pruneEvery is how often one machine looks for what can be deleted.
	pruneEvery = 24 * time.Hour
	// pruneTime is how long a machine may take for that before another one may begin.
	pruneTime = time.Hour
	// maxPruned bounds a transaction, so that others do not wait long, and maxKeys the
	// identities that it looks at.
	maxPruned = 500
	maxKeys   = 5000
)

const (
	addChore = `insert into chore (name) values ($1) on conflict (name) do nothing`

	takeChore = `
update chore set owner = $2, lease_until = now() + $3::interval + $4::interval
where name = $1 and (owner is null or lease_until < now() + $3::interval) and done < now() + $3::interval - $5::interval`

	endChore = `update chore set owner = null, done = now() + $3::interval where name = $1 and owner = $2`

	keyBehind = `select target, key from alert_key where (target, key) > ($1, $2) order by target, key offset $3 limit 1`

	pruneKeys = `delete from alert_key where (target, key) > ($1, $2) and (target, key) <= ($3, $4) and told < $5`

	pruneLastKeys = `delete from alert_key where (target, key) > ($1, $2) and told < $3`

	oldLog = `select logged, id from alert_log where target = $1 and logged > $2 and logged < $3 order by logged limit $4`

	dropAlerts = `delete from alert where id = any($1)`

	dropLog = `delete from alert_log where target = $1 and logged = any($2)`

	dropDeliveries = `delete from delivery where id = any($1)`

	dropPayloads = `delete from payload where id = any($1)`

	deadAmong = `select id from dead where target = $1 and id = any($2)`

	alertsThere = `select id from alert where id = any($1)`

	pruneStories = `
delete from story where part = $1 and seen < $2 and seen <= (
	select max(seen) from (select seen from story where part = $1 order by seen limit $3) as oldest
)`

	pruneDamage = `delete from damage where told < $1`

	pruneWanted = `delete from target_wanted where seen < $1`
)

// pruner prunes until the store closes.
func (s *Store) pruner() {
	for {
		select {
		case <-s.ending.Done():
			return
		case <-time.After(max(time.Hour, s.timing.beat)):
		}
		if err := s.prune(s.ending); err != nil && s.ending.Err() == nil {
			s.log.Warn("what is of no use any more was not deleted, and is tried again within hours", "error", err)
		}
	}
}

// prune deletes what nobody needs any more, in small transactions, if no machine has done
// so for a day. If the machine dies meanwhile, it leaves the rest to the next prune.
func (s *Store) prune(ctx context.Context) error {
	const chore = "prune the outbox"
	mine := false
	err := s.db.update(ctx, "look when the store was pruned", func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, addChore, chore); err != nil {
			return err
		}
		tag, err := tx.Exec(ctx, takeChore, chore, s.self.id, s.db.ahead(), pruneTime, pruneEvery)
		mine = mine || tag.RowsAffected() > 0
		return err
	})
	if err != nil || !mine {
		return err
	}
	for _, part := range []func(context.Context) error{s.pruneKeys, s.pruneLog, s.pruneRest, s.pruneDays} {
		if err := part(ctx); err != nil {
			return err
		}
	}
	return s.db.update(ctx, "note when the store was pruned", func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, endChore, chore, s.self.id, s.db.ahead())
		return err
	})
}

// pruneKeys deletes old keys of items that targets have had.
func (s *Store) pruneKeys(ctx context.Context) error {
	target, key := "", []byte{}
	for more := true; more; {
		var nextTarget string
		var nextKey []byte
		err := s.db.update(ctx, "forget what targets were told long ago", func(tx pgx.Tx) error {
			more = true
			old := s.now().Add(-keepTold)
			err := tx.QueryRow(ctx, keyBehind, target, key, maxKeys).Scan(&nextTarget, &nextKey)
			if errors.Is(err, pgx.ErrNoRows) {
				more = false
				_, err = tx.Exec(ctx, pruneLastKeys, target, key, old)
				return err
			}
			if err != nil {
				return err
			}
			_, err = tx.Exec(ctx, pruneKeys, target, key, nextTarget, nextKey, old)
			return err
		})
		if err != nil {
			return err
		}
		target, key = nextTarget, nextKey
	}
	return nil
}

// pruneLog goes through the log of each target and deletes the alerts that ended long ago.
func (s *Store) pruneLog(ctx context.Context) error {
	var targets []string
	err := s.db.view(ctx, "read the targets", func(tx pgx.Tx) (err error) {
		targets, err = texts(ctx, tx, targetNames)
		return err
	})
	if err != nil {
		return err
	}
	for _, target := range targets {
		for from := []byte{}; from != nil; {
			var next []byte
			err := s.db.update(ctx, "delete old alerts of "+target, func(tx pgx.Tx) (err error) {
				next, err = s.prunePart(ctx, tx, target, from)
				return err
			})
			if err != nil {
				return err
			}
			from = next
		}
	}
	return nil
}

// prunePart goes through the next part of a target's log, and returns where to go on; nil
// at the end.
func (s *Store) prunePart(ctx context.Context, tx pgx.Tx, target string, from []byte) (next []byte, err error) {
	now := s.now()
	limit := binary.BigEndian.AppendUint64(nil, uint64(max(0, now.Add(-keepAlerts).UnixNano())))
	logged := make(map[string][]byte)
	rows, err := tx.Query(ctx, oldLog, target, from, limit, maxPruned)
	if err != nil {
		return nil, err
	}
	var at []byte
	var id string
	_, err = pgx.ForEachRow(rows, []any{&at, &id}, func() error {
		logged[id], next = slices.Clone(at), slices.Clone(at)
		return nil
	})
	if err != nil || len(logged) == 0 {
		return nil, err
	}
	if len(logged) < maxPruned {
		next = nil
	}
	alerts, err := alertsBy(ctx, tx, lockAlerts, slices.Sorted(maps.Keys(logged)))
	if err != nil {
		return nil, err
	}
	dead, err := texts(ctx, tx, deadAmong, target, slices.Collect(maps.Keys(logged)))
	if err != nil {
		return nil, err
	}
	var messages []string
	for id, r := range alerts {
		if r.Held != 0 || slices.Contains(dead, id) || now.Sub(r.Ended) < keepAlerts {
			delete(alerts, id)
			delete(logged, id)
		}
		messages = append(messages, r.Messages...)
	}
	deliveries, err := deliveriesBy(ctx, tx, deliveriesByID, messages)
	if err != nil {
		return nil, err
	}
	for id, r := range alerts {
		for _, m := range r.Messages {
			if d := deliveries[m]; d != nil && (d.Sent.IsZero() && d.Dropped.IsZero() || now.Sub(d.Sent) < keepAlerts) {
				delete(alerts, id)
				delete(logged, id)
			}
		}
	}
	return next, s.dropAlerts(ctx, tx, target, alerts, deliveries, slices.Collect(maps.Values(logged)))
}

// dropAlerts deletes alerts. A delivery is deleted with the last of its alerts.
func (s *Store) dropAlerts(ctx context.Context, tx pgx.Tx, target string, alerts map[string]*record.Alert, deliveries map[string]*record.Delivery, logged [][]byte) error {
	ids := slices.Sorted(maps.Keys(alerts))
	var others, unneeded []string
	for _, d := range deliveries {
		others = append(others, d.Message.AlertIDs...)
	}
	there, err := texts(ctx, tx, alertsThere, others)
	if err != nil {
		return err
	}
	left := make(map[string]bool)
	for _, id := range there {
		left[id] = alerts[id] == nil
	}
	for m, d := range deliveries {
		if !slices.ContainsFunc(d.Message.AlertIDs, func(id string) bool { return left[id] }) {
			unneeded = append(unneeded, m)
		}
	}
	var b pgx.Batch
	b.Queue(dropAlerts, ids)
	b.Queue(dropLog, target, logged)
	b.Queue(dropDeliveries, unneeded)
	b.Queue(dropPayloads, unneeded)
	return tx.SendBatch(ctx, &b).Close()
}

// pruneRest deletes stories that are too old for a new article to join, and other small
// things.
func (s *Store) pruneRest(ctx context.Context) error {
	old := s.now().Add(-story.StoryWindow).UnixNano()
	for _, part := range allParts {
		for n := int64(maxPruned); n >= maxPruned; {
			err := s.db.update(ctx, "forget old stories", func(tx pgx.Tx) error {
				tag, err := tx.Exec(ctx, pruneStories, part, old, maxPruned)
				n = tag.RowsAffected()
				return err
			})
			if err != nil {
				return err
			}
		}
	}
	return s.db.update(ctx, "forget what was reported", func(tx pgx.Tx) error {
		var b pgx.Batch
		b.Queue(pruneDamage, s.now().Add(-keepAlerts))
		b.Queue(pruneWanted, s.now().Add(-keepAlerts))
		return tx.SendBatch(ctx, &b).Close()
	})
}
