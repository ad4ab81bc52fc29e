package targets

import (
	"time"
	"watcher/internal/notify"
	"watcher/internal/text"
)

// webhookEvent is the body of a request. The keys of its types are a promise to the
// receivers and are defined here alone: these types encode nothing else.
type webhookEvent struct {
	Type      string    `json:"type"` // "watcher.alert" or "watcher.ops"
	Timestamp time.Time `json:"timestamp"`
	Data      any       `json:"data"` // an eventAlerts or an eventReport
}

type eventAlerts struct {
	Target  string        `json:"target"`
	Alerts  []eventAlert  `json:"alerts"`
	More    int           `json:"more"`
	Summary *eventSummary `json:"summary,omitempty"` // set if the alerts were held
}

// eventAlert is an Alert for programs: its lists are never null.
type eventAlert struct {
	ID        string         `json:"id"`
	Severity  string         `json:"severity"`
	FirstSeen time.Time      `json:"first_seen"`
	Rules     []eventRule    `json:"rules"`
	Item      eventItem      `json:"item"`
	Excerpts  []eventExcerpt `json:"excerpts"`
	AlsoIn    []eventPlace   `json:"also_in,omitempty"`
	Follows   *eventEarlier  `json:"follows,omitempty"`
	Page      string         `json:"page,omitempty"` // the alert's own page
}

// The types below have the same fields in the same order as the types that they are
// converted from. A change there does not compile until somebody decides here what
// receivers get.

type eventRule struct {
	Name  string   `json:"name"`
	Terms []string `json:"terms"`
}

type eventItem struct {
	ID         string     `json:"id"`
	Title      string     `json:"title"`
	Link       string     `json:"link"`
	Feed       string     `json:"feed"`
	FeedURL    string     `json:"feed_url"`
	Authors    []string   `json:"authors"`
	Categories []string   `json:"categories"`
	Language   string     `json:"language"`
	Published  *time.Time `json:"published"`
	Summary    string     `json:"summary"`
}

type eventExcerpt struct {
	Field string   `json:"field"`
	Text  string   `json:"text"`
	Spans [][2]int `json:"spans"` // byte offsets into Text as the receiver gets it
}

type eventPlace struct {
	Feed string `json:"feed"`
	Link string `json:"link"`
}

type eventEarlier struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	Link  string `json:"link"`
}

type eventSummary struct {
	Of    notify.Cause `json:"of"`
	At    time.Time    `json:"at"`
	Since time.Time    `json:"since"`
}

// eventTrouble is the data of "watcher.ops".
type eventTrouble struct {
	Kind   string    `json:"kind"`
	Feed   string    `json:"feed,omitempty"`
	Target string    `json:"target,omitempty"`
	Rule   string    `json:"rule,omitempty"`
	Text   string    `json:"text"`
	Since  time.Time `json:"since"`
}

// eventReport is a trouble with the page that shows it.
type eventReport struct {
	eventTrouble
	Page string `json:"page,omitempty"`
}

// Limits of a webhook's payload. The specification asks for less than 20 kB where
// possible. So a long summary is cut, and a large batch becomes several requests.
const (
	webhookAlerts  = 50
	webhookSummary = 2000 // characters
	webhookTitle   = 1000 // characters
)

// composeEvents makes one message of each event of a batch. Its values are exact, so
// invisible characters, even joiners, are written as escapes.
func composeEvents(b notify.Batch) ([]notify.Message, error) {
	ms, err := messages(b, webhookMessages(b))
	for i := range ms {
		ms[i].Payload = text.EscapeJSON(ms[i].Payload, nil)
	}
	return ms, err
}

// webhookMessages makes events of a batch. Each trouble is an event of its own.
func webhookMessages(b notify.Batch) []part {
	var parts []part
	var alerts []eventAlert
	for i := range b.Alerts {
		a := &b.Alerts[i]
		if a.Trouble != nil {
			event := webhookEvent{Type: "watcher.ops", Timestamp: b.Time.UTC(), Data: eventReport{eventTrouble(*a.Trouble), b.Page(a)}}
			parts = append(parts, part{payload: event, alerts: []string{a.ID}})
			continue
		}
		alerts = append(alerts, eventAlertOf(&b, a))
	}
	for i := 0; i < len(alerts); i += webhookAlerts {
		chunk := alerts[i:min(i+webhookAlerts, len(alerts))]
		data := eventAlerts{Target: b.Target, Alerts: chunk, Summary: (*eventSummary)(b.Summary)}
		if i+len(chunk) == len(alerts) {
			data.More = b.More
		}
		ids := make([]string, len(chunk))
		for i := range chunk {
			ids[i] = chunk[i].ID
		}
		event := webhookEvent{Type: "watcher.alert", Timestamp: b.Time.UTC(), Data: data}
		parts = append(parts, part{payload: event, alerts: ids})
	}
	return parts
}

func eventAlertOf(b *notify.Batch, a *notify.Alert) eventAlert {
	e := eventAlert{
		ID: a.ID, Page: b.Page(a), Severity: a.Severity.String(), FirstSeen: a.FirstSeen.UTC(), Item: eventItem(a.Item),
		Rules: make([]eventRule, len(a.Rules)), Excerpts: make([]eventExcerpt, len(a.Excerpts)), Follows: (*eventEarlier)(a.Follows),
	}
	if p := e.Item.Published; p != nil && !sane(*p) {
		e.Item.Published = nil
	}
	e.Item.Title = text.Clip(e.Item.Title, webhookTitle)
	e.Item.Summary = text.Clip(e.Item.Summary, webhookSummary)
	e.Item.Authors = notNil(e.Item.Authors)
	e.Item.Categories = notNil(e.Item.Categories)
	for i, hit := range a.Rules {
		e.Rules[i] = eventRule{Name: hit.Name, Terms: notNil(hit.Terms)}
	}
	for i, x := range a.Excerpts {
		cleaned, spans := text.CleanSpans(x.Text, text.TidySpans(x.Text, x.Spans))
		e.Excerpts[i] = eventExcerpt{Field: x.Field, Text: cleaned, Spans: spans}
	}
	for _, place := range a.AlsoIn {
		e.AlsoIn = append(e.AlsoIn, eventPlace(place))
	}
	return e
}
