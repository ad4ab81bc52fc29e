package poll

import (
	"errors"
	"sync"
	"time"

	"watcher/internal/feeds"
)

const (
	// An outage is our own if so many feeds on so many hosts could not be reached one
	// after the other, and no other could meanwhile.
	outageFeeds = 5
	outageHosts = 3
	// outageWindow is how long a failure counts for that.
	outageWindow = 30 * time.Minute
	// outageTold is how long an outage lasts before it is worth telling.
	outageTold = 2 * time.Minute
	// outageRetry is when feeds are polled again whose poll failed in an outage.
	outageRetry = time.Minute
)

// Outage is one of our own connection. The zero value is none.
type Outage struct {
	Since time.Time // the first failure
	Told  bool      // the ops targets know that it began
}

// outage notices when our own connection is down, so that the feeds are not blamed
// for it. Each change goes into the outcome of the poll that caused it, and is stored
// with what is told of it: after a crash at any moment the next process goes on from
// what the store has. It is safe for concurrent use.
type outage struct {
	mu       sync.Mutex
	is       Outage
	stored   Outage              // as the store has it
	answered time.Time           // when a host last answered anything
	failed   map[string]failedAt // feeds that failed since
	suspects map[string]bool     // that failed in an outage that is over, and not answered since
}

// failedAt is when a feed failed, and on which host.
type failedAt struct {
	at      time.Time
	host    string
	counted bool // before the outage was clear: the feed was blamed for it
}

// unreachable reports whether an error may come from our own connection.
func unreachable(err error) bool {
	fe, ok := errors.AsType[*feeds.FetchError](err)
	return ok && (fe.Kind == feeds.Network || fe.Kind == feeds.DNS || fe.Kind == feeds.Timeout)
}

// isAnswer reports whether an error is something that a host said.
func isAnswer(err error) bool {
	fe, ok := errors.AsType[*feeds.FetchError](err)
	// A broken handshake or a private address may be a captive portal's.
	return ok && fe.Kind != feeds.TLS && fe.Kind != feeds.Refused
}

// recall goes on with the outage that the store has.
func (o *outage) recall(stored Outage) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.is, o.stored = stored, stored
	o.failed = make(map[string]failedAt)
}

// recallFeed counts what an earlier process noted of a feed: it answered, or could
// not be reached. So the failures of both make an outage together.
func (o *outage) recallFeed(feed, host string, s *FeedState, now time.Time) {
	o.mu.Lock()
	defer o.mu.Unlock()
	answered := s.Good
	switch {
	case s.Failed > 0 && !s.Unreached:
		answered = s.Polled
	case s.Failed > 0 && s.Trouble == "" && !s.Changed.IsZero() && !s.Failing.Before(o.is.Since.Add(-time.Second)):
		o.failed[feed] = failedAt{s.Failing, host, true}
	}
	if answered.After(o.answered) && !answered.After(now) {
		o.answered = answered
	}
}

// answer notes that a feed's host answered, and returns the outage that this ends.
func (o *outage) answer(feed string, now time.Time) (over Outage) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.answered = now
	delete(o.suspects, feed)
	if len(o.failed) == 0 && o.is == (Outage{}) {
		return Outage{}
	}
	over = o.is
	if over != (Outage{}) {
		if o.suspects == nil {
			o.suspects = make(map[string]bool)
		}
		for f := range o.failed {
			if f != feed {
				o.suspects[f] = true
			}
		}
	}
	o.failed, o.is = nil, Outage{}
	return over
}

// cutOff is what a feed that could not be reached says of our connection.
type cutOff struct {
	since   time.Time // of the outage; zero: the feed is to blame
	counted bool      // it was blamed before, for this outage
	change  *Outage   // to be stored; nil if nothing has changed
	tell    bool      // once in an outage, when it has lasted
}

// fail notes that a feed could not be reached by a poll that began at start. A
// host that answered after that start proves that the connection worked, so the
// feed is to blame. So it is if it did not work before either (well is false), or
// still fails after an outage: dead feeds among sleepy ones are no outage.
func (o *outage) fail(feed, host string, well bool, start, now time.Time) (c cutOff) {
	o.mu.Lock()
	defer o.mu.Unlock()
	before := o.is
	switch {
	case !start.After(o.answered):
		return cutOff{}
	case !o.is.Since.IsZero():
		c.counted = o.failed[feed].counted
		o.note(feed, failedAt{at: now, host: host})
	case well && !o.suspects[feed]:
		o.notice(feed, host, now)
	}
	c.since = o.is.Since
	if !c.since.IsZero() && !o.is.Told && now.Sub(c.since) >= outageTold {
		o.is.Told, c.tell = true, true
	}
	if o.is != before {
		is := o.is
		c.change = &is
	}
	return c
}

// settled notes whether an outcome is stored. What was lost with one that is not
// happens again at the next poll: the outage is what the store has.
func (o *outage) settled(out *Outcome, stored bool) {
	if out.Outage == nil {
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if stored {
		o.stored = *out.Outage
		return
	}
	o.is = o.stored
}

func (o *outage) note(feed string, f failedAt) {
	if o.failed == nil {
		o.failed = make(map[string]failedAt)
	}
	o.failed[feed] = f
}

// notice counts a failure and decides whether the failures are an outage.
func (o *outage) notice(feed, host string, now time.Time) {
	o.note(feed, failedAt{now, host, true})
	first := now
	hosts := make(map[string]bool)
	for f, x := range o.failed {
		if now.Sub(x.at) > outageWindow || !x.at.After(o.answered) {
			delete(o.failed, f)
			continue
		}
		hosts[x.host] = true
		if x.at.Before(first) {
			first = x.at
		}
	}
	if len(o.failed) < outageFeeds || len(hosts) < outageHosts {
		return
	}
	o.is.Since = first.Round(0)
	// The failure that makes it clear is not blamed on its feed any more.
	o.failed[feed] = failedAt{at: now, host: host}
}

// current returns since when there is an outage; zero if there is none.
func (o *outage) current() time.Time {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.is.Since
}
