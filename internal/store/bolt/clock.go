package bolt

import (
	"container/heap"
	"time"
)

// slack is how far a clock may be set back without anything having to follow:
// what keeps it right does that all the time.
const slack = 2 * time.Second

// follow notices that the clock was set back since it was last looked at, and
// moves what lies ahead along: feeds would else not be polled until it has come
// as far again. The caller holds mu.
func (s *Store) follow(now time.Time) {
	back := s.looked.Sub(now)
	s.looked = now
	if back <= slack {
		return
	}
	for _, f := range s.feeds {
		f.setBack(back, now)
		if f.lease.After(now) {
			f.lease = f.lease.Add(-back)
		}
	}
	heap.Init(&s.queue)
}

// setBack moves what a feed waits for by so much.
func (f *feed) setBack(back time.Duration, now time.Time) {
	for _, t := range []*time.Time{&f.record.Due, &f.record.State.Barred} {
		if t.After(now) {
			*t = t.Add(-back)
		}
	}
	if p := &f.record.State.Polled; p.After(now) {
		*p = now
	}
}

// loaded does the same for a feed as it was left on disk: it cannot have been
// polled in the future.
func (f *feed) loaded(now time.Time) {
	if back := f.record.State.Polled.Sub(now); back > slack {
		f.setBack(back, now)
	}
}
