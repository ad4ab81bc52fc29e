package fetch

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"watcher/internal/budget"
	"watcher/internal/feeds"
	"watcher/internal/feeds/fingerprint"
	"watcher/internal/feeds/parse"
	"watcher/internal/feeds/seen"
	"watcher/internal/netguard"
	"watcher/internal/text"
)

const (
	defaultMaxBody = 15 << 20
	maxHeaderBytes = 256 << 10
	maxRedirects   = 10
)

// ClientOptions are what all fetches share.
type ClientOptions struct {
	UserAgent string         // "watcher/1.2.3 (+https://…)"
	Allow     []netip.Prefix // private ranges that feeds may be in
	// Named are addresses that are asked even if they are private, on that port
	// alone: a person typed them.
	Named   []netip.AddrPort
	Timeout time.Duration  // for a fetch with its redirects; 0 is a minute
	MaxBody int64          // bytes of a body, compressed or not; 0 is 15 MiB
	Room    *budget.Budget // of all that is read; nil is one of the default size, of its own
	// Begin is called with a source's ID before its document is parsed, and the
	// function that it returns afterwards. It may be nil.
	Begin func(feed string) (end func())
}

// Client fetches feeds. It keeps no state between fetches but idle connections
// and TLS sessions, and is safe for concurrent use.
type Client struct {
	opts      ClientOptions
	userAgent []string      // as a header's values
	reading   chan struct{} // holds one for each document that is being read
	came      atomic.Int64  // documents that are read or wait for it
	direct    *http.Transport

	mu     sync.Mutex
	others map[string]*http.Transport // by Source.TLS and Source.Proxy
}

// NewClient makes a client. Proxies named by the environment are not used: they
// would connect to where the guard does not look.
func NewClient(o ClientOptions) *Client {
	if o.Timeout <= 0 {
		o.Timeout = feeds.FetchTimeout
	}
	if o.MaxBody <= 0 {
		o.MaxBody = defaultMaxBody
	}
	if o.Room == nil {
		o.Room = budget.New(budget.Default())
	}
	return &Client{
		opts: o, userAgent: []string{o.UserAgent}, reading: make(chan struct{}, runtime.GOMAXPROCS(0)),
		direct: newTransport(netguard.GuardBut(o.Allow, o.Named)), others: map[string]*http.Transport{},
	}
}

// newTransport speaks HTTP/1.1 only: one connection per request in flight is
// what the limits per host count, and the bounds on headers hold as they are.
func newTransport(d *net.Dialer) *http.Transport {
	return &http.Transport{
		DialContext:            d.DialContext,
		TLSClientConfig:        &tls.Config{ClientSessionCache: tls.NewLRUClientSessionCache(4096)},
		TLSHandshakeTimeout:    netguard.DialTimeout,
		MaxResponseHeaderBytes: maxHeaderBytes,
		DisableCompression:     true, // it would hide the bytes that are hashed
		MaxIdleConns:           512,
		// Most connections carry one request of 400 bytes and an answer without a
		// body; a body is read past the buffer.
		WriteBufferSize:     1 << 10,
		ReadBufferSize:      2 << 10,
		MaxIdleConnsPerHost: 64,
		IdleConnTimeout:     time.Minute,
	}
}

// Close closes the idle connections.
func (c *Client) Close() {
	c.direct.CloseIdleConnections()
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, t := range c.others {
		t.CloseIdleConnections()
	}
}

// Reading returns how many fetches have received their document and are parsing it,
// or wait for a slot to parse it in.
func (c *Client) Reading() int { return int(c.came.Load()) }

// Fetch requests a feed and parses what is new in it. k are the validators of the last
// fetch. loadSeen, if not nil, loads the feed's index, so that items in it are not
// parsed again; it is called only if the body has changed.
//
// The fetch ends with the time limit of ctx (budget.Within), or else after the client's
// own. Waiting for memory does not count against either.
//
// The error is a *FetchError if the feed, its host or the network is at fault; the
// context's error if the caller cancelled it (a deadline is the host's fault); else
// that of loadSeen. With an error the result is empty, and k stays valid.
func (c *Client) Fetch(ctx context.Context, src feeds.Source, k feeds.Known, loadSeen func() (*seen.Index, error)) (feeds.FetchResult, error) {
	if budget.LimitOf(ctx) == nil {
		limit := budget.Within(ctx, c.opts.Timeout)
		defer limit.Cancel()
		ctx = limit
	}
	u := feeds.ParseURL(src.URL)
	if u == nil {
		return feeds.FetchResult{}, feeds.Errorf(feeds.Redirected, "not an http or https address: %s", text.Shorten(feeds.Shown(src.URL), 120))
	}
	ans, err := c.get(ctx, &src, k, u, u, acceptFeed)
	if err != nil {
		return feeds.FetchResult{}, err
	}
	defer ans.close()
	now := time.Now()
	code := ans.resp.StatusCode
	res := feeds.FetchResult{
		Known:   validators(k, ans.resp.Header, code == http.StatusNotModified),
		MovedTo: ans.movedTo,
		Fresh:   freshness(ans.resp.Header, now),
	}
	res.Hub, res.Self = linkHeader(ans.resp.Header, ans.url)
	switch {
	case code == http.StatusNotModified && (k.ETag != "" || k.LastModified != ""):
		res.Unchanged, res.NotModified = true, true
		return res, nil
	case code != http.StatusOK && code != http.StatusNonAuthoritativeInfo:
		return feeds.FetchResult{}, c.noFeed(ctx, ans, &src, now)
	}
	return c.readAnswer(ctx, ans, &src, k, res, loadSeen)
}

// readAnswer reads the body of a 200, and parses it unless it is the one that is known.
func (c *Client) readAnswer(ctx context.Context, ans *answer, src *feeds.Source, k feeds.Known, res feeds.FetchResult, loadSeen func() (*seen.Index, error)) (feeds.FetchResult, error) {
	if name := wallByHeader(ans.resp); name != "" {
		return feeds.FetchResult{}, wallError(ans.resp, name, src, time.Now())
	}
	body := c.openBody(ctx)
	defer body.end()
	if err := c.readWire(ctx, ans, body, c.opts.MaxBody); err != nil {
		return feeds.FetchResult{}, err
	}
	res.Bytes = body.size
	res.Known.Wire = body.hash()
	if res.Known.Wire == k.Wire {
		res.Known.Body = k.Body
		res.Unchanged = true
		return res, nil
	}
	out := getBuffer()
	defer putBuffer(out)
	text, done, err := c.unpack(ctx, src, body, out, ans.resp.Header.Get("Content-Encoding"), c.opts.MaxBody, documentCost)
	defer done()
	cutOff := errors.Is(err, errCutOff) && len(text) > 0
	if err != nil && !cutOff {
		return feeds.FetchResult{}, err
	}
	res.Known.Body = fingerprint.HashBytes(text)
	if res.Known.Body == k.Body {
		res.Unchanged = true
		return res, nil
	}
	var known *seen.Index
	if loadSeen != nil {
		if known, err = loadSeen(); err != nil {
			return feeds.FetchResult{}, fmt.Errorf("load what the feed has shown: %w", err)
		}
	}
	res.Document, err = parse.ReadNew(text, ans.resp.Header.Get("Content-Type"), src, ans.url, known.Known)
	if err != nil {
		return feeds.FetchResult{}, behindWall(err, ans, src, text)
	}
	if cutOff {
		res.Document.Warnings = append(res.Document.Warnings, errCutOff.Text+"; what came of it was read")
	}
	if cutOff || res.Document.CutOff || res.Document.Unread > 0 {
		res.Known = feeds.Known{} // or a 304 would hide the items that were not parsed
	}
	fillLanguage(&res.Document, ans.resp.Header.Get("Content-Language"))
	res.Document.Room = body.handOn(documentSize(&res.Document))
	return res, nil
}

// begin calls ClientOptions.Begin for a source.
func (c *Client) begin(src *feeds.Source) (end func()) {
	if c.opts.Begin == nil {
		return func() {}
	}
	return c.opts.Begin(src.ID)
}

// fillLanguage sets a document's language from Content-Language if it names none. A
// list of languages describes a site, not a feed, and is ignored.
func fillLanguage(d *feeds.Document, header string) {
	language := parse.LanguageTag(header)
	if d.Head.Language != "" || language == "" {
		return
	}
	d.Head.Language = language
	for i := range d.Items {
		if d.Items[i].Language == "" {
			d.Items[i].Language = language
		}
	}
}

// validators returns k with an answer's validators, byte for byte. A 200 replaces both:
// a validator that it lacks belonged to another document. A 304 replaces those that it
// has and confirms the rest.
func validators(k feeds.Known, h http.Header, notModified bool) feeds.Known {
	next := k
	if !notModified {
		next.ETag, next.LastModified = "", ""
	}
	if v := h["Etag"]; len(v) > 0 && v[0] != "" {
		next.ETag = v[0]
	}
	if v := h["Last-Modified"]; len(v) > 0 && v[0] != "" {
		next.LastModified = v[0]
	}
	return next
}

// answer is a response whose redirects were followed.
type answer struct {
	resp    *http.Response
	url     *url.URL // of the last request
	movedTo string
}

// close ends the answer. It drains a little of an unread body, so that the connection
// can be reused.
func (a *answer) close() {
	if a.resp.Body == http.NoBody {
		return
	}
	_, _ = io.CopyN(io.Discard, a.resp.Body, 4<<10)
	_ = a.resp.Body.Close()
}

// get requests u for a source and follows redirects. It does without http.Client,
// which would add a Referer, send configured headers on to other hosts, and not tell
// which redirects were permanent.
func (c *Client) get(ctx context.Context, src *feeds.Source, k feeds.Known, first, u *url.URL, accept []string) (*answer, error) {
	transport, err := c.transport(src)
	if err != nil {
		return nil, err
	}
	ans := &answer{}
	permanent := true
	for hop := 0; ; hop++ {
		req := c.request(ctx, src, k, first, u, accept)
		resp, err := transport.RoundTrip(req)
		if err != nil {
			return nil, tlsHelp(transportError(ctx, err, u.Host, hop > 0), src)
		}
		ans.resp, ans.url = resp, u
		location := resp.Header.Get("Location")
		if !isRedirect(resp.StatusCode) || location == "" {
			return ans, nil
		}
		next, err := redirect(src, first, u, location)
		ans.close()
		if err != nil {
			return nil, err
		}
		if hop == maxRedirects {
			return nil, feeds.Errorf(feeds.Redirected, "more than %d redirects, the last one to %s", maxRedirects, text.Shorten(feeds.Shown(next.String()), 120))
		}
		permanent = permanent && (resp.StatusCode == http.StatusMovedPermanently || resp.StatusCode == http.StatusPermanentRedirect)
		if permanent {
			ans.movedTo = next.String()
		}
		u = next
	}
}

func isRedirect(status int) bool {
	switch status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther,
		http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return true
	}
	return false
}

// redirect resolves and checks the Location of an answer from u.
func redirect(src *feeds.Source, first, u *url.URL, location string) (*url.URL, error) {
	next, err := u.Parse(location)
	if err != nil || next.Scheme != "http" && next.Scheme != "https" || next.Host == "" {
		return nil, feeds.Errorf(feeds.Redirected, "redirected to %s, which is no http or https address", text.Shorten(feeds.Shown(location), 120))
	}
	next.User = nil
	if u.Scheme == "https" && next.Scheme == "http" && (src.HasCredentials() || first != nil && first.User != nil) {
		return nil, feeds.Errorf(feeds.Redirected, "redirected from https to %s, where the feed's credentials would travel in the clear",
			text.Shorten(feeds.Shown(next.String()), 120))
	}
	return next, nil
}

// transport returns the transport for a source: guarded, or through its proxy, and with
// legacy TLS if the source allows it.
func (c *Client) transport(src *feeds.Source) (*http.Transport, error) {
	if src.Proxy == "" && src.TLS == "" {
		return c.direct, nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	key := src.TLS + " " + src.Proxy
	if t := c.others[key]; t != nil {
		return t, nil
	}
	t := newTransport(netguard.GuardBut(c.opts.Allow, c.opts.Named))
	if src.Proxy != "" {
		proxy, err := url.Parse(src.Proxy)
		if err != nil {
			return nil, feeds.Errorf(feeds.Network, "the proxy is not a URL: %s", text.Shorten(feeds.Shown(src.Proxy), 80))
		}
		t = newTransport(&net.Dialer{Timeout: netguard.DialTimeout})
		t.Proxy = http.ProxyURL(proxy)
	}
	if src.TLS == feeds.LegacyTLS {
		t.TLSClientConfig.RootCAs = c.direct.TLSClientConfig.RootCAs
		legacy(t)
	}
	c.others[key] = t
	return t, nil
}

// readWire reads the body, up to limit bytes. An announced length reserves no memory.
func (c *Client) readWire(ctx context.Context, ans *answer, body *body, limit int64) error {
	if ans.resp.ContentLength > limit {
		return tooLarge(limit, "")
	}
	body.room.OnStall(func() { _ = ans.resp.Body.Close() })
	err := body.readFrom(ctx, ans.resp.Body, limit)
	switch {
	case err != nil && body.room.Cut():
		return feeds.Errorf(feeds.Timeout, "%s stopped sending after %d bytes, and others needed their room", text.Shorten(ans.url.Host, 80), body.size)
	case errors.Is(err, io.ErrUnexpectedEOF):
		return feeds.Errorf(feeds.Network, "the connection to %s ended after %d bytes, before the document did", text.Shorten(ans.url.Host, 80), body.size)
	case netguard.IsTimeout(err) && ctx.Err() != nil && !errors.Is(ctx.Err(), context.Canceled):
		return feeds.Errorf(feeds.Timeout, "%s was not done sending after %v", text.Shorten(ans.url.Host, 80), c.opts.Timeout)
	case err != nil:
		return transportError(ctx, err, ans.url.Host, false)
	case int64(body.size) > limit:
		return tooLarge(limit, "")
	}
	return nil
}

func tooLarge(limit int64, how string) error {
	return feeds.Errorf(feeds.TooLarge, "the document is larger than %d MiB%s", limit>>20, how)
}

// freshness returns how long an answer stays fresh in a private cache: max-age less
// Age, else Expires less Date (RFC 9111, section 4.2).
func freshness(h http.Header, now time.Time) time.Duration {
	var maxAge time.Duration
	found := false
	for _, line := range h["Cache-Control"] {
		for directive := range strings.SplitSeq(line, ",") {
			name, value, _ := strings.Cut(strings.TrimSpace(directive), "=")
			switch strings.ToLower(name) {
			case "no-cache", "no-store":
				return 0
			case "max-age":
				if n, err := strconv.ParseInt(strings.Trim(value, `"`), 10, 64); err == nil {
					maxAge, found = feeds.Seconds(n), true
				}
			}
		}
	}
	if found {
		age, _ := strconv.ParseInt(h.Get("Age"), 10, 64)
		return max(0, maxAge-feeds.Seconds(age))
	}
	v := h.Get("Expires")
	if v == "" {
		return 0 // without the cost of an error
	}
	expires, err := http.ParseTime(v)
	if err != nil {
		return 0
	}
	if date, err := http.ParseTime(h.Get("Date")); err == nil {
		now = date
	}
	return max(0, expires.Sub(now))
}
