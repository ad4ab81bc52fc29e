package bolt

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"sync"
	"time"

	"watcher/internal/store/record"
	"watcher/internal/store/sealed"
)

// place is where the store's file stands, and which file that is.
type place struct {
	path string
	mu   sync.Mutex
	file os.FileInfo // of the open file
}

// take notes that the file at the path is the one that is open.
func (p *place) take() error {
	info, err := os.Stat(p.path)
	if err == nil {
		p.file = info
	}
	return err
}

// Lost returns an error, which says what happened, if the file at the store's
// path is no longer the one that is open: what is written from then on has no
// name, and is gone when the process ends.
func (s *Store) Lost() error {
	s.place.mu.Lock()
	defer s.place.mu.Unlock()
	info, err := os.Stat(s.place.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("the store %s was removed", s.place.path)
	case err == nil && !os.SameFile(info, s.place.file):
		return fmt.Errorf("another file was put in the place of the store %s", s.place.path)
	}
	return nil // or it cannot be told
}

// markOf is the name of the marker, which stands beside a store from when it was
// first made, and says when that was. A store that is missing beside it was
// removed, or its disk is not there; who begins anew on purpose removes both.
func markOf(path string) string { return path + ".was" }

// mark makes the marker where there is none.
func mark(path string, now time.Time) error {
	if _, err := os.Lstat(markOf(path)); err == nil {
		return nil
	}
	return os.WriteFile(markOf(path), []byte(now.UTC().Format(time.RFC3339)+"\nwatcher's store was made at this time. Remove this file together with the store.\n"), 0o600)
}

// marked returns when the store at path was first made; zero if no marker says
// so.
func marked(path string) time.Time {
	text, err := os.ReadFile(markOf(path))
	if err != nil {
		return time.Time{}
	}
	first, _, _ := strings.Cut(string(text), "\n")
	made, err := time.Parse(time.RFC3339, first)
	if err != nil {
		return time.Unix(0, 0) // it was there, and nobody knows since when
	}
	return made
}

// ErrNotRun says that there never was a store at a path.
var ErrNotRun = errors.New("watcher has not run")

// Absent says that there is no store at path: with ErrNotRun where there never was
// one. It is nil where something is there, which to open it tells more of.
func Absent(path string) error {
	_, err := os.Lstat(path)
	switch made := marked(path); {
	case !errors.Is(err, fs.ErrNotExist):
		return nil
	case made.IsZero():
		return fmt.Errorf("there is no store at %s yet: %w", path, ErrNotRun)
	default:
		return fmt.Errorf("the store %s is not there any more: it was removed, or its disk is not mounted", path)
	}
}

// refill puts a fresh store in the place of one that was there and is not, which
// knows of that. It does nothing where there is a store, or never was one.
func refill(path string) error {
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		return nil // to open it tells what is wrong
	}
	fresh := path + ".fresh"
	if knowsDamage(fresh) {
		// A crash between the two steps of replace: the damaged one is away.
		return os.Rename(fresh, path)
	}
	made := marked(path)
	if made.IsZero() {
		return nil
	}
	if err := makeFresh(fresh, record.Damage{Since: clock(), Made: made, Error: "it is not there"}); err != nil {
		return err
	}
	// A crash here begins again.
	if err := os.Rename(fresh, path); err != nil {
		return err
	}
	return os.Remove(markOf(path)) // to be made anew, for this one
}

// knowsDamage says whether the file at path is a whole store that has something
// to tell.
func knowsDamage(path string) bool {
	if _, err := os.Lstat(path); err != nil {
		return false
	}
	if _, err := check(path); err != nil {
		return false
	}
	db, err := openFile(path, true)
	if err != nil {
		return false
	}
	knows := false
	err = db.View(func(tx *sealed.Tx) error {
		b := tx.Bucket(bucketDamage)
		knows = b != nil && b.Sequence() > 0
		return nil
	})
	return errors.Join(err, db.Close()) == nil && knows
}

// makeFresh makes a store at path that has one damage to tell.
func makeFresh(path string, r record.Damage) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	db, err := openFile(path, false)
	if err != nil {
		return err
	}
	err = db.Update(func(tx *sealed.Tx) error { return putDamage(tx, r) })
	if err := errors.Join(err, db.Close()); err != nil {
		return errors.Join(err, os.Remove(path))
	}
	return nil
}
