package record

import (
	"encoding/json"
	"fmt"
	"time"

	"watcher/internal/notify"
)

// Alert is an alert on disk, and what became of it.
type Alert struct {
	Alert    Body      `json:"alert"`
	Target   string    `json:"target"`
	Keys     []Key     `json:"keys"`
	Flood    bool      `json:"flood,omitempty"`
	Since    time.Time `json:"since"`              // when it was held
	Held     uint64    `json:"held,omitempty"`     // its sequence in the held bucket; 0 once it is no longer held
	Ended    time.Time `json:"ended,omitzero"`     // when it was composed, skipped or given up
	Why      string    `json:"why,omitempty"`      // what it had waited for
	Messages []string  `json:"messages,omitempty"` // delivery ids it was composed into
	Skipped  string    `json:"skipped,omitempty"`  // why it is not sent
	Dead     string    `json:"dead,omitempty"`     // why it was given up before it was composed
	Dropped  time.Time `json:"dropped,omitzero"`   // when a person dropped it
	// Heard are the rules, and Worst the severity, under which the target was sent the
	// story before this alert.
	Heard []string `json:"heard,omitempty"`
	Worst Severity `json:"worst,omitempty"`
	// Logged is its key in the log, and Story the key of its story. Old records have
	// neither.
	Logged       []byte           `json:"logged,omitempty"`
	Story        string           `json:"story,omitempty"`
	Acknowledged *Acknowledgement `json:"acknowledged,omitempty"`
}

func (Alert) record() {}

// Body is the content of an alert: notify.Alert without what is needed only until the
// alert is held, and without what its record stores elsewhere.
type Body struct {
	ID        string     `json:"id"`
	Severity  Severity   `json:"severity"`
	FirstSeen time.Time  `json:"first_seen"`
	Rules     []Rule     `json:"rules"`
	Item      Item       `json:"item"`
	Excerpts  []Excerpt  `json:"excerpts"`
	AlsoIn    []Location `json:"also_in,omitempty"`
	Trouble   *Trouble   `json:"trouble,omitempty"`
	Follows   *Earlier   `json:"follows,omitempty"`
}

// BodyOf makes the record of an alert's content.
func BodyOf(a *notify.Alert) Body {
	return Body{
		ID: a.ID, Severity: Severity(a.Severity), FirstSeen: a.FirstSeen,
		Rules:    converted(a.Rules, func(r notify.RuleHit) Rule { return Rule(r) }),
		Item:     Item(a.Item),
		Excerpts: converted(a.Excerpts, func(e notify.Excerpt) Excerpt { return Excerpt(e) }),
		AlsoIn:   converted(a.AlsoIn, func(l notify.Location) Location { return Location(l) }),
		Trouble:  (*Trouble)(a.Trouble), Follows: (*Earlier)(a.Follows),
	}
}

// Alert returns the alert of a record, without the fields that are stored elsewhere.
func (b *Body) Alert() notify.Alert {
	return notify.Alert{
		ID: b.ID, Severity: notify.Severity(b.Severity), FirstSeen: b.FirstSeen,
		Rules:    converted(b.Rules, func(r Rule) notify.RuleHit { return notify.RuleHit(r) }),
		Item:     notify.AlertItem(b.Item),
		Excerpts: converted(b.Excerpts, func(e Excerpt) notify.Excerpt { return notify.Excerpt(e) }),
		AlsoIn:   converted(b.AlsoIn, func(l Location) notify.Location { return notify.Location(l) }),
		Trouble:  (*notify.Trouble)(b.Trouble), Follows: (*notify.Earlier)(b.Follows),
	}
}

// Key is a notify.ItemKey. On disk it is a list of 16 numbers.
type Key [16]byte

// KeysOf makes records of keys.
func KeysOf(keys []notify.ItemKey) []Key {
	return converted(keys, func(k notify.ItemKey) Key { return Key(k) })
}

// ItemKeys converts the records of keys.
func ItemKeys(keys []Key) []notify.ItemKey {
	return converted(keys, func(k Key) notify.ItemKey { return notify.ItemKey(k) })
}

// Severity is a notify.Severity: low, normal or high on disk.
type Severity int8

// MarshalText writes low, normal or high.
func (s Severity) MarshalText() ([]byte, error) {
	switch notify.Severity(s) {
	case notify.Low:
		return []byte("low"), nil
	case notify.High:
		return []byte("high"), nil
	}
	return []byte("normal"), nil
}

// UnmarshalText reads low, normal or high.
func (s *Severity) UnmarshalText(b []byte) error {
	switch string(b) {
	case "low":
		*s = Severity(notify.Low)
	case "normal":
		*s = Severity(notify.Normal)
	case "high":
		*s = Severity(notify.High)
	default:
		return fmt.Errorf("unknown severity %q", b)
	}
	return nil
}

// The records below have the same fields in the same order as the types that they
// record, so that they convert to each other. A change there does not compile until
// somebody decides here what becomes of stored data.

// Rule is a notify.RuleHit.
type Rule struct {
	Name  string   `json:"name"`
	Terms []string `json:"terms"`
}

// Item is a notify.AlertItem.
type Item struct {
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

// Excerpt is a notify.Excerpt.
type Excerpt struct {
	Field string   `json:"field"`
	Text  string   `json:"text"`
	Spans [][2]int `json:"spans"`
}

// Location is a notify.Location.
type Location struct {
	Feed string `json:"feed"`
	Link string `json:"link"`
}

// Earlier is a notify.Earlier.
type Earlier struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	Link  string `json:"link"`
}

// Trouble is a notify.Trouble.
type Trouble struct {
	Kind   string    `json:"kind"`
	Feed   string    `json:"feed,omitempty"`
	Target string    `json:"target,omitempty"`
	Rule   string    `json:"rule,omitempty"`
	Text   string    `json:"text"`
	Since  time.Time `json:"since"`
}

// Acknowledgement is a notify.Acknowledgement.
type Acknowledgement struct {
	By   string    `json:"by"`
	At   time.Time `json:"at"`
	Note string    `json:"note,omitempty"`
	Undo bool      `json:"undo,omitempty"`
}

// Held is the entry of an alert in the held bucket: a notify.HeldAlert.
type Held struct {
	ID       string    `json:"id"`
	Since    time.Time `json:"since"`
	Severity Severity  `json:"severity"`
	Rules    []string  `json:"rules,omitempty"`
	Feed     string    `json:"feed,omitempty"`
	Trouble  bool      `json:"trouble,omitempty"`
	Follows  bool      `json:"follows,omitempty"`
	Flood    bool      `json:"flood,omitempty"`
	Story    string    `json:"story,omitempty"`
}

func (Held) record() {}

// HeldAlert converts the record.
func (r *Held) HeldAlert() notify.HeldAlert {
	return notify.HeldAlert{
		ID: r.ID, Since: r.Since, Severity: notify.Severity(r.Severity), Rules: r.Rules,
		Feed: r.Feed, Trouble: r.Trouble, Follows: r.Follows, Flood: r.Flood, Story: r.Story,
	}
}

// Delivery is a frozen message on disk, and its attempts.
type Delivery struct {
	Message   Message   `json:"message"`
	Frozen    time.Time `json:"frozen"` // or when a person last asked for a retry
	Tries     int       `json:"tries,omitempty"`
	Attempts  []Attempt `json:"attempts,omitempty"` // the first and the latest
	Begun     bool      `json:"begun,omitempty"`
	Ambiguous int       `json:"ambiguous,omitempty"` // attempts that may have arrived and were repeated
	Due       time.Time `json:"due,omitzero"`        // of its retry
	Sent      time.Time `json:"sent,omitzero"`
	Ref       string    `json:"ref,omitempty"` // the target's name for it
	Dead      time.Time `json:"dead,omitzero"`
	Dropped   time.Time `json:"dropped,omitzero"`
	Apart     bool      `json:"apart,omitempty"` // the payload is stored in a record of its own
}

func (Delivery) record() {}

// Message is a notify.Message without Ref, which is looked up when the message is sent.
type Message struct {
	ID       string          `json:"id"`
	Target   string          `json:"target"`
	AlertIDs []string        `json:"alert_ids"`
	Kind     string          `json:"kind,omitempty"`
	Follows  string          `json:"follows,omitempty"`
	Flood    bool            `json:"flood,omitempty"`
	Payload  json.RawMessage `json:"payload"`
}

// MessageOf makes the record of a message.
func MessageOf(m *notify.Message) Message {
	return Message{
		ID: m.ID, Target: m.Target, AlertIDs: m.AlertIDs, Kind: m.Kind,
		Follows: m.Follows, Flood: m.Flood, Payload: m.Payload,
	}
}

// Message converts the record, without Ref.
func (r *Message) Message() notify.Message {
	return notify.Message{
		ID: r.ID, Target: r.Target, AlertIDs: r.AlertIDs, Kind: r.Kind,
		Follows: r.Follows, Flood: r.Flood, Payload: r.Payload,
	}
}

// Attempt is a notify.Attempt.
type Attempt struct {
	Start     time.Time `json:"start"`
	End       time.Time `json:"end,omitzero"`
	Answer    string    `json:"answer,omitempty"`
	Ambiguous bool      `json:"ambiguous,omitempty"`
}

// Mute is a notify.Mute.
type Mute struct {
	Kind  string    `json:"kind"`
	Name  string    `json:"name"`
	Since time.Time `json:"since"`
	Until time.Time `json:"until"`
	By    string    `json:"by,omitempty"`
	Why   string    `json:"why,omitempty"`
	Title string    `json:"title,omitempty"`
}

func (Mute) record() {}

// Health is a notify.TargetHealth.
type Health struct {
	Since    time.Time `json:"since,omitzero"`
	Failures int       `json:"failures,omitzero"`
	Refused  int       `json:"refused,omitzero"`
	Told     time.Time `json:"told,omitzero"`
	Before   time.Time `json:"before,omitzero"`
	Answer   string    `json:"answer,omitzero"`
}

func (Health) record() {}
