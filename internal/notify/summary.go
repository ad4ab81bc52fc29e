package notify

import (
	"time"
)

// Cause is why alerts were held up. Its text appears in webhooks.
type Cause string

const (
	OfDigest   Cause = "digest"
	OfQuiet    Cause = "quiet"
	OfMute     Cause = "mute"
	OfCooldown Cause = "cooldown"
	OfLimit    Cause = "max_per_hour"
	OfGroup    Cause = "group"
	OfFlood    Cause = "flood"
	OfDelay    Cause = "delay" // watcher did not run, or its clock was set
	OfSeveral  Cause = "several"
)

// DigestSummary describes a message that tells of held alerts.
type DigestSummary struct {
	Of    Cause     // why they were held
	At    time.Time // when it was due; when it was composed, if it had no due time
	Since time.Time // when its first alert was held
}

// Elsewhere is the heading over alerts that only name another place of an article.
const Elsewhere = "told before, and elsewhere too"

// Section is the heading under which an alert appears in a summary: its rule.
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
