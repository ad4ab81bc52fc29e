package daemon

import "context"

// minCompacted is from what size on a store is compacted without being asked to.
const minCompacted = 64 << 20

// compactIfWorth compacts a store that is a file where more than half of it is free, and nothing
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
		return // the next look is soon enough
	}
	before, after, err := store.Compact(ctx, func(int64, int64) {})
	if err != nil {
		d.log.Warn("store not compacted, half of it is free; it is tried again", "error", err)
		return
	}
	d.log.Info("store compacted", "before", before, "after", after)
}
