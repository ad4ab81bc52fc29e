package feeds_test

import (
	"net/url"
	"strings"
	"testing"

	"watcher/internal/feeds"
)

func TestCanonicalLink(t *testing.T) {
	same := [][]string{
		{"http://desk.example/a", "https://www.desk.example/a/", "HTTPS://Desk.Example:443/a#comments", "http://desk.example:80/a?utm_source=x&UTM_medium=y&fbclid=z", " http://desk.example./a "},
		{"http://desk.example/a?b=1&c=2", "http://desk.example/a?c=2&b=1&&gclid=x"},
		{"http://desk.example/#!/story/1", "https://www.desk.example#!/story/1"},
		{"http://desk.example/", "http://desk.example", "https://www.desk.example/?utm_source=x"},
		{"http://desk.example/%C5%A1", "http://desk.example/š"},
	}
	all := map[string]int{}
	for i, links := range same {
		for _, l := range links {
			c := feeds.CanonicalLink(l)
			if c == "" || c != feeds.CanonicalLink(links[0]) {
				t.Errorf("%q is %q, and %q is %q", l, c, links[0], feeds.CanonicalLink(links[0]))
			}
			if j, ok := all[c]; ok && j != i {
				t.Errorf("%q is the same as %q", l, same[j][0])
			}
			all[c] = i
		}
	}
	distinct := []string{"http://desk.example/a", "http://desk.example/A", "http://desk.example:8080/a", "http://b.desk.example/a", "http://www.example/a", "http://example/a", "http://desk.example/a?id=1", "http://desk.example/#a", "http://desk.example/a#/b"}
	have := map[string]string{}
	for _, l := range distinct {
		c := feeds.CanonicalLink(l)
		if other, ok := have[c]; ok {
			t.Errorf("%q and %q are both %q", l, other, c)
		}
		have[c] = l
	}
	for _, l := range []string{"", "mailto:a@b", "javascript:x", "/a", "http://", "http://[bad", "http://.#x"} {
		if c := feeds.CanonicalLink(l); c != "" {
			t.Errorf("%q is %q", l, c)
		}
	}
}

func FuzzCanonicalLink(f *testing.F) {
	for _, s := range []string{"http://www.a.b/c?d=e&utm_x=y#f", "https://a/?&&=", "http://a.b./#!x", "http://0? #00000000", "http://0?b=1 &a"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if c := feeds.CanonicalLink(s); c != "" {
			if again := feeds.CanonicalLink("https://" + c); again != c && !strings.HasPrefix(c, "www.") {
				t.Fatalf("%q is %q, and that is %q", s, c, again)
			}
		}
	})
}

func TestStrippedGUID(t *testing.T) {
	for in, want := range map[string]string{
		"http://www.desk.example/?p=1": "desk.example/?p=1", "HTTPS://desk.example/?p=1": "desk.example/?p=1",
		"tag:desk,2026:1": "tag:desk,2026:1", "http://": "http://", "www.x": "x", "": "",
	} {
		if got := feeds.StrippedGUID(in); got != want {
			t.Errorf("%q is %q, want %q", in, got, want)
		}
	}
}

// TestLinksAsBrowsersReadThem has links that net/url refuses or reads differently (WHATWG
// URL, 4.4), and texts that must not become links.
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
		got := feeds.ArticleLink(base, tt.in)
		if got != tt.want {
			t.Errorf("%s: %q is %q, want %q", tt.name, tt.in, got, tt.want)
		}
		if got != "" && feeds.ParseURL(got) == nil {
			t.Errorf("%s: net/url does not read %q", tt.name, got)
		}
	}
	if a, b := feeds.CanonicalLink("https://новости.example/1"), feeds.CanonicalLink("https://xn--b1amnebsh.example/1"); a != b {
		t.Errorf("one host is %q and %q", a, b)
	}
}
