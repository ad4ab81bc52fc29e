package parse_test

import (
	"slices"
	"strings"
	"testing"

	"watcher/internal/feeds/parse"

	"github.com/google/go-cmp/cmp"
)

// TestOPMLWarnings shows that nothing of a list is left out or renamed without a warning.
func TestOPMLWarnings(t *testing.T) {
	for _, test := range []struct{ shows, outlines, want string }{
		{"a folder is nothing to warn of", `<outline text="News"><outline text="A" xmlUrl="http://a.example/"/></outline>`, ""},
		{"a link is no feed", `<outline type="link" text="L" url="http://a.example/"/>`, "L is left out"},
		{"a feed without an address", `<outline type="rss" text="R"/>`, "R is left out"},
		{"a feed listed twice", `<outline text="A" xmlUrl="http://a.example/"/><outline text="B" xmlUrl="http://a.example/"/>`, "listed twice"},
		{"two feeds of one name", `<outline text="A" xmlUrl="http://a.example/"/><outline text="A" xmlUrl="http://b.example/"/>`, "http://b.example/ is called by its address"},
		{"a name that is no name in a config", `<outline text="tag:x" xmlUrl="http://a.example/"/>`, "cannot begin with tag:"},
	} {
		sources, warnings, err := parse.ParseOPML([]byte("<opml><body>" + test.outlines + "</body></opml>"))
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

// TestOPMLFaults shows that a fault affects its own outline alone: the feeds beside it are
// read, and the faulty one as far as its meaning is clear.
func TestOPMLFaults(t *testing.T) {
	const before = `<outline text="First" xmlUrl="http://first.example/"/>` + "\n"
	const after = "\n" + `<outline text="Last" xmlUrl="http://last.example/"/>`
	for _, test := range []struct {
		shows, outline string
		want           string // name and address; empty if the outline is lost
		warning        string
	}{
		{"raw markup in a name", `<outline text="News <b>now</b>" xmlUrl="http://a.example/"/>`, "News now http://a.example/", ""},
		{"a raw <", `<outline text="I <3 NATO" xmlUrl="http://a.example/"/>`, "I <3 NATO http://a.example/", ""},
		{"a raw >", `<outline text="A > B" xmlUrl="http://a.example/"/>`, "A > B http://a.example/", ""},
		{"entities of HTML", `<outline text="Caf&eacute; politique" xmlUrl="http://a.example/"/>`, "Café politique http://a.example/", ""},
		{"a raw & in a name", `<outline text="AT&T & co" xmlUrl="http://a.example/"/>`, "AT&T & co http://a.example/", ""},
		{"a raw & in an address", `<outline text="A" xmlUrl="http://a.example/?a=1&copy=2&amp;b=3"/>`, "A http://a.example/?a=1&copy=2&b=3", ""},
		{"quotes in quotes", `<outline text="The "new" desk" xmlUrl="http://a.example/"/>`, `The "new" desk http://a.example/`, ""},
		{"a quote that is missing before the address", `<outline text="A xmlUrl="http://a.example/"/>`, "A http://a.example/", ""},
		{"a quote that is missing at the end", `<outline text="A" xmlUrl="http://a.example/`, "", "an outline is left out"},
		{"no quotes", `<outline text=A xmlUrl=http://a.example/ />`, "A http://a.example/", ""},
		{"a tag that never ends", `<outline text="A" xmlUrl="http://a.example/"`, "", "an outline is left out"},
		{"single quotes, line breaks, letters of any size", "<OUTLINE\n TEXT = 'A'\r\n XMLURL\t= 'http://a.example/'></OUTLINE>", "A http://a.example/", ""},
		{"an end tag too many", `<outline text="A" xmlUrl="http://a.example/"></outline></outline>`, "A http://a.example/", ""},
		{"controls that XML forbids", "<outline text=\"A\x00\x0b\" xmlUrl=\"http://a.example/\"/>", "A http://a.example/", ""},
		{"in a comment", `<!-- <outline text="A" xmlUrl="http://a.example/"/> -->`, "", ""},
		{"many feeds that nobody closed", strings.Repeat(`<outline text="A" xmlUrl="http://a.example/">`, 30), "A http://a.example/", "listed twice"},
	} {
		sources, warnings, err := parse.ParseOPML([]byte("<opml><body>" + before + test.outline + after + "</body></opml>"))
		var got []string
		for _, s := range sources {
			got = append(got, s.ID+" "+s.URL)
		}
		want := []string{"First http://first.example/", test.want, "Last http://last.example/"}
		if test.want == "" {
			want = slices.Delete(want, 1, 2)
		}
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%s: %v (-want +got):\n%s", test.shows, err, diff)
		}
		if all := strings.Join(warnings, "\n"); test.warning == "" != (all == "") || !strings.Contains(all, test.warning) {
			t.Errorf("%s: warned %q, want %q", test.shows, all, test.warning)
		}
	}
}
