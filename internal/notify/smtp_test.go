package notify

import (
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// mailbox is a real SMTP server on loopback, with replies and breakdowns to
// order.
type mailbox struct {
	t       *testing.T
	address string
	roots   *tls.Config // trusts the server's certificate

	mu       sync.Mutex
	accepted []storedMail
	logins   int
	conns    int

	mail func(from string) error
	rcpt func(to string) error
	data func() error
	then func(c *smtp.Conn)                    // after a mail was stored, before the answer
	auth func(username, password string) error // nil: no AUTH offered
	// dropAt closes a connection when the client sends a command that begins
	// so.
	dropAt string
	pass   int // how many such commands of a connection go through first
	many   int // mails that one connection takes; 421 then, or enough. 0: any number
	enough int
}

// storedMail is a mail the server took.
type storedMail struct {
	From string
	To   []string
	Data []byte
	TLS  bool
}

// newMailbox starts a server; change sets it up. security is starttls, implicit
// or none.
func newMailbox(t *testing.T, security string, change func(*mailbox)) *mailbox {
	t.Helper()
	// httptest's certificate is for 127.0.0.1 and example.com.
	web := httptest.NewTLSServer(nil)
	t.Cleanup(web.Close)
	pool := x509.NewCertPool()
	pool.AddCert(web.Certificate())
	m := &mailbox{t: t, roots: &tls.Config{RootCAs: pool}}
	if change != nil {
		change(m)
	}
	config := &tls.Config{Certificates: web.TLS.Certificates}
	s := smtp.NewServer(m)
	s.Domain = "mail.example.org"
	s.AllowInsecureAuth = true
	s.ErrorLog = quiet{}
	if security == "starttls" {
		s.TLSConfig = config
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	m.address = l.Addr().String()
	l = droppingListener{l, m}
	if security == "implicit" {
		l = tls.NewListener(l, config)
	}
	done := make(chan error, 1)
	go func() { done <- s.Serve(l) }()
	t.Cleanup(func() {
		_ = s.Close()
		<-done
	})
	return m
}

type quiet struct{}

func (quiet) Printf(string, ...any) {}
func (quiet) Println(...any)        {}

// droppingListener breaks connections at the command that dropAt names. It
// sees plain text only.
type droppingListener struct {
	net.Listener
	m *mailbox
}

func (l droppingListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	l.m.mu.Lock()
	l.m.conns++
	l.m.mu.Unlock()
	return &droppingConn{Conn: c, at: l.m.dropAt, pass: l.m.pass}, nil
}

type droppingConn struct {
	net.Conn
	at   string
	pass int
}

func (c *droppingConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if c.at != "" && bytes.HasPrefix(b[:n], []byte(c.at)) {
		if c.pass--; c.pass >= 0 {
			return n, err
		}
		_ = c.Close()
		return 0, io.EOF
	}
	return n, err
}

func (m *mailbox) NewSession(c *smtp.Conn) (smtp.Session, error) {
	s := &mailSession{m: m, conn: c}
	if m.auth == nil {
		return s, nil
	}
	return loginSession{s}, nil
}

func (m *mailbox) mails() []storedMail {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.accepted)
}

type mailSession struct {
	m    *mailbox
	conn *smtp.Conn
	now  storedMail
	took int
}

func (s *mailSession) Reset()        { s.now = storedMail{} }
func (s *mailSession) Logout() error { return nil }

func (s *mailSession) Mail(from string, _ *smtp.MailOptions) error {
	s.now.From = from
	if s.took++; s.m.many > 0 && s.took > s.m.many {
		return code(cmp.Or(s.m.enough, 421), "enough for one connection")
	}
	if s.m.mail != nil {
		return s.m.mail(from)
	}
	return nil
}

func (s *mailSession) Rcpt(to string, _ *smtp.RcptOptions) error {
	if s.m.rcpt != nil {
		if err := s.m.rcpt(to); err != nil {
			return err
		}
	}
	s.now.To = append(s.now.To, to)
	return nil
}

func (s *mailSession) Data(r io.Reader) error {
	b, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	s.now.Data = b
	_, s.now.TLS = s.conn.TLSConnectionState()
	if s.m.data != nil {
		if err := s.m.data(); err != nil {
			return err
		}
	}
	s.m.mu.Lock()
	s.m.accepted = append(s.m.accepted, s.now)
	s.m.mu.Unlock()
	if s.m.then != nil {
		s.m.then(s.conn)
	}
	return nil
}

type loginSession struct{ *mailSession }

func (s loginSession) AuthMechanisms() []string { return []string{sasl.Plain} }

func (s loginSession) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, username, password string) error {
		if err := s.m.auth(username, password); err != nil {
			return err
		}
		s.m.mu.Lock()
		s.m.logins++
		s.m.mu.Unlock()
		return nil
	}), nil
}

// at opens the email notifier for the server.
func (m *mailbox) at(scheme string, change func(*EmailOptions)) Notifier {
	m.t.Helper()
	o := emailOptions()
	o.SMTP = scheme + "://" + m.address
	if change != nil {
		change(o)
	}
	env := testEnv()
	env.TLS = m.roots
	return open(m.t, o, env)
}

func loginAs(username string, password Secret) func(*EmailOptions) {
	return func(o *EmailOptions) { o.Username, o.Password = username, password }
}

func checkLogin(username, password string) error {
	if username == "desk" && password == "opensesame" {
		return nil
	}
	return &smtp.SMTPError{Code: 535, EnhancedCode: smtp.EnhancedCode{5, 7, 8}, Message: "who is " + username + " with " + password}
}

func code(n int, text string) error {
	return &smtp.SMTPError{Code: n, EnhancedCode: smtp.EnhancedCode{n / 100, 0, 0}, Message: text}
}

func TestSMTPDelivers(t *testing.T) {
	for _, tt := range []struct {
		name, security, scheme string
		login, encrypted       bool
	}{
		{"STARTTLS and a login", "starttls", "smtp", true, true},
		{"STARTTLS without a login", "starttls", "smtp", false, true},
		{"TLS from the start and a login", "implicit", "smtps", true, true},
		{"in the clear, because the config says so", "none", "smtp+insecure", false, false},
		{"in the clear with a login, because the config says so", "none", "smtp+insecure", true, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := newMailbox(t, tt.security, func(m *mailbox) {
				if tt.login {
					m.auth = checkLogin
				}
			})
			n := m.at(tt.scheme, func(o *EmailOptions) {
				if tt.login {
					loginAs("desk", "opensesame")(o)
				}
			})
			msg := compose(t, n, one())[0]
			if err := notify(t, n, msg); err != nil {
				t.Fatal(err)
			}
			got := m.mails()
			if len(got) != 1 || got[0].From != "watcher@example.org" || !slices.Equal(got[0].To, []string{"duty@example.org"}) || got[0].TLS != tt.encrypted {
				t.Fatalf("accepted %+v", got)
			}
			if want := raw(t, msg); strings.TrimSpace(string(got[0].Data)) != strings.TrimSpace(string(want)) {
				t.Errorf("the server has\n%s\nwant\n%s", got[0].Data, want)
			}
			m.mu.Lock()
			defer m.mu.Unlock()
			if (m.logins == 1) != tt.login {
				t.Errorf("%d logins", m.logins)
			}
		})
	}
}

func TestSMTPAnswers(t *testing.T) {
	for _, tt := range []struct {
		name   string
		set    func(*mailbox)
		want   string
		stored int // mails that the server has after one attempt
	}{
		{"the recipient is unknown", func(m *mailbox) { m.rcpt = func(string) error { return code(550, "no such user") } }, "bad message", 0},
		{"the recipient is greylisted", func(m *mailbox) { m.rcpt = func(string) error { return code(451, "greylisted, come back") } }, "temporary", 0},
		{"the mailbox is full", func(m *mailbox) { m.rcpt = func(string) error { return code(452, "full") } }, "temporary", 0},
		{"the sender is refused", func(m *mailbox) { m.mail = func(string) error { return code(550, "not you") } }, "dead target", 0},
		{"the sender has to log in", func(m *mailbox) { m.mail = func(string) error { return code(530, "log in") } }, "dead target", 0},
		{"the sender is throttled", func(m *mailbox) { m.mail = func(string) error { return code(450, "slowly") } }, "temporary", 0},
		{"the size is refused beforehand", func(m *mailbox) { m.mail = func(string) error { return code(552, "too big") } }, "bad message", 0},
		{"the content is refused", func(m *mailbox) { m.data = func() error { return code(554, "spam") } }, "bad message", 0},
		{"the content cannot be stored now", func(m *mailbox) { m.data = func() error { return code(451, "disk") } }, "temporary", 0},
		{"the server shuts down", func(m *mailbox) { m.mail = func(string) error { return code(421, "closing") } }, "temporary", 0},
		{"dropped in the middle of RCPT", func(m *mailbox) { m.dropAt = "RCPT" }, "temporary", 0},
		{"dropped at the beginning", func(m *mailbox) { m.dropAt = "EHLO" }, "temporary", 0},
		{"dropped after the final dot, before an answer", func(m *mailbox) {
			m.then = func(c *smtp.Conn) { _ = c.Conn().Close() }
		}, "unknown", 1},
		{"accepted, then dropped at RSET", func(m *mailbox) { m.dropAt = "RSET" }, "accepted", 1},
		{"accepted, then dropped at QUIT", func(m *mailbox) { m.dropAt = "QUIT" }, "accepted", 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := newMailbox(t, "none", tt.set)
			n := m.at("smtp+insecure", nil)
			err := notify(t, n, compose(t, n, one())[0])
			if got := outcome(err); got != tt.want {
				t.Errorf("%s, want %s: %v", got, tt.want, err)
			}
			if got := len(m.mails()); got != tt.stored {
				t.Errorf("the server has %d mails, want %d", got, tt.stored)
			}
		})
	}
}

// TestSMTPRefusedRecipient shows that the others get theirs.
func TestSMTPRefusedRecipient(t *testing.T) {
	m := newMailbox(t, "starttls", func(m *mailbox) {
		m.rcpt = func(to string) error {
			if to == "gone@example.org" {
				return code(550, "no such user here")
			}
			return nil
		}
	})
	n := m.at("smtp", func(o *EmailOptions) { o.To = []string{"a@example.org", "gone@example.org", "c@example.org"} })
	var got []string
	for _, msg := range compose(t, n, one()) {
		err := notify(t, n, msg)
		got = append(got, outcome(err))
		const want = "email: 127.0.0.1, asked to send to gone@example.org, answered: 550 5.0.0 no such user here"
		if err != nil && err.Error() != want {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
	if !slices.Equal(got, []string{"accepted", "bad message", "accepted"}) || len(m.mails()) != 2 {
		t.Errorf("%q, %d mails", got, len(m.mails()))
	}
}

// TestSMTPSameMailAgain shows that after a lost answer the same mail goes out
// under the same Message-ID, so that it is known as a copy.
func TestSMTPSameMailAgain(t *testing.T) {
	first := true
	m := newMailbox(t, "starttls", func(m *mailbox) {
		m.then = func(c *smtp.Conn) {
			if first {
				first = false
				_ = c.Conn().Close()
			}
		}
	})
	n := m.at("smtp", nil)
	msg := compose(t, n, one())[0]
	if got := outcome(notify(t, n, msg)); got != "unknown" {
		t.Fatalf("first attempt: %s", got)
	}
	if err := notify(t, n, msg); err != nil {
		t.Fatal(err)
	}
	got := m.mails()
	if len(got) != 2 || !bytes.Equal(got[0].Data, got[1].Data) {
		t.Errorf("%d mails, the same: %v", len(got), len(got) == 2 && bytes.Equal(got[0].Data, got[1].Data))
	}
}

func TestSMTPLogin(t *testing.T) {
	for _, tt := range []struct {
		name, security, scheme string
		auth                   func(string, string) error
		want, says             string
	}{
		{"a wrong password", "starttls", "smtp", checkLogin, "dead target", "535"},
		{"a login server that is down", "starttls", "smtp", func(string, string) error { return code(454, "later") }, "temporary", "454"},
		{"no login offered", "starttls", "smtp", nil, "temporary", "AUTH"},
		{"no STARTTLS offered: the password is not sent", "none", "smtp", checkLogin, "temporary", "STARTTLS"},
		{"plain text where TLS is due", "none", "smtps", checkLogin, "temporary", "tls"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := newMailbox(t, tt.security, func(m *mailbox) { m.auth = tt.auth })
			n := m.at(tt.scheme, loginAs("desk", "wrong-password"))
			err := notify(t, n, compose(t, n, one())[0])
			if got := outcome(err); got != tt.want || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("%s, want %s and %q: %v", got, tt.want, tt.says, err)
			}
			if strings.Contains(err.Error(), "wrong-password") {
				t.Errorf("the password is shown: %v", err)
			}
			if len(m.mails()) != 0 {
				t.Error("a mail was sent")
			}
		})
	}
}

func TestSMTPUntrustedCertificate(t *testing.T) {
	for _, security := range []string{"starttls", "implicit"} {
		m := newMailbox(t, security, nil)
		m.roots = &tls.Config{RootCAs: x509.NewCertPool()}
		n := m.at(map[string]string{"starttls": "smtp", "implicit": "smtps"}[security], nil)
		err := notify(t, n, compose(t, n, one())[0])
		if outcome(err) != "temporary" || !strings.Contains(err.Error(), "certificate") {
			t.Errorf("%s: %s: %v", security, outcome(err), err)
		}
	}
}

func TestSMTPServerThatSaysNothing(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	ctx, cancel := context.WithCancel(t.Context())
	taken := make(chan net.Conn, 1)
	go func() {
		c, err := l.Accept()
		if err == nil {
			taken <- c
		}
		cancel()
	}()
	o := emailOptions()
	o.SMTP = "smtp+insecure://" + l.Addr().String()
	n := open(t, o, testEnv())
	if got := outcome(n.Notify(ctx, compose(t, n, one())[0])); got != "temporary" {
		t.Errorf("a cancelled attempt is %s", got)
	}
	(<-taken).Close()
}

// TestSMTPReusesItsConnection shows what one connection is good for, and that
// one which has become bad costs nothing but another.
func TestSMTPReusesItsConnection(t *testing.T) {
	for _, tt := range []struct {
		name     string
		set      func(*mailbox)
		outcomes []string
		conns    int
		stored   int
	}{
		{"one login for many mails", func(*mailbox) {}, []string{"accepted", "accepted", "accepted", "accepted"}, 1, 4},
		{"a server that takes two mails a connection", func(m *mailbox) { m.many = 2 }, []string{"accepted", "accepted", "accepted", "accepted"}, 2, 4},
		{"a server that says so as 452, as OpenSMTPD does", func(m *mailbox) { m.many, m.enough = 2, 452 }, []string{"accepted", "accepted", "accepted", "accepted", "accepted"}, 3, 5},
		{"a server that says so as 554", func(m *mailbox) { m.many, m.enough = 2, 554 }, []string{"accepted", "accepted", "accepted"}, 2, 3},
		{"a server that closes an idle connection", func(m *mailbox) { m.dropAt, m.pass = "MAIL", 1 }, []string{"accepted", "accepted", "accepted"}, 3, 3},
		{"a refused recipient leaves it in order", func(m *mailbox) {
			m.rcpt = func(to string) error {
				if to == "to1@example.org" {
					return code(550, "no such user")
				}
				return nil
			}
		}, []string{"accepted", "bad message", "accepted"}, 1, 2},
		{"so does refused content", func(m *mailbox) {
			n := 0
			m.data = func() error {
				if n++; n == 2 {
					return code(554, "spam")
				}
				return nil
			}
		}, []string{"accepted", "bad message", "accepted"}, 1, 2},
		{"a refused mail whose RSET fails does not", func(m *mailbox) {
			m.dropAt = "RSET"
			m.rcpt = func(to string) error {
				if to == "to1@example.org" {
					return code(550, "no such user")
				}
				return nil
			}
		}, []string{"accepted", "bad message", "accepted"}, 2, 2},
		{"ten mails a connection, as Exim delivers more of them half an hour later", func(*mailbox) {}, slices.Repeat([]string{"accepted"}, 24), 3, 24},
		{"a lost answer to the final dot is not tried again at once", func(m *mailbox) {
			n := 0
			m.then = func(c *smtp.Conn) {
				if n++; n == 2 {
					_ = c.Conn().Close()
				}
			}
		}, []string{"accepted", "unknown", "accepted"}, 2, 3},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := newMailbox(t, "starttls", func(m *mailbox) {
				m.auth = checkLogin
				tt.set(m)
			})
			scheme := "smtp"
			if m.dropAt != "" { // which looks at plain text
				scheme = "smtp+insecure"
				m = newMailbox(t, "none", func(m *mailbox) {
					m.auth = checkLogin
					tt.set(m)
				})
			}
			n := m.at(scheme, func(o *EmailOptions) {
				loginAs("desk", "opensesame")(o)
				o.To = nil
				for i := range tt.outcomes {
					o.To = append(o.To, fmt.Sprintf("to%d@example.org", i))
				}
			})
			var got []string
			for _, msg := range compose(t, n, one()) {
				got = append(got, outcome(notify(t, n, msg)))
			}
			if !slices.Equal(got, tt.outcomes) {
				t.Errorf("outcomes %q, want %q", got, tt.outcomes)
			}
			stored := len(m.mails())
			m.mu.Lock()
			defer m.mu.Unlock()
			if m.conns != tt.conns || m.logins != tt.conns || stored != tt.stored {
				t.Errorf("%d connections, %d logins, %d mails, want %d, %d, %d", m.conns, m.logins, stored, tt.conns, tt.conns, tt.stored)
			}
		})
	}
}

// TestSMTPAtOnce shows that mails at the same time do not share a connection.
func TestSMTPAtOnce(t *testing.T) {
	m := newMailbox(t, "starttls", nil)
	n := m.at("smtp", func(o *EmailOptions) {
		o.To = nil
		for i := range 8 {
			o.To = append(o.To, "to"+string(rune('0'+i))+"@example.org")
		}
	})
	var group sync.WaitGroup
	for range 3 {
		for _, msg := range compose(t, n, one()) {
			group.Go(func() {
				if err := notify(t, n, msg); err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
	}
	if got := len(m.mails()); got != 24 {
		t.Errorf("%d mails of 24", got)
	}
}
