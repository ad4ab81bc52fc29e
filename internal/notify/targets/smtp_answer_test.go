package targets

import (
	"fmt"
	"net"
	"net/mail"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
)

// TestMailVerdict has answers of real servers, and the right conclusion from each.
func TestMailVerdict(t *testing.T) {
	for _, tt := range []struct {
		name string
		at   mailStep
		code int
		text string
		want verdict
	}{
		// About the account or the server: a person has to act, and nothing is lost.
		{"Postfix does not like the EHLO, and says so at the recipient", atRecipient, 504, "5.5.2 <nas>: Helo command rejected: need fully-qualified hostname", deadTarget},
		{"Postfix does not like the client", atRecipient, 554, "5.7.1 <client.example.org[192.0.2.7]>: Client host rejected: Access denied", deadTarget},
		{"Postfix wants a login to relay", atRecipient, 554, "5.7.1 <desk@example.net>: Relay access denied", deadTarget},
		{"Exim does, without a code", atRecipient, 550, "relay not permitted", deadTarget},
		{"Exim does not know the sender", atRecipient, 550, "Verification failed for <w@example.org>\nSender verify failed", deadTarget},
		{"Exchange: not this sender", atEnd, 550, "5.7.60 SMTP; Client does not have permissions to send as this sender", deadTarget},
		{"Exchange: quota", atEnd, 554, "5.2.0 STOREDRV.Submission.Exception:SubmissionQuotaExceededException", deadTarget},
		{"Exchange: quota under another code", atEnd, 554, "5.2.252 SendAsDenied; watcher@example.org not allowed to send as desk@example.org", deadTarget},
		{"Exchange: banned", atEnd, 550, "5.1.8 Access denied, bad outbound sender", deadTarget},
		{"Exchange: banned for spam, which is not this mail's", atEnd, 550, "5.7.501 Access denied, spam abuse detected", deadTarget},
		{"Gmail: quota", atEnd, 550, "5.4.5 Daily user sending limit exceeded", deadTarget},
		{"Gmail: quota, at the recipient", atRecipient, 550, "5.4.5 Daily user sending limit exceeded", deadTarget},
		{"Gmail: DMARC", atEnd, 550, "5.7.26 Unauthenticated email from example.org is not accepted due to domain's DMARC policy", deadTarget},
		{"a login is due, at the content", atData, 530, "Authentication required", deadTarget},
		{"the sender is refused without a code", atSender, 550, "not you", deadTarget},
		{"the server takes no mail", atSender, 521, "5.3.2 mx does not accept mail", deadTarget},
		{"a command that the server does not know", atRecipient, 502, "5.5.2 Error: command not recognized", deadTarget},
		{"an account without a code", atEnd, 550, "You have exceeded your sending limit", deadTarget},
		{"any refusal before a mail", atConnect, 554, "go away", deadTarget},
		// About this mail.
		{"nobody of that name", atRecipient, 550, "5.1.1 <gone@example.org>: Recipient address rejected: User unknown in local recipient table", badMessage},
		{"nobody of that name, without a code", atRecipient, 550, "no such user", badMessage},
		{"nobody of that name, at Google's", atRecipient, 550, "5.1.1 The email account that you tried to reach does not exist.", badMessage},
		{"a rule against the one recipient", atRecipient, 554, "5.7.1 <boss@example.org>: Recipient address rejected: Access denied", badMessage},
		{"Exchange: nobody of that name", atRecipient, 550, "5.4.1 Recipient address rejected: Access denied", badMessage},
		{"an address that cannot be", atRecipient, 501, "5.1.3 bad address syntax", badMessage},
		{"spam", atEnd, 554, "5.7.1 Spam message rejected", badMessage},
		{"a virus", atEnd, 550, "5.7.1 This message contains a virus (Eicar)", badMessage},
		{"spam, without a code", atEnd, 554, "spam", badMessage},
		{"Gmail: this content", atEnd, 552, "5.7.0 This message was blocked because its content presents a potential\n5.7.0 security issue.", badMessage},
		{"too large, beforehand", atSender, 552, "5.3.4 Message size exceeds fixed limit", badMessage},
		{"too large, beforehand, without a code", atSender, 552, "too big", badMessage},
		{"too large for the mailbox", atEnd, 552, "5.2.3 message too large", badMessage},
		// Temporary.
		{"greylisting", atRecipient, 450, "4.7.1 come back in five minutes", temporary},
		{"a full mailbox", atRecipient, 552, "5.2.2 mailbox full", temporary},
		{"a disabled mailbox", atRecipient, 550, "5.2.1 mailbox disabled", temporary},
		{"two codes that disagree", atRecipient, 550, "4.4.7 try again", temporary},
		{"a throttled sender", atSender, 451, "4.7.500 Server busy", temporary},
		{"a broken connection", atData, 0, "", temporary},
		{"what is no refusal at all", atSender, 354, "go", temporary},
	} {
		if got := mailVerdict(tt.at, tt.code, tt.text); got != tt.want {
			t.Errorf("%s: %d %s: %d, want %d", tt.name, tt.code, tt.text, got, tt.want)
		}
	}
}

// TestSMTPAccountRefused shows that a server's code counts at any step, whether or not it
// announced ENHANCEDSTATUSCODES, and what is reported.
func TestSMTPAccountRefused(t *testing.T) {
	for verb, says := range map[string]string{
		"MAIL": "asked to send from watcher@example.org",
		"RCPT": "asked to send to duty@example.org",
		"DATA": "given the mail to duty@example.org",
		".":    "given the mail to duty@example.org",
		"EHLO": "before any mail",
	} {
		const answer = "550 5.4.5 Daily user sending limit exceeded"
		address := scripted(t, func(c net.Conn, line string) {
			if cmd, _, _ := strings.Cut(line, " "); cmd == verb || verb == "EHLO" && cmd == "HELO" {
				fmt.Fprint(c, answer+"\r\n")
				return
			}
			ordinary(c, line)
		})
		o := emailOptions()
		o.SMTP = "smtp+insecure://" + address
		n := open(t, o, testEnv())
		err := sendTo(t, n, compose(t, n, one())[0])
		if outcome(err) != "dead target" || !strings.Contains(err.Error(), says+", answered: "+answer) {
			t.Errorf("at %s %s: %v", verb, outcome(err), err)
		}
	}
}

// TestSMTPOtherWordsForAccepted: any 2yz accepts the mail after the final dot.
func TestSMTPOtherWordsForAccepted(t *testing.T) {
	address := scripted(t, func(c net.Conn, line string) {
		if line == "." {
			fmt.Fprint(c, "251 taken, and will be forwarded\r\n")
			return
		}
		ordinary(c, line)
	})
	o := emailOptions()
	o.SMTP = "smtp+insecure://" + address
	n := open(t, o, testEnv())
	if err := sendTo(t, n, compose(t, n, one())[0]); err != nil {
		t.Error(err)
	}
}

func TestSMTPHelo(t *testing.T) {
	said := func(change func(*EmailOptions)) string {
		t.Helper()
		lines := make(chan string, 1)
		address := scripted(t, func(c net.Conn, line string) {
			if strings.HasPrefix(line, "EHLO") {
				lines <- line
			}
			ordinary(c, line)
		})
		o := emailOptions()
		o.SMTP = "smtp+insecure://" + address
		if change != nil {
			change(o)
		}
		n := open(t, o, testEnv())
		if err := sendTo(t, n, compose(t, n, one())[0]); err != nil {
			t.Fatal(err)
		}
		return <-lines
	}
	if got := said(func(o *EmailOptions) { o.Helo = "watcher.example.org" }); got != "EHLO watcher.example.org" {
		t.Errorf("with a name: %q", got)
	}
	want := "EHLO [127.0.0.1]"
	if name, err := os.Hostname(); err == nil && isFullName(strings.ToLower(name)) {
		want = "EHLO " + name
	}
	if got := said(nil); got != want {
		t.Errorf("without one: %q, want %q", got, want)
	}
	for name, full := range map[string]bool{"mx.example.org": true, "nas": false, "3f9c2a": false, "localhost.localdomain": false, "nas.local": false, "my_host.example.org": true, "-x.example.org": false, "": false} {
		if isFullName(name) != full {
			t.Errorf("%q is a full name: %v", name, !full)
		}
	}
	for _, tt := range []struct{ a, want string }{{"192.0.2.7:25", "[192.0.2.7]"}, {"[2001:db8::7]:25", "[IPv6:2001:db8::7]"}} {
		a, err := net.ResolveTCPAddr("tcp", tt.a)
		if err != nil {
			t.Fatal(err)
		}
		if got := addressLiteral(a); got != tt.want || !isHelo(got) {
			t.Errorf("%s is %s", tt.a, got)
		}
	}
}

// TestEmailDomains shows that domains are sent in ASCII, and that ids do not change.
func TestEmailDomains(t *testing.T) {
	var mu sync.Mutex // the server may still read when the mail was accepted
	var lines []string
	address := scripted(t, func(c net.Conn, line string) {
		if strings.HasPrefix(line, "EHLO") {
			fmt.Fprint(c, "250-mx\r\n250 SMTPUTF8\r\n")
			return
		}
		mu.Lock()
		lines = append(lines, line)
		mu.Unlock()
		ordinary(c, line)
	})
	o := emailOptions()
	o.SMTP, o.From, o.To = "smtp+insecure://"+address, "Valve <valve@näide.ee>", []string{"toimetus@Näide.EE"}
	n := open(t, o, testEnv())
	msg := compose(t, n, one())[0]
	if err := sendTo(t, n, msg); err != nil {
		t.Fatal(err)
	}
	mu.Lock()
	defer mu.Unlock()
	for _, want := range []string{"MAIL FROM:<valve@xn--nide-loa.ee>", "RCPT TO:<toimetus@xn--nide-loa.ee>"} {
		if !slices.Contains(lines, want) {
			t.Errorf("no %s in %q", want, lines)
		}
	}
	header, _, _ := mailParts(t, raw(t, msg))
	if id, list := header.Get("Message-ID"), header.Get("List-Id"); id != "<d1@xn--nide-loa.ee>" || list != "<desk.watcher.xn--nide-loa.ee>" {
		t.Errorf("ids are %s and %s", id, list)
	}
	if got := path(mail.Address{Address: "frozen@näide.ee"}); got != "<frozen@xn--nide-loa.ee>" {
		t.Errorf("a mail that was frozen earlier goes to %s", got)
	}
	if s, err := newMailServer(&EmailOptions{SMTP: "smtps://post.näide.ee"}, Env{}); err != nil || s.host != "post.xn--nide-loa.ee" {
		t.Errorf("the server is %v: %v", s, err)
	}
}
