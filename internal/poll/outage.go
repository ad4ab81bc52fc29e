package poll

import (
	"errors"
	"sync"
	"time"

	"watcher/internal/feeds"
)

const (
	// An outage is our own when so many feeds on so many hosts could not be
	// reached one after the other, and nothing could meanwhile.
	outageFeeds = 5
	outageHosts = 3
	// outageWindow is how long a failure counts for that.
	outageWindow = 30 * time.Minute
	// outageTold is how long an outage lasts before it is worth telling.
	outageTold = 2 * time.Minute
	// outageRetry is when feeds are polled again whose poll failed in an outage.
	outageRetry = time.Minute
)

// outage notices when it is our own connection that is down, so that the feeds
// are not blamed for it. It is safe for concurrent use.
type outage struct {
	mu       sync.Mutex
	answered time.Time           // when a host last answered anything
	failed   map[string]failedAt // feeds that failed since
	suspects map[string]bool     // that failed in an outage that is over, and not answered since
	since    time.Time           // the first failure of the outage; zero if there is none
	told     bool
}

// failedAt is when a feed failed, and on which host.
type failedAt struct {
	at   time.Time
	host string
}

// unreachable says whether an error can come of our own connection.
func unreachable(err error) bool {
	fe, ok := errors.AsType[*feeds.FetchError](err)
	return ok && (fe.Kind == feeds.Network || fe.Kind == feeds.DNS || fe.Kind == feeds.Timeout)
}

// isAnswer says whether an error is something that a host said.
func isAnswer(err error) bool {
	fe, ok := errors.AsType[*feeds.FetchError](err)
	// A broken handshake or a private address may be a captive portal's.
	return ok && fe.Kind != feeds.TLS && fe.Kind != feeds.Refused
}

// ended is what there is to tell of an outage that is over.
type ended struct {
	since time.Time
	told  bool // it was told that it began
}

// answer notes that a feed's host answered, and returns the outage that this ends.
func (o *outage) answer(feed string, now time.Time) (over ended) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.answered = now
	delete(o.suspects, feed)
	if len(o.failed) == 0 {
		return ended{}
	}
	over = ended{o.since, o.told}
	if !o.since.IsZero() {
		if o.suspects == nil {
			o.suspects = make(map[string]bool)
		}
		for f := range o.failed {
			if f != feed {
				o.suspects[f] = true
			}
		}
	}
	o.failed, o.since, o.told = nil, time.Time{}, false
	return over
}

// fail notes that a feed could not be reached by a poll that began at start. A
// host that answered after that start proves that the connection worked, so the
// feed is to blame. So it is if it did not work before either (well is false), or
// still fails after an outage: dead feeds among sleepy ones are no outage. since
// is when the outage began, zero if there is none; tell is true once in an
// outage, when it has lasted.
func (o *outage) fail(feed, host string, well bool, start, now time.Time) (since time.Time, tell bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	switch {
	case !start.After(o.answered):
		return time.Time{}, false
	case !o.since.IsZero():
		o.failed[feed] = failedAt{now, host}
	case well && !o.suspects[feed]:
		o.notice(feed, host, now)
	}
	if o.since.IsZero() || o.told || now.Sub(o.since) < outageTold {
		return o.since, false
	}
	o.told = true
	return o.since, true
}

// notice counts a failure and decides whether the failures are an outage.
func (o *outage) notice(feed, host string, now time.Time) {
	if o.failed == nil {
		o.failed = make(map[string]failedAt)
	}
	o.failed[feed] = failedAt{now, host}
	first := now
	hosts := make(map[string]bool)
	for f, x := range o.failed {
		if now.Sub(x.at) > outageWindow {
			delete(o.failed, f)
			continue
		}
		hosts[x.host] = true
		if x.at.Before(first) {
			first = x.at
		}
	}
	if len(o.failed) >= outageFeeds && len(hosts) >= outageHosts {
		o.since = first
	}
}

// current returns since when there is an outage; zero if there is none.
func (o *outage) current() time.Time {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.since
}
