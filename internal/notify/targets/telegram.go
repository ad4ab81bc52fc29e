package targets

import (
	"encoding/json"
	"fmt"
	"html"
	"regexp"
	"strings"
	"time"

	"watcher/internal/backoff"
	"watcher/internal/notify"
	"watcher/internal/problem"
)

// TelegramOptions configure a bot of Telegram.
type TelegramOptions struct {
	Token Secret `yaml:"token,secret"` // from BotFather
	Chat  string `yaml:"chat"`         // numeric id, or @name of a channel
	API   string `yaml:"api"`          // empty: https://api.telegram.org

	Words `yaml:",inline"`
}

func (o *TelegramOptions) Validate() []problem.Problem {
	ps := checkURL("api", Secret(o.API), "https", "http")
	ps = append(ps, checkToken("token", o.Token)...)
	if more := o.misaddressed(); len(more) > 0 {
		ps = append(ps, more...)
	} else if strings.ContainsAny(string(o.Token), "/?#%") {
		ps = append(ps, problem.At("token", "is not what BotFather gives, such as 123456:ABC-DEF"))
	}
	if o.Chat == "" {
		ps = append(ps, problem.At("chat", "is missing, write the chat's number or a channel's @name"))
	}
	return append(ps, o.check()...)
}

// telegramPace: 20 messages a minute to a group.
var telegramPace = pace{3 * time.Second, 10}

func (o *TelegramOptions) Open(env Env) (notify.Notifier, error) {
	return &api{
		poster: poster{env: env, kind: "telegram", secrets: []Secret{o.Token}},
		to:     Secret(strings.TrimSuffix(o.API, "/") + "/bot" + string(o.Token) + "/sendMessage"),
		add:    map[string]any{"chat_id": o.Chat},
		words:  o.wording(),
		pace:   telegramPace,
		word:   telegramMessages,
		accept: telegramAccept,
	}, nil
}

// telegramCodes are phrases in the descriptions of errors whose code does not say
// whether the chat or the message is at fault.
var telegramCodes = codes{
	deadTarget: {
		"chat not found", "group chat was upgraded", "upgraded to a supergroup", "not enough rights", "have no rights",
		"need administrator rights", "bot was kicked", "bot was blocked", "bot is not a member", "bot can't initiate",
		"user is deactivated", "group chat was deactivated", "message thread not found", "CHAT_WRITE_FORBIDDEN",
		"CHAT_SEND_PLAIN_FORBIDDEN", "CHAT_ADMIN_REQUIRED", "CHAT_RESTRICTED", "PEER_ID_INVALID", "TOPIC_CLOSED", "TOPIC_DELETED",
	},
	temporary:  {"retry after", "Too Many Requests", "flood control"},
	badMessage: {"can't parse entities", "message is too long", "message text is empty", "must be non-empty", "MESSAGE_TOO_LONG"},
}

// telegramAccept reads an answer of the Bot API: ok, or an error code, which is an HTTP
// status, and the wait in the body.
func telegramAccept(a answer) error {
	var said struct {
		OK          bool   `json:"ok"`
		Code        int    `json:"error_code"`
		Description string `json:"description"`
		Parameters  struct {
			RetryAfter float64 `json:"retry_after"`
			Migrated   int64   `json:"migrate_to_chat_id"`
		} `json:"parameters"`
	}
	err := json.Unmarshal([]byte(a.body), &said)
	a.after = max(a.after, backoff.Seconds(said.Parameters.RetryAfter, maxRetryAfter))
	v := a.byStatus()
	switch {
	case said.Parameters.Migrated != 0:
		v = deadTarget // the chat has a new id, which the answer names
	case said.Code != 0:
		v = byStatus(said.Code)
	// The answer to a long message repeats it, and may be longer than we read.
	case a.success() && (said.OK || strings.HasPrefix(a.body, `{"ok":true`)):
		return nil
	case v == accepted && err == nil && strings.Contains(a.body, `"ok"`):
		v = temporary // ok: false without a reason
	case v == accepted:
		v = unclear // not from Telegram but from a proxy
	}
	if v == accepted {
		v = temporary // an unknown error code
	}
	return a.settle(telegramCodes.within(said.Description, v))
}

type telegramMessage struct {
	Text    string          `json:"text"`
	Mode    string          `json:"parse_mode"`
	Preview telegramPreview `json:"link_preview_options"`
	Silent  bool            `json:"disable_notification,omitempty"`
}

type telegramPreview struct {
	Disabled bool `json:"is_disabled"`
}

// Telegram takes 4,096 characters, counted without markup. We count with markup, which
// is more, and so stay below.
const telegramText = 4000

func telegramMessages(cs []card, b notify.Batch) []part {
	texts := make([]string, len(cs))
	for i, c := range cs {
		texts[i] = telegramCard(c)
	}
	ranges := pack(len(cs), len(cs), telegramText-300, func(i int) int { return units(texts[i]) + 2 })
	parts := make([]part, len(ranges))
	for i, r := range ranges {
		m := telegramMessage{Text: strings.Join(texts[r[0]:r[1]], "\n\n"), Mode: "HTML", Preview: telegramPreview{Disabled: true}, Silent: true}
		for _, c := range cs[r[0]:r[1]] {
			m.Silent = m.Silent && c.Severity < notify.Normal
		}
		if i == 0 && b.Summary != nil {
			m.Text = "<b>" + appHTML(head(&b)) + "</b>\n\n" + m.Text
		}
		if i == len(ranges)-1 && rest(&b) != "" {
			m.Text += "\n\n" + rest(&b)
		}
		parts[i] = part{payload: m, alerts: alertIDs(b.Alerts[r[0]:r[1]])}
	}
	return parts
}

func telegramCard(c card) string {
	title := "<b>" + escaped(c.title(), 600, appHTML) + "</b>"
	if c.Link != "" && len(html.EscapeString(c.Link)) < 1000 {
		title = `<a href="` + html.EscapeString(c.Link) + `">` + title + "</a>"
	}
	if c.Severity > notify.Normal {
		title = "🔴 " + title
	}
	if c.Heading != "" {
		title = "<b>▸ " + appHTML(c.Heading) + "</b>\n" + title
	}
	lines := []string{title, htmlOrigin(c)}
	if len(c.Body) > 0 {
		lines = append(lines, escapedLines(c.Body, 1800, appHTML))
	}
	for _, e := range c.Excerpts {
		if q := fmt.Sprintf("<blockquote>%s</blockquote>", htmlPieces(e)); units(q) < 1200 {
			lines = append(lines, q)
		}
	}
	if len(c.Rules) > 0 {
		lines = append(lines, "matched "+escaped(ruleTexts(c.Rules), 500, appHTML))
	}
	if len(c.Also) > 0 {
		lines = append(lines, htmlAlso(c.Also))
	}
	return fit(lines, "\n", telegramText-300)
}

// appHTML escapes plain text for apps that take HTML but still look for links and
// mentions in it.
func appHTML(s string) string { return htmlPieces([]piece{{Text: s}}) }

// htmlPieces is appHTML for a text in pieces. Matches become bold.
func htmlPieces(ps []piece) string {
	var b strings.Builder
	for _, p := range unlinked(ps) {
		if text := html.EscapeString(p.Text); p.Hit {
			b.WriteString("<b>" + text + "</b>")
		} else {
			b.WriteString(text)
		}
	}
	return b.String()
}

// htmlOrigin is the origin of a card with a link to its page. It is no button: Telegram
// refuses a message with a button whose address it cannot reach.
func htmlOrigin(c card) string {
	origin := appHTML(c.origin())
	if c.Page == "" || len(c.Page) > 500 {
		return origin
	}
	return joined(" · ", origin, `<a href="`+html.EscapeString(c.Page)+`">`+openPage+"</a>")
}

func htmlAlso(as []also) string {
	places := make([]string, len(as))
	for i, a := range as {
		if places[i] = appHTML(a.Feed); a.Link != "" && a.Feed != "" && len(a.Link) < 300 {
			places[i] = `<a href="` + html.EscapeString(a.Link) + `">` + places[i] + "</a>"
		}
	}
	return "also in " + fit(places, ", ", 1000)
}

var (
	telegramToken = regexp.MustCompile(`^[0-9]+:[-_A-Za-z0-9]+$`)
	telegramChat  = regexp.MustCompile(`^(-?[0-9]+|@[A-Za-z][A-Za-z0-9_]{3,})$`)
)

// misaddressed reports what is wrong with the token and the chat.
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
