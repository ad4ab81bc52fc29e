package fetch_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"watcher/internal/feeds"
	"watcher/internal/feeds/fetch"

	"github.com/google/go-cmp/cmp"
)

// TestFindFeeds shows that only feeds are returned of what a page offers, best first, and
// that a host gets a bounded number of requests.
func TestFindFeeds(t *testing.T) {
	feed := func(title, items string) string {
		return `<rss version="2.0"><channel><title>` + title + "</title>" + items + "</channel></rss>"
	}
	const item = `<item><title>One</title></item>`
	const link = `<html><link rel="alternate" type="application/rss+xml" href="`
	for _, tt := range []struct {
		shows string
		at    string
		site  map[string]string // "301 PATH" and "429" are answers, everything else is a document
		want  []string
		most  int // requests besides the page
	}{
		{
			"those that are none, and the same again, are left out; comments and empty ones come last",
			"/", map[string]string{
				"/":  link + `/gone">` + link + `/c">` + link + `/empty">` + link + `/a">` + link + `/again">` + link + `/page">`,
				"/c": feed("Comments on: Desk", item), "/a": feed("Desk", item), "/again": feed("Desk", item),
				"/empty": feed("Nothing yet", ""), "/page": "<html>",
			},
			[]string{"/a Desk", "/empty Nothing yet", "/c Comments on: Desk"}, 6,
		},
		{"what moved for good, by its new address", "/", map[string]string{"/": link + `/old">`, "/old": "301 /new", "/new": feed("Desk", item)}, []string{"/new Desk"}, 2},
		{"what the head names wrongly gives way to what links look like", "/", map[string]string{"/": link + `/gone"><a href="/news.rss">News</a>`, "/news.rss": feed("Desk", item)}, []string{"/news.rss News"}, 2},
		{"a page about the feeds", "/", map[string]string{"/": `<html><a href="/rss">RSS</a>`, "/rss": `<html><a href="/rss/world">World</a><a href="/rss/war">War</a>`, "/rss/world": feed("W", item), "/rss/war": feed("V", item+item)}, []string{"/rss/world World", "/rss/war War"}, 3},
		{"the usual places, below the page first", "/blog/", map[string]string{"/blog/": "<html>", "/blog/index.xml": feed("Blog", item), "/feed": feed("Site", item)}, []string{"/blog/index.xml Blog"}, 6},
		{"then those of the site", "/about.html", map[string]string{"/about.html": "<html>", "/atom.xml": feed("Site", item), "/feed.json": `{}`}, []string{"/atom.xml Site"}, 5},
		{"Joomla's", "/", map[string]string{"/": "<html>", "/?format=feed&type=rss": feed("Site", item)}, []string{"/?format=feed&type=rss Site"}, 12},
		{"JSON", "/", map[string]string{"/": `<html><link rel=alternate type=application/json href=/posts.json>`, "/posts.json": `{"version":"https://jsonfeed.org/version/1.1","title":"Desk","items":[{"id":"1","title":"One"}]}`}, []string{"/posts.json Desk"}, 1},
		{"a site that has none", "/a/b/c", map[string]string{"/a/b/c": "<html>"}, nil, fetch.MaxFindChecks},
		{"a host that does not want to be asked", "/", map[string]string{"/": "<html>", "/feed": "429", "/rss": feed("Site", item)}, nil, 1},
	} {
		t.Run(tt.shows, func(t *testing.T) {
			t.Parallel() // they wait between requests
			var mu sync.Mutex
			asked := 0
			srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				mu.Lock()
				asked++
				mu.Unlock()
				body, ok := tt.site[r.URL.RequestURI()]
				to, moved := strings.CutPrefix(body, "301 ")
				switch {
				case !ok:
					http.NotFound(w, r)
				case moved:
					http.Redirect(w, r, to, http.StatusMovedPermanently)
				case body == "429":
					w.WriteHeader(http.StatusTooManyRequests)
				default:
					_, _ = w.Write([]byte(body))
				}
			}))
			defer srv.Close()
			c := testClient(t)
			src := feeds.Source{ID: "x", URL: srv.URL + tt.at}
			_, err := c.Fetch(context.Background(), src, feeds.Known{}, nil)
			page, ok := errors.AsType[*feeds.FetchError](err)
			if !ok || page.Kind != feeds.NotFeed || asked != 1 {
				t.Fatalf("the page: %v, asked %d times", err, asked)
			}
			var got []string
			for _, o := range c.FindFeeds(context.Background(), src, page) {
				got = append(got, strings.TrimPrefix(o.URL, srv.URL)+" "+o.Title)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if asked-1 > tt.most {
				t.Errorf("asked %d times, at most %d are needed", asked-1, tt.most)
			}
		})
	}
}

// TestFindFeedsEnds shows that the search ends when its context does.
func TestFindFeedsEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	srv := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { cancel() }))
	defer srv.Close()
	page := &feeds.FetchError{Kind: feeds.NotFeed, Page: feeds.ParseURL(srv.URL), Offers: []feeds.Offer{{URL: srv.URL + "/a"}, {URL: srv.URL + "/b"}}}
	if got := testClient(t).FindFeeds(ctx, feeds.Source{ID: "x", URL: srv.URL}, page); len(got) > 0 {
		t.Errorf("%v", got)
	}
	if ctx.Err() == nil {
		t.Error("nobody was asked")
	}
}
