package web

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

const (
	// A session ends after sessionIdle without use, and after sessionLife in any case.
	sessionIdle = 12 * time.Hour
	sessionLife = 7 * 24 * time.Hour
	// maxSessions bounds the sessions. Beyond it, the least recently used one is evicted.
	maxSessions = 1000
)

// tokenName is the name of a person who authenticated with the API token.
const tokenName = "token"

// session is a login. It is kept in memory only: after a restart everybody logs in again.
type session struct {
	key   string // of sessions
	name  string
	mark  [sha256.Size]byte // of the line of the users file, or the token, that let them in
	began time.Time
	used  time.Time
	ctx   context.Context // done when the session has ended
	end   context.CancelFunc
}

// sessions are keyed by the hash of their secret, which only the browser has.
type sessions struct {
	mu  sync.Mutex
	all map[string]*session
}

// keyOf returns the key of a session.
func keyOf(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return string(sum[:])
}

// begin creates a session and returns its secret.
func (s *sessions) begin(name string, mark [sha256.Size]byte) string {
	secret := rand.Text()
	now := time.Now()
	ctx, end := context.WithCancel(context.Background())
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.all) >= maxSessions {
		s.drop(func(one *session) bool { return one.over(now) })
	}
	for len(s.all) >= maxSessions {
		oldest := now
		for _, one := range s.all {
			if one.used.Before(oldest) {
				oldest = one.used
			}
		}
		s.drop(func(one *session) bool { return !one.used.After(oldest) })
	}
	key := keyOf(secret)
	s.all[key] = &session{key, name, mark, now, now, ctx, end}
	return secret
}

func (one *session) over(now time.Time) bool {
	return now.Sub(one.used) > sessionIdle || now.Sub(one.began) > sessionLife
}

// drop ends the sessions that which selects. The caller holds the lock.
func (s *sessions) drop(which func(*session) bool) {
	for key, one := range s.all {
		if which(one) {
			one.end()
			delete(s.all, key)
		}
	}
}

// find returns the session of a secret, nil if it does not exist or has expired.
func (s *sessions) find(g *gate, secret string) *session {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := keyOf(secret)
	one := s.all[key]
	if one == nil {
		return nil
	}
	now := time.Now()
	if one.over(now) || one.mark != g.mark(one.name) {
		one.end()
		delete(s.all, key)
		return nil
	}
	one.used = now
	return one
}

func (s *sessions) end(secret string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := keyOf(secret)
	if one := s.all[key]; one != nil {
		one.end()
		delete(s.all, key)
	}
}

// endStale ends the sessions whose credentials are not valid any more.
func (s *sessions) endStale(g *gate) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.drop(func(one *session) bool { return one.mark != g.mark(one.name) })
}

// mark is a hash of the credentials that are valid for a person; zero if there are none.
func (g *gate) mark(name string) [sha256.Size]byte {
	if g.byToken() && name == tokenName {
		return g.token
	}
	return g.Users.Mark(name)
}

// cookie returns the cookie of a session; an empty secret deletes it. Two daemons on one
// machine need two names, as cookies ignore ports.
func (g *gate) cookie(secret string) *http.Cookie {
	c := &http.Cookie{
		Name: g.cookieName(), Value: secret, Path: g.base + "/", MaxAge: int(sessionLife / time.Second),
		HttpOnly: true, SameSite: http.SameSiteStrictMode, Secure: g.secure(),
	}
	if secret == "" {
		c.MaxAge = -1
	}
	return c
}

func (g *gate) secure() bool { return strings.HasPrefix(g.PageURL, "https://") }

func (g *gate) cookieName() string {
	_, port, _ := net.SplitHostPort(g.Listen)
	name := "watcher-" + port
	if g.secure() && g.base == "" {
		name = "__Host-" + name // a browser takes it from this very host alone, by TLS
	}
	return name
}

// secretOf returns the session secret that a request presents.
func (g *gate) secretOf(r *http.Request) string {
	c, err := r.Cookie(g.cookieName())
	if err != nil {
		return ""
	}
	return c.Value
}
