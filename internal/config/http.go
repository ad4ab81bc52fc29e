package config

import (
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"watcher/internal/config/strict"
	"watcher/internal/htpasswd"
	"watcher/internal/notify/targets"
	"watcher/internal/problem"
)

// HTTP is what watcher serves by HTTP, and how it identifies itself to the hosts that
// it polls.
type HTTP struct {
	// Listen is host:port for the page, health, metrics and the callbacks of WebSub;
	// nothing is served if it is absent.
	Listen string `yaml:"listen"`
	// PublicURL is the public address of Listen, without a slash at its end. With it,
	// watcher subscribes to feeds that offer a hub.
	PublicURL string `yaml:"public_url"`
	// Contact is the URL in the User-Agent, where the owner of a server finds out who
	// polls it.
	Contact string `yaml:"contact"`
	// Page reports whether the page, the API and alerts as feeds are served; true if
	// absent.
	Page bool `yaml:"page"`
	// PageURL is the address of the page for people, without a slash at its end; empty
	// if absent.
	PageURL string `yaml:"page_url"`
	// UsersFile is the file of the users who may log in; Users is its content.
	UsersFile string         `yaml:"users_file"`
	Users     htpasswd.Users `yaml:"-"`
	// Token opens the API and, without users, the page.
	Token targets.Secret `yaml:"token,secret"`
	// Editors are the users who may change things.
	Editors []string `yaml:"editors"`
	// Edit reports whether rule files can be edited on the page.
	Edit bool `yaml:"edit"`
}

func (h *HTTP) Validate() []problem.Problem {
	var ps []problem.Problem
	if host, port, err := net.SplitHostPort(h.Listen); h.Listen != "" {
		n, bad := strconv.ParseUint(port, 10, 16)
		if err != nil || bad != nil || n == 0 || strings.ContainsAny(host, "/ ") {
			ps = append(ps, problem.At("listen", "wants host:port, such as 127.0.0.1:8410, or :8410 for all addresses"))
		}
	}
	if h.PublicURL != "" {
		switch {
		case !isBase(h.PublicURL):
			ps = append(ps, problem.At("public_url", "wants the address under which the web reaches http.listen, such as https://watcher.example.org"))
		case h.Listen == "":
			ps = append(ps, problem.At("public_url", "nothing is served there without http.listen"))
		}
	}
	ps = append(ps, h.validatePage()...)
	if h.Contact == "" {
		return ps
	}
	u, err := url.Parse(h.Contact)
	web := err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
	if !web && !(err == nil && u.Scheme == "mailto" && u.Opaque != "") || !inHeader(h.Contact) {
		ps = append(ps, problem.At("contact", "wants a URL that says who polls, such as https://desk.example.org/bot or mailto:desk@example.org"))
	}
	return ps
}

// isBase reports whether text is an address to which paths can be appended.
func isBase(text string) bool {
	u, err := url.Parse(text)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Hostname() != "" && u.User == nil && !strings.ContainsAny(text, "?# ")
}

// minToken is shorter than any random token.
const minToken = 16

// validatePage validates each key by itself.
func (h *HTTP) validatePage() []problem.Problem {
	var ps []problem.Problem
	switch {
	case h.PageURL == "":
	case !isBase(h.PageURL):
		ps = append(ps, problem.At("page_url", "wants the address under which people reach the page, such as https://watcher.example.org"))
	case h.Listen == "":
		ps = append(ps, problem.At("page_url", "nothing is served there without http.listen"))
	case !h.Page:
		ps = append(ps, problem.At("page_url", "nothing is served there with page: false"))
	}
	if h.Token != "" && len(h.Token) < minToken {
		ps = append(ps, problem.At("token", "is too short, it could be guessed: take the output of openssl rand -hex 32"))
	}
	if len(h.Editors) > 0 && h.UsersFile == "" {
		ps = append(ps, problem.At("editors", "names users, but there is no users_file"))
	}
	return ps
}

// loopback reports whether an address to listen on is reachable from this machine
// alone.
func loopback(listen string) bool {
	host, _, err := net.SplitHostPort(listen)
	if err != nil {
		return true // a mistake reported elsewhere
	}
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.Unmap().IsLoopback()
}

// checkHTTP checks that other machines cannot reach a page without a login, reads the
// users, and checks that the editors are among them.
func (c *checker) checkHTTP() {
	h, p := &c.doc.HTTP, key("http")
	has := func(name string) bool { _, found := strict.Locate(c.Root, p.Child(name)); return found }
	if !has("users_file") && !has("token") && !has("token"+strict.FileSuffix) {
		if h.Page && h.Listen != "" && !loopback(h.Listen) {
			c.wrong(p.Child("listen"), "other machines reach this address, and the page has no login: write users_file or token_file, or page: false to serve health, metrics and hubs alone")
		}
		if h.Edit {
			c.wrong(p.Child("edit"), "nobody can edit without a login: write users_file and editors")
		}
	}
	if !has("users_file") {
		return
	}
	text, err := c.secret(h.UsersFile)
	if err != nil {
		c.wrong(p.Child("users_file"), "%s", err)
		return
	}
	users, wrong := htpasswd.Parse(text)
	if len(wrong) > 0 {
		more := ""
		if n := len(wrong) - 1; n > 0 {
			more = " (and " + strconv.Itoa(n) + " more)"
		}
		c.wrong(p.Child("users_file"), "line %d of %s: %s%s", wrong[0].Line, h.UsersFile, wrong[0].Text, more)
		return
	}
	h.Users = users
	for i, name := range h.Editors {
		if !users.Has(name) {
			c.wrong(p.Child("editors").Entry(i), "no user of users_file is called %q%s", name, c.suggest(name, users.Names))
		}
	}
	if h.Edit && len(h.Editors) == 0 && h.Token == "" {
		c.warn(p.Child("edit"), "nobody may edit: name those who may in editors")
	}
}

// inHeader reports whether text fits into the comment of a User-Agent.
func inHeader(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool {
		return r <= ' ' || r >= 0x7f || strings.ContainsRune(`()\\"`, r)
	})
}
