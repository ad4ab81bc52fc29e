package demo

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"watcher/internal/cli"
	"watcher/internal/feeds"
	"watcher/internal/feeds/parse"
)

// TestDemoFeeds: every feed of the demo is read without a warning, in every
// format, before and after its articles have appeared.
func TestDemoFeeds(t *testing.T) {
	s := newServer(time.Hour)
	web := httptest.NewServer(s.handler())
	defer web.Close()
	read := func(f feed) feeds.Document {
		t.Helper()
		resp, err := http.Get(web.URL + f.path)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		doc, err := parse.Read(body, resp.Header.Get("Content-Type"), feeds.Source{ID: f.name, URL: web.URL + f.path})
		if err != nil || len(doc.Warnings) > 0 {
			t.Fatalf("%s: %v, warnings %q", f.name, err, doc.Warnings)
		}
		return doc
	}
	total := 0
	for _, f := range sampleFeeds {
		doc := read(f)
		total += len(doc.Items)
		if doc.Head.Title != f.name || doc.Head.Language != f.language {
			t.Errorf("%s: read as %q in %q", f.name, doc.Head.Title, doc.Head.Language)
		}
	}
	if want := countFate(known); total != want {
		t.Errorf("%d articles at first, want the %d that were there before", total, want)
	}

	s.mu.Lock()
	s.start = time.Now().Add(-2 * time.Hour)
	for _, a := range articles {
		s.alerts[a.title] = true
	}
	s.mu.Unlock()
	total = 0
	for _, f := range sampleFeeds {
		for _, it := range read(f).Items {
			total++
			if it.Published.IsZero() || it.Published.After(time.Now()) || it.Link == "" || it.Text() == "" {
				t.Errorf("%s: %q lacks something: %+v", f.name, it.Title, it)
			}
			if it.Title == "Ministers settle on stockpile targets, but not on who pays" && it.GUID != "urn:docket:stockpile-targets" {
				t.Errorf("the guid of %q did not change: %s", it.Title, it.GUID)
			}
		}
	}
	if total != len(articles) {
		t.Errorf("%d articles at the end, want %d", total, len(articles))
	}
}

func countFate(f fate) int {
	n := 0
	for _, a := range articles {
		if a.fate == f {
			n++
		}
	}
	return n
}

// TestDemoTellsOfFailure: a demo with an alert missing, or one too many, fails and names
// it.
func TestDemoTellsOfFailure(t *testing.T) {
	for why, break_ := range map[string]func(s *server, a article) bool{
		"all as it must be":  func(_ *server, a article) bool { return a.fate == alerted },
		"one is missing":     func(_ *server, a article) bool { return a.fate == alerted && a.slug != "cable-repair" },
		"one should be mute": func(_ *server, a article) bool { return a.fate == alerted || a.slug == "chess" },
	} {
		s := newServer(time.Second)
		for _, a := range articles {
			if break_(s, a) {
				s.alerts[a.title] = true
			}
		}
		err := summarize(&cli.Terminal{Stdout: io.Discard}, s)
		if (err == nil) != (why == "all as it must be") {
			t.Errorf("%s: %v", why, err)
		}
	}
}
