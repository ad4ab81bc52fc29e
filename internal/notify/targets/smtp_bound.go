package targets

import (
	"errors"
	"io"
	"net"
)

// Bounds on the replies of a mail server. A line of a reply has at most 512 bytes (RFC
// 5321 section 4.5.3.1.5), a challenge of a login 12,288 (RFC 4954 section 4), and a
// reply to EHLO has one line for each extension.
const (
	maxReplyLine  = 12288 + 2
	maxReplyLines = 256
	maxReply      = 64 << 10 // bytes between two commands of ours
)

var errTalkative = errors.New("the mail server says more than any mail server has to say")

// boundConn bounds what is read from a mail server, below net/textproto, which reads
// lines and replies of any length into memory. TLS stands below it and has bounds of
// its own. Like the protocol it is used by one goroutine at a time; Close may come from
// another.
type boundConn struct {
	net.Conn
	first io.Reader // read before the connection; nil once used up

	said, lines, line int // since our last command
}

// Read implements net.Conn. An error is final: the rest of a flood is not read.
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

// Write implements net.Conn. A command starts the count of its reply anew.
func (c *boundConn) Write(p []byte) (int, error) {
	c.said, c.lines, c.line = 0, 0, 0
	return c.Conn.Write(p)
}
