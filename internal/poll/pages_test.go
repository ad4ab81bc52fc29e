package poll_test

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"watcher/internal/feeds"
	"watcher/internal/notify"
	"watcher/internal/poll"
	"watcher/internal/rules"
	"watcher/internal/store/bolt"
	"watcher/internal/testutil"
)

// press is a real server with a feed and the pages of its articles.
type press struct {
	*httptest.Server
	mu    sync.Mutex
	feed  string
	pages map[string]func(w http.ResponseWriter)
	asked map[string]int
	when  []time.Time
	now   int
	most  int
}

func newPress(t *testing.T) *press {
	p := &press{pages: map[string]func(http.ResponseWriter){}, asked: map[string]int{}}
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		p.asked[r.URL.Path]++
		p.when = append(p.when, time.Now())
		p.now++
		p.most = max(p.most, p.now)
		page, feed := p.pages[r.URL.Path], p.feed
		p.mu.Unlock()
		switch {
		case strings.HasPrefix(r.URL.Path, "/feed"):
			fmt.Fprint(w, strings.ReplaceAll(feed, "HOST", "http://"+r.Host))
		case page != nil:
			page(w)
		default:
			http.NotFound(w, r)
		}
		p.mu.Lock()
		p.now--
		p.mu.Unlock()
	}))
	t.Cleanup(p.Close)
	return p
}

func (p *press) source(full bool) feeds.Source {
	return feeds.Source{ID: "press", URL: p.URL + "/feed", Every: time.Hour, FullText: full}
}

// story returns an item whose link is the page of that name.
func story(id, title, text string) string {
	return fmt.Sprintf(`<item><guid isPermaLink="false">%[1]s</guid><title>%[2]s</title><link>HOST/%[1]s</link><description>%[3]s</description></item>`, id, title, text)
}

func channel(items ...string) string {
	return `<rss version="2.0"><channel><title>Press</title><link>HOST/</link>` + strings.Join(items, "") + `</channel></rss>`
}

// page returns an article as sites have it, with everything around it that is not the
// article.
func page(paragraphs ...string) func(w http.ResponseWriter) {
	return func(w http.ResponseWriter) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, `<html><head><title>Press</title></head><body><nav><a href="/">Home</a> <a href="/rugby">Rugby</a></nav><article>`)
		for _, text := range paragraphs {
			fmt.Fprintf(w, "<p>%s %s</p>", text, strings.Repeat("The ministers met in the capital, spoke for hours, and left without a word to the press. ", 8))
		}
		fmt.Fprint(w, `</article><footer>All rights reserved</footer></body></html>`)
	}
}

// natoPlan alerts desk on NATO, from a feed's first document on.
func natoPlan(t *testing.T, limit poll.HostLimit) *poll.Plan {
	t.Helper()
	set, err := rules.Compile([]rules.Rule{{Name: "nato", Keywords: []string{"NATO"}}}, rules.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return &poll.Plan{Rules: set, Routes: []poll.Route{{Rule: "nato", Targets: []string{"desk"}}}, AlertFirst: true, Limit: limit}
}

func state(t *testing.T, store *bolt.Store) poll.FeedState {
	t.Helper()
	for e, err := range store.Feeds(ctx) {
		if err != nil {
			t.Fatal(err)
		}
		return e.State
	}
	t.Fatal("the store has no feed")
	return poll.FeedState{}
}

// alerted returns the alerts held for desk, by the ID of the item.
func alerted(t *testing.T, store *bolt.Store) map[string]notify.Alert {
	t.Helper()
	held, err := store.Held(ctx, "desk")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]notify.Alert{}
	for _, h := range held.Alerts {
		as, err := store.Load(ctx, []string{h.ID})
		if err != nil {
			t.Fatal(err)
		}
		all[as[0].Item.ID] = as[0]
	}
	return all
}

func TestFullText(t *testing.T) {
	t.Parallel()
	p := newPress(t)
	whole := strings.Repeat("A long report that the feed has from its first word to the last one. ", 40)
	p.feed = channel(
		story("cut", "Ministers meet", "The ministers met on Monday…"),
		story("lost", "NATO talks", "A summary with NATO in it."),
		story("whole", "All there", whole),
		story("ends", "Cut late", whole+" […]"),
		story("wall", "Behind a wall", "A summary of some length that names NATO and says more than the page does, which only asks for cookies to be allowed."),
	)
	p.pages["/cut"] = page("They spoke of NATO and of rugby.")
	p.pages["/whole"] = page("NATO is on the page alone.")
	p.pages["/ends"] = page(whole+" NATO is at the end.", "And so on.")
	p.pages["/wall"] = func(w http.ResponseWriter) { fmt.Fprint(w, "<html><body><p>Allow cookies.</p></body></html>") }
	sum, store := once(t, natoPlan(t, poll.HostLimit{Parallel: 2}), []feeds.Source{p.source(true)})
	testutil.Equal(t, "failed", len(sum.Failed), 0)
	testutil.Equal(t, "pages asked for", p.asked, map[string]int{"/feed": 1, "/cut": 1, "/lost": 1, "/ends": 1, "/wall": 1})

	got := alerted(t, store)
	for id, want := range map[string]string{"cut": "content", "lost": "title", "ends": "content", "wall": "summary"} {
		if a, ok := got[id]; !ok || a.Excerpts[0].Field != want {
			t.Errorf("%s: alert %v with excerpts %+v, want one of the %s", id, ok, a.Excerpts, want)
		}
	}
	if _, ok := got["whole"]; ok {
		t.Error("the page of an article that the feed has as a whole was read")
	}
	if text := got["cut"].Excerpts[0].Text; strings.Contains(text, "Home") || !strings.Contains(text, "They spoke of NATO") {
		t.Errorf("the excerpt is not of the article alone: %s", text)
	}
	if s := got["cut"].Item.Summary; s != "The ministers met on Monday…" {
		t.Errorf("the summary became %q", s)
	}

	s := state(t, store)
	testutil.Equal(t, "articles without full text", s.NoText, 2)
	testutil.Equal(t, "why", s.NoTextError, "the article's page has less text than the feed")
	inHistory := map[string]bool{}
	for a, err := range store.History(ctx, time.Time{}) {
		if err != nil {
			t.Fatal(err)
		}
		inHistory[a.Item.GUID] = strings.Contains(a.Item.Content, "NATO")
	}
	testutil.Equal(t, "the history has the text that was matched", inHistory, map[string]bool{"cut": true, "lost": false, "whole": false, "ends": true, "wall": false})
}

// Pages of known items are not requested again, and those of changed items are.
func TestFullTextOfNewAndChangedItemsAlone(t *testing.T) {
	t.Parallel()
	p := newPress(t)
	p.feed = channel(story("old", "Old", "Known."), story("a", "First", "Short."))
	p.pages["/a"], p.pages["/b"], p.pages["/old"] = page("NATO one."), page("NATO two."), page("NATO old.")
	plan := natoPlan(t, poll.HostLimit{Parallel: 2})
	plan.AlertFirst = false
	sources := []feeds.Source{p.source(true)}
	sum, store := once(t, plan, sources)
	testutil.Equal(t, "baselines", sum.Baselines, 1)
	testutil.Equal(t, "pages asked for at the baseline", len(p.asked), 1)

	client := newClient(t)
	again := poll.New(store, client, slog.New(slog.DiscardHandler))
	again.SetPlan(plan)
	p.feed = channel(story("b", "Second", "Short."), story("a", "First", "Short, corrected."), story("old", "Old", "Known."))
	for range 2 {
		if _, err := again.Once(ctx, func(int, int) {}); err != nil {
			t.Fatal(err)
		}
	}
	testutil.Equal(t, "pages", p.asked, map[string]int{"/feed": 3, "/a": 1, "/b": 1})
	if got := alerted(t, store); len(got) != 2 {
		t.Errorf("alerts %v, want those of a and b", got)
	}
}

func TestNoFullTextUnlessAskedFor(t *testing.T) {
	t.Parallel()
	p := newPress(t)
	p.feed = channel(story("cut", "Ministers meet", "The ministers met on Monday…"))
	p.pages["/cut"] = page("They spoke of NATO.")
	once(t, natoPlan(t, poll.HostLimit{Parallel: 2}), []feeds.Source{p.source(false)})
	testutil.Equal(t, "asked for", p.asked, map[string]int{"/feed": 1})
}

// Pages and polls of a host keep its limits together, and nobody waits for a turn that a
// waiting poll holds: with one request at a time, a poll that kept its own turn would never
// get one for a page.
func TestPagesKeepToTheLimitsOfTheHost(t *testing.T) {
	for _, limit := range []poll.HostLimit{{Parallel: 1}, {Parallel: 2, Spacing: 5 * time.Millisecond}, {Parallel: 1, Spacing: 10 * time.Millisecond}} {
		t.Run(fmt.Sprintf("%d at a time, %v apart", limit.Parallel, limit.Spacing), func(t *testing.T) {
			t.Parallel()
			p := newPress(t)
			var items []string
			for i := range 5 {
				id := fmt.Sprint("a", i)
				items = append(items, story(id, "Title "+id, "Short."))
				p.pages["/"+id] = page("NATO.")
			}
			p.feed = channel(items...)
			var sources []feeds.Source
			for i := range 6 {
				sources = append(sources, feeds.Source{ID: fmt.Sprint(i), URL: fmt.Sprintf("%s/feed/%d", p.URL, i), Every: time.Hour, FullText: true})
			}
			sum, store := once(t, natoPlan(t, limit), sources)
			testutil.Equal(t, "failed", len(sum.Failed), 0)
			testutil.Equal(t, "requests", len(p.when), 6+6*5)
			if p.most > limit.Parallel {
				t.Errorf("%d requests at the same time", p.most)
			}
			if all := p.when[len(p.when)-1].Sub(p.when[0]); all < limit.Spacing*time.Duration(len(p.when)-2) {
				t.Errorf("%d requests within %v", len(p.when), all)
			}
			for e := range store.Feeds(ctx) {
				testutil.Equal(t, "articles without full text", e.State.NoText, 0)
			}
		})
	}
}

// The pages of a bridge without limits have no limits either; those of other hosts have the
// limits of their host.
func TestPagesOfABridge(t *testing.T) {
	t.Parallel()
	bridge, site := newPress(t), newPress(t)
	bridge.feed = channel(
		story("own", "On the bridge", "Short."),
		strings.ReplaceAll(story("far", "Elsewhere", "Short."), "HOST", site.URL),
	)
	bridge.pages["/own"], site.pages["/far"] = page("NATO."), page("NATO.")
	src, no := bridge.source(true), false
	src.HostLimits = &no
	_, store := once(t, natoPlan(t, poll.HostLimit{Parallel: 1}), []feeds.Source{src})
	testutil.Equal(t, "articles without full text", state(t, store).NoText, 0)
	testutil.Equal(t, "alerts", len(alerted(t, store)), 2)
}

// A host that answers 429 to a page is left alone by everything that still waits.
func TestAPageThatIsThrottledBarsItsHost(t *testing.T) {
	t.Parallel()
	p := newPress(t)
	var items []string
	for i := range 4 {
		id := fmt.Sprint("a", i)
		items = append(items, story(id, "NATO "+id, "Short."))
		p.pages["/"+id] = func(w http.ResponseWriter) {
			w.Header().Set("Retry-After", "600")
			w.WriteHeader(http.StatusTooManyRequests)
		}
	}
	p.feed = channel(items...)
	sum, store := once(t, natoPlan(t, poll.HostLimit{Parallel: 1}), []feeds.Source{p.source(true)})
	testutil.Equal(t, "failed", len(sum.Failed), 0)
	testutil.Equal(t, "requests", len(p.when), 2)
	testutil.Equal(t, "articles without full text", state(t, store).NoText, 4)
	testutil.Equal(t, "alerts by title", len(alerted(t, store)), 4)
}

// However long the pages of a feed take, its alerts are at most a minute late, and no other
// feed waits, even if every turn of the host is taken.
func TestSlowPagesHoldUpNobodyForLong(t *testing.T) {
	in(t, func(t *testing.T) {
		w := newWeb()
		slow, quick := source("slow", hour), source("quick", minute)
		slow.FullText = true
		var entries []entry
		for i := range 40 {
			entries = append(entries, entry{fmt.Sprint(i), fmt.Sprint("NATO ", i), time.Time{}})
			w.serve(fmt.Sprintf("https://wire.example/nato-%d", i), func(time.Time) answer { return answer{took: hour} })
		}
		w.serve(slow.URL, steady(rss("", entry{"first", "the first", time.Time{}})))
		w.serve(quick.URL, steady(rss("")))
		n := open(t, w, slow, quick)
		after(hour)
		w.serve(slow.URL, steady(rss("", entries...)))
		before := w.count(quick.URL)
		after(70 * minute)
		if polls := w.count(quick.URL) - before; polls < 60 {
			t.Errorf("the other feed was polled %d times in 70 minutes", polls)
		}
		testutil.Equal(t, "alerts", len(n.alerts()), 40)
		testutil.Equal(t, "articles without full text", n.entry("slow").State.NoText, 40)
		asked := 0
		for i := range 40 {
			asked += w.count(fmt.Sprintf("https://wire.example/nato-%d", i))
		}
		// The third ends in the very moment when the minute does: either may be first.
		if asked != 3 && asked != 4 {
			t.Errorf("%d pages of 20 s each were begun within a minute", asked)
		}
		testutil.Equal(t, "condition", n.condition("slow"), poll.Well)
	})
}
