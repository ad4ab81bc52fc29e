// Package page is what people look at in a browser: alerts, search, rules, feeds,
// targets, mutes and status, as HTML that needs no script. It decides nothing and
// stores nothing: it asks the desk and the past, and hands on what a person wants done.
//
// Every change is a POST of a form that stands on a page, with confirm=yes in it; no
// GET changes anything. Whether the request comes from one of our own pages, and who
// made it, is for what mounts the Handler to say. All links are relative, so that the
// page works below any path of a proxy.
package page

import (
	"bytes"
	"context"
	"embed"
	"errors"
	"fmt"
	"html/template"
	"iter"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"watcher/internal/config"
	"watcher/internal/desk"
	"watcher/internal/notify"
	"watcher/internal/past"
	"watcher/internal/poll"
	"watcher/internal/rulefiles"
	"watcher/internal/rules"
	"watcher/internal/text"
	"watcher/internal/web"
)

//go:embed templates
var templateFiles embed.FS

// templates are the pages, by the name of their file: each is the layout with a main
// part of its own. They are parsed for the first site: most commands show none.
var templates = sync.OnceValue(parse)

func parse() map[string]*template.Template {
	numbers := template.FuncMap{"number": func(n any) string { return text.Grouped(fmt.Sprint(n)) }}
	common := template.Must(template.New("").Funcs(numbers).ParseFS(templateFiles, "templates/layout.html", "templates/parts.html"))
	entries, err := templateFiles.ReadDir("templates")
	if err != nil {
		panic(err) // embedded
	}
	all := make(map[string]*template.Template)
	for _, e := range entries {
		if e.Name() == "layout.html" || e.Name() == "parts.html" {
			continue
		}
		t := template.Must(common.Clone())
		all[strings.TrimSuffix(e.Name(), ".html")] = template.Must(t.ParseFS(templateFiles, "templates/"+e.Name()))
	}
	return all
}

// failure is what a person is told instead of what they asked for.
type failure struct {
	status int
	text   string
}

func (f *failure) Error() string { return f.text }

// sampleText is behind the link of a test message.
const sampleText = "The link of the test message works. Behind that of an alert stands what became of it, and what can be done."

func missing(text string) error { return &failure{http.StatusNotFound, text} }
func wrong(text string) error   { return &failure{http.StatusBadRequest, text} }

// site is an assembled page.
type site struct {
	Options
	assets    assets
	templates map[string]*template.Template
	mux       *http.ServeMux
}

// show adds a page: what make returns is shown in the template of that name. It gets
// the frame for it to fill in what the title is; depth is how many segments the
// pattern's path has.
func (s *site) show(pattern, here, name string, make func(*http.Request, *frame) (any, error)) {
	_, path, _ := strings.Cut(pattern, " ")
	depth := strings.Count(path, "/")
	s.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		f := s.frame(r, here, depth)
		model, err := make(r, &f)
		if err != nil {
			s.fail(w, r, f, err)
			return
		}
		s.render(w, r, http.StatusOK, name, model)
	})
}

// frame is what is the same on all pages of a request.
func (s *site) frame(r *http.Request, here string, depth int) frame {
	f := frame{
		Here: here, Root: "./", Look: "auto", Version: s.Version, Person: web.PersonOf(r.Context()), Login: web.HasLogin(r.Context()),
		assets: s.assets, zone: s.Config().Zone, now: time.Now(),
	}
	f.Editing = s.editing(&f) == nil
	if depth > 1 {
		f.Root = strings.Repeat("../", depth-1)
	}
	if c, err := r.Cookie(lookCookie); err == nil && (c.Value == "light" || c.Value == "dark") {
		f.Look = c.Value
	}
	f.Back = strings.TrimPrefix(r.URL.EscapedPath(), "/")
	q := r.URL.Query()
	f.Done = doneTexts[q.Get("done")]
	q.Del("done")
	if len(q) > 0 {
		f.Back += "?" + q.Encode()
	}
	return f
}

// render writes a page whole, or says that it could not: never a part of one.
func (s *site) render(w http.ResponseWriter, r *http.Request, status int, name string, model any) {
	var b bytes.Buffer
	if err := s.templates[name].ExecuteTemplate(&b, "layout", model); err != nil {
		s.Log.Error("page not shown", "page", name, "error", err)
		http.Error(w, "this page cannot be shown; the log of watcher says why", http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store") // what a person may see, not what a proxy keeps
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes()) // the client is gone if it fails
}

type failurePage struct {
	frame
	Text string
	Bad  bool // something did not work
}

// fail shows what went wrong.
func (s *site) fail(w http.ResponseWriter, r *http.Request, f frame, err error) {
	status, text := http.StatusInternalServerError, ""
	if known, ok := errors.AsType[*failure](err); ok {
		status, text = known.status, known.text
	} else if unknown, ok := errors.AsType[*desk.NotFoundError](err); ok {
		status, text = http.StatusNotFound, unknown.Text
	} else if errors.Is(err, context.Canceled) {
		return // nobody waits for it
	} else {
		text = err.Error()
		s.Log.Error("page not shown", "path", r.URL.Path, "error", err)
	}
	f.Title = map[int]string{
		http.StatusOK: "A test message", http.StatusNotFound: "Not found", http.StatusBadRequest: "Not understood", http.StatusForbidden: "Not allowed",
	}[status]
	if f.Title == "" {
		f.Title = "That did not work"
	}
	s.render(w, r, status, "failure", failurePage{f, text, status != http.StatusOK})
}

// noPage says that there is nothing at an address.
func (s *site) noPage(w http.ResponseWriter, r *http.Request) {
	s.fail(w, r, s.frame(r, "alerts", strings.Count(r.URL.EscapedPath(), "/")), missing("there is no page at this address"))
}

// act adds a change: a POST that do carries out. It returns where to go then, as a path
// from the root, and the key of what to say there. Who may not change things is refused,
// and what was not confirmed is not done.
func (s *site) act(path, here string, do func(*http.Request, web.Person) (to, done string, err error)) {
	depth := strings.Count(path, "/")
	s.mux.HandleFunc("POST "+path, func(w http.ResponseWriter, r *http.Request) {
		f := s.frame(r, here, depth)
		r.Body = http.MaxBytesReader(w, r.Body, maxForm)
		var to, done string
		err := r.ParseForm()
		switch {
		case err != nil:
			err = wrong("the form could not be read: " + err.Error())
		default:
			if err = allowed(&f, r); err == nil {
				to, done, err = do(r, f.Person)
			}
		}
		if err != nil {
			s.fail(w, r, f, err)
			return
		}
		goTo(w, f.Root+withDone(to, done))
	})
}

// mayChange says why who asks may not change anything; nil if they may.
func mayChange(f *frame) error {
	switch {
	case f.Person.MayEdit:
		return nil
	case f.Login:
		return &failure{http.StatusForbidden, "you may read here, and not change anything; http.editors in the config says who may"}
	}
	return &failure{http.StatusForbidden, "without a login the page only reads; http.users_file in the config makes one"}
}

// allowed says why a change that a form asks for is not made; nil if it may be.
func allowed(f *frame, r *http.Request) error {
	if err := mayChange(f); err != nil {
		return err
	}
	if r.PostFormValue("confirm") != "yes" {
		return wrong("this change was not confirmed; use the form on the page")
	}
	return nil
}

// maxForm bounds the body of a form.
const maxForm = 1 << 20

// goTo answers a form: a relative address, which a proxy need not understand, and
// which http.Redirect would make an absolute one.
func goTo(w http.ResponseWriter, relative string) {
	w.Header().Set("Location", relative)
	w.WriteHeader(http.StatusSeeOther)
}

// withDone adds to a path what is to be said there.
func withDone(path, done string) string {
	if done == "" {
		return path
	}
	sign := "?"
	if strings.Contains(path, "?") {
		sign = "&"
	}
	return path + sign + "done=" + done + "#done"
}

// doneTexts are what pages say after a change.
var doneTexts = map[string]string{
	"ack":     "Acknowledged.",
	"unack":   "The acknowledgement is withdrawn.",
	"retry":   "It is being sent again.",
	"drop":    "Dropped: it will not be sent.",
	"mute":    "Muted. Alerts are held, and go out when the mute ends.",
	"unmute":  "The mute has ended.",
	"accept":  "Accepted: the held items count as seen, and alert nothing.",
	"release": "Released: the held items that match go out as alerts.",
	"poll":    "The feed is being polled.",
	"revoke":  "Revoked. The address no longer works.",
	"try":     "What waits for the target is being sent.",
	"saved":   "Saved, and in force.",
}

const lookCookie = "look"

// chooseLook keeps a reader's choice of colours in a cookie; it changes nothing here.
// The cookie is lax, so that a link in a chat opens the page in those colours.
func (s *site) chooseLook(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	c := http.Cookie{Name: lookCookie, Value: r.PostFormValue("theme"), Path: "/", MaxAge: 400 * 24 * 3600, HttpOnly: true, SameSite: http.SameSiteLaxMode}
	if c.Value != "light" && c.Value != "dark" {
		c.Value, c.MaxAge = "", -1
	}
	http.SetCookie(w, &c)
	goTo(w, "./"+wayBack(r, "alerts"))
}

// Options say where a page has what it shows from.
type Options struct {
	Desk model
	Past archive
	// Subscriptions are the tokens of alerts as feeds.
	Subscriptions subscriptions
	Config        func() *config.Config // in force
	Edit          *rulefiles.Editor     // of included files; nil where they are not edited
	Version       string
	Log           *slog.Logger
}

// model is what a page asks, and has change things; *desk.Desk is one. The errors of
// what changes things are for a person to read.
type model interface {
	Alerts(ctx context.Context, f desk.Filter, after string, n int) (desk.Page[desk.AlertRow], error)
	Alert(ctx context.Context, id string) (desk.Life, error)
	Retry(ctx context.Context, id string) error
	Drop(ctx context.Context, id string) error
	Acknowledge(ctx context.Context, by, id, note string) error
	Unacknowledge(ctx context.Context, by, id string) error
	Again(ctx context.Context, target string) (desk.Tried, error)
	Mutes(ctx context.Context) ([]desk.MuteReport, error)
	Mute(ctx context.Context, m notify.Mute) error
	Rules(ctx context.Context) ([]desk.RuleReport, error)
	Rule(ctx context.Context, name string) (desk.RuleReport, error)
	FeedList(ctx context.Context, filter desk.FeedFilter, from, n int) (desk.ListedFeeds, error)
	Feed(ctx context.Context, name string) (desk.FeedReport, error)
	Held(ctx context.Context, feed string) ([]desk.HeldItem, error)
	Decide(ctx context.Context, what desk.FeedAction, feed string, ids []string) (poll.Settled, error)
	Targets(ctx context.Context) ([]desk.TargetReport, error)
	Status(ctx context.Context) (desk.Status, error)
}

// archive is how a page searches the kept articles; *past.Past is one.
type archive interface {
	Newest(ctx context.Context, q past.Query, after string) iter.Seq2[past.Found, error]
	Count(ctx context.Context, q past.Query, zone *time.Location, known *rules.Set, progress func(so past.Counts, done, total int)) (past.Counts, error)
	Article(ctx context.Context, id string) (past.Found, error)
}

// New returns the handler of all pages, and of the files they load.
func New(o Options) *Pages {
	s := &site{o, newAssets(), templates(), http.NewServeMux()}
	s.mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) { goTo(w, "./alerts") })
	s.mux.Handle("GET /assets/{name}", s.assets)
	s.mux.HandleFunc("POST /look", s.chooseLook)

	s.mux.HandleFunc("GET /", s.noPage)
	s.show("GET /alerts", "alerts", "alerts", s.alerts)
	s.show("GET /alerts/{id}", "alerts", "alert", s.alert)
	s.show("GET /search", "search", "search", s.search)
	s.show("GET /search/rule", "search", "asrule", s.asRule)
	s.show("GET /rules", "rules", "rules", s.rules)
	s.show("GET /rules/{name...}", "rules", "rule", s.rule)
	s.mux.HandleFunc("GET /rules/{name}/edit", s.editRule)
	s.show("GET /files", "rules", "files", s.files)
	s.show("GET /files/edit", "rules", "edit", s.editForm)
	s.mux.HandleFunc("POST /files/edit", s.edit)
	s.show("GET /files/history", "rules", "history", s.history)
	s.show("GET /feeds", "feeds", "feeds", s.feeds)
	s.show("GET /feeds/{name...}", "feeds", "feed", s.feed)
	s.show("GET /targets", "targets", "targets", s.targets)
	s.show("GET /mutes", "mutes", "mutes", s.mutes)
	s.show("GET /status", "status", "status", s.status)

	s.act("/alerts/{id}/retry", "alerts", s.retry)
	s.act("/alerts/{id}/drop", "alerts", s.drop)
	s.act("/alerts/{id}/ack", "alerts", s.acknowledge)
	s.act("/alerts/{id}/unack", "alerts", s.unacknowledge)
	s.act("/mutes", "mutes", s.mute)
	s.act("/mutes/end", "mutes", s.unmute)
	s.show("GET /subscribe", "alerts", "subscribe", s.subscribe)
	s.mux.HandleFunc("POST /subscribe", s.makeToken)
	s.act("/subscribe/revoke", "alerts", s.revoke)
	s.act("/feeds", "feeds", s.decide)
	s.act("/targets", "targets", s.try)
	return &Pages{s}
}
