package fetch_test

import (
	"bytes"
	"fmt"
	"html"
	"strings"
	"testing"

	"watcher/internal/feeds"
	"watcher/internal/feeds/parse"
	"watcher/internal/feeds/seen"
	"watcher/internal/testutil"

	"github.com/mmcdole/gofeed"
	"golang.org/x/text/encoding/charmap"
)

// shapeAtom writes an Atom feed whose content is escaped HTML, or XHTML.
func shapeAtom(n, from int, esc bool) []byte {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><title>Desk</title><link href="https://desk.example/"/><id>x</id><updated>2026-03-02T12:00:00Z</updated>`)
	for i := from; i < from+n; i++ {
		fmt.Fprintf(&b, "<entry><title>Number %d</title><link rel='alternate' href='https://desk.example/%d'/><id>tag:desk,%d</id><updated>2026-03-02T12:00:00Z</updated><author><name>Ann</name></author><category term='nato'/>", i, i, i)
		var c strings.Builder
		for p := range 14 {
			fmt.Fprintf(&c, "<p>Paragraph %d of <a href=\"https://x.example/%d\">article</a> %d: the battle group trained with local forces, and officials said that the rotation will follow in spring.</p>", p, p, i)
		}
		if esc {
			b.WriteString(`<content type="html">` + html.EscapeString(c.String()) + "</content></entry>\n")
		} else {
			b.WriteString(`<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">` + c.String() + "</div></content></entry>\n")
		}
	}
	return []byte(b.String() + "</feed>")
}

// shapeRSS writes a feed in Russian, in windows-1251.
func shapeRSS(n, from int) []byte {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="windows-1251"?><rss version="2.0"><channel><title>Стол</title><link>https://desk.example/</link>`)
	for i := from; i < from+n; i++ {
		fmt.Fprintf(&b, "<item><title>Номер %d</title><link>https://desk.example/%d</link><guid>tag:desk,%d</guid><pubDate>Mon, 02 Mar 2026 12:00:00 GMT</pubDate><description>%s</description></item>\n", i, i, i,
			html.EscapeString(strings.Repeat("<p>Бригада прибыла в район учений, сообщили в министерстве обороны.</p>", 40)))
	}
	s, err := charmap.Windows1251.NewEncoder().String(b.String() + "</channel></rss>")
	if err != nil {
		panic(err)
	}
	return []byte(s)
}

// BenchmarkShapes is BenchmarkOneNew for feeds of other formats and encodings.
func BenchmarkShapes(b *testing.B) {
	for _, s := range []struct {
		name string
		mk   func(n, from int) []byte
	}{
		{"atom-html", func(n, f int) []byte { return shapeAtom(n, f, true) }},
		{"atom-xhtml", func(n, f int) []byte { return shapeAtom(n, f, false) }},
		{"rss-1251", shapeRSS},
		{"rss-small", func(n, f int) []byte { return benchFeed(4, f) }},
	} {
		src := &feeds.Source{ID: "review", URL: "https://review.example/feed"}
		before, after := s.mk(30, 1), s.mk(30, 0)
		packed := shown(b, src, before)
		b.Run(s.name+"/watcher", func(b *testing.B) {
			b.SetBytes(int64(len(after)))
			done := cpu(b)
			for b.Loop() {
				seen, err := seen.Unpack(packed)
				if err != nil {
					b.Fatal(err)
				}
				doc, err := parse.ReadNew(after, "text/xml", src, feeds.ParseURL(src.URL), seen.Known)
				if err != nil || len(doc.Warnings) > 0 {
					b.Fatal(err, doc.Warnings)
				}
				if v := seen.Judge(&doc, testutil.Noon, false); len(v.New) != 1 {
					b.Fatal(len(v.New))
				}
			}
			done()
		})
		b.Run(s.name+"/gofeed", func(b *testing.B) {
			done := cpu(b)
			b.SetBytes(int64(len(after)))
			for b.Loop() {
				if _, err := gofeed.NewParser().Parse(bytes.NewReader(after)); err != nil {
					b.Fatal(err)
				}
			}
			done()
		})
	}
}
