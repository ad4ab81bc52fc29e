package poll_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"watcher/internal/feeds"
	"watcher/internal/poll"
	"watcher/internal/testutil"
)

const (
	minute = time.Minute
	hour   = time.Hour
	day    = 24 * time.Hour
)

// in runs a test in a bubble, where time passes at once.
func in(t *testing.T, test func(t *testing.T)) {
	t.Helper()
	synctest.Test(t, test)
}

func TestADayOfPolls(t *testing.T) {
	in(t, func(t *testing.T) {
		w := newWeb()
		start := time.Now()
		w.serve("https://a.example/feed", publishing(start, hour))
		n := open(t, w, source("a", 15*minute))
		after(day)
		if polls := w.count("https://a.example/feed"); polls < 94 || polls > 104 {
			t.Errorf("%d polls in a day, one every 15 min", polls)
		}
		if got := n.alerts(); len(got) != 24 && len(got) != 23 {
			t.Errorf("%d alerts of a feed with an item an hour: %v", len(got), got)
		}
		testutil.Equal(t, "troubles", n.troubles(), []string{})
		testutil.Equal(t, "condition", n.condition("a"), poll.Well)
	})
}

func TestDueTimesSurviveARestart(t *testing.T) {
	in(t, func(t *testing.T) {
		w := newWeb()
		url := "https://a.example/feed"
		w.serve(url, steady(rss("<ttl>60</ttl>")))
		src := source("a", 20*minute)
		n := open(t, w, src)
		after(minute)
		for range 3 {
			n.close()
			after(time.Second)
			n.restart(src)
			after(2 * minute)
		}
		testutil.Equal(t, "polls of a feed that was restarted three times in ten minutes", w.count(url), 1)
		after(hour)
		if polls := w.count(url); polls != 2 && polls != 3 {
			t.Errorf("%d polls after more than an hour, of a feed with a ttl of one", polls)
		}
	})
}

func TestMissedPollsAreMadeUpOnce(t *testing.T) {
	in(t, func(t *testing.T) {
		w := newWeb()
		var sources []feeds.Source
		for i := range 50 {
			s := source(fmt.Sprintf("f%02d", i), 15*minute)
			w.serve(s.URL, steady(rss("", entry{"1", "one", time.Time{}})))
			sources = append(sources, s)
		}
		n := open(t, w, sources...)
		after(hour)
		n.close()
		time.Sleep(7 * day)
		before := map[string]int{}
		for _, s := range sources {
			before[s.URL] = w.count(s.URL)
		}
		back := time.Now()
		n.restart(sources...)
		after(minute)
		var next []time.Duration
		for _, s := range sources {
			testutil.Equal(t, "polls right after a week off", w.count(s.URL)-before[s.URL], 1)
		}
		after(20 * minute)
		for _, s := range sources {
			times := w.times(s.URL)
			next = append(next, times[before[s.URL]+1].Sub(back))
		}
		if spread := slices.Max(next) - slices.Min(next); spread < 4*minute {
			t.Errorf("after the first round, all are polled within %v again", spread)
		}
	})
}

func TestConfigChangesShowAtOnce(t *testing.T) {
	in(t, func(t *testing.T) {
		w := newWeb()
		slow := source("a", 24*hour)
		w.serve(slow.URL, steady(rss("")))
		n := open(t, w, slow)
		after(hour)
		fast := slow
		fast.Every, fast.Schedule = 0, "*/10 * * * *"
		n.reload(fast)
		after(hour)
		if polls := w.count(slow.URL); polls < 7 || polls > 8 {
			t.Errorf("%d polls an hour after the schedule was set to every ten minutes", polls)
		}
	})
}

func TestRetryAfter(t *testing.T) {
	throttled := &feeds.FetchError{Kind: feeds.Throttled, Status: 429, RetryAfter: 2 * hour, Text: "429"}
	overloaded := &feeds.FetchError{Kind: feeds.Unavailable, Status: 503, RetryAfter: 2 * hour, Text: "503"}
	no := false
	for _, test := range []struct {
		shows      string
		err        error
		optOut     bool
		otherPolls bool // another feed of the host is polled meanwhile
	}{
		{"429 holds for all feeds of the host", throttled, false, false},
		{"503 holds for the feed alone", overloaded, false, true},
		{"429 holds for the feed alone where host_limits is false", throttled, true, true},
	} {
		t.Run(test.shows, func(t *testing.T) {
			in(t, func(t *testing.T) {
				w := newWeb()
				a := feeds.Source{ID: "a", URL: "https://host.example/a", Every: 10 * minute}
				b := feeds.Source{ID: "b", URL: "https://host.example/b", Every: 10 * minute}
				c := feeds.Source{ID: "c", URL: "https://other.example/c", Every: 10 * minute}
				if test.optOut {
					a.HostLimits = &no
				}
				for _, s := range []feeds.Source{a, b, c} {
					w.serve(s.URL, steady(rss("")))
				}
				n := open(t, w, a, b, c)
				after(hour)
				w.serve(a.URL, func(time.Time) answer { return answer{err: test.err} })
				after(15 * minute) // by now a was refused
				polled := w.count(a.URL)
				refused := w.times(a.URL)[polled-1]
				others := w.count(b.URL)
				if err := n.poll.Retry(ctx, "b"); test.otherPolls != (err == nil) || err != nil && !strings.Contains(err.Error(), "it told a") {
					t.Errorf("a retry of the host's other feed: %v", err)
				}
				n.must(n.poll.Retry(ctx, "c"))
				pauses, err := n.poll.Pauses(ctx)
				n.must(err)
				if pause, paused := pauses.Of("b", new(poll.FeedState)); paused == test.otherPolls || paused && (pause.Feed != "a" || !pause.Until.After(time.Now())) {
					t.Errorf("the host's other feed is paused: %v, %+v", paused, pause)
				}
				n.close() // what a host asks for survives a restart
				n.restart(a, b, c)
				after(time.Until(refused.Add(2*hour - minute)))
				testutil.Equal(t, "polls of the feed that was refused", w.count(a.URL), polled)
				if more := w.count(b.URL) - others; test.otherPolls != (more > 0) {
					t.Errorf("%d polls of the host's other feed", more)
				}
				w.serve(a.URL, steady(rss("")))
				after(12 * minute)
				if w.count(a.URL) == polled || w.count(b.URL) == others {
					t.Error("the host is not polled any more")
				}
				if most := 40; w.count(c.URL) < 15 || w.count(c.URL) > most {
					t.Errorf("%d polls of another host's feed", w.count(c.URL))
				}
			})
		})
	}
}

// A host with far more feeds than its limit keeps nobody else from being polled, and its
// limit is kept.
func TestABusyHostKeepsToItself(t *testing.T) {
	in(t, func(t *testing.T) {
		w := newWeb()
		var sources []feeds.Source
		for i := range 3000 {
			s := feeds.Source{ID: fmt.Sprint("busy ", i), URL: fmt.Sprintf("https://busy.example/%d", i), Every: hour}
			w.serve(s.URL, func(time.Time) answer { return answer{body: rss(""), took: 20 * time.Second} })
			sources = append(sources, s)
		}
		for i := range 20 {
			s := source(fmt.Sprintf("quiet%d", i), minute)
			w.serve(s.URL, func(time.Time) answer { return answer{body: rss(""), took: time.Second} })
			sources = append(sources, s)
		}
		open(t, w, sources...)
		after(hour)
		testutil.Equal(t, "the most polls of the busy host at a time", w.most["busy.example"], 2)
		for _, s := range sources[3000:] {
			if polls := w.count(s.URL); polls < 55 || polls > 66 {
				t.Errorf("%s was polled %d times in an hour, one every minute", s.ID, polls)
			}
		}
		polls, repeated := 0, 0
		for _, s := range sources[:3000] {
			polls += w.count(s.URL)
			if w.count(s.URL) > 1 {
				repeated++
			}
		}
		// Two at a time, 20 s each.
		if polls < 340 || polls > 362 {
			t.Errorf("%d polls of the busy host in an hour, it can answer 360", polls)
		}
		if repeated > 0 {
			t.Errorf("%d of its feeds were polled twice before others had their turn", repeated)
		}
	})
}
