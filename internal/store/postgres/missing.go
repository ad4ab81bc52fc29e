package postgres

import (
	"context"
	"slices"

	"github.com/jackc/pgx/v5"
)

// A feed that is gone from the config of one machine may be in that of another: while a
// config is rolled out, or where somebody forgot one. Each machine notes which feeds are
// missing in its own; a feed that is missing on all machines that live is removed. Until
// then its owner is whoever has its host, and it is polled where that one knows it.

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

// miss notes which feeds are missing in the config of this machine.
func (s *Store) miss(ctx context.Context, gone []registered) error {
	err := s.db.update(ctx, "note which feeds are not configured here", func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, foundAgain, s.self.id)
		return err
	})
	if err != nil {
		return err
	}
	for some := range slices.Chunk(gone, mostMade) {
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

// retireMissing removes the feeds that are missing on all machines that live. The caller
// holds keep.
func (s *Store) retireMissing(ctx context.Context) error {
	for {
		var gone []registered
		err := s.db.update(ctx, "look for feeds that no machine has", func(tx pgx.Tx) error {
			if _, err := tx.Exec(ctx, dropMissed, s.db.ahead(), s.timing.lease); err != nil {
				return err
			}
			rows, err := tx.Query(ctx, allMissed, s.db.ahead(), s.timing.lease, mostMade)
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
