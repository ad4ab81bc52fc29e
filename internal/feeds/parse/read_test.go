package parse_test

import (
	"strings"
	"testing"
	"time"

	"watcher/internal/feeds"
	"watcher/internal/feeds/fingerprint"
	"watcher/internal/feeds/parse"
	"watcher/internal/feeds/seen"
	"watcher/internal/testutil"
	"watcher/internal/text"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// desk is the source of the documents that these tests read.
var desk = feeds.Source{ID: "Desk", URL: "https://desk.example/news/feed.xml", Tags: []string{"analysis"}}

func mustRead(t *testing.T, body string) feeds.Document {
	t.Helper()
	doc, err := parse.Read([]byte(body), "", desk)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func utcTime(s string) time.Time {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		panic(err)
	}
	return t
}

// TestFormats reads the same two articles out of each format.
func TestFormats(t *testing.T) {
	common := func(it feeds.Item) feeds.Item {
		it.Feed, it.FeedURL, it.Tags = desk.ID, desk.URL, desk.Tags
		return it
	}
	tests := []struct {
		name, body string
		head       feeds.Head
		items      []feeds.Item
		hints      feeds.Hints
	}{
		{
			name: "RSS 2.0 with the modules that news sites use",
			body: `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/">
<channel><title>Desk &amp; Co</title><link>https://desk.example/</link><language>en-gb</language>
<atom:link rel="self" href="https://desk.example/news/feed.xml"/><atom:link rel="hub" href="https://hub.example/"/>
<ttl>30</ttl><skipHours><hour>0</hour><hour>24</hour><hour>13</hour></skipHours><skipDays><day>Sunday</day></skipDays>
<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>
<item><title>Brigade &lt;i&gt;arrives&lt;/i&gt;</title><link>/2026/brigade?utm_source=rss</link><guid isPermaLink="false">desk:1</guid>
<dc:creator>Ann Example</dc:creator><dc:creator>Bob Example</dc:creator><pubDate>Mon, 02 Mar 2026 12:00:00 +0200</pubDate>
<category>NATO</category><category><![CDATA[Baltic]]></category>
<description>&lt;p&gt;It came.&lt;/p&gt;</description><content:encoded><![CDATA[<p>It came<br>by train.</p><script>x()</script>]]></content:encoded></item>
<item><guid>https://desk.example/2</guid><title>Two</title><author>carl@desk.example (Carl Example)</author></item>
</channel></rss>`,
			head: feeds.Head{Title: "Desk & Co", Link: "https://desk.example/", Language: "en-gb", Format: "RSS 2.0", Encoding: "utf-8"},
			items: []feeds.Item{
				{
					GUID: "desk:1", Title: "Brigade arrives", Summary: "It came.", Content: "It came\nby train.", Link: "https://desk.example/2026/brigade?utm_source=rss",
					Authors: []string{"Ann Example", "Bob Example"}, Categories: []string{"NATO", "Baltic"}, Language: "en-gb", Published: utcTime("2026-03-02T10:00:00Z"),
				},
				{GUID: "https://desk.example/2", Title: "Two", Link: "https://desk.example/2", Authors: []string{"Carl Example"}, Language: "en-gb"},
			},
			hints: feeds.Hints{TTL: 30 * time.Minute, UpdatePeriod: 6 * time.Hour, SkipHours: 1<<0 | 1<<13, SkipDays: 1, Hub: "https://hub.example/", Self: "https://desk.example/news/feed.xml"},
		},
		{
			name: "RSS 1.0, whose items stand beside the channel and are named by rdf:about",
			body: `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel rdf:about="https://desk.example/"><title>Desk</title><link>https://desk.example/</link><dc:language>et</dc:language><items><rdf:Seq><rdf:li resource="https://desk.example/1"/></rdf:Seq></items></channel>
<item rdf:about="https://desk.example/1"><title>Üks</title><link>https://desk.example/1</link><dc:date>2026-03-02T12:00:00+02:00</dc:date><dc:subject>NATO</dc:subject></item>
</rdf:RDF>`,
			head:  feeds.Head{Title: "Desk", Link: "https://desk.example/", Language: "et", Format: "RSS 1.0", Encoding: "utf-8"},
			items: []feeds.Item{{GUID: "https://desk.example/1", Title: "Üks", Link: "https://desk.example/1", Categories: []string{"NATO"}, Language: "et", Published: utcTime("2026-03-02T10:00:00Z")}},
		},
		{
			name:  "RSS 0.91",
			body:  `<rss version="0.91"><channel><title>Desk</title><item><title>One</title><link>https://desk.example/1</link></item></channel></rss>`,
			head:  feeds.Head{Title: "Desk", Format: "RSS 0.91", Encoding: "utf-8"},
			items: []feeds.Item{{Title: "One", Link: "https://desk.example/1"}},
		},
		{
			name: "Atom, with ids that xml:base does not touch, and links that it does",
			body: `<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="lv" xml:base="https://cdn.example/dir/feed.xml"><title type="html">Desk &amp;amp; Co</title>
<link href="/"/><link rel="self" href="self.xml"/><link rel="hub" href="https://hub.example/"/><author><name>The Desk</name></author>
<entry><id>one</id><title type="text">Use &lt;b&gt; for bold</title><link rel="enclosure" href="x.mp3"/><link rel="alternate" type="text/html" href="one"/>
<published>2026-03-02T10:00:00Z</published><updated>2026-03-02T11:00:00Z</updated><category term="nato" label="NATO"/>
<summary>a &lt;b&gt; c</summary><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>It <b>came</b>.</p><p>It went.</p></div></content></entry>
<entry xml:lang="en" xml:base="https://other.example/"><id>tag:two</id><title type="html">&lt;b&gt;Two&lt;/b&gt;</title><link href="two"/><updated>2026-03-02T11:00:00Z</updated><author><name>Ann</name></author></entry>
</feed>`,
			head: feeds.Head{Title: "Desk & Co", Link: "https://cdn.example/", Language: "lv", Format: "Atom 1.0", Encoding: "utf-8"},
			items: []feeds.Item{
				{
					GUID: "one", Title: "Use <b> for bold", Summary: "a <b> c", Content: "It came.\nIt went.", Link: "https://cdn.example/dir/one", Authors: []string{"The Desk"},
					Categories: []string{"NATO", "nato"}, Language: "lv", Published: utcTime("2026-03-02T10:00:00Z"), Updated: utcTime("2026-03-02T11:00:00Z"),
				},
				{GUID: "tag:two", Title: "Two", Link: "https://other.example/two", Authors: []string{"Ann"}, Language: "en", Updated: utcTime("2026-03-02T11:00:00Z")},
			},
			hints: feeds.Hints{Hub: "https://hub.example/", Self: "https://cdn.example/dir/self.xml"},
		},
		{
			name: "JSON Feed, with fields of the wrong type",
			body: `{"version":"https://jsonfeed.org/version/1.1","title":"Desk <1>","home_page_url":"https://desk.example/","feed_url":"https://desk.example/f.json","language":"en_US",
"hubs":[{"type":"rssCloud","url":"https://no.example/"},{"type":"WebSub","url":"https://hub.example/"}],"authors":[{"name":"The Desk"}],
"items":[{"id":7,"url":"/seven","title":"A < B","content_html":"<p>It &amp; it.</p>","summary":"1 < 2","tags":"NATO, Baltic","date_published":"2026-03-02T12:00:00+02:00","author":{"name":"Ann"}},
 {"id":"8","content_text":"a <b> c","title":null,"authors":["Bob"],"tags":["x",1],"date_modified":"2026-03-02T12:00:00Z"}, 12]}`,
			head: feeds.Head{Title: "Desk <1>", Link: "https://desk.example/", Language: "en-US", Format: "JSON Feed 1.1", Encoding: "utf-8"},
			items: []feeds.Item{
				{GUID: "7", Title: "A < B", Summary: "1 < 2", Content: "It & it.", Link: "https://desk.example/seven", Authors: []string{"Ann"}, Categories: []string{"NATO", "Baltic"}, Language: "en-US", Published: utcTime("2026-03-02T10:00:00Z")},
				{GUID: "8", Content: "a <b> c", Authors: []string{"Bob"}, Categories: []string{"x", "1"}, Language: "en-US", Updated: utcTime("2026-03-02T12:00:00Z")},
			},
			hints: feeds.Hints{Hub: "https://hub.example/", Self: "https://desk.example/f.json"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			doc := mustRead(t, tt.body)
			if diff := cmp.Diff(tt.head, doc.Head); diff != "" {
				t.Errorf("head (-want +got):\n%s", diff)
			}
			for i := range tt.items {
				tt.items[i] = common(tt.items[i])
			}
			if diff := cmp.Diff(tt.items, doc.Items, cmpopts.IgnoreFields(feeds.Item{}, "Entry")); diff != "" {
				t.Errorf("items (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.hints, doc.Hints); diff != "" {
				t.Errorf("hints (-want +got):\n%s", diff)
			}
			for i, it := range doc.Items {
				if it.Entry != doc.Entries[i] || it.Entry.Raw == 0 || fingerprint.Said(&it.Entry) == 0 {
					t.Errorf("item %d and its entry differ: %+v, %+v", i, it.Entry, doc.Entries[i])
				}
			}
		})
	}
}

// TestDamage shows what a broken document costs: at most the broken item, and always a
// warning.
func TestDamage(t *testing.T) {
	good := "<item><guid>g</guid><title>Good</title></item>"
	wrap := func(items string) string {
		return "<rss version='2.0'><channel><title>Desk</title>" + items + "</channel></rss>"
	}
	tests := []struct {
		name, body string
		titles     []string
		warning    string // part of one; empty if there must be none
	}{
		{"a comment longer than any window before the root", "<!--" + strings.Repeat("licence ", 2000) + "-->" + wrap(good), []string{"Good"}, ""},
		{"warnings of PHP before the root", "<br />\n<b>Warning</b>: Cannot modify header in <b>/var/www/x.php</b><br />" + wrap(good), []string{"Good"}, "begins with"},
		{"blank lines before the XML declaration", "\n\n<?xml version='1.0'?>" + wrap(good), []string{"Good"}, ""},
		{"I <3 you", wrap("<item><title>I <3 you</title></item>" + good), []string{"I <3 you", "Good"}, "item 1 had to be repaired"},
		{"a tag that is never closed", wrap("<item><title>One <b>bold</title></item>" + good), []string{"One bold", "Good"}, "its tags do not match"},
		{"ends in the wrong order", wrap("<item><title>One <b><i>x</b></i></title></item>" + good), []string{"One x", "Good"}, "its tags do not match"},
		{"an end of nothing", wrap("<item></b><title>One</title></item>" + good), []string{"One", "Good"}, "item 1 had to be repaired"},
		{"an entity that nobody declared", wrap("<item><title>caf&eacute; &nbsp;&bogus; &amp; R&D</title></item>" + good), []string{"café &bogus; & R&D", "Good"}, ""},
		{"an attribute without quotes", wrap("<item><title a=b>One</title></item>" + good), []string{"One", "Good"}, ""},
		{"a control character", wrap("<item><title>O\x01ne\x00</title></item>" + good), []string{"One", "Good"}, ""},
		{"bytes that are no UTF-8", wrap("<item><title>Caf\xe9 \xe2\x82\xac\xe2\x82\xac\xe2\x82\xac</title></item>" + good), []string{"Café €€€", "Good"}, "not UTF-8"},
		{"a CDATA section that never ends", wrap("<item><title><![CDATA[One</title></item>" + good), []string{"One", "Good"}, "item 1 had to be repaired"},
		{"an item whose end was forgotten", wrap("<item><title>One</title>" + good), []string{"One", "Good"}, "item 1 had to be repaired"},
		{"the last item cut off", strings.TrimSuffix(wrap(good+"<item><title>Two</title><descr"), "</channel></rss>"), []string{"Good"}, "cut off"},
		{"the end of the document missing", strings.TrimSuffix(wrap(good), "</channel></rss>"), []string{"Good"}, "cut off"},
		{"a namespace that nobody declared", wrap("<item><title>One</title><foo:bar>x</foo:bar></item>" + good), []string{"One", "Good"}, ""},
		{"a prefix for the format itself", `<x:feed xmlns:x="http://www.w3.org/2005/Atom"><x:entry><x:id>1</x:id><x:title>One</x:title></x:entry></x:feed>`, []string{"One"}, ""},
		{"names in capitals", "<RSS><CHANNEL><ITEM><TITLE>One</TITLE></ITEM></CHANNEL></RSS>", []string{"One"}, ""},
		{"an item that says nothing", wrap("<item></item>" + good), []string{"Good"}, "says nothing"},
		{"JSON cut off", `{"version":"https://jsonfeed.org/version/1","items":[{"id":"1","title":"One"},{"id":"2","ti`, []string{"One"}, "broken behind item 1"},
		{"JSON with an item that is none", `{"version":"https://jsonfeed.org/version/1","items":[7,{"id":"1","title":"One"}]}`, []string{"One"}, "item 1 cannot be read"},
		{"JSON behind a byte-order mark", "\xef\xbb\xbf" + `{"version":"https://jsonfeed.org/version/1","items":[{"id":"1","title":"One"}]}`, []string{"One"}, ""},
		{"a date that nobody can read", wrap("<item><title>One</title><pubDate>soon</pubDate></item>"), []string{"One"}, `a date cannot be read with certainty: "soon"`},
		{"a part of ten megabytes", wrap("<item><title>One</title><description>" + strings.Repeat("x", 3<<20) + "</description></item>" + good), []string{"One", "Good"}, "its longest parts were left out"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			doc := mustRead(t, tt.body)
			if diff := cmp.Diff(tt.titles, testutil.Titles(doc.Items)); diff != "" {
				t.Errorf("titles (-want +got):\n%s", diff)
			}
			all := strings.Join(doc.Warnings, "\n")
			if tt.warning == "" && all != "" || !strings.Contains(all, tt.warning) {
				t.Errorf("warnings are %q, want %q", doc.Warnings, tt.warning)
			}
		})
	}
}

// TestHead shows that what the document says of the feed survives errors in it, and is
// found before, between and behind the items.
func TestHead(t *testing.T) {
	for _, body := range []string{
		`<rss><channel><title>Desk</title><item><title>One</title></item><link>https://desk.example/</link></channel></rss>`,
		`<rss><channel><item><title>One</title></item><title>Desk</title><item><title>Two</title></item><link>https://desk.example/</link></channel></rss>`,
		`<rss><channel><title>Desk</title><link>https://desk.example/</link><description>1 <2</description><item><title>One</title></item></channel></rss>`,
		`<rss><channel><title>Desk</title><link>https://desk.example/</link><item><title>One</title></item><item>`,
	} {
		if doc := mustRead(t, body); doc.Head.Title != "Desk" || doc.Head.Link != "https://desk.example/" {
			t.Errorf("%s: %+v", body, doc.Head)
		}
	}
}

// TestLongTexts shows that texts that are masked from the parser come out like short ones,
// in every form.
func TestLongTexts(t *testing.T) {
	long := strings.Repeat("word ", 60)
	for _, tt := range []struct{ name, body, want string }{
		{"escaped", "<description>&lt;p&gt;R&amp;amp;D " + long + "&lt;/p&gt;end</description>", "R&D " + long[:len(long)-1] + "\nend"},
		{"CDATA", "<description><![CDATA[<p>R&amp;D " + long + "</p>end]]></description>", "R&D " + long[:len(long)-1] + "\nend"},
		{"both", "<description>" + long + "&amp;amp;<![CDATA[" + long + "&amp;]]> end</description>", long + "&" + long + "& end"},
		{"markup that was not escaped", "<description>" + long + "&amp; <b>" + long + "</b></description>", long + "& " + long[:len(long)-1]},
		{"a comment in it", "<description>a <!-- " + long + " --> " + long + "</description>", "a " + long[:len(long)-1]},
		{"marks of the feed's own", "<description>0 " + long + "</description>", "0 " + long[:len(long)-1]},
		{"a mark of the feed's own beside another item's text", "<description>0</description></item><item><guid>2</guid><description>" + long + "</description>", "0"},
		{"in a category", "<description>x</description><category>" + long + "</category>", "x"},
	} {
		doc := mustRead(t, "<rss><channel><title>"+long+"</title><item><guid>1</guid>"+tt.body+"</item></channel></rss>")
		if got := doc.Items[0].Summary; got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
		if len(doc.Items[0].Categories) > 0 && doc.Items[0].Categories[0] != long[:len(long)-1] {
			t.Errorf("%s: %q", tt.name, doc.Items[0].Categories)
		}
		if doc.Head.Title != long[:len(long)-1] {
			t.Errorf("%s: the feed is called %q", tt.name, doc.Head.Title)
		}
	}
}

func TestWarningsAreBounded(t *testing.T) {
	doc := mustRead(t, "<rss><channel>"+strings.Repeat("<item></item>", 50)+"</channel></rss>")
	if n := len(doc.Warnings); n != 20+1 || doc.Warnings[n-1] != "and 30 more warnings" {
		t.Errorf("%d warnings, the last: %q", n, doc.Warnings[n-1])
	}
}

// TestHostileText shows which parts of a stranger's text reach nobody.
func TestHostileText(t *testing.T) {
	doc := mustRead(t, `<rss><channel><item><title>&lt;!channel&gt; `+"\u202eevil\u202c \u200bzero&#8203;\ufeff"+` &#27;[31mred&#7;</title><link>javascript:alert(1)</link>
<guid>x</guid><category>a&#10;b</category><author>&lt;img src=x onerror=alert(1)&gt;Eve</author></item>
<item><title>Two</title><link>https://nato.int@evil.example/x</link></item><item><title>Three</title><link>data:text/html,x</link></item></channel></rss>`)
	it := doc.Items[0]
	if it.Title != "evil zero [31mred" || it.Link != "" || it.Authors[0] != "Eve" || it.Categories[0] != "a b" {
		t.Errorf("%+v", it)
	}
	if doc.Items[1].Link != "https://evil.example/x" || doc.Items[2].Link != "" {
		t.Errorf("links are %q and %q", doc.Items[1].Link, doc.Items[2].Link)
	}
}

// FuzzRead reads any bytes, in part and in full. It must not panic, and what it makes of a
// document must be text.
func FuzzRead(f *testing.F) {
	f.Add([]byte(testutil.RSS(testutil.Post{GUID: "1", Title: "One", Link: testutil.Link(1), Text: "x"}, testutil.Post{GUID: "2", Title: "I <3 you"})), "text/xml; charset=utf-8")
	f.Add([]byte(`<feed xmlns="http://www.w3.org/2005/Atom" xml:base="http://a/"><entry><id>1</id><content type="xhtml"><div>x</div></content></entry></feed>`), "")
	f.Add([]byte(`{"version":"https://jsonfeed.org/version/1","items":[{"id":"1","tags":"a"}]}`), "application/json")
	f.Add([]byte("<!DOCTYPE rss [<!ENTITY a 'b'>]><rss><channel><item><title>&a;</title></item></channel></rss>"), "text/xml; charset=windows-1251")
	f.Add([]byte("\xff\xfe<\x00r\x00s\x00s\x00>\x00"), "")
	f.Fuzz(func(t *testing.T, body []byte, contentType string) {
		doc, err := parse.Read(body, contentType, desk)
		if err != nil {
			if len(err.Error()) > 1000 || strings.ContainsAny(err.Error(), "\n\x1b") {
				t.Fatalf("the error is %q", err)
			}
			return
		}
		for _, it := range doc.Items {
			for _, s := range []string{it.Title, it.Summary, it.Content} {
				if text.CleanText(strings.ReplaceAll(s, "\n", " ")) != strings.ReplaceAll(s, "\n", " ") {
					t.Fatalf("%q is not clean", s)
				}
			}
			if it.Link != "" && !strings.HasPrefix(it.Link, "http://") && !strings.HasPrefix(it.Link, "https://") {
				t.Fatalf("the link is %q", it.Link)
			}
		}
		v := (*seen.Index)(nil).Judge(&doc, testutil.Noon, false)
		if v.Packed == nil {
			return
		}
		seen, err := seen.Unpack(v.Packed)
		if err != nil {
			t.Fatal(err)
		}
		src := desk
		again, err := parse.ReadNew(body, contentType, &src, feeds.ParseURL(src.URL), seen.Known)
		if err != nil {
			t.Fatal(err)
		}
		if v := seen.Judge(&again, testutil.Noon, false); len(v.New)+len(v.Changed) > 0 {
			t.Fatalf("the same document again brings %+v", v)
		}
	})
}

// A warning quotes the document, never the marks that stand for its long texts
// while it is parsed.
func TestWarningsQuoteTheDocument(t *testing.T) {
	long := strings.Repeat("some day &amp; hour ", 200)
	doc, err := parse.Read([]byte(`<rss version="2.0"><channel><item><title>a</title><guid>1</guid><pubDate>`+long+`</pubDate></item></channel></rss>`), "", feeds.Source{})
	if err != nil || len(doc.Warnings) != 1 || !strings.Contains(doc.Warnings[0], `"some day & hour`) {
		t.Errorf("%q, %v", doc.Warnings, err)
	}
}
