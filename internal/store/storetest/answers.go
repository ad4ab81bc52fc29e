package storetest

import (
	"errors"
	"slices"
	"testing"
	"time"

	"watcher/internal/notify"
	"watcher/internal/poll"
	"watcher/internal/store"
)

// answerTests are those of a commit whose answer is lost: whether the store makes it
// again or its caller does, it is made once.
var answerTests = []dataTest{
	{"an outcome whose commit had no answer counts once", answerOfCommit},
	{"a report whose commit had no answer is held once", answerOfReport},
	{"a message whose freeze had no answer is sent once", answerOfFreeze},
	{"a delivery whose begin had no answer is not ambiguous for that", answerOfBegin},
	{"an attempt whose settlement had no answer counts once", answerOfSettle},
	{"a dead letter that is tried again without an answer is tried again once", answerOfRetry},
}

// losing does something whose first commit has no answer, and does it again if it failed.
// What it may say the second time is one of also.
func losing(t *testing.T, d Data, s BothHalves, do func() error, also ...error) {
	t.Helper()
	d.LoseAnswer(t, s)
	if do() == nil {
		return
	}
	if err := do(); err != nil && !slices.ContainsFunc(also, func(e error) bool { return errors.Is(err, e) }) {
		t.Fatal(err)
	}
}

func answerOfCommit(t *testing.T, d Data) {
	s := d.Open(t)
	defer s.Close()
	sync(t, s, "a")
	a := matching(wire("desk", "a", "x", article(1)), "nato")
	o := outcome(claimOne(t, s, "a"), "shown", a)
	o.New = 3
	losing(t, d, s, func() error {
		// The caller that makes it again is told that the claim is gone.
		_, err := s.Commit(ctx, []poll.Outcome{o})
		return err
	})
	equal(t, "due again at once", len(claim(t, s)), 0)
	equal(t, "held", titles(held(t, s, "desk")), []string{"x"})
	equal(t, "where it stands as well", len(held(t, s, "desk")[0].AlsoIn), 0)
	rules, err := s.RuleTallies(ctx, []string{"nato"})
	must(t, err)
	equal(t, "of the rule", rules["nato"].Days[store.CountedDays-1], store.DayCount{Items: 1, Alerts: 1, Alone: 1})
	feeds, err := s.FeedTallies(ctx, []string{"a"})
	must(t, err)
	equal(t, "of the feed", feeds["a"].Days[store.CountedDays-1], store.DayCount{Items: 3})
	nextPolls()
	seen, err := s.Seen(ctx, claimOne(t, s, "a"))
	must(t, err)
	equal(t, "seen", string(seen), "shown")
}

func answerOfReport(t *testing.T, d Data) {
	s := d.Open(t)
	defer s.Close()
	alerts := []notify.Alert{wire("desk", "a", "x", article(1)), wire("duty", "a", "x", article(1))}
	losing(t, d, s, func() error { return s.Report(ctx, alerts) })
	for _, target := range []string{"desk", "duty"} {
		got := held(t, s, target)
		equal(t, target, titles(got), []string{"x"})
		equal(t, "where it stands as well", len(got[0].AlsoIn), 0)
	}
}

func answerOfFreeze(t *testing.T, d Data) {
	s := d.Open(t)
	defer s.Close()
	must(t, s.Report(ctx, []notify.Alert{alert("desk", "a", "x"), alert("desk", "a", "y")}))
	c := notify.Composition{Target: "desk", Messages: []notify.Message{message(alert("desk", "a", "x"))}, Batches: 1, Rules: []string{"nato"}}
	losing(t, d, s, func() error { return s.Freeze(ctx, c) }, store.ErrMoved)
	h, err := s.Held(ctx, "desk")
	must(t, err)
	equal(t, "held", titles(held(t, s, "desk")), []string{"y"})
	equal(t, "counted batches", len(h.Sends), 1)
	must(t, s.Settle(ctx, begin(t, s, "desk"), notify.AttemptOutcome{Sent: true}))
	nothing(t, s, "desk")
}

func answerOfBegin(t *testing.T, d Data) {
	s := d.Open(t)
	defer s.Close()
	frozen(t, s, "x", "y")
	var x notify.Delivery
	losing(t, d, s, func() (err error) {
		var ok bool
		if x, ok, _, err = s.Begin(ctx, "desk"); err == nil && !ok {
			t.Error("what was begun without an answer is begun by nobody")
		}
		return err
	})
	equal(t, "the first", []any{string(x.Message.Payload), x.Attempt, x.Ambiguous}, []any{`"x"`, 1, false})
	var y notify.Delivery
	losing(t, d, s, func() (err error) {
		var ok bool
		if y, ok, _, err = s.Next(ctx, x, notify.AttemptOutcome{Retry: time.Minute, Answer: "500"}); err == nil && !ok {
			t.Error("what was begun without an answer is begun by nobody")
		}
		return err
	})
	equal(t, "the second", []any{string(y.Message.Payload), y.Attempt, y.Ambiguous}, []any{`"y"`, 1, false})
	must(t, s.Settle(ctx, y, notify.AttemptOutcome{Sent: true}))
	nothing(t, s, "desk")
	time.Sleep(time.Minute + time.Second)
	x = begin(t, s, "desk")
	equal(t, "the first again", []any{string(x.Message.Payload), x.Attempt, x.Ambiguous}, []any{`"x"`, 2, false})
}

func answerOfSettle(t *testing.T, d Data) {
	s := d.Open(t)
	defer s.Close()
	frozen(t, s, "x")
	trouble := notify.TroubleAlerts([]string{"ops"}, notify.Trouble{Kind: "target_failing", Target: "desk", Since: time.Now().UTC()})
	x := begin(t, s, "desk")
	losing(t, d, s, func() error {
		return s.Settle(ctx, x, notify.AttemptOutcome{Retry: time.Minute, Ambiguous: true, Answer: "EOF", Report: trouble})
	})
	equal(t, "ambiguous", tally(t, s).Ambiguous, 1)
	equal(t, "reports", len(held(t, s, "ops")), 1)
	equal(t, "attempts", len(trace(t, s, x.Message.AlertIDs[0]).Deliveries[0].Attempts), 1)
	time.Sleep(time.Minute + time.Second)
	x = begin(t, s, "desk")
	losing(t, d, s, func() error { return s.Settle(ctx, x, notify.AttemptOutcome{Dead: true, Answer: "410"}) })
	equal(t, "dead", tally(t, s).Dead, 1)
	equal(t, "attempts", len(trace(t, s, x.Message.AlertIDs[0]).Deliveries[0].Attempts), 2)
}

func answerOfRetry(t *testing.T, d Data) {
	s := d.Open(t)
	defer s.Close()
	m := dead(t, s)
	d.LoseAnswer(t, s)
	if err := s.Retry(ctx, m.ID); err != nil {
		_ = s.Retry(ctx, m.ID) // it is no dead letter any more
	}
	x := begin(t, s, "desk")
	equal(t, "again", []any{x.Message.ID, x.Attempt}, []any{m.ID, 2})
	nothing(t, s, "desk")
	equal(t, "dead", tally(t, s).Dead, 0)
}
