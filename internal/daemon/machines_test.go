package daemon_test

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"watcher/internal/admin"
	"watcher/internal/config"
	"watcher/internal/desk"
	"watcher/internal/pgtest"
)

// Two daemons with a config and a socket each share a database. Every article is alerted
// once, each daemon knows of the other, and a config that says something else is reported.
// When one ends, the other goes on with all of the feeds. While the database is away
// nothing is polled, and each says why; once it is back, what was published meanwhile is
// alerted.
func TestMachinesShareADatabase(t *testing.T) {
	t.Parallel()
	cluster, err := pgtest.Start()
	if errors.Is(err, pgtest.ErrAbsent) {
		t.Skip(err)
	} else if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cluster.Stop() })
	dsn := cluster.Database(t)
	w := newWeb(t)
	w.publish("NATO was here before")
	dir := t.TempDir()
	var clients []*admin.Client
	var stops []func()
	reload := make(chan os.Signal)
	address := freeAddress(t)
	for i, name := range []string{"one.yaml", "two.yaml"} {
		path := filepath.Join(dir, name)
		writeConfig(t, path, w.URL, rulesNATO+[]string{fmt.Sprintf("http: {listen: %q}\n", address), ""}[i])
		inDatabase(t, path, dsn)
		stops = append(stops, run(t, path, []chan os.Signal{nil, reload}[i]))
		cfg, err := config.Load(path)
		if err != nil {
			t.Fatal(err)
		}
		clients = append(clients, admin.NewClient(admin.SocketPath(cfg.Store, os.Getenv)))
		if want := strings.TrimSuffix(path, ".yaml") + ".sock"; clients[i].Socket != want {
			t.Errorf("the socket is %s, want %s", clients[i].Socket, want)
		}
	}
	status := func(i int) (s desk.Status) {
		if err := clients[i].Get(t.Context(), "/status", &s); err != nil {
			t.Fatal(err)
		}
		return s
	}
	w.waitPolls(t, 2)
	w.publish("NATO sends a brigade", "A senator visits Anatolia")
	w.waitFor(t, "the alert", func() bool { return len(w.alerts) > 0 })
	for i := range clients {
		w.waitFor(t, "both machines in the status of each", func() bool {
			s := status(i)
			return len(s.Machines) == 2 && s.Healthy && len(s.Differing) == 0 && s.Machines[0].Fingerprint != "" && s.Machines[0].Fingerprint == s.Machines[1].Fingerprint
		})
	}

	path := filepath.Join(dir, "two.yaml")
	writeConfig(t, path, w.URL, strings.Replace(rulesNATO, "[NATO]", "[NATO, OTAN]", 1))
	inDatabase(t, path, dsn)
	reload <- syscall.SIGHUP
	w.waitFor(t, "the other config to be told", func() bool {
		s := status(0)
		return len(s.Differing) == 1 && strings.HasSuffix(s.Differing[0], "two.yaml")
	})

	stops[1]()
	w.publish("NATO goes on")
	w.waitFor(t, "the alert of the machine that is left", func() bool { return slices.Contains(w.alerts, "NATO goes on") })

	cluster.Kill()
	w.waitFor(t, "the trouble to be told", func() bool {
		s := status(0)
		return !s.Healthy && !s.Unstored.IsZero() && strings.Contains(s.Trouble, "nothing can be stored") && len(s.States) == 0
	})
	w.waitFor(t, "/readyz to say why it is not ready", func() bool {
		code, body := page(t, address, "/readyz")
		return code == http.StatusServiceUnavailable && strings.Contains(body, "nothing can be stored")
	})
	before := w.polled()
	time.Sleep(3 * time.Second) // the feed is due each second
	if after := w.polled(); after > before+1 {
		t.Errorf("%d polls while nothing can be stored", after-before)
	}
	w.publish("NATO while the database is away")
	if err := cluster.Run(); err != nil {
		t.Fatal(err)
	}
	w.waitFor(t, "the alert of what came meanwhile", func() bool { return slices.Contains(w.alerts, "NATO while the database is away") })
	w.waitFor(t, "health", func() bool { return status(0).Healthy })
	w.waitFor(t, "/readyz to be ready again", func() bool {
		code, body := page(t, address, "/readyz")
		return code == http.StatusOK && strings.HasPrefix(body, "ok\n")
	})
	want := []string{"NATO sends a brigade", "NATO goes on", "NATO while the database is away"}
	if got := w.received(); !slices.Equal(got, want) {
		t.Errorf("received %q, want %q", got, want)
	}
}

// polled returns how often the feed was requested.
func (w *web) polled() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.polls
}

// inDatabase puts the store of the config at path into a database.
func inDatabase(t *testing.T, path, dsn string) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, bytes.Replace(text, []byte("{path: watcher.db}"), []byte("{postgres: \""+dsn+"\"}"), 1), 0o600); err != nil {
		t.Fatal(err)
	}
}
