package bolt

import (
	"bytes"
	"encoding/binary"
	"time"

	"go.etcd.io/bbolt"
)

const (
	// keepAlerts is how long an alert and its deliveries are kept once it came
	// to its end. Dead letters stay until a person drops them.
	keepAlerts = 90 * 24 * time.Hour
	// keepTold is how long it is remembered that a target has had an item. It is
	// longer, since all that recalls a link that comes up in another feed is
	// this (within its own feed an item is known for as long as it is there).
	keepTold = 400 * 24 * time.Hour
	// mostPruned bounds a transaction, so that commits do not wait long.
	mostPruned = 500
)

// prune deletes what nobody needs any more, in small transactions.
func (s *Store) prune() error {
	if err := s.pruneTold(); err != nil {
		return err
	}
	for from := []byte{}; from != nil; {
		err := s.update(func(tx *bbolt.Tx) error {
			var err error
			from, err = pruneLog(tx, from, time.Now())
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// pruneLog goes through the next part of the log, deletes the alerts that came
// to their end long ago, and returns where to go on; nil at the end.
func pruneLog(tx *bbolt.Tx, from []byte, now time.Time) (next []byte, err error) {
	limit := number(uint64(max(0, now.Add(-keepAlerts).UnixNano())))
	type entry struct{ key, id []byte }
	var entries []entry
	c := tx.Bucket(bucketLog).Cursor()
	k, id := c.Seek(from)
	for ; k != nil && bytes.Compare(k, limit) < 0 && len(entries) < mostPruned; k, id = c.Next() {
		entries = append(entries, entry{bytes.Clone(k), bytes.Clone(id)})
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

// pruneAlert deletes an alert and its deliveries, unless one of them is not at
// its end, or was only lately. A delivery goes with the last of its alerts.
func pruneAlert(tx *bbolt.Tx, id string, now time.Time) (gone bool, err error) {
	alerts, deliveries := tx.Bucket(bucketAlerts), tx.Bucket(bucketDeliveries)
	var r alertRecord
	if ok, err := getJSON(alerts, id, &r); err != nil || !ok {
		return true, err
	}
	if r.Held != 0 || tx.Bucket(bucketDead).Get([]byte(id)) != nil || now.Sub(r.Ended) < keepAlerts {
		return false, nil
	}
	var unneeded []string
	for _, m := range r.Messages {
		var d deliveryRecord
		if ok, err := getJSON(deliveries, m, &d); err != nil {
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
		if err := deliveries.Delete([]byte(m)); err != nil {
			return false, err
		}
	}
	return true, alerts.Delete([]byte(id))
}

// pruneTold forgets what targets have had.
func (s *Store) pruneTold() error {
	for more := true; more; {
		err := s.update(func(tx *bbolt.Tx) error {
			b := tx.Bucket(bucketTold)
			var told [][]byte
			c, now := b.Cursor(), time.Now()
			for k, v := c.First(); k != nil && len(told) < mostPruned; k, v = c.Next() {
				if now.Sub(time.Unix(int64(binary.BigEndian.Uint64(v)), 0)) > keepTold {
					told = append(told, bytes.Clone(k))
				}
			}
			for _, k := range told {
				if err := b.Delete(k); err != nil {
					return err
				}
			}
			more = len(told) == mostPruned
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}
