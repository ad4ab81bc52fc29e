package targets

import (
	"bytes"
	"cmp"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"watcher/internal/notify"
)

// mailbox is a real SMTP server on loopback, whose replies and failures a test sets.
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
	auth func(username, password string) error // nil offers no AUTH
	// dropAt is the beginning of a command at which the server closes the connection.
	dropAt string
	pass   int // how many such commands of a connection are let through first
	many   int // how many mails one connection accepts before 421; 0 for any number
	enough int
}

// storedMail is a mail that the server accepted.
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
func (m *mailbox) at(scheme string, change func(*EmailOptions)) notify.Notifier {
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
