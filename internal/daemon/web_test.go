package daemon_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"watcher/internal/admin"
	"watcher/internal/config"
	"watcher/internal/daemon"
)

// freeAddress is one that nobody listens on.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// page fetches what the daemon serves.
func page(t *testing.T, address, path string) (status int, body string) {
	t.Helper()
	resp, err := http.Get("http://" + address + path)
	if err != nil {
		return 0, err.Error()
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(b)
}

func TestHealthAndMetricsOfARunningDaemon(t *testing.T) {
	t.Parallel()
	w := newWeb(t)
	w.publish("NATO was here before")
	path, address := filepath.Join(t.TempDir(), "watcher.yaml"), freeAddress(t)
	writeConfig(t, path, w.URL, rulesNATO+fmt.Sprintf("http: {listen: %q}\n", address))
	reload := make(chan os.Signal)
	stop := run(t, path, reload)
	w.waitPolls(t, 2)
	w.publish("NATO sends a brigade")
	w.waitFor(t, "the alert", func() bool { return len(w.alerts) > 0 })
	for _, check := range []string{"/healthz", "/readyz"} {
		if status, body := page(t, address, check); status != http.StatusOK || body != "ok\n" {
			t.Errorf("%s: %d %q", check, status, body)
		}
	}
	status, body := page(t, address, "/metrics")
	for _, want := range []string{
		`watcher_build_info{version="test"} 1`, `watcher_ready 1`, `watcher_feeds{state="ok"} 1`, `watcher_items_total 1`,
		`watcher_alerts_total 1`, `watcher_feed_healthy{feed="desk"} 1`, `watcher_polls_total{result="read"}`, `watcher_polls_total{result="unchanged"}`,
	} {
		if !strings.Contains(body, "\n"+want) {
			t.Errorf("the metrics (%d) have no %s", status, want)
		}
	}
	if strings.Contains(body, "watcher_websub") {
		t.Error("there are metrics of WebSub, which is off")
	}
	if status, _ := page(t, address, "/websub/x"); status != http.StatusNotFound {
		t.Errorf("callbacks are served without http.public_url: %d", status)
	}

	// Where it listens is not for a reload to change, and that is said.
	writeConfig(t, path, w.URL, rulesNATO)
	reload <- syscall.SIGHUP
	reload <- syscall.SIGHUP
	if _, body := page(t, address, "/metrics"); !strings.Contains(body, "\nwatcher_config_last_reload_successful 0") {
		t.Error("a reload without http.listen is not refused")
	}
	stop()
	if status, _ := page(t, address, "/healthz"); status != 0 {
		t.Errorf("it answers %d after its end", status)
	}
}

func TestAnAddressThatIsTaken(t *testing.T) {
	t.Parallel()
	w := newWeb(t)
	path := filepath.Join(t.TempDir(), "watcher.yaml")
	writeConfig(t, path, w.URL, rulesNATO+fmt.Sprintf("http: {listen: %q}\n", w.Listener.Addr()))
	cfg, err := config.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	d, err := daemon.New(cfg, daemon.Options{Version: "test", Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if err := d.Run(context.Background()); err == nil || !strings.Contains(err.Error(), "http.listen") {
		t.Errorf("it runs: %v", err)
	}
	if _, err := os.Stat(admin.SocketPath(cfg.Store.Path, os.Getenv)); err == nil {
		t.Error("the admin socket is left behind")
	}
}
