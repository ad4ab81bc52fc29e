package cli

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"os"
	"syscall"

	"watcher/internal/text"
)

// NewLog makes the daemon's log, which works without a reader. Under systemd the
// journal records the time, and reads the level from a prefix (sd-daemon(3)), so
// neither is in the text.
func NewLog(stderr io.Writer) *slog.Logger {
	if !toJournal(stderr) {
		return slog.New(slog.NewTextHandler(escaped{newRelay(stderr)}, nil))
	}
	return slog.New(slog.NewTextHandler(escaped{newRelay(journal{stderr})}, &slog.HandlerOptions{
		ReplaceAttr: func(groups []string, a slog.Attr) slog.Attr {
			if a.Key == slog.TimeKey && len(groups) == 0 {
				return slog.Attr{}
			}
			return a
		},
	}))
}

// escaped writes invisible characters as escapes. slog does that for characters that
// Unicode calls unprintable, but to it fillers are letters and variation selectors are
// marks.
type escaped struct{ w io.Writer }

func (e escaped) Write(p []byte) (int, error) {
	_, err := e.w.Write(text.Escape(p, text.Backslash))
	return len(p), err
}

// toJournal reports whether w is the stream that systemd connected to the journal. The
// variable alone does not prove it: children with redirected streams inherit it
// (systemd.exec(5)).
func toJournal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	var st syscall.Stat_t
	if syscall.Fstat(int(f.Fd()), &st) != nil {
		return false
	}
	return os.Getenv("JOURNAL_STREAM") == fmt.Sprintf("%d:%d", st.Dev, st.Ino)
}

// journal turns the level at the start of a record into the journal's prefix.
// A TextHandler writes each record with one call.
type journal struct{ w io.Writer }

func (j journal) Write(p []byte) (int, error) {
	for _, level := range []struct{ text, prefix string }{
		{"level=ERROR ", "<3>"}, {"level=WARN ", "<4>"}, {"level=INFO ", "<6>"}, {"level=DEBUG ", "<7>"},
	} {
		if rest, ok := bytes.CutPrefix(p, []byte(level.text)); ok {
			_, err := j.w.Write(append([]byte(level.prefix), rest...))
			return len(p), err
		}
	}
	return j.w.Write(p)
}
