package storetest

import (
	"errors"
	"slices"
	"testing"
	"time"

	"watcher/internal/notify"
	"watcher/internal/notify/story"
	"watcher/internal/store"
	"watcher/internal/testutil"
)

// outboxTests test the outbox beyond the steps of a delivery.
var outboxTests = []test{
	{"a policy sees of an alert what the alert is", seesAlerts},
	{"news are what came to be held later, and until when there are none", newsOnly},
	{"an alert that is held no longer cannot be loaded", loadMoved},
	{"what was composed is counted as far as the policy asks for it", countsSends},
	{"a skipped alert is not sent, and says why", skipped},
	{"a more severe copy of a skipped alert is held after all", skippedRevived},
	{"an alert that could not be worded is a dead letter that can be tried again", unworded},
	{"a dead letter is tried again under its id", retryDead},
	{"a dead letter that was dropped stays dropped", dropDead},
	{"only dead letters can be tried again or dropped", onlyDead},
	{"what a removed target has left is dead, and goes when it is back", retired},
	{"one that was begun goes first after a restart", begunFirst},
	{"that a target fails is known over restarts, until it works or is gone", failing},
	{"ambiguous attempts are counted for good", ambiguousCounted},
	{"an attempt that is settled twice counts once", settledTwice},
	{"mutes are replaced, ended, and survive a restart", mutes},
	{"a mute wakes whoever waits", muteWakes},
	{"rules remember when they last matched", matched},
	{"the life of an alert is told", life},
	{"a near-identical article of another feed is the same story", stories},
	{"a more severe article of a story is told all the same", storySevere},
	{"an article of a story that another rule matches is told all the same, once", storyRules},
	{"the same item in another feed is one alert, whichever rules match it there", storySameItem},
	{"articles of the same form, or with the same lines below, are others", storyForms},
	{"what another newsroom tells in its own words is the same story", storyRetold},
	{"a story ends after 72 hours, and one of the same feed is another", storyBounds},
	{"each target has its own stories", storyTargets},
	{"a target that can is told where else an article stands", storyTrail},
	{"a near-identical article of a restarted process is the same story", storyRestart},
}

// freezeAll composes everything that a target holds into one message.
func freezeAll(t *testing.T, s BothHalves, target string) notify.Message {
	t.Helper()
	m := notify.Message{Target: target, Payload: []byte(`"all"`)}
	for _, a := range held(t, s, target) {
		m.AlertIDs = append(m.AlertIDs, a.ID)
	}
	m.ID = "msg_" + m.AlertIDs[0]
	testutil.Must(t, s.Freeze(ctx, notify.Composition{Target: target, Messages: []notify.Message{m}}))
	return m
}

func trace(t *testing.T, s BothHalves, id string) notify.Trace {
	t.Helper()
	tr, err := s.Trace(ctx, id)
	testutil.Must(t, err)
	return tr
}

func tally(t *testing.T, s BothHalves) notify.OutboxTally {
	t.Helper()
	n, err := s.Tally(ctx)
	testutil.Must(t, err)
	return n
}

func seesAlerts(t *testing.T, open Open) {
	s := open(t)
	defer s.Close()
	a := wire("desk", "a", "x", article(1))
	a.Severity = notify.High
	start := time.Now()
	testutil.Must(t, s.Report(ctx, []notify.Alert{a}))
	testutil.Must(t, s.Report(ctx, notify.TroubleAlerts([]string{"desk"}, notify.Trouble{Kind: "k", Since: start})))
	h, err := s.Held(ctx, "desk")
	testutil.Must(t, err)
	for i := range h.Alerts {
		if since := h.Alerts[i].Since; since.Before(start) || since.After(time.Now()) {
			t.Errorf("held since %v", since)
		}
		h.Alerts[i].Since = time.Time{}
	}
	testutil.Equal(t, "held", h.Alerts, []notify.HeldAlert{
		{ID: a.ID, Severity: notify.High, Rules: []string{"nato"}, Feed: "a", Story: notify.StoryID(story.Key(a.Keys[0]))},
		{ID: h.Alerts[1].ID, Trouble: true},
	})
}

func newsOnly(t *testing.T, open Open) {
	s := open(t)
	defer s.Close()
	sync(t, s, "a")
	commitAlerts(t, s, "a", alert("desk", "a", "x"), alert("duty", "a", "x"))
	h, err := s.Held(ctx, "desk")
	testutil.Must(t, err)
	none, err := s.News(ctx, "desk", h.Last)
	testutil.Must(t, err)
	testutil.Equal(t, "news before there are any", none.Alerts, []notify.HeldAlert(nil))
	testutil.Equal(t, "their place", none.Last, h.Last)
	commitAlerts(t, s, "a", alert("duty", "a", "y"), alert("desk", "a", "y"))
	select {
	case <-none.Wake.Changed:
	default:
		t.Error("who waits for news is not woken by them")
	}
	news, err := s.News(ctx, "desk", none.Last)
	testutil.Must(t, err)
	testutil.Equal(t, "news", len(news.Alerts), 1)
	testutil.Equal(t, "the alert of it", news.Alerts[0].ID, alert("desk", "a", "y").ID)
	none, err = s.News(ctx, "desk", news.Last)
	testutil.Must(t, err)
	testutil.Equal(t, "news after the last", len(none.Alerts), 0)
}

func loadMoved(t *testing.T, open Open) {
	s := open(t)
	defer s.Close()
	frozen(t, s, "x")
	for _, id := range []string{alert("desk", "a", "x").ID, "unknown"} {
		if _, err := s.Load(ctx, []string{id}); !errors.Is(err, store.ErrMoved) {
			t.Errorf("loaded %s: %v", id, err)
		}
	}
}

func countsSends(t *testing.T, open Open) {
	s := open(t)
	testutil.Must(t, s.Report(ctx, []notify.Alert{alert("desk", "a", "x"), alert("desk", "a", "y")}))
	testutil.Must(t, compose(s, message(alert("desk", "a", "x"))))
	h, err := s.Held(ctx, "desk")
	testutil.Must(t, err)
	testutil.Equal(t, "sends that nobody counts", len(h.Sends)+len(h.Rules), 0)
	c := notify.Composition{Target: "desk", Messages: []notify.Message{message(alert("desk", "a", "y"))}, Batches: 1, Rules: []string{"nato"}}
	testutil.Must(t, s.Freeze(ctx, c))
	testutil.Must(t, s.Close())
	s = open(t)
	defer s.Close()
	h, err = s.Held(ctx, "desk")
	testutil.Must(t, err)
	if len(h.Sends) != 1 || !h.Sends[0].Equal(h.Rules["nato"]) || time.Since(h.Sends[0]) > time.Minute {
		t.Errorf("sends %v, rules %v", h.Sends, h.Rules)
	}
}

func skipped(t *testing.T, open Open) {
	s := open(t)
	defer s.Close()
	a := wire("desk", "a", "x", article(1))
	testutil.Must(t, s.Report(ctx, []notify.Alert{a}))
	testutil.Must(t, s.Freeze(ctx, notify.Composition{Target: "desk", Skipped: map[string]string{a.ID: "too low"}}))
	testutil.Equal(t, "held", len(held(t, s, "desk")), 0)
	nothing(t, s, "desk")
	tr := trace(t, s, a.ID)
	testutil.Equal(t, "state", tr.State, notify.StateSkipped)
	testutil.Equal(t, "why", tr.Why, "too low")
	testutil.Must(t, s.Report(ctx, []notify.Alert{a}))
	testutil.Equal(t, "held when it comes again", len(held(t, s, "desk")), 0)
}

func skippedRevived(t *testing.T, open Open) {
	s := open(t)
	defer s.Close()
	a := alert("desk", "a", "guid", "link")
	testutil.Must(t, s.Report(ctx, []notify.Alert{a}))
	testutil.Must(t, s.Freeze(ctx, notify.Composition{Target: "desk", Skipped: map[string]string{a.ID: "too low"}}))
	b := alert("desk", "b", "guid in b", "link")
	b.Severity = notify.High
	testutil.Must(t, s.Report(ctx, []notify.Alert{b}))
	got := held(t, s, "desk")
	if len(got) != 1 || got[0].ID != a.ID || got[0].Severity != notify.High || len(got[0].AlsoIn) != 1 {
		t.Errorf("held: %+v", got)
	}
}

func unworded(t *testing.T, open Open) {
	s := open(t)
	defer s.Close()
	a := alert("desk", "a", "x")
	testutil.Must(t, s.Report(ctx, []notify.Alert{a}))
	testutil.Must(t, s.Freeze(ctx, notify.Composition{Target: "desk", Dead: map[string]string{a.ID: "no words"}}))
	tr := trace(t, s, a.ID)
	testutil.Equal(t, "state", tr.State, notify.StateDead)
	testutil.Equal(t, "why", tr.Why, "no words")
	testutil.Must(t, s.Retry(ctx, a.ID))
	testutil.Equal(t, "held again", titles(held(t, s, "desk")), []string{"x"})
	testutil.Equal(t, "dead", tally(t, s).Dead, 0)
}

// dead gives up a message with two alerts, and returns it.
func dead(t *testing.T, s BothHalves) notify.Message {
	t.Helper()
	testutil.Must(t, s.Report(ctx, []notify.Alert{alert("desk", "a", "x"), alert("desk", "a", "y")}))
	m := freezeAll(t, s, "desk")
	testutil.Must(t, s.Settle(ctx, begin(t, s, "desk"), notify.AttemptOutcome{Dead: true, Answer: "410 Gone"}))
	return m
}

// deadLetters returns the dead letters that were held since a time.
func deadLetters(t *testing.T, s BothHalves, since time.Time) (all []notify.Trace) {
	t.Helper()
	testutil.Must(t, s.DeadTraces(ctx, since, func(l notify.Trace) bool { all = append(all, l); return true }))
	return all
}

func retryDead(t *testing.T, open Open) {
	s := open(t)
	defer s.Close()
	m := dead(t, s)
	testutil.Equal(t, "dead letters", len(deadLetters(t, s, time.Time{})), 2)
	time.Sleep(100 * time.Hour)
	testutil.Must(t, s.Retry(ctx, m.AlertIDs[1])) // either alert stands for the message
	testutil.Equal(t, "dead letters", tally(t, s).Dead, 0)
	d := begin(t, s, "desk")
	testutil.Equal(t, "message", d.Message, m)
	testutil.Equal(t, "attempt", d.Attempt, 2)
	if age := d.Now.Sub(d.Frozen); age > time.Minute {
		t.Errorf("it is %v old, and would be given up at once", age)
	}
	testutil.Must(t, s.Settle(ctx, d, notify.AttemptOutcome{Sent: true}))
	testutil.Equal(t, "state", trace(t, s, m.AlertIDs[0]).State, notify.StateSent)
}

func dropDead(t *testing.T, open Open) {
	s := open(t)
	defer s.Close()
	m := dead(t, s)
	testutil.Must(t, s.Drop(ctx, m.ID)) // the id of a delivery is accepted too
	testutil.Equal(t, "dead letters", tally(t, s).Dead, 0)
	for _, id := range m.AlertIDs {
		testutil.Equal(t, "state", trace(t, s, id).State, notify.StateDropped)
	}
	nothing(t, s, "desk")
	if err := s.Retry(ctx, m.AlertIDs[0]); err == nil {
		t.Error("what was dropped is tried again")
	}
}

func onlyDead(t *testing.T, open Open) {
	s := open(t)
	defer s.Close()
	frozen(t, s, "x")
	a := alert("desk", "a", "x")
	for what, err := range map[string]error{
		"retry": s.Retry(ctx, a.ID), "drop": s.Drop(ctx, a.ID),
		"retry of an unknown one": s.Retry(ctx, "nosuch"), "drop of nothing": s.Drop(ctx, ""),
	} {
		if err == nil {
			t.Errorf("%s was accepted", what)
		}
	}
	testutil.Equal(t, "message", begin(t, s, "desk").Message, message(a))
}

func retired(t *testing.T, open Open) {
	s := open(t)
	defer s.Close()
	testutil.Must(t, s.Report(ctx, []notify.Alert{alert("gone", "a", "queued"), alert("desk", "a", "mine"), alert("going", "a", "other")}))
	queued := freezeAll(t, s, "gone")
	testutil.Must(t, s.Report(ctx, []notify.Alert{alert("gone", "a", "held")}))
	n, err := s.Retire(ctx, []string{"desk", "going"})
	testutil.Must(t, err)
	testutil.Equal(t, "retired", n, 2)
	testutil.Equal(t, "held by others", titles(slices.Concat(held(t, s, "desk"), held(t, s, "going"))), []string{"mine", "other"})
	testutil.Equal(t, "held", len(held(t, s, "gone")), 0)
	nothing(t, s, "gone")
	testutil.Equal(t, "dead letters", tally(t, s).Dead, 2)
	n, err = s.Retire(ctx, []string{"desk", "going"})
	testutil.Must(t, err)
	testutil.Equal(t, "retired again", n, 0)

	testutil.Must(t, s.Retry(ctx, queued.ID))
	testutil.Must(t, s.Retry(ctx, alert("gone", "a", "held").ID))
	testutil.Equal(t, "message", begin(t, s, "gone").Message, queued)
	testutil.Equal(t, "held", titles(held(t, s, "gone")), []string{"held"})
}

func failing(t *testing.T, open Open) {
	s := open(t)
	frozen(t, s, "x", "y")
	x := begin(t, s, "desk")
	testutil.Equal(t, "at first", x.Health, notify.TargetHealth{})
	at := time.Now().UTC()
	sick := notify.TargetHealth{Since: at, Failures: 3, Told: at, Answer: "500"}
	y, _, _, err := s.Next(ctx, x, notify.AttemptOutcome{Retry: time.Minute, Health: &sick})
	testutil.Must(t, err)
	testutil.Equal(t, "in the transaction that says so", y.Health, sick)
	testutil.Must(t, s.Settle(ctx, y, notify.AttemptOutcome{Retry: time.Hour}))
	testutil.Must(t, s.Close())
	s = open(t)
	defer s.Close()
	time.Sleep(time.Minute)
	x = begin(t, s, "desk")
	testutil.Equal(t, "after a restart", x.Health, sick)
	testutil.Must(t, s.Settle(ctx, x, notify.AttemptOutcome{Sent: true, Health: new(notify.TargetHealth)}))
	time.Sleep(time.Hour)
	y = begin(t, s, "desk")
	testutil.Equal(t, "once it worked", y.Health, notify.TargetHealth{})
	testutil.Must(t, s.Settle(ctx, y, notify.AttemptOutcome{Retry: time.Minute, Health: &sick}))
	_, err = s.Retire(ctx, nil)
	testutil.Must(t, err)
	testutil.Must(t, s.Retry(ctx, alert("desk", "a", "y").ID))
	testutil.Equal(t, "once it was gone", begin(t, s, "desk").Health, notify.TargetHealth{})
}

func begunFirst(t *testing.T, open Open) {
	s := open(t)
	frozen(t, s, "x", "y", "z")
	x := begin(t, s, "desk")
	testutil.Must(t, s.Close())
	s = open(t)
	defer s.Close()
	testutil.Equal(t, "the first", begin(t, s, "desk").Message, x.Message)
}

func ambiguousCounted(t *testing.T, open Open) {
	s := open(t)
	frozen(t, s, "x")
	x := begin(t, s, "desk")
	testutil.Must(t, s.Settle(ctx, x, notify.AttemptOutcome{Retry: time.Second, Ambiguous: true, Answer: "EOF"}))
	time.Sleep(2 * time.Second)
	begin(t, s, "desk")
	testutil.Must(t, s.Close())
	s = open(t)
	defer s.Close()
	testutil.Must(t, s.Settle(ctx, begin(t, s, "desk"), notify.AttemptOutcome{Sent: true}))
	testutil.Equal(t, "ambiguous", tally(t, s).Ambiguous, 2)
	testutil.Equal(t, "ambiguous of the delivery", trace(t, s, alert("desk", "a", "x").ID).Deliveries[0].Ambiguous, 2)
}

func settledTwice(t *testing.T, open Open) {
	s := open(t)
	defer s.Close()
	frozen(t, s, "x")
	x := begin(t, s, "desk")
	for range 2 {
		testutil.Must(t, s.Settle(ctx, x, notify.AttemptOutcome{Retry: time.Minute, Ambiguous: true, Answer: "EOF"}))
	}
	testutil.Equal(t, "ambiguous", tally(t, s).Ambiguous, 1)
	testutil.Equal(t, "waiting", tally(t, s).Waiting, 1)
}

func mutes(t *testing.T, open Open) {
	s := open(t)
	in := func(d time.Duration) time.Time { return time.Now().Add(d).UTC() }
	for _, m := range []notify.Mute{
		{Kind: "rule", Name: "x", Until: in(time.Hour)}, {Kind: "rule", Name: "x", Until: in(3 * time.Hour)},
		{Kind: "feed", Name: "x", Until: in(time.Hour)}, {Kind: "target", Name: "y", Until: in(time.Hour)},
		{Kind: "target", Name: "y"},
	} {
		testutil.Must(t, s.Mute(ctx, m))
	}
	testutil.Must(t, s.Close())
	s = open(t)
	defer s.Close()
	names := func() []string {
		ms, err := s.Mutes(ctx)
		testutil.Must(t, err)
		got := []string{}
		for _, m := range ms {
			got = append(got, m.Kind+" "+m.Name)
		}
		slices.Sort(got)
		return got
	}
	testutil.Equal(t, "mutes", names(), []string{"feed x", "rule x"})
	time.Sleep(2 * time.Hour)
	testutil.Equal(t, "mutes two hours later", names(), []string{"rule x"})
	h, err := s.Held(ctx, "desk")
	testutil.Must(t, err)
	if !slices.ContainsFunc(h.Mutes, func(m notify.Mute) bool { return m.Kind == "rule" && m.Name == "x" && m.Until.After(time.Now()) }) {
		t.Errorf("the policy is told of %v", h.Mutes)
	}
}

func muteWakes(t *testing.T, open Open) {
	s := open(t)
	defer s.Close()
	h, err := s.Held(ctx, "desk")
	testutil.Must(t, err)
	woke := make(chan time.Time)
	go func() {
		_ = h.Wake.Wait(ctx)
		woke <- time.Now()
	}()
	time.Sleep(10 * time.Second)
	start := time.Now()
	testutil.Must(t, s.Mute(ctx, notify.Mute{Kind: "target", Name: "desk", Until: start.Add(time.Hour)}))
	if took := (<-woke).Sub(start); took > time.Second {
		t.Errorf("woken after %v", took)
	}
}

func matched(t *testing.T, open Open) {
	s := open(t)
	start := time.Now()
	when, err := s.Matched(ctx, []string{"nato", "never"})
	testutil.Must(t, err)
	if len(when) != 2 || when["nato"].Before(start) {
		t.Errorf("rules that are new matched at %v", when)
	}
	time.Sleep(time.Hour)
	testutil.Must(t, s.Report(ctx, []notify.Alert{wire("desk", "a", "x", article(1))}))
	testutil.Must(t, s.Close())
	s = open(t)
	defer s.Close()
	later, err := s.Matched(ctx, []string{"nato", "never"})
	testutil.Must(t, err)
	if d := later["nato"].Sub(when["nato"]); d < time.Hour || d > time.Hour+time.Minute {
		t.Errorf("it matched an hour later, and the store says %v", d)
	}
	testutil.Equal(t, "the rule that never matched", later["never"], when["never"])
}

func life(t *testing.T, open Open) {
	s := open(t)
	defer s.Close()
	a := wire("desk", "a", "x", article(1))
	testutil.Must(t, s.Report(ctx, []notify.Alert{a}))
	testutil.Equal(t, "state", trace(t, s, a.ID).State, notify.StateHeld)
	time.Sleep(time.Minute)
	m := message(a)
	testutil.Must(t, s.Freeze(ctx, notify.Composition{Target: "desk", Messages: []notify.Message{m}, Why: map[string]string{a.ID: "the digest"}}))
	testutil.Equal(t, "state", trace(t, s, a.ID[:8]).State, notify.StateWaiting)
	d := begin(t, s, "desk")
	testutil.Equal(t, "state", trace(t, s, m.ID).State, notify.StateSending)
	testutil.Must(t, s.Settle(ctx, d, notify.AttemptOutcome{Retry: time.Minute, Answer: "500"}))
	time.Sleep(time.Hour)
	testutil.Must(t, s.Settle(ctx, begin(t, s, "desk"), notify.AttemptOutcome{Sent: true, Answer: "accepted"}))
	tr := trace(t, s, a.ID)
	testutil.Equal(t, "state", tr.State, notify.StateSent)
	testutil.Equal(t, "why", tr.Why, "the digest")
	testutil.Equal(t, "rules", tr.Rules, a.Rules)
	if tr.Composed.Sub(tr.Held) < time.Minute {
		t.Errorf("held at %v, composed at %v", tr.Held, tr.Composed)
	}
	got := tr.Deliveries[0]
	testutil.Equal(t, "delivery", []any{got.ID, got.State, got.Tries, len(got.Attempts), got.Ambiguous}, []any{m.ID, notify.StateSent, 2, 2, 0})
	testutil.Equal(t, "answers", []string{got.Attempts[0].Answer, got.Attempts[1].Answer}, []string{"500", "accepted"})

	testutil.Must(t, s.Report(ctx, []notify.Alert{alert("desk", "a", "y")}))
	var listed []string
	testutil.Must(t, s.Traces(ctx, time.Now().Add(-time.Minute), func(tr notify.Trace) bool {
		listed = append(listed, tr.Item.Title)
		return true
	}))
	testutil.Equal(t, "alerts of the last minute", listed, []string{"y"})
}
