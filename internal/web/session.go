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
	// A session ends when it was not used for sessionIdle, and after sessionLife in
	// any case.
	sessionIdle = 12 * time.Hour
	sessionLife = 7 * 24 * time.Hour
	// maxSessions there are; of more, the one goes that was not used for longest.
	maxSessions = 1000
)

// tokenName is what a person is called who has the token of the API.
const tokenName = "token"

// session is somebody who has signed in. It is in memory alone: after a restart all
// sign in again.
type session struct {
	key   string // of sessions
	name  string
	mark  [sha256.Size]byte // of the line of the users file, or the token, that let them in
	began time.Time
	used  time.Time
	ctx   context.Context // done when the session has ended
	end   context.CancelFunc
}

// sessions are kept by the hash of their secret, which only the browser has.
type sessions struct {
	mu  sync.Mutex
	all map[string]*session
}

// keyOf is what a session is kept by.
func keyOf(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return string(sum[:])
}

// begin makes a session and returns its secret.
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

// drop ends those that which chooses. The lock is held.
func (s *sessions) drop(which func(*session) bool) {
	for key, one := range s.all {
		if which(one) {
			one.end()
			delete(s.all, key)
		}
	}
}

// find returns the session of a secret, nil if there is none any more.
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

// endStale ends the sessions of those who may no longer come in by what let them in.
func (s *sessions) endStale(g *gate) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.drop(func(one *session) bool { return one.mark != g.mark(one.name) })
}

// mark is what lets somebody in now. Nobody's is zero.
func (g *gate) mark(name string) [sha256.Size]byte {
	if g.byToken() && name == tokenName {
		return g.token
	}
	return g.Users.Mark(name)
}

// cookie is the one of a session; an empty secret takes it away from the browser.
// Two daemons on one machine have two, as cookies know no ports.
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

// secretOf is that of the session which a request claims.
func (g *gate) secretOf(r *http.Request) string {
	c, err := r.Cookie(g.cookieName())
	if err != nil {
		return ""
	}
	return c.Value
}
