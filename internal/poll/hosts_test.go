package poll

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// world is a hosts with a clock, running jobs, and what was observed.
type world struct {
	t      *rapid.T
	hosts  *hosts
	plan   *Plan
	now    time.Time
	began  time.Time
	nextID int

	waiting map[string][]int             // per host, in the order that they were added
	running map[string]map[int]running   // per host
	started map[string]time.Time         // per host, the last start
	barred  map[string]time.Time         // per host
	back    map[string]map[time.Time]int // per host, how often a turn was given out
}

type running struct {
	job  *job
	from time.Time
}

var places = []string{"a.example", "b.example", "c.example:8080"}

func newWorld(t *rapid.T, patience time.Duration) *world {
	begin := time.Date(2026, 10, 1, 12, 0, 0, 0, time.UTC)
	w := &world{
		t: t, hosts: newHosts(patience), now: begin, began: begin,
		plan: &Plan{
			Limit: HostLimit{Parallel: 2, Spacing: 100 * time.Millisecond},
			Limits: map[string]HostLimit{
				"b.example":      {Parallel: 1, Spacing: time.Second},
				"c.example:8080": {Parallel: 5},
			},
		},
		waiting: map[string][]int{}, running: map[string]map[int]running{},
		started: map[string]time.Time{}, barred: map[string]time.Time{}, back: map[string]map[time.Time]int{},
	}
	for _, p := range places {
		w.running[p], w.back[p] = map[int]running{}, map[time.Time]int{}
	}
	return w
}

func (w *world) add(t *rapid.T) {
	place := rapid.SampledFrom(places).Draw(t, "host")
	w.nextID++
	feed := fmt.Sprint("feed ", rapid.IntRange(1, 8).Draw(t, "feed"))
	j := &job{plan: w.plan, feed: &PlannedFeed{host: place}, out: pollResult{Outcome: Outcome{Claim: Claim{Feed: feed, Token: uint64(w.nextID)}}}}
	later, queued := w.hosts.add(j, place, w.now)
	if queued {
		w.waiting[place] = append(w.waiting[place], w.nextID)
		return
	}
	w.givenBack(place, later)
}

// givenBack checks a turn: it is after now, after a bar, and nobody else's.
func (w *world) givenBack(place string, later time.Time) {
	switch {
	case !later.After(w.now):
		w.t.Fatalf("%s: a turn at %v, which is over", place, later)
	case later.Before(w.barred[place]):
		w.t.Fatalf("%s: a turn at %v, while it is barred until %v", place, later, w.barred[place])
	case w.back[place][later] == 2: // one that is newly due, and one that came in vain
		w.t.Fatalf("%s: the turn at %v was given out three times", place, later)
	}
	w.back[place][later]++
}

// start starts everything that may start, and checks each job against the limits.
func (w *world) start(t *rapid.T) {
	for {
		j := w.hosts.start(w.now)
		if j == nil {
			return
		}
		place := j.feed.host
		limit := w.plan.limit(place)
		id := int(j.out.Claim.Token)
		if last, ok := w.started[place]; ok && w.now.Sub(last) < limit.Spacing {
			t.Fatalf("%s: a start %v after another", place, w.now.Sub(last))
		}
		if w.now.Before(w.barred[place]) {
			t.Fatalf("%s: asked before %v", place, w.barred[place])
		}
		if len(w.waiting[place]) == 0 || w.waiting[place][0] != id {
			t.Fatalf("%s: %d started, and %v wait in this order", place, id, w.waiting[place])
		}
		w.waiting[place] = w.waiting[place][1:]
		w.started[place] = w.now
		w.running[place][id] = running{j, w.now}
		if n := len(w.running[place]); n > limit.Parallel {
			t.Fatalf("%s: %d polls at the same time", place, n)
		}
	}
}

func (w *world) done(t *rapid.T) {
	place := rapid.SampledFrom(places).Draw(t, "host")
	for id, r := range w.running[place] {
		r.job.took = w.now.Sub(r.from)
		w.hosts.done(r.job)
		delete(w.running[place], id)
		return
	}
}

func (w *world) bar(t *rapid.T) {
	place := rapid.SampledFrom(places).Draw(t, "host")
	until := w.now.Add(time.Duration(rapid.Int64Range(1, int64(time.Hour)).Draw(t, "bar")))
	if until.After(w.barred[place]) {
		w.barred[place] = until
	}
	for _, j := range w.hosts.backOff(place, w.plan.limit(place), until) {
		w.givenBack(place, j.host.turn(j.out.Claim.Feed, w.now))
	}
	w.waiting[place] = nil
}

func (w *world) pass(t *rapid.T) {
	w.now = w.now.Add(time.Duration(rapid.Int64Range(0, int64(3*time.Second)).Draw(t, "time")))
}

// check checks what must always hold: nothing is lost, and the hosts wake in time for what
// waits.
func (w *world) check(t *rapid.T) {
	total := 0
	for _, place := range places {
		total += len(w.waiting[place])
		if len(w.waiting[place]) == 0 || len(w.running[place]) >= w.plan.limit(place).Parallel {
			continue
		}
		wake, ok := w.hosts.wake()
		may := w.started[place].Add(w.plan.limit(place).Spacing)
		if w.barred[place].After(may) {
			may = w.barred[place]
		}
		if !ok || !w.started[place].IsZero() && wake.After(may) {
			t.Fatalf("%s could start at %v, but wakes at %v", place, may, wake)
		}
	}
	if total != w.hosts.queued {
		t.Fatalf("%d wait, but %d are counted", total, w.hosts.queued)
	}
}

func TestHostsKeepLimits(t *testing.T) {
	for _, patience := range []time.Duration{0, maxQueueAhead} {
		t.Run(fmt.Sprint("patience ", patience), func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				w := newWorld(t, patience)
				t.Repeat(map[string]func(*rapid.T){
					"add": w.add, "start": w.start, "done": w.done, "bar": w.bar, "time passes": w.pass, "": w.check,
				})
			})
		})
	}
}

// Without a bar, and with polls that end, everything that waits gets its turn.
func TestHostsServeAll(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(t, 0)
		for range rapid.IntRange(1, 60).Draw(t, "polls") {
			w.add(t)
		}
		for steps := 0; w.hosts.queued > 0; steps++ {
			if steps > 1000 {
				t.Fatalf("%d polls still wait", w.hosts.queued)
			}
			w.start(t)
			for _, place := range places {
				for id, r := range w.running[place] {
					r.job.took = w.now.Sub(r.from)
					w.hosts.done(r.job)
					delete(w.running[place], id)
				}
			}
			if at, _ := w.hosts.wake(); at.After(w.now) {
				w.now = at
			}
		}
	})
}

// A feed that comes at its turn and finds no room is not overtaken by feeds that are only
// due later.
func TestWhoComesInVainIsNotOvertaken(t *testing.T) {
	h := newHosts(maxQueueAhead)
	plan := &Plan{}
	now := time.Date(2026, 10, 1, 12, 0, 0, 0, time.UTC)
	ask := func(feed string) (later time.Time, queued bool) {
		return h.add(&job{plan: plan, feed: &PlannedFeed{}, out: pollResult{Outcome: Outcome{Claim: Claim{Feed: feed}}}}, "slow.example", now)
	}
	turns := map[string]time.Time{}
	for i := range 200 {
		feed := fmt.Sprint(i)
		if later, queued := ask(feed); !queued {
			turns[feed] = later
		}
	}
	// Nothing of the queue was polled before the first of them came back.
	now = now.Add(5 * time.Second)
	for feed, at := range turns {
		if at.After(now) {
			continue
		}
		later, queued := ask(feed)
		if queued || later.Sub(now) > 10*time.Second {
			t.Fatalf("%s comes back in %v", feed, later.Sub(now))
		}
	}
	if later, queued := ask("new"); queued || later.Sub(now) < 10*time.Second {
		t.Errorf("a feed that is due only now comes in %v", later.Sub(now))
	}
}

// Feeds that are too many for a host come back one by one, at the host's pace.
func TestTurnsAreSpread(t *testing.T) {
	h := newHosts(maxQueueAhead)
	plan := &Plan{}
	now := time.Date(2026, 10, 1, 12, 0, 0, 0, time.UTC)
	var turns []time.Time
	for i := range 1000 {
		if later, queued := h.add(&job{plan: plan, feed: &PlannedFeed{}, out: pollResult{Outcome: Outcome{Claim: Claim{Feed: fmt.Sprint(i)}}}}, "a.example", now); !queued {
			turns = append(turns, later)
		}
	}
	if h.queued > 20 {
		t.Errorf("%d claims wait in the queue, want what starts within %v", h.queued, maxQueueAhead)
	}
	for i := 1; i < len(turns); i++ {
		if gap := turns[i].Sub(turns[i-1]); gap < DefaultLimit.Spacing {
			t.Fatalf("turns %v apart", gap)
		}
	}
	if last := turns[len(turns)-1].Sub(now); last > 1000*DefaultLimit.Spacing+time.Second {
		t.Errorf("the last turn comes after %v", last)
	}
}

// A host that answers slowly gets turns at the pace of its answers.
func TestPaceIsLearnt(t *testing.T) {
	h := newHosts(maxQueueAhead)
	plan := &Plan{}
	now := time.Date(2026, 10, 1, 12, 0, 0, 0, time.UTC)
	for range 50 {
		h.add(&job{plan: plan, feed: &PlannedFeed{}}, "slow.example", now)
		j := h.start(now)
		if j == nil {
			t.Fatal("nothing starts")
		}
		j.took = 10 * time.Second
		h.done(j)
		now = now.Add(10 * time.Second)
	}
	if pace := h.byKey["slow.example"].pace(); pace < 4*time.Second || pace > 5*time.Second {
		t.Errorf("two polls of 10 s at a time make a pace of %v", pace)
	}
}
