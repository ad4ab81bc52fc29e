package chaos

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"watcher/internal/notify"
	"watcher/internal/pgtest"
)

const (
	clusterHosts = 3 // on which the feeds are
	clusterEvery = 2 * time.Second
	spacing      = 100 * time.Millisecond
	// leaseTime is how long the other machines wait for one that has died.
	leaseTime = 17 * time.Second
)

// request is when a machine asked.
type request struct {
	at time.Time
	by string // its address towards the web
}

// asked records the requests of each host, and how many were in progress at once.
type asked struct {
	next http.Handler

	mu    sync.Mutex
	now   map[string]int         // requests under way by host
	most  int                    // of them at once
	at    map[string][]request   // by host
	feeds map[string][]time.Time // by feed
}

func (a *asked) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet {
		a.next.ServeHTTP(w, r)
		return
	}
	now := time.Now()
	a.mu.Lock()
	a.now[r.Host]++
	a.most = max(a.most, a.now[r.Host])
	by, _, _ := net.SplitHostPort(r.RemoteAddr)
	a.at[r.Host] = append(a.at[r.Host], request{now, by})
	a.feeds[r.URL.Path] = append(a.feeds[r.URL.Path], now)
	a.mu.Unlock()
	a.next.ServeHTTP(w, r)
	a.mu.Lock()
	a.now[r.Host]--
	a.mu.Unlock()
}

// judge counts requests that followed the previous one to their host too soon: those of
// another machine, which is an error, and those of the same machine, which spaces
// requests when sending, not on arrival. It returns the longest time for which a feed was
// not requested.
func (a *asked) judge(until time.Time) (requests, tooOften, bunched int, tooLate time.Duration) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, at := range a.at {
		requests += len(at)
		for i := 1; i < len(at); i++ {
			if at[i].at.Sub(at[i-1].at) >= spacing*8/10 {
				continue
			}
			if at[i].by == at[i-1].by {
				bunched++
			} else {
				tooOften++
			}
		}
	}
	for _, at := range a.feeds {
		for i, t := range append(slices.Clone(at), until) {
			if i > 0 {
				tooLate = max(tooLate, t.Sub(at[i-1]))
			}
		}
	}
	return requests, tooOften, bunched, tooLate
}

// machines are watchers on one database, each with a config and a socket of its own.
type machines struct {
	t     *testing.T
	nets  *nets // nil: all of them are on this machine's loopback
	web   *web
	asked *asked
	bin   string
	desks []*desk
	run   []*program

	probes int // that were published
}

// newMachines makes the world of a cluster with its database at dsn, and starts n
// watchers.
func newMachines(t *testing.T, nets *nets, dsn string, n int) *machines {
	t.Helper()
	m := &machines{t: t, nets: nets, bin: build(t, "watcher")}
	if nets != nil {
		nets.add("web")
	}
	m.web = &web{feeds: make(map[string][]string), window: 400, receivers: map[string]*receiver{"slow": {answer: slowly}, "flaky": {answer: unwell}}}
	for i := range 4 * clusterHosts {
		m.web.feeds[fmt.Sprintf("feed%d", i)] = []string{"there before"}
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{feed}", m.web.feed)
	mux.HandleFunc("POST /{receiver}", func(rw http.ResponseWriter, r *http.Request) {
		m.web.receivers[r.PathValue("receiver")].take(rw, r)
	})
	m.asked = &asked{next: mux, now: make(map[string]int), at: make(map[string][]request), feeds: make(map[string][]time.Time)}
	var hosts []string
	for i := range clusterHosts {
		hosts = append(hosts, m.serve(i))
	}
	t.Cleanup(func() {
		for _, p := range m.run { // which a test that fails leaves behind
			_ = p.Process.Kill()
		}
	})
	for i := range n {
		if nets != nil {
			nets.add(nameOf(i))
		}
		m.desks = append(m.desks, m.configure(dsn, hosts))
		m.run = append(m.run, m.start(i))
	}
	return m
}

// nameOf returns the name of a machine.
func nameOf(i int) string { return fmt.Sprintf("w%d", i+1) }

// serve serves the world as one more host, and returns host and port.
func (m *machines) serve(i int) string {
	m.t.Helper()
	host := fmt.Sprintf("127.0.0.%d", 2+i)
	var l net.Listener
	listen := func() (err error) {
		l, err = net.Listen("tcp", host+":0")
		return err
	}
	var err error
	if m.nets != nil {
		host = fmt.Sprintf("10.66.1.%d", 100+i)
		m.nets.ip("-n", m.nets.space("web"), "addr", "add", host+"/24", "dev", "web")
		err = m.nets.at("web", listen)
	} else {
		err = listen()
	}
	if err != nil {
		m.t.Fatal(err)
	}
	s := httptest.NewUnstartedServer(m.asked)
	_ = s.Listener.Close()
	s.Listener = l
	s.Start()
	m.t.Cleanup(s.CloseClientConnections)
	return l.Addr().String()
}

func (m *machines) configure(dsn string, hosts []string) *desk {
	m.t.Helper()
	d := &desk{t: m.t, web: m.web, dir: m.t.TempDir()}
	var b strings.Builder
	fmt.Fprintf(&b, "store: {postgres: %q}\npoll: {every: %s}\nnetwork: {allow: [10.66.0.0/16, 127.0.0.0/8]}\n", dsn, clusterEvery)
	fmt.Fprintf(&b, "hosts: {default: {parallel: 1, spacing: %s}}\nhistory: {keep: 1d}\nfeeds:\n", spacing)
	for _, i := range slices.Sorted(maps.Keys(m.web.feeds)) { // the same on each machine
		var n int
		_, _ = fmt.Sscanf(i, "feed%d", &n)
		fmt.Fprintf(&b, "  - {name: %s, url: 'http://%s/%[1]s'}\n", i, hosts[n%len(hosts)])
	}
	fmt.Fprint(&b, "rules: [{name: nato, keywords: [NATO], notify: [slow, flaky]}]\nnotify:\n")
	for _, name := range slices.Sorted(maps.Keys(m.web.receivers)) {
		fmt.Fprintf(&b, "  %s: {type: webhook, url: 'http://%s/%[1]s'}\n", name, hosts[0])
	}
	fmt.Fprint(&b, "ops: {notify: [slow]}\n")
	d.path = filepath.Join(d.dir, "watcher.yaml")
	if err := os.WriteFile(d.path, []byte(b.String()), 0o600); err != nil {
		m.t.Fatal(err)
	}
	return d
}

func (m *machines) start(i int) *program {
	cmd := exec.Command(m.bin, "run", "-c", m.desks[i].path)
	if m.nets != nil {
		cmd = m.nets.command(nameOf(i), cmd.Args...)
	}
	return m.desks[i].run(cmd)
}

// kill kills a watcher and starts it again.
func (m *machines) kill(i int) {
	m.t.Helper()
	m.run[i].kill()
	m.run[i] = m.start(i)
}

// await waits until ok. It gives up when nothing arrives for patience.
func (m *machines) await(what string, ok func() bool) {
	m.t.Helper()
	deadline, before := time.Now().Add(patience), m.web.count()
	for ; !ok(); time.Sleep(50 * time.Millisecond) {
		if now := m.web.count(); now != before {
			deadline, before = time.Now().Add(patience), now
		}
		if time.Now().After(deadline) {
			n, some := m.web.missing()
			for i, p := range m.run {
				m.t.Logf("machine %d says:\n%s", i+1, tail(p.said()))
			}
			m.t.Fatalf("waited in vain for %s; %d missing: %v", what, n, some)
		}
	}
}

// arrived reports whether all that was published has arrived everywhere.
func (m *machines) arrived() bool {
	n, _ := m.web.missing()
	return n == 0
}

// baselines waits until the baseline of each feed is stored, by whichever machine.
func (m *machines) baselines() {
	m.t.Helper()
	m.await("the baselines", func() bool {
		n := 0
		for _, p := range m.run {
			n += strings.Count(p.said(), "baseline taken")
		}
		return n >= len(m.web.feeds)
	})
}

// finish waits for the last alert, and checks what receivers and feed servers counted.
func (m *machines) finish(outages time.Duration) {
	m.t.Helper()
	m.await("the last alert", m.arrived)
	var traces []notify.Trace
	m.await("the last attempt", func() bool {
		traces = m.desks[0].traces(m.bin) // any of them knows
		return !slices.ContainsFunc(traces, unsettled)
	})
	ended := time.Now()
	for _, p := range m.run {
		p.stop()
	}
	ambiguous := m.web.judgeDeliveries(m.t, traces)
	c := m.web.count()
	lost, some := m.web.missing()
	requests, tooOften, bunched, tooLate := m.asked.judge(ended)
	m.t.Logf("%d items, %d alerts arrived; %d lost, %d under two ids, %d sent again of %d reported as ambiguous; %d requests, %d too soon after one of another machine (%d of the same one arrived sooner than it may send them), %d at once at most; the longest time without a poll of a feed %s",
		len(m.web.published), c.Alerts, lost, c.Twice, c.Resent, ambiguous, requests, tooOften, bunched, m.asked.most, tooLate.Round(time.Millisecond))
	if lost > 0 {
		m.t.Errorf("lost: %v", some)
	}
	if c.Twice > 0 {
		m.t.Error("alerts arrived under two delivery ids")
	}
	if m.asked.most > 1 {
		m.t.Errorf("a host was asked %d times at once", m.asked.most)
	}
	if tooOften > 0 {
		m.t.Errorf("%d requests came too soon after one of another machine to their host", tooOften)
	}
	if limit := 2*clusterEvery + leaseTime + outages; tooLate > limit {
		m.t.Errorf("a feed was not polled for %s, and at most two intervals, a lease and what the database was away, %s, may pass", tooLate, limit)
	}
}

// Watchers die and are paused, and the database crashes, under a stream of new items.
func TestMachines(t *testing.T) {
	t.Parallel()
	db, err := pgtest.Start()
	if errors.Is(err, pgtest.ErrAbsent) {
		t.Skip(err)
	} else if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Stop() })
	m := newMachines(t, nil, db.Database(t), 3)
	m.baselines()
	stop := m.web.stream(100 * time.Millisecond)
	for i := range 4 {
		time.Sleep(time.Duration(300+rand.IntN(700)) * time.Millisecond) // no condition: they die anywhere on the road
		m.kill(i % len(m.run))
	}
	db.Kill()
	if err := db.Run(); err != nil {
		t.Fatal(err)
	}
	m.pause(rand.IntN(len(m.run)), 2*time.Second)
	stop()
	m.finish(10 * time.Second)
}

// pause stops a watcher for longer than its lease, and lets it wake.
func (m *machines) pause(i int, d time.Duration) {
	m.t.Helper()
	if err := m.run[i].Process.Signal(syscall.SIGSTOP); err != nil {
		m.t.Fatal(err)
	}
	time.Sleep(d)
	if err := m.run[i].Process.Signal(syscall.SIGCONT); err != nil {
		m.t.Fatal(err)
	}
}
