package notify

import (
	"errors"
	"time"
)

// Trace is the history of an alert: what it is, what became of it and why.
type Trace struct {
	ID       string     `json:"id"`
	Target   string     `json:"target"`
	State    AlertState `json:"state"`
	Severity Severity   `json:"severity"`
	Rules    []RuleHit  `json:"rules"`
	Item     AlertItem  `json:"item"`
	AlsoIn   []Location `json:"also_in"`
	Trouble  *Trouble   `json:"trouble,omitempty"`
	Follows  *Earlier   `json:"follows,omitempty"` // this alert only names another place of that one's article
	// Held is when the alert was made. Why is what it waits for, had waited for, or why
	// it was not sent. Until is the latest time at which it is released, if known.
	Held  time.Time `json:"held"`
	Until time.Time `json:"held_until,omitzero"`
	Why   string    `json:"why,omitempty"`
	// Composed is when it was composed into Deliveries: one for each recipient, or for
	// each part of a message that is too long for one.
	Composed time.Time `json:"composed,omitzero"`
	Dropped  time.Time `json:"dropped,omitzero"`
	// Acknowledged is the latest acknowledgement; nil if there is none, or it was taken
	// back: Unacknowledged then says by whom.
	Acknowledged   *Acknowledgement `json:"acknowledged,omitempty"`
	Unacknowledged *Acknowledgement `json:"unacknowledged,omitempty"`
	// Story is the same for all articles of a story; empty if unknown.
	Story string `json:"story,omitempty"`
	// Excerpts show what matched. Commands do not print them.
	Excerpts   []Excerpt       `json:"-"`
	Deliveries []DeliveryTrace `json:"deliveries"`
}

// DeliveryTrace is the history of one message.
type DeliveryTrace struct {
	ID        string     `json:"id"`
	State     AlertState `json:"state"`
	Alerts    int        `json:"alerts"` // how many are in the message
	Attempts  []Attempt  `json:"attempts"`
	Tries     int        `json:"tries"`     // all of them; Attempts has the first and the latest
	Ambiguous int        `json:"ambiguous"` // tries that may have arrived and were repeated
	Due       time.Time  `json:"due,omitzero"`
	Ended     time.Time  `json:"ended,omitzero"` // when it was sent or given up
}

// Attempt is one try at sending a message.
type Attempt struct {
	Start     time.Time `json:"start"`
	End       time.Time `json:"end,omitzero"`        // zero if the process ended first, or it is under way
	Answer    string    `json:"answer,omitempty"`    // the target's own words
	Ambiguous bool      `json:"ambiguous,omitempty"` // there was no answer: it may have arrived
}

// Acknowledgement is a person's word that somebody takes care of an alert. It holds
// nothing back.
type Acknowledgement struct {
	By   string    `json:"by"`
	At   time.Time `json:"at"`
	Note string    `json:"note,omitempty"`
	Undo bool      `json:"-"` // it takes back what was said before
}

// SampleID is the ID of the alert in a test message, of which no store knows.
const SampleID = "sample"

// AlertState is how far an alert or a delivery has come.
type AlertState string

const (
	StateHeld    AlertState = "held"    // by its target's policy
	StateWaiting AlertState = "waiting" // composed, waits for its turn or its next attempt
	StateSending AlertState = "sending" // an attempt is under way
	StateSent    AlertState = "sent"
	StateDead    AlertState = "dead"    // given up
	StateSkipped AlertState = "skipped" // its target does not want it
	StateDropped AlertState = "dropped" // a dead letter that a person dropped
)

// TargetQueue is what an outbox holds for one target.
type TargetQueue struct {
	Held    int // alerts
	Waiting int // messages
	Dead    int // alerts
}

// OutboxTally is what an outbox holds.
type OutboxTally struct {
	Held      int `json:"held"`
	Waiting   int `json:"waiting"` // deliveries
	Dead      int `json:"dead"`
	Ambiguous int `json:"ambiguous"` // attempts ever that may have arrived and were repeated
}

// NoAlertError says that an ID does not name exactly one alert.
type NoAlertError struct{ Text string }

func (e *NoAlertError) Error() string { return e.Text }

// ErrNotDead is returned for an alert that is not a dead letter.
var ErrNotDead = errors.New("it is not a dead letter")
