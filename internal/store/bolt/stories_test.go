package bolt

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"watcher/internal/notify"
	"watcher/internal/notify/story"
	"watcher/internal/store/sealed"
)

func told(feed string, n int) notify.Alert {
	a := notify.Alert{Keys: []notify.ItemKey{notify.KeyOf(feed, strconv.Itoa(n))}}
	a.Item.Feed = feed
	text := ""
	for i := range 60 {
		text += fmt.Sprintf("article%dhas%d ", n, i)
	}
	a.Story = story.SketchOf("", text)
	return a
}

// tellAll stores n articles of a feed.
func tellAll(tb testing.TB, s *Store, feed string, n int, now time.Time) {
	tb.Helper()
	for from := 0; from < n; from += 500 {
		if err := s.update(func(tx *sealed.Tx) error {
			for i := from; i < min(n, from+500); i++ {
				if _, err := s.story(tx, told(feed, i), now.Add(time.Duration(i)*time.Millisecond)); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			tb.Fatal(err)
		}
	}
}

// After a restart a copy of an article is recognised: of the latest articles at once, of
// the others once they have been read. What a failed transaction alerted counts as not
// alerted.
func TestStoriesOverRestart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "db")
	open := func() *Store {
		s, err := Open(path)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	const all = maxRecent + 300
	s := open()
	now := clock().Add(-time.Hour)
	tellAll(t, s, "a", all, now)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open()
	defer s.Close()
	failed := errors.New("no")
	if err := s.update(func(tx *sealed.Tx) error {
		if story, err := s.story(tx, told("b", all-1), clock()); err != nil || notify.ItemKey(story) != told("a", all-1).Keys[0] {
			t.Errorf("the copy of the last article is another story: %v", err)
		}
		_, _ = s.story(tx, told("b", all), clock())
		return failed
	}); !errors.Is(err, failed) {
		t.Fatal(err)
	}
	<-s.storied
	if err := s.update(func(tx *sealed.Tx) error {
		if story, err := s.story(tx, told("b", 0), clock()); err != nil || notify.ItemKey(story) != told("a", 0).Keys[0] {
			t.Errorf("the copy of the first article is another story: %v", err)
		}
		if story, err := s.story(tx, told("c", all), clock()); err != nil || notify.ItemKey(story) != told("c", all).Keys[0] {
			t.Errorf("an article has the story of one that was undone: %v", err)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

// BenchmarkStories measures how long a store of 50,000 articles takes to open, until all
// are read, and what an article costs, with the candidates read from the file.
func BenchmarkStories(b *testing.B) {
	path := filepath.Join(b.TempDir(), "db")
	s, err := Open(path)
	if err != nil {
		b.Fatal(err)
	}
	tellAll(b, s, "a", 50_000, clock().Add(-time.Hour))
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
	if info, err := os.Stat(path); err == nil {
		b.Logf("%d MB", info.Size()>>20)
	}
	begun := time.Now()
	if s, err = Open(path); err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	opened := time.Since(begun)
	<-s.storied
	b.Logf("open after %v, all read after %v", opened, time.Since(begun))
	n := 0
	for b.Loop() {
		if err := s.update(func(tx *sealed.Tx) error {
			for range 100 {
				n++
				if _, err := s.story(tx, told("b", n*37%50_000), clock()); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(n), "µs/article")
}
