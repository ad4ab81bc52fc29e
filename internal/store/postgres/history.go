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
)

// history is what a Store has in memory of the kept articles.
type history struct {
	coders
	grown atomic.Int64 // bytes that came here since it was measured
}

func newHistory() (*history, error) {
	c, err := newCoders()
	return &history{coders: c}, err
}

// howFar is the row of history.
type howFar struct {
	ends      int64 // what the tail has below it is in a segment
	torn      int64
	forgotten int64 // articles that were seen before then are no more
}

func readHowFar(ctx context.Context, tx pgx.Tx) (h howFar, err error) {
	err = tx.QueryRow(ctx, `select ends, torn, forgotten from history where one`).Scan(&h.ends, &h.torn, &h.forgotten)
	return h, err
}

// tailRow is a row of the tail: what a poll brought.
type tailRow struct {
	first    int64
	articles int
	feed     int64
	seen     int64
	packed   []byte // nil if it is no more
}

func (r *tailRow) end() int64 { return r.first + int64(r.articles) }

const tailFrom = `
select first, articles, feed, seen, packed
from tail left join article using (shard, id)
where first >= $1 order by first limit $2`

// readTail reads rows of the tail.
func readTail(ctx context.Context, tx pgx.Tx, query string, args ...any) ([]tailRow, error) {
	rows, err := tx.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (r tailRow, err error) {
		err = row.Scan(&r.first, &r.articles, &r.feed, &r.seen, &r.packed)
		return r, err
	})
}

// mostShown is how many values of the tail are read at once.
const mostShown = 64

// History yields the articles that were seen since then, the oldest first, each
// with the time it was seen. After an error it yields nothing more.
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

// next yields the articles of some values of the tail.
func (r *reading) next() error {
	var rows []tailRow
	err := r.db.view(r.ctx, "read the tail", func(tx pgx.Tx) error {
		h, err := readHowFar(r.ctx, tx)
		if err != nil {
			return err
		}
		r.since = max(r.since, h.forgotten)
		rows, err = readTail(r.ctx, tx, tailFrom, max(r.at, h.ends), mostShown)
		return err
	})
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

// items returns the articles of a row of the tail; none if it is no more, or is damaged.
func (s *Store) items(ctx context.Context, r *tailRow) ([]feeds.Item, error) {
	if r.packed == nil {
		return nil, nil
	}
	items, err := s.history.unpack(r.packed)
	if err != nil {
		s.log.Error("articles of a poll are damaged, they are left out", "first", r.first, "articles", r.articles, "error", err)
		return nil, nil
	}
	return items, nil
}
