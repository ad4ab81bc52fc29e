package bolt_test

import (
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"watcher/internal/feeds"
	"watcher/internal/notify"
	"watcher/internal/poll"
	"watcher/internal/store/bolt"
	"watcher/internal/store/sealed"
)

// frozen holds an alert and freezes a message of it.
func frozen(t *testing.T, s *bolt.Store, title string) {
	t.Helper()
	must(t, s.Report(ctx, []notify.Alert{alertOf(title)}))
	must(t, s.Freeze(ctx, notify.Composition{Target: "desk", Messages: []notify.Message{messageOf(title)}}))
}

// The clock is a year ahead for a while. What was tried then would stand behind
// every retry of the right time, for as long as the target keeps failing.
func TestRetriesOfAWrongClock(t *testing.T) {
	path := filepath.Join(t.TempDir(), "watcher.db")
	synctest.Test(t, func(t *testing.T) {
		s := open(t, path)
		frozen(t, s, "right")
		must(t, s.Settle(ctx, begin(t, s, "right"), notify.AttemptOutcome{Retry: 3 * time.Hour}))
		must(t, s.Close())
	})
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(365 * 24 * time.Hour)
		s := open(t, path)
		d, ok, _, err := s.Begin(ctx, "desk")
		if must(t, err); !ok {
			t.Fatal("not due")
		}
		frozen(t, s, "wrong")
		must(t, s.Settle(ctx, begin(t, s, "wrong"), notify.AttemptOutcome{Retry: time.Minute}))
		must(t, s.Settle(ctx, d, notify.AttemptOutcome{Retry: time.Minute}))
		must(t, s.Close())
	})
	// The first of the two alone is written anew by the right clock.
	synctest.Test(t, func(t *testing.T) {
		s := open(t, path)
		defer s.Close()
		for range 2 {
			d, ok, _, err := s.Begin(ctx, "desk")
			if must(t, err); !ok {
				t.Fatal("a delivery waits for a year")
			}
			must(t, s.Settle(ctx, d, notify.AttemptOutcome{Retry: time.Hour}))
		}
	})
}

// While the program runs nobody restarts it: it looks for such places now and then.
func TestRetryBeyondAllSense(t *testing.T) {
	path := filepath.Join(t.TempDir(), "watcher.db")
	synctest.Test(t, func(t *testing.T) {
		s := open(t, path)
		defer s.Close()
		frozen(t, s, "week")
		frozen(t, s, "month")
		must(t, s.Settle(ctx, begin(t, s, "week"), notify.AttemptOutcome{Retry: 7 * 24 * time.Hour}))
		must(t, s.Settle(ctx, begin(t, s, "month"), notify.AttemptOutcome{Retry: 30 * 24 * time.Hour}))
		time.Sleep(2 * time.Minute)
		begin(t, s, "month")
		if _, ok, _, err := s.Begin(ctx, "desk"); ok || err != nil {
			t.Errorf("what a target asked for a week is sent sooner (%v)", err)
		}
	})
}

// A feed that is due far ahead, and what a restart makes of that.
func TestDueFarAhead(t *testing.T) {
	const day = 24 * time.Hour
	every := feeds.Source{ID: "a", URL: "https://example.org/a", Every: 15 * time.Minute}
	monthly := feeds.Source{ID: "a", URL: "https://example.org/a", Schedule: "0 6 31 * *", Timezone: "UTC"}
	adaptive := feeds.Source{ID: "a", URL: "https://example.org/a", Adaptive: true}
	failing := func(s *poll.FeedState) { s.Failed = 5 }
	gone := func(s *poll.FeedState) { s.Failed, s.Gone = 1, true }
	for _, c := range []struct {
		what  string
		src   feeds.Source
		state func(*poll.FeedState)
		due   time.Duration
		want  time.Duration // at most; the same unless due is beyond it
	}{
		{"an interval that the server drew out stays", every, nil, time.Hour, time.Hour},
		{"a year ahead can only be a clock that was wrong", every, nil, 365 * day, 75 * time.Minute},
		{"a failing feed waits for hours", every, failing, 4 * time.Hour, 4 * time.Hour},
		{"one that was barred waits for a day", every, failing, 24 * time.Hour, 24 * time.Hour},
		{"a failing feed never waits for a year", every, failing, 365 * day, 25 * time.Hour},
		{"a monthly schedule waits for its day", monthly, nil, 30 * day, 30 * day},
		{"and not for that of next year", monthly, nil, 365 * day, 30*day + 6*time.Hour + time.Minute},
		{"an adaptive feed waits for hours", adaptive, nil, 365 * day, 5 * time.Hour},
		{"a feed that is gone is not asked again", every, gone, 200 * 365 * day, 200 * 365 * day},
	} {
		t.Run(c.what, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "watcher.db")
			synctest.Test(t, func(t *testing.T) {
				s := open(t, path)
				must(t, s.Sync(ctx, []feeds.Source{c.src}))
				claim, _, _, err := s.Claim(ctx, "a", time.Minute)
				must(t, err)
				o := poll.Outcome{Claim: claim, State: claim.State, Seen: []byte("x"), Next: time.Now().Add(c.due)}
				if c.state != nil {
					c.state(&o.State)
				}
				_, err = s.Commit(ctx, []poll.Outcome{o})
				must(t, err)
				for e := range s.Feeds(ctx) {
					if e.Due != e.Due.Round(0) {
						t.Error("in memory the due time has a monotonic reading, which stands still in suspend")
					}
				}
				must(t, s.Close())
				s = open(t, path)
				defer s.Close()
				must(t, s.Sync(ctx, []feeds.Source{c.src}))
				for e := range s.Feeds(ctx) {
					equal(t, "due in", time.Until(e.Due), min(c.due, c.want))
				}
			})
		})
	}
}

// prunedAt is when a closed store was last pruned.
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

// A process of cron never runs for a day, and one that is restarted every night
// neither.
func TestPruneByShortProcesses(t *testing.T) {
	path := filepath.Join(t.TempDir(), "watcher.db")
	synctest.Test(t, func(t *testing.T) {
		s := open(t, path)
		must(t, s.Report(ctx, []notify.Alert{alertOf("old")}))
		must(t, s.Freeze(ctx, notify.Composition{Target: "desk", Skipped: map[string]string{alertOf("old").ID: "not wanted"}}))
		must(t, s.Close())
		equal(t, "pruned, as it was made", prunedAt(t, path).Equal(time.Now()), true)

		time.Sleep(100 * 24 * time.Hour)
		s = open(t, path)
		synctest.Wait()
		n := 0
		must(t, s.Traces(ctx, time.Time{}, func(notify.Trace) bool { n++; return true }))
		equal(t, "alerts left", n, 0)
		must(t, s.Close())
		first := prunedAt(t, path)
		equal(t, "pruned now", first.Equal(time.Now()), true)

		time.Sleep(time.Hour)
		s = open(t, path)
		synctest.Wait()
		must(t, s.Close())
		equal(t, "pruned again within a day", prunedAt(t, path), first)
	})
}
