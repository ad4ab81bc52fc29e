//go:build !race

package poll_test

import (
	"testing"
	"time"

	"watcher/internal/feeds"
	"watcher/internal/poll"
	"watcher/internal/testutil"
)

func TestPermanentRedirects(t *testing.T) {
	const to = "https://new.example/feed"
	in(t, func(t *testing.T) {
		w := newWeb()
		src := source("a", hour)
		w.serve(src.URL, func(time.Time) answer { return answer{body: rss(""), movedTo: to} })
		w.serve(to, steady(rss("")))
		n := open(t, w, src)
		after(2 * day)
		testutil.Equal(t, "direct polls of the new address in the first days", w.count(to), 0)
		testutil.Equal(t, "condition", n.condition("a"), poll.Moved)
		after(3 * day)
		asked := w.count(src.URL)
		after(5 * day)
		testutil.Equal(t, "polls of the old address later", w.count(src.URL)-asked, 0)
		if w.count(to) < 100 {
			t.Errorf("%d polls of the new address", w.count(to))
		}
		testutil.Equal(t, "troubles", n.troubles(), []string{"feed_moved"})
		testutil.Equal(t, "the feed keeps its ID", n.entry("a").Feed, "a")

		after(40 * day)
		if again := w.count(src.URL) - asked; again != 1 {
			t.Errorf("the old address was asked %d times in 45 days, want once", again)
		}
		testutil.Equal(t, "troubles", n.troubles(), []string{})

		w.serve(to, func(time.Time) answer { return answer{err: &feeds.FetchError{Kind: feeds.NotFound, Text: "404"}} })
		w.serve(src.URL, steady(rss("")))
		after(2 * day)
		testutil.Equal(t, "condition once the new address fails and the old one works", n.condition("a"), poll.Well)
	})
}

func TestRedirectsThatAreNotRemembered(t *testing.T) {
	for _, test := range []struct {
		shows string
		to    string
		src   feeds.Source
	}{
		{"a password is for the host in the config alone", "https://new.example/feed", feeds.Source{Username: "desk", Password: "x"}},
		{"so is a token", "https://new.example/feed", feeds.Source{Token: "x"}},
		{"so are headers", "https://new.example/feed", feeds.Source{Headers: map[string]string{"X-Key": "x"}}},
		{"not from https into the clear", "http://new.example/feed", feeds.Source{}},
	} {
		t.Run(test.shows, func(t *testing.T) {
			in(t, func(t *testing.T) {
				w := newWeb()
				src := test.src
				src.ID, src.URL, src.Every = "a", "https://a.example/feed", hour
				w.serve(src.URL, func(time.Time) answer { return answer{body: rss(""), movedTo: test.to} })
				n := open(t, w, src)
				after(10 * day)
				testutil.Equal(t, "direct polls", w.count(test.to), 0)
				testutil.Equal(t, "troubles", n.troubles(), []string{})
			})
		})
	}
}

func TestStaleIsToldOnce(t *testing.T) {
	in(t, func(t *testing.T) {
		w := newWeb()
		src := source("a", hour)
		start := time.Now()
		live := publishing(start, 6*hour)
		w.serve(src.URL, live)
		n := open(t, w, src)
		after(3 * day)
		frozen := live(time.Now())
		w.serve(src.URL, steady(frozen.body))
		after(6 * day)
		testutil.Equal(t, "after six days of silence", n.troubles(), []string{})
		after(20 * day)
		testutil.Equal(t, "after weeks", n.troubles(), []string{"feed_stale"})
		testutil.Equal(t, "condition", n.condition("a"), poll.Stale)
		w.serve(src.URL, live)
		after(2 * hour)
		// It goes on weeks later, without anything that it showed before.
		testutil.Equal(t, "when it publishes again", n.troubles(), []string{"feed_overrun", "feed_revived"})
		after(2 * day)
		testutil.Equal(t, "condition", n.condition("a"), poll.Well)
	})
}

func TestAdaptiveFollowsTheFeed(t *testing.T) {
	in(t, func(t *testing.T) {
		w := newWeb()
		start := time.Now()
		wire, tank := feeds.Source{ID: "wire", URL: "https://wire.example/feed", Adaptive: true}, feeds.Source{ID: "tank", URL: "https://tank.example/feed", Adaptive: true}
		w.serve(wire.URL, publishing(start, 20*minute))
		w.serve(tank.URL, publishing(start, 2*day))
		n := open(t, w, wire, tank)
		after(4 * day)
		if polls := w.count(wire.URL); polls < 4*24*5 || polls > 4*24*7 {
			t.Errorf("%d polls in 4 days of a feed with an item every 20 min, want one every 10 min", polls)
		}
		if polls := w.count(tank.URL); polls < 4*6-2 || polls > 4*6+8 {
			t.Errorf("%d polls in 4 days of a feed with an item every 2 days, want one every 4 h", polls)
		}
		if got := len(n.alerts()); got < 4*24*3-2 {
			t.Errorf("%d alerts, an item was missed", got)
		}
	})
}

// How long a 304 is trusted follows the feed's habit, and its silence.
func TestHowLongA304IsBelieved(t *testing.T) {
	for _, test := range []struct {
		shows   string
		entries int // of the first document; each an hour older than the one before
		full    []int
	}{
		{"of a feed that publishes every hour", 8, []int{0, 2, 4, 8, 16, 32, 56}},
		{"of one of which nothing is known", 1, []int{0, 24, 48}},
	} {
		t.Run(test.shows, func(t *testing.T) {
			in(t, func(t *testing.T) {
				begin := time.Now()
				var full []int
				entries := hourly(begin)[:test.entries]
				server := &tagging{web: newWeb(), answer: func(tag string, _ int) (bool, string, []entry) {
					if tag == "" {
						full = append(full, int(time.Since(begin).Round(hour)/hour))
					}
					return tag != "", `"1"`, entries
				}}
				open(t, server, source("a", time.Minute))
				after(58 * hour)
				server.mu.Lock() // the answer is made under it
				defer server.mu.Unlock()
				testutil.Equal(t, "hours at which the document came", full, test.full)
			})
		})
	}
}
