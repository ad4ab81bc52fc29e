package bolt

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"time"

	"watcher/internal/store/sealed"
)

// adopt converts a file to this version: a new one at once, one of an earlier version
// step by step (see seal and Index), since a large one takes minutes. Until all of its
// values have checksums, values without one are accepted.
func (s *Store) adopt(tx *sealed.Tx, fresh bool, now time.Time) error {
	meta := tx.Bucket(bucketMeta)
	v := meta.Raw(keySchema)
	switch {
	case fresh:
		return errors.Join(putLayout(tx), putPruned(tx, now))
	case len(v) != 8:
		return nil // layout reports it
	case uint64Of(v) < withSums && meta.Raw(keyChecked) == nil:
		return errors.Join(putLayout(tx), meta.Put(keySealing, nil))
	case uint64Of(v) >= withSums && uint64Of(v) < schema && bytes.Equal(v, meta.Get(keyChecked)):
		return putLayout(tx)
	}
	return nil
}

func putLayout(tx *sealed.Tx) error {
	meta := tx.Bucket(bucketMeta)
	return errors.Join(meta.PutRaw(keySchema, number(schema)), meta.Put(keyChecked, number(schema)))
}

// makeBuckets makes the buckets of a new file, and those that the version which wrote
// it did not have. A missing bucket of that version is damage and must not be replaced
// by an empty one: names of buckets have no checksum.
func makeBuckets(tx *sealed.Tx) (fresh bool, err error) {
	all, err := tx.Names()
	if err != nil {
		return false, err
	}
	fresh = !slices.ContainsFunc(all, func(name []byte) bool { return !bytes.Equal(name, bucketDamage) }) // the one that makeFresh makes
	var names []byte                                                                                      // recorded by the last start
	if meta := tx.Bucket(bucketMeta); meta != nil {
		names = bytes.Clone(meta.Get(keyBuckets))
	}
	for name := range bytes.SplitSeq(names, []byte{0}) {
		if len(name) > 0 && tx.Bucket(name) == nil {
			return false, &damageError{fmt.Errorf("the bucket %s is missing", name)}
		}
	}
	old := len(names)
	for _, name := range buckets {
		if _, err := tx.CreateBucketIfNotExists(name); err != nil {
			return false, err
		}
		if !bytes.Contains(append([]byte{0}, names...), append(append([]byte{0}, name...), 0)) {
			names = append(append(names, name...), 0)
		}
	}
	if len(names) > old {
		err = tx.Bucket(bucketMeta).Put(keyBuckets, names)
	}
	return fresh, err
}

// layout returns an error unless this version can read the file, and enables reading
// values without checksums if there may be some. The version has no checksum but is
// stored twice: a file is refused as too new only if both copies say so.
func (s *Store) layout(tx *sealed.Tx) error {
	meta := tx.Bucket(bucketMeta)
	v := meta.Raw(keySchema)
	if len(v) != 8 {
		return &damageError{errors.New("no schema")}
	}
	n := binary.BigEndian.Uint64(v)
	again := v
	if meta.Raw(keyChecked) != nil {
		again = meta.Get(keyChecked)
	}
	switch {
	case !bytes.Equal(v, again), n == 0:
		return &damageError{fmt.Errorf("schema %d does not exist", n)}
	case n > schema:
		return fmt.Errorf("it was written by a later version of watcher (schema %d, this one knows %d)", n, schema)
	}
	s.db.Unsealed.Store(n < withSums || meta.Raw(keySealing) != nil)
	return nil
}

// inSequence returns an error if a bucket would allocate numbers again that are in use,
// and so overwrite records: its sequence has no checksum.
func inSequence(tx *sealed.Tx) error {
	for _, name := range [][]byte{bucketFeeds, bucketHeld, bucketSpool, bucketFresh, bucketDamage} {
		b, last := tx.Bucket(name), uint64(0)
		b.Check(nil, func(k, _ []byte, _ bool) bool {
			last = max(last, uint64Of(k[max(0, len(k)-8):])&^behindAll)
			return true
		})
		if b.Sequence() < last {
			return fmt.Errorf("%s has number %d, but its sequence is at %d", name, last, b.Sequence())
		}
	}
	return nil
}
