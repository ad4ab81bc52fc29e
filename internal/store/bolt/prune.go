package bolt

import (
	"encoding/binary"
	"encoding/json"
	"time"

	"go.etcd.io/bbolt"
)

const (
	// keepAlerts is how long an alert and its deliveries are kept once all of
	// them were sent. Dead letters stay until a person drops them.
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
	for {
		var ids, told [][]byte
		now := time.Now()
		err := s.db.View(func(tx *bbolt.Tx) error {
			err := tx.Bucket(bucketDeliveries).ForEach(func(k, v []byte) error {
				var r deliveryRecord
				if err := json.Unmarshal(v, &r); err != nil {
					return err
				}
				if !r.Sent.IsZero() && now.Sub(r.Sent) > keepAlerts && len(ids) < mostPruned {
					ids = append(ids, append([]byte(nil), k...))
				}
				return nil
			})
			if err != nil {
				return err
			}
			return tx.Bucket(bucketTold).ForEach(func(k, v []byte) error {
				when := time.Unix(int64(binary.BigEndian.Uint64(v)), 0)
				if now.Sub(when) > keepTold && len(told) < mostPruned {
					told = append(told, append([]byte(nil), k...))
				}
				return nil
			})
		})
		if err != nil || len(ids)+len(told) == 0 {
			return err
		}
		err = s.update(func(tx *bbolt.Tx) error {
			for _, k := range told {
				if err := tx.Bucket(bucketTold).Delete(k); err != nil {
					return err
				}
			}
			for _, id := range ids {
				if err := dropDelivery(tx, id); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
}

// dropDelivery deletes a delivery, and those of its alerts that have no other.
func dropDelivery(tx *bbolt.Tx, id []byte) error {
	deliveries, alerts := tx.Bucket(bucketDeliveries), tx.Bucket(bucketAlerts)
	var r deliveryRecord
	if _, err := getJSON(deliveries, string(id), &r); err != nil {
		return err
	}
	if err := deliveries.Delete(id); err != nil {
		return err
	}
	for _, alert := range r.Message.AlertIDs {
		var a alertRecord
		if ok, err := getJSON(alerts, alert, &a); err != nil {
			return err
		} else if !ok || a.Held != 0 {
			continue
		}
		others := false
		for _, m := range a.Messages {
			others = others || deliveries.Get([]byte(m)) != nil
		}
		if others {
			continue
		}
		if err := alerts.Delete([]byte(alert)); err != nil {
			return err
		}
	}
	return nil
}
