package parse_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestOddities reads documents that break the rules of their format, or that have their
// content in unusual places. want has a line for each item: title, link, summary, content,
// authors.
func TestOddities(t *testing.T) {
	rss := func(items string) string {
		return `<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:media="http://search.yahoo.com/mrss/" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"><channel><title>F</title>` + items + `</channel></rss>`
	}
	atom := func(entries string) string {
		return `<feed xmlns="http://www.w3.org/2005/Atom"><title>F</title>` + entries + `</feed>`
	}
	const one = `<item><title>One</title><link>https://desk.example/1</link><description>x</description></item>`
	for _, tt := range []struct{ name, body, want string }{
		// Namespaces.
		{"RSS in Atom's namespace", `<rss version="2.0" xmlns="http://www.w3.org/2005/Atom"><channel>` + one + `</channel></rss>`, "One | https://desk.example/1 | x | |"},
		{"RSS in XHTML's", `<rss version="2.0" xmlns="http://www.w3.org/1999/xhtml"><channel>` + one + `</channel></rss>`, "One | https://desk.example/1 | x | |"},
		{"a channel in one of its own", `<rss version="2.0"><channel xmlns="urn:example">` + one + `</channel></rss>`, "One | https://desk.example/1 | x | |"},
		{"RSS 1.0 under a prefix", `<RDF xmlns="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:r="http://purl.org/rss/1.0/"><r:item><r:title>One</r:title><r:link>https://desk.example/1</r:link></r:item></RDF>`, "One | https://desk.example/1 | | |"},
		{"RSS 1.0 in Atom's namespace", `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://www.w3.org/2005/Atom">` + one + `</rdf:RDF>`, "One | https://desk.example/1 | x | |"},
		{"RSS 1.0 without the last slash of its", `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0">` + one + `</rdf:RDF>`, "One | https://desk.example/1 | x | |"},
		{"podcasts under a prefix of the feed's own", `<rss version="2.0" xmlns:p="http://www.itunes.com/dtds/podcast-1.0.dtd"><channel><item><p:title>One</p:title><p:summary>s</p:summary><p:author>Ann</p:author></item></channel></rss>`, "One | | s | | Ann"},
		{"XHTML under a prefix has its paragraphs", atom(`<entry><id>1</id><content type="xhtml"><xh:div xmlns:xh="http://www.w3.org/1999/xhtml"><xh:p>A</xh:p><xh:p>B</xh:p></xh:div></content></entry>`), " | | | A\nB |"},

		// Items whose content is in the elements of a module alone.
		{"titles and texts of podcasts, and what is enclosed", rss(`<item><itunes:title>One</itunes:title><itunes:summary>s</itunes:summary><enclosure url="https://desk.example/1.mp3" type="audio/mpeg"/></item>`), "One | https://desk.example/1.mp3 | s | |"},
		{"an enclosure and nothing else", rss(`<item><enclosure url="https://desk.example/1.mp3" type="audio/mpeg"/></item>`), " | https://desk.example/1.mp3 | | |"},
		{"a picture is no article", rss(`<item><title>One</title><enclosure url="https://desk.example/1.png" type="image/png"/></item>`), "One | | | |"},
		{"Media RSS", rss(`<item><media:title>One</media:title><media:description>d</media:description><media:content url="https://desk.example/1.mp4"/></item>`), "One | https://desk.example/1.mp4 | d | |"},
		{"a group of Media RSS", rss(`<item><media:group><media:title>One</media:title><media:description>d</media:description></media:group></item>`), "One | | d | |"},
		{"a content of Media RSS", rss(`<item><media:content url="https://desk.example/1.mp4"><media:title>One</media:title></media:content></item>`), "One | https://desk.example/1.mp4 | | |"},
		{"Dublin Core", rss(`<item><dc:title>One</dc:title><dc:description>d</dc:description><dc:creator>Ann</dc:creator><dc:creator>Bob</dc:creator><dc:identifier>https://desk.example/1</dc:identifier></item>`), "One | https://desk.example/1 | d | | Ann, Bob"},
		{"Dublin Core's terms", rss(`<item><dcterms:title>One</dcterms:title><dcterms:abstract>d</dcterms:abstract><dcterms:creator>Ann</dcterms:creator><dcterms:identifier>https://desk.example/1</dcterms:identifier></item>`), "One | https://desk.example/1 | d | | Ann"},

		// Authors and links.
		{"several authors", rss(`<item><title>One</title><author>a@desk.example (Ann)</author><author>b@desk.example (Bob)</author><dc:creator>Carl</dc:creator></item>`), "One | | | | Ann, Bob, Carl"},
		{"a guid that says it is a permalink, from the root", rss(`<item><title>One</title><guid isPermaLink="true">/1</guid></item>`), "One | https://desk.example/1 | | |"},
		{"one that does not say so", rss(`<item><title>One</title><guid>/1</guid></item>`), "One | | | |"},
		{"an address without its scheme", rss(`<item><title>One</title><link>www.desk.example/1</link></item>`), "One | http://www.desk.example/1 | | |"},
		{"the feed's own host without it", rss(`<item><title>One</title><link>desk.example/1</link></item>`), "One | http://desk.example/1 | | |"},
		{"a name with a dot is a path", rss(`<item><title>One</title><link>one.html</link></item>`), "One | https://desk.example/news/one.html | | |"},
		{"an ampersand that was escaped twice", rss(`<item><title>One</title><link>https://desk.example/?a=1&amp;amp;b=2</link></item>`), "One | https://desk.example/?a=1&b=2 | | |"},
		{"an entry whose id is its address", atom(`<entry><id>https://desk.example/1</id><title>One</title></entry>`), "One | https://desk.example/1 | | |"},
		{"an entry with what it is about", atom(`<entry><id>1</id><title>One</title><link rel="self" href="https://desk.example/api"/><link rel="related" href="https://desk.example/1"/></entry>`), "One | https://desk.example/1 | | |"},
		{"an entry with an enclosure", atom(`<entry><id>1</id><title>One</title><link rel="edit" href="https://desk.example/api"/><link rel="enclosure" href="https://desk.example/1.mp3"/></entry>`), "One | https://desk.example/1.mp3 | | |"},

		// The first candidate that can be used counts.
		{"elements that come again, empty", rss(`<item><title>One</title><title/><link>https://desk.example/1</link><link/><description>d</description><description> </description></item>`), "One | https://desk.example/1 | d | |"},
		{"elements that come again, with words", rss(`<item><title>One</title><title>Two</title><description>d</description><description>e</description></item>`), "One | | d | |"},
		{"a title of a picture alone, before one with words", rss(`<item><title>&lt;img src="/x.png"&gt;</title><title>One</title></item>`), "One | | | |"},
		{"a title of a dash, and one of a module", rss(`<item><title>-</title><dc:title>One</dc:title></item>`), "One | | | |"},
		{"a title of a dash alone", rss(`<item><title>-</title><link>https://desk.example/1</link></item>`), "- | https://desk.example/1 | | |"},
		{"a title of a picture alone, and one of a module", rss(`<item><title>&lt;img src="/x.png"&gt;</title><dc:title>One</dc:title></item>`), "One | | | |"},
		{"the full text without its prefix", rss(`<item><title>One</title><encoded>It came.</encoded></item>`), "One | | | It came. |"},
		{"the full text under a prefix in capitals", rss(`<item><title>One</title><Content:Encoded>It came.</Content:Encoded></item>`), "One | | | It came. |"},
		{"an alternate of Atom that nobody follows", atom(`<entry><id>1</id><title>One</title><link rel="alternate nofollow" href="https://desk.example/1"/></entry>`), "One | https://desk.example/1 | | |"},
		{"the full text that comes again, empty", `<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><item><title>One</title><content:encoded>It came.</content:encoded><content:encoded/></item></channel></rss>`, "One | | | It came. |"},
		{"a link of Atom that says so itself, to the comments", rss(`<item><link xmlns="http://www.w3.org/2005/Atom" rel="replies" href="https://desk.example/1#c"/><title>One</title><link>https://desk.example/1</link></item>`), "One | https://desk.example/1 | | |"},
		{"a link of Atom that says so itself, to the article", rss(`<item><link xmlns="http://www.w3.org/2005/Atom" rel="alternate" href="https://desk.example/1"/><title>One</title></item>`), "One | https://desk.example/1 | | |"},
		{"a title of Media RSS that says so itself", rss(`<item><title>One</title><title xmlns="http://search.yahoo.com/mrss/">A picture</title></item>`), "One | | | |"},
		{"another scheme before the address", rss(`<item><title>One</title><link>gopher://desk.example/1</link><link>https://desk.example/1</link></item>`), "One | https://desk.example/1 | | |"},
		{"a link of Atom to data before that to the page", rss(`<item><title>One</title><atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="alternate" type="application/json" href="https://desk.example/1.json"/><atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="alternate" type="text/html" href="https://desk.example/1"/></item>`), "One | https://desk.example/1 | | |"},
		{"a permalink where the link is none", rss(`<item><title>One</title><guid>https://desk.example/1</guid><link>#</link></item><item><title>Two</title><guid>https://desk.example/2</guid><link>N/A</link></item>`), "One | https://desk.example/1 | | |\nTwo | https://desk.example/2 | | |"},
		{"markup around the address", rss(`<item><title>One</title><link>&lt;a href="https://desk.example/1"&gt;One&lt;/a&gt;</link></item><item><title>Two</title><link>[Two](https://desk.example/2)</link></item>`), "One | https://desk.example/1 | | |\nTwo | https://desk.example/2 | | |"},
		{"two addresses in one", rss(`<item><title>One</title><link>https://desk.example/1 https://desk.example/2</link></item><item><title>Two</title><link>http://desk.examplehttps://other.example/2</link></item><item><title>Three</title><link>http://https://desk.example/3</link></item>`), "One | https://desk.example/1 | | |\nTwo | https://other.example/2 | | |\nThree | https://desk.example/3 | | |"},
		{"but not one that is part of another", rss(`<item><title>One</title><link>https://web.example/2026/https://desk.example/1</link></item><item><title>Two</title><link>https://desk.example/?u=https://other.example/ 2</link></item>`), "One | https://web.example/2026/https://desk.example/1 | | |\nTwo | https://desk.example/?u=https://other.example/%202 | | |"},
		{"an address in an element of one's own, and that of the comments alone", rss(`<item><title>One</title><url>https://desk.example/1</url></item><item><title>Two</title><comments>https://desk.example/2#comments</comments></item>`), "One | https://desk.example/1 | | |\nTwo | https://desk.example/2#comments | | |"},
		{"a permalink where the link is broken", rss(`<item><title>One</title><guid>https://desk.example/1</guid><link>http://</link></item>`), "One | https://desk.example/1 | | |"},
		{"what it encloses where the link is broken", rss(`<item><title>One</title><guid isPermaLink="false">1</guid><link>javascript:void(0)</link><enclosure url="https://desk.example/1.mp3" type="audio/mpeg"/></item>`), "One | https://desk.example/1.mp3 | | |"},
		{"alternates of another scheme, and empty", atom(`<entry><id>1</id><title>One</title><link rel="alternate" href="gemini://desk.example/1"/><link rel="alternate" type="text/html" href=""/><link rel="alternate" href="/1"/></entry>`), "One | https://desk.example/1 | | |"},
		{"a link of Atom as RSS has it", atom(`<entry><id>1</id><title>One</title><link>https://desk.example/1</link></entry>`), "One | https://desk.example/1 | | |"},
		{"a title of Atom that comes again", atom(`<entry><id>1</id><title type="html">&lt;br&gt;</title><title>One</title></entry>`), "One | | | |"},
		{"an address of JSON that is none", `{"version":"https://jsonfeed.org/version/1.1","items":[{"id":"1","title":"One","url":"about:blank","external_url":"https://desk.example/1"}]}`, "One | https://desk.example/1 | | |"},
		{"HTML of JSON without words", `{"version":"https://jsonfeed.org/version/1.1","items":[{"id":"1","title":"One","content_html":"<img src=x>","content_text":"It came."}]}`, "One | | | It came. |"},

		// Texts.
		{"HTML that was escaped twice", rss(`<item><title>One</title><description>&amp;lt;p&amp;gt;It &amp;lt;b&amp;gt;came&amp;lt;/b&amp;gt;.&amp;lt;/p&amp;gt;</description></item>`), "One | | It came. | |"},
		{"but not words about tags", rss(`<item><title>One</title><description>Use &amp;lt;stdio.h&amp;gt; for it</description></item>`), "One | | Use <stdio.h> for it | |"},
		{"a picture as content", atom(`<entry><id>1</id><title>One</title><content type="image/png">iVBORw0KGgo=</content></entry>`), "One | | | |"},
		{"text as content of a type", atom(`<entry><id>1</id><title>One</title><content type="application/octet-stream">SXQgY2FtZS4=</content></entry>`), "One | | | It came. |"},
		{"entities of the document's own", `<!DOCTYPE rss [<!ENTITY co "Desk &#38; Sons"><!ENTITY all "&co; et al.">]>` + rss(`<item><title>&co;, &all;</title></item>`), "Desk & Sons, Desk & Sons et al. | | | |"},

		{"entities that were escaped once more", rss(`<item><title>Caf&amp;amp;eacute; AT&amp;amp;amp;T &amp;amp;#8220;x&amp;amp;#8221;</title><description><![CDATA[Tallinn &amp;ndash;&amp;nbsp;Tapa]]></description></item>`), "Café AT&T “x” | | Tallinn – Tapa | |"},
		{"but not those that write about markup", rss(`<item><title>Write &amp;amp;lt; for it</title></item>`), "Write &lt; for it | | | |"},
		{"halves of a character", rss(`<item><title>R &#xD83D;&#xDE80; &#55357;&#56960;</title><description>R &amp;#xd83d;&amp;#xde80; <![CDATA[&#55357;&#56960;]]></description></item>`), "R 🚀 🚀 | | R 🚀 🚀 | |"},
		{"halves of a character in JSON", `{"version":"https://jsonfeed.org/version/1.1","items":[{"id":"1","content_html":"R &#xD83D;&#xDE80;"}]}`, " | | | R 🚀 |"},
		{"XML as content of Atom", atom(`<entry><id>1</id><title>One</title><content type="application/xml"><report xmlns="urn:example"><para>Estonia</para><para>Latvia</para></report></content></entry>`), "One | | | Estonia Latvia |"},
		{"XML as a description", rss(`<item><title>One</title><description><report><para>Estonia</para><para>Latvia</para></report></description></item>`), "One | | Estonia Latvia | |"},
		{"words that are no XML", rss(`<item><title>Map&lt;Key, Vec&lt;String&gt;&gt; of &lt;nobody&gt;</title></item>`), "Map<Key, Vec<String>> of <nobody> | | | |"},
		{"two channels", `<rss version="2.0"><channel><title>F</title><item><title>One</title><link>/1</link></item></channel><channel><title>G</title><item><title>Two</title><link>/2</link></item></channel></rss>`, "One | https://desk.example/1 | | |\nTwo | https://desk.example/2 | | |"},

		{"an entity in a title that says of itself nothing", atom(`<entry><id>1</id><title>Desk &amp;amp; Sons</title></entry>`), "Desk & Sons | | | |"},
		{"one in a title that says it is text", atom(`<entry><id>1</id><title type="text">Write &amp;amp; for &amp;</title></entry>`), "Write &amp; for & | | | |"},
		{"the full text for Yandex", `<rss version="2.0" xmlns:yandex="http://news.yandex.ru"><channel><item><title>One</title><yandex:full-text>It came.</yandex:full-text></item></channel></rss>`, "One | | | It came. |"},
		{"the full text in names of one's own", rss(`<item><title>One</title><fulltext>It came.</fulltext></item><item><title>Two</title><content>It went.</content></item>`), "One | | | It came. |\nTwo | | | It went. |"},

		// JSON.
		{"line breaks in a string of JSON", "{\"version\":\"https://jsonfeed.org/version/1.1\",\"title\":\"F\n\",\"items\":[{\"id\":\"1\",\"title\":\"One\ttwo\",\"content_text\":\"It\ncame.\"}]}", "One two | | | It came. |"},
		{"markup in a title of JSON", `{"version":"https://jsonfeed.org/version/1.1","title":"F","items":[{"id":"1","title":"Desk &amp; <b>Sons</b>"}]}`, "Desk & Sons | | | |"},
		{"an id of JSON that is the address", `{"version":"https://jsonfeed.org/version/1.1","title":"F","items":[{"id":"https://desk.example/1","title":"One"}]}`, "One | https://desk.example/1 | | |"},
		{"an attachment of JSON", `{"version":"https://jsonfeed.org/version/1.1","title":"F","items":[{"id":"1","title":"One","attachments":[{"url":"https://desk.example/1.mp3"}]}]}`, "One | https://desk.example/1.mp3 | | |"},
		{"a list of JSON that is null", `{"version":"https://jsonfeed.org/version/1.1","title":"F","items":null}`, ""},
		{"a list of JSON that is none", `{"version":"https://jsonfeed.org/version/1.1","title":"F","items":{}}`, ""},
		{"one item of JSON without its list", `{"version":"https://jsonfeed.org/version/1.1","title":"F","items":{"id":"1","title":"One"}}`, "One | | | |"},
		{"a list of JSON that is numbered", `{"version":"https://jsonfeed.org/version/1.1","title":"F","items":{"3":{"id":"3","title":"Three"},"7":{"id":"7","title":"Seven"}}}`, "Three | | | |\nSeven | | | |"},
		{"items of JSON that are none", `{"version":"https://jsonfeed.org/version/1.1","title":"F","items":[null,{"id":"1","title":"One"},"x",[]]}`, "One | | | |"},
		{"commas too many in JSON", `{"version":"https://jsonfeed.org/version/1.1","items":[{"id":"1","title":"One"},],}`, "One | | | |"},
		{"JSON in the call of a function", `cb({"version":"https://jsonfeed.org/version/1.1","items":[{"id":"1","title":"One"}]});`, "One | | | |"},
		{"JSON behind what keeps scripts off", ")]}',\n" + `{"version":"https://jsonfeed.org/version/1.1","items":[{"id":"1","title":"One"}]}`, "One | | | |"},
		{"a feed of JSON in a list", `[{"version":"https://jsonfeed.org/version/1.1","items":[{"id":"1","title":"One"}]}]`, "One | | | |"},
		{"two documents, one after the other", rss(`<item><title>One</title></item>`) + "\n" + rss(`<item><title>Two</title></item>`), "One | | | |\nTwo | | | |"},
		{"two of Atom", atom(`<entry><id>1</id><title>One</title></entry>`) + atom(`<entry><id>2</id><title>Two</title></entry>`), "One | | | |\nTwo | | | |"},
		{"two, of which the second is cut off", rss(`<item><title>One</title></item>`) + `<rss version="2.0"><channel><item><title>Two</title></item><item><ti`, "One | | | |\nTwo | | | |"},
		{"a channel whose root was forgotten", `<?xml version="1.0"?><channel><title>F</title><item><title>One</title></item></channel>`, "One | | | |"},
		{"entities that were escaped once more in names", rss(`<item><title>One</title><author>Ann O&amp;amp;#39;Neil</author></item>`), "One | | | | Ann O'Neil"},
		{"a list of JSON that is empty", `{"version":"https://jsonfeed.org/version/1.1","title":"F","items":[]}`, ""},
		{"RSS without a channel", `<rss version="2.0"/>`, ""},
		{"RSS with an empty one", `<rss version="2.0"><channel/></rss>`, ""},
		{"RSS 1.0 without items", `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"/>`, ""},
		{"Atom without entries", `<feed xmlns="http://www.w3.org/2005/Atom"/>`, ""},
		{"a JSON Feed without its version", `{"title":"F","items":[{"id":"1","content_text":"It came."}]}`, " | | | It came. |"},
		{"one with a number for it and no title", `{"version":"1.0","items":[{"content_html":"<p>It came."}]}`, " | | | It came. |"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, it := range mustRead(t, tt.body).Items {
				fields := []string{it.Title, it.Link, it.Summary, it.Content, strings.Join(it.Authors, ", ")}
				got = append(got, strings.Join(fields, "|"))
			}
			want := strings.ReplaceAll(strings.ReplaceAll(tt.want, " |", "|"), "| ", "|")
			if diff := cmp.Diff(want, strings.Join(got, "\n")); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}
