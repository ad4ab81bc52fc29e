package poll_test

import (
	"fmt"
	"testing"
	"time"

	"watcher/internal/poll"
	"watcher/internal/testutil"
)

// A feed that published more between two polls than it shows is reported once, and is
// polled more often if it has an interval of its own.
func TestMoreCameThanTheFeedShows(t *testing.T) {
	for _, test := range []struct {
		shows  string
		window int
		came   int // between two polls, once
		is     bool
	}{
		{"as many as the document shows", 5, 5, true},
		{"many more", 5, 9, true},
		{"all but one", 5, 4, false},
		{"a feed of one item shows nothing else ever", 1, 1, false},
	} {
		t.Run(test.shows, func(t *testing.T) {
			in(t, func(t *testing.T) {
				begin, w := time.Now(), newWeb()
				src := source("a", 0)
				src.Adaptive = true
				w.serve(src.URL, func(now time.Time) answer {
					last := 20
					if now.Sub(begin) > 90*time.Minute {
						last += test.came
					}
					var entries []entry
					for n := last; n > last-test.window; n-- {
						entries = append(entries, entry{fmt.Sprint("id ", n), fmt.Sprint("NATO ", n), begin.Add(time.Duration(n-20) * 3 * hour / time.Duration(1+n/21*200))})
					}
					return answer{body: rss("", entries...)}
				})
				n := open(t, w, src)
				after(5 * hour)
				testutil.Equal(t, "overrun", n.condition("a") == poll.Overran, test.is)
				told := n.troubles()
				testutil.Equal(t, "told", len(told), map[bool]int{true: 1}[test.is])
				after(24 * hour)
				testutil.Equal(t, "over after a day", n.condition("a") == poll.Overran, false)
			})
		})
	}
}
