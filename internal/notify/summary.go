package notify

import (
	"time"
)

// Cause is what holds alerts up. Its text stands in webhooks.
type Cause string

const (
	OfDigest   Cause = "digest"
	OfQuiet    Cause = "quiet"
	OfMute     Cause = "mute"
	OfCooldown Cause = "cooldown"
	OfLimit    Cause = "max_per_hour"
	OfGroup    Cause = "group"
	OfFlood    Cause = "flood"
	OfDelay    Cause = "delay" // of watcher itself: it did not run, or its clock was set
	OfSeveral  Cause = "several"
)

// DigestSummary says what a message is that tells what was held, and of when.
type DigestSummary struct {
	Of    Cause     // what held all of it
	At    time.Time // when it was due, or was composed where nothing says when it is due
	Since time.Time // when the first of its alerts came
}

// Elsewhere heads alerts of articles that were told before.
const Elsewhere = "told before, and elsewhere too"

// Section is the rule under which an alert stands in a summary.
func (a HeldAlert) Section() string {
	switch {
	case a.Follows:
		return Elsewhere
	case len(a.Rules) > 0:
		return a.Rules[0]
	}
	return ""
}

func (a Alert) Section() string {
	switch {
	case a.Follows != nil:
		return Elsewhere
	case len(a.Rules) > 0:
		return a.Rules[0].Name
	}
	return ""
}
