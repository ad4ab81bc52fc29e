package record

import "time"

// Sends is what a target's policy must know of what was composed.
type Sends struct {
	Sends []time.Time          `json:"sends,omitempty"` // of the last hour
	Rules map[string]time.Time `json:"rules,omitempty"` // when each rule was last composed
}

func (Sends) record() {}

// Dead is what tells of a dead letter whose it is.
type Dead struct {
	Target string `json:"target"`
}

func (Dead) record() {}
