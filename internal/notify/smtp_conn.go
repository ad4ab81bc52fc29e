package notify

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"time"

	gomail "github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"
)

// errDial marks failures before the first mail: they are the server's or the
// login's, not the message's.
type errDial struct{ err error }

func (e errDial) Error() string { return e.err.Error() }
func (e errDial) Unwrap() error { return e.err }

// mailIdle is how long a connection is kept for the next mail; servers close
// idle ones after some minutes.
const mailIdle = 5 * time.Second

// mailConn is a connection that is ready for a mail. It is used by one goroutine
// at a time.
type mailConn struct {
	client *gomail.Client
	smtp   *smtp.Client
	raw    net.Conn
	timer  *time.Timer // closes it while it is idle
}

// send hands a mail to the server, over the connection that the last one left
// if that is still good. Its error may come after the server accepted the mail.
func (s *mailServer) send(ctx context.Context, msg *gomail.Msg) error {
	if c := s.idle(); c != nil {
		err := s.sendOver(ctx, c, msg)
		// The server may have closed it meanwhile, or wants no more mails over
		// one connection (421): no news of this mail.
		if err == nil || msg.IsDelivered() || !wornOut(err) || ctx.Err() != nil {
			return err
		}
	}
	c, err := s.connect(ctx)
	if err != nil {
		return errDial{err}
	}
	return s.sendOver(ctx, c, msg)
}

func (s *mailServer) sendOver(ctx context.Context, c *mailConn, msg *gomail.Msg) error {
	stop := context.AfterFunc(ctx, func() { _ = c.raw.Close() })
	err := c.client.SendWithSMTPClient(c.smtp, msg)
	if stop() && (err == nil || inOrder(err)) {
		s.keep(c)
	} else {
		c.close()
	}
	return err
}

// wornOut says whether an error is the connection's, and certainly before the
// mail was accepted.
func wornOut(err error) bool {
	send, ok := errors.AsType[*gomail.SendError](err)
	return ok && (send.ErrorCode() == 0 && send.Reason != gomail.ErrSMTPDataClose || send.ErrorCode() == 421)
}

// inOrder says whether a connection is ready for another mail after an error:
// go-mail resets it after a refused sender or recipient, and content that was
// refused has ended the transaction.
func inOrder(err error) bool {
	send, ok := errors.AsType[*gomail.SendError](err)
	if !ok || send.ErrorCode() == 0 || send.ErrorCode() == 421 {
		return false
	}
	return send.Reason == gomail.ErrSMTPMailFrom || send.Reason == gomail.ErrSMTPRcptTo || send.Reason == gomail.ErrSMTPDataClose
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
	_ = c.client.CloseWithSMTPClient(c.smtp)
	_ = c.raw.Close()
}

// connect opens a connection, encrypts it and logs in.
func (s *mailServer) connect(ctx context.Context) (*mailConn, error) {
	c := &mailConn{}
	stop := func() bool { return true }
	client, err := s.client(func(dialing context.Context, network, address string) (net.Conn, error) {
		raw, err := s.dial(dialing, network, address)
		if err == nil {
			// go-mail watches only deadlines of its own.
			c.raw, stop = raw, context.AfterFunc(ctx, func() { _ = raw.Close() })
		}
		return raw, err
	})
	if err != nil {
		return nil, err
	}
	c.client = client
	c.smtp, err = client.DialToSMTPClientWithContext(ctx)
	stop()
	if err != nil && c.raw != nil {
		_ = c.raw.Close()
	}
	return c, err
}

// client makes a client for one connection: go-mail's changes its settings
// while it authenticates.
func (s *mailServer) client(dial gomail.DialContextFunc) (*gomail.Client, error) {
	options := []gomail.Option{
		gomail.WithPort(s.port),
		gomail.WithTLSPolicy(s.security),
		gomail.WithTLSConfig(s.tls()),
		gomail.WithDialContextFunc(dial),
		gomail.WithTimeout(mailTimeout),
		gomail.WithoutNoop(),
	}
	if s.username != "" {
		options = append(options, s.auth(), gomail.WithUsername(s.username), gomail.WithPassword(string(s.password)))
	}
	return gomail.NewClient(s.host, options...)
}

// mailTimeout bounds one exchange with the server; the whole is bounded by the
// attempt's context.
const mailTimeout = 30 * time.Second

// auth prefers what every server does right once the line is encrypted, and
// what does not show the password where it is not.
func (s *mailServer) auth() gomail.Option {
	if s.implicit || s.security == gomail.TLSMandatory {
		return gomail.WithOpportunisticSMTPAuth(gomail.SMTPAuthPlain, gomail.SMTPAuthLogin,
			gomail.SMTPAuthSCRAMSHA256, gomail.SMTPAuthSCRAMSHA1, gomail.SMTPAuthCramMD5)
	}
	return gomail.WithOpportunisticSMTPAuth(gomail.SMTPAuthSCRAMSHA256, gomail.SMTPAuthSCRAMSHA1,
		gomail.SMTPAuthCramMD5, gomail.SMTPAuthPlainNoEnc, gomail.SMTPAuthLoginNoEnc)
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

func (s *mailServer) dial(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := s.env.Dial(ctx, network, address)
	if err != nil || !s.implicit {
		return conn, err
	}
	secure := tls.Client(conn, s.tls())
	if err := secure.HandshakeContext(ctx); err != nil {
		_ = conn.Close()
		return nil, fmt.Errorf("tls: %w", err)
	}
	return secure, nil
}
