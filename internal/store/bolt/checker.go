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
	// maxChecked and maxCheckedBytes bound a transaction that checks or seals.
	maxChecked      = 2000
	maxCheckedBytes = 1 << 20
	aKey            = 500 // bytes of a value that take as long as to go on to the next
	// restful is how many times as long as a part took the checker rests after it:
	// nobody waits for it.
	restful = 3
)

// checker reads a large file once, after the start: what is damaged in what
// nobody asks for is put aside and told, too; a small one was read by the start,
// see putUnfitAside. Before that it gives the values of a file of version 1 their sums.
// What a full disk keeps it from is done after the next start.
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

// putUnfitAside puts aside, and so tells, all values that do not fit their keys or
// sums, before anybody asks for one: who looks for a key that was altered finds
// nothing, and would tell again what was told, or take a new baseline.
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

// maxAtStart bounds how much of the file is in memory while the start looks at
// it, in bytes.
const maxAtStart = 16 << 20

// structure looks at all pages, which the start did not, as they are now.
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

// inParts calls part again and again for each bucket, with the key to go on from,
// until it returns none, and rests in between.
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

// checkPart looks at the values from a key on, some more than so many bytes, and
// returns where to go on; nil at the end. Its error is a brokenError.
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

var errSum = errors.New("the checksum is another")

// isVersion tells the one value that has no sum.
func isVersion(bucket, key []byte) bool {
	return bytes.Equal(bucket, bucketMeta) && bytes.Equal(key, keySchema)
}

// seal gives the values of a file of version 1 their sums. A crash between two
// parts leaves some with and some without, and where to go on.
func (s *Store) seal() error {
	var bucket, key []byte // where to go on
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

// sealPart gives sums to values from a key on, and notes and returns where to go
// on; nil at the end of the bucket.
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
		at = append(bytes.Clone(buckets[(i+1)%len(buckets)]), 0) // behind the last it ends, or begins again
	}
	return next, tx.Bucket(bucketMeta).Put(keySealing, at)
}
