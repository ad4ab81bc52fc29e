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

// adopt makes a file one of this version: a fresh one at once, one of an earlier
// version bit by bit (see seal and Index), since a large one would take minutes.
// Until all of its values have sums, one without is read as it is.
func (s *Store) adopt(tx *sealed.Tx, fresh bool, now time.Time) error {
	meta := tx.Bucket(bucketMeta)
	v := meta.Raw(keySchema)
	switch {
	case fresh:
		return errors.Join(putLayout(tx), putPruned(tx, now))
	case len(v) != 8:
		return nil // layout tells
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

// makeBuckets makes the buckets of a fresh file, and those that the version which
// wrote it did not have. One that it had and that is not there is damage, and not
// to be begun anew: names of buckets have no sums.
func makeBuckets(tx *sealed.Tx) (fresh bool, err error) {
	all, err := tx.Names()
	if err != nil {
		return false, err
	}
	fresh = !slices.ContainsFunc(all, func(name []byte) bool { return !bytes.Equal(name, bucketDamage) }) // which makeFresh makes
	var names []byte                                                                                      // as of the last start
	if meta := tx.Bucket(bucketMeta); meta != nil {
		names = bytes.Clone(meta.Get(keyBuckets))
	}
	for name := range bytes.SplitSeq(names, []byte{0}) {
		if len(name) > 0 && tx.Bucket(name) == nil {
			return false, &damageError{fmt.Errorf("the bucket %s is not there", name)}
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

// layout returns an error unless the file is of a version that this one reads,
// and sees to it that values without sums are read where there may be some. The
// version has no sum, but stands there twice: a file is refused for a later one
// only if both do not say otherwise.
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
		return &damageError{fmt.Errorf("schema %d, and no such one", n)}
	case n > schema:
		return fmt.Errorf("it was written by a later version of watcher (schema %d, this one knows %d)", n, schema)
	}
	s.db.Unsealed.Store(n < withSums || meta.Raw(keySealing) != nil)
	return nil
}

// inSequence returns an error if a bucket would give away numbers again that are
// in use, and so overwrite what they lead to: its sequence has no sum.
func inSequence(tx *sealed.Tx) error {
	for _, name := range [][]byte{bucketFeeds, bucketHeld, bucketSpool, bucketFresh, bucketDamage} {
		b, last := tx.Bucket(name), uint64(0)
		b.Check(nil, func(k, _ []byte, _ bool) bool {
			last = max(last, uint64Of(k[max(0, len(k)-8):])&^behindAll)
			return true
		})
		if b.Sequence() < last {
			return fmt.Errorf("%s has number %d, and is at %d", name, last, b.Sequence())
		}
	}
	return nil
}
