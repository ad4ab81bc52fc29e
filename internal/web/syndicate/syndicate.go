// Package syndicate serves alerts as Atom (RFC 4287) and as JSON Feed 1.1: all of
// them, those of a rule, and what a search finds. Readers of feeds cannot log in, so
// that each feed may be opened by a token of its own.
package syndicate

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"

	"watcher/internal/config"
	"watcher/internal/desk"
	"watcher/internal/past"
	"watcher/internal/rules"
	"watcher/internal/store"
)

// maxEntries is how many entries a feed has: the newest.
const maxEntries = 100

// searchTime is how long the search for a feed may take.
const searchTime = 30 * time.Second

// Options are what the feeds are made of.
type Options struct {
	Desk    *desk.Desk
	Past    *past.Past
	Tokens  store.FeedTokens
	Config  func() *config.Config // in force
	Version string                // of the program
	// Instance is what no other watcher has, over restarts.
	Instance string
	Log      *slog.Logger
}

// Feeds serves alerts as feeds.
type Feeds struct {
	Options
	// searches holds a value while a search runs.
	searches chan struct{}
}

// New makes a Feeds.
func New(o Options) *Feeds { return &Feeds{o, make(chan struct{}, 1)} }

// source is one of the feeds, in any format.
type source struct {
	path  string     // "/alerts", "/rules/NAME" or "/search", escaped
	rule  string     // NAME
	query url.Values // without the token
}

// key names a source: its path and query. A token opens one.
func (s *source) key() string { return withQuery(s.path, s.query) }

func withQuery(path string, query url.Values) string {
	if len(query) == 0 {
		return path
	}
	return path + "?" + query.Encode()
}

// tokenKey is where the token stands in a query.
const tokenKey = "token"

// filters are the parameters of /alerts.
var filters = []string{"rule", "feed", "tag", "severity", "target"}

// MistakeError is a mistake in the path or the query of a feed, for a person to read.
type MistakeError struct{ text string }

func (e *MistakeError) Error() string { return e.text }

var errNoFeed = &MistakeError{"there is no such feed: /alerts, /rules/NAME and /search?q= are, each as .atom and .json"}

// longest is how long a path and its query may be.
const longest = 4000

// read reads the path and query of a source. Its error is a *MistakeError.
func read(u *url.URL) (*source, error) {
	if len(u.Path)+len(u.RawQuery) > longest {
		return nil, &MistakeError{"the address is too long"}
	}
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return nil, &MistakeError{"the query of the address cannot be read: " + err.Error()}
	}
	query.Del(tokenKey)
	s := &source{path: u.Path, query: query}
	var may []string
	rule, ofRule := strings.CutPrefix(u.EscapedPath(), "/rules/")
	switch {
	case u.Path == "/alerts":
		may = filters
	case u.Path == "/search":
		if may = []string{"q"}; query.Get("q") == "" {
			return nil, &MistakeError{"q is missing: the query to search for"}
		}
	case ofRule && rule != "" && !strings.Contains(rule, "/"):
		if s.rule, err = url.PathUnescape(rule); err != nil {
			return nil, errNoFeed
		}
		s.path = "/rules/" + url.PathEscape(s.rule)
	default:
		return nil, errNoFeed
	}
	for name, values := range query {
		switch {
		case !slices.Contains(may, name):
			return nil, &MistakeError{fmt.Sprintf("there is no parameter %q here", name)}
		case len(values) > 1:
			return nil, &MistakeError{name + " is given twice"}
		case values[0] == "":
			query.Del(name)
		}
	}
	return s, nil
}

// formats are how a source can be served.
var formats = map[string]struct {
	kind  string
	write func(*document) ([]byte, error)
}{
	".atom": {"application/atom+xml", (*document).atom},
	".json": {"application/feed+json", (*document).json},
}

// wanted is the source that a request is for, and the extension of its format.
func wanted(r *http.Request) (s *source, ext string, err error) {
	ext = path.Ext(r.URL.Path)
	if _, ok := formats[ext]; !ok {
		return nil, "", errNoFeed
	}
	u := *r.URL
	u.Path, u.RawPath = strings.TrimSuffix(u.Path, ext), strings.TrimSuffix(u.RawPath, ext)
	s, err = read(&u)
	return s, ext, err
}

// ServeHTTP implements http.Handler.
func (f *Feeds) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		refuse(w, http.StatusMethodNotAllowed, "A feed is only read.")
		return
	}
	s, ext, err := wanted(r)
	if err != nil {
		refuse(w, http.StatusNotFound, err.Error())
		return
	}
	doc, err := f.document(r, s)
	if err != nil {
		f.fail(w, r, err)
		return
	}
	body, err := formats[ext].write(doc)
	if err != nil {
		f.fail(w, r, err)
		return
	}
	sum := sha256.Sum256(body)
	h := w.Header()
	h.Set("Content-Type", formats[ext].kind+"; charset=utf-8")
	h.Set("ETag", `"`+hex.EncodeToString(sum[:16])+`"`)
	h.Set("Cache-Control", "private, no-cache") // ask each time, and get a 304
	http.ServeContent(w, r, "", doc.modified(time.Now()), strings.NewReader(string(body)))
}

// fail says why a feed cannot be served.
func (f *Feeds) fail(w http.ResponseWriter, r *http.Request, err error) {
	_, unknown := errors.AsType[*desk.NotFoundError](err)
	mistakes, mistaken := errors.AsType[rules.Errors](err)
	switch {
	case r.Context().Err() != nil: // nobody waits for it
	case unknown:
		refuse(w, http.StatusNotFound, err.Error())
	case mistaken:
		refuse(w, http.StatusBadRequest, "The query cannot be read: "+mistakes.Error())
	case errors.Is(err, errBusy), errors.Is(err, context.DeadlineExceeded):
		w.Header().Set("Retry-After", "60")
		refuse(w, http.StatusServiceUnavailable, "Other searches are under way, or this one takes too long; ask again later.")
	default:
		f.Log.Error("a feed of alerts is not served", "path", r.URL.Path, "error", err)
		refuse(w, http.StatusInternalServerError, "It did not work. The daemon's log says why.")
	}
}

func refuse(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	_, _ = fmt.Fprintln(w, text) // the client is gone if it fails
}

// modified is when the document last changed, for readers that know no ETag. Of what
// changed within the last seconds it is the zero time: more may come in the same one,
// which a reader that asks by seconds would never see.
func (d *document) modified(now time.Time) time.Time {
	if now.Sub(d.updated) < 2*time.Second {
		return time.Time{}
	}
	return d.updated
}
