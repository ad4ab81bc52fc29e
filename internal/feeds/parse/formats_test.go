package parse_test

import (
	"strings"
	"testing"

	"watcher/internal/feeds"
	"watcher/internal/feeds/parse"

	"github.com/google/go-cmp/cmp"
)

// told returns what a document says: a line for the feed and one for each item.
func told(t *testing.T, doc string) string {
	t.Helper()
	d, err := parse.Read([]byte(doc), "", feeds.Source{ID: "x"})
	if err != nil {
		return "error: " + err.Error()
	}
	lines := []string{d.Head.Format + " | " + d.Head.Title + " | " + d.Head.Link}
	for _, it := range d.Items {
		day := ""
		if !it.Published.IsZero() {
			day = it.Published.Format("2006-01-02")
		}
		lines = append(lines, strings.Join([]string{it.GUID, it.Title, it.Link, it.Text(), day, strings.Join(it.Authors, "+"), strings.Join(it.Categories, "+")}, " | "))
	}
	for _, w := range d.Warnings {
		lines = append(lines, "warning: "+w)
	}
	return strings.Join(lines, "\n")
}

// TestRSS11 reads RSS 1.1 (http://inamidst.com/rss1.1/), whose items are inside a Channel
// that is the root.
func TestRSS11(t *testing.T) {
	const (
		head  = `<?xml version="1.0"?><Channel xmlns="http://purl.org/net/rss1.1#" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dc="http://purl.org/dc/elements/1.1/" rdf:about="https://desk.example/" xml:lang="et"><title>Desk</title><link>https://desk.example/</link><description>d</description><image rdf:parseType="Resource"><title>I</title><url>https://desk.example/i.png</url></image><items rdf:parseType="Collection">`
		one   = `<item rdf:about="https://desk.example/1"><title>One &amp; all</title><link>https://desk.example/1</link><description>It came.</description><dc:creator>Ann</dc:creator><dc:date>2026-03-02T10:00:00Z</dc:date></item>`
		two   = `<item rdf:about="urn:2"><title>Two</title><p:payload xmlns:p="http://purl.org/net/rss1.1/payload#" rdf:parseType="Literal"><div xmlns="http://www.w3.org/1999/xhtml"><p>It</p><p>went.</p></div></p:payload></item>`
		saysD = "RSS 1.1 | Desk | https://desk.example/"
		says1 = "\nhttps://desk.example/1 | One & all | https://desk.example/1 | It came. | 2026-03-02 | Ann | "
		says2 = "\nurn:2 | Two |  | It\nwent. |  |  | "
	)
	for _, tt := range []struct{ shows, doc, want string }{
		{"two items", head + one + two + `</items></Channel>`, saysD + says1 + says2},
		{"no items", head + `</items></Channel>`, saysD},
		{"cut off", head + one + `<item rdf:about="urn:2"><title>Tw`, saysD + says1 + "\nwarning: the document is cut off at its end; what was whole was read\nwarning: the last item is cut off and was left out"},
		{"under a prefix", `<r:Channel xmlns:r="http://purl.org/net/rss1.1#" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><r:title>Desk</r:title><r:link>https://desk.example/</r:link><r:items><r:item rdf:about="urn:1"><r:title>One</r:title><r:link>https://desk.example/1</r:link></r:item></r:items></r:Channel>`, saysD + "\nurn:1 | One | https://desk.example/1 |  |  |  | "},
		{"a channel of something else", `<Channel><item><title>One</title></item></Channel>`, "error: this is no feed, it begins: <Channel><item><title>One</title></item></Channel>"},
	} {
		if diff := cmp.Diff(tt.want, told(t, tt.doc)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.shows, diff)
		}
	}
}

// TestFeedWrittenAsJSON reads RSS and Atom that programs wrote as JSON.
func TestFeedWrittenAsJSON(t *testing.T) {
	const (
		head = "RSS 2.0 in JSON | Desk | https://desk.example/"
		one  = "\nurn:1 | One | https://desk.example/1 | It came & went. | 2026-03-02 | Ann | war+peace"
		item = `{"title":"One","link":"https://desk.example/1","description":"<p>It <b>came</b> &amp; went.</p>","pubDate":"Mon, 02 Mar 2026 10:00:00 GMT","dc:creator":"Ann",`
	)
	rss := func(rest string) string {
		return `{"rss":{"version":"2.0","channel":{"title":"Desk","link":"https://desk.example/","description":"d",` + rest + `}}}`
	}
	for _, tt := range []struct{ shows, doc, want string }{
		{"a list of items", rss(`"item":[` + item + `"guid":"urn:1","category":["war","peace"]},{"title":"Two","guid":2}]`), head + one + "\n2 | Two |  |  |  |  | "},
		{"one item as an object", rss(`"item":` + item + `"guid":{"isPermaLink":"false","#value":"urn:1"},"category":[{"domain":"d","#value":"war"},{"#value":"peace"}]}`), head + one},
		{"attributes in objects of their own", rss(`"item":` + item + `"guid":{"$":{"isPermaLink":"false"},"_":"urn:1"},"category":["war",{"@attributes":{"domain":"d"},"#text":"peace"}]}`), head + one},
		{"attributes with a mark", rss(`"item":[` + item + `"guid":{"@isPermaLink":false,"#text":"urn:1"},"category":[{"-domain":"d","#text":"war"},"peace"]}]`), head + one},
		{"texts under a dollar sign, as BadgerFish has them", rss(`"item":[` + item + `"guid":{"@isPermaLink":"false","$":"urn:1"},"category":[{"@domain":"d","$":"war"},{"$":"peace"}]}]`), head + one},
		{"texts under content", rss(`"item":` + item + `"guid":{"isPermaLink":false,"content":"urn:1"},"category":["war","peace"]}`), head + one},
		{"the channel in a list, and items last", `{"rss":{"channel":[{"item":[` + item + `"guid":["urn:1"],"category":["war","peace"]}],"title":["Desk"],"link":["https://desk.example/"]}],"version":2.0}}`, head + one},
		{"the full text", rss(`"item":{"title":"One","content:encoded":"<p>It came.</p>","enclosure":{"url":"https://desk.example/1.mp3","type":"audio/mpeg"}}`), head + "\n | One | https://desk.example/1.mp3 | It came. |  |  | "},
		{"no items", rss(`"item":[]`), head},
		{"a list that is null", rss(`"item":null`), head},
		{"none at all", rss(`"ttl":60`), head},
		{"the list is called items", rss(`"items":[{"title":"One"}]`), head + "\n | One |  |  |  |  | "},
		{"names in capitals", `{"RSS":{"Version":"2.0","Channel":{"Title":"Desk","Link":"https://desk.example/","Item":{"Title":"One","PubDate":"2026-03-02"}}}}`, head + "\n | One |  |  | 2026-03-02 |  | "},
		{"the text under text", rss(`"item":{"title":"One","guid":{"isPermaLink":true,"text":"https://desk.example/1"}}`), head + "\nhttps://desk.example/1 | One | https://desk.example/1 |  |  |  | "},
		{"RSS 1.0", `{"rdf:RDF":{"xmlns":"http://purl.org/rss/1.0/","xmlns:rdf":"http://www.w3.org/1999/02/22-rdf-syntax-ns#","channel":{"title":"Desk","link":"https://desk.example/"},"item":[{"rdf:about":"urn:1","title":"One"}]}}`, strings.Replace(head, "2.0", "1.0", 1) + "\nurn:1 | One |  |  |  |  | "},
		{"a channel alone", `{"channel":{"title":"Desk","item":{"title":"One"}}}`, "RSS in JSON | Desk | \n | One |  |  |  |  | "},
		{"line breaks in strings", rss("\"item\":{\"title\":\"One\ntwo\"}"), head + "\n | One two |  |  |  |  | "},
		{"names that are none of XML", rss(`"item":{"title":"One","a b":{"<x>":"y"},"":1,"1":[2]}`), head + "\n | One |  |  |  |  | "},
		{"cut off", `{"rss":{"version":"2.0","channel":{"title":"Desk","link":"https://desk.example/","item":[` + item + `"guid":"urn:1","category":["war","peace"]},{"title":"Two","li`,
			head + one + "\nwarning: the document is cut off at its end; what was whole was read\nwarning: the last item is cut off and was left out"},
		{"Atom as Blogger writes it", `{"version":"1.0","encoding":"UTF-8","feed":{"xmlns":"http://www.w3.org/2005/Atom","xmlns$openSearch":"http://a9.com/-/spec/opensearchrss/1.0/","id":{"$t":"f"},"title":{"type":"text","$t":"Desk"},"link":[{"rel":"self","href":"https://desk.example/f"},{"rel":"alternate","type":"text/html","href":"https://desk.example/"}],"entry":[{"id":{"$t":"urn:1"},"published":{"$t":"2026-03-02T10:00:00Z"},"category":[{"scheme":"s","term":"war"},{"term":"peace"}],"title":{"type":"text","$t":"One"},"content":{"type":"html","$t":"<p>It <b>came</b> &amp; went.</p>"},"link":[{"rel":"replies","href":"https://desk.example/1#c"},{"rel":"alternate","type":"text/html","href":"https://desk.example/1"}],"author":[{"name":{"$t":"Ann"},"gd$image":{"rel":"r","src":"s"}}]}]}}`,
			strings.Replace(head, "RSS 2.0", "Atom 1.0", 1) + one},
	} {
		if diff := cmp.Diff(tt.want, told(t, tt.doc)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.shows, diff)
		}
	}
	for _, doc := range []string{
		`{"error":"rate limited"}`, `{"rss":"disabled"}`, `{"rss":{"enabled":true}}`, `{"feed":{"title":"x"},"items":[{"guid":1}]}`, `{"feed":null}`, `[{"rss":{}}]`,
		`{"rss":` + strings.Repeat(`{"channel":`, 100_000), `{"rss":{"channel":` + strings.Repeat(`[`, 100_000),
		`{"rss":{"x` + strings.Repeat("x", 100_000) + `":[` + strings.Repeat("1,", 100_000) + `1]}}`,
	} {
		if got := told(t, doc); !strings.HasPrefix(got, "error:") {
			t.Errorf("%.60s: %s", doc, got)
		}
	}
}

// TestFeedInside reads feeds inside other documents.
func TestFeedInside(t *testing.T) {
	const (
		items = `<title>Desk</title><link>https://desk.example/</link><item><title>One</title><link>https://desk.example/1</link><description><![CDATA[<p>It <b>came</b>.</p>]]></description><pubDate>Mon, 02 Mar 2026 10:00:00 GMT</pubDate></item>`
		feed  = `<rss xmlns:dc="http://purl.org/dc/elements/1.1/" version="2.0"><channel>` + items + `</channel></rss>`
		atom  = `<title>Desk</title><link href="https://desk.example/"/><entry><id>urn:1</id><title>One</title><link href="https://desk.example/1"/><summary>It came.</summary></entry>`
		shows = "RSS 2.0 | Desk | https://desk.example/\n | One | https://desk.example/1 | It came. | 2026-03-02 |  | "
		atoms = "Atom 1.0 | Desk | https://desk.example/\nurn:1 | One | https://desk.example/1 | It came. |  |  | "
		has   = "\nwarning: the document is no feed, but has one in it, which was read"
		shown = "\nwarning: the document is no feed, but has the source of one in it, which was read"
	)
	escaped := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(feed)
	for _, tt := range []struct{ about, doc, want string }{
		{"as a browser shows XML", `<html xmlns="http://www.w3.org/1999/xhtml"><head><style id="xml-viewer-style">div.header { margin: 1em }</style></head><body><div id="webkit-xml-viewer-source-xml">` + feed + `</div><div class="header"><span>This XML file does not appear to have any style information.</span></div></body></html>`, has},
		{"as a parser of HTML makes it", `<html><head></head><body>` + strings.NewReplacer("</link>", "", "<![CDATA[", "<!--[CDATA[", "]]>", "]]-->", "pubDate", "pubdate").Replace(feed) + `</body></html>`, has},
		{"Atom whose prefix the page declares", `<html xmlns="http://www.w3.org/1999/xhtml" xmlns:a="http://www.w3.org/2005/Atom"><body><a:feed>` + strings.NewReplacer("</", "</a:", "<", "<a:").Replace(atom) + `</a:feed></body></html>`, has},
		{"Atom in an envelope that declares its prefix", `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:a="http://www.w3.org/2005/Atom"><s:Body><a:feed>` + strings.NewReplacer("</", "</a:", "<", "<a:").Replace(atom) + `</a:feed></s:Body></s:Envelope>`, has},
		{"an entry in a page", `<html xmlns="http://www.w3.org/1999/xhtml"><head><title>t</title></head><body><entry xmlns="http://www.w3.org/2005/Atom">` + strings.TrimPrefix(strings.TrimSuffix(atom[strings.Index(atom, "<entry>"):], "</entry>"), "<entry>") + `</entry></body></html>`, has},
		{"behind a script that writes one", `<html><head><script>document.write('<rss version="2.0"><channel>')</script></head><body>` + feed + `</body></html>`, has},
		{"as text that a browser shows", `<html><head><meta charset="utf-8"><title>feed</title></head><body><pre style="white-space: pre-wrap">` + escaped + `</pre></body></html>`, shown},
		{"JSON as text that a browser shows", `<html><head></head><body><pre>{"rss":{"version":"2.0","channel":{"title":"Desk","link":"https://desk.example/","item":{"title":"One","link":"https://desk.example/1","description":"It &amp;lt;i&amp;gt;came&amp;lt;/i&amp;gt;.","pubDate":"Mon, 02 Mar 2026 10:00:00 GMT"}}}}</pre><div class="json-formatter-container"></div></body></html>`, shown},
		{"the string of a service", `<?xml version="1.0"?><string xmlns="http://tempuri.org/">` + escaped + `</string>`, shown},
		{"CDATA of an envelope", `<result><![CDATA[<?xml version="1.0"?>` + strings.ReplaceAll(feed, "]]>", "]]]]><![CDATA[>") + `]]></result>`, shown},
	} {
		want := shows
		if strings.HasPrefix(tt.about, "JSON") {
			want = strings.Replace(want, "2.0", "2.0 in JSON", 1)
		}
		if strings.Contains(tt.doc, "ntry>") {
			want = atoms
		}
		if strings.Contains(tt.about, "an entry") {
			want = strings.Replace(atoms, "Desk | https://desk.example/\n", " | \n", 1)
		}
		if diff := cmp.Diff(want+tt.want, told(t, tt.doc)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.about, diff)
		}
	}
	for _, page := range []string{
		`<html><body><p>Write &lt;rss version="2.0"&gt;</p></body></html>`,
		`<html><body><script>x = '<rss version="2.0"><channel></channel></rss>'</script></body></html>`,
		`<html><body><feed-list></feed-list><feed>of hay</feed></body></html>`,
		`<html><head><title>{"a":1}</title></head><body>{{ page }}</body></html>`,
		`<html><body>` + strings.Repeat(`<script "`, 100_000),
		`<html><body>` + strings.Repeat(`<pre>{"`, 100_000),
		strings.Repeat(`<html><rss version="2.0" `, 20_000),
	} {
		if got := told(t, page); !strings.HasPrefix(got, "error: this is a web page, not a feed") && !strings.HasPrefix(got, "error: the document is cut off") {
			t.Errorf("%.60s: %s", page, got)
		}
	}
}

// An Atom entry may be a document by itself (RFC 4287, 2).
func TestSingleEntry(t *testing.T) {
	for shows, doc := range map[string]string{
		"in the default namespace": `<?xml version="1.0"?><!-- one --><entry xmlns="http://www.w3.org/2005/Atom" xml:lang="et"><id>urn:1</id><title>One</title><link href="https://desk.example/1"/><content>Text.</content></entry>`,
		"under a prefix":           `<a:entry xmlns:a="http://www.w3.org/2005/Atom"><a:id>urn:1</a:id><a:title>One</a:title><a:link href="https://desk.example/1"/><a:content>Text.</a:content></a:entry>`,
	} {
		d, err := parse.Read([]byte(doc), "", feeds.Source{ID: "x"})
		if err != nil || len(d.Items) != 1 || len(d.Warnings) > 0 {
			t.Fatalf("%s: %v: %+v", shows, err, d)
		}
		if it := d.Items[0]; it.GUID != "urn:1" || it.Title != "One" || it.Link != "https://desk.example/1" || it.Text() != "Text." {
			t.Errorf("%s: %+v", shows, it)
		}
	}
	if _, err := parse.Read([]byte(`<entry><title>One</title></entry>`), "", feeds.Source{}); err == nil {
		t.Error("an entry of something else is read as Atom")
	}
}

// Every whole item of a JSON Feed that is cut off is read, wherever its version stands.
func TestJSONFeedCutOff(t *testing.T) {
	const items = `"items":[{"id":"1","content_text":"One"},{"id":"2","content_text":"Two"},{"id":"3","conte`
	for shows, doc := range map[string]string{
		"version first": `{"version":"https://jsonfeed.org/version/1.1","title":"Desk",` + items,
		"version last":  `{"title":"Desk",` + items,
		"items first":   `{` + items,
	} {
		d, err := parse.Read([]byte(doc), "", feeds.Source{ID: "x"})
		if err != nil || len(d.Items) != 2 || !d.CutOff || !strings.Contains(strings.Join(d.Warnings, " "), "broken behind item 2") {
			t.Errorf("%s: %v: %d items, cut off: %v, %q", shows, err, len(d.Items), d.CutOff, d.Warnings)
		}
	}
}

// Of repeated elements of a feed the first that is not empty counts.
func TestHeadThatComesAgain(t *testing.T) {
	for _, doc := range []string{
		`<rss version="2.0"><channel><title>Desk</title><title/><link>https://desk.example/</link><link/><item><title>One</title></item></channel></rss>`,
		`<rss version="2.0"><channel><title/><title>Desk</title><link>javascript:x</link><link>https://desk.example/</link><item><title>One</title></item></channel></rss>`,
		`<feed xmlns="http://www.w3.org/2005/Atom"><title>Desk</title><title/><link rel="alternate nofollow" href="https://desk.example/"/><entry><title>One</title></entry></feed>`,
	} {
		d := mustRead(t, doc)
		if d.Head.Title != "Desk" || d.Head.Link != "https://desk.example/" {
			t.Errorf("%s: %+v", doc, d.Head)
		}
	}
}
