package postgres

import (
	"container/heap"
	"context"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
)

const (
	readShards = `select shard, token, seq from shard where shard = any($1)`
	readSlots  = `select shard, feed, edition, seq, due, polled from feed where shard = any($1) and due is not null order by shard, feed`
)

// load reads shards as they are stored, whoever holds them.
func (s *Store) load(ctx context.Context, numbers []int16) (map[int16]*shard, error) {
	var all map[int16]*shard
	err := s.db.view(ctx, "read when feeds are due", func(tx pgx.Tx) error {
		all = make(map[int16]*shard, len(numbers))
		rows, err := tx.Query(ctx, readShards, numbers)
		if err != nil {
			return err
		}
		var sh shard
		_, err = pgx.ForEachRow(rows, []any{&sh.number, &sh.token, &sh.seq}, func() error {
			all[sh.number] = &shard{number: sh.number, token: sh.token, seq: sh.seq, assigned: sh.seq, place: -1}
			return nil
		})
		if err != nil {
			return err
		}
		newer, err := s.loadSlots(ctx, tx, numbers, all)
		if err != nil {
			return err
		}
		sizes := func(number int16, seq int64, size int, snap bool) {
			switch sh := all[number]; {
			case sh == nil:
			case snap:
				sh.snapped = size
			default:
				sh.logged += size
				sh.logs++
			}
		}
		return s.journalOf(ctx, tx, readSnaps, readLogs, numbers, sizes, func(number int16, feed int64, j journalled) {
			sh := all[number]
			if sh == nil {
				return
			}
			if i := sh.find(feed); i >= 0 && j.seq > newer[number][i] {
				j.overlay(&sh.slots[i])
			}
		})
	})
	if err != nil {
		return nil, err
	}
	now := s.now().UnixMilli()
	for _, sh := range all {
		for i := range sh.slots {
			sh.slots[i].mend(now)
		}
		sh.arrange()
	}
	return all, nil
}

// loadSlots reads the feeds of shards, and returns for each up to which entry of the
// journal its row is newer.
func (s *Store) loadSlots(ctx context.Context, tx pgx.Tx, numbers []int16, all map[int16]*shard) (newer map[int16][]int64, err error) {
	rows, err := tx.Query(ctx, readSlots, numbers)
	if err != nil {
		return nil, err
	}
	newer = make(map[int16][]int64, len(numbers))
	var number int16
	var seq int64
	var f slot
	_, err = pgx.ForEachRow(rows, []any{&number, &f.feed, &f.edition, &seq, &f.due, &f.polled}, func() error {
		sh := all[number]
		if sh == nil {
			return nil
		}
		sh.slots, newer[number] = append(sh.slots, f), append(newer[number], seq)
		// A row may name an entry that was never stored. Its number must not be given out
		// again.
		sh.assigned = max(sh.assigned, seq)
		return nil
	})
	return newer, err
}

// mend corrects the due time of a feed that was polled in the future, by a clock that was
// wrong.
func (f *slot) mend(now int64) {
	if back := f.polled - now; back > slack.Milliseconds() {
		f.polled = now
		if f.due > now {
			f.due -= back
		}
	}
	f.at = f.due
}

// reload reads shards again that could not be renewed: another machine holds them by now,
// or a config changed their feeds. The caller holds keep.
func (s *Store) reload(ctx context.Context, numbers []int16) error {
	for some := range slices.Chunk(numbers, maxTaken) {
		if err := s.reloadSome(ctx, some); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) reloadSome(ctx context.Context, numbers []int16) error {
	h := s.held
	release, err := h.commits.hold(ctx) // otherwise a commit could make what was read stale
	if err != nil {
		return err
	}
	defer release()
	loaded, err := s.load(ctx, numbers)
	if err != nil {
		return err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, number := range numbers {
		was, is := h.shards[number], loaded[number]
		switch {
		case was == nil:
		case is == nil || is.token != was.token:
			h.drop(was)
		default:
			h.replace(was, is)
		}
	}
	h.spread()
	return nil
}

// replace puts a shard as it is stored in the place of the one in memory. Polls of feeds
// that a config changed are lost; results of others that are not stored yet stay. The
// caller holds mu.
func (h *share) replace(was, is *shard) {
	is.until, is.leaving, is.assigned = was.until, was.leaving, max(is.assigned, was.assigned)
	for i := range is.slots {
		f := &is.slots[i]
		k := was.find(f.feed)
		if k < 0 || was.slots[k].edition != f.edition {
			delete(h.ahead, f.feed)
			delete(h.pending, f.feed)
			continue
		}
		old := &was.slots[k]
		if old.flags&dirty != 0 {
			f.due, f.at, f.polled, f.worked, f.failed, f.flags = old.due, old.due, old.polled, old.worked, old.failed, old.flags
		}
		if c := h.byFeed[f.feed]; c != nil && c.shard == was {
			f.at = old.at
			c.shard = is
			is.claims++
		}
	}
	for _, c := range h.byFeed {
		if c.shard == was {
			h.void(c)
		}
	}
	for i := range was.slots {
		if f := was.slots[i].feed; is.find(f) < 0 {
			delete(h.ahead, f)
			delete(h.pending, f)
		}
	}
	h.leave(was)
	is.arrange()
	h.shards[is.number] = is
	h.enter(is)
}

// follow notices that the clock was set back since it last looked, and moves future times
// back by as much: otherwise feeds would not be polled until the clock is where it was. The
// caller holds mu.
func (h *share) follow(now time.Time) {
	back := h.sought.Sub(now)
	h.sought = now
	if back <= slack {
		return
	}
	ms := now.UnixMilli()
	for _, sh := range h.shards {
		for i := range sh.slots {
			f := &sh.slots[i]
			if f.due > ms {
				f.due -= back.Milliseconds()
			}
			if f.at > ms {
				f.at -= back.Milliseconds()
			}
			f.polled = min(f.polled, ms)
		}
		heap.Init((*slotHeap)(sh))
	}
	heap.Init(&h.order)
}
