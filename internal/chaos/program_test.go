package chaos

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
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
)

// patience is how long the tests wait without any progress before they fail.
const patience = 90 * time.Second

// build builds the program once for each set of build flags. The packages are in Go's
// cache after make build.
func build(t *testing.T, name string, flags ...string) string {
	t.Helper()
	path := filepath.Join(buildDir(), name)
	built.mu.Lock()
	defer built.mu.Unlock()
	if built.done[name] {
		return path
	}
	cmd := exec.Command("go", slices.Concat([]string{"build", "-trimpath", "-o", path}, flags, []string{"../../cmd/watcher"})...)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go build %v: %v\n%s", flags, err, out)
	}
	if built.done == nil {
		built.done = make(map[string]bool)
	}
	built.done[name] = true
	return path
}

var built struct {
	mu   sync.Mutex
	done map[string]bool
}

func buildDir() string {
	return filepath.Join(os.TempDir(), fmt.Sprintf("watcher-chaos-%d", os.Getpid()))
}

func TestMain(m *testing.M) {
	code := m.Run()
	_ = os.RemoveAll(buildDir())
	os.Exit(code)
}

// desk is a config and a store, shared by one process after the other.
type desk struct {
	t    *testing.T
	web  *web
	dir  string
	path string // of the config
}

func newDesk(t *testing.T, w *web) *desk {
	t.Helper()
	d := &desk{t: t, web: w, dir: t.TempDir()}
	var b strings.Builder
	fmt.Fprintf(&b, "store: {path: %q}\npoll: {every: 1s}\nnetwork: {allow: [127.0.0.0/8]}\n", filepath.Join(d.dir, "watcher.db"))
	fmt.Fprintf(&b, "hosts: {default: {parallel: 64, spacing: 0s}}\nhistory: {keep: 1d}\nfeeds:\n")
	for name := range w.feeds {
		fmt.Fprintf(&b, "  - {name: %s, url: %q}\n", name, w.URL+"/"+name)
	}
	fmt.Fprintf(&b, "rules: [{name: nato, keywords: [NATO], notify: [slow, flaky, dropper]}]\nnotify:\n")
	for name := range w.receivers {
		fmt.Fprintf(&b, "  %s: {type: webhook, url: %q}\n", name, w.URL+"/"+name)
	}
	fmt.Fprintf(&b, "ops: {notify: [slow]}\n")
	d.path = filepath.Join(d.dir, "watcher.yaml")
	if err := os.WriteFile(d.path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return d
}

// program is a running watcher.
type program struct {
	*exec.Cmd
	d     *desk
	ended chan error

	mu  sync.Mutex
	log bytes.Buffer
}

func (p *program) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.log.Write(b)
}

func (p *program) said() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.log.String()
}

// start runs the program at path, with further variables in its environment.
func (d *desk) start(path string, env ...string) *program {
	d.t.Helper()
	return d.run(exec.Command(path, "run", "-c", d.path), env...)
}

// run runs the program once, to its end.
func (d *desk) run(cmd *exec.Cmd, env ...string) *program {
	d.t.Helper()
	p := &program{Cmd: cmd, d: d, ended: make(chan error, 1)}
	p.Env = append(os.Environ(), env...)
	p.Stderr = p
	if err := p.Start(); err != nil {
		d.t.Fatal(err)
	}
	go func() { p.ended <- p.Wait() }()
	return p
}

// kill sends SIGKILL. The program must not have ended by itself.
func (p *program) kill() {
	p.d.t.Helper()
	if err := p.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		p.d.t.Fatal(err)
	}
	p.killed()
}

// killed waits for the program to be killed.
func (p *program) killed() {
	p.d.t.Helper()
	select {
	case err := <-p.ended:
		exit, ok := errors.AsType[*exec.ExitError](err)
		if !ok || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
			p.d.t.Fatalf("it ended by itself: %v\n%s", err, p.said())
		}
	case <-time.After(patience):
		_ = p.Process.Kill()
		p.d.t.Fatalf("it was not killed:\n%s", tail(p.said()))
	}
}

// stop ends the program cleanly.
func (p *program) stop() {
	p.d.t.Helper()
	if err := p.Process.Signal(syscall.SIGTERM); err != nil {
		p.d.t.Fatalf("%v\n%s", err, tail(p.said()))
	}
	select {
	case err := <-p.ended:
		if err != nil {
			p.d.t.Fatalf("it ended with %v:\n%s", err, tail(p.said()))
		}
	case <-time.After(patience):
		_ = p.Process.Kill()
		p.d.t.Fatalf("it does not end:\n%s", tail(p.said()))
	}
}

func tail(s string) string { return s[max(0, len(s)-4000):] }

// await waits until ok, and fails with the program's log after patience.
func (p *program) await(what string, ok func() bool) {
	p.d.t.Helper()
	deadline, before := time.After(patience), p.d.web.count()
	for !ok() {
		if now := p.d.web.count(); now != before {
			deadline, before = time.After(patience), now
		}
		select {
		case err := <-p.ended:
			p.d.t.Fatalf("waiting for %s: it ended by itself: %v\n%s", what, err, tail(p.said()))
		case <-deadline:
			n, some := p.d.web.missing()
			_ = p.Process.Kill()
			p.d.t.Fatalf("waited in vain for %s; %d missing: %v\n%s", what, n, some, tail(p.said()))
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// baseline runs the program until it has the baseline of every feed, which it says once it
// is stored.
func (d *desk) baseline(path string) {
	d.t.Helper()
	p := d.start(path)
	p.await("the baselines", func() bool { return strings.Count(p.said(), "baseline taken") >= len(d.web.feeds) })
	p.stop()
}

// finish runs the program until everything has arrived, and returns what it
// reports of it.
func (d *desk) finish(path string) (traces []notify.Trace) {
	d.t.Helper()
	p := d.start(path)
	p.await("an answer", func() bool { return len(d.states(path)) > 0 })
	looked := time.Time{}
	p.await("the last alert", func() bool {
		if time.Since(looked) > 2*time.Second {
			d.takeBack(path)
			looked = time.Now()
		}
		n, _ := d.web.missing()
		return n == 0
	})
	// A retry of what has arrived may still be due.
	p.await("the last attempt", func() bool {
		traces = d.traces(path)
		return !slices.ContainsFunc(traces, unsettled)
	})
	p.stop()
	return traces
}

// takeBack has feeds polled that are set aside: of few feeds one may by chance have been
// read at so many kills. It is set aside when it is due next, not when the program starts.
func (d *desk) takeBack(path string) {
	d.t.Helper()
	for feed, state := range d.states(path) {
		if state == "dangerous" {
			d.command(path, "feeds", "retry", feed)
		}
	}
}

func startOf(p *program) time.Time {
	info, err := os.Stat(fmt.Sprintf("/proc/%d", p.Process.Pid))
	if err != nil {
		return time.Time{}
	}
	return info.ModTime()
}

func unsettled(t notify.Trace) bool {
	return t.State == notify.StateWaiting || t.State == notify.StateSending || t.State == notify.StateHeld
}

// traces asks the program what became of each alert.
func (d *desk) traces(path string) (traces []notify.Trace) {
	d.t.Helper()
	cmd := exec.Command(path, "alerts", "-c", d.path, "--since", "7d", "--json")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		d.t.Fatalf("watcher alerts: %v", err)
	}
	lines := bufio.NewScanner(bytes.NewReader(out))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var tr notify.Trace
		if err := json.Unmarshal(lines.Bytes(), &tr); err != nil {
			d.t.Fatal(err)
		}
		if tr.Trouble == nil {
			traces = append(traces, tr)
		}
	}
	return traces
}

// judgeDeliveries compares how often each delivery arrived with the traces, and returns
// how many attempts those report as ambiguous.
func (w *web) judgeDeliveries(t *testing.T, traces []notify.Trace) (ambiguous int) {
	t.Helper()
	known, taken := make(map[string]bool), w.taken()
	for _, tr := range traces {
		for _, m := range tr.Deliveries {
			if known[m.ID] {
				continue
			}
			known[m.ID] = true
			ambiguous += m.Ambiguous
			if again := taken[m.ID] - 1; again > m.Ambiguous {
				t.Errorf("delivery %s to %s was sent again %d times, and reported as ambiguous %d times", m.ID, tr.Target, again, m.Ambiguous)
			}
		}
	}
	for id := range taken {
		if !known[id] {
			t.Errorf("delivery %s arrived, and the program does not know it", id)
		}
	}
	return ambiguous
}

// judge compares what the receivers counted with what the program reports.
func (d *desk) judge(traces []notify.Trace) {
	d.t.Helper()
	for _, tr := range traces {
		if tr.State != notify.StateSent {
			d.t.Errorf("alert %s to %s is %s", tr.ID, tr.Target, tr.State)
		}
	}
	ambiguous := d.web.judgeDeliveries(d.t, traces)
	c := d.web.count()
	lost, some := d.web.missing()
	d.t.Logf("%d items, %d alerts arrived; %d lost, %d under two ids, %d sent again of %d reported as ambiguous, %d refused",
		len(d.web.published), c.Alerts, lost, c.Twice, c.Resent, ambiguous, c.Refused)
	if lost > 0 {
		d.t.Errorf("lost: %v", some)
	}
	if c.Twice > 0 {
		d.t.Error("alerts arrived under two delivery ids")
	}
	if want := 3 * len(d.web.published); len(traces) != want || c.Alerts != want {
		d.t.Errorf("it knows of %d alerts, and %d arrived, want %d", len(traces), c.Alerts, want)
	}
}
