package bolt

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"watcher/internal/store/sealed"
	"watcher/internal/testutil"
)

const indexKilled = "INDEX_KILLED_PATH"

// TestIndexKilled kills a process that commits articles and makes segments of them, at
// random, and in a build with faults while it writes pieces, before it names a segment, and
// after that: each stored article is there once, and is found.
func TestIndexKilled(t *testing.T) {
	if path := os.Getenv(indexKilled); path != "" {
		indexAndWrite(path)
	}
	path := filepath.Join(t.TempDir(), "watcher.db")
	stored := 0
	for round := range 4 {
		cmd := exec.Command(os.Args[0], "-test.run=^TestIndexKilled$")
		cmd.Env = append(os.Environ(), indexKilled+"="+path, "INDEX_KILLED_FROM="+strconv.Itoa(stored),
			"WATCHER_FAULT="+[]string{"none", "writing pieces:1", "pieces written", "segment named"}[round%4])
		out, err := cmd.StdoutPipe()
		testutil.Must(t, err)
		testutil.Must(t, cmd.Start())
		lines := bufio.NewScanner(out)
		for left := 20 + rand.IntN(40); lines.Scan(); left-- {
			if stored, err = strconv.Atoi(lines.Text()); err != nil {
				t.Fatal(err)
			}
			if left == 0 {
				testutil.Must(t, cmd.Process.Kill())
			}
		}
		_ = cmd.Wait() // it was killed
		s, err := Open(path)
		testutil.Must(t, err)
		if told, err := s.Damages(t.Context()); err != nil || len(told) > 0 {
			t.Fatalf("round %d: %+v, %v", round, told, err)
		}
		stored = allThere(t, s, stored)
		testutil.Must(t, s.Close())
		testutil.Must(t, Verify(path))
	}
}

// allThere checks that the history has all stored articles and at most those of one more
// poll, each once, and that all of them are found. It returns their number.
func allThere(t *testing.T, s *Store, stored int) int {
	t.Helper()
	all := titles(t, s)
	if len(all) < stored || len(all) > stored+50 {
		t.Fatalf("%d articles are there, of %d that were stored", len(all), stored)
	}
	for i, a := range all {
		if !strings.Contains(a, fmt.Sprintf(" title%d ", i)) {
			t.Fatalf("article %d is %q", i, a)
		}
	}
	testutil.SameLines(t, "found", searchedOf(t, s, all, all), all)
	return len(all)
}

// indexAndWrite commits fifty articles at a time, prints how many there are once they are
// stored, and indexes, until it is killed.
func indexAndWrite(path string) {
	from, err := strconv.Atoi(os.Getenv("INDEX_KILLED_FROM"))
	if err != nil {
		panic(err)
	}
	s, err := Open(path)
	if err != nil {
		panic(err)
	}
	go func() {
		for {
			if err := s.Index(context.Background(), plain, func(int64) {}); err != nil {
				panic(err)
			}
		}
	}()
	for n := from; ; n += 50 {
		err := s.update(func(tx *sealed.Tx) error { return putTestArticles(s, tx, n, n+50) })
		if err != nil {
			panic(err)
		}
		fmt.Println(n + 50)
	}
}

// TestTailOfSchema3: a store of the version that packed the tail differently, with 1,120
// articles in a segment and 120 in the tail, is read and searched, is upgraded when it is
// opened, and accepts further articles.
func TestTailOfSchema3(t *testing.T) {
	path := unzipped(t, "schema3")
	synctest.Test(t, func(t *testing.T) {
		s, err := Open(path)
		testutil.Must(t, err)
		testutil.Must(t, s.view(func(tx *sealed.Tx) error {
			meta := tx.Bucket(bucketMeta)
			if v, sum := uint64Of(meta.Raw(keySchema)), uint64Of(meta.Get(keyChecked)); v != schema || sum != schema {
				t.Errorf("it is of version %d, and by its sum of %d", v, sum)
			}
			return nil
		}))
		want := titles(t, s)
		if len(want) != 1240 || segments(t, s) != 1 {
			t.Errorf("%d articles, %d segments", len(want), segments(t, s))
		}
		for _, n := range []int{7, 1119, 1120, 1239} { // on both sides of the beginning of the tail
			testutil.SameLines(t, "found", searched(t, s, fmt.Sprint("word", n)), []string{fmt.Sprintf("title%d every", n)})
		}
		bring(t, s, 1240, 2400, 40)
		want = titles(t, s)
		time.Sleep(segmentAge)
		index(t, s)
		testutil.SameLines(t, "history", titles(t, s), want)
		testutil.SameLines(t, "found in segments", searchedOf(t, s, want, want), want)
		if n := segments(t, s); n != 2 {
			t.Errorf("%d segments", n)
		}
		testutil.Must(t, s.Close())
	})
	testutil.Must(t, Verify(path))
}

// TestOldStores: after a while all articles of stores of earlier versions are in segments;
// they are found all the time, and are the same as before.
func TestOldStores(t *testing.T) {
	for _, name := range []string{"schema1", "schema2_all"} {
		t.Run(name, func(t *testing.T) {
			path := unzipped(t, name)
			synctest.Test(t, func(t *testing.T) {
				s, err := Open(path)
				testutil.Must(t, err)
				defer s.Close()
				want := titles(t, s)
				was := s.numbers(t, want)
				index(t, s)
				testutil.SameLines(t, "history", titles(t, s), want)
				if n := segments(t, s); n != 1 || len(want) == 0 {
					t.Errorf("%d segments of %d articles", n, len(want))
				}
				testutil.SameLines(t, "articles by number", s.numbers(t, want), was)
				testutil.Must(t, s.view(func(tx *sealed.Tx) error {
					if k, _ := tx.Bucket(bucketHistory).Last(); k != nil {
						t.Errorf("%x is left", k)
					}
					return nil
				}))
			})
		})
	}
}

// numbers returns the articles by the numbers that Runs gives them, the newest first.
func (s *Store) numbers(t *testing.T, want []string) (all []string) {
	t.Helper()
	for run, err := range s.Runs(t.Context(), plain) {
		testutil.Must(t, err)
		for i := run.Len - 1; i >= 0; i-- {
			a, err := run.Article(i)
			testutil.Must(t, err)
			n := run.First + uint64(i)
			all = append(all, fmt.Sprint(n, " ", a.Item.Title))
			if len(all)%300 != 1 {
				continue
			}
			if b, kept, err := s.Article(t.Context(), n); err != nil || !kept || b.Item.Title != a.Item.Title {
				t.Errorf("number %d is %q, %v, %v, want %q", n, b.Item.Title, kept, err, a.Item.Title)
			}
		}
	}
	if len(all) != len(want) {
		t.Errorf("%d articles are in runs, %d are kept", len(all), len(want))
	}
	return all
}
