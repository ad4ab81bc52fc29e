package targets

import (
	"context"
	"encoding/json"
	"html"
	"net/http"
	"net/url"
	"strings"
	"time"

	"watcher/internal/backoff"
	"watcher/internal/notify"
	"watcher/internal/problem"
)

// MatrixOptions configure a Matrix room that the token's user has joined.
type MatrixOptions struct {
	Homeserver string `yaml:"homeserver"`   // https://matrix.example.org
	Room       string `yaml:"room"`         // !id:example.org
	Token      Secret `yaml:"token,secret"` // access token

	Words `yaml:",inline"`
}

func (o *MatrixOptions) Validate() []problem.Problem {
	ps := checkURL("homeserver", Secret(o.Homeserver), "https", "http")
	if !strings.HasPrefix(o.Room, "!") {
		ps = append(ps, problem.At("room", "is not a room id, which begins with ! (a room's settings show it under Advanced)"))
	}
	ps = append(append(ps, o.misaddressed()...), checkToken("token", o.Token)...)
	return append(ps, o.check()...)
}

// matrixPace is what most homeservers are likely to accept; the others answer with a
// wait.
var matrixPace = pace{time.Second, 10}

func (o *MatrixOptions) Open(env Env) (notify.Notifier, error) {
	to := strings.TrimSuffix(o.Homeserver, "/") + "/_matrix/client/v3/rooms/" + url.PathEscape(o.Room) + "/send/m.room.message/"
	return &matrix{api{
		poster: poster{env: env, kind: "matrix", secrets: []Secret{o.Token}}, to: Secret(to),
		header: map[string]string{"Authorization": "Bearer " + string(o.Token)}, pace: matrixPace, words: o.wording(), word: matrixMessages,
	}}, nil
}

type matrix struct{ api }

var _ notify.Notifier = (*matrix)(nil)

// Notify uses the delivery ID as the transaction ID. A homeserver takes a transaction
// once (Client-Server API, PUT …/send/{eventType}/{txnId}), so no crash of ours shows a
// message twice.
func (t *matrix) Notify(ctx context.Context, m notify.Message) error {
	a, err := t.poster.do(ctx, http.MethodPut, string(t.to)+url.PathEscape(m.ID), t.header, m.Payload)
	if err != nil {
		return err
	}
	var said struct {
		Event string  `json:"event_id"`
		Code  string  `json:"errcode"`
		After float64 `json:"retry_after_ms"` // deprecated, but all that old servers send
	}
	err = json.Unmarshal([]byte(a.body), &said)
	a.after = max(a.after, backoff.Seconds(said.After*float64(time.Millisecond)/float64(time.Second), maxRetryAfter))
	v := a.byStatus()
	switch {
	case v == accepted && (err != nil || said.Event == ""):
		v = unclear // not from Matrix but from a proxy
	case a.status == http.StatusNotFound && said.Code == "":
		v = temporary // nor is this from Matrix
	}
	return a.settle(matrixCodes.of(said.Code, v))
}

// matrixCodes are the error codes of the Client-Server API, section "Standard error
// response", and of its PUT …/send/{eventType}/{txnId}. An invalid parameter can only
// be the room: the others are ours.
var matrixCodes = codes{
	deadTarget: {
		"M_CONSENT_NOT_GIVEN", "M_EXCLUSIVE", "M_FORBIDDEN", "M_GUEST_ACCESS_FORBIDDEN", "M_INCOMPATIBLE_ROOM_VERSION",
		"M_INVALID_PARAM", "M_MISSING_PARAM", "M_MISSING_TOKEN", "M_NOT_FOUND", "M_RESOURCE_LIMIT_EXCEEDED", "M_UNAUTHORIZED",
		"M_UNKNOWN_TOKEN", "M_UNRECOGNIZED", "M_UNSUPPORTED_ROOM_VERSION", "M_USER_DEACTIVATED", "M_USER_LOCKED",
		"M_USER_SUSPENDED",
	},
	temporary:  {"M_LIMIT_EXCEEDED"},
	badMessage: {"M_BAD_JSON", "M_NOT_JSON", "M_TOO_LARGE"},
}

// matrixMessage is the content of an m.room.message event.
type matrixMessage struct {
	Type      string   `json:"msgtype"`
	Body      string   `json:"body"`
	Format    string   `json:"format"`
	Formatted string   `json:"formatted_body"`
	Mentions  struct{} `json:"m.mentions"` // empty: mentions nobody, whatever the text says
}

// matrixBytes keeps an event below 65,536 bytes, with what the homeserver adds to it.
const matrixBytes = 40000

func matrixMessages(cs []card, b notify.Batch) []part {
	texts, pages := make([]string, len(cs)), make([]string, len(cs))
	for i, c := range cs {
		page := letterPage{Cards: cs[i : i+1]}
		texts[i], pages[i] = page.text(), matrixCard(c)
	}
	ranges := pack(len(cs), len(cs), matrixBytes, func(i int) int {
		j, _ := marshal(texts[i] + pages[i]) // strings cannot fail
		return len(j) + 20
	})
	parts := make([]part, len(ranges))
	for i, r := range ranges {
		m := matrixMessage{
			Type: "m.text", Format: "org.matrix.custom.html",
			Body:      strings.Join(texts[r[0]:r[1]], "\n"),
			Formatted: strings.Join(pages[r[0]:r[1]], "<hr>"),
		}
		if i == 0 && b.Summary != nil {
			m.Body = head(&b) + "\n\n" + m.Body
			m.Formatted = "<p><b>" + appHTML(head(&b)) + "</b></p>" + m.Formatted
		}
		if i == len(ranges)-1 && rest(&b) != "" {
			m.Body += "\n" + rest(&b)
			m.Formatted += "<p>" + html.EscapeString(rest(&b)) + "</p>"
		}
		parts[i] = part{payload: m, alerts: alertIDs(b.Alerts[r[0]:r[1]])}
	}
	return parts
}

func matrixCard(c card) string {
	title := "<b>" + appHTML(c.title()) + "</b>"
	if c.Link != "" {
		title = `<a href="` + html.EscapeString(c.Link) + `">` + title + "</a>"
	}
	if c.Severity > notify.Normal {
		title = "🔴 " + title
	}
	var b strings.Builder
	if c.Heading != "" {
		b.WriteString("<p><b>▸ " + appHTML(c.Heading) + "</b></p>")
	}
	b.WriteString("<p>" + title + "<br>" + htmlOrigin(c) + "</p>")
	if len(c.Body) > 0 {
		lines := make([]string, len(c.Body))
		for i, line := range c.Body {
			lines[i] = appHTML(line)
		}
		b.WriteString("<p>" + strings.Join(lines, "<br>") + "</p>")
	}
	for _, e := range c.Excerpts {
		b.WriteString("<blockquote>" + htmlPieces(e) + "</blockquote>")
	}
	var notes []string
	if len(c.Rules) > 0 {
		notes = append(notes, "matched "+appHTML(ruleTexts(c.Rules)))
	}
	if len(c.Also) > 0 {
		notes = append(notes, htmlAlso(c.Also))
	}
	if len(notes) > 0 {
		b.WriteString("<p>" + strings.Join(notes, "<br>") + "</p>")
	}
	return b.String()
}

// misaddressed reports what is wrong with the homeserver and the room.
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
