package poll

import (
	"runtime"
	"sync"
)

// This file is for speed, see BenchmarkUnchanged: a poll that finds nothing new costs
// little beside its request, so jobs and lists of outcomes are used again, and polls
// that end together are taken together.

// jobs are used again: with its outcome one is a kilobyte.
var jobs = sync.Pool{New: func() any { return new(job) }}

// emptyList returns a list for outcomes, a used one if there is one.
func (d *dispatcher) emptyList() []pollResult {
	select {
	case list := <-d.spare:
		return list
	default:
		return make([]pollResult, 0, 64)
	}
}

// keepList keeps a list to be used again. It may be called by another goroutine.
func (d *dispatcher) keepList(list []pollResult) {
	clear(list) // let go of what the polls brought
	select {
	case d.spare <- list[:0]:
	default:
	}
}

// letOthersFinish lets polls end that are about to, as they are under load. One round
// for many polls is cheaper than one for each.
func letOthersFinish() { runtime.Gosched() }
