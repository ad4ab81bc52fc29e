package bolt_test

import (
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"watcher/internal/notify"
	"watcher/internal/store/bolt"
	"watcher/internal/store/sealed"
	"watcher/internal/testutil"
)

// frozen holds an alert and freezes a message of it.
func frozen(t *testing.T, s *bolt.Store, title string) {
	t.Helper()
	testutil.Must(t, s.Report(ctx, []notify.Alert{alertOf(title)}))
	testutil.Must(t, s.Freeze(ctx, notify.Composition{Target: "desk", Messages: []notify.Message{messageOf(title)}}))
}

// The clock is a year ahead for a while. Retries of that time would stand behind every
// retry of the right time, for as long as the target keeps failing.
func TestRetriesOfAWrongClock(t *testing.T) {
	path := filepath.Join(t.TempDir(), "watcher.db")
	synctest.Test(t, func(t *testing.T) {
		s := open(t, path)
		frozen(t, s, "right")
		testutil.Must(t, s.Settle(ctx, begin(t, s, "right"), notify.AttemptOutcome{Retry: 3 * time.Hour}))
		testutil.Must(t, s.Close())
	})
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(365 * 24 * time.Hour)
		s := open(t, path)
		d, ok, _, err := s.Begin(ctx, "desk")
		if testutil.Must(t, err); !ok {
			t.Fatal("not due")
		}
		frozen(t, s, "wrong")
		testutil.Must(t, s.Settle(ctx, begin(t, s, "wrong"), notify.AttemptOutcome{Retry: time.Minute}))
		testutil.Must(t, s.Settle(ctx, d, notify.AttemptOutcome{Retry: time.Minute}))
		testutil.Must(t, s.Close())
	})
	// Only the first of the two is rewritten by the right clock.
	synctest.Test(t, func(t *testing.T) {
		s := open(t, path)
		defer s.Close()
		for range 2 {
			d, ok, _, err := s.Begin(ctx, "desk")
			if testutil.Must(t, err); !ok {
				t.Fatal("a delivery waits for a year")
			}
			testutil.Must(t, s.Settle(ctx, d, notify.AttemptOutcome{Retry: time.Hour}))
		}
	})
}

// Nobody restarts a running program: it looks for such places now and then.
func TestRetryBeyondAllSense(t *testing.T) {
	path := filepath.Join(t.TempDir(), "watcher.db")
	synctest.Test(t, func(t *testing.T) {
		s := open(t, path)
		defer s.Close()
		frozen(t, s, "week")
		frozen(t, s, "month")
		testutil.Must(t, s.Settle(ctx, begin(t, s, "week"), notify.AttemptOutcome{Retry: 7 * 24 * time.Hour}))
		testutil.Must(t, s.Settle(ctx, begin(t, s, "month"), notify.AttemptOutcome{Retry: 30 * 24 * time.Hour}))
		time.Sleep(2 * time.Minute)
		begin(t, s, "month")
		if _, ok, _, err := s.Begin(ctx, "desk"); ok || err != nil {
			t.Errorf("what a target asked for a week is sent sooner (%v)", err)
		}
	})
}

// prunedAt returns when a closed store was last pruned.
func prunedAt(t *testing.T, path string) (at time.Time) {
	t.Helper()
	change(t, path, "meta", func(b *sealed.Bucket, _, _ []byte) error {
		at = time.Unix(0, int64(uint64Of(b.Get([]byte("pruned")))))
		return nil
	})
	return at
}

func uint64Of(b []byte) (n uint64) {
	for _, c := range b {
		n = n<<8 | uint64(c)
	}
	return n
}

// A process run by cron never runs for a day, nor does one that is restarted every night.
func TestPruneByShortProcesses(t *testing.T) {
	path := filepath.Join(t.TempDir(), "watcher.db")
	synctest.Test(t, func(t *testing.T) {
		s := open(t, path)
		testutil.Must(t, s.Report(ctx, []notify.Alert{alertOf("old")}))
		testutil.Must(t, s.Freeze(ctx, notify.Composition{Target: "desk", Skipped: map[string]string{alertOf("old").ID: "not wanted"}}))
		testutil.Must(t, s.Close())
		equal(t, "pruned, as it was made", prunedAt(t, path).Equal(time.Now()), true)

		time.Sleep(100 * 24 * time.Hour)
		s = open(t, path)
		synctest.Wait()
		n := 0
		testutil.Must(t, s.Traces(ctx, time.Time{}, func(notify.Trace) bool { n++; return true }))
		equal(t, "alerts left", n, 0)
		testutil.Must(t, s.Close())
		first := prunedAt(t, path)
		equal(t, "pruned now", first.Equal(time.Now()), true)

		time.Sleep(time.Hour)
		s = open(t, path)
		synctest.Wait()
		testutil.Must(t, s.Close())
		equal(t, "pruned again within a day", prunedAt(t, path), first)
	})
}
