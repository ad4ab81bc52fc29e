package postgres_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"watcher/internal/store/postgres"
	"watcher/internal/testutil"
)

// A table that was empty when the database last analysed it, and has grown since, is read
// by its key, however many keys are asked for. A plan that reads the whole table would take
// longer with each alert that was ever logged.
func TestHotStatementsReadByKey(t *testing.T) {
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, database(t))
	testutil.Must(t, err)
	defer conn.Close(ctx)
	exec := func(sql string) {
		t.Helper()
		_, err := conn.Exec(ctx, sql)
		testutil.Must(t, err)
	}
	for _, table := range []string{"alert", "alert_key", "story", "feed", "feed_name", "seen"} {
		exec(`alter table ` + table + ` set (autovacuum_enabled = off)`)
	}
	exec(`vacuum analyze`)
	exec(`insert into alert select 'alert' || n, 'desk', decode(repeat('ab', 500), 'hex') from generate_series(1, 3000) n`)
	exec(`insert into alert_key select 'desk', decode(md5(n::text), 'hex'), 'alert' || n, now() from generate_series(1, 12000) n`)
	exec(`insert into story select n % 8, n, decode(md5(n::text), 'hex'), decode(repeat('ab', 500), 'hex') from generate_series(1, 3000) n`)
	exec(`insert into feed (shard, feed, seq, due, name, record) select n % 8, n, 1, 0, 'feed' || n, decode(repeat('ab', 300), 'hex') from generate_series(1, 5000) n`)
	exec(`insert into feed_name select 'feed' || n, n % 8, n, 'https://a.example/', '' from generate_series(1, 5000) n`)
	exec(`insert into seen select n % 8, n, 0, decode(repeat('ab', 500), 'hex') from generate_series(1, 3000) n`)
	var targets, ids []string
	var keys, raws [][]byte
	var shards []int16
	var numbers []int64
	var editions []int32
	for i := range 600 {
		targets, ids, keys, raws = append(targets, "desk"), append(ids, fmt.Sprint("alert", i)), append(keys, fmt.Appendf(nil, "%016d", i)), append(raws, []byte("record"))
		shards, numbers, editions = append(shards, int16(i%8)), append(numbers, int64(i)), append(editions, 0)
	}
	few := numbers[:10]
	args := map[string][]any{
		"toldAlerts":   {targets, keys, ids[:200]},
		"storiesByKey": {shards, numbers, keys},
		"updateFeeds":  {shards[:10], few, few, editions[:10], few, few, few, raws[:10], int64(1)},
		"lockChanged":  {ids[:10]},
		"changeAlerts": {ids[:10], raws[:10], raws[:10]},
		"alertsByID":   {ids[:10]},
		"getParts":     {int16(1), int64(1)},
		"dropParts":    {shards[:10], few},
		"readFeeds":    {shards, numbers},
		"listFeeds":    {"feed1", 50},
		"movedFeeds":   {int16(1), int64(1), 50},
	}
	byKey := func(name, explain string, args ...any) {
		t.Helper()
		rows, err := conn.Query(ctx, explain, args...)
		testutil.Must(t, err)
		lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
		testutil.Must(t, err)
		for _, line := range lines {
			if strings.Contains(line, "Seq Scan") && !strings.Contains(line, "on shard") {
				t.Errorf("%s reads a whole table:\n%s", name, strings.Join(lines, "\n"))
				break
			}
		}
	}
	for name, sql := range postgres.Hot() {
		byKey(name, "explain "+sql, args[name]...)
	}
	// A plan that was made for any arguments reads by the key too.
	exec(`set plan_cache_mode = force_generic_plan`)
	for name, sql := range postgres.Hot() {
		if !postgres.Prepared()[sql] {
			continue
		}
		_, err := conn.Prepare(ctx, name, sql)
		testutil.Must(t, err)
		places := make([]string, len(args[name]))
		for i := range places {
			places[i] = fmt.Sprint("$", i+1)
		}
		byKey("prepared, "+name, fmt.Sprintf("explain execute %q (%s)", name, strings.Join(places, ", ")), append([]any{pgx.QueryExecModeSimpleProtocol}, args[name]...)...)
	}
}
