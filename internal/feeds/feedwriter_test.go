package feeds

import (
	"fmt"
	"net/netip"
	"strings"
	"time"
)

// noon is when the feeds of these tests are polled.
var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// art is an item of a test's feed.
type art struct {
	guid, title, link, text string
	date                    time.Time
}

// rssFeed writes a feed of these items, with the home page http://desk.example/.
func rssFeed(items ...art) string {
	var b strings.Builder
	b.WriteString(`<rss version="2.0"><channel><title>Desk</title><link>http://desk.example/</link>`)
	for _, a := range items {
		b.WriteString("<item>")
		for _, f := range [][2]string{{"guid", a.guid}, {"title", a.title}, {"link", a.link}, {"description", a.text}} {
			if f[1] != "" {
				fmt.Fprintf(&b, "<%s>%s</%s>", f[0], f[1], f[0])
			}
		}
		if !a.date.IsZero() {
			fmt.Fprintf(&b, "<pubDate>%s</pubDate>", a.date.Format(time.RFC1123Z))
		}
		b.WriteString("</item>")
	}
	b.WriteString("</channel></rss>")
	return b.String()
}

func link(n int) string { return fmt.Sprintf("http://desk.example/%d", n) }

func titles(items []Item) []string {
	var ts []string
	for _, it := range items {
		ts = append(ts, it.Title)
	}
	return ts
}

// loopback is what tests must allow to reach their servers.
var loopback = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}

// hostileItem is an honest item among hostile ones.
const hostileItem = `<item><guid>good</guid><title>Good</title></item>`

func hostileRSS(inside string) []byte {
	return []byte(`<rss version="2.0"><channel><title>T</title>` + inside + `</channel></rss>`)
}
