package budget

import (
	"context"
	"errors"
	"sync"
	"time"
)

// Limit is a context that ends after d, without the time spent waiting for room under
// it: that is our doing, not that of the server which the limit is for. Its error is
// then context.DeadlineExceeded, but it has no deadline.
type Limit struct {
	context.Context
	cancel context.CancelCauseFunc
	outer  *Limit // its clock stops with this one's

	mu      sync.Mutex
	timer   *time.Timer
	end     time.Time
	waiting int
	since   time.Time // when the first waiter began to wait
}

type limitKey struct{}

// Within makes a limit of d. The caller calls Cancel.
func Within(ctx context.Context, d time.Duration) *Limit {
	l := &Limit{outer: LimitOf(ctx), end: time.Now().Add(d)}
	l.Context, l.cancel = context.WithCancelCause(ctx)
	l.timer = time.AfterFunc(d, func() { l.cancel(context.DeadlineExceeded) })
	return l
}

// LimitOf returns the innermost limit of a context; nil if there is none.
func LimitOf(ctx context.Context) *Limit {
	l, _ := ctx.Value(limitKey{}).(*Limit)
	return l
}

// Cancel ends the context.
func (l *Limit) Cancel() {
	l.timer.Stop()
	l.cancel(context.Canceled)
}

// Err implements context.Context.
func (l *Limit) Err() error {
	err := l.Context.Err()
	if err != nil && errors.Is(context.Cause(l.Context), context.DeadlineExceeded) {
		return context.DeadlineExceeded
	}
	return err
}

// Value implements context.Context.
func (l *Limit) Value(key any) any {
	if key == (limitKey{}) {
		return l
	}
	return l.Context.Value(key)
}

// standStill stops the clocks of the limits of ctx until the returned function is
// called.
func standStill(ctx context.Context) func() {
	inner := LimitOf(ctx)
	for l := inner; l != nil; l = l.outer {
		l.stop()
	}
	return func() {
		for l := inner; l != nil; l = l.outer {
			l.goOn()
		}
	}
}

func (l *Limit) stop() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.waiting++; l.waiting == 1 {
		l.since = time.Now()
		l.timer.Stop()
	}
}

func (l *Limit) goOn() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.waiting--; l.waiting > 0 {
		return
	}
	l.end = l.end.Add(time.Since(l.since))
	if l.Context.Err() == nil {
		l.timer.Reset(time.Until(l.end))
	}
}
