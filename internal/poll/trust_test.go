//go:build !race

package poll_test

import (
	"context"
	"flag"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"watcher/internal/feeds"
	"watcher/internal/feeds/parse"
	"watcher/internal/feeds/seen"
	"watcher/internal/notify"
)

// server answers for one feed, rightly or wrongly, in simulated time.
type server struct {
	url   string
	kind  string
	gap   time.Duration // between two stories, half as long to half as long again
	bytes int           // of a document on the wire
	// published are the times of the stories, including those before the first poll. The
	// tag of "late" changes with each fifth story only: the others are published late, with
	// an earlier date.
	published []time.Time

	asked  int    // how often
	full   int    // answers with a body to requests that a 304 could have answered
	cost   int    // bytes that were sent
	tag    string // of a client that trusts each 304, and makes its requests at the same moments
	trusts int    // bytes that were sent to that client
}

// headers are the bytes of a 304, and of a 200 besides its body: both directions, without
// TLS.
const headers = 700

// serverKinds are kinds of servers, and how many of a hundred there are. Servers that send
// no validators or a new tag each time cannot all be helped, and make the bytes of the
// others look small, so there are rather few of them.
var serverKinds = []struct {
	kind string
	of   int
}{
	{"right", 70},
	{"none", 15},  // no validators
	{"late", 7},   // stories that are published late do not change the tag
	{"always", 3}, // 304 to every conditional request
	{"gzip", 5},   // the tag that a compressor altered is never recognised
}

// feedGaps are intervals of publishing, and how many of a hundred feeds have them. Half
// publish less than daily.
var feedGaps = []struct {
	gap time.Duration
	of  int
}{{20 * minute, 5}, {2 * hour, 15}, {8 * hour, 30}, {3 * day, 25}, {20 * day, 25}}

func newServer(url string, n int, chance *rand.Rand, start time.Time, lasts time.Duration) *server {
	s := &server{url: url, bytes: 8<<10 + chance.IntN(50<<10)}
	place := n * 37 % 100 // each place once in a hundred
	for _, g := range feedGaps {
		if s.gap = g.gap; place < g.of {
			break
		}
		place -= g.of
	}
	place = n * 61 % 100
	for _, k := range serverKinds {
		if s.kind = k.kind; place < k.of {
			break
		}
		place -= k.of
	}
	for at := start.Add(-10 * s.gap); at.Before(start.Add(lasts)); {
		s.published = append(s.published, at)
		at = at.Add(s.gap/2 + time.Duration(chance.Int64N(int64(s.gap))))
	}
	return s
}

// current returns the number of published stories, and the tag of the document.
func (s *server) current(now time.Time) (stories int, tag string) {
	stories, _ = slices.BinarySearchFunc(s.published, now, func(at, now time.Time) int {
		if at.After(now) {
			return 1
		}
		return -1
	})
	known := stories
	for s.kind == "late" && known > 1 && isLate(known-1) {
		known--
	}
	return stories, fmt.Sprintf(`"%x"`, known)
}

func isLate(story int) bool { return story%5 > 0 }

// answer returns whether a request with that tag gets a 304, and the current tag.
func (s *server) answer(now time.Time, with string) (notModified bool, tag string) {
	_, tag = s.current(now)
	switch s.kind {
	case "none":
		return false, ""
	case "always":
		return with != "", tag
	case "gzip":
		return with == tag, tag[:len(tag)-1] + `-gzip"`
	}
	return with == tag, tag
}

// document returns the feed as it is now.
func (s *server) document(now time.Time) string {
	stories, _ := s.current(now)
	var b strings.Builder
	b.WriteString(`<rss version="2.0"><channel><title>Paper</title>`)
	for n := stories - 1; n >= max(0, stories-10); n-- {
		fmt.Fprintf(&b, `<item><guid>id %d</guid><title>NATO news %d</title><link>%s/%d</link><pubDate>%s</pubDate></item>`,
			n, n, s.url, n, s.published[n].Format(time.RFC1123Z))
	}
	return b.String() + "</channel></rss>"
}

// servers are all servers, by the URL of the feed. They implement poll.Fetcher.
type servers struct {
	*web
	mu    sync.Mutex
	byURL map[string]*server
}

// Fetch answers as the server does, and also for the client that trusts each 304.
func (w *servers) Fetch(_ context.Context, src feeds.Source, k feeds.Known, _ func() (*seen.Index, error)) (feeds.FetchResult, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	s, now := w.byURL[src.URL], time.Now()
	s.asked++
	s.cost, s.trusts = s.cost+headers, s.trusts+headers
	trusted, tag := s.answer(now, s.tag)
	if !trusted {
		s.tag, s.trusts = tag, s.trusts+s.bytes
	}
	notModified, tag := s.answer(now, k.ETag)
	if notModified {
		return feeds.FetchResult{Unchanged: true, NotModified: true, Known: k}, nil
	}
	s.cost += s.bytes
	body := s.document(now)
	h := fnv.New64a()
	h.Write([]byte(body))
	r := feeds.FetchResult{Known: feeds.Known{ETag: tag, Body: h.Sum64(), Wire: h.Sum64()}, Bytes: s.bytes}
	if trusted {
		s.full++
	}
	if r.Known.Body == k.Body {
		r.Unchanged = true
		return r, nil
	}
	var err error
	r.Document, err = parse.Read([]byte(body), "application/rss+xml", src)
	return r, err
}

// A 304 is not trusted without end: what a server hides behind it is alerted within a day,
// at the cost of no requests and few bytes, over a realistic mix of feeds: half of them
// publish less than daily. With -rapid.checks above 100 it is a thousand feeds in a week.
func TestA304IsNotTrustedWithoutEnd(t *testing.T) {
	count, days := 100, 3
	if n, err := strconv.Atoi(flag.Lookup("rapid.checks").Value.String()); err == nil && n > 100 {
		count, days = 1000, 7 // the long form
	}
	lasts := time.Duration(days) * day
	all := &servers{web: newWeb(), byURL: map[string]*server{}}
	var polls int64
	var alerts []notify.Alert
	in(t, func(t *testing.T) {
		chance := rand.New(rand.NewPCG(1, 1))
		var sources []feeds.Source
		for i := range count {
			src := source(fmt.Sprint("f", i), []time.Duration{30 * minute, hour, 0}[chance.IntN(3)])
			src.Adaptive = src.Every == 0
			all.byURL[src.URL] = newServer(src.URL, i, chance, time.Now(), lasts)
			sources = append(sources, src)
		}
		n := open(t, all, sources...)
		plan := *n.plan
		plan.EachArticle = map[string]bool{"desk": true} // all servers have the same text
		n.plan = &plan
		n.poll.SetPlan(n.plan)
		for range 8 * days { // a target cannot hold the alerts of a whole week
			after(day / 8)
			alerts = append(alerts, n.take("desk")...)
		}
		polls, _ = n.poll.Counts()
	})
	told := map[string]map[string]time.Time{} // by URL and title
	for _, a := range alerts {
		if told[a.Item.FeedURL] == nil {
			told[a.Item.FeedURL] = map[string]time.Time{}
		}
		told[a.Item.FeedURL][a.Item.Title] = a.FirstSeen
	}
	t.Run("nothing is hidden for longer than a day", func(t *testing.T) { all.checkHidden(t, told, lasts) })
	t.Run("it costs little", func(t *testing.T) { all.checkCost(t, polls, days) })
}

// start is when bubbles begin.
var start = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

func (w *servers) checkHidden(t *testing.T, told map[string]map[string]time.Time, lasts time.Duration) {
	hidden, stories := map[string]int{}, map[string]int{}
	for url, s := range w.byURL {
		for n, at := range s.published {
			if at.Before(start.Add(time.Minute*30)) || at.After(start.Add(lasts-28*hour)) {
				continue // of the first document, or less than a day is left to alert it
			}
			stories[s.kind]++
			seen, ok := told[url][fmt.Sprint("NATO news ", n)]
			if !ok || seen.Sub(at) > 28*hour { // a day, and an interval of four hours
				hidden[s.kind]++
			}
		}
	}
	for _, k := range serverKinds {
		t.Logf("%-6s %5d stories, %5d not told within a day", k.kind, stories[k.kind], hidden[k.kind])
		if hidden[k.kind] > 0 {
			t.Errorf("%s: %d of %d stories are hidden for longer than a day", k.kind, hidden[k.kind], stories[k.kind])
		}
	}
}

func (w *servers) checkCost(t *testing.T, polls int64, days int) {
	var asked int64
	cost, trusts, full := map[string]int{}, map[string]int{}, map[string]int{}
	for url, s := range w.byURL {
		asked += int64(s.asked)
		for _, k := range []string{s.kind, "all"} {
			cost[k], trusts[k], full[k] = cost[k]+s.cost, trusts[k]+s.trusts, full[k]+s.full
		}
		if s.gap >= day && s.full > days+1 && s.kind != "late" && s.kind != "always" { // those two are found out
			t.Errorf("%s, a quiet feed, was read in full %d times in %d days where a 304 would have come", url, s.full, days)
		}
	}
	t.Logf("%d requests for %d polls of %d feeds", asked, polls, len(w.byURL))
	for _, k := range append(serverKinds, struct {
		kind string
		of   int
	}{"all", 100}) {
		growth := float64(cost[k.kind])/float64(trusts[k.kind]) - 1
		t.Logf("%-6s %7.1f MB, %+5.1f%% to trusting each 304; %d full answers in the place of a 304", k.kind, float64(cost[k.kind])/1e6, 100*growth, full[k.kind])
		if k.kind != "late" && k.kind != "always" && growth > 0.15 { // what those two hid has to be read
			t.Errorf("%s: the bytes grow by %.1f%%", k.kind, 100*growth)
		}
	}
	if 2*cost["gzip"] > trusts["gzip"] {
		t.Error("servers whose compressor alters the tag are not asked with the tag of the origin")
	}
	if asked > polls {
		t.Errorf("%d requests for %d polls", asked, polls)
	}
}
