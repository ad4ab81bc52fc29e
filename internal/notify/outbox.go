package notify

import (
	"context"
	"errors"
	"time"
)

// Outbox is the durable half of delivery, implemented by the stores. All that a
// method reports as done is on disk when it returns. The store owns the clock,
// and says with a Wake when to look again.
type Outbox interface {
	// Held returns the alerts that target holds, oldest first, at most 1,000.
	Held(ctx context.Context, target string) (Holding, error)

	// Freeze stores messages composed of held alerts, ready to be sent, and
	// lets go of those alerts, in one transaction. A crash before it composes
	// again; a crash after it sends what was composed. ErrMoved if one of the
	// alerts is held no longer: nothing was done.
	Freeze(ctx context.Context, ms []Message) error

	// Begin takes the next delivery of target that is due and marks it as being
	// sent, durably, just before its first byte. Deliveries that never were
	// tried come in the order they were frozen. One that was begun and not
	// settled (a crash between the send and its acknowledgement) is returned
	// again with Ambiguous set, by the process that opens the store next. ok is
	// false when none is due; wake then says when to ask again.
	Begin(ctx context.Context, target string) (d Delivery, ok bool, wake Wake, err error)

	// Settle ends an attempt.
	Settle(ctx context.Context, d Delivery, o Outcome) error
}

// Wake says when to ask a store again.
type Wake struct {
	After   time.Duration   // from when the Wake was made; 0 if only a change can bring something
	Changed <-chan struct{} // closed when this process changed what was asked for; nil if that is not known
}

// longestWait bounds a wait, so that a machine that was suspended, or whose
// clock was set, is noticed: timers stand still meanwhile.
const longestWait = 30 * time.Second

// Wait returns when it is time to ask again, or with the context's error.
func (w Wake) Wait(ctx context.Context) error {
	d := w.After
	if d <= 0 || d > longestWait {
		d = longestWait
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-w.Changed:
	case <-t.C:
	}
	return nil
}

// ErrMoved is returned by Freeze when an alert is no longer held: somebody else
// has composed it.
var ErrMoved = errors.New("an alert is held no longer")

// Holding is what a target holds at one moment.
type Holding struct {
	Target string
	Alerts []Alert
	Now    time.Time // the store's clock
	Wake   Wake      // when a change is known at the latest
}

// Delivery is a frozen message and its attempts.
type Delivery struct {
	Message   Message
	Frozen    time.Time // when it was composed
	Attempt   int       // 1 for the first
	Ambiguous bool      // an earlier attempt may have arrived
	Now       time.Time // the store's clock
}

// Outcome is how an attempt ended. Exactly one of Sent, Dead and Retry is set.
type Outcome struct {
	Sent  bool
	Dead  bool
	Retry time.Duration // from now
	// Ambiguous: the attempt failed without an answer of the target, so the
	// message may have arrived all the same.
	Ambiguous bool
	// Answer is what the target said, in its own words, for people.
	Answer string
	// Report are troubles for the ops targets, enqueued in the same
	// transaction.
	Report []Alert
}
