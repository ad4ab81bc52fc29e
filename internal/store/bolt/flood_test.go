package bolt_test

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"watcher/internal/feeds"
	"watcher/internal/notify"
	"watcher/internal/notify/story"
	"watcher/internal/poll"
	"watcher/internal/store/bolt"
)

// BenchmarkFlood measures the time until all alerts are held of a poll that brings many
// matching items for 13 targets. Beside it are the time of its commit, after which none of
// them can be lost, and that of the commits of another feed meanwhile, one item for each
// target 20 times a second.
func BenchmarkFlood(b *testing.B) {
	for _, items := range []int{1000, 3000, 10_000} {
		b.Run(fmt.Sprintf("items=%d", items), func(b *testing.B) {
			var stored time.Duration
			var others []time.Duration
			n := 0
			for b.Loop() {
				took, meanwhile := flood(b, items, 13)
				stored += took
				others = append(others, meanwhile...)
				n++
			}
			b.ReportMetric(float64(stored.Milliseconds())/float64(n), "stored-ms")
			if slices.Sort(others); len(others) > 0 {
				b.ReportMetric(float64(others[int(0.99*float64(len(others)-1))].Milliseconds()), "others-p99-ms")
				b.ReportMetric(float64(others[len(others)-1].Milliseconds()), "others-max-ms")
			}
		})
	}
}

// flood stores a flood, and returns how long that took, and how long the commits of another
// feed took until all of it was held.
func flood(b *testing.B, items, targets int) (stored time.Duration, meanwhile []time.Duration) {
	b.StopTimer()
	defer b.StartTimer()
	ctx := context.Background()
	must := func(err error) {
		b.Helper()
		if err != nil {
			b.Fatal(err)
		}
	}
	s, err := bolt.Open(filepath.Join(b.TempDir(), "watcher.db"))
	must(err)
	defer s.Close()
	sources := []feeds.Source{{ID: "flood", URL: "https://example.org/flood", Every: time.Nanosecond}, {ID: "other", URL: "https://example.org/other", Every: time.Nanosecond}}
	must(s.Sync(ctx, feeds.Pack(sources...)))
	claim := func(feed string) poll.Claim {
		c, ok, _, err := s.Claim(ctx, feed, time.Hour)
		if must(err); !ok {
			b.Fatalf("%s cannot be claimed", feed)
		}
		return c
	}
	var alerts []notify.Alert
	for i := range items {
		alerts = append(alerts, article("flood", i, targets)...)
	}
	c := claim("flood")
	stop := make(chan struct{})
	var others int
	var group sync.WaitGroup
	b.StartTimer()
	group.Go(func() {
		for tick := time.NewTicker(50 * time.Millisecond); ; {
			select {
			case <-stop:
				return
			case <-tick.C:
			}
			c := claim("other")
			start := time.Now()
			_, err := s.Commit(ctx, []poll.Outcome{{Claim: c, State: c.State, Next: c.Now, Seen: []byte("x"), Alerts: article("other", others, targets)}})
			must(err)
			others++
			meanwhile = append(meanwhile, time.Since(start))
		}
	})
	began := time.Now()
	_, err = s.Commit(ctx, []poll.Outcome{{Claim: c, State: c.State, Next: c.Now, Seen: []byte("x"), Alerts: alerts}})
	must(err)
	stored = time.Since(began)
	for coming := true; coming; {
		h, err := s.Held(ctx, "nobody")
		must(err)
		if coming = h.Wake.Coming; coming {
			time.Sleep(20 * time.Millisecond)
		}
	}
	b.StopTimer()
	close(stop)
	group.Wait()
	return stored, meanwhile
}

// article returns the alerts of an item of common size.
func article(feed string, n, targets int) []notify.Alert {
	key := notify.KeyOf(feed, strconv.Itoa(n))
	var text strings.Builder
	for i := range 60 {
		fmt.Fprintf(&text, "w%dx%d ", n*7919+i*i, i)
	}
	item := notify.AlertItem{
		ID: fmt.Sprint(feed, n), Title: fmt.Sprintf("NATO meets for the %dth time", n), Link: fmt.Sprintf("https://example.org/%s/%d", feed, n),
		Feed: feed, FeedURL: "https://example.org/" + feed, Language: "en", Summary: text.String(),
	}
	story, seen := story.SketchOf(item.Title, text.String()), time.Now().UTC()
	alerts := make([]notify.Alert, 0, targets)
	for t := range targets {
		target := fmt.Sprint("target ", t)
		alerts = append(alerts, notify.Alert{
			ID: notify.AlertID(target, key), Target: target, Keys: []notify.ItemKey{key}, FirstSeen: seen, Item: item, Story: story,
			Rules:    []notify.RuleHit{{Name: "nato", Terms: []string{"NATO"}}},
			Excerpts: []notify.Excerpt{{Field: "title", Text: item.Title, Spans: [][2]int{{0, 4}}}},
		})
	}
	return alerts
}
