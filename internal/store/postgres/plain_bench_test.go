package postgres_test

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"watcher/internal/testutil"
)

// costs are the costs of rounds of commits.
type costs struct {
	took        time.Duration
	bytes       int64
	own, theirs float64
}

// add measures a round. The round begins with a checkpoint, so that each page it writes is
// logged whole once.
func (c *costs) add(b *testing.B, s *bench, round func()) {
	b.Helper()
	_, err := s.conn.Exec(context.Background(), `checkpoint`)
	testutil.Must(b, err)
	runtime.GC() // so that the round does not sweep older garbage
	before, _ := s.written(b)
	own, theirs := s.processor(b)
	start := time.Now()
	round()
	c.took += time.Since(start)
	ownAfter, theirsAfter := s.processor(b)
	after, _ := s.written(b)
	c.bytes += after - before
	c.own, c.theirs = c.own+ownAfter-own, c.theirs+theirsAfter-theirs
}

func (c *costs) report(b *testing.B, polls int) {
	n := float64(polls)
	b.ReportMetric(n/c.took.Seconds(), "polls/s")
	b.ReportMetric(float64(c.bytes)/n, "WAL-B/poll")
	b.ReportMetric(c.own/n, "own-µs/poll")
	b.ReportMetric(c.theirs/n, "database-µs/poll")
	b.ReportMetric(0, "ns/op")
}

// plainSQL are the least statements that write the rows of polls with news: without fences,
// without a look at what was alerted before, all in one round trip and prepared.
var plainSQL = []string{
	`update feed f set record = u.record, due = u.due, polled = u.polled, token = 7
from unnest($1::smallint[], $2::bigint[], $3::bytea[], $4::bigint[], $5::bigint[]) as u(shard, feed, record, due, polled) where f.shard = u.shard and f.feed = u.feed`,
	`insert into seen select * from unnest($1::smallint[], $2::bigint[], $3::smallint[], $4::bytea[])`,
	`insert into alert_key select * from unnest($1::text[], $2::bytea[], $3::text[], $4::timestamptz[])`,
	`insert into alert select * from unnest($1::text[], $2::text[], $3::bytea[])`,
	`insert into alert_log select * from unnest($1::text[], $2::bytea[], $3::text[], $4::bytea[])`,
	`insert into held select * from unnest($1::text[], $2::bigint[], $3::text[], $4::bytea[])`,
	`insert into feed_day as d select * from unnest($1::bigint[], $2::int[], $3::bigint[], $4::timestamptz[])
on conflict (feed, day) do update set items = d.items + excluded.items, last = excluded.last`,
}

// feedKey is the key of a row of feed.
type feedKey struct {
	Shard int16
	Feed  int64
}

// benchPlain stores polls with news by plain statements, into the store's tables.
func benchPlain(b *testing.B, batch int) {
	ctx := context.Background()
	s := newBench(b, newsFeeds)
	pool, err := pgxpool.New(ctx, s.conn.Config().ConnString())
	testutil.Must(b, err)
	defer pool.Close()
	rows, err := s.conn.Query(ctx, `select shard, feed from feed order by shard, feed`)
	testutil.Must(b, err)
	feeds, err := pgx.CollectRows(rows, pgx.RowToStructByPos[feedKey])
	testutil.Must(b, err)
	var c costs
	rounds := 0
	for b.Loop() {
		if rounds == newsRounds {
			continue
		}
		rounds++
		c.add(b, s, func() {
			var all sync.WaitGroup
			each := len(feeds) / 4
			for w := range 4 {
				all.Go(func() {
					for some := range slices.Chunk(feeds[w*each:(w+1)*each], batch) {
						if err := pool.SendBatch(ctx, plainNews(some, rounds)).Close(); err != nil {
							b.Error(err)
							return
						}
					}
				})
			}
			all.Wait()
		})
	}
	c.report(b, len(feeds)*rounds)
}

// plainNews returns a poll of each feed, with rows as long as those of the store.
func plainNews(feeds []feedKey, round int) *pgx.Batch {
	filler := make([]byte, 1000)
	for i := range filler {
		filler[i] = byte('a' + i*7%26)
	}
	var polled, shown, keys, alerts, log, held, days columns
	now := time.Now()
	for _, f := range feeds {
		polled.add(f.Shard, f.Feed, filler[:250], now.UnixMilli(), now.UnixMilli())
		shown.add(f.Shard, f.Feed, int16(round), filler[:200])
		days.add(f.Feed, int32(20_000), int64(3), now)
		for i := range 2 {
			hash := sha256.Sum256(fmt.Append(nil, f, round, i))
			id := fmt.Sprintf("%x", hash[:16])
			alerts.add(id, "desk", filler[:900])
			log.add("desk", append(binary.BigEndian.AppendUint64(nil, uint64(now.UnixNano())), hash[:8]...), id, filler[:60])
			held.add("desk", now.UnixNano(), id, filler[:150])
			for j := range 3 {
				hash := sha256.Sum256(fmt.Append(nil, f, round, i, j))
				keys.add("desk", hash[:16], id, now)
			}
		}
	}
	b := new(pgx.Batch)
	b.Queue("begin")
	for i, c := range []columns{polled, shown, keys, alerts, log, held, days} {
		b.Queue(plainSQL[i], c...)
	}
	b.Queue("commit")
	return b
}

// columns are arrays of values, one array for each column.
type columns []any

func (c *columns) add(row ...any) {
	if *c == nil {
		*c = make(columns, len(row))
	}
	for i, v := range row {
		switch v := v.(type) {
		case int16:
			(*c)[i] = grown((*c)[i], v)
		case int32:
			(*c)[i] = grown((*c)[i], v)
		case int64:
			(*c)[i] = grown((*c)[i], v)
		case string:
			(*c)[i] = grown((*c)[i], v)
		case []byte:
			(*c)[i] = grown((*c)[i], v)
		case time.Time:
			(*c)[i] = grown((*c)[i], v)
		}
	}
}

func grown[T any](column any, v T) []T {
	all, _ := column.([]T)
	return append(all, v)
}
