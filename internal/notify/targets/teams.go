package targets

import (
	"regexp"
	"strings"
	"time"

	"watcher/internal/notify"
	"watcher/internal/problem"
	"watcher/internal/text"
)

// TeamsOptions configure a workflow of Microsoft Teams that posts to a channel when a
// webhook request is received.
type TeamsOptions struct {
	Webhook Secret `yaml:"webhook,secret"` // https://….logic.azure.com/workflows/…

	Words `yaml:",inline"`
}

func (o *TeamsOptions) Validate() []problem.Problem {
	ps := append(checkURL("webhook", o.Webhook, "https", "http"), checkTeamsHook(o.Webhook)...)
	return append(ps, o.check()...)
}

// teamsPace: 4 requests a second.
var teamsPace = pace{250 * time.Millisecond, 4}

func (o *TeamsOptions) Open(env Env) (notify.Notifier, error) {
	return &api{
		poster: poster{env: env, kind: "teams", secrets: []Secret{o.Webhook}}, to: o.Webhook,
		pace: teamsPace, words: o.wording(), word: teamsMessages, accept: teamsAccept,
	}, nil
}

// teamsCodes are phrases in the responses of workflows, and of the older connectors,
// which passed on an error of Teams with a status of 200.
var teamsCodes = codes{
	deadTarget: {
		"DirectApiAuthorizationRequired", "DirectApiInvalidAuthorizationScheme", "AuthorizationFailed", "MissingApiVersionParameter",
		"WorkflowNotFound", "WorkflowTriggerNotFound", "WorkflowTriggerIsNotEnabled", "TriggerInputSchemaMismatch",
		"TriggerRequestMethodNotValid", "Invalid webhook URL", "Connector configuration not found", "webhook is disabled",
		"connector is disabled", "HTTP error 401", "HTTP error 403", "HTTP error 404", "HTTP error 410",
	},
	temporary: {
		"TooManyRequests", "ServiceUnavailable", "InternalServerError", "HTTP error 408", "HTTP error 412", "HTTP error 429",
		"HTTP error 500", "HTTP error 502", "HTTP error 503", "HTTP error 504",
	},
	badMessage: {
		"InvalidRequestContent", "RequestEntityTooLarge", "Summary or Text is required", "Bad payload received", "HTTP error 400",
		"HTTP error 413",
	},
}

// teamsTrouble matches an error with a status of 200 that is not in teamsCodes. Any
// other text may be the workflow author's own response.
var teamsTrouble = regexp.MustCompile(`(?i)\b(errors?|fail(ed|ure)?|denied|invalid|throttled|unauthorized|forbidden)\b`)

func teamsAccept(a answer) error {
	v := a.byStatus()
	if v == accepted && teamsTrouble.MatchString(a.body) {
		v = temporary
	}
	return a.settle(teamsCodes.within(a.body, v))
}

// teamsMessage carries an Adaptive Card. Its text is in runs, because a TextBlock reads
// Markdown and a run does not.
type teamsMessage struct {
	Type        string            `json:"type"`
	Attachments []teamsAttachment `json:"attachments"`
}

type teamsAttachment struct {
	ContentType string    `json:"contentType"`
	Content     teamsCard `json:"content"`
}

type teamsCard struct {
	Schema  string       `json:"$schema"`
	Type    string       `json:"type"`
	Version string       `json:"version"`
	Body    []teamsBlock `json:"body"`
	MSTeams teamsWidth   `json:"msteams"`
}

type teamsWidth struct {
	Width string `json:"width"`
}

type teamsBlock struct {
	Type      string     `json:"type"`
	Items     []teamsRow `json:"items"`
	Separator bool       `json:"separator,omitempty"`
	Style     string     `json:"style,omitempty"`
}

// teamsRow is a line of text, or a row of buttons.
type teamsRow struct {
	Type    string        `json:"type"`
	Inlines []teamsRun    `json:"inlines,omitempty"`
	Actions []teamsAction `json:"actions,omitempty"`
	Spacing string        `json:"spacing,omitempty"`
}

type teamsRun struct {
	Type   string       `json:"type"`
	Text   string       `json:"text"`
	Size   string       `json:"size,omitempty"`
	Weight string       `json:"weight,omitempty"`
	Color  string       `json:"color,omitempty"`
	Subtle bool         `json:"isSubtle,omitempty"`
	Select *teamsAction `json:"selectAction,omitempty"`
}

type teamsAction struct {
	Type  string `json:"type"`
	Title string `json:"title,omitempty"`
	URL   string `json:"url"`
}

// teamsBytes is somewhat below the 28 kB that a message may have.
const teamsBytes = 24000

func teamsMessages(cs []card, b notify.Batch) []part {
	blocks := make([]teamsBlock, len(cs))
	for i, c := range cs {
		blocks[i] = teamsAlert(c)
		blocks[i].Separator = i > 0
	}
	ranges := pack(len(cs), len(cs), teamsBytes, func(i int) int {
		j, _ := marshal(blocks[i]) // strings and booleans cannot fail
		return len(j) + 1
	})
	parts := make([]part, len(ranges))
	for i, r := range ranges {
		body := blocks[r[0]:r[1]:r[1]]
		if i == 0 && b.Summary != nil {
			head := teamsText(head(&b), false)
			head.Size, head.Weight = "Large", "Bolder"
			body = append([]teamsBlock{{Type: "Container", Items: []teamsRow{teamsLine(head)}}}, body...)
		}
		if i == len(ranges)-1 && rest(&b) != "" {
			body = append(body, teamsBlock{Type: "Container", Items: []teamsRow{teamsLine(teamsText(rest(&b), true))}})
		}
		card := teamsCard{
			Schema: "http://adaptivecards.io/schemas/adaptive-card.json", Type: "AdaptiveCard", Version: "1.4",
			Body: body, MSTeams: teamsWidth{Width: "Full"},
		}
		parts[i] = part{
			payload: teamsMessage{Type: "message", Attachments: []teamsAttachment{{ContentType: "application/vnd.microsoft.card.adaptive", Content: card}}},
			alerts:  alertIDs(b.Alerts[r[0]:r[1]]),
		}
	}
	return parts
}

func teamsAlert(c card) teamsBlock {
	title := teamsText(c.title(), false)
	title.Size, title.Weight = "Medium", "Bolder"
	if c.Link != "" {
		title.Color, title.Select = "Accent", &teamsAction{Type: "Action.OpenUrl", URL: c.Link}
	}
	block := teamsBlock{Type: "Container"}
	if c.Heading != "" {
		heading := teamsText(c.Heading, false)
		heading.Weight = "Bolder"
		block.Items = append(block.Items, teamsLine(heading))
	}
	block.Items = append(block.Items, teamsLine(title), teamsSmall(c.origin()))
	if c.Severity > notify.Normal {
		block.Style = "attention"
	}
	for _, line := range c.Body {
		block.Items = append(block.Items, teamsLine(teamsText(line, false)))
	}
	for _, e := range c.Excerpts {
		row := teamsRow{Type: "RichTextBlock", Spacing: "Small"}
		for _, p := range unlinked(e) {
			run := teamsRun{Type: "TextRun", Text: teamsEscape.Replace(p.Text)}
			if p.Hit {
				run.Weight = "Bolder"
			}
			row.Inlines = append(row.Inlines, run)
		}
		block.Items = append(block.Items, row)
	}
	if len(c.Rules) > 0 {
		block.Items = append(block.Items, teamsSmall("matched "+text.Clip(ruleTexts(c.Rules), 500)))
	}
	for _, a := range c.Also {
		run := teamsText("also in "+a.Feed, true)
		if a.Link != "" && len(a.Link) < 500 {
			run.Select = &teamsAction{Type: "Action.OpenUrl", URL: a.Link}
		}
		block.Items = append(block.Items, teamsLine(run))
	}
	if c.Page != "" {
		open := teamsAction{Type: "Action.OpenUrl", Title: openPage, URL: c.Page}
		block.Items = append(block.Items, teamsRow{Type: "ActionSet", Actions: []teamsAction{open}, Spacing: "Small"})
	}
	return block
}

func teamsLine(runs ...teamsRun) teamsRow {
	return teamsRow{Type: "RichTextBlock", Inlines: runs, Spacing: "Small"}
}

func teamsSmall(text string) teamsRow { return teamsLine(teamsText(text, true)) }

// teamsEscape breaks template functions of the card, such as {{DATE(…)}}, and mentions.
var teamsEscape = strings.NewReplacer("{", "{\u2060", "<at", "<\u2060at")

func teamsText(s string, subtle bool) teamsRun {
	return teamsRun{Type: "TextRun", Text: teamsEscape.Replace(unlink(s)), Subtle: subtle}
}

// checkTeamsHook reports what is wrong with the webhook of a Teams workflow.
func checkTeamsHook(s Secret) []problem.Problem {
	if at(string(s), "teams.microsoft.com", "teams.live.com", "make.powerautomate.com", "flow.microsoft.com") == nil {
		return nil
	}
	return []problem.Problem{problem.At("webhook", "is a page for people, not a webhook: write the address that the workflow \"Post to a channel when a webhook request is received\" shows")}
}
