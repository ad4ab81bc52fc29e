package storetest

import (
	"testing"
	"time"

	"watcher/internal/notify"
	"watcher/internal/testutil"
)

// keptTests test alerts from the poll that brings them until they are composed.
var keptTests = []test{
	{"the same item is one alert for a target, however often it is committed", oneAlert},
	{"the same link in two feeds is one alert, and the second place is noted", alsoIn},
	{"the third copy is known by the key that only the second one shared", chainOfKeys},
	{"each target has its own alert", perTarget},
	{"whoever waits is woken by a commit", woken},
}

func oneAlert(t *testing.T, open Open) {
	s := open(t)
	defer s.Close()
	sync(t, s, "a")
	for range 3 {
		commitAlerts(t, s, "a", alert("desk", "a", "x"), alert("desk", "a", "x"))
	}
	testutil.Equal(t, "held", titles(held(t, s, "desk")), []string{"x"})
	testutil.Must(t, compose(s, message(alert("desk", "a", "x"))))
	commitAlerts(t, s, "a", alert("desk", "a", "x"))
	testutil.Equal(t, "held once it was composed", titles(held(t, s, "desk")), []string{})
}

func alsoIn(t *testing.T, open Open) {
	s := open(t)
	defer s.Close()
	sync(t, s, "a", "b")
	first := alert("desk", "a", "guid in a", "link")
	first.Rules = []notify.RuleHit{{Name: "nato"}}
	second := alert("desk", "b", "guid in b", "link")
	second.Rules = []notify.RuleHit{{Name: "nato"}, {Name: "of b only"}}
	second.Severity = notify.High
	commitAlerts(t, s, "a", first)
	commitAlerts(t, s, "b", second)
	got := held(t, s, "desk")
	testutil.Equal(t, "held", titles(got), []string{"guid in a"})
	testutil.Equal(t, "also in", got[0].AlsoIn, []notify.Location{{Feed: "b", Link: second.Item.Link}})
	testutil.Equal(t, "rules", got[0].Rules, []notify.RuleHit{{Name: "nato"}, {Name: "of b only"}})
	testutil.Equal(t, "severity", got[0].Severity, notify.High)
}

func chainOfKeys(t *testing.T, open Open) {
	s := open(t)
	defer s.Close()
	sync(t, s, "a", "b", "c")
	commitAlerts(t, s, "a", alert("desk", "a", "1", "2"))
	commitAlerts(t, s, "b", alert("desk", "b", "2", "3"))
	commitAlerts(t, s, "c", alert("desk", "c", "3", "4"))
	testutil.Equal(t, "held", titles(held(t, s, "desk")), []string{"1"})
}

func perTarget(t *testing.T, open Open) {
	s := open(t)
	defer s.Close()
	sync(t, s, "a")
	commitAlerts(t, s, "a", alert("desk", "a", "x"), alert("duty", "a", "x"))
	testutil.Equal(t, "desk", titles(held(t, s, "desk")), []string{"x"})
	testutil.Equal(t, "duty", titles(held(t, s, "duty")), []string{"x"})
	testutil.Equal(t, "des, whose name begins the same", titles(held(t, s, "des")), []string{})
}

func woken(t *testing.T, open Open) {
	s := open(t)
	defer s.Close()
	sync(t, s, "a")
	h, err := s.Held(ctx, "desk")
	testutil.Must(t, err)
	woke := make(chan time.Time)
	go func() {
		_ = h.Wake.Wait(ctx)
		woke <- time.Now()
	}()
	time.Sleep(10 * time.Second)
	start := time.Now()
	commit(t, s, outcome(claimOne(t, s, "a"), "seen", alert("desk", "a", "x")))
	if took := (<-woke).Sub(start); took > time.Second {
		t.Errorf("woken after %v", took)
	}
}
