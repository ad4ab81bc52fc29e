package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"watcher/internal/testutil"
)

// TestBackup: copies that are made while news arrive are complete and readable by their
// owner alone. A daemon on a new machine that is given one goes on from it: it knows what
// was alerted before the copy, and alerts what came after.
func TestBackup(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.baseline("zero")
	p := w.start()
	w.await("the daemon to answer", func() bool { return w.command("status").Run() == nil })
	titles := []string{"zero"}
	backup := filepath.Join(t.TempDir(), "backup.db")
	for n := range 5 {
		titles = append([]string{fmt.Sprintf("news %d", n)}, titles...)
		w.publish(titles...)
		if out, err := w.command("backup", backup).CombinedOutput(); err != nil || !strings.Contains(string(out), "sound") {
			t.Fatalf("backup: %v\n%s", err, out)
		}
		w.awaitTitle("hooks.jsonl", titles[0])
	}
	if out, err := w.command("backup", backup).CombinedOutput(); err != nil {
		t.Fatalf("backup: %v\n%s", err, out)
	}
	if info, err := os.Stat(backup); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the backup has mode %v (%v), want 0600", info.Mode(), err)
	}
	p.kill()

	// The machine is lost; the config and the backup are not.
	news := newWorld(t)
	news.publish(append([]string{"after"}, titles...)...)
	config, err := os.ReadFile(filepath.Join(w.dir, "watcher.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	testutil.WriteFile(t, filepath.Join(news.dir, "watcher.yaml"), strings.ReplaceAll(string(config), w.url, news.url), 0o600)
	copyFile(t, backup, filepath.Join(news.dir, "watcher.db"), 0o600)
	p = news.start()
	news.awaitTitle("hooks.jsonl", "after")
	p.end()
	for _, title := range titles {
		if ids := idsOf(news.records("hooks.jsonl"), title); len(ids) > 0 {
			t.Errorf("%s came again", title)
		}
	}
}

// TestBackupRefused: a bad copy does not get the name of a backup, and a file that is no
// backup is never overwritten.
func TestBackupRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	refused := func(want string, args ...string) {
		t.Helper()
		out, err := w.command(append([]string{"backup"}, args...)...).CombinedOutput()
		if err == nil || !strings.Contains(string(out), want) {
			t.Errorf("backup %v: %v\n%swant %q", args, err, out, want)
		}
	}
	refused("there is no store", "backup.db")
	w.baseline("zero")
	if out, err := w.command("backup", "backup.db").CombinedOutput(); err != nil {
		t.Fatalf("backup without a daemon: %v\n%s", err, out)
	}
	before, err := os.ReadFile(filepath.Join(w.dir, "backup.db"))
	if err != nil {
		t.Fatal(err)
	}
	refused("no backup; name another file", "watcher.yaml")
	refused("the store itself", "watcher.db")
	refused("a folder", ".")
	refused("no such file", "absent/backup.db")

	// A page of the store is damaged on disk while it is not in use.
	store := filepath.Join(w.dir, "watcher.db")
	damaged, err := os.ReadFile(store)
	if err != nil {
		t.Fatal(err)
	}
	whole := damaged
	damaged = bytes.ReplaceAll(damaged, []byte("/feed.xml"), []byte("/feed.xmm")) // wherever it stands, also in free pages
	if bytes.Equal(whole, damaged) {
		t.Fatal("the store has no feed")
	}
	testutil.WriteFile(t, store, string(damaged), 0o600)
	refused("damaged", "backup.db")
	after, err := os.ReadFile(filepath.Join(w.dir, "backup.db"))
	if err != nil || !bytes.Equal(before, after) {
		t.Errorf("a backup that failed touched the one before it (%v)", err)
	}
	if parts, _ := filepath.Glob(filepath.Join(w.dir, ".*part*")); len(parts) > 0 {
		t.Errorf("left behind: %v", parts)
	}
}
