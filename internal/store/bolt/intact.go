package bolt

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"
	"golang.org/x/sys/unix"

	"watcher/internal/store/pages"
	"watcher/internal/store/record"
	"watcher/internal/store/sealed"
)

// damageError says that a file is not a store, or not any more.
type damageError struct{ err error }

func (e *damageError) Error() string { return "the file is damaged: " + e.err.Error() }
func (e *damageError) Unwrap() error { return e.err }

// openIntact opens the file after checking that it is intact. A file that another
// process holds is never taken for damaged: nothing of it is read.
func openIntact(path string, readOnly bool) (db *sealed.DB, seen looked, err error) {
	seen, err = check(path)
	if errors.Is(err, pages.ErrUnfinished) && !readOnly {
		seen, err = looked{all: true}, os.Remove(path) // to begin anew
	}
	if err != nil {
		return nil, seen, err
	}
	db, err = openFile(path, readOnly)
	return db, seen, err
}

// looked is how a file was checked before it was opened.
type looked struct {
	all      bool // every page was read
	large    bool // the file is larger than largeFile
	fallback bool // the file has lost a meta page, and maybe its last transaction
}

// ErrInUse says that another process has opened the file.
var ErrInUse = errors.New("in use by another process")

func inUse(path string) error { return fmt.Errorf("%s is %w: is the daemon running?", path, ErrInUse) }

func openFile(path string, readOnly bool) (*sealed.DB, error) {
	options := bbolt.Options{
		ReadOnly:       readOnly,
		Timeout:        patience,
		FreelistType:   bbolt.FreelistMapType,
		NoFreelistSync: true, // halves what a commit writes; Close writes it
	}
	if info, err := os.Stat(path); err == nil && info.Size() > largeFile {
		options.InitialMmapSize = int(info.Size()) + 1<<30 // remapping waits for all readers
	}
	var db *bbolt.DB
	err := catching(func() (err error) {
		db, err = bbolt.Open(path, 0o600, &options)
		return err
	})
	switch {
	case errors.Is(err, bolterrors.ErrTimeout):
		return nil, inUse(path)
	case errors.Is(err, bolterrors.ErrInvalid), errors.Is(err, bolterrors.ErrChecksum), errors.Is(err, bolterrors.ErrVersionMismatch):
		return nil, &damageError{err}
	case err != nil:
		return nil, err
	}
	return &sealed.DB{DB: db}, nil
}

const (
	// patience is how long to wait for another process to close the file.
	patience = time.Second
	// largeFile is the size from which a file that was closed properly is read in the
	// background after the start.
	largeFile = 256 << 20
)

// check checks the pages of the file before it is opened, see package pages. An error
// about the file is a damageError or pages.ErrUnfinished.
func check(path string) (seen looked, err error) {
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return looked{all: true}, nil
	}
	if err != nil {
		return seen, err
	}
	defer file.Close()
	for begun := time.Now(); ; time.Sleep(patience / 20) {
		if err = unix.Flock(int(file.Fd()), unix.LOCK_SH|unix.LOCK_NB); err == nil {
			break
		}
		if time.Since(begun) > patience {
			return seen, inUse(path)
		}
	}
	info, err := file.Stat()
	if err != nil {
		return seen, err
	}
	if info.Size() == 0 { // bbolt would initialise it
		return seen, &damageError{errors.New("it is empty")}
	}
	latest, err := pages.Latest(file)
	switch {
	case errors.Is(err, pages.ErrUnfinished):
		return seen, err
	case err == nil:
		err = ruinedBefore(path, latest)
	}
	if err == nil {
		seen.large, seen.fallback = info.Size() > largeFile, latest.Fallback
		seen.all = !seen.large || !pages.Sealed(file, latest)
		err = pages.Check(file, latest, seen.all)
	}
	if err != nil {
		return seen, &damageError{err}
	}
	return seen, nil
}

// replace puts a new store, which reports the damage, in the place of a damaged one. If
// the disk has no room for it, everything stays as it is.
func replace(path string, d *damageError) error {
	kept, err := freeName(path + ".damaged-" + time.Now().UTC().Format("20060102T150405Z"))
	if err != nil {
		return err
	}
	fresh := path + ".fresh"
	if err := makeFresh(fresh, record.Damage{Since: clock(), Kept: kept, Error: d.err.Error()}); err != nil {
		return err
	}
	if err := os.Remove(ruinPath(path)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return errors.Join(os.Rename(path, kept), os.Rename(fresh, path))
}

// freeName returns base, with a suffix if a file has that name.
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

// decodable returns an error if something that must still be sent, or that everything
// depends on, cannot be decoded.
func decodable(tx *sealed.Tx) error {
	return errors.Join(
		decodeAll(tx, bucketMutes, func() record.Record { return new(record.Mute) }),
		decodeAll(tx, bucketSends, func() record.Record { return new(record.Sends) }),
		tx.Bucket(bucketHeld).ForEach(func(k, v []byte) error {
			var h record.Held
			if err := decode(bucketHeld, k, v, &h); err != nil {
				return err
			}
			return mustExist(tx, bucketAlerts, bucketHeld, k, h.ID, new(record.Alert))
		}),
		queueDecodable(tx, bucketFresh, 8),
		queueDecodable(tx, bucketRetry, 16),
		tx.Bucket(bucketBegun).ForEach(func(id, _ []byte) error {
			return messageThere(tx, bucketBegun, id, string(id))
		}),
	)
}

// decodeAll decodes every value of a bucket.
func decodeAll(tx *sealed.Tx, bucket []byte, fresh func() record.Record) error {
	return tx.Bucket(bucket).ForEach(func(k, v []byte) error { return decode(bucket, k, v, fresh()) })
}

// queueDecodable checks a queue whose keys have size bytes after the target's name.
func queueDecodable(tx *sealed.Tx, bucket []byte, size int) error {
	return tx.Bucket(bucket).ForEach(func(k, v []byte) error {
		if _, rest, _ := bytes.Cut(k, []byte{0}); len(rest) != size || len(v) <= 8 {
			return &brokenError{bucket, bytes.Clone(k), errors.New("impossible length")}
		}
		_, id := unstamp(v)
		return messageThere(tx, bucket, k, id)
	})
}

// messageThere returns an error unless the delivery that a key refers to can be sent.
func messageThere(tx *sealed.Tx, from, key []byte, id string) error {
	var r record.Delivery
	if err := mustExist(tx, bucketDeliveries, from, key, id, &r); err != nil {
		return err
	}
	return unite(tx, &r)
}

// mustExist returns an error unless the record with the id, which the key of another
// bucket refers to, exists and can be decoded.
func mustExist(tx *sealed.Tx, bucket, from, key []byte, id string, r record.Record) error {
	ok, err := getJSON(tx, bucket, id, r)
	if err == nil && !ok {
		err = &brokenError{from, bytes.Clone(key), fmt.Errorf("it refers to %q of %s, which does not exist", id, bucket)}
	}
	return err
}
