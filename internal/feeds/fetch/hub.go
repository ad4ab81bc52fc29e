package fetch

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"watcher/internal/budget"
	"watcher/internal/feeds"
	"watcher/internal/feeds/parse"
	"watcher/internal/feeds/seen"
	"watcher/internal/text"
)

const (
	// hubTimeout is how long a hub may take to answer. It may ask back before it
	// does.
	hubTimeout = 30 * time.Second
	// maxHubRedirects bounds the redirects of a hub.
	maxHubRedirects = 5
)

// Topic returns the topic that a hub names with the content, as it must (WebSub,
// section 7); empty if it does not.
func Topic(h http.Header) string {
	_, self := linkHeader(h, nil)
	return self
}

// TakePush reads what a hub pushes, at most one byte more than feeds.MaxPushed. Room
// is the memory that it holds of the client's budget; close it whatever the error is.
func (c *Client) TakePush(ctx context.Context, r io.Reader) (body []byte, room *budget.Account, err error) {
	room = c.opts.Room.Open()
	body, err = io.ReadAll(room.Reader(ctx, io.LimitReader(r, feeds.MaxPushed+1)))
	return body, room, err
}

// ReadPushed reads what a hub pushed of a source; seen is what the feed has
// shown, so that items known by their bytes are not read again. The document's Room
// is then the push's. The error is a *FetchError, or the context's.
func (c *Client) ReadPushed(ctx context.Context, src feeds.Source, p feeds.Pushed, seen *seen.Index) (feeds.Document, error) {
	b := &body{room: p.Room, before: p.Room.Held(), shared: true, blocks: [][]byte{p.Body}, size: len(p.Body)}
	if p.Room == nil {
		b.room, b.shared = c.opts.Room.Open(), false
	}
	defer func() {
		b.blocks = nil // they are not ours
		b.end()
	}()
	out := getBuffer()
	defer putBuffer(out)
	text, done, err := c.unpack(ctx, &src, b, out, p.Encoding, c.opts.MaxBody, documentCost)
	defer done()
	if err != nil {
		return feeds.Document{}, err
	}
	doc, err := parse.ReadNew(text, p.ContentType, &src, feeds.ParseURL(src.URL), seen.Known)
	if err == nil {
		doc.Room = b.handOn(documentSize(&doc))
	}
	return doc, err
}

// AskHub asks a hub to subscribe us to a topic, or to end a subscription (WebSub,
// section 5.1). nil means that the hub accepted the request and will call back to
// verify it. The request holds a secret, so the hub must speak https unless its
// address is in Allow. The error is a *FetchError, or the context's.
func (c *Client) AskHub(ctx context.Context, hub string, form url.Values) error {
	ctx, cancel := context.WithTimeout(ctx, hubTimeout)
	defer cancel()
	for hop := 0; hop <= maxHubRedirects; hop++ {
		u, err := url.Parse(hub)
		if err != nil || !c.trusts(u) {
			return feeds.Errorf(feeds.Refused, "the hub %s does not speak https, so that no secret can be sent to it", text.Shorten(feeds.Shown(hub), 120))
		}
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, u.String(), strings.NewReader(form.Encode()))
		if err != nil {
			return feeds.Errorf(feeds.Refused, "the hub's address is none: %s", text.Shorten(feeds.Shown(hub), 120))
		}
		req.Header["User-Agent"] = c.userAgent
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		resp, err := c.direct.RoundTrip(req)
		if err != nil {
			return transportError(ctx, err, u.Host, false)
		}
		words, _ := io.ReadAll(io.LimitReader(resp.Body, 1<<10))
		_ = resp.Body.Close()
		location := resp.Header.Get("Location")
		switch code := resp.StatusCode; {
		case code >= 200 && code < 300:
			return nil
		case (code == http.StatusTemporaryRedirect || code == http.StatusPermanentRedirect) && location != "":
			next, err := u.Parse(location)
			if err != nil {
				return feeds.Errorf(feeds.Redirected, "the hub %s redirects to what is no address", text.Shorten(u.Host, 80))
			}
			hub = next.String()
		default:
			return hubError(resp, u, words)
		}
	}
	return feeds.Errorf(feeds.Redirected, "the hub redirects more than %d times", maxHubRedirects)
}

// hubError words a hub's refusal.
func hubError(resp *http.Response, u *url.URL, words []byte) error {
	e := statusError(resp, time.Now())
	e.Text = fmt.Sprintf("the hub %s answers %s", text.Shorten(u.Host, 80), strings.TrimSpace(fmt.Sprint(resp.StatusCode, " ", http.StatusText(resp.StatusCode))))
	if said := text.Shorten(string(words), 120); said != "" && !strings.HasPrefix(said, "<") {
		e.Text += ": " + said
	}
	return e
}

// trusts reports whether a secret can be sent to a hub.
func (c *Client) trusts(hub *url.URL) bool {
	if hub.Scheme == "https" {
		return hub.Hostname() != ""
	}
	host := hub.Hostname()
	if host == "localhost" {
		host = "127.0.0.1"
	}
	addr, err := netip.ParseAddr(host)
	if err != nil || hub.Scheme != "http" {
		return false
	}
	for _, p := range c.opts.Allow {
		if p.Contains(addr.Unmap()) {
			return true
		}
	}
	return false
}
