package targets

import (
	"net/http"
	"net/netip"
	"time"
	"watcher/internal/netguard"
)

// NewEnv makes what targets are opened with: a client that is guarded as the feeds'
// is, private networks but for those allowed, without redirects, cookies or a proxy
// from the environment. It has no Room.
func NewEnv(allow []netip.Prefix, userAgent string, t Console) Env {
	dialer := netguard.Guard(allow)
	return Env{
		HTTP: &http.Client{
			Transport: &http.Transport{
				DialContext:            dialer.DialContext,
				ForceAttemptHTTP2:      true,
				TLSHandshakeTimeout:    10 * time.Second,
				MaxResponseHeaderBytes: 64 << 10,
				MaxIdleConnsPerHost:    256, // many targets may share a host, and each sends one at a time
				IdleConnTimeout:        90 * time.Second,
			},
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
		Dial:      dialer.DialContext,
		UserAgent: userAgent,
		Terminal:  t,
	}
}
