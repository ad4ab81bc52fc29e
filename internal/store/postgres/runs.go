package postgres

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math"
	"slices"

	"github.com/jackc/pgx/v5"

	"watcher/internal/feeds"
	"watcher/internal/store/segment"
)

// Runs yields all kept articles, of all machines, the newest run first, as of the call.
// Articles that arrive or are deleted meanwhile may be in it or not; no article is in it
// twice. c cuts the articles that no index has yet. It ends with the first error.
func (s *Store) Runs(ctx context.Context, c segment.Cutter) iter.Seq2[segment.Run, error] {
	return func(yield func(segment.Run, error) bool) {
		r := retreat{Store: s, ctx: ctx, below: math.MaxInt64, yield: yield}
		parts, h, err := s.catchUp(ctx, &c)
		for _, p := range slices.Backward(parts) {
			if err == nil {
				err = r.hand(segment.Run{RunIndex: p.index, First: uint64(p.first), Len: p.index.Len(), Since: h.forgotten})
			}
		}
		for err == nil && !r.ended {
			err = r.next(&c)
		}
		if err != nil && !errors.Is(err, errEnough) {
			yield(segment.Run{}, fmt.Errorf("read the history: %w", err))
		}
	}
}

// retreat goes through the history from its end.
type retreat struct {
	*Store
	ctx   context.Context
	below int64 // articles with this number or a higher one were yielded
	lost  int64 // the pieces of a segment of which some were missing
	yield func(segment.Run, error) bool
	ended bool
}

func (r *retreat) hand(run segment.Run) error {
	r.below = int64(run.First)
	if run.Len > 0 && !r.yield(run, nil) {
		return errEnough
	}
	return r.ctx.Err()
}

// next yields the segment before the last one.
func (r *retreat) next(c *segment.Cutter) error {
	var v *volume
	var h howFar
	err := r.db.view(r.ctx, "find the segment before", func(tx pgx.Tx) (err error) {
		v = nil
		if h, err = readHowFar(r.ctx, tx); err != nil {
			return err
		}
		in, err := findSegment(r.ctx, tx, segmentBelow, r.below)
		if err == nil && in != nil {
			v, err = r.volume(r.ctx, tx, in)
		}
		return err
	})
	switch {
	case err != nil:
		return err
	case v == nil:
		r.ended = true
		return nil
	}
	run := segment.Run{RunIndex: standing{v, r.ctx, r.Store}, First: uint64(v.first), Len: int(min(v.end(), r.below) - v.first), Since: h.forgotten}
	run.Scan = v.broken || v.Versions() != c.Versions
	if v.broken { // its columns may be what is damaged
		if run.RunIndex, err = r.loose(v, run); err != nil {
			return err
		}
		return r.hand(run)
	}
	_, err = v.Columns()
	switch {
	case errors.Is(err, segment.ErrDamaged), errors.Is(err, errLost) && r.lost == v.pieces:
		return r.markBroken(r.ctx, v.segmentRow) // the next look finds it marked
	case errors.Is(err, errLost):
		r.lost = v.pieces // if the next look does not find it, it was deleted meanwhile
		return nil
	case err != nil:
		return err
	}
	return r.hand(run)
}

// loose gives the index of a segment the columns of those articles that can be read.
func (r *retreat) loose(v *volume, run segment.Run) (segment.RunIndex, error) {
	m := segment.NewMemory(uncut, nil)
	for i := range run.Len {
		a, err := r.article(r.ctx, v, i)
		if err != nil {
			return nil, err
		}
		m.Add(&a)
	}
	return columned{run.RunIndex, m}, nil
}

// uncut cuts no words of an article.
func uncut(*feeds.Item, func(string, bool)) (uint64, string) { return 0, "" }

// standing is the index of a segment.
type standing struct {
	*volume
	ctx   context.Context
	store *Store
}

// Article implements segment.RunIndex.
func (i standing) Article(position int) (segment.Article, error) {
	return i.store.article(i.ctx, i.volume, position)
}

// columned is an index with the columns of another one.
type columned struct {
	segment.RunIndex
	of *segment.Memory
}

// Columns implements segment.RunIndex.
func (i columned) Columns() (*segment.Columns, error) { return i.of.Columns() }

// Article returns the article with a number, and whether it is kept.
func (s *Store) Article(ctx context.Context, n uint64) (a segment.Article, kept bool, err error) {
	if n > math.MaxInt64 {
		return a, false, nil
	}
	var h howFar
	err = s.db.view(ctx, "read how far the history is", func(tx pgx.Tx) (err error) {
		h, err = readHowFar(ctx, tx)
		return err
	})
	if err == nil && int64(n) < h.ends {
		var in *volume
		if in, err = s.volumeAt(ctx, segmentFrom, int64(n)); err == nil && in != nil && in.first <= int64(n) {
			a, err = s.article(ctx, in, int(int64(n)-in.first))
		}
	} else if err == nil {
		a, err = s.tailArticle(ctx, int64(n), new(value))
	}
	if err != nil {
		return segment.Article{}, false, fmt.Errorf("read article %d: %w", n, err)
	}
	return a, !a.Seen.IsZero() && a.Seen.UnixNano() >= h.forgotten, nil
}
