package targets

import (
	"context"
	"fmt"
	"net/mail"
	"net/url"
	"strconv"
	"sync"

	gomail "github.com/wneessen/go-mail"

	"watcher/internal/notify"
)

// mailServer sends mails through a submission server.
type mailServer struct {
	host     string
	port     int
	security security
	name     string // in EHLO; empty: the machine's
	username string // empty: no login
	password Secret
	env      Env

	mu   sync.Mutex
	kept *mailConn
}

// security is how a connection is encrypted.
type security int

const (
	startTLS    security = iota // from STARTTLS on
	implicitTLS                 // from the start
	noTLS
)

func newMailServer(o *EmailOptions, env Env) (*mailServer, error) {
	u, err := url.Parse(o.SMTP)
	if err != nil {
		return nil, fmt.Errorf("email: read smtp: %w", err)
	}
	s := &mailServer{name: o.Helo, username: o.Username, password: o.Password, env: env}
	if s.host, err = asciiHost(u.Hostname()); err != nil {
		return nil, fmt.Errorf("email: read smtp: %w", err)
	}
	switch u.Scheme {
	case "smtps":
		s.port, s.security = 465, implicitTLS
	case "smtp+insecure":
		s.port, s.security = 25, noTLS
	default:
		s.port, s.security = 587, startTLS
	}
	if p := u.Port(); p != "" {
		if s.port, err = strconv.Atoi(p); err != nil {
			return nil, fmt.Errorf("email: read smtp: %w", err)
		}
	}
	return s, nil
}

// Notify makes one SMTP transaction for the one recipient.
func (e *email) Notify(ctx context.Context, m notify.Message) error {
	l, err := payload[letter](m)
	if err != nil {
		return err
	}
	return e.server.send(ctx, l)
}

// message builds the mail. Nothing in it depends on the time of sending.
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

// path writes an address for MAIL and RCPT. The domain of a mail frozen by a version
// that did not convert it is converted here.
func path(a mail.Address) string {
	ascii, err := asciiAddress(a)
	if err != nil {
		ascii = a // let the server refuse it in its own words
	}
	return (&mail.Address{Address: ascii.Address}).String()
}
