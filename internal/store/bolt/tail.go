package bolt

import (
	"bytes"
	"context"
	"sync"
	"time"

	"watcher/internal/feeds"
	"watcher/internal/store/sealed"
	"watcher/internal/store/segment"
)

const (
	// segmentArticles is how many articles a segment has, or a few more: those of a
	// poll stay together.
	segmentArticles = 8192
	// segmentAge is how old the first article of a tail with minArticles may become. A
	// tail of fewer articles is small at any age.
	segmentAge  = 24 * time.Hour
	minArticles = 1024
)

// tail is the index over what no segment has. It follows what is on disk: a search, or
// Index, makes it catch up with what commits have added.
type tail struct {
	mu    sync.Mutex // held while it catches up
	parts []*stretch // only the last still grows
	next  uint64     // articles below this number are indexed
}

// stretch is an index in memory over articles with consecutive numbers.
type stretch struct {
	first  uint64
	index  *segment.Memory
	values int // of the tail that were indexed
	begun  time.Time
}

func (p *stretch) end() uint64 { return p.first + uint64(p.index.Len()) }

// catchUp indexes what is new on disk.
func (s *Store) catchUp(ctx context.Context, c *segment.Cutter) error {
	t := &s.tailIndex
	t.mu.Lock()
	defer t.mu.Unlock()
	for {
		var values [][2][]byte
		err := s.view(func(tx *sealed.Tx) error {
			values = values[:0]
			r, err := howFar(tx)
			if err != nil {
				return err
			}
			cursor := tx.Bucket(bucketTail).Cursor()
			for k, v := cursor.Seek(number(max(t.next, r.End))); k != nil && len(values) < maxShown; k, v = cursor.Next() {
				values = append(values, [2][]byte{bytes.Clone(k), bytes.Clone(v)})
			}
			return ctx.Err()
		})
		if err != nil || len(values) == 0 {
			return err
		}
		for _, kv := range values {
			items, err := s.articles(bucketTail, kv[0], kv[1])
			if err != nil {
				return err
			}
			t.take(s, c, tailKeyOf(kv[0]), items)
		}
	}
}

// take indexes the articles of a value; none if they could not be read.
func (t *tail) take(s *Store, c *segment.Cutter, k tailKey, items []feeds.Item) {
	t.next = k.end()
	var p *stretch
	if n := len(t.parts); n > 0 {
		p = t.parts[n-1]
	}
	if p == nil || p.index.Len() >= segmentArticles || k.first-p.end() > segmentArticles {
		p = s.newStretch(c, k.first)
		t.parts = append(t.parts, p)
	}
	for p.end() < k.first {
		p.index.Add(&segment.Article{})
	}
	p.values++
	for i := range k.n {
		a := segment.Article{}
		if i < len(items) {
			a = segment.Article{Seen: k.seen, Feed: k.feed, Item: items[i]}
		}
		if p.begun.IsZero() {
			p.begun = k.seen
		}
		p.index.Add(&a)
	}
}

// newStretch begins an index over the tail.
func (s *Store) newStretch(c *segment.Cutter, first uint64) *stretch {
	var last value
	return &stretch{first: first, index: segment.NewMemory(c.Cut, func(position int) (segment.Article, error) {
		return s.tailArticle(first+uint64(position), &last)
	})}
}

// value is the value of the tail that was read last, unpacked: it also has the
// neighbours of the article that was asked for.
type value struct {
	mu    sync.Mutex
	key   tailKey
	items []feeds.Item
}

func (v *value) article(n uint64) (a segment.Article, ok bool) {
	if n < v.key.first || n-v.key.first >= uint64(len(v.items)) {
		return a, false
	}
	return segment.Article{Seen: v.key.seen, Feed: v.key.feed, Item: v.items[n-v.key.first]}, true
}

// tailArticle returns the article of a number in the tail; the zero Article if there is
// none.
func (s *Store) tailArticle(n uint64, last *value) (segment.Article, error) {
	last.mu.Lock()
	defer last.mu.Unlock()
	if a, ok := last.article(n); ok {
		return a, nil
	}
	var key, packed []byte
	var in *volume
	err := s.view(func(tx *sealed.Tx) (err error) {
		key, packed, in = nil, nil, nil
		c := tx.Bucket(bucketTail).Cursor()
		back := c.Prev
		if k, _ := c.Seek(number(n + 1)); k == nil {
			back = c.Last
		}
		k, v := back()
		if tk := tailKeyOf(k); k != nil && tk.first <= n && n < tk.end() {
			key, packed = bytes.Clone(k), bytes.Clone(v)
			return nil
		}
		in, err = s.volumeFrom(tx, n)
		return err
	})
	switch {
	case err != nil:
		return segment.Article{}, err
	case key != nil:
		items, err := s.articles(bucketTail, key, packed)
		if err != nil {
			return segment.Article{}, err
		}
		last.key, last.items = tailKeyOf(key), items
		a, _ := last.article(n)
		return a, nil
	case in != nil && in.first <= n:
		return s.article(in, int(n-in.first))
	}
	return segment.Article{}, nil
}

// forgetTail makes the index over the tail be rebuilt, after articles of it were
// deleted.
func (s *Store) forgetTail() {
	s.tailIndex.mu.Lock()
	defer s.tailIndex.mu.Unlock()
	s.tailIndex.parts, s.tailIndex.next = nil, 0
}

// sealable returns the first part of the tail if it should become a segment; then the
// part no longer grows.
func (t *tail) sealable(s *Store, c *segment.Cutter) *stretch {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.parts) == 0 {
		return nil
	}
	p := t.parts[0]
	if len(t.parts) > 1 {
		return p
	}
	age := clock().Sub(p.begun)
	if n := p.index.Len(); n < segmentArticles && (n < minArticles || age < segmentAge) {
		return nil
	}
	t.parts = append(t.parts, s.newStretch(c, t.next))
	return p
}

// cutOff drops the index below a number: a segment has these articles.
func (t *tail) cutOff(end uint64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for len(t.parts) > 0 && t.parts[0].first < end {
		if t.parts[0].end() > end { // the index was rebuilt meanwhile
			t.parts, t.next = nil, 0
			return
		}
		t.parts = t.parts[1:]
	}
}
