package bolt

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"watcher/internal/notify"
	"watcher/internal/store/record"
	"watcher/internal/store/sealed"
)

// Failing returns the targets that fail or refuse, by name.
func (s *Store) Failing(context.Context) (map[string]notify.Failing, error) {
	failing := make(map[string]notify.Failing)
	err := s.view(func(tx *sealed.Tx) error {
		clear(failing)
		now := clock()
		return tx.Bucket(bucketFailing).ForEach(func(target, _ []byte) error {
			h, err := healthOf(tx, string(target))
			if h.State() != notify.TargetWorks {
				failing[string(target)] = notify.Failing{TargetHealth: h, Due: head(tx, string(target), now).due}
			}
			return err
		})
	})
	if err != nil {
		return nil, fmt.Errorf("read which targets fail: %w", err)
	}
	return failing, nil
}

// healthOf returns the health of a target.
func healthOf(tx *sealed.Tx, target string) (h notify.TargetHealth, err error) {
	raw := tx.Bucket(bucketFailing).Get([]byte(target))
	switch {
	case raw == nil:
		return h, nil
	case len(raw) == 8: // of a version that stored only when the failure was reported
		told := time.Unix(0, int64(uint64Of(raw)))
		return notify.TargetHealth{Since: told, Failures: 1, Told: told}, nil
	}
	var r record.Health
	err = decode(bucketFailing, []byte(target), raw, &r)
	return notify.TargetHealth(r), err
}

// putHealth stores the health of a target; nil changes nothing.
func putHealth(tx *sealed.Tx, target string, h *notify.TargetHealth) error {
	switch {
	case h == nil:
		return nil
	case *h == notify.TargetHealth{}:
		return tx.Bucket(bucketFailing).Delete([]byte(target))
	}
	return putJSON(tx.Bucket(bucketFailing), target, record.Health(*h))
}

// forgetFailing deletes the health of targets that are no longer configured.
func forgetFailing(tx *sealed.Tx, keep map[string]bool) error {
	failing := tx.Bucket(bucketFailing)
	var gone [][]byte
	err := failing.ForEach(func(target, _ []byte) error {
		if !keep[string(target)] {
			gone = append(gone, bytes.Clone(target))
		}
		return nil
	})
	for _, target := range gone {
		err = errors.Join(err, failing.Delete(target))
	}
	return err
}
