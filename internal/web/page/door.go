package page

import (
	"net/http"
	"strings"

	"watcher/internal/web"
)

// Pages are all of them, and the files they load.
type Pages struct{ s *site }

// ServeHTTP implements http.Handler.
func (p *Pages) ServeHTTP(w http.ResponseWriter, r *http.Request) { p.s.mux.ServeHTTP(w, r) }

// Refused shows a person why a request was not taken.
func (p *Pages) Refused(w http.ResponseWriter, r *http.Request, status int, text string) {
	f := p.outside(r)
	f.Title = http.StatusText(status)
	p.s.render(w, r, status, "failure", failurePage{f, text, true})
}

type loginPage struct {
	frame
	Form web.LoginForm
}

// Login shows the form of a login.
func (p *Pages) Login(w http.ResponseWriter, r *http.Request, status int, form web.LoginForm) {
	f := p.outside(r)
	f.Title = "Sign in"
	p.s.render(w, r, status, "login", loginPage{f, form})
}

// outside is the frame at whatever path was asked for.
func (p *Pages) outside(r *http.Request) frame {
	f := p.s.frame(r, "alerts", strings.Count(r.URL.EscapedPath(), "/"))
	f.Back = "alerts" // what was asked for may take nothing but a form
	return f
}
