//go:build !race

package postgres_test

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"watcher/internal/feeds"
	"watcher/internal/poll"
	"watcher/internal/store/postgres"
	"watcher/internal/testutil"
)

// While the configs of two machines differ, a feed that one of them lacks is polled by the
// other, whoever holds its shard: as often as it is due, and never by both.
func TestFeedsThatOneMachineHasNot(t *testing.T) {
	n := newNewsroom(t, database(t), 30*time.Second)
	synctest.Test(t, func(t *testing.T) {
		sources := func(prefix string, n int) (all []feeds.Source) {
			for i := range n {
				all = append(all, feeds.Source{ID: fmt.Sprint(prefix, i), URL: fmt.Sprintf("https://%s%d.example/feed", prefix, i), Every: 5 * time.Minute})
			}
			return all
		}
		both, only := sources("both", 8), sources("only", 12)
		ctx := context.Background()
		a, b := n.open(t, 0).(*postgres.Store), n.open(t, 0).(*postgres.Store)
		defer b.Close()
		defer a.Close()
		has := map[*postgres.Store]map[string]bool{a: {}, b: {}}
		config := func(s *postgres.Store, all []feeds.Source) {
			clear(has[s])
			for _, src := range all {
				has[s][src.ID] = true
			}
			testutil.Must(t, s.Sync(ctx, feeds.Pack(all...)))
		}
		config(b, append(both, only...))
		config(a, both) // a has not heard of what b has stored
		polled := make(map[string]time.Time)
		byB, rounds := 0, make(map[string]int)
		work := func(s *postgres.Store) {
			claims, _, err := s.ClaimDue(ctx, 100, 5*time.Minute, 0)
			testutil.Must(t, err)
			var outcomes []poll.Outcome
			for _, c := range claims {
				if !has[s][c.Feed] {
					s.Disown(c)
					continue
				}
				if last, ok := polled[c.Feed]; ok && time.Since(last) < 5*time.Minute-time.Second {
					t.Errorf("%s is polled %v after the last time", c.Feed, time.Since(last))
				}
				if polled[c.Feed] = time.Now(); c.Feed[0] == 'o' && s == b {
					byB++
				}
				rounds[c.Feed]++
				state := c.State
				state.Polled = c.Now
				outcomes = append(outcomes, poll.Outcome{Claim: c, State: state, Next: c.Now.Add(5 * time.Minute), Seen: []byte("seen")})
			}
			lost, err := s.Commit(ctx, outcomes)
			testutil.Must(t, err)
			if len(lost) > 0 {
				t.Errorf("%d polls are lost", len(lost))
			}
		}
		for range 17 * 60 / 6 {
			work(a)
			work(b)
			time.Sleep(6 * time.Second)
		}
		for _, src := range append(both, only...) {
			if rounds[src.ID] < 3 {
				t.Errorf("%s was polled %d times in 17 minutes, each 5 minutes", src.ID, rounds[src.ID])
			}
		}
		held := 0
		all, err := a.Machines(ctx)
		testutil.Must(t, err)
		for _, m := range all {
			if m.Self {
				held = m.Shards
			}
			if lacks := len(m.Lacks); m.Self && lacks == 0 || !m.Self && lacks > 0 {
				t.Errorf("as the status of a (itself: %v), a machine lacks %v", m.Self, m.Lacks)
			}
		}
		if held == 0 || byB == 0 {
			t.Fatalf("a holds %d shards, and b polled %d feeds that a has not: nothing was tried", held, byB)
		}
	})
}
