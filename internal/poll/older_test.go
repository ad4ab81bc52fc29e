package poll_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"watcher/internal/feeds"
	"watcher/internal/poll"
	"watcher/internal/testutil"
)

// falters begins a page that is served only at the second request.
const falters = "falters "

// backIssues is a real server of a feed with older pages: its answer to each address, in
// which HOST stands for its own.
type backIssues struct {
	*httptest.Server
	mu    sync.Mutex
	pages map[string]string // by path and query; an answer that begins with a number is a status, and one that begins with falters fails once
	asked []string
	busy  int
	most  int
}

func newBackIssues(t *testing.T) *backIssues {
	p := &backIssues{pages: map[string]string{}}
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		p.asked = append(p.asked, r.URL.RequestURI())
		p.busy++
		p.most = max(p.most, p.busy)
		body, ok := p.pages[r.URL.RequestURI()]
		whole, falters := strings.CutPrefix(body, falters)
		if falters {
			p.pages[r.URL.RequestURI()] = whole
		}
		p.mu.Unlock()
		defer func() {
			p.mu.Lock()
			defer p.mu.Unlock()
			p.busy--
		}()
		var status int
		switch _, err := fmt.Sscanf(body, "%d", &status); {
		case falters:
			http.Error(w, "", http.StatusBadGateway)
		case !ok:
			http.NotFound(w, r)
		case err == nil && status == http.StatusFound:
			w.Header().Set("Location", "http://10.0.0.1/feed")
			w.WriteHeader(status)
		case err == nil:
			w.Header().Set("Retry-After", "7200")
			w.WriteHeader(status)
		default:
			fmt.Fprint(w, strings.ReplaceAll(body, "HOST", "http://"+r.Host))
		}
	}))
	t.Cleanup(p.Close)
	return p
}

func (p *backIssues) serve(pages map[string]string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.pages, p.asked = pages, nil
}

// hourOf returns when item n of a paper was published.
func hourOf(n int) time.Time {
	return time.Date(2025, 11, 2, 0, 0, 0, 0, time.UTC).Add(time.Duration(n) * hour)
}

// rssPaper returns a page with the items from to down to from, and a link to the next page.
func rssPaper(head string, from, to int) string {
	var items strings.Builder
	for n := to; n >= from; n-- {
		fmt.Fprintf(&items, `<item><title>NATO %[1]d</title><link>HOST/%[1]d</link><guid isPermaLink="false">g%[1]d</guid><pubDate>%[2]s</pubDate></item>`, n, hourOf(n).Format(time.RFC1123Z))
	}
	return `<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>Paper</title>` + head + items.String() + `</channel></rss>`
}

func next(address string) string { return `<atom:link rel="next" href="` + address + `"/>` }

func atomPaper(head string, from, to int) string {
	var items strings.Builder
	for n := to; n >= from; n-- {
		fmt.Fprintf(&items, `<entry><title>NATO %[1]d</title><id>urn:g%[1]d</id><updated>%[2]s</updated></entry>`, n, hourOf(n).Format(time.RFC3339))
	}
	return `<feed xmlns="http://www.w3.org/2005/Atom"><title>Paper</title>` + head + items.String() + `</feed>`
}

func jsonPaper(nextURL string, from, to int) string {
	type item struct {
		ID    string    `json:"id"`
		Title string    `json:"title"`
		Text  string    `json:"content_text"`
		Date  time.Time `json:"date_published"`
	}
	doc := map[string]any{"version": "https://jsonfeed.org/version/1.1", "title": "Paper", "next_url": nextURL}
	var items []item
	for n := to; n >= from; n-- {
		items = append(items, item{fmt.Sprint("g", n), fmt.Sprint("NATO ", n), "Text.", hourOf(n)})
	}
	doc["items"] = items
	b, _ := json.Marshal(doc)
	return string(b)
}

// pinnedItem returns a page with an old item at its top.
func pinnedItem(page string) string {
	return strings.Replace(page, "<item>", `<item><title>NATO: how to reach us</title><link>HOST/us</link><guid isPermaLink="false">us</guid><pubDate>`+hourOf(-100).Format(time.RFC1123Z)+`</pubDate></item><item>`, 1)
}

// reversed returns a page with its oldest item first.
func reversed(page string) string {
	head, items, _ := strings.Cut(page, "<item>")
	items, _ = strings.CutSuffix(items, "</channel></rss>")
	parts := strings.Split("<item>"+items, "<item>")[1:]
	slices.Reverse(parts)
	return head + "<item>" + strings.Join(parts, "<item>") + "</channel></rss>"
}

// undated returns a page without its dates.
func undated(page string) string {
	var b strings.Builder
	for part := range strings.SplitSeq(page, "<pubDate>") {
		_, rest, found := strings.Cut(part, "</pubDate>")
		if !found {
			rest = part
		}
		b.WriteString(rest)
	}
	return b.String()
}

// titlesOf returns the titles of the items from to down to from.
func titlesOf(from, to int) []string {
	var all []string
	for n := to; n >= from; n-- {
		all = append(all, fmt.Sprint("NATO ", n))
	}
	slices.Sort(all)
	return all
}

// reader polls the feed paper with the real client and store, whenever it is told to.
type reader struct{ *newsroom }

func newReader(t *testing.T, p *backIssues) reader {
	// With one request at a time, a poll that kept its own turn while waiting for another
	// would never end.
	plan := natoPlan(t, poll.HostLimit{Parallel: 1})
	plan.AlertFirst = false
	plan.Ops = []string{"ops"}
	n := idle(t, newClient(t), t.TempDir(), plan, feeds.Source{ID: "paper", URL: p.URL + "/feed", Every: hour})
	t.Cleanup(func() { n.store.Close() })
	return reader{n}
}

// alerts returns the titles of all alerts so far, sorted.
func (r reader) alerts() []string {
	r.t.Helper()
	titles := r.newsroom.alerts()
	slices.Sort(titles)
	return titles
}

func (r reader) health() poll.FeedHealth {
	r.t.Helper()
	e := r.entry("paper")
	return e.Health(time.Now())
}

// More items came between two polls than the feed shows: all five items that it shows are
// new, and the baseline had the items 1 to 5.
func TestOlderPagesAreRead(t *testing.T) {
	elsewhere := newBackIssues(t)
	elsewhere.serve(map[string]string{"/feed?page=2": rssPaper("", 5, 9)})
	wordpress := "<generator>https://wordpress.org/?v=6.1.9</generator>"
	chain := func(to, pages int, of func(head string, from, to int) string, link func(page int) string) map[string]string {
		all := map[string]string{}
		for page := 1; page <= pages; page++ {
			head := ""
			if page < pages {
				head = link(page + 1)
			}
			address := "/feed"
			if page > 1 {
				address = fmt.Sprint("/feed?page=", page)
			}
			all[address] = of(head, to-5*page+1, to-5*page+5)
		}
		return all
	}
	byNext := func(page int) string { return next(fmt.Sprint("HOST/feed?page=", page)) }
	for _, test := range []struct {
		shows  string
		before string // the baseline; empty is an RSS document of the items 1 to 5
		pages  map[string]string
		asked  []string // besides the feed itself
		alerts []string
		missed string // why something may be missed; empty if nothing is
		paused bool   // the server asks for a pause
	}{
		{
			shows: "RSS with a next page (RFC 5005, 3) that has a known item",
			pages: chain(14, 3, rssPaper, byNext),
			asked: []string{"/feed?page=2"}, alerts: titlesOf(6, 14),
		},
		{
			shows: "a next page without a known item leads to the one after it",
			pages: chain(18, 5, rssPaper, byNext),
			asked: []string{"/feed?page=2", "/feed?page=3"}, alerts: titlesOf(6, 18),
		},
		{
			shows: "Atom's link in RSS by its own namespace, with a relative address",
			pages: map[string]string{
				"/feed":        rssPaper(`<link xmlns="http://www.w3.org/2005/Atom" rel="next" href="?page=2"/>`, 10, 14),
				"/feed?page=2": rssPaper("", 5, 9),
			},
			asked: []string{"/feed?page=2"}, alerts: titlesOf(6, 14),
		},
		{
			shows: "Atom with an archive (RFC 5005, 4), which goes before a next page", before: atomPaper("", 1, 5),
			pages: map[string]string{
				"/feed":    atomPaper(`<link rel="next" href="/wrong"/><link rel="prev-archive" href="/2025/11"/>`, 10, 14),
				"/2025/11": atomPaper(`<link rel="prev-archive" href="/2025/10"/><link rel="current" href="/feed"/>`, 8, 9),
				"/2025/10": atomPaper("", -3, 7),
			},
			asked: []string{"/2025/11", "/2025/10"}, alerts: titlesOf(6, 14),
		},
		{
			shows: "JSON Feed with next_url", before: jsonPaper("", 1, 5),
			pages: chain(14, 2, jsonPaper, func(page int) string { return fmt.Sprint("HOST/feed?page=", page) }),
			asked: []string{"/feed?page=2"}, alerts: nil,
		},
		{
			shows: "WordPress, which names no page and knows paged",
			pages: map[string]string{
				"/feed":         rssPaper(wordpress, 14, 18),
				"/feed?paged=2": rssPaper(wordpress, 9, 13),
				"/feed?paged=3": rssPaper(wordpress, 4, 8),
			},
			asked: []string{"/feed?paged=2", "/feed?paged=3"}, alerts: titlesOf(6, 18),
		},
		{
			shows: "WordPress that has no more than it shows answers 404",
			pages: map[string]string{"/feed": rssPaper(wordpress, 10, 14)},
			asked: []string{"/feed?paged=2"}, alerts: titlesOf(10, 14),
			missed: "older page 1 cannot be read: ",
		},
		{
			shows: "what stands behind the last known item was there before the feed was watched",
			pages: map[string]string{"/feed": rssPaper(byNext(2), 10, 14), "/feed?page=2": rssPaper(byNext(3), -9, 9)},
			asked: []string{"/feed?page=2"}, alerts: titlesOf(6, 14),
		},
		{
			shows: "a page moves on by an item while it is read",
			pages: map[string]string{"/feed": rssPaper(byNext(2), 10, 14), "/feed?page=2": rssPaper("", 4, 11)},
			asked: []string{"/feed?page=2"}, alerts: titlesOf(6, 14),
		},
		{
			shows: "a known item that was edited and came up again among the newest is not the end",
			pages: map[string]string{
				"/feed": rssPaper(byNext(2), 12, 16),
				"/feed?page=2": strings.Replace(rssPaper(byNext(3), 8, 11), "<item>",
					`<item><title>NATO 3</title><link>HOST/3</link><guid isPermaLink="false">g3</guid><pubDate>`+hourOf(12).Format(time.RFC1123Z)+`</pubDate></item><item>`, 1),
				"/feed?page=3": rssPaper("", 4, 7),
			},
			asked: []string{"/feed?page=2", "/feed?page=3"}, alerts: titlesOf(6, 16),
		},
		{
			shows: "an item that is pinned at the top is known, and leads back to nothing", before: pinnedItem(rssPaper("", 1, 5)),
			pages: map[string]string{"/feed": pinnedItem(rssPaper(byNext(2), 10, 14)), "/feed?page=2": pinnedItem(rssPaper("", 5, 9))},
			asked: []string{"/feed?page=2"}, alerts: titlesOf(6, 14),
		},
		{
			shows: "the only known item is not pinned where the oldest come first", before: reversed(rssPaper("", 1, 5)),
			pages:  map[string]string{"/feed": reversed(rssPaper(byNext(2), 5, 9))},
			alerts: titlesOf(6, 9),
		},
		{
			shows: "without dates the order of the pages counts", before: undated(rssPaper("", 1, 5)),
			pages: map[string]string{"/feed": undated(rssPaper(byNext(2), 10, 14)), "/feed?page=2": undated(rssPaper("", -2, 9))},
			asked: []string{"/feed?page=2"}, alerts: titlesOf(6, 14),
		},
		{
			shows:  "no older page",
			pages:  map[string]string{"/feed": rssPaper("", 10, 14)},
			alerts: titlesOf(10, 14), missed: "it names no older page",
		},
		{
			shows: "the pages end before a known item",
			pages: map[string]string{"/feed": rssPaper(byNext(2), 20, 24), "/feed?page=2": rssPaper("", 15, 19)},
			asked: []string{"/feed?page=2"}, alerts: titlesOf(15, 24), missed: "there is no older page",
		},
		{
			shows: "of ten pages without a known item all is taken, and no more is read",
			pages: chain(105, 15, rssPaper, byNext),
			asked: []string{
				"/feed?page=2", "/feed?page=3", "/feed?page=4", "/feed?page=5", "/feed?page=6",
				"/feed?page=7", "/feed?page=8", "/feed?page=9", "/feed?page=10", "/feed?page=11",
			},
			alerts: titlesOf(51, 105), missed: "there is more than is read at once",
		},
		{
			shows: "a feed that others have taken over: what its pages date before the last poll is no news",
			pages: map[string]string{
				"/feed":        strings.ReplaceAll(rssPaper(byNext(2), 10, 14), "g1", "x1"),
				"/feed?page=2": rssPaper("", -9, -5),
			},
			asked: []string{"/feed?page=2"}, alerts: titlesOf(10, 14), missed: "there is no older page",
		},
		{
			shows:  "a page at another host is not asked for",
			pages:  map[string]string{"/feed": rssPaper(next(elsewhere.URL+"/feed?page=2"), 10, 14)},
			alerts: titlesOf(10, 14), missed: "its older page is elsewhere, at " + elsewhere.URL,
		},
		{
			shows: "a page that redirects to a private address is refused as a feed is",
			pages: map[string]string{"/feed": rssPaper(byNext(2), 10, 14), "/feed?page=2": "302"},
			asked: []string{"/feed?page=2"}, alerts: titlesOf(10, 14), missed: "older page 1 cannot be read: ",
		},
		{
			shows:  "a document that names itself",
			pages:  map[string]string{"/feed": rssPaper(next("HOST/feed"), 10, 14)},
			alerts: titlesOf(10, 14), missed: "the older page that it names was read before",
		},
		{
			shows: "pages that lead round",
			pages: map[string]string{
				"/feed":        rssPaper(byNext(2), 30, 34),
				"/feed?page=2": rssPaper(byNext(3), 25, 29),
				"/feed?page=3": rssPaper(byNext(2), 20, 24),
			},
			asked: []string{"/feed?page=2", "/feed?page=3"}, alerts: titlesOf(20, 34), missed: "the older page that it names was read before",
		},
		{
			shows: "a server that shows the same whatever page it is asked for",
			pages: map[string]string{"/feed": rssPaper(byNext(2), 10, 14), "/feed?page=2": rssPaper(byNext(3), 10, 14), "/feed?page=3": rssPaper(byNext(4), 10, 14)},
			asked: []string{"/feed?page=2"}, alerts: titlesOf(10, 14), missed: "older page 1 shows nothing else",
		},
		{
			shows: "a page that fails leaves what the pages before it had",
			pages: map[string]string{"/feed": rssPaper(byNext(2), 30, 34), "/feed?page=2": rssPaper(byNext(3), 25, 29), "/feed?page=3": "500"},
			asked: []string{"/feed?page=2", "/feed?page=3"}, alerts: titlesOf(25, 34), missed: "older page 2 cannot be read: ", paused: true,
		},
		{
			shows: "a page that fails in passing is asked for again",
			pages: map[string]string{"/feed": rssPaper(byNext(2), 10, 14), "/feed?page=2": falters + rssPaper("", 4, 9)},
			asked: []string{"/feed?page=2", "/feed?page=2"},
		},
		{
			shows: "a page that is no feed",
			pages: map[string]string{"/feed": rssPaper(byNext(2), 10, 14), "/feed?page=2": "<!doctype html><html><body>Archive</body></html>"},
			asked: []string{"/feed?page=2"}, alerts: titlesOf(10, 14), missed: "older page 1 cannot be read: ",
		},
		{
			shows: "a page that is cut off before a known item",
			pages: map[string]string{
				"/feed":        rssPaper(byNext(2), 20, 24),
				"/feed?page=2": strings.TrimSuffix(rssPaper("", 15, 19), "</channel></rss>"),
			},
			asked: []string{"/feed?page=2"}, alerts: titlesOf(15, 24), missed: "older page 1 could not be read to its end",
		},
	} {
		t.Run(test.shows, func(t *testing.T) {
			t.Parallel()
			p := newBackIssues(t)
			first := test.before
			if first == "" {
				first = rssPaper("", 1, 5)
			}
			p.serve(map[string]string{"/feed": first})
			r := newReader(t, p)
			r.once()
			p.serve(test.pages)
			sum := r.once()
			testutil.Equal(t, "asked", p.asked, append([]string{"/feed"}, test.asked...))
			testutil.Equal(t, "the most requests at a time", p.most, 1)
			want := test.alerts
			if want == nil {
				want = titlesOf(6, 14)
			}
			testutil.Equal(t, "alerts", r.alerts(), want)
			health := r.health()
			troubles := sum.Alerts - len(want)
			switch {
			case test.missed == "":
				testutil.Equal(t, "health", health, poll.FeedHealth{Condition: poll.Well})
				testutil.Equal(t, "troubles", troubles, 0)
			case health.Condition != poll.Overran || !strings.Contains(health.Text, ": "+test.missed):
				t.Errorf("the feed is %s: %s; want overrun, as %q", health.Condition, health.Text, test.missed)
			default:
				testutil.Equal(t, "troubles", troubles, 1)
			}
			p.serve(test.pages)
			r.once()
			if !test.paused {
				testutil.Equal(t, "asked when nothing has changed", p.asked, []string{"/feed"})
			}
			testutil.Equal(t, "alerts when nothing has changed", r.alerts(), want)
		})
	}
	testutil.Equal(t, "requests to another host", len(elsewhere.asked), 0)
}

// A server that refuses an older page is obeyed as if it had refused the feed.
func TestARefusedOlderPage(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		shows  string
		status string
		all    bool
	}{
		{"429 holds for the whole host", "429", true},
		{"503 with Retry-After holds for the feed", "503", false},
	} {
		p := newBackIssues(t)
		p.serve(map[string]string{"/feed": rssPaper("", 1, 5)})
		r := newReader(t, p)
		r.once()
		p.serve(map[string]string{"/feed": rssPaper(next("HOST/2"), 10, 14), "/2": test.status})
		r.once()
		testutil.Equal(t, test.shows+": asked", p.asked, []string{"/feed", "/2"})
		s := r.entry("paper").State
		if wait := time.Until(s.Barred); wait < hour || s.BarAll != test.all || s.Failed > 0 {
			t.Errorf("%s: asked again in %v, all of the host: %v, failed %d times", test.shows, wait, s.BarAll, s.Failed)
		}
		testutil.Equal(t, test.shows+": alerts", r.alerts(), titlesOf(10, 14))
	}
}

// A feed whose older pages never contain a known item, because its items change at each
// poll, is not asked for them at every poll.
func TestOlderPagesReadInVain(t *testing.T) {
	t.Parallel()
	p := newBackIssues(t)
	r := newReader(t, p)
	pages := 0
	for n := range 8 {
		p.serve(map[string]string{"/feed": rssPaper(next("HOST/2"), 100*n+6, 100*n+10), "/2": rssPaper("", 100*n+1, 100*n+5)})
		r.once()
		pages += len(p.asked) - 1
	}
	testutil.Equal(t, "older pages asked for at seven polls that had nothing known", pages, 3)
	if h := r.health(); !strings.Contains(h.Text, "read once a day") {
		t.Errorf("health: %s", h.Text)
	}
}
