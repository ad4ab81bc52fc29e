//go:build !race

package page_test

import (
	"context"
	"encoding/json"
	"fmt"
	"html"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"golang.org/x/crypto/bcrypt"

	"watcher/internal/config"
	"watcher/internal/daemon"
)

// press is a feed, to which a test adds, and the receiver of the alerts.
type press struct {
	mu     sync.Mutex
	titles []string
	pages  []string // the link to its page in each message
	refuse string   // what the receiver says to each message instead of taking it
}

func (p *press) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch r.URL.Path {
	case "/feed":
		fmt.Fprint(w, `<rss version="2.0"><channel><title>Harbour News</title>`)
		for i, title := range p.titles {
			fmt.Fprintf(w, `<item><title>%s</title><guid isPermaLink="false">g%d</guid><link>https://news.example.org/%d</link></item>`, html.EscapeString(title), i, i)
		}
		fmt.Fprint(w, `</channel></rss>`)
	case "/refuse":
		p.refuse = r.URL.Query().Get("words")
	case "/hook":
		if p.refuse != "" {
			http.Error(w, p.refuse, http.StatusBadRequest)
			return
		}
		var m struct {
			Data struct {
				Alerts []struct{ Page string }
			}
		}
		if err := json.NewDecoder(r.Body).Decode(&m); err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		for _, a := range m.Data.Alerts {
			p.pages = append(p.pages, a.Page)
		}
	case "/publish":
		p.titles = append(p.titles, r.URL.Query().Get("title"))
	case "/messages":
		_ = json.NewEncoder(w).Encode(p.pages)
	}
}

// story is a morning in a browser, with the real daemon: an alert arrives live, is opened
// from the link in its message and acknowledged, its feed is muted and unmuted, the rule is
// edited with a preview and saved, and the next article matches again.
func story(t *testing.T, drive func(*testing.T, string, map[string]any) string) {
	p := &press{titles: []string{"An old story"}}
	world := httptest.NewServer(p)
	defer world.Close()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	l.Close()
	hash, err := bcrypt.GenerateFromPassword([]byte("harbour master"), 5)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for name, text := range map[string]string{
		"users":            "anna:" + string(hash) + "\n",
		"rules.d/desk.yml": "rules:\n  - {name: frigates, match: frigate, notify: [hook]}\n",
		"watcher.yaml": fmt.Sprintf(`
include: [rules.d/*.yml]
network: {allow: [127.0.0.0/8]}
poll: {every: 1s}
http: {listen: %q, page_url: "http://%[1]s/", users_file: users, editors: [anna], edit: true}
feeds: [{name: Harbour News, url: "%[2]s/feed"}]
notify:
  hook: {type: webhook, url: "%[2]s/hook"}
ops: {notify: [hook]}
`, address, world.URL),
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(dir, "watcher.yaml")
	cfg, err := config.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	d, err := daemon.New(cfg, daemon.Options{ConfigPath: path, Version: "test", Log: slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn}))})
	if err != nil {
		t.Fatal(err)
	}
	ctx, end := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- d.Run(ctx) }()
	defer func() {
		end()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	}()
	if found := drive(t, "story.mjs", map[string]any{"url": "http://" + address + "/", "world": world.URL}); found != "" {
		t.Error(found)
	}
}
