package daemon_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"watcher/internal/admin"
	"watcher/internal/config"
	"watcher/internal/daemon"
	"watcher/internal/desk"
	"watcher/internal/notify"
)

const reloaded = `store: {path: watcher.db}
feeds:
  - {name: Wire, url: "https://example.org/wire"}
  - {name: Desk, url: "https://example.org/desk"}
rules: [{name: nato, keywords: [NATO]}]
notify: {log: {type: console}}
ops: {notify: [log]}
`

// A refused config is reported to ops once for the same mistakes, and to the log with a
// line for each mistake; a good one says what it changed.
func TestReloadIsTold(t *testing.T) {
	path := filepath.Join(t.TempDir(), "watcher.yaml")
	put := func(text string) {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	put(reloaded)
	cfg, err := config.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	d, err := daemon.New(cfg, daemon.Options{Version: "test", ConfigPath: path, Log: slog.New(slog.NewTextHandler(&log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	put(strings.NewReplacer("keywords: [NATO]", "match: (NATO", "https://example.org/desk", "ftp://x").Replace(reloaded))
	for range 2 {
		if err := d.Reload(t.Context()); err == nil {
			t.Fatal("a bad config was taken")
		}
	}
	if n := strings.Count(log.String(), "config not reloaded"); n != 4 || strings.Contains(log.String(), `\n`) {
		t.Errorf("%d lines of two mistakes, told twice:\n%s", n, &log)
	}
	put(strings.NewReplacer("name: Desk", "name: Bureau", "[NATO]", "[NATO, SHAPE]").Replace(reloaded))
	if err := d.Reload(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, says := range []string{`feeds_changed="+Bureau -Desk"`, "rules_changed=~nato"} {
		if !strings.Contains(log.String(), says) {
			t.Errorf("the log does not say %s:\n%s", says, &log)
		}
	}
	if strings.Contains(log.String(), "targets_changed") {
		t.Errorf("no target was changed:\n%s", &log)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	told := 0
	err = (&admin.Local{Config: cfg}).ReadAlerts(func(l admin.Alerts) error {
		return l.Alerts(t.Context(), time.Time{}, false, func(a notify.Trace) bool {
			if a.Trouble != nil && a.Trouble.Kind == "config_refused" {
				told++
			}
			return true
		})
	})
	if err != nil || told != 1 {
		t.Errorf("ops were told %d times, want once: %v", told, err)
	}
}

// A target whose address was corrected gets what waits for it with the reload, although it
// was to be left alone for five minutes. Before, the status said since when it fails and
// what it answered.
func TestReloadTriesARepairedTarget(t *testing.T) {
	t.Parallel()
	w := newWeb(t)
	w.publish("old")
	gone := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) { http.Error(rw, "unsubscribed", http.StatusGone) }))
	t.Cleanup(gone.Close)
	path := filepath.Join(t.TempDir(), "watcher.yaml")
	config410 := func(url string) {
		writeConfig(t, path, w.URL, rulesNATO)
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(strings.Replace(string(text), w.URL+"/hook", url, 1)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	config410(gone.URL)
	reload := make(chan os.Signal)
	run(t, path, reload)
	cfg, err := config.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	w.waitPolls(t, 1)
	w.publish("NATO to a hook that is gone")
	w.waitFor(t, "the failing in the status", func() bool {
		var s desk.Status
		if err := admin.NewClient(admin.SocketPath(cfg.Store, os.Getenv)).Get(t.Context(), "/status", &s); err != nil {
			t.Fatal(err)
		}
		return len(s.Failing) == 1 && s.Failing[0].Failures == 1 && strings.Contains(s.Failing[0].Error, "unsubscribed") && s.Failing[0].Next.After(time.Now().Add(time.Minute))
	})
	config410(w.URL + "/hook")
	reload <- syscall.SIGHUP
	w.waitFor(t, "the alert", func() bool { return slices.Contains(w.alerts, "NATO to a hook that is gone") })
}
