//go:build !race

package feeds

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// push judges a part of the feed as a hub pushes it, and returns the titles of
// what is new and changed.
func (w *watched) push(items ...art) (fresh, changed []string, unsure int) {
	w.t.Helper()
	seen := w.seen()
	doc, err := read([]byte(rssFeed(items...)), "", &Source{ID: "desk", URL: "http://desk.example/feed"}, nil, seen.known)
	if err != nil {
		w.t.Fatal(err)
	}
	v := seen.JudgePart(&doc, w.now)
	if v.Packed != nil {
		w.packed = v.Packed
	}
	return titles(v.New), titles(v.Changed), v.Unsure
}

func TestAPartOfAFeed(t *testing.T) {
	whole := []art{
		{guid: "1", title: "one", link: "http://desk.example/1", text: "a", date: noon},
		{guid: "2", title: "two", link: "http://desk.example/2", text: "b", date: noon},
		{title: "three", link: "http://desk.example/3", text: "c"},
		{title: "six", text: "f"},
		{guid: "shared", title: "four", link: "http://desk.example/live", text: "d"},
		{guid: "shared", title: "five", link: "http://desk.example/live", text: "e"},
	}
	for _, test := range []struct {
		shows          string
		part           []art
		fresh, changed []string
		unsure         int
	}{
		{"the same again", whole, nil, nil, 0},
		{"a new one", []art{{guid: "9", title: "nine", link: "http://desk.example/9", text: "x"}}, []string{"nine"}, nil, 0},
		{"a new one without a guid", []art{{title: "nine", link: "http://desk.example/9", text: "x"}}, []string{"nine"}, nil, 0},
		{"two new ones, and an old one", []art{{guid: "9", title: "nine", text: "x"}, {guid: "8", title: "eight", text: "x"}, whole[0]}, []string{"nine", "eight"}, nil, 0},
		{"the same one twice", []art{{guid: "9", title: "nine", text: "x"}, {guid: "9", title: "nine", text: "x"}}, []string{"nine"}, nil, 0},
		{"a known guid with another text", []art{{guid: "1", title: "one", link: "http://desk.example/1", text: "a, and more", date: noon}}, nil, []string{"one"}, 0},
		{"a known guid with another link and title", []art{{guid: "1", title: "uno", link: "http://desk.example/uno", text: "a", date: noon}}, nil, []string{"uno"}, 0},
		{"another guid for what was shown is no news", []art{{guid: "new 1", title: "one", link: "http://desk.example/1", text: "a", date: noon}}, nil, nil, 0},
		{"another guid and text under a known link may be either", []art{{guid: "9", title: "nine", link: "http://desk.example/1", text: "x"}}, nil, nil, 1},
		{"another guid, link and text under a known title and date may be either", []art{{guid: "9", title: "two", link: "http://desk.example/9", text: "x", date: noon}}, nil, nil, 1},
		{"nothing but a title, as was shown", []art{{title: "six", text: "f"}}, nil, nil, 0},
		{"an item of the same words under a guid and link of its own", []art{{guid: "9", title: "six", link: "http://desk.example/9", text: "f"}}, nil, nil, 1},
		{"no guid, and another text under a known link", []art{{title: "three", link: "http://desk.example/3", text: "x"}}, nil, nil, 1},
		{"a guid that many share", []art{{guid: "shared", title: "nine", link: "http://desk.example/9", text: "x"}}, nil, nil, 1},
		{"a link that many share", []art{{guid: "9", title: "nine", link: "http://desk.example/live", text: "x"}}, nil, nil, 1},
	} {
		t.Run(test.shows, func(t *testing.T) {
			w := &watched{t: t, now: noon}
			w.poll(whole...)
			gone := w.seen()
			fresh, changed, unsure := w.push(test.part...)
			if diff := cmp.Diff([]any{test.fresh, test.changed, test.unsure}, []any{fresh, changed, unsure}); diff != "" {
				t.Error(diff)
			}
			for i, r := range w.seen().records[:gone.Len()] {
				if r.gone != 0 {
					t.Errorf("item %d has left the feed because a part does not have it", i)
				}
			}
			if again, _, _ := w.push(test.part...); len(again) > 0 {
				t.Errorf("pushed again, %v are new again", again)
			}
			// Polled later, what was pushed as new or changed is known.
			v := w.poll(append(test.part, whole[1])...)
			for _, title := range titles(v.New) {
				if slices.Contains(fresh, title) {
					t.Errorf("%q is new to the next poll as well", title)
				}
			}
		})
	}
}

func TestAPartIsNoBaseline(t *testing.T) {
	w := &watched{t: t, now: noon}
	some := art{guid: "1", title: "one", link: "http://desk.example/1", text: "a"}
	fresh, _, unsure := w.push(some)
	if len(fresh) > 0 || unsure != 1 || w.packed != nil {
		t.Errorf("of a feed that was not polled: %v new, %d unsure, stored %d bytes", fresh, unsure, len(w.packed))
	}
	w.poll() // an empty document is a baseline, but nothing is known of the feed's items yet
	if fresh, _, unsure = w.push(some); len(fresh) > 0 || unsure != 1 {
		t.Errorf("of a feed that was empty: %v new, %d unsure", fresh, unsure)
	}
}

// A hub that pushes a re-keyed feed brings no flood: all of it is left to the
// poll, which holds it.
func TestARekeyedFeedIsNotPushed(t *testing.T) {
	w := &watched{t: t, now: noon}
	var before, after []art
	for i := range 30 {
		a := art{guid: fmt.Sprint("a", i), title: fmt.Sprint("title ", i), link: fmt.Sprint("http://desk.example/", i), text: "old", date: noon}
		before = append(before, a)
		a.guid, a.text = fmt.Sprint("b", i), "new"
		a.link = fmt.Sprint("http://desk.example/b/", i)
		after = append(after, a)
	}
	w.poll(before...)
	if fresh, _, unsure := w.push(after...); len(fresh) > 0 || unsure != 30 {
		t.Errorf("%d new, %d unsure", len(fresh), unsure)
	}
	if v := w.poll(after...); !v.Rekeyed {
		t.Errorf("the poll finds %d new, and not re-keyed", len(v.New))
	}
}

// Whatever is pushed of a feed, in whatever order with polls, each item that a
// poll sees is told once.
func TestPushesAndPollsTellEachItemOnce(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		w := &watched{t: t, now: noon}
		guids := rapid.Bool().Draw(r, "guids")
		item := func(n int) art {
			a := art{title: fmt.Sprint("title ", n), link: link(n), text: fmt.Sprint("text ", n)}
			if guids {
				a.guid = fmt.Sprint("guid ", n)
			}
			return a
		}
		var feed []art // the newest first
		for n := range 5 {
			feed = append(feed, item(n))
		}
		w.poll(feed...)
		told := map[string]int{}
		tell := func(titles []string) {
			for _, title := range titles {
				told[title]++
			}
		}
		last := 5
		for range rapid.IntRange(1, 8).Draw(r, "steps") {
			more := rapid.IntRange(0, 3).Draw(r, "more")
			for range more {
				feed = append([]art{item(last)}, feed[:min(len(feed), 8)]...)
				last++
			}
			if rapid.Bool().Draw(r, "pushed") {
				from := rapid.IntRange(0, len(feed)-1).Draw(r, "from")
				to := rapid.IntRange(from+1, len(feed)).Draw(r, "to")
				fresh, _, _ := w.push(feed[from:to]...)
				tell(fresh)
			}
			tell(titles(w.poll(feed...).New))
		}
		for n := range last {
			want := 0
			if n >= 5 {
				want = 1
			}
			if got := told[item(n).title]; got != want {
				r.Errorf("item %d was told %d times, want %d", n, got, want)
			}
		}
	})
}
