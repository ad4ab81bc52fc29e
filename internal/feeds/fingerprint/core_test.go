package fingerprint

import "testing"

// TestCoreOf has pairs of names of one item as it moves, and names of others that must
// not be taken for it.
func TestCoreOf(t *testing.T) {
	for _, test := range []struct{ shows, one, same, other string }{
		{"a session as a path parameter", "http://a.example/news/5;jsessionid=1cb2b1a62c7b", "http://a.example/news/5;jsessionid=000000000000", "http://a.example/news/6;jsessionid=1cb2b1a62c7b"},
		{"a session in the query", "http://a.example/show?PHPSESSID=ab12&id=5", "http://a.example/show?id=5&PHPSESSID=77ff", "http://a.example/show?id=6&PHPSESSID=ab12"},
		{"a session in the path", "http://a.example/(S(lit3py55t21z5v55vlm25s55))/5.aspx", "http://a.example/(S(q0nt5hyz1xm25s55t21z5v55))/5.aspx", "http://a.example/(S(lit3py55t21z5v55vlm25s55))/6.aspx"},
		{"a token under a name of the site's own", "http://a.example/5?x=9f86d081884c7d65", "http://a.example/5?x=60303ae22b998861", "http://a.example/6?x=9f86d081884c7d65"},
		{"a host that flips", "https://www1.a.example/news/5", "http://edge.a.example/news/5/", "https://www1.a.example/news/6"},
		{"where it was found", "https://a.example/5?from=12345678&utm_source=rss", "https://a.example/5?from=abc", "https://a.example/7?from=12345678"},
		{"a counter behind a guid", "https://a.example/5#0", "https://a.example/5#12", "https://a.example/6#0"},
		{"a version", "tag:a.example,2026:article-5:v2", "tag:a.example,2026:article-5:v13", "tag:a.example,2026:article-6:v2"},
		{"a version as a parameter", "https://a.example/5?version=2", "https://a.example/5?version=3", "https://a.example/6?version=2"},
		{"a revision behind @", "doc-5@2", "doc-5@3", "doc-6@2"},
		{"a place on a page", "https://a.example/day#nato", "https://b.example/day#nato", "https://a.example/day#eu"},
	} {
		one, same, other := coreOf(test.one), coreOf(test.same), coreOf(test.other)
		if one == "" || one != same || one == other {
			t.Errorf("%s: of %s stays %q, of %s %q, of %s %q", test.shows, test.one, one, test.same, same, test.other, other)
		}
	}
	for _, name := range []string{"", "https://a.example", "https://a.example/", "https://a.example/?sid=5", "9f86d081-884c-7d65-9a2f-eaa0c55ad015"} {
		if core := coreOf(name); core != "" {
			t.Errorf("of %q stays %q, which tells nothing from others", name, core)
		}
	}
	if a, b := linkCoreOf("https://a.example/day#4"), linkCoreOf("https://a.example/day#5"); a == b {
		t.Errorf("two places on a page are one: %q", a)
	}
}
