//go:build !race

package poll_test

import (
	"flag"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"watcher/internal/feeds"
	"watcher/internal/notify"
)

// simulated is a feed of a publisher, and what came of it.
type simulated struct {
	habits habits
	seed   uint64
	made   *publisher
	alerts []notify.Alert
	came   account
	holds  int // polls that held items
}

// live polls publishers once an hour, so many times, with a real store. A person who looks
// once an hour accepts what is held. All stories match.
func live(outer *testing.T, polls int, all []*simulated) {
	outer.Helper()
	dir := outer.TempDir()
	synctest.Test(outer, func(t *testing.T) {
		w := newWeb()
		var sources []feeds.Source
		byFeed := map[string]*simulated{}
		for i, s := range all {
			src := source(fmt.Sprint("f", i), hour)
			s.made = newPublisher(s.habits, i, s.seed, time.Now())
			w.serve(src.URL, func(now time.Time) answer { return answer{body: s.made.next(now)} })
			sources = append(sources, src)
			byFeed[src.ID] = s
		}
		plan := categoryPlan(t)
		plan.Ops = []string{"ops"}
		plan.EachArticle = map[string]bool{"desk": true} // publishers with the same boilerplate must not become a story
		n := idle(t, w, dir, plan, sources...)
		defer func() { n.must(n.store.Close()) }()
		for range polls {
			sum := n.once()
			if len(sum.Failed) > 0 {
				t.Fatalf("%s cannot be read: %s", sum.Failed[0].Feed, sum.Failed[0].Error)
			}
			after(hour) // many alerts are held in parts
			for _, a := range n.take("desk") {
				byFeed[a.Item.Feed].alerts = append(byFeed[a.Item.Feed].alerts, a)
			}
			for e, err := range n.store.Feeds(ctx) {
				n.must(err)
				if e.State.Held > 0 {
					byFeed[e.Feed].holds++
					_, err := n.poll.Accept(ctx, e.Feed)
					n.must(err)
				}
			}
		}
		for _, s := range all {
			s.came = s.made.account(s.alerts)
			if len(s.came.strange) > 0 {
				t.Fatalf("%v, seed %d: alerts of what was never shown: %v", s.habits, s.seed, s.came.strange)
			}
		}
	})
}

// wrong says what was lost or alerted twice; empty if nothing was.
func (s *simulated) wrong() string {
	if len(s.came.lost)+len(s.came.twice) == 0 {
		return ""
	}
	return fmt.Sprintf("%v (seed %d): of %d stories lost %v, told twice or though old %v", s.habits, s.seed, s.came.stories, s.came.lost, s.came.twice)
}

// Each habit that a person could see through, by itself: no story is lost, and none is
// alerted twice.
func TestEachHabit(t *testing.T) {
	seeds, polls := 1, 14
	if n, err := strconv.Atoi(flag.Lookup("rapid.checks").Value.String()); err == nil && n > 100 {
		seeds, polls = n/100, 30 // the long form
	}
	each := eachHabit()
	var all []*simulated
	for _, h := range each {
		for seed := range seeds {
			all = append(all, &simulated{habits: h, seed: uint64(seed)})
		}
	}
	live(t, polls, all)
	var table strings.Builder
	for i, h := range each {
		var stories, lost, twice, holds int
		var wrong []string
		for _, s := range all[i*seeds : (i+1)*seeds] {
			stories, lost, twice, holds = stories+s.came.stories, lost+len(s.came.lost), twice+len(s.came.twice), holds+s.holds
			if w := s.wrong(); w != "" {
				wrong = append(wrong, w)
			}
		}
		fmt.Fprintf(&table, "| %v | %d | %d | %d | %d |\n", h, stories, lost, twice, holds)
		t.Run(h.String(), func(t *testing.T) {
			for _, w := range wrong {
				t.Error(w)
			}
		})
	}
	t.Logf("\n| habits | stories | lost | told twice | polls that held |\n|---|---|---|---|---|\n%s", table.String())
}

// drawHabits draws habits that the judgement must see through, up to most at once.
func drawHabits(most int) *rapid.Generator[habits] {
	return rapid.Custom(func(t *rapid.T) habits {
		var h habits
		v := reflect.ValueOf(&h).Elem()
		for range rapid.IntRange(1, most).Draw(t, "habits") {
			i := rapid.IntRange(0, v.NumField()-1).Draw(t, "habit")
			switch f, name := v.Field(i), v.Type().Field(i).Name; name {
			case "Window":
				f.SetInt(int64(rapid.SampledFrom([]int{1, 3, 5, 25}).Draw(t, name)))
			default:
				if f.Kind() == reflect.Bool {
					f.SetBool(true)
				} else {
					f.SetString(rapid.SampledFrom(kindsOf[name]).Draw(t, name))
				}
			}
		}
		return h
	}).Filter(func(h habits) bool { return h.asked() })
}

// kindsOf has the values of each habit with several kinds.
var kindsOf = map[string][]string{"GUID": guids, "Link": links, "Title": titles, "Date": dates, "Text": texts, "Order": orders, "Once": onces}

// Any three habits at once that a person could see through: no story is lost, and none is
// alerted twice. A failure prints its documents.
func TestAnyHabits(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		s := &simulated{habits: drawHabits(3).Draw(r, "habits"), seed: rapid.Uint64Range(0, 1<<20).Draw(r, "seed")}
		live(t, rapid.IntRange(4, 20).Draw(r, "polls"), []*simulated{s})
		if w := s.wrong(); w != "" {
			r.Fatalf("%s\n%s", w, s.made.show())
		}
	})
}
