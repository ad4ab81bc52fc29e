//go:build !race

package poll

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"watcher/internal/feeds"
	"watcher/internal/feeds/parse"
	"watcher/internal/feeds/seen"
	"watcher/internal/rules"
	"watcher/internal/testutil"
)

const (
	hour = time.Hour
	day  = 24 * hour
)

// patient is a feed that is polled for months of simulated time, from its documents to the
// troubles that are reported.
type patient struct {
	t     *testing.T
	page  func(now time.Time) string
	every time.Duration
	now   time.Time
	poll  Poller
	feed  *PlannedFeed
	plan  Plan
	state FeedState
	seen  *seen.Index
	body  string // of the last poll
}

func newPatient(t *testing.T, every time.Duration, page func(now time.Time) string) *patient {
	t.Helper()
	set, err := rules.Compile([]rules.Rule{{Name: "nato", Keywords: []string{"NATO"}}}, rules.Options{})
	if err != nil {
		t.Fatal(err)
	}
	x := &patient{t: t, page: page, every: every, now: noon}
	x.poll.log = slog.New(slog.DiscardHandler)
	x.plan = Plan{Rules: set, Routes: []Route{{Rule: "nato", Targets: []string{"desk"}}}, Ops: []string{"ops"}}
	if err := x.plan.SetSources(feeds.Pack(feeds.Source{ID: "a", URL: "https://wire.example/feed", Every: every})); err != nil {
		t.Fatal(err)
	}
	x.feed = x.plan.Feed("a")
	return x
}

// after polls the feed for so long, and returns the troubles that were reported.
func (x *patient) after(d time.Duration) (kinds []string) {
	x.t.Helper()
	kinds = []string{}
	for end := x.now.Add(d); x.now.Before(end); x.now = x.now.Add(x.every) {
		j := &job{plan: &x.plan, feed: x.feed}
		o := &j.out
		*o = untouched(Claim{Feed: "a", Now: x.now, State: x.state}, x.now)
		if body := x.page(x.now); body != x.body {
			x.body = body
			doc, err := parse.Read([]byte(body), "application/rss+xml", feeds.Source{ID: "a", URL: "https://wire.example/feed"})
			if err != nil {
				x.t.Fatal(err)
			}
			v := x.seen.Judge(&doc, x.now, false)
			x.poll.applyDocument(o, j, &doc, &v, x.now)
			if v.Packed != nil {
				if x.seen, err = seen.Unpack(v.Packed); err != nil {
					x.t.Fatal(err)
				}
			}
		}
		x.plan.tellOdd(o, x.feed, x.now)
		x.plan.tellSilence(o, x.feed, x.now)
		for _, a := range o.Alerts {
			if a.Trouble != nil {
				kinds = append(kinds, a.Trouble.Kind)
			}
		}
		x.state = o.State
	}
	return kinds
}

// restart stores what is remembered, and reads it back.
func (x *patient) restart() {
	x.t.Helper()
	stored, err := json.Marshal(x.state)
	x.state = FeedState{}
	if err == nil {
		err = json.Unmarshal(stored, &x.state)
	}
	if err != nil {
		x.t.Fatal(err)
	}
}

func (x *patient) condition() Condition {
	x.state.Polled = x.now
	e := FeedStatus{Feed: "a", State: x.state}
	return e.Health(x.now).Condition
}

// entry is an item of a feed.
type entry struct {
	id, title string
	published time.Time
}

func document(entries ...entry) string {
	var b strings.Builder
	b.WriteString(`<rss version="2.0"><channel><title>Wire</title><link>https://wire.example/</link>`)
	for _, e := range entries {
		date := ""
		if !e.published.IsZero() {
			date = "<pubDate>" + e.published.Format(time.RFC1123Z) + "</pubDate>"
		}
		fmt.Fprintf(&b, `<item><guid isPermaLink="false">%s</guid><title>%s</title><link>https://wire.example/%s</link>%s</item>`, e.id, e.title, strings.ToLower(strings.ReplaceAll(e.title, " ", "-")), date)
	}
	return b.String() + "</channel></rss>"
}

// wire is a feed that publishes ten items at each interval.
type wire struct {
	start time.Time
	every time.Duration
}

// numbers returns the numbers of the items that it shows.
func (w wire) numbers(now time.Time) []int {
	var ns []int
	for n := int(now.Sub(w.start) / w.every); len(ns) < 10; n-- {
		ns = append(ns, n)
	}
	return ns
}

// page returns a document with an item for each of the numbers, changed by change.
func (w wire) page(ns []int, change func(e *entry)) string {
	var entries []entry
	for _, n := range ns {
		e := entry{fmt.Sprint("id ", n), fmt.Sprint("NATO news ", n), w.start.Add(time.Duration(n) * w.every)}
		if change != nil {
			change(&e)
		}
		entries = append(entries, e)
	}
	return document(entries...)
}

// sound returns the feed as it should be.
func (w wire) sound(now time.Time) string { return w.page(w.numbers(now), nil) }

func withoutGUIDs(body string) string {
	for {
		before, rest, found := strings.Cut(body, "<guid")
		if !found {
			return body
		}
		_, rest, _ = strings.Cut(rest, "</guid>")
		body = before + rest
	}
}

// What goes wrong with a feed that answers without an error is reported once, after days,
// and so is its end.
func TestOddFeedsAreTold(t *testing.T) {
	for _, test := range []struct {
		shows string
		every time.Duration // it publishes
		odd   func(w wire, now time.Time) string
		kind  string
		quiet time.Duration // when it is not reported yet
		days  int           // when it has been reported
		is    Condition
		over  string
	}{
		{"an hourly feed empties", hour,
			func(wire, time.Time) string { return document() },
			"feed_empty", 2 * day, 4, Empty, "feed_as_usual"},
		{"a weekly feed empties", 7 * day,
			func(wire, time.Time) string { return document() },
			"feed_empty", 4 * day, 6, Empty, "feed_as_usual"},
		{"the items lose their guids", 6 * hour,
			func(w wire, now time.Time) string { return withoutGUIDs(w.sound(now)) },
			"feed_guidless", 20 * hour, 2, Guidless, "feed_as_usual"},
		{"of a weekly feed, too", 7 * day,
			func(w wire, now time.Time) string { return withoutGUIDs(w.sound(now)) },
			"feed_guidless", 20 * hour, 2, Guidless, "feed_as_usual"},
		{"the guids have a session in them", 6 * hour,
			func(w wire, now time.Time) string {
				return w.page(w.numbers(now), func(e *entry) { e.id += fmt.Sprint("?session=", now.Unix()) })
			},
			"feed_changing", 20 * hour, 2, Changing, "feed_as_usual"},
		{"the dates are those of the poll", 6 * hour,
			func(w wire, now time.Time) string {
				return w.page(w.numbers(now), func(e *entry) { e.published = now })
			},
			"feed_changing", 20 * hour, 2, Changing, "feed_as_usual"},
		{"the titles have a counter", 6 * hour,
			func(w wire, now time.Time) string {
				return w.page(w.numbers(now), func(e *entry) { e.title += fmt.Sprintf(" (%d readers)", now.Unix()) })
			},
			"feed_changing", 20 * hour, 2, Changing, "feed_as_usual"},
		{"a feed that never pauses freezes", hour,
			func(w wire, _ time.Time) string { return w.sound(w.start.Add(25 * day)) },
			"feed_stale", day, 3, Stale, "feed_revived"},
	} {
		t.Run(test.shows, func(t *testing.T) {
			w := wire{noon, test.every}
			x := newPatient(t, 4*hour, w.sound)
			testutil.Equal(t, "told of a sound feed", x.after(25*day), []string{})
			x.page = func(now time.Time) string { return test.odd(w, now) }
			testutil.Equal(t, "told too soon", x.after(test.quiet), []string{})
			testutil.Equal(t, "told in days", x.after(time.Duration(test.days)*day-test.quiet), []string{test.kind})
			testutil.Equal(t, "condition", x.condition(), test.is)
			x.restart()
			testutil.Equal(t, "told again", x.after(3*day), []string{})
			x.page = w.sound
			over := x.after(day)
			if i := slices.Index(over, "feed_revived"); i > 0 { // it was silent meanwhile
				over = slices.Delete(over, i, i+1)
			}
			testutil.Equal(t, "told once it is over", over, []string{test.over})
			testutil.Equal(t, "told later", x.after(30*day), []string{})
			testutil.Equal(t, "condition", x.condition(), Well)
		})
	}
}

// Feeds with unusual habits are well.
func TestHonestFeedsAreNotTold(t *testing.T) {
	for _, test := range []struct {
		shows string
		every time.Duration
		page  func(w wire, now time.Time) string
	}{
		{"a weekly feed", 7 * day, wire.sound},
		{"one that rests for three weeks after five", 7 * day, func(w wire, now time.Time) string {
			return w.sound(now.Add(-max(0, min(now.Sub(w.start)-35*day, 21*day))))
		}},
		{"one that rests at weekends", hour, func(w wire, now time.Time) string {
			for d := now.Weekday(); d == time.Saturday || d == time.Sunday; d = now.Weekday() {
				now = now.Truncate(hour).Add(-hour)
			}
			return w.sound(now)
		}},
		{"one that is empty on Sundays", hour, func(w wire, now time.Time) string {
			if now.Weekday() == time.Sunday {
				return document()
			}
			return w.sound(now)
		}},
		{"one that shows the last two days, and publishes every three", 3 * day, func(w wire, now time.Time) string {
			ns := slices.DeleteFunc(w.numbers(now), func(n int) bool {
				return now.Sub(w.start.Add(time.Duration(n)*w.every)) > 2*day
			})
			return w.page(ns, nil)
		}},
		{"two servers that write guids in two ways take turns", 6 * hour, func(w wire, now time.Time) string {
			return w.page(w.numbers(now), func(e *entry) { e.id += fmt.Sprint("-", now.Unix()/(6*3600)%2) })
		}},
		{"two servers of which one is a day behind take turns", 6 * hour, func(w wire, now time.Time) string {
			return w.sound(now.Add(-day * time.Duration(now.Unix()/(6*3600)%2)))
		}},
		{"two servers of which one gives no guids take turns", 6 * hour, func(w wire, now time.Time) string {
			if now.Unix()/(6*3600)%2 == 0 {
				return withoutGUIDs(w.sound(now))
			}
			return w.sound(now)
		}},
		{"a site moves once", 6 * hour, func(w wire, now time.Time) string {
			a := w.sound(now)
			if now.Sub(w.start) > 50*day {
				a = strings.ReplaceAll(a, "https://wire.example/nato", "https://wire.example/2027/nato")
			}
			return a
		}},
		{"one item that is always renewed", day, func(w wire, now time.Time) string {
			return w.page(w.numbers(now)[:1], func(e *entry) { e.id, e.title, e.published = "now", fmt.Sprint("Threat level ", now.YearDay()), now })
		}},
		{"a wire that never shows an item twice", 12 * time.Minute, wire.sound},
	} {
		t.Run(test.shows, func(t *testing.T) {
			w := wire{noon, test.every}
			x := newPatient(t, 6*hour, func(now time.Time) string { return test.page(w, now) })
			testutil.Equal(t, "told in three months", x.after(90*day), []string{})
			testutil.Equal(t, "condition", x.condition(), Well)
		})
	}
}

// An item without a date was published at some time: a feed of such items that never brings
// another is not well for ever.
func TestAFeedWithoutDatesThatNeverPublishes(t *testing.T) {
	page := document(entry{id: "1", title: "one"}, entry{id: "2", title: "two"}, entry{id: "3", title: "three"})
	x := newPatient(t, 2*hour, func(time.Time) string { return page })
	testutil.Equal(t, "told within a month", x.after(30*day), []string{})
	testutil.Equal(t, "told after it", x.after(2*day), []string{"feed_stale"})
	testutil.Equal(t, "condition", x.condition(), Stale)
}
