package targets

import (
	"encoding/json"
	"net/url"
	"strings"
	"time"

	"watcher/internal/notify"
	"watcher/internal/problem"
)

// MattermostOptions configure an incoming webhook of Mattermost.
type MattermostOptions struct {
	Webhook Secret `yaml:"webhook,secret"` // https://chat.example.org/hooks/…

	Words `yaml:",inline"`
}

func (o *MattermostOptions) Validate() []problem.Problem {
	ps := append(checkURL("webhook", o.Webhook, "https", "http"), checkMattermostHook(o.Webhook)...)
	return append(ps, o.check()...)
}

// mattermostPace is the default rate limit of a server.
var mattermostPace = pace{100 * time.Millisecond, 10}

func (o *MattermostOptions) Open(env Env) (notify.Notifier, error) {
	return &api{
		poster: poster{env: env, kind: "mattermost", secrets: []Secret{o.Webhook}}, to: o.Webhook,
		pace: mattermostPace, words: o.wording(), word: mattermostMessages,
		accept: mattermostAccept,
	}, nil
}

// mattermostCodes are ids of errors of Mattermost's incoming webhooks.
var mattermostCodes = codes{
	deadTarget: {
		"web.incoming_webhook.channel.app_error", "web.incoming_webhook.channel_locked.app_error",
		"web.incoming_webhook.disabled.app_error", "web.incoming_webhook.invalid.app_error",
		"web.incoming_webhook.permissions.app_error", "web.incoming_webhook.user.app_error",
		"store.sql_webhooks.get_incoming.app_error", "api.post.create_post.can_not_post_to_deleted.error",
		"api.context.permissions.app_error", "api.context.session_expired.app_error",
	},
	badMessage: {
		"web.incoming_webhook.attachment.app_error", "web.incoming_webhook.parse.app_error",
		"web.incoming_webhook.split_props_length.app_error", "web.incoming_webhook.text.app_error",
		"api.post.create_post.too_long.app_error", "model.post.is_valid.msg.app_error", "model.post.is_valid.message_length.app_error",
	},
}

// mattermostAccept reads an answer: success is the body ok, and an error has an id.
func mattermostAccept(a answer) error {
	if a.success() && strings.TrimSpace(a.body) == "ok" {
		return nil
	}
	v := a.byStatus()
	if v == accepted {
		v = unclear // not from Mattermost but from a proxy, or cut short
	}
	var said struct {
		ID string `json:"id"`
	}
	if json.Unmarshal([]byte(a.body), &said) == nil {
		v = mattermostCodes.of(said.ID, v)
	}
	return a.settle(v)
}

type mattermostMessage struct {
	Text string `json:"text"`
}

// Mattermost splits a longer text into several posts, which may break our markup. Old
// servers allow 4,000 characters, new ones 16,383.
const mattermostText = 4000

func mattermostMessages(cs []card, b notify.Batch) []part {
	texts := make([]string, len(cs))
	for i, c := range cs {
		texts[i] = mattermostCard(c)
	}
	ranges := pack(len(cs), len(cs), mattermostText-300, func(i int) int { return units(texts[i]) + len("\n\n---\n\n") })
	parts := make([]part, len(ranges))
	for i, r := range ranges {
		text := strings.Join(texts[r[0]:r[1]], "\n\n---\n\n")
		if i == 0 && b.Summary != nil {
			text = "**" + markdown(head(&b)) + "**\n\n" + text
		}
		if i == len(ranges)-1 && rest(&b) != "" {
			text += "\n\n" + rest(&b)
		}
		parts[i] = part{payload: mattermostMessage{Text: text}, alerts: alertIDs(b.Alerts[r[0]:r[1]])}
	}
	return parts
}

func mattermostCard(c card) string {
	title := escaped(c.title(), 600, markdown)
	if link := markdownLink(c.Link); link != "" && len(link) < 1000 {
		title = "[" + title + "](" + link + ")"
	}
	mark := ""
	if c.Severity > notify.Normal {
		mark = "🔴 "
	}
	lines := []string{mark + "**" + title + "**", joined(" · ", markdown(c.origin()), pageLink(c))}
	if c.Heading != "" {
		lines[0] = "**▸ " + markdown(c.Heading) + "**\n\n" + lines[0]
	}
	if len(c.Body) > 0 {
		lines = append(lines, escapedLines(c.Body, 1800, markdown))
	}
	for _, e := range c.Excerpts {
		lines = append(lines, "> "+markdownPieces(e))
	}
	if len(c.Rules) > 0 {
		lines = append(lines, "matched "+escaped(ruleTexts(c.Rules), 500, markdown))
	}
	if len(c.Also) > 0 {
		lines = append(lines, markdownAlso(c.Also))
	}
	return fit(lines, "\n\n", mattermostText-300)
}

// checkMattermostHook reports what is wrong with an incoming webhook of Mattermost.
func checkMattermostHook(s Secret) []problem.Problem {
	u, err := url.Parse(string(s))
	if err != nil || u.Host == "" {
		return nil // checkURL reports it
	}
	if !strings.Contains(u.Path, "/channels/") && !strings.Contains(u.Path, "/pl/") && !strings.HasSuffix(u.Path, "/hooks/") {
		return nil
	}
	return []problem.Problem{problem.At("webhook", "is no incoming webhook, which is of the form https://chat.example.org/hooks/…")}
}
