package poll

import (
	"context"
	"slices"
	"time"

	"watcher/internal/fault"
)

// committer stores the outcomes of d's polls, as many as are ready in one
// transaction.
func (p *Poller) committer(d *dispatcher) {
	idle := time.NewTicker(10 * time.Second)
	defer idle.Stop()
	p.stored.Store(time.Now().Unix())
	var stored []Outcome // to be used again
	for {
		select {
		case <-idle.C:
		case batch, ok := <-d.outcomes:
			if !ok {
				return
			}
			stored = outcomes(batch, stored[:0])
			p.commit(batch, stored)
			clear(stored) // let go of what the polls brought
			d.recycle(batch)
		}
		p.stored.Store(time.Now().Unix())
	}
}

// commit stores outcomes, those of batch.
func (p *Poller) commit(batch []pollResult, outcomes []Outcome) {
	// Not bound to the program's end: what was fetched is worth storing.
	fault.Point("fetched")
	lost, err := p.store.Commit(context.Background(), outcomes)
	if err != nil {
		p.broken.Store(&err)
		p.log.Error("polls are lost and will be made again", "polls", len(batch), "error", err)
		for i := range batch {
			p.outage.settled(&batch[i].Outcome, false)
			batch[i].pushed.end(err)
		}
		return
	}
	p.broken.Store(nil)
	fault.Point("committed")
	for i := range lost {
		p.log.Debug("a poll came too late", "feed", lost[i].Feed)
	}
	for i := range batch {
		p.notifyWaiters(&batch[i], lost)
	}
}

// among reports whether the claim of an outcome is one of those that were lost.
func (o *pollResult) among(lost []Claim) bool {
	return slices.ContainsFunc(lost, func(c Claim) bool { return c.Feed == o.Claim.Feed && c.Token == o.Claim.Token })
}

// noteStored logs that a baseline is taken, and settles a trial, once the outcome is stored.
func (p *Poller) noteStored(o *pollResult) {
	if o.Baseline {
		p.log.Info("baseline taken", "feed", o.Claim.Feed, "items", o.State.Items)
	}
	p.settleTrial(o)
}
