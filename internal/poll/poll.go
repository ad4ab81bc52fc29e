// Package poll is the road of an article up to the commit: a feed that is due
// is fetched, what is new in it is matched, and all that follows from that is
// stored at once.
package poll

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"watcher/internal/fault"
	"watcher/internal/feeds"
)

const (
	// mostPolls is how many polls are under way at the same time.
	mostPolls = 256
	// mostOutcomes is how many outcomes share a transaction at most.
	mostOutcomes = 256
	// lease is how long a claim holds: longer than any poll may take.
	lease = 5 * time.Minute
	// everything is further ahead than any feed is due.
	everything = 1000 * 24 * time.Hour
)

// Fetcher gets a feed's document; *feeds.Client is one.
type Fetcher interface {
	Fetch(ctx context.Context, s feeds.Source, k feeds.Known, seen func() (*feeds.Seen, error)) (feeds.Result, error)
}

// Poller polls what is due.
type Poller struct {
	store Store
	fetch Fetcher
	log   *slog.Logger
	plan  atomic.Pointer[Plan]

	began  atomic.Int64 // when the loop last looked for due feeds, in Unix seconds
	stored atomic.Int64 // when outcomes were last stored or none waited, likewise
	polls  atomic.Int64
	errors atomic.Int64
}

// New makes a poller that polls nothing until SetPlan.
func New(store Store, fetch Fetcher, log *slog.Logger) *Poller {
	p := &Poller{store: store, fetch: fetch, log: log}
	p.plan.Store(new(Plan))
	return p
}

// SetPlan replaces the plan. Polls under way end with the plan they began with.
// The store must know the plan's feeds (Store.Sync) before.
func (p *Poller) SetPlan(plan *Plan) { p.plan.Store(plan) }

// Counts returns how many polls were made since the start, and how many failed.
func (p *Poller) Counts() (polls, failed int64) { return p.polls.Load(), p.errors.Load() }

// Alive returns an error if the loop has not gone round for longer than any wait
// in it may take, or outcomes wait that long to be stored.
func (p *Poller) Alive() error {
	latest := time.Now().Add(-90 * time.Second).Unix()
	switch {
	case p.began.Load() < latest:
		return errors.New("polling is stuck")
	case p.stored.Load() < latest:
		return errors.New("what polls brought cannot be stored")
	}
	return nil
}

// Run polls until ctx is done, and returns when the polls under way have been
// given up and what was fetched is stored.
func (p *Poller) Run(ctx context.Context) {
	p.began.Store(time.Now().Unix())
	outcomes := make(chan Outcome, mostOutcomes)
	committed := make(chan struct{})
	go func() {
		defer close(committed)
		p.committer(outcomes)
	}()
	slots := make(chan struct{}, mostPolls)
	var polls sync.WaitGroup
	for ctx.Err() == nil {
		p.began.Store(time.Now().Unix())
		due, wake, err := p.store.ClaimDue(ctx, cap(slots)-len(slots), lease, 0)
		if err != nil {
			if ctx.Err() == nil {
				p.log.Error("cannot tell which feeds are due", "error", err)
			}
			wake.After = 5 * time.Second
		}
		for _, c := range due {
			slots <- struct{}{}
			polls.Go(func() {
				defer func() { <-slots }()
				if o, ok := p.poll(ctx, c); ok {
					outcomes <- o
				}
			})
		}
		if len(slots) == cap(slots) {
			p.slot(ctx, slots)
		} else if len(due) == 0 && wake.Wait(ctx) != nil {
			break
		}
	}
	polls.Wait()
	close(outcomes)
	<-committed
}

// slot waits until one of the polls under way has ended.
func (p *Poller) slot(ctx context.Context, slots chan struct{}) {
	select {
	case slots <- struct{}{}:
		<-slots
	case <-ctx.Done():
	case <-time.After(time.Second): // go round, to prove that the loop lives
	}
}

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

// Once polls every feed of the plan once, due or not, but those whose host asked
// to be left alone, and returns what came of it. progress is called after each
// poll, never concurrently. It is for a program that does not Run.
func (p *Poller) Once(ctx context.Context, progress func(done, total int)) (Summary, error) {
	all := len(p.plan.Load().Sources)
	claims, _, err := p.store.ClaimDue(ctx, all, time.Hour, everything)
	if err != nil {
		return Summary{}, fmt.Errorf("take the feeds to poll: %w", err)
	}
	sum := Summary{Feeds: len(claims)}
	outcomes := make(chan Outcome, mostOutcomes)
	go func() {
		defer close(outcomes)
		var polls errgroup.Group
		polls.SetLimit(mostPolls)
		for _, c := range claims {
			if c.State.Barred.After(c.Now) {
				outcomes <- Outcome{Claim: c, State: c.State, Next: c.Due}
				continue
			}
			polls.Go(func() error {
				if o, ok := p.poll(ctx, c); ok {
					outcomes <- o
				}
				return nil
			})
		}
		polls.Wait()
	}()
	batch := make([]Outcome, 0, mostOutcomes)
	var errs []error
	done := 0
	for more := true; more; {
		batch, more = gather(outcomes, batch[:0])
		if len(batch) == 0 {
			break
		}
		if _, err := p.store.Commit(context.WithoutCancel(ctx), batch); err != nil {
			errs = append(errs, err)
			continue
		}
		for i := range batch {
			sum.add(&batch[i])
			done++
			progress(done, len(claims))
		}
	}
	return sum, errors.Join(append(errs, ctx.Err())...)
}

// Summary is what a round of polls came to.
type Summary struct {
	Feeds     int // all of them
	Skipped   int // whose host asked not to be asked yet
	Failed    []Failure
	Baselines int // whose first document was read
	New       int // items
	Alerts    int
}

// Failure is a feed that could not be read, and why.
type Failure struct {
	Feed  string
	Error string
}

func (s *Summary) add(o *Outcome) {
	switch {
	case o.State.Polled.Equal(o.Claim.State.Polled):
		s.Skipped++
	case o.State.Error != "":
		s.Failed = append(s.Failed, Failure{o.Claim.Feed, o.State.Error})
	}
	if o.Baseline {
		s.Baselines++
	}
	s.New += o.New
	s.Alerts += len(o.Alerts)
}
