package storetest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"watcher/internal/notify"
	"watcher/internal/testutil"
)

var letterTests = []dataTest{
	{"dead letters are tried again a bounded number at a time, however many share a message", manySharedMessages},
}

func revived(t *testing.T, open Open) {
	s := open(t)
	defer s.Close()
	m := dead(t, s) // two alerts in one message
	testutil.Must(t, s.Report(ctx, []notify.Alert{alert("desk", "a", "no words"), alert("duty", "a", "other")}))
	testutil.Must(t, s.Freeze(ctx, notify.Composition{Target: "desk", Dead: map[string]string{alert("desk", "a", "no words").ID: "no words"}}))
	freezeAll(t, s, "duty")
	testutil.Must(t, s.Settle(ctx, begin(t, s, "duty"), notify.AttemptOutcome{Dead: true, Answer: "410"}))
	n, err := s.Revive(ctx, "desk")
	testutil.Must(t, err)
	testutil.Equal(t, "alerts that are tried again", n, 3)
	testutil.Equal(t, "message", begin(t, s, "desk").Message, m)
	nothing(t, s, "desk")
	testutil.Equal(t, "held", titles(held(t, s, "desk")), []string{"no words"})
	nothing(t, s, "duty")
	left := deadLetters(t, s, time.Time{})
	testutil.Equal(t, "dead letters that are left", len(left), 1)
	testutil.Equal(t, "whose it is", left[0].Target, "duty")
}

func manyDead(t *testing.T, open Open) {
	s := open(t)
	defer s.Close()
	const batches, each = 3, 200 // more than is read at once
	begun := time.Now()
	for n := range batches {
		var alerts []notify.Alert
		given := map[string]map[string]string{"desk": {}, "duty": {}}
		for i := range each {
			for target, why := range given {
				a := alert(target, "a", fmt.Sprint(n, " ", i))
				alerts, why[a.ID] = append(alerts, a), "no words"
			}
		}
		testutil.Must(t, s.Report(ctx, alerts))
		for target, why := range given {
			testutil.Must(t, s.Freeze(ctx, notify.Composition{Target: target, Dead: why}))
		}
		time.Sleep(time.Minute)
	}
	batchesOf := func(what string, titles []string) {
		t.Helper()
		var got []string
		for _, title := range titles {
			got = append(got, title[:1])
		}
		testutil.Equal(t, what, len(got), len(titles))
		testutil.Equal(t, what+", in order", slices.IsSorted(got), true)
	}
	var listed []string
	for _, l := range deadLetters(t, s, begun.Add(time.Minute)) {
		listed = append(listed, l.Item.Title)
	}
	testutil.Equal(t, "dead letters since then", len(listed), 2*(batches-1)*each)
	batchesOf("dead letters", listed)
	few := 0
	testutil.Must(t, s.DeadTraces(ctx, time.Time{}, func(notify.Trace) bool { few++; return few < 3 }))
	testutil.Equal(t, "dead letters, until it is enough", few, 3)
	n, err := s.Revive(ctx, "desk")
	testutil.Must(t, err)
	testutil.Equal(t, "tried again", n, batches*each)
	again := titles(held(t, s, "desk"))
	testutil.Equal(t, "held", len(again), batches*each)
	batchesOf("held", again)
	testutil.Equal(t, "dead letters that are left", len(deadLetters(t, s, time.Time{})), batches*each)
}

func manyDeadMessages(t *testing.T, open Open) {
	s := open(t)
	defer s.Close()
	const messages = 150 // of two alerts each
	var sent []string
	for n := range messages {
		testutil.Must(t, s.Report(ctx, []notify.Alert{alert("desk", "a", fmt.Sprint(n, " one")), alert("desk", "a", fmt.Sprint(n, " two"))}))
		sent = append(sent, freezeAll(t, s, "desk").ID)
		testutil.Must(t, s.Settle(ctx, begin(t, s, "desk"), notify.AttemptOutcome{Dead: true, Answer: "410"}))
		time.Sleep(time.Second)
	}
	testutil.Must(t, s.Retry(ctx, deadLetters(t, s, time.Time{})[0].ID)) // somebody has tried the first by itself
	time.Sleep(time.Second)
	n, err := s.Revive(ctx, "desk")
	testutil.Must(t, err)
	testutil.Equal(t, "alerts that are tried again", n, 2*(messages-1))
	testutil.Equal(t, "dead letters that are left", len(deadLetters(t, s, time.Time{})), 0)
	var again []string
	for range messages {
		d := begin(t, s, "desk")
		again = append(again, d.Message.ID)
		testutil.Must(t, s.Settle(ctx, d, notify.AttemptOutcome{Sent: true}))
	}
	testutil.Equal(t, "messages that are tried again", again, sent)
	nothing(t, s, "desk")
}

func manySharedMessages(t *testing.T, d Data) {
	s := d.Open(t)
	defer s.Close()
	const each = 100 // alerts of a message
	messages := make([]notify.Message, 6)
	for i := range each { // the letters of each message lie among those of all others
		var alerts []notify.Alert
		for n := range messages {
			a := alert("desk", "a", fmt.Sprint(i, " of ", n))
			alerts, messages[n].AlertIDs = append(alerts, a), append(messages[n].AlertIDs, a.ID)
		}
		testutil.Must(t, s.Report(ctx, alerts))
		time.Sleep(time.Second)
	}
	left := make(map[string]notify.Message)
	for n := range messages {
		m := &messages[n]
		m.ID, m.Target, m.Payload = fmt.Sprint("msg_", n), "desk", []byte(`"all"`)
		left[m.ID] = *m
	}
	testutil.Must(t, s.Freeze(ctx, notify.Composition{Target: "desk", Messages: messages}))
	for range messages {
		testutil.Must(t, s.Settle(ctx, begin(t, s, "desk"), notify.AttemptOutcome{Dead: true, Answer: "410"}))
	}
	testutil.Equal(t, "alerts that are changed first: whole messages, and no more than it takes for 256", d.ReviveFirst(t, s, "desk"), 3*each)
	testutil.Equal(t, "dead letters that are left", len(deadLetters(t, s, time.Time{})), 3*each)
	n, err := s.Revive(ctx, "desk")
	testutil.Must(t, err)
	testutil.Equal(t, "alerts that are tried again", n, 3*each)
	testutil.Equal(t, "dead letters that are left", len(deadLetters(t, s, time.Time{})), 0)
	for range messages {
		d := begin(t, s, "desk")
		testutil.Equal(t, "message", d.Message, left[d.Message.ID])
		testutil.Must(t, s.Settle(ctx, d, notify.AttemptOutcome{Sent: true}))
		delete(left, d.Message.ID)
	}
	nothing(t, s, "desk")
}
