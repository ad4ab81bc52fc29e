package main

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"
)

// TestKillBeforeDelivery kills the daemon before the receiver has accepted the first of
// three alerts of one poll: they are on disk, one is being sent and two wait. After a
// restart each arrives, once.
func TestKillBeforeDelivery(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.baseline("one")
	w.flag("hold", true)
	w.publish("four", "three", "two", "one")
	p := w.start()
	w.await("a request", func() bool { return len(w.records("begun.jsonl")) > 0 })
	p.kill()
	if got := w.records("hooks.jsonl"); len(got) > 0 {
		t.Fatalf("the receiver accepted %v before", got)
	}
	first := w.records("begun.jsonl")[0]
	// The receiver must have noticed, otherwise it would still accept what it holds.
	w.await("the receiver to see the connection go", func() bool { return len(w.records("left.jsonl")) > 0 })

	w.flag("hold", false)
	p = w.start()
	for _, title := range []string{"two", "three", "four"} {
		w.awaitTitle("hooks.jsonl", title)
	}
	p.end()
	accepted := w.records("hooks.jsonl")
	if len(accepted) != 3 {
		t.Errorf("the receiver accepted %d alerts, want 3: %v", len(accepted), accepted)
	}
	if ids := idsOf(accepted, first.Title); len(ids) != 1 || ids[0] != first.ID {
		t.Errorf("%s was sent as %s before the kill and arrived as %v", first.Title, first.ID, ids)
	}
}

// TestKillBeforeSettle kills the daemon after the receiver has accepted an alert and before
// the daemon has stored that: the one gap that cannot be closed. The alert comes again,
// under the same delivery id, and the log says that it may be a repeat.
func TestKillBeforeSettle(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.baseline("one")
	w.flag("mute", true)
	w.publish("two", "one")
	p := w.start()
	w.awaitTitle("hooks.jsonl", "two")
	p.kill()

	w.flag("mute", false)
	w.publish("three", "two", "one")
	p = w.start()
	w.awaitTitle("hooks.jsonl", "three")
	w.await("two once more", func() bool { return len(idsOf(w.records("hooks.jsonl"), "two")) > 1 })
	p.end()
	ids := idsOf(w.records("hooks.jsonl"), "two")
	if len(ids) != 2 || ids[0] != ids[1] {
		t.Errorf("the alert came under the ids %v, want one id twice", ids)
	}
	if !p.logged("ambiguous=true") {
		t.Errorf("the log does not say that an alert may have come twice:\n%s", p.log)
	}
}

// TestKillAtAnyTime kills the daemon again and again at random moments while
// the feed goes on. Whatever the moment, every item arrives, and no item under
// two delivery ids.
func TestKillAtAnyTime(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a while")
	}
	t.Parallel()
	w := newWorld(t)
	titles := []string{"zero"}
	w.baseline(titles...)
	for round := range 12 {
		titles = append([]string{fmt.Sprintf("report %d", round)}, titles...)
		w.publish(titles...)
		p := w.start()
		// Between opening the store and the end of a delivery.
		<-time.After(rand.N(1500 * time.Millisecond))
		p.kill()
	}
	p := w.start()
	for _, title := range titles[:len(titles)-1] {
		w.awaitTitle("hooks.jsonl", title)
	}
	p.end()
	records := w.records("hooks.jsonl")
	for _, title := range titles[:len(titles)-1] {
		for _, id := range idsOf(records, title) {
			if first := idsOf(records, title)[0]; id != first {
				t.Errorf("%s arrived under the ids %s and %s", title, first, id)
			}
		}
	}
	if ids := idsOf(records, "zero"); len(ids) > 0 {
		t.Errorf("the baseline was alerted: %v", ids)
	}
}

// TestEndsInTime: a receiver that never answers does not keep the daemon from ending within
// ten seconds, and what it did not accept arrives after the next start.
func TestEndsInTime(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.baseline("one")
	w.flag("hold", true)
	w.publish("two", "one")
	p := w.start()
	w.awaitTitle("begun.jsonl", "two")
	code, took := p.end()
	if code != 0 || took > 10*time.Second {
		t.Errorf("ended with %d after %v", code, took)
	}
	w.flag("hold", false)
	p = w.start()
	w.awaitTitle("hooks.jsonl", "two")
	p.end()
	if ids := idsOf(w.records("hooks.jsonl"), "two"); len(ids) != 1 {
		t.Errorf("accepted %d times", len(ids))
	}
}
