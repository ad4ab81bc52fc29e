package poll

import (
	"context"
	"errors"
	"time"

	"watcher/internal/budget"
	"watcher/internal/feeds"
)

// visit is a poll's request for a further page, which waits for its turn at a host.
type visit struct {
	p     *Poller
	job   *job
	src   feeds.Source
	limit context.Context // for all of it
}

// ask calls fetch when the turn at the address's host has come. ctx is the program's.
// After a 429 the host is left alone for a while.
func (v *visit) ask(ctx context.Context, address string, fetch func(ctx context.Context) error) error {
	// The turn at the feed's host is over with the feed's answer. It must not be
	// held while waiting for another one, which may be at the same host.
	if v.job.host != nil {
		v.tell(ctx, turnEvent{what: turnEnds, turn: &turn{host: v.job.host}, took: time.Since(v.job.started)})
		v.job.host = nil
	}
	limited := func() error {
		limit := budget.Within(v.limit, pageTime)
		defer limit.Cancel()
		return fetch(limit)
	}
	key := feeds.HostOf(address)
	if v.job.feed.host == "" && key == feeds.HostOf(v.src.URL) {
		return limited() // host_limits: false
	}
	t := &turn{key: key, limit: v.job.plan.limit(key), granted: make(chan bool, 1)}
	v.tell(ctx, turnEvent{what: turnWanted, turn: t})
	over := turnEvent{what: turnEnds, turn: t}
	defer func() { v.tell(ctx, over) }()
	select {
	case <-v.limit.Done():
		return errBusyHost
	case ok := <-t.granted:
		if !ok {
			return errBusyHost
		}
	}
	start := time.Now()
	err := limited()
	over.took = time.Since(start)
	if fe, ok := errors.AsType[*feeds.FetchError](err); ok && fe.Kind == feeds.Throttled {
		pause := throttledBar
		if fe.RetryAfter > 0 {
			pause = min(fe.RetryAfter, maxBar)
		}
		over.bar = time.Now().Add(pause)
	}
	return err
}

// tell sends the dispatcher an event, unless the program ends.
func (v *visit) tell(ctx context.Context, e turnEvent) {
	select {
	case v.job.turns <- e:
	case <-ctx.Done():
	}
}

// turn is the right to ask a host for one page, within the limits that hold for
// polls of it.
type turn struct {
	key     string
	limit   HostLimit
	host    *host     // once the dispatcher has it
	granted chan bool // has room for the answer: whether the turn has come
	begun   bool      // it counts as a request under way
}

// turnEvent is what a worker tells the dispatcher of a turn.
type turnEvent struct {
	what turnWish
	turn *turn
	took time.Duration
	bar  time.Time // the host is not to be asked before
}

type turnWish int

const (
	turnWanted turnWish = iota
	turnEnds            // also of one that was waited for too long
)

// hear handles what a worker tells of a turn.
func (d *dispatcher) hear(e turnEvent) {
	t, now := e.turn, time.Now()
	switch {
	case e.what == turnWanted:
		t.host = d.hosts.host(t.key, t.limit)
		if t.host.barred.After(now) {
			t.granted <- false
			return
		}
		d.pages[t.host] = append(d.pages[t.host], t)
	case t.granted == nil || t.begun: // the poll's own turn, or one for a page
		d.hosts.done(&job{host: t.host, took: e.took})
	default:
		d.forget(t)
	}
	if !e.bar.IsZero() {
		d.backOff(t.key, t.limit, e.bar)
	}
}

// forget takes out a turn that nobody waits for any more.
func (d *dispatcher) forget(t *turn) {
	waiting := d.pages[t.host]
	for i := range waiting {
		if waiting[i] == t {
			waiting = append(waiting[:i], waiting[i+1:]...)
			break
		}
	}
	d.keep(t.host, waiting)
}

func (d *dispatcher) keep(x *host, waiting []*turn) {
	if len(waiting) == 0 {
		delete(d.pages, x)
		return
	}
	d.pages[x] = waiting
}

// grant gives the turns that have come. Pages go before polls: a poll, and with it
// its alerts, waits for them.
func (d *dispatcher) grant(now time.Time) {
	for x, waiting := range d.pages {
		for len(waiting) > 0 && x.running < x.limit.Parallel && !x.next.After(now) {
			d.hosts.enter(x, now)
			waiting[0].begun = true
			waiting[0].granted <- true
			waiting = waiting[1:]
		}
		d.keep(x, waiting)
	}
}

// nextPage is when the next turn for a page may come; false if only the end of
// a request can bring it.
func (d *dispatcher) nextPage() (at time.Time, ok bool) {
	for x := range d.pages {
		if x.running < x.limit.Parallel && (!ok || x.next.Before(at)) {
			at, ok = x.next, true
		}
	}
	return at, ok
}

// backOff keeps a host from being asked, by polls and for pages.
func (d *dispatcher) backOff(key string, limit HostLimit, until time.Time) {
	for _, other := range d.hosts.backOff(key, limit, until) {
		d.giveBack(other, other.host.turn(other.out.Claim.Feed, time.Now()))
	}
	x := d.hosts.byKey[key]
	for _, t := range d.pages[x] {
		t.granted <- false
	}
	delete(d.pages, x)
}
