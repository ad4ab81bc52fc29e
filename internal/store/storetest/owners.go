package storetest

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"watcher/internal/notify"
	"watcher/internal/store"
	"watcher/internal/testutil"
)

// ownerTests test targets, each of which one machine composes and sends for.
var ownerTests = []dataTest{
	{"two machines never send the same message, and together they send all", sendNeverBoth},
	{"of machines that reach for a target at the same moment one has it", oneOwner},
	{"an attempt that is settled by a machine which slept through its lease changes nothing", lateSettle},
	{"a digest that two machines compose is frozen once", oneDigest},
	{"a digest that a machine composed in its sleep is not frozen", lateDigest},
	{"what a person decides on one machine holds on all within a second or two", decided},
	{"what polls of one machine bring is held for a target of another within a second or two", heldElsewhere},
	{"what waits is tried again at once by whose target it is, whoever is asked", againElsewhere},
	{"targets are spread over the machines that have them in their config", spread},
	{"a target changes hands between two messages, and none is sent twice", handedOver},
	{"that a target fails is known to the machine that takes it over", failingTakenOver},
}

func sendNeverBoth(t *testing.T, d Data) {
	ss := crowd(t, d, 1, 0)
	defer closeAll(t, ss)
	var all []string
	for i := range 20 {
		a := alert(fmt.Sprint("target ", i%5), "a", fmt.Sprint("title ", i))
		testutil.Must(t, ss[i%2].Report(ctx, []notify.Alert{a}))
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
			testutil.Must(t, err)
		}
		return len(begun) == 20
	})
	slices.Sort(all)
	testutil.Equal(t, "sent", slices.Sorted(maps.Keys(begun)), all)
}

// composeHeld composes each alert that a machine holds for a target as a message of its
// own, and reports whether there were some.
func composeHeld(t *testing.T, s BothHalves, target string) bool {
	t.Helper()
	alerts := held(t, s, target)
	for _, a := range alerts {
		testutil.Must(t, s.Freeze(ctx, notify.Composition{Target: target, Messages: []notify.Message{message(a)}}))
	}
	return len(alerts) > 0
}

func oneOwner(t *testing.T, d Data) {
	ss := crowd(t, d, 1, 0, 0, 0)
	for round := range 5 {
		target := fmt.Sprint("target ", round)
		testutil.Must(t, ss[0].Report(ctx, []notify.Alert{alert(target, "a", "x"), alert(target, "a", "y")}))
		var group errgroup.Group
		has := make([]int, len(ss))
		for i, s := range ss {
			group.Go(func() error {
				h, err := s.Held(ctx, target)
				has[i] = len(h.Alerts)
				if err == nil && len(h.Alerts) == 0 && (h.Wake.After <= 0 || h.Wake.After > soon) {
					err = fmt.Errorf("who has not the target looks again in %v", h.Wake.After)
				}
				return err
			})
		}
		testutil.Must(t, group.Wait())
		slices.Sort(has)
		testutil.Equal(t, "alerts that each holds", has, []int{0, 0, 0, 2})
	}
}

// asleep returns a machine that fell asleep while it sent a message to desk, and another
// one that has begun the message since.
func asleep(t *testing.T, d Data) (a, b BothHalves, late, now notify.Delivery) {
	t.Helper()
	a = d.Open(t)
	testutil.Must(t, a.Report(ctx, []notify.Alert{alert("desk", "a", "x")}))
	testutil.Must(t, compose(a, message(alert("desk", "a", "x"))))
	late = begin(t, a, "desk")
	wake := d.Pause(t, a)
	time.Sleep(2 * d.Lease)
	b = d.Join(t, 0)
	until(t, "the other begins", 2*d.Lease, func() bool {
		var ok bool
		var err error
		now, ok, _, err = b.Begin(ctx, "desk")
		testutil.Must(t, err)
		return ok
	})
	testutil.Equal(t, "attempt and ambiguous", []any{now.Attempt, now.Ambiguous}, []any{2, true})
	wake()
	return a, b, late, now
}

func lateSettle(t *testing.T, d Data) {
	a, b, late, now := asleep(t, d)
	defer closeAll(t, []BothHalves{a, b})
	for what, o := range map[string]notify.AttemptOutcome{
		"sent": {Sent: true}, "dead": {Dead: true, Answer: "410"}, "again": {Retry: time.Hour}, "anew": {Recompose: true},
	} {
		// An error is fine too: what counts is that it changes nothing.
		if err := a.Settle(ctx, late, o); err != nil {
			t.Logf("%s: %v", what, err)
		}
		testutil.Equal(t, "state after a late end as "+what, trace(t, b, late.Message.AlertIDs[0]).State, notify.StateSending)
	}
	if d, ok, _, err := a.Next(ctx, late, notify.AttemptOutcome{Sent: true}); ok {
		t.Errorf("with a late end it begins %s (%v)", d.Message.ID, err)
	}
	testutil.Must(t, b.Settle(ctx, now, notify.AttemptOutcome{Retry: time.Minute, Answer: "500"}))
	time.Sleep(time.Minute + time.Second)
	third := begin(t, b, "desk")
	testutil.Equal(t, "the third attempt, as the first may have arrived", []any{third.Attempt, third.Ambiguous}, []any{3, true})
	testutil.Must(t, b.Settle(ctx, third, notify.AttemptOutcome{Sent: true}))
	testutil.Equal(t, "state", trace(t, a, late.Message.AlertIDs[0]).State, notify.StateSent)
}

func oneDigest(t *testing.T, d Data) {
	ss := crowd(t, d, 1, 0)
	defer closeAll(t, ss)
	for round := range 4 {
		var alerts []notify.Alert
		for i := range 5 {
			alerts = append(alerts, alert("desk", "a", fmt.Sprint(round, i)))
		}
		testutil.Must(t, ss[round%2].Report(ctx, alerts))
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
		testutil.Equal(t, "frozen", frozen, 1)
		testutil.Equal(t, "waiting", tally(t, ss[0]).Waiting, round+1)
	}
}

func lateDigest(t *testing.T, d Data) {
	a := d.Open(t)
	testutil.Must(t, a.Report(ctx, []notify.Alert{alert("desk", "a", "x"), alert("desk", "a", "y")}))
	testutil.Equal(t, "held", len(held(t, a, "desk")), 2)
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
	testutil.Equal(t, "waiting", tally(t, b).Waiting, 2)
}

func decided(t *testing.T, d Data) {
	ss := crowd(t, d, 1, 0)
	defer closeAll(t, ss)
	a, b := ss[0], ss[1]
	m := dead(t, a) // so that desk is a's
	testutil.Must(t, b.Retry(ctx, m.ID))
	until(t, "a dead letter that is tried again is sent by whose target it is", soon, func() bool {
		d, ok, _, err := a.Begin(ctx, "desk")
		testutil.Must(t, err)
		if ok {
			testutil.Equal(t, "message", d.Message, m)
			testutil.Must(t, a.Settle(ctx, d, notify.AttemptOutcome{Dead: true, Answer: "410"}))
		}
		return ok
	})
	testutil.Must(t, b.Drop(ctx, m.ID))
	testutil.Equal(t, "dead letters", tally(t, a).Dead, 0)

	testutil.Must(t, b.Mute(ctx, notify.Mute{Kind: "rule", Name: "x", Until: time.Now().Add(time.Hour)}))
	until(t, "a mute is heeded", soon, func() bool {
		h, err := a.Held(ctx, "desk")
		testutil.Must(t, err)
		return slices.ContainsFunc(h.Mutes, func(m notify.Mute) bool { return m.Name == "x" && m.Until.After(h.Now) })
	})
	ms, err := a.Mutes(ctx)
	testutil.Must(t, err)
	testutil.Equal(t, "mutes", len(ms), 1)
	testutil.Must(t, b.Mute(ctx, notify.Mute{Kind: "rule", Name: "x"}))
	until(t, "its end is heeded", soon, func() bool {
		h, err := a.Held(ctx, "desk")
		testutil.Must(t, err)
		return !slices.ContainsFunc(h.Mutes, func(m notify.Mute) bool { return m.Name == "x" && m.Until.After(h.Now) })
	})

	testutil.Must(t, b.Acknowledge(ctx, m.AlertIDs[0], notify.Acknowledgement{By: "anna"}))
	until(t, "who acknowledged it is known", soon, func() bool {
		by := trace(t, a, m.AlertIDs[0]).Acknowledged
		return by != nil && by.By == "anna"
	})
}

func heldElsewhere(t *testing.T, d Data) {
	ss := crowd(t, d, 60, 0)
	defer closeAll(t, ss)
	h, err := ss[0].Held(ctx, "desk") // so that desk is the first one's
	testutil.Must(t, err)
	claimed := claimAll(t, 60, 2*d.Lease, ss...)
	for i, s := range ss {
		if len(claimed[i]) == 0 {
			t.Fatalf("machine %d has no feed", i)
		}
		c := claimed[i][0]
		start := time.Now()
		commit(t, s, outcome(c, "seen", alert("desk", c.Feed, fmt.Sprint("of ", i))))
		for len(h.Alerts) < i+1 {
			testutil.Must(t, h.Wake.Wait(ctx))
			if time.Since(start) > time.Minute {
				t.Fatalf("what machine %d brought is not held", i)
			}
			h, err = ss[0].Held(ctx, "desk")
			testutil.Must(t, err)
		}
		if took := time.Since(start); took > soon {
			t.Errorf("what machine %d brought is held after %v", i, took)
		}
	}
	testutil.Equal(t, "held", titles(held(t, ss[0], "desk")), []string{"of 0", "of 1"})
}

func againElsewhere(t *testing.T, d Data) {
	ss := crowd(t, d, 1, 0)
	a, b := ss[0], ss[1]
	testutil.Must(t, a.Report(ctx, []notify.Alert{alert("desk", "a", "x")}))
	m := freezeAll(t, a, "desk") // so that desk is a's
	testutil.Must(t, a.Settle(ctx, begin(t, a, "desk"), notify.AttemptOutcome{Retry: time.Hour}))
	n, err := b.Again(ctx, "desk")
	testutil.Must(t, err)
	testutil.Equal(t, "tried again", n, 1)
	start := time.Now()
	for {
		x, ok, wake, err := a.Begin(ctx, "desk")
		testutil.Must(t, err)
		if ok {
			testutil.Equal(t, "message", x.Message, m)
			break
		}
		if time.Since(start) > soon {
			t.Fatalf("whose target it is does not know after %v", soon)
		}
		testutil.Must(t, wake.Wait(ctx))
	}
	if took := time.Since(start); took > soon {
		t.Errorf("tried again after %v", took)
	}
}

func failingTakenOver(t *testing.T, d Data) {
	ss := crowd(t, d, 1, 0)
	a, b := ss[0], ss[1]
	testutil.Must(t, a.Report(ctx, []notify.Alert{alert("desk", "a", "x")}))
	freezeAll(t, a, "desk")
	sick := notify.TargetHealth{Since: time.Now().UTC(), Failures: 3, Answer: "500"}
	testutil.Must(t, a.Settle(ctx, begin(t, a, "desk"), notify.AttemptOutcome{Retry: time.Second, Health: &sick}))
	failing, err := b.Failing(ctx)
	testutil.Must(t, err)
	testutil.Equal(t, "as the other tells it", failing["desk"].TargetHealth, sick)
	testutil.Must(t, a.Close())
	start := time.Now()
	until(t, "the other sends", d.Lease, func() bool {
		x, ok, _, err := b.Begin(ctx, "desk")
		testutil.Must(t, err)
		if ok {
			testutil.Equal(t, "health, attempt, ambiguous", []any{x.Health, x.Attempt, x.Ambiguous}, []any{sick, 2, false})
		}
		return ok
	})
	if took := time.Since(start); took > d.Lease/2 {
		t.Errorf("what one that left had is the other's after %v, with leases of %v", took, d.Lease)
	}
}

// owners returns which machine holds what of targets, each of which holds an alert, and
// fails if two do.
func owners(t *testing.T, ss []BothHalves, targets []string) (owner map[string]int) {
	t.Helper()
	owner = make(map[string]int)
	for i, s := range ss {
		for _, target := range targets {
			h, err := s.Held(ctx, target)
			testutil.Must(t, err)
			if len(h.Alerts) == 0 {
				continue
			}
			if other, both := owner[target]; both {
				t.Fatalf("machine %d and machine %d hold what %s has", other, i, target)
			}
			owner[target] = i
		}
	}
	return owner
}

// mostAndLeast returns the largest and the smallest number of targets that a machine has.
func mostAndLeast(owner map[string]int, machines int) (most, least int) {
	has := make([]int, machines)
	for _, i := range owner {
		has[i]++
	}
	return slices.Max(has), slices.Min(has)
}

func spread(t *testing.T, d Data) {
	ss := crowd(t, d, 1, 0, 0)
	var targets []string
	for i := range 9 {
		targets = append(targets, fmt.Sprint("target ", i))
		testutil.Must(t, ss[0].Report(ctx, []notify.Alert{alert(targets[i], "a", "x")}))
	}
	config := func(s BothHalves, targets []string) {
		t.Helper()
		_, err := s.Retire(ctx, targets)
		testutil.Must(t, err)
	}
	for _, s := range ss {
		config(s, targets)
	}
	fair := func(what string, ss []BothHalves) {
		t.Helper()
		until(t, what, 4*d.Lease, func() bool {
			owner := owners(t, ss, targets)
			most, least := mostAndLeast(owner, len(ss))
			return len(owner) == len(targets) && most-least <= 1
		})
	}
	fair("three machines have three targets each", ss)
	before := owners(t, ss, targets)
	time.Sleep(2 * d.Lease)
	testutil.Equal(t, "owners two leases later", owners(t, ss, targets), before)

	testutil.Must(t, ss[2].Close())
	fair("what one that left had is shared by two", ss[:2])

	// A target that the config of one lacks goes to the other.
	config(ss[0], targets[1:])
	until(t, "the other has it", 4*d.Lease, func() bool { return owners(t, ss[:2], targets)[targets[0]] == 1 })
	closeAll(t, ss[:2])
}

func handedOver(t *testing.T, d Data) {
	a := crowd(t, d, 1)[0]
	defer func() { testutil.Must(t, a.Close()) }()
	var targets []string
	for i := range 8 {
		targets = append(targets, fmt.Sprint("target ", i))
	}
	sending := make(map[string]notify.Delivery)
	for _, target := range targets {
		testutil.Must(t, a.Report(ctx, []notify.Alert{alert(target, "a", "first"), alert(target, "a", "second"), alert(target, "a", "third")}))
		composeHeld(t, a, target)
		sending[target] = begin(t, a, target)
	}
	b := d.Join(t, 0)
	defer func() { testutil.Must(t, b.Close()) }()
	for _, s := range []BothHalves{a, b} {
		_, err := s.Retire(ctx, targets)
		testutil.Must(t, err)
	}
	sent := make(map[string]int)
	try := func(s BothHalves, target string) (notify.Delivery, bool) {
		x, ok, _, err := s.Begin(ctx, target)
		testutil.Must(t, err)
		if ok && (x.Attempt != 1 || x.Ambiguous) {
			t.Errorf("%s is begun as attempt %d, ambiguous: %v", x.Message.ID, x.Attempt, x.Ambiguous)
		}
		return x, ok
	}
	for range 3 { // the message under way keeps the target
		for _, target := range targets {
			if x, ok := try(b, target); ok {
				t.Errorf("%s begins while another message to %s is under way elsewhere", x.Message.ID, target)
			}
		}
		time.Sleep(d.Lease)
	}
	for _, target := range targets {
		testutil.Must(t, a.Settle(ctx, sending[target], notify.AttemptOutcome{Sent: true, Rest: 3 * d.Lease}))
		sent[sending[target].Message.ID]++
	}
	// The machine that takes a target over obeys the pause that was left to it.
	start, by := time.Now(), make(map[string]int)
	until(t, "all is sent", 9*d.Lease, func() bool {
		for _, target := range targets {
			for i, s := range []BothHalves{a, b} {
				x, ok := try(s, target)
				if !ok {
					continue
				}
				by[target] = i
				sent[x.Message.ID]++
				if early := 3*d.Lease - time.Since(start); i == 1 && early > time.Second {
					t.Errorf("%s begins %v before the rest of %s is over", x.Message.ID, early, target)
				}
				testutil.Must(t, s.Settle(ctx, x, notify.AttemptOutcome{Sent: true}))
			}
		}
		return tally(t, a).Waiting == 0
	})
	for id, n := range sent {
		testutil.Equal(t, "times that "+id+" is sent", n, 1)
	}
	if most, least := mostAndLeast(by, 2); most-least > 1 {
		t.Errorf("one machine has %d targets and the other %d", most, least)
	}
}
