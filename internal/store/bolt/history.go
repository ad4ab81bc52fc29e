package bolt

import (
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"iter"
	"slices"
	"sync"
	"time"

	"github.com/klauspost/compress/s2"
	"github.com/klauspost/compress/zstd"

	"watcher/internal/feeds"
	"watcher/internal/poll"
	"watcher/internal/store/record"
	"watcher/internal/store/sealed"
	"watcher/internal/store/segment"
)

// coders pack and unpack the alerts of a spool, and articles until they are in a segment.
// The articles of one poll are one value: together they take less than alone. They are
// packed in the quickest way, since they are soon packed better. All of it is safe for
// concurrent use.
type coders struct {
	packer   *zstd.Encoder
	unpacker *zstd.Decoder
	room     sync.Pool // of *[]byte
}

func newCoders() (c *coders, err error) {
	c = &coders{room: sync.Pool{New: func() any { return new([]byte) }}}
	c.packer, err = zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1), zstd.WithLowerEncoderMem(true), zstd.WithWindowSize(128<<10))
	if err != nil {
		return c, err
	}
	c.unpacker, err = zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxMemory(maxUnpacked))
	return c, err
}

const (
	// packedS2 is the first byte of articles that are packed with S2. Those of earlier
	// versions are packed with zstd, and begin with another.
	packedS2 = 2
	// maxUnpacked bounds what a value is unpacked to, in bytes.
	maxUnpacked = 256 << 20
	// maxRoom bounds what is kept for the next one to be packed.
	maxRoom = 1 << 20
)

// firstArticle is the number of the first article that comes. Those of a store of
// before there were numbers get the ones below it, the newest of them first.
const firstArticle = 1 << 40

// arrival is what a poll brought, packed.
type arrival struct {
	packed []byte // of segment.AppendItems, compressed; nil for none
	n      int    // articles
}

// packArticles is what the history keeps of a poll: its articles as they were
// matched, so that another rule can be tried on the same text.
func (c *coders) packArticles(items []feeds.Item) arrival {
	if len(items) == 0 {
		return arrival{}
	}
	raw, packed := c.room.Get().(*[]byte), c.room.Get().(*[]byte)
	*raw = segment.AppendItems((*raw)[:0], items)
	*packed = slices.Grow((*packed)[:0], 1+s2.MaxEncodedLen(len(*raw)))
	block := s2.Encode((*packed)[1:cap(*packed)], *raw)
	a := arrival{append(append(make([]byte, 0, 1+len(block)), packedS2), block...), len(items)}
	for _, room := range []*[]byte{raw, packed} {
		if cap(*room) <= maxRoom {
			c.room.Put(room)
		}
	}
	return a
}

// unpack unpacks what packArticles has packed, of this version or an earlier one.
func (c *coders) unpack(packed []byte) ([]byte, error) {
	if len(packed) == 0 || packed[0] != packedS2 {
		return c.unpacker.DecodeAll(packed, nil)
	}
	if n, err := s2.DecodedLen(packed[1:]); err != nil || n > maxUnpacked {
		return nil, cmp.Or(err, s2.ErrTooLarge)
	}
	return s2.Decode(nil, packed[1:])
}

// tailKey is the key of a value of the tail.
type tailKey struct {
	first uint64 // number of its first article; those of the others follow
	n     int    // articles
	seen  time.Time
	feed  uint64 // its number
}

func (k tailKey) bytes() []byte {
	b := binary.BigEndian.AppendUint32(number(k.first), uint32(k.n))
	return binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(b, uint64(k.seen.UnixNano())), k.feed)
}

// tailKeyOf reads what bytes wrote; the zero key if it did not.
func tailKeyOf(b []byte) tailKey {
	if len(b) != 28 {
		return tailKey{}
	}
	return tailKey{uint64Of(b), int(binary.BigEndian.Uint32(b[8:])), time.Unix(0, int64(uint64Of(b[12:]))).UTC(), uint64Of(b[20:])}
}

func (k tailKey) end() uint64 { return k.first + uint64(k.n) }

// putArticles keeps what a poll of a feed brought as seen at the given time.
func putArticles(tx *sealed.Tx, a arrival, seen time.Time, feed uint64) error {
	if a.n == 0 {
		return nil
	}
	b := tx.Bucket(bucketTail)
	// A sequence has no sum: it alone must not give a number away twice.
	first := max(b.Sequence(), firstArticle)
	if last, _ := b.Last(); last != nil {
		first = max(first, tailKeyOf(last).end())
	}
	k := tailKey{first, a.n, seen, feed}
	if err := b.SetSequence(k.end()); err != nil {
		return err
	}
	return b.Put(k.bytes(), a.packed)
}

// maxShown is how many values History reads in a transaction: a long one would
// keep the file from reusing pages, and let it grow.
const maxShown = 64

// History yields the articles that were seen since then, the oldest first, each
// with the time it was seen. After an error it yields nothing more.
func (s *Store) History(ctx context.Context, since time.Time) iter.Seq2[poll.HistoryItem, error] {
	return func(yield func(poll.HistoryItem, error) bool) {
		r := reading{Store: s, ctx: ctx, since: max(0, since.UnixNano()), yield: yield}
		if since.IsZero() {
			r.since = 0
		}
		done := s.searching()
		defer done()
		err := r.unnumbered()
		for err == nil && !r.ended {
			err = r.numbered()
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
	at    uint64 // the next article has this number or a higher one
	ended bool
}

// errEnough says that whoever reads wants no more.
var errEnough = errors.New("enough was read")

// unnumbered yields the articles of an older store that are in no segment yet.
func (r *reading) unnumbered() error {
	for from := number(uint64(r.since)); from != nil; {
		var values [][2][]byte
		err := r.view(func(tx *sealed.Tx) error {
			values = values[:0]
			done, err := howFar(tx)
			if err != nil {
				return err
			}
			r.at = done.Lowest
			if r.since, err = unforgotten(tx, r.since); err != nil {
				return err
			}
			c := tx.Bucket(bucketHistory).Cursor()
			k, v := c.Seek(from)
			for ; k != nil && len(values) < maxShown && (done.From == nil || bytes.Compare(k, done.From) < 0); k, v = c.Next() {
				values = append(values, [2][]byte{bytes.Clone(k), bytes.Clone(v)})
			}
			if from = nil; len(values) == maxShown {
				from = append(bytes.Clone(values[maxShown-1][0]), 0)
			}
			return r.ctx.Err()
		})
		if err != nil {
			return err
		}
		for _, kv := range values {
			items, err := r.articles(bucketHistory, kv[0], kv[1])
			if err != nil {
				return err
			}
			if err := r.hand(tailKey{seen: time.Unix(0, int64(uint64Of(kv[0]))).UTC()}, items); err != nil {
				return err
			}
		}
	}
	return nil
}

// numbered yields the articles of the next segment, or of some values of the tail:
// which of them it is, one transaction says, and so nothing is missed that goes from
// one to the other meanwhile.
func (r *reading) numbered() error {
	var next *volume
	var values [][2][]byte
	err := r.view(func(tx *sealed.Tx) error {
		values = values[:0]
		done, err := howFar(tx)
		if err != nil {
			return err
		}
		if next, err = r.volumeFrom(tx, r.at); err != nil || next != nil {
			return err
		}
		c := tx.Bucket(bucketTail).Cursor()
		for k, v := c.Seek(number(max(r.at, done.End))); k != nil && len(values) < maxShown; k, v = c.Next() {
			values = append(values, [2][]byte{bytes.Clone(k), bytes.Clone(v)})
		}
		return r.ctx.Err()
	})
	if err != nil {
		return err
	}
	if next != nil {
		return r.segment(next)
	}
	for _, kv := range values {
		k := tailKeyOf(kv[0])
		r.at = k.end()
		if k.seen.UnixNano() < r.since {
			continue
		}
		items, err := r.articles(bucketTail, kv[0], kv[1])
		if err == nil {
			err = r.hand(k, items)
		}
		if err != nil {
			return err
		}
	}
	r.ended = len(values) == 0
	return nil
}

// segment yields the articles of a segment.
func (r *reading) segment(v *volume) error {
	from := max(r.at, v.first)
	if r.at = v.end(); v.kept.Newest < r.since {
		return nil
	}
	for n := from; n < v.end(); n++ {
		a, err := r.article(v, int(n-v.first))
		if err == nil {
			err = r.ctx.Err()
		}
		if err != nil {
			return err
		}
		if a.Seen.IsZero() || a.Seen.UnixNano() < r.since {
			continue
		}
		if !r.yield(poll.HistoryItem{Number: n, Seen: a.Seen, Item: a.Item}, nil) {
			return errEnough
		}
	}
	return nil
}

// hand yields the articles of a value.
func (r *reading) hand(k tailKey, items []feeds.Item) error {
	for i := range items {
		a := poll.HistoryItem{Seen: k.seen, Item: items[i]}
		if k.first != 0 {
			a.Number = k.first + uint64(i)
		}
		if !r.yield(a, nil) {
			return errEnough
		}
	}
	return nil
}

// articles unpacks a value of the history. One that is damaged is put aside, and
// has none.
func (s *Store) articles(bucket, key, packed []byte) ([]feeds.Item, error) {
	items, err := s.unpackArticles(bucket, key, packed)
	if err == nil || s.readOnly {
		return items, err
	}
	return nil, s.update(func(tx *sealed.Tx) error { return s.setAside(tx, brokenIn(err)) })
}

// unpackArticles unpacks the value of a key. Its error is a brokenError.
func (c *coders) unpackArticles(bucket, key, packed []byte) ([]feeds.Item, error) {
	raw, err := c.unpack(packed)
	if err != nil {
		return nil, &brokenError{bucket, bytes.Clone(key), err}
	}
	if len(raw) > 0 && raw[0] == '[' { // as they were kept before they had numbers
		var r record.PollItems
		err = decode(bucket, key, raw, &r)
		return r.Items(), err
	}
	items, err := segment.ReadItems(raw)
	if err != nil {
		return nil, &brokenError{bucket, bytes.Clone(key), err}
	}
	return items, nil
}

// Forget deletes the articles that were seen before then, in small transactions. Of a
// segment that has later ones, too, they are hidden.
func (s *Store) Forget(before time.Time) error {
	limit := max(0, before.UnixNano())
	hide, err := s.forgetSegments(limit)
	if err == nil {
		_, err = s.forget(bucketHistory, []byte{}, func(k []byte) bool { return int64(uint64Of(k)) < limit })
	}
	if err == nil {
		var n int
		n, err = s.forget(bucketTail, []byte{}, func(k []byte) bool { return tailKeyOf(k).seen.Before(before) })
		hide = hide || n > 0 // the index over the tail still has them
	}
	if err == nil {
		err = s.hide(limit, hide)
	}
	if err != nil {
		return fmt.Errorf("prune the history: %w", err)
	}
	return nil
}

// forgetSegments deletes the segments all of whose articles were seen before then. hide
// says that others have some.
func (s *Store) forgetSegments(before int64) (hide bool, err error) {
	vs, err := s.allVolumes()
	for _, v := range vs {
		switch {
		case err != nil:
		case v.kept.Newest < before:
			err = s.deleteVolume(v.segmentKey)
		case v.kept.Oldest < before:
			hide = true
		}
	}
	return hide, err
}

// hide hides the articles that were seen before then, if there are any, and none that
// were seen later: the clock may have been wrong.
func (s *Store) hide(before int64, any bool) error {
	var was int64
	err := s.view(func(tx *sealed.Tx) (err error) {
		was, err = unforgotten(tx, 0)
		return err
	})
	if err != nil || was <= before && !any {
		return err
	}
	return s.update(func(tx *sealed.Tx) error {
		return tx.Bucket(bucketMeta).Put(keyForgotten, number(uint64(before)))
	})
}

// unforgotten returns a time, or if that is later the one before which articles are
// hidden, in Unix nanoseconds.
func unforgotten(tx *sealed.Tx, since int64) (int64, error) {
	v, err := tx.Bucket(bucketMeta).Look(keyForgotten)
	return max(since, int64(uint64Of(v))), err
}

// forget deletes keys that are old, from one on up to the first that is not, and
// returns how many.
func (s *Store) forget(bucket, from []byte, old func(key []byte) bool) (n int, err error) {
	for more := true; more; {
		var keys [][]byte
		err := s.view(func(tx *sealed.Tx) error {
			keys = nil
			tx.Bucket(bucket).Sizes(from, func(k []byte, _ int) bool {
				if more = old(k) && len(keys) < maxPruned; more {
					keys = append(keys, bytes.Clone(k))
				}
				return more
			})
			more = len(keys) == maxPruned
			return nil
		})
		if err == nil && len(keys) > 0 {
			err = s.updateLarge(func(tx *sealed.Tx) error { return deleteAll(tx.Bucket(bucket), keys) })
		}
		if err != nil {
			return n, err
		}
		n += len(keys)
	}
	return n, nil
}

func deleteAll(b *sealed.Bucket, keys [][]byte) error {
	for _, k := range keys {
		if err := b.Delete(k); err != nil {
			return err
		}
	}
	return nil
}
