package web

import (
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"time"
)

// throttle is a rate limit of attempts: a burst, then one more each time every has
// passed. Its memory is bounded.
type throttle struct {
	every time.Duration
	burst int

	mu   sync.Mutex
	full map[string]time.Time // by whom: when all attempts are free again
}

// maxGuessers bounds how many sources are tracked.
const maxGuessers = 4096

func newThrottle(burst int, every time.Duration) *throttle {
	return &throttle{every: every, burst: burst, full: make(map[string]time.Time)}
}

// take counts an attempt. If none is left, it returns how long to wait.
func (t *throttle) take(who string) (wait time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := time.Now()
	next := t.full[who]
	if next.Before(now) {
		next = now
	}
	next = next.Add(t.every)
	if wait := next.Sub(now) - time.Duration(t.burst)*t.every; wait > 0 {
		return wait
	}
	if _, known := t.full[who]; !known && len(t.full) >= maxGuessers {
		t.forget(now)
	}
	t.full[who] = next
	return 0
}

// giveBack returns an attempt that turned out to be legitimate.
func (t *throttle) giveBack(who string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if next, ok := t.full[who]; ok {
		t.full[who] = next.Add(-t.every)
	}
}

// forget makes room: it drops sources with all attempts free, or else an arbitrary one.
func (t *throttle) forget(now time.Time) {
	for who, next := range t.full {
		if !next.After(now) {
			delete(t.full, who)
		}
	}
	for who := range t.full {
		if len(t.full) < maxGuessers {
			return
		}
		delete(t.full, who)
	}
}

// addressOf returns the client address of a request. Of IPv6 it is the /64, as each
// client has a whole one. X-Forwarded-For is trusted only from a proxy on this machine.
func addressOf(r *http.Request) string {
	ip := peerOf(r.RemoteAddr)
	if ip.IsLoopback() {
		_, last, _ := cutLast(r.Header.Get("X-Forwarded-For"), ",")
		if said, err := netip.ParseAddr(strings.TrimSpace(last)); err == nil {
			ip = said.Unmap()
		}
	}
	return network(ip)
}

func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return "", s, false
}

func peerOf(remote string) netip.Addr {
	host, _, _ := net.SplitHostPort(remote)
	ip, _ := netip.ParseAddr(host) // the zero address for what is none
	return ip.Unmap()
}

// network is an address, or the /64 of an IPv6 one.
func network(ip netip.Addr) string {
	if ip.Is6() {
		if p, err := ip.WithZone("").Prefix(64); err == nil {
			return p.String()
		}
	}
	return ip.String()
}
