package targets

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/wneessen/go-mail/smtp"

	"watcher/internal/notify"
)

const (
	// mailIdle is how long a connection is kept for the next mail. Servers close idle
	// ones after some minutes.
	mailIdle = 5 * time.Second
	// maxMails is how many mails one connection carries. Exim accepts more but delivers
	// them half an hour later, with its next queue run
	// (smtp_accept_queue_per_connection).
	maxMails = 10
	// mailTimeout bounds each mail on a connection. The context of the attempt bounds
	// the whole.
	mailTimeout = 30 * time.Second
)

// mailConn is a connection that is ready for a mail. It is used by one goroutine at a
// time.
type mailConn struct {
	smtp    *smtp.Client
	raw     net.Conn
	carried int         // mails
	timer   *time.Timer // closes it when it has been idle too long
}

// send sends a mail, over the connection of the last one if that is still good.
func (s *mailServer) send(ctx context.Context, l letter) error {
	if c := s.idle(); c != nil {
		err := s.sendOver(ctx, c, l)
		if err == nil || refuses(err) || notify.MayHaveArrived(err) || ctx.Err() != nil {
			return err
		}
		// The kept connection may be the cause: closed meanwhile, too old, or out of
		// mails. Servers answer that with 421, 450, 451 or 452, or not at all. Any
		// other problem shows again over a new connection.
	}
	c, err := s.connect(ctx)
	if err != nil {
		return s.judge(l, err)
	}
	return s.sendOver(ctx, c, l)
}

// sendOver sends a mail over c, and keeps c if it is still good after that.
func (s *mailServer) sendOver(ctx context.Context, c *mailConn, l letter) error {
	stop := context.AfterFunc(ctx, func() { _ = c.raw.Close() })
	c.carried++
	err := s.judge(l, c.transact(l))
	// A refused mail leaves its transaction open.
	good := err == nil || refuses(err) && c.smtp.Reset() == nil
	if stop() && good && c.carried < maxMails {
		s.keep(c)
	} else {
		c.close()
	}
	return err
}

// transact makes the transaction of one mail, RFC 5321 section 3.3. Its errors are
// mailErrors.
func (c *mailConn) transact(l letter) error {
	_ = c.raw.SetDeadline(time.Now().Add(mailTimeout))
	from, to := path(l.From), path(l.To)
	// A needless SMTPUTF8 would stop the mail at the next server that lacks it.
	c.smtp.SkipSMTPUTF8(isASCII(from + to))
	if err := c.smtp.Mail(from); err != nil {
		return mailError{atSender, err}
	}
	if err := c.smtp.Rcpt(to); err != nil {
		return mailError{atRecipient, err}
	}
	w, err := c.smtp.Data()
	if err != nil {
		return mailError{atData, err}
	}
	if _, err := l.message().WriteTo(w); err != nil {
		return mailError{atData, err}
	}
	if err := w.Close(); err != nil {
		return mailError{atEnd, err}
	}
	return nil
}

// idle takes the kept connection, if there is one.
func (s *mailServer) idle() *mailConn {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.kept
	s.kept = nil
	if c == nil || !c.timer.Stop() {
		return nil // there is none, or its timer is closing it
	}
	return c
}

// keep keeps a connection for the next mail.
func (s *mailServer) keep(c *mailConn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.kept != nil {
		c.close()
		return
	}
	s.kept = c
	c.timer = time.AfterFunc(mailIdle, func() {
		s.mu.Lock()
		if s.kept == c {
			s.kept = nil
		}
		s.mu.Unlock()
		c.close()
	})
}

// close says QUIT within a short time; the reply does not matter.
func (c *mailConn) close() {
	_ = c.raw.SetDeadline(time.Now().Add(time.Second))
	_ = c.smtp.Quit()
	_ = c.raw.Close()
}

// connect opens a connection, encrypts it and logs in. Its errors are mailErrors.
func (s *mailServer) connect(ctx context.Context) (*mailConn, error) {
	raw, err := s.env.Dial(ctx, "tcp", net.JoinHostPort(s.host, strconv.Itoa(s.port)))
	if err != nil {
		return nil, mailError{atConnect, err}
	}
	defer context.AfterFunc(ctx, func() { _ = raw.Close() })()
	_ = raw.SetDeadline(time.Now().Add(mailTimeout))
	c := &mailConn{raw: raw}
	if c.smtp, err = s.greet(ctx, raw); err != nil {
		_ = raw.Close()
		return nil, mailError{atConnect, err}
	}
	return c, nil
}

// greet prepares a connection for mails.
func (s *mailServer) greet(ctx context.Context, raw net.Conn) (*smtp.Client, error) {
	conn := &boundConn{Conn: raw}
	if s.security == startTLS {
		if err := s.startTLS(conn); err != nil {
			return nil, err
		}
	}
	if s.security != noTLS {
		secure := tls.Client(raw, s.tls())
		if err := secure.HandshakeContext(ctx); err != nil {
			return nil, fmt.Errorf("tls: %w", err)
		}
		conn = &boundConn{Conn: secure}
	}
	if s.security == startTLS {
		// The server has sent its greeting before STARTTLS and sends no other. This
		// line stands in for the greeting that the client waits for.
		conn.first = strings.NewReader("220 encrypted\r\n")
	}
	c, err := smtp.NewClient(conn, s.host)
	if err != nil {
		return nil, err
	}
	if err := c.Hello(s.helo(raw)); err != nil {
		return nil, err
	}
	if s.username == "" {
		return c, nil
	}
	return c, c.Auth(&mailLogin{username: s.username, password: s.password, encrypted: s.security != noTLS})
}

// startTLS speaks the protocol up to the handshake.
func (s *mailServer) startTLS(conn *boundConn) error {
	c, err := smtp.NewClient(conn, s.host)
	if err != nil {
		return err
	}
	if err := c.Hello(s.helo(conn)); err != nil {
		return err
	}
	if ok, _ := c.Extension("STARTTLS"); !ok {
		return errors.New("the server offers no STARTTLS, which smtp:// requires")
	}
	if _, err := c.Text.Cmd("STARTTLS"); err != nil {
		return err
	}
	if _, _, err := c.Text.ReadResponse(220); err != nil {
		return err
	}
	// Bytes that came with that answer are not encrypted, and could be taken for an
	// encrypted reply (command injection).
	if c.Text.R.Buffered() > 0 {
		return errors.New("the server sent more than its answer to STARTTLS")
	}
	return nil
}

func (s *mailServer) tls() *tls.Config {
	config := &tls.Config{}
	if s.env.TLS != nil {
		config = s.env.TLS.Clone()
	}
	config.ServerName = s.host
	config.MinVersion = max(config.MinVersion, tls.VersionTLS12)
	return config
}

// helo returns our name for EHLO: the configured one, the machine's full name, or our
// address, RFC 5321 section 4.1.4. Many servers refuse a bare host name, such as
// containers have.
func (s *mailServer) helo(conn net.Conn) string {
	if s.name != "" {
		return s.name
	}
	if name, err := os.Hostname(); err == nil && isFullName(strings.ToLower(name)) {
		return name
	}
	return addressLiteral(conn.LocalAddr())
}

// addressLiteral writes an address as RFC 5321 section 4.1.3 does.
func addressLiteral(a net.Addr) string {
	tcp, ok := a.(*net.TCPAddr)
	switch {
	case !ok:
		return "[127.0.0.1]"
	case tcp.IP.To4() != nil:
		return "[" + tcp.IP.To4().String() + "]"
	}
	return "[IPv6:" + tcp.IP.String() + "]"
}

// isFullName reports whether a mail server would accept the machine's name: a domain of
// several labels that is not local to the machine.
func isFullName(name string) bool {
	return isDomain(name) && strings.Contains(name, ".") &&
		!strings.HasSuffix(name, ".localdomain") && !strings.HasSuffix(name, ".local")
}
