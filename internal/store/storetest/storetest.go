// Package storetest is what every store must do: one suite, run by each of them.
package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"watcher/internal/feeds"
	"watcher/internal/notify"
	"watcher/internal/poll"
	"watcher/internal/store"
)

// BothHalves is both durable halves in one.
type BothHalves interface {
	poll.Ledger
	notify.Outbox
	AlertHistory
	Close() error
}

type test struct {
	name string
	test func(t *testing.T, open Open)
}

// Open opens the store of a test. Opening it a second time, after Close, finds what
// was stored.
type Open func(t *testing.T) BothHalves

// Run runs the suite. Each test runs in a bubble of its own, in which time
// passes at once.
func Run(t *testing.T, newOpen func(t *testing.T) Open) {
	for _, c := range []struct {
		name string
		test func(t *testing.T, open Open)
	}{
		{"a new feed is due at once and a claimed one is not", claims},
		{"a claim that ran out goes to the next, and the late outcome changes nothing", lostLease},
		{"the most overdue feed comes first", mostOverdue},
		{"ahead takes feeds that are not due yet, each once", claimAhead},
		{"validators, seen and due time come back after a restart", restart},
		{"a poll that brought nothing survives an orderly end", quietSurvives},
		{"an outage is what the last outcome left, over restarts", outage},
		{"a feed that is renamed keeps what it has shown", rename},
		{"a feed whose URL changes keeps what it has shown but not the validators", newURL},
		{"a feed that is removed is not polled, and is known when it comes back", removed},
		{"what a removed feed has shown is forgotten after 90 days", forgotten},
		{"a subscription outlives restarts and a new name, not a new URL or a removal", subscription},
		{"a shorter interval holds from now on, not after the next poll", shorterInterval},
		{"an interval that was not changed does not bring a feed forward", sameInterval},
		{"a schedule that was changed holds at once", newSchedule},
		{"a poll of before the change of a schedule is lost, and made again", cadenceMeanwhile},
		{"a due time beyond all sense, of a clock that was wrong, is mended at the start", wrongClock},
		{"a feed that fails is not polled sooner for a restart", failingFeed},
		{"one feed can be claimed by name, due or not, while nobody polls it", claimByName},
		{"the feeds are listed by name, as they are", listed},
		{"times that a claim tells are of the clock on the wall", wallClock},
		{"an outcome of a removed feed is lost", removedMeanwhile},
		{"the same item is one alert for a target, however often it is committed", oneAlert},
		{"the same link in two feeds is one alert, and the second place is noted", alsoIn},
		{"the third copy is known by the key that only the second one shared", chainOfKeys},
		{"each target has its own alert", perTarget},
		{"frozen alerts are held no longer", freeze},
		{"what was composed twice is frozen once", freezeTwice},
		{"deliveries begin in the order they were frozen, each once", order},
		{"a retry waits without holding back the others", retry},
		{"the next delivery begins in the transaction that settles the last one", next},
		{"whoever waits for a delivery is woken by a freeze and by a retry", queueWakes},
		{"a delivery that was begun and not settled is ambiguous after a restart", ambiguous},
		{"a sent one is never begun again, a dead one neither", ended},
		{"the alerts of a void message are held again, once, whatever its recipients", anew},
		{"a report in an outcome becomes an alert of the ops target", report},
		{"whoever waits is woken by a commit", woken},
	} {
		t.Run(c.name, func(t *testing.T) {
			open := newOpen(t)
			synctest.Test(t, func(t *testing.T) { c.test(t, open) })
		})
	}
	for _, c := range slices.Concat(outboxTests, floodTests, alertTests) {
		t.Run(c.name, func(t *testing.T) {
			open := newOpen(t)
			synctest.Test(t, func(t *testing.T) { c.test(t, open) })
		})
	}
	t.Run("a clock that was set back holds nothing up", func(t *testing.T) { clockSetBack(t, newOpen(t)) })
}

var ctx = context.Background()

func source(id string) feeds.Source {
	return feeds.Source{ID: id, URL: "https://example.org/" + id, Every: 15 * time.Minute}
}

func sync(t *testing.T, s BothHalves, ids ...string) {
	t.Helper()
	var sources []feeds.Source
	for _, id := range ids {
		sources = append(sources, source(id))
	}
	must(t, s.Sync(ctx, sources))
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// claim takes the feeds that are due and returns them by id.
func claim(t *testing.T, s BothHalves) map[string]poll.Claim {
	t.Helper()
	claims, _, err := s.ClaimDue(ctx, 100, time.Minute, 0)
	must(t, err)
	byID := make(map[string]poll.Claim)
	for _, c := range claims {
		byID[c.Feed] = c
	}
	return byID
}

func claimOne(t *testing.T, s BothHalves, id string) poll.Claim {
	t.Helper()
	c, ok := claim(t, s)[id]
	if !ok {
		t.Fatalf("feed %s is not due", id)
	}
	return c
}

// commit stores outcomes none of which may be lost.
func commit(t *testing.T, s BothHalves, outcomes ...poll.Outcome) {
	t.Helper()
	lost, err := s.Commit(ctx, outcomes)
	must(t, err)
	if len(lost) > 0 {
		t.Fatalf("lost: %v", lost)
	}
}

// outcome is a poll that worked, with the feed due again in 15 minutes.
func outcome(c poll.Claim, seen string, alerts ...notify.Alert) poll.Outcome {
	o := poll.Outcome{Claim: c, State: c.State, Next: c.Now.Add(15 * time.Minute), Alerts: alerts}
	o.State.Polled = c.Now
	if seen != "" {
		o.Seen = []byte(seen)
	}
	return o
}

func alert(target, feed string, keys ...string) notify.Alert {
	a := notify.Alert{Target: target, Item: notify.AlertItem{Feed: feed, Title: keys[0], Link: "https://example.org/" + keys[0]}}
	for _, k := range keys {
		a.Keys = append(a.Keys, notify.KeyOf(k))
	}
	a.ID = notify.AlertID(target, a.Keys[0])
	return a
}

// commitAlerts commits alerts by a poll of feed.
func commitAlerts(t *testing.T, s BothHalves, feed string, alerts ...notify.Alert) {
	t.Helper()
	time.Sleep(15*time.Minute + time.Second)
	commit(t, s, outcome(claimOne(t, s, feed), "seen", alerts...))
}

func held(t *testing.T, s BothHalves, target string) []notify.Alert {
	t.Helper()
	h, err := s.Held(ctx, target)
	must(t, err)
	var ids []string
	for _, a := range h.Alerts {
		ids = append(ids, a.ID)
	}
	alerts, err := s.Load(ctx, ids)
	must(t, err)
	return alerts
}

// compose freezes messages of desk.
func compose(s BothHalves, ms ...notify.Message) error {
	return s.Freeze(ctx, notify.Composition{Target: "desk", Messages: ms})
}

func message(a notify.Alert) notify.Message {
	return notify.Message{ID: "msg_" + a.ID, Target: a.Target, AlertIDs: []string{a.ID}, Payload: []byte(`"` + a.Item.Title + `"`)}
}

func begin(t *testing.T, s BothHalves, target string) notify.Delivery {
	t.Helper()
	d, ok, wake, err := s.Begin(ctx, target)
	must(t, err)
	if !ok {
		t.Fatalf("nothing to deliver to %s, the next in %v", target, wake.After)
	}
	return d
}

func nothing(t *testing.T, s BothHalves, target string) store.Wake {
	t.Helper()
	d, ok, wake, err := s.Begin(ctx, target)
	must(t, err)
	if ok {
		t.Fatalf("%s is delivered to %s", d.Message.ID, target)
	}
	return wake
}

func titles(alerts []notify.Alert) []string {
	ts := []string{}
	for _, a := range alerts {
		ts = append(ts, a.Item.Title)
	}
	return ts
}

func equal(t *testing.T, what string, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func oneAlert(t *testing.T, open Open) {
	s := open(t)
	defer s.Close()
	sync(t, s, "a")
	for range 3 {
		commitAlerts(t, s, "a", alert("desk", "a", "x"), alert("desk", "a", "x"))
	}
	equal(t, "held", titles(held(t, s, "desk")), []string{"x"})
	must(t, compose(s, message(alert("desk", "a", "x"))))
	commitAlerts(t, s, "a", alert("desk", "a", "x"))
	equal(t, "held once it was composed", titles(held(t, s, "desk")), []string{})
}

func alsoIn(t *testing.T, open Open) {
	s := open(t)
	defer s.Close()
	sync(t, s, "a", "b")
	first := alert("desk", "a", "guid in a", "link")
	first.Rules = []notify.RuleHit{{Name: "nato"}}
	second := alert("desk", "b", "guid in b", "link")
	second.Rules = []notify.RuleHit{{Name: "nato"}, {Name: "of b only"}}
	second.Severity = notify.High
	commitAlerts(t, s, "a", first)
	commitAlerts(t, s, "b", second)
	got := held(t, s, "desk")
	equal(t, "held", titles(got), []string{"guid in a"})
	equal(t, "also in", got[0].AlsoIn, []notify.Location{{Feed: "b", Link: second.Item.Link}})
	equal(t, "rules", got[0].Rules, []notify.RuleHit{{Name: "nato"}, {Name: "of b only"}})
	equal(t, "severity", got[0].Severity, notify.High)
}

func chainOfKeys(t *testing.T, open Open) {
	s := open(t)
	defer s.Close()
	sync(t, s, "a", "b", "c")
	commitAlerts(t, s, "a", alert("desk", "a", "1", "2"))
	commitAlerts(t, s, "b", alert("desk", "b", "2", "3"))
	commitAlerts(t, s, "c", alert("desk", "c", "3", "4"))
	equal(t, "held", titles(held(t, s, "desk")), []string{"1"})
}

func perTarget(t *testing.T, open Open) {
	s := open(t)
	defer s.Close()
	sync(t, s, "a")
	commitAlerts(t, s, "a", alert("desk", "a", "x"), alert("duty", "a", "x"))
	equal(t, "desk", titles(held(t, s, "desk")), []string{"x"})
	equal(t, "duty", titles(held(t, s, "duty")), []string{"x"})
	equal(t, "des, whose name begins the same", titles(held(t, s, "des")), []string{})
}

// frozen commits and freezes alerts with these titles for desk.
func frozen(t *testing.T, s BothHalves, titles ...string) {
	t.Helper()
	sync(t, s, "a")
	for _, title := range titles {
		a := alert("desk", "a", title)
		commitAlerts(t, s, "a", a)
		must(t, compose(s, message(a)))
		time.Sleep(time.Millisecond)
	}
}

func anew(t *testing.T, open Open) {
	s := open(t)
	defer s.Close()
	sync(t, s, "a")
	a := alert("desk", "a", "x")
	commitAlerts(t, s, "a", a)
	one, two := message(a), message(a)
	two.ID += "_2"
	must(t, compose(s, one, two))
	must(t, s.Settle(ctx, begin(t, s, "desk"), notify.AttemptOutcome{Anew: true}))
	equal(t, "held again", titles(held(t, s, "desk")), []string{"x"})
	must(t, compose(s, one)) // for what the target has become, under the same id
	void := begin(t, s, "desk")
	equal(t, "the other recipient's", void.Message.ID, two.ID)
	must(t, s.Settle(ctx, void, notify.AttemptOutcome{Anew: true}))
	equal(t, "held twice", titles(held(t, s, "desk")), []string{})
	must(t, s.Settle(ctx, begin(t, s, "desk"), notify.AttemptOutcome{Sent: true}))
	nothing(t, s, "desk")
}

func freeze(t *testing.T, open Open) {
	s := open(t)
	defer s.Close()
	sync(t, s, "a")
	a := alert("desk", "a", "x")
	commitAlerts(t, s, "a", a, alert("desk", "a", "y"))
	// Two messages of one alert, one for each recipient.
	one, two := message(a), message(a)
	two.ID += "_2"
	must(t, compose(s, one, two))
	equal(t, "held", titles(held(t, s, "desk")), []string{"y"})
	equal(t, "first", begin(t, s, "desk").Message, one)
	equal(t, "second", begin(t, s, "desk").Message, two)
}

func freezeTwice(t *testing.T, open Open) {
	s := open(t)
	defer s.Close()
	frozen(t, s, "x")
	err := compose(s, message(alert("desk", "a", "x")))
	if !errors.Is(err, store.ErrMoved) {
		t.Errorf("frozen again: %v", err)
	}
	begin(t, s, "desk")
	nothing(t, s, "desk")
}

func order(t *testing.T, open Open) {
	s := open(t)
	defer s.Close()
	var want []string
	for i := range 12 {
		want = append(want, fmt.Sprintf("%02d", 12-i))
	}
	frozen(t, s, want...)
	var got []string
	for range want {
		d := begin(t, s, "desk")
		equal(t, "attempt", d.Attempt, 1)
		got = append(got, string(d.Message.Payload[1:3]))
		must(t, s.Settle(ctx, d, notify.AttemptOutcome{Sent: true}))
	}
	equal(t, "order", got, want)
	nothing(t, s, "desk")
}

func retry(t *testing.T, open Open) {
	s := open(t)
	defer s.Close()
	frozen(t, s, "x", "y")
	x := begin(t, s, "desk")
	must(t, s.Settle(ctx, x, notify.AttemptOutcome{Retry: time.Minute, Answer: "500"}))
	y := begin(t, s, "desk")
	equal(t, "the next", string(y.Message.Payload), `"y"`)
	must(t, s.Settle(ctx, y, notify.AttemptOutcome{Sent: true}))
	if wake := nothing(t, s, "desk"); wake.After <= 50*time.Second || wake.After > time.Minute {
		t.Errorf("wakes after %v, want when the retry is due", wake.After)
	}
	time.Sleep(time.Minute)
	again := begin(t, s, "desk")
	equal(t, "message", again.Message, x.Message)
	equal(t, "attempt", again.Attempt, 2)
	equal(t, "ambiguous", again.Ambiguous, false)
}

func next(t *testing.T, open Open) {
	s := open(t)
	frozen(t, s, "x", "y", "z")
	x := begin(t, s, "desk")
	trouble := notify.TroubleAlerts([]string{"ops"}, notify.Trouble{Kind: "target_failing", Target: "desk", Since: time.Now().UTC()})
	y, ok, _, err := s.Next(ctx, x, notify.AttemptOutcome{Retry: time.Minute, Answer: "500", Report: trouble})
	must(t, err)
	equal(t, "next", []any{ok, string(y.Message.Payload), y.Attempt}, []any{true, `"y"`, 1})
	equal(t, "held for ops", len(held(t, s, "ops")), 1)
	z, _, _, err := s.Next(ctx, y, notify.AttemptOutcome{Sent: true})
	must(t, err)
	_, ok, wake, err := s.Next(ctx, z, notify.AttemptOutcome{Sent: true})
	must(t, err)
	if ok || wake.After <= 50*time.Second || wake.After > time.Minute {
		t.Errorf("another one: %v; wakes after %v, want when the retry is due", ok, wake.After)
	}
	time.Sleep(time.Minute)
	again := begin(t, s, "desk")
	equal(t, "message", again.Message, x.Message)
	equal(t, "attempt and ambiguous", []any{again.Attempt, again.Ambiguous}, []any{2, false})
	// Settled twice, as when the first answer was an error: the next one begins
	// all the same.
	must(t, s.Settle(ctx, again, notify.AttemptOutcome{Sent: true}))
	_, ok, _, err = s.Next(ctx, again, notify.AttemptOutcome{Sent: true})
	must(t, err)
	equal(t, "one more", ok, false)
	must(t, s.Close())
	s = open(t)
	defer s.Close()
	nothing(t, s, "desk")
}

func queueWakes(t *testing.T, open Open) {
	s := open(t)
	defer s.Close()
	frozen(t, s, "x")
	x := begin(t, s, "desk")
	woken := func(what string, change func()) {
		wake := nothing(t, s, "desk")
		change()
		select {
		case <-wake.Changed:
		default:
			t.Errorf("%s wakes nobody", what)
		}
	}
	woken("a retry", func() { must(t, s.Settle(ctx, x, notify.AttemptOutcome{Retry: time.Minute})) })
	y := alert("desk", "a", "y")
	commitAlerts(t, s, "a", y)
	begin(t, s, "desk") // x, which is due by now
	woken("a freeze", func() { must(t, compose(s, message(y))) })
}

func ambiguous(t *testing.T, open Open) {
	s := open(t)
	frozen(t, s, "x")
	x := begin(t, s, "desk")
	nothing(t, s, "desk")
	must(t, s.Close())
	s = open(t)
	defer s.Close()
	again := begin(t, s, "desk")
	equal(t, "message", again.Message, x.Message)
	equal(t, "attempt", again.Attempt, 2)
	equal(t, "ambiguous", again.Ambiguous, true)
}

func ended(t *testing.T, open Open) {
	s := open(t)
	frozen(t, s, "sent", "dead")
	must(t, s.Settle(ctx, begin(t, s, "desk"), notify.AttemptOutcome{Sent: true}))
	must(t, s.Settle(ctx, begin(t, s, "desk"), notify.AttemptOutcome{Dead: true, Answer: "no"}))
	nothing(t, s, "desk")
	must(t, s.Close())
	s = open(t)
	defer s.Close()
	time.Sleep(48 * time.Hour)
	nothing(t, s, "desk")
}

func report(t *testing.T, open Open) {
	s := open(t)
	defer s.Close()
	frozen(t, s, "x")
	trouble := notify.TroubleAlerts([]string{"ops"}, notify.Trouble{Kind: "target_failing", Target: "desk", Text: "It fails.", Since: time.Now().UTC()})
	must(t, s.Settle(ctx, begin(t, s, "desk"), notify.AttemptOutcome{Retry: time.Hour, Report: trouble}))
	got := held(t, s, "ops")
	if len(got) != 1 || got[0].Trouble == nil || got[0].Trouble.Text != "It fails." {
		t.Errorf("held for ops: %+v", got)
	}
}

func woken(t *testing.T, open Open) {
	s := open(t)
	defer s.Close()
	sync(t, s, "a")
	h, err := s.Held(ctx, "desk")
	must(t, err)
	woke := make(chan time.Time)
	go func() {
		_ = h.Wake.Wait(ctx)
		woke <- time.Now()
	}()
	time.Sleep(10 * time.Second)
	start := time.Now()
	commit(t, s, outcome(claimOne(t, s, "a"), "seen", alert("desk", "a", "x")))
	if took := (<-woke).Sub(start); took > time.Second {
		t.Errorf("woken after %v", took)
	}
}
