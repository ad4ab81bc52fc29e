// Package sealed is bbolt with a checksum on each value: bbolt has none but on
// its two meta pages, so that a flipped bit in a page whose structure is sound
// would be handed out as if it had been stored.
//
// A value on disk is what was put, and behind it the CRC-32C (big-endian) of
// the bucket's name, the key's length, the key, and what was put: a value under
// another key than its own is noticed, too. Names and methods are those of
// bbolt; what reads a value that does not fit its sum panics with a
// *BrokenError, which Try turns into an error, as no method of bbolt that reads
// returns one.
package sealed

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"sync/atomic"

	"go.etcd.io/bbolt"
)

// sumSize is the length of a sum in bytes.
const sumSize = 4

var table = crc32.MakeTable(crc32.Castagnoli)

// BrokenError says that a value does not fit its sum, or its key does not.
type BrokenError struct{ Bucket, Key []byte }

func (e *BrokenError) Error() string {
	return fmt.Sprintf("the value of %q in %s does not fit its checksum", e.Key, e.Bucket)
}

// Try runs f and returns its error, or the *BrokenError that f came upon. Any
// other panic goes on.
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
	// Unsealed lets values without a sum be read as they are: the file is one of
	// before there were sums. It is safe for concurrent use.
	Unsealed atomic.Bool
}

// View is bbolt's.
func (db *DB) View(read func(*Tx) error) error {
	return db.DB.View(func(tx *bbolt.Tx) error { return read(&Tx{tx, db}) })
}

// Update is bbolt's, except that it returns a *BrokenError, and after any other
// panic rolls nothing back: bbolt would read all of the file for that, which a
// damaged one does not survive. The file cannot be used, or closed, any more.
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

// Snapshot returns the page of the root bucket that tx sees, and the number of
// pages of the file.
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

// Bucket returns the bucket of that name; nil where there is none.
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

// sum is that of a value under a key.
func (b *Bucket) sum(key, value []byte) uint32 {
	var size [4]byte
	binary.BigEndian.PutUint32(size[:], uint32(len(key)))
	sum := crc32.Update(b.seed, table, size[:])
	sum = crc32.Update(sum, table, key)
	return crc32.Update(sum, table, value)
}

// fits says whether a key and what the file has as its value fit.
func (b *Bucket) fits(key, raw []byte) bool {
	if len(raw) < sumSize {
		return false
	}
	at := len(raw) - sumSize
	return binary.BigEndian.Uint32(raw[at:]) == b.sum(key, raw[:at])
}

// open returns the value that the file has under a key; nil for none.
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

// Get returns the value of a key; nil where there is none. It is valid until
// the transaction ends.
func (b *Bucket) Get(key []byte) []byte {
	if raw := b.raw.Get(key); raw != nil {
		return b.open(key, raw)
	}
	return nil
}

// Look is Get with a *BrokenError in place of a panic.
func (b *Bucket) Look(key []byte) (value []byte, err error) {
	err = Try(func() error { value = b.Get(key); return nil })
	return value, err
}

// Raw returns what the file has under a key, sum included and unchecked.
func (b *Bucket) Raw(key []byte) []byte { return b.raw.Get(key) }

// PutRaw stores a value without a sum, which only Raw returns.
func (b *Bucket) PutRaw(key, value []byte) error { return b.raw.Put(key, value) }

// Put stores a value. It keeps neither.
func (b *Bucket) Put(key, value []byte) error {
	raw := make([]byte, len(value), len(value)+sumSize)
	copy(raw, value)
	return b.raw.Put(key, binary.BigEndian.AppendUint32(raw, b.sum(key, value)))
}

// Delete deletes a key, and returns nil where there is none.
func (b *Bucket) Delete(key []byte) error { return b.raw.Delete(key) }

// NextSequence is bbolt's.
func (b *Bucket) NextSequence() (uint64, error) { return b.raw.NextSequence() }

// Sequence is bbolt's.
func (b *Bucket) Sequence() uint64 { return b.raw.Sequence() }

// SetSequence is bbolt's.
func (b *Bucket) SetSequence(n uint64) error { return b.raw.SetSequence(n) }

// Last returns the last key, and how many bytes its value takes; nil where there is
// none. No value is read.
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

// Sound goes on from a key and calls f with each key and value that fit, until f
// returns false.
func (b *Bucket) Sound(from []byte, f func(k, v []byte) bool) {
	b.Check(from, func(k, raw []byte, fits bool) bool {
		if !fits && !b.db.Unsealed.Load() {
			return true
		}
		return f(k, b.open(k, raw))
	})
}

// Check goes on from a key and calls f with each key and whether it fits its
// value, until f returns false.
func (b *Bucket) Check(from []byte, f func(key, raw []byte, fits bool) bool) {
	c := b.raw.Cursor()
	for k, raw := c.Seek(from); k != nil; k, raw = c.Next() {
		if !f(k, raw, b.fits(k, raw)) {
			return
		}
	}
}

// Cursor goes through the keys in order.
func (b *Bucket) Cursor() *Cursor { return &Cursor{b, b.raw.Cursor()} }

// Cursor is a place in a bucket. Its methods return nil keys at the end.
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

// Seek goes to a key, or where there is none to the next one.
func (c *Cursor) Seek(key []byte) (k, v []byte) { return c.opened(c.c.Seek(key)) }

// Delete deletes the key that the cursor is at.
func (c *Cursor) Delete() error { return c.c.Delete() }

func (c *Cursor) opened(k, raw []byte) (_, v []byte) { return k, c.b.open(k, raw) }

// Sizes goes on from a key and calls f with each key and how many bytes its value
// takes, until f returns false. No value is read.
func (b *Bucket) Sizes(from []byte, f func(key []byte, size int) bool) {
	c := b.raw.Cursor()
	for k, raw := c.Seek(from); k != nil && f(k, len(raw)); k, raw = c.Next() {
	}
}
