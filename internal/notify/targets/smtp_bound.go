package targets

import (
	"errors"
	"io"
	"net"
)

// Bounds of what a mail server may say. A line of a reply has at most 512 bytes
// (RFC 5321 section 4.5.3.1.5), a challenge of a login 12,288 (RFC 4954 section
// 4), and a reply to EHLO a line for each extension.
const (
	maxReplyLine  = 12288 + 2
	maxReplyLines = 256
	maxReply      = 64 << 10 // bytes between two things that we say
)

var errTalkative = errors.New("the mail server says more than any mail server has to say")

// boundConn bounds what is read from a mail server, below all that gathers
// lines and replies in memory: net/textproto reads both without an end. With
// TLS it stands above that, which has bounds of its own. Like the protocol it
// is used by one goroutine at a time; Close may come from another.
type boundConn struct {
	net.Conn
	first io.Reader // read before the connection; nil once it is spent

	said, lines, line int // since our last word
}

// Read implements net.Conn. Its error is final: a server that floods is not
// read to the end.
func (c *boundConn) Read(p []byte) (int, error) {
	if c.said > maxReply || c.lines > maxReplyLines || c.line > maxReplyLine {
		return 0, errTalkative
	}
	n, err := c.read(p)
	c.said += n
	for i, b := range p[:n] {
		if c.line++; c.line > maxReplyLine {
			return i, errTalkative
		}
		if b != '\n' {
			continue
		}
		c.line = 0
		if c.lines++; c.lines > maxReplyLines {
			return i, errTalkative
		}
	}
	return n, err
}

func (c *boundConn) read(p []byte) (int, error) {
	if c.first != nil {
		n, err := c.first.Read(p)
		if err == nil || n > 0 {
			return n, nil
		}
		c.first = nil
	}
	return c.Conn.Read(p)
}

// Write implements net.Conn: what follows answers it.
func (c *boundConn) Write(p []byte) (int, error) {
	c.said, c.lines, c.line = 0, 0, 0
	return c.Conn.Write(p)
}
