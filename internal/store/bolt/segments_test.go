package bolt

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"watcher/internal/feeds"
	"watcher/internal/store/sealed"
	"watcher/internal/store/segment"
	"watcher/internal/testutil"
)

// stockedSegments returns a closed store with two segments and a tail, and its articles.
func stockedSegments(t *testing.T) (path string, all []string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "watcher.db")
	synctest.Test(t, func(t *testing.T) {
		s, err := Open(path)
		testutil.Must(t, err)
		bring(t, s, 0, 3000, 100)
		index(t, s)
		bring(t, s, 3000, 5000, 100)
		index(t, s)
		bring(t, s, 5000, 5100, 10)
		all = titles(t, s)
		if n := segments(t, s); n != 2 || len(all) != 5100 {
			t.Fatalf("%d segments, %d articles", n, len(all))
		}
		testutil.Must(t, s.Close())
	})
	return path, all
}

// TestDamagedSegments: a damaged value is put aside and reported, everything that does not
// need it is read and found, and the segment is made anew of that.
func TestDamagedSegments(t *testing.T) {
	path, all := stockedSegments(t)
	isCopy := func(k []byte) bool { return k[8] == 128 }
	columns := func(keys [][]byte) int {
		copied := keys[slices.IndexFunc(keys, isCopy)]
		return slices.IndexFunc(keys, func(k []byte) bool { return bytes.Equal(k[9:], copied[9:]) })
	}
	tests := []struct {
		name   string
		bucket []byte
		pick   func(keys [][]byte) []byte
		lost   bool // articles
	}{
		{"the first piece, which is text", bucketPieces, func(keys [][]byte) []byte { return keys[0] }, true},
		{"the last piece of the first segment, which has words, and some text", bucketPieces, func(keys [][]byte) []byte {
			return keys[columns(keys)-1]
		}, true},
		{"columns", bucketPieces, func(keys [][]byte) []byte { return keys[columns(keys)] }, false},
		{"a copy of columns", bucketPieces, func(keys [][]byte) []byte { return keys[slices.IndexFunc(keys, isCopy)] }, false},
		{"the record of a segment", bucketSegments, func(keys [][]byte) []byte { return keys[0] }, false},
		{"a copy of a record", bucketPieces, func(keys [][]byte) []byte { return keys[len(keys)-1] }, false},
		{"how far the index is", bucketMeta, func([][]byte) []byte { return keyIndexed }, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				path := copyOf(t, path)
				damageOne(t, path, test.bucket, test.pick)
				s, err := Open(path)
				testutil.Must(t, err)
				defer s.Close()
				left := titles(t, s)
				if lost := len(all) - len(left); lost > 2048 || (lost > 0) != test.lost {
					t.Errorf("%d articles are lost", lost)
				}
				testutil.SameLines(t, "found by scanning", searchedOf(t, s, all, left), left)
				index(t, s)
				testutil.SameLines(t, "history after the index was made anew", titles(t, s), left)
				testutil.SameLines(t, "found by words", searchedOf(t, s, all, left), left)
				for _, v := range must1(s.allVolumes())(t) {
					if v.broken.Load() || v.kept.Gone != 0 && len(left) == len(all) {
						t.Errorf("the segment of %d is as it was", v.first)
					}
				}
				told, err := s.Damages(t.Context())
				testutil.Must(t, err)
				if len(told) != 1 || !strings.HasSuffix(told[0].Record, string(test.bucket)) {
					t.Errorf("told %+v", told)
				}
			})
		})
	}
}

func must1[T any](v T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		testutil.Must(t, err)
		return v
	}
}

func copyOf(t *testing.T, path string) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), "watcher.db")
	file, err := os.ReadFile(path)
	testutil.Must(t, errors.Join(err, os.WriteFile(to, file, 0o600)))
	return to
}

// damageOne flips a bit of the value of a key in a closed store.
func damageOne(t *testing.T, path string, bucket []byte, pick func(keys [][]byte) []byte) {
	t.Helper()
	db, err := openFile(path, false)
	testutil.Must(t, err)
	testutil.Must(t, db.Update(func(tx *sealed.Tx) error {
		var keys [][]byte
		b := tx.Bucket(bucket)
		b.Sizes(nil, func(k []byte, _ int) bool { keys = append(keys, bytes.Clone(k)); return true })
		k := pick(keys)
		raw := bytes.Clone(b.Raw(k))
		raw[len(raw)/2] ^= 4
		return b.PutRaw(k, raw)
	}))
	testutil.Must(t, db.Close())
}

// searchedOf returns the articles that are found by their own word: some of all of them,
// and those that are left.
func searchedOf(t *testing.T, s *Store, all, left []string) (found []string) {
	t.Helper()
	titles := make(map[string]bool)
	for _, title := range searched(t, s, "every") {
		titles[title] = true
	}
	for _, a := range all {
		words := strings.Fields(a) // when, title, every, …
		if titles[words[1]+" every"] {
			found = append(found, a)
		}
	}
	return found
}

// TestTrimSegments: a feed that floods loses only its own articles; if all feeds together
// have too much, the oldest articles go, from segments as from the tail.
func TestTrimSegments(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, err := Open(filepath.Join(t.TempDir(), "watcher.db"))
		testutil.Must(t, err)
		defer s.Close()
		put := func(feed uint64, n, each, from int) {
			testutil.Must(t, s.update(func(tx *sealed.Tx) error {
				for i := range n {
					a := s.packArticles(slices.Repeat([]feeds.Item{{Title: fmt.Sprint("feed ", feed, " no ", i), Content: strings.Repeat(fmt.Sprint(i, "x"), 50)}}, each))
					if err := putArticles(tx, a, time.Unix(int64(from+i), 0), feed); err != nil {
						return err
					}
				}
				return nil
			}))
			s.arrived.Add(1)
		}
		for feed := range uint64(10) {
			put(feed+1, 10, 12, 1000*int(feed))
		}
		put(99, 200, 10, 100_000)
		index(t, s)
		count := func() map[string]int {
			n := make(map[string]int)
			for a, err := range s.History(t.Context(), time.Time{}) {
				testutil.Must(t, err)
				n[strings.Fields(a.Item.Title)[1]]++
			}
			return n
		}
		before := count()
		_, _, err = s.surplus(1 << 40)
		testutil.Must(t, err)
		size, _, _ := s.HistorySize()
		trimmed, err := s.Trim(2 * size)
		testutil.Must(t, err)
		if after := count(); after["99"] >= before["99"] || after["99"] == 0 || after["1"] != before["1"] || trimmed.All {
			t.Errorf("left %v of %v, %+v", after, before, trimmed)
		}
		left := searched(t, s, "feed")
		if len(left) != len(s.all(t)) {
			t.Errorf("%d are found, %d are kept", len(left), len(s.all(t)))
		}
	})
}

// TestTrimOldSegments: if all feeds together have too much, the oldest articles go.
func TestTrimOldSegments(t *testing.T) {
	path, all := stockedSegments(t)
	synctest.Test(t, func(t *testing.T) {
		s, err := Open(path)
		testutil.Must(t, err)
		defer s.Close()
		index(t, s)
		measured := func() int64 {
			_, _, err := s.surplus(1 << 40)
			testutil.Must(t, err)
			size, _, _ := s.HistorySize()
			return size
		}
		whole := measured()
		for _, of := range []int64{9, 6, 3} { // a part of the first segment, then all of it
			most := whole * of / 10
			for over := measured() - most; over > 0; over = measured() - most {
				over += most / trimBy
				_, err := s.trimSegments(map[uint64]int64{}, &over, most)
				testutil.Must(t, err)
			}
			left := titles(t, s)
			if now := measured(); now > most || now < most*3/4 {
				t.Errorf("%d bytes are left, of which %d are allowed", now, most)
			}
			testutil.SameLines(t, "left", left, all[len(all)-len(left):])
			testutil.SameLines(t, "found", searchedOf(t, s, all, left), left)
		}
	})
}

func (s *Store) all(t *testing.T) (all []segment.Article) {
	t.Helper()
	for a, err := range s.History(t.Context(), time.Time{}) {
		testutil.Must(t, err)
		all = append(all, segment.Article{Seen: a.Seen, Item: a.Item})
	}
	return all
}

// TestOtherVersions: a segment that another version cut is scanned until it is cut anew.
func TestOtherVersions(t *testing.T) {
	path, all := stockedSegments(t)
	synctest.Test(t, func(t *testing.T) {
		was := plain
		defer func() { plain = was }()
		plain.Versions.Scanner++
		s, err := Open(path)
		testutil.Must(t, err)
		defer s.Close()
		scanned := func() (n int) {
			for run, err := range s.Runs(t.Context(), plain) {
				testutil.Must(t, err)
				if run.Scan {
					n += run.Len
				}
			}
			return n
		}
		if n := scanned(); n != 5000 {
			t.Errorf("%d articles are scanned", n)
		}
		testutil.SameLines(t, "found by scanning", searchedOf(t, s, all, all), all)
		index(t, s)
		if n := scanned(); n != 0 {
			t.Errorf("%d articles are scanned", n)
		}
		testutil.SameLines(t, "found by words", searchedOf(t, s, all, all), all)
		testutil.SameLines(t, "history", titles(t, s), all)
	})
}

// TestOrphans: pieces of a process that ended before it named their segment are deleted at
// the next start.
func TestOrphans(t *testing.T) {
	path, all := stockedSegments(t)
	synctest.Test(t, func(t *testing.T) {
		s, err := Open(path)
		testutil.Must(t, err)
		defer s.Close()
		pieces := func() (n int) {
			testutil.Must(t, s.view(func(tx *sealed.Tx) error {
				n = 0
				tx.Bucket(bucketPieces).Sizes(nil, func([]byte, int) bool { n++; return true })
				return nil
			}))
			return n
		}
		was := pieces()
		_, err = s.writePieces(context.Background(), &segment.Built{Pieces: [][]byte{{1}, {2}, {3}}})
		testutil.Must(t, err)
		_, err = s.writePieces(context.Background(), &segment.Built{Pieces: slices.Repeat([][]byte{{1}}, 40), Columns: 30})
		testutil.Must(t, err)
		index(t, s)
		if n := pieces(); n != was {
			t.Errorf("%d pieces, want %d", n, was)
		}
		testutil.SameLines(t, "history", titles(t, s), all)
	})
}
