package targets_test

import (
	"strings"
	"testing"

	"watcher/internal/notify/targets"
)

// TestMisaddressed shows that an address that is clearly wrong is reported under its key,
// and that self-hosted servers pass.
func TestMisaddressed(t *testing.T) {
	const hook, key = "https://discord.com/api/webhooks/123/abc", "0123456789abcdef0123456789abcdef"
	ntfy := func(server, topic string) targets.Options {
		return &targets.NtfyOptions{Server: server, Topic: targets.Secret(topic)}
	}
	telegram := func(api, token, chat string) targets.Options {
		return &targets.TelegramOptions{API: api, Token: targets.Secret(token), Chat: chat}
	}
	matrix := func(server, room string) targets.Options {
		return &targets.MatrixOptions{Homeserver: server, Room: room, Token: "syt_x"}
	}
	pagerduty := func(url, key string) targets.Options {
		return &targets.PagerDutyOptions{URL: url, RoutingKey: targets.Secret(key)}
	}
	for _, tt := range []struct {
		name    string
		options targets.Options
		want    string // the key of the only problem; empty if there is none
	}{
		{"an ntfy server with a topic", ntfy("https://ntfy.sh/desk", "desk"), "server"},
		{"an ntfy server with a query", ntfy("https://ntfy.sh/?up=1", "desk"), "server"},
		{"a topic that ntfy keeps", ntfy("https://ntfy.sh", "docs"), "topic"},
		{"an ntfy server of one's own, below a path", ntfy("http://nas.lan:8080/ntfy/", "docs2"), ""},
		{"a page of Slack's", &targets.SlackOptions{Webhook: "https://app.slack.com/client/T0/C0"}, "webhook"},
		{"half a webhook of Slack's", &targets.SlackOptions{Webhook: "https://hooks.slack.com/services/T0/B0"}, "webhook"},
		{"a workflow of Slack's", &targets.SlackOptions{Webhook: "https://hooks.slack.com/triggers/T0/1/x"}, "webhook"},
		{"a bridge that speaks as Slack", &targets.SlackOptions{Webhook: "http://bridge.lan/x"}, ""},
		{"Slack's for governments", &targets.SlackOptions{Webhook: "https://hooks.slack-gov.com/services/T0/B0/x"}, ""},
		{"a webhook of Discord's", &targets.DiscordOptions{Webhook: hook + "?thread_id=7"}, ""},
		{"one with a version", &targets.DiscordOptions{Webhook: "https://ptb.discord.com/api/v10/webhooks/1/x"}, ""},
		{"one for Slack's messages", &targets.DiscordOptions{Webhook: hook + "/slack"}, "webhook"},
		{"a channel of Discord's", &targets.DiscordOptions{Webhook: "https://discord.com/channels/1/2"}, "webhook"},
		{"a bridge that speaks as Discord", &targets.DiscordOptions{Webhook: "http://bridge.lan/hook"}, ""},
		{"a channel of Teams", &targets.TeamsOptions{Webhook: "https://teams.microsoft.com/l/channel/19"}, "webhook"},
		{"a workflow for Teams", &targets.TeamsOptions{Webhook: "https://prod-1.westeurope.logic.azure.com/workflows/x?sig=y"}, ""},
		{"a channel of Mattermost", &targets.MattermostOptions{Webhook: "https://chat.example.org/team/channels/desk"}, "webhook"},
		{"a webhook of Mattermost below a path", &targets.MattermostOptions{Webhook: "https://example.org/chat/hooks/x"}, ""},
		{"a token of Telegram's", telegram("https://api.telegram.org", "123456:ABC-def_1", "-1001234"), ""},
		{"a token without its number", telegram("https://api.telegram.org", "ABCDEF", "@desk"), "token"},
		{"a link for a chat", telegram("https://api.telegram.org", "1:A", "https://t.me/desk"), "chat"},
		{"a server of one's own", telegram("http://127.0.0.1:8081", "token", "desk"), ""},
		{"a homeserver with a path", matrix("https://m.example.org/_matrix/client", "!r:example.org"), "homeserver"},
		{"a room in Element", matrix("https://app.element.io/#/room/x", "!r:example.org"), "homeserver"},
		{"a room with a query", matrix("https://m.example.org", "!r:example.org?via=x"), "room"},
		{"a room of version 12", matrix("https://m.example.org", "!31hneApxJ_1o-63DmFrpeqnkFfWppnzWso1JvH3ogLM"), ""},
		{"a key of PagerDuty's", pagerduty("https://events.eu.pagerduty.com/v2/enqueue", key), ""},
		{"a key that is cut", pagerduty("https://events.pagerduty.com/v2/enqueue", key[:20]), "routing_key"},
		{"a page of PagerDuty's", pagerduty("https://example.pagerduty.com/services", key), "url"},
		{"another that takes its events", pagerduty("http://alerts.lan/v2/enqueue", "k"), ""},
		{"a plain webhook to Slack", &targets.WebhookOptions{URL: "https://hooks.slack.com/services/T0/B0/x"}, "url"},
		{"a plain webhook to Discord", &targets.WebhookOptions{URL: hook}, "url"},
		{"a plain webhook", &targets.WebhookOptions{URL: "http://10.0.0.1:9000/any?x=y"}, ""},
	} {
		var got []string
		for _, p := range tt.options.Validate() {
			got = append(got, p.String())
		}
		if tt.want == "" && len(got) > 0 || tt.want != "" && (len(got) != 1 || !strings.HasPrefix(got[0], tt.want+": ")) {
			t.Errorf("%s: %q, want one under %q", tt.name, got, tt.want)
		}
	}
}
