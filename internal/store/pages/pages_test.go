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

// Everything that bbolt writes is sound: no key, value, number of them, or order of changes
// counts as damage, with and without a list of free pages.
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
				// Lengths are most likely wrong for sizes at which a page is just full.
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

// A first file that a full disk left unfinished has nothing in it; one that was written to
// and truncated is damaged.
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

// made makes a file with branch pages and a list of free pages. Between two of its keys
// there is room for another.
func made(t *testing.T) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "db")
	db, err := bbolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	for round := range 3 {
		err = errors.Join(err, db.Update(func(tx *bbolt.Tx) error {
			b, err := tx.CreateBucketIfNotExists([]byte("bucket"))
			for i := range 2000 {
				err = errors.Join(err, b.Put(fmt.Appendf(nil, "%04d 0", i), bytes.Repeat([]byte{byte(round)}, 40)))
			}
			return err
		}))
	}
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	return path
}

// check writes a file and checks it.
func check(t *testing.T, path string, content []byte, all bool) (sealed bool, found error) {
	t.Helper()
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	s, err := pages.Latest(file)
	if err != nil {
		t.Fatal(err)
	}
	return pages.Sealed(file, s), pages.Check(file, s, all)
}

// A first key that is greater than the one that leads to its page is in order, and all keys
// are found; but bbolt would lead to the page twice once it changes.
func TestFirstKeyAltered(t *testing.T) {
	path := made(t)
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	tried := 0
	for at := 2 * os.Getpagesize(); at < len(content); at += os.Getpagesize() {
		page := content[at : at+os.Getpagesize()]
		first := bytes.Index(page, []byte(" 0"))
		if page[8] != 2 || first < 0 { // no leaf
			continue
		}
		damaged := bytes.Clone(content)
		damaged[at+first+1] = '1'
		if _, err := check(t, path, damaged, true); err != nil {
			tried++
		}
	}
	if tried < 20 {
		t.Errorf("%d altered first keys were found, want those of all leaves in use", tried)
	}
}

// The seal shows a flipped bit in any page that leads to others, without reading those. A
// flipped bit of the seal itself makes it no seal.
func TestSeal(t *testing.T) {
	path := made(t)
	if err := pages.Seal(path); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if sealed, err := check(t, path, content, false); err != nil || !sealed {
		t.Fatalf("sealed: %v; %v", sealed, err)
	}
	flip := func(bit int) []byte {
		damaged := bytes.Clone(content)
		damaged[bit/8] ^= 1 << (bit % 8)
		return damaged
	}
	size := os.Getpagesize()
	unsealed := 0
	for bit := range 16 * 8 {
		for page := range 2 {
			sealed, err := check(t, path, flip((page*size+512)*8+bit), false)
			if err != nil {
				t.Errorf("bit %d behind meta page %d: %v", bit, page, err)
			}
			if !sealed {
				unsealed++
			}
		}
	}
	if unsealed != 16*8 {
		t.Errorf("%d bits broke the seal, want each of its own", unsealed)
	}
	tried := 0
	for at := 2 * size; at < len(content); at += size {
		if kind := content[at+8]; kind != 1 && kind != 16 {
			continue
		}
		unseen := 0
		for bit := 0; bit < size*8; bit += 1009 {
			if _, err := check(t, path, flip(at*8+bit), false); err == nil {
				unseen++
			}
		}
		if unseen == 0 {
			tried++
		}
	}
	if tried < 2 {
		t.Errorf("of %d pages all flipped bits were found, want at least a branch and the free pages", tried)
	}
}
