package bolt

import (
	"sync/atomic"
	"time"

	"watcher/internal/store/record"
	"watcher/internal/store/sealed"
)

// inflight is the set of deliveries that this process is sending. Only the writer's
// goroutine uses it.
type inflight struct {
	sending        map[string]bool
	begun, settled []string // by the current transaction
	// suspect says that the last transaction failed and may still be on disk: a failed
	// fsync leaves what was written. Other goroutines may read it.
	suspect atomic.Bool
}

// undo reverts what the current transaction did to the set. The transaction was rolled
// back, and nothing of it was written.
func (f *inflight) undo() { f.begun, f.settled = f.begun[:0], f.settled[:0] }

// endTx ends a transaction.
func (f *inflight) endTx(ok bool) {
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

// reclaim requeues deliveries that are marked as being sent but are not, because their
// Begin returned an error. Nothing was sent, so they are not ambiguous.
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
		var r record.Delivery
		ok, err := getJSON(tx, bucketDeliveries, id, &r)
		if broken := brokenIn(err); broken != nil {
			err = s.setAside(tx, broken)
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

// freeDeaths is how many consecutive crashes, each during an attempt at the same
// delivery, are retried without a wait. After that the answer of its server may be what
// kills the process, and everything else must get its turn.
const freeDeaths = 3

// requeueBegun requeues what was being sent when the last process ended, ahead of what
// was frozen later. A delivery that ended several processes in a row waits longer each
// time. It stays marked as begun, so that the next attempt is ambiguous.
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
		var r record.Delivery
		if ok, err := getJSON(tx, bucketDeliveries, id, &r); err != nil {
			return err
		} else if ok {
			if r.Due = earlier(r.Frozen, now); r.Deaths() > freeDeaths {
				r.Due = now.Add(min(time.Minute<<min(r.Deaths()-freeDeaths-1, 10), time.Hour))
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
