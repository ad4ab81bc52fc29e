package bolt

import (
	"bytes"
	"errors"
	"os"
	"slices"
	"time"

	"watcher/internal/store/pages"
	"watcher/internal/store/sealed"
)

const (
	// maxChecked and maxCheckedBytes bound a transaction of the checker.
	maxChecked      = 2000
	maxCheckedBytes = 1 << 20
	aKey            = 500 // cost of moving to the next value, in bytes of a value
	// restful is how many times as long as a part took the checker rests after it:
	// nobody waits for its work.
	restful = 3
)

// checker reads a large file once after the start, and sets aside and reports damage in
// records that nothing else reads. The start itself has read a small file, see
// putUnfitAside. Before that, checker adds the missing checksums to a file of version
// 1. What a full disk prevents is done after the next start.
func (s *Store) checker() {
	defer close(s.checked)
	unsealed := s.unsealed()
	if unsealed && s.seal() != nil {
		return
	}
	if !s.looked.all && s.structure() != nil {
		return
	}
	if !s.looked.large && !unsealed {
		return // the start has read it
	}
	_ = s.inParts(func(bucket, from []byte) (next []byte, err error) {
		err = s.view(func(tx *sealed.Tx) error {
			next, err = checkPart(tx, bucket, from, maxCheckedBytes)
			return err
		})
		return next, err
	})
}

// putUnfitAside sets aside, and so reports, all values that do not match their keys or
// checksums, before anything reads one. Whoever looks for a key that was altered finds
// nothing, and would repeat an alert or take a new baseline.
func (s *Store) putUnfitAside() error {
	for _, bucket := range buckets {
		for from := []byte{}; from != nil; {
			var next []byte
			err := s.db.View(func(tx *sealed.Tx) (err error) {
				next, err = checkPart(tx, bucket, from, maxAtStart)
				return err
			})
			if b := brokenIn(err); b != nil {
				err, next = s.db.Update(func(tx *sealed.Tx) error { return s.setAside(tx, b) }), b.key
			}
			if err != nil {
				return err
			}
			from = next
			unmap(s.db)
		}
	}
	return nil
}

// maxAtStart bounds how many bytes of the file are in memory while the start checks it.
const maxAtStart = 16 << 20

// structure checks the pages that the start did not, in their current state.
func (s *Store) structure() error {
	file, err := os.Open(s.place.path)
	if err != nil {
		return err
	}
	defer file.Close()
	if info, err := file.Stat(); err != nil || !os.SameFile(info, s.place.file) {
		return errors.Join(err, errors.New("another file has its place"))
	}
	return s.view(func(tx *sealed.Tx) error {
		root, end := tx.Snapshot()
		if err := pages.Check(file, pages.At(s.db.Info().PageSize, root, end), true); err != nil {
			return &damageError{err}
		}
		return nil
	})
}

func (s *Store) unsealed() bool {
	s.swap.RLock()
	defer s.swap.RUnlock()
	return s.db.Unsealed.Load()
}

// inParts calls part for each bucket with the key to continue from, until it returns
// none, and rests in between.
func (s *Store) inParts(part func(bucket, from []byte) (next []byte, err error)) error {
	for _, bucket := range buckets {
		for from := []byte{}; from != nil; {
			begun := time.Now()
			next, err := part(bucket, from)
			if err != nil {
				return err
			}
			from = next
			if took := time.Since(begun); took > time.Millisecond || from != nil {
				select {
				case <-s.closing:
					return errClosing
				case <-time.After(restful * took):
				}
			}
		}
	}
	return nil
}

// checkPart checks the values from a key on, a little more than most bytes of them. It
// returns the key to continue from, nil at the end. Its error is a brokenError.
func checkPart(tx *sealed.Tx, bucket, from []byte, most int) (next []byte, err error) {
	size := 0
	tx.Bucket(bucket).Check(from, func(k, raw []byte, fits bool) bool {
		if size > most {
			next = bytes.Clone(k)
			return false
		}
		size += len(k) + len(raw) + aKey
		if !fits && !isVersion(bucket, k) {
			err = &brokenError{bucket, bytes.Clone(k), errSum}
		}
		return err == nil
	})
	return next, err
}

var errSum = errors.New("wrong checksum")

// isVersion recognises the one value that has no checksum.
func isVersion(bucket, key []byte) bool {
	return bytes.Equal(bucket, bucketMeta) && bytes.Equal(key, keySchema)
}

// seal adds checksums to the values of a file of version 1. A crash between two parts
// leaves some values with and some without, and the key to continue from.
func (s *Store) seal() error {
	var bucket, key []byte // where to continue
	err := s.view(func(tx *sealed.Tx) error {
		bucket, key, _ = bytes.Cut(bytes.Clone(tx.Bucket(bucketMeta).Get(keySealing)), []byte{0})
		return nil
	})
	if err != nil {
		return err
	}
	err = s.inParts(func(name, from []byte) (next []byte, err error) {
		if len(bucket) > 0 {
			if !bytes.Equal(bucket, name) {
				return nil, nil // it is done
			}
			bucket, from = nil, key
		}
		err = s.updateLarge(func(tx *sealed.Tx) error {
			next, err = sealPart(tx, name, from)
			return err
		})
		return next, err
	})
	if err != nil {
		return err
	}
	err = s.update(func(tx *sealed.Tx) error { return tx.Bucket(bucketMeta).Delete(keySealing) })
	if err == nil {
		s.db.Unsealed.Store(false)
	}
	return err
}

// sealPart adds checksums to values from a key on. It stores and returns the key to
// continue from, nil at the end of the bucket.
func sealPart(tx *sealed.Tx, bucket, from []byte) (next []byte, err error) {
	var unsealed [][2][]byte
	n, size := 0, 0
	b := tx.Bucket(bucket)
	b.Check(from, func(k, raw []byte, fits bool) bool {
		if n++; n > maxChecked || size > maxCheckedBytes {
			next = bytes.Clone(k)
			return false
		}
		if size += len(raw); !fits && !isVersion(bucket, k) {
			unsealed = append(unsealed, [2][]byte{bytes.Clone(k), bytes.Clone(raw)})
		}
		return true
	})
	for _, kv := range unsealed {
		if err := b.Put(kv[0], kv[1]); err != nil {
			return nil, err
		}
	}
	at := append(append(bytes.Clone(bucket), 0), next...)
	if next == nil {
		i := slices.IndexFunc(buckets, func(b []byte) bool { return bytes.Equal(b, bucket) })
		at = append(bytes.Clone(buckets[(i+1)%len(buckets)]), 0) // after the last bucket it ends, or begins again
	}
	return next, tx.Bucket(bucketMeta).Put(keySealing, at)
}
