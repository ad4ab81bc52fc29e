package bolt

import (
	"encoding/json"
	"fmt"
	"time"

	"watcher/internal/notify"
)

// alertRecord is an alert on disk, and what became of it.
type alertRecord struct {
	Alert    alertBody   `json:"alert"`
	Target   string      `json:"target"`
	Keys     []keyRecord `json:"keys"`
	Flood    bool        `json:"flood,omitempty"`
	Since    time.Time   `json:"since"`              // when it was held
	Held     uint64      `json:"held,omitempty"`     // its sequence in the held bucket; 0 once it is held no longer
	Ended    time.Time   `json:"ended,omitzero"`     // when it was composed, skipped or given up
	Why      string      `json:"why,omitempty"`      // what it had waited for
	Messages []string    `json:"messages,omitempty"` // delivery ids it was composed into
	Skipped  string      `json:"skipped,omitempty"`  // why its target is not to be told
	Dead     string      `json:"dead,omitempty"`     // why it was given up before it was composed
	Dropped  time.Time   `json:"dropped,omitzero"`   // when a person dropped it
	// Heard are the rules, and Worst the severity, that the target had heard the
	// story under before this alert broke through.
	Heard []string       `json:"heard,omitempty"`
	Worst severityRecord `json:"worst,omitempty"`
	// Logged is its key in the log, and Story that of its story. Records of old have
	// neither.
	Logged       []byte                 `json:"logged,omitempty"`
	Story        string                 `json:"story,omitempty"`
	Acknowledged *acknowledgementRecord `json:"acknowledged,omitempty"`
}

func (alertRecord) record() {}

// alertBody is what an alert tells. It has all of notify.Alert but what is
// forgotten once the alert is held, and what its record has beside it.
type alertBody struct {
	ID        string           `json:"id"`
	Severity  severityRecord   `json:"severity"`
	FirstSeen time.Time        `json:"first_seen"`
	Rules     []ruleRecord     `json:"rules"`
	Item      itemRecord       `json:"item"`
	Excerpts  []excerptRecord  `json:"excerpts"`
	AlsoIn    []locationRecord `json:"also_in,omitempty"`
	Trouble   *troubleRecord   `json:"trouble,omitempty"`
	Follows   *earlierRecord   `json:"follows,omitempty"`
}

func alertBodyOf(a *notify.Alert) alertBody {
	return alertBody{
		ID: a.ID, Severity: severityRecord(a.Severity), FirstSeen: a.FirstSeen,
		Rules:    converted(a.Rules, func(r notify.RuleHit) ruleRecord { return ruleRecord(r) }),
		Item:     itemRecord(a.Item),
		Excerpts: converted(a.Excerpts, func(e notify.Excerpt) excerptRecord { return excerptRecord(e) }),
		AlsoIn:   converted(a.AlsoIn, func(l notify.Location) locationRecord { return locationRecord(l) }),
		Trouble:  (*troubleRecord)(a.Trouble), Follows: (*earlierRecord)(a.Follows),
	}
}

func (b *alertBody) alert() notify.Alert {
	return notify.Alert{
		ID: b.ID, Severity: notify.Severity(b.Severity), FirstSeen: b.FirstSeen,
		Rules:    converted(b.Rules, func(r ruleRecord) notify.RuleHit { return notify.RuleHit(r) }),
		Item:     notify.AlertItem(b.Item),
		Excerpts: converted(b.Excerpts, func(e excerptRecord) notify.Excerpt { return notify.Excerpt(e) }),
		AlsoIn:   converted(b.AlsoIn, func(l locationRecord) notify.Location { return notify.Location(l) }),
		Trouble:  (*notify.Trouble)(b.Trouble), Follows: (*notify.Earlier)(b.Follows),
	}
}

// keyRecord is a notify.ItemKey. On disk it is a list of 16 numbers.
type keyRecord [16]byte

func keyRecordOf(k notify.ItemKey) keyRecord { return keyRecord(k) }
func (k keyRecord) key() notify.ItemKey      { return notify.ItemKey(k) }

// severityRecord is a notify.Severity: low, normal or high on disk.
type severityRecord int8

// MarshalText writes low, normal or high.
func (s severityRecord) MarshalText() ([]byte, error) {
	switch notify.Severity(s) {
	case notify.Low:
		return []byte("low"), nil
	case notify.High:
		return []byte("high"), nil
	}
	return []byte("normal"), nil
}

// UnmarshalText reads low, normal or high.
func (s *severityRecord) UnmarshalText(b []byte) error {
	switch string(b) {
	case "low":
		*s = severityRecord(notify.Low)
	case "normal":
		*s = severityRecord(notify.Normal)
	case "high":
		*s = severityRecord(notify.High)
	default:
		return fmt.Errorf("unknown severity %q", b)
	}
	return nil
}

// The records below have the fields of what they are records of, in their order,
// so that they convert to each other. A change there does not compile until it is
// decided here what becomes of what is stored.

type ruleRecord struct {
	Name  string   `json:"name"`
	Terms []string `json:"terms"`
}

type itemRecord struct {
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

type excerptRecord struct {
	Field string   `json:"field"`
	Text  string   `json:"text"`
	Spans [][2]int `json:"spans"`
}

type locationRecord struct {
	Feed string `json:"feed"`
	Link string `json:"link"`
}

type earlierRecord struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	Link  string `json:"link"`
}

type troubleRecord struct {
	Kind   string    `json:"kind"`
	Feed   string    `json:"feed,omitempty"`
	Target string    `json:"target,omitempty"`
	Rule   string    `json:"rule,omitempty"`
	Text   string    `json:"text"`
	Since  time.Time `json:"since"`
}

// acknowledgementRecord is a notify.Acknowledgement.
type acknowledgementRecord struct {
	By   string    `json:"by"`
	At   time.Time `json:"at"`
	Note string    `json:"note,omitempty"`
}

// heldRecord is what the held bucket has of an alert: a notify.HeldAlert.
type heldRecord struct {
	ID       string         `json:"id"`
	Since    time.Time      `json:"since"`
	Severity severityRecord `json:"severity"`
	Rules    []string       `json:"rules,omitempty"`
	Feed     string         `json:"feed,omitempty"`
	Trouble  bool           `json:"trouble,omitempty"`
	Follows  bool           `json:"follows,omitempty"`
	Flood    bool           `json:"flood,omitempty"`
	Story    string         `json:"story,omitempty"`
}

func (heldRecord) record() {}

func (r *heldRecord) held() notify.HeldAlert {
	return notify.HeldAlert{
		ID: r.ID, Since: r.Since, Severity: notify.Severity(r.Severity), Rules: r.Rules,
		Feed: r.Feed, Trouble: r.Trouble, Follows: r.Follows, Flood: r.Flood, Story: r.Story,
	}
}

// deliveryRecord is a frozen message on disk, and its attempts.
type deliveryRecord struct {
	Message   messageRecord   `json:"message"`
	Frozen    time.Time       `json:"frozen"` // or when a person last asked for another try
	Tries     int             `json:"tries,omitempty"`
	Attempts  []attemptRecord `json:"attempts,omitempty"` // the first and the latest of them
	Begun     bool            `json:"begun,omitempty"`
	Ambiguous int             `json:"ambiguous,omitempty"` // attempts that may have arrived and were made again
	Due       time.Time       `json:"due,omitzero"`        // of its retry
	Sent      time.Time       `json:"sent,omitzero"`
	Ref       string          `json:"ref,omitempty"` // how the target calls it
	Dead      time.Time       `json:"dead,omitzero"`
	Dropped   time.Time       `json:"dropped,omitzero"`
	Apart     bool            `json:"apart,omitempty"` // the message's payload has a record of its own
}

func (deliveryRecord) record() {}

// messageRecord has all of notify.Message but Ref, which is looked up when the
// message is sent.
type messageRecord struct {
	ID       string          `json:"id"`
	Target   string          `json:"target"`
	AlertIDs []string        `json:"alert_ids"`
	Kind     string          `json:"kind,omitempty"`
	Follows  string          `json:"follows,omitempty"`
	Flood    bool            `json:"flood,omitempty"`
	Payload  json.RawMessage `json:"payload"`
}

func messageRecordOf(m *notify.Message) messageRecord {
	return messageRecord{
		ID: m.ID, Target: m.Target, AlertIDs: m.AlertIDs, Kind: m.Kind,
		Follows: m.Follows, Flood: m.Flood, Payload: m.Payload,
	}
}

func (r *messageRecord) message() notify.Message {
	return notify.Message{
		ID: r.ID, Target: r.Target, AlertIDs: r.AlertIDs, Kind: r.Kind,
		Follows: r.Follows, Flood: r.Flood, Payload: r.Payload,
	}
}

type attemptRecord struct {
	Start     time.Time `json:"start"`
	End       time.Time `json:"end,omitzero"`
	Answer    string    `json:"answer,omitempty"`
	Ambiguous bool      `json:"ambiguous,omitempty"`
}

type muteRecord struct {
	Kind  string    `json:"kind"`
	Name  string    `json:"name"`
	Since time.Time `json:"since"`
	Until time.Time `json:"until"`
	By    string    `json:"by,omitempty"`
	Why   string    `json:"why,omitempty"`
	Title string    `json:"title,omitempty"`
}

func (muteRecord) record() {}

// healthRecord is how a target takes messages.
type healthRecord struct {
	Since    time.Time `json:"since,omitzero"`
	Failures int       `json:"failures,omitzero"`
	Told     time.Time `json:"told,omitzero"`
	Before   time.Time `json:"before,omitzero"`
	Answer   string    `json:"answer,omitzero"`
}

func (healthRecord) record() {}
