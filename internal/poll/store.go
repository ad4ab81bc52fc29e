package poll

import (
	"context"
	"time"

	"watcher/internal/feeds"
	"watcher/internal/notify"
)

// Store is the durable half of polling, implemented by the stores. It owns the
// clock: due times and leases are compared with its own now.
type Store interface {
	// Sync makes sources the configured feeds, after start and reload. A feed
	// that is new is due at once. One that is gone is never due again, and what
	// it has shown is kept for 90 days. A source whose ID is unknown but whose
	// URL is that of a feed no longer configured is that feed renamed.
	Sync(ctx context.Context, sources []feeds.Source) error

	// ClaimDue takes at most n feeds that are due, or will be within ahead, for
	// at most lease, the most overdue first, and says when to ask again.
	ClaimDue(ctx context.Context, n int, lease, ahead time.Duration) (due []Claim, wake notify.Wake, err error)

	// Seen returns what the claim's feed has shown, as the last outcome left
	// it; nil for a feed that has shown nothing.
	Seen(ctx context.Context, c Claim) ([]byte, error)

	// Commit stores outcomes in one transaction, and each one whole: what was
	// seen, the validators, the next due time and the alerts. Outcomes whose
	// lease was lost change nothing and are returned. An error means that
	// nothing was stored. An alert whose ID the store has is not stored again;
	// its item's feed is then noted in AlsoIn. What brought nothing
	// (Outcome.Quiet) may reach the disk later, with the next transaction or
	// at Close: a crash then only polls that feed again.
	Commit(ctx context.Context, outcomes []Outcome) (lost []Claim, err error)
}

// Claim is the right to poll a feed once.
type Claim struct {
	Feed  string // Source.ID
	Token uint64 // fences off a claimant whose lease ran out
	Due   time.Time
	Now   time.Time // the store's clock at the claim
	State State
}

// State is what is remembered of a feed between polls, apart from its items.
type State struct {
	Known   feeds.Known `json:"known"`
	Polled  time.Time   `json:"polled,omitzero"`   // last attempt
	Changed time.Time   `json:"changed,omitzero"`  // last time a document brought something new
	Failing time.Time   `json:"failing,omitzero"`  // since when every poll failed; zero while it works
	Failed  int         `json:"failed,omitempty"`  // failures in a row
	Error   string      `json:"error,omitempty"`   // of the last poll
	Barred  time.Time   `json:"barred,omitzero"`   // the host asked not to be asked before
	Told    bool        `json:"told,omitempty"`    // the failure was reported to ops
	MovedTo string      `json:"moved_to,omitzero"` // where permanent redirects lead
	Items   int         `json:"items,omitempty"`   // in the last document
}

// Article is an item in the history.
type Article struct {
	Seen time.Time // when it first came up
	Item feeds.Item
}

// Outcome is what one poll of a feed changes.
type Outcome struct {
	Claim  Claim
	State  State
	Next   time.Time // when the feed is due again
	Seen   []byte    // what the feed has shown now; nil leaves it as it is
	Alerts []notify.Alert
	// Articles are kept for trying rules on, as they were matched.
	Articles []feeds.Item

	// For whoever made the poll; not stored.
	Baseline bool // this was the feed's first document
	New      int  // items that the feed had not shown
}

// Quiet says that the poll brought nothing that must be on disk at once.
func (o *Outcome) Quiet() bool {
	return o.Seen == nil && len(o.Alerts) == 0 && o.State.Known == o.Claim.State.Known && o.State.Error == o.Claim.State.Error
}
