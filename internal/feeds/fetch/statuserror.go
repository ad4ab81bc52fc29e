package fetch

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"watcher/internal/backoff"
	"watcher/internal/feeds"
	"watcher/internal/netguard"
	"watcher/internal/text"
)

// statusError words an HTTP status that brought no document.
func statusError(resp *http.Response, now time.Time) *feeds.FetchError {
	e := &feeds.FetchError{Kind: feeds.Status, Status: resp.StatusCode, RetryAfter: backoff.RetryAfter(resp.Header, now, feeds.MaxInterval)}
	words := strings.TrimSpace(strconv.Itoa(resp.StatusCode) + " " + http.StatusText(resp.StatusCode))
	switch resp.StatusCode {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusProxyAuthRequired:
		e.Kind = feeds.Unauthorized
	case http.StatusNotFound:
		e.Kind = feeds.NotFound
	case http.StatusGone:
		e.Kind = feeds.Gone
	case http.StatusTooManyRequests:
		e.Kind = feeds.Throttled
	case http.StatusServiceUnavailable:
		e.Kind = feeds.Unavailable
	}
	switch {
	case e.Kind == feeds.Gone:
		e.Text = "the server says the feed is gone for good (410 Gone)"
	case e.RetryAfter > 0:
		e.Text = fmt.Sprintf("the server answers %s and asks to wait %v", words, e.RetryAfter)
	default:
		e.Text = "the server answers " + words
	}
	return e
}

// kindOf returns the kind of failure for the cause that netguard names.
var kindOf = map[netguard.Failure]feeds.FailureKind{
	netguard.Network: feeds.Network, netguard.DNS: feeds.DNS, netguard.TLS: feeds.TLS,
	netguard.Timeout: feeds.Timeout, netguard.Refused: feeds.Refused,
}

// transportError words why no answer came. host is the host that was asked;
// redirected says that a redirect named it.
func transportError(ctx context.Context, err error, host string, redirected bool) error {
	if errors.Is(ctx.Err(), context.Canceled) {
		return ctx.Err() // the caller's wish is no fault of the feed
	}
	e := &feeds.FetchError{Err: err}
	cause, why := netguard.NoAnswer(err, host)
	e.Kind, e.Text = kindOf[cause], why
	if e.Kind == feeds.Refused && redirected {
		e.Text = "the feed redirects to " + text.Shorten(host, 80) + ", a private address; network.allow in the config can permit it"
	}
	return e
}
