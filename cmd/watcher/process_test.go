package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"watcher/internal/testutil"
)

// world is a folder with a config and a store, the feeds and the webhook receiver that the
// config names, and the shipped program, which runs on it.
type world struct {
	t   *testing.T
	bin string
	dir string // of config and store
	web string // of the feedServer
	url string
}

const worldConfig = `poll: {every: 1s}
network: {allow: [127.0.0.0/8]}
feeds: [{name: Wire, url: "%[1]s/feed.xml"}]
rules: [{name: nato, keywords: [NATO]}]
notify: {hook: {type: webhook, url: "%[1]s/hook"}}
ops: {notify: [hook]}
`

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, bin: buildWatcher(t), dir: t.TempDir(), web: t.TempDir()}
	s := httptest.NewServer((&feedServer{dir: w.web}).handler())
	t.Cleanup(s.Close)
	t.Cleanup(s.CloseClientConnections)
	w.url = s.URL
	testutil.WriteFile(t, filepath.Join(w.dir, "watcher.yaml"), fmt.Sprintf(worldConfig, s.URL), 0o600)
	return w
}

// publish makes the feed have items with these titles, the newest first.
func (w *world) publish(titles ...string) {
	w.t.Helper()
	path := filepath.Join(w.web, "feed.xml")
	testutil.WriteFile(w.t, path+".new", rss(titles...), 0o644)
	if err := os.Rename(path+".new", path); err != nil {
		w.t.Fatal(err)
	}
}

// flag makes or removes a file that the feedServer looks for.
func (w *world) flag(name string, on bool) {
	w.t.Helper()
	path := filepath.Join(w.web, name)
	if on {
		testutil.WriteFile(w.t, path, "", 0o644)
	} else if err := os.Remove(path); err != nil {
		w.t.Fatal(err)
	}
}

// baseline has the feed's first document polled.
func (w *world) baseline(titles ...string) {
	w.t.Helper()
	w.publish(titles...)
	if out, err := w.command("once").CombinedOutput(); err != nil {
		w.t.Fatalf("take the baseline: %v\n%s", err, out)
	}
}

func (w *world) command(args ...string) *exec.Cmd {
	cmd := exec.Command(w.bin, args...)
	cmd.Dir = w.dir
	return cmd
}

// records reads the records of a file of the feedServer.
func (w *world) records(name string) []hookRecord {
	w.t.Helper()
	body, err := os.ReadFile(filepath.Join(w.web, name))
	if err != nil && !os.IsNotExist(err) {
		w.t.Fatal(err)
	}
	var out []hookRecord
	for line := range bytes.Lines(body) {
		var r hookRecord
		if !bytes.HasSuffix(line, []byte("\n")) || json.Unmarshal(line, &r) != nil {
			continue // a line that is still being written
		}
		out = append(out, r)
	}
	return out
}

// await waits until the condition holds.
func (w *world) await(what string, condition func() bool) {
	w.t.Helper()
	deadline := time.After(patience)
	for !condition() {
		select {
		case <-deadline:
			w.t.Fatalf("%s: did not happen in %v", what, patience)
		case <-pause():
		}
	}
}

// awaitTitle waits until a file has a record with that title.
func (w *world) awaitTitle(file, title string) {
	w.t.Helper()
	w.await(title+" in "+file, func() bool { return len(idsOf(w.records(file), title)) > 0 })
}

// idsOf returns the delivery ids under which a title arrived, in order.
func idsOf(records []hookRecord, title string) []string {
	var ids []string
	for _, r := range records {
		if r.Title == title {
			ids = append(ids, r.ID)
		}
	}
	return ids
}

// process is a running watcher.
type process struct {
	t   *testing.T
	cmd *exec.Cmd
	log *bytes.Buffer // to be read after it has ended
}

// start runs the daemon.
func (w *world) start(env ...string) *process {
	w.t.Helper()
	p := &process{t: w.t, cmd: w.command("run"), log: &bytes.Buffer{}}
	p.cmd.Env = append(os.Environ(), env...)
	p.cmd.Stderr = p.log
	if err := p.cmd.Start(); err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() {
		if p.cmd.ProcessState == nil {
			_ = p.cmd.Process.Kill()
			_ = p.cmd.Wait()
		}
		if w.t.Failed() {
			w.t.Logf("log of a daemon:\n%s", p.log)
		}
	})
	return p
}

// kill ends the process as a power cut would.
func (p *process) kill() {
	p.t.Helper()
	if err := p.cmd.Process.Kill(); err != nil {
		p.t.Fatal(err)
	}
	_ = p.cmd.Wait() // it was killed
}

// end asks the process to end, and returns its exit code and how long it took.
func (p *process) end() (code int, took time.Duration) {
	p.t.Helper()
	begin := time.Now()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		p.t.Fatal(err)
	}
	_ = p.cmd.Wait() // the code says how
	return p.cmd.ProcessState.ExitCode(), time.Since(begin)
}

func (p *process) logged(text string) bool { return strings.Contains(p.log.String(), text) }
