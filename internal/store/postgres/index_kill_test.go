//go:build !race

package postgres_test

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"net"
	"sync/atomic"
	"testing"
	"time"

	"watcher/internal/store/postgres"
	"watcher/internal/testutil"
)

// shears cut everything that a machine sends from one write on, as its death does.
type shears struct {
	left atomic.Int64 // writes until the cut
	dead func()
}

func (c *shears) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	conn, err := new(net.Dialer).DialContext(ctx, network, addr)
	return &shearedConn{conn, c}, err
}

type shearedConn struct {
	net.Conn
	shears *shears
}

func (c *shearedConn) Write(b []byte) (int, error) {
	if c.shears.left.Add(-1) < 0 {
		c.shears.dead() // it does not try again
		_ = c.Close()
		return 0, net.ErrClosed
	}
	return c.Conn.Write(b)
}

var step = flag.Int64("every", 5, "have TestIndexKilled die before each write of so many")

// TestIndexKilled has a machine die before one statement of making a segment, or with
// -every 1 before each in turn. Whatever it leaves, all articles are there once and are
// found, another machine goes on, and no piece stays that no segment refers to.
func TestIndexKilled(t *testing.T) {
	const articles = 1200 // old ones, of which so few make a segment
	dsn := database(t)
	live := open(t, dsn, "live")
	defer live.Close()
	at := int64(0)
	for done, round := false, 0; !done; round++ {
		bring(t, live, round*articles, (round+1)*articles, 100)
		testutil.Must(t, live.Forget(testPoll(round*articles, round*articles).Seen))
		want := titlesOf(round*articles, (round+1)*articles, 100)
		var c shears
		c.left.Store(1 << 40)
		ctx, cancel := context.WithCancel(t.Context())
		dying, err := postgres.OpenIn(ctx, dsn, postgres.Options{Machine: fmt.Sprint("dying ", round), Log: slog.New(slog.DiscardHandler)}, postgres.World{
			Beat: time.Hour, Clock: time.Now, Offset: func() time.Duration { return 0 }, Dial: c.dial,
		})
		testutil.Must(t, err)
		c.dead = func() { cancel(); dying.Die() }
		takeOver(t, live)
		c.left.Store(at)
		did, _, err := dying.IndexStep(ctx, plain)
		done = err == nil && did
		cancel()
		dying.Kill()
		at += *step

		what := fmt.Sprintf("a machine that died before its write %d", at)
		testutil.SameLines(t, what+", history", titles(t, live), want)
		testutil.SameLines(t, what+", found", searched(t, live, "every"), found(want, "every"))
		takeOver(t, live)
		index(t, live)
		testutil.SameLines(t, what+", history once another went on", titles(t, live), want)
		testutil.SameLines(t, what+", found once another went on", searched(t, live, "every"), found(want, "every"))
		if t.Failed() {
			return
		}
	}
	testutil.Must(t, live.Exec(t.Context(), `update unnamed set until = 'epoch'`))
	index(t, live)
	lost, err := live.Lost(t.Context())
	if err != nil || lost != 0 {
		t.Errorf("%d rows are left that nothing leads to, %v", lost, err)
	}
	t.Logf("%d writes", at)
}
