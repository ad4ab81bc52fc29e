package storetest

import (
	"errors"
	"fmt"
	"strconv"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"watcher/internal/feeds"
	"watcher/internal/notify"
	"watcher/internal/poll"
	"watcher/internal/testutil"
)

// machineTests test several machines with a store each, on the same data: their feeds, and
// their deaths and clocks.
var machineTests = []dataTest{
	{"two machines never poll the same feed, and together they poll all", neverBoth},
	{"a machine that joins takes its share, and one that leaves gives it back at once", share},
	{"all feeds of a host are polled by one machine", oneHost},
	{"what a dead machine held goes to the others after its lease", death},
	{"an outcome of a machine that slept through its lease changes nothing", lateOutcome},
	{"a machine whose polls stood still is told when to ask again", stoodStill},
	{"the clocks of machines may differ by minutes", clocksApart},
	{"a feed that one machine is asked to poll is polled at once, by one", askedFor},
}

// soon is the longest time until a machine knows what another one did.
const soon = 2 * time.Second

// scattered returns n feeds of as many hosts, so that machines can share them.
func scattered(n int) (sources []feeds.Source) {
	for i := range n {
		sources = append(sources, feeds.Source{
			ID: fmt.Sprintf("feed %02d", i), URL: fmt.Sprintf("https://host%d.example/feed", i), Every: time.Minute,
		})
	}
	return sources
}

// crowd returns n machines with the same feeds, each with its share of them.
func crowd(t *testing.T, d Data, n int, ahead ...time.Duration) (ss []BothHalves) {
	t.Helper()
	for i, by := range append([]time.Duration{0}, ahead...) {
		s := d.Open
		if i > 0 {
			s = func(t *testing.T) BothHalves { return d.Join(t, by) }
		}
		ss = append(ss, s(t))
		testutil.Must(t, ss[i].Sync(ctx, feeds.Pack(scattered(n)...)))
	}
	if len(ahead) > 0 {
		time.Sleep(2 * d.Lease)
	}
	return ss
}

func closeAll(t *testing.T, ss []BothHalves) {
	t.Helper()
	for _, s := range ss {
		testutil.Must(t, s.Close())
	}
}

// until checks each half second until so holds, and fails the test after within.
func until(t *testing.T, what string, within time.Duration, so func() bool) {
	t.Helper()
	start := time.Now()
	for !so() {
		if time.Since(start) > within {
			t.Fatalf("%s: not after %v", what, within)
		}
		time.Sleep(time.Second / 2)
	}
}

// claimAll has machines claim until together they have n feeds, no feed twice, and returns
// what each has.
func claimAll(t *testing.T, n int, within time.Duration, ss ...BothHalves) [][]poll.Claim {
	t.Helper()
	claimed := make([][]poll.Claim, len(ss))
	by := make(map[string]int)
	until(t, fmt.Sprintf("%d feeds are claimed", n), within, func() bool {
		var group errgroup.Group
		now := make([][]poll.Claim, len(ss))
		for i, s := range ss {
			group.Go(func() (err error) {
				now[i], _, err = s.ClaimDue(ctx, 7, time.Hour, 0)
				return err
			})
		}
		testutil.Must(t, group.Wait())
		for i, claims := range now {
			for _, c := range claims {
				if other, ok := by[c.Feed]; ok {
					t.Fatalf("%s is claimed by machine %d and by machine %d", c.Feed, other, i)
				}
				by[c.Feed] = i
			}
			claimed[i] = append(claimed[i], claims...)
		}
		return len(by) == n
	})
	return claimed
}

// commitAll commits what each machine claimed.
func commitAll(t *testing.T, claimed [][]poll.Claim, ss ...BothHalves) {
	t.Helper()
	for i, claims := range claimed {
		var outcomes []poll.Outcome
		for _, c := range claims {
			outcomes = append(outcomes, polled(c, "seen of "+c.Feed))
		}
		commit(t, ss[i], outcomes...)
	}
}

// polled returns an outcome with the feed due again in a minute, as heartbeats take their
// time.
func polled(c poll.Claim, seen string, alerts ...notify.Alert) poll.Outcome {
	o := outcome(c, seen, alerts...)
	o.Next = c.Now.Add(time.Minute)
	return o
}

// nextPolls sleeps until all feeds of a test are due again, with one machine that polls
// each in 15 minutes, or several that poll each minute.
func nextPolls() { time.Sleep(15*time.Minute + time.Second) }

func nextMinute() { time.Sleep(time.Minute + time.Second) }

func neverBoth(t *testing.T, d Data) {
	ss := crowd(t, d, 60, 0, 0)
	defer closeAll(t, ss)
	for range 2 {
		commitAll(t, claimAll(t, 60, 2*d.Lease, ss...), ss...)
		for i, s := range ss {
			claims, _, err := s.ClaimDue(ctx, 100, time.Minute, 0)
			testutil.Must(t, err)
			testutil.Equal(t, fmt.Sprintf("due again for machine %d", i), len(claims), 0)
		}
		nextMinute()
	}
}

func share(t *testing.T, d Data) {
	ss := crowd(t, d, 60)
	a := ss[0]
	polled := claimAll(t, 60, d.Lease, a)
	b := d.Join(t, 0)
	testutil.Must(t, b.Sync(ctx, feeds.Pack(scattered(60)...)))
	time.Sleep(2 * d.Lease)
	commitAll(t, polled, a) // polls under way when b joined are not lost
	nextMinute()
	both := claimAll(t, 60, 2*d.Lease, a, b)
	commitAll(t, both, a, b)
	if got := []int{len(both[0]), len(both[1])}; min(got[0], got[1]) < 10 {
		t.Errorf("of 60 feeds the two machines have %v", got)
	}
	nextMinute()
	testutil.Must(t, b.Close())
	start := time.Now()
	commitAll(t, claimAll(t, 60, d.Lease, a), a)
	if took := time.Since(start); took > d.Lease/2 {
		t.Errorf("what the one that left had went to the other after %v, with leases of %v", took, d.Lease)
	}
	testutil.Must(t, a.Close())
}

func oneHost(t *testing.T, d Data) {
	var sources []feeds.Source
	for i := range 60 {
		sources = append(sources, feeds.Source{ID: fmt.Sprint(i), URL: fmt.Sprintf("https://host%d.example/feed%d", i%12, i), Every: time.Minute})
	}
	ss := crowd(t, d, 1, 0, 0)
	for _, s := range ss {
		testutil.Must(t, s.Sync(ctx, feeds.Pack(sources...)))
	}
	hosts := make(map[string]int)
	for i, claims := range claimAll(t, 60, 2*d.Lease, ss...) {
		for _, c := range claims {
			n, err := strconv.Atoi(c.Feed)
			testutil.Must(t, err)
			host := fmt.Sprint("host ", n%12)
			if other, ok := hosts[host]; ok && other != i {
				t.Errorf("%s is asked by machine %d and by machine %d", host, other, i)
			}
			hosts[host] = i
		}
	}
}

func death(t *testing.T, d Data) {
	ss := crowd(t, d, 60, 0)
	a, b := ss[0], ss[1]
	testutil.Must(t, b.Report(ctx, []notify.Alert{alert("desk", "a", "x")}))
	until(t, "it is composed", 2*d.Lease, func() bool { return composeHeld(t, b, "desk") })
	x := begin(t, b, "desk")
	both := claimAll(t, 60, 2*d.Lease, a, b)
	commitAll(t, both[:1], a)
	d.Kill(t, b)
	// Those that b had claimed were never committed, and are still due.
	claimAll(t, len(both[1]), 2*d.Lease, a)
	var again notify.Delivery
	until(t, "what it was sending is sent again", 2*d.Lease, func() bool {
		var ok bool
		var err error
		again, ok, _, err = a.Begin(ctx, "desk")
		testutil.Must(t, err)
		return ok
	})
	testutil.Equal(t, "message", again.Message, x.Message)
	testutil.Equal(t, "attempt and ambiguous", []any{again.Attempt, again.Ambiguous}, []any{2, true})
	testutil.Must(t, a.Settle(ctx, again, notify.AttemptOutcome{Sent: true}))
	testutil.Must(t, a.Close())
}

func lateOutcome(t *testing.T, d Data) {
	ss := crowd(t, d, 1)
	a := ss[0]
	late := claimAll(t, 1, d.Lease, a)[0][0]
	wake := d.Pause(t, a)
	time.Sleep(2 * d.Lease)
	b := d.Join(t, 0)
	testutil.Must(t, b.Sync(ctx, feeds.Pack(scattered(1)...)))
	next := claimAll(t, 1, 2*d.Lease, b)[0][0]
	wake()
	lost, err := a.Commit(ctx, []poll.Outcome{polled(late, "late", alert("desk", late.Feed, "late"))})
	testutil.Must(t, err)
	testutil.Equal(t, "lost", lost, []poll.Claim{late})
	commit(t, b, polled(next, "next", alert("desk", next.Feed, "next")))
	nextMinute()
	closeAll(t, []BothHalves{a, b})
	s := d.Open(t)
	defer s.Close()
	testutil.Must(t, s.Sync(ctx, feeds.Pack(scattered(1)...)))
	again := claimAll(t, 1, 2*d.Lease, s)[0][0]
	seen, err := s.Seen(ctx, again)
	testutil.Must(t, err)
	testutil.Equal(t, "seen", string(seen), "next")
	testutil.Equal(t, "held", titles(held(t, s, "desk")), []string{"next"})
}

func stoodStill(t *testing.T, d Data) {
	a := crowd(t, d, 60)[0]
	commitAll(t, claimAll(t, 60, d.Lease, a), a)
	time.Sleep(40 * d.Lease) // so long that it gives up its share
	start, n := time.Now(), 0
	for n < 60 {
		claims, wake, err := a.ClaimDue(ctx, 100, time.Hour, 0)
		testutil.Must(t, err)
		n += len(claims)
		if n == 0 && (wake.After <= 0 || wake.After > soon) {
			t.Fatalf("it has no feed, and is to ask again in %v", wake.After)
		}
		if took := time.Since(start); took > d.Lease {
			t.Fatalf("after %v it has %d feeds of 60", took, n)
		}
		testutil.Must(t, wake.Wait(ctx))
	}
	testutil.Must(t, a.Close())
}

func clocksApart(t *testing.T, d Data) {
	ss := crowd(t, d, 60, 7*time.Minute, -7*time.Minute)
	defer closeAll(t, ss)
	for range 2 {
		start := time.Now()
		claimed := claimAll(t, 60, 2*d.Lease, ss...)
		for i, claims := range claimed {
			if len(claims) == 0 {
				t.Errorf("machine %d has no feed", i)
			}
			for _, c := range claims {
				if off := c.Now.Sub(start); off < -time.Second || off > 2*d.Lease+time.Second {
					t.Fatalf("machine %d claims at %v by the store's clock, and that is %v off", i, c.Now, off)
				}
			}
		}
		commitAll(t, claimed, ss...)
		time.Sleep(time.Minute - 2*d.Lease - time.Second)
		for i, s := range ss {
			claims, _, err := s.ClaimDue(ctx, 100, time.Minute, 0)
			testutil.Must(t, err)
			testutil.Equal(t, fmt.Sprintf("due too early for machine %d", i), len(claims), 0)
		}
		time.Sleep(4 * d.Lease)
	}
	// A retry after a minute takes place after a minute, whoever makes it.
	for i, s := range ss {
		target := fmt.Sprint("target ", i)
		testutil.Must(t, s.Report(ctx, []notify.Alert{alert(target, "a", "x")}))
		h, err := s.Held(ctx, target)
		testutil.Must(t, err)
		if off := time.Since(h.Now); off < -time.Second || off > time.Second {
			t.Errorf("the store's clock is %v off on machine %d", off, i)
		}
		until(t, "it is composed", 2*d.Lease, func() bool { return composeHeld(t, s, target) })
		testutil.Must(t, s.Settle(ctx, begin(t, s, target), notify.AttemptOutcome{Retry: time.Minute}))
		if wake := nothing(t, s, target); wake.After > time.Minute {
			t.Errorf("machine %d waits %v for a retry in a minute", i, wake.After)
		}
		time.Sleep(time.Minute + time.Second)
		begin(t, s, target)
	}
}

func askedFor(t *testing.T, d Data) {
	ss := crowd(t, d, 60, 0)
	defer closeAll(t, ss)
	for i, claims := range claimAll(t, 60, 2*d.Lease, ss...) {
		for _, c := range claims {
			commit(t, ss[i], outcome(c, "seen")) // due in 15 minutes
		}
	}
	for i := range 4 {
		id := scattered(60)[14*i].ID
		var got []poll.Claim
		by := 0
		until(t, id+" is polled", soon, func() bool {
			for j, s := range ss {
				claims, _, err := s.ClaimDue(ctx, 100, time.Hour, 0)
				testutil.Must(t, err)
				if j == 0 && len(claims) == 0 { // it is asked of this machine alone
					c, ok, _, err := s.Claim(ctx, id, time.Hour)
					testutil.Must(t, err)
					if ok {
						claims = append(claims, c)
					}
				}
				if len(claims) > 0 {
					by = j
				}
				got = append(got, claims...)
			}
			return len(got) > 0
		})
		if len(got) != 1 || got[0].Feed != id {
			t.Fatalf("for %s are claimed: %+v", id, got)
		}
		if _, ok, _, err := ss[by].Claim(ctx, id, time.Hour); ok || err != nil {
			t.Errorf("%s is claimed twice (%v)", id, err)
		}
		commit(t, ss[by], outcome(got[0], "pushed")) // and not due meanwhile
	}
	if _, _, _, err := ss[0].Claim(ctx, "nobody", time.Minute); !errors.Is(err, poll.ErrUnknownFeed) {
		t.Errorf("an unknown feed: %v", err)
	}
}
