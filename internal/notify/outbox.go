package notify

import (
	"context"
	"time"

	"watcher/internal/store"
)

// Outbox is the durable half of delivery, implemented by the stores. All that a
// method reports as done is on disk when it returns. The store owns the clock,
// and says with a Wake when to look again.
type Outbox interface {
	Shelf
	Queue
}

// Shelf keeps alerts until their target's policy lets them go.
type Shelf interface {
	// Held returns what target holds, oldest first, with what its policy has to
	// know to decide.
	Held(ctx context.Context, target string) (Holding, error)

	// News is Held of what target has come to hold after a Holding with that Last.
	News(ctx context.Context, target string, last uint64) (Holding, error)

	// Load returns alerts that are held, in the order of ids. ErrMoved if one of
	// them is held no longer.
	Load(ctx context.Context, ids []string) ([]Alert, error)

	// Freeze ends the holding of alerts in one transaction: it stores messages
	// that were composed of them, ready to be sent, and notes which are not to
	// be sent. A crash before it composes again; a crash after it sends what was
	// composed. ErrMoved if one of the alerts is held no longer: nothing was
	// done.
	Freeze(ctx context.Context, c Composition) error
}

// Queue keeps deliveries until they were sent or given up.
type Queue interface {
	// Begin takes the next delivery of target that is due and marks it as being
	// sent, durably, just before its first byte. Deliveries that never were
	// tried come in the order they were frozen, those of a flood after all others,
	// and one that waits for its retry holds back none of them. One that was begun and not settled (a crash
	// between the send and its acknowledgement) is returned again with Ambiguous
	// set, by the process that opens the store next. ok is false when none is
	// due; wake then says when to ask again.
	Begin(ctx context.Context, target string) (d Delivery, ok bool, wake store.Wake, err error)

	// Settle ends an attempt.
	Settle(ctx context.Context, d Delivery, o AttemptOutcome) error

	// Next is Settle, and then Begin for the same target, in one transaction: a
	// disk syncs once instead of twice. On an error neither was done, or both are
	// undone; asking again is safe.
	Next(ctx context.Context, d Delivery, o AttemptOutcome) (next Delivery, ok bool, wake store.Wake, err error)
}

// Holding is what a target holds at one moment, and what was composed for it
// lately.
type Holding struct {
	Target string
	Alerts []HeldAlert // in the order they came
	Last   uint64      // the place of the last of them in that order; 0 if there are none
	// Sends are when batches were composed within the last hour at least, and
	// Rules when each rule was last in one of them; as far as they were counted.
	Sends []time.Time
	Rules map[string]time.Time
	Mutes []Mute     // all there are, and those that ended within the last minute at least
	Now   time.Time  // the store's clock
	Wake  store.Wake // when the store itself changes what is held
}

// HeldAlert is what a policy knows of an alert.
type HeldAlert struct {
	ID       string
	Since    time.Time // by the store's clock
	Severity Severity
	Rules    []string
	Feed     string
	Trouble  bool
	Follows  bool   // it only says where else an article stands
	Flood    bool   // Alert.Flood
	Story    string // Trace.Story
}

// Mute holds back the alerts of a rule, a feed, a target or a story for a time.
type Mute struct {
	Kind  string    `json:"kind"` // "rule", "feed", "target" or "story"
	Name  string    `json:"name"` // of a story Trace.Story
	Since time.Time `json:"since"`
	Until time.Time `json:"until"`
	By    string    `json:"by,omitempty"` // who muted it; empty where it is not known
	Why   string    `json:"why,omitempty"`
	Title string    `json:"title,omitempty"` // of a story: that of the article by which it was muted
}

// Composition is what becomes of some of a target's held alerts at once.
type Composition struct {
	Target   string
	Messages []Message
	// Batches is how many batches the messages were composed of, and Rules are
	// those in them; as far as the target's policy counts them.
	Batches int
	Rules   []string
	// Why says of alerts in the messages what they had waited for, by id; those
	// that were not held up are absent.
	Why map[string]string
	// Skipped are alerts that their target does not want, by id, and why. Dead
	// are those that could not be worded: dead letters.
	Skipped map[string]string
	Dead    map[string]string
}

// Delivery is a frozen message and its attempts.
type Delivery struct {
	Message   Message
	Frozen    time.Time    // when it was composed, or a person last asked for another try
	Attempt   int          // 1 for the first
	Ambiguous bool         // an earlier attempt may have arrived
	Health    TargetHealth // its target's, over restarts
	Now       time.Time    // the store's clock
}

// AttemptOutcome is how an attempt ended. Exactly one of Sent, Dead, Anew and Retry is
// set.
type AttemptOutcome struct {
	Sent bool
	Dead bool
	// Anew: the message is void, and its alerts are held again, to be composed
	// for what the target has become.
	Anew  bool
	Retry time.Duration // from now
	// Rest is for how long from now the target is to get no message, by its own word or
	// its rate. It is for another process that takes the target over meanwhile;
	// the one that sends knows by itself, and may be told to forget it (Again). A store
	// that only one process has at a time need not keep it.
	Rest time.Duration
	// Ambiguous: bytes went out and no answer of the target came back, so that
	// the message may have arrived all the same.
	Ambiguous bool
	// Ref is how the target calls the message that it took; empty if it does not.
	Ref string
	// Answer is what the target said, in its own words, for people.
	Answer string
	// Health is the target's from now on; nil keeps what was noted before.
	Health *TargetHealth
	// Report are troubles for the ops targets, enqueued in the same
	// transaction.
	Report []Alert
}

// Failing is a target that has not taken a message since its last failure.
type Failing struct {
	TargetHealth
	Due time.Time // of the next of its messages; zero if none waits
}
