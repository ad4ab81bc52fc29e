package bolt

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"watcher/internal/fault"
	"watcher/internal/feeds"
	"watcher/internal/store/record"
	"watcher/internal/store/sealed"
	"watcher/internal/store/segment"
)

const (
	// followEvery is how often the index catches up with commits. A search makes it
	// catch up too.
	followEvery = 2 * time.Second
	// lookEvery is how often Index looks for segments to rebuild.
	lookEvery = time.Minute
)

// Index makes segments of the history until ctx is done: of the tail as it grows, of
// the articles of an older store, newest first, and again of segments that are damaged
// or were cut by another version. It works in small steps and continues after a crash
// where it was. An error, of a full disk for example, ends it; calling it again
// continues. tell gets the number of bytes of an older store or of old segments that
// remain.
func (s *Store) Index(ctx context.Context, c segment.Cutter, tell func(left int64)) error {
	s.cutter.Store(&c)
	err := s.clear(ctx)
	var looked time.Time
	for err == nil && ctx.Err() == nil {
		begun := time.Now()
		var did bool
		if did, err = s.sealTail(ctx, &c); err == nil && !did && time.Since(looked) >= lookEvery {
			var left int64
			if left, err = s.unindexed(&c); err != nil {
				break
			}
			tell(left)
			if did, err = s.takeOver(ctx, &c); err == nil && !did {
				did, err = s.renew(ctx, &c)
			}
			if !did {
				looked = begun
			}
		}
		rest := followEvery
		if did {
			rest = time.Since(begun) // leave as much of the machine to others
		}
		select {
		case <-ctx.Done():
		case <-s.closing:
			return nil
		case <-time.After(rest):
		}
	}
	if err != nil && ctx.Err() == nil {
		return fmt.Errorf("index the history: %w", err)
	}
	return nil
}

// clear deletes what the last process left: pieces that no segment refers to, and
// articles of the tail that a segment has.
func (s *Store) clear(ctx context.Context) error {
	var lost []uint64
	err := s.view(func(tx *sealed.Tx) error {
		lost = nil
		named := make(map[uint64]bool)
		for _, k := range segmentKeys(tx) {
			named[k.pieces] = true
		}
		b := tx.Bucket(bucketPieces)
		for from := []byte{}; from != nil; {
			start := from
			from = nil
			b.Sizes(start, func(k []byte, _ int) bool {
				if n := uint64Of(k); !named[n] {
					lost = append(lost, n)
				}
				from = number(uint64Of(k) + 1)
				return false
			})
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, pieces := range lost {
		if err := errors.Join(ctx.Err(), s.deletePieces(pieces)); err != nil {
			return err
		}
	}
	return s.clearTaken()
}

// clearTaken deletes articles of the tail and of an older store that a segment has.
func (s *Store) clearTaken() error {
	var r record.Indexed
	err := s.view(func(tx *sealed.Tx) (err error) {
		r, err = howFar(tx)
		return err
	})
	if err != nil {
		return err
	}
	end := number(r.End)
	_, err = s.forget(bucketTail, []byte{}, func(k []byte) bool { return bytes.Compare(k, end) < 0 })
	if err == nil && r.From != nil {
		_, err = s.forget(bucketHistory, r.From, func([]byte) bool { return true })
	}
	return err
}

// sealTail catches up with the tail, and makes a segment of its first part if that is
// full.
func (s *Store) sealTail(ctx context.Context, c *segment.Cutter) (did bool, err error) {
	if n := s.arrived.Load(); n != s.followed {
		if err := s.catchUp(ctx, c); err != nil {
			return false, err
		}
		s.followed = n
	}
	p := s.tailIndex.sealable(s, c)
	if p == nil {
		return false, s.discard()
	}
	err = s.writeSegment(ctx, c, p, nil, func(tx *sealed.Tx) error {
		if valuesIn(tx, p) != p.values {
			return errTorn
		}
		r, err := howFar(tx)
		if err != nil {
			return err
		}
		r.End = p.end()
		return putJSON(tx.Bucket(bucketMeta), string(keyIndexed), r)
	})
	if errors.Is(err, errTorn) {
		s.forgetTail() // it is indexed anew
		return false, nil
	}
	if err != nil {
		return false, err
	}
	s.tailIndex.cutOff(p.end())
	return true, s.clearTaken()
}

// errTorn says that articles were deleted of a stretch while a segment was made of it: it
// would keep their words without their texts.
var errTorn = errors.New("a part of the tail was deleted meanwhile")

// valuesIn counts the values of the tail that lie in a stretch.
func valuesIn(tx *sealed.Tx, p *stretch) (n int) {
	tx.Bucket(bucketTail).Sizes(number(p.first), func(k []byte, _ int) bool {
		if uint64Of(k) >= p.end() {
			return false
		}
		n++
		return true
	})
	return n
}

// errOvertaken says that the segment to be rebuilt no longer exists.
var errOvertaken = errors.New("the segment was deleted meanwhile")

// writeSegment makes a segment of a stretch. Its pieces are written in transactions of
// their own; a crash there leaves pieces that no record refers to. The last transaction
// writes its record and what name changes. instead, if not nil, is the segment that it
// replaces.
func (s *Store) writeSegment(ctx context.Context, c *segment.Cutter, p *stretch, instead *segmentKey, name func(*sealed.Tx) error) error {
	s.building.Lock()
	defer s.building.Unlock()
	built, err := s.build(ctx, c, p)
	if err != nil {
		return err
	}
	k := segmentKey{first: p.first, n: p.index.Len()}
	if k.pieces, err = s.writePieces(ctx, built); err != nil {
		return errors.Join(err, s.deletePieces(k.pieces))
	}
	fault.Point("pieces written")
	err = s.updateLarge(func(tx *sealed.Tx) error {
		b := tx.Bucket(bucketSegments)
		if instead != nil {
			if b.Raw(instead.bytes()) == nil {
				return errOvertaken
			}
			if err := b.Delete(instead.bytes()); err != nil {
				return err
			}
		}
		raw, err := record.Encode(record.Segment{
			Oldest: built.Oldest, Newest: built.Newest, Bytes: built.Bytes(), Gone: built.Gone,
			Feeds: record.PackFeeds(built.Shares()), Header: built.Header,
		})
		if err != nil {
			return err
		}
		err = errors.Join(b.Put(k.bytes(), raw), tx.Bucket(bucketPieces).Put(pieceKey(k.pieces, copied), slices.Concat(k.bytes(), raw)))
		if err == nil && name != nil {
			err = name(tx)
		}
		return err
	})
	if err != nil {
		return errors.Join(err, s.deletePieces(k.pieces))
	}
	fault.Point("segment named")
	if instead != nil {
		s.shut(*instead)
		return s.discard(instead.pieces)
	}
	return nil
}

// build builds a segment of a stretch, with the dictionary that suits it.
func (s *Store) build(ctx context.Context, c *segment.Cutter, p *stretch) (*segment.Built, error) {
	with := s.volumes.dict
	if with == nil {
		if err := s.makeDict(ctx, p); err != nil {
			return nil, err
		}
		with = s.volumes.dict // none for few articles
	}
	built, err := s.volumes.codec.Build(ctx, p.index, with, c.Versions)
	if err != nil || with == nil || !with.Stale(built) {
		return built, err
	}
	if err := s.makeDict(ctx, p); err != nil || s.volumes.dict == with {
		return built, err
	}
	return s.volumes.codec.Build(ctx, p.index, s.volumes.dict, c.Versions)
}

// makeDict trains a dictionary on a stretch for the next segment, if it is worth it.
func (s *Store) makeDict(ctx context.Context, p *stretch) error {
	id, err := s.dictNumber()
	if err != nil {
		return err
	}
	d, err := s.volumes.codec.MakeDict(ctx, id, p.index)
	if err != nil || d == nil {
		return err
	}
	return s.putDict(d)
}

// writePieces writes pieces and returns their common number.
func (s *Store) writePieces(ctx context.Context, built *segment.Built) (under uint64, err error) {
	err = s.updateLarge(func(tx *sealed.Tx) error {
		b := tx.Bucket(bucketPieces)
		under = b.Sequence()
		if last, _ := b.Last(); last != nil { // a bucket's sequence has no checksum
			under = max(under, uint64Of(last))
		}
		under++
		return b.SetSequence(under)
	})
	pieces := built.Pieces
	for i := 0; i < len(pieces) && err == nil; i += maxPieces {
		if err = ctx.Err(); err != nil {
			break
		}
		err = s.updateLarge(func(tx *sealed.Tx) error {
			b := tx.Bucket(bucketPieces)
			for j := i; j < min(i+maxPieces, len(pieces)); j++ {
				err := b.Put(pieceKey(under, uint32(j)), pieces[j])
				if err == nil && j >= built.Columns {
					err = b.Put(pieceKey(under, uint32(j)|twice), pieces[j])
				}
				if err != nil {
					return err
				}
			}
			return nil
		})
		fault.Point("writing pieces")
	}
	return under, err
}

// takeOver makes a segment of the newest articles of an older store.
func (s *Store) takeOver(ctx context.Context, c *segment.Cutter) (did bool, err error) {
	old, r, err := s.oldest(ctx)
	if err != nil || len(old) == 0 {
		return false, err
	}
	var p *stretch
	at := 0 // of values
	p = &stretch{index: segment.NewMemory(c.Cut, func(position int) (segment.Article, error) {
		for at > 0 && old[at].at > position {
			at--
		}
		for at+1 < len(old) && old[at+1].at <= position {
			at++
		}
		return old[at].article(s, position)
	})}
	for i := range old {
		o := &old[i]
		o.at = p.index.Len()
		for j := range o.n {
			a, err := o.article(s, o.at+j)
			if err != nil {
				return false, err
			}
			p.index.Add(&a)
		}
		o.items = nil
	}
	if p.index.Len() == 0 {
		return false, nil
	}
	p.first = r.Lowest - uint64(p.index.Len())
	err = s.writeSegment(ctx, c, p, nil, func(tx *sealed.Tx) error {
		now, err := howFar(tx)
		if err != nil {
			return err
		}
		now.Lowest, now.From = p.first, old[0].key
		return putJSON(tx.Bucket(bucketMeta), string(keyIndexed), now)
	})
	if err != nil {
		return false, err
	}
	return true, s.clearTaken()
}

// oldValue is a value of an older store.
type oldValue struct {
	key, packed []byte
	n           int // articles
	at          int // position of the first of them
	items       []feeds.Item
}

// article returns the article at a position.
func (o *oldValue) article(s *Store, position int) (segment.Article, error) {
	if o.items == nil {
		items, err := s.unpackArticles(bucketHistory, o.key, o.packed)
		if err != nil {
			return segment.Article{}, err
		}
		o.items = items
	}
	return segment.Article{Seen: time.Unix(0, int64(uint64Of(o.key))).UTC(), Feed: feedOf(o.key), Item: o.items[position-o.at]}, nil
}

// oldest returns the newest values of an older store that no segment has yet, some
// thousand articles in ascending order, and how far Index was then.
func (s *Store) oldest(ctx context.Context) (values []oldValue, r record.Indexed, err error) {
	for n, before := 0, []byte(nil); n < segmentArticles; {
		var more []oldValue
		err = s.view(func(tx *sealed.Tx) error {
			more = nil
			if r, err = howFar(tx); err != nil {
				return err
			}
			if before == nil {
				before = r.From
			}
			backwards(tx.Bucket(bucketHistory), before, func(k, v []byte) bool {
				more = append(more, oldValue{key: bytes.Clone(k), packed: bytes.Clone(v)})
				return len(more) < maxShown
			})
			return ctx.Err()
		})
		if err != nil || len(more) == 0 {
			break
		}
		before = more[len(more)-1].key
		for _, o := range more {
			items, err := s.articles(bucketHistory, o.key, o.packed)
			if err != nil {
				return nil, r, err
			}
			if o.n = len(items); o.n > 0 { // it was not set aside
				values = append(values, o)
				n += o.n
			}
			if n >= segmentArticles {
				break
			}
		}
	}
	slices.Reverse(values)
	return values, r, err
}

// backwards calls f with the keys below one, in descending order, until it returns
// false. nil begins at the last key.
func backwards(b *sealed.Bucket, before []byte, f func(k, v []byte) bool) {
	c := b.Cursor()
	var k, v []byte
	if before == nil {
		k, v = c.Last()
	} else if k, _ = c.Seek(before); k == nil {
		k, v = c.Last()
	} else {
		k, v = c.Prev()
	}
	for ; k != nil && f(k, v); k, v = c.Prev() {
	}
}

// unindexed returns how many bytes of articles lack an index made by c's version.
func (s *Store) unindexed(c *segment.Cutter) (left int64, err error) {
	err = s.sizes(bucketHistory, func(_ []byte, size int) { left += int64(size) })
	vs, err2 := s.allVolumes()
	for _, v := range vs {
		if v.Versions() != c.Versions {
			left += v.kept.Bytes
		}
	}
	return left, errors.Join(err, err2)
}

// renew rebuilds the newest segment that is damaged or was cut by another version.
func (s *Store) renew(ctx context.Context, c *segment.Cutter) (did bool, err error) {
	vs, err := s.allVolumes()
	for _, v := range slices.Backward(vs) {
		if v.broken.Load() || v.Versions() != c.Versions {
			return true, s.rewrite(ctx, c, v, func(int, *segment.Article) bool { return false })
		}
	}
	return false, err
}

// rewrite rebuilds a segment without the articles that drop selects.
func (s *Store) rewrite(ctx context.Context, c *segment.Cutter, v *volume, drop func(position int, a *segment.Article) bool) error {
	dropped := make([]bool, v.n)
	p := &stretch{first: v.first, index: segment.NewMemory(c.Cut, func(position int) (segment.Article, error) {
		if dropped[position] {
			return segment.Article{Seen: time.Unix(0, 0)}, nil
		}
		return s.article(v, position)
	})}
	for i := range v.n {
		a, err := s.article(v, i)
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
	err := s.writeSegment(ctx, c, p, &v.segmentKey, nil)
	if errors.Is(err, errOvertaken) {
		return nil
	}
	return err
}
