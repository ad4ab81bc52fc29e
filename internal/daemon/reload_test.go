package daemon_test

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"watcher/internal/config"
	"watcher/internal/daemon"
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

// A refused config is told to ops once for the same mistakes, and to the log a
// line a mistake; a good one says what it changed.
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
	err = daemon.ReadLedger(t.Context(), cfg, func(l daemon.Ledger) error {
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
