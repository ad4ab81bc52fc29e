package poll_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"watcher/internal/feeds"
	"watcher/internal/feeds/seen"
	"watcher/internal/poll"
	"watcher/internal/testutil"
)

func TestFailingIsToldOnceAndSoIsRecovery(t *testing.T) {
	in(t, func(t *testing.T) {
		w := newWeb()
		src, other := source("a", 15*minute), source("other", 15*minute)
		w.serve(src.URL, steady(rss("")))
		w.serve(other.URL, steady(rss("")))
		n := open(t, w, src, other)
		after(hour)
		broken := func(time.Time) answer {
			return answer{err: &feeds.FetchError{Kind: feeds.NotFound, Status: 404, Text: "the server answers 404 Not Found"}}
		}
		w.serve(src.URL, broken)
		after(20 * minute)
		testutil.Equal(t, "after one failure", n.troubles(), []string{})
		testutil.Equal(t, "condition", n.condition("a"), poll.Failing)
		after(3 * day)
		testutil.Equal(t, "after three days", n.troubles(), []string{"feed_failing"})
		if polls := w.count(src.URL); polls < 5+10 || polls > 5+25 {
			t.Errorf("%d polls of a feed that failed for three days", polls)
		}
		w.serve(src.URL, steady(rss("")))
		after(4*hour + 40*minute)
		testutil.Equal(t, "once it works", n.troubles(), []string{"feed_recovered"})
		testutil.Equal(t, "condition", n.condition("a"), poll.Well)
	})
}

// A feed that fails now and then is not reported each time.
func TestFlappingIsNotToldAgainAndAgain(t *testing.T) {
	in(t, func(t *testing.T) {
		w := newWeb()
		src := source("a", 15*minute)
		polls := 0
		w.serve(src.URL, func(time.Time) answer {
			if polls++; polls%5 == 0 {
				return answer{body: rss("")}
			}
			return answer{err: &feeds.FetchError{Kind: feeds.Status, Status: 500, Text: "500"}}
		})
		n := open(t, w, src)
		after(14 * day)
		testutil.Equal(t, "troubles in two weeks", n.troubles(), []string{"feed_failing"})
	})
}

func TestGoneIsNotAskedAgain(t *testing.T) {
	in(t, func(t *testing.T) {
		w := newWeb()
		src := source("a", 15*minute)
		gone := func(time.Time) answer {
			return answer{err: &feeds.FetchError{Kind: feeds.Gone, Status: 410, Text: "the feed is gone for good (410 Gone)"}}
		}
		w.serve(src.URL, gone)
		n := open(t, w, src)
		after(10 * day)
		n.close()
		n.restart(src)
		after(30 * day)
		testutil.Equal(t, "polls", w.count(src.URL), 1)
		testutil.Equal(t, "troubles", n.troubles(), []string{"feed_gone"})
		testutil.Equal(t, "condition", n.condition("a"), poll.Gone)

		n.must(n.poll.Retry(ctx, "a"))
		after(minute)
		testutil.Equal(t, "polls after a person asked for one", w.count(src.URL), 2)
		testutil.Equal(t, "troubles: it was told that it is gone", n.troubles(), []string{})

		moved := src
		moved.URL = "https://elsewhere.example/feed"
		w.serve(moved.URL, steady(rss("")))
		n.reload(moved)
		after(hour)
		testutil.Equal(t, "condition once the config has another URL", n.condition("a"), poll.Well)
		testutil.Equal(t, "troubles", n.troubles(), []string{"feed_recovered"})
	})
}

func TestOurOwnOutageIsNotBlamedOnFeeds(t *testing.T) {
	in(t, func(t *testing.T) {
		w := newWeb()
		var sources []feeds.Source
		pages := map[string]func(time.Time) answer{}
		for i := range 40 {
			s := source(fmt.Sprintf("f%02d", i), 10*minute)
			pages[s.URL] = steady(rss(""))
			sources = append(sources, s)
		}
		up := func() {
			for url, page := range pages {
				w.serve(url, page)
			}
		}
		up()
		n := open(t, w, sources...)
		after(2 * hour)
		for url := range pages {
			w.serve(url, nil)
		}
		after(6 * hour)
		if n.poll.Outage().IsZero() {
			t.Error("the outage was not noticed")
		}
		testutil.Equal(t, "troubles", n.troubles(), []string{"network_down"})
		for _, s := range sources {
			if c := n.condition(s.ID); c != poll.Well {
				t.Errorf("%s is %s", s.ID, c)
			}
		}
		before := map[string]int{}
		for url := range pages {
			before[url] = w.count(url)
		}
		up()
		after(3 * minute)
		late := 0
		for url := range pages {
			if w.count(url) == before[url] {
				late++
			}
		}
		if late > 4 {
			t.Errorf("%d feeds were not polled within three minutes", late)
		}
		testutil.Equal(t, "troubles once it is over", n.troubles(), []string{"network_up"})
		if !n.poll.Outage().IsZero() {
			t.Error("the outage goes on")
		}
	})
}

// Whenever watcher is restarted in an outage, no feed is blamed, and beginning and end are
// reported once.
func TestAnOutageOutlivesRestarts(t *testing.T) {
	for _, test := range []struct {
		shows    string
		restarts []time.Duration // into the outage
	}{
		{"before it is clear: some feeds have failed once", []time.Duration{3 * minute}},
		{"before it is told", []time.Duration{11 * minute}},
		{"after it was told", []time.Duration{hour}},
		{"again and again", []time.Duration{4 * minute, 12 * minute, hour, 2 * hour, 2*hour + minute}},
		{"never", nil},
	} {
		t.Run(test.shows, func(t *testing.T) {
			in(t, func(t *testing.T) {
				w := newWeb()
				var sources []feeds.Source
				for i := range 6 {
					sources = append(sources, source(fmt.Sprintf("f%d", i), 10*minute))
				}
				serve := func(page func(time.Time) answer) {
					for _, s := range sources {
						w.serve(s.URL, page)
					}
				}
				serve(steady(rss("")))
				n := open(t, w, sources...)
				after(2 * hour)
				serve(nil)
				passed := time.Duration(0)
				for _, at := range test.restarts {
					after(at - passed)
					passed = at
					n.close()
					n.restart(sources...)
				}
				after(4*hour - passed)
				testutil.Equal(t, "told while it lasts", n.troubles(), []string{"network_down"})
				for _, s := range sources {
					if c := n.condition(s.ID); c != poll.Well {
						t.Errorf("%s is %s", s.ID, c)
					}
				}
				n.close()
				serve(steady(rss("")))
				n.restart(sources...)
				after(hour)
				n.close()
				n.restart(sources...)
				after(hour)
				testutil.Equal(t, "told once it is over", n.troubles(), []string{"network_up"})
			})
		})
	}
}

// A feed that becomes empty is reported with the commit of the poll, and what is known of
// it survives a restart.
func TestEmptyIsToldOnce(t *testing.T) {
	in(t, func(t *testing.T) {
		w := newWeb()
		src := source("a", 6*hour)
		live := publishing(time.Now(), 6*hour)
		w.serve(src.URL, live)
		n := open(t, w, src)
		after(2 * day)
		w.serve(src.URL, steady(rss("")))
		after(2 * day)
		n.close()
		n.restart(src)
		testutil.Equal(t, "after two days without items", n.troubles(), []string{})
		after(2 * day)
		testutil.Equal(t, "after four", n.troubles(), []string{"feed_empty"})
		testutil.Equal(t, "condition", n.condition("a"), poll.Empty)
		n.close()
		n.restart(src)
		w.serve(src.URL, live)
		after(7 * hour)
		testutil.Equal(t, "when it has items again", n.troubles(), []string{"feed_as_usual"})
		testutil.Equal(t, "condition", n.condition("a"), poll.Well)
	})
}

func TestChallengeIsACondition(t *testing.T) {
	in(t, func(t *testing.T) {
		w := newWeb()
		src := source("a", 15*minute)
		w.serve(src.URL, func(time.Time) answer {
			return answer{err: &feeds.FetchError{Kind: feeds.Challenge, Status: 403, Text: "the server wants to see a browser"}}
		})
		n := open(t, w, src)
		after(day)
		testutil.Equal(t, "troubles", n.troubles(), []string{"feed_blocked"})
		testutil.Equal(t, "condition", n.condition("a"), poll.Blocked)
	})
}

// rekeyed returns a newsroom whose feed has just shown all its items under new ids.
func rekeyed(t *testing.T) (*newsroom, *web, feeds.Source) {
	w := newWeb()
	src := source("a", 15*minute)
	items := func(prefix string) []entry {
		var es []entry
		for i := range 20 {
			es = append(es, entry{fmt.Sprint(prefix, i), fmt.Sprint("NATO item ", i), time.Now().Add(-hour)})
		}
		return es
	}
	w.serve(src.URL, steady(rss("", items("old-")...)))
	n := open(t, w, src)
	after(hour)
	// The same titles and dates under new ids, with links that say nothing.
	body := strings.ReplaceAll(rss("", items("new-")...), "https://wire.example/nato", "https://wire.example/moved?nato")
	body = strings.ReplaceAll(body, time.Now().Add(-hour).Format(time.RFC1123Z), time.Now().Add(-2*hour).Format(time.RFC1123Z))
	w.serve(src.URL, steady(body))
	after(hour)
	return n, w, src
}

func TestReKeyedItemsAreHeldUntilAPersonDecides(t *testing.T) {
	for _, test := range []struct {
		shows  string
		decide func(n *newsroom) (poll.Settled, error)
		alerts int
	}{
		{"accepted, they do not alert", func(n *newsroom) (poll.Settled, error) { return n.poll.Accept(ctx, "a") }, 0},
		{"released, those that match do", func(n *newsroom) (poll.Settled, error) { return n.poll.Release(ctx, "a") }, 20},
	} {
		t.Run(test.shows, func(t *testing.T) {
			in(t, func(t *testing.T) {
				n, w, src := rekeyed(t)
				testutil.Equal(t, "troubles", n.troubles(), []string{"feed_rekeyed"})
				testutil.Equal(t, "condition", n.condition("a"), poll.Rekeyed)
				testutil.Equal(t, "alerts while they are held", n.alerts(), []string{})
				after(day)
				testutil.Equal(t, "troubles a day later", n.troubles(), []string{})
				did, err := test.decide(n)
				n.must(err)
				testutil.Equal(t, "settled", did, poll.Settled{Items: 20, Alerts: test.alerts})
				testutil.Equal(t, "alerts", len(n.alerts()), test.alerts)
				testutil.Equal(t, "condition", n.condition("a"), poll.Well)
				polls := w.count(src.URL)
				after(day)
				testutil.Equal(t, "alerts a day later", len(n.alerts()), test.alerts)
				if more := w.count(src.URL) - polls; more < 80 {
					t.Errorf("%d polls on the day after", more)
				}
				if _, err := test.decide(n); err == nil || !strings.Contains(err.Error(), "no items of a are held") {
					t.Errorf("decided again: %v", err)
				}
				if _, err := n.poll.Accept(ctx, "b"); err == nil || !strings.Contains(err.Error(), "no feed has this name: b") {
					t.Errorf("an unknown feed: %v", err)
				}
			})
		})
	}
}

func TestHeldItemsAreReleasedAlone(t *testing.T) {
	in(t, func(t *testing.T) {
		n, _, _ := rekeyed(t)
		n.troubles()
		packed, err := n.store.Shown(ctx, "a")
		n.must(err)
		seen, err := seen.Unpack(packed)
		n.must(err)
		items, err := seen.HeldItems()
		n.must(err)
		testutil.Equal(t, "held", len(items), 20)
		for _, c := range []struct{ why, id, want string }{
			{"one that is not held", "nothing", `no held item has the id "nothing"`},
			{"an empty one names none, and not all", "", `no held item has the id ""`},
		} {
			if _, err := n.poll.ReleaseOf(ctx, "a", []string{poll.HeldID(&items[0]), c.id}); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s: %v", c.why, err)
			}
		}
		testutil.Equal(t, "alerts of what was refused", len(n.alerts()), 0)
		did, err := n.poll.ReleaseOf(ctx, "a", []string{poll.HeldID(&items[4])[:10], poll.HeldID(&items[4])})
		n.must(err)
		testutil.Equal(t, "settled", did, poll.Settled{Items: 1, Alerts: 1, Left: 19})
		testutil.Equal(t, "alerts", len(n.alerts()), 1)
		testutil.Equal(t, "condition", n.condition("a"), poll.Rekeyed)
		after(day)
		testutil.Equal(t, "alerts a day later", len(n.alerts()), 1)
		did, err = n.poll.Release(ctx, "a")
		n.must(err)
		testutil.Equal(t, "settled then", did, poll.Settled{Items: 19, Alerts: 19})
		testutil.Equal(t, "condition then", n.condition("a"), poll.Well)
	})
}

func TestUpdates(t *testing.T) {
	for _, test := range []struct {
		shows   string
		updates bool
		want    []string
	}{
		{"a change alerts nobody who was told of the item", false, []string{"NATO stub"}},
		{"with updates, every change alerts", true, []string{"NATO stub", "NATO story", "NATO story, corrected"}},
	} {
		t.Run(test.shows, func(t *testing.T) {
			in(t, func(t *testing.T) {
				w := newWeb()
				src := source("a", 15*minute)
				src.Updates = test.updates
				w.serve(src.URL, steady(rss("", entry{"0", "nothing", time.Time{}})))
				n := open(t, w, src)
				after(hour)
				for _, title := range []string{"NATO stub", "NATO story", "NATO story", "NATO story, corrected"} {
					w.serve(src.URL, steady(rss("", entry{"1", title, time.Time{}}, entry{"0", "nothing", time.Time{}})))
					after(hour)
				}
				testutil.Equal(t, "alerts", n.alerts(), test.want)
			})
		})
	}
}

func TestTooOldIsCountedAndListed(t *testing.T) {
	in(t, func(t *testing.T) {
		w := newWeb()
		src := source("a", 15*minute)
		src.MaxAge = 7 * day
		w.serve(src.URL, steady(rss("", entry{"0", "nothing", time.Time{}})))
		n := open(t, w, src)
		after(hour)
		old := time.Now().Add(-30 * day).UTC().Truncate(time.Second)
		w.serve(src.URL, steady(rss("", entry{"0", "nothing", time.Time{}},
			entry{"1", "NATO of last month", old}, entry{"2", "NATO of today", time.Now()}, entry{"3", "Sport of last month", old}, entry{"4", "NATO undated", time.Time{}})))
		after(hour)
		testutil.Equal(t, "alerts", n.alerts(), []string{"NATO of today", "NATO undated"})
		s := n.entry("a").State
		testutil.Equal(t, "counted", s.TooOld, 1)
		testutil.Equal(t, "listed", s.Old, []poll.Old{{Title: "NATO of last month", Link: "https://wire.example/nato-of-last-month", Published: old}})
	})
}

// TestHealthCountsAsThePageDoes: what a state says is shown beside counts of the page's own.
func TestHealthCountsAsThePageDoes(t *testing.T) {
	held := poll.FeedStatus{State: poll.FeedState{Rekeying: poll.Rekeying{Held: 12345}}}
	testutil.Equal(t, "text", held.Health(time.Now()).Text, "12,345 items under new ids are held: accept or release them")
}
