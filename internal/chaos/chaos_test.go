// Package chaos breaks the world around the real program, and counts at the
// receivers: nothing is lost, nothing arrives under two delivery ids, and what
// arrives again does so under the same id, no more often than the program itself
// reports.
package chaos

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"
)

var (
	kills = flag.Int("kills", 8, "how often TestKilled kills the program")
	full  = flag.Bool("full", false, "run the long tests too")
)

// points are the named points on the road of an article where the tests crash the
// program.
var points = []string{
	"fetched", "in a transaction", "committed", "composed", "frozen", "due", "begun", "sent", "settled",
}

// The program is killed at random moments, under a stream of new items.
func TestKilled(t *testing.T) {
	t.Parallel()
	w := newWeb(t, 3, 400)
	d := newDesk(t, w)
	bin := build(t, "watcher")
	d.baseline(bin)
	stop := w.stream(30 * time.Millisecond)
	for range *kills {
		p := d.start(bin)
		select {
		case <-time.After(time.Duration(20+rand.IntN(600)) * time.Millisecond):
		case err := <-p.ended:
			t.Fatalf("it ended by itself: %v\n%s", err, p.said())
		}
		p.kill()
	}
	stop()
	traces := d.finish(bin)
	d.setNothingAside(bin)
	d.judge(traces)
}

// The program is killed at each point, the first time it gets there and a later time.
func TestKilledAt(t *testing.T) {
	t.Parallel()
	w := newWeb(t, 3, 400)
	d := newDesk(t, w)
	bin := build(t, "watcher-faults", "-tags", "faults")
	d.baseline(bin)
	stop := w.stream(30 * time.Millisecond)
	times := []int{3}
	if *full {
		times = []int{1, 2, 10}
	}
	for _, point := range points {
		for _, n := range times {
			d.start(bin, fmt.Sprintf("WATCHER_FAULT=%s:%d", point, n)).killed()
		}
	}
	stop()
	d.judge(d.finish(bin))
}

// Killed while what one poll brought is held in parts: after the first of them,
// after a later one, and at random.
func TestKilledInAFlood(t *testing.T) {
	t.Parallel()
	w := newWeb(t, 2, 1000)
	d := newDesk(t, w)
	bin := build(t, "watcher-faults", "-tags", "faults")
	d.baseline(bin)
	w.publish("feed0", titled("flood", 600)...)
	d.start(bin, "WATCHER_FAULT=between parts:1").killed()
	w.publish("feed0", titled("late", 3)...)
	w.publish("feed1", titled("other", 3)...)
	d.start(bin, "WATCHER_FAULT=between parts:2").killed()
	p := d.start(bin)
	time.Sleep(time.Duration(rand.IntN(300)) * time.Millisecond) // no condition: it dies anywhere on the road
	p.kill()
	d.judge(d.finish(bin))
}

// long skips a test that is too long for every run.
func long(t *testing.T) {
	t.Helper()
	if !*full {
		t.Skip("takes long: make chaos runs it")
	}
	t.Parallel()
}

func titled(prefix string, n int) []string {
	titles := make([]string, n)
	for i := range titles {
		titles[i] = fmt.Sprintf("%s %d", prefix, i)
	}
	return titles
}
