package bolt

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"watcher/internal/store/sealed"
	"watcher/internal/testutil"
)

// contents returns all keys with their values, and the sequences.
func contents(t *testing.T, s *Store) map[string]string {
	t.Helper()
	all := make(map[string]string)
	testutil.Must(t, s.view(func(tx *sealed.Tx) error {
		clear(all)
		for _, name := range buckets {
			b := tx.Bucket(name)
			all[string(name)] = fmt.Sprint(b.Sequence())
			b.Check(nil, func(k, raw []byte, _ bool) bool {
				all[string(name)+"/"+string(k)] = string(raw)
				return true
			})
		}
		return nil
	}))
	return all
}

// sameNextStart closes s, the store at path, and checks that the next start has the same
// contents.
func sameNextStart(t *testing.T, s *Store, path string) {
	t.Helper()
	want := contents(t, s)
	testutil.Must(t, s.Close())
	s, err := Open(path)
	testutil.Must(t, err)
	defer s.Close()
	if !maps.Equal(contents(t, s), want) {
		t.Error("the next start has other contents")
	}
}

// emptied makes a store of some megabytes, most of which are free.
func emptied(t *testing.T) (*Store, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "watcher.db")
	s, err := Open(path)
	testutil.Must(t, err)
	testutil.Must(t, s.update(func(tx *sealed.Tx) error {
		for n := range 3000 {
			if err := putOld(tx, bytes.Repeat([]byte{byte(n)}, 2000+n%3000), time.Unix(int64(n), 0), uint64(n%7)); err != nil {
				return err
			}
		}
		return nil
	}))
	testutil.Must(t, s.Forget(time.Unix(2700, 0)))
	return s, path
}

// putOld adds to the history in the form from before articles had numbers.
func putOld(tx *sealed.Tx, packed []byte, seen time.Time, feed uint64) error {
	b := tx.Bucket(bucketHistory)
	seq, err := b.NextSequence()
	if err != nil {
		return err
	}
	return b.Put(slices.Concat(number(uint64(seen.UnixNano())), number(seq), number(feed)), packed)
}

// TestCompact: the file shrinks, has the same contents, goes on, and is the store of the
// next start.
func TestCompact(t *testing.T) {
	s, path := emptied(t)
	want := contents(t, s)
	before, after, err := s.Compact(t.Context(), func(int64, int64) {})
	testutil.Must(t, err)
	info, err := os.Stat(path)
	testutil.Must(t, err)
	if after >= before/3 || info.Size() >= before/3 {
		t.Errorf("%d bytes before, %d after, the file has %d", before, after, info.Size())
	}
	if !maps.Equal(contents(t, s), want) {
		t.Error("the contents have changed")
	}
	if err := s.Lost(); err != nil {
		t.Errorf("our own file is taken for a stranger's: %v", err)
	}
	testutil.Must(t, s.update(func(tx *sealed.Tx) error {
		return putOld(tx, []byte("after"), time.Unix(9000, 0), 1)
	}))
	sameNextStart(t, s, path)
}

// TestCompactBesideWrites: nothing that others write, change and delete while a store is
// compacted is lost.
func TestCompactBesideWrites(t *testing.T) {
	s, path := emptied(t)
	ctx, stop := context.WithCancel(t.Context())
	var group sync.WaitGroup
	wrote := make([]map[string]string, 4)
	for n := range wrote {
		wrote[n] = make(map[string]string)
		group.Go(func() {
			for i := 0; ctx.Err() == nil; i++ {
				key := fmt.Sprintf("%d-%d", n, rand.IntN(300))
				value := fmt.Sprint("value ", i)
				gone := i%3 == 0
				err := s.update(func(tx *sealed.Tx) error {
					b := tx.Bucket(bucketMatched)
					if gone {
						return b.Delete([]byte(key))
					}
					return b.Put([]byte(key), []byte(value))
				})
				if err != nil {
					t.Errorf("write: %v", err)
					return
				}
				if wrote[n][key] = value; gone {
					delete(wrote[n], key)
				}
			}
		})
	}
	done := 0
	for range 3 {
		if _, _, err := s.Compact(t.Context(), func(int64, int64) {}); err == nil {
			done++
		} else {
			t.Log(err) // the machine is slow, and others go first
		}
	}
	stop()
	group.Wait()
	if done == 0 {
		t.Skip("too busy to be compacted")
	}
	want := contents(t, s)
	for _, wrote := range wrote {
		for k, v := range wrote {
			if got := want["matched/"+k]; len(got) < 4 || got[:len(got)-4] != v {
				t.Errorf("%s is %q, want %q", k, got, v)
			}
		}
	}
	sameNextStart(t, s, path)
}

// TestCatchUp: every change since the copy was made is applied to it.
func TestCatchUp(t *testing.T) {
	s, _ := emptied(t)
	defer s.Close()
	c := &compaction{Store: s, ctx: t.Context(), progress: func(int64, int64) {}, path: s.place.path + ".compact"}
	to, err := openFile(c.path, false)
	testutil.Must(t, err)
	c.to = to.DB
	c.base, err = s.db.DB.Begin(false)
	testutil.Must(t, err)
	testutil.Must(t, c.copy())
	for round := range 5 {
		testutil.Must(t, s.update(func(tx *sealed.Tx) error {
			b := tx.Bucket(bucketHistory)
			var keys [][]byte
			b.Sizes(nil, func(k []byte, _ int) bool { keys = append(keys, bytes.Clone(k)); return true })
			for _, k := range keys {
				switch rand.IntN(10 + round) {
				case 0:
					testutil.Must(t, b.Delete(k))
				case 1:
					testutil.Must(t, b.Put(k, []byte("another")))
				case 2:
					testutil.Must(t, b.Put(append(k, 1), nil))
				}
			}
			testutil.Must(t, tx.Bucket(bucketDead).Put([]byte{byte(round)}, nil))
			_, err := b.NextSequence()
			return err
		}))
		now, err := s.db.DB.Begin(false)
		testutil.Must(t, err)
		_, err = c.catchUp(c.base, now)
		testutil.Must(t, err)
		testutil.Must(t, c.base.Rollback())
		c.base = now
		copied := &Store{db: to, readOnly: true}
		if !maps.Equal(contents(t, copied), contents(t, s)) {
			t.Fatalf("round %d: the copy differs", round)
		}
	}
	testutil.Must(t, c.base.Rollback())
	testutil.Must(t, to.Close())
}
