package poll

import (
	"context"
	"sync"
	"time"

	"watcher/internal/notify"
)

const (
	// mostPolls is how many polls are under way at the same time. One takes some
	// 30 to 60 KB; hosts that do not answer keep theirs for a minute.
	mostPolls = 1024
	// probes is the same while our own connection is down.
	probes = 8
	// mostQueued is how many claimed polls wait for their hosts at most.
	mostQueued = 4096
	// lease is how long a claim holds: longer than any poll may wait and take.
	lease = 5 * time.Minute
	// longestWait bounds a wait, so that the loop proves that it lives, and a
	// machine that was suspended or whose clock was set is noticed.
	longestWait = 30 * time.Second
)

// dispatcher starts claimed polls as their hosts allow. Its methods belong to
// one goroutine.
type dispatcher struct {
	p        *Poller
	hosts    *hosts
	outcomes chan<- Outcome
	finished chan finish
	running  int
	polls    sync.WaitGroup
	timer    *time.Timer
}

// finish is the end of a poll.
type finish struct {
	job  job
	took time.Duration
	bar  time.Time // the host is not to be asked before
}

func (p *Poller) dispatcher(patience time.Duration, outcomes chan<- Outcome) *dispatcher {
	return &dispatcher{
		p: p, hosts: newHosts(patience), outcomes: outcomes,
		finished: make(chan finish, mostPolls), timer: time.NewTimer(time.Hour),
	}
}

// recall puts a host's wish in force again that outlives a restart.
func (d *dispatcher) recall(feed string, s *State) {
	if !s.BarAll || !s.Barred.After(time.Now()) {
		return
	}
	plan := d.p.plan.Load()
	if f := plan.Sources[feed]; f != nil {
		if key := f.hostKey(s); key != "" {
			d.hosts.bar(key, plan.limit(key), s.Barred)
		}
	}
}

// room is how many more polls may be claimed.
func (d *dispatcher) room() int {
	return min(d.slots()-d.running, mostQueued-d.hosts.queued)
}

// slots is how many polls may be under way.
func (d *dispatcher) slots() int {
	if !d.p.outage.current().IsZero() {
		return probes
	}
	return mostPolls
}

// claim takes what is due, as far as there is room, and says when to look again.
func (d *dispatcher) claim(ctx context.Context) notify.Wake {
	room := d.room()
	if room <= 0 {
		return notify.Wake{}
	}
	due, wake, err := d.p.store.ClaimDue(ctx, room, lease, 0)
	if err != nil {
		if ctx.Err() == nil {
			d.p.log.Error("cannot tell which feeds are due", "error", err)
		}
		return notify.Wake{After: 5 * time.Second}
	}
	for i := range due {
		d.add(due[i])
	}
	return wake
}

// add queues a claimed poll, or gives it back until its host's turn comes.
func (d *dispatcher) add(c Claim) {
	now := time.Now()
	plan := d.p.plan.Load()
	j := job{claim: c, plan: plan, feed: plan.Sources[c.Feed], claimed: now}
	if j.feed == nil {
		return // gone from the config since the claim
	}
	if later, queued := d.hosts.add(j, j.feed.hostKey(&c.State), now); !queued {
		d.outcomes <- untouched(c, later)
	}
}

// untouched is the outcome of a poll that was not made.
func untouched(c Claim, next time.Time) Outcome {
	return Outcome{Claim: c, State: c.State, Next: next}
}

// start starts the polls whose turn it is.
func (d *dispatcher) start(ctx context.Context) {
	for slots := d.slots(); d.running < slots; {
		j, ok := d.hosts.start(time.Now())
		if !ok {
			return
		}
		d.running++
		d.polls.Go(func() {
			start := time.Now()
			o := d.p.poll(ctx, j)
			took := time.Since(start)
			bar := o.bar
			d.outcomes <- o
			d.finished <- finish{j, took, bar}
		})
	}
}

// wait returns when there may be something to do.
func (d *dispatcher) wait(ctx context.Context, wake notify.Wake) {
	pause := longestWait
	if wake.After > 0 {
		pause = min(pause, wake.After)
	}
	if at, ok := d.hosts.wake(); ok && d.running < d.slots() {
		pause = min(pause, time.Until(at))
	}
	d.timer.Reset(pause)
	select {
	case <-ctx.Done():
	case <-wake.Changed:
	case <-d.timer.C:
	case f := <-d.finished:
		d.done(f)
	}
	for len(d.finished) > 0 {
		d.done(<-d.finished)
	}
}

func (d *dispatcher) done(f finish) {
	d.running--
	d.hosts.done(f.job, f.took)
	if f.bar.IsZero() || f.job.host == nil {
		return
	}
	key := f.job.feed.hostKey(&f.job.claim.State)
	for _, j := range d.hosts.bar(key, f.job.plan.limit(key), f.bar) {
		d.outcomes <- untouched(j.claim, j.host.turn(j.claim.Feed, time.Now()))
	}
}

// idle says whether nothing is under way and nothing waits.
func (d *dispatcher) idle() bool { return d.running == 0 && d.hosts.queued == 0 }

// end gives back what waits and returns when nothing is under way any more.
func (d *dispatcher) end() {
	for _, j := range d.hosts.drain() {
		d.outcomes <- untouched(j.claim, j.claim.Due)
	}
	d.polls.Wait()
	close(d.outcomes)
}
