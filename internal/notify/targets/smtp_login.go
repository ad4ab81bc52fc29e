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

// Bounds on a login: the server chooses how many rounds SCRAM hashes a password, and
// how many challenges it sends. RFC 7677 wants 4,096 rounds, careful servers have some
// hundred thousand; a million take half a second.
const (
	maxRounds     = 1_000_000
	maxChallenges = 4
)

// mailLogin logs in by the best mechanism that the server offers. It implements
// smtp.Auth, for one connection.
type mailLogin struct {
	username  string
	password  Secret
	encrypted bool

	chosen smtp.Auth
	asked  int
}

var errNoLogin = errors.New("the server offers no AUTH that watcher knows, PLAIN, LOGIN, CRAM-MD5 or SCRAM, over this connection")

// ways are the mechanisms, best first: on an encrypted connection those that every
// server gets right, otherwise those that do not show the password.
func (l *mailLogin) ways() []string {
	if l.encrypted {
		return []string{"PLAIN", "LOGIN", "SCRAM-SHA-256", "SCRAM-SHA-1", "CRAM-MD5"}
	}
	return []string{"SCRAM-SHA-256", "SCRAM-SHA-1", "CRAM-MD5", "PLAIN", "LOGIN"}
}

func (l *mailLogin) Start(server *smtp.ServerInfo) (string, []byte, error) {
	for _, way := range l.ways() {
		if !slices.ContainsFunc(server.Auth, func(s string) bool { return strings.EqualFold(s, way) }) {
			continue
		}
		// The caller knows better than the mechanism whether the connection is
		// encrypted, or whether the config allows it unencrypted.
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

func (l *mailLogin) Next(challenge []byte, more bool) ([]byte, error) {
	if more {
		if l.asked++; l.asked > maxChallenges {
			return nil, errors.New("the server sends login challenges without end")
		}
		for field := range bytes.SplitSeq(challenge, []byte(",")) {
			rounds, ok := bytes.CutPrefix(field, []byte("i="))
			if n, err := strconv.Atoi(string(rounds)); ok && (err != nil || n > maxRounds) {
				return nil, fmt.Errorf("the server wants the password hashed more than %d times", maxRounds)
			}
		}
	}
	return l.chosen.Next(challenge, more)
}
