package poll

import (
	"context"
	"sync"
	"time"

	"watcher/internal/feeds"
	"watcher/internal/store"
)

const (
	// quickPolls is how many polls are under way at the same time, as long as
	// they are over in no time: more would only take memory, some 100 KB each
	// while documents are read.
	quickPolls = 128
	// slowPoll is after what time a poll is taken to wait for its host. It then
	// counts against maxPolls alone.
	slowPoll = time.Second / 10
	// maxPolls bounds all polls under way: hosts that hang keep theirs for a minute.
	maxPolls = 1024
	// probes is the same bound while our own connection is down.
	probes = 8
	// maxQueued is how many claimed polls wait for their hosts at most.
	maxQueued = 4096
	// maxOutcomes is how many outcomes wait to be stored before nothing more is
	// polled, and maxArticles how many articles in them: those of first
	// documents have all their text.
	maxOutcomes = 256
	maxArticles = 512
	// lease is how long a claim holds: longer than any poll may wait and take.
	lease = 5 * time.Minute
	// maxWait bounds a wait, so that the loop proves that it lives, and a
	// machine that was suspended or whose clock was set is noticed.
	maxWait = 30 * time.Second
)

// dispatcher starts claimed polls as their hosts allow, and hands on their outcomes.
// Its methods, except recycle, belong to one goroutine.
type dispatcher struct {
	p        *Poller
	hosts    *hosts
	running  []*job // each at its place
	slow     int    // of them, that have run for longer than slowPoll
	looked   time.Time
	jobs     chan *job // to workers that have none
	finished chan *job
	turns    chan turnEvent // of polls that read pages
	pages    map[*host][]*turn
	workers  sync.WaitGroup
	timer    *time.Timer

	ready    []pollResult      // not handed on yet
	articles int               // in them
	outcomes chan []pollResult // closed by end
	spare    chan []pollResult // to be used again
}

func (p *Poller) dispatcher(patience time.Duration) *dispatcher {
	return &dispatcher{
		p: p, hosts: newHosts(patience), timer: time.NewTimer(time.Hour),
		jobs: make(chan *job), finished: make(chan *job, maxPolls),
		turns: make(chan turnEvent), pages: make(map[*host][]*turn),
		outcomes: make(chan []pollResult), spare: make(chan []pollResult, 2),
	}
}

// recall restores what outlives a restart: the host's wish to be left alone, and what
// the feed says of our own connection.
func (d *dispatcher) recall(feed string, s *FeedState) {
	now, plan := time.Now(), d.p.plan.Load()
	f := plan.Feed(feed)
	if f == nil {
		return
	}
	d.p.outage.recallFeed(feed, feeds.HostOf(f.URL), s, now)
	if key := f.hostKey(s); s.BarAll && s.Barred.After(now) && key != "" {
		d.hosts.backOff(key, plan.limit(key), s.Barred)
	}
}

// room is how many more polls may be claimed.
func (d *dispatcher) room() int {
	return min(d.slots()-len(d.running), maxQueued-d.hosts.queued, maxOutcomes-len(d.ready))
}

// slots is how many polls may be under way.
func (d *dispatcher) slots() int {
	if !d.p.outage.current().IsZero() {
		return probes
	}
	if now := time.Now(); len(d.running) >= quickPolls && now.Sub(d.looked) > slowPoll/5 {
		d.looked, d.slow = now, 0
		for _, j := range d.running {
			if now.Sub(j.started) > slowPoll {
				d.slow++
			}
		}
	}
	// Polls that wait for us and not for their hosts make no room: more of them would
	// only pile up documents in memory.
	slow := min(d.slow, len(d.running)) - d.p.fetch.Reading()
	return min(quickPolls+max(0, slow), maxPolls)
}

// claim claims the feeds that are due, as far as there is room, and says when to look
// again.
func (d *dispatcher) claim(ctx context.Context) store.Wake {
	room := d.room()
	if room <= 0 {
		return store.Wake{}
	}
	due, wake, err := d.p.store.ClaimDue(ctx, room, lease, 0)
	if err != nil {
		if ctx.Err() == nil {
			d.p.log.Error("cannot tell which feeds are due", "error", err)
		}
		return store.Wake{After: 5 * time.Second}
	}
	for i := range due {
		d.add(&due[i])
	}
	return wake
}

// add queues a claimed poll, or gives it back until its host's turn comes.
func (d *dispatcher) add(c *Claim) {
	now := time.Now()
	plan := d.p.plan.Load()
	feed := plan.Feed(c.Feed)
	if feed == nil {
		if s, shared := d.p.store.(Disowner); shared {
			s.Disown(*c)
		}
		return // gone from the config since the claim, or in that of another machine alone
	}
	j := jobs.Get().(*job)
	j.out.Claim, j.out.State, j.out.Next = *c, c.State, c.Due
	j.plan, j.feed, j.claimed, j.turns = plan, feed, now, d.turns
	if later, queued := d.hosts.add(j, feed.hostKey(&c.State), now); !queued {
		d.giveBack(j, later)
	}
}

// giveBack makes the feed of a poll that was not made due again later.
func (d *dispatcher) giveBack(j *job, later time.Time) {
	j.out.Next = later
	d.collect(j)
}

// full reports whether outcomes have to be stored before anything more is polled.
func (d *dispatcher) full() bool {
	return len(d.ready) >= maxOutcomes || d.articles >= maxArticles
}

// collect takes the outcome of a job that is done with.
func (d *dispatcher) collect(j *job) {
	j.out.room = j.room
	d.ready = append(d.ready, j.out)
	d.articles += len(j.out.Articles)
	*j = job{}
	jobs.Put(j)
}

// start starts the polls whose turn it is.
func (d *dispatcher) start(ctx context.Context) {
	d.grant(time.Now())
	for slots := d.slots(); len(d.running) < slots && !d.full(); {
		now := time.Now()
		j := d.hosts.start(now)
		if j == nil {
			return
		}
		j.started, j.place = now, len(d.running)
		d.running = append(d.running, j)
		select {
		case d.jobs <- j:
		default:
			d.workers.Go(func() { d.work(ctx, j) })
		}
	}
}

// work makes polls until there will be no more. Workers stay, because a new
// goroutine's stack would have to grow for every poll again.
func (d *dispatcher) work(ctx context.Context, j *job) {
	for ok := true; ok; j, ok = <-d.jobs {
		if j.out.pushed != nil {
			d.p.receive(ctx, j)
		} else {
			d.p.poll(ctx, j)
		}
		j.took = time.Since(j.started)
		d.finished <- j // has room for all that can be under way
	}
}

// wait returns when there may be something to do.
func (d *dispatcher) wait(ctx context.Context, wake store.Wake) {
	pause := maxWait
	if wake.After > 0 {
		pause = min(pause, wake.After)
	}
	if at, ok := d.hosts.wake(); len(d.running) >= d.slots() {
		pause = slowPoll // there is more room if these are slow
	} else if ok && !d.full() {
		pause = min(pause, time.Until(at))
	}
	if at, ok := d.nextPage(); ok {
		pause = min(pause, time.Until(at))
	}
	d.timer.Reset(pause)
	var outcomes chan []pollResult // nil, that is never, while there are none
	if len(d.ready) > 0 {
		outcomes = d.outcomes
	}
	pushes := d.p.pushes
	if d.full() {
		pushes = nil
	}
	select {
	case <-ctx.Done():
	case <-wake.Changed:
	case <-d.timer.C:
	case j := <-pushes:
		j.turns = d.turns
		d.hosts.admit(j)
	case outcomes <- d.ready:
		d.handedOn()
	case e := <-d.turns:
		d.hear(e)
	case j := <-d.finished:
		d.done(j)
		letOthersFinish()
	}
	for len(d.finished) > 0 {
		d.done(<-d.finished)
	}
}

// handedOn begins a new list of outcomes.
func (d *dispatcher) handedOn() {
	d.articles = 0
	d.ready = d.emptyList()
}

// recycle takes back a list of outcomes that was stored. It may be called by
// another goroutine.
func (d *dispatcher) recycle(batch []pollResult) {
	for i := range batch {
		batch[i].room.Close()
	}
	d.keepList(batch)
}

// done takes back the job of a poll that has ended.
func (d *dispatcher) done(j *job) {
	last := len(d.running) - 1
	d.running[j.place], d.running[last].place = d.running[last], j.place
	d.running[last] = nil
	d.running = d.running[:last]
	d.hosts.done(j)
	if j.host != nil && !j.out.backoffUntil.IsZero() {
		key := j.feed.hostKey(&j.out.Claim.State)
		d.backOff(key, j.plan.limit(key), j.out.backoffUntil)
	}
	d.collect(j)
}

// once polls what was claimed, and ends.
func (d *dispatcher) once(ctx context.Context, claims []Claim) {
	defer d.end()
	for i := range claims {
		d.recall(claims[i].Feed, &claims[i].State)
	}
	for i := range claims {
		c := &claims[i]
		if c.State.Gone || c.State.Barred.After(c.Now) || !c.State.Dangerous.IsZero() && c.Due.After(c.Now) {
			d.ready = append(d.ready, untouched(*c, c.Due))
			continue
		}
		d.add(c)
	}
	for ctx.Err() == nil && len(d.running)+d.hosts.queued+len(d.ready) > 0 {
		d.start(ctx)
		d.wait(ctx, store.Wake{})
	}
}

// end waits until no poll is under way, and hands on the last outcomes. Polls that
// still waited are given back.
func (d *dispatcher) end() {
	for _, j := range d.hosts.drain() {
		d.collect(j)
	}
	close(d.jobs)
	d.workers.Wait()
	for len(d.finished) > 0 {
		d.done(<-d.finished)
	}
	if len(d.ready) > 0 {
		d.outcomes <- d.ready
	}
	close(d.outcomes)
}
