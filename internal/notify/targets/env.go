package targets

import (
	"net/http"
	"net/netip"
	"time"
	"watcher/internal/netguard"
)

// NewEnv makes the environment of targets: a client with the guard of the feeds, which
// refuses private networks outside allow, and without redirects, cookies or a proxy
// from the environment. It sets no Room.
func NewEnv(allow []netip.Prefix, userAgent string, t Console) Env {
	dialer := netguard.Guard(allow)
	return Env{
		HTTP: &http.Client{
			Transport: &http.Transport{
				DialContext:            dialer.DialContext,
				ForceAttemptHTTP2:      true,
				TLSHandshakeTimeout:    10 * time.Second,
				MaxResponseHeaderBytes: 64 << 10,
				MaxIdleConnsPerHost:    256, // many targets may share a host, and each uses one connection
				IdleConnTimeout:        90 * time.Second,
			},
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
		Dial:      dialer.DialContext,
		UserAgent: userAgent,
		Terminal:  t,
	}
}
