package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"watcher/internal/notify"
	"watcher/internal/store/postgres"
	"watcher/internal/testutil"
)

func alertOf(target, feed, title string, rules ...string) notify.Alert {
	a := notify.Alert{Target: target, Item: notify.AlertItem{Feed: feed, Title: title}, Keys: []notify.ItemKey{notify.KeyOf(title)}}
	for _, r := range rules {
		a.Rules = append(a.Rules, notify.RuleHit{Name: r})
	}
	a.ID = notify.AlertID(target, a.Keys[0])
	return a
}

// listed lists articles in pages of n, as their titles and the targets of their alerts.
func listed(t *testing.T, s *postgres.Store, f notify.AlertFilter, n int) (list []string) {
	t.Helper()
	var behind []byte
	for {
		found, next, _, err := s.Newest(t.Context(), f, behind, n)
		testutil.Must(t, err)
		for _, l := range found {
			var targets []string
			for _, a := range l.Alerts {
				targets = append(targets, a.Target)
			}
			list = append(list, fmt.Sprint(l.Alerts[0].Item.Title, targets))
		}
		if next == nil {
			return list
		}
		if behind != nil && string(next) >= string(behind) {
			t.Fatal("the list does not go on")
		}
		behind = next
	}
}

func TestNewest(t *testing.T) {
	dsn := database(t)
	one, two := open(t, dsn, "one"), open(t, dsn, "two")
	defer one.Close()
	defer two.Close()
	at := time.Date(2026, 11, 29, 7, 0, 0, 0, time.UTC)
	var want, cables, dead []string
	for i := range 300 {
		title := fmt.Sprintf("%03d", i)
		alerts := []notify.Alert{alertOf("desk", "a", title, "nato"), alertOf("duty", "a", title, "nato")}
		if i%100 == 7 {
			alerts[1].Rules = append(alerts[1].Rules, notify.RuleHit{Name: "cables"})
			cables = append(cables, title+"[desk duty]")
		}
		if i%50 == 3 {
			alerts = alerts[:1]
		}
		if i%90 == 4 {
			dead = append(dead, title+"[desk duty]")
		}
		testutil.Must(t, one.Log(t.Context(), i%90 == 4, at.Add(time.Duration(i)*time.Second), alerts...))
		targets := "[desk duty]"
		if len(alerts) == 1 {
			targets = "[desk]"
		}
		want = append(want, title+targets)
	}
	for _, list := range [][]string{want, cables, dead} {
		slices.Reverse(list)
	}
	for _, n := range []int{7, 50, 1000} {
		testutil.Equal(t, fmt.Sprintf("all, in pages of %d", n), listed(t, two, notify.AlertFilter{}, n), want)
	}
	testutil.Equal(t, "of a rule", listed(t, two, notify.AlertFilter{Rules: []string{"cables"}}, 2), cables)
	testutil.Equal(t, "dead letters", listed(t, two, notify.AlertFilter{Dead: true}, 2), dead)
	testutil.Equal(t, "of a target that is not there", listed(t, two, notify.AlertFilter{Targets: []string{"nobody"}}, 2), []string(nil))
	testutil.Equal(t, "between two times", listed(t, two, notify.AlertFilter{From: at.Add(10 * time.Second), To: at.Add(13 * time.Second)}, 2),
		[]string{"012[desk duty]", "011[desk duty]", "010[desk duty]"})

	var traces []string
	testutil.Must(t, two.Traces(t.Context(), at.Add(298*time.Second), func(a notify.Trace) bool {
		traces = append(traces, a.Item.Title+" "+string(a.State))
		return true
	}))

	testutil.Equal(t, "traces", traces, []string{"298 sent", "298 sent", "299 sent", "299 sent"})
	var n int
	testutil.Must(t, two.Traces(t.Context(), time.Time{}, func(notify.Trace) bool { n++; return n < 400 }))
	testutil.Equal(t, "traces, until it is enough", n, 400)
	var letters []notify.Trace
	testutil.Must(t, two.DeadTraces(t.Context(), at.Add(100*time.Second), func(l notify.Trace) bool { letters = append(letters, l); return true }))
	testutil.Equal(t, "dead letters since then", len(letters), 4)
}

func TestTrace(t *testing.T) {
	s := open(t, database(t), "one")
	defer s.Close()
	a := alertOf("desk", "a", "x")
	testutil.Must(t, s.Log(t.Context(), false, time.Now(), a, alertOf("duty", "a", "x"), alertOf("desk", "a", "y")))
	for _, id := range []string{a.ID, a.ID[:9], "msg_" + a.ID} {
		got, err := s.Trace(t.Context(), id)
		testutil.Must(t, err)
		testutil.Equal(t, "by "+id, []any{got.ID, got.State}, []any{a.ID, notify.StateSent})
		all, err := s.Beside(t.Context(), id)
		testutil.Must(t, err)
		testutil.Equal(t, "beside it", len(all), 2)
	}
	for id, says := range map[string]string{
		"": "no alert has the id", "x": "no alert has", a.ID + "x": "no alert has", "msg_x": "no alert has", "a\x00b": "no alert has", "\xff": "no alert has",
	} {
		_, err := s.Trace(t.Context(), id)
		if _, ok := errors.AsType[*notify.NoAlertError](err); !ok || !strings.HasPrefix(err.Error(), says) {
			t.Errorf("%q: %v", id, err)
		}
	}
	testutil.Must(t, s.Acknowledge(t.Context(), a.ID[:9], notify.Acknowledgement{By: "anna", Note: "called"}))
	for _, id := range []string{a.ID, alertOf("duty", "a", "x").ID} {
		got, err := s.Trace(t.Context(), id)
		testutil.Must(t, err)
		if got.Acknowledged == nil || got.Acknowledged.By != "anna" || time.Since(got.Acknowledged.At).Abs() > time.Minute {
			t.Errorf("acknowledged: %+v", got.Acknowledged)
		}
	}
}

// Whoever watches alerts on one machine hears of those that another one logs.
func TestWatchElsewhere(t *testing.T) {
	dsn := database(t)
	one, two := open(t, dsn, "one"), open(t, dsn, "two")
	defer one.Close()
	defer two.Close()
	w := two.Watch()
	defer w.Close()
	one.Tell(true, "a") // before the other machine can know that somebody watches
	one.Tell(false, "b", "a")
	two.Tell(true, "own")
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	heard := make(map[string]bool)
	hear := func(n int) {
		t.Helper()
		for len(heard) < n {
			ids, came, missed, err := w.Next(ctx)
			if err != nil || missed {
				t.Fatalf("heard %v, missed more: %v, %v", heard, missed, err)
			}
			for _, id := range ids {
				heard[id] = heard[id] || came[id]
			}
		}
	}
	hear(3)
	testutil.Equal(t, "heard", heard, map[string]bool{"a": true, "b": false, "own": true})
	one.Tell(true, "c")
	hear(4)
	for i := range 5000 {
		one.Tell(false, fmt.Sprint(i))
	}
	for missed := false; !missed; {
		var err error
		if _, _, missed, err = w.Next(ctx); err != nil {
			t.Fatal("of more than can be told nobody says that it was missed")
		}
	}
}

func TestTallies(t *testing.T) {
	dsn := database(t)
	one, two := open(t, dsn, "one"), open(t, dsn, "two")
	defer one.Close()
	defer two.Close()
	both := []notify.Alert{alertOf("desk", "a", "1", "nato"), alertOf("duty", "a", "1", "nato"), alertOf("desk", "a", "2", "nato", "cables")}
	for range 20 { // in whatever parts
		testutil.Must(t, one.Brought(t.Context(), 7, time.Now(), 3, both, map[string]int{"nato": 3, "cables": 1}))
		testutil.Must(t, two.Brought(t.Context(), 8, time.Now(), 0, nil, nil))
	}
	tallies, err := two.RuleTallies(t.Context(), []string{"nato", "cables", "never"})
	testutil.Must(t, err)
	last := len(tallies["nato"].Days) - 1
	testutil.Equal(t, "nato", tallies["nato"].Days[last].Items, 40)
	testutil.Equal(t, "its alerts and those alone", []int{tallies["nato"].Days[last].Alerts, tallies["nato"].Days[last].Alone}, []int{60, 20})
	testutil.Equal(t, "cables", []int{tallies["cables"].Days[last].Items, tallies["cables"].Days[last].Alone}, []int{20, 0})
	testutil.Equal(t, "rules", len(tallies), 2)
	matched, err := one.LastMatched(t.Context(), []string{"cables"})
	testutil.Must(t, err)
	if time.Since(matched["cables"]).Abs() > time.Minute {
		t.Errorf("cables matched %v", matched)
	}
}

func TestOldDaysGo(t *testing.T) {
	dsn := database(t)
	s := open(t, dsn, "one")
	defer s.Close()
	today := int(time.Now().Unix() / (24 * 60 * 60))
	for rule, days := range map[string][]int{"daily": {0, 29, 30, 100}, "quiet": {90, 100}, "gone": {500}} {
		for _, back := range days {
			for part := range 2 {
				sql(t, dsn, `insert into rule_day values ($1, $2, $3, 1, 1, 1, now())`, rule, today-back, part)
			}
		}
	}
	testutil.Must(t, s.PruneDays(t.Context()))
	tallies, err := s.RuleTallies(t.Context(), []string{"daily", "quiet", "gone"})
	testutil.Must(t, err)
	days := tallies["daily"].Days
	testutil.Equal(t, "the last days", []int{days[0].Items, days[29].Items}, []int{2, 2})
	if tallies["quiet"].Last.IsZero() {
		t.Error("it is forgotten when a rule matched that is quiet")
	}
	if _, ok := tallies["gone"]; ok {
		t.Error("a rule that matched more than a year ago is remembered")
	}
	for rule, left := range map[string]int{"daily": 4, "quiet": 2} {
		testutil.Equal(t, "rows left of "+rule, rows(t, dsn, `select count(*) from rule_day where rule = $1`, rule), left)
	}
}
