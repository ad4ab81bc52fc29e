package storetest

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"watcher/internal/notify"
	"watcher/internal/store"
	"watcher/internal/testutil"
)

// queueTests test the steps of a delivery.
var queueTests = []test{
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
}

// frozen commits and freezes alerts with these titles for desk.
func frozen(t *testing.T, s BothHalves, titles ...string) {
	t.Helper()
	sync(t, s, "a")
	for _, title := range titles {
		a := alert("desk", "a", title)
		commitAlerts(t, s, "a", a)
		testutil.Must(t, compose(s, message(a)))
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
	testutil.Must(t, compose(s, one, two))
	testutil.Must(t, s.Settle(ctx, begin(t, s, "desk"), notify.AttemptOutcome{Recompose: true}))
	testutil.Equal(t, "held again", titles(held(t, s, "desk")), []string{"x"})
	testutil.Must(t, compose(s, one)) // composed again for the changed target, under the same id
	void := begin(t, s, "desk")
	testutil.Equal(t, "the other recipient's", void.Message.ID, two.ID)
	testutil.Must(t, s.Settle(ctx, void, notify.AttemptOutcome{Recompose: true}))
	testutil.Equal(t, "held twice", titles(held(t, s, "desk")), []string{})
	testutil.Must(t, s.Settle(ctx, begin(t, s, "desk"), notify.AttemptOutcome{Sent: true}))
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
	testutil.Must(t, compose(s, one, two))
	testutil.Equal(t, "held", titles(held(t, s, "desk")), []string{"y"})
	testutil.Equal(t, "first", begin(t, s, "desk").Message, one)
	testutil.Equal(t, "second", begin(t, s, "desk").Message, two)
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
		testutil.Equal(t, "attempt", d.Attempt, 1)
		got = append(got, string(d.Message.Payload[1:3]))
		testutil.Must(t, s.Settle(ctx, d, notify.AttemptOutcome{Sent: true}))
	}
	testutil.Equal(t, "order", got, want)
	nothing(t, s, "desk")
}

func retry(t *testing.T, open Open) {
	s := open(t)
	defer s.Close()
	frozen(t, s, "x", "y")
	x := begin(t, s, "desk")
	testutil.Must(t, s.Settle(ctx, x, notify.AttemptOutcome{Retry: time.Minute, Answer: "500"}))
	y := begin(t, s, "desk")
	testutil.Equal(t, "the next", string(y.Message.Payload), `"y"`)
	testutil.Must(t, s.Settle(ctx, y, notify.AttemptOutcome{Sent: true}))
	if wake := nothing(t, s, "desk"); wake.After <= 50*time.Second || wake.After > time.Minute {
		t.Errorf("wakes after %v, want when the retry is due", wake.After)
	}
	time.Sleep(time.Minute)
	again := begin(t, s, "desk")
	testutil.Equal(t, "message", again.Message, x.Message)
	testutil.Equal(t, "attempt", again.Attempt, 2)
	testutil.Equal(t, "ambiguous", again.Ambiguous, false)
}

func next(t *testing.T, open Open) {
	s := open(t)
	frozen(t, s, "x", "y", "z")
	x := begin(t, s, "desk")
	trouble := notify.TroubleAlerts([]string{"ops"}, notify.Trouble{Kind: "target_failing", Target: "desk", Since: time.Now().UTC()})
	y, ok, _, err := s.Next(ctx, x, notify.AttemptOutcome{Retry: time.Minute, Answer: "500", Report: trouble})
	testutil.Must(t, err)
	testutil.Equal(t, "next", []any{ok, string(y.Message.Payload), y.Attempt}, []any{true, `"y"`, 1})
	testutil.Equal(t, "held for ops", len(held(t, s, "ops")), 1)
	z, _, _, err := s.Next(ctx, y, notify.AttemptOutcome{Sent: true})
	testutil.Must(t, err)
	_, ok, wake, err := s.Next(ctx, z, notify.AttemptOutcome{Sent: true})
	testutil.Must(t, err)
	if ok || wake.After <= 50*time.Second || wake.After > time.Minute {
		t.Errorf("another one: %v; wakes after %v, want when the retry is due", ok, wake.After)
	}
	time.Sleep(time.Minute)
	again := begin(t, s, "desk")
	testutil.Equal(t, "message", again.Message, x.Message)
	testutil.Equal(t, "attempt and ambiguous", []any{again.Attempt, again.Ambiguous}, []any{2, false})
	// Settled twice, as after a first answer that was an error: the next one begins all the
	// same.
	testutil.Must(t, s.Settle(ctx, again, notify.AttemptOutcome{Sent: true}))
	_, ok, _, err = s.Next(ctx, again, notify.AttemptOutcome{Sent: true})
	testutil.Must(t, err)
	testutil.Equal(t, "one more", ok, false)
	testutil.Must(t, s.Close())
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
	woken("a retry", func() { testutil.Must(t, s.Settle(ctx, x, notify.AttemptOutcome{Retry: time.Minute})) })
	y := alert("desk", "a", "y")
	commitAlerts(t, s, "a", y)
	begin(t, s, "desk") // x, which is due by now
	woken("a freeze", func() { testutil.Must(t, compose(s, message(y))) })
}

func ambiguous(t *testing.T, open Open) {
	s := open(t)
	frozen(t, s, "x")
	x := begin(t, s, "desk")
	nothing(t, s, "desk")
	testutil.Must(t, s.Close())
	s = open(t)
	defer s.Close()
	again := begin(t, s, "desk")
	testutil.Equal(t, "message", again.Message, x.Message)
	testutil.Equal(t, "attempt", again.Attempt, 2)
	testutil.Equal(t, "ambiguous", again.Ambiguous, true)
}

func ended(t *testing.T, open Open) {
	s := open(t)
	frozen(t, s, "sent", "dead")
	testutil.Must(t, s.Settle(ctx, begin(t, s, "desk"), notify.AttemptOutcome{Sent: true}))
	testutil.Must(t, s.Settle(ctx, begin(t, s, "desk"), notify.AttemptOutcome{Dead: true, Answer: "no"}))
	nothing(t, s, "desk")
	testutil.Must(t, s.Close())
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
	testutil.Must(t, s.Settle(ctx, begin(t, s, "desk"), notify.AttemptOutcome{Retry: time.Hour, Report: trouble}))
	got := held(t, s, "ops")
	if len(got) != 1 || got[0].Trouble == nil || got[0].Trouble.Text != "It fails." {
		t.Errorf("held for ops: %+v", got)
	}
}

// clockSetBack is the only test that needs two bubbles: both begin at the same time, so the
// second is in the past of the first.
func clockSetBack(t *testing.T, open Open) {
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(100 * 24 * time.Hour)
		s := open(t)
		frozen(t, s, "begun", "retried", "fresh")
		begin(t, s, "desk")
		testutil.Must(t, s.Settle(ctx, begin(t, s, "desk"), notify.AttemptOutcome{Retry: time.Minute, Answer: "500"}))
		testutil.Must(t, s.Close())
	})
	synctest.Test(t, func(t *testing.T) {
		s := open(t)
		defer s.Close()
		got := []string{}
		for range 3 {
			d := begin(t, s, "desk")
			got = append(got, string(d.Message.Payload))
			testutil.Must(t, s.Settle(ctx, d, notify.AttemptOutcome{Sent: true}))
		}
		slices.Sort(got)
		testutil.Equal(t, "delivered at once", got, []string{`"begun"`, `"fresh"`, `"retried"`})
		sync(t, s, "a")
		time.Sleep(16 * time.Minute)
		claimOne(t, s, "a")
	})
}
