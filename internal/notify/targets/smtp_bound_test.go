package targets

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/wneessen/go-mail/smtp"
)

// scripted is a mail server whose answers a test writes. answer gets a line of the
// client's, and writes what it likes; ordinary gives the usual answers.
func scripted(t *testing.T, answer func(c net.Conn, line string)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				answer(c, "")
				content := false
				for r := bufio.NewScanner(c); r.Scan(); {
					if content && r.Text() != "." {
						continue
					}
					content = r.Text() == "DATA"
					answer(c, r.Text())
				}
			}()
		}
	}()
	return l.Addr().String()
}

func ordinary(c net.Conn, line string) {
	verb, _, _ := strings.Cut(line, " ")
	say := map[string]string{"": "220 mx", "EHLO": "250-mx\r\n250 AUTH PLAIN", "DATA": "354 go", ".": "250 taken", "QUIT": "221 bye"}[verb]
	if say == "" && (verb == "MAIL" || verb == "RCPT" || verb == "RSET") {
		say = "250 ok"
	}
	if say != "" {
		fmt.Fprint(c, say+"\r\n")
	}
}

// flood writes begin and then more, without end, until the client leaves or most bytes are
// written, and returns the number of bytes.
func flood(c io.Writer, begin, more string) {
	_, err := io.WriteString(c, begin)
	chunk := strings.Repeat(more, 1+64<<10/len(more))
	for n := 0; err == nil && n < 256<<20; n += len(chunk) {
		_, err = io.WriteString(c, chunk)
	}
}

// TestSMTPFloods shows that a server that does not stop talking costs bounded memory, and
// counts as a temporary failure.
func TestSMTPFloods(t *testing.T) {
	for _, at := range []string{"", "EHLO", "AUTH", "MAIL", "RCPT", "DATA", "."} {
		for kind, words := range map[string][2]string{
			"a line without end":      {"250-", "x"},
			"a reply without end":     {"", "250-x\r\n"},
			"a challenge without end": {"334 ", "x"},
		} {
			t.Run(kind+" after "+at, func(t *testing.T) {
				address := scripted(t, func(c net.Conn, line string) {
					verb, _, _ := strings.Cut(line, " ")
					if verb == at {
						flood(c, words[0], words[1])
						_ = c.Close()
						return
					}
					if verb == "AUTH" {
						fmt.Fprint(c, "235 welcome\r\n")
						return
					}
					ordinary(c, line)
				})
				o := emailOptions()
				o.SMTP, o.Username, o.Password = "smtp+insecure://"+address, "desk", "opensesame"
				n := open(t, o, testEnv())
				msg := compose(t, n, one())[0]
				grew := allocated(func() {
					want := "temporary"
					if at == "." {
						want = "unknown" // it may have been accepted
					}
					if got := outcome(sendTo(t, n, msg)); got != want {
						t.Errorf("%s, want %s", got, want)
					}
				})
				if grew > 8<<20 {
					t.Errorf("%d MB were taken", grew>>20)
				}
			})
		}
	}
}

// allocated returns how many bytes do allocates, those of the flood included.
func allocated(do func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	do()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// TestSMTPFloodsUnderTLS shows the same for what the server sends once the connection is
// encrypted.
func TestSMTPFloodsUnderTLS(t *testing.T) {
	web := httptest.NewTLSServer(nil)
	defer web.Close()
	for _, scheme := range []string{"smtp", "smtps"} {
		t.Run(scheme, func(t *testing.T) {
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			defer l.Close()
			go func() {
				c, err := l.Accept()
				if err != nil {
					return
				}
				defer c.Close()
				if scheme == "smtp" {
					r := bufio.NewScanner(c)
					fmt.Fprint(c, "220 mx\r\n")
					r.Scan()
					fmt.Fprint(c, "250-mx\r\n250 STARTTLS\r\n")
					r.Scan()
					fmt.Fprint(c, "220 go\r\n")
				}
				secure := tls.Server(c, &tls.Config{Certificates: web.TLS.Certificates})
				flood(secure, "", "250-x\r\n")
			}()
			o := emailOptions()
			o.SMTP = scheme + "://" + l.Addr().String()
			env := testEnv()
			env.TLS = &tls.Config{InsecureSkipVerify: true}
			n := open(t, o, env)
			err = sendTo(t, n, compose(t, n, one())[0])
			if outcome(err) != "temporary" || !strings.Contains(err.Error(), errTalkative.Error()) {
				t.Errorf("%s: %v", outcome(err), err)
			}
		})
	}
}

// TestSMTPAnswersThatNobodyAskedFor: what arrives together with the answer to STARTTLS was
// not encrypted and must not count as encrypted.
func TestSMTPAnswersThatNobodyAskedFor(t *testing.T) {
	address := scripted(t, func(c net.Conn, line string) {
		switch verb, _, _ := strings.Cut(line, " "); verb {
		case "EHLO":
			fmt.Fprint(c, "250-mx\r\n250 STARTTLS\r\n")
		case "STARTTLS":
			fmt.Fprint(c, "220 go\r\n250 AUTH PLAIN\r\n")
		default:
			ordinary(c, line)
		}
	})
	o := emailOptions()
	o.SMTP = "smtp://" + address
	n := open(t, o, testEnv())
	err := sendTo(t, n, compose(t, n, one())[0])
	if outcome(err) != "temporary" || !strings.Contains(err.Error(), "sent more than its answer to STARTTLS") {
		t.Errorf("%s: %v", outcome(err), err)
	}
}

func TestSMTPBoundsItsLogin(t *testing.T) {
	t.Run("a password that is to be hashed for years", func(t *testing.T) {
		l := &mailLogin{username: "desk", password: "opensesame", encrypted: true}
		if _, _, err := l.Start(&smtp.ServerInfo{Auth: []string{"SCRAM-SHA-256"}}); err != nil {
			t.Fatal(err)
		}
		first, err := l.Next(nil, true)
		if err != nil {
			t.Fatal(err)
		}
		_, nonce, _ := bytes.Cut(first, []byte("r="))
		salt := base64.StdEncoding.EncodeToString([]byte("salt"))
		if _, err := l.Next(fmt.Appendf(nil, "r=%sx,s=%s,i=%d", nonce, salt, 4096), true); err != nil {
			t.Errorf("an ordinary challenge: %v", err)
		}
		if _, err := l.Next(fmt.Appendf(nil, "r=%sx,s=%s,i=%d", nonce, salt, maxRounds+1), true); err == nil {
			t.Error("it was hashed")
		}
	})
	t.Run("challenges without end", func(t *testing.T) {
		l := &mailLogin{username: "desk", password: "opensesame"}
		if _, _, err := l.Start(&smtp.ServerInfo{Auth: []string{"CRAM-MD5"}}); err != nil {
			t.Fatal(err)
		}
		for i := range maxChallenges + 1 {
			if _, err := l.Next([]byte("<1@mx>"), true); (err != nil) != (i == maxChallenges) {
				t.Errorf("challenge %d: %v", i+1, err)
			}
		}
	})
	t.Run("the password stays hidden where that is possible", func(t *testing.T) {
		for _, tt := range []struct {
			encrypted bool
			offers    string
			want      string
		}{
			{true, "SCRAM-SHA-256 PLAIN LOGIN", "PLAIN"},
			{true, "login", "LOGIN"},
			{false, "PLAIN CRAM-MD5 SCRAM-SHA-1", "SCRAM-SHA-1"},
			{false, "PLAIN CRAM-MD5", "CRAM-MD5"},
			{false, "PLAIN LOGIN", "PLAIN"},
			{true, "XOAUTH2 GSSAPI", ""},
		} {
			l := &mailLogin{username: "desk", password: "opensesame", encrypted: tt.encrypted}
			got, _, err := l.Start(&smtp.ServerInfo{Auth: strings.Fields(tt.offers)})
			if got != tt.want || (err != nil) != (tt.want == "") {
				t.Errorf("of %s, encrypted %v: %q, %v", tt.offers, tt.encrypted, got, err)
			}
		}
	})
}

// TestBoundConn shows where each bound lies.
func TestBoundConn(t *testing.T) {
	for _, tt := range []struct {
		name, said string
		good       bool
	}{
		{"a reply to EHLO", strings.Repeat("250-SOMETHING\r\n", 40), true},
		{"the longest challenge that there may be", strings.Repeat("x", 12288) + "\r\n", true},
		{"a longer line", strings.Repeat("x", 12289) + "\r\n", false},
		{"as many lines as are taken", strings.Repeat("250-x\r\n", maxReplyLines), true},
		{"more lines", strings.Repeat("250-x\r\n", maxReplyLines+1), false},
		{"more bytes", strings.Repeat(strings.Repeat("x", 8000)+"\r\n", 12), false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ours, theirs := net.Pipe()
			defer ours.Close()
			go func() {
				for range 3 {
					if _, err := io.WriteString(theirs, tt.said); err != nil {
						return
					}
					if _, err := theirs.Read(make([]byte, 1)); err != nil {
						return
					}
				}
				_ = theirs.Close()
			}()
			c := &boundConn{Conn: ours}
			for range 3 { // a line of ours begins a new count
				_, err := io.ReadAll(io.LimitReader(c, int64(len(tt.said))))
				if tt.good != (err == nil) || err != nil && !errors.Is(err, errTalkative) {
					t.Fatal(err)
				}
				if err != nil {
					return
				}
				if _, err := c.Write([]byte("x")); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// TestSMTPTime shows that a server that drips, so that no read waits long, is left when the
// attempt's time is over.
func TestSMTPTime(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	address := scripted(t, func(c net.Conn, _ string) {
		for _, err := io.WriteString(c, "2"); err == nil; _, err = io.WriteString(c, "2") {
			time.Sleep(10 * time.Millisecond)
		}
	})
	o := emailOptions()
	o.SMTP = "smtp+insecure://" + address
	n := open(t, o, testEnv())
	if err := n.Notify(ctx, compose(t, n, one())[0]); outcome(err) != "temporary" || ctx.Err() == nil {
		t.Errorf("%s: %v, and the context: %v", outcome(err), err, ctx.Err())
	}
}
