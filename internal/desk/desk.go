// Package desk is the one model that the page, the API and the admin socket ask, and
// have change things: alerts and what became of them, mutes, rules, feeds, targets.
// What it returns is plain data, with the names that the API has; times are UTC. Who
// may ask and change is for its callers to know.
package desk

import (
	"errors"
	"sync/atomic"
	"time"

	"watcher/internal/config"
	"watcher/internal/notify/deliver"
	"watcher/internal/poll"
)

// Options are what a Desk asks. Without a daemon that runs it has Config and Store
// alone.
type Options struct {
	Config    func() *config.Config // in force
	Store     Store
	Poller    *poll.Poller
	Deliverer *deliver.Deliverer
	Status    func() Status
}

// Desk answers what people ask of what watcher has found, and does what they decide.
// Its methods are safe for concurrent use.
type Desk struct {
	runs    Options
	derived atomic.Pointer[derived]
	events  events
}

// New makes the desk of a daemon, or of a config and a store.
func New(r Options) *Desk { return &Desk{runs: r} }

// NotFoundError is for a name or an id that nothing has.
type NotFoundError struct{ Text string }

func (e *NotFoundError) Error() string { return e.Text }

// ErrIdle is returned by what only a daemon that runs can do.
var ErrIdle = errors.New("no daemon runs: start watcher run")

// Page is a part of a list.
type Page[T any] struct {
	Items []T `json:"items"` // never nil
	// Next continues behind the last of them, and stays good while the list changes;
	// it is empty at the end of the list. There
	// may be a next part though this one is empty: a filter that finds little
	// looks at so many alerts at a time, and Reached says back to when.
	Next    string    `json:"next,omitempty"`
	Reached time.Time `json:"reached,omitzero"`
}
