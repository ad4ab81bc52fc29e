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

// Access is who may come in, and by which names. The zero value lets everybody
// read by IP address.
type Access struct {
	Listen    string // host:port
	PublicURL string
	PageURL   string
	Users     htpasswd.Users
	Token     string // of the API; empty: there is none
	Editors   []string
}

// Person is who asks. The zero value is somebody who has not logged in, and may
// only read.
type Person struct {
	Name    string // as in the file of users; "token" for who has the token
	MayEdit bool
}

// visit is what a request knows of its surroundings.
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

// WithPerson is ctx with who asks, for those who serve by another way than Site.
func WithPerson(ctx context.Context, p Person) context.Context {
	v := visitOf(ctx)
	v.person = p
	return context.WithValue(ctx, visitKey{}, v)
}

// PersonOf returns who asks.
func PersonOf(ctx context.Context) Person { return visitOf(ctx).person }

// HasLogin reports whether anybody can log in; if not, nobody can change anything.
func HasLogin(ctx context.Context) bool { return visitOf(ctx).login }

// Base is what the paths of links begin with, without a slash at its end: the path
// of page_url, "/watcher", or empty. It is right whether a proxy cuts it off or not.
func Base(ctx context.Context) string { return visitOf(ctx).base }

// gate is an Access, made ready.
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
		// Behind a proxy Host may be another one. A mistake here was told by the config.
		_ = g.origins.AddTrustedOrigin(u.Scheme + "://" + u.Host)
	}
	return g
}

// login reports whether somebody can log in.
func (g *gate) login() bool { return g.Users.Len() > 0 || g.Token != "" }

// named reports whether a request calls us by an IP address or a name of ours. Any
// other name is one that somebody else gave our address, so that the pages of that
// somebody could read ours.
func (g *gate) named(host string) bool {
	u, err := url.Parse("http://" + host)
	if err != nil || u.Host != host {
		return false
	}
	name := strings.ToLower(u.Hostname())
	_, err = netip.ParseAddr(name)
	return err == nil || g.names[name]
}
