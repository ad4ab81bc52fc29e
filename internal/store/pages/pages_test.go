package pages_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"go.etcd.io/bbolt"
	"pgregory.net/rapid"

	"watcher/internal/store/pages"
)

// Whatever bbolt writes is sound: no key, value, number of them, or order of
// changes is taken for damage, with and without a list of free pages.
func TestSoundFiles(t *testing.T) {
	dir := t.TempDir()
	n := 0
	rapid.Check(t, func(t *rapid.T) {
		n++
		path := filepath.Join(dir, fmt.Sprint(n))
		listed := rapid.Bool().Draw(t, "free pages are listed")
		db, err := bbolt.Open(path, 0o600, &bbolt.Options{NoFreelistSync: !listed, NoSync: true})
		if err != nil {
			t.Fatal(err)
		}
		for range rapid.IntRange(0, 6).Draw(t, "transactions") {
			err := db.Update(func(tx *bbolt.Tx) error {
				b, err := tx.CreateBucketIfNotExists([]byte{byte(rapid.IntRange('a', 'd').Draw(t, "bucket"))})
				if err != nil {
					return err
				}
				// Sizes at which a page is just full are what a length is got wrong by.
				size := rapid.OneOf(rapid.IntRange(0, 200), rapid.IntRange(4030, 4096), rapid.IntRange(8100, 8192), rapid.IntRange(0, 70_000)).Draw(t, "size")
				for i := range rapid.IntRange(1, 80).Draw(t, "values") {
					key := fmt.Appendf(nil, "key %d", rapid.IntRange(0, 400).Draw(t, "key"))
					if rapid.IntRange(0, 3).Draw(t, "what") == 0 {
						err = errors.Join(err, b.Delete(key))
					} else {
						err = errors.Join(err, b.Put(key, bytes.Repeat([]byte{byte(i)}, size)))
					}
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		file, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer os.Remove(path)
		defer file.Close()
		s, err := pages.Latest(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(pages.Check(file, s, true), pages.Check(file, s, false)); err != nil {
			t.Fatalf("a sound file: %v", err)
		}
	})
}

// A first file that a full disk left unfinished holds nothing; one that was
// written to and cut is damaged.
func TestUnfinished(t *testing.T) {
	path := filepath.Join(t.TempDir(), "db")
	db, err := bbolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	made, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	err = db.Update(func(tx *bbolt.Tx) error { _, err := tx.CreateBucket([]byte("b")); return err })
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	used, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	page := os.Getpagesize()
	for size := page; size < 4*page; size += page / 2 {
		for what, content := range map[string][]byte{"unfinished": made, "cut": used} {
			if err := os.WriteFile(path, content[:size], 0o600); err != nil {
				t.Fatal(err)
			}
			file, err := os.Open(path)
			if err != nil {
				t.Fatal(err)
			}
			_, err = pages.Latest(file)
			if err == nil || errors.Is(err, pages.ErrUnfinished) != (what == "unfinished") {
				t.Errorf("%s, %d bytes: %v", what, size, err)
			}
			_ = file.Close()
		}
	}
}
