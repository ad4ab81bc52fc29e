package feeds

import (
	"fmt"
	"net/url"
	"time"
)

// FailureKind says what went wrong with a fetch; the caller decides by it what to do
// next.
type FailureKind int

const (
	Network      FailureKind = iota // no connection, or it broke
	DNS                             // the host's name has no address
	TLS                             // no trusted connection
	Timeout                         // not over in time
	Refused                         // a private address that network.allow does not have
	Redirected                      // too many redirects, or to where none may lead
	Status                          // an HTTP status that has no kind of its own
	Unauthorized                    // 401, 403, 407
	NotFound                        // 404
	Gone                            // 410: never ask again
	Throttled                       // 429: leave the host alone
	Unavailable                     // 503: leave the feed alone
	Challenge                       // a wall in front of the server asks for a browser
	TooLarge                        // the body, before or after decompression
	NotFeed                         // a page, an error object, nothing at all
	Malformed                       // a feed so broken that nothing of it can be read
)

var kindNames = [...]string{
	"network", "dns", "tls", "timeout", "refused", "redirect", "status", "unauthorized", "not_found", "gone",
	"throttled", "unavailable", "challenge", "too_large", "not_feed", "malformed",
}

// String is a label for metrics: one lower-case word.
func (k FailureKind) String() string {
	if k < 0 || int(k) >= len(kindNames) {
		return "unknown"
	}
	return kindNames[k]
}

// FetchError says why a fetch brought no document.
type FetchError struct {
	Kind       FailureKind
	Status     int           // the HTTP status; 0 if there was no answer
	RetryAfter time.Duration // what the server asked for, as given; 0 if it did not
	Text       string        // one line for people, without the feed's name
	Page       *url.URL      // the address of the web page that came, if Kind is NotFeed; else nil
	Offers     []Offer       // the feeds that the page offers, not yet fetched
	Others     []Offer       // other links of the page that may be feeds
	Err        error         // the cause; may be nil
}

// Offer is a feed that a web page says it has.
type Offer struct {
	Title string
	URL   string // absolute
}

func (e *FetchError) Error() string { return e.Text }

func (e *FetchError) Unwrap() error { return e.Err }

func Errorf(k FailureKind, format string, args ...any) *FetchError {
	return &FetchError{Kind: k, Text: fmt.Sprintf(format, args...)}
}
