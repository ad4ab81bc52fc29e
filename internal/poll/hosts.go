package poll

import (
	"container/heap"
	"time"

	"watcher/internal/budget"
	"watcher/internal/feeds"
)

// HostLimit is how often a host is asked at most.
type HostLimit struct {
	Parallel int           // polls at the same time, at least 1
	Spacing  time.Duration // from the start of one to the start of the next
}

// DefaultLimit holds for a host that the config does not name.
var DefaultLimit = HostLimit{Parallel: 2, Spacing: 100 * time.Millisecond}

const (
	// maxQueueAhead is how far ahead polls wait in a host's queue. A poll that would wait
	// longer is given back to the store until about its turn, so that claims are held
	// for moments only, however many feeds a host has.
	maxQueueAhead = 2 * time.Second
	// unknownPace is how long a host's poll is first thought to take. It is short, as
	// a turn that comes too early costs nothing but another turn.
	unknownPace = 50 * time.Millisecond
	// minPace is the shortest time between two turns that are given out.
	minPace = time.Millisecond
)

// job is a claimed poll on its way through the hosts' queues.
type job struct {
	out     pollResult // what it comes to; Claim is set from the start
	feed    *PlannedFeed
	plan    *Plan
	host    *host            // nil if no limit holds for it, or its turn there is over
	turns   chan<- turnEvent // to the dispatcher
	claimed time.Time        // when, by this process's clock
	started time.Time        // the poll, likewise
	place   int              // among those under way
	took    time.Duration    // from the start of the poll to its end
	room    *budget.Account  // what its document holds; nil while there is none
	asked   feeds.Known      // what its server was asked with
	older   *older           // pages, where the document's window was overrun
}

// hosts decides which poll may start when. It is a plain structure without a
// clock or goroutines, for one goroutine to use.
type hosts struct {
	patience time.Duration // 0: every job is queued, however long it will wait
	byKey    map[string]*host
	ready    readyHeap // hosts that have a poll waiting and room for it
	free     []*job    // polls for which no limit holds
	queued   int       // in all queues
}

// host is one host's queue and what is known of its pace.
type host struct {
	limit   HostLimit
	queue   []*job
	running int
	next    time.Time       // nothing starts before
	barred  time.Time       // the host asked for it, with a 429
	tail    time.Time       // the last turn that was given out
	again   time.Time       // the same, of those that came back in vain
	away    map[string]bool // feeds that were given a turn and are not back yet
	took    time.Duration   // what a poll takes, smoothed
	place   int             // in the heap; -1 if it is not there
}

func newHosts(patience time.Duration) *hosts {
	return &hosts{patience: patience, byKey: make(map[string]*host)}
}

func (h *hosts) host(key string, limit HostLimit) *host {
	x := h.byKey[key]
	if x == nil {
		x = &host{took: unknownPace, place: -1}
		h.byKey[key] = x
	}
	x.limit = limit
	return x
}

// add queues a job, or returns until when it is to be given back to the store.
func (h *hosts) add(j *job, key string, now time.Time) (later time.Time, queued bool) {
	if key == "" {
		h.admit(j)
		return time.Time{}, true
	}
	x := h.host(key, j.plan.limit(key))
	j.host = x
	if x.barred.After(now) || h.patience > 0 && !x.hasRoom(j.out.Claim.Feed, h.patience, now) {
		return x.turn(j.out.Claim.Feed, now), false
	}
	delete(x.away, j.out.Claim.Feed)
	x.queue = append(x.queue, j)
	h.queued++
	h.update(x)
	return time.Time{}, true
}

// admit queues a job for which no limit holds.
func (h *hosts) admit(j *job) {
	h.free = append(h.free, j)
	h.queued++
}

// hasRoom reports whether a feed may queue. As long as feeds that were given a turn are
// away, only those may: feeds that become due stand behind them.
func (x *host) hasRoom(feed string, patience time.Duration, now time.Time) bool {
	if x.tail.Add(time.Minute).Before(now) {
		x.away = nil // feeds that are not back by now will not come
	}
	if len(x.away) > 0 && !x.away[feed] {
		return false
	}
	return len(x.queue) < max(x.limit.Parallel, min(int(patience/x.pace()), maxQueued/4))
}

// pace is how far apart the polls of the host can start.
func (x *host) pace() time.Duration {
	return max(x.limit.Spacing, x.took/time.Duration(x.limit.Parallel), minPace)
}

// turn gives a feed a time at which it is likely to find the host free: the turns of
// a host are a pace apart, so that its waiting feeds come back one by one. A feed
// that came back and found no room comes again as soon as there may be some, before
// those that become due.
func (x *host) turn(feed string, now time.Time) time.Time {
	last := &x.tail
	if x.away[feed] {
		last = &x.again
	}
	queue := time.Duration(len(x.queue)) * x.pace()
	for _, t := range []time.Time{now, x.barred, x.next.Add(queue)} {
		if t.After(*last) {
			*last = t
		}
	}
	*last = last.Add(x.pace())
	if x.again.After(x.tail) {
		x.tail = x.again
	}
	if x.away == nil {
		x.away = make(map[string]bool)
	}
	x.away[feed] = true
	return *last
}

// start takes out a poll that may start now; nil if there is none.
func (h *hosts) start(now time.Time) *job {
	if len(h.free) > 0 {
		h.queued--
		return pop(&h.free)
	}
	if len(h.ready) == 0 || h.ready[0].next.After(now) {
		return nil
	}
	x := h.ready[0]
	j := pop(&x.queue)
	h.queued--
	h.enter(x, now)
	return j
}

// enter notes that a request to the host begins.
func (h *hosts) enter(x *host, now time.Time) {
	x.running++
	x.next = now.Add(x.limit.Spacing)
	h.update(x)
}

func pop(queue *[]*job) *job {
	j := (*queue)[0]
	(*queue)[0] = nil
	*queue = (*queue)[1:]
	return j
}

// wake is when start will yield next; false if only the end of a poll can bring
// something.
func (h *hosts) wake() (time.Time, bool) {
	if len(h.free) > 0 {
		return time.Time{}, true
	}
	if len(h.ready) == 0 {
		return time.Time{}, false
	}
	return h.ready[0].next, true
}

// done notes that a poll has ended.
func (h *hosts) done(j *job) {
	if x := j.host; x != nil {
		x.running--
		x.took += (j.took - x.took) / 8
		h.update(x)
	}
}

// backOff keeps the host from being asked before until. It returns the polls that
// waited for it, for which turn says when to come back.
func (h *hosts) backOff(key string, limit HostLimit, until time.Time) []*job {
	x := h.host(key, limit)
	if until.After(x.barred) {
		x.barred = until
	}
	if until.After(x.next) {
		x.next = until
	}
	waiting := x.queue
	x.queue = nil
	h.queued -= len(waiting)
	h.update(x)
	return waiting
}

// drain takes out everything that waits.
func (h *hosts) drain() []*job {
	all := h.free
	h.free, h.ready, h.queued = nil, nil, 0
	for _, x := range h.byKey {
		all = append(all, x.queue...)
		x.queue, x.place = nil, -1
	}
	return all
}

// update puts a host where it belongs in the heap after a change.
func (h *hosts) update(x *host) {
	ready := len(x.queue) > 0 && x.running < x.limit.Parallel
	switch {
	case ready && x.place < 0:
		heap.Push(&h.ready, x)
	case ready:
		heap.Fix(&h.ready, x.place)
	case x.place >= 0:
		heap.Remove(&h.ready, x.place)
		x.place = -1
	}
}

// readyHeap orders hosts by when their next poll may start.
type readyHeap []*host

func (h readyHeap) Len() int           { return len(h) }
func (h readyHeap) Less(i, j int) bool { return h[i].next.Before(h[j].next) }
func (h readyHeap) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].place, h[j].place = i, j
}
func (h *readyHeap) Push(x any) {
	x.(*host).place = len(*h)
	*h = append(*h, x.(*host))
}
func (h *readyHeap) Pop() any {
	last := len(*h) - 1
	x := (*h)[last]
	(*h)[last] = nil
	*h = (*h)[:last]
	return x
}
