package postgres

import (
	"context"
	"math"
	"time"

	"github.com/jackc/pgx/v5"

	"watcher/internal/feeds"
	"watcher/internal/store/segment"
)

const (
	// segmentArticles is how many articles a segment has, or a few more, because those of a
	// poll stay together.
	segmentArticles = 8192
	// segmentAge is how old the first article of a tail with minArticles may become. With
	// fewer articles the tail may grow older, as it is small.
	segmentAge  = 24 * time.Hour
	minArticles = 1024
)

// tail is this machine's index of the articles of all machines that are in no segment yet.
// It takes in new articles when somebody searches, and when segments are made of them.
type tail struct {
	catching lock       // held while it catches up
	parts    []*stretch // only the last one grows
	next     int64      // lower numbers are taken in
	torn     int64      // of howFar
}

// stretch is an index in memory of articles with consecutive numbers.
type stretch struct {
	first int64
	index *segment.Memory
	begun time.Time
	torn  int64 // howFar.torn when a segment was to be made of it
}

func (p *stretch) end() int64 { return p.first + int64(p.index.Len()) }

// catchUp takes in new articles, and returns the parts, and the state of the history, of
// one moment.
func (s *Store) catchUp(ctx context.Context, c *segment.Cutter) (parts []*stretch, h howFar, err error) {
	if err := s.number(ctx); err != nil {
		return nil, h, err
	}
	t := &s.history.tail
	release, err := t.catching.hold(ctx)
	if err != nil {
		return nil, h, err
	}
	defer release()
	for {
		var rows []tailRow
		err := s.db.view(ctx, "follow the tail", func(tx pgx.Tx) (err error) {
			if h, err = readHowFar(ctx, tx); err != nil {
				return err
			}
			if h.torn != t.torn {
				t.parts, t.next, t.torn = nil, 0, h.torn
			}
			rows, err = readTail(ctx, tx, tailFrom, max(t.next, h.ends), maxShown)
			return err
		})
		if err != nil {
			return nil, h, err
		}
		if !t.cutOff(h.ends) {
			continue // everything is taken in anew, and the rows do not follow
		}
		if len(rows) == 0 {
			return append([]*stretch(nil), t.parts...), h, nil
		}
		for i := range rows {
			items, err := s.items(ctx, &rows[i])
			if err != nil {
				return nil, h, err
			}
			t.take(s, c, &rows[i], items)
		}
	}
}

// cutOff drops the articles below a number, which are in a segment. It returns false if
// everything is to be taken in anew, because another machine cut in the middle of a part.
func (t *tail) cutOff(ends int64) bool {
	for len(t.parts) > 0 && t.parts[0].first < ends {
		if t.parts[0].end() > ends {
			t.parts, t.next = nil, 0
			return false
		}
		t.parts = t.parts[1:]
	}
	return true
}

// take takes in the articles of a row; none if they could not be read.
func (t *tail) take(s *Store, c *segment.Cutter, r *tailRow, items []feeds.Item) {
	t.next = r.end()
	var p *stretch
	if n := len(t.parts); n > 0 {
		p = t.parts[n-1]
	}
	if p == nil || p.index.Len() >= segmentArticles || r.first-p.end() > segmentArticles {
		p = s.newStretch(c, r.first)
		t.parts = append(t.parts, p)
	}
	for p.end() < r.first {
		p.index.Add(&segment.Article{})
	}
	for i := range r.articles {
		a := segment.Article{}
		if i < len(items) {
			a = segment.Article{Seen: unixNano(r.seen), Feed: uint64(r.feed), Item: items[i]}
		}
		if p.begun.IsZero() {
			p.begun = unixNano(r.seen)
		}
		p.index.Add(&a)
	}
}

// newStretch begins a part of the tail.
func (s *Store) newStretch(c *segment.Cutter, first int64) *stretch {
	turn, last := newLock(), new(value)
	return &stretch{first: first, index: segment.NewMemory(c.Cut, func(position int) (segment.Article, error) {
		release, err := turn.hold(s.ending)
		if err != nil {
			return segment.Article{}, err
		}
		defer release()
		return s.tailArticle(s.ending, first+int64(position), last)
	})}
}

// sealable returns the first part of the tail if a segment is to be made of it; the part
// then does not grow any more.
func (t *tail) sealable(ctx context.Context, s *Store, c *segment.Cutter) (*stretch, error) {
	release, err := t.catching.hold(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	if len(t.parts) == 0 {
		return nil, nil
	}
	p := t.parts[0]
	p.torn = t.torn
	if len(t.parts) > 1 {
		return p, nil
	}
	age := s.now().Sub(p.begun)
	if n := p.index.Len(); n < segmentArticles && (n < minArticles || age < segmentAge) {
		return nil, nil
	}
	t.parts = append(t.parts, s.newStretch(c, p.end()))
	return p, nil
}

// value is what was last read of the tail: the article that was asked for, and those beside
// it. It must not be used concurrently.
type value struct {
	rows  []tailRow // the articles of each follow
	items [][]feeds.Item
}

// article returns the article with a number, the zero Article if it was deleted, and
// whether the number is among the rows.
func (v *value) article(s *Store, ctx context.Context, n int64) (a segment.Article, ok bool, err error) {
	for i := range v.rows {
		r := &v.rows[i]
		if n < r.first || n >= r.end() {
			continue
		}
		if v.items[i] == nil && r.packed != nil {
			if v.items[i], err = s.items(ctx, r); err != nil {
				return a, false, err
			}
			if i > 0 {
				v.items[i-1] = nil // readers go forward, and do not come back to it
			}
		}
		if at := int(n - r.first); at < len(v.items[i]) {
			a = segment.Article{Seen: unixNano(r.seen), Feed: uint64(r.feed), Item: v.items[i][at]}
		}
		return a, r.packed != nil, nil
	}
	return a, false, nil
}

// end returns the number behind the last row.
func (v *value) end() int64 {
	if len(v.rows) == 0 {
		return math.MinInt64
	}
	return v.rows[len(v.rows)-1].end()
}

// tailAt reads the row that has a number, and the rows behind it.
const tailAt = `
select first, articles, feed, seen, shard, id, packed
from tail left join article using (shard, id)
where first >= (select max(first) from tail where first <= $1) order by first limit $2`

// readAhead is how many further rows of the tail are read at once by those who read in
// order.
const readAhead = 16

// tailArticle returns the article with a number in the tail; the zero Article if there is
// none, or it was deleted.
func (s *Store) tailArticle(ctx context.Context, n int64, last *value) (segment.Article, error) {
	a, ok, err := last.article(s, ctx, n)
	if ok || err != nil {
		return a, err
	}
	most := 1
	if n == last.end() {
		most = readAhead
	}
	var in *volume
	err = s.db.view(ctx, "read an article of the tail", func(tx pgx.Tx) error {
		in = nil
		rows, err := readTail(ctx, tx, tailAt, n, most)
		last.rows, last.items = rows, make([][]feeds.Item, len(rows))
		if err != nil || len(rows) > 0 && n < rows[0].end() && rows[0].packed != nil {
			return err
		}
		r, err := findSegment(ctx, tx, segmentFrom, n)
		if err == nil && r != nil && r.first <= n {
			in, err = s.volume(ctx, tx, r)
		}
		return err
	})
	switch {
	case err != nil:
		return segment.Article{}, err
	case in != nil:
		return s.article(ctx, in, int(n-in.first))
	}
	a, _, err = last.article(s, ctx, n)
	return a, err
}
