package bolt

import (
	"context"
	"crypto/sha512"
	"encoding/hex"
	"fmt"
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

// bring commits the articles from one number up to another, each of them in each poll, with
// polls a second apart.
func bring(t *testing.T, s *Store, from, to, each int) {
	t.Helper()
	testutil.Must(t, s.update(func(tx *sealed.Tx) error {
		for n := from; n < to; n += each {
			if err := putTestArticles(s, tx, n, min(n+each, to)); err != nil {
				return err
			}
		}
		return nil
	}))
	s.arrived.Add(1)
}

// putTestArticles stores the articles from one number up to another as those of one poll.
func putTestArticles(s *Store, tx *sealed.Tx, from, to int) error {
	var items []feeds.Item
	for i := from; i < to; i++ {
		items = append(items, article(i))
	}
	return putArticles(tx, s.packArticles(items), time.Unix(int64(5_000_000+from), 0), uint64(from/50%9+1))
}

// titles returns the titles of the history, a line each.
func titles(t *testing.T, s *Store) (all []string) {
	t.Helper()
	for a, err := range s.History(t.Context(), time.Time{}) {
		testutil.Must(t, err)
		all = append(all, fmt.Sprint(a.Seen.Unix(), " ", a.Item.Title, " ", a.Item.Content, " ", a.Item.Entry.Key))
	}
	return all
}

// searched returns the articles that a word leads to, the newest first. In runs that have
// to be scanned it looks for the word itself.
func searched(t *testing.T, s *Store, word string) (all []string) {
	t.Helper()
	for run, err := range s.Runs(t.Context(), plain) {
		testutil.Must(t, err)
		var at []int
		if run.Scan {
			for i := range run.Len {
				a, err := run.Article(i)
				testutil.Must(t, err)
				if strings.Contains(" "+a.Item.Title+" "+a.Item.Content+" ", " "+word+" ") {
					at = append(at, i)
				}
			}
		} else {
			for e, err := range run.Words(word, word+"\x00") {
				testutil.Must(t, err)
				posted, err := run.Postings(e, nil)
				testutil.Must(t, err)
				for _, p := range posted {
					at = append(at, p.Position())
				}
			}
		}
		columns, err := run.Columns()
		testutil.Must(t, err)
		for i := len(at) - 1; i >= 0; i-- {
			if at[i] >= run.Len || columns.Seen[at[i]] < run.Since {
				continue
			}
			a, err := run.Article(at[i])
			testutil.Must(t, err)
			if all = append(all, a.Item.Title); len(all)%500 != 1 {
				continue
			}
			if b, kept, err := s.Article(t.Context(), run.First+uint64(at[i])); err != nil || !kept || b.Item.Title != a.Item.Title {
				t.Fatalf("number %d is %q, %v, %v, want %q", run.First+uint64(at[i]), b.Item.Title, kept, err, a.Item.Title)
			}
		}
	}
	return all
}

// index runs Index until nothing is left to do.
func index(t *testing.T, s *Store) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Index(ctx, plain, func(int64) {}) }()
	for range 90 {
		time.Sleep(time.Second)
		synctest.Wait()
	}
	cancel()
	testutil.Must(t, <-ended)
}

func segments(t *testing.T, s *Store) int {
	t.Helper()
	vs, err := s.allVolumes()
	testutil.Must(t, err)
	return len(vs)
}

// Segments have the articles that the tail had, and they are found by their words.
func TestIndex(t *testing.T) {
	path := filepath.Join(t.TempDir(), "watcher.db")
	synctest.Test(t, func(t *testing.T) {
		s, err := Open(path)
		testutil.Must(t, err)
		bring(t, s, 0, 10_000, 250)
		want := titles(t, s)
		found := searched(t, s, "mod3")
		index(t, s)
		if n := segments(t, s); n != 2 {
			t.Errorf("%d segments", n)
		}
		testutil.SameLines(t, "history", titles(t, s), want)
		testutil.SameLines(t, "found", searched(t, s, "mod3"), found)
		bring(t, s, 10_000, 10_005, 5)
		want = titles(t, s)
		testutil.Must(t, s.Close())
		s, err = Open(path)
		testutil.Must(t, err)
		testutil.SameLines(t, "history after a restart", titles(t, s), want)
		testutil.SameLines(t, "found after a restart", searched(t, s, "word10003"), []string{"title10003 every"})
		testutil.Must(t, s.Forget(time.Unix(5_005_000, 0)))
		testutil.SameLines(t, "history after pruning", titles(t, s), want[5000:])
		testutil.SameLines(t, "found of what is hidden", searched(t, s, "word4900"), nil)
		testutil.Must(t, s.Close())
	})
	testutil.Must(t, Verify(path))
}

// Articles of the tail that are deleted while a segment is made of it are not in the
// segment: neither their words nor their dates, which would lead to articles without a
// text.
func TestDeletedWhileSealed(t *testing.T) {
	s, err := Open(filepath.Join(t.TempDir(), "watcher.db"))
	testutil.Must(t, err)
	defer s.Close()
	bring(t, s, 0, segmentArticles+500, 250)
	c := plain
	testutil.Must(t, s.catchUp(t.Context(), &c))
	end := s.tailIndex.parts[0].first + 500
	_, err = s.forget(bucketTail, []byte{}, func(k []byte) bool { return tailKeyOf(k).first < end }) // as Trim does
	testutil.Must(t, err)
	if did, err := s.sealTail(t.Context(), &c); did || err != nil || segments(t, s) > 0 {
		t.Fatalf("sealed: %v, %v, %d segments", did, err, segments(t, s))
	}
	bring(t, s, segmentArticles+500, segmentArticles+1000, 250)
	if did, err := s.sealTail(t.Context(), &c); !did || err != nil {
		t.Fatalf("sealed: %v, %v", did, err)
	}
	if found := searched(t, s, "every"); len(found) != segmentArticles+500 || slices.Contains(found, "") {
		t.Errorf("%d articles are found", len(found))
	}
}

// Articles of a poll are read as this version and the one before pack them. A value that
// claims to be larger than any can be is damaged.
func TestPackedArticles(t *testing.T) {
	c, err := newCoders()
	testutil.Must(t, err)
	items := []feeds.Item{article(1), article(2)}
	now := c.packArticles(items).packed
	for name, packed := range map[string][]byte{"now": now, "before": c.packer.EncodeAll(segment.AppendItems(nil, items), nil)} {
		got, err := c.unpackArticles(bucketTail, nil, packed)
		if err != nil || len(got) != 2 || got[1].Title != items[1].Title || got[1].Summary != items[1].Summary {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
	for name, packed := range map[string][]byte{
		"nothing": {}, "no block": {packedS2}, "half of it": now[:len(now)/2], "4 GB of text": {packedS2, 0xff, 0xff, 0xff, 0xff, 0x0f},
	} {
		if got, err := c.unpackArticles(bucketTail, nil, packed); err == nil {
			t.Errorf("%s: read %v", name, got)
		}
	}
}
