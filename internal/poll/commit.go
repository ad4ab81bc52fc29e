package poll

import (
	"context"
	"time"

	"watcher/internal/fault"
)

// committer stores the outcomes of d's polls, as many as are ready in one
// transaction.
func (p *Poller) committer(d *dispatcher) {
	idle := time.NewTicker(10 * time.Second)
	defer idle.Stop()
	p.stored.Store(time.Now().Unix())
	for {
		select {
		case <-idle.C:
		case batch, ok := <-d.outcomes:
			if !ok {
				return
			}
			p.commit(batch)
			d.recycle(batch)
		}
		p.stored.Store(time.Now().Unix())
	}
}

func (p *Poller) commit(batch []Outcome) {
	// Not bound to the program's end: what was fetched is worth storing.
	fault.Point("fetched")
	lost, err := p.store.Commit(context.Background(), batch)
	if err != nil {
		p.broken.Store(&err)
		p.log.Error("polls are lost and will be made again", "polls", len(batch), "error", err)
		for i := range batch {
			p.outage.settled(&batch[i], false)
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
		p.tell(&batch[i], lost)
	}
}
