package postgres_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"sync"
	"syscall"
	"time"
)

// line is the network between a machine and its database: all its connections, which a test
// cuts.
type line struct {
	mu     sync.Mutex
	cut    cut
	torn   []byte        // the answer to a statement with this text breaks behind its first row
	after  func()        // called then, once
	paused chan struct{} // closed when it goes on; nil unless paused
	gone   bool
	conns  map[*lineConn]bool
}

// cut is where a connection breaks next.
type cut int

const (
	nowhere cut = iota
	// beforeCommit: the database never hears of the commit.
	beforeCommit
	// afterCommit: the database commits, and its answer is lost.
	afterCommit
	// silence: the database commits, and never answers, as if its host had vanished.
	silence
)

// tear breaks a connection behind the first row of the next answer to a statement with
// this text, and calls after.
func (l *line) tear(text string, after func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.torn, l.after = []byte(text), after
}

func (l *line) loseAnswer() { l.breakAt(afterCommit) }

// breakAt breaks a connection at its next commit.
func (l *line) breakAt(c cut) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.cut = c
}

// pause holds up all writes, those under way too, until wake.
func (l *line) pause() (wake func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	paused := make(chan struct{})
	l.paused = paused
	return func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.paused = nil
		close(paused)
	}
}

// down ends all connections and refuses new ones.
func (l *line) down() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.gone = true
	for c := range l.conns {
		_ = c.Conn.Close()
	}
}

func (l *line) up() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.gone = false
}

func (l *line) wait() {
	l.mu.Lock()
	paused := l.paused
	l.mu.Unlock()
	if paused != nil {
		<-paused
	}
}

func (l *line) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	l.wait()
	l.mu.Lock()
	gone := l.gone
	l.mu.Unlock()
	if gone {
		return nil, &net.OpError{Op: "dial", Net: network, Err: syscall.ECONNREFUSED}
	}
	conn, err := new(net.Dialer).DialContext(ctx, network, addr)
	if err != nil {
		return nil, err
	}
	c := &lineConn{Conn: conn, line: l, over: make(chan struct{})}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.conns == nil {
		l.conns = make(map[*lineConn]bool)
	}
	l.conns[c] = true
	return c, nil
}

type lineConn struct {
	net.Conn
	line *line
	lost cut           // under line.mu: how its next answer is lost
	torn bool          // under line.mu: its answer breaks behind its first row
	left bytes.Buffer  // of a message that was read, while torn
	over chan struct{} // closed when a deadline has passed
}

var commitMessage = []byte("Q\x00\x00\x00\x0bcommit\x00")

var errCut = errors.New("the line was cut")

func (c *lineConn) Write(b []byte) (int, error) {
	c.line.wait()
	c.line.mu.Lock()
	at := c.line.cut
	if !bytes.Contains(b, commitMessage) {
		at = nowhere
	}
	if at != nowhere {
		c.line.cut = nowhere
		c.lost = at
	}
	if len(c.line.torn) > 0 && bytes.Contains(b, c.line.torn) {
		c.torn = true
	}
	c.line.mu.Unlock()
	if at == beforeCommit {
		_ = c.Conn.Close()
		return 0, errCut
	}
	return c.Conn.Write(b)
}

func (c *lineConn) Read(b []byte) (int, error) {
	c.line.wait() // pgx reads while its writes are held up, which would hold up the bubble
	n, err := c.read(b)
	c.line.wait()
	c.line.mu.Lock()
	lost := c.lost
	c.line.mu.Unlock()
	if lost != nowhere && err == nil {
		if lost == silence {
			<-c.over
		}
		_ = c.Conn.Close()
		return 0, errCut
	}
	return n, err
}

// read reads from Conn. While it looks for the first row, it reads one message at a time.
func (c *lineConn) read(b []byte) (int, error) {
	c.line.mu.Lock()
	torn := c.torn
	c.line.mu.Unlock()
	if !torn {
		return c.Conn.Read(b)
	}
	if c.left.Len() == 0 {
		var head [5]byte // type and length
		if _, err := io.ReadFull(c.Conn, head[:]); err != nil {
			return 0, err
		}
		c.left.Write(head[:])
		if _, err := io.CopyN(&c.left, c.Conn, int64(binary.BigEndian.Uint32(head[1:]))-4); err != nil {
			return 0, err
		}
		if head[0] == 'D' {
			c.line.mu.Lock()
			c.line.torn = nil
			c.line.mu.Unlock()
			_ = c.Conn.Close() // the caller still gets the row
			c.line.after()
		}
	}
	return c.left.Read(b)
}

func (c *lineConn) SetDeadline(t time.Time) error {
	if !t.IsZero() && !t.After(time.Now()) {
		c.line.mu.Lock()
		defer c.line.mu.Unlock()
		select {
		case <-c.over:
		default:
			close(c.over)
		}
	}
	return c.Conn.SetDeadline(t)
}

func (c *lineConn) Close() error {
	c.line.mu.Lock()
	delete(c.line.conns, c)
	c.line.mu.Unlock()
	return c.Conn.Close()
}
