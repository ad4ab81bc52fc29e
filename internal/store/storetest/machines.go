package storetest

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"watcher/internal/feeds"
	"watcher/internal/notify"
	"watcher/internal/poll"
	"watcher/internal/store"
)

// machineTests are those of several machines with a store each, on the same data.
var machineTests = []dataTest{
	{"two machines never poll the same feed, and together they poll all", neverBoth},
	{"two machines never send the same message, and together they send all", sendNeverBoth},
	{"a machine that joins takes its share, and one that leaves gives it back at once", share},
	{"what a dead machine held goes to the others after its lease", death},
	{"an outcome of a machine that slept through its lease changes nothing", lateOutcome},
	{"an attempt that is settled by a machine which slept through its lease changes nothing", lateSettle},
	{"a digest that two machines compose is frozen once", oneDigest},
	{"a digest that a machine composed in its sleep is not frozen", lateDigest},
	{"the clocks of machines may differ by minutes", clocksApart},
	{"a feed that one machine is asked to poll is polled at once, by one", askedFor},
	{"what a person decides on one machine holds on all within a second or two", decided},
	{"what polls of one machine bring is held for a target of another within a second or two", heldElsewhere},
}

// soon is how long it takes at most until a machine knows what another one did.
const soon = 2 * time.Second

// scattered are feeds of as many hosts, so that machines can share them.
func scattered(n int) (sources []feeds.Source) {
	for i := range n {
		sources = append(sources, feeds.Source{
			ID: fmt.Sprintf("feed %02d", i), URL: fmt.Sprintf("https://host%d.example/feed", i), Every: 15 * time.Minute,
		})
	}
	return sources
}

// crowd are machines that have the same n feeds, each its share of them by now.
func crowd(t *testing.T, d Data, n int, ahead ...time.Duration) (ss []BothHalves) {
	t.Helper()
	for i, by := range append([]time.Duration{0}, ahead...) {
		s := d.Open
		if i > 0 {
			s = func(t *testing.T) BothHalves { return d.Join(t, by) }
		}
		ss = append(ss, s(t))
		must(t, ss[i].Sync(ctx, scattered(n)))
	}
	if len(ahead) > 0 {
		time.Sleep(2 * d.Lease)
	}
	return ss
}

func closeAll(t *testing.T, ss []BothHalves) {
	t.Helper()
	for _, s := range ss {
		must(t, s.Close())
	}
}

// until asks each half second until it is so, and fails the test after within.
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

// claimAll lets machines claim until together they have n feeds, no feed twice, and
// returns what each has.
func claimAll(t *testing.T, n int, within time.Duration, ss ...BothHalves) [][]poll.Claim {
	t.Helper()
	claimed := make([][]poll.Claim, len(ss))
	by := make(map[string]int)
	until(t, fmt.Sprintf("%d feeds are claimed", n), within, func() bool {
		for i, s := range ss {
			claims, _, err := s.ClaimDue(ctx, 7, time.Hour, 0)
			must(t, err)
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
			outcomes = append(outcomes, outcome(c, "seen of "+c.Feed))
		}
		commit(t, ss[i], outcomes...)
	}
}

// nextPolls sleeps until all feeds are due again.
func nextPolls() { time.Sleep(15*time.Minute + time.Second) }

func neverBoth(t *testing.T, d Data) {
	ss := crowd(t, d, 60, 0, 0)
	defer closeAll(t, ss)
	for range 3 {
		commitAll(t, claimAll(t, 60, 2*d.Lease, ss...), ss...)
		for i, s := range ss {
			claims, _, err := s.ClaimDue(ctx, 100, time.Minute, 0)
			must(t, err)
			equal(t, fmt.Sprintf("due again for machine %d", i), len(claims), 0)
		}
		nextPolls()
	}
}

func sendNeverBoth(t *testing.T, d Data) {
	ss := crowd(t, d, 1, 0)
	defer closeAll(t, ss)
	var all []string
	for i := range 20 {
		a := alert(fmt.Sprint("target ", i%5), "a", fmt.Sprint("title ", i))
		must(t, ss[i%2].Report(ctx, []notify.Alert{a}))
		all = append(all, message(a).ID)
	}
	until(t, "all is composed", 2*d.Lease, func() bool {
		left := false
		for i := range 5 {
			for _, s := range ss {
				left = composeHeld(t, s, fmt.Sprint("target ", i)) || left
			}
		}
		return !left && tally(t, ss[0]).Waiting == 20
	})
	begun := make(map[string]int)
	until(t, "all is sent", 2*d.Lease, func() bool {
		for i := range 10 {
			s, target := ss[i%2], fmt.Sprint("target ", i/2)
			del, ok, _, err := s.Begin(ctx, target)
			for ; err == nil && ok; del, ok, _, err = s.Next(ctx, del, notify.AttemptOutcome{Sent: true}) {
				begun[del.Message.ID]++
				if del.Attempt != 1 || del.Ambiguous {
					t.Errorf("%s is begun as attempt %d, ambiguous: %v", del.Message.ID, del.Attempt, del.Ambiguous)
				}
				// While it is being sent, nobody else gets it.
				if other, ok, _, err := ss[1-i%2].Begin(ctx, target); err != nil || ok {
					t.Errorf("another machine begins %s of the same target (%v)", other.Message.ID, err)
				}
			}
			must(t, err)
		}
		return len(begun) == 20
	})
	slices.Sort(all)
	equal(t, "sent", slices.Sorted(maps.Keys(begun)), all)
}

// composeHeld composes each alert that a machine holds for a target as a message of its own, and says
// whether there were some.
func composeHeld(t *testing.T, s BothHalves, target string) bool {
	t.Helper()
	alerts := held(t, s, target)
	for _, a := range alerts {
		must(t, s.Freeze(ctx, notify.Composition{Target: target, Messages: []notify.Message{message(a)}}))
	}
	return len(alerts) > 0
}

func share(t *testing.T, d Data) {
	ss := crowd(t, d, 60)
	a := ss[0]
	polled := claimAll(t, 60, d.Lease, a)
	b := d.Join(t, 0)
	must(t, b.Sync(ctx, scattered(60)))
	time.Sleep(2 * d.Lease)
	commitAll(t, polled, a) // what was being polled when b joined is not lost for that
	nextPolls()
	both := claimAll(t, 60, 2*d.Lease, a, b)
	commitAll(t, both, a, b)
	if got := []int{len(both[0]), len(both[1])}; min(got[0], got[1]) < 10 {
		t.Errorf("of 60 feeds the two machines have %v", got)
	}
	nextPolls()
	must(t, b.Close())
	start := time.Now()
	commitAll(t, claimAll(t, 60, d.Lease, a), a)
	if took := time.Since(start); took > d.Lease/2 {
		t.Errorf("what the one that left had went to the other after %v, with leases of %v", took, d.Lease)
	}
	must(t, a.Close())
}

func death(t *testing.T, d Data) {
	ss := crowd(t, d, 60, 0)
	a, b := ss[0], ss[1]
	must(t, b.Report(ctx, []notify.Alert{alert("desk", "a", "x")}))
	until(t, "it is composed", 2*d.Lease, func() bool { return composeHeld(t, b, "desk") })
	x := begin(t, b, "desk")
	both := claimAll(t, 60, 2*d.Lease, a, b)
	commitAll(t, both[:1], a)
	d.Kill(t, b)
	// Those that b had claimed were never committed: they are due still.
	claimAll(t, len(both[1]), 2*d.Lease, a)
	var again notify.Delivery
	until(t, "what it was sending is sent again", 2*d.Lease, func() bool {
		var ok bool
		var err error
		again, ok, _, err = a.Begin(ctx, "desk")
		must(t, err)
		return ok
	})
	equal(t, "message", again.Message, x.Message)
	equal(t, "attempt and ambiguous", []any{again.Attempt, again.Ambiguous}, []any{2, true})
	must(t, a.Settle(ctx, again, notify.AttemptOutcome{Sent: true}))
	must(t, a.Close())
}

func lateOutcome(t *testing.T, d Data) {
	ss := crowd(t, d, 1)
	a := ss[0]
	late := claimAll(t, 1, d.Lease, a)[0][0]
	wake := d.Pause(t, a)
	time.Sleep(2 * d.Lease)
	b := d.Join(t, 0)
	must(t, b.Sync(ctx, scattered(1)))
	next := claimAll(t, 1, 2*d.Lease, b)[0][0]
	wake()
	lost, err := a.Commit(ctx, []poll.Outcome{outcome(late, "late", alert("desk", late.Feed, "late"))})
	must(t, err)
	equal(t, "lost", lost, []poll.Claim{late})
	commit(t, b, outcome(next, "next", alert("desk", next.Feed, "next")))
	nextPolls()
	closeAll(t, []BothHalves{a, b})
	s := d.Open(t)
	defer s.Close()
	must(t, s.Sync(ctx, scattered(1)))
	again := claimAll(t, 1, 2*d.Lease, s)[0][0]
	seen, err := s.Seen(ctx, again)
	must(t, err)
	equal(t, "seen", string(seen), "next")
	equal(t, "held", titles(held(t, s, "desk")), []string{"next"})
}

// asleep is a machine that fell asleep while it sent a message to desk, which another one
// has begun since.
func asleep(t *testing.T, d Data) (a, b BothHalves, late, now notify.Delivery) {
	t.Helper()
	a = d.Open(t)
	frozen(t, a, "x")
	late = begin(t, a, "desk")
	wake := d.Pause(t, a)
	time.Sleep(2 * d.Lease)
	b = d.Join(t, 0)
	until(t, "the other begins", 2*d.Lease, func() bool {
		var ok bool
		var err error
		now, ok, _, err = b.Begin(ctx, "desk")
		must(t, err)
		return ok
	})
	equal(t, "attempt and ambiguous", []any{now.Attempt, now.Ambiguous}, []any{2, true})
	wake()
	return a, b, late, now
}

func lateSettle(t *testing.T, d Data) {
	a, b, late, now := asleep(t, d)
	defer closeAll(t, []BothHalves{a, b})
	for what, o := range map[string]notify.AttemptOutcome{
		"sent": {Sent: true}, "dead": {Dead: true, Answer: "410"}, "again": {Retry: time.Hour}, "anew": {Anew: true},
	} {
		// An error is as good: what counts is that it changes nothing.
		if err := a.Settle(ctx, late, o); err != nil {
			t.Logf("%s: %v", what, err)
		}
		equal(t, "state after a late end as "+what, trace(t, b, late.Message.AlertIDs[0]).State, notify.StateSending)
	}
	if d, ok, _, err := a.Next(ctx, late, notify.AttemptOutcome{Sent: true}); ok {
		t.Errorf("with a late end it begins %s (%v)", d.Message.ID, err)
	}
	must(t, b.Settle(ctx, now, notify.AttemptOutcome{Retry: time.Minute, Answer: "500"}))
	time.Sleep(time.Minute + time.Second)
	third := begin(t, b, "desk")
	equal(t, "the third attempt, as the first may have arrived", []any{third.Attempt, third.Ambiguous}, []any{3, true})
	must(t, b.Settle(ctx, third, notify.AttemptOutcome{Sent: true}))
	equal(t, "state", trace(t, a, late.Message.AlertIDs[0]).State, notify.StateSent)
}

func oneDigest(t *testing.T, d Data) {
	ss := crowd(t, d, 1, 0)
	defer closeAll(t, ss)
	for round := range 4 {
		var alerts []notify.Alert
		for i := range 5 {
			alerts = append(alerts, alert("desk", "a", fmt.Sprint(round, i)))
		}
		must(t, ss[round%2].Report(ctx, alerts))
		digest := func(s BothHalves) error {
			ids := []string{}
			for _, a := range alerts {
				ids = append(ids, a.ID)
			}
			m := notify.Message{ID: "msg_" + ids[0], Target: "desk", AlertIDs: ids, Payload: []byte(`"all"`)}
			return s.Freeze(ctx, notify.Composition{Target: "desk", Messages: []notify.Message{m}})
		}
		var has []BothHalves
		until(t, "somebody holds it", 2*d.Lease, func() bool {
			has = nil
			for _, s := range ss {
				if len(held(t, s, "desk")) == 5 {
					has = append(has, s)
				}
			}
			return len(has) > 0
		})
		frozen := 0
		for _, s := range append(has, ss...) {
			switch err := digest(s); {
			case err == nil:
				frozen++
			case !errors.Is(err, store.ErrMoved):
				t.Errorf("frozen again: %v", err)
			}
		}
		equal(t, "frozen", frozen, 1)
		equal(t, "waiting", tally(t, ss[0]).Waiting, round+1)
	}
}

func lateDigest(t *testing.T, d Data) {
	a := d.Open(t)
	must(t, a.Report(ctx, []notify.Alert{alert("desk", "a", "x"), alert("desk", "a", "y")}))
	equal(t, "held", len(held(t, a, "desk")), 2)
	wake := d.Pause(t, a)
	time.Sleep(2 * d.Lease)
	b := d.Join(t, 0)
	defer closeAll(t, []BothHalves{a, b})
	until(t, "the other composes", 2*d.Lease, func() bool { return composeHeld(t, b, "desk") })
	wake()
	both := message(alert("desk", "a", "x"))
	both.ID, both.AlertIDs = "msg_late", append(both.AlertIDs, alert("desk", "a", "y").ID)
	if err := compose(a, both); !errors.Is(err, store.ErrMoved) {
		t.Errorf("composed in its sleep: %v", err)
	}
	equal(t, "waiting", tally(t, b).Waiting, 2)
}

func clocksApart(t *testing.T, d Data) {
	ss := crowd(t, d, 60, 7*time.Minute, -7*time.Minute)
	defer closeAll(t, ss)
	for range 3 {
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
		time.Sleep(14 * time.Minute)
		for i, s := range ss {
			claims, _, err := s.ClaimDue(ctx, 100, time.Minute, 0)
			must(t, err)
			equal(t, fmt.Sprintf("due too early for machine %d", i), len(claims), 0)
		}
		time.Sleep(time.Minute + 2*d.Lease)
	}
	// A retry after a minute is one after a minute, whoever makes it.
	for i, s := range ss {
		target := fmt.Sprint("target ", i)
		must(t, s.Report(ctx, []notify.Alert{alert(target, "a", "x")}))
		h, err := s.Held(ctx, target)
		must(t, err)
		if off := time.Since(h.Now); off < -time.Second || off > time.Second {
			t.Errorf("the store's clock is %v off on machine %d", off, i)
		}
		until(t, "it is composed", 2*d.Lease, func() bool { return composeHeld(t, s, target) })
		must(t, s.Settle(ctx, begin(t, s, target), notify.AttemptOutcome{Retry: time.Minute}))
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
	commitAll(t, claimAll(t, 60, 2*d.Lease, ss...), ss...)
	for i := range 8 {
		id := scattered(60)[7*i].ID
		var got []poll.Claim
		by := 0
		until(t, id+" is polled", soon, func() bool {
			for j, s := range ss {
				claims, _, err := s.ClaimDue(ctx, 100, time.Hour, 0)
				must(t, err)
				if j == 0 && len(claims) == 0 { // it is asked of this machine alone
					c, ok, _, err := s.Claim(ctx, id, time.Hour)
					must(t, err)
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
		commit(t, ss[by], outcome(got[0], "pushed"))
	}
	if _, _, _, err := ss[0].Claim(ctx, "nobody", time.Minute); !errors.Is(err, poll.ErrUnknownFeed) {
		t.Errorf("an unknown feed: %v", err)
	}
}

func decided(t *testing.T, d Data) {
	ss := crowd(t, d, 1, 0)
	defer closeAll(t, ss)
	a, b := ss[0], ss[1]
	m := dead(t, a) // so that desk is a's
	must(t, b.Retry(ctx, m.ID))
	until(t, "a dead letter that is tried again is sent by whose target it is", soon, func() bool {
		d, ok, _, err := a.Begin(ctx, "desk")
		must(t, err)
		if ok {
			equal(t, "message", d.Message, m)
			must(t, a.Settle(ctx, d, notify.AttemptOutcome{Dead: true, Answer: "410"}))
		}
		return ok
	})
	must(t, b.Drop(ctx, m.ID))
	equal(t, "dead letters", tally(t, a).Dead, 0)

	must(t, b.Mute(ctx, notify.Mute{Kind: "rule", Name: "x", Until: time.Now().Add(time.Hour)}))
	until(t, "a mute is heeded", soon, func() bool {
		h, err := a.Held(ctx, "desk")
		must(t, err)
		return slices.ContainsFunc(h.Mutes, func(m notify.Mute) bool { return m.Name == "x" && m.Until.After(h.Now) })
	})
	ms, err := a.Mutes(ctx)
	must(t, err)
	equal(t, "mutes", len(ms), 1)
	must(t, b.Mute(ctx, notify.Mute{Kind: "rule", Name: "x"}))
	until(t, "its end is heeded", soon, func() bool {
		h, err := a.Held(ctx, "desk")
		must(t, err)
		return !slices.ContainsFunc(h.Mutes, func(m notify.Mute) bool { return m.Name == "x" && m.Until.After(h.Now) })
	})

	must(t, b.Acknowledge(ctx, m.AlertIDs[0], notify.Acknowledgement{By: "anna"}))
	until(t, "who has seen to it is known", soon, func() bool {
		by := trace(t, a, m.AlertIDs[0]).Acknowledged
		return by != nil && by.By == "anna"
	})
}

func heldElsewhere(t *testing.T, d Data) {
	ss := crowd(t, d, 60, 0)
	defer closeAll(t, ss)
	h, err := ss[0].Held(ctx, "desk") // so that desk is the first one's
	must(t, err)
	claimed := claimAll(t, 60, 2*d.Lease, ss...)
	for i, s := range ss {
		if len(claimed[i]) == 0 {
			t.Fatalf("machine %d has no feed", i)
		}
		c := claimed[i][0]
		start := time.Now()
		commit(t, s, outcome(c, "seen", alert("desk", c.Feed, fmt.Sprint("of ", i))))
		for len(h.Alerts) < i+1 {
			must(t, h.Wake.Wait(ctx))
			if time.Since(start) > time.Minute {
				t.Fatalf("what machine %d brought is not held", i)
			}
			h, err = ss[0].Held(ctx, "desk")
			must(t, err)
		}
		if took := time.Since(start); took > soon {
			t.Errorf("what machine %d brought is held after %v", i, took)
		}
	}
	equal(t, "held", titles(held(t, ss[0], "desk")), []string{"of 0", "of 1"})
}
