package bolt

import (
	"slices"
	"sync/atomic"
	"time"

	"watcher/internal/store/sealed"
)

// flight is what is being sent by this process. Only the writer's goroutine uses
// it.
type flight struct {
	sending        map[string]bool
	begun, settled []string // by the transaction under way
	// suspect: the last transaction failed, and may have reached the disk all the
	// same (a sync that fails leaves what was written). Others may read it.
	suspect atomic.Bool
}

// undo forgets what the transaction under way did: it was given up, and no byte of
// it written.
func (f *flight) undo() { f.begun, f.settled = f.begun[:0], f.settled[:0] }

// land ends a transaction.
func (f *flight) land(ok bool) {
	if ok {
		for _, id := range f.begun {
			f.sending[id] = true
		}
		for _, id := range f.settled {
			delete(f.sending, id)
		}
	}
	f.begun, f.settled = f.begun[:0], f.settled[:0]
	f.suspect.Store(!ok)
}

// reclaim puts back what is marked as being sent and is not: whoever began it
// was told that it could not. Not a byte went out, so it is not ambiguous.
func (s *Store) reclaim(tx *sealed.Tx) error {
	now := clock()
	begun := tx.Bucket(bucketBegun)
	var ids []string
	begun.Sound(nil, func(id, _ []byte) bool {
		if !s.flight.sending[string(id)] {
			ids = append(ids, string(id))
		}
		return true
	})
	for _, id := range ids {
		var r deliveryRecord
		ok, err := getJSON(tx, bucketDeliveries, id, &r)
		if broken := brokenIn(err); broken != nil {
			err = setAside(tx, broken)
		}
		if err != nil {
			return err
		}
		if ok {
			r.Begun, r.Due = false, earlier(r.Frozen, now)
			r.Tries--
			r.Attempts = r.Attempts[:max(0, len(r.Attempts)-1)]
			if err := enqueueRetry(tx, r, now); err != nil {
				return err
			}
		}
		if err := begun.Delete([]byte(id)); err != nil {
			return err
		}
	}
	return nil
}

// freeDeaths is after how many deaths of the process in a row, each during an
// attempt at it, a delivery waits before the next one. What its server answers may
// be what kills, and there must be time for all else.
const freeDeaths = 3

// deaths is how many of the last attempts in a row ended with the process.
func (r *deliveryRecord) deaths() (n int) {
	for _, a := range slices.Backward(r.Attempts) {
		if !a.End.IsZero() {
			break
		}
		n++
	}
	return n
}

// requeueBegun puts back what was being sent when the last process ended, in
// front of what was frozen after it; what several processes in a row ended with
// waits for its turn longer and longer. It stays marked as begun, which makes the
// next attempt an ambiguous one.
func requeueBegun(tx *sealed.Tx, now time.Time) error {
	begun := tx.Bucket(bucketBegun)
	var ids []string
	err := begun.ForEach(func(id, _ []byte) error {
		ids = append(ids, string(id))
		return nil
	})
	if err != nil {
		return err
	}
	for _, id := range ids {
		var r deliveryRecord
		if ok, err := getJSON(tx, bucketDeliveries, id, &r); err != nil {
			return err
		} else if ok {
			if r.Due = earlier(r.Frozen, now); r.deaths() > freeDeaths {
				r.Due = now.Add(min(time.Minute<<min(r.deaths()-freeDeaths-1, 10), time.Hour))
			}
			if err := enqueueRetry(tx, r, now); err != nil {
				return err
			}
		}
		if err := begun.Delete([]byte(id)); err != nil {
			return err
		}
	}
	return nil
}
