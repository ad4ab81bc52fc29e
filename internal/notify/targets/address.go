package targets

import (
	"net/url"
	"slices"
	"strings"

	"watcher/internal/problem"
)

// What an address or a name shows to be wrong before anything is sent. A service
// is held to its own forms at its own host alone: a server of one's own, or a
// bridge that takes the same messages, may have any address.

// at returns the address if it is at one of the hosts or below, and no example's;
// else nil.
func at(address string, hosts ...string) *url.URL {
	u, err := url.Parse(address)
	if err != nil || isPlaceholder([]string{u.Path}) {
		return nil
	}
	name := strings.ToLower(u.Hostname())
	below := func(host string) bool { return name == host || strings.HasSuffix(name, "."+host) }
	if !slices.ContainsFunc(hosts, below) {
		return nil
	}
	return u
}

// checkKind says of the address of a plain webhook that another kind is meant.
func checkKind(s Secret) []problem.Problem {
	for _, other := range []struct {
		kind, path string
		hosts      []string
	}{
		{"slack", "/services/", []string{"hooks.slack.com", "hooks.slack-gov.com"}},
		{"discord", "/api/", []string{"discord.com", "discordapp.com"}},
		{"telegram", "/bot", []string{"api.telegram.org"}},
		{"pagerduty", "/v2/enqueue", []string{"events.pagerduty.com", "events.eu.pagerduty.com"}},
	} {
		if u := at(string(s), other.hosts...); u != nil && strings.HasPrefix(u.Path, other.path) {
			return []problem.Problem{problem.At("url", "is that of another kind, which takes no plain webhook: write type: %s", other.kind)}
		}
	}
	return nil
}
