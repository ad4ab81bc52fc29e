package poll_test

import (
	"context"
	"fmt"
	"hash/fnv"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"watcher/internal/feeds"
	"watcher/internal/feeds/parse"
	"watcher/internal/feeds/seen"
	"watcher/internal/notify"
	"watcher/internal/poll"
	"watcher/internal/rules"
	"watcher/internal/store/bolt"
	"watcher/internal/suspects"
)

// answer is an answer of a server of the simulated web.
type answer struct {
	body    string
	err     error
	movedTo string
	fresh   time.Duration
	took    time.Duration
}

// web answers polls in simulated time, and records when each address was requested.
type web struct {
	mu    sync.Mutex
	pages map[string]func(now time.Time) answer
	asked map[string][]time.Time
	busy  map[string]int // polls under way, by host
	most  map[string]int // the most there were
}

func newWeb() *web {
	return &web{pages: map[string]func(time.Time) answer{}, asked: map[string][]time.Time{}, busy: map[string]int{}, most: map[string]int{}}
}

// serve answers polls of url from now on.
func (w *web) serve(url string, page func(now time.Time) answer) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.pages[url] = page
}

// Fetch implements poll.Fetcher.
func (w *web) Fetch(ctx context.Context, s feeds.Source, k feeds.Known, _ func() (*seen.Index, error)) (feeds.FetchResult, error) {
	host := feeds.HostOf(s.URL)
	w.mu.Lock()
	w.asked[s.URL] = append(w.asked[s.URL], time.Now())
	w.busy[host]++
	w.most[host] = max(w.most[host], w.busy[host])
	page := w.pages[s.URL]
	w.mu.Unlock()
	defer func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.busy[host]--
	}()
	a := answer{err: &feeds.FetchError{Kind: feeds.DNS, Text: "no address for the host " + host}}
	if page != nil {
		a = page(time.Now())
	}
	select {
	case <-ctx.Done():
		return feeds.FetchResult{}, ctx.Err()
	case <-time.After(a.took):
	}
	if a.err != nil {
		return feeds.FetchResult{}, a.err
	}
	h := fnv.New64a()
	h.Write([]byte(a.body))
	r := feeds.FetchResult{Known: feeds.Known{Body: h.Sum64()}, MovedTo: a.movedTo, Fresh: a.fresh}
	if r.Known.Body == k.Body {
		r.Unchanged = true
		return r, nil
	}
	var err error
	r.Document, err = parse.Read([]byte(a.body), "application/rss+xml", s)
	return r, err
}

// Reading implements poll.Fetcher.
func (w *web) Reading() int { return 0 }

// times returns when url was requested.
func (w *web) times(url string) []time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.asked[url])
}

func (w *web) count(url string) int { return len(w.times(url)) }

// entry is an item of a feed.
type entry struct {
	id, title string
	published time.Time
}

// rss returns a document with these items, and head in its channel.
func rss(head string, entries ...entry) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<rss version="2.0"><channel><title>Wire</title><link>https://wire.example/</link>%s`, head)
	for _, e := range entries {
		date := ""
		if !e.published.IsZero() {
			date = "<pubDate>" + e.published.Format(time.RFC1123Z) + "</pubDate>"
		}
		fmt.Fprintf(&b, `<item><guid isPermaLink="false">%s</guid><title>%s</title><link>https://wire.example/%s</link>%s</item>`, e.id, e.title, strings.ToLower(strings.ReplaceAll(e.title, " ", "-")), date)
	}
	return b.String() + "</channel></rss>"
}

// steady returns a page that never changes.
func steady(body string) func(time.Time) answer {
	return func(time.Time) answer { return answer{body: body} }
}

// publishing returns a page with a new item at each interval, and the latest ten of them.
func publishing(start time.Time, every time.Duration) func(time.Time) answer {
	return func(now time.Time) answer {
		var entries []entry
		for n := int(now.Sub(start) / every); len(entries) < 10; n-- {
			at := start.Add(time.Duration(n) * every)
			entries = append(entries, entry{fmt.Sprint("id ", n), fmt.Sprint("NATO news ", n), at})
		}
		return answer{body: rss("", entries...)}
	}
}

// newsroom is a poller with a real store in simulated time.
type newsroom struct {
	t     *testing.T
	web   poll.Fetcher
	path  string
	store *bolt.Store
	poll  *poll.Poller
	plan  *poll.Plan
	note  *suspects.Note
	stop  func()
}

var ctx = context.Background()

// open starts polling these sources. It must be called inside a bubble.
func open(t *testing.T, web poll.Fetcher, sources ...feeds.Source) *newsroom {
	t.Helper()
	n := &newsroom{t: t, web: web, path: filepath.Join(t.TempDir(), "watcher.db")}
	set, err := rules.Compile([]rules.Rule{{Name: "nato", Keywords: []string{"NATO"}}}, rules.Options{})
	n.must(err)
	n.plan = &poll.Plan{Rules: set, Routes: []poll.Route{{Rule: "nato", Targets: []string{"desk"}}}, Ops: []string{"ops"}}
	n.must(n.plan.SetSources(feeds.Pack(sources...)))
	n.restart(sources...)
	t.Cleanup(func() { n.close() })
	return n
}

func (n *newsroom) must(err error) {
	n.t.Helper()
	if err != nil {
		n.t.Fatal(err)
	}
}

// idle makes a newsroom that polls only when it is told to, with its store in dir. The test
// closes the store.
func idle(t *testing.T, web poll.Fetcher, dir string, plan *poll.Plan, sources ...feeds.Source) *newsroom {
	t.Helper()
	n := &newsroom{t: t, web: web, path: filepath.Join(dir, "watcher.db"), plan: plan}
	n.must(n.plan.SetSources(feeds.Pack(sources...)))
	n.ready(sources...)
	return n
}

// once polls everything that is due.
func (n *newsroom) once() poll.Summary {
	n.t.Helper()
	sum, err := n.poll.Once(ctx, func(int, int) {})
	n.must(err)
	return sum
}

// ready opens the store, to poll.
func (n *newsroom) ready(sources ...feeds.Source) {
	n.t.Helper()
	var err error
	n.store, err = bolt.Open(n.path)
	n.must(err)
	n.must(n.store.Sync(ctx, feeds.Pack(sources...)))
	n.poll = poll.New(n.store, n.web, slog.New(slog.DiscardHandler))
	n.poll.SetPlan(n.plan)
	n.poll.Remember(n.note)
}

// restart opens the store and polls.
func (n *newsroom) restart(sources ...feeds.Source) {
	n.t.Helper()
	n.ready(sources...)
	running, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		n.poll.Run(running)
	}()
	n.stop = func() {
		cancel()
		<-done
	}
}

// close stops polling and closes the store.
func (n *newsroom) close() {
	if n.stop == nil {
		return
	}
	n.stop()
	n.stop = nil
	n.must(n.store.Close())
}

// reload changes the plan's sources.
func (n *newsroom) reload(sources ...feeds.Source) {
	n.t.Helper()
	plan := *n.plan
	n.must(plan.SetSources(feeds.Pack(sources...)))
	n.plan = &plan
	n.poll.SetPlan(n.plan)
	n.must(n.store.Sync(ctx, feeds.Pack(sources...)))
}

// troubles returns the kinds of the troubles that were reported since the last call.
func (n *newsroom) troubles() []string {
	n.t.Helper()
	kinds := []string{}
	var told []notify.Message
	for _, a := range n.held("ops") {
		kinds = append(kinds, a.Trouble.Kind)
		told = append(told, notify.Message{ID: "m" + a.ID, Target: "ops", AlertIDs: []string{a.ID}, Payload: []byte(`""`)})
	}
	n.must(n.store.Freeze(ctx, notify.Composition{Target: "ops", Messages: told}))
	return kinds
}

// alerts returns the titles that desk got so far.
func (n *newsroom) alerts() []string {
	n.t.Helper()
	titles := []string{}
	for _, a := range n.held("desk") {
		titles = append(titles, a.Item.Title)
	}
	return titles
}

// held returns the alerts that a target holds.
func (n *newsroom) held(target string) []notify.Alert {
	n.t.Helper()
	h, err := n.store.Held(ctx, target)
	n.must(err)
	var ids []string
	for _, a := range h.Alerts {
		ids = append(ids, a.ID)
	}
	alerts, err := n.store.Load(ctx, ids)
	n.must(err)
	return alerts
}

func (n *newsroom) entry(feed string) poll.FeedStatus {
	n.t.Helper()
	for e, err := range n.store.Feeds(ctx) {
		n.must(err)
		if e.Feed == feed {
			return e
		}
	}
	n.t.Fatalf("the store has no feed %s", feed)
	return poll.FeedStatus{}
}

func (n *newsroom) condition(feed string) poll.Condition {
	n.t.Helper()
	e := n.entry(feed)
	return e.Health(time.Now()).Condition
}

// after lets simulated time pass.
func after(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

func source(id string, every time.Duration) feeds.Source {
	return feeds.Source{ID: id, URL: "https://" + id + ".example/feed", Every: every}
}

// FullText implements poll.Fetcher: a page's text is what is served there.
func (w *web) FullText(ctx context.Context, _ feeds.Source, link string) (string, error) {
	w.mu.Lock()
	page := w.pages[link]
	w.asked[link] = append(w.asked[link], time.Now())
	w.mu.Unlock()
	if page == nil {
		return "", &feeds.FetchError{Kind: feeds.NotFound, Status: 404, Text: "the server answers 404 Not Found"}
	}
	a := page(time.Now())
	select {
	case <-ctx.Done():
		return "", &feeds.FetchError{Kind: feeds.Timeout, Text: "timeout"}
	case <-time.After(a.took):
	}
	return a.body, a.err
}

// ReadPushed implements poll.Fetcher.
func (w *web) ReadPushed(_ context.Context, s feeds.Source, p feeds.Pushed, _ *seen.Index) (feeds.Document, error) {
	return parse.Read(p.Body, p.ContentType, s)
}

// categoryPlan alerts desk on items with the category NATO.
func categoryPlan(t *testing.T) *poll.Plan {
	t.Helper()
	set, err := rules.Compile([]rules.Rule{{Name: "nato", Match: "category:NATO"}}, rules.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return &poll.Plan{Rules: set, Routes: []poll.Route{{Rule: "nato", Targets: []string{"desk"}}}}
}

// take returns the alerts that a target holds, and ends their being held.
func (n *newsroom) take(target string) []notify.Alert {
	n.t.Helper()
	alerts := n.held(target)
	var told []notify.Message
	for _, a := range alerts {
		told = append(told, notify.Message{ID: "m" + a.ID, Target: target, AlertIDs: []string{a.ID}, Payload: []byte(`""`)})
	}
	if len(told) > 0 {
		n.must(n.store.Freeze(ctx, notify.Composition{Target: target, Messages: told}))
	}
	return alerts
}
