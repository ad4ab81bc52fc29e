package feeds

import (
	"net/url"
	"strings"
)

// HostOf is the name by which limits know the host of a URL: name:port, and the
// name alone for the usual ports, since http and https of a name are one server.
// Empty if the URL has no host.
func HostOf(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return ""
	}
	return HostKey(u.Host)
}

// HostKey is HostOf for the name:port of a URL or of the config.
func HostKey(host string) string {
	host = strings.ToLower(host)
	for _, usual := range []string{":80", ":443"} {
		if name, ok := strings.CutSuffix(host, usual); ok {
			return name
		}
	}
	return host
}

// SameOrigin reports whether u is the host of first, on the same port or from the
// usual http port to the usual https one.
func SameOrigin(first, u *url.URL) bool {
	if !strings.EqualFold(first.Hostname(), u.Hostname()) {
		return false
	}
	from, to := port(first), port(u)
	return from == to && first.Scheme == u.Scheme || from == "80" && to == "443" && u.Scheme == "https"
}

func port(u *url.URL) string {
	if p := u.Port(); p != "" {
		return p
	}
	if u.Scheme == "https" {
		return "443"
	}
	return "80"
}

// ParseURL parses an http or https address; nil if it is none.
func ParseURL(raw string) *url.URL {
	u, err := url.Parse(raw)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		return nil
	}
	return u
}
