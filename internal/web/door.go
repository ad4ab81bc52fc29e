package web

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"
)

// policy lets a page load our own files only, forbids inline scripts, and forbids
// embedding in both directions.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// maxBody is far above any form or API request.
const maxBody = 1 << 20

// ServeHTTP implements http.Handler.
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if _, pattern := s.open.Handler(r); pattern != "" {
		s.open.ServeHTTP(w, r)
		return
	}
	g := s.gate.Load()
	what := s.what(g, r.WithContext(context.WithValue(r.Context(), visitKey{}, visit{login: g.login(), base: g.base})))
	if what.handler == nil {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cache-Control", "no-store")
	if !g.named(r.Host) {
		s.refuse(w, what, http.StatusMisdirectedRequest, "This address does not go by that name. Write it to http.page_url, or open the page by its IP address.")
		return
	}
	if err := g.origins.Check(r); err != nil {
		s.refuse(w, what, http.StatusForbidden, "This request comes from another site. Open the page itself; behind a proxy, http.page_url must be the address in your browser.")
		return
	}
	what.request.Body = http.MaxBytesReader(w, r.Body, maxBody)
	switch r := what.request; {
	case r.URL.Path == loginPath && s.o.Page != nil:
		s.login(w, r, g)
	case r.URL.Path == logoutPath && s.o.Page != nil && r.Method == http.MethodPost:
		s.logout(w, r, g)
	default:
		s.admit(w, g, what)
	}
}

// admit serves requests that are permitted.
func (s *Site) admit(w http.ResponseWriter, g *gate, what asked) {
	c := caller{known: true}
	if g.login() && !isAsset(what.request) {
		c = s.whoIs(g, what)
	}
	r := what.request.WithContext(WithPerson(what.request.Context(), c.person))
	what.request = r
	switch changes := changes(r.Method) && r.URL.Path != lookPath; {
	case c.wait > 0:
		w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(c.wait.Seconds()))))
		s.refuse(w, what, http.StatusTooManyRequests, "Too many wrong tokens came from your address. Wait, and send the right one.")
	case !c.known && !what.api && !what.feed && !changes:
		s.sendToLogin(w, r, g)
	case !c.known:
		w.Header().Set("WWW-Authenticate", `Bearer realm="watcher"`)
		s.refuse(w, what, http.StatusUnauthorized, "This needs a login, or the token of http.token_file.")
	case changes && !g.login():
		s.refuse(w, what, http.StatusForbidden, "Nothing can be changed here without a login: http.users_file and http.editors in the config make one.")
	case changes && !c.person.MayEdit:
		s.refuse(w, what, http.StatusForbidden, "Only those who are named in http.editors may change things.")
	default:
		if r.URL.Path == eventsPath {
			s.stream(w, r, c, what)
			return
		}
		what.handler.ServeHTTP(w, r)
	}
}

// lookPath sets how the page looks, which is kept in a cookie. Who may only read may do
// that.
const lookPath = "/look"

// isAsset reports whether a request is for a static file of the program. The login page
// needs those before the login.
func isAsset(r *http.Request) bool {
	return !changes(r.Method) && strings.HasPrefix(r.URL.Path, "/assets/")
}

// changes reports whether requests with the method may change state.
func changes(method string) bool {
	return method != http.MethodGet && method != http.MethodHead && method != http.MethodOptions
}

// asked is what a request asks for.
type asked struct {
	handler   http.Handler // nil if there is no such thing
	request   *http.Request
	api, feed bool
}

// what finds out what a request asks for. It strips the path of page_url.
func (s *Site) what(g *gate, r *http.Request) asked {
	r = g.strip(r)
	p := r.URL.Path
	if !straight(r.URL.EscapedPath()) {
		return asked{}
	}
	a := asked{handler: s.page, request: r}
	switch ext := path.Ext(p); {
	case strings.HasPrefix(p, "/api/"):
		a.handler, a.api = s.o.API, true
	case (ext == ".atom" || ext == ".json") && s.o.Feeds != nil:
		a.handler, a.feed = s.o.Feeds, true
	}
	return a
}

// straight reports whether a path has neither an empty segment nor one that leads up, in
// any encoding. No path of ours has them.
func straight(escaped string) bool {
	segments := strings.Split(escaped, "/")
	for i, segment := range segments {
		plain, err := url.PathUnescape(segment)
		if err != nil || plain == "." || plain == ".." || plain == "" && i > 0 && i < len(segments)-1 {
			return false
		}
	}
	return segments[0] == ""
}

// strip removes the path of page_url, if present.
func (g *gate) strip(r *http.Request) *http.Request {
	if g.base == "" || !strings.HasPrefix(r.URL.EscapedPath(), g.base+"/") {
		return r
	}
	u := *r.URL
	rest := strings.TrimPrefix(u.EscapedPath(), g.base)
	plain, err := url.PathUnescape(rest)
	if err != nil {
		return r // it was escaped well before
	}
	u.Path, u.RawPath = plain, rest
	r2 := *r
	r2.URL = &u
	return &r2
}

// refuse answers with an error and its reason: a problem document to API clients, a page
// to browsers, plain text to feed readers and where there is no page.
func (s *Site) refuse(w http.ResponseWriter, a asked, status int, text string) {
	switch {
	case a.api:
		writeProblem(w, status, text)
	case s.o.Page != nil && !a.feed:
		s.o.Page.Refused(w, a.request, status, text)
	default:
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.WriteHeader(status)
		_, _ = fmt.Fprintln(w, text) // the client is gone if it fails
	}
}

// problem is a problem document of RFC 9457.
type problem struct {
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail"` // what to do
}

// writeProblem answers with a problem of RFC 9457.
func writeProblem(w http.ResponseWriter, status int, detail string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(problem{http.StatusText(status), status, detail}) // the client is gone if it fails
}
