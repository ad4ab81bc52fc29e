package bolt

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"

	"watcher/internal/store/record"
	"watcher/internal/store/sealed"
)

// A migration moves what is stored to another store, or from one, as pairs by kind.
// While pairs come in, the file has a mark of the progress, and can be opened for
// nothing else.

// keyMoving has the mark.
var keyMoving = []byte("moving")

// ofTheFile reports whether a key of bucketMeta describes the file and so is not moved.
func ofTheFile(key []byte) bool {
	return slices.ContainsFunc([][]byte{keySchema, keyChecked, keySealing, keyBuckets, keyPruned, keyMoving}, func(k []byte) bool { return bytes.Equal(k, key) })
}

const (
	maxMoved      = 1000    // pairs in one transaction
	maxMovedBytes = 1 << 20 // bytes, about
)

// Movable returns why the store cannot be moved yet, or moved into; nil if it can.
func (s *Store) Movable(context.Context) error {
	return s.view(func(tx *sealed.Tx) error {
		if k, _ := tx.Bucket(bucketSpool).Cursor().First(); k != nil {
			return errors.New("alerts are in the spool: start watcher run once, and stop it when it has held them")
		}
		if k, _ := tx.Bucket(bucketHistory).Cursor().First(); k != nil {
			return errors.New("articles of an earlier version are not indexed: start watcher run once, and stop it when its log says that all are")
		}
		return nil
	})
}

// Take returns pairs of a kind after a cursor, nil at first, and the next cursor; nil
// at the end.
func (s *Store) Take(_ context.Context, kind string, cursor []byte) (pairs []record.Pair, next []byte, err error) {
	err = s.view(func(tx *sealed.Tx) error {
		pairs, next = nil, nil
		if kind == "meta" {
			pairs, err = metaPairs(tx)
			return err
		}
		n, size := 0, 0
		var last []byte
		c := tx.Bucket([]byte(kind)).Cursor()
		k, v := c.First()
		if cursor != nil {
			k, v = c.Seek(append(bytes.Clone(cursor), 0))
		}
		for ; k != nil; k, v = c.Next() {
			if n == maxMoved || size > maxMovedBytes {
				next = last
				return nil
			}
			p := record.Pair{Key: bytes.Clone(k), Value: bytes.Clone(v)}
			last = p.Key
			n++
			size += len(k) + len(v)
			if kind != "log" || !bytes.Contains(v, []byte{0}) { // otherwise it is derived from its alert
				pairs = append(pairs, p)
			}
		}
		return nil
	})
	return pairs, next, err
}

// metaPairs are those of bucketMeta that are moved. The version has no checksum.
func metaPairs(tx *sealed.Tx) (pairs []record.Pair, err error) {
	b := tx.Bucket(bucketMeta)
	var keys [][]byte
	b.Sizes(nil, func(k []byte, _ int) bool {
		if !ofTheFile(k) {
			keys = append(keys, bytes.Clone(k))
		}
		return true
	})
	for _, k := range keys {
		v, err := b.Look(k)
		if err != nil {
			return nil, err
		}
		pairs = append(pairs, record.Pair{Key: k, Value: bytes.Clone(v)})
	}
	return pairs, nil
}

// Moved returns about how many pairs there are of each kind.
func (s *Store) Moved(context.Context) (map[string]int, error) {
	n := make(map[string]int)
	for _, kind := range record.Kinds() {
		if kind == "log" {
			continue
		}
		if err := s.sizes([]byte(kind), func([]byte, int) { n[kind]++ }); err != nil {
			return nil, err
		}
	}
	return n, nil
}

// Expect prepares for the pairs to come; a file needs no preparation.
func (s *Store) Expect(context.Context, int) error { return nil }

// Blank reports whether nothing is stored.
func (s *Store) Blank(context.Context) (blank bool, err error) {
	err = s.view(func(tx *sealed.Tx) error {
		blank = true
		for _, name := range buckets {
			k, _ := tx.Bucket(name).Cursor().First()
			blank = blank && (k == nil || bytes.Equal(name, bucketMeta) || bytes.Equal(name, bucketDamage))
		}
		return nil
	})
	return blank, err
}

// Moving returns the mark of a migration into this store; nil if there is none.
func (s *Store) Moving(context.Context) (mark []byte, err error) {
	err = s.view(func(tx *sealed.Tx) (err error) {
		mark, err = tx.Bucket(bucketMeta).Look(keyMoving)
		mark = bytes.Clone(mark)
		return err
	})
	return mark, err
}

// Give stores pairs of a kind, some of which may exist already, and a mark, in one
// transaction. A nil mark says that all pairs have come.
func (s *Store) Give(_ context.Context, kind string, pairs []record.Pair, mark []byte) error {
	return s.updateLarge(func(tx *sealed.Tx) error {
		b := tx.Bucket([]byte(kind))
		for _, p := range pairs {
			if err := s.give(tx, b, kind, p); err != nil {
				return fmt.Errorf("%s %q: %w", kind, p.Key, err)
			}
		}
		if mark == nil {
			return tx.Bucket(bucketMeta).Delete(keyMoving)
		}
		return tx.Bucket(bucketMeta).Put(keyMoving, mark)
	})
}

func (s *Store) give(tx *sealed.Tx, b *sealed.Bucket, kind string, p record.Pair) error {
	switch kind {
	case "alerts":
		return giveAlert(tx, p)
	case "held":
		if err := placeAlert(tx, p); err != nil {
			return err
		}
	case "meta":
		if ofTheFile(p.Key) {
			return nil
		}
	}
	if err := b.Put(p.Key, p.Value); err != nil {
		return err
	}
	return b.SetSequence(max(b.Sequence(), lastNumber(kind, p.Key)))
}

// lastNumber is the lowest value that the sequence of a bucket with this key may have.
func lastNumber(kind string, key []byte) uint64 {
	switch kind {
	case "feeds", "held", "fresh", "retry", "stories", "damage":
		return uint64Of(key[max(0, len(key)-8):]) &^ behindAll
	case "pieces":
		return uint64Of(key)
	case "tail":
		return tailKeyOf(key).end()
	case "dicts":
		return uint64Of(append(make([]byte, 4), key[:min(4, len(key))]...))
	}
	return 0
}

// giveAlert stores an alert and its log entry. Several machines may have logged alerts
// at the same place.
func giveAlert(tx *sealed.Tx, p record.Pair) error {
	var r record.Alert
	if err := decode(bucketAlerts, p.Key, p.Value, &r); err != nil {
		return err
	}
	log := tx.Bucket(bucketLog)
	if len(r.Logged) == 16 {
		at, seq := r.Logged[:8], uint64Of(r.Logged[8:])
		for ; ; seq++ {
			was := log.Get(append(bytes.Clone(at), number(seq)...))
			if was == nil || string(loggedID(was)) == string(p.Key) {
				break
			}
		}
		if moved := append(bytes.Clone(at), number(seq)...); !bytes.Equal(moved, r.Logged) {
			r.Logged = moved
			if err := putJSON(tx.Bucket(bucketAlerts), string(p.Key), r); err != nil {
				return err
			}
			p.Value = nil
		}
		if err := errors.Join(log.Put(r.Logged, r.LogEntry()), log.SetSequence(max(log.Sequence(), seq))); err != nil {
			return err
		}
	}
	if p.Value == nil {
		return nil
	}
	return tx.Bucket(bucketAlerts).Put(p.Key, p.Value)
}

// placeAlert makes the alert of an entry of the held bucket refer to that entry.
func placeAlert(tx *sealed.Tx, p record.Pair) error {
	var h record.Held
	if err := decode(bucketHeld, p.Key, p.Value, &h); err != nil {
		return err
	}
	var r record.Alert
	ok, err := getJSON(tx, bucketAlerts, h.ID, &r)
	place := uint64Of(p.Key[max(0, len(p.Key)-8):])
	if err != nil || !ok || r.Held == place {
		return err
	}
	r.Held = place
	return putJSON(tx.Bucket(bucketAlerts), h.ID, r)
}
