package poll

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"watcher/internal/feeds"
)

func TestOutage(t *testing.T) {
	// Each step is a poll of one of many feeds over some hosts.
	type step struct {
		after  time.Duration // since the step before
		took   time.Duration
		feed   int
		host   int
		answer bool
		ill    bool // it did not work before
	}
	fails := func(n, hosts int, apart time.Duration) (steps []step) {
		for i := range n {
			steps = append(steps, step{after: apart, took: time.Second, feed: i, host: i % hosts})
		}
		return steps
	}
	for _, test := range []struct {
		shows string
		steps []step
		want  bool
	}{
		{"five feeds on three hosts, one after the other", fails(5, 3, 2*time.Second), true},
		{"four feeds are too few", fails(4, 4, 2*time.Second), false},
		{"two hosts may be down by themselves", fails(20, 2, 2*time.Second), false},
		{"one feed that fails again and again is one feed", append(fails(4, 4, 2*time.Second), fails(1, 1, time.Minute)...), false},
		{"failures hours apart are each feed's own", fails(8, 8, time.Hour), false},
		{"an answer between them shows that the connection works",
			append(append(fails(4, 4, 2*time.Second), step{after: time.Second, answer: true}), step{after: 2 * time.Second, took: time.Second, feed: 5, host: 5}), false},
		{"feeds that never worked may be misspelt", func() []step {
			steps := fails(10, 5, 2*time.Second)
			for i := range steps {
				steps[i].ill = true
			}
			return steps
		}(), false},
		{"so does an answer while the polls that fail wait for their time-out",
			append([]step{{answer: true}}, func() (steps []step) {
				for i := range 8 {
					steps = append(steps, step{after: time.Second, took: time.Minute, feed: i, host: i})
				}
				return steps
			}()...), false},
	} {
		t.Run(test.shows, func(t *testing.T) {
			var o outage
			now := noon
			for _, s := range test.steps {
				now = now.Add(s.after)
				if s.answer {
					o.answer("another", now)
					continue
				}
				o.fail(fmt.Sprint("feed ", s.feed), fmt.Sprint("host ", s.host), !s.ill, now.Add(-s.took), now)
			}
			if got := !o.current().IsZero(); got != test.want {
				t.Errorf("outage: %v", got)
			}
		})
	}
}

// An outage is reported once, after it has lasted, and so is its end.
func TestOutageIsToldOnce(t *testing.T) {
	var o outage
	now, told := noon, 0
	for i := range 200 {
		now = now.Add(2 * time.Second)
		cut := o.fail(fmt.Sprint(i%10), fmt.Sprint(i%5), true, now.Add(-time.Second), now)
		if !cut.tell {
			continue
		}
		told++
		if lasted := now.Sub(cut.since); lasted < outageTold || lasted > outageTold+2*time.Second {
			t.Errorf("told after %v", lasted)
		}
	}
	if told != 1 {
		t.Errorf("told %d times", told)
	}
	if over := o.answer("0", now); !over.Told || !over.Since.Equal(noon.Add(2*time.Second)) {
		t.Errorf("the end: %+v", over)
	}
	if over := o.answer("0", now.Add(time.Second)); over.Told || !o.current().IsZero() {
		t.Errorf("the end again: %+v", over)
	}
	// A short one is not reported.
	for i := range 6 {
		o.fail(fmt.Sprint("b", i), fmt.Sprint(i), true, now.Add(2*time.Second), now.Add(3*time.Second))
	}
	if o.current().IsZero() {
		t.Error("the second outage was not noticed")
	}
	if over := o.answer("b0", now.Add(5*time.Second)); over.Told {
		t.Error("an outage of seconds was told")
	}
}

// Five feeds that died together among others that are polled rarely do not make one outage
// after another.
func TestDeadFeedsAmongSleepyOnes(t *testing.T) {
	var o outage
	now := noon
	outages := 0
	for range 10 {
		for range 30 {
			for i := range 6 {
				now = now.Add(2 * time.Second)
				o.fail(fmt.Sprint(i), fmt.Sprint(i%3), true, now.Add(-time.Second), now)
			}
			now = now.Add(time.Minute)
		}
		if !o.current().IsZero() {
			outages++
		}
		o.answer("sleepy", now)
	}
	if outages != 1 {
		t.Errorf("taken for an outage %d times, want once", outages)
	}
	// They count again once they have answered.
	for i := range 6 {
		o.answer(fmt.Sprint(i), now)
	}
	for i := range 6 {
		now = now.Add(2 * time.Second)
		o.fail(fmt.Sprint(i), fmt.Sprint(i%3), true, now.Add(-time.Second), now)
	}
	if o.current().IsZero() {
		t.Error("the next outage was not noticed")
	}
}

func TestWhatAnErrorSaysOfTheConnection(t *testing.T) {
	for kind := feeds.Network; kind <= feeds.Malformed; kind++ {
		err := fmt.Errorf("poll: %w", &feeds.FetchError{Kind: kind})
		down := kind == feeds.Network || kind == feeds.DNS || kind == feeds.Timeout
		unsure := kind == feeds.TLS || kind == feeds.Refused
		if unreachable(err) != down {
			t.Errorf("%v: unreachable is %v", kind, !down)
		}
		if !down && isAnswer(err) == unsure {
			t.Errorf("%v: is an answer: %v", kind, !unsure)
		}
	}
	if err := errors.New("the store is full"); unreachable(err) || isAnswer(err) {
		t.Error("an error of our own says nothing of the connection")
	}
}

// What a crash takes with it before it is stored happens again, and nothing that is stored
// happens twice.
func TestOutageIsWhatTheStoreHas(t *testing.T) {
	begin := noon.Add(-time.Hour)
	for _, test := range []struct {
		shows     string
		was       Outage
		lose      bool // the outcome with its report is not stored
		tells     int
		endIsTold bool
	}{
		{"one that was told is not told again, and its end is", Outage{begin, true}, false, 0, true},
		{"one that was noticed is told, once", Outage{begin, false}, false, 1, true},
		{"what was told in an outcome that is lost is told again", Outage{begin, false}, true, 2, true},
		{"none was stored: a single failure is the feed's", Outage{}, false, 0, false},
	} {
		t.Run(test.shows, func(t *testing.T) {
			var o outage
			o.recall(test.was)
			now, tells := noon, 0
			for range 3 {
				now = now.Add(time.Minute)
				cut := o.fail("a", "a.example", true, now.Add(-time.Second), now)
				if !cut.since.Equal(test.was.Since) {
					t.Errorf("a failure counts for an outage since %v", cut.since)
				}
				if cut.tell {
					tells++
				}
				o.settled(&Outcome{Outage: cut.change}, !test.lose || tells > 1)
			}
			if tells != test.tells {
				t.Errorf("told %d times, want %d", tells, test.tells)
			}
			if over := o.answer("b", now.Add(time.Second)); over.Told != test.endIsTold {
				t.Errorf("the end: %+v", over)
			}
		})
	}
}
