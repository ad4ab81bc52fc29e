package main

import (
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"watcher/internal/testutil"
)

// TestCompact: the file shrinks while the daemon runs and news arrive, each once; it
// shrinks without a daemon too.
func TestCompact(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.baseline("zero")
	p := w.start()
	w.publish(largeNews(25)...)
	w.await("the news to arrive", func() bool { return len(w.alerted()) == 25 })
	p.end()
	// The kept articles are deleted, which frees their space.
	config := fmt.Sprintf(worldConfig, w.url) + "history: {keep: 0s}\n"
	testutil.WriteFile(t, filepath.Join(w.dir, "watcher.yaml"), config, 0o600)

	titles := []string{"zero"}
	p = w.start()
	w.publish(titles...)
	w.await("the history to be deleted", func() bool { return w.status().Version != "" && w.status().History.Bytes == 0 })
	before := w.size()
	for n := range 5 {
		titles = append([]string{fmt.Sprintf("news %d", n)}, titles...)
		w.publish(titles...)
		if out, err := w.command("compact").CombinedOutput(); err != nil {
			t.Errorf("compact: %v\n%s", err, out)
		}
		w.awaitTitle("hooks.jsonl", titles[0])
	}
	if after := w.size(); after > before/2 {
		t.Errorf("%d bytes before, %d after", before, after)
	}
	p.end()
	if p.logged("the store is lost") {
		t.Error("the daemon took its own file for a stranger's")
	}
	if out, err := w.command("compact").CombinedOutput(); err != nil || !strings.Contains(string(out), "before") {
		t.Errorf("compact without a daemon: %v\n%s", err, out)
	}
	titles = append([]string{"last"}, titles...)
	w.publish(titles...)
	if out, err := w.command("once").CombinedOutput(); err != nil {
		t.Errorf("once after that: %v\n%s", err, out)
	}
	records := w.records("hooks.jsonl")
	for _, title := range titles[:len(titles)-1] {
		if ids := idsOf(records, title); len(ids) != 1 {
			t.Errorf("%s arrived %d times", title, len(ids))
		}
	}
}

// largeNews returns titles of items with much text that does not compress.
func largeNews(n int) []string {
	titles := make([]string, n)
	for i := range titles {
		var text strings.Builder
		for range 100 {
			block := make([]byte, 200)
			for j := range block {
				block[j] = byte(rand.Uint32())
			}
			text.WriteString(hex.EncodeToString(block) + " ")
		}
		titles[i] = fmt.Sprintf("%d %s", i, text.String())
	}
	return titles
}

// size is the size of the store's file.
func (w *world) size() int64 {
	w.t.Helper()
	info, err := os.Stat(filepath.Join(w.dir, "watcher.db"))
	if err != nil {
		w.t.Fatal(err)
	}
	return info.Size()
}
