package postgres_test

import (
	"context"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"watcher/internal/store/postgres"
	"watcher/internal/testutil"
)

// BenchmarkNewFeeds stores feeds for the first time, as the first start does, and then
// lists them, as each start does.
func BenchmarkNewFeeds(b *testing.B) {
	ctx := context.Background()
	for _, n := range []int{20_000, 200_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			all := many(n)
			var c costs
			var listing time.Duration
			rounds, listed := 0, 0
			for b.Loop() {
				dsn := database(b)
				conn, err := pgx.Connect(ctx, dsn)
				testutil.Must(b, err)
				s, err := postgres.OpenIn(ctx, dsn, postgres.Options{Machine: "a", Log: slog.New(slog.DiscardHandler)}, postgres.World{
					Beat: 12 * time.Hour, Clock: time.Now, Offset: func() time.Duration { return 0 },
				})
				testutil.Must(b, err)
				c.add(b, &bench{s, conn}, func() { testutil.Must(b, s.Sync(ctx, all)) })
				rounds++
				start := time.Now()
				for _, err := range s.Feeds(ctx) {
					testutil.Must(b, err)
					listed++
				}
				listing += time.Since(start)
				testutil.Must(b, s.Close())
				testutil.Must(b, conn.Close(ctx))
			}
			stored := float64(n * rounds)
			b.ReportMetric(stored/c.took.Seconds(), "stored/s")
			b.ReportMetric(c.own/stored, "own-µs/stored")
			b.ReportMetric(c.theirs/stored, "database-µs/stored")
			b.ReportMetric(float64(listed)/listing.Seconds(), "listed/s")
			b.ReportMetric(0, "ns/op")
		})
	}
}
