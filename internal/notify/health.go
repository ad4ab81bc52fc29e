package notify

import "time"

// TargetHealth is whether a target accepts messages. It survives restarts. The zero
// value is that of a target which has never failed.
type TargetHealth struct {
	Since    time.Time // of the first failure since it last accepted a message
	Failures int       // since then; 0 means that it works
	Told     time.Time // when the failure was reported; zero if it was not
	Before   time.Time // when the outage before this one was reported
	Answer   string    // the target's last answer
}
