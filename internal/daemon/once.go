package daemon

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"github.com/maruel/natural"

	"watcher/internal/notify/deliver"
	"watcher/internal/poll"
)

// Round is the result of one round.
type Round struct {
	poll.Summary
	Sent    int // messages that a target accepted
	Unsent  int // failed attempts
	Dead    int // messages given up
	Refused []deliver.Refusal
	Waiting int       // messages that will be retried
	Held    []Waiting // alerts, by target and then by time
}

// Waiting are alerts of a target that its policy holds for the same reason.
type Waiting struct {
	Target string
	Alerts int
	Until  time.Time // of the first of them
	Why    string
}

// Once polls every feed once, delivers what is due, and returns.
func (d *Daemon) Once(ctx context.Context, progress func(done, total int)) (Round, error) {
	polled, err := d.poller.Once(ctx, progress)
	sum := Round{Summary: polled}
	if err != nil {
		return sum, err
	}
	err = d.reportDamage(ctx)
	var undrained error
	sum.Sent, sum.Unsent, undrained = d.deliverer.Drain(ctx)
	sum.Dead, sum.Refused = d.deliverer.GivenUp(), d.deliverer.Failures()
	return sum, errors.Join(err, undrained, d.left(ctx, &sum), d.prune(ctx))
}

// left adds what was not sent to sum.
func (d *Daemon) left(ctx context.Context, sum *Round) error {
	tally, err := d.store.Tally(ctx)
	if err != nil {
		return err
	}
	sum.Waiting = tally.Waiting
	policies, err := d.config().Policies()
	if err != nil {
		return err
	}
	for target, p := range policies {
		h, err := d.store.Held(ctx, target)
		if err != nil {
			return err
		}
		byWhy := make(map[string]Waiting)
		for _, w := range p.Decide(h).Waits {
			held, known := byWhy[w.Why]
			if !known || w.Until.Before(held.Until) {
				held.Until = w.Until
			}
			byWhy[w.Why] = Waiting{target, held.Alerts + 1, held.Until, w.Why}
		}
		for _, held := range byWhy {
			sum.Held = append(sum.Held, held)
		}
	}
	slices.SortFunc(sum.Held, func(a, b Waiting) int {
		return cmp.Or(natural.Compare(a.Target, b.Target), a.Until.Compare(b.Until), cmp.Compare(a.Why, b.Why))
	})
	return nil
}
