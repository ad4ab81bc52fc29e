// Package sealed is bbolt with a checksum on each value. bbolt has checksums on its two
// meta pages alone, so it would return a flipped bit in an otherwise intact page as if
// it had been stored.
//
// A value on disk is the value followed by the CRC-32C (big-endian) of the bucket's
// name, the key's length, the key, and the value, so that a value under a wrong key is
// detected too. Names and methods are those of bbolt. Reading a value that does not
// match its checksum panics with a *BrokenError, which Try turns into an error, because
// no read method of bbolt returns one.
package sealed

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"sync/atomic"

	"go.etcd.io/bbolt"
)

// sumSize is the length of a checksum in bytes.
const sumSize = 4

var table = crc32.MakeTable(crc32.Castagnoli)

// BrokenError says that a value or its key does not match the checksum.
type BrokenError struct{ Bucket, Key []byte }

func (e *BrokenError) Error() string {
	return fmt.Sprintf("the value of %q in %s does not fit its checksum", e.Key, e.Bucket)
}

// Try runs f and returns its error, or the *BrokenError that f panicked with. Any other
// panic goes on.
func Try(f func() error) (err error) {
	defer func() {
		switch p := recover().(type) {
		case nil:
		case *BrokenError:
			err = p
		default:
			panic(p)
		}
	}()
	return f()
}

// DB is an open file.
type DB struct {
	*bbolt.DB
	// Unsealed permits values without a checksum: the file is of a version without
	// them. It is safe for concurrent use.
	Unsealed atomic.Bool
}

// View is bbolt's, and returns a *BrokenError as an error.
func (db *DB) View(read func(*Tx) error) error {
	return db.DB.View(func(tx *bbolt.Tx) error { return read(&Tx{tx, db}) })
}

// Update is bbolt's, and returns a *BrokenError as an error. After any other panic it
// does not roll back: bbolt would read the whole file for that, which fails on a
// damaged one. The file can then be neither used nor closed.
func (db *DB) Update(change func(*Tx) error) error {
	tx, err := db.Begin(true)
	if err != nil {
		return err
	}
	if err := Try(func() error { return change(&Tx{tx, db}) }); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}

// Snapshot returns the page of the root bucket that tx sees, and the number of pages of
// the file.
func (tx *Tx) Snapshot() (root, end uint64) {
	return uint64(tx.Cursor().Bucket().RootPage()), uint64(tx.Size()) / uint64(tx.db.Info().PageSize)
}

// Tx is a transaction.
type Tx struct {
	*bbolt.Tx
	db *DB
}

// Names returns those of all buckets.
func (tx *Tx) Names() (names [][]byte, err error) {
	err = tx.ForEach(func(name []byte, _ *bbolt.Bucket) error {
		names = append(names, name)
		return nil
	})
	return names, err
}

// Bucket returns the bucket of that name, or nil.
func (tx *Tx) Bucket(name []byte) *Bucket { return tx.sealed(name, tx.Tx.Bucket(name)) }

// CreateBucket is bbolt's.
func (tx *Tx) CreateBucket(name []byte) (*Bucket, error) {
	b, err := tx.Tx.CreateBucket(name)
	return tx.sealed(name, b), err
}

// CreateBucketIfNotExists is bbolt's.
func (tx *Tx) CreateBucketIfNotExists(name []byte) (*Bucket, error) {
	b, err := tx.Tx.CreateBucketIfNotExists(name)
	return tx.sealed(name, b), err
}

func (tx *Tx) sealed(name []byte, b *bbolt.Bucket) *Bucket {
	if b == nil {
		return nil
	}
	return &Bucket{raw: b, db: tx.db, name: name, seed: crc32.Checksum(name, table)}
}

// Bucket is a bucket whose values have sums.
type Bucket struct {
	raw  *bbolt.Bucket
	db   *DB
	name []byte
	seed uint32 // the sum of the name
}

// sum is the checksum of a value under a key.
func (b *Bucket) sum(key, value []byte) uint32 {
	var size [4]byte
	binary.BigEndian.PutUint32(size[:], uint32(len(key)))
	sum := crc32.Update(b.seed, table, size[:])
	sum = crc32.Update(sum, table, key)
	return crc32.Update(sum, table, value)
}

// fits reports whether a key and its stored value match.
func (b *Bucket) fits(key, raw []byte) bool {
	if len(raw) < sumSize {
		return false
	}
	at := len(raw) - sumSize
	return binary.BigEndian.Uint32(raw[at:]) == b.sum(key, raw[:at])
}

// open returns the value in the stored bytes of a key; nil for none.
func (b *Bucket) open(key, raw []byte) []byte {
	switch {
	case key == nil:
		return nil
	case b.fits(key, raw):
		return raw[: len(raw)-sumSize : len(raw)-sumSize]
	case b.db.Unsealed.Load():
		return raw
	}
	panic(&BrokenError{Bucket: b.name, Key: append([]byte(nil), key...)})
}

// Get returns the value of a key, or nil. It is valid until the transaction ends.
func (b *Bucket) Get(key []byte) []byte {
	if raw := b.raw.Get(key); raw != nil {
		return b.open(key, raw)
	}
	return nil
}

// Look is Get with a *BrokenError as an error instead of a panic.
func (b *Bucket) Look(key []byte) (value []byte, err error) {
	err = Try(func() error { value = b.Get(key); return nil })
	return value, err
}

// Raw returns the stored bytes of a key, with the checksum and unchecked.
func (b *Bucket) Raw(key []byte) []byte { return b.raw.Get(key) }

// PutRaw stores a value without a checksum, which only Raw returns.
func (b *Bucket) PutRaw(key, value []byte) error { return b.raw.Put(key, value) }

// Put stores a value. It retains neither slice.
func (b *Bucket) Put(key, value []byte) error {
	raw := make([]byte, len(value), len(value)+sumSize)
	copy(raw, value)
	return b.raw.Put(key, binary.BigEndian.AppendUint32(raw, b.sum(key, value)))
}

// Delete deletes a key if it exists.
func (b *Bucket) Delete(key []byte) error { return b.raw.Delete(key) }

// NextSequence is bbolt's.
func (b *Bucket) NextSequence() (uint64, error) { return b.raw.NextSequence() }

// Sequence is bbolt's.
func (b *Bucket) Sequence() uint64 { return b.raw.Sequence() }

// SetSequence is bbolt's.
func (b *Bucket) SetSequence(n uint64) error { return b.raw.SetSequence(n) }

// Last returns the last key and the size of its value, or nil. It reads no value.
func (b *Bucket) Last() (key []byte, size int) {
	k, raw := b.raw.Cursor().Last()
	return k, len(raw)
}

// Stats is bbolt's; it reads all of the bucket's pages.
func (b *Bucket) Stats() bbolt.BucketStats { return b.raw.Stats() }

// ForEach calls f with each key, in order, until it returns an error. f must not
// change the bucket.
func (b *Bucket) ForEach(f func(k, v []byte) error) error {
	return b.raw.ForEach(func(k, raw []byte) error { return f(k, b.open(k, raw)) })
}

// Sound calls f with each key from one on whose value matches, and the value, until f
// returns false.
func (b *Bucket) Sound(from []byte, f func(k, v []byte) bool) {
	b.Check(from, func(k, raw []byte, fits bool) bool {
		if !fits && !b.db.Unsealed.Load() {
			return true
		}
		return f(k, b.open(k, raw))
	})
}

// Check calls f with each key from one on, and whether it matches its value, until f
// returns false.
func (b *Bucket) Check(from []byte, f func(key, raw []byte, fits bool) bool) {
	c := b.raw.Cursor()
	for k, raw := c.Seek(from); k != nil; k, raw = c.Next() {
		if !f(k, raw, b.fits(k, raw)) {
			return
		}
	}
}

// Cursor iterates over the keys in order.
func (b *Bucket) Cursor() *Cursor { return &Cursor{b, b.raw.Cursor()} }

// Cursor is a position in a bucket. Its methods return nil keys at the end.
type Cursor struct {
	b *Bucket
	c *bbolt.Cursor
}

// First goes to the first key.
func (c *Cursor) First() (k, v []byte) { return c.opened(c.c.First()) }

// Last goes to the last key.
func (c *Cursor) Last() (k, v []byte) { return c.opened(c.c.Last()) }

// Next goes to the next key.
func (c *Cursor) Next() (k, v []byte) { return c.opened(c.c.Next()) }

// Prev goes to the key before.
func (c *Cursor) Prev() (k, v []byte) { return c.opened(c.c.Prev()) }

// Seek moves to a key, or to the next one if it does not exist.
func (c *Cursor) Seek(key []byte) (k, v []byte) { return c.opened(c.c.Seek(key)) }

// Delete deletes the current key.
func (c *Cursor) Delete() error { return c.c.Delete() }

func (c *Cursor) opened(k, raw []byte) (_, v []byte) { return k, c.b.open(k, raw) }

// Sizes calls f with each key from one on and the size of its value, until f returns
// false. It reads no value.
func (b *Bucket) Sizes(from []byte, f func(key []byte, size int) bool) {
	c := b.raw.Cursor()
	for k, raw := c.Seek(from); k != nil && f(k, len(raw)); k, raw = c.Next() {
	}
}
