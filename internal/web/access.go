package web

import (
	"context"
	"crypto/sha256"
	"net/http"
	"net/netip"
	"net/url"
	"strings"

	"watcher/internal/htpasswd"
)

// Access says who may use the site, and under which host names. The zero value lets
// everybody read, by IP address.
type Access struct {
	Listen    string // host:port
	PublicURL string
	PageURL   string
	Users     htpasswd.Users
	Token     string // of the API; empty: there is none
	Editors   []string
}

// Person is who makes a request. The zero value has not logged in, and may only read.
type Person struct {
	Name    string // as in the file of users; "token" for who has the token
	MayEdit bool
}

// visit is what a request carries in its context.
type visit struct {
	person Person
	login  bool
	base   string
}

type visitKey struct{}

func visitOf(ctx context.Context) visit {
	v, _ := ctx.Value(visitKey{}).(visit)
	return v
}

// WithPerson returns ctx with the person who asks, for handlers that Site does not call.
func WithPerson(ctx context.Context, p Person) context.Context {
	v := visitOf(ctx)
	v.person = p
	return context.WithValue(ctx, visitKey{}, v)
}

// PersonOf returns the person who makes the request.
func PersonOf(ctx context.Context) Person { return visitOf(ctx).person }

// HasLogin reports whether anybody can log in; if not, nobody can change anything.
func HasLogin(ctx context.Context) bool { return visitOf(ctx).login }

// Base is the prefix of all links, without a slash at its end: the path of page_url,
// "/watcher", or empty. It holds whether or not a proxy strips it from requests.
func Base(ctx context.Context) string { return visitOf(ctx).base }

// gate is an Access, prepared for requests.
type gate struct {
	Access
	base    string
	public  string          // path of PublicURL
	names   map[string]bool // that we are called by, in lower case
	editors map[string]bool
	token   [sha256.Size]byte
	origins *http.CrossOriginProtection
}

func newGate(a Access) *gate {
	g := &gate{
		Access: a, base: basePath(a.PageURL), public: basePath(a.PublicURL), token: sha256.Sum256([]byte(a.Token)),
		names: map[string]bool{"localhost": true}, editors: map[string]bool{}, origins: http.NewCrossOriginProtection(),
	}
	for _, name := range a.Editors {
		g.editors[name] = true
	}
	for _, address := range []string{"http://" + a.Listen, a.PublicURL, a.PageURL} {
		if u, err := url.Parse(address); err == nil && u.Hostname() != "" {
			g.names[strings.ToLower(u.Hostname())] = true
		}
	}
	if u, err := url.Parse(a.PageURL); err == nil && u.Host != "" {
		// Behind a proxy, Host may differ. The config has reported an invalid URL
		// already.
		_ = g.origins.AddTrustedOrigin(u.Scheme + "://" + u.Host)
	}
	return g
}

// login reports whether anybody can log in.
func (g *gate) login() bool { return g.Users.Len() > 0 || g.Token != "" }

// named reports whether Host is an IP address or one of our names. Any other name may be
// one that an attacker points at our address: with DNS rebinding, pages of theirs could
// read ours.
func (g *gate) named(host string) bool {
	u, err := url.Parse("http://" + host)
	if err != nil || u.Host != host {
		return false
	}
	name := strings.ToLower(u.Hostname())
	_, err = netip.ParseAddr(name)
	return err == nil || g.names[name]
}
