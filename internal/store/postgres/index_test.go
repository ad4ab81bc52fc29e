package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"watcher/internal/feeds"
	"watcher/internal/store/postgres"
	"watcher/internal/store/segment"
	"watcher/internal/testutil"
)

// plain cuts words at blanks.
var plain = segment.Cutter{
	Cut: func(it *feeds.Item, word func(string, bool)) (uint64, string) {
		for w := range strings.FieldsSeq(it.Title) {
			word(w, true)
		}
		for w := range strings.FieldsSeq(it.Content) {
			word(w, false)
		}
		return 1, "en"
	},
	Versions: segment.Versions{Scanner: 1, Languages: 1},
}

// searched returns the articles that a word leads to, the newest first. In runs that have
// to be scanned it looks for the word itself.
func searched(t *testing.T, s *postgres.Store, word string) (all []string) {
	t.Helper()
	for run, err := range s.Runs(t.Context(), plain) {
		testutil.Must(t, err)
		at := places(t, &run, word)
		columns, err := run.Columns()
		testutil.Must(t, err)
		for _, i := range slices.Backward(at) {
			if i >= run.Len || columns.Seen[i] < run.Since {
				continue
			}
			a, err := run.Article(i)
			testutil.Must(t, err)
			if a.Seen.IsZero() {
				continue
			}
			if all = append(all, a.Item.Title); len(all)%500 != 1 {
				continue
			}
			if b, kept, err := s.Article(t.Context(), run.First+uint64(i)); err != nil || !kept || b.Item.Title != a.Item.Title {
				t.Fatalf("number %d is %q, %v, %v, want %q", run.First+uint64(i), b.Item.Title, kept, err, a.Item.Title)
			}
		}
	}
	return all
}

// places returns the positions in a run of the articles that have a word.
func places(t *testing.T, run *segment.Run, word string) (at []int) {
	t.Helper()
	if run.Scan {
		for i := range run.Len {
			a, err := run.Article(i)
			testutil.Must(t, err)
			if strings.Contains(" "+a.Item.Title+" "+a.Item.Content+" ", " "+word+" ") {
				at = append(at, i)
			}
		}
		return at
	}
	for e, err := range run.Words(word, word+"\x00") {
		testutil.Must(t, err)
		posted, err := run.Postings(e, nil)
		testutil.Must(t, err)
		for _, p := range posted {
			at = append(at, p.Position())
		}
	}
	return at
}

// found returns the titles of lines that have a word, the newest first: what searched
// should find.
func found(lines []string, word string) (all []string) {
	for _, l := range slices.Backward(lines) {
		f := strings.Fields(l)
		if slices.Contains(f[1:5], word) {
			all = append(all, f[1]+" "+f[2])
		}
	}
	return all
}

// index takes steps until nothing is left to do.
func index(t *testing.T, s *postgres.Store) {
	t.Helper()
	for did := true; did; {
		var err error
		did, _, err = s.IndexStep(t.Context(), plain)
		testutil.Must(t, err)
	}
}

// same checks that a store has the articles of lines, and finds them by their words.
func same(t *testing.T, what string, s *postgres.Store, lines []string) {
	t.Helper()
	testutil.SameLines(t, what+", history", titles(t, s), lines)
	for _, word := range []string{"every", "mod3"} {
		testutil.SameLines(t, what+", found of "+word, searched(t, s, word), found(lines, word))
	}
}

// takeOver ends the lease of the history as time does.
func takeOver(t *testing.T, s *postgres.Store) {
	t.Helper()
	testutil.Must(t, s.Exec(t.Context(), `update history set lease_until = 'epoch' where one`))
}

// What one machine has put into segments, another one reads and goes on with.
func TestIndex(t *testing.T) {
	dsn := database(t)
	a, b := open(t, dsn, "a"), open(t, dsn, "b")
	defer b.Close()
	bring(t, a, 0, 1500, 250)
	want := titlesOf(0, 1500, 250)
	same(t, "the tail on b", b, want)
	index(t, a)
	if n, _, err := b.Segments(t.Context()); n != 1 || err != nil {
		t.Errorf("%d segments, %v", n, err)
	}
	if did, _, err := b.IndexStep(t.Context(), plain); did || err != nil {
		t.Errorf("b did %v, %v while a has the lease", did, err)
	}
	same(t, "a", a, want)
	same(t, "b", b, want)
	bring(t, b, 1500, 10_500, 250)
	want = append(want, titlesOf(1500, 10_500, 250)...)
	testutil.Must(t, a.Close())
	takeOver(t, b)
	index(t, b)
	if n, _, err := b.Segments(t.Context()); n != 2 || err != nil {
		t.Errorf("%d segments, %v", n, err)
	}
	same(t, "b goes on", b, want)
	bring(t, b, 10_500, 10_505, 5)
	want = append(want, titlesOf(10_500, 10_505, 5)...)
	same(t, "the tail behind segments", b, want)
	testutil.Must(t, b.Forget(time.Unix(5_000_000+1000, 0)))
	same(t, "what is forgotten", b, want[1000:])
}

// Segments that an earlier version cut are scanned, and made anew, the newest first; those
// of a later version are left alone.
func TestIndexOfVersions(t *testing.T) {
	s := open(t, database(t), "a")
	defer s.Close()
	bring(t, s, 0, 9000, 250)
	index(t, s)
	later := plain
	later.Versions.Scanner++
	_, left, err := s.IndexStep(t.Context(), later)
	testutil.Must(t, err)
	if left == 0 {
		t.Error("nothing was left to be made anew")
	}
	if _, left, err = s.IndexStep(t.Context(), later); err != nil || left != 0 {
		t.Errorf("%d bytes are left, %v", left, err)
	}
	same(t, "to be scanned", s, titlesOf(0, 9000, 250))
	if did, left, err := s.IndexStep(t.Context(), plain); did || left != 0 || err != nil {
		t.Errorf("the machine of the version before did %v, %d left, %v", did, left, err)
	}
}

// Two machines both believe that they make the segments: nothing is lost, and nothing is
// there twice.
func TestIndexAtOnce(t *testing.T) {
	dsn := database(t)
	var machines []*postgres.Store
	for i := range 3 {
		s := open(t, dsn, fmt.Sprint(i))
		defer s.Close()
		machines = append(machines, s)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var all sync.WaitGroup
	for i, s := range machines {
		all.Go(func() {
			for ctx.Err() == nil {
				if _, _, err := s.IndexStep(ctx, plain); err != nil && ctx.Err() == nil && !postgres.Overtaken(err) {
					t.Errorf("machine %d: %v", i, err)
				}
				_ = s.Exec(ctx, `update history set lease_until = 'epoch' where one`)
			}
		})
	}
	var want []string
	for n := 0; n < 9000; n += 750 {
		bring(t, machines[n/750%3], n, n+750, 150)
		want = append(want, titlesOf(n, n+750, 150)...)
	}
	cancel()
	all.Wait()
	takeOver(t, machines[0])
	index(t, machines[0])
	for i, s := range machines {
		same(t, fmt.Sprint("machine ", i), s, want)
	}
}

// In whatever order articles arrive, are sealed, pruned and trimmed, and whichever of two
// machines does it, the index has what the history has.
func TestIndexHoldsArticles(t *testing.T) {
	for seed := range uint64(2) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) { indexHoldsArticles(t, rand.New(rand.NewPCG(seed, 1))) })
	}
}

func indexHoldsArticles(t *testing.T, rng *rand.Rand) {
	dsn := database(t)
	machines := []*postgres.Store{open(t, dsn, "a"), open(t, dsn, "b")}
	defer func() { testutil.Must(t, errors.Join(machines[0].Close(), machines[1].Close())) }()
	var want []string // what is kept
	n, before := 0, 0
	for step := range 14 {
		i := rng.IntN(2)
		s, other := machines[i], machines[1-i]
		switch did := rng.IntN(8); did {
		case 0, 1, 2:
			more, each := 100+rng.IntN(900), 1+rng.IntN(100)
			bring(t, s, n, n+more, each)
			want = append(want, titlesOf(n, n+more, each)...)
			n += more
		case 3, 4:
			takeOver(t, s)
			testutil.Must(t, s.Exec(t.Context(), `update tail set seen = seen`))
			index(t, s)
		case 5:
			before = max(before, 5_000_000+n-rng.IntN(3000))
			testutil.Must(t, s.Forget(time.Unix(int64(before), 0)))
			want = slices.DeleteFunc(want, func(a string) bool { return a < fmt.Sprint(before) })
		case 6:
			takeOver(t, s)
			_, _, err := s.IndexStep(t.Context(), plain) // for the cutter
			testutil.Must(t, err)
			testutil.Must(t, s.Measure(t.Context()))
			size, _, _ := s.HistorySize()
			_, err = s.Trim(size * int64(5+rng.IntN(5)) / 10)
			testutil.Must(t, err)
			left := titles(t, s)
			if !within(left, want) || len(left) == 0 && size > 1<<20 {
				t.Fatalf("step %d: trimming left %d of %d", step, len(left), len(want))
			}
			want = left
		case 7:
			testutil.Must(t, s.Close())
			machines[i] = open(t, dsn, fmt.Sprint("again ", step))
		}
		same(t, fmt.Sprint("step ", step, " on the machine that did it"), machines[i], want)
		same(t, fmt.Sprint("step ", step, " on the other"), other, want)
		if t.Failed() {
			t.FailNow()
		}
	}
}

// within reports whether all of some are in all, in the same order.
func within(some, all []string) bool {
	for _, a := range all {
		if len(some) > 0 && some[0] == a {
			some = some[1:]
		}
	}
	return len(some) == 0
}
