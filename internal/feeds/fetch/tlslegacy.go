package fetch

import (
	"crypto/tls"
	"errors"
	"net/http"
	"strings"

	"watcher/internal/feeds"
)

// legacy makes a transport offer what Go no longer offers by default: TLS 1.0 and
// 1.1, key exchange by RSA, and 3DES. RC4 stays out (RFC 7465), and certificates are
// checked as usual. Its sessions are not shared with other transports.
func legacy(t *http.Transport) {
	c := t.TLSClientConfig.Clone()
	c.MinVersion = tls.VersionTLS10
	c.ClientSessionCache = tls.NewLRUClientSessionCache(256)
	for _, suite := range append(tls.CipherSuites(), tls.InsecureCipherSuites()...) {
		if !strings.Contains(suite.Name, "RC4") {
			c.CipherSuites = append(c.CipherSuites, suite.ID)
		}
	}
	t.TLSClientConfig = c
}

// tlsHelp adds a remedy to the error of a connection where the server's TLS may be
// too old. Neither Go nor the server says so more clearly: other reasons to end a
// handshake look the same.
func tlsHelp(err error, src *feeds.Source) error {
	fe, ok := errors.AsType[*feeds.FetchError](err)
	if !ok || fe.Kind != feeds.TLS {
		return err
	}
	old := false
	for _, sign := range [...]string{"tls: handshake failure", "tls: protocol version not supported", "server selected unsupported protocol version"} {
		old = old || strings.Contains(fe.Text, sign)
	}
	switch {
	case !old:
	case src.TLS == feeds.LegacyTLS:
		fe.Text += "; not even with tls: legacy"
	default:
		fe.Text += "; it may know only what is no longer offered (TLS 1.0 or 1.1, keys exchanged by RSA, 3DES): tls: legacy for this feed allows that"
	}
	return err
}
