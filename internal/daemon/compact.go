package daemon

import "context"

// minCompacted is the size from which a store is compacted automatically.
const minCompacted = 64 << 20

// compactIfWorth compacts a store in a file if more than half of it is free and nothing
// waits to be sent.
func (d *Daemon) compactIfWorth(ctx context.Context) {
	store, ok := d.store.(interface {
		// Room is the size of the file, and how much of it is free.
		Room() (size, free int64)
		Compact(ctx context.Context, progress func(done, total int64)) (before, after int64, err error)
	})
	if !ok {
		return
	}
	size, free := store.Room()
	if size < minCompacted || free <= size/2 || ctx.Err() != nil {
		return
	}
	if left, err := d.store.Tally(ctx); err != nil || left.Waiting > 0 {
		return // it is tried again later
	}
	before, after, err := store.Compact(ctx, func(int64, int64) {})
	if err != nil {
		d.log.Warn("store not compacted although half of it is free; will be retried", "error", err)
		return
	}
	d.log.Info("store compacted", "before", before, "after", after)
}
