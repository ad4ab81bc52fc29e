package storetest

import (
	"context"
	"crypto/sha512"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"watcher/internal/feeds"
	"watcher/internal/poll"
	"watcher/internal/store/segment"
	"watcher/internal/testutil"
)

// historyTests test the kept articles, and the search in them.
var historyTests = []dataTest{
	{"articles are kept as they were seen, in the order they came, over restarts", articlesKept},
	{"the articles of an outcome that was lost are not kept", articlesLost},
	{"what was seen before a time is forgotten, and found no more", articlesForgotten},
	{"articles are found by their words, those of segments as those that are in none yet", articlesFound},
	{"articles that another version has cut are found by scanning", articlesScanned},
	{"a feed that floods the history loses its own articles alone", articlesTrimmed},
	{"where all feeds together are too much the oldest articles go", articlesTrimmedOldest},
	{"the index has what the history has, whatever happens, 1", indexHolds(1)},
	{"the index has what the history has, whatever happens, 2", indexHolds(2)},
	{"the index has what the history has, whatever happens, 3", indexHolds(3)},
}

// words cuts words at blanks.
var words = segment.Cutter{
	Cut: func(it *feeds.Item, word func(string, bool)) (uint64, string) {
		for w := range strings.FieldsSeq(it.Title) {
			word(w, true)
		}
		for w := range strings.FieldsSeq(it.Content) {
			word(w, false)
		}
		return 1, "en"
	},
	Versions: segment.Versions{Scanner: 1, Languages: 1},
}

// numbered returns the n-th article of a test, with text that does not compress well.
func numbered(n int) feeds.Item {
	sum := sha512.Sum512(fmt.Append(nil, n))
	return feeds.Item{
		GUID: fmt.Sprint("guid ", n), Title: fmt.Sprintf("title%d every", n), Link: fmt.Sprintf("https://example.org/%d", n),
		Content: fmt.Sprintf("word%d mod%d", n, n%7), Summary: hex.EncodeToString(sum[:]), Entry: feeds.Fingerprint{Key: uint64(n) + 1},
	}
}

// bring commits the articles from one number up to another in polls of a feed, each of them
// in a poll, a second apart.
func bring(t *testing.T, s BothHalves, feed string, from, to, each int) {
	t.Helper()
	for n := from; n < to; n += each {
		time.Sleep(time.Second)
		c, ok, wake, err := s.Claim(ctx, feed, time.Minute)
		if testutil.Must(t, err); !ok {
			t.Fatalf("%s is not free for %v", feed, wake.After)
		}
		o := outcome(c, "shown")
		for i := n; i < min(n+each, to); i++ {
			o.Articles = append(o.Articles, numbered(i))
		}
		commit(t, s, o)
	}
}

// line returns an article as one line, which begins with the second when it was seen.
func line(seen time.Time, it *feeds.Item) string {
	return fmt.Sprint(seen.Unix(), " ", it.Title, " ", it.Content, " ", it.Entry.Key)
}

// kept returns the articles of the history, a line each.
func kept(t *testing.T, s BothHalves, since time.Time) (all []string) {
	t.Helper()
	for a, err := range s.History(ctx, since) {
		testutil.Must(t, err)
		all = append(all, line(a.Seen, &a.Item))
	}
	return all
}

// searched returns the articles that a word leads to, the newest first, as lines of the
// history.
func searched(t *testing.T, s BothHalves, c segment.Cutter, word string) (all []string) {
	t.Helper()
	for run, err := range s.Runs(ctx, c) {
		testutil.Must(t, err)
		for _, at := range slices.Backward(found(t, run, word)) {
			a, err := run.Article(at)
			testutil.Must(t, err)
			if a.Seen.IsZero() || a.Seen.UnixNano() < run.Since {
				continue
			}
			if all = append(all, line(a.Seen, &a.Item)); len(all)%500 != 1 {
				continue
			}
			if b, kept, err := s.Article(ctx, run.First+uint64(at)); err != nil || !kept || b.Item.Title != a.Item.Title {
				t.Fatalf("number %d is %q, %v, %v, want %q", run.First+uint64(at), b.Item.Title, kept, err, a.Item.Title)
			}
		}
	}
	return all
}

// found returns the positions in a run that have a word, by its index or by reading all.
func found(t *testing.T, run segment.Run, word string) (at []int) {
	t.Helper()
	if !run.Scan {
		for e, err := range run.Words(word, word+"\x00") {
			testutil.Must(t, err)
			posted, err := run.Postings(e, nil)
			testutil.Must(t, err)
			for _, p := range posted {
				if p.Position() < run.Len {
					at = append(at, p.Position())
				}
			}
		}
		return at
	}
	for i := range run.Len {
		a, err := run.Article(i)
		testutil.Must(t, err)
		if strings.Contains(" "+a.Item.Title+" "+a.Item.Content+" ", " "+word+" ") {
			at = append(at, i)
		}
	}
	return at
}

// index runs Index until nothing is left to do.
func index(t *testing.T, s BothHalves, c segment.Cutter) {
	t.Helper()
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- s.Index(ctx, c, func(int64) {}) }()
	for range 90 {
		time.Sleep(time.Second)
		synctest.Wait()
	}
	cancel()
	testutil.Must(t, <-ended)
}

// whole checks that the history is as wanted and that its words lead to all of it.
func whole(t *testing.T, what string, s BothHalves, want []string) {
	t.Helper()
	testutil.SameLines(t, what+", history", kept(t, s, time.Time{}), want)
	got := searched(t, s, words, "every")
	slices.Reverse(got)
	testutil.SameLines(t, what+", found", got, want)
	if mod := searched(t, s, words, "mod3"); len(want) > 50 && (len(mod) == 0 || len(mod) > len(want)/3) {
		t.Errorf("%s: a seventh of %d articles is %d", what, len(want), len(mod))
	}
}

func articlesKept(t *testing.T, d Data) {
	s := d.Open(t)
	sync(t, s, "a", "b")
	start := time.Now()
	bring(t, s, "a", 0, 20, 7)
	bring(t, s, "b", 20, 23, 3)
	var got []feeds.Item
	for a, err := range s.History(ctx, time.Time{}) {
		testutil.Must(t, err)
		if since := a.Seen.Sub(start); since < time.Second || since > 5*time.Second {
			t.Errorf("%s was seen %v after the start", a.Item.Title, since)
		}
		got = append(got, a.Item)
	}
	var want []feeds.Item
	for i := range 23 {
		want = append(want, numbered(i))
	}
	testutil.Equal(t, "articles", got, want)
	all := kept(t, s, time.Time{})
	testutil.Must(t, s.Close())
	s = d.Open(t)
	testutil.SameLines(t, "after a restart", kept(t, s, time.Time{}), all)
	testutil.SameLines(t, "since the last poll", kept(t, s, start.Add(4*time.Second)), all[20:])
	whole(t, "after a restart", s, all)
	testutil.Must(t, s.Close())
}

func articlesLost(t *testing.T, d Data) {
	s := d.Open(t)
	sync(t, s, "a", "b")
	claims := claim(t, s)
	sync(t, s, "a")
	a, b := outcome(claims["a"], "shown"), outcome(claims["b"], "shown")
	a.Articles, b.Articles = []feeds.Item{numbered(1)}, []feeds.Item{numbered(2)}
	lost, err := s.Commit(ctx, []poll.Outcome{b, a})
	testutil.Must(t, err)
	testutil.Equal(t, "lost", len(lost), 1)
	whole(t, "kept", s, []string{line(a.Claim.Now, &a.Articles[0])})
	testutil.Must(t, s.Close())
}

func articlesForgotten(t *testing.T, d Data) {
	s := d.Open(t)
	sync(t, s, "a")
	bring(t, s, "a", 0, 3000, 150)
	index(t, s, words)
	bring(t, s, "a", 3000, 3100, 10)
	all := kept(t, s, time.Time{})
	for _, n := range []int{150, 1500, 3050} {
		var when int64
		_, err := fmt.Sscan(all[n], &when)
		testutil.Must(t, err)
		testutil.Must(t, s.Forget(time.Unix(when, 0)))
		whole(t, fmt.Sprint("without the first ", n), s, all[n:])
		if got := searched(t, s, words, "word17"); len(got) > 0 {
			t.Errorf("what was forgotten is found: %q", got)
		}
	}
	testutil.Must(t, s.Close())
	s = d.Open(t)
	whole(t, "after a restart", s, all[3050:])
	testutil.Must(t, s.Close())
}

func articlesFound(t *testing.T, d Data) {
	s := d.Open(t)
	sync(t, s, "a", "b")
	bring(t, s, "a", 0, 5000, 250)
	bring(t, s, "b", 5000, 10_000, 250)
	all := kept(t, s, time.Time{})
	whole(t, "before there is a segment", s, all)
	index(t, s, words)
	whole(t, "in segments", s, all)
	bring(t, s, "b", 10_000, 10_005, 5)
	all = kept(t, s, time.Time{})
	testutil.Must(t, s.Close())
	s = d.Open(t)
	whole(t, "after a restart", s, all)
	testutil.SameLines(t, "one", searched(t, s, words, "word10003"), all[10_003:10_004])
	testutil.SameLines(t, "one of a segment", searched(t, s, words, "word77"), all[77:78])
	testutil.Must(t, s.Close())
}

func articlesScanned(t *testing.T, d Data) {
	s := d.Open(t)
	sync(t, s, "a")
	bring(t, s, "a", 0, 3000, 150)
	index(t, s, words)
	testutil.Must(t, s.Close())
	s = d.Open(t)
	all := kept(t, s, time.Time{})
	later := words
	later.Versions.Scanner++
	got := searched(t, s, later, "every")
	slices.Reverse(got)
	testutil.SameLines(t, "found by another version", got, all)
	index(t, s, later)
	got = searched(t, s, later, "every")
	slices.Reverse(got)
	testutil.SameLines(t, "found once it has cut them itself", got, all)
	testutil.Must(t, s.Close())
}

func articlesTrimmed(t *testing.T, d Data) {
	s := d.Open(t)
	var ids []string
	for i := range 10 {
		ids = append(ids, fmt.Sprint("feed ", i))
	}
	sync(t, s, append(ids, "flood")...)
	for i, id := range ids {
		bring(t, s, id, 100*i, 100*i+100, 50)
	}
	bring(t, s, "flood", 2000, 4500, 100)
	index(t, s, words)
	all := kept(t, s, time.Time{})
	_, err := s.Trim(1 << 40) // there is room, and everything is counted from now on
	testutil.Must(t, err)
	whole(t, "there is room", s, all)
	size, _, full := s.HistorySize()
	if full || size <= 0 {
		t.Errorf("%d bytes, trimmed: %v", size, full)
	}
	trimmed, err := s.Trim(2 * size)
	testutil.Must(t, err)
	left := kept(t, s, time.Time{})
	if n := len(left); n >= 3500 || n <= 1000 {
		t.Errorf("%d articles are left of 1,000 and 2,500 of a flood", n)
	}
	testutil.SameLines(t, "left of the others", left[:1000], all[:1000])
	testutil.SameLines(t, "left of the flood", left[1000:], all[len(all)-len(left)+1000:])
	whole(t, "trimmed", s, left)
	testutil.Equal(t, "told", []any{trimmed.All, trimmed.Feeds, trimmed.Bytes > 0}, []any{false, []string{"flood"}, true})
	testutil.Must(t, s.Close())
}

func articlesTrimmedOldest(t *testing.T, d Data) {
	s := d.Open(t)
	var ids []string
	for i := range 16 {
		ids = append(ids, fmt.Sprint("feed ", i))
	}
	sync(t, s, ids...)
	for i := range 64 {
		bring(t, s, ids[i%16], 50*i, 50*i+50, 50)
		if i == 40 {
			index(t, s, words)
		}
	}
	all := kept(t, s, time.Time{})
	_, err := s.Trim(1 << 40)
	testutil.Must(t, err)
	size, _, _ := s.HistorySize()
	for _, of := range []int64{8, 5} {
		trimmed, err := s.Trim(size * of / 10)
		testutil.Must(t, err)
		left := kept(t, s, time.Time{})
		testutil.SameLines(t, "left", left, all[len(all)-len(left):])
		if now, _, full := s.HistorySize(); now > size*of/10 || len(left) == 0 || !full || !trimmed.All {
			t.Errorf("%d bytes of %d articles are left of %d, with %+v", now, len(left), size, trimmed)
		}
		whole(t, "trimmed", s, left)
	}
	testutil.Must(t, s.Close())
}

// indexHolds does everything that can be done to a history, in a random order.
func indexHolds(seed uint64) func(*testing.T, Data) {
	return func(t *testing.T, d Data) {
		rng := rand.New(rand.NewPCG(seed, 1))
		s := d.Open(t)
		sync(t, s, "a", "b")
		var want []string // what is kept
		n := 0
		for step := range 14 {
			what := ""
			switch rng.IntN(8) {
			case 0, 1, 2:
				more := 100 + rng.IntN(1200)
				bring(t, s, []string{"a", "b"}[rng.IntN(2)], n, n+more, 20+rng.IntN(100))
				n += more
				what, want = fmt.Sprint(more, " articles"), append(want, kept(t, s, time.Time{})[len(want):]...)
			case 3, 4:
				what = "index"
				index(t, s, words)
			case 5:
				before := time.Now().Add(-time.Duration(rng.IntN(200)) * time.Second)
				what = "forget"
				testutil.Must(t, s.Forget(before.Truncate(time.Second)))
				want = slices.DeleteFunc(want, func(a string) bool { return a < fmt.Sprint(before.Unix()) })
			case 6:
				what = "trim"
				_, err := s.Trim(1 << 40)
				testutil.Must(t, err)
				size, _, _ := s.HistorySize()
				_, err = s.Trim(size * int64(5+rng.IntN(5)) / 10)
				testutil.Must(t, err)
				left := kept(t, s, time.Time{})
				if !within(left, want) || len(left) == 0 && size > 1<<20 {
					t.Fatalf("step %d: trimming left %d of %d", step, len(left), len(want))
				}
				want = left
			case 7:
				if what = "kill"; d.Kill != nil && rng.IntN(2) == 0 {
					d.Kill(t, s)
				} else {
					what = "restart"
					testutil.Must(t, s.Close())
				}
				s = d.Open(t)
				sync(t, s, "a", "b")
				time.Sleep(2 * d.Lease)
			}
			whole(t, fmt.Sprintf("step %d (%s)", step, what), s, want)
		}
		testutil.Must(t, s.Close())
	}
}

// within reports whether all of some are in all, in the same order.
func within(some, all []string) bool {
	for _, a := range all {
		if len(some) > 0 && some[0] == a {
			some = some[1:]
		}
	}
	return len(some) == 0
}
