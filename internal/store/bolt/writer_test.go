package bolt

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// A large write has a transaction to itself, the next transaction has small ones, and none
// waits for ever.
func TestGather(t *testing.T) {
	small, large := func(records int) *write { return &write{records: records} }, func() *write { return new(write) }
	for _, c := range []struct {
		name         string
		small, large []*write
		want         []int // writes in each transaction
		withLarge    []bool
	}{
		{"small ones share a transaction", []*write{small(1), small(1), small(1)}, nil, []int{3}, []bool{false}},
		{"as long as they change few records", []*write{small(200), small(200), small(200), small(200)}, nil, []int{3, 1}, []bool{false, false}},
		{"one that changes many is not split", []*write{small(5000), small(1)}, nil, []int{1, 1}, []bool{false, false}},
		{"large ones do not", nil, []*write{large(), large()}, []int{1, 1}, []bool{true, true}},
		{
			"every other transaction is a large one while small ones wait",
			[]*write{small(512), small(512), small(512), small(512)},
			[]*write{large(), large(), large()},
			[]int{1, 1, 1, 1, 1, 1, 1}, []bool{true, false, true, false, true, false, false},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := &Store{writes: make(chan *write, 10), large: make(chan *write, 10)}
			for _, w := range c.small {
				s.writes <- w
			}
			for _, w := range c.large {
				s.large <- w
			}
			var b batch
			var got []int
			var withLarge []bool
			for range c.want {
				s.gather(&b)
				got, withLarge = append(got, len(b.writes)), append(withLarge, b.large)
			}
			if !slices.Equal(got, c.want) || !slices.Equal(withLarge, c.withLarge) {
				t.Errorf("transactions of %v writes, large: %v; want %v, %v", got, withLarge, c.want, c.withLarge)
			}
			if close(s.writes); s.gather(&b) {
				t.Errorf("a store that is closed has %d writes more", len(b.writes))
			}
		})
	}
}

// After a large write the next large one waits a while, and small ones do not.
func TestGatherRests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &Store{writes: make(chan *write, 10), large: make(chan *write, 10)}
		s.large <- new(write)
		b := batch{large: true, rested: time.Now().Add(maxRest)}
		go func() {
			time.Sleep(maxRest / 2)
			s.writes <- &write{records: 1}
		}()
		for _, want := range []struct {
			large bool
			after time.Duration
		}{{false, maxRest / 2}, {true, maxRest}} {
			start := b.rested.Add(-maxRest)
			if s.gather(&b); b.large != want.large || len(b.writes) != 1 || time.Since(start) != want.after {
				t.Errorf("%d writes, large: %v, after %v; want one, %v, after %v", len(b.writes), b.large, time.Since(start), want.large, want.after)
			}
		}
	})
}
