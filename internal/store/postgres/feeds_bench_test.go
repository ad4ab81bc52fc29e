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
	"slices"
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
	"watcher/internal/testutil"
)

// Making a million feeds takes minutes.
var million = flag.Bool("million", false, "benchmarks of feeds have a million of them as well")

func feedCounts() []int {
	if *million {
		return []int{1000, 100_000, 1_000_000}
	}
	return []int{1000, 100_000}
}

// many returns n feeds, of which four each share a host.
func many(n int) *feeds.Sources {
	all := make([]feeds.Source, n)
	for i := range all {
		all[i] = feeds.Source{ID: fmt.Sprintf("feed %07d", i), URL: fmt.Sprintf("https://host%d.example/feeds/%d.xml", i/4, i), Every: 15 * time.Minute}
	}
	return feeds.Pack(all...)
}

// bench is a store with feeds, whose heartbeats the benchmark makes, and a connection of
// its own. After a checkpoint the WAL has whole pages, as in production.
type bench struct {
	*postgres.Store
	conn *pgx.Conn
}

func newBench(b *testing.B, n int) *bench {
	b.Helper()
	ctx := context.Background()
	dsn := database(b)
	conn, err := pgx.Connect(ctx, dsn)
	testutil.Must(b, err)
	b.Cleanup(func() { _ = conn.Close(ctx) })
	for _, sql := range []string{`alter system set full_page_writes = on`, `alter system set max_wal_size = '8GB'`, `select pg_reload_conf()`} {
		_, err := conn.Exec(ctx, sql)
		testutil.Must(b, err)
	}
	s, err := postgres.OpenIn(ctx, dsn, postgres.Options{Machine: "a", Log: slog.New(slog.DiscardHandler)}, postgres.World{
		Beat: 12 * time.Hour, Clock: time.Now, Offset: func() time.Duration { return 0 },
	})
	testutil.Must(b, err)
	b.Cleanup(func() { _ = s.Close() })
	testutil.Must(b, s.Sync(ctx, many(n)))
	_, err = conn.Exec(ctx, `vacuum analyze`)
	testutil.Must(b, err)
	return &bench{s, conn}
}

// written returns how many bytes of WAL were written, and how many transactions made, since
// the database began.
func (s *bench) written(b *testing.B) (bytes, transactions int64) {
	b.Helper()
	_, err := s.conn.Exec(context.Background(), `select pg_stat_clear_snapshot(), pg_stat_force_next_flush()`)
	testutil.Must(b, err)
	testutil.Must(b, s.conn.QueryRow(context.Background(), `select pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint, (select xact_commit from pg_stat_database where datname = current_database())`).Scan(&bytes, &transactions))
	return bytes, transactions
}

// claimN claims n feeds.
func (s *bench) claimN(b *testing.B, n int) (all []poll.Claim) {
	b.Helper()
	for len(all) < n {
		some, _, err := s.ClaimDue(context.Background(), min(n-len(all), 256), time.Hour, 0)
		testutil.Must(b, err)
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

// BenchmarkQuietPolls makes in each round the polls of five seconds of a machine whose
// feeds are polled each 15 minutes and bring nothing. At most 60 rounds follow one
// checkpoint.
func BenchmarkQuietPolls(b *testing.B) {
	ctx := context.Background()
	for _, n := range feedCounts() {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			before := heap()
			s := newBench(b, n)
			loaded := heap()
			round := max(n/180, 1)
			_, err := s.conn.Exec(ctx, `checkpoint`)
			testutil.Must(b, err)
			bytes, transactions := s.written(b)
			polls, rounds := 0, 0
			var took time.Duration
			for b.Loop() {
				if rounds == 170 { // all were polled
					continue
				}
				start := time.Now()
				var outcomes []poll.Outcome
				for _, c := range s.claimN(b, round) {
					outcomes = append(outcomes, quiet(c))
				}
				lost, err := s.Commit(ctx, outcomes)
				testutil.Must(b, err)
				if len(lost) > 0 {
					b.Fatal("lost")
				}
				for range 5 {
					testutil.Must(b, s.Tend(ctx))
				}
				testutil.Must(b, s.Flush(ctx))
				testutil.Must(b, s.Beat(ctx))
				took += time.Since(start)
				polls += round
				rounds++
			}
			bytesNow, transactionsNow := s.written(b)
			b.ReportMetric(float64(bytesNow-bytes)/float64(polls), "WAL-B/poll")
			b.ReportMetric(float64(transactionsNow-transactions)/float64(polls), "transactions/poll")
			b.ReportMetric(float64(polls)/took.Seconds(), "polls/s")
			b.ReportMetric(float64(loaded-before)/float64(n), "heap-B/feed")
			b.ReportMetric(float64(heap()-before)/1e6, "heap-MB-after") // with what the polls left in it
		})
	}
}

// heap returns the live heap, in bytes.
func heap() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// BenchmarkClaims claims all feeds, a thousand at a time, and stores each as polled. Beside
// it: bbolt, and a table whose due feeds are found by an index.
func BenchmarkClaims(b *testing.B) {
	ctx := context.Background()
	claims := func(b *testing.B, n int, claim func() int) {
		b.Helper()
		b.ResetTimer()
		claimed, start := 0, time.Now()
		for claimed < n && time.Since(start) < 20*time.Second {
			claimed += claim()
		}
		b.ReportMetric(float64(claimed)/time.Since(start).Seconds(), "claims/s")
		b.ReportMetric(0, "ns/op")
	}
	of := func(b *testing.B, s poll.FeedStore) func() int {
		return func() int {
			all, _, err := s.ClaimDue(ctx, 1000, time.Hour, 0)
			testutil.Must(b, err)
			return len(all)
		}
	}
	for _, n := range feedCounts() {
		b.Run(fmt.Sprint("postgres/", n), func(b *testing.B) { claims(b, n, of(b, newBench(b, n))) })
		b.Run(fmt.Sprint("bbolt/", n), func(b *testing.B) {
			s, err := bolt.Open(filepath.Join(b.TempDir(), "watcher.db"))
			testutil.Must(b, err)
			defer s.Close()
			testutil.Must(b, s.Sync(ctx, many(n)))
			claims(b, n, of(b, s))
		})
		b.Run(fmt.Sprint("a statement a feed/", n), func(b *testing.B) {
			conn, err := pgx.Connect(ctx, database(b))
			testutil.Must(b, err)
			defer conn.Close(ctx)
			for _, sql := range []string{`create table feeds (id bigint primary key, etag text, checked timestamptz, next timestamptz)`,
				fmt.Sprintf(`insert into feeds select n, md5(n::text), now(), now() - n * interval '1 ms' from generate_series(1, %d) n`, n), `create index on feeds (next)`, `analyze feeds`} {
				_, err := conn.Exec(ctx, sql)
				testutil.Must(b, err)
			}
			claims(b, n, func() int {
				rows, err := conn.Query(ctx, `select id from feeds where next < now() order by next limit 1000`)
				testutil.Must(b, err)
				ids, err := pgx.CollectRows(rows, pgx.RowTo[int64])
				testutil.Must(b, err)
				for _, id := range ids {
					_, err := conn.Exec(ctx, `update feeds set checked = now(), next = now() + interval '15 minutes' where id = $1`, id)
					testutil.Must(b, err)
				}
				return len(ids)
			})
		})
	}
}

const (
	newsFeeds = 5000
	shownSize = 20 << 10
	// newsRounds is how often all of them have news: more rounds tell no more, and fill
	// the memory.
	newsRounds = 8
)

// shown is what a feed has shown: random bytes that look like hashes.
func shown(n int) []byte {
	r := rand.New(rand.NewPCG(7, uint64(n)))
	v := make([]byte, shownSize)
	for i := range v {
		v[i] = byte(r.Uint32())
	}
	v[0] |= 0x80
	return v
}

// news is a poll that brought three items, two of which are alerted.
func news(c poll.Claim, before []byte, round int) poll.Outcome {
	o := quiet(c)
	o.Next = c.Now.Add(-24 * time.Hour) // it is due again at once, before all others
	fresh := sha256.Sum256(fmt.Append(nil, c.Feed, round))
	fresh[0] |= 0x80 // otherwise it could be taken for a damaged record of what a feed has shown
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

// pollStore is a store that polls are committed to.
type pollStore interface {
	poll.FeedStore
	Close() error
}

// newsOf claims some feeds, the same ones each time, reads what they have shown, and
// returns a poll with news of each.
func newsOf(b *testing.B, s pollStore, feeds, round int) (outcomes []poll.Outcome) {
	b.Helper()
	ctx := context.Background()
	for len(outcomes) < feeds {
		claims, _, err := s.ClaimDue(ctx, feeds-len(outcomes), time.Hour, 0)
		testutil.Must(b, err)
		if len(claims) == 0 {
			b.Fatalf("%d feeds are due", len(outcomes))
		}
		for i, c := range claims {
			before, err := s.Seen(ctx, c)
			testutil.Must(b, err)
			if before == nil {
				before = shown(len(outcomes) + i)
			}
			outcomes = append(outcomes, news(c, before, round))
		}
	}
	return outcomes
}

// commitAll commits polls in batches, four at the same time. It returns how long that took.
func commitAll(b *testing.B, s pollStore, outcomes []poll.Outcome, batch int) time.Duration {
	b.Helper()
	start := time.Now()
	var all sync.WaitGroup
	each := len(outcomes) / 4
	for w := range 4 {
		all.Go(func() {
			for some := range slices.Chunk(outcomes[w*each:(w+1)*each], batch) {
				if lost, err := s.Commit(context.Background(), some); err != nil || len(lost) > 0 {
					b.Errorf("%d are lost: %v", len(lost), err)
					return
				}
			}
		})
	}
	all.Wait()
	return time.Since(start)
}

// BenchmarkNews commits polls with news. Beside it: the plain statements that write the
// same rows, bbolt, and a transaction for each entry, as Miniflux makes them.
func BenchmarkNews(b *testing.B) {
	for _, batch := range []int{1, 10, 100} {
		b.Run(fmt.Sprint("postgres/", batch), func(b *testing.B) { benchNews(b, newsFeeds, newsFeeds, batch, 0) })
		b.Run(fmt.Sprintf("postgres/%d with a story each", batch), func(b *testing.B) { benchNews(b, newsFeeds, newsFeeds, batch, 1) })
		b.Run(fmt.Sprintf("postgres/%d with two stories each", batch), func(b *testing.B) { benchNews(b, newsFeeds, newsFeeds, batch, 2) })
	}
	for _, batch := range []int{10, 100} {
		b.Run(fmt.Sprint("plain statements/", batch), func(b *testing.B) { benchPlain(b, batch) })
	}
	for _, n := range feedCounts() {
		b.Run(fmt.Sprintf("postgres/10 of %d feeds", n), func(b *testing.B) { benchNews(b, n, min(n, newsFeeds), 10, 0) })
	}
	b.Run("bbolt/10", func(b *testing.B) {
		s, err := bolt.Open(filepath.Join(b.TempDir(), "watcher.db"))
		testutil.Must(b, err)
		defer s.Close()
		testutil.Must(b, s.Sync(context.Background(), many(newsFeeds)))
		commitAll(b, s, newsOf(b, s, newsFeeds, 0), 100)
		var took time.Duration
		rounds := 0
		for b.Loop() {
			if rounds == newsRounds {
				continue
			}
			rounds++
			took += commitAll(b, s, newsOf(b, s, newsFeeds, rounds), 10)
		}
		b.ReportMetric(float64(newsFeeds*rounds)/took.Seconds(), "polls/s")
		b.ReportMetric(0, "ns/op")
	})
	b.Run("transaction an entry", func(b *testing.B) {
		s := newBench(b, 1)
		ctx := context.Background()
		pool, err := pgxpool.New(ctx, s.conn.Config().ConnString())
		testutil.Must(b, err)
		defer pool.Close()
		_, err = pool.Exec(ctx, `
create table entries (id bigserial primary key, user_id int not null, feed_id bigint not null, hash text not null, title text, url text, content text, published timestamptz, changed timestamptz, unique (feed_id, hash));
create index on entries (user_id, feed_id);
create table feeds (id bigint primary key, etag text, checked timestamptz, next timestamptz)`)
		testutil.Must(b, err)
		_, err = pool.Exec(ctx, `insert into feeds select generate_series(0, 4999)`)
		testutil.Must(b, err)
		_, err = s.conn.Exec(ctx, `checkpoint`)
		testutil.Must(b, err)
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

// benchNews commits polls with news of some of all feeds, of each of which so many alerts
// have a story.
func benchNews(b *testing.B, all, feeds, batch, stories int) {
	s := newBench(b, all)
	commitAll(b, s, newsOf(b, s, feeds, 0), 100)
	var c costs
	rounds := 0
	for b.Loop() {
		if rounds == newsRounds {
			continue
		}
		rounds++
		outcomes := newsOf(b, s, feeds, rounds)
		for i := range outcomes {
			for alert := range stories {
				tellStory(&outcomes[i], alert, rounds*feeds+i)
			}
		}
		c.add(b, s, func() { commitAll(b, s, outcomes, batch) })
	}
	c.report(b, feeds*rounds)
}

// miniflux stores a poll with three entries, each in a transaction of its own.
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
