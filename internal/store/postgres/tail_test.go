package postgres_test

import (
	"sync"
	"testing"
	"time"

	"watcher/internal/store/postgres"
	"watcher/internal/testutil"
)

// Another machine makes a segment of less than this one has indexed of the tail: this one
// goes on with everything behind the segment.
func TestTailBehindSegmentOfAnother(t *testing.T) {
	for _, c := range []struct {
		name string
		more int // articles that arrive once the segment is there
	}{
		{"nothing came since", 0},
		{"something came since", 10},
	} {
		t.Run(c.name, func(t *testing.T) {
			dsn := database(t)
			a, b := open(t, dsn, "a"), open(t, dsn, "b")
			defer a.Close()
			defer b.Close()
			bring(t, a, 0, 1200, 100)
			did, err := a.SealAround(t.Context(), plain, func() {
				bring(t, a, 1200, 1500, 100)
				same(t, "before the segment is there", b, titlesOf(0, 1500, 100))
			}, func() {})
			if testutil.Must(t, err); !did {
				t.Fatal("no segment was made")
			}
			want := titlesOf(0, 1500, 100)
			if c.more > 0 {
				bring(t, a, 1500, 1500+c.more, c.more)
				want = append(want, titlesOf(1500, 1500+c.more, c.more)...)
			}
			for range 2 {
				same(t, "behind the segment", b, want)
			}
		})
	}
}

// Articles of the tail that are trimmed while a segment is made of it are not in the
// segment.
func TestTrimWhileSealing(t *testing.T) {
	s := open(t, database(t), "a")
	defer s.Close()
	bring(t, s, 0, 1200, 100)
	var left []string
	_, err := s.SealAround(t.Context(), plain, func() {
		testutil.Must(t, s.Measure(t.Context()))
		size, _, _ := s.HistorySize()
		_, err := s.Trim(size * 9 / 10)
		testutil.Must(t, err)
		left = titles(t, s)
		if len(left) == 0 || len(left) == 1200 {
			t.Fatalf("trimming left %d of 1200", len(left))
		}
	}, func() {})
	if err != nil && !postgres.Overtaken(err) {
		t.Fatal(err)
	}
	index(t, s)
	same(t, "after the segment was made", s, left)
}

// A machine stood still for so long that its pieces were deleted as garbage: it names no
// segment of the rest of them.
func TestPiecesTakenForGarbage(t *testing.T) {
	s := open(t, database(t), "a")
	defer s.Close()
	bring(t, s, 0, 1200, 100)
	_, err := s.SealAround(t.Context(), plain, func() {}, func() {
		testutil.Must(t, s.Exec(t.Context(), `update unnamed set until = 'epoch'`))
		testutil.Must(t, s.Exec(t.Context(), `delete from piece where number = 0`)) // clear goes bit by bit
	})
	if !postgres.Overtaken(err) {
		t.Errorf("the segment was named: %v", err)
	}
	index(t, s)
	same(t, "made anew", s, titlesOf(0, 1200, 100))
}

// A machine whose lease has ended stores no dictionary: another one may give its own the
// same number, and what is packed with one dictionary cannot be read with another.
func TestDictionaryOfAnother(t *testing.T) {
	dsn := database(t)
	a, b := open(t, dsn, "a"), open(t, dsn, "b")
	defer a.Close()
	defer b.Close()
	for n := 0; n < 9000; n += 250 {
		p := testPoll(n, n+250)
		for i := range p.Items {
			p.Items[i].Summary += filler(-i%7) + filler(-i%11) + filler(-i%13) // what articles have in common
		}
		testutil.Must(t, a.Keep(t.Context(), p))
	}
	_, err := a.SealAround(t.Context(), plain, func() { takeOver(t, b) }, func() {})
	if !postgres.Overtaken(err) {
		t.Errorf("without a lease: %v", err)
	}
	if n, err := a.Dicts(t.Context()); n != 0 || err != nil {
		t.Errorf("%d copies of dictionaries are kept, %v", n, err)
	}
}

// Two machines find the same damaged record: there is one report.
func TestDamagedSegmentOfTwo(t *testing.T) {
	dsn := database(t)
	a, b := open(t, dsn, "a"), open(t, dsn, "b")
	defer a.Close()
	defer b.Close()
	bring(t, a, 0, 1200, 100)
	index(t, a)
	testutil.Must(t, a.Exec(t.Context(), `update segment set record = overlay(record placing '\x00' from 50 for 4)`))
	var all sync.WaitGroup
	for _, s := range []*postgres.Store{a, b} {
		all.Go(func() {
			for _, err := range s.History(t.Context(), time.Time{}) {
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	if told, err := a.Damages(t.Context()); len(told) != 1 || err != nil {
		t.Errorf("%d reports, %v", len(told), err)
	}
}
