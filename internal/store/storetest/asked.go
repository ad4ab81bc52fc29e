package storetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"watcher/internal/notify"
	"watcher/internal/store"
	"watcher/internal/testutil"
)

// askedTests test what people and the daemon ask of alerts and feeds, and decide.
var askedTests = []test{
	{"an alert is told in each state it can be in, by its id, what its id begins with, and its message", eachState},
	{"an id that is no alert's is refused, and so is the beginning of two", noAlert},
	{"alerts are listed in the order they were held, from a time on, until the reader has enough", tracesInOrder},
	{"while a flood is on its way a list has each of its alerts once", tracesOfAFlood},
	{"what waits for another try is tried at once, in the order it was composed", again},
	{"all dead letters of a target are tried again, and none of another", revived},
	{"dead letters of which there are many are listed the oldest first, and those of one target are tried again in that order", manyDead},
	{"dead messages, more than are changed at once, are tried again in the order in which they died, each once", manyDeadMessages},
	{"what is told once is told once, over restarts", reportedOnce},
	{"which targets fail is listed, with when they are tried next", failingListed},
	{"what a target holds is listed from the oldest on", oldestHeld},
	{"what a feed has shown can be looked at without a claim", shownLooked},
	{"a rule that never matched has no last match until it is asked for", lastMatched},
	{"who watches hears of each alert that comes or changes, once until it looks", watched},
	{"who watches and does not look is told that it missed some", watchedTooLate},
	{"the token of a feed is made, used and revoked, over restarts", feedTokens},
	{"there may be so many tokens and no more", tooManyTokens},
}

func eachState(t *testing.T, open Open) {
	s := open(t)
	defer s.Close()
	states := []notify.AlertState{
		notify.StateHeld, notify.StateWaiting, notify.StateSending, notify.StateSent, notify.StateSkipped, notify.StateDead, notify.StateDropped,
	}
	for i, state := range states {
		target := fmt.Sprint("target ", i) // each has its own queue
		a := alert(target, "a", string(state))
		testutil.Must(t, s.Report(ctx, []notify.Alert{a}))
		c := notify.Composition{Target: target, Messages: []notify.Message{message(a)}}
		o := map[notify.AlertState]notify.AttemptOutcome{
			notify.StateSent: {Sent: true}, notify.StateDead: {Dead: true, Answer: "410"}, notify.StateDropped: {Dead: true, Answer: "410"},
		}[state]
		switch state {
		case notify.StateHeld:
			continue
		case notify.StateSkipped:
			c = notify.Composition{Target: target, Skipped: map[string]string{a.ID: "too low"}}
		}
		testutil.Must(t, s.Freeze(ctx, c))
		if state == notify.StateWaiting || state == notify.StateSkipped {
			continue
		}
		d := begin(t, s, target)
		if state == notify.StateSending {
			continue
		}
		testutil.Must(t, s.Settle(ctx, d, o))
		if state == notify.StateDropped {
			testutil.Must(t, s.Drop(ctx, a.ID))
		}
	}
	for i, state := range states {
		a := alert(fmt.Sprint("target ", i), "a", string(state))
		ids := []string{a.ID, a.ID[:10]}
		if state != notify.StateHeld && state != notify.StateSkipped {
			ids = append(ids, message(a).ID)
		}
		for _, id := range ids {
			got := trace(t, s, id)
			testutil.Equal(t, fmt.Sprintf("%s, asked for as %s", state, id), []any{got.ID, got.State, got.Target}, []any{a.ID, state, a.Target})
		}
	}
}

func noAlert(t *testing.T, open Open) {
	s := open(t)
	defer s.Close()
	byFirst := make(map[string]int)
	several := ""
	for i := range 40 { // some of so many ids begin with the same letter
		id := alert("desk", "a", fmt.Sprint(i)).ID
		testutil.Must(t, s.Report(ctx, []notify.Alert{alert("desk", "a", fmt.Sprint(i))}))
		if byFirst[id[:1]]++; byFirst[id[:1]] > 1 {
			several = id[:1]
		}
	}
	for what, id := range map[string]string{"unknown": "nosuch", "nothing": "", "of several": several, "longer than one": alert("desk", "a", "1").ID + "x"} {
		_, err := s.Trace(ctx, id)
		if no, ok := errors.AsType[*notify.NoAlertError](err); !ok || no.Text == "" {
			t.Errorf("%s, %q: %v", what, id, err)
		}
		for did, err := range map[string]error{"retry": s.Retry(ctx, id), "drop": s.Drop(ctx, id)} {
			if _, ok := errors.AsType[*notify.NoAlertError](err); !ok {
				t.Errorf("%s of %s, %q: %v", did, what, id, err)
			}
		}
	}
	for did, err := range map[string]error{"retry": s.Retry(ctx, alert("desk", "a", "1").ID), "drop": s.Drop(ctx, alert("desk", "a", "1").ID)} {
		if !errors.Is(err, notify.ErrNotDead) {
			t.Errorf("%s of what is held: %v", did, err)
		}
	}
}

func tracesInOrder(t *testing.T, open Open) {
	s := open(t)
	start := time.Now()
	var want []string
	for minute := range 30 { // 600, more than are read at once
		var some []notify.Alert
		for i := range 20 {
			title := fmt.Sprintf("%03d", 599-20*minute-i)
			want, some = append(want, title), append(some, alert("desk", "a", title))
		}
		testutil.Must(t, s.Report(ctx, some))
		time.Sleep(time.Minute)
	}
	testutil.Must(t, s.Close())
	s = open(t)
	defer s.Close()
	for _, c := range []struct {
		what  string
		since time.Time
		most  int
		want  []string
	}{
		{"all", time.Time{}, 1000, want},
		{"since the middle", start.Add(15 * time.Minute), 1000, want[300:]},
		{"since now", time.Now(), 1000, nil},
		{"the first 257", time.Time{}, 257, want[:257]},
		{"the first", time.Time{}, 1, want[:1]},
	} {
		var got []string
		testutil.Must(t, s.Traces(ctx, c.since, func(tr notify.Trace) bool {
			got = append(got, tr.Item.Title)
			return len(got) < c.most
		}))
		testutil.Equal(t, c.what, got, c.want)
	}
	ended, cancel := context.WithCancel(ctx)
	cancel()
	if err := s.Traces(ended, time.Time{}, func(notify.Trace) bool { return true }); !errors.Is(err, context.Canceled) {
		t.Errorf("with a context that is done: %v", err)
	}
}

func tracesOfAFlood(t *testing.T, open Open) {
	s := open(t)
	defer s.Close()
	sync(t, s, "a")
	commitAlerts(t, s, "a", floods("a", flooding, "desk", "duty")...)
	for coming, lists := true, 0; coming; lists++ {
		h, err := s.Held(ctx, "desk")
		testutil.Must(t, err)
		coming = h.Wake.Coming
		times := make(map[string]int)
		testutil.Must(t, s.Traces(ctx, time.Time{}, func(a notify.Trace) bool {
			times[a.ID]++
			if a.State != notify.StateHeld || a.Item.Title == "" || a.Held.IsZero() || times[a.ID] > 1 {
				t.Errorf("list %d has, for the time %d, %+v", lists, times[a.ID], a)
			}
			return !t.Failed()
		}))
		if len(times) != 2*flooding {
			t.Fatalf("list %d has %d alerts, want %d", lists, len(times), 2*flooding)
		}
	}
}

func again(t *testing.T, open Open) {
	s := open(t)
	defer s.Close()
	frozen(t, s, "1", "2", "3")
	for _, wait := range []time.Duration{3 * time.Hour, time.Hour, 2 * time.Hour} {
		testutil.Must(t, s.Settle(ctx, begin(t, s, "desk"), notify.AttemptOutcome{Retry: wait, Answer: "503"}))
	}
	testutil.Must(t, s.Report(ctx, []notify.Alert{alert("duty", "a", "other")}))
	other := freezeAll(t, s, "duty")
	testutil.Must(t, s.Settle(ctx, begin(t, s, "duty"), notify.AttemptOutcome{Retry: time.Hour, Answer: "503"}))
	wake := nothing(t, s, "desk")
	time.Sleep(time.Minute)
	n, err := s.Again(ctx, "desk")
	testutil.Must(t, err)
	testutil.Equal(t, "tried again", n, 3)
	select {
	case <-wake.Changed:
	default:
		t.Error("nobody is woken")
	}
	var got []string
	for range 3 {
		d := begin(t, s, "desk")
		testutil.Equal(t, "attempt", d.Attempt, 2)
		if age := d.Now.Sub(d.Frozen); age > time.Second {
			t.Errorf("%s is %v old, as if nobody had asked for another try", d.Message.ID, age)
		}
		got = append(got, string(d.Message.Payload))
		testutil.Must(t, s.Settle(ctx, d, notify.AttemptOutcome{Sent: true}))
	}
	testutil.Equal(t, "order", got, []string{`"1"`, `"2"`, `"3"`})
	nothing(t, s, "desk")
	nothing(t, s, "duty")
	n, err = s.Again(ctx, "desk")
	testutil.Must(t, err)
	testutil.Equal(t, "tried again when nothing waits", n, 0)
	time.Sleep(time.Hour)
	testutil.Equal(t, "of the other target", begin(t, s, "duty").Message, other)
}

func reportedOnce(t *testing.T, open Open) {
	s := open(t)
	trouble := func(at time.Time) []notify.Alert {
		return notify.TroubleAlerts([]string{"ops"}, notify.Trouble{Kind: "k", Since: at})
	}
	testutil.Must(t, s.ReportOnce(ctx, "one", trouble(time.Now())))
	time.Sleep(time.Hour)
	testutil.Must(t, s.ReportOnce(ctx, "one", trouble(time.Now())))
	testutil.Must(t, s.Close())
	s = open(t)
	defer s.Close()
	testutil.Must(t, s.ReportOnce(ctx, "one", trouble(time.Now())))
	testutil.Equal(t, "held", len(held(t, s, "ops")), 1)
	testutil.Must(t, s.ReportOnce(ctx, "two", trouble(time.Now())))
	testutil.Equal(t, "held of two", len(held(t, s, "ops")), 2)
}

func failingListed(t *testing.T, open Open) {
	s := open(t)
	defer s.Close()
	frozen(t, s, "x", "y")
	sick := notify.TargetHealth{Since: time.Now().UTC(), Failures: 2, Answer: "500"}
	testutil.Must(t, s.Settle(ctx, begin(t, s, "desk"), notify.AttemptOutcome{Retry: 2 * time.Hour, Health: &sick}))
	testutil.Must(t, s.Settle(ctx, begin(t, s, "desk"), notify.AttemptOutcome{Retry: time.Hour}))
	got, err := s.Failing(ctx)
	testutil.Must(t, err)
	if f := got["desk"]; len(got) != 1 || time.Until(f.Due) != time.Hour {
		t.Errorf("failing: %+v", got)
	}
	testutil.Equal(t, "health", got["desk"].TargetHealth, sick)
	time.Sleep(time.Hour)
	testutil.Must(t, s.Settle(ctx, begin(t, s, "desk"), notify.AttemptOutcome{Sent: true, Health: new(notify.TargetHealth)}))
	got, err = s.Failing(ctx)
	testutil.Must(t, err)
	testutil.Equal(t, "failing once it took one", len(got), 0)
	frozen(t, s, "z")
	refusing := notify.TargetHealth{Since: time.Now().UTC(), Refused: 2, Answer: "400"}
	testutil.Must(t, s.Settle(ctx, begin(t, s, "desk"), notify.AttemptOutcome{Dead: true, Answer: "400", Health: &refusing}))
	got, err = s.Failing(ctx)
	testutil.Must(t, err)
	testutil.Equal(t, "once it refused one", got["desk"].TargetHealth, refusing)
}

func oldestHeld(t *testing.T, open Open) {
	s := open(t)
	defer s.Close()
	for _, title := range []string{"1", "2", "3"} {
		testutil.Must(t, s.Report(ctx, []notify.Alert{alert("desk", "a", title), alert("duty", "a", title)}))
	}
	h, err := s.Oldest(ctx, "desk", 2)
	testutil.Must(t, err)
	var ids []string
	for _, a := range h.Alerts {
		ids = append(ids, a.ID)
	}
	testutil.Equal(t, "the oldest two", ids, []string{alert("desk", "a", "1").ID, alert("desk", "a", "2").ID})
}

func shownLooked(t *testing.T, open Open) {
	s := open(t)
	defer s.Close()
	sync(t, s, "a", "b")
	commit(t, s, outcome(claimOne(t, s, "a"), "what a has shown"))
	for feed, want := range map[string]string{"a": "what a has shown", "b": "", "unknown": ""} {
		got, err := s.Shown(ctx, feed)
		testutil.Must(t, err)
		testutil.Equal(t, feed, string(got), want)
	}
}

func lastMatched(t *testing.T, open Open) {
	s := open(t)
	defer s.Close()
	testutil.Must(t, s.Report(ctx, []notify.Alert{wire("desk", "a", "x", article(1))}))
	when, err := s.LastMatched(ctx, []string{"nato", "never", "asked"})
	testutil.Must(t, err)
	if d := time.Since(when["nato"]); len(when) != 1 || d < 0 || d > time.Second {
		t.Errorf("matched at %v", when)
	}
	_, err = s.Matched(ctx, []string{"asked"})
	testutil.Must(t, err)
	when, err = s.LastMatched(ctx, []string{"nato", "never", "asked"})
	testutil.Must(t, err)
	testutil.Equal(t, "rules that have a time", len(when), 2)
}

// heard returns what a watch has heard by now, a second later at most if it may hear other
// machines.
func heard(t *testing.T, w *store.AlertWatch) (ids []string, came map[string]bool, missed bool) {
	t.Helper()
	within, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	ids, came, missed, err := w.Next(within)
	if err != nil {
		t.Fatal("nothing is heard")
	}
	slices.Sort(ids)
	return ids, came, missed
}

func watched(t *testing.T, open Open) {
	s := open(t)
	defer s.Close()
	sync(t, s, "a")
	testutil.Must(t, s.Report(ctx, []notify.Alert{alert("desk", "a", "before")}))
	w := s.Watch()
	defer w.Close()
	x, y := alert("desk", "a", "x"), alert("duty", "a", "y")
	both := []string{x.ID, y.ID}
	slices.Sort(both)
	commitAlerts(t, s, "a", x, y)
	ids, came, missed := heard(t, w)
	testutil.Equal(t, "that came", []any{ids, came, missed}, []any{both, map[string]bool{x.ID: true, y.ID: true}, false})
	steps := []struct {
		what string
		does func()
	}{
		{"composed", func() { testutil.Must(t, compose(s, message(x))) }},
		{"given up", func() { testutil.Must(t, s.Settle(ctx, begin(t, s, "desk"), notify.AttemptOutcome{Dead: true})) }},
		{"tried again", func() { testutil.Must(t, s.Retry(ctx, x.ID)) }},
		{"acknowledged", func() { testutil.Must(t, s.Acknowledge(ctx, x.ID, notify.Acknowledgement{By: "anna"})) }},
	}
	for _, step := range steps {
		step.does()
		ids, came, missed = heard(t, w)
		testutil.Equal(t, step.what, []any{ids, came[x.ID], missed}, []any{[]string{x.ID}, false, false})
	}
	// Two changes before it looks are heard once.
	testutil.Must(t, s.Acknowledge(ctx, x.ID, notify.Acknowledgement{By: "jan"}))
	testutil.Must(t, s.Acknowledge(ctx, x.ID, notify.Acknowledgement{By: "anna"}))
	ids, _, _ = heard(t, w)
	testutil.Equal(t, "acknowledged twice", ids, []string{x.ID})
}

func watchedTooLate(t *testing.T, open Open) {
	s := open(t)
	defer s.Close()
	w := s.Watch()
	defer w.Close()
	const many = 1500
	var alerts []notify.Alert
	for i := range many {
		alerts = append(alerts, alert("desk", "a", fmt.Sprint(i)))
	}
	for some := range slices.Chunk(alerts, 100) {
		testutil.Must(t, s.Report(ctx, some))
	}
	time.Sleep(5 * time.Second)
	ids, _, missed := heard(t, w)
	if len(ids) == 0 || len(ids) >= many || !missed {
		t.Errorf("%d of %d are heard, missed: %v", len(ids), many, missed)
	}
	testutil.Must(t, s.Report(ctx, []notify.Alert{alert("desk", "a", "later")}))
	ids, _, missed = heard(t, w)
	testutil.Equal(t, "what came later", []any{ids, missed}, []any{[]string{alert("desk", "a", "later").ID}, false})
}

func feedTokens(t *testing.T, open Open) {
	s := open(t)
	made := time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)
	of := store.FeedToken{ID: "k3", Feed: "/rules/baltics", By: "anna", Made: made, Hash: bytes.Repeat([]byte{7}, 32)}
	other := of
	other.ID = "a1"
	testutil.Must(t, errors.Join(s.PutFeedToken(ctx, of), s.PutFeedToken(ctx, other), s.UseFeedToken(ctx, "k3", made.Add(time.Hour)), s.UseFeedToken(ctx, "gone", made), s.Close()))
	s = open(t)
	defer s.Close()
	of.Used = made.Add(time.Hour)
	got, ok, err := s.FeedToken(ctx, "k3")
	testutil.Must(t, err)
	testutil.Equal(t, "it is there", ok, true)
	testutil.Equal(t, "the token", got, of)
	if _, ok, err := s.FeedToken(ctx, "gone"); ok || err != nil {
		t.Errorf("a token that was never made is there: %v, %v", ok, err)
	}
	all, err := s.FeedTokens(ctx)
	testutil.Must(t, err)
	testutil.Equal(t, "all tokens, by their ids", all, []store.FeedToken{other, of})
	for _, want := range []bool{true, false} {
		ok, err := s.DropFeedToken(ctx, "k3")
		testutil.Must(t, err)
		testutil.Equal(t, "revoked", ok, want)
	}
}

func tooManyTokens(t *testing.T, open Open) {
	s := open(t)
	defer s.Close()
	var group errgroup.Group
	group.SetLimit(8)
	for i := range store.MaxFeedTokens {
		group.Go(func() error {
			return s.PutFeedToken(ctx, store.FeedToken{ID: strconv.Itoa(i), Hash: []byte{1}})
		})
	}
	testutil.Must(t, group.Wait())
	if err := s.PutFeedToken(ctx, store.FeedToken{ID: "one more", Hash: []byte{1}}); !errors.Is(err, store.ErrTooManyTokens) {
		t.Errorf("one more: %v", err)
	}
	_, err := s.DropFeedToken(ctx, "7")
	testutil.Must(t, err)
	testutil.Must(t, s.PutFeedToken(ctx, store.FeedToken{ID: "one more", Hash: []byte{1}}))
}
