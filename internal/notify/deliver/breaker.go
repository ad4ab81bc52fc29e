package deliver

import (
	"time"

	"watcher/internal/notify"
)

const (
	tellAfter = 3               // failures
	tellFor   = 5 * time.Minute // over at least this long, as for feeds
	// tellAgain is the least time between two immediate reports of a target that says
	// it is gone: of two servers behind one address, one alone may say so.
	tellAgain = time.Hour

	breakAfter = 20               // failures in a row
	breakFor   = time.Minute      // over at least this long
	slowDown   = time.Second      // between attempts after so many, until then
	probeEvery = 10 * time.Second // while open
	probeDead  = 5 * time.Minute  // while the target said that it is gone
)

// healthFailed returns the health after one more failure, and whether to report it
// now: after three failures over five minutes, or at once if the target said that it
// accepts nothing, or nothing for longer than that.
func healthFailed(h notify.TargetHealth, now time.Time, answer string, dead bool, asked time.Duration) (_ notify.TargetHealth, tell bool) {
	if h.Failures == 0 || h.Since.After(now) {
		h.Since = now
	}
	h.Failures++
	h.Answer = answer
	switch {
	case !h.Told.IsZero():
	case h.Failures >= tellAfter && now.Sub(h.Since) >= tellFor:
		tell = true
	case dead || asked > tellFor:
		tell = now.Sub(h.Before) >= tellAgain || h.Before.After(now)
	}
	if tell {
		h.Told = now
	}
	return h, tell
}

// healthWorked returns the health after the target accepted a message.
func healthWorked(h notify.TargetHealth) notify.TargetHealth {
	if !h.Told.IsZero() {
		h.Before = h.Told
	}
	return notify.TargetHealth{Before: h.Before}
}

// soonest bounds the wait for the next attempt, so that a failing target is reported
// in time however old its only message is.
func soonest(h notify.TargetHealth, wait time.Duration, now time.Time) time.Duration {
	if !h.Told.IsZero() {
		return wait
	}
	wait = min(wait, time.Minute)
	if left := h.Since.Add(tellFor).Sub(now); left > 0 {
		wait = min(wait, left)
	}
	return wait
}

// breaker keeps a worker from hammering a failing target, and from storing thousands
// of failures a minute when thousands of messages wait. After 20 failures in a row it
// allows one attempt a second. It opens when the failures span a minute, or when they
// are reported; from then on single deliveries probe the target. The zero value is
// closed. It is not safe for concurrent use.
type breaker struct {
	failures int       // in a row, of this process
	next     time.Time // no attempt before, while open
	resting  time.Time // no attempt before, as the target asked
}

// failed counts a failure of a target with that health.
func (b *breaker) failed(h notify.TargetHealth, now time.Time, dead bool) {
	b.failures++
	switch {
	case dead:
		b.next = now.Add(probeDead)
	case !h.Told.IsZero(), h.Failures >= breakAfter && now.Sub(h.Since) >= breakFor:
		b.next = now.Add(probeEvery)
	case b.failures >= breakAfter:
		b.next = now.Add(slowDown)
	}
}

// worked closes the breaker.
func (b *breaker) worked() { *b = breaker{resting: b.resting} }

// rest notes for how long the target asked for no messages.
func (b *breaker) rest(until time.Time) {
	if until.After(b.resting) {
		b.resting = until
	}
}

// pause returns how long to wait before the next attempt.
func (b *breaker) pause(now time.Time) time.Duration {
	return max(0, b.resting.Sub(now), b.next.Sub(now))
}
