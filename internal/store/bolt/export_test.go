package bolt

import (
	"bytes"
	"context"

	"go.etcd.io/bbolt"

	"watcher/internal/store/storetest"
)

// ReviveFirst makes the first transaction of Revive, and returns how many alerts it changed.
func ReviveFirst(s *Store, target string) (int, error) {
	all, err := s.letters(context.Background(), target)
	if err != nil {
		return 0, err
	}
	c, _, err := s.revive(all)
	return len(c.alerts), err
}

// Break flips a bit of a stored record without the knowledge of the store that has it open.
func Break(s *Store, r storetest.Record) (found bool, err error) {
	bucket := map[string][]byte{
		storetest.AlertRecord: bucketAlerts, storetest.HeldRecord: bucketHeld, storetest.DeliveryRecord: bucketDeliveries,
		storetest.PayloadRecord: bucketPayloads, storetest.MuteRecord: bucketMutes, storetest.FeedRecord: bucketFeeds,
		storetest.SeenRecord: bucketSeen, storetest.ArticleRecord: bucketTail,
	}[r.Kind]
	s.swap.RLock()
	defer s.swap.RUnlock()
	return found, s.db.DB.Update(func(tx *bbolt.Tx) error {
		b := tx.Bucket(bucket)
		is := func(k, v []byte) bool { return bytes.Equal(k, []byte(r.Of)) }
		switch r.Kind {
		case storetest.HeldRecord, storetest.FeedRecord:
			is = func(_, v []byte) bool { return bytes.Contains(v, []byte(`"`+r.Of+`"`)) }
		case storetest.MuteRecord:
			is = func(k, _ []byte) bool { return bytes.HasSuffix(k, append([]byte{0}, r.Of...)) }
		case storetest.SeenRecord:
			number := number(s.feeds[r.Of].number)
			is = func(k, _ []byte) bool { return bytes.Equal(k, number) }
		case storetest.ArticleRecord:
			is = func(k, v []byte) bool { return true }
		}
		c := b.Cursor()
		for k, v := c.First(); k != nil; k, v = c.Next() {
			if is(k, v) {
				found = true
				v = bytes.Clone(v)
				v[len(v)/2] ^= 1
				return b.Put(bytes.Clone(k), v)
			}
		}
		return nil
	})
}
