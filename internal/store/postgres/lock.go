package postgres

import (
	"context"
	"math"

	"golang.org/x/sync/semaphore"
)

// lock is what is held over a transaction. Who waits for it gives up with the context, as
// the holder may wait for a database that does not answer; a sync.Mutex would have it wait.
type lock struct{ all *semaphore.Weighted }

func newLock() lock { return lock{semaphore.NewWeighted(math.MaxInt64)} }

// hold waits until nobody else holds it. Its error is that of ctx.
func (l lock) hold(ctx context.Context) (release func(), err error) {
	return l.part(ctx, math.MaxInt64)
}

// share waits until nobody else holds it alone. Its error is that of ctx.
func (l lock) share(ctx context.Context) (release func(), err error) { return l.part(ctx, 1) }

func (l lock) part(ctx context.Context, n int64) (release func(), err error) {
	if err := l.all.Acquire(ctx, n); err != nil {
		return nil, err
	}
	return func() { l.all.Release(n) }, nil
}

// try holds it if nobody else does.
func (l lock) try() (release func(), ok bool) {
	if !l.all.TryAcquire(math.MaxInt64) {
		return nil, false
	}
	return func() { l.all.Release(math.MaxInt64) }, true
}
