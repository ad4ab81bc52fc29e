// Package htpasswd reads the users of the page and checks their passwords. The
// format is that of Apache's htpasswd: a line for each user, NAME:HASH. Only
// bcrypt is taken (htpasswd -B): the other hashes of the format can be guessed at
// millions of passwords a second, and crypt cuts passwords at eight letters.
package htpasswd

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/crypto/bcrypt"
)

// MaxCost bounds how long a login may compute: 14 is about a second, and each
// step beyond doubles it.
const MaxCost = 14

// Users are names and the bcrypt hashes of their passwords. The zero value has
// none. It is read-only, and for any number of goroutines.
type Users struct {
	hashes map[string]string
	decoy  string // a hash of no password, as costly as the costliest
}

// WrongLine is one that does not say who may log in.
type WrongLine struct {
	Line int // from 1
	Text string
}

// Parse reads a file of users: empty lines and those that begin with # say
// nothing. Of a file with mistakes nobody may log in. No mistake quotes a hash,
// which might be a password.
func Parse(text string) (Users, []WrongLine) {
	u := Users{hashes: map[string]string{}}
	var wrong []WrongLine
	first := map[string]int{}
	cost := bcrypt.MinCost
	n := 0
	for line := range strings.Lines(text) {
		n++
		line = strings.TrimRight(line, "\r\n")
		if strings.TrimSpace(line) == "" || strings.HasPrefix(line, "#") {
			continue
		}
		fail := func(format string, args ...any) { wrong = append(wrong, WrongLine{n, fmt.Sprintf(format, args...)}) }
		name, hash, found := strings.Cut(line, ":")
		c, err := bcrypt.Cost([]byte(hash))
		switch {
		case !found:
			fail("wants NAME:HASH, as htpasswd -B writes it")
		case !sound(name):
			fail("has a name that is empty, too long, begins or ends with a space, or cannot be printed")
		case first[name] > 0:
			fail("the user %q is there twice, first on line %d", name, first[name])
		case err != nil || len(hash) != hashLen || strings.Trim(hash[7:], alphabet) != "":
			fail("the password of %q is not hashed with bcrypt: set it anew with htpasswd -B", name)
		case c > MaxCost:
			fail("the hash of %q has the cost %d, which takes minutes to check; the highest is %d", name, c, MaxCost)
		default:
			cost = max(cost, c)
			u.hashes[name] = hash
		}
		if found && first[name] == 0 {
			first[name] = n
		}
	}
	if len(wrong) > 0 {
		return Users{}, wrong
	}
	u.decoy = fmt.Sprintf("$2a$%02d$%s", cost, strings.Repeat(".", hashLen-7))
	return u, nil
}

// hashLen is the length of every bcrypt hash: "$2y$10$", 22 of salt, 31 of hash.
const hashLen = 60

// alphabet is bcrypt's own base64.
const alphabet = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

func sound(name string) bool {
	return name != "" && len(name) <= 100 && strings.TrimSpace(name) == name && utf8.ValidString(name) &&
		!strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsGraphic(r) })
}

// Len is how many users there are.
func (u Users) Len() int { return len(u.hashes) }

// Has reports whether there is a user of the name.
func (u Users) Has(name string) bool { return u.hashes[name] != "" }

// Names yields them in no order.
func (u Users) Names(yield func(string) bool) {
	for name := range u.hashes {
		if !yield(name) {
			return
		}
	}
}

// Check reports whether the password is the user's. It computes for tens of
// milliseconds, as long for a name that is not there.
func (u Users) Check(name, password string) bool {
	hash, ok := u.hashes[name]
	if !ok {
		if hash = u.decoy; hash == "" {
			return false
		}
	}
	err := bcrypt.CompareHashAndPassword([]byte(hash), []byte(password))
	return ok && err == nil
}

// Mark tells whether a user's entry is still the same: it is of the hash, and
// zero for a name that is not there.
func (u Users) Mark(name string) [sha256.Size]byte {
	hash, ok := u.hashes[name]
	if !ok {
		return [sha256.Size]byte{}
	}
	return sha256.Sum256([]byte(hash))
}

// Equal reports whether the same people have the same passwords in both.
func (u Users) Equal(other Users) bool { return maps.Equal(u.hashes, other.hashes) }

// Format says how many there are, under every verb: hashes are for no log.
func (u Users) Format(f fmt.State, _ rune) { _, _ = fmt.Fprintf(f, "%d users", len(u.hashes)) }
