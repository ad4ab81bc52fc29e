package bolt

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime/debug"
	"time"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"watcher/internal/notify"
	"watcher/internal/store/sealed"
)

// damageError says that a file is no store, or no longer.
type damageError struct{ err error }

func (e *damageError) Error() string { return "the file is damaged: " + e.err.Error() }
func (e *damageError) Unwrap() error { return e.err }

// openIntact opens the file, once it has been found whole. A file that another
// process holds is never taken for damaged: nothing of it is read.
func openIntact(path string, readOnly bool) (*sealed.DB, error) {
	if err := check(path); err != nil {
		return nil, err
	}
	return openFile(path, readOnly)
}

func openFile(path string, readOnly bool) (*sealed.DB, error) {
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{
		ReadOnly:       readOnly,
		Timeout:        time.Second,
		FreelistType:   bbolt.FreelistMapType,
		NoFreelistSync: true, // halves what a commit writes; rebuilt from the pages at Open
	})
	switch {
	case errors.Is(err, bolterrors.ErrTimeout):
		return nil, fmt.Errorf("%s is in use by another process: is the daemon running?", path)
	case errors.Is(err, bolterrors.ErrInvalid), errors.Is(err, bolterrors.ErrChecksum), errors.Is(err, bolterrors.ErrVersionMismatch):
		return nil, &damageError{err}
	}
	if err != nil {
		return nil, err
	}
	return &sealed.DB{DB: db}, nil
}

// check reads every page of the file once, before it is opened for writing:
// bbolt finds most damage only when it comes upon it, and then panics, when
// opening for writing in a goroutine of its own where nobody can recover. Access
// to the mapping of a file that was cut short even faults.
func check(path string) (err error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err == nil && info.Size() == 0: // bbolt would take it for a new one
		return &damageError{errors.New("it is empty")}
	}
	var db *sealed.DB
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if p := recover(); p != nil {
			err = &damageError{fmt.Errorf("%v", p)}
		}
		if db != nil {
			err = errors.Join(err, db.Close())
		}
	}()
	if db, err = openFile(path, true); err != nil {
		return err
	}
	return walk(db, path)
}

// unmapKeys is after how many keys the pages that hold them are let go.
const unmapKeys = 5000

// walk touches every key of every bucket. Its transaction is ended even by a
// panic, or the file could not be closed.
func walk(db *sealed.DB, path string) error {
	tx, err := db.Begin(false)
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // a reading transaction has nothing to undo
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if info.Size() < tx.Size() {
		return &damageError{fmt.Errorf("%d of %d bytes are left", info.Size(), tx.Size())}
	}
	seen := 0
	return tx.ForEach(func(name []byte, b *bbolt.Bucket) error {
		return b.ForEach(func(k, _ []byte) error {
			if len(k) == 0 {
				return &damageError{fmt.Errorf("an empty key in %s", name)}
			}
			if seen++; seen%unmapKeys == 0 {
				unmap(db)
			}
			return nil
		})
	})
}

// replace puts a fresh store, which knows of the damage, in the place of a
// damaged one. If the disk has no room for it, all stays as it is.
func replace(path string, d *damageError) error {
	kept, err := freeName(path + ".damaged-" + time.Now().UTC().Format("20060102T150405Z"))
	if err != nil {
		return err
	}
	fresh := path + ".fresh"
	if err := makeFresh(fresh, damageRecord{Since: clock(), Kept: kept, Error: d.err.Error()}); err != nil {
		return err
	}
	return errors.Join(os.Rename(path, kept), os.Rename(fresh, path))
}

// freeName returns base, or what it takes to be the name of no file.
func freeName(base string) (string, error) {
	name := base
	for n := 2; ; n++ {
		_, err := os.Lstat(name)
		if errors.Is(err, fs.ErrNotExist) {
			return name, nil
		}
		if err != nil {
			return "", err
		}
		name = fmt.Sprintf("%s-%d", base, n)
	}
}

// decodable returns an error if something that is still to be told, or all that
// is told hangs on, cannot be decoded.
func decodable(tx *sealed.Tx) error {
	return errors.Join(
		each[notify.Mute](tx, bucketMutes),
		each[sendsRecord](tx, bucketSends),
		tx.Bucket(bucketHeld).ForEach(func(k, v []byte) error {
			var h notify.Held
			if err := decode(bucketHeld, k, v, &h); err != nil {
				return err
			}
			return there[alertRecord](tx, bucketAlerts, bucketHeld, k, h.ID)
		}),
		queueDecodable(tx, bucketFresh, 8),
		queueDecodable(tx, bucketRetry, 16),
		tx.Bucket(bucketBegun).ForEach(func(id, _ []byte) error {
			return there[deliveryRecord](tx, bucketDeliveries, bucketBegun, id, string(id))
		}),
	)
}

// each decodes every value of a bucket.
func each[T any](tx *sealed.Tx, bucket []byte) error {
	return tx.Bucket(bucket).ForEach(func(k, v []byte) error { return decode(bucket, k, v, new(T)) })
}

// queueDecodable looks at a queue whose keys have so many bytes behind the
// target's name.
func queueDecodable(tx *sealed.Tx, bucket []byte, size int) error {
	return tx.Bucket(bucket).ForEach(func(k, v []byte) error {
		if _, rest, _ := bytes.Cut(k, []byte{0}); len(rest) != size || len(v) <= 8 {
			return &brokenError{bucket, bytes.Clone(k), errors.New("a length that cannot be")}
		}
		_, id := unstamp(v)
		return there[deliveryRecord](tx, bucketDeliveries, bucket, k, id)
	})
}

// there returns an error unless the record with the id, which the key of another
// bucket leads to, is there and can be decoded.
func there[T any](tx *sealed.Tx, bucket, from, key []byte, id string) error {
	ok, err := getJSON(tx, bucket, id, new(T))
	if err == nil && !ok {
		err = &brokenError{from, bytes.Clone(key), fmt.Errorf("it leads to %q of %s, which is not there", id, bucket)}
	}
	return err
}
