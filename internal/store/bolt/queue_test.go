package bolt_test

import (
	"path/filepath"
	"testing"
	"time"

	"watcher/internal/notify"
	"watcher/internal/testutil"
)

// If the clock goes on during a transaction, what it postpones is not due at once.
func TestNextHeedsTheRetry(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "watcher.db"))
	defer s.Close()
	frozen(t, s, "x")
	d := begin(t, s, "x")
	for range 3 {
		again, ok, wake, err := s.Next(ctx, d, notify.AttemptOutcome{Retry: time.Hour})
		testutil.Must(t, err)
		if ok {
			t.Fatalf("attempt %d comes at once, and not in an hour", again.Attempt)
		}
		if wake.After < 59*time.Minute {
			t.Errorf("wakes after %v, want an hour", wake.After)
		}
	}
}
