package postgres

import (
	"context"
	"math"

	"golang.org/x/sync/semaphore"
)

// lock is a lock that may be held over a transaction. Waiting for it ends with the context,
// because its holder may wait for a database that does not answer; a sync.Mutex would wait
// as long.
type lock struct{ all *semaphore.Weighted }

func newLock() lock { return lock{semaphore.NewWeighted(math.MaxInt64)} }

// hold waits until nobody else holds the lock. Its error is that of ctx.
func (l lock) hold(ctx context.Context) (release func(), err error) {
	return l.part(ctx, math.MaxInt64)
}

// share waits until nobody holds the lock alone. Its error is that of ctx.
func (l lock) share(ctx context.Context) (release func(), err error) { return l.part(ctx, 1) }

func (l lock) part(ctx context.Context, n int64) (release func(), err error) {
	if err := l.all.Acquire(ctx, n); err != nil {
		return nil, err
	}
	return func() { l.all.Release(n) }, nil
}

// try takes the lock if nobody else holds it.
func (l lock) try() (release func(), ok bool) {
	if !l.all.TryAcquire(math.MaxInt64) {
		return nil, false
	}
	return func() { l.all.Release(math.MaxInt64) }, true
}
