//go:build !race

package page_test

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
)

var shots = flag.String("shots", "", "a folder that gets a picture of each page")

// contentPolicy is the policy of internal/web.
const contentPolicy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// browserFolder returns the packages that drive Chromium; without them the test is skipped.
func browserFolder(t *testing.T) (folder, chromium string) {
	t.Helper()
	chromium, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("chromium is not installed")
	}
	if _, err := exec.LookPath("npm"); err != nil {
		t.Skip("npm is not installed")
	}
	out, err := exec.Command("../../../.ci/npm", "testdata/browser").Output()
	if err != nil {
		t.Skipf("npm ci does not work here: %v", err)
	}
	return strings.TrimSpace(string(out)), chromium
}

// openBrowser starts the one Chromium that all scripts use. drive has a script of
// testdata/browser do a task, and returns its output.
func openBrowser(t *testing.T) (drive func(t *testing.T, script string, task map[string]any) string) {
	t.Helper()
	folder, chromium := browserFolder(t)
	server := exec.Command("node", "serve.mjs", chromium)
	server.Dir, server.Stderr = folder, os.Stderr
	stdin, err := server.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := server.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		stdin.Close() // which ends it
		if err := server.Wait(); err != nil {
			t.Errorf("the browser: %v", err)
		}
	})
	address, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatalf("the browser has no address: %v", err)
	}
	return func(t *testing.T, script string, task map[string]any) string {
		t.Helper()
		task["browser"], task["shots"] = strings.TrimSpace(address), *shots
		in, err := json.Marshal(task)
		if err != nil {
			t.Fatal(err)
		}
		node := exec.Command("node", script)
		node.Dir, node.Stdin, node.Stderr = folder, strings.NewReader(string(in)), os.Stderr
		out, err := node.Output()
		if err != nil {
			t.Fatalf("%s: %v\n%s", script, err, out)
		}
		return strings.TrimSpace(string(out))
	}
}

// TestInBrowser checks what only Chromium shows.
func TestInBrowser(t *testing.T) {
	drive := openBrowser(t)

	// No page scrolls sideways, breaks our own policy, writes to the console or shuts
	// somebody out, at any width, in any scheme, with and without scripts. Opening one
	// changes nothing, whoever follows the links.
	t.Run("every page", func(t *testing.T) {
		room := newRulesRoom(t)
		room.desk.alerts = room.desk.alerts[:8] // axe checks each letter
		site := serve(t, as(anna, room))
		var pages []string
		for _, p := range everyPage {
			pages = append(pages, strings.TrimPrefix(p, "/"))
		}
		before := room.files(t)
		if found := drive(t, "walk.mjs", map[string]any{"url": site, "pages": pages}); found != "" {
			t.Error(found)
		}
		room.desk.mu.Lock()
		defer room.desk.mu.Unlock()
		if len(room.desk.did) > 0 || !maps.Equal(before, room.files(t)) {
			t.Errorf("to open pages and follow links has done %q, and the files are %q", room.desk.did, room.files(t))
		}
	})

	// The same holds at each step of editing rules and acknowledging alerts.
	t.Run("changes", func(t *testing.T) {
		room := newRulesRoom(t)
		site := serve(t, as(anna, room))
		if found := drive(t, "edit.mjs", map[string]any{"url": site, "rule": "harbour", "alert": "a999998"}); found != "" {
			t.Error(found)
		}
		if did := strings.Join(room.desk.did, "\n"); strings.Count(did, "ack a999998 by anna: asked the harbour master") != 2 || strings.Count(did, "mute rule") != 2 {
			t.Errorf("with and without scripts they did\n%s", did)
		}
	})

	t.Run("tabs", func(t *testing.T) {
		room := newRulesRoom(t)
		room.desk.alerts = room.desk.alerts[:2]
		site := serve(t, as(anna, room))
		if found := drive(t, "tabs.mjs", map[string]any{"url": site}); found != "" {
			t.Error(found)
		}
	})

	t.Run("story", func(t *testing.T) { story(t, drive) })
}

// streams are the event streams of a site: how many are open, were opened, and were open at
// most at a time.
type streams struct {
	mu                 sync.Mutex
	Open, Opened, Most int
	news               chan struct{} // closed when there are some, and made anew
}

func (s *streams) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.Open++
	s.Opened++
	s.Most = max(s.Most, s.Open)
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		s.Open--
		s.mu.Unlock()
	}()
	w.Header().Set("Content-Type", "text/event-stream")
	for {
		s.mu.Lock()
		news := s.news
		s.mu.Unlock()
		if w.(http.Flusher).Flush(); r.Context().Err() != nil {
			return
		}
		select {
		case <-r.Context().Done():
			return
		case <-news:
			io.WriteString(w, "event: alert\ndata: {}\n\n")
		}
	}
}

// serve serves a page under our own policy, with streams of events beside it.
func serve(t *testing.T, h http.Handler) (address string) {
	t.Helper()
	s := &streams{news: make(chan struct{})}
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", contentPolicy)
		switch {
		case strings.HasSuffix(r.URL.Path, "/events"):
			s.ServeHTTP(w, r)
		case r.URL.Path == "/streams":
			s.mu.Lock()
			defer s.mu.Unlock()
			fmt.Fprintf(w, `{"open": %d, "opened": %d, "most": %d}`, s.Open, s.Opened, s.Most)
		case r.URL.Path == "/news":
			s.mu.Lock()
			defer s.mu.Unlock()
			close(s.news)
			s.news = make(chan struct{})
		default:
			h.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(site.CloseClientConnections)
	return site.URL + "/"
}
