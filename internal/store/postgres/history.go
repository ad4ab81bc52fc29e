package postgres

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"

	"watcher/internal/feeds"
	"watcher/internal/poll"
	"watcher/internal/store/segment"
)

// history is what a Store has in memory of the kept articles.
type history struct {
	coders
	volumes  *volumes
	tail     tail
	lease    lease
	cutter   atomic.Pointer[segment.Cutter] // of Index
	building lock                           // one segment at a time, because building one takes memory

	size  atomic.Int64 // in bytes, when it was last measured
	grown atomic.Int64 // bytes that were added here since then
	full  atomic.Bool  // something was trimmed
}

func newHistory() (*history, error) {
	c, err1 := newCoders()
	v, err2 := newVolumes()
	return &history{coders: c, volumes: v, tail: tail{catching: newLock()}, lease: lease{turn: newLock()}, building: newLock()}, errors.Join(err1, err2)
}

// howFar is the row of history.
type howFar struct {
	ends      int64 // articles of the tail with lower numbers are in a segment
	torn      int64
	forgotten int64 // articles seen before then were deleted
}

func readHowFar(ctx context.Context, tx pgx.Tx) (h howFar, err error) {
	err = tx.QueryRow(ctx, `select ends, torn, forgotten from history where one`).Scan(&h.ends, &h.torn, &h.forgotten)
	return h, err
}

// tailRow is a row of the tail: the articles of a poll.
type tailRow struct {
	first    int64
	articles int
	feed     int64
	seen     int64
	shard    int16 // of article
	id       int64
	packed   []byte // nil if they were deleted
}

func (r *tailRow) end() int64 { return r.first + int64(r.articles) }

const tailFrom = `
select first, articles, feed, seen, shard, id, packed
from tail left join article using (shard, id)
where first >= $1 order by first limit $2`

// readTail reads rows of the tail.
func readTail(ctx context.Context, tx pgx.Tx, query string, args ...any) ([]tailRow, error) {
	rows, err := tx.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (r tailRow, err error) {
		err = row.Scan(&r.first, &r.articles, &r.feed, &r.seen, &r.shard, &r.id, &r.packed)
		return r, err
	})
}

// maxShown is how many values of the tail are read at a time.
const maxShown = 64

// History yields the articles that were seen since then, the oldest first, each with the
// time when it was seen. It ends with the first error.
func (s *Store) History(ctx context.Context, since time.Time) iter.Seq2[poll.HistoryItem, error] {
	return func(yield func(poll.HistoryItem, error) bool) {
		r := reading{Store: s, ctx: ctx, yield: yield}
		if !since.IsZero() {
			r.since = max(0, since.UnixNano())
		}
		err := s.number(ctx)
		for err == nil && !r.ended {
			err = r.next()
		}
		if err != nil && !errors.Is(err, errEnough) {
			yield(poll.HistoryItem{}, fmt.Errorf("read the history: %w", err))
		}
	}
}

// reading is a History under way.
type reading struct {
	*Store
	ctx   context.Context
	since int64 // in Unix nanoseconds
	yield func(poll.HistoryItem, error) bool
	at    int64 // the next article has this number or a higher one
	ended bool
}

// next yields the articles of the next segment, or of some values of the tail. One snapshot
// says which of them comes next, so that articles that move from the tail to a segment
// meanwhile are not missed.
func (r *reading) next() error {
	var rows []tailRow
	var v *volume
	err := r.db.view(r.ctx, "read on", func(tx pgx.Tx) error {
		rows, v = nil, nil
		h, err := readHowFar(r.ctx, tx)
		if err != nil {
			return err
		}
		r.since = max(r.since, h.forgotten)
		in, err := findSegment(r.ctx, tx, segmentFrom, r.at)
		switch {
		case err != nil:
		case in != nil:
			v, err = r.volume(r.ctx, tx, in)
		default:
			rows, err = readTail(r.ctx, tx, tailFrom, max(r.at, h.ends), maxShown)
		}
		return err
	})
	if err == nil && v != nil {
		return r.segment(v)
	}
	if err != nil {
		return err
	}
	for i := range rows {
		row := &rows[i]
		r.at = row.end()
		if row.seen < r.since {
			continue
		}
		items, err := r.items(r.ctx, row)
		if err != nil {
			return err
		}
		for i := range items {
			if !r.yield(poll.HistoryItem{Number: uint64(row.first) + uint64(i), Seen: unixNano(row.seen), Item: items[i]}, nil) {
				return errEnough
			}
		}
	}
	r.ended = len(rows) == 0
	return nil
}

// segment yields the articles of a segment.
func (r *reading) segment(v *volume) error {
	from := max(r.at, v.first)
	if r.at = v.end(); v.kept.Newest < r.since {
		return nil
	}
	for n := from; n < v.end(); n++ {
		a, err := r.article(r.ctx, v, int(n-v.first))
		if err == nil {
			err = r.ctx.Err()
		}
		if err != nil {
			return err
		}
		if a.Seen.IsZero() || a.Seen.UnixNano() < r.since {
			continue
		}
		if !r.yield(poll.HistoryItem{Number: uint64(n), Seen: a.Seen, Item: a.Item}, nil) {
			return errEnough
		}
	}
	return nil
}

// items returns the articles of a row of the tail; none if they were deleted, or are
// damaged and were put aside.
func (s *Store) items(ctx context.Context, r *tailRow) ([]feeds.Item, error) {
	if r.packed == nil {
		return nil, nil
	}
	items, err := s.history.unpack(r.packed)
	if err != nil {
		broken := &brokenError{"article", []any{r.shard, r.id}, err}
		err = s.db.mending(ctx, func() (err error) {
			if broken != nil {
				err = broken
			}
			broken = nil
			return err
		})
	}
	return items, err
}
