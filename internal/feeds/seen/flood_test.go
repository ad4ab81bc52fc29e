package seen_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"watcher/internal/testutil"
)

// rekey gives n items new guids and links under old titles and dates.
func rekey(n int, generation string) []testutil.Post {
	var as []testutil.Post
	for i := range n {
		as = append(as, testutil.Post{
			GUID: generation + fmt.Sprint(i), Link: "http://" + generation + ".example/" + fmt.Sprint(i),
			Title: fmt.Sprint("T", i), Date: testutil.Noon.Add(-time.Duration(i) * time.Hour), Text: "text of " + generation,
		})
	}
	return as
}

func TestRekeyed(t *testing.T) {
	start := func(t *testing.T) *watched {
		w := &watched{t: t}
		w.poll(rekey(20, "a")...)
		v := w.poll(rekey(20, "b")...)
		if !v.Rekeyed || len(v.New) > 0 || w.seen().Held() != 20 {
			t.Fatalf("20 items with new keys are not held: %+v, %d held", v, w.seen().Held())
		}
		return w
	}
	news := testutil.Post{GUID: "news", Title: "News", Link: testutil.Link(99), Date: testutil.Noon}

	t.Run("the same document again says nothing more", func(t *testing.T) {
		w := start(t)
		if v := w.poll(rekey(20, "b")...); v.Rekeyed || v.Packed != nil {
			t.Errorf("%+v", v)
		}
	})
	t.Run("a feed with held items still brings its news", func(t *testing.T) {
		w := start(t)
		w.want(w.poll(append([]testutil.Post{news}, rekey(20, "b")...)...), []string{"News"}, nil)
	})
	t.Run("accepted items are seen", func(t *testing.T) {
		w := start(t)
		w.packed = w.seen().Accept()
		if n := w.seen().Held(); n != 0 {
			t.Errorf("%d are still held", n)
		}
		w.want(w.poll(append([]testutil.Post{news}, rekey(20, "b")...)...), []string{"News"}, nil)
	})
	t.Run("released items are returned, those that left the feed as well", func(t *testing.T) {
		w := start(t)
		w.want(w.poll(news), []string{"News"}, nil)
		items, packed, err := w.seen().Release()
		if err != nil || len(items) != 20 || items[3].Title != "T3" || items[3].Entry.Key == 0 || items[3].Feed != "desk" {
			t.Fatalf("%d items, %v: %+v", len(items), err, items)
		}
		w.packed = packed
		if w.seen().Held() != 0 {
			t.Error("items are still held")
		}
		w.want(w.poll(rekey(20, "b")...), nil, nil)
	})
	t.Run("one released alone leaves the others held, and is seen", func(t *testing.T) {
		w := start(t)
		held, err := w.seen().HeldItems()
		if err != nil || len(held) != 20 {
			t.Fatalf("%d items are held, %v", len(held), err)
		}
		items, packed, err := w.seen().ReleaseOf(map[uint64]bool{held[3].Entry.Key: true})
		if err != nil || len(items) != 1 || items[0].Title != held[3].Title {
			t.Fatalf("released are %v, %v", testutil.Titles(items), err)
		}
		w.packed = packed
		w.want(w.poll(rekey(20, "b")...), nil, nil)
		rest, err := w.seen().HeldItems()
		if err != nil || len(rest) != 19 || w.seen().Held() != 19 {
			t.Errorf("%d and %d of 19 are held still, %v", len(rest), w.seen().Held(), err)
		}
		items, packed, err = w.seen().Release()
		if err != nil || len(items) != 19 {
			t.Errorf("%d of the rest are released, %v", len(items), err)
		}
		w.packed = packed
		w.want(w.poll(rekey(20, "b")...), nil, nil)
	})
	t.Run("a change of a held item is what is released", func(t *testing.T) {
		w := start(t)
		edited := rekey(20, "b")
		edited[3].Text = "edited"
		w.want(w.poll(edited...), nil, nil)
		items, _, err := w.seen().Release()
		if err != nil || len(items) != 20 || items[3].Summary != "edited" {
			t.Errorf("%v: %+v", err, items)
		}
	})
	t.Run("a feed that makes new keys at every poll does not pile up", func(t *testing.T) {
		w := start(t)
		for i := range 5 {
			v := w.poll(rekey(20, fmt.Sprint("c", i))...)
			if len(v.New) > 0 {
				t.Fatalf("poll %d: %v are new", i, testutil.Titles(v.New))
			}
		}
		items, _, err := w.seen().Release()
		if err != nil || len(items) != 20 || items[0].Summary != "text of c4" {
			t.Errorf("%d items are held: %v %+v", len(items), err, items[0])
		}
	})
	t.Run("nothing held, nothing to settle", func(t *testing.T) {
		w := &watched{t: t}
		w.poll(news)
		items, packed, err := w.seen().Release()
		if items != nil || packed != nil || err != nil || w.seen().Accept() != nil {
			t.Error("something was settled")
		}
	})
}

// TestNoFlood has polls that look like a flood and are none.
func TestNoFlood(t *testing.T) {
	many := func(n int, generation string) []testutil.Post {
		as := rekey(n, generation)
		for i := range as {
			as[i].Title = generation + as[i].Title
		}
		return as
	}
	tests := []struct {
		name       string
		base, then []testutil.Post
		fresh      int
	}{
		{name: "a busy wire after a pause: all is new, nothing was shown", base: many(30, "a"), then: many(30, "b"), fresh: 30},
		{name: "nine are no flood, and are known by title and date", base: rekey(9, "a"), then: rekey(9, "b")},
		{name: "fewer than seven in ten are neither", base: append(rekey(20, "a"), many(20, "x")...), then: append(rekey(20, "b"), many(20, "x")...)},
		{name: "a wire whose items all link to one page", fresh: 20,
			base: func() []testutil.Post {
				as := many(20, "a")
				for i := range as {
					as[i].Link = testutil.Link(1)
				}
				return as
			}(),
			then: func() []testutil.Post {
				as := many(20, "b")
				for i := range as {
					as[i].Link = testutil.Link(1)
				}
				return as
			}()},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := &watched{t: t}
			w.poll(tt.base...)
			if v := w.poll(tt.then...); v.Rekeyed || len(v.New) != tt.fresh {
				t.Errorf("rekeyed %v, %d new", v.Rekeyed, len(v.New))
			}
		})
	}
}

// TestTemplate shows that a new footer under every article, or a box with the latest
// headline, is told apart from an article's own text, and from what stood there before.
func TestTemplate(t *testing.T) {
	w := &watched{t: t}
	items := rekey(20, "a")
	for i := range items {
		items[i].Text = fmt.Sprintf("Report %d of today. Follow us. Latest: brigade arrives", i)
	}
	w.poll(items...)
	for i := range items {
		items[i].Text = strings.ReplaceAll(items[i].Text, "brigade arrives", "fleet sails")
	}
	items[4].Text += ". Corrected: four ships"
	v := w.poll(items...)
	if len(v.Changed) != 20 || len(v.Rest) != 20 {
		t.Fatalf("%d changed, %d of them alike", len(v.Changed), len(v.Rest))
	}
	for i, it := range v.Changed {
		rest := v.Rest[it.Entry.Key].Summary
		if strings.Contains(rest, "fleet") || !strings.Contains(rest, fmt.Sprintf("Report %d of today.", i)) || !strings.Contains(rest, "Follow us.") {
			t.Errorf("of %q remains %q", it.Summary, rest)
		}
		if i == 4 && !strings.Contains(rest, "four ships") {
			t.Errorf("its own correction is gone: %q", rest)
		}
	}
	items[4].Text += ". Corrected again"
	items[5].Text += ". It too was corrected"
	if v := w.poll(items...); len(v.Changed) != 2 || len(v.Rest) > 0 {
		t.Errorf("of two articles with edits of their own and the same box, %d changed and %d alike", len(v.Changed), len(v.Rest))
	}
}
