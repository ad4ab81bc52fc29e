package fetch

import (
	"context"
	"net/http"
	"net/url"

	"watcher/internal/feeds"
)

// This file is for speed, see BenchmarkNotModified and BenchmarkUnchanged:
// http.NewRequestWithContext does the same, but parses the URL again, copies it, and
// allocates each header's values.

// All requests share the header values that are always the same; nothing changes them
// in place. gzip is the only encoding that is asked for.
var (
	onlyGzip   = []string{"gzip"}
	acceptFeed = []string{"application/rss+xml, application/atom+xml, application/feed+json, " +
		"application/rdf+xml;q=0.9, application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.7, */*;q=0.1"}
	acceptPage = []string{"text/html, application/xhtml+xml;q=0.9, */*;q=0.1"}
)

// request builds the request for u. Credentials and configured headers are sent only to
// the host of first, the source's own address, where http may become https.
func (c *Client) request(ctx context.Context, src *feeds.Source, k feeds.Known, first, u *url.URL, accept []string) *http.Request {
	h := make(http.Header, 8)
	h["Accept"] = accept
	h["Accept-Encoding"] = onlyGzip
	h["User-Agent"] = c.userAgent
	if src.UserAgent != "" {
		h["User-Agent"] = []string{src.UserAgent}
	}
	// New slices: the shared ones must not change.
	if k.ETag != "" {
		h["If-None-Match"] = []string{k.ETag}
	}
	if k.LastModified != "" {
		h["If-Modified-Since"] = []string{k.LastModified}
	}
	req := (&http.Request{
		Method: http.MethodGet, URL: u, Host: u.Host, Header: h,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
	}).WithContext(ctx)
	if first != nil && feeds.SameOrigin(first, u) {
		for name, value := range src.Headers {
			h.Set(name, value)
		}
		switch {
		case src.Username != "":
			req.SetBasicAuth(src.Username, src.Password)
		case src.Token != "":
			h.Set("Authorization", "Bearer "+src.Token)
		case first.User != nil:
			password, _ := first.User.Password()
			req.SetBasicAuth(first.User.Username(), password)
		}
	}
	return req
}
