package targets

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/emersion/go-smtp"
)

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
			if err := sendTo(t, n, msg); err != nil {
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
			err := sendTo(t, n, compose(t, n, one())[0])
			if got := outcome(err); got != tt.want {
				t.Errorf("%s, want %s: %v", got, tt.want, err)
			}
			if got := len(m.mails()); got != tt.stored {
				t.Errorf("the server has %d mails, want %d", got, tt.stored)
			}
		})
	}
}

// TestSMTPRefusedRecipient shows that the other recipients get their mail.
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
		err := sendTo(t, n, msg)
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

// TestSMTPSameMailAgain shows that after a lost answer the same mail is sent with the same
// Message-ID, so that it is recognised as a copy.
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
	if got := outcome(sendTo(t, n, msg)); got != "unknown" {
		t.Fatalf("first attempt: %s", got)
	}
	if err := sendTo(t, n, msg); err != nil {
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
			err := sendTo(t, n, compose(t, n, one())[0])
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
		err := sendTo(t, n, compose(t, n, one())[0])
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

// TestSMTPReusesItsConnection shows when a connection is used again, and that a broken one
// costs only a new connection.
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
			if m.dropAt != "" { // it sees only plain text
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
				got = append(got, outcome(sendTo(t, n, msg)))
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

// TestSMTPAtOnce shows that concurrent mails do not share a connection.
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
				if err := sendTo(t, n, msg); err != nil {
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
