package feeds

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"

	"code.dny.dev/ssrf"
)

// Kind is what went wrong with a fetch, for who must decide what to do next.
type Kind int

const (
	Network      Kind = iota // no connection, or it broke
	DNS                      // the host's name has no address
	TLS                      // no trusted connection
	Timeout                  // not over in time
	Refused                  // a private address that network.allow does not have
	Redirected               // too many redirects, or to where none may lead
	Status                   // an HTTP status that has no kind of its own
	Unauthorized             // 401, 403, 407
	NotFound                 // 404
	Gone                     // 410: never ask again
	Throttled                // 429: leave the host alone
	Unavailable              // 503: leave the feed alone
	Challenge                // a page that wants to see a browser, which a wall before the server gave
	TooLarge                 // the body, before or after decompression
	NotFeed                  // a page, an error object, nothing at all
	Malformed                // a feed so broken that nothing of it can be read
)

var kindNames = [...]string{
	"network", "dns", "tls", "timeout", "refused", "redirect", "status", "unauthorized", "not_found", "gone",
	"throttled", "unavailable", "challenge", "too_large", "not_feed", "malformed",
}

// String is a label for metrics: one lower-case word.
func (k Kind) String() string {
	if k < 0 || int(k) >= len(kindNames) {
		return "unknown"
	}
	return kindNames[k]
}

// FetchError says why a fetch brought no document.
type FetchError struct {
	Kind       Kind
	Status     int           // the HTTP status; 0 if there was no answer
	RetryAfter time.Duration // what the server asked for, as given; 0 if it did not
	Text       string        // one line for people, without the feed's name
	Page       *url.URL      // where a web page came from, where Kind is NotFeed; nil for what is none
	Offers     []Offer       // the feeds that the page offers; nobody has looked whether they are such
	others     []Offer       // what else of it may be one
	Err        error         // the cause; may be nil
}

// Offer is a feed that a web page says it has.
type Offer struct {
	Title string
	URL   string // absolute
}

func (e *FetchError) Error() string { return e.Text }
func (e *FetchError) Unwrap() error { return e.Err }

func failf(k Kind, format string, args ...any) *FetchError {
	return &FetchError{Kind: k, Text: fmt.Sprintf(format, args...)}
}

// statusError words an HTTP status that brought no document.
func statusError(resp *http.Response, now time.Time) *FetchError {
	e := &FetchError{Kind: Status, Status: resp.StatusCode, RetryAfter: retryAfter(resp.Header, now)}
	words := strings.TrimSpace(strconv.Itoa(resp.StatusCode) + " " + http.StatusText(resp.StatusCode))
	switch resp.StatusCode {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusProxyAuthRequired:
		e.Kind = Unauthorized
	case http.StatusNotFound:
		e.Kind = NotFound
	case http.StatusGone:
		e.Kind = Gone
	case http.StatusTooManyRequests:
		e.Kind = Throttled
	case http.StatusServiceUnavailable:
		e.Kind = Unavailable
	}
	switch {
	case e.Kind == Gone:
		e.Text = "the server says the feed is gone for good (410 Gone)"
	case e.RetryAfter > 0:
		e.Text = fmt.Sprintf("the server answers %s and asks to wait %v", words, e.RetryAfter)
	default:
		e.Text = "the server answers " + words
	}
	return e
}

// retryAfter reads Retry-After in both its forms (RFC 9110, 10.2.3). A date is
// taken relative to the server's own clock where it tells it.
func retryAfter(h http.Header, now time.Time) time.Duration {
	v := strings.TrimSpace(h.Get("Retry-After"))
	if v == "" {
		return 0
	}
	if n, err := strconv.ParseInt(v, 10, 64); err == nil {
		return seconds(n)
	}
	at, err := http.ParseTime(v)
	if err != nil {
		return 0
	}
	if date, err := http.ParseTime(h.Get("Date")); err == nil {
		now = date
	}
	return max(0, at.Sub(now))
}

// seconds is n seconds, within what a Duration holds.
func seconds(n int64) time.Duration {
	const most = int64(10 * 365 * 24 * time.Hour / time.Second)
	return time.Duration(min(max(n, 0), most)) * time.Second
}

// transportError words why no answer came. host is the one that was asked, of a
// redirect's target if redirected.
func transportError(ctx context.Context, err error, host string, redirected bool) error {
	if errors.Is(ctx.Err(), context.Canceled) {
		return ctx.Err() // the caller's wish is no fault of the feed
	}
	e := &FetchError{Err: err}
	e.Kind, e.Text = NoAnswer(err, host)
	if e.Kind == Refused && redirected {
		e.Text = "the feed redirects to " + Shorten(host, 80) + ", a private address; network.allow in the config can permit it"
	}
	return e
}

// NoAnswer words for people, on one line, why no answer came from a host, and
// says what kind of failure it is.
func NoAnswer(err error, host string) (Kind, string) {
	host = Shorten(host, 80)
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
		return TLS, "the certificate of " + host + " is not trusted: " + Shorten(rootCause(err), 160)
	case errors.As(err, &record), errors.As(err, &alert), strings.Contains(err.Error(), "tls: "):
		return TLS, "no TLS connection to " + host + ": " + Shorten(rootCause(err), 160)
	case isTimeout(err):
		return Timeout, host + " did not answer in time"
	}
	return Network, "no answer from " + host + ": " + Shorten(withoutQuote(rootCause(err)), 160)
}

// withoutQuote is an error of net/http or net/textproto without the words of the
// server that it quotes: a broken header line may be one that sets a cookie.
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

func isTimeout(err error) bool {
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

// Shorten makes a stranger's words fit into a line of ours: at most n runes,
// with control and direction characters taken out and space normalised.
func Shorten(s string, n int) string {
	var b strings.Builder
	space := false
	count := 0
	for _, r := range s {
		if unicode.IsSpace(r) || unicode.IsControl(r) {
			space = b.Len() > 0
			continue
		}
		if r == unicode.ReplacementChar || unsafeRune(r) {
			continue
		}
		if count++; count > n {
			b.WriteRune('…')
			break
		}
		if space {
			b.WriteByte(' ')
			space = false
		}
		b.WriteRune(r)
	}
	return b.String()
}
