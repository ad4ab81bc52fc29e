package fetch

import (
	"net/http"
	"testing"

	"watcher/internal/feeds"
)

func TestLinkHeader(t *testing.T) {
	for _, test := range []struct {
		shows     string
		lines     []string
		hub, self string
	}{
		{"several links on a line, several lines, the first of each counts", []string{
			`<https://hub.example/>; rel="hub", </feed?x=1>; title="x"; rel="SELF other"`, `<https://second.example/>; rel=hub`,
		}, "https://hub.example/", "https://desk.example/feed?x=1"},
		{"a target ends at its bracket, whatever is in it", []string{`<https://hub.example/a,b;rel=self>; rel="hub"`}, "https://hub.example/a,b;rel=self", ""},
		{"a quoted value may hold all that parts links", []string{`</a>; title="x, <y>; rel=hub \" z"; rel=self`}, "", "https://desk.example/a"},
		{"the second rel of a link says nothing", []string{`</a>; rel=self; rel=hub`}, "", "https://desk.example/a"},
		{"a link of another document is none of this one", []string{`</a>; rel=hub; anchor="/other"`, `</b>; rel=hub; anchor="#top"`}, "", ""},
		{"a link that names this document as its own", []string{`</a>; rel=hub; anchor="/feed"`}, "https://desk.example/a", ""},
		{"in single quotes, as servers write it", []string{`<https://hub.example/> ; rel='hub self'`}, "https://hub.example/", "https://hub.example/"},
		{"without the semicolon", []string{`<https://hub.example/> rel="hub"`}, "https://hub.example/", ""},
		{"without brackets", []string{`https://hub.example/; rel=hub`}, "https://hub.example/", ""},
		{"blanks around all of it, empty links and parameters", []string{"\t, ,<https://hub.example/>\t;; ; REL = \"hub\" ;,"}, "https://hub.example/", ""},
		{"a relation whose name only has hub in it", []string{`</a>; rel=github; hub; x="rel=hub"`}, "", ""},
		{"a target without its bracket costs the next one nothing", []string{`<https://hub.example/; rel=hub, </a>; rel=self`}, "", "https://desk.example/a"},
		{"a target without any end", []string{`</a>; rel=self, <https://hub.example/; rel=hub`}, "", "https://desk.example/a"},
		{"a quote without an end", []string{`</a>; rel="self`}, "", "https://desk.example/a"},
		{"not an address that is asked", []string{`<javascript:x>; rel=hub, <ftp://hub.example/>; rel=self`}, "", ""},
	} {
		hub, self := linkHeader(http.Header{"Link": test.lines}, feeds.ParseURL("https://desk.example/feed"))
		if hub != test.hub || self != test.self {
			t.Errorf("%s: hub %q, self %q, want %q and %q", test.shows, hub, self, test.hub, test.self)
		}
	}
}

func FuzzLinkHeader(f *testing.F) {
	f.Add(`<https://hub.example/a,b;c=1>; rel="hub", </x>; rel='self' title="\"`)
	f.Fuzz(func(t *testing.T, line string) {
		hub, self := linkHeader(http.Header{"Link": {line}}, feeds.ParseURL("https://desk.example/feed"))
		for _, address := range [...]string{hub, self} {
			if address != "" && feeds.ParseURL(address) == nil {
				t.Errorf("%q gives %q, which is no address", line, address)
			}
		}
	})
}
