//go:build !race

package bolt_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"watcher/internal/store/bolt"
	"watcher/internal/store/pages"
	"watcher/internal/store/sealed"
	"watcher/internal/testutil"
)

// crashed returns the file of a store as a crash leaves it, and as a clean end does.
func crashed(t *testing.T) (crash, clean []byte) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "watcher.db")
	s := stocked(t, path)
	crash, err := os.ReadFile(path)
	testutil.Must(t, errors.Join(err, s.Close()))
	clean, err = os.ReadFile(path)
	testutil.Must(t, err)
	return crash, clean
}

func latest(t *testing.T, path string) pages.Snapshot {
	t.Helper()
	file, err := os.Open(path)
	testutil.Must(t, err)
	defer file.Close()
	s, err := pages.Latest(file)
	testutil.Must(t, err)
	return s
}

// rootLeaves returns the pages with the names of all buckets: the root page or, if they do
// not fit into one, the pages below it.
func rootLeaves(file []byte, root, size int) (leaves [][]byte) {
	const branch, header, element = 1, 16, 16 // as bbolt lays them out
	page := file[root*size : (root+1)*size]
	if binary.NativeEndian.Uint16(page[8:])&branch == 0 {
		return [][]byte{page}
	}
	for i := range int(binary.NativeEndian.Uint16(page[10:])) {
		child := binary.NativeEndian.Uint64(page[header+i*element+8:])
		leaves = append(leaves, rootLeaves(file, int(child), size)...)
	}
	return leaves
}

// The names of buckets have no checksum. A bucket whose name was altered must not be
// replaced by an empty one without a report.
func TestBucketRenamed(t *testing.T) {
	crash, clean := crashed(t)
	for end, file := range map[string][]byte{"crash": crash, "clean end": clean} {
		for _, bucket := range []string{"feeds", "seen", "alerts", "told", "held", "fresh", "deliveries", "dead", "tail", "meta", "damage"} {
			t.Run(bucket+" after a "+end, func(t *testing.T) {
				path := filepath.Join(t.TempDir(), "watcher.db")
				testutil.Must(t, os.WriteFile(path, file, 0o600))
				size := os.Getpagesize()
				damaged := bytes.Clone(file)
				at, page := -1, []byte(nil)
				for _, leaf := range rootLeaves(damaged, int(latest(t, path).Root), size) {
					for i := range leaf { // a bucket's root, or 0, follows its name
						if bytes.HasPrefix(leaf[i:], []byte(bucket)) && i+len(bucket)+8 < size && bytes.HasPrefix(leaf[i+len(bucket)+2:], make([]byte, 6)) {
							at, page = i, leaf // the last one: a value of a small bucket, meta, has the names, too
						}
					}
				}
				if at < 0 {
					t.Fatal("its name is in none of the pages of names")
				}
				page[at+len(bucket)-1] ^= 1
				testutil.Must(t, os.WriteFile(path, damaged, 0o600))
				s := open(t, path)
				defer s.Close()
				if aside := damages(t, s); len(aside) != 1 || aside[0].Kept == "" {
					t.Errorf("told of %+v, want the file", aside)
				}
			})
		}
	}
}

// With a meta page the last transaction may be lost: that is reported, once.
func TestMetaPageDamaged(t *testing.T) {
	crash, clean := crashed(t)
	for end, file := range map[string][]byte{"crash": crash, "clean end": clean} {
		for page := range 2 {
			path := filepath.Join(t.TempDir(), "watcher.db")
			damaged := bytes.Clone(file)
			damaged[page*os.Getpagesize()+16+20] ^= 4
			testutil.Must(t, os.WriteFile(path, damaged, 0o600))
			for range 2 {
				s := open(t, path)
				if got := damages(t, s); len(got) != 1 || got[0].Kept != "" {
					t.Errorf("meta page %d, after a %s: told of %+v, want one record", page, end, got)
				}
				testutil.Must(t, s.Close())
			}
		}
	}
}

// An altered key is found and reported before anybody looks for it in vain.
func TestKeyAltered(t *testing.T) {
	base := filepath.Join(t.TempDir(), "base.db")
	fill(t, base)
	file, err := os.ReadFile(base)
	testutil.Must(t, err)
	for _, bucket := range []string{"seen", "told", "alerts", "dead", "matched", "tail"} {
		path := filepath.Join(t.TempDir(), "watcher.db")
		testutil.Must(t, os.WriteFile(path, file, 0o600))
		change(t, path, bucket, func(b *sealed.Bucket, k, _ []byte) error {
			raw := bytes.Clone(b.Raw(k))
			was := bytes.Clone(k)
			k[len(k)-1] ^= 16
			return errors.Join(b.Delete(was), b.PutRaw(k, raw))
		})
		s, err := bolt.Open(path)
		testutil.Must(t, err)
		if bucket == "alerts" { // what leads to it may be told, too
			if len(damages(t, s)) == 0 {
				t.Error("an alert under another id was not told")
			}
		} else {
			oneRecord(t, s, bucket)
		}
		testutil.Must(t, s.Close())
	}
}
