package feeds

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"watcher/internal/problem"
)

func TestDiscover(t *testing.T) {
	tests := []struct {
		name, page string
		want       []Offer
	}{
		{
			"what the head names, each once, comments last",
			`<html><head><link rel="alternate" type="application/rss+xml" title="Comments feed" href="/comments/feed/">
<link rel="alternate" type="application/rss+xml" title="News" href="/feed/"><link rel="ALTERNATE" type="application/atom+xml; charset=utf-8" href="https://desk.example/atom.xml">
<link rel="alternate" type="application/json" href="/wp-json/wp/v2/pages/1"><link rel="alternate" hreflang="et" href="/et/"><link rel="stylesheet" href="/feed.css">
<link rel="alternate" type="application/rss+xml" href="/feed/"></head><a href="/other/rss">RSS</a>`,
			[]Offer{{"News", "https://desk.example/feed/"}, {"", "https://desk.example/atom.xml"}, {"Comments feed", "https://desk.example/comments/feed/"}},
		},
		{
			"what links look like, where the head names none",
			`<a href="/about">About</a><a href="news.rss">The <b>news</b></a><a href="/feeds/all.xml">All</a><a href="javascript:feed()">x</a><a href="/?feed=rss2">WP</a>`,
			[]Offer{{"The", "https://desk.example/page/news.rss"}, {"All", "https://desk.example/feeds/all.xml"}, {"WP", "https://desk.example/?feed=rss2"}},
		},
		{"an address of its own for links", `<base href="https://cdn.example/x/"><link rel=alternate type=application/feed+json href=f.json>`, []Offer{{"", "https://cdn.example/x/f.json"}}},
		{"a page without feeds", `<p>Hello`, nil},
		{"feedback is no feed", `<a href="/feedback">Feedback</a>`, nil},
		{
			"types that say little, and none, where the address is one of a feed",
			`<link rel="alternate" type="text/xml" title="X" href="/x"><link rel="alternate" type="application/xml" href="/y.xml"><link rel="alternate" type="application/json" href="/posts.json"><link rel="alternate" type="application/json" href="/api/1"><link rel="alternate" href="/feed/"><link rel="alternate" href="/et/"><link rel="alternate" type="text/html" href="/rss">`,
			[]Offer{{"X", "https://desk.example/x"}, {"", "https://desk.example/y.xml"}, {"", "https://desk.example/posts.json"}, {"", "https://desk.example/feed/"}},
		},
		{
			"links by what they are called, and by their types",
			`<a href="/1" title="RSS"><i></i></a><a href="/2"><img src="x" alt="RSS feed"></a><a href="/3">Our RSS</a><a href="/4" type="application/atom+xml">News</a><a href="/5">Atom bombs</a><a href="feed://desk.example/6">Six</a><a href="https://feeds.desk.example/7">Seven</a><a href="/?format=feed&amp;type=rss">Eight</a><a href="/rss.css">x</a><a href="/9">Atom`,
			[]Offer{{"RSS", "https://desk.example/1"}, {"RSS feed", "https://desk.example/2"}, {"Our RSS", "https://desk.example/3"}, {"News", "https://desk.example/4"}, {"Six", "https://desk.example/6"}, {"Seven", "https://feeds.desk.example/7"}, {"Eight", "https://desk.example/?format=feed&type=rss"}, {"Atom", "https://desk.example/9"}},
		},
		{"an address with the scheme of readers", `<link rel=alternate type=application/rss+xml href="feed:https://desk.example/f#top">`, []Offer{{"", "https://desk.example/f"}}},
	}
	for _, tt := range tests {
		got, _ := Discover([]byte(tt.page), parseBase("https://desk.example/page/"))
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
	many := strings.Repeat(`<a href="/x/rss">x</a>`, 3)
	for i := range 100 {
		many += `<link rel=alternate type=application/rss+xml href="/` + strings.Repeat("a", i) + `">`
	}
	if offers, others := Discover([]byte(many), parseBase("https://desk.example/")); len(offers) != maxOffers || len(others) != 1 {
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
	got, warnings, err := ParseOPML([]byte(list))
	if err != nil {
		t.Fatal(err)
	}
	want := []Source{
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
		{"a feed", rssFeed(), "no opml element", ""},
		{"words", "Hello & welcome", "no opml element", ""},
		{"cut off", `<opml><body><outline xmlUrl="https://a.example/f"/><outline xmlUrl="htt`, "", "broken behind 1 feeds"},
		{"folders without end", "<opml>" + strings.Repeat("<outline text='a'>", 100), "nested more than 20 deep", ""},
	} {
		_, warnings, err := ParseOPML([]byte(tt.list))
		if tt.err == "" && err != nil || tt.err != "" && (err == nil || !strings.Contains(err.Error(), tt.err)) {
			t.Errorf("%s: the error is %v, want %q", tt.name, err, tt.err)
		}
		if !strings.Contains(strings.Join(warnings, "\n"), tt.warning) {
			t.Errorf("%s: warnings are %q", tt.name, warnings)
		}
	}
}

func TestWriteOPML(t *testing.T) {
	sources := []Source{
		{ID: `A "quoted" & <tagged> name`, URL: "https://a.example/f?x=1&y=2", Tags: []string{"one", "two & three"}},
		{ID: "B", URL: "https://ann:secret@b.example/"},
	}
	var b strings.Builder
	if err := WriteOPML(&b, "watcher", sources); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(b.String(), "secret") {
		t.Error("a password is in the list")
	}
	got, warnings, err := ParseOPML([]byte(b.String()))
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
		sources, _, err := ParseOPML(b)
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
		offers, others := Discover(b, parseBase("https://a.example/"))
		for _, o := range append(offers, others...) {
			if parseBase(o.URL) == nil {
				t.Fatalf("%+v", o)
			}
		}
	})
}

func TestValidate(t *testing.T) {
	ok := Source{ID: "Desk", URL: "https://desk.example/feed"}
	tests := []struct {
		name   string
		change func(*Source)
		want   []problem.Problem
	}{
		{"nothing wrong", func(s *Source) {}, nil},
		{"all that may be said", func(s *Source) {
			s.Tags, s.Schedule, s.Timezone, s.MaxAge = []string{"a"}, "*/10 6-22 * * MON-FRI", "Europe/Tallinn", time.Hour
			s.Username, s.Password, s.UserAgent, s.Proxy = "ann", "pw", "desk/1", "socks5://127.0.0.1:1080"
			s.Headers = map[string]string{"X-Key": "k"}
		}, nil},
		{"no address", func(s *Source) { s.URL = "" }, []problem.Problem{{Key: "url", Text: "is missing"}}},
		{"no scheme", func(s *Source) { s.URL = "desk.example/feed" }, []problem.Problem{{Key: "url", Text: "the URL must begin with http:// or https://"}}},
		{"no host", func(s *Source) { s.URL = "https:///feed" }, []problem.Problem{{Key: "url", Text: "the URL names no host"}}},
		{"no URL", func(s *Source) { s.URL = "http://[::1" }, []problem.Problem{{Key: "url", Text: `not a URL: "http://[::1"`}}},
		{"too often", func(s *Source) { s.Every = time.Millisecond }, []problem.Problem{{Key: "every", Text: "the shortest interval is 1s"}}},
		{"two cadences", func(s *Source) { s.Every, s.Schedule = time.Minute, "@hourly" }, []problem.Problem{{Key: "schedule", Text: "every and schedule exclude each other, keep one"}}},
		{"a cron spec that makes the parser panic", func(s *Source) { s.Schedule = "TZ=0" }, []problem.Problem{{Key: "schedule", Text: "write the time zone under timezone, not in the cron spec"}}},
		{"a time zone for nothing", func(s *Source) { s.Timezone = "Europe/Tallinn" }, []problem.Problem{{Key: "timezone", Text: "only a schedule has a time zone"}}},
		{"an empty tag", func(s *Source) { s.Tags = []string{"a", " "} }, []problem.Problem{{Key: "tags[1]", Text: "a tag cannot be empty"}}},
		{"an age below nothing", func(s *Source) { s.MaxAge = -1 }, []problem.Problem{{Key: "max_age", Text: "cannot be negative"}}},
		{"two ways to log in", func(s *Source) { s.Token, s.Username = "t", "ann" }, []problem.Problem{{Key: "token", Text: "a token and a username exclude each other"}}},
		{"a password of nobody", func(s *Source) { s.Password = "pw" }, []problem.Problem{{Key: "password", Text: "needs a username"}}},
		{"a user that basic authentication cannot carry", func(s *Source) { s.Username = "a:b" }, []problem.Problem{{Key: "username", Text: "cannot contain a colon (RFC 7617)"}}},
		{"a header smuggled into another", func(s *Source) { s.Headers = map[string]string{"X-A": "b\r\nX-C: d"} }, []problem.Problem{{Key: "headers.X-A", Text: "cannot contain control characters"}}},
		{"a header of ours", func(s *Source) { s.Headers = map[string]string{"if-none-match": "x"} }, []problem.Problem{{Key: "headers.if-none-match", Text: "this header cannot be set: watcher sets it itself"}}},
		{"a header with a blank", func(s *Source) { s.Headers = map[string]string{"X A": "b"} }, []problem.Problem{{Key: "headers.X A", Text: "not the name of a header"}}},
		{"a user agent of two lines", func(s *Source) { s.UserAgent = "a\nb" }, []problem.Problem{{Key: "user_agent", Text: "cannot contain control characters"}}},
		{"a token of two lines", func(s *Source) { s.Token = "a\nb" }, []problem.Problem{{Key: "token", Text: "cannot contain control characters"}}},
		{"a TLS of no known kind", func(s *Source) { s.TLS = "1.0" }, []problem.Problem{{Key: "tls", Text: "is legacy, or left out"}}},
		{"a proxy of no known kind", func(s *Source) { s.Proxy = "ftp://p.example" }, []problem.Problem{{Key: "proxy", Text: "the URL must begin with http:// or https:// or socks5://"}}},
	}
	for _, tt := range tests {
		s := ok
		tt.change(&s)
		if diff := cmp.Diff(tt.want, s.Validate()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}
