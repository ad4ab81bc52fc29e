package postgres

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"watcher/internal/store"
	"watcher/internal/store/record"
	"watcher/internal/store/segment"
)

// Forget hides the articles that were seen before then, and none that were seen later, as
// the clock may have been wrong. The machine that makes segments deletes them.
func (s *Store) Forget(before time.Time) error {
	ctx, limit := s.ending, max(1, before.UnixNano())
	err := s.db.update(ctx, "hide old articles", func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `update history set forgotten = $1 where one and forgotten <> $1`, limit)
		return err
	})
	if err == nil {
		err = s.alone(ctx, func() error { return s.forget(ctx, limit) })
	}
	if err != nil {
		return fmt.Errorf("prune the history: %w", err)
	}
	return nil
}

// alone runs f if this machine has the lease of the history, or gets it; otherwise another
// machine does the same.
func (s *Store) alone(ctx context.Context, f func() error) error {
	defer s.using()()
	held, err := s.hold(ctx)
	if err == nil && held {
		err = f()
	}
	if errors.Is(err, errOvertaken) {
		err = nil
	}
	return err
}

// forget deletes segments and rows of the tail if all of their articles were seen before
// then.
func (s *Store) forget(ctx context.Context, before int64) error {
	all, err := s.listSegments(ctx)
	for _, r := range all {
		if r.newest >= before {
			continue
		}
		if err := s.deleteSegment(ctx, r); err != nil {
			return err
		}
	}
	if err == nil {
		err = s.number(ctx)
	}
	if err != nil {
		return err
	}
	return s.deleteTail(ctx, func(r *tailRow) bool { return r.seen < before })
}

func (s *Store) deleteSegment(ctx context.Context, r segmentRow) error {
	return s.db.update(ctx, "delete a segment", func(tx pgx.Tx) error {
		if _, err := s.fence(ctx, tx); err != nil {
			return err
		}
		if err := s.unname(ctx, tx, r); !errors.Is(err, errOvertaken) {
			return err
		}
		return nil // an earlier try was committed
	})
}

const (
	// tailSizes reads the rows of the tail without their texts.
	tailSizes   = `select first, feed, seen, bytes from tail where first >= $1 order by first limit 1000`
	deleteRows  = `with gone as (delete from tail where first = any($1) returning shard, id) delete from article a using gone g where a.shard = g.shard and a.id = g.id`
	tearTheTail = `update history set torn = torn + 1 where one`
)

// eachRow calls f for the rows of the tail, without their articles, a bounded number at a
// time, and flush after each of these.
func (s *Store) eachRow(ctx context.Context, f func(r *tailRow, bytes int64), flush func() error) error {
	for from := int64(0); ; {
		type row struct {
			First, Feed, Seen int64
			Bytes             int32
		}
		var some []row
		err := s.db.view(ctx, "measure the tail", func(tx pgx.Tx) error {
			h, err := readHowFar(ctx, tx)
			if err != nil {
				return err
			}
			rows, err := tx.Query(ctx, tailSizes, max(from, h.ends))
			if err == nil {
				some, err = pgx.CollectRows(rows, pgx.RowToStructByPos[row])
			}
			return err
		})
		if err != nil || len(some) == 0 {
			return err
		}
		for _, r := range some {
			f(&tailRow{first: r.First, feed: r.Feed, seen: r.Seen}, int64(r.Bytes))
			from = r.First + 1
		}
		if err := flush(); err != nil {
			return err
		}
	}
}

// deleteTail deletes the rows of the tail for which old returns true.
func (s *Store) deleteTail(ctx context.Context, old func(r *tailRow) bool) error {
	var gone []int64
	return s.eachRow(ctx, func(r *tailRow, _ int64) {
		if old(r) {
			gone = append(gone, r.first)
		}
	}, func() error {
		if len(gone) == 0 {
			return nil
		}
		err := s.db.update(ctx, "delete of the tail", func(tx pgx.Tx) error {
			if _, err := s.fence(ctx, tx); err != nil {
				return err
			}
			if _, err := tx.Exec(ctx, tearTheTail); err != nil {
				return err
			}
			_, err := tx.Exec(ctx, deleteRows, gone)
			return err
		})
		gone = gone[:0]
		return err
	})
}

// A feed may take an eighth of the history, so that a flood pushes out only the feed's own
// past. Trimming goes a sixteenth below the bound, so that it is not needed again at once.
const (
	shares = 8
	trimBy = 16
	// worthIt: a segment is made anew if a 32nd of it or more is to go.
	worthIt = 32
	// maxRounds bounds how often Trim measures: how much a segment shrinks is known only
	// once it is made.
	maxRounds = 4
)

// HistorySize returns how many bytes the history of all machines takes, or a little less
// until Trim has first measured it. grown is what this machine added since; full says that
// this machine had to trim it.
func (s *Store) HistorySize() (size, grown int64, full bool) {
	h := s.history
	grown = h.grown.Load()
	return h.size.Load() + grown, grown, h.full.Load()
}

// Trim deletes, in small transactions, the oldest articles of feeds that take more than
// their share of most bytes, and then the oldest of all until the history is within most.
// If another machine has the lease, that one trims, and this one only measures.
func (s *Store) Trim(most int64) (t store.Trimmed, err error) {
	ctx := s.ending
	over := make(map[int64]int64)
	if _, err = s.measure(ctx); err == nil {
		err = s.alone(ctx, func() error {
			for range maxRounds {
				surplus, all, err := s.surplus(ctx, most)
				if err != nil || all == 0 && len(surplus) == 0 {
					return err
				}
				s.history.full.Store(true)
				maps.Copy(over, surplus)
				t.All = t.All || all > 0
				n, err := s.trimAll(ctx, surplus, &all, most)
				if t.Bytes += n; err != nil || n == 0 {
					return err
				}
			}
			return nil
		})
	}
	if err == nil && len(over) > 0 {
		t.Feeds, err = s.namesOf(ctx, slices.Collect(maps.Keys(over)))
	}
	if err != nil {
		return t, fmt.Errorf("trim the history: %w", err)
	}
	return t, nil
}

const historyBytes = `
select (select coalesce(sum(bytes), 0) from segment)::bigint
	+ (select coalesce(sum(bytes), 0) from tail where first >= (select ends from history where one))::bigint`

// measure returns how many bytes the history takes.
func (s *Store) measure(ctx context.Context) (total int64, err error) {
	if err := s.number(ctx); err != nil {
		return 0, err
	}
	s.history.grown.Store(0)
	err = s.db.view(ctx, "measure the history", func(tx pgx.Tx) error { return tx.QueryRow(ctx, historyBytes).Scan(&total) })
	if err == nil {
		s.history.size.Store(total)
	}
	return total, err
}

// someRecords reads the records of some segments.
const someRecords = `select first, record from segment where first > $1 order by first limit 16`

// eachRecord calls f for the records of all segments.
func (s *Store) eachRecord(ctx context.Context, f func(r *record.Segment)) error {
	type row struct {
		First  int64
		Record []byte
	}
	for from := int64(0); ; {
		var some []row
		var kept []record.Segment
		err := s.db.view(ctx, "read the records of segments", func(tx pgx.Tx) error {
			rows, err := tx.Query(ctx, someRecords, from)
			if err != nil {
				return err
			}
			some, err = pgx.CollectRows(rows, pgx.RowToStructByPos[row])
			kept = make([]record.Segment, len(some))
			for i := range some {
				if err == nil {
					if err = unpack("segment", some[i].Record, &kept[i], some[i].First); err != nil {
						err = segmentBroken(some[i].First, some[i].Record, err)
					}
				}
			}
			return err
		})
		if err != nil || len(some) == 0 {
			return err
		}
		for i := range kept {
			f(&kept[i])
		}
		from = some[len(some)-1].First
	}
}

// surplus returns how many bytes each feed has to lose, by its number, and how many more
// all feeds together have to lose.
func (s *Store) surplus(ctx context.Context, most int64) (feeds map[int64]int64, all int64, err error) {
	total, err := s.measure(ctx)
	if err != nil {
		return nil, 0, err
	}
	sizes := make(map[int64]int64)
	err = s.eachRecord(ctx, func(r *record.Segment) {
		r.FeedSizes(func(feed uint64, size int64) { sizes[int64(feed)] += size })
	})
	if err != nil {
		return nil, 0, err
	}
	err = s.eachRow(ctx, func(r *tailRow, bytes int64) { sizes[r.feed] += bytes }, func() error { return nil })
	if err != nil {
		return nil, 0, err
	}
	feeds = make(map[int64]int64)
	share := most / shares
	for feed, size := range sizes {
		if feed != 0 && size > share {
			feeds[feed] = size - share + share/trimBy
			total -= feeds[feed]
		}
	}
	if total > most {
		all = total - most + most/trimBy
	}
	return feeds, all, nil
}

// trimAll deletes surplus articles, the oldest first, subtracts them from surplus and all,
// and returns about how many bytes they took.
func (s *Store) trimAll(ctx context.Context, surplus map[int64]int64, all *int64, most int64) (trimmed int64, err error) {
	segments, err := s.listSegments(ctx)
	for _, r := range segments {
		v, err := s.volumeOf(ctx, r)
		if err == nil && v != nil {
			var n int64
			n, err = s.trimSegment(ctx, v, surplus, all, most)
			trimmed += n
			s.history.size.Add(-n)
		}
		if err != nil {
			return trimmed, err
		}
	}
	if err != nil {
		return trimmed, err
	}
	sizes := make(map[int64]int64)
	err = s.eachRow(ctx, func(r *tailRow, bytes int64) { sizes[r.first] = bytes }, func() error { return nil })
	if err != nil {
		return trimmed, err
	}
	err = s.deleteTail(ctx, func(r *tailRow) bool {
		size := sizes[r.first]
		switch {
		case surplus[r.feed] > 0:
			surplus[r.feed] -= size
		case *all > 0:
			*all -= size
		default:
			return false
		}
		trimmed += size
		s.history.size.Add(-size)
		return true
	})
	return trimmed, err
}

// trimSegment does trimAll's work for one segment. A segment that loses a part is made anew
// without it.
func (s *Store) trimSegment(ctx context.Context, v *volume, surplus map[int64]int64, all *int64, most int64) (trimmed int64, err error) {
	left := int64(0) // of v, without what is to go
	v.kept.FeedSizes(func(feed uint64, size int64) { left += size - min(size, max(0, surplus[int64(feed)])) })
	c := s.history.cutter.Load()
	switch {
	case *all > 0 && left <= *all+most/trimBy || left == 0:
		v.kept.FeedSizes(func(feed uint64, size int64) {
			surplus[int64(feed)] -= min(size, max(0, surplus[int64(feed)]))
		})
		*all -= left
		return v.kept.Bytes, s.deleteSegment(ctx, v.segmentRow)
	case c != nil && (*all > 0 || left < v.kept.Bytes-v.kept.Bytes/worthIt):
		return s.thin(ctx, c, v, surplus, all)
	}
	return 0, nil
}

// thin makes a segment anew without its oldest surplus articles, and returns about how many
// bytes they took.
func (s *Store) thin(ctx context.Context, c *segment.Cutter, v *volume, surplus map[int64]int64, all *int64) (trimmed int64, err error) {
	columns, err := v.Columns()
	if err != nil {
		return 0, err
	}
	// Each article counts as an equal share of its feed's bytes.
	articles := make(map[uint64]int64)
	for i, seen := range columns.Seen {
		if seen != 0 {
			articles[columns.Origins[columns.Origin[i]].Feed]++
		}
	}
	each := make(map[uint64]int64)
	v.kept.FeedSizes(func(feed uint64, size int64) { each[feed] = size / max(1, articles[feed]) })
	err = s.rewrite(ctx, c, v, func(_ int, a *segment.Article) bool {
		size := each[a.Feed]
		switch {
		case surplus[int64(a.Feed)] > 0:
			surplus[int64(a.Feed)] -= size
		case *all > 0:
			*all -= size
		default:
			return false
		}
		trimmed += size
		return true
	})
	return trimmed, err
}

// namesOf returns the names of feeds by their numbers, in order; "" for a feed that is not
// configured any more.
func (s *Store) namesOf(ctx context.Context, numbers []int64) (names []string, err error) {
	err = s.db.view(ctx, "read the names of feeds", func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, `select name from feed_name where feed = any($1) and removed is null order by name`, numbers)
		if err == nil {
			names, err = pgx.CollectRows(rows, pgx.RowTo[string])
		}
		return err
	})
	for len(names) < len(numbers) {
		names = slices.Insert(names, 0, "")
	}
	return names, err
}
