package notify

import "time"

// TargetHealth is how a target takes messages. It is kept over restarts. The zero value
// is that of a target which has never failed.
type TargetHealth struct {
	Since    time.Time // of the first failure since it last took a message
	Failures int       // since then; 0: it works
	Told     time.Time // when that was reported; zero if it was not
	Before   time.Time // when an earlier failing was
	Answer   string    // what the target said last
}
