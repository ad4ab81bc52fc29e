package parse_test

import (
	"strings"
	"testing"

	"watcher/internal/feeds"
	"watcher/internal/feeds/parse"
	"watcher/internal/testutil"

	"github.com/google/go-cmp/cmp"
)

func TestDiscover(t *testing.T) {
	tests := []struct {
		name, page string
		want       []feeds.Offer
	}{
		{
			"what the head names, each once, comments last",
			`<html><head><link rel="alternate" type="application/rss+xml" title="Comments feed" href="/comments/feed/">
<link rel="alternate" type="application/rss+xml" title="News" href="/feed/"><link rel="ALTERNATE" type="application/atom+xml; charset=utf-8" href="https://desk.example/atom.xml">
<link rel="alternate" type="application/json" href="/wp-json/wp/v2/pages/1"><link rel="alternate" hreflang="et" href="/et/"><link rel="stylesheet" href="/feed.css">
<link rel="alternate" type="application/rss+xml" href="/feed/"></head><a href="/other/rss">RSS</a>`,
			[]feeds.Offer{{Title: "News", URL: "https://desk.example/feed/"}, {Title: "", URL: "https://desk.example/atom.xml"}, {Title: "Comments feed", URL: "https://desk.example/comments/feed/"}},
		},
		{
			"what links look like, where the head names none",
			`<a href="/about">About</a><a href="news.rss">The <b>news</b></a><a href="/feeds/all.xml">All</a><a href="javascript:feed()">x</a><a href="/?feed=rss2">WP</a>`,
			[]feeds.Offer{{Title: "The", URL: "https://desk.example/page/news.rss"}, {Title: "All", URL: "https://desk.example/feeds/all.xml"}, {Title: "WP", URL: "https://desk.example/?feed=rss2"}},
		},
		{"an address of its own for links", `<base href="https://cdn.example/x/"><link rel=alternate type=application/feed+json href=f.json>`, []feeds.Offer{{Title: "", URL: "https://cdn.example/x/f.json"}}},
		{"a page without feeds", `<p>Hello`, nil},
		{"feedback is no feed", `<a href="/feedback">Feedback</a>`, nil},
		{
			"types that say little, and none, where the address is one of a feed",
			`<link rel="alternate" type="text/xml" title="X" href="/x"><link rel="alternate" type="application/xml" href="/y.xml"><link rel="alternate" type="application/json" href="/posts.json"><link rel="alternate" type="application/json" href="/api/1"><link rel="alternate" href="/feed/"><link rel="alternate" href="/et/"><link rel="alternate" type="text/html" href="/rss">`,
			[]feeds.Offer{{Title: "X", URL: "https://desk.example/x"}, {Title: "", URL: "https://desk.example/y.xml"}, {Title: "", URL: "https://desk.example/posts.json"}, {Title: "", URL: "https://desk.example/feed/"}},
		},
		{
			"links by what they are called, and by their types",
			`<a href="/1" title="RSS"><i></i></a><a href="/2"><img src="x" alt="RSS feed"></a><a href="/3">Our RSS</a><a href="/4" type="application/atom+xml">News</a><a href="/5">Atom bombs</a><a href="feed://desk.example/6">Six</a><a href="https://feeds.desk.example/7">Seven</a><a href="/?format=feed&amp;type=rss">Eight</a><a href="/rss.css">x</a><a href="/9">Atom`,
			[]feeds.Offer{{Title: "RSS", URL: "https://desk.example/1"}, {Title: "RSS feed", URL: "https://desk.example/2"}, {Title: "Our RSS", URL: "https://desk.example/3"}, {Title: "News", URL: "https://desk.example/4"}, {Title: "Six", URL: "https://desk.example/6"}, {Title: "Seven", URL: "https://feeds.desk.example/7"}, {Title: "Eight", URL: "https://desk.example/?format=feed&type=rss"}, {Title: "Atom", URL: "https://desk.example/9"}},
		},
		{"an address with the scheme of readers", `<link rel=alternate type=application/rss+xml href="feed:https://desk.example/f#top">`, []feeds.Offer{{Title: "", URL: "https://desk.example/f"}}},
	}
	for _, tt := range tests {
		got, _ := parse.Discover([]byte(tt.page), feeds.ParseURL("https://desk.example/page/"))
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
	many := strings.Repeat(`<a href="/x/rss">x</a>`, 3)
	for i := range 100 {
		many += `<link rel=alternate type=application/rss+xml href="/` + strings.Repeat("a", i) + `">`
	}
	if offers, others := parse.Discover([]byte(many), feeds.ParseURL("https://desk.example/")); len(offers) != 10 || len(others) != 1 {
		t.Errorf("a page with 100 feeds offers %d and %d", len(offers), len(others))
	}
}

func TestParseOPML(t *testing.T) {
	list := `<?xml version="1.0" encoding="windows-1251"?><opml version="1.1"><head><title>x</title></head><body>
<outline text="Think tanks"><outline text="Security &amp; defence">
<outline type="rss" text="Review" title="The Review" xmlUrl="https://review.example/feed" category="/NATO/Baltic,analysis"/>
<outline text="The Review" xmlURL="feed://other.example/feed"/></outline>
<outline text="Again" xmlUrl="https://review.example/feed"/></outline>
<outline text="Local" xmlUrl="file:///etc/passwd"/><outline text="` + "\xcd\xe0\xf2\xee" + `" xmlUrl="feed:https://nato.example/"/><outline xmlUrl="https://nameless.example/rss"/>
</body></opml>`
	got, warnings, err := parse.ParseOPML([]byte(list))
	if err != nil {
		t.Fatal(err)
	}
	want := []feeds.Source{
		{ID: "The Review", URL: "https://review.example/feed", Tags: []string{"Think tanks", "Security & defence", "NATO/Baltic", "analysis"}},
		{ID: "http://other.example/feed", URL: "http://other.example/feed", Tags: []string{"Think tanks", "Security & defence"}},
		{ID: "Нато", URL: "https://nato.example/"},
		{ID: "https://nameless.example/rss", URL: "https://nameless.example/rss"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("feeds (-want +got):\n%s", diff)
	}
	if len(warnings) != 3 || !strings.Contains(warnings[2], "Local is left out") {
		t.Errorf("warnings are %q", warnings)
	}
}

func TestParseOPMLBroken(t *testing.T) {
	for _, tt := range []struct{ name, list, err, warning string }{
		{"nothing", "", "no opml element", ""},
		{"a feed", testutil.RSS(), "no opml element", ""},
		{"words", "Hello & welcome", "no opml element", ""},
		{"cut off", `<opml><body><outline xmlUrl="https://a.example/f"/><outline xmlUrl="htt`, "", "broken behind 1 feeds"},
		{"folders without end", "<opml>" + strings.Repeat("<outline text='a'>", 100), "nested more than 20 deep", ""},
	} {
		_, warnings, err := parse.ParseOPML([]byte(tt.list))
		if tt.err == "" && err != nil || tt.err != "" && (err == nil || !strings.Contains(err.Error(), tt.err)) {
			t.Errorf("%s: the error is %v, want %q", tt.name, err, tt.err)
		}
		if !strings.Contains(strings.Join(warnings, "\n"), tt.warning) {
			t.Errorf("%s: warnings are %q", tt.name, warnings)
		}
	}
}

func TestWriteOPML(t *testing.T) {
	sources := []feeds.Source{
		{ID: `A "quoted" & <tagged> name`, URL: "https://a.example/f?x=1&y=2", Tags: []string{"one", "two & three"}},
		{ID: "B", URL: "https://ann:secret@b.example/"},
	}
	var b strings.Builder
	if err := parse.WriteOPML(&b, "watcher", sources); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(b.String(), "secret") {
		t.Error("a password is in the list")
	}
	got, warnings, err := parse.ParseOPML([]byte(b.String()))
	if err != nil || len(warnings) > 0 {
		t.Fatal(err, warnings)
	}
	sources[1].URL = "https://b.example/"
	if diff := cmp.Diff(sources, got); diff != "" {
		t.Errorf("written and read (-want +got):\n%s", diff)
	}
}

func FuzzParseOPML(f *testing.F) {
	f.Add([]byte(`<opml><body><outline text="a"><outline xmlUrl="http://b/" category="c"/></outline></body></opml>`))
	f.Fuzz(func(t *testing.T, b []byte) {
		sources, _, err := parse.ParseOPML(b)
		if err != nil {
			return
		}
		for i := range sources {
			if ps := sources[i].Validate(); len(ps) > 0 {
				t.Fatalf("%+v: %v", sources[i], ps)
			}
		}
	})
}

func FuzzDiscover(f *testing.F) {
	f.Add([]byte(`<base href="x"><link rel=alternate type=application/rss+xml href="/f"><a href="rss">x</a>`))
	f.Fuzz(func(t *testing.T, b []byte) {
		offers, others := parse.Discover(b, feeds.ParseURL("https://a.example/"))
		for _, o := range append(offers, others...) {
			if feeds.ParseURL(o.URL) == nil {
				t.Fatalf("%+v", o)
			}
		}
	})
}
