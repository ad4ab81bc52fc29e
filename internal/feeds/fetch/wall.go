package fetch

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"time"

	"watcher/internal/backoff"
	"watcher/internal/feeds"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

const (
	maxWall     = 32 << 10        // bytes of a page that are looked at for a wall
	wallWords   = 1500            // bytes of text that the page of a wall has at most
	scriptWords = 600             // and at most so many if only its script gives it away
	wallTimeout = 5 * time.Second // for the page that comes with an error, read only to recognise a wall
)

// wallSigns are strings, in small letters, that walls in front of web sites put into
// their pages, which ask for a browser to run a script or refuse programs. Each
// occurs in the wall's own page only, not in pages behind the wall.
var wallSigns = [...]struct{ name, sign string }{
	{"Anubis", `id="anubis_challenge"`}, {"Anubis", "/.within.website/x/cmd/anubis/"},
	{"go-away", "/.well-known/.git.gammaspectra.live/git/go-away/"},
	{"Cloudflare", "_cf_chl_opt"}, {"Cloudflare", "<title>just a moment"}, {"Cloudflare", "<title>attention required! | cloudflare"},
	{"DataDome", "captcha-delivery.com"},
	{"Akamai", "sec-if-cpt-container"}, {"Akamai", "/_sec/cp_challenge/"}, {"Akamai", "errors.edgesuite.net/"}, {"Akamai", "bm-verify="},
	{"Imperva", "incapsula incident id"}, {"Imperva", "/_incapsula_resource?"},
	{"AWS WAF", ".awswaf.com/"}, {"AWS WAF", "awswafcookiedomainlist"},
	{"Vercel", "<title>vercel security checkpoint"},
	{"HUMAN", `id="px-captcha"`}, {"HUMAN", "window._pxappid"},
	{"Kasada", "window.kpsdk"},
	{"Sucuri", "sucuri_cloudproxy_js"}, {"Sucuri", "<title>sucuri website firewall"},
	{"DDoS-Guard", "/.well-known/ddos-guard/js-challenge/"},
	{"Qrator", "/__qrator/"},
	{"testcookie", "slowaes.decrypt("},
}

// wallHeaders are headers of answers that a wall gave instead of the site.
var wallHeaders = [...]struct{ name, header, value string }{
	{"Cloudflare", "Cf-Mitigated", "challenge"},
	{"AWS WAF", "X-Amzn-Waf-Action", ""},
	{"Vercel", "X-Vercel-Mitigated", "challenge"},
}

// guardHeaders are headers of services in front of a site, on whatever they pass on.
// With a 403 it was the service that refused.
var guardHeaders = [...]struct{ name, header, value string }{
	{"DataDome", "X-Datadome", ""}, {"DataDome", "X-Dd-B", ""},
	{"Imperva", "X-Iinfo", ""}, {"Imperva", "X-Cdn", "imperva"}, {"Imperva", "X-Cdn", "incapsula"},
	{"Akamai", "Server", "akamaighost"},
	{"Kasada", "X-Kpsdk-Ct", ""},
}

// someWall stands for a wall whose product is not recognised.
const someWall = "unknown"

// wallOf names the wall that gave an answer which is no feed; empty if none did. body
// is as much of the answer as was read.
func wallOf(resp *http.Response, body []byte) string {
	if name := wallByHeader(resp); name != "" {
		return name
	}
	body = body[:min(len(body), maxWall)]
	page := glance(body)
	if resp.StatusCode == http.StatusOK && (page.letters > wallWords || page.password) {
		return "" // services also put their scripts into pages that they let through
	}
	low := strings.ToLower(html.UnescapeString(string(body))) // Akamai escapes its addresses
	for _, w := range wallSigns {
		if strings.Contains(low, w.sign) {
			return w.name
		}
	}
	if resp.StatusCode == http.StatusForbidden || resp.StatusCode == http.StatusTooManyRequests && page.script {
		for _, g := range guardHeaders {
			if hasHeader(resp.Header, g.header, g.value) {
				return g.name
			}
		}
	}
	if page.onlyScript() && (resp.StatusCode == http.StatusAccepted || resp.StatusCode == http.StatusForbidden || page.proves()) {
		return someWall
	}
	return ""
}

// wallByHeader is wallOf for callers that have not read the body.
func wallByHeader(resp *http.Response) string {
	for _, w := range wallHeaders {
		if hasHeader(resp.Header, w.header, w.value) {
			return w.name
		}
	}
	return ""
}

// hasHeader reports whether the header is there, and, if value is not empty, has that
// value.
func hasHeader(h http.Header, name, value string) bool {
	got := h.Get(name)
	return got != "" && (value == "" || strings.EqualFold(got, value))
}

// glanced is what a quick look at a web page tells.
type glanced struct {
	script   bool
	password bool // it has a field for one
	letters  int  // of the visible text
	links    int
	code     bytes.Buffer // its scripts and tags
	text     bytes.Buffer // the visible text, and the title
}

func glance(page []byte) *glanced {
	g := &glanced{}
	var in atom.Atom
	z := html.NewTokenizer(bytes.NewReader(page))
	for {
		kind := z.Next()
		switch kind {
		case html.ErrorToken:
			return g
		case html.StartTagToken, html.SelfClosingTagToken:
			raw := z.Raw()
			g.code.Write(raw)
			name, _ := z.TagName()
			switch in = atom.Lookup(name); in {
			case atom.Script:
				g.script = true
			case atom.A:
				g.links++
			case atom.Input:
				g.password = g.password || bytes.Contains(bytes.ToLower(raw), []byte("password"))
			}
		case html.EndTagToken:
			in = 0
		case html.TextToken:
			switch in {
			case atom.Script:
				g.code.Write(z.Text())
			case atom.Style:
			case atom.Title:
				g.text.Write(z.Text())
			default:
				text := bytes.TrimSpace(z.Text())
				g.letters += len(text)
				g.text.Write(text)
			}
		}
	}
}

// onlyScript reports whether the page is little more than a script.
func (g *glanced) onlyScript() bool {
	return g.script && !g.password && g.letters <= wallWords && g.links <= 10
}

// Signs of a page whose script must run before it lets anybody in: the script sets a
// cookie and loads the page again, or has a puzzle solved; and the words of such
// pages. The page of an application is a script as well, but has none of these.
var (
	provesByCode = regexp.MustCompile(`(?i)document\.cookie\s*=|captcha|challenge|proof.?of.?work`)
	provesByText = regexp.MustCompile(`(?i)checking your browser|verify(ing)? (that )?you are (a )?human|not a (ro)?bot|enable javascript and cookies`)
)

func (g *glanced) proves() bool {
	return g.letters <= scriptWords && provesByCode.Match(g.code.Bytes()) || provesByText.Match(g.text.Bytes())
}

// wallError words that a wall stands before the feed, and what helps.
func wallError(resp *http.Response, name string, src *feeds.Source, now time.Time) *feeds.FetchError {
	e := &feeds.FetchError{Kind: feeds.Challenge, Status: resp.StatusCode, RetryAfter: backoff.RetryAfter(resp.Header, now, feeds.MaxInterval)}
	words := strings.TrimSpace(fmt.Sprint(resp.StatusCode, " ", http.StatusText(resp.StatusCode)))
	what := name + " challenge"
	if name == someWall {
		what = "a page with a script in the feed's place"
	}
	help := "ask the publisher to let watcher in"
	if strings.Contains(src.UserAgent, "Mozilla") {
		help = "remove its user_agent, as who calls itself a browser has to prove it, or " + help
	}
	e.Text = fmt.Sprintf("the server wants to see a browser (%s, %s); %s", what, words, help)
	return e
}

// behindWall returns the error for a document that cannot be read: that of the wall
// if a wall sent it in the feed's place.
func behindWall(err error, ans *answer, src *feeds.Source, page []byte) error {
	fe, ok := errors.AsType[*feeds.FetchError](err)
	if !ok || fe.Kind != feeds.NotFeed || len(fe.Offers) > 0 {
		return err
	}
	if name := wallOf(ans.resp, page); name != "" {
		return wallError(ans.resp, name, src, time.Now())
	}
	return err
}

// noFeed words an answer that brought no document: a wall's if its headers or page
// say so, else that of its status. A 429 that says how long to wait is no wall: the
// server answers after that time.
func (c *Client) noFeed(ctx context.Context, ans *answer, src *feeds.Source, now time.Time) error {
	e := statusError(ans.resp, now)
	switch {
	case e.Kind == feeds.NotFound, e.Kind == feeds.Gone, e.Status/100 != 2 && e.Status/100 < 4, e.Kind == feeds.Throttled && e.RetryAfter > 0:
		return e
	}
	name := wallByHeader(ans.resp)
	if name == "" {
		name = wallOf(ans.resp, c.errorPage(ctx, ans))
	}
	known := name != someWall
	switch e.Status {
	case http.StatusAccepted, http.StatusForbidden, http.StatusServiceUnavailable:
		known = true
	}
	if name == "" || !known {
		return e
	}
	return wallError(ans.resp, name, src, now)
}

// errorPage returns the beginning of the page that came with an error; empty if it
// cannot be read.
func (c *Client) errorPage(ctx context.Context, ans *answer) []byte {
	body := c.openBody(ctx)
	defer body.end()
	body.room.OnStall(func() { _ = ans.resp.Body.Close() })
	late := time.AfterFunc(wallTimeout, func() { _ = ans.resp.Body.Close() })
	defer late.Stop()
	wire, err := io.ReadAll(body.room.Reader(ctx, io.LimitReader(ans.resp.Body, maxWall)))
	if err != nil || len(wire) == 0 {
		return nil
	}
	out := getBuffer()
	defer putBuffer(out)
	text, err := decompress(wire, out, ans.resp.Header.Get("Content-Encoding"), maxWall)
	if err != nil && len(text) == 0 {
		return nil
	}
	return bytes.Clone(text[:min(len(text), maxWall)])
}
