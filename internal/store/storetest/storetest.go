// Package storetest is what every store must do: one suite that each of them runs.
package storetest

import (
	"slices"
	gosync "sync"
	"testing"
	"testing/synctest"
	"time"
)

// Open opens the store of a test. Opening it a second time, after Close, finds what
// was stored.
type Open func(t *testing.T) BothHalves

// Data is where the stores of one test keep their contents, empty at first, and what can be
// done to it. A function is nil if this kind of store has nothing like it, and the tests
// that need it are skipped.
type Data struct {
	Open Open

	// Join opens the store of another machine beside those that are open already. The clock
	// of that machine is ahead of the others' by so much, or behind; the store's clock (its
	// now, in poll.FeedStore and notify.Holding) is the same for all.
	Join func(t *testing.T, ahead time.Duration) BothHalves
	// Lease is the longest time that a dead machine still holds what it held.
	Lease time.Duration
	// Kill ends a machine as SIGKILL does: it releases nothing. Its store is not used or
	// closed afterwards.
	Kill func(t *testing.T, s BothHalves)
	// Pause stops a machine until wake is called, as SIGSTOP does: it renews nothing, and
	// notices nothing. Its store is not called meanwhile.
	Pause func(t *testing.T, s BothHalves) (wake func())

	// Lose loses the next commit of s, or, if it is stored, its answer: either way s sees
	// only a connection that broke.
	Lose func(t *testing.T, s BothHalves, stored bool)

	// Break damages one record that s has stored, as a flipped bit of the disk does, and
	// reports whether there is such a record.
	Break func(t *testing.T, s BothHalves, r Record) bool

	// ReviveFirst makes the first transaction of Revive, and returns how many alerts it changed.
	ReviveFirst func(t *testing.T, s BothHalves, target string) int
}

// Record is a record that Data.Break damages.
type Record struct {
	Kind string // one of the following
	Of   string // its name among its kind
}

// The kinds of records, and what names one of them. Not every store has all of them.
const (
	AlertRecord    = "alert"    // the alert's ID
	HeldRecord     = "held"     // an entry of what is held: the alert's ID
	DeliveryRecord = "delivery" // the message's ID
	PayloadRecord  = "payload"  // what a message has to say: its ID
	MuteRecord     = "mute"     // the name of what is muted
	FeedRecord     = "feed"     // the feed's ID
	SeenRecord     = "seen"     // what a feed has shown: its ID
	ArticleRecord  = "articles" // those of the oldest poll that is in no segment yet: nothing
)

// test tests a single machine, dataTest everything that can be done to the data.
type (
	test struct {
		name string
		test func(t *testing.T, open Open)
	}
	dataTest struct {
		name string
		test func(t *testing.T, d Data)
	}
)

// Run runs the suite, each test on data of its own, which fresh makes, for a machine or for
// several at a time. It runs in a bubble (synctest), in which time passes at once; a store
// whose clock is not time.Now must follow the bubble's.
func Run(t *testing.T, fresh func(t *testing.T, several bool) Data) {
	always := func(Data) bool { return true }
	for _, part := range []struct {
		tests []dataTest
		can   func(Data) bool
		needs string // the functions of Data that the test needs
	}{
		{slices.Concat(onOne(feedTests, keptTests, queueTests, outboxTests, floodTests, alertTests, askedTests), historyTests, longTests, answerTests()), always, ""},
		{slices.Concat(machineTests, ownerTests, sharedTests), func(d Data) bool { return d.Join != nil }, severalMachines},
		{damageTests, func(d Data) bool { return d.Break != nil }, "records that can be broken"},
		{letterTests, func(d Data) bool { return d.ReviveFirst != nil }, "transactions that can be made one by one"},
	} {
		for _, c := range part.tests {
			t.Run(c.name, func(t *testing.T) {
				d := fresh(t, part.needs == severalMachines)
				if !part.can(d) {
					t.Skipf("this kind of store has no %s", part.needs)
				}
				synctest.Test(t, func(t *testing.T) { c.test(t, d.closed()) })
			})
		}
	}
	t.Run("a clock that was set back holds nothing up", func(t *testing.T) { clockSetBack(t, fresh(t, false).closed().Open) })
}

const severalMachines = "several machines at a time"

// onOne returns the tests of a single machine.
func onOne(parts ...[]test) (tests []dataTest) {
	for _, c := range slices.Concat(parts...) {
		tests = append(tests, dataTest{c.name, func(t *testing.T, d Data) { c.test(t, d.Open) }})
	}
	return tests
}

// opened is a store that a test has opened.
type opened struct {
	BothHalves
	ended bool
}

func (o *opened) Close() error {
	o.ended = true
	return o.BothHalves.Close()
}

// closed returns d, except that the end of a test, also of a failed one, closes the stores
// that it left open: the goroutines of a store must not outlive their bubble.
func (d Data) closed() Data {
	at := func(t *testing.T, s BothHalves) BothHalves {
		o := &opened{BothHalves: s}
		t.Cleanup(func() {
			if !o.ended {
				_ = o.Close()
			}
		})
		return o
	}
	own, all := func(s BothHalves) BothHalves { return s.(*opened).BothHalves }, d
	all.Open = func(t *testing.T) BothHalves { t.Helper(); return at(t, d.Open(t)) }
	all.Join = func(t *testing.T, ahead time.Duration) BothHalves { t.Helper(); return at(t, d.Join(t, ahead)) }
	if d.Kill != nil {
		all.Kill = func(t *testing.T, s BothHalves) {
			t.Helper()
			d.Kill(t, own(s))
			s.(*opened).ended = true
		}
	}
	all.Pause = func(t *testing.T, s BothHalves) func() {
		t.Helper()
		wake := gosync.OnceFunc(d.Pause(t, own(s)))
		t.Cleanup(wake) // before it is closed
		return wake
	}
	if d.Lose != nil {
		all.Lose = func(t *testing.T, s BothHalves, stored bool) { t.Helper(); d.Lose(t, own(s), stored) }
	}
	if d.ReviveFirst != nil {
		all.ReviveFirst = func(t *testing.T, s BothHalves, target string) int {
			t.Helper()
			return d.ReviveFirst(t, own(s), target)
		}
	}
	if d.Break != nil {
		all.Break = func(t *testing.T, s BothHalves, r Record) bool { t.Helper(); return d.Break(t, own(s), r) }
	}
	return all
}
