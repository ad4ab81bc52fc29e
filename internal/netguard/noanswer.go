package netguard

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"strings"

	"watcher/internal/text"

	"code.dny.dev/ssrf"
)

// Failure is why no answer came from a host.
type Failure int

const (
	Network Failure = iota // no connection, or it broke
	DNS                    // the host's name has no address
	TLS                    // no trusted connection
	Timeout                // no answer in time
	Refused                // the guard refused the address
)

// NoAnswer returns why no answer came from a host, and one line about it for people.
// host is a name or an address, with or without a port; it may be hostile.
func NoAnswer(err error, host string) (Failure, string) {
	host = text.Shorten(host, 80)
	var (
		dns    *net.DNSError
		cert   *tls.CertificateVerificationError
		record tls.RecordHeaderError
		alert  tls.AlertError
		x509u  x509.UnknownAuthorityError
	)
	switch {
	case errors.Is(err, ssrf.ErrProhibitedIP), errors.Is(err, ssrf.ErrProhibitedNetwork):
		return Refused, host + " is a private address; network.allow in the config can permit it"
	case errors.As(err, &dns) && !dns.IsTimeout:
		if dns.IsTemporary {
			return DNS, "the name server does not answer for the host " + host
		}
		return DNS, "no address for the host " + host
	case errors.As(err, &cert), errors.As(err, &x509u):
		return TLS, "the certificate of " + host + " is not trusted: " + text.Shorten(rootCause(err), 160)
	case errors.As(err, &record), errors.As(err, &alert), strings.Contains(err.Error(), "tls: "):
		return TLS, "no TLS connection to " + host + ": " + text.Shorten(rootCause(err), 160)
	case IsTimeout(err):
		return Timeout, host + " did not answer in time"
	}
	return Network, "no answer from " + host + ": " + text.Shorten(withoutQuote(rootCause(err)), 160)
}

// withoutQuote returns an error of net/http or net/textproto without the server's words
// that it quotes: a broken header line may be a cookie.
func withoutQuote(cause string) string {
	what := cause
	for _, is := range [...]string{"malformed MIME header", "malformed HTTP"} {
		if at := strings.Index(cause, is); at >= 0 {
			what = cause[at:]
			if end := strings.IndexAny(what, "\":"); end >= 0 {
				what = strings.TrimSpace(what[:end])
			}
		}
	}
	return what
}

func IsTimeout(err error) bool {
	var t interface{ Timeout() bool }
	return errors.Is(err, context.DeadlineExceeded) || errors.As(err, &t) && t.Timeout()
}

// rootCause is the innermost message: the layers above only repeat the address.
func rootCause(err error) string {
	for {
		next := errors.Unwrap(err)
		if next == nil {
			return err.Error()
		}
		err = next
	}
}
