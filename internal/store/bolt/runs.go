package bolt

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"math"
	"slices"
	"time"

	"watcher/internal/feeds"
	"watcher/internal/store/record"
	"watcher/internal/store/sealed"
	"watcher/internal/store/segment"
)

// Runs yields the kept articles, newest run first, as of the call. Each run reads in
// short transactions of its own and can be read while Runs goes on. What is added or
// deleted meanwhile may be in it or not; no article is in it twice. c cuts what no
// index has yet. After an error it yields nothing more.
func (s *Store) Runs(ctx context.Context, c segment.Cutter) iter.Seq2[segment.Run, error] {
	return func(yield func(segment.Run, error) bool) {
		defer s.searching()()
		r := retreat{Store: s, ctx: ctx, below: math.MaxUint64, yield: yield}
		err := s.catchUp(ctx, &c)
		if err == nil {
			err = r.tail()
		}
		for err == nil && !r.ended {
			err = r.next(&c)
		}
		if err != nil && !errors.Is(err, errEnough) {
			yield(segment.Run{}, fmt.Errorf("read the history: %w", err))
		}
	}
}

// retreat goes backwards through the history.
type retreat struct {
	*Store
	ctx   context.Context
	below uint64 // articles from this number on were yielded
	old   []byte // key of the last value of an older store that was yielded
	yield func(segment.Run, error) bool
	ended bool
}

func (r *retreat) hand(run segment.Run) error {
	r.below = run.First
	if run.Len > 0 && !r.yield(run, nil) {
		return errEnough
	}
	return r.ctx.Err()
}

// tail yields what no segment has yet.
func (r *retreat) tail() error {
	var runs []segment.Run
	r.tailIndex.mu.Lock()
	for _, p := range slices.Backward(r.tailIndex.parts) {
		runs = append(runs, segment.Run{RunIndex: p.index, First: p.first, Len: p.index.Len()})
	}
	r.tailIndex.mu.Unlock()
	var since int64
	err := r.view(func(tx *sealed.Tx) (err error) {
		since, err = unforgotten(tx, 1)
		return err
	})
	for _, run := range runs {
		if err != nil {
			return err
		}
		run.Since = since
		err = r.hand(run)
	}
	return err
}

// next yields the preceding segment, or some articles of an older store. One
// transaction decides which.
func (r *retreat) next(c *segment.Cutter) error {
	var v *volume
	var values []oldValue
	since := int64(1)
	err := r.view(func(tx *sealed.Tx) error {
		v, values = nil, nil
		done, err := howFar(tx)
		if err != nil {
			return err
		}
		if since, err = unforgotten(tx, 1); err != nil {
			return err
		}
		if v, err = r.volumeBelow(tx, r.below); err != nil || v != nil {
			return err
		}
		before := done.From
		if r.old != nil && (before == nil || bytes.Compare(r.old, before) < 0) {
			before = r.old
		}
		backwards(tx.Bucket(bucketHistory), before, func(k, value []byte) bool {
			values = append(values, oldValue{key: bytes.Clone(k), packed: bytes.Clone(value)})
			return len(values) < maxShown
		})
		if r.below > done.Lowest { // nothing of the older store was yielded yet
			r.below = done.Lowest
		}
		return r.ctx.Err()
	})
	switch {
	case err != nil:
		return err
	case v != nil:
		return r.segment(v, since, c)
	case len(values) == 0:
		r.ended = true
		return nil
	}
	return r.unnumbered(values, since)
}

// volumeBelow returns the last segment that begins below a number; nil if there is
// none.
func (s *Store) volumeBelow(tx *sealed.Tx, below uint64) (*volume, error) {
	var v *volume
	var err error
	backwards(tx.Bucket(bucketSegments), number(below), func(k, value []byte) bool {
		v, err = s.volume(k, value)
		return false
	})
	return v, err
}

func (r *retreat) segment(v *volume, since int64, c *segment.Cutter) error {
	run := segment.Run{RunIndex: standing{v, r.Store}, First: v.first, Len: int(min(v.end(), r.below) - v.first), Since: since}
	if v.broken.Load() || v.Versions() != c.Versions {
		run.Scan = true
	}
	if v.broken.Load() { // its columns may be lost
		loose := segment.NewMemory(uncut, nil)
		for i := range run.Len {
			a, err := r.article(v, i)
			if err != nil {
				return err
			}
			loose.Add(&a)
		}
		run.RunIndex = columned{run.RunIndex, loose}
	}
	return r.hand(run)
}

// unnumbered yields values of an older store, newest first. Their articles have the
// numbers that Index will give them.
func (r *retreat) unnumbered(values []oldValue, since int64) error {
	r.old = values[len(values)-1].key
	slices.Reverse(values)
	var all []segment.Article
	for i := range values {
		o := &values[i]
		items, err := r.articles(bucketHistory, o.key, o.packed)
		if err != nil {
			return err
		}
		for _, it := range items {
			all = append(all, segment.Article{Seen: time.Unix(0, int64(uint64Of(o.key))).UTC(), Feed: feedOf(o.key), Item: it})
		}
	}
	loose := segment.NewMemory(uncut, func(i int) (segment.Article, error) { return all[i], nil })
	for i := range all {
		loose.Add(&all[i])
	}
	return r.hand(segment.Run{RunIndex: loose, First: r.below - uint64(len(all)), Len: len(all), Since: since, Scan: true})
}

// Article returns the article of a number, and whether it is kept.
func (s *Store) Article(ctx context.Context, n uint64) (a segment.Article, kept bool, err error) {
	defer s.searching()()
	var done record.Indexed
	var since int64
	var in *volume
	err = s.view(func(tx *sealed.Tx) (err error) {
		if done, err = howFar(tx); err == nil {
			since, err = unforgotten(tx, 1)
		}
		if err == nil {
			in, err = s.volumeFrom(tx, n)
		}
		return err
	})
	switch {
	case err != nil:
	case n < done.Lowest:
		a, err = s.unnumberedArticle(ctx, n, done)
	case in != nil && in.first <= n:
		a, err = s.article(in, int(n-in.first))
	default:
		a, err = s.tailArticle(n, new(value))
	}
	if err != nil {
		return segment.Article{}, false, fmt.Errorf("read article %d: %w", n, err)
	}
	return a, !a.Seen.IsZero() && a.Seen.UnixNano() >= since, nil
}

// unnumberedArticle returns the article of an older store that will get a number; the
// zero Article if there is none.
func (s *Store) unnumberedArticle(ctx context.Context, n uint64, done record.Indexed) (a segment.Article, err error) {
	var run segment.Run
	r := retreat{Store: s, ctx: ctx, below: done.Lowest, yield: func(at segment.Run, _ error) bool {
		run = at
		return at.First > n
	}}
	for err == nil && !r.ended {
		err = r.next(&segment.Cutter{Cut: uncut})
	}
	if errors.Is(err, errEnough) && n-run.First < uint64(run.Len) {
		return run.Article(int(n - run.First))
	}
	if errors.Is(err, errEnough) {
		err = nil
	}
	return a, err
}

// uncut cuts no words.
func uncut(*feeds.Item, func(string, bool)) (uint64, string) { return 0, "" }

// standing is the index of a segment.
type standing struct {
	*volume
	store *Store
}

// Article implements Index.
func (i standing) Article(position int) (segment.Article, error) {
	return i.store.article(i.volume, position)
}

// columned is an index whose columns are those of another.
type columned struct {
	segment.RunIndex
	of *segment.Memory
}

// Columns implements Index.
func (i columned) Columns() (*segment.Columns, error) { return i.of.Columns() }
