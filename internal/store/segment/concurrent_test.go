package segment_test

import (
	"sync"
	"testing"

	"watcher/internal/store/segment"
)

// Searches read a segment concurrently, and a Memory while articles are added to it.
func TestConcurrent(t *testing.T) {
	articles, codec := many(60), newCodec(t)
	s := open(t, codec, build(t, codec, memoryOf(articles), nil))
	m := segment.NewMemory(cut, func(i int) (segment.Article, error) { return articles[i], nil })
	ask := func(x index) {
		for w, err := range x.Words("k", "l") {
			if err != nil {
				t.Error(err)
				return
			}
			if ps, err := x.Postings(w, nil); err != nil || len(ps) < w.Articles {
				t.Errorf("%q stands in %d articles of %d, error %v", w.Raw, len(ps), w.Articles, err)
			}
		}
		n := x.Len()
		if c, err := x.Columns(); err != nil || len(c.Seen) < n {
			t.Errorf("columns of %d articles, error %v", n, err)
		}
		for i := range n {
			if a, err := x.Article(i); err != nil || a.Item.Title != articles[i].Item.Title {
				t.Errorf("article %d is %q, error %v", i, a.Item.Title, err)
			}
		}
	}
	var group sync.WaitGroup
	for range 3 {
		group.Go(func() { ask(sealed{s}) })
		group.Go(func() {
			for m.Len() < len(articles) {
				ask(memory{m})
			}
		})
	}
	for i := range articles {
		m.Add(&articles[i])
	}
	group.Wait()
}
