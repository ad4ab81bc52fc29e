package daemon_test

import (
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"watcher/internal/admin"
	"watcher/internal/config"
	"watcher/internal/daemon"
	"watcher/internal/notify"
	"watcher/internal/store/bolt"
)

// What a removed target held is reported to ops once, and cannot be retried as long as
// nobody would send it.
func TestRemovedTargetIsTold(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "watcher.yaml")
	if err := os.WriteFile(path, []byte(reloaded), 0o600); err != nil {
		t.Fatal(err)
	}
	cfg, err := config.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	store, err := bolt.Open(cfg.Store.Path)
	if err != nil {
		t.Fatal(err)
	}
	left := notify.TroubleAlerts([]string{"closed", "shut"}, notify.Trouble{Kind: "feed_failing", Text: "It fails.", Since: time.Now()})
	if err := errors.Join(store.Report(t.Context(), left), store.Close()); err != nil {
		t.Fatal(err)
	}
	d, err := daemon.New(cfg, daemon.Options{Version: "test", ConfigPath: path, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(d.Reload(t.Context()), d.Close()); err != nil {
		t.Fatal(err)
	}
	var told []string
	err = (&admin.Local{Config: cfg}).ChangeAlerts(func(l admin.Alerts) error {
		err := l.Alerts(t.Context(), time.Time{}, false, func(a notify.Trace) bool {
			if a.Trouble != nil && a.Trouble.Kind == "target_removed" {
				told = append(told, a.Trouble.Text)
			}
			return true
		})
		if refused := l.Change(t.Context(), left[0].ID, admin.Retry); refused == nil || !strings.Contains(refused.Error(), "no target is called closed") {
			t.Errorf("a retry for a target that is gone: %v", refused)
		}
		return errors.Join(err, l.Change(t.Context(), left[0].ID, admin.Drop))
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(told) != 1 || !strings.HasPrefix(told[0], "2 alerts and messages were") {
		t.Errorf("ops were told %q, want one report of 2", told)
	}
}
