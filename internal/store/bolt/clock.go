package bolt

import (
	"bytes"
	"container/heap"
	"time"

	"watcher/internal/store/record"
	"watcher/internal/store/sealed"
)

// slack is how far the clock may be set back without consequences: NTP does that all
// the time.
const slack = 2 * time.Second

// follow notices that the clock was set back since the last look, and moves all future
// times back with it. Otherwise feeds would not be polled until the clock has caught
// up. The caller holds mu.
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

// shiftBack moves the times that a feed waits for.
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

// fixLoadedClock does the same for a feed loaded from disk: it cannot have been polled
// in the future.
func (f *feed) fixLoadedClock(now time.Time) {
	if back := f.entry.State.Polled.Sub(now); back > slack {
		f.shiftBack(back, now)
	}
}

// maxWait is longer than any delivery waits for its retry: a Retry-After of a week is
// obeyed.
const maxWait = 8 * 24 * time.Hour

// misplaced reports whether an entry of the retry queue was written with a wrong clock:
// it was written in the future, or its due time is later than any Retry-After allows.
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

// mendRetries runs clampRetries if it has something to do.
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
