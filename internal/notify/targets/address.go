package targets

import (
	"net/url"
	"regexp"
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

var slackHook = regexp.MustCompile(`^/services/[^/]+/[^/]+/[^/]+$`)

// checkSlackHook says what is wrong with an incoming webhook of Slack's.
func checkSlackHook(s Secret) []problem.Problem {
	u := at(string(s), "slack.com", "slack-gov.com")
	switch {
	case u == nil, slackHook.MatchString(u.Path) && strings.HasPrefix(u.Hostname(), "hooks."):
		return nil
	case strings.HasPrefix(u.Path, "/workflows/"), strings.HasPrefix(u.Path, "/triggers/"):
		return []problem.Problem{problem.At("webhook", "is that of a workflow, which takes no messages as alerts are: make an incoming webhook, https://hooks.slack.com/services/T…/B…/…")}
	}
	return []problem.Problem{problem.At("webhook", "is no incoming webhook of Slack's, which is of the form https://hooks.slack.com/services/T…/B…/…")}
}

var discordHook = regexp.MustCompile(`^/api/(v[0-9]+/)?webhooks/[0-9]+/[^/]+$`)

// checkDiscordHook says what is wrong with a webhook of Discord's.
func checkDiscordHook(s Secret) []problem.Problem {
	u, err := url.Parse(string(s))
	if err != nil {
		return nil // checkURL says so
	}
	for _, form := range []string{"/slack", "/github"} {
		if strings.Contains(u.Path, "/webhooks/") && strings.HasSuffix(u.Path, form) {
			return []problem.Problem{problem.At("webhook", "ends in %s, which takes the messages of another service: leave that off", form)}
		}
	}
	if at(string(s), "discord.com", "discordapp.com") == nil || discordHook.MatchString(u.Path) {
		return nil
	}
	return []problem.Problem{problem.At("webhook", "is no webhook of Discord's, which is of the form https://discord.com/api/webhooks/NUMBER/TOKEN (a channel's settings, under Integrations)")}
}

// checkTeamsHook says what is wrong with the webhook of a workflow for Teams.
func checkTeamsHook(s Secret) []problem.Problem {
	if at(string(s), "teams.microsoft.com", "teams.live.com", "make.powerautomate.com", "flow.microsoft.com") == nil {
		return nil
	}
	return []problem.Problem{problem.At("webhook", "is a page for people, not a webhook: write the address that the workflow \"Post to a channel when a webhook request is received\" shows")}
}

// checkMattermostHook says what is wrong with an incoming webhook of Mattermost.
func checkMattermostHook(s Secret) []problem.Problem {
	u, err := url.Parse(string(s))
	if err != nil || u.Host == "" {
		return nil // checkURL says so
	}
	if !strings.Contains(u.Path, "/channels/") && !strings.Contains(u.Path, "/pl/") && !strings.HasSuffix(u.Path, "/hooks/") {
		return nil
	}
	return []problem.Problem{problem.At("webhook", "is no incoming webhook, which is of the form https://chat.example.org/hooks/…")}
}

var (
	telegramToken = regexp.MustCompile(`^[0-9]+:[-_A-Za-z0-9]+$`)
	telegramChat  = regexp.MustCompile(`^(-?[0-9]+|@[A-Za-z][A-Za-z0-9_]{3,})$`)
)

// misaddressed says what is wrong with a token and a chat of Telegram's.
func (o *TelegramOptions) misaddressed() (ps []problem.Problem) {
	if at(o.API, "telegram.org") == nil {
		return nil
	}
	if o.Token != "" && !isPlaceholder([]string{string(o.Token)}) && !telegramToken.MatchString(string(o.Token)) {
		ps = append(ps, problem.At("token", "is not what BotFather gives, such as 123456:ABC-DEF"))
	}
	if o.Chat != "" && !telegramChat.MatchString(o.Chat) {
		ps = append(ps, problem.At("chat", "is neither the chat's number (of a group it begins with -) nor a channel's @name"))
	}
	return ps
}

// ntfyReserved are topics that a server of ntfy keeps for its own pages.
var ntfyReserved = []string{"account", "app", "docs", "file", "login", "metrics", "reset-password", "settings", "signup", "static", "v1"}

// misaddressed says what is wrong with a server and a topic of ntfy.
func (o *NtfyOptions) misaddressed() (ps []problem.Problem) {
	u, err := url.Parse(o.Server)
	if err == nil && u.Host != "" && (u.Path != "" && !strings.HasSuffix(u.Path, "/") || u.RawQuery != "" || u.Fragment != "") {
		ps = append(ps, problem.At("server", "has more than a server in it: write %s://%s, and the topic under topic (a server below a path ends in /)", u.Scheme, u.Host))
	}
	if slices.Contains(ntfyReserved, string(o.Topic)) {
		ps = append(ps, problem.At("topic", "is a name that ntfy keeps for itself, choose another"))
	}
	return ps
}

// misaddressed says what is wrong with a homeserver and a room of Matrix.
func (o *MatrixOptions) misaddressed() (ps []problem.Problem) {
	u, err := url.Parse(o.Homeserver)
	if err == nil && (strings.Contains(u.Path, "/_matrix") || u.RawQuery != "" || u.Fragment != "") {
		ps = append(ps, problem.At("homeserver", "has more than the server in it: write %s://%s", u.Scheme, u.Host))
	}
	if strings.HasPrefix(o.Room, "!") && (len(o.Room) < 2 || strings.ContainsAny(o.Room, " \t\n/?#")) {
		ps = append(ps, problem.At("room", "has characters in it that no room id has"))
	}
	return ps
}

var pagerdutyKey = regexp.MustCompile(`^[A-Za-z0-9]{32}$`)

// misaddressed says what is wrong with an address and a key of PagerDuty's.
func (o *PagerDutyOptions) misaddressed() (ps []problem.Problem) {
	u := at(o.URL, "pagerduty.com")
	if u == nil {
		return nil
	}
	if !strings.HasPrefix(u.Hostname(), "events.") || strings.TrimSuffix(u.Path, "/") != "/v2/enqueue" {
		ps = append(ps, problem.At("url", "is not where events go, write https://events.pagerduty.com/v2/enqueue or https://events.eu.pagerduty.com/v2/enqueue"))
	}
	if o.RoutingKey != "" && !isPlaceholder([]string{string(o.RoutingKey)}) && !pagerdutyKey.MatchString(string(o.RoutingKey)) {
		ps = append(ps, problem.At("routing_key", "is no integration key, which has 32 letters and digits (a service's Integrations, under Events API v2)"))
	}
	return ps
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
