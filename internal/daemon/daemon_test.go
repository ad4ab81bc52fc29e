package daemon_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"watcher/internal/admin"
	"watcher/internal/config"
	"watcher/internal/daemon"
	"watcher/internal/desk"
	"watcher/internal/past"
	"watcher/internal/rules"
	"watcher/internal/store/bolt"
)

// web serves one feed to which a test adds items, and accepts webhooks.
type web struct {
	*httptest.Server
	mu     sync.Mutex
	items  []string
	polls  int
	alerts []string // titles that arrived
	kinds  []string // of ops messages that arrived
	broken bool
	link   string // of every item; if empty, each has one of its own
}

func newWeb(t *testing.T) *web {
	w := &web{}
	mux := http.NewServeMux()
	mux.HandleFunc("/feed", w.feed)
	mux.HandleFunc("/hook", w.hook)
	mux.HandleFunc("/refuse", func(rw http.ResponseWriter, _ *http.Request) {
		http.Error(rw, "it is not wanted", http.StatusBadRequest)
	})
	w.Server = httptest.NewServer(mux)
	t.Cleanup(w.Close)
	return w
}

func (w *web) feed(rw http.ResponseWriter, _ *http.Request) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.polls++
	if w.broken {
		http.Error(rw, "down for a moment", http.StatusInternalServerError)
		return
	}
	rw.Header().Set("Content-Type", "application/rss+xml")
	fmt.Fprint(rw, `<rss version="2.0"><channel><title>Baltic desk</title>`)
	for _, title := range w.items {
		link := w.link
		if link == "" {
			link = "https://example.org/" + strings.ReplaceAll(title, " ", "-")
		}
		fmt.Fprintf(rw, `<item><guid isPermaLink="false">%[1]s</guid><title>%[1]s</title><link>%[2]s</link></item>`, title, link)
	}
	fmt.Fprint(rw, `</channel></rss>`)
}

func (w *web) hook(_ http.ResponseWriter, r *http.Request) {
	var m struct {
		Type string
		Data struct {
			Kind   string
			Alerts []struct{ Item struct{ Title string } }
		}
	}
	body, _ := io.ReadAll(r.Body)
	_ = json.Unmarshal(body, &m)
	w.mu.Lock()
	defer w.mu.Unlock()
	if m.Type == "watcher.ops" {
		w.kinds = append(w.kinds, m.Data.Kind)
		return
	}
	for _, a := range m.Data.Alerts {
		w.alerts = append(w.alerts, a.Item.Title)
	}
}

func (w *web) publish(titles ...string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.items = append(titles, w.items...)
}

// waitFor waits until the condition holds. It is checked under the lock.
func (w *web) waitFor(t *testing.T, what string, is func() bool) {
	t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for {
		w.mu.Lock()
		ok := is()
		w.mu.Unlock()
		if ok {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s did not happen", what)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

func (w *web) waitPolls(t *testing.T, n int) {
	t.Helper()
	w.mu.Lock()
	n += w.polls
	w.mu.Unlock()
	w.waitFor(t, "another poll", func() bool { return w.polls >= n })
}

func (w *web) received() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.alerts)
}

const rulesNATO = `
rules:
  - {name: nato, keywords: [NATO], notify: [hook]}
`

func writeConfig(t *testing.T, path, url, rules string) {
	t.Helper()
	text := fmt.Sprintf(`
store: {path: watcher.db}
network: {allow: [127.0.0.0/8]}
feeds:
  - {name: desk, url: "%[1]s/feed", every: 1s}
notify:
  hook: {type: webhook, url: "%[1]s/hook"}
ops: {notify: [hook]}
%[2]s`, url, rules)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// run runs a daemon until the returned function is called.
func run(t *testing.T, path string, reload <-chan os.Signal) (stop func()) {
	t.Helper()
	cfg, err := config.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	d, err := daemon.New(cfg, daemon.Options{Version: "test", ConfigPath: path, Reload: reload, Log: slog.New(slog.NewTextHandler(t.Output(), nil))})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- d.Run(ctx) }()
	var once sync.Once
	stop = func() {
		once.Do(func() {
			cancel()
			select {
			case err := <-ended:
				if err != nil {
					t.Error(err)
				}
			case <-time.After(10 * time.Second):
				t.Error("the daemon did not end within ten seconds")
			}
			if err := d.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	t.Cleanup(stop)
	return stop
}

func TestTheRoad(t *testing.T) {
	t.Parallel()
	w := newWeb(t)
	w.publish("NATO was here before")
	path := filepath.Join(t.TempDir(), "watcher.yaml")
	writeConfig(t, path, w.URL, rulesNATO)
	stop := run(t, path, nil)
	w.waitPolls(t, 2)
	w.publish("NATO sends a brigade", "A senator visits Anatolia")
	w.waitFor(t, "the alert", func() bool { return len(w.alerts) > 0 })
	w.waitPolls(t, 2)
	stop()
	// What was published while it was down is found at the next start, and nothing twice.
	w.publish("NATO while it was down")
	run(t, path, nil)
	w.waitFor(t, "the second alert", func() bool { return len(w.alerts) > 1 })
	w.waitPolls(t, 2)
	want := []string{"NATO sends a brigade", "NATO while it was down"}
	if got := w.received(); !slices.Equal(got, want) {
		t.Errorf("received %q, want %q", got, want)
	}
}

func TestReload(t *testing.T) {
	t.Parallel()
	w := newWeb(t)
	w.publish("old")
	path := filepath.Join(t.TempDir(), "watcher.yaml")
	writeConfig(t, path, w.URL, rulesNATO)
	reload := make(chan os.Signal)
	run(t, path, reload)
	cfg, err := config.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	client := admin.NewClient(admin.SocketPath(cfg.Store, os.Getenv))
	var status desk.Status
	get := func() {
		t.Helper()
		status = desk.Status{}
		if err := client.Get(t.Context(), "/status", &status); err != nil {
			t.Fatal(err)
		}
	}
	w.waitPolls(t, 1)

	writeConfig(t, path, w.URL, "rules: [{name: x, match: 'NATO AND ('}]")
	reload <- syscall.SIGHUP
	reload <- syscall.SIGHUP // read once the first was answered
	get()
	if !strings.Contains(status.ReloadError, "watcher.yaml") {
		t.Errorf("after a bad reload: %+v", status)
	}
	w.publish("NATO under the old config")
	w.waitFor(t, "an alert by the old config", func() bool { return slices.Contains(w.alerts, "NATO under the old config") })

	writeConfig(t, path, w.URL, "rules: [{name: x, keywords: [Suwałki], notify: [hook]}]")
	reload <- syscall.SIGHUP
	reload <- syscall.SIGHUP
	get()
	if status.ReloadError != "" || !status.Healthy {
		t.Errorf("after a good reload: %+v", status)
	}
	w.publish("NATO under the new config", "The Suwalki gap")
	w.waitFor(t, "an alert by the new config", func() bool { return slices.Contains(w.alerts, "The Suwalki gap") })
	if slices.Contains(w.received(), "NATO under the new config") {
		t.Error("the old rule still alerts")
	}
}

// The path of the store cannot change while a daemon has it open.
func TestReloadRefusesAnotherStore(t *testing.T) {
	t.Parallel()
	w := newWeb(t)
	path := filepath.Join(t.TempDir(), "watcher.yaml")
	writeConfig(t, path, w.URL, rulesNATO)
	cfg, err := config.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	d, err := daemon.New(cfg, daemon.Options{Version: "test", ConfigPath: path, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(strings.Replace(string(text), "watcher.db", "other.db", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := d.Reload(t.Context()); err == nil || !strings.Contains(err.Error(), "restart watcher") {
		t.Errorf("got %v", err)
	}
}

// A live blog or a list of warnings gives all its items one link. Each is an
// article of its own.
func TestItemsThatShareALinkAreEachAlerted(t *testing.T) {
	t.Parallel()
	w := newWeb(t)
	w.link = "https://example.org/warnings"
	w.publish("old")
	path := filepath.Join(t.TempDir(), "watcher.yaml")
	writeConfig(t, path, w.URL, rulesNATO)
	run(t, path, nil)
	w.waitPolls(t, 1)
	w.publish("NATO first warning", "NATO second warning")
	w.waitFor(t, "both alerts", func() bool { return len(w.alerts) == 2 })
}

// An address that network.allow no longer has is refused from the reload on.
func TestReloadWithdrawsAPermission(t *testing.T) {
	t.Parallel()
	w := newWeb(t)
	w.publish("old")
	path := filepath.Join(t.TempDir(), "watcher.yaml")
	writeConfig(t, path, w.URL, rulesNATO)
	reload := make(chan os.Signal)
	run(t, path, reload)
	w.waitPolls(t, 1)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(strings.Replace(string(text), "127.0.0.0/8", "10.1.2.3/32", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	reload <- syscall.SIGHUP
	reload <- syscall.SIGHUP
	cfg, err := config.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	failed := func() bool {
		var s desk.Status
		if err := admin.NewClient(admin.SocketPath(cfg.Store, os.Getenv)).Get(t.Context(), "/status", &s); err != nil {
			t.Fatal(err)
		}
		return s.Failed > 0
	}
	w.waitFor(t, "a refused poll", failed)
}

// A path that is too long for a socket gets a socket elsewhere, where only we can make one.
func TestLongPath(t *testing.T) {
	t.Parallel()
	w := newWeb(t)
	dir := filepath.Join(t.TempDir(), strings.Repeat("long", 30))
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "watcher.yaml")
	writeConfig(t, path, w.URL, rulesNATO)
	run(t, path, nil)
	w.waitPolls(t, 1)
	cfg, err := config.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	var s desk.Status
	if err := admin.NewClient(admin.SocketPath(cfg.Store, os.Getenv)).Get(t.Context(), "/status", &s); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(filepath.Dir(admin.SocketPath(cfg.Store, os.Getenv)))
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o700 {
		t.Errorf("its folder is open to others: %v", info.Mode())
	}
}

func TestFailingFeedIsReportedOnceAndItsRecoveryToo(t *testing.T) {
	t.Parallel()
	w := newWeb(t)
	w.broken = true
	path := filepath.Join(t.TempDir(), "watcher.yaml")
	writeConfig(t, path, w.URL, rulesNATO)
	run(t, path, nil)
	w.waitFor(t, "the report", func() bool { return slices.Contains(w.kinds, "feed_failing") })
	w.mu.Lock()
	w.broken = false
	w.mu.Unlock()
	w.waitFor(t, "the recovery", func() bool { return slices.Contains(w.kinds, "feed_recovered") })
	w.mu.Lock()
	defer w.mu.Unlock()
	if want := []string{"feed_failing", "feed_recovered"}; !slices.Equal(w.kinds, want) {
		t.Errorf("reports %q, want %q", w.kinds, want)
	}
}

func TestDamagedStoreIsReported(t *testing.T) {
	t.Parallel()
	w := newWeb(t)
	dir := t.TempDir()
	path := filepath.Join(dir, "watcher.yaml")
	writeConfig(t, path, w.URL, rulesNATO)
	if err := os.WriteFile(filepath.Join(dir, "watcher.db"), []byte(strings.Repeat("garbage", 10_000)), 0o600); err != nil {
		t.Fatal(err)
	}
	run(t, path, nil)
	w.waitFor(t, "the report", func() bool { return slices.Contains(w.kinds, "store_damaged") })
}

// A command that writes, or a start that fails later, puts the file aside too: the next
// daemon reports it.
func TestDamagePutAsideEarlierIsReported(t *testing.T) {
	t.Parallel()
	w := newWeb(t)
	dir := t.TempDir()
	path := filepath.Join(dir, "watcher.yaml")
	writeConfig(t, path, w.URL, rulesNATO)
	if err := os.WriteFile(filepath.Join(dir, "watcher.db"), []byte(strings.Repeat("garbage", 10_000)), 0o600); err != nil {
		t.Fatal(err)
	}
	store, err := bolt.Open(filepath.Join(dir, "watcher.db"))
	if err != nil {
		t.Fatal(err)
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	run(t, path, nil)
	w.waitFor(t, "the report", func() bool { return slices.Contains(w.kinds, "store_damaged") })
}

// A command that only reads leaves a damaged store to the daemon, which can report it.
func TestReadersLeaveADamagedStore(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path, garbage := filepath.Join(dir, "watcher.yaml"), []byte(strings.Repeat("garbage", 10_000))
	writeConfig(t, path, "http://127.0.0.1:1", rulesNATO)
	if err := os.WriteFile(filepath.Join(dir, "watcher.db"), garbage, 0o600); err != nil {
		t.Fatal(err)
	}
	cfg, err := config.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	for name, look := range map[string]func() error{
		"the history": func() (failed error) {
			for _, err := range (&admin.Local{Config: cfg}).Search(t.Context(), past.Query{Rule: rules.Rule{Match: "nato"}}, new(past.Looked), nil) {
				failed = err
			}
			return failed
		},
		"the feeds": func() (failed error) {
			for _, err := range (&admin.Local{Config: cfg}).Feeds(t.Context()) {
				failed = err
			}
			return failed
		},
		"the alerts": func() error {
			return (&admin.Local{Config: cfg}).ReadAlerts(func(admin.Alerts) error { return nil })
		},
	} {
		if err := look(); err == nil || !strings.Contains(err.Error(), "the next start of watcher run puts it aside") {
			t.Errorf("%s: %v", name, err)
		}
		left, err := os.ReadFile(filepath.Join(dir, "watcher.db"))
		if err != nil || !bytes.Equal(left, garbage) {
			t.Fatalf("%s: the store was changed: %v", name, err)
		}
	}
}

func TestHistory(t *testing.T) {
	t.Parallel()
	w := newWeb(t)
	w.publish("first")
	path := filepath.Join(t.TempDir(), "watcher.yaml")
	writeConfig(t, path, w.URL, rulesNATO)
	cfg, err := config.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	titles := func() (got []string) {
		t.Helper()
		var asked admin.Admin = &admin.Local{Config: cfg}
		if c, err := admin.Find(t.Context(), admin.Wanted{Config: path, Named: true}, os.Getenv); err == nil {
			asked = c
		}
		for a, err := range asked.Search(t.Context(), past.Query{Rule: rules.Rule{Match: "nato"}, Misses: true}, new(past.Looked), nil) {
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, a.Item.Title)
		}
		return got
	}
	if got := titles(); len(got) != 0 {
		t.Errorf("before the first start: %q", got)
	}
	stop := run(t, path, nil)
	w.waitPolls(t, 1)
	w.publish("NATO second")
	w.waitFor(t, "the alert", func() bool { return len(w.alerts) > 0 })
	want := []string{"NATO second", "first"}
	if got := titles(); !slices.Equal(got, want) {
		t.Errorf("by the daemon: %q, want %q", got, want)
	}
	stop()
	if got := titles(); !slices.Equal(got, want) {
		t.Errorf("from the store: %q, want %q", got, want)
	}
}

// TestNotify stands in for systemd: a datagram socket that keeps what it receives.
func TestNotify(t *testing.T) {
	w := newWeb(t)
	dir := t.TempDir()
	socket := filepath.Join("/tmp", fmt.Sprintf("watcher-notify-%d", os.Getpid()))
	conn, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: socket, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(); os.Remove(socket) })
	t.Setenv("NOTIFY_SOCKET", socket)
	t.Setenv("WATCHDOG_USEC", "200000")
	next := func(pattern string) {
		t.Helper()
		buf := make([]byte, 4096)
		for {
			if err := conn.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
				t.Fatal(err)
			}
			n, err := conn.Read(buf)
			if err != nil {
				t.Fatalf("waiting for %s: %v", pattern, err)
			}
			said := string(buf[:n])
			if said == "WATCHDOG=1" && pattern != "^WATCHDOG=1$" {
				continue
			}
			if !regexp.MustCompile(pattern).MatchString(said) {
				t.Fatalf("systemd was told %q, want %s", said, pattern)
			}
			return
		}
	}
	path := filepath.Join(dir, "watcher.yaml")
	writeConfig(t, path, w.URL, rulesNATO)
	reload := make(chan os.Signal)
	stop := run(t, path, reload)
	next(`^READY=1\nSTATUS=watching 1 feed with 1 rule$`)
	next(`^WATCHDOG=1$`)
	next(`^WATCHDOG=1$`)
	reload <- syscall.SIGHUP
	next(`^RELOADING=1\nMONOTONIC_USEC=\d+\nSTATUS=reloading$`)
	next(`^READY=1\nSTATUS=watching 1 feed with 1 rule$`)
	writeConfig(t, path, w.URL, "rules: 5")
	reload <- syscall.SIGHUP
	next(`^RELOADING=1\n`)
	next(`^READY=1\nSTATUS=.*the last reload was refused`)
	stop()
	next(`^STOPPING=1\n`)
}

// Two configs in one folder with stores of their own have daemons of their own.
func TestEachStoreHasItsOwnSocket(t *testing.T) {
	t.Parallel()
	w := newWeb(t)
	dir := t.TempDir()
	clients := make(map[string]*admin.Client)
	for _, name := range []string{"desk", "politics"} {
		path := filepath.Join(dir, name+".yaml")
		writeConfig(t, path, w.URL, rulesNATO)
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(strings.Replace(string(text), "watcher.db", name+".db", 1)), 0o600); err != nil {
			t.Fatal(err)
		}
		cfg, err := config.Load(path)
		if err != nil {
			t.Fatal(err)
		}
		clients[name] = admin.NewClient(admin.SocketPath(cfg.Store, os.Getenv))
		if name == "desk" {
			run(t, path, nil)
		}
	}
	w.waitPolls(t, 1)
	var s desk.Status
	if err := clients["desk"].Get(t.Context(), "/status", &s); err != nil {
		t.Errorf("the daemon that runs: %v", err)
	}
	if err := clients["politics"].Get(t.Context(), "/status", &s); !errors.Is(err, admin.ErrNoDaemon) {
		t.Errorf("the one that does not: %v", err)
	}
}
