package bolt

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"watcher/internal/store/record"
	"watcher/internal/store/sealed"
)

// maxForward bounds the deliveries that one transaction reschedules.
const maxForward = 500

// Again makes all deliveries that wait for a retry to target due now, in the order in
// which they were composed. It returns their number. After a crash in between, some of
// them are due and the others wait as before.
func (s *Store) Again(_ context.Context, target string) (n int, err error) {
	waiting, err := s.retries(target)
	for chunk := range slices.Chunk(waiting, maxForward) {
		if err == nil {
			err = s.updateLarge(func(tx *sealed.Tx) error { return bringForward(tx, chunk) })
		}
		if err == nil {
			n += len(chunk)
		}
	}
	if err != nil {
		return n, fmt.Errorf("bring retries to %s forward: %w", target, err)
	}
	s.spreadQueued(target)
	return n, nil
}

// waitingRetry is a key of the queue of retries.
type waitingRetry struct {
	key    []byte
	id     string
	frozen time.Time
}

// retries returns the deliveries to target that wait for a retry, in the order of their
// composition.
func (s *Store) retries(target string) (waiting []waitingRetry, err error) {
	err = s.view(func(tx *sealed.Tx) error {
		waiting = nil
		prefix := targetKey(target)
		c := tx.Bucket(bucketRetry).Cursor()
		for k, v := c.Seek(prefix); bytes.HasPrefix(k, prefix); k, v = c.Next() {
			_, id := unstamp(v)
			var r record.Delivery
			if ok, err := getJSON(tx, bucketDeliveries, id, &r); err != nil {
				return err
			} else if ok {
				waiting = append(waiting, waitingRetry{bytes.Clone(k), id, r.Frozen})
			}
		}
		return nil
	})
	slices.SortStableFunc(waiting, func(a, b waitingRetry) int { return a.frozen.Compare(b.frozen) })
	return waiting, err
}

// bringForward makes deliveries due now, except those that have begun meanwhile.
func bringForward(tx *sealed.Tx, waiting []waitingRetry) error {
	retry, now := tx.Bucket(bucketRetry), clock()
	for _, w := range waiting {
		var r record.Delivery
		if retry.Get(w.key) == nil {
			continue
		}
		if ok, err := getJSON(tx, bucketDeliveries, w.id, &r); err != nil {
			return err
		} else if !ok {
			continue
		}
		r.Frozen, r.Due = now, now
		if err := errors.Join(retry.Delete(w.key), enqueueRetry(tx, r, now)); err != nil {
			return err
		}
	}
	return nil
}
