package desk_test

import (
	"context"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"watcher/internal/config"
	"watcher/internal/desk"
	"watcher/internal/notify"
	"watcher/internal/notify/story"
	"watcher/internal/store/bolt"
	"watcher/internal/testutil"
)

const twoTargets = `
timezone: Europe/Tallinn
rules:
  - {name: nato, match: nato, expect: 1d}
  - {name: cables, match: cables}
notify: {desk: {type: console}, duty: {type: console}}
feeds: [{name: a, url: "https://example.org/a", tags: [baltic]}]
`

// inDesk runs a test at a desk over an empty store, in a bubble where time passes at
// once.
func inDesk(t *testing.T, test func(t *testing.T, d *desk.Desk, s *bolt.Store)) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "desk.db")
	cfg := parsed(t, twoTargets)
	synctest.Test(t, func(t *testing.T) {
		s, err := bolt.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close() //nolint:errcheck // the test is over
		test(t, desk.New(desk.Options{Config: func() *config.Config { return cfg }, Store: s}), s)
	})
}

func alert(target, title, rule string) notify.Alert {
	key := notify.KeyOf(title)
	return notify.Alert{
		ID: notify.AlertID(target, key), Target: target, Keys: []notify.ItemKey{key}, FirstSeen: time.Now().UTC(),
		Rules: []notify.RuleHit{{Name: rule, Terms: []string{rule}}}, Item: notify.AlertItem{Feed: "a", Title: title, Summary: "of " + title},
	}
}

func report(t *testing.T, s *bolt.Store, alerts ...notify.Alert) {
	t.Helper()
	testutil.Must(t, s.Report(t.Context(), alerts))
}

// titles lists the alerts that pass a filter, in pages of two.
func titles(t *testing.T, d *desk.Desk, f desk.Filter) (list []string) {
	t.Helper()
	for after := ""; ; {
		p, err := d.Alerts(t.Context(), f, after, 2)
		testutil.Must(t, err)
		for _, r := range p.Items {
			list = append(list, r.Item.Title)
		}
		if after = p.Next; after == "" {
			return list
		}
	}
}

func TestAlertsAreFiltered(t *testing.T) {
	inDesk(t, func(t *testing.T, d *desk.Desk, s *bolt.Store) {
		report(t, s, alert("desk", "NATO in Narva", "nato"), alert("duty", "NATO in Narva", "nato"), alert("desk", "Cables cut", "cables"))
		skipped := alert("desk", "NATO in Narva", "nato").ID
		testutil.Must(t, s.Freeze(t.Context(), notify.Composition{Target: "desk", Skipped: map[string]string{skipped: "too low"}}))
		for _, c := range []struct {
			what string
			desk.Filter
			want []string
		}{
			{"all", desk.Filter{}, []string{"NATO in Narva", "Cables cut"}},
			{"a state at any target", desk.Filter{State: notify.StateSkipped}, []string{"NATO in Narva"}},
			{"a state at a target that it is not in", desk.Filter{State: notify.StateSkipped, Target: "duty"}, nil},
			{"words of the rule language", desk.Filter{Query: `"cables cut" OR quokka`}, []string{"Cables cut"}},
			{"words in another form, and where", desk.Filter{Query: "title:cable"}, []string{"Cables cut"}},
			{"words that are not there", desk.Filter{Query: "quokka"}, nil},
			{"a tag of the feed", desk.Filter{Tag: "baltic", Rule: "nato"}, []string{"NATO in Narva"}},
			{"a tag that no feed has", desk.Filter{Tag: "nordic"}, nil},
		} {
			if got := titles(t, d, c.Filter); !slices.Equal(got, c.want) {
				t.Errorf("%s: %q, want %q", c.what, got, c.want)
			}
		}
		for _, wrong := range []desk.Filter{{State: "lost"}, {Severity: "grave"}, {Query: "(nato"}} {
			if _, err := d.Alerts(t.Context(), wrong, "", 2); err == nil {
				t.Errorf("%+v is taken", wrong)
			}
		}
		if _, err := d.Alerts(t.Context(), desk.Filter{}, "no cursor", 2); err == nil {
			t.Error("any text is a cursor")
		}
	})
}

func TestOneArticleIsOneRow(t *testing.T) {
	inDesk(t, func(t *testing.T, d *desk.Desk, s *bolt.Store) {
		report(t, s, alert("desk", "x", "nato"), alert("duty", "x", "cables"))
		testutil.Must(t, d.Acknowledge(t.Context(), "anna", alert("duty", "x", "").ID, "seen to"))
		life, err := d.Alert(t.Context(), alert("desk", "x", "").ID)
		testutil.Must(t, err)
		var at []string
		for _, to := range life.Targets {
			at = append(at, to.Target)
		}
		if !slices.Equal(at, []string{"desk", "duty"}) || len(life.Rules) != 2 || len(life.Alerts) != 2 || life.Tags[0] != "baltic" {
			t.Errorf("life: %+v", life)
		}
		if a := life.Acknowledged; a == nil || a.By != "anna" || a.Note != "seen to" {
			t.Errorf("acknowledged: %+v", a)
		}
	})
}

// The alerts of one poll are listed in the order in which they were published, the newest
// first. If that is not known, they are listed in the order of the feed.
func TestNewestOfAPollFirst(t *testing.T) {
	inDesk(t, func(t *testing.T, d *desk.Desk, s *bolt.Store) {
		report(t, s, alert("desk", "newest", "nato"), alert("desk", "newer", "nato"), alert("desk", "old", "nato"))
		time.Sleep(time.Minute)
		dated := make([]notify.Alert, 3)
		for i, ago := range []time.Duration{2, 1, 3} {
			at := time.Now().Add(-ago * time.Hour)
			dated[i] = alert("desk", ago.String(), "nato")
			dated[i].Item.Published = &at
		}
		report(t, s, dated...)
		all, err := d.Alerts(t.Context(), desk.Filter{}, "", 9)
		testutil.Must(t, err)
		var titles []string
		for _, r := range all.Items {
			titles = append(titles, r.Item.Title)
		}
		if want := []string{"1ns", "2ns", "3ns", "newest", "newer", "old"}; !slices.Equal(titles, want) {
			t.Errorf("the stream is %q, want %q", titles, want)
		}
	})
}

func TestMutesSayWhoAndHowMany(t *testing.T) {
	inDesk(t, func(t *testing.T, d *desk.Desk, s *bolt.Store) {
		text := strings.Join(strings.Fields(`In the first hours of Monday a convoy of forty lorries left the harbour for the
			northern depots while customs officers counted crates of spare parts and a spokeswoman for the port said that insurers had asked
			for new papers because two pilots fell ill near the lighthouse after supper`), " ") + "The ministers of the alliance met in Narva on Monday and agreed on a plan for the bridge, the border guard and the cables below the gulf, officials told reporters."
		told := alert("desk", "first", "nato")
		told.Story = story.SketchOf("first", text)
		report(t, s, told)
		in := func(h time.Duration) time.Time { return time.Now().Add(h * time.Hour).UTC() }
		for _, m := range []notify.Mute{
			{Kind: "rule", Name: "cables", Until: in(3), By: "anna", Why: "an exercise"},
			{Kind: "feed", Name: "gone", Until: in(2), By: "jan"},
			{Kind: "story", Name: told.ID, Until: in(1), By: "anna"},
		} {
			testutil.Must(t, d.Mute(t.Context(), m))
		}
		// Another rule, otherwise the story's alert would only note another place.
		later := alert("desk", "later", "ports")
		later.Item.Feed = "b"
		later.Story = story.SketchOf("later", text)
		report(t, s, later, alert("desk", "cable", "cables"), alert("duty", "cable", "cables"), alert("desk", "free", "nato"))

		mutes, err := d.Mutes(t.Context())
		testutil.Must(t, err)
		type mute struct {
			kind, title, by, why string
			held                 int
			stray                bool
		}
		var got []mute
		for _, m := range mutes {
			got = append(got, mute{m.Kind, m.Title, m.By, m.Why, m.Held, m.Stray})
		}
		want := []mute{
			{"story", "first", "anna", "", 2, false}, // the first still was
			{"feed", "", "jan", "", 0, true},
			{"rule", "", "anna", "an exercise", 2, false},
		}
		if !slices.Equal(got, want) {
			t.Errorf("mutes:\n%+v, want\n%+v", got, want)
		}
		life, err := d.Alert(t.Context(), later.ID)
		testutil.Must(t, err)
		if why := life.Targets[0].Why; why != "the story first is muted" || life.Story != mutes[0].Name {
			t.Errorf("it waits, as %q, and is of the story %q", why, life.Story)
		}
		testutil.Must(t, d.Mute(t.Context(), notify.Mute{Kind: "story", Name: mutes[0].Name})) // ends it
		if mutes, err = d.Mutes(t.Context()); err != nil || len(mutes) != 2 {
			t.Errorf("after the end of one: %+v, %v", mutes, err)
		}
	})
}

func TestRulesAreReported(t *testing.T) {
	inDesk(t, func(t *testing.T, d *desk.Desk, s *bolt.Store) {
		_, err := s.Matched(t.Context(), []string{"nato"})
		testutil.Must(t, err)
		time.Sleep(25 * time.Hour)
		report(t, s, alert("desk", "x", "cables"))
		all, err := d.Rules(t.Context())
		testutil.Must(t, err)
		if all[0].Silent.IsZero() || all[0].Expect != "1d" || !all[0].LastMatch.IsZero() {
			t.Errorf("the rule that expects something: %+v", all[0])
		}
		today := time.Now().In(time.FixedZone("EET", 2*60*60)).Format(time.DateOnly)
		if last := all[1].Days[29]; last.Day != today || last.Alerts != 1 || all[1].LastMatch.IsZero() {
			t.Errorf("the rule that matched: %+v", all[1])
		}
		if _, err := d.Rule(t.Context(), "none"); err == nil {
			t.Error("a rule that is not there")
		}
	})
}

func TestEvents(t *testing.T) {
	inDesk(t, func(t *testing.T, d *desk.Desk, s *bolt.Store) {
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		var got []string
		slow := make(chan struct{})
		fast, late := d.Events(ctx), d.Events(ctx)
		go func() {
			for e := range fast {
				switch {
				case e.Row == nil:
					got = append(got, string(e.Kind))
				default:
					got = append(got, string(e.Kind)+" "+e.Row.Item.Title+" "+string(e.Row.State))
				}
			}
		}()
		var lateGot []desk.EventKind
		go func() {
			<-slow
			for e := range late {
				lateGot = append(lateGot, e.Kind)
			}
		}()
		report(t, s, alert("desk", "x", "nato"), alert("duty", "x", "nato"))
		time.Sleep(time.Second)
		id := alert("desk", "x", "").ID
		testutil.Must(t, s.Freeze(t.Context(), notify.Composition{Target: "desk", Skipped: map[string]string{id: "too low"}}))
		time.Sleep(time.Second)
		testutil.Must(t, d.Acknowledge(t.Context(), "anna", id, ""))
		time.Sleep(time.Second)
		synctest.Wait()
		want := []string{"alert x held", "changed x held", "changed x held"}
		if !slices.Equal(got, want) {
			t.Errorf("events %q, want %q", got, want)
		}
		for i := range 100 {
			report(t, s, alert("desk", string(rune('A'+i)), "nato"))
			time.Sleep(time.Second)
		}
		synctest.Wait()
		if got := len(got) - len(want); got != 100 {
			t.Errorf("the fast reader got %d of 100", got)
		}
		close(slow)
		synctest.Wait()
		if !slices.Equal(lateGot, []desk.EventKind{desk.Missed}) {
			t.Errorf("the slow reader got %q", lateGot)
		}
	})
}
