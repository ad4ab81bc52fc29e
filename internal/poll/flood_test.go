package poll_test

import (
	"fmt"
	"testing"
	"time"

	"watcher/internal/notify"
	"watcher/internal/testutil"
)

// What one poll brings for a target is a flood if it is too much to alert one by one; in
// the end all of it is held for each target, in the document's order.
func TestFlood(t *testing.T) {
	for _, c := range []struct {
		items int
		flood bool
	}{{notify.FloodSize, false}, {notify.FloodSize + 1, true}} {
		t.Run(fmt.Sprint(c.items), func(t *testing.T) {
			in(t, func(t *testing.T) {
				w := newWeb()
				feed := source("a", hour)
				w.serve(feed.URL, steady(rss("", entry{"first", "the first", time.Time{}})))
				n := open(t, w, feed)
				n.plan.Routes[0].Targets = []string{"desk", "duty"}
				after(minute)
				var entries []entry
				for i := range c.items {
					entries = append(entries, entry{fmt.Sprint(i), fmt.Sprint("NATO ", i), time.Time{}})
				}
				w.serve(feed.URL, steady(rss("", entries...)))
				after(2 * hour)
				for _, target := range []string{"desk", "duty"} {
					h, err := n.store.Held(ctx, target)
					n.must(err)
					testutil.Equal(t, "held for "+target, len(h.Alerts), c.items)
					for _, a := range h.Alerts {
						if a.Flood != c.flood {
							t.Fatalf("an alert of %d for %s is of a flood: %v", c.items, target, a.Flood)
						}
					}
				}
			})
		})
	}
}
