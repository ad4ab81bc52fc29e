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
)

// fullWorld is a world whose store cannot grow, until there is room again.
type fullWorld struct {
	*world
	once func() *exec.Cmd // poll while there is no room
	room func()
}

// TestFullDisk: with no room for what a poll brought, the run says so in one
// line and fails; nothing that was stored is lost, and once there is room the
// items are alerted, once.
func TestFullDisk(t *testing.T) {
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
	// More than the pages that the store has free: its file must grow.
	titles := []string{"one"}
	for i := range 200 {
		titles = append([]string{fmt.Sprintf("%d %x", i, strings.Repeat(fmt.Sprint(i*7919), 200))}, titles...)
	}
	w.publish(titles...)
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

// fillDisk puts the store on a small disk, takes the baseline and fills the rest.
func fillDisk(w *world) *fullWorld {
	t := w.t
	t.Helper()
	disk := t.TempDir()
	if err := syscall.Mount("tmpfs", disk, "tmpfs", 0, "size=1m"); err != nil {
		t.Skipf("cannot mount a small disk here: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(disk, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	config := fmt.Sprintf(worldConfig, w.url) + fmt.Sprintf("store: {path: %q}\n", filepath.Join(disk, "watcher.db"))
	writeFile(t, filepath.Join(w.dir, "watcher.yaml"), config, 0o600)
	w.baseline("one")
	filler := filepath.Join(disk, "filler")
	f, err := os.Create(filler)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for block := make([]byte, 4096); err == nil; {
		_, err = f.Write(block)
	}
	return &fullWorld{
		world: w,
		once:  func() *exec.Cmd { return w.command("once") },
		room: func() {
			if err := os.Remove(filler); err != nil {
				t.Fatal(err)
			}
		},
	}
}
