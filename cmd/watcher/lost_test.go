package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"watcher/internal/testutil"
)

// TestStoreRemoved: if its store is removed, the daemon tells the ops targets, sends what
// is due, and ends so that the service manager restarts it; the next daemon tells what that
// means. If the marker is removed too, the next one begins anew without a word.
func TestStoreRemoved(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.baseline("one")
	p := w.start()
	w.publish("two", "one")
	w.awaitTitle("hooks.jsonl", "two")
	remove(t, filepath.Join(w.dir, "watcher.db"))
	if code := p.wait(); code != exitFailed {
		t.Errorf("it ended with %d, want %d, which a service manager restarts", code, exitFailed)
	}
	if len(w.troubles("was removed")) != 1 {
		t.Error("ops were not told that the store was removed")
	}

	w.publish("three", "two", "one")
	p = w.start()
	w.awaitTrouble("is not there any more")
	w.awaitPoll()
	w.publish("four", "three", "two", "one")
	w.awaitTitle("hooks.jsonl", "four")
	p.end()
	for _, title := range []string{"two", "four"} {
		if ids := idsOf(w.records("hooks.jsonl"), title); len(ids) != 1 {
			t.Errorf("%s arrived %d times", title, len(ids))
		}
	}

	all, err := filepath.Glob(filepath.Join(w.dir, "watcher.db*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range all {
		remove(t, file)
	}
	p = w.start()
	w.awaitPoll()
	p.end()
	if n := len(w.troubles("")); n != 2 {
		t.Errorf("ops were told %d times, want twice: %v", n, w.troubles(""))
	}
}

// TestStoreReplaced: the same happens if another file is put in the place of the store.
func TestStoreReplaced(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.baseline("one")
	path := filepath.Join(w.dir, "watcher.db")
	old, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	testutil.WriteFile(t, path+".old", string(old), 0o600)
	p := w.start()
	w.awaitPoll()
	if err := os.Rename(path+".old", path); err != nil {
		t.Fatal(err)
	}
	if code := p.wait(); code != exitFailed {
		t.Errorf("it ended with %d, want %d, which a service manager restarts", code, exitFailed)
	}
	if len(w.troubles("another file")) != 1 {
		t.Error("ops were not told that the store was replaced")
	}
}

func remove(t *testing.T, path string) {
	t.Helper()
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
}

// wait waits until the process ends by itself, and returns its exit code.
func (p *process) wait() int {
	p.t.Helper()
	_ = p.cmd.Wait() // the code says how
	return p.cmd.ProcessState.ExitCode()
}

// awaitPoll waits until two more polls of the feed were answered: then what the first of
// them brought is stored.
func (w *world) awaitPoll() {
	w.t.Helper()
	polls := func() int { return len(w.lines("requests.log")) }
	before := polls()
	w.await("two more polls", func() bool { return polls() >= before+2 })
}

// lines returns the lines of a file of the feedServer.
func (w *world) lines(name string) []string {
	w.t.Helper()
	body, err := os.ReadFile(filepath.Join(w.web, name))
	if err != nil {
		w.t.Fatal(err)
	}
	return strings.Split(strings.TrimSpace(string(body)), "\n")
}
