package storetest

import (
	"errors"
	"slices"
	"testing"
	"time"

	"watcher/internal/feeds"
	"watcher/internal/notify"
	"watcher/internal/poll"
	"watcher/internal/store"
	"watcher/internal/testutil"
)

// twice does something whose first commit may have no answer, and does it again if it
// failed, or if nobody learnt that it did not. The second time may return one of the errors
// also.
type twice func(do func() error, also ...error)

// answerCases are commits whose answer is lost. Whether or not the commit took place, and
// whether the store or its caller repeats it, it counts once.
var answerCases = []struct {
	name string
	test func(t *testing.T, s BothHalves, losing twice)
	// once: the caller cannot repeat it, because that would mean something else.
	once bool
}{
	{"an outcome", answerOfCommit, false},
	{"a report", answerOfReport, false},
	{"what is to be told once", answerOfReportOnce, false},
	{"a flood", answerOfFlood, false},
	{"messages that are frozen", answerOfFreeze, false},
	{"a delivery that is begun", answerOfBegin, true},
	{"an attempt that is settled", answerOfSettle, false},
	{"a dead letter that is tried again", answerOfRetry, false},
	{"what people decide", answerOfPeople, false},
}

// answerTests are the cases with each way of losing an answer.
func answerTests() (tests []dataTest) {
	for _, c := range answerCases {
		for _, way := range []struct {
			name           string
			stored, caller bool
		}{
			{"was stored, and its answer lost", true, false},
			{"was not stored, and nobody said so", false, false},
			{"is made again by a caller that heard nothing", true, true},
		} {
			if c.once && way.caller {
				continue
			}
			tests = append(tests, dataTest{c.name + ": a commit that " + way.name + " counts once", func(t *testing.T, d Data) {
				if d.Lose == nil && !way.caller {
					t.Skip("this kind of store has no answers that can be lost")
				}
				s := d.Open(t)
				defer s.Close()
				c.test(t, s, func(do func() error, also ...error) {
					t.Helper()
					if !way.caller {
						d.Lose(t, s, way.stored)
					}
					err := do()
					if err != nil && way.caller {
						t.Fatal(err)
					}
					if err != nil || way.caller {
						err = do()
					}
					if err != nil && !slices.ContainsFunc(also, func(e error) bool { return errors.Is(err, e) }) {
						t.Fatal(err)
					}
				})
			}})
		}
	}
	return tests
}

func answerOfCommit(t *testing.T, s BothHalves, losing twice) {
	sync(t, s, "a")
	a := matching(wire("desk", "a", "x", article(1)), "nato")
	o := outcome(claimOne(t, s, "a"), "shown", a)
	o.New, o.Articles = 3, []feeds.Item{numbered(1), numbered(2)}
	losing(func() error {
		// A caller that repeats it is told that the claim is gone.
		_, err := s.Commit(ctx, []poll.Outcome{o})
		return err
	})
	testutil.Equal(t, "due again at once", len(claim(t, s)), 0)
	testutil.Equal(t, "held", titles(held(t, s, "desk")), []string{"x"})
	testutil.Equal(t, "where it stands as well", len(held(t, s, "desk")[0].AlsoIn), 0)
	rules, err := s.RuleTallies(ctx, []string{"nato"})
	testutil.Must(t, err)
	testutil.Equal(t, "of the rule", rules["nato"].Days[store.CountedDays-1], store.DayCount{Items: 1, Alerts: 1, Alone: 1})
	of, err := s.FeedTallies(ctx, []string{"a"})
	testutil.Must(t, err)
	testutil.Equal(t, "of the feed", of["a"].Days[store.CountedDays-1], store.DayCount{Items: 3})
	nextPolls()
	seen, err := s.Seen(ctx, claimOne(t, s, "a"))
	testutil.Must(t, err)
	testutil.Equal(t, "seen", string(seen), "shown")
	testutil.Equal(t, "articles", len(kept(t, s, time.Time{})), 2)
}

func answerOfReportOnce(t *testing.T, s BothHalves, losing twice) {
	losing(func() error {
		return s.ReportOnce(ctx, "one", notify.TroubleAlerts([]string{"ops"}, notify.Trouble{Kind: "k", Since: time.Now()}))
	})
	testutil.Equal(t, "held", len(held(t, s, "ops")), 1)
}

func answerOfFlood(t *testing.T, s BothHalves, losing twice) {
	sync(t, s, "a")
	o := outcome(claimOne(t, s, "a"), "shown", floods("a", flooding, "desk")...)
	losing(func() error {
		_, err := s.Commit(ctx, []poll.Outcome{o})
		return err
	})
	settled(t, s)
	testutil.Equal(t, "held", titles(held(t, s, "desk")), titlesOf("a", flooding))
}

func answerOfReport(t *testing.T, s BothHalves, losing twice) {
	alerts := []notify.Alert{wire("desk", "a", "x", article(1)), wire("duty", "a", "x", article(1))}
	losing(func() error { return s.Report(ctx, alerts) })
	for _, target := range []string{"desk", "duty"} {
		got := held(t, s, target)
		testutil.Equal(t, target, titles(got), []string{"x"})
		testutil.Equal(t, "where it stands as well", len(got[0].AlsoIn), 0)
	}
}

func answerOfFreeze(t *testing.T, s BothHalves, losing twice) {
	testutil.Must(t, s.Report(ctx, []notify.Alert{alert("desk", "a", "x"), alert("desk", "a", "y")}))
	c := notify.Composition{Target: "desk", Messages: []notify.Message{message(alert("desk", "a", "x"))}, Batches: 1, Rules: []string{"nato"}}
	losing(func() error { return s.Freeze(ctx, c) }, store.ErrMoved)
	h, err := s.Held(ctx, "desk")
	testutil.Must(t, err)
	testutil.Equal(t, "held", titles(held(t, s, "desk")), []string{"y"})
	testutil.Equal(t, "counted batches", len(h.Sends), 1)
	testutil.Must(t, s.Settle(ctx, begin(t, s, "desk"), notify.AttemptOutcome{Sent: true}))
	nothing(t, s, "desk")
}

func answerOfBegin(t *testing.T, s BothHalves, losing twice) {
	frozen(t, s, "x", "y")
	var x notify.Delivery
	losing(func() (err error) {
		var ok bool
		if x, ok, _, err = s.Begin(ctx, "desk"); err == nil && !ok {
			t.Error("what was begun without an answer is begun by nobody")
		}
		return err
	})
	testutil.Equal(t, "the first", []any{string(x.Message.Payload), x.Attempt, x.Ambiguous}, []any{`"x"`, 1, false})
	var y notify.Delivery
	losing(func() (err error) {
		var ok bool
		if y, ok, _, err = s.Next(ctx, x, notify.AttemptOutcome{Retry: time.Minute, Answer: "500"}); err == nil && !ok {
			t.Error("what was begun without an answer is begun by nobody")
		}
		return err
	})
	testutil.Equal(t, "the second", []any{string(y.Message.Payload), y.Attempt, y.Ambiguous}, []any{`"y"`, 1, false})
	testutil.Must(t, s.Settle(ctx, y, notify.AttemptOutcome{Sent: true}))
	nothing(t, s, "desk")
	time.Sleep(time.Minute + time.Second)
	x = begin(t, s, "desk")
	testutil.Equal(t, "the first again", []any{string(x.Message.Payload), x.Attempt, x.Ambiguous}, []any{`"x"`, 2, false})
}

func answerOfSettle(t *testing.T, s BothHalves, losing twice) {
	frozen(t, s, "x")
	trouble := notify.TroubleAlerts([]string{"ops"}, notify.Trouble{Kind: "target_failing", Target: "desk", Since: time.Now().UTC()})
	x := begin(t, s, "desk")
	losing(func() error {
		return s.Settle(ctx, x, notify.AttemptOutcome{Retry: time.Minute, Ambiguous: true, Answer: "EOF", Report: trouble})
	})
	testutil.Equal(t, "ambiguous", tally(t, s).Ambiguous, 1)
	testutil.Equal(t, "reports", len(held(t, s, "ops")), 1)
	testutil.Equal(t, "attempts", len(trace(t, s, x.Message.AlertIDs[0]).Deliveries[0].Attempts), 1)
	time.Sleep(time.Minute + time.Second)
	x = begin(t, s, "desk")
	losing(func() error { return s.Settle(ctx, x, notify.AttemptOutcome{Dead: true, Answer: "410"}) })
	testutil.Equal(t, "dead", tally(t, s).Dead, 1)
	testutil.Equal(t, "attempts", len(trace(t, s, x.Message.AlertIDs[0]).Deliveries[0].Attempts), 2)
}

func answerOfRetry(t *testing.T, s BothHalves, losing twice) {
	m := dead(t, s)
	losing(func() error { return s.Retry(ctx, m.ID) }, notify.ErrNotDead)
	x := begin(t, s, "desk")
	testutil.Equal(t, "again", []any{x.Message.ID, x.Attempt}, []any{m.ID, 2})
	nothing(t, s, "desk")
	testutil.Equal(t, "dead", tally(t, s).Dead, 0)
}

func answerOfPeople(t *testing.T, s BothHalves, losing twice) {
	m := dead(t, s)
	losing(func() error {
		return s.Mute(ctx, notify.Mute{Kind: "rule", Name: "x", Until: time.Now().Add(time.Hour)})
	})
	losing(func() error { return s.Acknowledge(ctx, m.AlertIDs[0], notify.Acknowledgement{By: "anna"}) })
	losing(func() error { return s.Drop(ctx, m.ID) }, notify.ErrNotDead)
	testutil.Must(t, s.Report(ctx, []notify.Alert{alert("gone", "a", "x")}))
	losing(func() error {
		_, err := s.Retire(ctx, []string{"desk"})
		return err
	})
	losing(func() error { return s.PutFeedToken(ctx, store.FeedToken{ID: "k", Hash: []byte{1}}) })
	ms, err := s.Mutes(ctx)
	testutil.Must(t, err)
	all, err := s.FeedTokens(ctx)
	testutil.Must(t, err)
	testutil.Equal(t, "mutes, tokens, dead letters", []int{len(ms), len(all), tally(t, s).Dead}, []int{1, 1, 1})
	testutil.Equal(t, "state", trace(t, s, m.AlertIDs[0]).State, notify.StateDropped)
	testutil.Equal(t, "who acknowledged it", trace(t, s, m.AlertIDs[0]).Acknowledged.By, "anna")
}
