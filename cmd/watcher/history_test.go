package main

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"watcher/internal/desk"
	"watcher/internal/testutil"
)

// TestHistoryBound: a feed whose articles fill its share of the history loses the oldest.
// The ops targets are told once, restarts included.
func TestHistoryBound(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	config := fmt.Sprintf(worldConfig, w.url) + "history: {max: 1MB}\n"
	testutil.WriteFile(t, filepath.Join(w.dir, "watcher.yaml"), config, 0o600)
	titles := []string{"one"}
	w.baseline(titles...)
	for range 2 {
		p := w.start()
		for range 8 {
			var text strings.Builder
			block := make([]byte, 2000) // that does not compress
			for range 20 {
				rand.Read(block)
				fmt.Fprintf(&text, "%s ", hex.EncodeToString(block))
			}
			titles = append([]string{fmt.Sprintf("%d %s", len(titles), text.String())}, titles...)
			w.publish(titles[:min(len(titles), 3)]...)
			w.await("the news to arrive", func() bool { return len(w.alerted()) == len(titles)-1 })
		}
		w.awaitTrouble("has filled its share")
		var s desk.Status
		w.await("the history to be within bounds", func() bool {
			s = w.status()
			return s.History.Full && s.History.Bytes <= 1<<20/8
		})
		if s.History.Max != 1<<20 {
			t.Errorf("it may have %d bytes", s.History.Max)
		}
		p.end()
	}
	if n := len(w.troubles("has filled its share")); n != 1 {
		t.Errorf("it was told %d times", n)
	}
}

// status asks the running daemon; the zero value if none answers.
func (w *world) status() (s desk.Status) {
	out, _ := w.command("status", "--json").Output()
	_ = json.Unmarshal(out, &s)
	return s
}
