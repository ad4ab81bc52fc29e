package testutil

import (
	"fmt"
	"net/netip"
	"strings"
	"time"

	"watcher/internal/feeds"
)

// Noon is when the feeds of these tests are polled.
var Noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// Post is an item of a test's feed.
type Post struct {
	GUID, Title, Link, Text string
	Date                    time.Time
}

// RSS writes a feed of these items, with the home page http://desk.example/.
func RSS(items ...Post) string {
	var b strings.Builder
	b.WriteString(`<rss version="2.0"><channel><title>Desk</title><link>http://desk.example/</link>`)
	for _, a := range items {
		b.WriteString("<item>")
		for _, f := range [][2]string{{"guid", a.GUID}, {"title", a.Title}, {"link", a.Link}, {"description", a.Text}} {
			if f[1] != "" {
				fmt.Fprintf(&b, "<%s>%s</%s>", f[0], f[1], f[0])
			}
		}
		if !a.Date.IsZero() {
			fmt.Fprintf(&b, "<pubDate>%s</pubDate>", a.Date.Format(time.RFC1123Z))
		}
		b.WriteString("</item>")
	}
	b.WriteString("</channel></rss>")
	return b.String()
}

func Link(n int) string { return fmt.Sprintf("http://desk.example/%d", n) }

func Titles(items []feeds.Item) []string {
	var ts []string
	for _, it := range items {
		ts = append(ts, it.Title)
	}
	return ts
}

// Loopback is what tests must allow so that their servers can be reached.
var Loopback = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}

// HonestItem is an honest item among hostile ones.
const HonestItem = `<item><guid>good</guid><title>Good</title></item>`

func WrapRSS(inside string) []byte {
	return []byte(`<rss version="2.0"><channel><title>T</title>` + inside + `</channel></rss>`)
}
