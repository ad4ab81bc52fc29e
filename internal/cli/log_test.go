package cli_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"watcher/internal/cli"
)

// TestJournalLog: each record for the journal is a line that begins with its level as
// sd-daemon(3) has it, without a time of its own, and no value can add a line.
func TestJournalLog(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var st syscall.Stat_t
	if err := syscall.Fstat(int(f.Fd()), &st); err != nil {
		t.Fatal(err)
	}
	t.Setenv("JOURNAL_STREAM", fmt.Sprintf("%d:%d", st.Dev, st.Ino))
	log := cli.NewLog(f)
	log.Info("watching", "feeds", 3)
	log.Warn("slow", "title", "two\nlines <0>")
	log.Error("failed")
	body, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	want := "<6>msg=watching feeds=3\n<4>msg=slow title=\"two\\nlines <0>\"\n<3>msg=failed\n"
	if string(body) != want {
		t.Errorf("logged\n%s\nwant\n%s", body, want)
	}
}

// TestLogElsewhere: a stream that does not go to the journal keeps time and level, also in
// a child of a service that inherited the variable.
func TestLogElsewhere(t *testing.T) {
	t.Setenv("JOURNAL_STREAM", "1:2")
	var buf bytes.Buffer
	cli.NewLog(&buf).Info("watching")
	if got := buf.String(); !strings.HasPrefix(got, slog.TimeKey+"=") || !strings.Contains(got, "level=INFO msg=watching") {
		t.Errorf("logged %q", got)
	}
}
