package daemon

import (
	"context"
	"fmt"
	"sync"
	"time"

	"watcher/internal/notify"
)

const (
	// lookForStore is how often to check that the store's file is still in its place.
	lookForStore = 2 * time.Second
	// farewellFor bounds the sending of what is due after the store is lost.
	farewellFor = 30 * time.Second
)

// watchPlace returns a channel that gets an error, once, if the store's file is removed
// or replaced. It looks until ctx is done.
func (d *Daemon) watchPlace(ctx context.Context) <-chan error {
	lost := make(chan error, 1)
	// Lost says that the file is no longer in its place.
	file, ok := d.store.(interface{ Lost() error })
	if !ok {
		return lost
	}
	go func() {
		tick := time.NewTicker(lookForStore)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			if err := file.Lost(); err != nil {
				d.lost.Store(&err)
				lost <- err
				return
			}
		}
	}()
	return lost
}

// farewell reports to the ops targets, past the store, that it is lost, and waits until
// what is due has been sent or ctx is done: the open file works as long as it is open.
// Nothing is polled any more, because the next process would not know of it.
func (d *Daemon) farewell(ctx context.Context, lost error) {
	ctx, cancel := context.WithTimeout(ctx, farewellFor)
	defer cancel()
	var group sync.WaitGroup
	group.Go(func() {
		d.deliverer.TellAtOnce(ctx, notify.Trouble{
			Kind: "store_lost", Since: time.Now().UTC(),
			Text: fmt.Sprintf("While watcher ran, %v. It sends what is due, ends, and is started again by its service, with what is there by then: a new baseline, or an older state, by which some alerts may come twice.", lost),
		})
	})
	defer group.Wait()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for quiet := 0; ; quiet++ {
		left, err := d.store.Tally(ctx)
		if left.Waiting > 0 {
			quiet = 0 // several ticks: a held alert may be about to be composed
		}
		if err != nil || quiet == 10 {
			if left.Held > 0 {
				d.log.Error("alerts held for a digest or a pause are lost with the store", "alerts", left.Held)
			}
			return
		}
		select {
		case <-ctx.Done():
			d.log.Error("unsent messages are lost with the store", "messages", left.Waiting, "held", left.Held)
			return
		case <-tick.C:
		}
	}
}

// ruinable is a store whose file may be found damaged beyond its records while open.
type ruinable interface {
	// Ruined is closed once that is found, and Ruin says what was found.
	Ruined() <-chan struct{}
	Ruin() error
}

// ruined is closed once the store's file is damaged. For a store without a file it is
// nil.
func (d *Daemon) ruined() <-chan struct{} {
	if s, ok := d.store.(ruinable); ok {
		return s.Ruined()
	}
	return nil
}
