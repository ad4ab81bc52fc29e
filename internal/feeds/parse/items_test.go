package parse_test

import (
	"strings"
	"testing"

	"watcher/internal/feeds"
	"watcher/internal/feeds/parse"
)

// Alerts contain no secret of the feed's address, and hiding it does not change the
// identity of items.
func TestFeedURLOfItemsIsShown(t *testing.T) {
	src := feeds.Source{ID: "Paid", URL: "https://ann:hunter2@a.example/feed?token=s3cret"}
	doc, err := parse.Read([]byte(`<rss version="2.0"><channel><title>Paid</title><item><guid>1</guid><title>One</title></item></channel></rss>`), "", src)
	if err != nil {
		t.Fatal(err)
	}
	if got := doc.Items[0].FeedURL; got != "https://a.example/feed?token=***" {
		t.Error(got)
	}
	ps := src.Validate()
	if len(ps) != 1 || ps[0].Key != "url" || strings.Contains(ps[0].Text, "hunter2") || !strings.Contains(ps[0].Text, "password_file") {
		t.Errorf("%+v", ps)
	}
}

// TestItemsWithoutLinkSayWhy reads an item whose link cannot be opened.
func TestItemsWithoutLinkSayWhy(t *testing.T) {
	doc := mustRead(t, `<rss version="2.0"><channel><item><title>One</title><link>gopher://desk.example/1</link></item></channel></rss>`)
	if doc.Items[0].Link != "" || len(doc.Warnings) != 1 || !strings.Contains(doc.Warnings[0], `item 1 has no link, as this is none that a browser opens: "gopher://desk.example/1"`) {
		t.Errorf("the link is %q, the warnings are %q", doc.Items[0].Link, doc.Warnings)
	}
}
