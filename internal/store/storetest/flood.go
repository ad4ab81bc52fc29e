package storetest

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"watcher/internal/notify"
	"watcher/internal/notify/story"
	"watcher/internal/poll"
	"watcher/internal/testutil"
)

// floodTests have polls that bring more than a store may hold at once.
var floodTests = []test{
	{"all alerts of a flood are held in the end, once, in their order, as they were", floodWhole},
	{"a flood that was told in part already is told of the rest", floodKnown},
	{"what a feed brings after its flood comes behind it, and others need not wait", floodOrder},
	{"a flood goes on after a restart, whenever that comes", floodRestart},
	{"whoever waits for what is coming is woken once it has come", floodWakes},
	{"what is on its way to a target that leaves the config becomes dead letters", floodRetired},
	{"messages of a flood go behind those of others, in their order", floodBehind},
}

// flooding is the number of alerts of a flood: more than are held at once, so that the rest
// takes several transactions.
const flooding = 600

// floods returns alerts of n articles for each of the targets.
func floods(feed string, n int, targets ...string) []notify.Alert {
	var alerts []notify.Alert
	for i := range n {
		for _, target := range targets {
			a := wire(target, feed, fmt.Sprintf("%s %04d", feed, i), article(i))
			a.FirstSeen = time.Now().UTC()
			a.Flood = true
			alerts = append(alerts, a)
		}
	}
	return alerts
}

// settled waits until the spool is empty.
func settled(t *testing.T, s BothHalves) {
	t.Helper()
	for {
		h, err := s.Held(ctx, "desk")
		testutil.Must(t, err)
		if !h.Wake.Coming {
			return
		}
		select {
		case <-h.Wake.Changed:
		case <-time.After(time.Hour):
			t.Fatal("what is coming does not come")
		}
	}
}

func titlesOf(feed string, n int) []string {
	ts := []string{}
	for i := range n {
		ts = append(ts, fmt.Sprintf("%s %04d", feed, i))
	}
	return ts
}

func floodWhole(t *testing.T, open Open) {
	s := open(t)
	defer s.Close()
	sync(t, s, "a", "b")
	alerts := floods("a", flooding, "desk", "duty")
	alerts[3].Rules, alerts[3].Severity = []notify.RuleHit{{Name: "nato"}, {Name: "of duty"}}, notify.High
	alerts[5].Excerpts = []notify.Excerpt{{Field: "title", Text: "a", Spans: [][2]int{{0, 1}}}}
	commitAlerts(t, s, "a", alerts...)
	settled(t, s)
	for _, target := range []string{"desk", "duty"} {
		got := held(t, s, target)
		testutil.Equal(t, target, titles(got), titlesOf("a", flooding))
		want := slices.DeleteFunc(slices.Clone(alerts), func(a notify.Alert) bool { return a.Target != target })
		for i := range min(len(got), len(want)) {
			w := want[i]
			w.Story, w.Flood = story.Sketch{}, false // Load does not return these
			if diff := cmp.Diff(w, got[i]); diff != "" {
				t.Fatalf("%s, alert %d (-want +got):\n%s", target, i, diff)
			}
		}
		h, err := s.Held(ctx, target)
		testutil.Must(t, err)
		if i := slices.IndexFunc(h.Alerts, func(a notify.HeldAlert) bool { return !a.Flood }); i >= 0 {
			t.Errorf("%s: alert %d is not known to be of a flood", target, i)
		}
	}
	// A copy of one of its articles in another feed is recognised.
	commitAlerts(t, s, "b", wire("desk", "b", "copy", article(300)))
	testutil.Equal(t, "desk after a copy", len(held(t, s, "desk")), flooding)
}

func floodKnown(t *testing.T, open Open) {
	s := open(t)
	defer s.Close()
	sync(t, s, "a", "b")
	alerts := floods("a", flooding, "desk")
	commitAlerts(t, s, "b", alerts[1], alerts[500])
	commitAlerts(t, s, "a", alerts...)
	settled(t, s)
	want := append([]string{"a 0001", "a 0500"}, slices.DeleteFunc(titlesOf("a", flooding), func(s string) bool { return s == "a 0001" || s == "a 0500" })...)
	testutil.Equal(t, "held", titles(held(t, s, "desk")), want)
}

func floodOrder(t *testing.T, open Open) {
	s := open(t)
	defer s.Close()
	sync(t, s, "a", "b")
	time.Sleep(15*time.Minute + time.Second)
	claims := claim(t, s)
	flood := outcome(claims["a"], "seen", floods("a", flooding, "desk")...)
	flood.Next = flood.Claim.Now
	// In one transaction, so that the flood is surely not held by then.
	commit(t, s, flood, outcome(claims["b"], "seen", alert("desk", "b", "of b")))
	commit(t, s, outcome(claimOne(t, s, "a"), "seen", alert("desk", "a", "late in a")))
	settled(t, s)
	got := titles(held(t, s, "desk"))
	testutil.Equal(t, "held", len(got), flooding+2)
	testutil.Equal(t, "the first", got[0], "of b")
	testutil.Equal(t, "the last", got[len(got)-1], "late in a")
}

func floodRestart(t *testing.T, open Open) {
	s := open(t)
	sync(t, s, "a")
	time.Sleep(15*time.Minute + time.Second)
	o := outcome(claimOne(t, s, "a"), "seen", floods("a", flooding, "desk")...)
	commit(t, s, o)
	for range 3 {
		testutil.Must(t, s.Close())
		s = open(t)
		sync(t, s, "a")
	}
	defer func() { testutil.Must(t, s.Close()) }()
	settled(t, s)
	testutil.Equal(t, "held", titles(held(t, s, "desk")), titlesOf("a", flooding))
	time.Sleep(15*time.Minute + time.Second)
	c := claimOne(t, s, "a")
	seen, err := s.Seen(ctx, c)
	testutil.Must(t, err)
	testutil.Equal(t, "seen", string(seen), "seen")
	commit(t, s, outcome(c, "seen", o.Alerts...))
	settled(t, s)
	testutil.Equal(t, "held after the same flood again", len(held(t, s, "desk")), flooding)
}

func floodBehind(t *testing.T, open Open) {
	s := open(t)
	sync(t, s, "a")
	var ms []notify.Message
	for _, title := range []string{"flood 1", "x", "flood 2", "y"} {
		a := alert("desk", "a", title)
		commitAlerts(t, s, "a", a)
		m := message(a)
		m.Flood = strings.HasPrefix(title, "flood")
		ms = append(ms, m)
	}
	testutil.Must(t, compose(s, ms...))
	testutil.Must(t, s.Close())
	s = open(t)
	defer s.Close()
	var got []string
	for range ms {
		d := begin(t, s, "desk")
		got = append(got, string(d.Message.Payload))
		testutil.Must(t, s.Settle(ctx, d, notify.AttemptOutcome{Sent: true}))
	}
	testutil.Equal(t, "order", got, []string{`"x"`, `"y"`, `"flood 1"`, `"flood 2"`})
}

func floodRetired(t *testing.T, open Open) {
	s := open(t)
	defer s.Close()
	sync(t, s, "a")
	commitAlerts(t, s, "a", floods("a", 700, "desk", "duty")...)
	_, err := s.Retire(ctx, []string{"desk"})
	testutil.Must(t, err)
	settled(t, s)
	synctest.Wait()
	testutil.Equal(t, "desk", len(held(t, s, "desk")), 700)
	testutil.Equal(t, "duty", len(held(t, s, "duty")), 0)
	tally, err := s.Tally(ctx)
	testutil.Must(t, err)
	testutil.Equal(t, "dead", tally.Dead, 700)
}

func floodWakes(t *testing.T, open Open) {
	s := open(t)
	defer s.Close()
	sync(t, s, "a")
	alerts := floods("a", flooding, "desk")
	commitAlerts(t, s, "a", alerts...)
	settled(t, s)
	// Again: nothing of it is new, and whoever waits must be woken all the same.
	time.Sleep(15*time.Minute + time.Second)
	commit(t, s, poll.Outcome{Claim: claimOne(t, s, "a"), Next: time.Now().Add(time.Hour), Seen: []byte("seen"), Alerts: alerts})
	settled(t, s)
	h, err := s.Held(ctx, "desk")
	testutil.Must(t, err)
	testutil.Equal(t, "held", len(h.Alerts), flooding)
}
