// Package api is the HTTP API: what a program asks of watcher, and has it change, as
// JSON. One table has all operations (operations.go): the routes are made of it, and
// so is their description as OpenAPI (openapi.go), so that neither can have what the
// other has not. What it answers with is the desk's and the past's.
package api

import (
	"context"
	"log/slog"
	"net/http"
	"strings"

	"watcher/internal/config"
	"watcher/internal/desk"
	"watcher/internal/past"
	"watcher/internal/web"
	"watcher/internal/web/syndicate"
)

// Prefix is what all paths of the API begin with.
const Prefix = "/api/v1"

// Options are what the API asks.
type Options struct {
	Desk    *desk.Desk
	Past    *past.Past
	Feeds   *syndicate.Feeds
	Config  func() *config.Config // in force
	Version string                // of the program
	Log     *slog.Logger
}

// API answers everything below Prefix. Who may read what is decided before it, by web.Site
// or by the admin socket. It checks itself, too, that only a Person who may edit changes
// anything.
type API struct {
	Options
	mux *http.ServeMux
	// searches holds a value for each search that runs.
	searches chan struct{}
}

// maxSearches is how many searches may run at the same time: each may take a core.
const maxSearches = 2

// New makes an API.
func New(o Options) *API {
	a := &API{Options: o, mux: http.NewServeMux(), searches: make(chan struct{}, maxSearches)}
	for i := range operations {
		op := &operations[i]
		a.mux.HandleFunc(op.method+" "+Prefix+op.path, func(w http.ResponseWriter, r *http.Request) { a.serve(op, w, r) })
	}
	a.mux.HandleFunc("/", a.unknown)
	return a
}

// ServeHTTP implements http.Handler.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) { a.mux.ServeHTTP(w, r) }

// ForEditor is the API for who may change things and is known otherwise than by a
// login.
func ForEditor(a *API, name string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a.ServeHTTP(w, r.WithContext(web.WithPerson(r.Context(), web.Person{Name: name, MayEdit: true})))
	})
}

// call is one request for an operation.
type call struct {
	*API
	w      http.ResponseWriter
	r      *http.Request
	person web.Person
	args   args
	body   any // a pointer to what operation.body is
}

func (c *call) context() context.Context { return c.r.Context() }

// streamed is what an operation returns that has written its answer itself.
type streamed struct{}

// serve answers a request for an operation.
func (a *API) serve(op *operation, w http.ResponseWriter, r *http.Request) {
	c := &call{API: a, w: w, r: r, person: web.PersonOf(r.Context())}
	answer, err := c.do(op)
	switch {
	case err != nil:
		a.refuse(op, w, r, err)
	case answer == streamed{}:
	case answer == nil:
		w.WriteHeader(http.StatusNoContent)
	default:
		w.Header().Set("Content-Type", "application/json")
		_ = encode(w, answer) // the client is gone if it fails
	}
}

// do carries an operation out, if it may be.
func (c *call) do(op *operation) (any, error) {
	if op.changes() && !c.person.MayEdit {
		return nil, mayNot(c.r.Context(), c.person)
	}
	var err error
	if c.args, err = op.read(c.r, c.Config().Zone); err != nil {
		return nil, err
	}
	if c.body, err = op.readBody(c.w, c.r); err != nil {
		return nil, err
	}
	return op.do(c)
}

// mayNot says why somebody may not change anything.
func mayNot(ctx context.Context, p web.Person) error {
	switch {
	case !web.HasLogin(ctx):
		return &problem{Status: http.StatusForbidden, Detail: "Nothing can be changed here without a login: http.users_file and http.editors in the config make one."}
	case p.Name == "":
		return &problem{Status: http.StatusUnauthorized, Detail: "This needs a login: send Authorization: Bearer and the token of http.token_file."}
	}
	return &problem{Status: http.StatusForbidden, Detail: "Only those who are named in http.editors may change things."}
}

// refuse says why an operation was not carried out.
func (a *API) refuse(op *operation, w http.ResponseWriter, r *http.Request, err error) {
	if r.Context().Err() != nil {
		return // nobody waits for it
	}
	p := problemOf(op, err)
	if p.Status == http.StatusInternalServerError {
		a.Log.Error("a request to the API failed", "operation", op.id, "error", err)
	}
	p.write(w)
}

// unknown answers for what is no operation.
func (a *API) unknown(w http.ResponseWriter, r *http.Request) {
	var allowed []string
	for _, method := range methods {
		other := r.Clone(r.Context())
		other.Method = method
		if _, pattern := a.mux.Handler(other); pattern != "/" {
			allowed = append(allowed, method)
		}
	}
	if len(allowed) > 0 {
		w.Header().Set("Allow", strings.Join(allowed, ", "))
		(&problem{Status: http.StatusMethodNotAllowed, Detail: "This takes " + strings.Join(allowed, " and ") + ", not " + r.Method + "."}).write(w)
		return
	}
	(&problem{Status: http.StatusNotFound, Detail: "There is nothing at this path; " + Prefix + "/openapi.json lists what there is."}).write(w)
}

// by is who a change is noted of.
func (c *call) by() string { return c.person.Name }
