package targets

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/wneessen/go-mail/smtp"
)

// Bounds of a login: a server chooses how often a password is hashed for SCRAM,
// and how often it asks. RFC 7677 wants 4,096 rounds, careful servers have some
// hundred thousand; a million take half a second.
const (
	maxRounds     = 1_000_000
	maxChallenges = 4
)

// mailLogin is a login by the best way that the server offers. It implements
// smtp.Auth, for one connection.
type mailLogin struct {
	username  string
	password  Secret
	encrypted bool

	chosen smtp.Auth
	asked  int
}

var errNoLogin = errors.New("the server offers no AUTH that watcher knows, PLAIN, LOGIN, CRAM-MD5 or SCRAM, over this connection")

// ways are the mechanisms, best first: what every server does right once the
// line is encrypted, and what does not show the password where it is not.
func (l *mailLogin) ways() []string {
	if l.encrypted {
		return []string{"PLAIN", "LOGIN", "SCRAM-SHA-256", "SCRAM-SHA-1", "CRAM-MD5"}
	}
	return []string{"SCRAM-SHA-256", "SCRAM-SHA-1", "CRAM-MD5", "PLAIN", "LOGIN"}
}

// Start implements smtp.Auth.
func (l *mailLogin) Start(server *smtp.ServerInfo) (string, []byte, error) {
	for _, way := range l.ways() {
		if !slices.ContainsFunc(server.Auth, func(s string) bool { return strings.EqualFold(s, way) }) {
			continue
		}
		// That the line is encrypted, or that the config wants it so, is known
		// better here than there.
		const unencrypted = true
		switch way {
		case "PLAIN":
			l.chosen = smtp.PlainAuth("", l.username, string(l.password), server.Name, unencrypted)
		case "LOGIN":
			l.chosen = smtp.LoginAuth(l.username, string(l.password), server.Name, unencrypted)
		case "CRAM-MD5":
			l.chosen = smtp.CRAMMD5Auth(l.username, string(l.password))
		case "SCRAM-SHA-1":
			l.chosen = smtp.ScramSHA1Auth(l.username, string(l.password))
		case "SCRAM-SHA-256":
			l.chosen = smtp.ScramSHA256Auth(l.username, string(l.password))
		}
		return l.chosen.Start(server)
	}
	return "", nil, errNoLogin
}

// Next implements smtp.Auth.
func (l *mailLogin) Next(challenge []byte, more bool) ([]byte, error) {
	if more {
		if l.asked++; l.asked > maxChallenges {
			return nil, errors.New("the login asks without end")
		}
		for field := range bytes.SplitSeq(challenge, []byte(",")) {
			rounds, ok := bytes.CutPrefix(field, []byte("i="))
			if n, err := strconv.Atoi(string(rounds)); ok && (err != nil || n > maxRounds) {
				return nil, fmt.Errorf("the login wants the password hashed more than %d times", maxRounds)
			}
		}
	}
	return l.chosen.Next(challenge, more)
}
