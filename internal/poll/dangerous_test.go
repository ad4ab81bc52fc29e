package poll_test

import (
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"watcher/internal/feeds"
	"watcher/internal/poll"
	"watcher/internal/suspects"
	"watcher/internal/testutil"
)

// blamed returns the note of a process after others that died so often while reading a
// feed.
func blamed(t *testing.T, path, feed string, deaths int) *suspects.Note {
	t.Helper()
	for range deaths {
		note(t, path).Begin(feed)
	}
	return note(t, path)
}

func note(t *testing.T, path string) *suspects.Note {
	t.Helper()
	n, err := suspects.Open(path, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = n.Close() })
	return n
}

// A feed that killed the process four times is set aside and reported once; the others go
// on. A day later it is tried again, and what it still shows is alerted.
func TestADangerousFeedIsSetAside(t *testing.T) {
	in(t, func(t *testing.T) {
		w := newWeb()
		bad, good := source("bad", 10*minute), source("good", 10*minute)
		w.serve(bad.URL, steady(rss("", entry{"1", "one", time.Time{}})))
		w.serve(good.URL, steady(rss("", entry{"1", "one", time.Time{}})))
		n := open(t, w, bad, good)
		after(minute / 2)
		n.close()
		w.serve(bad.URL, steady(rss("", entry{"2", "NATO news", time.Time{}}, entry{"1", "one", time.Time{}})))
		polls := w.count(bad.URL)
		path := filepath.Join(t.TempDir(), "note")
		n.note = blamed(t, path, "bad", 4)
		n.restart(bad, good)
		after(2 * hour)
		testutil.Equal(t, "told", n.troubles(), []string{"feed_dangerous"})
		testutil.Equal(t, "condition", n.condition("bad"), poll.Dangerous)
		testutil.Equal(t, "polls of it", w.count(bad.URL)-polls, 0)
		if polls := w.count(good.URL); polls < 11 {
			t.Errorf("the other feed was polled %d times in two hours", polls)
		}
		// Another start does not poll it either.
		n.close()
		n.note = note(t, path)
		n.restart(bad, good)
		after(20 * hour)
		testutil.Equal(t, "polls of it after another start", w.count(bad.URL)-polls, 0)
		after(3 * hour)
		testutil.Equal(t, "alerts", n.alerts(), []string{"NATO news"})
		testutil.Equal(t, "condition of a feed that is read again", n.condition("bad"), poll.Well)
		testutil.Equal(t, "told of its end", n.troubles(), []string{"feed_recovered"})
		testutil.Equal(t, "deaths that are remembered", n.note.Deaths("bad"), 0)
	})
}

// Tried by hand, it is set aside again after one more death, and not reported again.
func TestADangerousFeedIsTriedByHand(t *testing.T) {
	in(t, func(t *testing.T) {
		w := newWeb()
		bad := source("bad", minute)
		w.serve(bad.URL, steady(rss("", entry{"1", "one", time.Time{}})))
		n := open(t, w, bad)
		after(minute / 2)
		n.close()
		path := filepath.Join(t.TempDir(), "note")
		n.note = blamed(t, path, "bad", 4)
		n.restart(bad)
		after(minute)
		testutil.Equal(t, "told", n.troubles(), []string{"feed_dangerous"})
		n.close()
		n.note = blamed(t, path, "bad", 1) // as if the retry had killed it
		polls := w.count(bad.URL)
		n.restart(bad)
		after(hour)
		testutil.Equal(t, "polls by the process after that", w.count(bad.URL)-polls, 0)
		testutil.Equal(t, "condition", n.condition("bad"), poll.Dangerous)
		testutil.Equal(t, "told again", n.troubles(), []string{})
		w.serve(bad.URL, steady(rss("", entry{"2", "NATO news", time.Time{}}, entry{"1", "one", time.Time{}})))
		n.must(n.poll.Retry(ctx, "bad"))
		after(minute / 2)
		testutil.Equal(t, "condition after a retry that went well", n.condition("bad"), poll.Well)
		testutil.Equal(t, "alerts", n.alerts(), []string{"NATO news"})
	})
}

// A suspect that is read to the end without harm is not reported.
func TestASuspectThatIsReadIsNone(t *testing.T) {
	for _, deaths := range []int{1, 2, 3} {
		in(t, func(t *testing.T) {
			w := newWeb()
			src := source("a", minute)
			w.serve(src.URL, steady(rss("", entry{"1", "one", time.Time{}})))
			n := open(t, w, src)
			n.close()
			n.note = blamed(t, filepath.Join(t.TempDir(), "note"), "a", deaths)
			w.serve(src.URL, steady(rss("", entry{"2", "NATO news", time.Time{}}, entry{"1", "one", time.Time{}})))
			n.restart(src)
			after(10 * minute)
			testutil.Equal(t, "deaths", n.note.Deaths("a"), 0)
			testutil.Equal(t, "condition", n.condition("a"), poll.Well)
			testutil.Equal(t, "told", n.troubles(), []string{})
		})
	}
}

// With another URL the feed has another server, and is polled at once.
func TestADangerousFeedWithAnotherURL(t *testing.T) {
	in(t, func(t *testing.T) {
		w := newWeb()
		bad := source("bad", minute)
		w.serve(bad.URL, steady(rss("", entry{"1", "one", time.Time{}})))
		n := open(t, w, bad)
		n.close()
		n.note = blamed(t, filepath.Join(t.TempDir(), "note"), "bad", 4)
		n.restart(bad)
		after(minute)
		testutil.Equal(t, "condition", n.condition("bad"), poll.Dangerous)
		bad.URL = "https://new.example/feed"
		w.serve(bad.URL, steady(rss("", entry{"1", "one", time.Time{}})))
		n.reload(bad)
		after(minute)
		testutil.Equal(t, "condition at the new address", n.condition("bad"), poll.Well)
	})
}

// What a hub pushes of a feed that was set aside is not read either; a single round leaves
// the feed alone, and says so.
func TestADangerousFeedIsNotReadByOtherWays(t *testing.T) {
	in(t, func(t *testing.T) {
		w := newWeb()
		bad := source("bad", minute)
		w.serve(bad.URL, steady(rss("", entry{"1", "one", time.Time{}})))
		n := open(t, w, bad)
		after(minute / 2)
		n.close()
		n.note = blamed(t, filepath.Join(t.TempDir(), "note"), "bad", 4)
		n.restart(bad)
		after(minute)
		polls := w.count(bad.URL)
		err := n.poll.Receive(ctx, "bad", "", feeds.Pushed{Body: []byte(rss("", entry{"2", "NATO news", time.Time{}})), ContentType: "text/xml"})
		if err == nil || !strings.Contains(err.Error(), "set aside") {
			t.Errorf("of what is pushed becomes: %v", err)
		}
		n.stop()
		sum, err := n.poll.Once(ctx, func(int, int) {})
		n.stop = func() {}
		n.must(err)
		if len(sum.Failed) != 1 || !strings.Contains(sum.Failed[0].Error, "set aside") {
			t.Errorf("a round says %+v", sum)
		}
		testutil.Equal(t, "polls", w.count(bad.URL)-polls, 0)
		testutil.Equal(t, "alerts", n.alerts(), []string{})
	})
}

// A document that is read for ever makes the poller stuck, for which the watchdog ends it,
// although the others are still polled: otherwise nobody would notice, and each such feed
// would take a processor for good.
func TestReadForEver(t *testing.T) {
	in(t, func(t *testing.T) {
		w := newWeb()
		bad, good := source("bad", minute), source("good", minute)
		w.serve(good.URL, steady(rss("", entry{"1", "one", time.Time{}})))
		n := open(t, w, bad, good)
		n.close()
		n.note = blamed(t, filepath.Join(t.TempDir(), "note"), "bad", 2)
		forever := make(chan struct{})
		w.serve(bad.URL, func(time.Time) answer {
			defer n.note.Begin("bad")()
			<-forever
			return answer{}
		})
		polls := w.count(good.URL)
		n.restart(bad, good)
		after(2 * minute)
		n.must(n.poll.Alive())
		after(3 * minute) // meanwhile it is polled again beside the first
		if err := n.poll.Alive(); err == nil || !strings.Contains(err.Error(), "reading feed bad is stuck") {
			t.Errorf("reading for minutes, it is said to be well: %v", err)
		}
		if polls := w.count(good.URL) - polls; polls < 3 {
			t.Errorf("the other feed was polled %d times in five minutes", polls)
		}
		close(forever)
		after(minute)
		n.must(n.poll.Alive())
	})
}
