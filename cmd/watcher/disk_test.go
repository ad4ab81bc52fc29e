package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"watcher/internal/testutil"
)

// fullWorld is a world whose store cannot grow until there is room again.
type fullWorld struct {
	*world
	once func() *exec.Cmd // polls while there is no room
	room func()
}

// TestFullDisk: if there is no room for what a poll brought, the run says so in one line
// and fails. Nothing that was stored is lost, and once there is room the items are alerted,
// once.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	t.Run("a limit on the size of files", func(t *testing.T) {
		testFullDisk(t, func(w *world) *fullWorld {
			w.baseline("one")
			return &fullWorld{
				world: w,
				once: func() *exec.Cmd {
					cmd := exec.Command("sh", "-c", `ulimit -f 64 && exec "$0" once`, w.bin)
					cmd.Dir = w.dir
					return cmd
				},
				room: func() {},
			}
		})
	})
	t.Run("a disk without space", func(t *testing.T) {
		if os.Getuid() != 0 {
			t.Skip("needs root, to mount a small disk")
		}
		testFullDisk(t, fillDisk)
	})
}

func testFullDisk(t *testing.T, full func(*world) *fullWorld) {
	w := full(newWorld(t))
	// More than fits into the free pages of the store, so that its file must grow.
	w.publish(append(longTitles(), "one")...)
	out, err := w.once().CombinedOutput()
	if exit, ok := errors.AsType[*exec.ExitError](err); !ok || exit.ExitCode() != exitFailed {
		t.Errorf("without room: %v", err)
	}
	if strings.Count(string(out), "\n") != 1 || !strings.Contains(string(out), "the disk is full") {
		t.Errorf("without room it says:\n%s", out)
	}
	if got := w.records("hooks.jsonl"); len(got) > 0 {
		t.Errorf("%d alerts were sent that are not stored", len(got))
	}

	w.room()
	w.publish("two", "one")
	if out, err := w.command("once").CombinedOutput(); err != nil {
		t.Errorf("once there is room again: %v\n%s", err, out)
	}
	got := w.records("hooks.jsonl")
	if len(idsOf(got, "two")) != 1 || len(idsOf(got, "one")) != 0 {
		t.Errorf("arrived: %v; want two, and not one, whose baseline is stored", got)
	}
}

// fillDisk puts the store on a small disk, polls the baseline and fills the rest of the
// disk.
func fillDisk(w *world) *fullWorld {
	disk := smallDisk(w, "1m")
	w.baseline("one")
	room := fill(w.t, disk)
	return &fullWorld{world: w, once: func() *exec.Cmd { return w.command("once") }, room: room}
}

// smallDisk puts the store on a disk of that size.
func smallDisk(w *world, size string) (disk string) {
	t := w.t
	t.Helper()
	disk = t.TempDir()
	if err := syscall.Mount("tmpfs", disk, "tmpfs", 0, "size="+size); err != nil {
		t.Skipf("cannot mount a small disk here: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(disk, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	config := fmt.Sprintf(worldConfig, w.url) + fmt.Sprintf("store: {path: %q}\n", filepath.Join(disk, "watcher.db"))
	testutil.WriteFile(t, filepath.Join(w.dir, "watcher.yaml"), config, 0o600)
	return disk
}

// fill fills a disk; room frees it again.
func fill(t *testing.T, disk string) (room func()) {
	t.Helper()
	filler := filepath.Join(disk, "filler")
	f, err := os.Create(filler)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for block := make([]byte, 4096); err == nil; {
		_, err = f.Write(block)
	}
	return func() {
		if err := os.Remove(filler); err != nil {
			t.Fatal(err)
		}
	}
}

// TestFullDiskIsTold: while the disk of a running daemon is full, everything that a person
// or a script may ask says so. The ops targets are told when it begins and when it ends,
// once each.
func TestFullDiskIsTold(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("needs root, to mount a small disk")
	}
	t.Parallel()
	w := newWorld(t)
	disk := smallDisk(w, "48m")
	w.baseline("one")
	p := w.start()
	w.await("the daemon to answer", func() bool { return w.command("status").Run() == nil })
	room := fill(t, disk)
	titles := append(longTitles(), "one")
	w.publish(titles...)
	w.awaitTrouble("cannot be written")
	for _, command := range []string{"status", "feeds"} {
		out, err := w.command(command).CombinedOutput()
		exit, ok := errors.AsType[*exec.ExitError](err)
		if !ok || exit.ExitCode() != exitFailed || !strings.Contains(string(out), "the disk is full") {
			t.Errorf("%s on a full disk: %v\n%s", command, err, out)
		}
	}

	room()
	w.awaitTrouble("can be written again")
	if out, err := w.command("status").CombinedOutput(); err != nil {
		t.Errorf("status once there is room: %v\n%s", err, out)
	}
	w.publish(append([]string{"two"}, titles...)...)
	w.await("all news to arrive", func() bool { return len(w.alerted()) == len(titles) }) // "two" replaced "one"
	p.end()
	for title, n := range w.alerted() {
		if n != 1 {
			t.Errorf("%.20s… was alerted %d times", title, n)
		}
	}
	for _, what := range []string{"cannot be written", "can be written again"} {
		if n := len(w.troubles(what)); n != 1 {
			t.Errorf("%q was told %d times", what, n)
		}
	}
}

// alerted returns how often each title was alerted.
func (w *world) alerted() map[string]int {
	w.t.Helper()
	times := make(map[string]int)
	for _, r := range w.records("hooks.jsonl") {
		if r.Type == "watcher.alert" {
			times[r.Title]++
		}
	}
	return times
}

// longTitles are titles of so many items that the store must grow for them.
func longTitles() []string {
	var titles []string
	for i := range 200 {
		titles = append(titles, fmt.Sprintf("%d %x", i, strings.Repeat(fmt.Sprint(i*7919), 200)))
	}
	return titles
}

// troubles returns the messages to the ops targets that contain a text.
func (w *world) troubles(text string) []hookRecord {
	var found []hookRecord
	for _, r := range w.records("hooks.jsonl") {
		if r.Type == "watcher.ops" && strings.Contains(r.Title, text) {
			found = append(found, r)
		}
	}
	return found
}

// awaitTrouble waits for a message to the ops targets that contains a text.
func (w *world) awaitTrouble(text string) {
	w.t.Helper()
	w.await("ops to hear that it "+text, func() bool { return len(w.troubles(text)) > 0 })
}
