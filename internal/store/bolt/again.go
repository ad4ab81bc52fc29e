package bolt

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"watcher/internal/notify"
	"watcher/internal/store/sealed"
)

// mostForward bounds how many deliveries one transaction brings forward.
const mostForward = 500

// Again has all that waits for a retry to target tried at once, in the order in
// which it was composed, as if it had been composed now. It returns how many
// messages that are. After a crash in between the first of them are brought
// forward, and the others wait as before.
func (s *Store) Again(_ context.Context, target string) (n int, err error) {
	waiting, err := s.retries(target)
	for chunk := range slices.Chunk(waiting, mostForward) {
		if err == nil {
			err = s.updateLarge(func(tx *sealed.Tx) error { return bringForward(tx, chunk) })
		}
		if err == nil {
			n += len(chunk)
		}
	}
	if err != nil {
		return n, fmt.Errorf("try what waits for %s: %w", target, err)
	}
	s.spreadQueued(target)
	return n, nil
}

// waitingRetry is a place in the queue of retries.
type waitingRetry struct {
	key    []byte
	id     string
	frozen time.Time
}

// retries returns what waits for a retry to target, in the order in which it was
// composed.
func (s *Store) retries(target string) (waiting []waitingRetry, err error) {
	err = s.view(func(tx *sealed.Tx) error {
		waiting = nil
		prefix := targetKey(target)
		c := tx.Bucket(bucketRetry).Cursor()
		for k, v := c.Seek(prefix); bytes.HasPrefix(k, prefix); k, v = c.Next() {
			_, id := unstamp(v)
			var r deliveryRecord
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

// bringForward makes deliveries due now. One that has begun meanwhile is left
// alone.
func bringForward(tx *sealed.Tx, waiting []waitingRetry) error {
	retry, now := tx.Bucket(bucketRetry), clock()
	for _, w := range waiting {
		var r deliveryRecord
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

// Revive has all that was given up for target sent again, as Retry does. It
// returns how many alerts that are.
func (s *Store) Revive(ctx context.Context, target string) (n int, err error) {
	traces, err := s.DeadTraces(ctx, time.Time{})
	if err != nil {
		return 0, err
	}
	slices.SortStableFunc(traces, func(a, b notify.Trace) int { return a.Held.Compare(b.Held) })
	for _, t := range traces {
		if t.Target != target {
			continue
		}
		n++
		// One that shared a message with another was revived with it.
		if err := s.Retry(ctx, t.ID); err != nil && !errors.Is(err, ErrNotDead) {
			return n, err
		}
	}
	return n, nil
}
