package store

import (
	"context"
	"errors"
	"time"
)

// Wake says when to ask a store again.
type Wake struct {
	After   time.Duration   // from when the Wake was made; 0 if only a change can bring something
	Changed <-chan struct{} // closed when this process changed what was asked for; nil if that is not known
	// Coming says that alerts of polls are in the spool and not held yet, perhaps for
	// the target that was asked for. Changed is closed once all of them are held.
	Coming bool
}

// MaxWait bounds a wait, so that a machine that was suspended, or whose
// clock was set, is noticed: timers stand still meanwhile.
const MaxWait = 30 * time.Second

// Wait returns when it is time to ask again, or with the context's error.
func (w Wake) Wait(ctx context.Context) error {
	d := w.After
	if d <= 0 || d > MaxWait {
		d = MaxWait
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

// ErrMoved is returned when an alert is no longer held: somebody else has
// composed it.
var ErrMoved = errors.New("an alert is held no longer")
