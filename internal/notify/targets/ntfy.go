package targets

import (
	"encoding/json"
	"errors"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"watcher/internal/notify"
	"watcher/internal/problem"
	"watcher/internal/text"
)

// NtfyOptions configure a topic of an ntfy server.
type NtfyOptions struct {
	Server string `yaml:"server"`       // empty: https://ntfy.sh
	Topic  Secret `yaml:"topic,secret"` // whoever knows it can subscribe, unless the server has access control
	Token  Secret `yaml:"token,secret"` // access token; empty if the topic is open

	Words `yaml:",inline"`
}

var ntfyTopic = regexp.MustCompile(`^[-_A-Za-z0-9]{1,64}$`)

func (o *NtfyOptions) Validate() []problem.Problem {
	ps := checkURL("server", Secret(o.Server), "https", "http")
	if o.Topic == "" {
		ps = append(ps, problem.At("topic", "is missing"))
	} else if !ntfyTopic.MatchString(string(o.Topic)) {
		ps = append(ps, problem.At("topic", "has other characters than letters, digits, - and _, or more than 64"))
	}
	if o.Token != "" {
		ps = append(ps, checkToken("token", o.Token)...)
	}
	return append(append(ps, o.misaddressed()...), o.check()...)
}

// ntfyPace: one message in 5 s and a burst of 60, of which we leave some to others
// behind the same IP address.
var ntfyPace = pace{5 * time.Second, 40}

func (o *NtfyOptions) Open(env Env) (notify.Notifier, error) {
	t := &api{
		poster: poster{env: env, kind: "ntfy", secrets: []Secret{o.Topic, o.Token}}, to: Secret(o.Server),
		add: map[string]any{"topic": string(o.Topic)}, pace: ntfyPace, words: o.wording(), word: ntfyMessages, accept: ntfyAccept,
	}
	if o.Token != "" {
		t.header = map[string]string{"Authorization": "Bearer " + string(o.Token)}
	}
	return t, nil
}

// ntfyCodes are the error codes of ntfy whose first three digits, an HTTP status, would
// be misread.
var ntfyCodes = codes{
	deadTarget: {"40009", "40010"}, // the topic is not a valid name, or not allowed
}

// ntfyAccept reads an answer: the published message, or a code.
func ntfyAccept(a answer) error {
	var said struct {
		ID         string  `json:"id"`
		Event      string  `json:"event"`
		Topic      *string `json:"topic"`
		Message    *string `json:"message"`
		Attachment any     `json:"attachment"`
		Code       int     `json:"code"`
	}
	var sent struct{ Topic, Message string }
	err := errors.Join(json.Unmarshal([]byte(a.body), &said), json.Unmarshal(a.sent, &sent))
	v := a.byStatus()
	switch {
	case err == nil && said.Code >= 10000:
		v = ntfyCodes.of(strconv.Itoa(said.Code), byStatus(said.Code/100))
	case v != accepted: // the code has a meaning of its own
	case err != nil || said.ID == "" || said.Event != "message":
		v = unclear // not from ntfy but from a proxy
	case said.Topic != nil && *said.Topic != hide(sent.Topic, Secret(sent.Topic)) && *said.Topic != sent.Topic,
		said.Message != nil && said.Attachment == nil && !sameWords(*said.Message, hide(sent.Message, Secret(sent.Topic))):
		// An address with a path publishes the request itself as text.
		a.body = "another message than it was sent: " + a.body
		v = deadTarget
	}
	return a.settle(v)
}

// sameWords reports whether two texts are equal apart from white space.
func sameWords(a, b string) bool { return slices.Equal(strings.Fields(a), strings.Fields(b)) }

type ntfyMessage struct {
	Title    string   `json:"title"`
	Message  string   `json:"message"`
	Priority int      `json:"priority"` // 1 to 5
	Tags     []string `json:"tags,omitempty"`
	Click    string   `json:"click,omitempty"`

	Actions []ntfyAction `json:"actions,omitempty"`
}

// ntfyAction is a button with a link.
type ntfyAction struct {
	Action string `json:"action"` // "view"
	Label  string `json:"label"`
	URL    string `json:"url"`
}

// ntfy turns a message of more than 4,096 bytes into an attached file.
const ntfyBytes = 4000

var ntfyPriority = map[notify.Severity]int{notify.Low: 2, notify.Normal: 3, notify.High: 4}

// ntfyMessages makes a notification of each alert, since a tap opens one article. Many
// alerts become lists.
func ntfyMessages(cs []card, b notify.Batch) []part {
	texts := make([]string, len(cs))
	crowd := len(cs) > 5 || b.Summary != nil
	for i, c := range cs {
		texts[i] = ntfyText(c, crowd)
	}
	count := 1
	if crowd {
		count = len(cs)
	}
	ranges := pack(len(cs), count, ntfyBytes-200, func(i int) int { return len(texts[i]) + 2 })
	parts := make([]part, len(ranges))
	for i, r := range ranges {
		some := cs[r[0]:r[1]]
		m := ntfyMessage{Title: unlink(text.Clip(batchHeadline(&b, some), titleRunes)), Message: strings.Join(texts[r[0]:r[1]], "\n\n"), Priority: ntfyPriority[notify.Low]}
		for _, c := range some {
			m.Priority = max(m.Priority, ntfyPriority[c.Severity])
		}
		if len(some) == 1 {
			m.Click = some[0].Link
			if page := some[0].Page; page != "" && !crowd {
				m.Actions = []ntfyAction{{Action: "view", Label: openPage, URL: page}}
			}
		}
		if i == len(ranges)-1 && rest(&b) != "" {
			m.Message += "\n\n" + rest(&b)
		}
		if m.Message == "" {
			m.Message = "-" // ntfy writes "triggered" where there is nothing
		}
		parts[i] = part{payload: m, alerts: alertIDs(b.Alerts[r[0]:r[1]])}
	}
	return parts
}

// ntfyText is the text below a title, or an alert in a list.
func ntfyText(c card, listed bool) string {
	var lines []string
	if c.Heading != "" {
		lines = append(lines, "== "+unlink(c.Heading)+" ==")
	}
	if listed {
		lines = append(lines, unlink(c.title()))
	}
	lines = append(lines, unlink(c.origin()))
	for _, line := range c.Body {
		lines = append(lines, unlink(line))
	}
	if listed {
		if c.Link != "" && len(c.Link) < 500 {
			lines = append(lines, c.Link)
		}
		if c.Page != "" {
			lines = append(lines, openPage+": "+c.Page)
		}
		return fit(lines, "\n", ntfyBytes-300)
	}
	for _, e := range c.Excerpts {
		lines = append(lines, unlink(plain(e)))
	}
	if len(c.Rules) > 0 {
		lines = append(lines, "matched "+unlink(text.Clip(ruleTexts(c.Rules), 500)))
	}
	for _, a := range c.Also {
		lines = append(lines, "also in "+unlink(a.Feed))
	}
	return fit(lines, "\n", ntfyBytes-300)
}

// ntfyReserved are topics that an ntfy server uses for its own pages.
var ntfyReserved = []string{"account", "app", "docs", "file", "login", "metrics", "reset-password", "settings", "signup", "static", "v1"}

// misaddressed reports what is wrong with the server and the topic.
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
