package postgres_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"watcher/internal/notify"
	"watcher/internal/notify/story"
	"watcher/internal/testutil"
)

// BenchmarkAlerts stores an article for two targets, with three keys each, in a transaction
// of its own: what news adds to the cost of a poll. It prints the WAL of one, with its
// story and without.
func BenchmarkAlerts(b *testing.B) {
	for _, stories := range []bool{false, true} {
		b.Run(fmt.Sprintf("stories=%v", stories), func(b *testing.B) {
			dsn := database(b)
			s := open(b, dsn, "a")
			defer s.Close()
			conn, err := pgx.Connect(context.Background(), dsn)
			if err != nil {
				b.Fatal(err)
			}
			defer conn.Close(context.Background())
			wal := func() (at int64) {
				if err := conn.QueryRow(context.Background(), `select pg_current_wal_lsn() - '0/0'::pg_lsn`).Scan(&at); err != nil {
					b.Fatal(err)
				}
				return at
			}
			var took []time.Duration
			start := wal()
			for i := 0; b.Loop(); i++ {
				alerts := twoAlerts(i, stories)
				began := time.Now()
				if err := s.Report(context.Background(), alerts); err != nil {
					b.Fatal(err)
				}
				took = append(took, time.Since(began))
			}
			slices.Sort(took)
			b.ReportMetric(float64(wal()-start)/float64(len(took)), "WAL-B/op")
			b.ReportMetric(float64(took[len(took)/2].Microseconds()), "p50-µs")
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-µs")
		})
	}
}

// BenchmarkHeld stores an alert and reads what a target holds since the last time, where the
// target holds many alerts already.
func BenchmarkHeld(b *testing.B) {
	for _, n := range []int{10, 10_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			ctx := context.Background()
			s := newBench(b, 1)
			var alerts []notify.Alert
			for i := range n {
				alerts = append(alerts, twoAlerts(i, false)[0])
			}
			for some := range slices.Chunk(alerts, 500) {
				testutil.Must(b, s.Report(ctx, some))
			}
			h, err := s.Held(ctx, "desk")
			testutil.Must(b, err)
			var took time.Duration
			own, theirs := s.processor(b)
			for i := n; b.Loop(); i++ {
				testutil.Must(b, s.Report(ctx, twoAlerts(i, false)[:1]))
				start := time.Now()
				h, err = s.News(ctx, "desk", h.Last)
				took += time.Since(start)
				testutil.Must(b, err)
				if len(h.Alerts) != 1 {
					b.Fatalf("%d alerts are new, want 1", len(h.Alerts))
				}
			}
			ownNow, theirsNow := s.processor(b)
			b.ReportMetric(float64(took.Microseconds())/float64(b.N), "read-µs/op")
			b.ReportMetric((ownNow-own)/float64(b.N), "own-µs/op")
			b.ReportMetric((theirsNow-theirs)/float64(b.N), "database-µs/op")
		})
	}
}

func twoAlerts(i int, stories bool) (alerts []notify.Alert) {
	text := make([]string, 60)
	for j := range text {
		text[j] = fmt.Sprintf("word%dx%d", i, j)
	}
	for _, target := range []string{"desk", "duty"} {
		a := notify.Alert{
			Target: target, FirstSeen: time.Now().UTC(), Rules: []notify.RuleHit{{Name: "nato", Terms: []string{"NATO"}}},
			Keys:     []notify.ItemKey{notify.KeyOf("guid", fmt.Sprint(i)), notify.KeyOf("link", fmt.Sprint(i)), notify.KeyOf("title", fmt.Sprint(i))},
			Item:     notify.AlertItem{Feed: "a", Title: strings.Join(text[:8], " "), Link: fmt.Sprint("https://example.org/", i), Summary: strings.Join(text[:30], " ")},
			Excerpts: []notify.Excerpt{{Field: "title", Text: strings.Join(text[:8], " "), Spans: [][2]int{{0, 4}}}},
		}
		if stories {
			a.Story = story.SketchOf(a.Item.Title, strings.Join(text, " "))
		}
		a.ID = notify.AlertID(target, a.Keys[0])
		alerts = append(alerts, a)
	}
	return alerts
}
