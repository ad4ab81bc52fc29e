package bolt

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"sync"
	"time"

	"watcher/internal/store"
	"watcher/internal/store/record"
	"watcher/internal/store/sealed"
)

// place is the path of the store's file, and which file that is.
type place struct {
	path string
	mu   sync.Mutex
	file os.FileInfo // of the open file
}

// take records that the file at the path is the open one.
func (p *place) take() error {
	info, err := os.Stat(p.path)
	if err == nil {
		p.file = info
	}
	return err
}

// Lost returns an error if the file at the store's path is no longer the open one. What
// is written from then on has no name and is gone when the process ends.
func (s *Store) Lost() error {
	s.place.mu.Lock()
	defer s.place.mu.Unlock()
	info, err := os.Stat(s.place.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("the store %s was removed", s.place.path)
	case err == nil && !os.SameFile(info, s.place.file):
		return fmt.Errorf("the store %s was replaced by another file", s.place.path)
	}
	return nil // or it is unknown
}

// markOf is the name of the marker beside a store, which says when the store was first
// made. A store that is missing beside its marker was removed, or its disk is not
// mounted. To begin anew on purpose, remove both.
func markOf(path string) string { return path + ".was" }

// mark makes the marker if there is none.
func mark(path string, now time.Time) error {
	if _, err := os.Lstat(markOf(path)); err == nil {
		return nil
	}
	return os.WriteFile(markOf(path), []byte(now.UTC().Format(time.RFC3339)+"\nwatcher's store was made at this time. Remove this file together with the store.\n"), 0o600)
}

// marked returns when the store at path was first made; zero without a marker.
func marked(path string) time.Time {
	text, err := os.ReadFile(markOf(path))
	if err != nil {
		return time.Time{}
	}
	first, _, _ := strings.Cut(string(text), "\n")
	made, err := time.Parse(time.RFC3339, first)
	if err != nil {
		return time.Unix(0, 0) // it existed, since when is unknown
	}
	return made
}

// ErrNotRun says that there never was a store at a path.
var ErrNotRun = store.ErrNotRun

// Absent returns an error if there is no store at path, wrapping ErrNotRun if there
// never was one. It returns nil if there is a file; opening it says more.
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

// refill replaces a store that has disappeared by a new one that reports this. It does
// nothing if there is a store, or never was one.
func refill(path string) error {
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		return nil // opening it says what is wrong
	}
	fresh := path + ".fresh"
	if knowsDamage(fresh) {
		// A crash between the two steps of replace: the damaged store has been renamed.
		return os.Rename(fresh, path)
	}
	made := marked(path)
	if made.IsZero() {
		return nil
	}
	if err := makeFresh(fresh, record.Damage{Since: clock(), Made: made, Error: "it is not there"}); err != nil {
		return err
	}
	// After a crash here the next start does the same again.
	if err := os.Rename(fresh, path); err != nil {
		return err
	}
	return os.Remove(markOf(path)) // Open makes another for the new store
}

// knowsDamage reports whether the file at path is an intact store with damage to
// report.
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

// makeFresh makes a store at path with one damage to report.
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
