package poll_test

import (
	"strings"
	"testing"
	"time"

	"watcher/internal/poll"
	"watcher/internal/testutil"
)

// TestPanicCostsOnePoll shows that a document that makes the parser or the matcher panic is
// a failure of its feed alone, is reported, and loses nothing: once it can be read, what it
// brought is alerted.
func TestPanicCostsOnePoll(t *testing.T) {
	for _, tt := range []struct {
		name          string
		breakIt, mend func(n *newsroom, w *web, url string)
	}{
		{
			"while parsing",
			func(_ *newsroom, w *web, url string) {
				w.serve(url, func(time.Time) answer { panic("index out of range") })
			},
			func(*newsroom, *web, string) {},
		},
		{
			"while matching",
			func(n *newsroom, _ *web, _ string) { // a match of a rule that the plan has no route for
				broken := *n.plan
				broken.Routes = nil
				n.poll.SetPlan(&broken)
			},
			func(n *newsroom, _ *web, _ string) { n.poll.SetPlan(n.plan) },
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			in(t, func(t *testing.T) {
				w := newWeb()
				bad, good := source("bad", minute), source("good", minute)
				w.serve(good.URL, steady(rss("", entry{"1", "one", time.Time{}})))
				w.serve(bad.URL, steady(rss("", entry{"1", "one", time.Time{}})))
				n := open(t, w, bad, good)
				after(minute / 2)
				news := steady(rss("", entry{"2", "NATO news", time.Time{}}, entry{"1", "one", time.Time{}}))
				w.serve(bad.URL, news)
				tt.breakIt(n, w, bad.URL)
				after(10 * minute)
				if s := n.entry("bad").State; s.Failed == 0 || !strings.Contains(s.Error, "internal error") {
					t.Errorf("the feed is said to be %q after %d failures", s.Error, s.Failed)
				}
				testutil.Equal(t, "condition", n.condition("bad"), poll.Failing)
				testutil.Equal(t, "the other feed", n.condition("good"), poll.Well)
				if polls := w.count(good.URL); polls < 8 {
					t.Errorf("the other feed was polled %d times in ten minutes", polls)
				}
				testutil.Equal(t, "told", n.troubles(), []string{"feed_failing"})
				w.serve(bad.URL, news)
				tt.mend(n, w, bad.URL)
				after(2 * hour)
				testutil.Equal(t, "alerts", n.alerts(), []string{"NATO news"})
				testutil.Equal(t, "condition", n.condition("bad"), poll.Well)
			})
		})
	}
}
