package bolt_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"watcher/internal/feeds"
	"watcher/internal/feeds/seen"
	"watcher/internal/notify"
	"watcher/internal/poll"
	"watcher/internal/store/bolt"
	"watcher/internal/testutil"
)

// goldenAll is a store that the program itself left when it was killed, of the last
// version that stored the structs of other packages as they are. It watched wire
// (pushed by its hub), copier (which copied one of its articles), rekeyed, whose 12
// items are held, one feed that fails, one that asked to be left alone, one that has
// moved, one with an item too old to alert, one that is empty now, one that is muted,
// one set aside as the process died of it, and flood, of whose 91 new items for six
// targets a part is held and the others are in the spool.
//
// NATO is told to hook, which took it; digest, which waits for January; minutely,
// which was told and then got to hear of the copy; down, which asks to wait; dead,
// which refuses; picky, which does not want it; and hung, which was being sent to.
const goldenAll = "testdata/schema2_all.db.gz"

// goldenKilled is just after it was killed.
var goldenKilled = time.Date(2026, 11, 29, 2, 28, 0, 0, time.UTC)

// inGolden opens the store as a process does that is started right after the kill.
func inGolden(t *testing.T, test func(*testing.T, *bolt.Store)) {
	t.Helper()
	path := unpacked(t, goldenAll)
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(goldenKilled))
		s := open(t, path)
		defer func() { testutil.Must(t, s.Close()) }()
		synctest.Wait() // until the spool is empty
		equal(t, "damages", len(damages(t, s)), 0)
		test(t, s)
	})
}

// traces returns the alerts of the store by target and feed; troubles have no feed.
func traces(t *testing.T, s *bolt.Store) map[string][]notify.Trace {
	t.Helper()
	all := make(map[string][]notify.Trace)
	testutil.Must(t, s.Traces(ctx, time.Time{}, func(tr notify.Trace) bool {
		of := tr.Target + " " + tr.Item.Feed
		all[of] = append(all[of], tr)
		return true
	}))
	return all
}

// statesOf returns the states of a target's alerts of a feed.
func statesOf(trs []notify.Trace) string {
	n := make(map[notify.AlertState]int)
	for _, tr := range trs {
		n[tr.State]++
	}
	var parts []string
	for _, state := range slices.Sorted(maps.Keys(n)) {
		parts = append(parts, fmt.Sprint(n[state], " ", state))
	}
	return strings.Join(parts, ", ")
}

// Everything in the store is read: nothing is empty that was not, nothing is lost.
func TestGoldenIsRead(t *testing.T) {
	inGolden(t, func(t *testing.T, s *bolt.Store) {
		all := traces(t, s)
		for of, want := range map[string]string{
			"hook Wire": "3 sent", "digest Wire": "3 held", "minutely Wire": "3 sent", "down Wire": "3 waiting",
			"dead Wire": "3 dead", "picky Wire": "3 skipped", "hung Wire": "2 sending, 1 waiting",
			"hook Muted": "1 held", "digest Muted": "1 held", "minutely Copier": "1 held",
			"hook ": "5 sent", "f1 Flood": "91 held", "f6 Flood": "91 held",
		} {
			equal(t, "alerts for "+of, statesOf(all[of]), want)
		}
		published := time.Date(2026, 11, 6, 9, 5, 0, 0, time.UTC)
		i := slices.IndexFunc(all["hook Wire"], func(tr notify.Trace) bool { return tr.Item.Title == "NATO report 5" })
		tr := all["hook Wire"][i]
		equal(t, "an alert's item", tr.Item, notify.AlertItem{
			ID: "wire 5", Title: "NATO report 5", Link: "https://example.org/wire%205", Feed: "Wire", FeedURL: tr.Item.FeedURL,
			Authors: []string{"Ann Example", "Ots, Jüri"}, Categories: []string{"defence", "Baltic"}, Language: "en-GB",
			Published: &published, Summary: "Summary of NATO report 5: NATO and more.",
		})
		equal(t, "where else it stands", tr.AlsoIn, []notify.Location{{Feed: "Copier", Link: "https://example.org/copier%202"}})
		equal(t, "what follows it", all["minutely Copier"][0].Follows.Title, "NATO report 5")
		equal(t, "the answer of dead", all["dead Wire"][0].Deliveries[0].Attempts[0].Answer, "webhook answered 400 Bad Request: I do not take this")
		equal(t, "ambiguous attempts to hung", all["hung Wire"][0].Deliveries[0].Ambiguous > 0, true)
		equal(t, "a trouble", all["hook "][0].Trouble.Kind != "" && all["hook "][0].Trouble.Text != "", true)

		items := make(map[string]feeds.Item)
		for a, err := range s.History(ctx, time.Time{}) {
			testutil.Must(t, err)
			items[a.Item.ID()] = a.Item
		}
		it := items["wire 5"]
		equal(t, "an item of the history", []any{it.Title, it.Summary, it.Content[:37], it.Tags, it.Authors, it.Published, it.Updated.Minute(), it.Entry.Key != 0}, []any{
			"NATO report 5", "Summary of NATO report 5: NATO and more.", "What the Baltic brigade does, part 5.",
			[]string{"agency", "fast"}, []string{"Ann Example", "Ots, Jüri"}, published, 5, true,
		})
		mutes, err := s.Mutes(ctx)
		testutil.Must(t, err)
		equal(t, "mutes", []string{mutes[0].Kind, mutes[0].Name}, []string{"feed", "Muted"})
		failing, err := s.Failing(ctx)
		testutil.Must(t, err)
		equal(t, "what down says", failing["down"].Answer, "webhook answered 503 Service Unavailable: try later")
		matched, err := s.Matched(ctx, []string{"nato", "brigades", "floods"})
		testutil.Must(t, err)
		equal(t, "rules that have matched", len(matched), 3)

		states := make(map[string]poll.FeedState)
		for f, err := range s.Feeds(ctx) {
			testutil.Must(t, err)
			states[f.Feed] = f.State
		}
		equal(t, "feeds", len(states), 11)
		push := states["Wire"].Push
		equal(t, "the subscription", []bool{push.Live(goldenKilled), push.Callback != "", push.Secret != "", push.Topic != ""}, []bool{true, true, true, true})
		for what, is := range map[string]bool{
			"a validator":  states["Wire"].Known.ETag != "",
			"a habit":      states["Wire"].Gap > 0,
			"held items":   states["Rekeyed"].Held == 12 && !states["Rekeyed"].Rekeyed.IsZero(),
			"a failure":    states["Failing"].Failed > 3 && states["Failing"].Trouble != "",
			"a pause":      states["Busy"].Barred.After(goldenKilled),
			"a move":       strings.HasSuffix(states["Moved"].MovedTo, "/moved.xml"),
			"an old item":  states["Aged"].TooOld == 1 && states["Aged"].Old[0].Title == "NATO of long ago",
			"an odd spell": states["Emptied"].Odd != nil && !states["Emptied"].Odd.Empty.Since.IsZero(),
			"a danger":     !states["Dangerous"].Dangerous.IsZero(),
		} {
			if !is {
				t.Errorf("%s is not there", what)
			}
		}
	})
}

// Waiting messages are sent, those that were being sent are sent again as ambiguous, held
// alerts can be sent, and so can the items of a re-keyed feed.
func TestGoldenAlerts(t *testing.T) {
	inGolden(t, func(t *testing.T, s *bolt.Store) {
		d, ok, _, err := s.Begin(ctx, "hung")
		if testutil.Must(t, err); !ok || !d.Ambiguous || !strings.Contains(string(d.Message.Payload), `"title":"NATO report `) {
			t.Errorf("to hung goes %v, ambiguous %v: %s", ok, d.Ambiguous, d.Message.Payload)
		}
		testutil.Must(t, s.Settle(ctx, d, notify.AttemptOutcome{Sent: true}))
		time.Sleep(10 * 24 * time.Hour) // as down had asked
		for range 3 {
			d, ok, _, err := s.Begin(ctx, "down")
			if testutil.Must(t, err); !ok {
				t.Fatal("nothing goes to down")
			}
			testutil.Must(t, s.Settle(ctx, d, notify.AttemptOutcome{Sent: true}))
		}
		equal(t, "sent to down", statesOf(traces(t, s)["down Wire"]), "3 sent")

		held, err := s.Held(ctx, "digest")
		testutil.Must(t, err)
		var ids []string
		for _, a := range held.Alerts {
			ids = append(ids, a.ID)
		}
		alerts, err := s.Load(ctx, ids)
		testutil.Must(t, err)
		equal(t, "what digest holds, with what matched", fmt.Sprint(alerts[0].Item.Title, alerts[0].Rules[0], alerts[0].Excerpts[0]), "NATO muted{nato [NATO]} {title NATO muted [[0 4]]}")
		m := notify.Message{ID: "msg_digest", Target: "digest", AlertIDs: ids, Payload: []byte(`"told"`)}
		testutil.Must(t, s.Freeze(ctx, notify.Composition{Target: "digest", Messages: []notify.Message{m}, Batches: 1}))
		d, ok, _, err = s.Begin(ctx, "digest")
		if testutil.Must(t, err); !ok || d.Message.ID != m.ID {
			t.Errorf("to digest goes %v: %+v", ok, d)
		}
		testutil.Must(t, s.Settle(ctx, d, notify.AttemptOutcome{Sent: true}))
		equal(t, "sent to digest", statesOf(traces(t, s)["digest Wire"]), "3 sent")

		packed, err := s.Shown(ctx, "Rekeyed")
		testutil.Must(t, err)
		seen, err := seen.Unpack(packed)
		testutil.Must(t, err)
		items, _, err := seen.Release()
		testutil.Must(t, err)
		equal(t, "released", len(items), 12)
		equal(t, "the text of one", []string{items[11].Title, items[11].Content, items[11].Feed}, []string{"NATO harbour 11 reopens", "Harbour text 11 says what it has to say.", "Rekeyed"})
		testutil.Must(t, s.Retry(ctx, traces(t, s)["dead Wire"][0].ID))
		d, ok, _, err = s.Begin(ctx, "dead")
		if testutil.Must(t, err); !ok || !strings.Contains(string(d.Message.Payload), "NATO report") {
			t.Errorf("to dead goes %v: %+v", ok, d)
		}
	})
}
