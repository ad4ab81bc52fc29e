package deliver

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"watcher/internal/notify"
	"watcher/internal/store"
)

const (
	// directTries bounds the attempts of a delivery past the outbox.
	directTries = 4
	// maxDirectWait caps a Retry-After there.
	maxDirectWait = time.Minute
)

// TellAtOnce sends a trouble to the ops targets past the outbox, for troubles that stop
// the outbox itself. Nothing is stored: there are a few attempts within some minutes,
// and none after a restart. It returns the names of the targets that accepted the
// report.
func (d *Deliverer) TellAtOnce(ctx context.Context, t notify.Trouble) (told []string) {
	d.mu.Lock()
	var workers []*worker
	for _, name := range d.ops {
		if w := d.workers[name]; w != nil {
			workers = append(workers, w)
		}
	}
	d.mu.Unlock()
	var group sync.WaitGroup
	var mu sync.Mutex
	for _, w := range workers {
		group.Go(func() {
			if err := w.tellAtOnce(ctx, t); err != nil {
				w.log.Error("trouble not reported", "kind", t.Kind, "error", err)
				return
			}
			mu.Lock()
			defer mu.Unlock()
			told = append(told, w.Name)
		})
	}
	group.Wait()
	slices.Sort(told)
	return told
}

func (w *worker) tellAtOnce(ctx context.Context, t notify.Trouble) error {
	alerts := notify.TroubleAlerts([]string{w.Name}, t)
	messages, err := w.try(notify.Batch{ID: messageID(w.Name, alerts[0].ID), Target: w.Name, Time: time.Now().UTC(), Zone: w.Zone, PageURL: w.PageURL, Alerts: alerts})
	if err != nil {
		return err
	}
	for _, m := range messages {
		if err := w.sendDirectly(ctx, m); err != nil {
			return err
		}
	}
	return nil
}

func (w *worker) sendDirectly(ctx context.Context, m notify.Message) error {
	for n := 1; ; n++ {
		if err := w.pace.Wait(ctx); err != nil {
			return err
		}
		sending, cancel := context.WithTimeout(ctx, sendFor)
		_, err := w.notify(sending, m)
		cancel()
		if err == nil {
			w.log.Info("delivered past the outbox", "delivery", m.ID)
			return nil
		}
		if _, permanent := errors.AsType[*notify.PermanentError](err); permanent || n == directTries {
			return err
		}
		wait := attemptWait(n+2, 0)
		if retry, ok := errors.AsType[*notify.RetryError](err); ok {
			wait = min(max(wait, retry.After), maxDirectWait)
		}
		if (store.Wake{After: wait}).Wait(ctx) != nil {
			return err
		}
	}
}
