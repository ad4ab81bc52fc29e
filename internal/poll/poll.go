// Package poll is the left half of the road, up to the commit: a feed that is due is
// fetched, its new items are matched, and all that follows is stored in one
// transaction.
package poll

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"watcher/internal/feeds"
	"watcher/internal/feeds/seen"
	"watcher/internal/suspects"
)

// Fetcher gets a feed's document, and the text of an article's page; *fetch.Client
// is one.
type Fetcher interface {
	Fetch(ctx context.Context, s feeds.Source, k feeds.Known, seen func() (*seen.Index, error)) (feeds.FetchResult, error)
	FullText(ctx context.Context, s feeds.Source, link string) (string, error)
	ReadPushed(ctx context.Context, s feeds.Source, p feeds.Pushed, seen *seen.Index) (feeds.Document, error)
	Reading() int
}

// Poller polls what is due.
type Poller struct {
	store  Ledger
	fetch  Fetcher
	log    *slog.Logger
	plan   atomic.Pointer[Plan]
	outage outage
	pushes chan *job // claimed, of what hubs pushed
	hubs   func(feed string, token uint64, push *HubState)
	note   *suspects.Note // nil: nothing is remembered of a process that died

	began  atomic.Int64          // when the loop last looked for due feeds, in Unix seconds
	stored atomic.Int64          // when storing outcomes last came to an end, or none waited, likewise
	broken atomic.Pointer[error] // why outcomes cannot be stored; nil while they can
	polls  atomic.Int64
	errors atomic.Int64
	tally  tally
}

// New makes a poller that polls nothing until SetPlan.
func New(store Ledger, fetch Fetcher, log *slog.Logger) *Poller {
	p := &Poller{store: store, fetch: fetch, log: log, pushes: make(chan *job)}
	p.plan.Store(new(Plan))
	return p
}

// SetPlan replaces the plan and returns the one before. Polls under way end with the
// plan that they began with. Store.Sync must follow it, not precede it: Sync voids
// those polls that the new plan makes at other times, which the old plan would
// otherwise make due.
func (p *Poller) SetPlan(plan *Plan) (before *Plan) { return p.plan.Swap(plan) }

// Counts returns how many polls were made since the start, and how many failed.
func (p *Poller) Counts() (polls, failed int64) { return p.polls.Load(), p.errors.Load() }

// Outage returns since when no feed can be reached, so that our own connection
// must be down; zero if it is not.
func (p *Poller) Outage() time.Time { return p.outage.current() }

// Healthy returns an error unless polls progress to the end: it is Alive, and what
// they bring is stored.
func (p *Poller) Healthy() error {
	if err := p.broken.Load(); err != nil {
		return *err
	}
	return p.Alive()
}

// maxReading is longer than anything that is read may take, of a document
// that has come.
const maxReading = 3 * time.Minute

// Alive returns an error if the loop has not gone round for longer than any wait
// in it may take, or storing or reading takes that long. It is what a restart may
// mend, and a feed that is read for ever is found out by; a full disk is not.
func (p *Poller) Alive() error {
	latest := time.Now().Add(-90 * time.Second).Unix()
	switch {
	case p.began.Load() < latest:
		return errors.New("polling is stuck")
	case p.stored.Load() < latest:
		return errors.New("storing what polls brought is stuck")
	}
	if feed, since := p.note.Longest(); feed != "" && time.Since(since) > maxReading {
		return fmt.Errorf("reading feed %s is stuck", feed)
	}
	return nil
}

// Run polls until ctx is done, and returns when the polls under way have been
// given up and what was fetched is stored.
func (p *Poller) Run(ctx context.Context) {
	p.began.Store(time.Now().Unix())
	d := p.dispatcher(maxQueueAhead)
	committed := make(chan struct{})
	go func() {
		defer close(committed)
		p.committer(d)
	}()
	p.recallOutage(ctx)
	for e, err := range p.store.Feeds(ctx) {
		if err != nil {
			p.log.Error("cannot tell how the feeds were before", "error", err)
			break
		}
		d.recall(e.Feed, &e.State)
	}
	p.recallDeaths(ctx)
	for ctx.Err() == nil {
		p.began.Store(time.Now().Unix())
		wake := d.claim(ctx)
		d.start(ctx)
		d.wait(ctx, wake)
	}
	d.end()
	<-committed
}

// Once polls every feed of the plan once, due or not, but those that asked, or
// whose host asked, to be left alone, and returns what came of it. progress is
// called after each poll, never concurrently. It is for a program that does not
// Run.
func (p *Poller) Once(ctx context.Context, progress func(done, total int)) (Summary, error) {
	p.recallDeaths(ctx)
	all := p.plan.Load().sources.Len()
	claims, _, err := p.store.ClaimDue(ctx, all, time.Hour, everything)
	if err != nil {
		return Summary{}, fmt.Errorf("take the feeds to poll: %w", err)
	}
	p.recallOutage(ctx)
	sum := Summary{Feeds: len(claims)}
	d := p.dispatcher(0)
	go d.once(ctx, claims)
	var errs []error
	done := 0
	for batch := range d.outcomes {
		lost, err := p.store.Commit(context.WithoutCancel(ctx), outcomes(batch, nil))
		if err != nil {
			errs = append(errs, err)
			continue
		}
		for i := range batch {
			if !batch[i].among(lost) {
				p.noteStored(&batch[i])
			}
			sum.add(&batch[i])
			done++
			progress(done, len(claims))
		}
		d.recycle(batch)
	}
	return sum, errors.Join(append(errs, ctx.Err())...)
}

// Summary is what a round of polls came to.
type Summary struct {
	Feeds     int // all of them
	Skipped   int // whose host asked not to be asked yet
	Failed    []FetchFailure
	Repaired  []FetchFailure // read all the same; Error is the first warning
	Baselines int            // whose first document was read
	New       int            // items
	Alerts    int
}

// FetchFailure is a feed that could not be read, and why.
type FetchFailure struct {
	Feed  string
	Error string
}

func (s *Summary) add(o *pollResult) {
	switch {
	case o.err != "":
		s.Failed = append(s.Failed, FetchFailure{o.Claim.Feed, o.err})
	case !o.State.Dangerous.IsZero():
		s.Failed = append(s.Failed, FetchFailure{o.Claim.Feed, errDangerous.Error()})
	case o.State.Gone:
		s.Failed = append(s.Failed, FetchFailure{o.Claim.Feed, o.State.Error})
	case o.State.Polled.Equal(o.Claim.State.Polled):
		s.Skipped++
	}
	if len(o.warnings) > 0 {
		s.Repaired = append(s.Repaired, FetchFailure{o.Claim.Feed, o.warnings[0]})
	}
	if o.Baseline {
		s.Baselines++
	}
	s.New += o.New
	s.Alerts += len(o.Alerts)
}
