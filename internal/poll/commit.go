package poll

import (
	"context"
	"time"

	"watcher/internal/fault"
)

// mostOutcomes is how many outcomes share a transaction at most.
const mostOutcomes = 256

// committer stores outcomes, as many as are ready in one transaction.
func (p *Poller) committer(outcomes <-chan Outcome) {
	idle := time.NewTicker(10 * time.Second)
	defer idle.Stop()
	p.stored.Store(time.Now().Unix())
	batch := make([]Outcome, 0, mostOutcomes)
	for {
		select {
		case <-idle.C:
		case o, ok := <-outcomes:
			if !ok {
				return
			}
			var more bool
			if batch, more = gather(outcomes, append(batch[:0], o)); len(batch) > 0 {
				p.commit(batch)
			}
			clear(batch) // let go of what the polls brought
			if !more {
				return
			}
		}
		p.stored.Store(time.Now().Unix())
	}
}

// gather adds to batch what is ready, waiting only for the first, and returns
// false once there will be no more.
func gather(outcomes <-chan Outcome, batch []Outcome) ([]Outcome, bool) {
	if len(batch) == 0 {
		o, ok := <-outcomes
		if !ok {
			return batch, false
		}
		batch = append(batch, o)
	}
	for len(batch) < mostOutcomes {
		select {
		case o, ok := <-outcomes:
			if !ok {
				return batch, false
			}
			batch = append(batch, o)
		default:
			return batch, true
		}
	}
	return batch, true
}

func (p *Poller) commit(batch []Outcome) {
	// Not bound to the program's end: what was fetched is worth storing.
	fault.Point("fetched")
	lost, err := p.store.Commit(context.Background(), batch)
	if err != nil {
		p.log.Error("polls are lost and will be made again", "polls", len(batch), "error", err)
		return
	}
	fault.Point("committed")
	for _, c := range lost {
		p.log.Debug("a poll came too late", "feed", c.Feed)
	}
}
