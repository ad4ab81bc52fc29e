package cli

import (
	"fmt"
	"io"
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"
	"time"
)

const (
	// relayWait is how long writing a line may take before the reader counts as
	// stalled, and relayLines how many lines wait for it then.
	relayWait  = time.Second
	relayLines = 1024
)

// relay passes lines to a stream whose reader may stall. While the reader reads, a line
// is written when Write returns. Otherwise lines wait, and those without room are
// dropped and counted: the log must not block what it logs.
type relay struct {
	to      io.Writer
	lines   chan relayed
	stalled atomic.Bool
	dropped atomic.Int64
}

// relayed is a line in the relay.
type relayed struct {
	text []byte
	done chan struct{} // closed when it was written
}

// newRelay makes a relay for the lifetime of the program.
func newRelay(to io.Writer) *relay {
	r := &relay{to: to, lines: make(chan relayed, relayLines)}
	go func() {
		for l := range r.lines {
			_, _ = to.Write(l.text) // it fails if the reader is gone
			close(l.done)
			if len(r.lines) > 0 {
				continue
			}
			if n := r.dropped.Swap(0); n > 0 {
				_, _ = fmt.Fprintf(to, "level=WARN msg=\"log lines dropped, as nobody read them\" count=%d\n", n)
			}
			r.stalled.Store(false)
		}
	}()
	return r
}

// Write implements io.Writer; it never fails.
func (r *relay) Write(p []byte) (int, error) {
	l := relayed{append([]byte(nil), p...), make(chan struct{})}
	select {
	case r.lines <- l:
	default:
		r.dropped.Add(1)
		return len(p), nil
	}
	if r.stalled.Load() {
		return len(p), nil
	}
	wait := time.NewTimer(relayWait)
	defer wait.Stop()
	select {
	case <-l.done:
	case <-wait.C:
		r.stalled.Store(true)
	}
	return len(p), nil
}

// OutliveReaders keeps the program alive when the reader of its stdout or stderr goes
// away: the write fails instead. It subscribes to the signal rather than ignoring it,
// because child processes would inherit that.
func OutliveReaders() { signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE) }
