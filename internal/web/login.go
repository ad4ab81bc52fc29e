package web

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
	"hash/maphash"
	"html/template"
	"math"
	"net/http"
	"net/url"
	"path"
	"runtime"
	"strconv"
	"strings"
	"time"
)

const (
	loginPath  = "/login"
	logoutPath = "/logout"
	// maxLogin is the maximum size of a login form.
	maxLogin = 8 << 10
	// checkTime is how long a login waits for a free password check.
	checkTime = 3 * time.Second
	// nameSlots is the number of slots that attempts are counted in by name. Each name
	// hashes to one slot, whether or not the user exists.
	nameSlots = 1024
)

// LoginForm is the data of the login page.
type LoginForm struct {
	Action  string // where the form is sent to, with method post: name, password, to
	To      string // the path that was asked for, to be sent along as it is
	ByToken bool   // there are no users: only the token is asked for, as the password
	Name    string // as it was typed before
	Problem string // why that was refused; empty if nothing was
}

// guesses limits login attempts. A single machine cannot exhaust the attempts of a name,
// and cannot lock its user out.
type guesses struct {
	byAddress *throttle
	byName    *throttle
	tokens    *throttle     // by address
	checks    chan struct{} // a place for each password that is checked at the same time
	seed      maphash.Seed
}

func newGuesses() guesses {
	return guesses{
		byAddress: newThrottle(10, 10*time.Second), byName: newThrottle(30, 5*time.Second), tokens: newThrottle(30, 2*time.Second),
		// A check takes some 60 ms of CPU time: the other processors stay free for polls
		// and deliveries.
		checks: make(chan struct{}, max(1, runtime.GOMAXPROCS(0)/2)), seed: maphash.MakeSeed(),
	}
}

// slot returns the slot that attempts for a name are counted in.
func (g *guesses) slot(name string) string {
	return strconv.FormatUint(maphash.String(g.seed, name)%nameSlots, 10)
}

// byToken reports whether the login asks for the token, because there are no users.
func (g *gate) byToken() bool { return g.Token != "" && g.Users.Len() == 0 }

func (g *gate) isToken(text string) bool {
	sum := sha256.Sum256([]byte(text))
	return g.Token != "" && subtle.ConstantTimeCompare(sum[:], g.token[:]) == 1
}

// knows reports whether the password is the user's or, if there are no users, the token.
func (g *gate) knows(name, password string) bool {
	if g.byToken() {
		return g.isToken(password)
	}
	return g.Users.Check(name, password)
}

// person returns the person with a name.
func (g *gate) person(name string) Person {
	return Person{Name: name, MayEdit: g.editors[name] || g.byToken() && name == tokenName}
}

// caller is the origin of a request.
type caller struct {
	person  Person
	known   bool
	session *session      // nil for programs
	wait    time.Duration // above 0: too many tokens were tried from there
}

// whoIs identifies who makes the request.
func (s *Site) whoIs(g *gate, a asked) caller {
	r := a.request
	if one := s.sessions.find(g, g.secretOf(r)); one != nil {
		return caller{person: g.person(one.name), known: true, session: one}
	}
	if !a.api && !a.feed {
		return caller{}
	}
	token, given := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !given {
		_, token, given = r.BasicAuth()
	}
	if !given && !(a.feed && r.URL.Query().Has("token")) {
		return caller{}
	}
	from := addressOf(r)
	if wait := s.guesses.tokens.take(from); wait > 0 {
		return caller{wait: wait}
	}
	switch {
	case given && g.isToken(token):
		s.guesses.tokens.giveBack(from)
		return caller{person: Person{Name: tokenName, MayEdit: true}, known: true}
	case a.feed && s.o.FeedToken != nil && s.o.FeedToken(r):
		s.guesses.tokens.giveBack(from)
		return caller{known: true}
	}
	return caller{}
}

// login shows the form, and handles its submission.
func (s *Site) login(w http.ResponseWriter, r *http.Request, g *gate) {
	to := g.back(r.URL.Query().Get("to"))
	switch {
	case !g.login() || s.sessions.find(g, g.secretOf(r)) != nil && !changes(r.Method):
		http.Redirect(w, r, to, http.StatusSeeOther)
		return
	case r.Method != http.MethodPost:
		s.showLogin(w, r, g, http.StatusOK, LoginForm{To: to})
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxLogin)
	if err := r.ParseForm(); err != nil {
		s.showLogin(w, r, g, http.StatusBadRequest, LoginForm{To: to, Problem: "This could not be read, or is too long."})
		return
	}
	form := LoginForm{To: g.back(r.PostForm.Get("to")), Name: r.PostForm.Get("name")}
	name, password := form.Name, r.PostForm.Get("password")
	if g.byToken() {
		name = tokenName
	}
	ok, wait := s.try(r, g, name, password)
	switch {
	case wait > 0:
		seconds := int(math.Ceil(wait.Seconds()))
		w.Header().Set("Retry-After", strconv.Itoa(seconds))
		form.Problem = fmt.Sprintf("Too many attempts. Try again in %d seconds.", seconds)
		s.showLogin(w, r, g, http.StatusTooManyRequests, form)
	case !ok:
		form.Problem = "The name or the password is wrong."
		if g.byToken() {
			form.Problem = "The token is wrong."
		}
		s.showLogin(w, r, g, http.StatusForbidden, form)
	default:
		s.sessions.end(g.secretOf(r))
		http.SetCookie(w, g.cookie(s.sessions.begin(name, g.mark(name))))
		http.Redirect(w, r, form.To, http.StatusSeeOther)
	}
}

// try checks a password. After too many attempts, wait is how long until the next one.
func (s *Site) try(r *http.Request, g *gate, name, password string) (ok bool, wait time.Duration) {
	from, slot := addressOf(r), s.guesses.slot(name)
	if wait := s.guesses.byAddress.take(from); wait > 0 {
		return false, wait
	}
	if wait := s.guesses.byName.take(slot); wait > 0 {
		return false, wait
	}
	ctx, cancel := context.WithTimeout(r.Context(), checkTime)
	defer cancel()
	select {
	case s.guesses.checks <- struct{}{}:
		defer func() { <-s.guesses.checks }()
	case <-ctx.Done():
		s.guesses.byName.giveBack(slot) // nothing was tried
		return false, checkTime
	}
	if !g.knows(name, password) {
		s.o.Log.Info("a login to the page was refused", "from", from)
		return false, 0
	}
	s.guesses.byAddress.giveBack(from)
	s.guesses.byName.giveBack(slot)
	return true, 0
}

// logout ends the session.
func (s *Site) logout(w http.ResponseWriter, r *http.Request, g *gate) {
	s.sessions.end(g.secretOf(r))
	http.SetCookie(w, g.cookie(""))
	http.Redirect(w, r, g.base+loginPath, http.StatusSeeOther)
}

// back returns where to redirect after the login. It is always a path of the page, never
// another site, whatever the text is.
func (g *gate) back(to string) string {
	u, err := url.Parse(to)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || !strings.HasPrefix(u.Path, "/") {
		return g.base + "/"
	}
	p := strings.TrimPrefix(u.EscapedPath(), g.base)
	if len(p) < 2 || p[0] != '/' || path.Clean(p) != p || !letter(p[1]) || p == loginPath || p == logoutPath || strings.HasPrefix(p, "/api/") {
		return g.base + "/"
	}
	p = g.base + p
	if u.RawQuery != "" {
		p += "?" + u.RawQuery
	}
	return p
}

// letter reports whether c is a letter: all paths of the page begin with one.
func letter(c byte) bool { return 'a' <= c && c <= 'z' }

// hop sends a browser to the login from one of our pages. Browsers do not send the
// SameSite=Strict cookie when a link in a mail or a chat is followed, nor on redirects
// from there. They do on a navigation that starts at our page: a user with a session is
// then redirected on at once.
var hop = template.Must(template.New("hop").Parse(`<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Sign in · watcher</title>
<meta http-equiv="refresh" content="0; url={{.}}"></head>
<body><p><a href="{{.}}">Sign in</a></p></body></html>
`))

// sendToLogin redirects a browser to the login.
func (s *Site) sendToLogin(w http.ResponseWriter, r *http.Request, g *gate) {
	to := g.base + r.URL.EscapedPath()
	if r.URL.RawQuery != "" {
		to += "?" + r.URL.RawQuery
	}
	query := url.Values{}
	if to = g.back(to); !changes(r.Method) && to != g.base+"/" {
		query.Set("to", to)
	}
	target := url.URL{Path: g.base + loginPath, RawQuery: query.Encode()}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(http.StatusUnauthorized)
	_ = hop.Execute(w, target.String()) // the client is gone if it fails
}

func (s *Site) showLogin(w http.ResponseWriter, r *http.Request, g *gate, status int, form LoginForm) {
	form.Action, form.ByToken = g.base+loginPath, g.byToken()
	s.o.Page.Login(w, r, status, form)
}
