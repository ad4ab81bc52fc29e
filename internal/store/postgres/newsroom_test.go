package postgres_test

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"watcher/internal/store/postgres"
	"watcher/internal/store/storetest"
)

// newsroom is machines on one database, in a bubble.
type newsroom struct {
	dsn   string
	beat  time.Duration
	mu    sync.Mutex
	lines map[*postgres.Store]*line
}

func newNewsroom(t *testing.T, dsn string, beat time.Duration) *newsroom {
	t.Helper()
	return &newsroom{dsn: dsn, beat: beat, lines: make(map[*postgres.Store]*line)}
}

// open opens the store on a machine whose clock is ahead by so much.
func (n *newsroom) open(t *testing.T, ahead time.Duration) storetest.BothHalves {
	t.Helper()
	l := new(line)
	n.mu.Lock()
	name := fmt.Sprint("machine ", len(n.lines))
	n.mu.Unlock()
	s, err := postgres.OpenIn(context.Background(), n.dsn, postgres.Options{Machine: name, Log: slog.New(slog.DiscardHandler)}, postgres.World{
		Beat:   n.beat,
		Clock:  func() time.Time { return time.Now().Add(ahead) },
		Offset: func() time.Duration { return outside(t) },
		Dial:   l.dial,
	})
	if err != nil {
		t.Fatal(err)
	}
	n.mu.Lock()
	n.lines[s] = l
	n.mu.Unlock()
	return s
}

// line returns the network between the machine and the database.
func (n *newsroom) line(s storetest.BothHalves) *line {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.lines[s.(*postgres.Store)]
}

// outside returns how far the clock of this bubble is ahead of the real one, which inside a
// bubble only a system call tells.
func outside(t *testing.T) time.Duration {
	var real unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_REALTIME, &real); err != nil {
		t.Error(err)
	}
	return time.Since(time.Unix(real.Unix()))
}
