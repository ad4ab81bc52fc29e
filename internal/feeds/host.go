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
