package daemon_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/crypto/bcrypt"

	"watcher/internal/admin"
	"watcher/internal/config"
	"watcher/internal/daemon"
)

// freeAddress returns an address on which nobody listens.
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

	// A reload cannot change where it listens, and says so.
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
	if _, err := os.Stat(admin.SocketPath(cfg.Store, os.Getenv)); err == nil {
		t.Error("the admin socket is left behind")
	}
}

// The file of users is read again at each reload, and a user who was removed is logged out.
func TestUsersAreReadAtReload(t *testing.T) {
	t.Parallel()
	w := newWeb(t)
	dir := t.TempDir()
	path, address := filepath.Join(dir, "watcher.yaml"), freeAddress(t)
	password := func(word string) {
		t.Helper()
		hash, err := bcrypt.GenerateFromPassword([]byte(word), bcrypt.MinCost)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "users"), []byte("anna:"+string(hash)+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	password("first")
	writeConfig(t, path, w.URL, rulesNATO+fmt.Sprintf("http: {listen: %q, users_file: users, editors: [anna]}\n", address))
	reload := make(chan os.Signal)
	defer run(t, path, reload)()
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	signIn := func(word string) *http.Response {
		t.Helper()
		resp, err := client.PostForm("http://"+address+"/login", url.Values{"name": {"anna"}, "password": {word}})
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		return resp
	}
	reads := func(cookie string) int {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+address+"/api/v1/status", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Cookie", cookie)
		resp, err := client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		return resp.StatusCode
	}
	w.waitPolls(t, 1)
	first := signIn("first")
	if cookie := first.Header.Get("Set-Cookie"); first.StatusCode != http.StatusSeeOther || reads(cookie) != http.StatusOK || reads("") != http.StatusUnauthorized {
		t.Errorf("signing in: %d, with its cookie %d, without %d", first.StatusCode, reads(cookie), reads(""))
	}
	password("second")
	reload <- syscall.SIGHUP
	reload <- syscall.SIGHUP // the first reload is done when this one is taken
	if got := reads(first.Header.Get("Set-Cookie")); got != http.StatusUnauthorized {
		t.Errorf("after another password the session still reads: %d", got)
	}
	if old, now := signIn("first").StatusCode, signIn("second").StatusCode; old != http.StatusForbidden || now != http.StatusSeeOther {
		t.Errorf("the password before is answered %d, the one now %d", old, now)
	}
}

// Without the page nothing is served except health, metrics and the callbacks of hubs.
func TestWithoutThePage(t *testing.T) {
	t.Parallel()
	w := newWeb(t)
	path, address := filepath.Join(t.TempDir(), "watcher.yaml"), freeAddress(t)
	listen := strings.Replace(address, "127.0.0.1", "", 1) // on all addresses
	writeConfig(t, path, w.URL, rulesNATO+fmt.Sprintf("http: {listen: %q, page: false}\n", listen))
	defer run(t, path, nil)()
	w.waitPolls(t, 1)
	for path, want := range map[string]int{
		"/healthz": 200, "/readyz": 200, "/metrics": 200, "/": 404, "/alerts": 404, "/api/v1/status": 404, "/login": 404, "/alerts.atom": 404,
	} {
		if status, body := page(t, address, path); status != want {
			t.Errorf("%s: %d %s", path, status, body)
		}
	}
}
