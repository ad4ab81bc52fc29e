package notify

import "time"

// TargetHealth is whether a target accepts messages. It survives restarts. The zero
// value is that of a target which has never failed.
type TargetHealth struct {
	Since    time.Time // of the first failure or refusal since it last accepted a message
	Failures int       // in a row; 0 means that it answers
	Refused  int       // messages in a row that it refused for good, each of them by itself
	Told     time.Time // when the failure was reported; zero if it was not
	Before   time.Time // when the outage before this one was reported
	Answer   string    // the target's last answer
}

// Answered reports whether all that a target refused has been dealt with: it refuses, and
// none of its messages is a dead letter any more.
func (h TargetHealth) Answered(q TargetQueue) bool { return h.State() == TargetRefuses && q.Dead == 0 }

// TargetState names how a target takes messages.
type TargetState string

const (
	TargetWorks   TargetState = "ok"
	TargetFails   TargetState = "failing"  // attempts fail, and are repeated
	TargetRefuses TargetState = "refusing" // it answers and refuses each message, which becomes a dead letter
)

// State returns how the target takes messages.
func (h TargetHealth) State() TargetState {
	switch {
	case h.Failures > 0:
		return TargetFails
	case h.Refused > 0:
		return TargetRefuses
	}
	return TargetWorks
}
