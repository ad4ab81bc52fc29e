package main

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
)

// TestStoreRuined: the file of a running daemon is damaged so that nothing can be read or
// written any more. The process ends so that the service manager restarts it. The next one
// puts the file aside, begins anew and tells the ops targets, once, and the daemon goes on.
func TestStoreRuined(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		what string
		ruin func(file *os.File, size int64) error
	}{
		{"its pages are zero", func(file *os.File, size int64) error {
			_, err := file.WriteAt(make([]byte, size-8192), 8192)
			return err
		}},
		{"its pages are noise", func(file *os.File, size int64) error {
			noise := make([]byte, size-8192)
			_, _ = rand.NewChaCha8([32]byte{1}).Read(noise) // never fails
			_, err := file.WriteAt(noise, 8192)
			return err
		}},
		{"each page is another's", func(file *os.File, size int64) error {
			pages := make([]byte, size)
			if _, err := file.ReadAt(pages, 0); err != nil {
				return err
			}
			_, err := file.WriteAt(bytes.Join([][]byte{pages[12288:], pages[8192:12288]}, nil), 8192)
			return err
		}},
		{"it is cut short", func(file *os.File, _ int64) error { return file.Truncate(8192) }},
	} {
		t.Run(c.what, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.baseline("one")
			p := w.start()
			w.publish("two", "one")
			w.awaitTitle("hooks.jsonl", "two")
			file, err := os.OpenFile(filepath.Join(w.dir, "watcher.db"), os.O_RDWR, 0)
			if err != nil {
				t.Fatal(err)
			}
			defer file.Close()
			info, err := file.Stat()
			if err != nil {
				t.Fatal(err)
			}
			if err := c.ruin(file, info.Size()); err != nil {
				t.Fatal(err)
			}
			w.publish("three", "two", "one") // storing it uses the damaged pages
			if code := p.wait(); code != exitFailed {
				t.Errorf("it ended with %d, want %d, which a service manager restarts", code, exitFailed)
			}

			p = w.start()
			w.awaitTrouble("was put aside as")
			w.awaitPoll()
			w.publish("four", "three", "two", "one")
			w.awaitTitle("hooks.jsonl", "four")
			p.end()
			p = w.start() // it does not happen again
			w.awaitPoll()
			if code, _ := p.end(); code != 0 {
				t.Errorf("the third process ended with %d", code)
			}
			if n := len(w.troubles("put aside")); n != 1 {
				t.Errorf("ops were told %d times, want once", n)
			}
			aside, err := filepath.Glob(filepath.Join(w.dir, "watcher.db.damaged-*"))
			if err != nil || len(aside) != 1 {
				t.Errorf("put aside: %v, %v; want one file", aside, err)
			}
			for title, n := range w.alerted() {
				if n != 1 {
					t.Errorf("%q was alerted %d times", title, n)
				}
			}
		})
	}
}
