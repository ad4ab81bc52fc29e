package storetest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"watcher/internal/notify"
	"watcher/internal/poll"
	"watcher/internal/store"
	"watcher/internal/testutil"
)

// damageTests damage one record so that it cannot be read any more: nothing else is lost
// with it, and it is reported once. A test is skipped if the store keeps no such record.
var damageTests = damaged([]damageTest{
	{"an alert that is held and damaged is lost, the one beside it not", Record{AlertRecord, alert("desk", "a", "held").ID}, func(t *testing.T, s BothHalves) {
		testutil.Equal(t, "held", stillHeld(t, s, "desk"), []string{"other"})
		testutil.Must(t, s.Report(ctx, []notify.Alert{alert("desk", "b", "held")})) // it may be known, or new
		stillHeld(t, s, "desk")
	}},
	{"the entry of a held alert is made anew", Record{HeldRecord, alert("desk", "a", "held").ID}, func(t *testing.T, s BothHalves) {
		testutil.Equal(t, "held", stillHeld(t, s, "desk"), []string{"held", "other"})
	}},
	{"a message that waits and has lost its words becomes a dead letter, and can be worded anew", Record{PayloadRecord, message(alert("desk", "a", "waits")).ID}, lostWords},
	{"a delivery that waits and is damaged becomes a dead letter, and can be worded anew", Record{DeliveryRecord, message(alert("desk", "a", "waits")).ID}, lostWords},
	{"a damaged mute is gone, and its target not stuck", Record{MuteRecord, "x"}, func(t *testing.T, s BothHalves) {
		testutil.Equal(t, "held", stillHeld(t, s, "desk"), []string{"held", "other"})
		ms, err := s.Mutes(ctx)
		testutil.Must(t, err)
		testutil.Equal(t, "mutes", len(ms), 1)
		testutil.Must(t, s.Mute(ctx, notify.Mute{Kind: "rule", Name: "x", Until: time.Now().Add(time.Hour)}))
	}},
	{"a feed whose state is damaged is polled on, and the others too", Record{FeedRecord, "a"}, func(t *testing.T, s BothHalves) {
		sync(t, s, "a", "b")
		nextPolls()
		claimed := claim(t, s)
		testutil.Equal(t, "due", len(claimed), 2)
		commit(t, s, outcome(claimed["a"], "later"), outcome(claimed["b"], "later"))
	}},
	{"what a feed has shown is damaged: it has shown nothing, the others what they have", Record{SeenRecord, "a"}, func(t *testing.T, s BothHalves) {
		nextPolls()
		claimed := claim(t, s)
		for id, want := range map[string]string{"a": "", "b": "shown by b"} {
			seen, err := s.Seen(ctx, claimed[id])
			testutil.Must(t, err)
			testutil.Equal(t, "seen of "+id, string(seen), want)
		}
		commit(t, s, outcome(claimed["a"], "new"))
	}},
	{"the list of alerts goes on behind one that is damaged", Record{AlertRecord, alert("desk", "a", "waits").ID}, func(t *testing.T, s BothHalves) {
		listed := []string{}
		testutil.Must(t, s.Traces(ctx, time.Time{}, func(tr notify.Trace) bool { listed = append(listed, tr.Item.Title); return true }))
		testutil.Equal(t, "listed", listed, []string{"dead", "held", "other"})
		testutil.Equal(t, "listed newest first", newest(t, s, notify.AlertFilter{}, 10), []string{"other [desk]", "held [desk]", "dead [desk]"})
	}},
	{"commits beside one that comes upon a damaged record are stored", Record{AlertRecord, alert("desk", "a", "held").ID}, besideDamage},
	{"the articles of a poll that are damaged are lost, those of others kept and found", Record{ArticleRecord, ""}, func(t *testing.T, s BothHalves) {
		all := kept(t, s, time.Time{})
		if len(all) != 1 || !strings.Contains(all[0], "title2 every") {
			t.Fatalf("kept: %q, want the articles of the second poll", all)
		}
		whole(t, "beside the damage", s, all)
	}},
})

// damageTest is a test with a store in which a record is damaged.
type damageTest struct {
	name   string
	record Record
	check  func(t *testing.T, s BothHalves)
}

func damaged(tests []damageTest) (all []dataTest) {
	for _, c := range tests {
		all = append(all, dataTest{c.name, func(t *testing.T, d Data) {
			s := stocked(t, d, c.record)
			c.check(t, s)
			told, err := s.Damages(ctx)
			testutil.Must(t, err)
			if len(told) != 1 || told[0].Kept != "" || told[0].Record == "" || told[0].Error == "" || time.Since(told[0].Since) > time.Hour {
				t.Errorf("told of %+v, want one record", told)
			}
			trouble := notify.TroubleAlerts([]string{"ops"}, notify.Trouble{Kind: "store_damaged", Since: time.Now()})
			testutil.Must(t, s.ReportDamage(ctx, told, trouble))
			testutil.Equal(t, "held for ops", len(held(t, s, "ops")), 1)
			for _, when := range []string{"at once", "after a restart"} {
				told, err = s.Damages(ctx)
				testutil.Must(t, err)
				testutil.Equal(t, "told again "+when, len(told), 0)
				testutil.Must(t, s.Close())
				s = d.Open(t)
			}
		}})
	}
	return all
}

// besideDamage has many write concurrently, some of whom find the damaged record.
func besideDamage(t *testing.T, s BothHalves) {
	var group errgroup.Group
	var want []string
	for i := range 64 {
		a := alert("desk", "a", fmt.Sprint("new ", i))
		if i%8 == 0 {
			a = alert("desk", fmt.Sprint("copy ", i), "held")
		} else {
			want = append(want, a.Item.Title)
		}
		group.Go(func() error { return s.Report(ctx, []notify.Alert{a}) })
	}
	testutil.Must(t, group.Wait())
	got := stillHeld(t, s, "desk")
	slices.Sort(got)
	got = slices.DeleteFunc(got, func(title string) bool { return title == "held" || title == "other" })
	slices.Sort(want)
	testutil.Equal(t, "held of those that were written meanwhile", got, want)
}

// stocked returns a store with something of everything, in which a record is damaged: feeds
// a and b, and for desk a dead letter, one that waits, two that are held.
func stocked(t *testing.T, d Data, r Record) BothHalves {
	t.Helper()
	s := d.Open(t)
	sync(t, s, "a", "b")
	for id, c := range claim(t, s) {
		commit(t, s, poll.Outcome{Claim: c, State: c.State, Next: c.Now.Add(15 * time.Minute), Seen: []byte("shown by " + id)})
	}
	bring(t, s, "a", 1, 3, 1)
	for _, title := range []string{"dead", "waits", "held", "other"} {
		testutil.Must(t, s.Report(ctx, []notify.Alert{alert("desk", "a", title)}))
		time.Sleep(time.Millisecond)
	}
	testutil.Must(t, compose(s, message(alert("desk", "a", "dead"))))
	testutil.Must(t, s.Settle(ctx, begin(t, s, "desk"), notify.AttemptOutcome{Dead: true, Answer: "410"}))
	testutil.Must(t, compose(s, message(alert("desk", "a", "waits"))))
	for _, name := range []string{"x", "y"} {
		testutil.Must(t, s.Mute(ctx, notify.Mute{Kind: "rule", Name: name, Until: time.Now().Add(time.Hour)}))
	}
	if !d.Break(t, s, r) {
		_ = s.Close()
		t.Skipf("this kind of store has no record of %s", r.Kind)
	}
	return s
}

// stillHeld returns what target holds, as its worker sees it, which asks again if an alert
// was lost meanwhile.
func stillHeld(t *testing.T, s BothHalves, target string) []string {
	t.Helper()
	for range 5 {
		h, err := s.Held(ctx, target)
		testutil.Must(t, err)
		var ids []string
		for _, a := range h.Alerts {
			ids = append(ids, a.ID)
		}
		alerts, err := s.Load(ctx, ids)
		if errors.Is(err, store.ErrMoved) {
			continue
		}
		testutil.Must(t, err)
		return titles(alerts)
	}
	t.Fatal("the alerts move for ever")
	return nil
}

// lostWords checks that a message whose payload was lost is a dead letter.
func lostWords(t *testing.T, s BothHalves) {
	a, other := alert("desk", "a", "waits"), alert("desk", "a", "other")
	testutil.Must(t, compose(s, message(other)))
	testutil.Equal(t, "message", begin(t, s, "desk").Message, message(other))
	nothing(t, s, "desk")
	testutil.Equal(t, "state", trace(t, s, a.ID).State, notify.StateDead)
	testutil.Equal(t, "dead letters", tally(t, s).Dead, 2)
	testutil.Must(t, s.Retry(ctx, a.ID))
	testutil.Equal(t, "held", stillHeld(t, s, "desk"), []string{"held", "waits"})
}
