package notify

import (
	"errors"
	"time"
)

// Trace is the life of an alert: what it is, what became of it, and why.
type Trace struct {
	ID       string     `json:"id"`
	Target   string     `json:"target"`
	State    AlertState `json:"state"`
	Severity Severity   `json:"severity"`
	Rules    []RuleHit  `json:"rules"`
	Item     AlertItem  `json:"item"`
	AlsoIn   []Location `json:"also_in"`
	Trouble  *Trouble   `json:"trouble,omitempty"`
	Follows  *Earlier   `json:"follows,omitempty"` // it only says where else the article of that alert stands
	// Held is when the alert came up, and Why what it waits for, or had waited
	// for, or why it was not sent. Until is when it goes at the latest known.
	Held  time.Time `json:"held"`
	Until time.Time `json:"held_until,omitzero"`
	Why   string    `json:"why,omitempty"`
	// Composed is when it was composed into Deliveries, one for each recipient
	// or part of a message that did not fit into one.
	Composed time.Time `json:"composed,omitzero"`
	Dropped  time.Time `json:"dropped,omitzero"`
	// Acknowledged is who said last that it was seen to; nil if nobody did.
	Acknowledged *Acknowledgement `json:"acknowledged,omitempty"`
	// Story is the same for all articles of a story; empty where it is not known.
	Story string `json:"story,omitempty"`
	// Excerpts are what matched. Commands do not show them.
	Excerpts   []Excerpt       `json:"-"`
	Deliveries []DeliveryTrace `json:"deliveries"`
}

// DeliveryTrace is what became of one message.
type DeliveryTrace struct {
	ID        string     `json:"id"`
	State     AlertState `json:"state"`
	Alerts    int        `json:"alerts"` // how many are in the message
	Attempts  []Attempt  `json:"attempts"`
	Tries     int        `json:"tries"`     // all of them; Attempts has the first and the latest
	Ambiguous int        `json:"ambiguous"` // tries that may have arrived although they were made again
	Due       time.Time  `json:"due,omitzero"`
	Ended     time.Time  `json:"ended,omitzero"` // when it was sent or given up
}

// Attempt is one try at sending.
type Attempt struct {
	Start     time.Time `json:"start"`
	End       time.Time `json:"end,omitzero"`        // zero if the process ended first, or it is under way
	Answer    string    `json:"answer,omitempty"`    // the target's own words
	Ambiguous bool      `json:"ambiguous,omitempty"` // no answer came: it may have arrived
}

// Acknowledgement is a person's word that an alert was seen to. It holds nothing back.
type Acknowledgement struct {
	By   string    `json:"by"`
	At   time.Time `json:"at"`
	Note string    `json:"note,omitempty"`
}

// AlertState says how far an alert or a delivery has come.
type AlertState string

const (
	StateHeld    AlertState = "held"    // by its target's policy
	StateWaiting AlertState = "waiting" // composed, for its turn or its next attempt
	StateSending AlertState = "sending" // an attempt is under way
	StateSent    AlertState = "sent"
	StateDead    AlertState = "dead"    // given up
	StateSkipped AlertState = "skipped" // its target does not want it
	StateDropped AlertState = "dropped" // by a person, after it was given up
)

// TargetQueue is what an outbox has for a target.
type TargetQueue struct {
	Held    int // alerts
	Waiting int // messages
	Dead    int // alerts
}

// OutboxTally is what an outbox has.
type OutboxTally struct {
	Held      int `json:"held"`
	Waiting   int `json:"waiting"` // deliveries
	Dead      int `json:"dead"`
	Ambiguous int `json:"ambiguous"` // attempts ever that may have arrived and were made again
}

// NoAlertError says that an id is not one alert's.
type NoAlertError struct{ Text string }

func (e *NoAlertError) Error() string { return e.Text }

// ErrNotDead is returned for an alert that is no dead letter.
var ErrNotDead = errors.New("it is no dead letter")
