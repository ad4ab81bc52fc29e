package bolt

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"watcher/internal/store/sealed"
)

const indexKilled = "INDEX_KILLED_PATH"

// TestIndexKilled kills a process that commits articles and makes segments of them, at
// random, and in a build with faults while it writes pieces, before it names a segment,
// and behind it: each article that was stored is there once, and is found.
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
		ok(t, err)
		ok(t, cmd.Start())
		lines := bufio.NewScanner(out)
		for left := 20 + rand.IntN(40); lines.Scan(); left-- {
			if stored, err = strconv.Atoi(lines.Text()); err != nil {
				t.Fatal(err)
			}
			if left == 0 {
				ok(t, cmd.Process.Kill())
			}
		}
		_ = cmd.Wait() // it was killed
		s, err := Open(path)
		ok(t, err)
		if told, err := s.Damages(t.Context()); err != nil || len(told) > 0 {
			t.Fatalf("round %d: %+v, %v", round, told, err)
		}
		stored = allThere(t, s, stored)
		ok(t, s.Close())
		ok(t, Verify(path))
	}
}

// allThere says that the history has the first articles, no more than one poll's behind
// those that were stored, each once, and that all of them are found. It returns how many.
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
	sameLines(t, "found", searchedOf(t, s, all, all), all)
	return len(all)
}

// indexAndWrite commits fifty articles at a time, prints how many there are once they
// are stored, and indexes, until it is killed.
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

// TestIndexHoldsArticles: whatever order articles come, are put into segments, pruned
// and trimmed in, and the process ends in, the index has what the history has.
func TestIndexHoldsArticles(t *testing.T) {
	for seed := range uint64(4) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			dir := t.TempDir()
			synctest.Test(t, func(t *testing.T) { indexHoldsArticles(t, dir, rand.New(rand.NewPCG(seed, 1))) })
		})
	}
}

func indexHoldsArticles(t *testing.T, dir string, rng *rand.Rand) {
	path := filepath.Join(dir, "watcher.db")
	s, err := Open(path)
	ok(t, err)
	var want []string // what is kept
	n, before := 0, 0
	defer func() { ok(t, s.Close()) }()
	for step := range 14 {
		switch did := rng.IntN(8); did {
		case 0, 1, 2:
			more := 100 + rng.IntN(1200)
			bring(t, s, n, n+more, 1+rng.IntN(100))
			n += more
			want = append(want, titles(t, s)[len(want):]...)
		case 3, 4:
			index(t, s)
		case 5:
			before = max(before, 5_000_000+n-rng.IntN(3000))
			ok(t, s.Forget(time.Unix(int64(before), 0)))
			want = slices.DeleteFunc(want, func(a string) bool { return a < fmt.Sprint(before) })
		case 6:
			s.cutter.Store(&plain)
			_, _, err := s.surplus(1 << 40)
			ok(t, err)
			size, _, _ := s.HistorySize()
			_, err = s.Trim(size * int64(5+rng.IntN(5)) / 10)
			ok(t, err)
			left := titles(t, s)
			if !within(left, want) || len(left) == 0 && size > 1<<20 {
				t.Fatalf("step %d: trimming left %d of %d", step, len(left), len(want))
			}
			want = left
		case 7: // it ends without notice
			copied := filepath.Join(dir, fmt.Sprint(step, ".db"))
			file, err := os.ReadFile(path)
			ok(t, err)
			ok(t, os.WriteFile(copied, file, 0o600))
			closed := s.Close()
			path = copied
			s, err = Open(path)
			ok(t, errors.Join(closed, err))
		}
		sameLines(t, fmt.Sprint("step ", step, ", history"), titles(t, s), want)
		sameLines(t, fmt.Sprint("step ", step, ", found"), searchedOf(t, s, want, want), want)
		if found := searched(t, s, "every"); len(found) != len(want) {
			t.Fatalf("step %d: %d are found, %d are kept", step, len(found), len(want))
		}
	}
}

// within says whether all of some are in all, in its order.
func within(some, all []string) bool {
	for _, a := range all {
		if len(some) > 0 && some[0] == a {
			some = some[1:]
		}
	}
	return len(some) == 0
}

// TestOldStores: of stores of earlier versions all articles are in segments after a
// while, found all the time, and the same as before.
func TestOldStores(t *testing.T) {
	for _, name := range []string{"schema1", "schema2_all"} {
		t.Run(name, func(t *testing.T) {
			path := unzipped(t, name)
			synctest.Test(t, func(t *testing.T) {
				s, err := Open(path)
				ok(t, err)
				defer s.Close()
				want := titles(t, s)
				was := s.numbers(t, want)
				index(t, s)
				sameLines(t, "history", titles(t, s), want)
				if n := segments(t, s); n != 1 || len(want) == 0 {
					t.Errorf("%d segments of %d articles", n, len(want))
				}
				sameLines(t, "articles by number", s.numbers(t, want), was)
				ok(t, s.view(func(tx *sealed.Tx) error {
					if k, _ := tx.Bucket(bucketHistory).Last(); k != nil {
						t.Errorf("%x is left", k)
					}
					return nil
				}))
			})
		})
	}
}

// numbers are the articles by the numbers that Runs gives them, the newest first.
func (s *Store) numbers(t *testing.T, want []string) (all []string) {
	t.Helper()
	for run, err := range s.Runs(t.Context(), plain) {
		ok(t, err)
		for i := run.Len - 1; i >= 0; i-- {
			a, err := run.Article(i)
			ok(t, err)
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
