package targets

import (
	"net/url"
	"slices"
	"strings"

	"watcher/internal/problem"
)

// What an address or a name shows to be wrong before anything is sent. The forms of a
// service are demanded at that service's own host alone: a self-hosted server, or a
// bridge that takes the same messages, may have any address.

// at returns the parsed address if its host is one of hosts or below one, and it is not
// an example's; else nil.
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

// checkKind reports that the address of a plain webhook belongs to another kind.
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
