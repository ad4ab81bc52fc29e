package daemon_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"

	"watcher/internal/config"
	"watcher/internal/daemon"
	"watcher/internal/testutil"
)

// BenchmarkReload reads a config of 100,000 rules again, of which one has changed, with the
// garbage collector set as in the program.
func BenchmarkReload(b *testing.B) {
	defer debug.SetGCPercent(debug.SetGCPercent(50))
	path := filepath.Join(b.TempDir(), "watcher.yaml")
	version := 0
	write := func() {
		version++
		var text strings.Builder
		fmt.Fprintf(&text, "feeds:\n- {name: one, url: \"https://example.org/feed.xml\"}\nrules:\n- {name: changed, keywords: [Version%d]}\n", version)
		for i := range 100_000 {
			fmt.Fprintf(&text, "- {name: rule %d, keywords: [Battalion%[1]d, \"brigade of Town%[1]d\"]}\n", i)
		}
		text.WriteString("notify: {log: {type: console}}\nops: {notify: [log]}\n")
		if err := os.WriteFile(path, []byte(text.String()), 0o600); err != nil {
			b.Fatal(err)
		}
	}
	write()
	cfg, err := config.Load(path)
	if err != nil {
		b.Fatal(err)
	}
	d, err := daemon.New(cfg, daemon.Options{Version: "bench", ConfigPath: path, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		b.Fatal(err)
	}
	defer d.Close()
	begin := testutil.CPU()
	for b.Loop() {
		write()
		if err := d.Reload(context.Background()); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric((testutil.CPU()-begin).Seconds()/float64(b.N), "cpu-s/op")
}
