package notify

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/textproto"
	"net/url"
	"strconv"
	"sync"

	gomail "github.com/wneessen/go-mail"

	"watcher/internal/feeds"
)

// mailServer hands mails to a submission server.
type mailServer struct {
	host     string
	port     int
	security gomail.TLSPolicy
	implicit bool // TLS from the start
	username string
	password Secret
	env      Env

	mu   sync.Mutex
	kept *mailConn
}

func newMailServer(o *EmailOptions, env Env) (*mailServer, error) {
	u, err := url.Parse(o.SMTP)
	if err != nil {
		return nil, fmt.Errorf("email: read smtp: %w", err)
	}
	s := &mailServer{host: u.Hostname(), username: o.Username, password: o.Password, env: env}
	switch u.Scheme {
	case "smtps":
		s.port, s.implicit, s.security = 465, true, gomail.NoTLS
	case "smtp+insecure":
		s.port, s.security = 25, gomail.NoTLS
	default:
		s.port, s.security = 587, gomail.TLSMandatory
	}
	if p := u.Port(); p != "" {
		if s.port, err = strconv.Atoi(p); err != nil {
			return nil, fmt.Errorf("email: read smtp: %w", err)
		}
	}
	return s, nil
}

// Notify implements Notifier: one SMTP transaction for the one recipient.
func (e *email) Notify(ctx context.Context, m Message) error {
	l, err := payload[letter](m)
	if err != nil {
		return err
	}
	msg := l.message()
	err = e.server.send(ctx, msg)
	// A server that took the mail and then failed to say goodbye has the mail.
	if err == nil || msg.IsDelivered() {
		return nil
	}
	return e.server.judge(err)
}

// message builds the mail. Nothing in it depends on the moment.
func (l letter) message() *gomail.Msg {
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent(), gomail.WithBoundary(l.Boundary))
	msg.FromMailAddress(&l.From)
	msg.ToMailAddress(&l.To)
	msg.SetMessageIDWithValue(l.ID)
	msg.SetDateWithValue(l.Date)
	msg.Subject(l.Subject)
	if l.Urgent {
		msg.SetImportance(gomail.ImportanceHigh)
	}
	msg.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834
	msg.SetGenHeader("X-Auto-Response-Suppress", "All")
	msg.SetGenHeader("List-Id", l.ListID)
	msg.SetBodyString(gomail.TypeTextPlain, l.Text)
	msg.AddAlternativeString(gomail.TypeTextHTML, l.HTML)
	return msg
}

// judge tells permanent failures from temporary ones by the server's own code,
// RFC 5321 section 4.2.1. Without a code (a broken connection, a timeout) it is
// temporary, whatever go-mail's IsTemp says.
func (s *mailServer) judge(err error) error {
	said := hide(clip(clean(err.Error()), 300), s.password)
	wrapped := fmt.Errorf("email: %s: %s", s.host, said)
	code := 0
	var reply *textproto.Error
	var send *gomail.SendError
	switch {
	case errors.As(err, &send):
		code = send.ErrorCode()
	case errors.As(err, &reply):
		code = reply.Code
	}
	if code == 0 && errors.As(err, new(errDial)) {
		if kind, why := feeds.NoAnswer(err, s.host); kind != feeds.Network || errors.As(err, new(*net.OpError)) {
			wrapped = fmt.Errorf("email: %s", hide(why, s.password))
		}
	}
	if code < 500 || code > 599 {
		// Only what broke between the final dot and its answer may have arrived.
		if code == 0 && send != nil && send.Reason == gomail.ErrSMTPDataClose {
			return wrapped
		}
		return &RetryError{Err: wrapped}
	}
	// 530, 535 and their like mean the login; before the first mail, and at the
	// sender's address (but not for its size, 552), it is never the message.
	login := code == 530 || code == 534 || code == 535 || code == 538
	sender := send != nil && send.Reason == gomail.ErrSMTPMailFrom && code != 552
	return &PermanentError{Target: errors.As(err, new(errDial)) || login || sender, Err: wrapped}
}
