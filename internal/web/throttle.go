package web

import (
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"time"
)

// throttle slows those who guess: burst attempts at once, and one each time that
// every has passed. What it remembers is bounded.
type throttle struct {
	every time.Duration
	burst int

	mu   sync.Mutex
	full map[string]time.Time // by whom: when all attempts are free again
}

// maxGuessers is how many are told apart.
const maxGuessers = 4096

func newThrottle(burst int, every time.Duration) *throttle {
	return &throttle{every: every, burst: burst, full: make(map[string]time.Time)}
}

// take counts an attempt; if there is none left, it returns how long to wait.
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

// giveBack uncounts an attempt that was no guess.
func (t *throttle) giveBack(who string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if next, ok := t.full[who]; ok {
		t.full[who] = next.Add(-t.every)
	}
}

// forget makes room: those who have all their attempts go; if there are none, any
// one.
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

// addressOf is where a request comes from, as far as it can be told: of IPv6 the
// network, as everybody has a whole one. A proxy on this machine says for whom it
// asks; nobody else is believed.
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
