package targets

import (
	"errors"
	"fmt"
	"net"
	"net/textproto"
	"regexp"
	"slices"
	"strings"

	"watcher/internal/netguard"
	"watcher/internal/notify"
	"watcher/internal/text"
)

// mailStep is a step of a mail's delivery.
type mailStep int

const (
	atConnect   mailStep = iota // connection, greeting, encryption, login
	atSender                    // MAIL
	atRecipient                 // RCPT
	atData                      // DATA and the content, up to the final dot
	atEnd                       // the answer to the final dot
)

// mailError is why a mail was not accepted, and at which step.
type mailError struct {
	at  mailStep
	err error
}

func (e mailError) Error() string { return e.err.Error() }
func (e mailError) Unwrap() error { return e.err }

// refuses reports whether an error is a refusal of this mail alone, after which the
// connection can still be used.
func refuses(err error) bool {
	p, ok := errors.AsType[*notify.PermanentError](err)
	return ok && !p.Target
}

// judge turns the result of a mail into that of Notify. Without a code of the server (a
// broken connection, a timeout, a flood) it is temporary.
func (s *mailServer) judge(l letter, err error) error {
	failed, ok := errors.AsType[mailError](err)
	if !ok {
		return err // nil
	}
	reply, ok := errors.AsType[*textproto.Error](err)
	if !ok {
		reply = &textproto.Error{}
	}
	if failed.at == atEnd && reply.Code >= 200 && reply.Code < 300 {
		return nil // accepted with another code than 250
	}
	wrapped := errors.New(s.words(failed, l, reply))
	if failed.at == atEnd && reply.Code < 400 {
		return wrapped // a mail that broke off between the final dot and its answer may have arrived
	}
	switch mailVerdict(failed.at, reply.Code, reply.Msg) {
	case badMessage:
		return &notify.PermanentError{Err: wrapped}
	case deadTarget:
		return &notify.PermanentError{Target: true, Err: wrapped}
	}
	return &notify.RetryError{Err: wrapped}
}

// words says for people what the server answered at which step.
func (s *mailServer) words(failed mailError, l letter, reply *textproto.Error) string {
	said := hide(text.Clip(text.Clean(failed.Error()), 300), s.password)
	if reply.Code == 0 {
		if kind, why := netguard.NoAnswer(failed, s.host); failed.at == atConnect && (kind != netguard.Network || errors.As(failed, new(*net.OpError))) {
			return "email: " + hide(why, s.password)
		}
		return fmt.Sprintf("email: %s: %s", s.host, said)
	}
	said = hide(text.Clip(text.Clean(fmt.Sprintf("%d %s", reply.Code, reply.Msg)), 300), s.password)
	switch failed.at {
	case atSender:
		return fmt.Sprintf("email: %s, asked to send from %s, answered: %s", s.host, l.From.Address, said)
	case atRecipient:
		return fmt.Sprintf("email: %s, asked to send to %s, answered: %s", s.host, l.To.Address, said)
	case atData, atEnd:
		return fmt.Sprintf("email: %s, given the mail to %s, answered: %s", s.host, l.To.Address, said)
	}
	return fmt.Sprintf("email: %s, before any mail, answered: %s", s.host, said)
}

// enhancedCode is at the beginning of a reply, whether the server announced
// ENHANCEDSTATUSCODES or not: RFC 3463, and RFC 5248 for the registry.
var enhancedCode = regexp.MustCompile(`^([45])\.(\d{1,3}\.\d{1,3})\b`)

// Codes of RFC 5321 about us or the server, never about a mail: an unknown command or
// one out of sequence, a bad EHLO, a login that is required.
var accountCodes = []int{500, 502, 503, 504, 521, 530, 534, 535, 538}

// mailVerdict judges a refusal by the server's enhanced code, then by its words, then
// by the step. A refused account parks the queue, so that nothing is lost.
// docs/targets.md has the table.
func mailVerdict(at mailStep, code int, text string) verdict {
	low := strings.ToLower(text)
	subject := ""
	if m := enhancedCode.FindStringSubmatch(text); m != nil {
		if subject = m[2]; m[1] == "4" {
			return temporary
		}
	}
	switch {
	case code < 500 || code > 599:
		return temporary
	case at == atConnect, slices.Contains(accountCodes, code):
		return deadTarget
	case at == atRecipient && says(low, recipientWords):
		return badMessage
	}
	switch subject {
	case "1.7", "1.8", "3.2", "3.5", "4.5":
		return deadTarget // the sender, the system, the account's quota
	case "2.3", "3.4":
		return badMessage // its size
	}
	switch section, _, _ := strings.Cut(subject, "."); {
	case section == "7" && at >= atData && says(low, contentWords) && !says(low, originWords):
		return badMessage
	case section == "7", section == "2" && at != atRecipient:
		return deadTarget
	case section == "2":
		return temporary // the mailbox is full or disabled, which may change: RFC 3463 section 3.3
	case says(low, accountWords):
		return deadTarget
	case at == atSender && code != 552: // which is about the mail's size
		return deadTarget
	}
	return badMessage
}

func says(text string, words []string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(text, w) })
}

// Phrases of servers whose codes are ambiguous, in lower case.
var (
	// recipientWords: the server has a rule against this recipient.
	recipientWords = []string{"recipient address rejected", "recipient rejected"}
	// accountWords: the account or its volume is refused, by servers without enhanced
	// codes, Exim among them.
	accountWords = []string{
		"relay not", "relaying", "to relay", "relay access", "authenticat", "helo ", "client host",
		"sender verif", "sender address", "sending limit", "sending quota", "submissionquota", "rate limit",
		"too many messages", "not allowed to send", "permissions to send", "access denied", "not authorized",
	}
	// contentWords: the mail itself is refused, with a code that is about the account.
	// originWords overrule them: the sending host is refused.
	contentWords = []string{"spam", "unsolicited", "virus", "malware", "phish", "content", "attachment"}
	originWords  = []string{"access denied", "ip address", "rate", "banned", "sender", "account", "limit"}
)
