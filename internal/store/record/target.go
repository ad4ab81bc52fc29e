package record

import "time"

// Sends is what a target's policy needs to know of its past messages.
type Sends struct {
	Sends []time.Time          `json:"sends,omitempty"` // of the last hour
	Rules map[string]time.Time `json:"rules,omitempty"` // when each rule was last in one
}

func (Sends) record() {}

// Dead names the target of a dead letter.
type Dead struct {
	Target string `json:"target"`
}

func (Dead) record() {}
