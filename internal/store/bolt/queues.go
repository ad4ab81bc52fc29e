package bolt

import (
	"bytes"
	"context"
	"fmt"

	"watcher/internal/notify"
	"watcher/internal/store/record"
	"watcher/internal/store/sealed"
)

const (
	// maxCounted bounds the count of each of a target's queues, and so the cost.
	maxCounted = 10_000
	// maxDead bounds the dead letters that are read.
	maxDead = 1000
)

// Queues counts what waits for targets: up to 10,000 of each kind, and those among the
// first 1,000 dead letters.
func (s *Store) Queues(_ context.Context, targets []string) (map[string]notify.TargetQueue, error) {
	queues := make(map[string]notify.TargetQueue, len(targets))
	err := s.view(func(tx *sealed.Tx) error {
		clear(queues)
		for _, t := range targets {
			queues[t] = notify.TargetQueue{
				Held:    countOf(tx.Bucket(bucketHeld), t),
				Waiting: countOf(tx.Bucket(bucketFresh), t) + countOf(tx.Bucket(bucketRetry), t),
			}
		}
		c := tx.Bucket(bucketDead).Cursor()
		k, _ := c.First()
		for n := 0; k != nil && n < maxDead; n++ {
			var r record.Dead
			if ok, err := getJSON(tx, bucketAlerts, string(k), &r); err != nil {
				return err
			} else if q, wanted := queues[r.Target]; ok && wanted {
				q.Dead++
				queues[r.Target] = q
			}
			k, _ = c.Next()
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("count what waits for targets: %w", err)
	}
	return queues, nil
}

// countOf counts the keys of a target.
func countOf(b *sealed.Bucket, target string) (n int) {
	prefix := targetKey(target)
	b.Check(prefix, func(k, _ []byte, _ bool) bool {
		if !bytes.HasPrefix(k, prefix) {
			return false
		}
		n++
		return n < maxCounted
	})
	return n
}
