package bolt_test

import (
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"watcher/internal/notify"
)

// By a clock that goes on while a transaction is made, what that puts back for
// later is not due at once.
func TestNextHeedsTheRetry(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "watcher.db"))
	defer s.Close()
	frozen(t, s, "x")
	d := begin(t, s, "x")
	for range 3 {
		again, ok, wake, err := s.Next(ctx, d, notify.AttemptOutcome{Retry: time.Hour})
		must(t, err)
		if ok {
			t.Fatalf("attempt %d comes at once, and not in an hour", again.Attempt)
		}
		if wake.After < 59*time.Minute {
			t.Errorf("wakes after %v, want an hour", wake.After)
		}
	}
}

// A delivery whose attempts the process does not survive waits longer and longer,
// so that there is time for all else; others of its target do not wait. An attempt
// that was survived begins anew.
func TestDeathsDuringAnAttempt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "watcher.db")
		s := open(t, path)
		defer func() { must(t, s.Close()) }()
		again := func() { // a process that ends without settling leaves the same as one that is killed
			must(t, s.Close())
			s = open(t, path)
		}
		frozen(t, s, "x")
		first := begin(t, s, "x")
		for _, want := range []time.Duration{0, 0, 0, time.Minute, 2 * time.Minute, 4 * time.Minute} {
			again()
			_, ok, wake, err := s.Begin(ctx, "desk")
			must(t, err)
			if ok != (want == 0) || !ok && (wake.After > want || wake.After < want-time.Second) {
				t.Errorf("after %d deaths: at once is %v, or in %v; want %v", first.Attempt, ok, wake.After, want)
			}
			if !ok {
				time.Sleep(want)
				begin(t, s, "x")
			}
			first.Attempt++
		}
		again()
		frozen(t, s, "y")
		other := begin(t, s, "y")
		must(t, s.Settle(ctx, other, notify.AttemptOutcome{Sent: true}))
		time.Sleep(8 * time.Minute)
		survived := begin(t, s, "x")
		must(t, s.Settle(ctx, survived, notify.AttemptOutcome{Retry: time.Millisecond}))
		time.Sleep(time.Second)
		begin(t, s, "x")
		again()
		begin(t, s, "x")
	})
}
