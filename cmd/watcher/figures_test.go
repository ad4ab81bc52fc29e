//go:build bench

package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"watcher/internal/testutil"
)

// TestFigures prints what the program needs of a machine: its size, the time until it is
// ready, its memory while nothing happens, and the reload of very many rules. It does not
// fail, because a machine may be busy; CPU time stands beside the time of the clock.
func TestFigures(t *testing.T) {
	bin := filepath.Join(t.TempDir(), "watcher")
	cmd := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", bin, ".")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	info, err := os.Stat(bin)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("the program has %.1f MB, the aim is 26", float64(info.Size())/1e6)
	t.Run("ready", func(t *testing.T) {
		w := newFigures(t, bin, 1000, 1000, "1h")
		var clock, cpu []time.Duration
		for range 5 {
			manager, socket := listenAsManager(t)
			begin := time.Now()
			p := w.start("NOTIFY_SOCKET=" + socket)
			awaitReady(t, manager, 1)
			clock = append(clock, time.Since(begin))
			cpu = append(cpu, cpuOf(p.cmd.Process.Pid))
			p.end()
		}
		t.Logf("ready with 1,000 feeds and 1,000 rules after %v, of processor time %v; the aim is 100ms", slices.Min(clock[1:]), slices.Min(cpu[1:]))
	})
	t.Run("idle", func(t *testing.T) {
		w := newFigures(t, bin, 100, 10, "1h")
		p := w.start()
		w.await("all feeds to be polled", func() bool { return w.answers() >= 100 })
		time.Sleep(20 * time.Second) // then its memory is that of a daemon at rest
		now, peak := memoryOf(p.cmd.Process.Pid)
		t.Logf("idle with 100 feeds it has %.1f MB in memory, pages of the program's file among them, and had %.1f; the aim is 25", now, peak)
		p.end()
	})
	t.Run("reload", func(t *testing.T) {
		w := newFigures(t, bin, 1, 100_000, "1s")
		manager, socket := listenAsManager(t)
		p := w.start("NOTIFY_SOCKET=" + socket)
		awaitReady(t, manager, 1000)
		for range 3 {
			changeConfig(t, filepath.Join(w.dir, "watcher.yaml"))
			before := w.answers()
			spent, begin := cpuOf(p.cmd.Process.Pid), time.Now()
			if err := p.cmd.Process.Signal(syscall.SIGHUP); err != nil {
				t.Fatal(err)
			}
			awaitReady(t, manager, 1000)
			took := time.Since(begin)
			t.Logf("100,000 rules are reloaded in %v, of processor time %v, while a feed of every second was polled %d times; the aim is 2s",
				took.Round(time.Millisecond), cpuOf(p.cmd.Process.Pid)-spent, w.answers()-before)
		}
		p.end()
	})
}

// newFigures returns a world with so many feeds and rules.
func newFigures(t *testing.T, bin string, feeds, rules int, every string) *world {
	w := newWorld(t)
	w.bin = bin
	w.publish("one")
	var b strings.Builder
	b.WriteString("network: {allow: [127.0.0.0/8]}\nhosts: {default: {parallel: 64, spacing: 0s}}\nfeeds:\n")
	for i := range feeds {
		fmt.Fprintf(&b, "- {name: feed %d, url: \"%s/feed.xml?%[1]d\", every: %[3]s}\n", i, w.url, every)
	}
	b.WriteString("rules:\n")
	for i := range rules {
		fmt.Fprintf(&b, "- {name: rule %d, keywords: [Battalion%[1]d, \"brigade of Town%[1]d\"]}\n", i)
	}
	fmt.Fprintf(&b, "notify: {hook: {type: webhook, url: \"%s/hook\"}}\nops: {notify: [hook]}\n", w.url)
	testutil.WriteFile(t, filepath.Join(w.dir, "watcher.yaml"), b.String(), 0o600)
	return w
}

// answers returns how many requests were answered.
func (w *world) answers() int {
	body, _ := os.ReadFile(filepath.Join(w.web, "requests.log"))
	return strings.Count(string(body), "GET /feed.xml")
}

// changeConfig changes the config file, for a reload.
func changeConfig(t *testing.T, path string) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	testutil.WriteFile(t, path, string(text)+"# changed\n", 0o600)
}
