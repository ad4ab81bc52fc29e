package bolt

import (
	"bytes"
	"container/heap"
	"time"

	"watcher/internal/store/record"
	"watcher/internal/store/sealed"
)

// slack is how far a clock may be set back without anything having to follow:
// what keeps it right does that all the time.
const slack = 2 * time.Second

// follow notices that the clock was set back since it was last looked at, and
// moves what lies ahead along: feeds would else not be polled until it has come
// as far again. The caller holds mu.
func (s *Store) follow(now time.Time) {
	back := s.sought.Sub(now)
	s.sought = now
	if back <= slack {
		return
	}
	for _, f := range s.feeds {
		f.shiftBack(back, now)
		if f.lease.After(now) {
			f.lease = f.lease.Add(-back)
		}
	}
	heap.Init(&s.queue)
}

// shiftBack moves what a feed waits for by so much.
func (f *feed) shiftBack(back time.Duration, now time.Time) {
	for _, t := range []*time.Time{&f.entry.Due, &f.entry.State.Barred} {
		if t.After(now) {
			*t = t.Add(-back)
		}
	}
	if p := &f.entry.State.Polled; p.After(now) {
		*p = now
	}
}

// fixLoadedClock does the same for a feed as it was left on disk: it cannot have been
// polled in the future.
func (f *feed) fixLoadedClock(now time.Time) {
	if back := f.entry.State.Polled.Sub(now); back > slack {
		f.shiftBack(back, now)
	}
}

// maxWait is longer than a delivery waits for its retry: a target is believed
// that asks for a week.
const maxWait = 8 * 24 * time.Hour

// misplaced says of a place in the retry queue that a clock which was wrong gave
// it: it was written in the future, or its due time is one that no target can
// ask for.
func misplaced(k, v []byte, now time.Time) bool {
	_, rest, _ := bytes.Cut(k, []byte{0})
	due := time.Unix(0, int64(uint64Of(rest)))
	written, _ := unstamp(v)
	return written.Sub(now) > slack || due.Sub(now) > maxWait
}

// clampRetries makes deliveries due whose places are misplaced.
func clampRetries(tx *sealed.Tx, now time.Time) error {
	retry := tx.Bucket(bucketRetry)
	var keys [][]byte
	var ids []string
	err := retry.ForEach(func(k, v []byte) error {
		if misplaced(k, v, now) {
			_, id := unstamp(v)
			keys, ids = append(keys, bytes.Clone(k)), append(ids, id)
		}
		return nil
	})
	if err != nil {
		return err
	}
	for i, k := range keys {
		var r record.Delivery
		if ok, err := getJSON(tx, bucketDeliveries, ids[i], &r); err != nil {
			return err
		} else if ok {
			r.Due = now
			if err := enqueueRetry(tx, r, now); err != nil {
				return err
			}
		}
		if err := retry.Delete(k); err != nil {
			return err
		}
	}
	return nil
}

// mendRetries does clampRetries if there is something to do.
func (s *Store) mendRetries() error {
	found := false
	err := s.view(func(tx *sealed.Tx) error {
		c, now := tx.Bucket(bucketRetry).Cursor(), clock()
		for k, v := c.First(); k != nil && !found; k, v = c.Next() {
			found = misplaced(k, v, now)
		}
		return nil
	})
	if err != nil || !found {
		return err
	}
	err = s.update(func(tx *sealed.Tx) error { return clampRetries(tx, clock()) })
	s.broadcastAll()
	return err
}
