package postgres

import (
	"context"
	"slices"

	"github.com/jackc/pgx/v5"

	"watcher/internal/store/roster"
)

// A feed that is removed from the config of one machine may be in that of another: while a
// config is rolled out, or because somebody forgot one. Each machine records which feeds
// its own config lacks; a feed that all living machines lack is removed. Until then a
// machine that has it polls it (orphans.go).

const (
	foundAgain = `delete from missing where machine = $1`
	missFeeds  = `insert into missing (shard, feed, machine) select shard, feed, $3 from unnest($1::smallint[], $2::bigint[]) as u(shard, feed) on conflict do nothing`
	dropMissed = `delete from missing where machine not in (select id from machine where polls and seen > now() + $1::interval - $2::interval)`
	allMissed  = `
select n.name, n.shard, n.feed
from missing m
join machine a on a.id = m.machine and a.polls and a.seen > now() + $1::interval - $2::interval
join feed f on f.shard = m.shard and f.feed = m.feed
join feed_name n on n.name = f.name
where n.removed is null
group by n.name, n.shard, n.feed
having count(*) >= (select count(*) from machine where polls and seen > now() + $1::interval - $2::interval)
limit $3`
)

// miss records which feeds the config of this machine lacks.
func (s *Store) miss(ctx context.Context, gone []registered) error {
	err := s.db.update(ctx, "note which feeds are not configured here", func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, foundAgain, s.self.id)
		return err
	})
	if err != nil {
		return err
	}
	for some := range slices.Chunk(gone, maxMade) {
		var keys feedKeys
		for _, r := range some {
			if r.removed == nil {
				keys.shards, keys.feeds = append(keys.shards, r.shard), append(keys.feeds, r.feed)
			}
		}
		if len(keys.feeds) == 0 {
			continue
		}
		err := s.db.update(ctx, "note which feeds are not configured here", func(tx pgx.Tx) error {
			_, err := tx.Exec(ctx, missFeeds, keys.shards, keys.feeds, s.self.id)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// retireMissing removes the feeds that all living machines lack. The caller holds keep.
func (s *Store) retireMissing(ctx context.Context) error {
	for {
		var gone []registered
		err := s.db.update(ctx, "look for feeds that no machine has", func(tx pgx.Tx) error {
			if _, err := tx.Exec(ctx, dropMissed, s.db.ahead(), s.timing.lease); err != nil {
				return err
			}
			rows, err := tx.Query(ctx, allMissed, s.db.ahead(), s.timing.lease, maxMade)
			if err != nil {
				return err
			}
			gone, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (r registered, err error) {
				err = row.Scan(&r.name, &r.shard, &r.feed)
				return r, err
			})
			return err
		})
		if err != nil || len(gone) == 0 {
			return err
		}
		if err := s.retireSome(ctx, gone); err != nil {
			return err
		}
	}
}

const (
	retireNames = `update feed_name set removed = now() + $2::interval where name = any($1) and removed is null returning shard, feed`
	retireFeeds = `
update feed f set due = null, edition = edition + 1 from unnest($1::smallint[], $2::bigint[]) as u(shard, feed)
where f.shard = u.shard and f.feed = u.feed`
	forgetNames = `delete from feed_name where name = any($1) and removed <= now() + $2::interval - $3::interval returning shard, feed`
	forgetFeeds = `delete from feed f using unnest($1::smallint[], $2::bigint[]) as u(shard, feed) where f.shard = u.shard and f.feed = u.feed`
	forgetSeen  = `delete from seen f using unnest($1::smallint[], $2::bigint[]) as u(shard, feed) where f.shard = u.shard and f.feed = u.feed`
	forgetDays  = `delete from feed_day where feed = any($1)`
)

// retireSome removes feeds that are gone from the config, and deletes those that were
// removed 90 days ago.
func (s *Store) retireSome(ctx context.Context, some []registered) error {
	var names, old []string
	var numbers []int16
	now := s.now()
	for _, r := range some {
		switch {
		case r.removed == nil:
			names, numbers = append(names, r.name), append(numbers, r.shard)
		case now.Sub(*r.removed) >= roster.KeepRemoved:
			old, numbers = append(old, r.name), append(numbers, r.shard)
		}
	}
	if len(numbers) == 0 {
		return nil
	}
	return s.db.update(ctx, "remove feeds", func(tx pgx.Tx) error {
		all, err := s.lock(ctx, tx, slices.Clone(numbers))
		if err != nil {
			return err
		}
		var b pgx.Batch
		retired, err := keysOf(ctx, tx, retireNames, names, s.db.ahead())
		if err != nil {
			return err
		}
		b.Queue(retireFeeds, retired.shards, retired.feeds)
		forgotten, err := keysOf(ctx, tx, forgetNames, old, s.db.ahead(), roster.KeepRemoved)
		if err != nil {
			return err
		}
		b.Queue(forgetFeeds, forgotten.shards, forgotten.feeds)
		b.Queue(forgetSeen, forgotten.shards, forgotten.feeds)
		b.Queue(forgetDays, forgotten.feeds)
		all.bump(&b)
		return tx.SendBatch(ctx, &b).Close()
	})
}

// keysOf returns the keys that a statement selects.
func keysOf(ctx context.Context, tx pgx.Tx, sql string, args ...any) (keys feedKeys, err error) {
	rows, err := tx.Query(ctx, sql, args...)
	if err != nil {
		return keys, err
	}
	var number int16
	var feed int64
	_, err = pgx.ForEachRow(rows, []any{&number, &feed}, func() error {
		keys.shards, keys.feeds = append(keys.shards, number), append(keys.feeds, feed)
		return nil
	})
	return keys, err
}
