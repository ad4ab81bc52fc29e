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

// TestFullDisk: with no room for what a poll brought, the run says so in one
// line and fails; nothing that was stored is lost, and once there is room the
// item is alerted, once.
func TestFullDisk(t *testing.T) {
	w := newWorld(t)
	disk := t.TempDir()
	if os.Getuid() != 0 {
		t.Skip("needs root, to mount a small disk")
	}
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
	fill(t, filler)
	// More than the pages that the store has free: its file must grow.
	titles := []string{"one"}
	for i := range 60 {
		titles = append([]string{fmt.Sprintf("%d %s", i, strings.Repeat("long ", 400))}, titles...)
	}
	w.publish(titles...)
	out, err := w.command("once").CombinedOutput()
	if exit, ok := errors.AsType[*exec.ExitError](err); !ok || exit.ExitCode() != exitFailed {
		t.Errorf("on a full disk: %v", err)
	}
	if !strings.Contains(string(out), "no space left on device") || strings.Contains(string(out), "panic") {
		t.Errorf("on a full disk it says:\n%s", out)
	}
	if got := w.records("hooks.jsonl"); len(got) > 0 {
		t.Errorf("%d alerts were sent that are not stored", len(got))
	}

	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	w.publish("two", "one")
	if out, err := w.command("once").CombinedOutput(); err != nil {
		t.Errorf("once there is room again: %v\n%s", err, out)
	}
	got := w.records("hooks.jsonl")
	if len(idsOf(got, "two")) != 1 || len(idsOf(got, "one")) != 0 {
		t.Errorf("arrived: %v; want two, and not one, whose baseline is stored", got)
	}
}

// fill writes a file until the disk is full.
func fill(t *testing.T, path string) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for block := make([]byte, 4096); ; {
		if _, err := f.Write(block); err != nil {
			return
		}
	}
}
