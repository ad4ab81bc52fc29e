package targets

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"time"

	"watcher/internal/notify"
	"watcher/internal/problem"
)

// PagerDutyOptions configure an integration of PagerDuty's Events API v2.
type PagerDutyOptions struct {
	RoutingKey Secret `yaml:"routing_key,secret"` // the integration key
	URL        string `yaml:"url"`                // empty: https://events.pagerduty.com/v2/enqueue

	Words `yaml:",inline"`
}

func (o *PagerDutyOptions) Validate() []problem.Problem {
	ps := checkURL("url", Secret(o.URL), "https", "http")
	ps = append(append(ps, checkToken("routing_key", o.RoutingKey)...), o.misaddressed()...)
	return append(ps, o.check()...)
}

// pagerdutyPace: 120 events a minute.
var pagerdutyPace = pace{500 * time.Millisecond, 20}

func (o *PagerDutyOptions) Open(env Env) (notify.Notifier, error) {
	return &api{
		poster: poster{env: env, kind: "pagerduty", secrets: []Secret{o.RoutingKey}}, to: Secret(o.URL),
		add: map[string]any{"routing_key": string(o.RoutingKey)}, pace: pagerdutyPace, words: o.wording(), word: pagerdutyMessages, accept: pagerdutyAccept,
	}, nil
}

// pagerdutyWait is how long to wait after a 429: PagerDuty asks for some minutes
// without a number.
const pagerdutyWait = time.Minute

// pagerdutyCodes are phrases of the status, message and errors in responses of the
// Events API.
var pagerdutyCodes = codes{
	deadTarget: {"routing key", "routing_key", "account not found"},
	temporary:  {"throttle exceeded", "rate limit"},
	badMessage: {"invalid event"},
}

func pagerdutyAccept(a answer) error {
	var said struct {
		Status string `json:"status"`
	}
	err := json.Unmarshal([]byte(a.body), &said)
	if a.success() && said.Status == "success" {
		return nil
	}
	v := a.byStatus()
	if v == accepted {
		v = unclear // not from PagerDuty but from a proxy
		if err == nil && said.Status != "" {
			v = temporary
		}
	}
	if v = pagerdutyCodes.within(a.body, v); v == temporary && (a.success() || a.status == http.StatusTooManyRequests) {
		a.after = max(a.after, pagerdutyWait)
	}
	return a.settle(v)
}

type pagerdutyEvent struct {
	Action  string           `json:"event_action"`
	Dedup   string           `json:"dedup_key"` // at most 255 characters
	Client  string           `json:"client"`
	Payload pagerdutyPayload `json:"payload"`
	Links   []pagerdutyLink  `json:"links,omitempty"`
}

type pagerdutyPayload struct {
	Summary   string            `json:"summary"` // at most 1,024 characters
	Source    string            `json:"source"`
	Severity  string            `json:"severity"`
	Timestamp time.Time         `json:"timestamp"`
	Details   map[string]string `json:"custom_details,omitempty"`
}

type pagerdutyLink struct {
	Href string `json:"href"`
	Text string `json:"text"`
}

var pagerdutySeverity = map[notify.Severity]string{notify.Low: "info", notify.Normal: "warning", notify.High: "critical"}

// pagerdutyMessages makes an event of each alert. The alert's ID is the deduplication
// key.
func pagerdutyMessages(cs []card, b notify.Batch) []part {
	parts := make([]part, len(b.Alerts))
	for i, c := range cs {
		e := pagerdutyEvent{
			Action: "trigger", Dedup: "watcher/" + b.Alerts[i].ID, Client: "watcher",
			Payload: pagerdutyPayload{
				Summary: c.title(), Source: c.Feed, Severity: pagerdutySeverity[c.Severity],
				Timestamp: c.Time.UTC(), Details: map[string]string{},
			},
		}
		if e.Payload.Source == "" {
			e.Payload.Source = "watcher" // required
		}
		if c.Link != "" {
			e.Links = append(e.Links, pagerdutyLink{Href: c.Link, Text: "Article"})
		}
		if c.Page != "" {
			e.Links = append(e.Links, pagerdutyLink{Href: c.Page, Text: openPage})
		}
		for _, a := range c.Also {
			if a.Link != "" {
				e.Links = append(e.Links, pagerdutyLink{Href: a.Link, Text: "Also in " + a.Feed})
			}
		}
		note := func(key, value string) {
			if value != "" {
				e.Payload.Details[key] = value
			}
		}
		note("summary", head(&b))
		note("text", strings.Join(c.Body, "\n"))
		var texts []string
		for _, x := range c.Excerpts {
			texts = append(texts, plain(x))
		}
		note("excerpt", strings.Join(texts, "\n"))
		note("rules", ruleTexts(c.Rules))
		if i == len(b.Alerts)-1 {
			note("more", rest(&b))
		}
		parts[i] = part{payload: e, alerts: []string{b.Alerts[i].ID}}
	}
	return parts
}

var pagerdutyKey = regexp.MustCompile(`^[A-Za-z0-9]{32}$`)

// misaddressed reports what is wrong with the address and the key.
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
