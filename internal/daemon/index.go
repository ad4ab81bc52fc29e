package daemon

import (
	"context"
	"time"

	"watcher/internal/past"
)

// indexAgain is the wait after a failure to index the history.
const indexAgain = time.Minute

// index keeps the history indexed until ctx is done.
func (d *Daemon) index(ctx context.Context) {
	for ctx.Err() == nil {
		if err := d.store.Index(ctx, past.Cutter(), d.indexing); err != nil {
			d.log.Error("history not indexed, searches read the rest; will be retried", "error", err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(indexAgain):
		}
	}
}

// indexing records how many bytes of articles have no index yet, or an old one.
func (d *Daemon) indexing(left int64) {
	was := d.unindexed.Swap(left)
	switch {
	case was == 0 && left > 0:
		d.log.Info("indexing older articles, searches read them meanwhile", "bytes", left)
	case was > 0 && left == 0:
		d.log.Info("all articles are indexed")
	}
}
