package parse_test

import (
	"fmt"
	"html"
	"strings"
	"testing"
	"time"

	"watcher/internal/feeds"
	"watcher/internal/feeds/parse"
	"watcher/internal/feeds/seen"
	"watcher/internal/testutil"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"pgregory.net/rapid"
)

// written is an item as a test means it, and its text in a feed.
type written struct {
	item feeds.Item
	xml  string
}

// words draws plain words, and characters that are special to XML, HTML and us.
func words(t *rapid.T, name string) string {
	vocabulary := []string{
		"NATO", "brigade", "Šiauliai", "R&D", "a<b", "1 > 0", `"quoted"`, "it's", "]]", "&gt;", "Нарва", "演習", "e\u0301", "x=1&copy=2", "—", "😀", "<3", "--",
	}
	n := rapid.IntRange(1, 60).Draw(t, name+" length")
	list := rapid.SliceOfN(rapid.SampledFrom(vocabulary), n, n).Draw(t, name)
	return strings.Join(list, " ")
}

// escape writes plain text as the content of an element whose content is HTML: escaped for
// HTML, and then for XML or as CDATA.
func escape(t *rapid.T, text, name string) string {
	asHTML := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(text)
	switch rapid.IntRange(0, 2).Draw(t, name+" escaping") {
	case 0:
		return "<![CDATA[" + asHTML + "]]>"
	case 1: // part of it in CDATA
		half := strings.IndexByte(asHTML+" ", ' ')
		return html.EscapeString(asHTML[:half]) + "<![CDATA[" + asHTML[half:] + "]]>"
	}
	return html.EscapeString(asHTML)
}

// drawItem draws an item and writes it as RSS or Atom.
func drawItem(t *rapid.T, n int, isAtom bool) written {
	it := feeds.Item{
		Feed: desk.ID, FeedURL: desk.URL, Tags: desk.Tags,
		GUID:      fmt.Sprintf("tag:desk,2026:%d", n),
		Title:     words(t, "title"),
		Summary:   words(t, "summary"),
		Content:   words(t, "content"),
		Link:      fmt.Sprintf("https://desk.example/%d?a=1&b=2", n),
		Published: time.Unix(1770000000+int64(rapid.IntRange(0, 1e8).Draw(t, "date")), 0).UTC(),
	}
	if rapid.Bool().Draw(t, "author") {
		it.Authors = []string{"Ann Ülemiste"}
	}
	if rapid.Bool().Draw(t, "category") {
		it.Categories = []string{"NATO & friends", "Baltic"}
	}
	var fields []string
	add := func(format string, args ...any) { fields = append(fields, fmt.Sprintf(format, args...)) }
	if isAtom {
		add("<id>%s</id>", it.GUID)
		add(`<title type="html">%s</title>`, escape(t, it.Title, "title"))
		add(`<summary type="text">%s</summary>`, html.EscapeString(it.Summary))
		add(`<content type="html">%s</content>`, escape(t, it.Content, "content"))
		add("<link rel='alternate' href='%s'/>", html.EscapeString(it.Link))
		add("<published>%s</published>", it.Published.In(time.FixedZone("", 7200)).Format(time.RFC3339))
		for _, a := range it.Authors {
			add("<author><name>%s</name></author>", a)
		}
		if it.Categories != nil {
			add(`<category term="%s"/><category label="%s"/>`, html.EscapeString(it.Categories[0]), it.Categories[1])
		}
	} else {
		add("<guid isPermaLink='false'>%s</guid>", it.GUID)
		add("<title>%s</title>", escape(t, it.Title, "title"))
		add("<description>%s</description>", escape(t, it.Summary, "summary"))
		add("<content:encoded>%s</content:encoded>", escape(t, it.Content, "content"))
		add("<link>%s</link>", html.EscapeString(it.Link))
		add("<pubDate>%s</pubDate>", it.Published.Format(time.RFC1123Z))
		for _, a := range it.Authors {
			add("<dc:creator>%s</dc:creator>", a)
		}
		if it.Categories != nil {
			add("<category>%s</category> <category>%s</category>", html.EscapeString(it.Categories[0]), it.Categories[1])
		}
	}
	fields = rapid.Permutation(fields).Draw(t, "order")
	name := "item"
	if isAtom {
		name = "entry"
	}
	return written{it, "<" + name + ">" + strings.Join(fields, rapid.SampledFrom([]string{"", "\n", "<!-- x -->", "  "}).Draw(t, "gap")) + "</" + name + ">"}
}

func drawFeed(t *rapid.T, n int) (items []written, isAtom bool) {
	isAtom = rapid.Bool().Draw(t, "atom")
	for i := range n {
		items = append(items, drawItem(t, i, isAtom))
	}
	return items, isAtom
}

func document(items []string, isAtom bool) string {
	inside := strings.Join(items, "\n")
	if isAtom {
		return `<feed xmlns="http://www.w3.org/2005/Atom"><title>Desk</title><link href="https://desk.example/"/>` + inside + "</feed>"
	}
	return `<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Desk</title><link>https://desk.example/</link>` + inside + "</channel></rss>"
}

func xmlOf(items []written) []string {
	var list []string
	for _, w := range items {
		list = append(list, w.xml)
	}
	return list
}

// encode writes a document in an encoding that can represent all of it.
func encode(t *rapid.T, doc string) string {
	switch rapid.IntRange(0, 3).Draw(t, "encoding") {
	case 1:
		s, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(doc)
		if err == nil {
			return s
		}
	case 2:
		return "\xef\xbb\xbf" + doc
	case 3: // characters that the encoding lacks become references, as old software writes them
		var b strings.Builder
		b.WriteString(`<?xml version="1.0" encoding="windows-1251"?>`)
		for _, r := range doc {
			if c, ok := charmap.Windows1251.EncodeRune(r); ok {
				b.WriteByte(c)
			} else {
				fmt.Fprintf(&b, "&#x%x;", r)
			}
		}
		if !strings.Contains(doc, "<![CDATA[") { // references mean nothing there
			return b.String()
		}
	}
	return `<?xml version="1.0" encoding="utf-8"?>` + doc
}

func stripEntries(items []feeds.Item) []feeds.Item {
	var list []feeds.Item
	for _, it := range items {
		it.Entry = feeds.Fingerprint{}
		list = append(list, it)
	}
	return list
}

// TestReadsWhatWasWritten writes feeds in every valid way, and reads them: the result must
// be what was meant, without a warning.
func TestReadsWhatWasWritten(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		items, isAtom := drawFeed(rt, rapid.IntRange(1, 40).Draw(rt, "items"))
		doc, err := parse.Read([]byte(encode(rt, document(xmlOf(items), isAtom))), "", desk)
		if err != nil {
			rt.Fatal(err)
		}
		var want []feeds.Item
		for _, w := range items {
			want = append(want, w.item)
		}
		if diff := cmp.Diff(want, stripEntries(doc.Items)); diff != "" || len(doc.Warnings) > 0 {
			rt.Fatalf("warnings %q, items (-want +got):\n%s", doc.Warnings, diff)
		}
	})
}

// TestDamageStaysInItsItem breaks one item of a feed, anywhere between its tags: the others
// must be read as they were written.
func TestDamageStaysInItsItem(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		items, isAtom := drawFeed(rt, rapid.IntRange(2, 6).Draw(rt, "items"))
		list := xmlOf(items)
		hit := rapid.IntRange(0, len(list)-1).Draw(rt, "hit")
		open, end := strings.IndexByte(list[hit], '>')+1, strings.LastIndexByte(list[hit], '<')
		from := rapid.IntRange(open, end).Draw(rt, "from")
		to := rapid.IntRange(from, end).Draw(rt, "to")
		debris := rapid.SampledFrom([]string{
			"", "<", "<b", "<![CDATA[", "<!--", "<?", "&", "\x01", "\xff\xfe", "</x>", `<a href="`, "]]>", "<a b=c d>", "<!DOCTYPE x>", "\u2028<3",
		}).Draw(rt, "debris")
		list[hit] = list[hit][:from] + debris + list[hit][to:]
		doc, err := parse.Read([]byte(document(list, isAtom)), "text/xml; charset=utf-8", desk)
		if err != nil {
			rt.Fatal(err)
		}
		got := map[string]feeds.Item{}
		for _, it := range stripEntries(doc.Items) {
			got[it.GUID] = it
		}
		for i, w := range items {
			if i == hit {
				continue
			}
			if diff := cmp.Diff(w.item, got[w.item.GUID]); diff != "" {
				rt.Fatalf("item %d, with item %d broken to %q (-want +got):\n%s", i, hit, list[hit], diff)
			}
		}
		if len(doc.Items) > len(items) {
			rt.Fatalf("%d items of %d", len(doc.Items), len(items))
		}
	})
}

// TestCutOff cuts a feed off anywhere: items that were whole before the cut must be read.
func TestCutOff(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		items, isAtom := drawFeed(rt, rapid.IntRange(1, 5).Draw(rt, "items"))
		whole := document(xmlOf(items), isAtom)
		at := rapid.IntRange(0, len(whole)-1).Draw(rt, "at")
		doc, err := parse.Read([]byte(whole[:at]), "text/xml; charset=utf-8", desk)
		complete := 0
		for i := range items {
			// The bracket of its end tag may be missing.
			if end := strings.Index(whole, items[i].xml) + len(items[i].xml); end <= at+1 {
				complete++
			}
		}
		if err != nil {
			if complete > 0 {
				rt.Fatalf("%d items were whole: %v", complete, err)
			}
			return
		}
		if len(doc.Items) != complete {
			rt.Fatalf("%d of %d whole items were read", len(doc.Items), complete)
		}
		for i, it := range stripEntries(doc.Items) {
			if diff := cmp.Diff(items[i].item, it); diff != "" {
				rt.Fatalf("item %d (-want +got):\n%s", i, diff)
			}
		}
		if len(doc.Warnings) == 0 {
			rt.Fatal("nothing says that the document is cut off")
		}
	})
}

// TestReadInPart reads a feed after some of its items were shown: the new ones must be the
// same as in a full reading, and the entries must be all of them, in order.
func TestReadInPart(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		items, isAtom := drawFeed(rt, rapid.IntRange(1, 12).Draw(rt, "items"))
		var before []string
		for i, xml := range xmlOf(items) {
			if rapid.Bool().Draw(rt, fmt.Sprint("shown ", i)) {
				before = append(before, xml)
			}
		}
		first, err := parse.Read([]byte(document(before, isAtom)), "", desk)
		if err != nil {
			rt.Fatal(err)
		}
		seen, err := seen.Unpack((*seen.Index)(nil).Judge(&first, testutil.Noon, false).Packed)
		if err != nil {
			rt.Fatal(err)
		}
		src := desk
		body := []byte(document(xmlOf(items), isAtom))
		part, err := parse.ReadNew(body, "", &src, feeds.ParseURL(src.URL), seen.Known)
		if err != nil {
			rt.Fatal(err)
		}
		all, err := parse.Read(body, "", desk)
		if err != nil {
			rt.Fatal(err)
		}
		if len(part.Entries) != len(items) || len(part.Items) != len(items)-len(before) {
			rt.Fatalf("%d entries and %d items of %d, %d shown", len(part.Entries), len(part.Items), len(items), len(before))
		}
		at := 0
		for i, e := range part.Entries {
			want := all.Entries[i]
			e.Key = 0
			if e != want {
				rt.Fatalf("entry %d is %+v, want %+v", i, e, want)
			}
			if at < len(part.Items) && part.Items[at].GUID == all.Items[i].GUID {
				if diff := cmp.Diff(all.Items[i], part.Items[at]); diff != "" {
					rt.Fatalf("item %d (-want +got):\n%s", i, diff)
				}
				at++
			}
		}
		if at != len(part.Items) {
			rt.Fatalf("%d of %d items are in order", at, len(part.Items))
		}
	})
}
