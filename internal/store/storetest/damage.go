package storetest

import (
	"errors"
	"testing"
	"time"

	"watcher/internal/notify"
	"watcher/internal/poll"
	"watcher/internal/store"
)

// damageTests are those of one record that cannot be read any more: it takes nothing
// else with it. Where a store keeps no such record the test is skipped.
var damageTests = []dataTest{
	{"an alert that is held and damaged is lost, the one beside it not", func(t *testing.T, d Data) {
		s := stocked(t, d, Record{AlertRecord, alert("desk", "a", "held").ID})
		defer s.Close()
		equal(t, "held", stillHeld(t, s, "desk"), []string{"other"})
		must(t, s.Report(ctx, []notify.Alert{alert("desk", "b", "held")})) // which is new, then, or known
		stillHeld(t, s, "desk")
	}},
	{"the entry of a held alert is made anew", func(t *testing.T, d Data) {
		s := stocked(t, d, Record{HeldRecord, alert("desk", "a", "held").ID})
		defer s.Close()
		equal(t, "held", stillHeld(t, s, "desk"), []string{"held", "other"})
	}},
	{"a message that waits and has lost its words becomes a dead letter, and can be worded anew", lostWords(PayloadRecord)},
	{"a delivery that waits and is damaged becomes a dead letter, and can be worded anew", lostWords(DeliveryRecord)},
	{"a damaged mute is gone, and its target not stuck", func(t *testing.T, d Data) {
		s := stocked(t, d, Record{MuteRecord, "x"})
		defer s.Close()
		equal(t, "held", stillHeld(t, s, "desk"), []string{"held", "other"})
		ms, err := s.Mutes(ctx)
		must(t, err)
		equal(t, "mutes", len(ms), 1)
		must(t, s.Mute(ctx, notify.Mute{Kind: "rule", Name: "x", Until: time.Now().Add(time.Hour)}))
	}},
	{"a feed whose state is damaged is polled on, and the others too", func(t *testing.T, d Data) {
		s := stocked(t, d, Record{FeedRecord, "a"})
		defer s.Close()
		sync(t, s, "a", "b")
		nextPolls()
		claimed := claim(t, s)
		equal(t, "due", len(claimed), 2)
		commit(t, s, outcome(claimed["a"], "later"), outcome(claimed["b"], "later"))
	}},
	{"what a feed has shown is damaged: it has shown nothing, the others what they have", func(t *testing.T, d Data) {
		s := stocked(t, d, Record{SeenRecord, "a"})
		defer s.Close()
		nextPolls()
		claimed := claim(t, s)
		for id, want := range map[string]string{"a": "", "b": "shown by b"} {
			seen, err := s.Seen(ctx, claimed[id])
			must(t, err)
			equal(t, "seen of "+id, string(seen), want)
		}
		commit(t, s, outcome(claimed["a"], "new"))
	}},
	{"the list of alerts goes on behind one that is damaged", func(t *testing.T, d Data) {
		s := stocked(t, d, Record{AlertRecord, alert("desk", "a", "waits").ID})
		defer s.Close()
		listed := []string{}
		must(t, s.Traces(ctx, time.Time{}, func(tr notify.Trace) bool { listed = append(listed, tr.Item.Title); return true }))
		equal(t, "listed", listed, []string{"dead", "held", "other"})
		equal(t, "listed newest first", newest(t, s, notify.AlertFilter{}, 10), []string{"other [desk]", "held [desk]", "dead [desk]"})
	}},
	{"commits beside one that comes upon a damaged record are stored", func(t *testing.T, d Data) {
		s := stocked(t, d, Record{AlertRecord, alert("desk", "a", "held").ID})
		defer s.Close()
		nextPolls()
		claimed := claim(t, s)
		commit(t, s, outcome(claimed["a"], "later", alert("desk", "a", "held"), alert("desk", "a", "new")), outcome(claimed["b"], "later", alert("desk", "b", "of b")))
		got := stillHeld(t, s, "desk")
		for _, want := range []string{"other", "new", "of b"} {
			if n := count(got, want); n != 1 {
				t.Errorf("%q is held %d times: %q", want, n, got)
			}
		}
	}},
}

func count(all []string, one string) (n int) {
	for _, s := range all {
		if s == one {
			n++
		}
	}
	return n
}

// stocked is a store that has something of everything, of which a record is damaged:
// feeds a and b, and for desk a dead letter, one that waits, two that are held.
func stocked(t *testing.T, d Data, r Record) BothHalves {
	t.Helper()
	s := d.Open(t)
	sync(t, s, "a", "b")
	for id, c := range claim(t, s) {
		commit(t, s, poll.Outcome{Claim: c, State: c.State, Next: c.Now.Add(15 * time.Minute), Seen: []byte("shown by " + id)})
	}
	for _, title := range []string{"dead", "waits", "held", "other"} {
		must(t, s.Report(ctx, []notify.Alert{alert("desk", "a", title)}))
		time.Sleep(time.Millisecond)
	}
	must(t, compose(s, message(alert("desk", "a", "dead"))))
	must(t, s.Settle(ctx, begin(t, s, "desk"), notify.AttemptOutcome{Dead: true, Answer: "410"}))
	must(t, compose(s, message(alert("desk", "a", "waits"))))
	for _, name := range []string{"x", "y"} {
		must(t, s.Mute(ctx, notify.Mute{Kind: "rule", Name: name, Until: time.Now().Add(time.Hour)}))
	}
	if !d.Break(t, s, r) {
		_ = s.Close()
		t.Skipf("this kind of store has no record of %s", r.Kind)
	}
	return s
}

// stillHeld is what target holds, as its worker sees it, which asks again where an
// alert was lost meanwhile.
func stillHeld(t *testing.T, s BothHalves, target string) []string {
	t.Helper()
	for range 5 {
		h, err := s.Held(ctx, target)
		must(t, err)
		var ids []string
		for _, a := range h.Alerts {
			ids = append(ids, a.ID)
		}
		alerts, err := s.Load(ctx, ids)
		if errors.Is(err, store.ErrMoved) {
			continue
		}
		must(t, err)
		return titles(alerts)
	}
	t.Fatal("the alerts move for ever")
	return nil
}

// lostWords breaks a record without which a message cannot be sent.
func lostWords(kind string) func(*testing.T, Data) {
	return func(t *testing.T, d Data) {
		a := alert("desk", "a", "waits")
		s := stocked(t, d, Record{kind, message(a).ID})
		defer s.Close()
		must(t, compose(s, message(alert("desk", "a", "other"))))
		equal(t, "message", begin(t, s, "desk").Message, message(alert("desk", "a", "other")))
		nothing(t, s, "desk")
		equal(t, "state", trace(t, s, a.ID).State, notify.StateDead)
		equal(t, "dead letters", tally(t, s).Dead, 2)
		must(t, s.Retry(ctx, a.ID))
		equal(t, "held", stillHeld(t, s, "desk"), []string{"held", "waits"})
	}
}
