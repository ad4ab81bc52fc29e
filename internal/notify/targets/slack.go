package targets

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"watcher/internal/notify"
	"watcher/internal/problem"
	"watcher/internal/text"
)

// SlackOptions configure an incoming webhook of Slack.
type SlackOptions struct {
	Webhook Secret `yaml:"webhook,secret"` // https://hooks.slack.com/services/…

	Words `yaml:",inline"`
}

func (o *SlackOptions) Validate() []problem.Problem {
	ps := append(checkURL("webhook", o.Webhook, "https", "http"), checkSlackHook(o.Webhook)...)
	return append(ps, o.check()...)
}

// slackPace: about one message a second for each channel, with short bursts.
var slackPace = pace{time.Second, 5}

func (o *SlackOptions) Open(env Env) (notify.Notifier, error) {
	return &api{
		poster: poster{env: env, kind: "slack", secrets: []Secret{o.Webhook}}, to: o.Webhook,
		words:  o.wording(),
		pace:   slackPace,
		word:   slackMessages,
		accept: func(a answer) error { return a.settle(slackVerdict(a)) },
	}, nil
}

// slackCodes are the first words of an incoming webhook's answers: Slack's changelog of
// 2016-05-17, and what other clients have reported.
var slackCodes = codes{
	deadTarget: {
		"action_prohibited", "channel_is_archived", "channel_not_found", "invalid_token", "no_active_hooks", "no_service",
		"no_service_id", "no_team", "posting_to_general_channel_denied", "team_disabled", "user_not_found",
	},
	temporary:  {"rate_limited", "ratelimited", "rollup_error", "service_unavailable", "internal_error", "fatal_error", "request_timeout"},
	badMessage: {"invalid_payload", "invalid_blocks", "invalid_attachments", "msg_blocks_too_long", "msg_too_long", "no_text", "too_many_attachments"},
}

// slackVerdict reads the answer of an incoming webhook: success is the body ok.
func slackVerdict(a answer) verdict {
	body := strings.TrimSpace(a.body)
	if a.success() && body == "ok" {
		return accepted
	}
	v := a.byStatus()
	if v == accepted {
		v = unclear // not from Slack but from a proxy, or cut short
	}
	word, _, _ := strings.Cut(body, " ")
	return slackCodes.of(word, v)
}

// slackMessage is what Slack is sent, in the JSON of Block Kit.
type slackMessage struct {
	Text        string       `json:"text"` // for notifications and screen readers
	Blocks      []slackBlock `json:"blocks"`
	UnfurlLinks bool         `json:"unfurl_links"`
	UnfurlMedia bool         `json:"unfurl_media"`
}

type slackBlock struct {
	Type     string       `json:"type"`
	Text     *slackText   `json:"text,omitempty"`
	Elements []slackText  `json:"elements,omitempty"`
	Button   *slackButton `json:"accessory,omitempty"`
}

// slackButton is a link button. Slack also tells the app of each click; if the app does
// not take clicks, Slack says so beside the button and opens the link all the same.
type slackButton struct {
	Type string    `json:"type"`
	Text slackText `json:"text"`
	URL  string    `json:"url"`
}

type slackText struct {
	Type string `json:"type"`
	Text string `json:"text"`
	// Verbatim stops Slack from linking bare domains and channel names.
	Verbatim bool `json:"verbatim,omitempty"`
}

// Slack's limits, from the types of node-slack-sdk. slackTotal is undocumented:
// somewhere above 13,200 characters Slack answers msg_blocks_too_long
// (slackapi/bolt-js#2509). Here it counts bytes of JSON, of which there are more.
const (
	slackBlocks  = 50
	slackSection = 3000
	slackNote    = 1500 // our own limit, for rules and for other places
	slackTotal   = 12000
	slackNotice  = 300 // our own limit, for the text of notifications
)

// slackFull is how many alerts of a message are shown in full; with more of them each
// gets two lines.
const slackFull = 5

// slackMessages fills messages with alerts in order, each as full as it can be.
func slackMessages(cs []card, b notify.Batch) []part {
	layout := slackCard
	var parts []part
	var open slackMessage
	start, size := 0, 0
	head := head(&b)
	if len(cs) > slackFull {
		layout = slackLines
		head = cmp.Or(head, fmt.Sprintf("%d alerts", len(cs)))
	}
	if head != "" {
		open.Blocks = []slackBlock{{Type: "header", Text: &slackText{Type: "plain_text", Text: head}}}
		size = slackSize(open.Blocks)
	}
	flush := func(end int, rest string) {
		if rest != "" {
			open.Blocks = append(open.Blocks, slackContext(slackEscape(rest)))
		}
		open.Text = slackPlain(text.Clip(batchHeadline(&b, cs[start:end]), slackNotice))
		if c := cs[start]; end-start == 1 && b.Summary == nil && c.Feed != "" && b.Alerts[start].Trouble == nil {
			open.Text += " — " + slackPlain(c.Feed)
		}
		parts = append(parts, part{payload: open, alerts: alertIDs(b.Alerts[start:end])})
		open, start, size = slackMessage{}, end, 0
	}
	for i, c := range cs {
		blocks := layout(c)
		if c.Heading != "" {
			blocks = slices.Insert(blocks, 0, slackMrkdwn("*"+slackEscape(c.Heading)+"*"))
		}
		n := slackSize(blocks)
		// Leave one block for the count of what was left out.
		if i > start && (len(open.Blocks)+len(blocks)+1 >= slackBlocks || size+n > slackTotal-slackNotice*6) {
			flush(i, "")
		}
		if i > start && len(cs) <= slackFull {
			open.Blocks = append(open.Blocks, slackBlock{Type: "divider"})
		}
		open.Blocks = append(open.Blocks, blocks...)
		size += n
	}
	flush(len(cs), rest(&b))
	return parts
}

func slackSize(blocks []slackBlock) int {
	n := 0
	for _, b := range blocks {
		j, _ := marshal(b) // strings and booleans cannot fail
		n += len(j) + 1
	}
	return n
}

// slackCard shows one alert in full.
func slackCard(c card) []slackBlock {
	blocks := []slackBlock{slackMrkdwn(slackTitle(c)), slackContext(slackOrigin(c))}
	if c.Page != "" {
		blocks[0].Button = &slackButton{Type: "button", Text: slackText{Type: "plain_text", Text: openPage}, URL: c.Page}
	}
	if len(c.Body) > 0 {
		blocks = append(blocks, slackMrkdwn(escapedLines(c.Body, slackSection, slackEscape)))
	}
	var quotes []string
	for _, e := range c.Excerpts {
		quotes = append(quotes, "> "+slackPieces(e))
	}
	if len(quotes) > 0 {
		blocks = append(blocks, slackMrkdwn(fit(quotes, "\n", slackSection)))
	}
	var notes []string
	if len(c.Rules) > 0 {
		notes = append(notes, "matched "+slackRules(c.Rules, true))
	}
	if len(c.Also) > 0 {
		notes = append(notes, slackAlso(c.Also))
	}
	if len(notes) > 0 {
		blocks = append(blocks, slackContext(notes...))
	}
	return blocks
}

// slackLines shows one of many alerts.
func slackLines(c card) []slackBlock {
	second := []string{slackOrigin(c)}
	if link := slackLink(c.Page); link != "" {
		second = append(second, "<"+link+"|"+openPage+">")
	}
	if len(c.Rules) > 0 {
		second = append(second, slackRules(c.Rules, false))
	}
	if len(c.Body) > 0 {
		second = append(second, slackEscape(text.Clip(strings.Join(c.Body, " "), text.ExcerptRunes)))
	}
	if len(c.Also) > 0 {
		second = append(second, slackAlso(c.Also))
	}
	title := slackTitle(c)
	return []slackBlock{slackMrkdwn(title + "\n" + fit(second, " · ", slackSection-len(title)-1))}
}

func slackTitle(c card) string {
	title := slackEscape(text.Clip(c.title(), titleRunes))
	if link := slackLink(c.Link); link != "" {
		title = "<" + link + "|" + title + ">"
	}
	mark := ""
	if c.Severity > notify.Normal {
		mark = "🔴 "
	}
	return mark + "*" + title + "*"
}

// slackOrigin names feed and time, which Slack shows in the reader's own zone.
func slackOrigin(c card) string {
	parts := []string{}
	if c.Severity != notify.Normal {
		parts = append(parts, "*"+c.Severity.String()+"*")
	}
	if c.Feed != "" {
		parts = append(parts, slackEscape(c.Feed))
	}
	// Slack refuses times before 1970.
	if c.Time.Unix() > 0 {
		parts = append(parts, fmt.Sprintf("<!date^%d^{date_short_pretty} {time}|%s>", c.Time.Unix(), c.when()))
	}
	return strings.Join(parts, " · ")
}

func slackRules(rs []rule, terms bool) string {
	names := make([]string, len(rs))
	for i, r := range rs {
		names[i] = "*" + slackEscape(r.Name) + "*"
		if terms && len(r.Terms) > 0 {
			names[i] += " (" + fit(slackEach(r.Terms), ", ", slackNote/4) + ")"
		}
	}
	return fit(names, ", ", slackNote)
}

func slackAlso(as []also) string {
	places := make([]string, len(as))
	for i, a := range as {
		places[i] = slackEscape(a.Feed)
		if link := slackLink(a.Link); link != "" && a.Feed != "" {
			places[i] = "<" + link + "|" + places[i] + ">"
		}
	}
	return "also in " + fit(places, ", ", slackNote)
}

// slackPieces makes matches bold. Slack reads a * as markup only beside white space or
// punctuation, so within a word, and in languages without spaces, a zero-width space
// must come between.
func slackPieces(ps []piece) string {
	var b strings.Builder
	word := false // the last character written is part of a word
	for i, p := range ps {
		text := slackEscape(p.Text)
		if !p.Hit || strings.TrimSpace(p.Text) != p.Text {
			b.WriteString(text)
			r, _ := utf8.DecodeLastRuneInString(p.Text)
			word = isWord(r)
			continue
		}
		if word {
			b.WriteRune('\u200b')
		}
		b.WriteString("*" + text + "*")
		word = true
		if i+1 < len(ps) {
			if r, _ := utf8.DecodeRuneInString(ps[i+1].Text); isWord(r) || ps[i+1].Hit {
				b.WriteRune('\u200b')
				word = false
			}
		}
	}
	return b.String()
}

// slackEscape writes plain text as mrkdwn that shows as that text. Slack has escapes
// only for & < >. The marks of bold, italics, strikeout and code have none, so
// look-alikes replace them where they could pair up. > at the start of a line is a
// quotation even when escaped. A word joiner breaks emoji names at their colon, but
// does not break the scheme of a URL.
func slackEscape(s string) string {
	var b strings.Builder
	prev := rune(0)
	for i, r := range s {
		switch r {
		case '&':
			b.WriteString("&amp;")
		case '<':
			b.WriteString("&lt;")
		case '>':
			if i == 0 {
				b.WriteRune('›')
			} else {
				b.WriteString("&gt;")
			}
		case '*':
			b.WriteRune('∗')
		case '~':
			b.WriteRune('∼')
		case '`':
			b.WriteRune('ˋ')
		case '_':
			next, _ := utf8.DecodeRuneInString(s[i+1:])
			if isWord(prev) && isWord(next) {
				b.WriteRune('_') // snake_case is no mark
			} else {
				b.WriteRune('＿')
			}
		case '\n', '\r':
			b.WriteByte(' ')
		default:
			b.WriteRune(r)
			if rest := s[i+utf8.RuneLen(r):]; r == ':' && !strings.HasPrefix(rest, "//") && beginsEmoji(prev, rest) {
				b.WriteRune(joiner)
			}
		}
		prev = r
	}
	return b.String()
}

// slackPlain writes text for the field text, which Slack searches for bare
// links whatever else it is told.
func slackPlain(s string) string { return slackEscape(unlink(s)) }

func slackEach(texts []string) []string {
	escaped := make([]string, len(texts))
	for i, t := range texts {
		escaped[i] = slackEscape(t)
	}
	return escaped
}

// slackLink writes a safe link where mrkdwn has its address; a link that would
// leave no room for its title is left out.
func slackLink(link string) string {
	if link = strings.ReplaceAll(link, "&", "&amp;"); len(link) > slackSection/2 {
		return ""
	}
	return link
}

func slackMrkdwn(text string) slackBlock {
	return slackBlock{Type: "section", Text: &slackText{Type: "mrkdwn", Text: text, Verbatim: true}}
}

func slackContext(texts ...string) slackBlock {
	b := slackBlock{Type: "context"}
	for _, t := range texts {
		b.Elements = append(b.Elements, slackText{Type: "mrkdwn", Text: t, Verbatim: true})
	}
	return b
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
