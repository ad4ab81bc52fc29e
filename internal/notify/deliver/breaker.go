package deliver

import (
	"time"

	"watcher/internal/notify"
)

const (
	tellAfter = 3               // failures
	tellFor   = 5 * time.Minute // and at least this long, as for feeds
	// tellAgain is the shortest time between two immediate reports that a target is
	// gone. Where two servers share an address, one of them may keep saying so while
	// the other works.
	tellAgain = time.Hour

	breakAfter = 20               // consecutive failures
	breakFor   = time.Minute      // and at least this long
	slowDown   = time.Second      // between attempts, from breakAfter failures until the breaker opens
	probeEvery = 10 * time.Second // between probes while the breaker is open
	probeDead  = 5 * time.Minute  // between probes of a target that said it is gone
)

// healthFailed returns the health after one more failure, and whether to report it now:
// after three failures over five minutes, or at once if the target refuses every
// message or asked for a longer pause than that.
func healthFailed(h notify.TargetHealth, now time.Time, answer string, dead bool, asked time.Duration) (_ notify.TargetHealth, tell bool) {
	if h.Failures == 0 || h.Since.After(now) {
		h.Since, h.Refused = now, 0
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

// healthRefused returns the health after the target refused a message for good, and not
// the next one: it answers, so that any failure is over.
func healthRefused(h notify.TargetHealth, now time.Time, answer string) notify.TargetHealth {
	worked := healthWorked(h)
	worked.Since, worked.Refused, worked.Answer = now, 1, answer
	if h.Refused > 0 && h.Failures == 0 && !h.Since.After(now) {
		worked.Since, worked.Refused = h.Since, h.Refused+1
	}
	return worked
}

// soonest shortens the wait before the next attempt where needed, so that a failing
// target is reported in time even if its only message is old and retried rarely.
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

// breaker keeps a worker from hammering a failing target, and from committing thousands
// of failures a minute while thousands of messages wait. After 20 consecutive failures
// it allows one attempt a second. It opens once the failures span a minute or have been
// reported. While it is open, single deliveries probe the target. The zero value is
// closed. It is not safe for concurrent use.
type breaker struct {
	failures int       // consecutive, in this process
	next     time.Time // no attempt before this, while open
	resting  time.Time // no attempt before this: the target asked for it
}

// failed counts a failure. h is the target's health including it.
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

// rest records until when the target asked for no messages.
func (b *breaker) rest(until time.Time) {
	if until.After(b.resting) {
		b.resting = until
	}
}

// pause returns how long to wait before the next attempt.
func (b *breaker) pause(now time.Time) time.Duration {
	return max(0, b.resting.Sub(now), b.next.Sub(now))
}
