package bolt

import (
	"bytes"
	"context"
	"fmt"
	"iter"
	"slices"
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

// packArticles is what the history bucket keeps of a poll: its articles as they
// were matched, so that another rule can be tried on the same text.
func (c *coders) packArticles(items []feeds.Item) ([]byte, error) {
	if len(items) == 0 {
		return nil, nil
	}
	raw, err := encode(historyRecord(converted(items, historyItemOf)))
	if err != nil {
		return nil, fmt.Errorf("encode articles: %w", err)
	}
	return c.packer.EncodeAll(raw, nil), nil
}

// putArticles keeps packed articles of a feed as seen at the given time.
func putArticles(tx *sealed.Tx, packed []byte, seen time.Time, feed uint64) error {
	if packed == nil {
		return nil
	}
	b := tx.Bucket(bucketHistory)
	seq, err := b.NextSequence()
	if err != nil {
		return err
	}
	return b.Put(slices.Concat(number(uint64(seen.UnixNano())), number(seq), number(feed)), packed)
}

// mostShown is how many values History reads in a transaction: a long one would
// keep the file from reusing pages, and let it grow.
const mostShown = 64

// History yields the articles that were seen since then, the oldest first, each
// with the time it was seen. After an error it yields nothing more.
func (s *Store) History(ctx context.Context, since time.Time) iter.Seq2[poll.HistoryItem, error] {
	return func(yield func(poll.HistoryItem, error) bool) {
		from := number(uint64(max(0, since.UnixNano())))
		for from != nil {
			var values [][2][]byte
			err := s.view(func(tx *sealed.Tx) error {
				c := tx.Bucket(bucketHistory).Cursor()
				k, v := c.Seek(from)
				for ; k != nil && len(values) < mostShown; k, v = c.Next() {
					values = append(values, [2][]byte{bytes.Clone(k), bytes.Clone(v)})
				}
				from = bytes.Clone(k)
				return ctx.Err()
			})
			for _, kv := range values {
				if err != nil {
					break
				}
				var items []feeds.Item
				if items, err = s.articles(kv[0], kv[1]); err != nil {
					break
				}
				seen := time.Unix(0, int64(uint64Of(kv[0]))).UTC()
				for i := range items {
					if !yield(poll.HistoryItem{Seen: seen, Item: items[i]}, nil) {
						return
					}
				}
			}
			if err != nil {
				yield(poll.HistoryItem{}, fmt.Errorf("read the history: %w", err))
				return
			}
		}
	}
}

// articles unpacks a value of the history. One that is damaged is put aside, and
// has none.
func (s *Store) articles(key, packed []byte) ([]feeds.Item, error) {
	items, err := s.unpackArticles(key, packed)
	if err == nil || s.readOnly {
		return items, err
	}
	return nil, s.update(func(tx *sealed.Tx) error { return setAside(tx, brokenIn(err)) })
}

// unpackArticles unpacks the value of a key. Its error is a brokenError.
func (c *coders) unpackArticles(key, packed []byte) ([]feeds.Item, error) {
	raw, err := c.unpacker.DecodeAll(packed, nil)
	if err != nil {
		return nil, &brokenError{bucketHistory, bytes.Clone(key), err}
	}
	var r historyRecord
	err = decode(bucketHistory, key, raw, &r)
	return converted(r, historyItem.item), err
}

// Forget deletes the articles that were seen before then, in small
// transactions.
func (s *Store) Forget(before time.Time) error {
	limit := number(uint64(max(0, before.UnixNano())))
	for more := true; more; {
		err := s.updateLarge(func(tx *sealed.Tx) error {
			c := tx.Bucket(bucketHistory).Cursor()
			var old [][]byte
			for k, _ := c.First(); k != nil && bytes.Compare(k, limit) < 0 && len(old) < mostPruned; k, _ = c.Next() {
				old = append(old, bytes.Clone(k))
			}
			for _, k := range old {
				if err := tx.Bucket(bucketHistory).Delete(k); err != nil {
					return err
				}
			}
			more = len(old) == mostPruned
			return nil
		})
		if err != nil {
			return fmt.Errorf("prune the history: %w", err)
		}
	}
	return nil
}
