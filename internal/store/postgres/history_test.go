package postgres_test

import (
	"crypto/sha512"
	"encoding/hex"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"watcher/internal/feeds"
	"watcher/internal/store/postgres"
	"watcher/internal/testutil"
)

// article returns the n-th article of a test.
func article(n int) feeds.Item {
	return feeds.Item{
		Feed: fmt.Sprint("feed ", n%3), GUID: fmt.Sprint("guid ", n), Title: fmt.Sprintf("title%d every", n),
		Content: fmt.Sprintf("word%d mod%d", n, n%7), Summary: filler(n), Entry: feeds.Fingerprint{Key: uint64(n) + 1},
	}
}

// filler returns text that does not compress well.
func filler(n int) string {
	sum := sha512.Sum512(fmt.Append(nil, n))
	return hex.EncodeToString(sum[:])
}

// testPoll returns a poll that brought the articles from one number up to another, seen a
// second later each.
func testPoll(from, to int) postgres.Poll {
	p := postgres.Poll{Shard: int16(from % 8), Feed: int64(from/50%9 + 1), Seen: time.Unix(int64(5_000_000+from), 0)}
	for i := from; i < to; i++ {
		p.Items = append(p.Items, article(i))
	}
	return p
}

// bring keeps the articles from one number up to another, each of them in each poll.
func bring(t *testing.T, s *postgres.Store, from, to, each int) {
	t.Helper()
	var polls []postgres.Poll
	for n := from; n < to; n += each {
		polls = append(polls, testPoll(n, min(n+each, to)))
	}
	testutil.Must(t, s.Keep(t.Context(), polls...))
}

// titles returns the titles of the history, a line each.
func titles(t *testing.T, s *postgres.Store) (all []string) {
	t.Helper()
	last := uint64(0)
	for a, err := range s.History(t.Context(), time.Time{}) {
		testutil.Must(t, err)
		if a.Number <= last {
			t.Errorf("article %d comes behind %d", a.Number, last)
		}
		last = a.Number
		all = append(all, fmt.Sprint(a.Seen.Unix(), " ", a.Item.Title, " ", a.Item.Content, " ", a.Item.Entry.Key))
	}
	return all
}

// titlesOf returns the titles of articles that testPoll brought.
func titlesOf(from, to, each int) (all []string) {
	for n := from; n < to; n += each {
		p := testPoll(n, min(n+each, to))
		for _, it := range p.Items {
			all = append(all, fmt.Sprint(p.Seen.Unix(), " ", it.Title, " ", it.Content, " ", it.Entry.Key))
		}
	}
	return all
}

// What one machine keeps, all machines read, in one order.
func TestHistory(t *testing.T) {
	dsn := database(t)
	a, b := open(t, dsn, "a"), open(t, dsn, "b")
	defer a.Close()
	defer b.Close()
	bring(t, a, 0, 3000, 7)
	bring(t, b, 3000, 3010, 1)
	bring(t, b, 3000, 3010, 1) // committed again
	want := append(titlesOf(0, 3000, 7), titlesOf(3000, 3010, 1)...)
	testutil.SameLines(t, "on a", titles(t, a), want)
	testutil.SameLines(t, "on b", titles(t, b), want)
	bring(t, b, 3000, 3010, 1) // and once they have numbers
	testutil.SameLines(t, "after a commit that was made again", titles(t, a), want)
}

// Machines that number at the same time give no number twice, and leave no article out.
func TestNumbersAtOnce(t *testing.T) {
	dsn := database(t)
	var all sync.WaitGroup
	const machines, each = 3, 200
	for m := range machines {
		s := open(t, dsn, fmt.Sprint(m))
		defer s.Close()
		all.Go(func() {
			for n := range each {
				bring(t, s, m*each+n, m*each+n+1, 1)
				if n%20 == 0 {
					titles(t, s)
				}
			}
		})
	}
	all.Wait()
	z := open(t, dsn, "z")
	defer z.Close()
	if n := len(titles(t, z)); n != machines*each {
		t.Errorf("%d articles are there, of %d", n, machines*each)
	}
}

// Keeping an article writes less than a kilobyte to the WAL beyond its text, with its
// number and its way into the tail.
func TestArticlesInLog(t *testing.T) {
	s := open(t, database(t), "a")
	defer s.Close()
	const polls, each = 200, 3
	before, err := s.Logged(t.Context())
	testutil.Must(t, err)
	for n := 0; n < polls*each; n += 10 * each {
		bring(t, s, n, n+10*each, each)
	}
	testutil.Must(t, s.Measure(t.Context()))
	after, err := s.Logged(t.Context())
	testutil.Must(t, err)
	text, _, _ := s.HistorySize()
	beyond := (after - before - text) / (polls * each)
	t.Logf("%d bytes an article, %d of them its text", (after-before)/(polls*each), text/(polls*each))
	if beyond > 1024 {
		t.Errorf("%d bytes are logged for an article beyond its text", beyond)
	}
}

// A damaged text is put aside and reported, and all others are read and found.
func TestDamagedArticles(t *testing.T) {
	s := open(t, database(t), "a")
	defer s.Close()
	bring(t, s, 0, 30, 3)
	all := titlesOf(0, 30, 3)
	testutil.SameLines(t, "before", titles(t, s), all)
	testutil.Must(t, s.Exec(t.Context(), `update article a set packed = overlay(packed placing '\x00' from 20 for 1) from tail t where t.shard = a.shard and t.id = a.id and t.seen = 5000003000000000`))
	left := append(slices.Clone(all[:3]), all[6:]...)
	for range 2 {
		testutil.SameLines(t, "history", titles(t, s), left)
		testutil.SameLines(t, "found", searched(t, s, "every"), found(left, "every"))
	}
	told, err := s.Damages(t.Context())
	if testutil.Must(t, err); len(told) != 1 {
		t.Errorf("damages: %+v", told)
	}
}

// If a piece of a segment is damaged, everything that does not need the piece is read and
// found, and the segment is made anew of that.
func TestDamagedSegments(t *testing.T) {
	for _, c := range []struct {
		name, damage string
		lost         bool // articles
	}{
		{"the first piece, which is text", `update piece set value = overlay(value placing '\x00' from 500 for 4) where number = 0`, true},
		{"columns", `update piece p set value = overlay(value placing '\x00' from 500 for 4) where exists (select from piece c where c.pieces = p.pieces and c.number = p.number + 2147483648)`, false},
		{"copies of columns", `update piece set value = overlay(value placing '\x00' from 500 for 4) where number >= 2147483648 and number < 4294967295`, false},
		{"the record of a segment", `update segment set record = overlay(record placing '\x00' from 50 for 4)`, false},
		{"all pieces", `delete from piece`, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			dsn := database(t)
			a, b := open(t, dsn, "a"), open(t, dsn, "b")
			defer b.Close()
			bring(t, a, 0, 1200, 100)
			index(t, a)
			bring(t, a, 1200, 1210, 10)
			testutil.Must(t, a.Close())
			takeOver(t, b)
			all := append(titlesOf(0, 1200, 100), titlesOf(1200, 1210, 10)...)
			testutil.Must(t, b.Exec(t.Context(), c.damage))
			left := titles(t, b)
			if !within(left, all) || (len(left) < len(all)) != c.lost {
				t.Fatalf("%d articles are left of %d", len(left), len(all))
			}
			testutil.SameLines(t, "found by scanning", searched(t, b, "every"), found(left, "every"))
			index(t, b)
			testutil.SameLines(t, "history after the index was made anew", titles(t, b), left)
			testutil.SameLines(t, "found by words", searched(t, b, "every"), found(left, "every"))
			if _, broken, err := b.Segments(t.Context()); broken > 0 || err != nil {
				t.Errorf("%d segments are broken, %v", broken, err)
			}
		})
	}
}
