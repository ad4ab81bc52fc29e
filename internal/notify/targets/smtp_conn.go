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
	// mailIdle is how long a connection is kept for the next mail; servers close
	// idle ones after some minutes.
	mailIdle = 5 * time.Second
	// maxMails is how many mails one connection carries: Exim takes more and
	// delivers them with its next queue run, half an hour later
	// (smtp_accept_queue_per_connection).
	maxMails = 10
	// mailTimeout bounds what happens over a connection for one mail; the whole
	// is bounded by the attempt's context.
	mailTimeout = 30 * time.Second
)

// mailConn is a connection that is ready for a mail. It is used by one goroutine
// at a time.
type mailConn struct {
	smtp    *smtp.Client
	raw     net.Conn
	carried int         // mails
	timer   *time.Timer // closes it while it is idle
}

// send hands a mail to the server, over the connection that the last one left
// if that is still good.
func (s *mailServer) send(ctx context.Context, l letter) error {
	if c := s.idle(); c != nil {
		err := s.sendOver(ctx, c, l)
		if err == nil || refuses(err) || notify.MayHaveArrived(err) || ctx.Err() != nil {
			return err
		}
		// It may be the connection that is worn: closed meanwhile, too old, or
		// good for no more mails. Servers say that as 421, 450, 451 or 452, or not
		// at all. What is wrong with more than that shows over a fresh one.
	}
	c, err := s.connect(ctx)
	if err != nil {
		return s.judge(l, err)
	}
	return s.sendOver(ctx, c, l)
}

// sendOver sends a mail over c, and keeps c where it is in order after that.
func (s *mailServer) sendOver(ctx context.Context, c *mailConn, l letter) error {
	stop := context.AfterFunc(ctx, func() { _ = c.raw.Close() })
	c.carried++
	err := s.judge(l, c.transact(l))
	// A mail that was refused leaves its transaction open.
	good := err == nil || refuses(err) && c.smtp.Reset() == nil
	if stop() && good && c.carried < maxMails {
		s.keep(c)
	} else {
		c.close()
	}
	return err
}

// transact makes one mail's transaction, RFC 5321 section 3.3. Its errors are
// mailErrors.
func (c *mailConn) transact(l letter) error {
	_ = c.raw.SetDeadline(time.Now().Add(mailTimeout))
	from, to := path(l.From), path(l.To)
	// Asked for where it is not needed, SMTPUTF8 keeps a mail from all servers
	// further on that lack it.
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

// idle takes the connection that is kept, if there is one.
func (s *mailServer) idle() *mailConn {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.kept
	s.kept = nil
	if c == nil || !c.timer.Stop() {
		return nil // none, or its timer is closing it
	}
	return c
}

// keep leaves a connection for the next mail.
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

// close takes leave of the server, for a moment; what it says to that matters
// to nobody.
func (c *mailConn) close() {
	_ = c.raw.SetDeadline(time.Now().Add(time.Second))
	_ = c.smtp.Quit()
	_ = c.raw.Close()
}

// connect opens a connection, encrypts it and logs in. Its errors are
// mailErrors.
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

// greet makes a connection ready for mails.
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
		// The server has greeted before, and does not again: this stands for the
		// greeting that the client waits for.
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

// startTLS goes as far as the handshake.
func (s *mailServer) startTLS(conn *boundConn) error {
	c, err := smtp.NewClient(conn, s.host)
	if err != nil {
		return err
	}
	if err := c.Hello(s.helo(conn)); err != nil {
		return err
	}
	if ok, _ := c.Extension("STARTTLS"); !ok {
		return errors.New("the server offers no STARTTLS, without which smtp:// sends nothing")
	}
	if _, err := c.Text.Cmd("STARTTLS"); err != nil {
		return err
	}
	if _, _, err := c.Text.ReadResponse(220); err != nil {
		return err
	}
	// What came along with that answer was not encrypted, and could pass for an
	// answer that was.
	if c.Text.R.Buffered() > 0 {
		return errors.New("the server goes on after its answer to STARTTLS")
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

// helo is how we introduce ourselves: by the name that the config has, the full
// name of the machine if it has one, or our address, RFC 5321 section 4.1.4. A
// bare host name, such as containers have, is refused by many.
func (s *mailServer) helo(conn net.Conn) string {
	if s.name != "" {
		return s.name
	}
	if name, err := os.Hostname(); err == nil && isFullName(strings.ToLower(name)) {
		return name
	}
	return addressLiteral(conn.LocalAddr())
}

// addressLiteral writes an address as RFC 5321 section 4.1.3 has it.
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

// isFullName says whether a machine's name is one that a mail server can take:
// a domain of several labels that is not only of this machine.
func isFullName(name string) bool {
	return isDomain(name) && strings.Contains(name, ".") &&
		!strings.HasSuffix(name, ".localdomain") && !strings.HasSuffix(name, ".local")
}
