package storetest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"watcher/internal/notify"
	"watcher/internal/store"
	"watcher/internal/testutil"
)

// alertTests test the list of alerts.
var alertTests = []test{
	{"articles are listed newest first, each once with its alerts at all targets", newestFirst},
	{"a list of alerts is filtered by what they are, also by what joined them later", newestFiltered},
	{"an article told again by another poll is listed again", newestAgain},
	{"a list goes on where it ended, whatever comes and is pruned meanwhile", newestMeanwhile},
	{"what rules and feeds brought is counted for each day of a zone, for 30 days", tallied},
	{"what waits for each target is counted", queues},
	{"an alert knows its story, also of a target that is told each article", storyKnown},
	{"who acknowledged an alert is known at all targets, over restarts", acknowledged},
}

// newest lists alerts in pages of n, as the titles of articles and, in brackets, the
// targets of their alerts.
func newest(t *testing.T, s BothHalves, f notify.AlertFilter, n int) (list []string) {
	t.Helper()
	var behind []byte
	for range 100 {
		found, next, _, err := s.Newest(ctx, f, behind, n)
		testutil.Must(t, err)
		if len(found) > n {
			t.Errorf("%d articles where %d were asked for", len(found), n)
		}
		for _, l := range found {
			var targets []string
			for _, a := range l.Alerts {
				targets = append(targets, a.Target)
			}
			list = append(list, fmt.Sprintf("%s %v", l.Alerts[0].Item.Title, targets))
		}
		if next == nil {
			return list
		}
		behind = next
	}
	t.Fatal("the list has no end")
	return nil
}

func newestFirst(t *testing.T, open Open) {
	s := open(t)
	sync(t, s, "a")
	for _, title := range []string{"1", "2", "3", "4", "5"} {
		alerts := []notify.Alert{alert("desk", "a", title)}
		if title != "3" {
			alerts = append(alerts, alert("duty", "a", title), alert("abroad", "a", title))
		}
		commitAlerts(t, s, "a", alerts...)
	}
	testutil.Must(t, s.Close())
	s = open(t)
	defer s.Close()
	want := []string{"5 [abroad desk duty]", "4 [abroad desk duty]", "3 [desk]", "2 [abroad desk duty]", "1 [abroad desk duty]"}
	for _, n := range []int{1, 2, 3, 50} {
		testutil.Equal(t, fmt.Sprintf("in pages of %d", n), newest(t, s, notify.AlertFilter{}, n), want)
	}
	all, err := s.Beside(ctx, alert("desk", "a", "4").ID)
	testutil.Must(t, err)
	testutil.Equal(t, "alerts of an article", len(all), 3)
	if _, err := s.Beside(ctx, "unknown"); err == nil {
		t.Error("an article of no alert")
	}
}

func newestFiltered(t *testing.T, open Open) {
	s := open(t)
	defer s.Close()
	low := matching(alert("desk", "a", "low"), "nato")
	low.Severity = notify.Low
	both := []notify.Alert{matching(alert("desk", "b", "both"), "nato"), matching(alert("duty", "b", "both"), "cables")}
	both[1].Severity = notify.High
	testutil.Must(t, s.Report(ctx, []notify.Alert{low}))
	testutil.Must(t, s.Report(ctx, both))
	testutil.Must(t, s.Report(ctx, []notify.Alert{matching(alert("desk", "a", "joined", "link"), "nato")}))
	join := matching(alert("desk", "c", "of c", "link"), "ports")
	join.Severity = notify.High
	testutil.Must(t, s.Report(ctx, []notify.Alert{join}))
	testutil.Must(t, s.Report(ctx, notify.TroubleAlerts([]string{"ops"}, notify.Trouble{Kind: "k", Since: time.Now()})))
	dead(t, s)
	for _, c := range []struct {
		what string
		notify.AlertFilter
		want string
	}{
		{"a rule", notify.AlertFilter{Rules: []string{"nato"}}, "joined [desk], both [desk duty], low [desk]"},
		{"a rule of one target's alert alone", notify.AlertFilter{Rules: []string{"cables"}}, "both [desk duty]"},
		{"a rule that matched the same article in another feed", notify.AlertFilter{Rules: []string{"ports"}}, "joined [desk]"},
		{"either of two rules", notify.AlertFilter{Rules: []string{"cables", "ports"}}, "joined [desk], both [desk duty]"},
		{"a feed", notify.AlertFilter{Feeds: []string{"b"}}, "both [desk duty]"},
		{"a feed where the article stands too", notify.AlertFilter{Feeds: []string{"c"}}, "joined [desk]"},
		{"a target", notify.AlertFilter{Targets: []string{"duty"}}, "both [desk duty]"},
		{"a rule and a target that is told under another", notify.AlertFilter{Rules: []string{"nato"}, Targets: []string{"duty"}}, ""},
		{"a severity", notify.AlertFilter{Severities: []notify.Severity{notify.Low}}, "low [desk]"},
		{"a severity that it took on", notify.AlertFilter{Severities: []notify.Severity{notify.High}}, "joined [desk], both [desk duty]"},
		{"dead letters, as all of desk are in one message", notify.AlertFilter{Dead: true}, "y [desk], x [desk], joined [desk], both [desk duty], low [desk]"},
		{"no feed at all", notify.AlertFilter{Feeds: []string{}}, ""},
		{"a target of troubles", notify.AlertFilter{Targets: []string{"ops"}}, " [ops]"},
		{"what is yet to come", notify.AlertFilter{From: time.Now().Add(time.Hour)}, ""},
		{"what was before it all", notify.AlertFilter{To: time.Now().Add(-time.Hour)}, ""},
	} {
		testutil.Equal(t, c.what, strings.Join(newest(t, s, c.AlertFilter, 2), ", "), c.want)
	}
}

func newestAgain(t *testing.T, open Open) {
	s := open(t)
	defer s.Close()
	at := time.Now()
	first, later := alert("desk", "a", "x"), alert("duty", "a", "x")
	first.FirstSeen, later.FirstSeen = at, at.Add(time.Hour)
	testutil.Must(t, s.Report(ctx, []notify.Alert{first}))
	testutil.Must(t, s.Report(ctx, []notify.Alert{alert("desk", "a", "between")}))
	testutil.Must(t, s.Report(ctx, []notify.Alert{later}))
	testutil.Equal(t, "listed", newest(t, s, notify.AlertFilter{}, 10), []string{"x [duty]", "between [desk]", "x [desk]"})
}

func newestMeanwhile(t *testing.T, open Open) {
	s := open(t)
	defer s.Close()
	for _, title := range []string{"1", "2", "3", "4"} {
		testutil.Must(t, s.Report(ctx, []notify.Alert{alert("desk", "a", title)}))
		time.Sleep(time.Minute)
	}
	found, next, reached, err := s.Newest(ctx, notify.AlertFilter{}, nil, 2)
	testutil.Must(t, err)
	testutil.Equal(t, "the first page", []string{found[0].Alerts[0].Item.Title, found[1].Alerts[0].Item.Title}, []string{"4", "3"})
	if d := time.Since(reached); d < 2*time.Minute || d > 3*time.Minute {
		t.Errorf("it reached back %v", d)
	}
	testutil.Must(t, s.Report(ctx, []notify.Alert{alert("desk", "a", "5")}))
	found, _, _, err = s.Newest(ctx, notify.AlertFilter{}, next, 2)
	testutil.Must(t, err)
	testutil.Equal(t, "the second page", []string{found[0].Alerts[0].Item.Title, found[1].Alerts[0].Item.Title}, []string{"2", "1"})
	between := notify.AlertFilter{From: time.Now().Add(-3*time.Minute - time.Second), To: time.Now().Add(-time.Minute)}
	testutil.Equal(t, "between two times", newest(t, s, between, 1), []string{"3 [desk]", "2 [desk]"})
}

func acknowledged(t *testing.T, open Open) {
	s := open(t)
	testutil.Must(t, s.Report(ctx, []notify.Alert{alert("desk", "a", "x"), alert("duty", "a", "x"), alert("desk", "a", "y")}))
	testutil.Must(t, s.Acknowledge(ctx, alert("desk", "a", "x").ID[:8], notify.Acknowledgement{By: "anna", Note: "called Riga"}))
	freezeAll(t, s, "desk") // what is done to the alert takes it out of the list
	testutil.Must(t, s.Close())
	s = open(t)
	defer s.Close()
	for _, target := range []string{"desk", "duty"} {
		a := trace(t, s, alert(target, "a", "x").ID).Acknowledged
		if a == nil || a.By != "anna" || a.Note != "called Riga" || time.Since(a.At) > time.Minute {
			t.Errorf("of %s: %+v", target, a)
		}
	}
	if a := trace(t, s, alert("desk", "a", "y").ID).Acknowledged; a != nil {
		t.Errorf("of another article: %+v", a)
	}
	if err := s.Acknowledge(ctx, "unknown", notify.Acknowledgement{By: "anna"}); err == nil {
		t.Error("what is not there was acknowledged")
	}
	testutil.Must(t, s.Acknowledge(ctx, alert("duty", "a", "x").ID, notify.Acknowledgement{By: "jan"}))
	testutil.Equal(t, "who saw to it last", trace(t, s, alert("desk", "a", "x").ID).Acknowledged.By, "jan")
	testutil.Must(t, s.Acknowledge(ctx, alert("desk", "a", "x").ID, notify.Acknowledgement{By: "eve", Undo: true}))
	if tr := trace(t, s, alert("duty", "a", "x").ID); tr.Acknowledged != nil || tr.Unacknowledged == nil || tr.Unacknowledged.By != "eve" {
		t.Errorf("taken back: %+v, %+v", tr.Acknowledged, tr.Unacknowledged)
	}
	testutil.Must(t, s.Acknowledge(ctx, alert("desk", "a", "x").ID, notify.Acknowledgement{By: "jan"}))
	testutil.Equal(t, "taken back no more", trace(t, s, alert("duty", "a", "x").ID).Unacknowledged == nil, true)
	testutil.Equal(t, "held all the same", titles(held(t, s, "duty")), []string{"x"})
}

func tallied(t *testing.T, open Open) {
	s := open(t)
	tallinn := time.FixedZone("Tallinn", 2*60*60)
	s.CountIn(tallinn)
	sync(t, s, "a", "b")
	poll := func(feed string, items int, alerts ...notify.Alert) {
		t.Helper()
		time.Sleep(15*time.Minute + time.Second)
		o := outcome(claimOne(t, s, feed), "seen", alerts...)
		o.New = items
		commit(t, s, o)
	}
	// An article for two targets under one rule, and one that two rules match.
	both := []notify.Alert{matching(alert("desk", "a", "1"), "nato"), matching(alert("duty", "a", "1"), "nato")}
	poll("a", 7, append(both, matching(alert("desk", "a", "2"), "nato", "cables"))...)
	// The first was alerted already: it matched again, and no alert followed.
	poll("b", 2, matching(alert("desk", "b", "other", "1"), "nato"))
	now := time.Now().In(tallinn)
	midnight := time.Date(now.Year(), now.Month(), now.Day()+1, 0, 0, 0, 0, tallinn)
	time.Sleep(time.Until(midnight) - 14*time.Minute) // in UTC it is the same day
	poll("a", 1, matching(alert("desk", "a", "3"), "cables"))
	testutil.Must(t, s.Close())
	s = open(t)
	defer func() { s.Close() }()
	s.CountIn(tallinn)
	sync(t, s, "a", "b")

	rules, err := s.RuleTallies(ctx, []string{"nato", "cables", "never"})
	testutil.Must(t, err)
	lastTwo := func(tally store.Tally) []store.DayCount { return tally.Days[store.CountedDays-2:] }
	testutil.Equal(t, "nato", lastTwo(rules["nato"]), []store.DayCount{{Items: 3, Alerts: 3, Alone: 2}, {}})
	testutil.Equal(t, "cables", lastTwo(rules["cables"]), []store.DayCount{{Items: 1, Alerts: 1}, {Items: 1, Alerts: 1, Alone: 1}})
	if _, ok := rules["never"]; ok {
		t.Error("a rule that never matched has a tally")
	}
	if d := time.Since(rules["cables"].Last); d < 0 || d > time.Minute {
		t.Errorf("it last matched %v ago", d)
	}
	feeds, err := s.FeedTallies(ctx, []string{"a", "b", "unknown"})
	testutil.Must(t, err)
	testutil.Equal(t, "a", lastTwo(feeds["a"]), []store.DayCount{{Items: 7}, {Items: 1}})
	testutil.Equal(t, "b", lastTwo(feeds["b"]), []store.DayCount{{Items: 2}, {}})

	time.Sleep(29 * 24 * time.Hour)
	rules, err = s.RuleTallies(ctx, []string{"nato", "cables"})
	testutil.Must(t, err)
	testutil.Equal(t, "nato, the day after its last", rules["nato"].Days, [store.CountedDays]store.DayCount{})
	testutil.Equal(t, "cables, of which a day is left", rules["cables"].Days[0], store.DayCount{Items: 1, Alerts: 1, Alone: 1})
	claim(t, s) // a machine that has asked for nothing in a month may have to ask again
	time.Sleep(6 * time.Hour)
	poll("b", 5)
	feeds, err = s.FeedTallies(ctx, []string{"b"})
	testutil.Must(t, err)
	testutil.Equal(t, "b after a month", feeds["b"].Days, [store.CountedDays]store.DayCount{store.CountedDays - 1: {Items: 5}})
}

func queues(t *testing.T, open Open) {
	s := open(t)
	defer s.Close()
	dead(t, s)
	testutil.Must(t, s.Report(ctx, []notify.Alert{alert("desk", "a", "1"), alert("desk", "a", "2"), alert("duty", "a", "1")}))
	testutil.Must(t, compose(s, message(alert("desk", "a", "2"))))
	got, err := s.Queues(ctx, []string{"desk", "duty", "none"})
	testutil.Must(t, err)
	testutil.Equal(t, "queues", got, map[string]notify.TargetQueue{"desk": {Held: 1, Waiting: 1, Dead: 2}, "duty": {Held: 1}, "none": {}})
}

func storyKnown(t *testing.T, open Open) {
	s := open(t)
	defer s.Close()
	first, other, each := wire("desk", "a", "x", article(1)), wire("desk", "b", "y", article(2)), wire("all", "b", "the same in b", article(1))
	each.EachArticle = true
	again := wire("all", "c", "the same in c", article(1))
	again.EachArticle = true
	testutil.Must(t, s.Report(ctx, []notify.Alert{first, other}))
	testutil.Must(t, s.Report(ctx, []notify.Alert{each, again}))
	testutil.Equal(t, "held of who is told each article", titles(held(t, s, "all")), []string{"the same in b", "the same in c"})
	of := trace(t, s, first.ID).Story
	if of == "" || of == trace(t, s, other.ID).Story {
		t.Errorf("the stories %q and %q", of, trace(t, s, other.ID).Story)
	}
	h, err := s.Held(ctx, "all")
	testutil.Must(t, err)
	for _, a := range h.Alerts {
		testutil.Equal(t, "story that the policy sees", a.Story, of)
	}
}
