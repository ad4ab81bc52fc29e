package postgres

import (
	"context"
	"iter"

	"github.com/jackc/pgx/v5"

	"watcher/internal/poll"
)

// maxListed is how many feeds are read at a time.
const maxListed = 500

// listFeeds reads the next names, and then looks the feed of each up. With a plain join the
// planner reads all feeds for each page: it takes shard and feed for independent of each
// other, and expects fewer rows than a page has.
const listFeeds = `
select n.name, n.url, n.shard, n.feed, coalesce(f.edition, 0), coalesce(f.seq, 0), f.due, f.record
from (select name, url, shard, feed, removed from feed_name where name > $1 order by name limit $2) as n
left join lateral (select edition, seq, due, record from feed where shard = n.shard and feed = n.feed offset 0) as f on n.removed is null
order by n.name`

// Feeds implements poll.Register. For feeds that another machine holds it returns what that
// machine stored some seconds ago.
func (s *Store) Feeds(ctx context.Context) iter.Seq2[poll.FeedStatus, error] {
	return func(yield func(poll.FeedStatus, error) bool) {
		others, err := s.othersJournal(ctx)
		for last, more := "", err == nil; more; more = err == nil && last != "" {
			var some []poll.FeedStatus
			some, last, err = s.listSome(ctx, last, others)
			for i := range some {
				if !yield(some[i], nil) {
					return
				}
			}
		}
		if err != nil {
			yield(poll.FeedStatus{}, err)
		}
	}
}

// othersJournal reads what other machines have journalled of the feeds that they hold.
func (s *Store) othersJournal(ctx context.Context) (map[int64]journalled, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	h := s.held
	h.mu.Lock()
	ours := make([]int16, 0, len(h.shards))
	for n := range h.shards {
		ours = append(ours, n)
	}
	h.mu.Unlock()
	var all map[int64]journalled
	err := s.db.view(ctx, "read the journal of polls", func(tx pgx.Tx) error {
		all = make(map[int64]journalled)
		return s.journalOf(ctx, tx, othersSnaps, othersLogs, ours, nil, func(_ int16, feed int64, j journalled) { all[feed] = j })
	})
	return all, err
}

// listSome reads the next feeds behind a name, and returns the name to go on from; "" at
// the end.
func (s *Store) listSome(ctx context.Context, last string, others map[int64]journalled) (some []poll.FeedStatus, next string, err error) {
	type place struct {
		shard   int16
		feed    int64
		edition int32
		seq     int64
	}
	var places []place
	var slots []slot
	err = s.db.view(ctx, "list the feeds", func(tx pgx.Tx) error {
		some, places, slots = nil, nil, nil
		rows, err := tx.Query(ctx, listFeeds, last, maxListed)
		if err != nil {
			return err
		}
		var p place
		var st poll.FeedStatus
		var f slot
		var due *int64
		var raw []byte
		names := 0
		_, err = pgx.ForEachRow(rows, []any{&st.Feed, &st.URL, &p.shard, &p.feed, &p.edition, &p.seq, &due, &raw}, func() error {
			names++
			if due == nil {
				return nil // it was removed, or has no row
			}
			f.due = *due
			some, places, slots = append(some, st), append(places, p), append(slots, f)
			return readState(raw, p.feed, &some[len(some)-1].State)
		})
		if next = ""; names == maxListed {
			next = st.Feed
		}
		return err
	})
	if err != nil {
		return nil, "", err
	}
	h := s.held
	h.mu.Lock()
	defer h.mu.Unlock()
	for i := range some {
		p, f := places[i], &slots[i]
		if sh := h.shards[p.shard]; sh != nil {
			if k := sh.find(p.feed); k >= 0 && sh.slots[k].edition == p.edition {
				f = &sh.slots[k]
				if w := h.pending[p.feed]; w != nil {
					some[i].State = w.row.state
				}
			}
		} else if j, ok := others[p.feed]; ok && j.seq > p.seq {
			j.overlay(f)
		}
		f.overlay(&some[i].State)
		some[i].Due = moment(f.due)
	}
	return some, next, nil
}
