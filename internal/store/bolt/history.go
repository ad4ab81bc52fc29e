package bolt

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"iter"
	"time"

	"github.com/klauspost/compress/zstd"

	"watcher/internal/feeds"
	"watcher/internal/poll"
	"watcher/internal/store/sealed"
)

// coders pack and unpack articles. Those of one poll are one value: together they
// compress to half of what they take alone. Both are safe for concurrent use.
type coders struct {
	packer   *zstd.Encoder
	unpacker *zstd.Decoder
}

func newCoders() (c coders, err error) {
	c.packer, err = zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1), zstd.WithLowerEncoderMem(true), zstd.WithWindowSize(128<<10))
	if err != nil {
		return c, err
	}
	c.unpacker, err = zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxMemory(256<<20))
	return c, err
}

// firstArticle is the number of the first article that comes. Those of a store of
// before there were numbers get the ones below it, the newest of them first.
const firstArticle = 1 << 40

// arrival is what a poll brought, packed.
type arrival struct {
	packed []byte // historyRecord, compressed; nil for none
	n      int    // articles
}

// packArticles is what the history keeps of a poll: its articles as they were
// matched, so that another rule can be tried on the same text.
func (c *coders) packArticles(items []feeds.Item) (arrival, error) {
	if len(items) == 0 {
		return arrival{}, nil
	}
	raw, err := encode(historyRecord(converted(items, historyItemOf)))
	if err != nil {
		return arrival{}, fmt.Errorf("encode articles: %w", err)
	}
	return arrival{c.packer.EncodeAll(raw, nil), len(items)}, nil
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

// mostShown is how many values History reads in a transaction: a long one would
// keep the file from reusing pages, and let it grow.
const mostShown = 64

// History yields the articles that were seen since then, the oldest first, each
// with the time it was seen. After an error it yields nothing more.
func (s *Store) History(ctx context.Context, since time.Time) iter.Seq2[poll.HistoryItem, error] {
	return func(yield func(poll.HistoryItem, error) bool) {
		for _, part := range []iter.Seq2[poll.HistoryItem, error]{s.unnumbered(ctx, since), s.tail(ctx, since)} {
			for a, err := range part {
				if err != nil {
					err = fmt.Errorf("read the history: %w", err)
				}
				if !yield(a, err) || err != nil {
					return
				}
			}
		}
	}
}

// unnumbered yields the articles of a store of before they had numbers.
func (s *Store) unnumbered(ctx context.Context, since time.Time) iter.Seq2[poll.HistoryItem, error] {
	from := number(uint64(max(0, since.UnixNano())))
	return s.values(ctx, bucketHistory, from, func(k []byte) (tailKey, bool) {
		return tailKey{seen: time.Unix(0, int64(uint64Of(k))).UTC()}, true
	})
}

// tail yields the articles that are in no segment yet.
func (s *Store) tail(ctx context.Context, since time.Time) iter.Seq2[poll.HistoryItem, error] {
	return s.values(ctx, bucketTail, []byte{}, func(k []byte) (tailKey, bool) {
		key := tailKeyOf(k)
		return key, !key.seen.Before(since)
	})
}

// values yields the articles of the values of a bucket, from a key on, which what
// reads the keys wants.
func (s *Store) values(ctx context.Context, bucket, from []byte, read func(key []byte) (_ tailKey, want bool)) iter.Seq2[poll.HistoryItem, error] {
	return func(yield func(poll.HistoryItem, error) bool) {
		for from := from; from != nil; {
			var values [][2][]byte
			err := s.view(func(tx *sealed.Tx) error {
				values = values[:0]
				c, n := tx.Bucket(bucket).Cursor(), 0
				k, v := c.Seek(from)
				for ; k != nil && len(values) < mostShown && n < mostSearched; k, v = c.Next() {
					n++
					if _, want := read(k); want {
						values = append(values, [2][]byte{bytes.Clone(k), bytes.Clone(v)})
					}
				}
				from = bytes.Clone(k)
				return ctx.Err()
			})
			for _, kv := range values {
				if err != nil {
					break
				}
				var items []feeds.Item
				if items, err = s.articles(bucket, kv[0], kv[1]); err != nil {
					break
				}
				key, _ := read(kv[0])
				for i := range items {
					a := poll.HistoryItem{Seen: key.seen, Item: items[i]}
					if key.first != 0 {
						a.Number = key.first + uint64(i)
					}
					if !yield(a, nil) {
						return
					}
				}
			}
			if err != nil {
				yield(poll.HistoryItem{}, err)
				return
			}
		}
	}
}

// articles unpacks a value of the history. One that is damaged is put aside, and
// has none.
func (s *Store) articles(bucket, key, packed []byte) ([]feeds.Item, error) {
	items, err := s.unpackArticles(bucket, key, packed)
	if err == nil || s.readOnly {
		return items, err
	}
	return nil, s.update(func(tx *sealed.Tx) error { return setAside(tx, brokenIn(err)) })
}

// unpackArticles unpacks the value of a key. Its error is a brokenError.
func (c *coders) unpackArticles(bucket, key, packed []byte) ([]feeds.Item, error) {
	raw, err := c.unpacker.DecodeAll(packed, nil)
	if err != nil {
		return nil, &brokenError{bucket, bytes.Clone(key), err}
	}
	var r historyRecord
	err = decode(bucket, key, raw, &r)
	return converted(r, historyItem.item), err
}

// Forget deletes the articles that were seen before then, in small
// transactions.
func (s *Store) Forget(before time.Time) error {
	limit := number(uint64(max(0, before.UnixNano())))
	old := func(k []byte) bool { return bytes.Compare(k, limit) < 0 }
	err := s.forget(bucketHistory, old)
	if err == nil {
		err = s.forget(bucketTail, func(k []byte) bool { return tailKeyOf(k).seen.Before(before) })
	}
	if err != nil {
		return fmt.Errorf("prune the history: %w", err)
	}
	return nil
}

// forget deletes from the first key on those that are old, up to the first that is
// not.
func (s *Store) forget(bucket []byte, old func(key []byte) bool) error {
	for more := true; more; {
		var keys [][]byte
		err := s.view(func(tx *sealed.Tx) error {
			keys = nil
			tx.Bucket(bucket).Sizes(nil, func(k []byte, _ int) bool {
				if more = old(k) && len(keys) < mostPruned; more {
					keys = append(keys, bytes.Clone(k))
				}
				return more
			})
			more = len(keys) == mostPruned
			return nil
		})
		if err == nil && len(keys) > 0 {
			err = s.updateLarge(func(tx *sealed.Tx) error { return deleteAll(tx.Bucket(bucket), keys) })
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func deleteAll(b *sealed.Bucket, keys [][]byte) error {
	for _, k := range keys {
		if err := b.Delete(k); err != nil {
			return err
		}
	}
	return nil
}
