package postgres_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"watcher/internal/notify/story"
	"watcher/internal/poll"
	"watcher/internal/store/postgres"
	"watcher/internal/testutil"
)

// processor returns the CPU time of this process and of the database's, in microseconds. On
// a busy machine it says more than the time that has passed.
func (s *bench) processor(b *testing.B) (own, theirs float64) {
	b.Helper()
	var self int
	testutil.Must(b, s.conn.QueryRow(context.Background(), `select pg_backend_pid()`).Scan(&self))
	of := func(stat string) (parent string, ticks float64) {
		raw, _ := os.ReadFile(stat) // the process may have ended
		_, rest, _ := strings.Cut(string(raw), ") ")
		f := strings.Fields(rest)
		if len(f) < 13 {
			return "", 0
		}
		user, _ := strconv.ParseFloat(f[11], 64)
		system, _ := strconv.ParseFloat(f[12], 64)
		return f[1], user + system
	}
	server, _ := of(fmt.Sprintf("/proc/%d/stat", self))
	all, err := filepath.Glob("/proc/[0-9]*/stat")
	testutil.Must(b, err)
	for _, stat := range all {
		if parent, ticks := of(stat); parent == server {
			theirs += ticks * 1e4
		}
	}
	return float64(testutil.CPU().Nanoseconds()) / 1e3, theirs
}

// BenchmarkRequestToAlert commits one poll with news, two alerts and a story at a time and
// rests in between. It prints how long after the claim, at which the request begins, the
// alerts are committed.
func BenchmarkRequestToAlert(b *testing.B) {
	ctx := context.Background()
	s := newBench(b, 1000)
	commitAll(b, s, newsOf(b, s, 1000, 0), 100)
	var took []time.Duration
	for b.Loop() {
		start := time.Now()
		c := s.claimN(b, 1)[0]
		shown, err := s.Seen(ctx, c)
		testutil.Must(b, err)
		o := news(c, shown, len(took)+1)
		tellStory(&o, 0, len(took))
		_, err = s.Commit(ctx, []poll.Outcome{o})
		testutil.Must(b, err)
		took = append(took, time.Since(start))
		time.Sleep(20 * time.Millisecond)
	}
	slices.Sort(took)
	b.ReportMetric(took[len(took)/2].Seconds()*1e3, "p50-ms")
	b.ReportMetric(took[len(took)*99/100].Seconds()*1e3, "p99-ms")
	b.ReportMetric(0, "ns/op")
}

// tellStory gives an alert of the n-th poll a story like no other.
func tellStory(o *poll.Outcome, alert, n int) {
	words := make([]string, 120)
	for i := range words {
		words[i] = fmt.Sprintf("word%dx%dx%d", n, alert, i)
	}
	o.Alerts[alert].Story = story.SketchOf(strings.Join(words[:8], " "), strings.Join(words, " "))
}

// BenchmarkMachines has 1, 2 and 4 machines poll the feeds of one database, which they
// share out themselves. One poll of twenty brings news, and one of a thousand an alert.
func BenchmarkMachines(b *testing.B) {
	for _, n := range []int{1, 2, 4} {
		b.Run(fmt.Sprint(n), func(b *testing.B) { benchMachines(b, n) })
	}
}

func benchMachines(b *testing.B, machines int) {
	ctx := context.Background()
	const feeds = 40_000
	dsn := database(b)
	stores := make([]*postgres.Store, machines)
	for i := range stores {
		stores[i] = open(b, dsn, fmt.Sprint("machine", i))
		defer stores[i].Close()
		testutil.Must(b, stores[i].Sync(ctx, many(feeds)))
	}
	conn, err := pgx.Connect(ctx, dsn)
	testutil.Must(b, err)
	defer conn.Close(ctx)
	for until := time.Now().Add(90 * time.Second); ; time.Sleep(100 * time.Millisecond) {
		var owners, least int
		testutil.Must(b, conn.QueryRow(ctx, `select count(*), coalesce(min(n), 0) from (select count(*) n from shard where owner <> 0 group by owner) o`).Scan(&owners, &least))
		if owners == machines && least >= 64/machines-1 {
			break
		}
		if time.Now().After(until) {
			b.Fatalf("%d machines have feeds, one of them %d shards", owners, least)
		}
	}
	polls, start := 0, time.Now()
	for b.Loop() {
		var all sync.WaitGroup
		counts := make([]int, machines)
		for i, s := range stores {
			all.Go(func() { counts[i] = pollSome(b, s, 4000/machines) })
		}
		all.Wait()
		for _, n := range counts {
			polls += n
		}
	}
	b.ReportMetric(float64(polls)/time.Since(start).Seconds(), "polls/s")
	b.ReportMetric(0, "ns/op")
}

// pollSome polls about n feeds, ten at a time.
func pollSome(b *testing.B, s *postgres.Store, n int) (polled int) {
	ctx := context.Background()
	until := time.Now().Add(90 * time.Second)
	for polled < n {
		claims, wake, err := s.ClaimDue(ctx, 100, time.Hour, 0)
		if err != nil || time.Now().After(until) {
			b.Errorf("%d of %d feeds were polled (%v)", polled, n, err)
			return polled
		}
		if len(claims) == 0 { // the machine has taken feeds and is still reading them
			select {
			case <-wake.Changed:
			case <-time.After(10 * time.Millisecond):
			}
		}
		for some := range slices.Chunk(claims, 10) {
			var outcomes []poll.Outcome
			for _, c := range some {
				o := quiet(c)
				if polled%20 == 0 {
					o = news(c, shown(polled), polled)
					if polled%1000 != 0 {
						o.Alerts = nil
					}
				}
				o.Next = c.Now.Add(time.Second) // so that one is always due
				outcomes = append(outcomes, o)
				polled++
			}
			if _, err := s.Commit(ctx, outcomes); err != nil {
				b.Error(err)
				return polled
			}
		}
	}
	return polled
}
