package poll_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"watcher/internal/poll"
	"watcher/internal/testutil"
)

// TestAnotherURL shows what the first document from a changed URL alerts.
func TestAnotherURL(t *testing.T) {
	items := func(id, title string, n int) []entry {
		var es []entry
		for i := range n {
			es = append(es, entry{fmt.Sprint(id, i), fmt.Sprint(title, i), time.Now().Add(-hour)})
		}
		return es
	}
	for _, test := range []struct {
		shows  string
		body   func() string
		empty  bool // the new address shows no items at first
		alerts int
		then   int // alerts after another item was published
		is     poll.Condition
	}{
		{"another feed under the old name begins with a baseline",
			func() string { return rss("", items("other-", "NATO elsewhere ", 15)...) }, false, 0, 1, poll.Well},
		{"also when it was empty at first",
			func() string { return rss("", items("other-", "NATO elsewhere ", 15)...) }, true, 0, 1, poll.Well},
		{"a moved feed that shares items alerts the new one",
			func() string {
				return rss("", append(items("old-", "NATO item ", 20), entry{id: "x", title: "NATO x"})...)
			}, false, 1, 2, poll.Well},
		{"one shared item is enough to be the same feed",
			func() string {
				return rss("", append(items("old-", "NATO item ", 1), items("more-", "NATO more ", 3)...)...)
			}, false, 3, 4, poll.Well},
		{"a moved feed with new guids and the old links alerts nothing",
			func() string { return rss("", items("new-", "NATO item ", 20)...) }, false, 0, 1, poll.Well},
		{"one with new guids and links, but known titles and dates, is held",
			func() string {
				return strings.ReplaceAll(rss("", items("new-", "NATO item ", 20)...), "</link><pubDate>", "?same=1</link><pubDate>")
			}, false, 0, 1, poll.Rekeyed},
	} {
		t.Run(test.shows, func(t *testing.T) {
			in(t, func(t *testing.T) {
				w := newWeb()
				src := source("a", 15*minute)
				w.serve(src.URL, steady(rss("", items("old-", "NATO item ", 20)...)))
				body := test.body()
				n := open(t, w, src)
				after(hour)
				testutil.Equal(t, "alerts of the old address", n.alerts(), []string{})
				src.URL = "https://elsewhere.example/feed"
				w.serve(src.URL, steady(body))
				if test.empty {
					w.serve(src.URL, steady(rss("")))
				}
				n.reload(src)
				after(hour)
				w.serve(src.URL, steady(body))
				after(hour)
				testutil.Equal(t, "alerts of the new address", len(n.alerts()), test.alerts)
				testutil.Equal(t, "condition", n.condition("a"), test.is)
				w.serve(src.URL, steady(strings.Replace(body, "<item>", `<item><guid isPermaLink="false">late</guid><title>NATO late</title><link>https://elsewhere.example/late</link></item><item>`, 1)))
				after(hour)
				testutil.Equal(t, "alerts once one more item is there", len(n.alerts()), test.then)
			})
		})
	}
}
