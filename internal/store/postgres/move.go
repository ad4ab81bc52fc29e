package postgres

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"watcher/internal/store/record"
)

// A migration copies what is stored to another store or from one, as pairs of key and value
// of the buckets of the bbolt store. Records are copied as they are; what that store has in
// keys is in columns here. While pairs come in, meta has a mark of how far the migration
// is, and the store is opened for nothing else.

// keyMoving is the key of the mark.
const keyMoving = "moving"

// cursor is the row behind which the next pairs are.
type cursor struct{ record.Behind }

// move says how the pairs of a kind are read and stored.
type move struct {
	most  int // rows at a time
	count string
	// take appends the pairs of some rows behind at, sets at to the last of them, and
	// returns the number of rows.
	take func(ctx context.Context, s *Store, tx pgx.Tx, at *cursor, most int, pairs *[]record.Pair) (rows int, err error)
	give func(ctx context.Context, s *Store, tx pgx.Tx, pairs []record.Pair) error
}

// moves returns all kinds that have rows here.
func moves() map[string]move {
	return map[string]move{
		"meta":       {1000, `select 0`, takeMeta, giveMeta},
		"feeds":      {1000, `select count(*) from feed_name`, takeFeeds, giveFeeds},
		"seen":       {64, `select count(*) from seen where part = 0`, takeSeen, giveSeen},
		"alerts":     {1000, `select count(*) from alert`, takeRecords("alert"), giveAlerts},
		"log":        {1000, `select 0`, nil, giveLog},
		"told":       {1000, `select count(*) from alert_key`, takeTold, giveTold},
		"stories":    {1000, `select count(*) from story`, takeStories, giveStories},
		"held":       {1000, `select count(*) from held`, takeHolds, giveHeld},
		"sends":      {1000, `select count(sends) from target`, takeTarget("sends", sendsTable), giveTarget("sends", sendsTable)},
		"failing":    {1000, `select count(health) from target`, takeTarget("health", healthTable), giveTarget("health", healthTable)},
		"mutes":      {1000, `select count(*) from mute`, takeMutes, giveMutes},
		"tallies":    {500, `select 0`, takeTallies, giveTallies},
		"matched":    {1000, `select count(distinct rule) from rule_matched`, takeMatched, giveMatched},
		"payloads":   {64, `select count(*) from payload`, takeRecords("payload"), givePayloads},
		"deliveries": {1000, `select count(*) from delivery`, takeRecords("delivery"), giveDeliveries},
		"fresh":      {1000, `select count(*) from queue where class < 2`, takeFresh, giveFresh},
		"retry":      {1000, `select count(*) from queue where class = 2`, takeRetry, giveRetry},
		"begun":      {1000, `select count(*) from begun`, takeBegun, giveBegun},
		"dead":       {1000, `select count(*) from dead`, takeDead, giveDead},
		"dicts":      {4, `select count(*) from dict`, takeDicts, giveDicts},
		"pieces":     {16, `select count(*) from piece`, takePieces, givePieces},
		"segments":   {16, `select count(*) from segment`, takeSegments, giveSegments},
		"tail":       {100, `select count(*) from tail`, takeTail, giveTail},
		"tokens":     {1000, `select count(*) from feed_token`, takeRecords("feed_token"), giveTokens},
		"damage":     {100, `select count(*) from damage where told is null`, takeDamage, giveDamage},
	}
}

const othersAtWork = `
select name from machine where id <> $1 and polls and seen > now() + $2::interval - $3::interval order by name`

// Movable says why the store cannot be moved yet, or moved into; nil if it can.
func (s *Store) Movable(ctx context.Context) error {
	var names []string
	err := s.db.view(ctx, "look who works on the store", func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, othersAtWork, s.self.id, s.db.ahead(), s.timing.lease)
		if err == nil {
			names, err = pgx.CollectRows(rows, pgx.RowTo[string])
		}
		return err
	})
	if err == nil && len(names) > 0 {
		err = fmt.Errorf("%s works on it, or did just now: stop watcher there, and try again in a minute", strings.Join(names, ", "))
	}
	if err == nil {
		err = s.number(ctx)
	}
	return err
}

// Take returns pairs of a kind behind a cursor, which is nil at first, and the next cursor,
// which is nil at the end.
func (s *Store) Take(ctx context.Context, kind string, behind []byte) (pairs []record.Pair, next []byte, err error) {
	m := moves()[kind]
	if m.take == nil {
		return nil, nil, nil
	}
	var at cursor
	if behind != nil {
		if err := record.Decode(behind, &at.Behind); err != nil {
			return nil, nil, fmt.Errorf("read how far the migration is: %w", err)
		}
	}
	rows := 0
	begin := at
	err = s.db.view(ctx, "read "+kind, func(tx pgx.Tx) (err error) {
		at, pairs = begin, nil
		rows, err = m.take(ctx, s, tx, &at, m.most, &pairs)
		return err
	})
	if err == nil && rows == m.most {
		next, err = record.Encode(at.Behind)
	}
	return pairs, next, err
}

// Give stores pairs of a kind, which may be stored already, and a mark, in one transaction.
// A nil mark says that all have come.
func (s *Store) Give(ctx context.Context, kind string, pairs []record.Pair, mark []byte) error {
	return s.db.update(ctx, "store "+kind, func(tx pgx.Tx) error {
		if len(pairs) > 0 {
			if err := moves()[kind].give(ctx, s, tx, pairs); err != nil {
				return err
			}
		}
		if mark == nil {
			if err := countMoved(ctx, tx); err != nil {
				return err
			}
			_, err := tx.Exec(ctx, `delete from meta where key = $1`, keyMoving)
			return err
		}
		_, err := tx.Exec(ctx, `insert into meta (key, value) values ($1, $2) on conflict (key) do update set value = excluded.value`, keyMoving, mark)
		return err
	})
}

// keyAmbiguous is the key of the number of ambiguous attempts, while pairs come.
const keyAmbiguous = "ambiguous"

// countMoved ends a migration: a count that is kept over all targets is given to one of
// them.
func countMoved(ctx context.Context, tx pgx.Tx) error {
	var raw []byte
	err := tx.QueryRow(ctx, `delete from meta where key = $1 returning value`, keyAmbiguous).Scan(&raw)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil
	}
	if err == nil {
		_, err = tx.Exec(ctx, addAmbiguous, int64(bigOf(raw)))
	}
	return err
}

// Expect makes room for so many feeds.
func (s *Store) Expect(ctx context.Context, feeds int) error { return s.makeShards(ctx, feeds) }

// Moving returns the mark of how far a migration into this store is; nil if there is none.
func (s *Store) Moving(ctx context.Context) (mark []byte, err error) {
	err = s.db.view(ctx, "read how far a migration is", func(tx pgx.Tx) error {
		err := tx.QueryRow(ctx, `select value from meta where key = $1`, keyMoving).Scan(&mark)
		if errors.Is(err, pgx.ErrNoRows) {
			mark, err = nil, nil
		}
		return err
	})
	return mark, err
}

// Moved returns about how many pairs there are of each kind.
func (s *Store) Moved(ctx context.Context) (n map[string]int, err error) {
	n = make(map[string]int)
	err = s.db.view(ctx, "count what is stored", func(tx pgx.Tx) error {
		for kind, m := range moves() {
			var of int
			if err := tx.QueryRow(ctx, m.count).Scan(&of); err != nil {
				return err
			}
			n[kind] = of
		}
		return nil
	})
	return n, err
}

const anything = `
select exists (select from feed_name) or exists (select from alert) or exists (select from delivery) or exists (select from alert_key)
	or exists (select from mute) or exists (select from feed_token) or exists (select from arrival) or exists (select from tail) or exists (select from segment)`

// Blank reports whether nothing is stored.
func (s *Store) Blank(ctx context.Context) (blank bool, err error) {
	var some bool
	err = s.db.view(ctx, "look whether something is stored", func(tx pgx.Tx) error { return tx.QueryRow(ctx, anything).Scan(&some) })
	return !some, err
}

// takeRecords returns the take of a table of records with text keys.
func takeRecords(table string) func(context.Context, *Store, pgx.Tx, *cursor, int, *[]record.Pair) (int, error) {
	sql := `select id, record from ` + table + ` where id > $1 order by id limit $2`
	return func(ctx context.Context, _ *Store, tx pgx.Tx, at *cursor, most int, pairs *[]record.Pair) (int, error) {
		var raw []byte
		return each(ctx, tx, sql, []any{at.T, most}, []any{&at.T, &raw}, func() error {
			value, err := unseal(table, raw, at.T)
			*pairs = append(*pairs, record.Pair{Key: []byte(at.T), Value: bytes.Clone(value)})
			return err
		})
	}
}

// each calls f for each row of a query, and returns the number of rows.
func each(ctx context.Context, tx pgx.Tx, sql string, args, into []any, f func() error) (n int, err error) {
	rows, err := tx.Query(ctx, sql, args...)
	if err != nil {
		return 0, err
	}
	_, err = pgx.ForEachRow(rows, into, func() error { n++; return f() })
	return n, err
}

func big(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }

// bigOf reads what big wrote; 0 for a value that is too short.
func bigOf(b []byte) uint64 {
	if len(b) < 8 {
		return 0
	}
	return binary.BigEndian.Uint64(b)
}

// targetKey returns a key of the bbolt store: a target, a NUL, and numbers.
func targetKey(target string, numbers ...uint64) []byte {
	k := append([]byte(target), 0)
	for _, n := range numbers {
		k = binary.BigEndian.AppendUint64(k, n)
	}
	return k
}

// splitKey returns the name in front of the NUL of a key, and what is behind it.
func splitKey(key []byte) (name string, rest []byte) {
	before, rest, _ := bytes.Cut(key, []byte{0})
	return string(before), rest
}
