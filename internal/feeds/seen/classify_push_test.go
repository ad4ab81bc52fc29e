package seen_test

import (
	"fmt"
	"slices"
	"testing"

	"watcher/internal/feeds"
	"watcher/internal/feeds/parse"
	"watcher/internal/testutil"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// push judges a part of the feed as a hub pushes it, and returns the titles of new and
// changed items.
func (w *watched) push(items ...testutil.Post) (fresh, changed []string, unsure int) {
	w.t.Helper()
	seen := w.seen()
	doc, err := parse.ReadNew([]byte(testutil.RSS(items...)), "", &feeds.Source{ID: "desk", URL: "http://desk.example/feed"}, nil, seen.Known)
	if err != nil {
		w.t.Fatal(err)
	}
	v := seen.JudgePart(&doc, w.now)
	if v.Packed != nil {
		w.packed = v.Packed
	}
	return testutil.Titles(v.New), testutil.Titles(v.Changed), v.Unsure
}

func TestAPartOfAFeed(t *testing.T) {
	whole := []testutil.Post{
		{GUID: "1", Title: "one", Link: "http://desk.example/1", Text: "a", Date: testutil.Noon},
		{GUID: "2", Title: "two", Link: "http://desk.example/2", Text: "b", Date: testutil.Noon},
		{Title: "three", Link: "http://desk.example/3", Text: "c"},
		{Title: "six", Text: "f"},
		{GUID: "shared", Title: "four", Link: "http://desk.example/live", Text: "d"},
		{GUID: "shared", Title: "five", Link: "http://desk.example/live", Text: "e"},
	}
	for _, test := range []struct {
		shows          string
		part           []testutil.Post
		fresh, changed []string
		unsure         int
	}{
		{"the same again", whole, nil, nil, 0},
		{"a new one", []testutil.Post{{GUID: "9", Title: "nine", Link: "http://desk.example/9", Text: "x"}}, []string{"nine"}, nil, 0},
		{"a new one without a guid", []testutil.Post{{Title: "nine", Link: "http://desk.example/9", Text: "x"}}, []string{"nine"}, nil, 0},
		{"two new ones, and an old one", []testutil.Post{{GUID: "9", Title: "nine", Text: "x"}, {GUID: "8", Title: "eight", Text: "x"}, whole[0]}, []string{"nine", "eight"}, nil, 0},
		{"the same one twice", []testutil.Post{{GUID: "9", Title: "nine", Text: "x"}, {GUID: "9", Title: "nine", Text: "x"}}, []string{"nine"}, nil, 0},
		{"a known guid with another text", []testutil.Post{{GUID: "1", Title: "one", Link: "http://desk.example/1", Text: "a, and more", Date: testutil.Noon}}, nil, []string{"one"}, 0},
		{"a known guid with another link and title", []testutil.Post{{GUID: "1", Title: "uno", Link: "http://desk.example/uno", Text: "a", Date: testutil.Noon}}, nil, []string{"uno"}, 0},
		{"another guid for what was shown is no news", []testutil.Post{{GUID: "new 1", Title: "one", Link: "http://desk.example/1", Text: "a", Date: testutil.Noon}}, nil, nil, 0},
		{"another guid and text under a known link may be either", []testutil.Post{{GUID: "9", Title: "nine", Link: "http://desk.example/1", Text: "x"}}, nil, nil, 1},
		{"another guid, link and text under a known title and date may be either", []testutil.Post{{GUID: "9", Title: "two", Link: "http://desk.example/9", Text: "x", Date: testutil.Noon}}, nil, nil, 1},
		{"nothing but a title, as was shown", []testutil.Post{{Title: "six", Text: "f"}}, nil, nil, 0},
		{"an item of the same words under a guid and link of its own", []testutil.Post{{GUID: "9", Title: "six", Link: "http://desk.example/9", Text: "f"}}, nil, nil, 1},
		{"no guid, and another text under a known link", []testutil.Post{{Title: "three", Link: "http://desk.example/3", Text: "x"}}, nil, nil, 1},
		{"a guid that many share", []testutil.Post{{GUID: "shared", Title: "nine", Link: "http://desk.example/9", Text: "x"}}, nil, nil, 1},
		{"a link that many share", []testutil.Post{{GUID: "9", Title: "nine", Link: "http://desk.example/live", Text: "x"}}, nil, nil, 1},
	} {
		t.Run(test.shows, func(t *testing.T) {
			w := &watched{t: t, now: testutil.Noon}
			w.poll(whole...)
			gone := w.seen()
			fresh, changed, unsure := w.push(test.part...)
			if diff := cmp.Diff([]any{test.fresh, test.changed, test.unsure}, []any{fresh, changed, unsure}); diff != "" {
				t.Error(diff)
			}
			if left := w.seen().Left(gone.Len()); len(left) > 0 {
				t.Errorf("items %v have left the feed because a part does not have them", left)
			}
			if again, _, _ := w.push(test.part...); len(again) > 0 {
				t.Errorf("pushed again, %v are new again", again)
			}
			// Polled later, items that were pushed as new or changed are known.
			v := w.poll(append(test.part, whole[1])...)
			for _, title := range testutil.Titles(v.New) {
				if slices.Contains(fresh, title) {
					t.Errorf("%q is new to the next poll as well", title)
				}
			}
		})
	}
}

func TestAPartIsNoBaseline(t *testing.T) {
	w := &watched{t: t, now: testutil.Noon}
	some := testutil.Post{GUID: "1", Title: "one", Link: "http://desk.example/1", Text: "a"}
	fresh, _, unsure := w.push(some)
	if len(fresh) > 0 || unsure != 1 || w.packed != nil {
		t.Errorf("of a feed that was not polled: %v new, %d unsure, stored %d bytes", fresh, unsure, len(w.packed))
	}
	w.poll() // an empty document is a baseline, but the feed's items are still unknown
	if fresh, _, unsure = w.push(some); len(fresh) > 0 || unsure != 1 {
		t.Errorf("of a feed that was empty: %v new, %d unsure", fresh, unsure)
	}
}

// A hub that pushes a re-keyed feed causes no flood: everything is left to the poll, which
// holds it.
func TestARekeyedFeedIsNotPushed(t *testing.T) {
	w := &watched{t: t, now: testutil.Noon}
	var before, after []testutil.Post
	for i := range 30 {
		a := testutil.Post{GUID: fmt.Sprint("a", i), Title: fmt.Sprint("title ", i), Link: fmt.Sprint("http://desk.example/", i), Text: "old", Date: testutil.Noon}
		before = append(before, a)
		a.GUID, a.Text = fmt.Sprint("b", i), "new"
		a.Link = fmt.Sprint("http://desk.example/b/", i)
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

// Whatever parts are pushed, in any order with polls, each item that a poll sees is alerted
// once.
func TestPushesAndPollsTellEachItemOnce(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		w := &watched{t: t, now: testutil.Noon}
		guids := rapid.Bool().Draw(r, "guids")
		item := func(n int) testutil.Post {
			a := testutil.Post{Title: fmt.Sprint("title ", n), Link: testutil.Link(n), Text: fmt.Sprint("text ", n)}
			if guids {
				a.GUID = fmt.Sprint("guid ", n)
			}
			return a
		}
		var feed []testutil.Post // the newest first
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
				feed = append([]testutil.Post{item(last)}, feed[:min(len(feed), 8)]...)
				last++
			}
			if rapid.Bool().Draw(r, "pushed") {
				from := rapid.IntRange(0, len(feed)-1).Draw(r, "from")
				to := rapid.IntRange(from+1, len(feed)).Draw(r, "to")
				fresh, _, _ := w.push(feed[from:to]...)
				tell(fresh)
			}
			tell(testutil.Titles(w.poll(feed...).New))
		}
		for n := range last {
			want := 0
			if n >= 5 {
				want = 1
			}
			if got := told[item(n).Title]; got != want {
				r.Errorf("item %d was told %d times, want %d", n, got, want)
			}
		}
	})
}
