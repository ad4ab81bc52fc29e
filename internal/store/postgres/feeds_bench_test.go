package postgres_test

import (
	"context"
	"crypto/sha256"
	"flag"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"watcher/internal/feeds"
	"watcher/internal/notify"
	"watcher/internal/poll"
	"watcher/internal/store/bolt"
	"watcher/internal/store/postgres"
)

// A million feeds take minutes to make.
var million = flag.Bool("million", false, "benchmarks of feeds have a million of them as well")

func feedCounts() []int {
	if *million {
		return []int{1000, 100_000, 1_000_000}
	}
	return []int{1000, 100_000}
}

// many are feeds of which four each share a host.
func many(n int) []feeds.Source {
	all := make([]feeds.Source, n)
	for i := range all {
		all[i] = feeds.Source{ID: fmt.Sprintf("feed %07d", i), URL: fmt.Sprintf("https://host%d.example/feeds/%d.xml", i/4, i), Every: 15 * time.Minute}
	}
	return all
}

// bench is a store with feeds, whose heartbeats are made by hand, and a connection beside
// it. What is written to the log includes whole pages after a checkpoint, as outside of
// tests.
type bench struct {
	*postgres.Store
	conn *pgx.Conn
}

func newBench(b *testing.B, n int) *bench {
	b.Helper()
	ctx := context.Background()
	dsn := database(b)
	conn, err := pgx.Connect(ctx, dsn)
	must(b, err)
	b.Cleanup(func() { _ = conn.Close(ctx) })
	for _, sql := range []string{`alter system set full_page_writes = on`, `alter system set max_wal_size = '8GB'`, `select pg_reload_conf()`} {
		_, err := conn.Exec(ctx, sql)
		must(b, err)
	}
	s, err := postgres.OpenIn(ctx, dsn, postgres.Options{Machine: "a", Log: slog.New(slog.DiscardHandler)}, postgres.World{
		Beat: 12 * time.Hour, Clock: time.Now, Offset: func() time.Duration { return 0 },
	})
	must(b, err)
	b.Cleanup(func() { _ = s.Close() })
	must(b, s.Sync(ctx, many(n)))
	_, err = conn.Exec(ctx, `vacuum analyze`)
	must(b, err)
	return &bench{s, conn}
}

// written is how many bytes of log were written, and transactions made, since the
// database began.
func (s *bench) written(b *testing.B) (bytes, transactions int64) {
	b.Helper()
	_, err := s.conn.Exec(context.Background(), `select pg_stat_clear_snapshot(), pg_stat_force_next_flush()`)
	must(b, err)
	must(b, s.conn.QueryRow(context.Background(), `select pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint, (select xact_commit from pg_stat_database where datname = current_database())`).Scan(&bytes, &transactions))
	return bytes, transactions
}

// claimN claims n feeds.
func (s *bench) claimN(b *testing.B, n int) (all []poll.Claim) {
	b.Helper()
	for len(all) < n {
		some, _, err := s.ClaimDue(context.Background(), min(n-len(all), 256), time.Hour, 0)
		must(b, err)
		if len(some) == 0 {
			b.Fatalf("%d of %d feeds are due", len(all), n)
		}
		all = append(all, some...)
	}
	return all
}

func quiet(c poll.Claim) poll.Outcome {
	o := poll.Outcome{Claim: c, State: c.State, Next: c.Now.Add(15 * time.Minute)}
	o.State.Polled, o.State.Good = c.Now, c.Now
	return o
}

// BenchmarkQuietPolls makes in each round what a machine does in five seconds whose
// feeds, polled each 15 minutes, bring nothing. Up to 60 rounds come after one checkpoint.
func BenchmarkQuietPolls(b *testing.B) {
	ctx := context.Background()
	for _, n := range feedCounts() {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			var before, after runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			s := newBench(b, n)
			runtime.GC()
			runtime.ReadMemStats(&after)
			round := max(n/180, 1)
			_, err := s.conn.Exec(ctx, `checkpoint`)
			must(b, err)
			bytes, transactions := s.written(b)
			polls, rounds := 0, 0
			for b.Loop() {
				if rounds == 170 { // all are polled
					b.StopTimer()
					break
				}
				var outcomes []poll.Outcome
				for _, c := range s.claimN(b, round) {
					outcomes = append(outcomes, quiet(c))
				}
				lost, err := s.Commit(ctx, outcomes)
				must(b, err)
				if len(lost) > 0 {
					b.Fatal("lost")
				}
				for range 5 {
					must(b, s.Tend(ctx))
				}
				must(b, s.Flush(ctx))
				must(b, s.Beat(ctx))
				polls += round
				rounds++
			}
			bytesNow, transactionsNow := s.written(b)
			b.ReportMetric(float64(bytesNow-bytes)/float64(polls), "WAL-B/poll")
			b.ReportMetric(float64(transactionsNow-transactions)/float64(polls), "transactions/poll")
			b.ReportMetric(float64(polls)/b.Elapsed().Seconds(), "polls/s")
			b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/float64(n), "heap-B/feed")
		})
	}
}

// BenchmarkClaims claims all feeds, a thousand at a time.
func BenchmarkClaims(b *testing.B) {
	for _, n := range feedCounts() {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			s := newBench(b, n)
			b.ResetTimer()
			claimed := 0
			start := time.Now()
			for claimed < n && time.Since(start) < 20*time.Second {
				claims, _, err := s.ClaimDue(context.Background(), 1000, time.Hour, 0)
				must(b, err)
				claimed += len(claims)
			}
			b.ReportMetric(float64(claimed)/time.Since(start).Seconds(), "claims/s")
			b.ReportMetric(0, "ns/op")
		})
	}
}

const (
	newsFeeds = 5000
	shownSize = 20 << 10
)

// shown is what a feed has shown: hashes, as far as anybody can tell.
func shown(n int) []byte {
	r := rand.New(rand.NewPCG(7, uint64(n)))
	v := make([]byte, shownSize)
	for i := range v {
		v[i] = byte(r.Uint32())
	}
	return v
}

// news is a poll that brought three items, of which two are told.
func news(c poll.Claim, before []byte, round int) poll.Outcome {
	o := quiet(c)
	o.Next = c.Now // it is due again at once
	fresh := sha256.Sum256(fmt.Append(nil, c.Feed, round))
	o.Seen = append(append(fresh[:], fresh[:]...), before[:len(before)-64]...)
	o.State.Known.ETag = fmt.Sprintf("%x", fresh[:8])
	o.New = 3
	for i := range 2 {
		key := notify.KeyOf(fmt.Sprint(c.Feed, round, i))
		a := notify.Alert{Target: "desk", Keys: []notify.ItemKey{key, notify.KeyOf(fmt.Sprint("link", c.Feed, round, i)), notify.KeyOf(fmt.Sprint("title", c.Feed, round, i))}, ID: notify.AlertID("desk", key)}
		a.Item = notify.AlertItem{Feed: c.Feed, Title: fmt.Sprint("What happened ", round, i), Link: fmt.Sprintf("https://host.example/%x/%d", fresh[:8], i), Summary: fmt.Sprintf("%0400x", fresh)}
		o.Alerts = append(o.Alerts, a)
	}
	return o
}

// pollStore is a store of polls.
type pollStore interface {
	poll.FeedStore
	Close() error
}

// newsRound claims all feeds, reads what they have shown, and commits polls with news of
// all, in batches, by four at the same time. It returns how long the commits took.
func newsRound(b *testing.B, s pollStore, batch, round int) time.Duration {
	b.Helper()
	ctx := context.Background()
	var outcomes []poll.Outcome
	for len(outcomes) < newsFeeds {
		claims, _, err := s.ClaimDue(ctx, newsFeeds-len(outcomes), time.Hour, 0)
		must(b, err)
		if len(claims) == 0 {
			b.Fatalf("%d feeds are due", len(outcomes))
		}
		for i, c := range claims {
			before, err := s.Seen(ctx, c)
			must(b, err)
			if before == nil {
				before = shown(len(outcomes) + i)
			}
			outcomes = append(outcomes, news(c, before, round))
		}
	}
	start := time.Now()
	var all sync.WaitGroup
	each := newsFeeds / 4
	for w := range 4 {
		all.Go(func() {
			mine := outcomes[w*each : (w+1)*each]
			for len(mine) > 0 {
				n := min(batch, len(mine))
				if lost, err := s.Commit(ctx, mine[:n]); err != nil || len(lost) > 0 {
					b.Errorf("%d are lost: %v", len(lost), err)
					return
				}
				mine = mine[n:]
			}
		})
	}
	all.Wait()
	return time.Since(start)
}

// BenchmarkNews commits polls with news, beside bbolt and beside a transaction for each
// entry, as Miniflux makes them.
func BenchmarkNews(b *testing.B) {
	for _, batch := range []int{1, 10, 100} {
		b.Run(fmt.Sprint("postgres/", batch), func(b *testing.B) {
			s := newBench(b, newsFeeds)
			newsRound(b, s, 100, 0)
			var took time.Duration
			var bytes int64
			rounds := 0
			for b.Loop() {
				if rounds == 8 {
					break
				}
				rounds++
				_, err := s.conn.Exec(context.Background(), `checkpoint`)
				must(b, err)
				before, _ := s.written(b)
				took += newsRound(b, s, batch, rounds)
				after, _ := s.written(b)
				bytes += after - before
			}
			b.ReportMetric(float64(newsFeeds*rounds)/took.Seconds(), "polls/s")
			b.ReportMetric(float64(bytes)/float64(newsFeeds*rounds), "WAL-B/poll")
			b.ReportMetric(0, "ns/op")
		})
	}
	b.Run("bbolt/10", func(b *testing.B) {
		s, err := bolt.Open(filepath.Join(b.TempDir(), "watcher.db"))
		must(b, err)
		defer s.Close()
		must(b, s.Sync(context.Background(), many(newsFeeds)))
		newsRound(b, s, 100, 0)
		var took time.Duration
		rounds := 0
		for b.Loop() {
			if rounds == 8 {
				break
			}
			rounds++
			took += newsRound(b, s, 10, rounds)
		}
		b.ReportMetric(float64(newsFeeds*rounds)/took.Seconds(), "polls/s")
		b.ReportMetric(0, "ns/op")
	})
	b.Run("transaction an entry", func(b *testing.B) {
		s := newBench(b, 1)
		ctx := context.Background()
		pool, err := pgxpool.New(ctx, s.conn.Config().ConnString())
		must(b, err)
		defer pool.Close()
		_, err = pool.Exec(ctx, `
create table entries (id bigserial primary key, user_id int not null, feed_id bigint not null, hash text not null, title text, url text, content text, published timestamptz, changed timestamptz, unique (feed_id, hash));
create index on entries (user_id, feed_id);
create table feeds (id bigint primary key, etag text, checked timestamptz, next timestamptz)`)
		must(b, err)
		_, err = pool.Exec(ctx, `insert into feeds select generate_series(0, 4999)`)
		must(b, err)
		_, err = s.conn.Exec(ctx, `checkpoint`)
		must(b, err)
		before, _ := s.written(b)
		start, round := time.Now(), 0
		for b.Loop() {
			round++
			var all sync.WaitGroup
			for w := range 4 {
				all.Go(func() {
					for feed := w * 250; feed < (w+1)*250; feed++ {
						if err := miniflux(ctx, pool, feed, round); err != nil {
							b.Error(err)
							return
						}
					}
				})
			}
			all.Wait()
		}
		took := time.Since(start)
		after, _ := s.written(b)
		b.ReportMetric(float64(1000*round)/took.Seconds(), "polls/s")
		b.ReportMetric(float64(after-before)/float64(1000*round), "WAL-B/poll")
		b.ReportMetric(0, "ns/op")
	})
}

// miniflux stores a poll with three entries, each in a transaction.
func miniflux(ctx context.Context, pool *pgxpool.Pool, feed, round int) error {
	for i := range 3 {
		hash := fmt.Sprintf("%x", sha256.Sum256(fmt.Append(nil, feed, round, i)))
		err := pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
			var there bool
			if err := tx.QueryRow(ctx, `select exists (select from entries where feed_id = $1 and hash = $2)`, feed, hash).Scan(&there); err != nil || there {
				return err
			}
			_, err := tx.Exec(ctx, `insert into entries (user_id, feed_id, hash, title, url, content, published, changed) values (1, $1, $2, $3, $4, $5, now(), now())`,
				feed, hash, "What happened", "https://host.example/"+hash, fmt.Sprintf("%0600x", hash))
			return err
		})
		if err != nil {
			return err
		}
	}
	_, err := pool.Exec(ctx, `update feeds set etag = $2, checked = now(), next = now() + interval '15 minutes' where id = $1`, feed, fmt.Sprint(round))
	return err
}
