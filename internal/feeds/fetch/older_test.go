package fetch_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"watcher/internal/budget"
	"watcher/internal/feeds"
	"watcher/internal/feeds/fetch"
	"watcher/internal/feeds/parse"
)

func TestWhereTheOlderPageIs(t *testing.T) {
	rss := func(head string) string {
		return `<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>T</title>` + head + `<item><title>N</title></item></channel></rss>`
	}
	atom := func(head string) string {
		return `<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title>` + head + `<entry><title>N</title><id>n</id></entry></feed>`
	}
	for _, test := range []struct{ shows, url, document, want, refused string }{
		{"nothing is said", "https://a.example/feed", rss(""), "", ""},
		{"relative to the feed", "https://a.example/x/feed", rss(`<atom:link rel="next" href="page/2"/>`), "https://a.example/x/page/2", ""},
		{"relative to xml:base", "https://a.example/feed", `<feed xml:base="/y/" xmlns="http://www.w3.org/2005/Atom"><title>T</title><link rel="next" href="2"/><entry><title>N</title></entry></feed>`, "https://a.example/y/2", ""},
		{"the relation's address", "https://a.example/feed", atom(`<link rel="http://www.iana.org/assignments/relation/next" href="/2"/>`), "https://a.example/2", ""},
		{"of an archive the page before", "https://a.example/feed", atom(`<link rel="next" href="/2"/><link rel="prev-archive" href="/1"/>`), "https://a.example/1", ""},
		{"pages of newer items are none", "https://a.example/feed", atom(`<link rel="previous" href="/2"/><link rel="next-archive" href="/3"/>`), "", ""},
		{"http of a host that was asked with https", "https://a.example/feed", rss(`<atom:link rel="next" href="http://a.example/feed?page=2"/>`), "https://a.example/feed?page=2", ""},
		{"https of a host that was asked with http", "http://a.example/feed", rss(`<atom:link rel="next" href="https://a.example/2"/>`), "https://a.example/2", ""},
		{"a password in it is left out", "https://a.example/feed", rss(`<atom:link rel="next" href="https://u:p@a.example/2"/>`), "https://a.example/2", ""},
		{"another host", "https://a.example/feed", rss(`<atom:link rel="next" href="https://b.example/2"/>`), "", "its older page is elsewhere, at https://b.example"},
		{"another port", "https://a.example/feed", rss(`<atom:link rel="next" href="https://a.example:22/2"/>`), "", "its older page is elsewhere, at https://a.example:22"},
		{"no web address", "https://a.example/feed", rss(`<atom:link rel="next" href="file:///etc/passwd"/>`), "", ""},
		{"an endless address", "https://a.example/feed", rss(`<atom:link rel="next" href="/` + strings.Repeat("a", 3000) + `"/>`), "", "the address of its older page has 3018 characters"},
		{"JSON Feed", "https://a.example/feed.json", `{"version":"https://jsonfeed.org/version/1.1","title":"T","items":[{"id":"1","content_text":"x"}],"next_url":"/feed.json?2"}`, "https://a.example/feed.json?2", ""},
		{"WordPress", "https://a.example/feed/", rss(`<generator>https://wordpress.org/?v=6.1.9</generator>`), "https://a.example/feed/?paged=2", ""},
		{"WordPress without pretty addresses", "https://a.example/?feed=rss2", rss(`<generator>https://wordpress.org/?v=6.1.9</generator>`), "https://a.example/?feed=rss2&paged=2", ""},
		{"WordPress, its second page", "https://a.example/?paged=2&feed=rss2", rss(`<generator>https://wordpress.org/?v=6.1.9</generator>`), "https://a.example/?feed=rss2&paged=3", ""},
		{"WordPress with Atom", "https://a.example/feed/atom/", atom(`<generator uri="https://wordpress.org/" version="6.1.9">WordPress</generator>`), "https://a.example/feed/atom/?paged=2", ""},
		{"WordPress that says it", "https://a.example/feed/", rss(`<generator>https://wordpress.org/</generator><atom:link rel="next" href="/feed/?p=2"/>`), "https://a.example/feed/?p=2", ""},
		{"of the head alone", "https://a.example/feed", atom(`<entry><id>e</id><title>E</title><link rel="next" href="/2"/></entry>`), "", ""},
	} {
		doc, err := parse.Read([]byte(test.document), "", feeds.Source{ID: "a", URL: test.url})
		if err != nil {
			t.Errorf("%s: %v", test.shows, err)
			continue
		}
		refused := ""
		if doc.OlderRefused != nil {
			refused = doc.OlderRefused.Error()
		}
		if doc.Older != test.want || refused != test.refused {
			t.Errorf("%s: %q, %q; want %q, %q", test.shows, doc.Older, refused, test.want, test.refused)
		}
	}
}

// Credentials of the feed's own host are not sent to another host that a redirect led to
// and whose document names a page of its own.
func TestCredentialsStayAtTheFeedsHost(t *testing.T) {
	src := feeds.Source{ID: "a", URL: "https://a.example/feed", Username: "desk", Password: "secret", Headers: map[string]string{"X-Key": "secret"}}
	if own := src.At("https://a.example/feed?page=2"); own.Username != "desk" || own.Headers["X-Key"] != "secret" || own.ID != "a" {
		t.Errorf("of its own host: %+v", own)
	}
	other := src.At("https://cdn.example/feed?page=2")
	if other.HasCredentials() || other.Password != "" || other.URL != "https://cdn.example/feed?page=2" {
		t.Errorf("of another host: %+v", other)
	}
}

// The room of a page is added to what the document before it holds.
func TestAPageKeepsTheRoomOfItsDocument(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, `<rss version="2.0"><channel><title>T</title><item><title>%s</title><description>%s</description></item></channel></rss>`, r.URL.Path, strings.Repeat("text ", 2000))
	}))
	defer server.Close()
	room := budget.New(budget.Default())
	c := fetch.NewClient(fetch.ClientOptions{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, Room: room})
	defer c.Close()
	read := func(ctx context.Context, path string) feeds.Document {
		t.Helper()
		r, err := c.Fetch(ctx, feeds.Source{ID: "a", URL: server.URL + path}, feeds.Known{}, nil)
		if err != nil {
			t.Fatal(err)
		}
		return r.Document
	}
	first := read(context.Background(), "/1")
	held := first.Room.Held()
	page := read(budget.OnAccount(context.Background(), first.Room), "/2")
	if page.Room != first.Room || page.Room.Held() != 2*held || held < 10_000 {
		t.Errorf("the document holds %d bytes, with a page %d", held, page.Room.Held())
	}
	first.Room.Close()
	if left := room.Used(); left != 0 {
		t.Errorf("%d bytes are held for ever", left)
	}
}
