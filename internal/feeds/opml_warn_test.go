package feeds

import (
	"strings"
	"testing"
)

// TestOPMLWarnings shows that nothing of a list is left out or renamed in silence.
func TestOPMLWarnings(t *testing.T) {
	for _, test := range []struct{ shows, outlines, want string }{
		{"a folder is nothing to warn of", `<outline text="News"><outline text="A" xmlUrl="http://a.example/"/></outline>`, ""},
		{"a link is no feed", `<outline type="link" text="L" url="http://a.example/"/>`, "L is left out"},
		{"a feed without an address", `<outline type="rss" text="R"/>`, "R is left out"},
		{"a feed listed twice", `<outline text="A" xmlUrl="http://a.example/"/><outline text="B" xmlUrl="http://a.example/"/>`, "listed twice"},
		{"two feeds of one name", `<outline text="A" xmlUrl="http://a.example/"/><outline text="A" xmlUrl="http://b.example/"/>`, "http://b.example/ is called by its address"},
		{"a name that is no name in a config", `<outline text="tag:x" xmlUrl="http://a.example/"/>`, "cannot begin with tag:"},
	} {
		sources, warnings, err := ParseOPML([]byte("<opml><body>" + test.outlines + "</body></opml>"))
		if err != nil {
			t.Fatal(err)
		}
		if all := strings.Join(warnings, "\n"); test.want == "" != (all == "") || !strings.Contains(all, test.want) {
			t.Errorf("%s: warned %q, want %q", test.shows, all, test.want)
		}
		for _, s := range sources {
			if strings.HasPrefix(s.ID, "tag:") {
				t.Errorf("%s: a feed is called %s", test.shows, s.ID)
			}
		}
	}
}
