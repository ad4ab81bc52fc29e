// Package web is what watcher serves by HTTP: whether it lives and makes progress, its
// metrics, the callbacks of WebSub, and, safely, the page, the API and alerts as feeds,
// which have rooms of their own. All of those pass the one door of Site.ServeHTTP:
// nothing is served without its checks of host name, origin and permission.
package web

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"

	"github.com/klauspost/compress/gzhttp"
	"github.com/klauspost/compress/gzip"
)

// Options are the parts of the site. A nil handler is not served.
type Options struct {
	Alive func() error // an error is what a restart may mend
	Ready func() error // nil only while polls and deliveries progress
	// Remarks are what /readyz says although it is ready; nil for none.
	Remarks func(ctx context.Context) []string
	// Numbers is called for each request of /metrics.
	Numbers func(context.Context) Numbers
	// Callbacks handles all paths below CallbackPath; nil if hubs cannot reach us.
	Callbacks    http.Handler
	CallbackPath string // "/websub/"

	// Page handles all paths that nothing else handles: the pages for people. Their paths
	// have the path of page_url stripped; their links begin with Base.
	Page Face
	// API handles all paths below /api/.
	API http.Handler
	// Feeds serves alerts as feeds: paths that end in .atom or .json.
	Feeds http.Handler
	// FeedToken reports whether the token in the URL opens the requested feed, for
	// readers that cannot log in. It is not called if there is no login.
	FeedToken func(*http.Request) bool
	Log       *slog.Logger // nothing is logged if nil
}

// Face renders the site's own pages.
type Face interface {
	http.Handler
	// Login shows the form of a login.
	Login(w http.ResponseWriter, r *http.Request, status int, form LoginForm)
	// Refused shows why a request was refused.
	Refused(w http.ResponseWriter, r *http.Request, status int, text string)
}

// Site is the handler of everything that is served.
type Site struct {
	o        Options
	page     http.Handler   // Options.Page, compressed; nil if there is none
	open     *http.ServeMux // for everybody, whatever the access
	gate     atomic.Pointer[gate]
	sessions sessions
	guesses  guesses
	streams  streams
}

// New makes a site. SetAccess changes its access later.
func New(o Options, a Access) *Site {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	o.API = squeeze(o.API)
	s := &Site{o: o, open: http.NewServeMux(), sessions: sessions{all: map[string]*session{}}, guesses: newGuesses(), streams: streams{of: map[string]int{}, ends: map[*context.CancelFunc]bool{}}}
	if o.Page != nil {
		s.page = squeeze(o.Page)
	}
	s.open.HandleFunc("GET /healthz", check(o.Alive, nil))
	s.open.HandleFunc("GET /readyz", check(o.Ready, o.Remarks))
	s.open.Handle("GET /metrics", metrics(o.Numbers))
	if o.Callbacks != nil {
		s.open.Handle(o.CallbackPath, o.Callbacks)
		// A proxy may pass on the path of public_url or strip it.
		if prefix := basePath(a.PublicURL); prefix != "" {
			s.open.Handle(prefix+o.CallbackPath, http.StripPrefix(prefix, o.Callbacks))
		}
	}
	s.SetAccess(a)
	return s
}

// SetAccess changes the access. It ends the sessions of removed users and of users whose
// password changed.
func (s *Site) SetAccess(a Access) {
	g := newGate(a)
	s.gate.Store(g)
	s.sessions.endStale(g)
}

// squeeze compresses answers of a handler if that pays. Events are not compressed, as
// they must be flushed at once, and neither are alerts as feeds, whose strong ETags are
// of the exact bytes.
func squeeze(h http.Handler) http.Handler {
	if h == nil {
		return nil
	}
	wrap, err := gzhttp.NewWrapper(
		gzhttp.EnableZstd(false), gzhttp.CompressionLevel(gzip.BestSpeed),
		gzhttp.ContentTypes([]string{"text/html", "text/css", "text/javascript", "image/svg+xml", "application/json", "application/problem+json"}),
	)
	if err != nil {
		panic(err) // of options that stand here
	}
	return wrap(h)
}

// basePath returns the path of a URL without a slash at its end: "/watcher", or empty.
func basePath(address string) string {
	u, err := url.Parse(address)
	if err != nil || strings.Trim(u.Path, "/") == "" {
		return ""
	}
	return "/" + strings.Trim(u.EscapedPath(), "/")
}

// check answers 200 with the remarks, or 503 with the reason.
func check(well func() error, remarks func(context.Context) []string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Header().Set("Cache-Control", "no-store")
		if err := well(); err != nil {
			w.WriteHeader(http.StatusServiceUnavailable)
			_, _ = io.WriteString(w, err.Error()+"\n") // the client is gone if it fails
			return
		}
		lines := []string{"ok"}
		if remarks != nil {
			lines = append(lines, remarks(r.Context())...)
		}
		_, _ = io.WriteString(w, strings.Join(lines, "\n")+"\n")
	}
}
