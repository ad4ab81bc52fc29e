package bolt

import (
	"bytes"
	"errors"
	"time"

	"watcher/internal/store/record"
	"watcher/internal/store/sealed"
)

const (
	// keepAlerts is how long an alert and its deliveries are kept after they ended.
	// Dead letters stay until a person drops them.
	keepAlerts = 90 * 24 * time.Hour
	// keepTold is how long the keys of what a target was sent are kept. That is longer,
	// because nothing else recognises a link that appears in another feed (within its
	// own feed an item is recognised for as long as it is there).
	keepTold = 400 * 24 * time.Hour
	// maxPruned bounds a transaction of prune, so that commits do not wait long.
	maxPruned = 500
)

// pruneEvery is how often the file is searched for what can be deleted, counted over
// restarts.
const pruneEvery = 24 * time.Hour

func prunedAt(tx *sealed.Tx) time.Time {
	return time.Unix(0, int64(counted(tx.Bucket(bucketMeta), keyPruned)))
}

func putPruned(tx *sealed.Tx, now time.Time) error {
	return tx.Bucket(bucketMeta).Put(keyPruned, number(uint64(now.UnixNano())))
}

// errClosing says that the store is being closed; the next process continues.
var errClosing = errors.New("the store is being closed")

// prune deletes what is no longer needed, in small transactions.
func (s *Store) prune() error {
	if err := errors.Join(s.pruneTold(), s.pruneTallies()); err != nil {
		return err
	}
	for from := []byte{}; from != nil; {
		if s.isClosing() {
			return errClosing
		}
		var next []byte
		err := s.updateLarge(func(tx *sealed.Tx) (err error) {
			next, err = pruneLog(tx, from, clock())
			return err
		})
		if err != nil {
			return err
		}
		from = next
	}
	now := clock()
	err := s.update(func(tx *sealed.Tx) error {
		return errors.Join(pruneDamage(tx, now), putPruned(tx, now))
	})
	if err == nil {
		s.pruned = now
	}
	return err
}

func (s *Store) isClosing() bool {
	select {
	case <-s.closing:
		return true
	default:
		return false
	}
}

// pruneLog reads the next part of the log and deletes alerts that ended long ago. It
// returns the key to continue from, nil at the end.
func pruneLog(tx *sealed.Tx, from []byte, now time.Time) (next []byte, err error) {
	limit := number(uint64(max(0, now.Add(-keepAlerts).UnixNano())))
	type entry struct{ key, id []byte }
	var entries []entry
	c := tx.Bucket(bucketLog).Cursor()
	k, id := c.Seek(from)
	for ; k != nil && bytes.Compare(k, limit) < 0 && len(entries) < maxPruned; k, id = c.Next() {
		entries = append(entries, entry{bytes.Clone(k), bytes.Clone(loggedID(id))})
	}
	if k != nil && bytes.Compare(k, limit) < 0 {
		next = bytes.Clone(k)
	}
	for _, e := range entries {
		gone, err := pruneAlert(tx, string(e.id), now)
		if err != nil {
			return nil, err
		}
		if !gone {
			continue
		}
		if err := tx.Bucket(bucketLog).Delete(e.key); err != nil {
			return nil, err
		}
	}
	return next, nil
}

// pruneAlert deletes an alert and its deliveries, unless one of them has not ended or
// ended recently. A delivery is deleted with the last of its alerts.
func pruneAlert(tx *sealed.Tx, id string, now time.Time) (gone bool, err error) {
	alerts := tx.Bucket(bucketAlerts)
	var r record.Alert
	if ok, err := getJSON(tx, bucketAlerts, id, &r); err != nil || !ok {
		return true, err
	}
	if r.Held != 0 || tx.Bucket(bucketDead).Get([]byte(id)) != nil || now.Sub(r.Ended) < keepAlerts {
		return false, nil
	}
	var unneeded []string
	for _, m := range r.Messages {
		var d record.Delivery
		if ok, err := getJSON(tx, bucketDeliveries, m, &d); err != nil {
			return false, err
		} else if !ok {
			continue
		}
		if d.Sent.IsZero() && d.Dropped.IsZero() || now.Sub(d.Sent) < keepAlerts {
			return false, nil
		}
		others := false
		for _, a := range d.Message.AlertIDs {
			others = others || a != id && alerts.Get([]byte(a)) != nil
		}
		if !others {
			unneeded = append(unneeded, m)
		}
	}
	for _, m := range unneeded {
		if err := deleteDelivery(tx, m); err != nil {
			return false, err
		}
	}
	return true, alerts.Delete([]byte(id))
}

// maxSearched bounds a read transaction: the pages that it sees are not reused
// meanwhile.
const maxSearched = 50_000

// pruneTold deletes old keys of what targets were sent.
func (s *Store) pruneTold() error {
	for from := []byte{}; from != nil; {
		if s.isClosing() {
			return errClosing
		}
		var old [][]byte
		err := s.view(func(tx *sealed.Tx) error {
			old = nil
			c, now, n := tx.Bucket(bucketTold).Cursor(), clock(), 0
			k, v := c.Seek(from)
			for ; k != nil && len(old) < maxPruned && n < maxSearched; k, v = c.Next() {
				if n++; toldLongAgo(v, now) {
					old = append(old, bytes.Clone(k))
				}
			}
			from = bytes.Clone(k)
			return nil
		})
		if err != nil || len(old) == 0 {
			if err != nil {
				return err
			}
			continue
		}
		err = s.updateLarge(func(tx *sealed.Tx) error {
			b, now := tx.Bucket(bucketTold), clock()
			for _, k := range old {
				if !toldLongAgo(b.Get(k), now) {
					continue // sent again meanwhile
				}
				if err := b.Delete(k); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func toldLongAgo(v []byte, now time.Time) bool {
	return now.Sub(time.Unix(int64(uint64Of(v)), 0)) > keepTold
}

// pruneDamage deletes damages that were reported long ago.
func pruneDamage(tx *sealed.Tx, now time.Time) error {
	b := tx.Bucket(bucketDamage)
	var old [][]byte
	err := b.ForEach(func(k, v []byte) error {
		var r record.Damage
		if err := decode(bucketDamage, k, v, &r); err != nil {
			return err
		}
		if !r.Told.IsZero() && now.Sub(r.Told) > keepAlerts {
			old = append(old, bytes.Clone(k))
		}
		return nil
	})
	for _, k := range old {
		err = errors.Join(err, b.Delete(k))
	}
	return err
}
