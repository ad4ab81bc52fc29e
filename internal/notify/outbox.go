package notify

import (
	"context"
	"time"

	"watcher/internal/store"
)

// Outbox is the durable half of delivery; the stores implement it. When a method
// returns without an error, what it did is on disk. The store owns the clock and
// returns a Wake that says when to ask again.
type Outbox interface {
	HeldStore
	Queue
}

// HeldStore keeps alerts until the policy of their target releases them.
type HeldStore interface {
	// Held returns the alerts that target holds, oldest first, with all that its policy
	// needs for a decision.
	Held(ctx context.Context, target string) (Holding, error)

	// News returns the alerts that target holds since a Holding with that Last.
	News(ctx context.Context, target string, last uint64) (Holding, error)

	// Load returns held alerts in the order of ids. ErrMoved means that one of them is
	// no longer held.
	Load(ctx context.Context, ids []string) ([]Alert, error)

	// Freeze moves alerts from held to composed in one transaction: it stores their
	// messages, ready to be sent, and records which alerts are not sent. A crash before
	// the commit composes them again; a crash after it sends the stored messages.
	// ErrMoved means that one of the alerts is no longer held, and that nothing
	// changed.
	Freeze(ctx context.Context, c Composition) error
}

// Queue keeps deliveries until they are sent or given up.
type Queue interface {
	// Begin claims the next due delivery of target and marks it as being sent, durably,
	// before its first byte goes out. Deliveries without an attempt come in the order
	// of their freezing, floods last; a delivery that waits for its retry holds back
	// none of them. After a crash between the send and its acknowledgement the next
	// process gets the delivery again, with Ambiguous set. ok is false if nothing is
	// due; wake says when to ask again.
	Begin(ctx context.Context, target string) (d Delivery, ok bool, wake store.Wake, err error)

	// Settle stores the outcome of an attempt.
	Settle(ctx context.Context, d Delivery, o AttemptOutcome) error

	// Next is Settle and then Begin for the same target in one transaction, which costs
	// one fsync instead of two. On an error neither was done, or both are undone;
	// calling it again is safe.
	Next(ctx context.Context, d Delivery, o AttemptOutcome) (next Delivery, ok bool, wake store.Wake, err error)
}

// Holding is what a target holds at one moment, with what was composed for it lately.
type Holding struct {
	Target string
	Alerts []HeldAlert // in the order they came
	Last   uint64      // the position of the last alert; 0 if there is none
	// Sends are when batches were composed, for the last hour at least. Rules are when
	// each rule was last in one. Both are of batches that count for the policy.
	Sends []time.Time
	Rules map[string]time.Time
	Mutes []Mute     // all in force, and those that ended within the last minute at least
	Now   time.Time  // the store's clock
	Wake  store.Wake // when the store itself changes what is held
}

// HeldAlert is what a policy needs to know of an alert.
type HeldAlert struct {
	ID       string
	Since    time.Time // by the store's clock
	Severity Severity
	Rules    []string
	Feed     string
	Trouble  bool
	Follows  bool   // it only names another place of an article
	Flood    bool   // Alert.Flood
	Story    string // Trace.Story
}

// MuteKinds are the kinds of what can be muted.
var MuteKinds = []string{"rule", "feed", "target", "story"}

// Mute holds back the alerts of a rule, feed, target or story for a time.
type Mute struct {
	Kind  string    `json:"kind"` // one of MuteKinds
	Name  string    `json:"name"` // for a story its Trace.Story
	Since time.Time `json:"since"`
	Until time.Time `json:"until"`
	By    string    `json:"by,omitempty"` // who muted it; empty if unknown
	Why   string    `json:"why,omitempty"`
	Title string    `json:"title,omitempty"` // for a story: the title of the article that was muted
}

// Composition is what one transaction does with held alerts of a target.
type Composition struct {
	Target   string
	Messages []Message
	// Batches is how many batches the messages were composed of, and Rules are the
	// rules in them, without batches that do not count for the policy.
	Batches int
	Rules   []string
	// Why is what an alert had waited for, by ID; alerts that were not held up are
	// absent.
	Why map[string]string
	// Skipped are alerts that the target does not want, by ID, and why. Dead are those
	// that could not be composed: dead letters.
	Skipped map[string]string
	Dead    map[string]string
}

// Delivery is a frozen message and its attempts.
type Delivery struct {
	Message   Message
	Frozen    time.Time    // when it was composed, or when a person last asked for a retry
	Attempt   int          // 1 for the first
	Ambiguous bool         // an earlier attempt may have arrived
	Health    TargetHealth // of its target
	Now       time.Time    // the store's clock
}

// AttemptOutcome is how an attempt ended. Exactly one of Sent, Dead, Recompose and Retry is
// set.
type AttemptOutcome struct {
	Sent bool
	Dead bool
	// Recompose: the message is void. Its alerts are held again, to be composed for what the
	// target has become.
	Recompose bool
	Retry     time.Duration // from now
	// Rest is how long the target must get no message, for its Retry-After or its rate. It
	// is for a process that takes the target over. The sender knows it by itself, and may
	// be told to forget it (Again). A store of a single process need not keep it.
	Rest time.Duration
	// Ambiguous: bytes went out and no answer of the target came back, so the message
	// may have arrived.
	Ambiguous bool
	// Ref is the target's name for the accepted message; empty if it has none.
	Ref string
	// Answer is the target's own words, for people.
	Answer string
	// Health is the target's health from now on; nil leaves it as it was.
	Health *TargetHealth
	// Report is for the ops targets, enqueued in the same transaction.
	Report []Alert
}

// Failing is a target that has not accepted a message since it last failed or refused one.
type Failing struct {
	TargetHealth
	Due time.Time // of the next of its messages; zero if none waits
}
