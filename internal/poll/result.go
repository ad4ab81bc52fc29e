package poll

import (
	"time"

	"watcher/internal/budget"
)

// pollResult is what a poll came to: what the store is given of it, and what those who
// made the poll want to know besides.
type pollResult struct {
	Outcome
	err          string          // why the poll failed; empty if it did not, or was not made
	warnings     []string        // what of the document had to be repaired or left out
	backoffUntil time.Time       // the host is not to be asked before
	trial        trial           // its verdict on a feed that the process died of
	pushed       *push           // whom to tell how it ended, if a hub brought it
	room         *budget.Account // what its articles hold until they are stored
}

// outcomes appends what the store is given of results to into.
func outcomes(results []pollResult, into []Outcome) []Outcome {
	for i := range results {
		into = append(into, results[i].Outcome)
	}
	return into
}

// untouched is the outcome of a poll that was not made.
func untouched(c Claim, next time.Time) pollResult {
	return pollResult{Outcome: Outcome{Claim: c, State: c.State, Next: next}}
}
