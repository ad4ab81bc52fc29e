package postgres

import (
	"context"
	"errors"
	"slices"
	"time"

	"watcher/internal/store/segment"
)

// volumeOf opens a segment that was listed; nil if it was deleted since.
func (s *Store) volumeOf(ctx context.Context, r segmentRow) (*volume, error) {
	v, err := s.volumeAt(ctx, segmentFrom, r.first)
	if v != nil && v.pieces != r.pieces {
		v = nil
	}
	return v, err
}

// older reports whether a segment was cut by an earlier version. A segment of a later
// version is left to the machines that have that version.
func older(v, than segment.Versions) bool {
	return v != than && v.Scanner <= than.Scanner && v.Languages <= than.Languages
}

// unindexed returns how many bytes of articles have no index of c's version.
func (s *Store) unindexed(ctx context.Context, c *segment.Cutter) (left int64, err error) {
	all, err := s.listSegments(ctx)
	for _, r := range all {
		if older(r.cut, c.Versions) {
			left += r.bytes
		}
	}
	return left, err
}

// renew makes one segment anew: the newest that is damaged, or that an earlier version cut.
func (s *Store) renew(ctx context.Context, c *segment.Cutter) (did bool, err error) {
	all, err := s.listSegments(ctx)
	for _, r := range slices.Backward(all) {
		if !r.broken && !older(r.cut, c.Versions) {
			continue
		}
		v, err := s.volumeOf(ctx, r)
		if err == nil && v != nil {
			err = s.rewrite(ctx, c, v, func(int, *segment.Article) bool { return false })
		}
		return err == nil, err
	}
	return false, err
}

// rewrite makes a segment anew without the articles for which drop returns true.
func (s *Store) rewrite(ctx context.Context, c *segment.Cutter, v *volume, drop func(position int, a *segment.Article) bool) error {
	dropped := make([]bool, v.n)
	p := &stretch{first: v.first, index: segment.NewMemory(c.Cut, func(position int) (segment.Article, error) {
		if dropped[position] {
			return segment.Article{Seen: time.Unix(0, 0)}, nil
		}
		a, err := s.article(ctx, v, position)
		if err == nil && a.Seen.IsZero() {
			a.Seen = time.Unix(0, 0)
		}
		return a, err
	})}
	for i := range v.n {
		a, err := s.article(ctx, v, i)
		if err == nil && i%256 == 0 {
			err = ctx.Err()
		}
		if err != nil {
			return err
		}
		if dropped[i] = a.Seen.IsZero() || drop(i, &a); dropped[i] {
			a = segment.Article{}
		}
		p.index.Add(&a)
	}
	err := s.writeSegment(ctx, c, p, v)
	if errors.Is(err, errOvertaken) {
		return nil
	}
	return err
}
