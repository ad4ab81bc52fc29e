package daemon

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"watcher/internal/duration"
	"watcher/internal/notify"
)

// tryStoring is how often to try whether storing works again.
const tryStoring = 5 * time.Second

// watchStoring reports to the ops targets, past the store, when nothing can be stored,
// and when storing works again, until ctx is done.
func (d *Daemon) watchStoring(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-d.store.StoringFailed():
		}
		since, err := d.store.Storing()
		if err == nil {
			continue
		}
		d.log.Error("nothing can be stored", "error", err)
		d.awaitStoring(ctx, since, err)
	}
}

// awaitStoring reports a failure of storing that has just begun, and its end. It
// returns after that, or when ctx is done.
func (d *Daemon) awaitStoring(ctx context.Context, since time.Time, why error) {
	telling, stop := context.WithCancel(ctx)
	defer stop()
	var group sync.WaitGroup
	group.Go(func() {
		d.deliverer.TellAtOnce(telling, notify.Trouble{
			Kind: "storing_failing", Since: since.UTC(),
			Text: fmt.Sprintf("The store %s cannot be written: %v. Until it can, no news is alerted; what the feeds still show by then will be.", d.config().Store.Place(), why),
		})
	})
	tick := time.NewTicker(tryStoring)
	defer tick.Stop()
	for failing := true; failing; {
		select {
		case <-ctx.Done():
			group.Wait()
			return
		case <-tick.C:
			failing = d.store.TryStoring() != nil
		}
	}
	stop() // targets not reached yet get the report of its end
	group.Wait()
	d.log.Info("storing works again", "since", since)
	report := notify.TroubleAlerts(d.config().Ops.Notify, notify.Trouble{
		Kind: "storing_recovered", Since: since.UTC(),
		Text: fmt.Sprintf("The store %s can be written again. For %s nothing was stored or sent: %v.", d.config().Store.Place(), duration.Words(time.Since(since)), why),
	})
	if err := d.store.Report(ctx, report); err != nil {
		d.log.Error("recovery of storing not reported", "error", err)
	}
}

// storing returns an error while nothing can be stored.
func (d *Daemon) storing() error {
	if lost := d.lost.Load(); lost != nil {
		return *lost
	}
	if _, err := d.store.Storing(); err != nil {
		return fmt.Errorf("nothing can be stored: %w", err)
	}
	return nil
}

// Healthy returns an error unless polls and deliveries progress and their results are
// stored.
func (d *Daemon) Healthy() error {
	if err := d.storing(); err != nil {
		return err // this is why everything else stands still
	}
	return errors.Join(d.poller.Healthy(), d.deliverer.Healthy())
}
