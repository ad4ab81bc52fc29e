package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"watcher/internal/testutil"
)

// TestKillBetweenOlderPages kills the daemon while it reads the older pages of a feed that
// published more than it shows. After a restart each story of all pages arrives, once, and
// nothing that was there before.
func TestKillBetweenOlderPages(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	stories := func(from, to int, head string) string {
		var titles []string
		for n := to; n >= from; n-- {
			titles = append(titles, fmt.Sprint("story ", n))
		}
		return strings.Replace(rss(titles...), "<item>", head+"<item>", 1)
	}
	older := func(page string) string {
		return `<link xmlns="http://www.w3.org/2005/Atom" rel="next" href="` + page + `"/>`
	}
	var busy, hold, reached atomic.Bool
	hold.Store(true)
	site := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		switch {
		case !busy.Load():
			fmt.Fprint(rw, stories(1, 4, ""))
		case r.URL.Path == "/feed":
			fmt.Fprint(rw, stories(13, 16, older("/2")))
		case r.URL.Path == "/2":
			fmt.Fprint(rw, stories(9, 12, older("/3")))
		case r.URL.Path == "/3" && hold.Load():
			reached.Store(true)
			<-r.Context().Done()
		case r.URL.Path == "/3":
			fmt.Fprint(rw, stories(-3, 8, ""))
		}
	}))
	defer site.Close()
	config := strings.Replace(fmt.Sprintf(worldConfig, w.url), w.url+"/feed.xml", site.URL+"/feed", 1)
	testutil.WriteFile(t, filepath.Join(w.dir, "watcher.yaml"), config, 0o600)
	if out, err := w.command("once").CombinedOutput(); err != nil {
		t.Fatalf("take the baseline: %v\n%s", err, out)
	}

	busy.Store(true)
	p := w.start()
	w.await("the second older page to be asked for", reached.Load)
	p.kill()
	if got := w.records("begun.jsonl"); len(got) > 0 {
		t.Errorf("sent before all pages were read: %v", got)
	}
	hold.Store(false)
	p = w.start()
	for n := 5; n <= 16; n++ {
		w.awaitTitle("hooks.jsonl", fmt.Sprint("story ", n))
	}
	p.end()
	if all := w.records("hooks.jsonl"); len(all) != 12 {
		t.Errorf("%d messages, want one for each of 12 stories: %v", len(all), all)
	}
	out, err := w.command("feeds", "Wire").CombinedOutput()
	if err != nil || !strings.Contains(string(out), "Wire  ok\n") || !strings.Contains(string(out), "  older pages  2 read ") {
		t.Errorf("%v, %s", err, out)
	}
}
