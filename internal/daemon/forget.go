package daemon

import (
	"context"
	"errors"
	"fmt"
	"time"

	"watcher/internal/notify"
)

const (
	// forgetEvery is how often the history is pruned and measured.
	forgetEvery = time.Hour
	// lookAtGrowth is how often to check whether the history has grown by growthOf of
	// its bound, and must be measured earlier.
	lookAtGrowth = 2 * time.Second
	growthOf     = 64
)

// forget prunes the history until ctx is done.
func (d *Daemon) forget(ctx context.Context) {
	var last time.Time
	every(ctx, lookAtGrowth, func() {
		_, grown, _ := d.store.HistorySize()
		if time.Since(last) < forgetEvery && grown <= int64(d.config().History.Max)/growthOf {
			return
		}
		last = time.Now()
		if err := d.prune(ctx); err != nil && ctx.Err() == nil {
			d.log.Error("history not pruned", "error", err)
		}
		d.giveBack(ctx)
		d.compactIfWorth(ctx)
	})
}

// prune deletes what is too old and then what is too much, and reports the latter once.
func (d *Daemon) prune(ctx context.Context) error {
	history := d.config().History
	if err := d.store.Forget(time.Now().Add(-history.Keep)); err != nil {
		return err
	}
	trimmed, err := d.store.Trim(int64(history.Max))
	if err != nil || trimmed.Bytes == 0 {
		return err
	}
	d.log.Warn("the history was full, its oldest articles were deleted", "bytes", trimmed.Bytes, "all", trimmed.All, "feeds_over_share", trimmed.Feeds)
	tell := func(name string, t notify.Trouble) {
		t.Kind, t.Since = "history_full", time.Now().UTC()
		name = fmt.Sprintf("%s of %s", name, history.Max)
		err = errors.Join(err, d.store.ReportOnce(ctx, name, notify.TroubleAlerts(d.config().Ops.Notify, t)))
	}
	if trimmed.All {
		tell("history full", notify.Trouble{Text: fmt.Sprintf("The history of articles has reached history.max, %s, before history.keep: from now on the oldest make room for new ones. Nothing but \"watcher try --since\" looks at them.", history.Max)})
	}
	for _, feed := range trimmed.Feeds {
		if feed != "" {
			tell("share of "+feed, notify.Trouble{Feed: feed, Text: fmt.Sprintf("Feed %s has filled its share of the history, an eighth of %s: from now on its oldest articles make room for its new ones. Does it publish what you want?", feed, history.Max)})
		}
	}
	return err
}

// giveBack returns the space of deleted records to the file system.
func (d *Daemon) giveBack(ctx context.Context) {
	store, ok := d.store.(interface {
		GiveBack(ctx context.Context) (given int64, err error)
	})
	if !ok {
		return
	}
	given, err := store.GiveBack(ctx)
	if err != nil && ctx.Err() == nil {
		d.log.Warn("free pages of the store not given back", "error", err)
	}
	if given > 0 {
		d.log.Info("free pages of the store given back to the disk", "bytes", given)
	}
}
