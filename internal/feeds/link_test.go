package feeds

import (
	"net/url"
	"strings"
	"testing"
)

// TestLinksAsBrowsersReadThem has what net/url refuses or reads otherwise (WHATWG
// URL, 4.4), and what must not become a link.
func TestLinksAsBrowsersReadThem(t *testing.T) {
	base, err := url.Parse("https://desk.example/news/feed.xml")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ name, in, want string }{
		{"as written", "https://desk.example/a?b=1&c=%20#d", "https://desk.example/a?b=1&c=%20#d"},
		{"relative", "a/b?c", "https://desk.example/news/a/b?c"},
		{"a stray %", "https://desk.example/50%-more", "https://desk.example/50%25-more"},
		{"a stray % at the end", "https://desk.example/?q=50%", "https://desk.example/?q=50%"},
		{"a line break and what indents the next", "https://desk.example/press/\r\n\t  release.html", "https://desk.example/press/release.html"},
		{"a tab", "https://desk.example/re\tlease", "https://desk.example/release"},
		{"backslashes", "https:\\\\desk.example\\news\\1", "https://desk.example/news/1"},
		{"one slash too few", "https:/other.example/1", "https://desk.example/other.example/1"},
		{"one slash too few, and another scheme than the feed's", "http:/other.example/1", "http://other.example/1"},
		{"slashes too many", "https:////other.example/1", "https://other.example/1"},
		{"quotes", `"https://desk.example/1"`, "https://desk.example/1"},
		{"angle brackets", "<https://desk.example/1>", "https://desk.example/1"},
		{"a blank in the path", "https://desk.example/a b", "https://desk.example/a%20b"},
		{"a host in Cyrillic", "https://новости.example/1", "https://xn--b1amnebsh.example/1"},
		{"the same, encoded", "https://xn--b1amnebsh.example/1", "https://xn--b1amnebsh.example/1"},
		{"a host in capitals with an umlaut", "https://MÜNCHEN.example/1", "https://xn--mnchen-3ya.example/1"},
		{"a name before the host, to mislead", "https://nato.example@evil.example/1", "https://evil.example/1"},
		{"the same with a backslash", "https://evil.example\\@nato.example/1", "https://evil.example/@nato.example/1"},
		{"a script with a tab", "java\tscript:alert(1)", ""},
		{"a script", "javascript:alert(1)", ""},
		{"a port that is none", "https://desk.example:port/", ""},
		{"a port that there is not", "https://desk.example:99999/", ""},
		{"a port", "https://desk.example:12345/1", "https://desk.example:12345/1"},
		{"no host", "http://", ""},
		{"nothing", " \n", ""},
		{"a broken one without end", "https://desk.example/%" + strings.Repeat("a\\", 8000), ""},
	} {
		got := articleLink(base, tt.in)
		if got != tt.want {
			t.Errorf("%s: %q is %q, want %q", tt.name, tt.in, got, tt.want)
		}
		if got != "" && parseBase(got) == nil {
			t.Errorf("%s: net/url does not read %q", tt.name, got)
		}
	}
	if a, b := CanonicalLink("https://новости.example/1"), CanonicalLink("https://xn--b1amnebsh.example/1"); a != b {
		t.Errorf("one host is %q and %q", a, b)
	}
}

// TestItemsWithoutLinkSayWhy reads an item whose link cannot be opened.
func TestItemsWithoutLinkSayWhy(t *testing.T) {
	doc := mustRead(t, `<rss version="2.0"><channel><item><title>One</title><link>gopher://desk.example/1</link></item></channel></rss>`)
	if doc.Items[0].Link != "" || len(doc.Warnings) != 1 || !strings.Contains(doc.Warnings[0], `item 1 has no link, as this is none that a browser opens: "gopher://desk.example/1"`) {
		t.Errorf("the link is %q, the warnings are %q", doc.Items[0].Link, doc.Warnings)
	}
}
