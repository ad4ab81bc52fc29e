package notify

import (
	"net/http"
	"strings"
	"time"

	"watcher/internal/problem"
)

func init() { register("mattermost", func() Options { return &MattermostOptions{} }) }

// MattermostOptions configure an incoming webhook of Mattermost.
type MattermostOptions struct {
	Webhook Secret `yaml:"webhook"` // https://chat.example.org/hooks/…

	Words `yaml:",inline"`
}

// Validate implements Options.
func (o *MattermostOptions) Validate() []problem.Problem {
	return append(checkURL("webhook", o.Webhook, "https", "http"), o.check()...)
}

// mattermostPace: what a server takes unless it is set up otherwise.
var mattermostPace = pace{100 * time.Millisecond, 10}

// Open implements Options.
func (o *MattermostOptions) Open(env Env) (Notifier, error) {
	return &api{
		poster: poster{env: env, kind: "mattermost", secrets: []Secret{o.Webhook}}, to: o.Webhook,
		pace: mattermostPace, words: o.wording(), word: mattermostMessages,
		accept: func(a answer) error {
			v := byStatus(a.status)
			if a.status == http.StatusOK && strings.TrimSpace(a.body) != "ok" {
				v = unclear // not Mattermost: a proxy's page, or an answer cut short
			}
			return a.settle(v)
		},
	}, nil
}

type mattermostMessage struct {
	Text string `json:"text"`
}

// Mattermost splits a longer text into several posts, and may cut our markup in
// two; a server set up long ago allows 4,000 characters, a new one 16,383.
const mattermostText = 4000

func mattermostMessages(cs []card, b Batch) []part {
	texts := make([]string, len(cs))
	for i, c := range cs {
		texts[i] = mattermostCard(c)
	}
	ranges := pack(len(cs), len(cs), mattermostText-100, func(i int) int { return units(texts[i]) + len("\n\n---\n\n") })
	parts := make([]part, len(ranges))
	for i, r := range ranges {
		text := strings.Join(texts[r[0]:r[1]], "\n\n---\n\n")
		if i == len(ranges)-1 && b.rest() != "" {
			text += "\n\n" + b.rest()
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
	if c.Severity > Normal {
		mark = "🔴 "
	}
	lines := []string{mark + "**" + title + "**", markdown(c.origin())}
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
	return fit(lines, "\n\n", mattermostText-200)
}
