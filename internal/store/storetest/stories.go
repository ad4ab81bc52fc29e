package storetest

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"watcher/internal/notify"
	"watcher/internal/notify/story"
	"watcher/internal/testutil"
)

// wire returns an article with a text that no other article has.
func wire(target, feed, title, text string) notify.Alert {
	a := alert(target, feed, title)
	a.Story = story.SketchOf(title, text)
	a.Rules = []notify.RuleHit{{Name: "nato", Terms: []string{"NATO"}}}
	return a
}

// article returns a text of 60 words; texts of different numbers have no words in common.
func article(n int) string {
	var words []string
	for i := range 60 {
		words = append(words, fmt.Sprintf("w%dx%d", n, i))
	}
	return strings.Join(words, " ")
}

func stories(t *testing.T, open Open) {
	s := open(t)
	defer s.Close()
	first := wire("desk", "a", "x", article(1))
	testutil.Must(t, s.Report(ctx, []notify.Alert{first, wire("desk", "b", "another", article(2))}))
	testutil.Must(t, s.Report(ctx, []notify.Alert{wire("desk", "b", "the same in b", article(1)), wire("desk", "c", "in c", "Shared. "+article(1)+" And more.")}))
	testutil.Equal(t, "held", titles(held(t, s, "desk")), []string{"x", "another"})
	freezeAll(t, s, "desk")
	testutil.Must(t, s.Report(ctx, []notify.Alert{wire("desk", "d", "in d", article(1))}))
	testutil.Equal(t, "held once the first was composed", len(held(t, s, "desk")), 0)
	var feeds []string
	for _, place := range trace(t, s, first.ID).AlsoIn {
		feeds = append(feeds, place.Feed)
	}
	testutil.Equal(t, "also in", feeds, []string{"b", "c", "d"})
	short := wire("desk", "e", "short in e", "a b c")
	testutil.Must(t, s.Report(ctx, []notify.Alert{short, wire("desk", "f", "short in f", "a b c")}))
	testutil.Equal(t, "held of short ones", len(held(t, s, "desk")), 2)
}

func storySevere(t *testing.T, open Open) {
	s := open(t)
	defer s.Close()
	testutil.Must(t, s.Report(ctx, []notify.Alert{wire("desk", "a", "x", article(1))}))
	freezeAll(t, s, "desk")
	severe := wire("desk", "b", "y", article(1))
	severe.Severity = notify.High
	testutil.Must(t, s.Report(ctx, []notify.Alert{severe}))
	got := held(t, s, "desk")
	if len(got) != 1 || got[0].Item.Title != "y" || len(got[0].AlsoIn) != 1 || got[0].AlsoIn[0].Feed != "a" {
		t.Fatalf("held: %+v", got)
	}
	freezeAll(t, s, "desk")
	again := wire("desk", "c", "z", article(1))
	again.Severity = notify.High
	testutil.Must(t, s.Report(ctx, []notify.Alert{again}))
	testutil.Equal(t, "held of the next severe one", len(held(t, s, "desk")), 0)
}

// matching makes an alert match some rules.
func matching(a notify.Alert, rules ...string) notify.Alert {
	a.Rules = nil
	for _, name := range rules {
		a.Rules = append(a.Rules, notify.RuleHit{Name: name, Terms: []string{"of " + a.Item.Feed}})
	}
	return a
}

func storyRules(t *testing.T, open Open) {
	s := open(t)
	defer s.Close()
	for target, sent := range map[string]bool{"wait": false, "soon": true} {
		told := func(want string, alerts ...notify.Alert) {
			t.Helper()
			testutil.Must(t, s.Report(ctx, alerts))
			got := titles(held(t, s, target))
			if last := strings.Join(got[max(0, len(got)-1):], ""); last != want {
				t.Errorf("%s holds %v, want %q as the last", target, got, want)
			}
			if sent && len(got) > 0 {
				freezeAll(t, s, target)
			}
		}
		copyIn := func(feed string, rules ...string) notify.Alert {
			return matching(wire(target, feed, "in "+feed, article(1)), rules...)
		}
		told("in a", copyIn("a", "kharkiv"))
		told("in b", copyIn("b", "odesa"))
		if !sent {
			got := held(t, s, target)
			testutil.Equal(t, "rules of the first", len(got[0].Rules), 1)
			testutil.Equal(t, "rules of the second", len(got[1].Rules), 1)
			testutil.Equal(t, "where the second says that the story stands", got[1].AlsoIn[0].Feed, "a")
			freezeAll(t, s, target)
		}
		// The story has been alerted under both rules, whichever of its articles comes.
		told("", copyIn("c", "kharkiv"), copyIn("d", "odesa"), copyIn("e", "odesa", "kharkiv"))
		told("in f", copyIn("f", "kharkiv", "cables"))
		if !sent {
			freezeAll(t, s, target)
		}
		told("", copyIn("g", "odesa"), copyIn("h", "cables"), copyIn("i", "kharkiv"))
	}
}

func storySameItem(t *testing.T, open Open) {
	s := open(t)
	defer s.Close()
	first := matching(wire("desk", "a", "x", article(1)), "kharkiv")
	again := func(feed, rule string) notify.Alert {
		a := matching(wire("desk", feed, "x", article(1)), rule)
		a.Keys = append([]notify.ItemKey{first.Keys[0]}, a.Keys...)
		return a
	}
	testutil.Must(t, s.Report(ctx, []notify.Alert{first, again("b", "odesa")}))
	got := held(t, s, "desk")
	if len(got) != 1 || len(got[0].Rules) != 2 {
		t.Fatalf("held: %+v", got)
	}
	freezeAll(t, s, "desk")
	testutil.Must(t, s.Report(ctx, []notify.Alert{again("c", "cables")}))
	testutil.Equal(t, "held once the item was told", len(held(t, s, "desk")), 0)
	// Another article of the story that was alerted by itself leaves the item as it was.
	testutil.Must(t, s.Report(ctx, []notify.Alert{matching(wire("desk", "d", "y", article(1)), "cables")}))
	testutil.Must(t, s.Report(ctx, []notify.Alert{again("e", "ports")}))
	got = held(t, s, "desk")
	if len(got) != 1 || got[0].Item.Title != "y" || len(got[0].Rules) != 1 {
		t.Fatalf("held: %+v", got)
	}
	testutil.Equal(t, "where the item stands", len(trace(t, s, first.ID).AlsoIn), 3)
}

func storyBounds(t *testing.T, open Open) {
	s := open(t)
	defer s.Close()
	testutil.Must(t, s.Report(ctx, []notify.Alert{wire("desk", "a", "x", article(1)), wire("desk", "a", "same feed", article(1))}))
	testutil.Equal(t, "held", titles(held(t, s, "desk")), []string{"x", "same feed"})
	time.Sleep(73 * time.Hour)
	testutil.Must(t, s.Report(ctx, []notify.Alert{wire("desk", "b", "much later", article(1))}))
	testutil.Equal(t, "held", titles(held(t, s, "desk")), []string{"x", "same feed", "much later"})
}

func storyTargets(t *testing.T, open Open) {
	s := open(t)
	defer s.Close()
	off := wire("each", "b", "y", "")
	testutil.Must(t, s.Report(ctx, []notify.Alert{wire("desk", "a", "x", article(1)), wire("duty", "a", "x", article(1)), wire("each", "a", "x", "")}))
	testutil.Must(t, s.Report(ctx, []notify.Alert{wire("desk", "b", "y", article(1)), wire("late", "b", "y", article(1)), off}))
	for target, want := range map[string][]string{"desk": {"x"}, "duty": {"x"}, "late": {"y"}, "each": {"x", "y"}} {
		testutil.Equal(t, target, titles(held(t, s, target)), want)
	}
}

// The same form filled in on another day, with the beginning of the first one.
func storyForms(t *testing.T, open Open) {
	form := func(figures ...any) string { return fmt.Sprintf(article(1)+" %d %d %d %d", figures...) }
	s := open(t)
	testutil.Must(t, s.Report(ctx, []notify.Alert{wire("desk", "a", "Monday", form(11, 12, 13, 14))}))
	testutil.Must(t, s.Close())
	s = open(t)
	defer s.Close()
	testutil.Must(t, s.Report(ctx, []notify.Alert{wire("desk", "b", "Tuesday", form(21, 22, 13, 24)), wire("desk", "c", "Monday in c", form(11, 12, 13, 14))}))
	lines := article(2) + " " + article(3)
	testutil.Must(t, s.Report(ctx, []notify.Alert{wire("desk", "a", "x", article(4)+" "+lines)}))
	testutil.Must(t, s.Report(ctx, []notify.Alert{wire("desk", "b", "y with the same lines below", article(5)+" "+lines)}))
	testutil.Equal(t, "held", titles(held(t, s, "desk")), []string{"Monday", "Tuesday", "x", "y with the same lines below"})
}

// The same words in sentences of another newsroom, recognised after a restart: a quarter of
// the pairs of neighbours is left.
func storyRetold(t *testing.T, open Open) {
	var words, retold []string
	for i := range 64 {
		words = append(words, "abcdefgh"[i/8:i/8+1]+"ijklmnop"[i%8:i%8+1]+"word")
	}
	for block := range slices.Chunk(words, 4) {
		retold = append([]string{block[3], block[2], block[0], block[1]}, retold...)
	}
	s := open(t)
	testutil.Must(t, s.Report(ctx, []notify.Alert{wire("desk", "a", "x", strings.Join(words, " "))}))
	testutil.Must(t, s.Close())
	s = open(t)
	defer s.Close()
	testutil.Must(t, s.Report(ctx, []notify.Alert{wire("desk", "b", "retold", strings.Join(retold, " "))}))
	testutil.Equal(t, "held", titles(held(t, s, "desk")), []string{"x"})
}

func storyRestart(t *testing.T, open Open) {
	s := open(t)
	// A sketch of a version that kept less of a text is found all the same.
	old := wire("desk", "a", "of an earlier version", article(2))
	old.Story.Index, old.Story.Said = nil, ""
	testutil.Must(t, s.Report(ctx, []notify.Alert{wire("desk", "a", "x", article(1)), old}))
	testutil.Must(t, s.Close())
	time.Sleep(24 * time.Hour)
	s = open(t)
	defer s.Close()
	testutil.Must(t, s.Report(ctx, []notify.Alert{wire("desk", "b", "y", article(1)), wire("desk", "b", "z", article(2))}))
	testutil.Equal(t, "held", titles(held(t, s, "desk")), []string{"x", "of an earlier version"})
}

// A target that can show it is told where else an article is that it was alerted of: once
// for each place, under the first message.
func storyTrail(t *testing.T, open Open) {
	s := open(t)
	defer s.Close()
	trailing := func(feed, title string) notify.Alert {
		a := wire("desk", feed, title, article(1))
		a.Trails = true
		return a
	}
	first := trailing("a", "x")
	testutil.Must(t, s.Report(ctx, []notify.Alert{first}))
	testutil.Must(t, s.Report(ctx, []notify.Alert{trailing("b", "while it was held")}))
	testutil.Equal(t, "held", titles(held(t, s, "desk")), []string{"x"})
	freezeAll(t, s, "desk")
	testutil.Must(t, s.Settle(ctx, begin(t, s, "desk"), notify.AttemptOutcome{Sent: true, Ref: "1700.01"}))
	for range 2 {
		testutil.Must(t, s.Report(ctx, []notify.Alert{trailing("c", "y"), wire("desk", "d", "of a plan without trails", article(1))}))
	}
	got := held(t, s, "desk")
	if len(got) != 1 || got[0].Follows == nil || got[0].Follows.ID != first.ID || got[0].Item.Feed != "c" {
		t.Fatalf("held: %+v", got)
	}
	h, err := s.Held(ctx, "desk")
	testutil.Must(t, err)
	testutil.Equal(t, "a policy sees that it follows", h.Alerts[0].Follows, true)
	m := message(got[0])
	m.Follows = first.ID
	testutil.Must(t, compose(s, m))
	testutil.Equal(t, "what the first is called", begin(t, s, "desk").Message.Ref, "1700.01")
}
