package targets

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"

	"watcher/internal/backoff"
	"watcher/internal/notify"
	"watcher/internal/problem"
	"watcher/internal/text"
)

// DiscordOptions configure a webhook of a Discord channel.
type DiscordOptions struct {
	Webhook Secret `yaml:"webhook,secret"` // https://discord.com/api/webhooks/…

	Words `yaml:",inline"`
}

func (o *DiscordOptions) Validate() []problem.Problem {
	ps := append(checkURL("webhook", o.Webhook, "https", "http"), checkDiscordHook(o.Webhook)...)
	return append(ps, o.check()...)
}

// discordPace: 30 messages a minute to a channel, 5 at once.
var discordPace = pace{2 * time.Second, 5}

func (o *DiscordOptions) Open(env Env) (notify.Notifier, error) {
	u, err := url.Parse(string(o.Webhook))
	if err != nil { // its text would contain the URL
		return nil, errors.New("discord: webhook is not a URL")
	}
	// Without wait Discord answers before it stores the message, and a failure to store
	// it is never reported.
	q := u.Query()
	q.Set("wait", "true")
	// Without with_components Discord silently drops the buttons for a webhook that a
	// person made.
	q.Set("with_components", "true")
	u.RawQuery = q.Encode()
	return &api{
		poster: poster{env: env, kind: "discord", secrets: []Secret{o.Webhook}}, to: Secret(u.String()),
		pace: discordPace, words: o.wording(), word: discordMessages, accept: discordAccept,
	}, nil
}

// discordCodes are the JSON error codes of Discord's API that a webhook can get.
var discordCodes = codes{
	deadTarget: {
		"10003", "10004", "10015", // unknown channel, guild, webhook
		"40001", "40002", "50001", "50013", "50024", "50027", // unauthorized, missing access, wrong token
		"50083", "160005", // the thread is archived, or locked
		"220001", "220002", "220003", "220004", // a forum needs a thread, or the channel is no forum
	},
	temporary: {"20016", "20022", "20028", "20029", "31001", "31002", "40062", "130000"}, // too fast, overloaded
	badMessage: {
		"40005", "50006", "50035", "50109", // too large, empty, invalid
		"200000", "200001", "240000", // stopped by AutoMod or the link filter
	},
}

// discordAccept reads an answer: the stored message, or a code; with a 429 the wait in
// seconds.
func discordAccept(a answer) error {
	var said struct {
		ID         string  `json:"id"`
		Code       int     `json:"code"`
		RetryAfter float64 `json:"retry_after"`
		Errors     struct {
			Thread  any `json:"thread_id"`
			Webhook any `json:"webhook_id"`
		} `json:"errors"`
	}
	err := json.Unmarshal([]byte(a.body), &said)
	a.after = max(a.after, backoff.Seconds(said.RetryAfter, maxRetryAfter))
	v := a.byStatus()
	switch {
	case a.status == http.StatusNoContent && a.body == "": // a bridge that ignores wait
	case v == accepted && (err != nil || said.ID == ""):
		v = unclear // not from Discord but from a proxy
	}
	if said.Code != 0 {
		v = discordCodes.of(strconv.Itoa(said.Code), v)
	}
	if said.Errors.Thread != nil || said.Errors.Webhook != nil {
		v = deadTarget // the invalid part is the address
	}
	return a.settle(v)
}

type discordMessage struct {
	Content string          `json:"content,omitempty"`
	Embeds  []discordEmbed  `json:"embeds"`
	Buttons []discordRow    `json:"components,omitempty"`
	Allowed discordMentions `json:"allowed_mentions"`
}

// discordRow is a row of buttons.
type discordRow struct {
	Type    int             `json:"type"` // 1
	Buttons []discordButton `json:"components"`
}

// discordButton is a link button.
type discordButton struct {
	Type  int    `json:"type"`  // 2
	Style int    `json:"style"` // 5: a link
	Label string `json:"label"`
	URL   string `json:"url"` // at most 512 characters
}

// discordMentions with an empty list keeps a message from pinging anyone.
type discordMentions struct {
	Parse []string `json:"parse"`
}

type discordEmbed struct {
	Title       string       `json:"title"`
	URL         string       `json:"url,omitempty"`
	Description string       `json:"description,omitempty"`
	Timestamp   string       `json:"timestamp,omitempty"`
	Color       int          `json:"color"`
	Author      *discordName `json:"author,omitempty"`
	Footer      *discordText `json:"footer,omitempty"`
}

type discordName struct {
	Name string `json:"name"`
}

type discordText struct {
	Text string `json:"text"`
}

// Discord's limits: for a message, and in characters for the parts of an embed. All
// embeds of a message together may have 6,000 characters.
const (
	discordEmbeds      = 10
	discordTitle       = 256
	discordDescription = 3000 // of 4,096
	discordFooter      = 1000 // of 2,048
	discordSum         = 6000
)

var discordColors = map[notify.Severity]int{notify.Low: 0x9ca3af, notify.Normal: 0x1d4ed8, notify.High: 0xb91c1c}

func discordMessages(cs []card, b notify.Batch) []part {
	embeds := make([]discordEmbed, len(cs))
	button := len(cs) == 1 && discordOpens(cs[0].Page)
	for i, c := range cs {
		embeds[i] = discordCard(c)
		if link := pageLink(c); link != "" && !button {
			embeds[i].Description = strings.TrimPrefix(embeds[i].Description+"\n"+link, "\n")
		}
	}
	ranges := pack(len(cs), discordEmbeds, discordSum, func(i int) int { return embeds[i].size() })
	parts := make([]part, len(ranges))
	for i, r := range ranges {
		m := discordMessage{Embeds: embeds[r[0]:r[1]], Allowed: discordMentions{Parse: []string{}}}
		var content []string
		if i == 0 && b.Summary != nil {
			content = append(content, "**"+markdown(head(&b))+"**")
		}
		if i == len(ranges)-1 && rest(&b) != "" {
			content = append(content, rest(&b))
		}
		m.Content = strings.Join(content, "\n")
		if button {
			open := discordButton{Type: 2, Style: 5, Label: openPage, URL: cs[0].Page}
			m.Buttons = []discordRow{{Type: 1, Buttons: []discordButton{open}}}
		}
		parts[i] = part{payload: m, alerts: alertIDs(b.Alerts[r[0]:r[1]])}
	}
	return parts
}

func discordCard(c card) discordEmbed {
	e := discordEmbed{
		Title: escaped(c.title(), discordTitle, markdown),
		URL:   c.Link, Color: discordColors[c.Severity],
	}
	if author := joined(" — ", c.Heading, c.Feed); author != "" {
		e.Author = &discordName{Name: author}
	}
	if c.Time.Year() > 1970 && c.Time.Year() < 10000 {
		e.Timestamp = c.Time.UTC().Format(time.RFC3339)
	}
	var lines []string
	if len(c.Body) > 0 {
		lines = append(lines, escapedLines(c.Body, discordDescription, markdown))
	}
	for _, x := range c.Excerpts {
		lines = append(lines, "> "+markdownPieces(x))
	}
	if len(c.Also) > 0 {
		lines = append(lines, markdownAlso(c.Also))
	}
	e.Description = fit(lines, "\n", discordDescription)
	if len(c.Rules) > 0 {
		e.Footer = &discordText{Text: fit([]string{severityNote(c) + "matched " + text.Clip(ruleTexts(c.Rules), discordFooter/4)}, "", discordFooter)}
	}
	return e
}

// discordOpens reports whether a button may link to an address. Discord refuses the
// whole message for a host without a dot, such as localhost (go-gitea/gitea#14379).
func discordOpens(page string) bool {
	u, err := url.Parse(page)
	return err == nil && strings.Contains(u.Hostname(), ".") && len(page) <= 512
}

// severityNote names a severity other than normal.
func severityNote(c card) string {
	if c.Severity == notify.Normal {
		return ""
	}
	return c.Severity.String() + " · "
}

// size is the length that Discord adds up.
func (e discordEmbed) size() int {
	n := units(e.Title) + units(e.Description)
	if e.Author != nil {
		n += units(e.Author.Name)
	}
	if e.Footer != nil {
		n += units(e.Footer.Text)
	}
	return n
}

// units is a text's length in UTF-16 units, as JavaScript counts, which is the largest
// count that any target uses.
func units(s string) int {
	n := 0
	for _, r := range s {
		n += utf16.RuneLen(r)
	}
	return n
}

var discordHook = regexp.MustCompile(`^/api/(v[0-9]+/)?webhooks/[0-9]+/[^/]+$`)

// checkDiscordHook reports what is wrong with a Discord webhook.
func checkDiscordHook(s Secret) []problem.Problem {
	u, err := url.Parse(string(s))
	if err != nil {
		return nil // checkURL reports it
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
