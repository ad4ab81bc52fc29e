package notify

import "time"

const (
	breakAfter = 20               // failures in a row
	breakFor   = time.Minute      // over at least this long
	probeEvery = 10 * time.Second // while open
	probeDead  = 5 * time.Minute  // while the target said that it is gone
)

// breaker keeps a worker from hammering a target that takes nothing. It opens
// after 20 failures in a row over at least a minute, or at once when the target
// says that it will take nothing; then one delivery probes it now and then. The
// zero value is closed. It is used by one goroutine.
type breaker struct {
	failures int
	since    time.Time // of the first of them
	open     bool
	next     time.Time // no attempt before, while open
	resting  time.Time // no attempt before, as the target asked
}

// failed counts a failure, and returns whether it opened the breaker.
func (b *breaker) failed(now time.Time, dead bool) (opened bool) {
	if b.failures == 0 {
		b.since = now
	}
	b.failures++
	opened = !b.open && (dead || b.failures >= breakAfter && now.Sub(b.since) >= breakFor)
	b.open = b.open || opened
	b.next = now.Add(probeEvery)
	if dead {
		b.next = now.Add(probeDead)
	}
	return opened
}

// reopen opens the breaker as a process that has ended left it.
func (b *breaker) reopen() { b.open = true }

// worked counts a success, and returns whether it closed the breaker.
func (b *breaker) worked() (closed bool) {
	closed = b.open
	*b = breaker{resting: b.resting}
	return closed
}

// rest notes that the target asked to be left alone.
func (b *breaker) rest(until time.Time) {
	if until.After(b.resting) {
		b.resting = until
	}
}

// pause returns how long to leave the target alone.
func (b *breaker) pause(now time.Time) time.Duration {
	pause := max(0, b.resting.Sub(now))
	if b.open {
		pause = max(pause, b.next.Sub(now))
	}
	return pause
}
