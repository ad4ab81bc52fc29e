package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"watcher/internal/testutil"
)

const consoleConfig = `poll: {every: 1s}
network: {allow: [127.0.0.0/8]}
feeds: [{name: Wire, url: "URL/feed.xml"}]
rules: [{name: nato, keywords: [NATO]}]
notify: {con: {type: console}, hook: {type: webhook, url: "URL/hook"}}
ops: {notify: [hook]}
`

// consoleWorld has a console target beside its webhook; start runs the daemon on pipes.
func consoleWorld(t *testing.T) (w *world, start func(stdout, stderr *os.File) *process) {
	w = newWorld(t)
	testutil.WriteFile(t, filepath.Join(w.dir, "watcher.yaml"), strings.ReplaceAll(consoleConfig, "URL", w.url), 0o600)
	w.baseline("NATO old")
	return w, func(stdout, stderr *os.File) *process {
		p := &process{t: t, cmd: w.command("run"), log: &bytes.Buffer{}}
		p.cmd.Stdout, p.cmd.Stderr = stdout, stderr
		if err := p.cmd.Start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if p.cmd.ProcessState == nil {
				_ = p.cmd.Process.Kill()
				_ = p.cmd.Wait()
			}
		})
		return p
	}
}

// pipe returns a pipe. If full is set, nothing fits into it until somebody reads.
func pipe(t *testing.T, full bool) (r, w *os.File) {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = r.Close(), w.Close() })
	if full {
		fd := int(w.Fd()) // Fd makes it blocking
		size, err := unix.FcntlInt(uintptr(fd), unix.F_GETPIPE_SZ, 0)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(make([]byte, size)); err != nil {
			t.Fatal(err)
		}
	}
	return r, w
}

func says(cmd *exec.Cmd, text string) bool {
	out, _ := cmd.Output() // the exit code does not matter
	return strings.Contains(string(out), text)
}

// A console and a log that nobody reads hold up neither the other target nor the end of the
// process.
func TestReaderThatStalls(t *testing.T) {
	t.Parallel()
	w, start := consoleWorld(t)
	_, stdout := pipe(t, true)
	_, stderr := pipe(t, true)
	p := start(stdout, stderr)
	w.publish("NATO new", "NATO old")
	w.awaitTitle("hooks.jsonl", "NATO new")
	w.await("the console's attempt", func() bool { return says(w.command("alerts", "--json"), `"sending"`) })
	if code, took := p.end(); code != 0 || took > 10*time.Second {
		t.Errorf("it ended with %d after %v, want 0 within ten seconds", code, took)
	}
}

// A reader that goes away ends nothing but the console: the console fails, as the status
// says, and everything else goes on.
func TestReaderThatGoesAway(t *testing.T) {
	t.Parallel()
	w, start := consoleWorld(t)
	outReader, stdout := pipe(t, false)
	errReader, stderr := pipe(t, false)
	p := start(stdout, stderr)
	_, _, _, _ = outReader.Close(), errReader.Close(), stdout.Close(), stderr.Close()
	w.publish("NATO new", "NATO old")
	w.awaitTitle("hooks.jsonl", "NATO new")
	w.await("the console in the status", func() bool { return says(w.command("status"), "con takes nothing since") })
	if out, err := w.command("status").Output(); err == nil || !bytes.Contains(out, []byte("broken pipe")) {
		t.Errorf("the status is\n%s\nand its exit code is of %v", out, err)
	}
	w.publish("NATO newer", "NATO new", "NATO old")
	w.awaitTitle("hooks.jsonl", "NATO newer")
	if code, took := p.end(); code != 0 || took > 10*time.Second {
		t.Errorf("it ended with %d after %v, want 0 within ten seconds", code, took)
	}
}
