package postgres

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"watcher/internal/feeds"
	"watcher/internal/store"
	"watcher/internal/store/record"
)

const (
	movedFeeds = `
select f.shard, f.feed, f.seq, f.due, f.polled, f.record, f.name, n.url, coalesce(n.cadence, ''), n.removed
from (select * from feed where (shard, feed) > ($1, $2) order by shard, feed limit $3) as f
left join lateral (select url, cadence, removed from feed_name where name = f.name and feed = f.feed offset 0) as n on true
order by f.shard, f.feed`

	insertName = `
insert into feed_name (name, shard, feed, url, cadence, removed) values ($1, $2, $3, $4, $5, $6)
on conflict (name) do nothing`
	insertFeed = `
insert into feed (shard, feed, seq, due, polled, name, record)
select s.shard, $2, s.seq, $3, $4, $5, $6 from shard s where s.shard = $1
on conflict (shard, feed) do nothing`
	// insertSeen looks all feeds up at once: their key begins with the shard, and looking
	// one up without it reads the whole table.
	insertSeen = `
insert into seen (shard, feed, part, value)
select f.shard, f.feed, 0, u.value from unnest($1::bigint[], $2::bytea[]) as u(feed, value) join feed f on f.feed = u.feed
on conflict (shard, feed, part) do nothing`
	// raiseNumbers keeps the numbers of migrated feeds from being given again: they look
	// like numbers of the first shard.
	raiseNumbers = `update shard set feeds = greatest(feeds, $2) where shard = $1`
)

// takeFeeds takes feeds as their last polls left them, the journalled polls included.
func takeFeeds(ctx context.Context, s *Store, tx pgx.Tx, at *cursor, most int, pairs *[]record.Pair) (int, error) {
	type row struct {
		kept      record.Feed
		shard     int16
		feed, seq int64
		slot      slot
		since     *time.Time // when it was removed
	}
	var all []row
	var raw []byte
	var r row
	var due *int64
	var url *string
	n, err := each(ctx, tx, movedFeeds, []any{int16(at.N), at.M, most},
		[]any{&r.shard, &r.feed, &r.seq, &due, &r.slot.polled, &raw, &r.kept.ID, &url, &r.kept.Cadence, &r.since}, func() error {
			at.N, at.M = int64(r.shard), r.feed
			if url == nil {
				return nil // it has no name
			}
			one := r
			one.kept.URL = *url
			if due != nil {
				one.slot.due = *due
			}
			if one.since != nil {
				one.kept.Removed = one.since.UTC()
			}
			if len(raw) > 0 {
				if err := unpack("feed", raw, &one.kept.State, one.feed); err != nil {
					return err
				}
			}
			all = append(all, one)
			return nil
		})
	if err != nil {
		return 0, err
	}
	byFeed := make(map[int64]int, len(all))
	var shards []int16
	for i := range all {
		byFeed[all[i].feed] = i
		shards = append(shards, all[i].shard)
	}
	err = s.journalOf(ctx, tx, readSnaps, readLogs, slices.Compact(shards), nil, func(shard int16, feed int64, j journalled) {
		if i, ok := byFeed[feed]; ok && all[i].shard == shard && j.seq > all[i].seq {
			j.overlay(&all[i].slot)
		}
	})
	if err != nil {
		return 0, err
	}
	for i := range all {
		one := &all[i]
		state := one.kept.State.FeedState()
		one.slot.overlay(&state)
		one.kept.State, one.kept.Due = record.StateOf(&state), moment(one.slot.due)
		value, err := record.Encode(one.kept)
		if err != nil {
			return 0, err
		}
		*pairs = append(*pairs, record.Pair{Key: big(uint64(one.feed)), Value: value})
	}
	return n, nil
}

func giveFeeds(ctx context.Context, s *Store, tx pgx.Tx, pairs []record.Pair) error {
	var b pgx.Batch
	last := int64(0)
	for _, p := range pairs {
		var r record.Feed
		if err := record.Decode(p.Value, &r); err != nil {
			return fmt.Errorf("feed %x: %w", p.Key, err)
		}
		feed, shard := int64(bigOf(p.Key)), s.shardOf(&feeds.Source{URL: r.URL})
		raw, err := pack("feed", r.State, feed)
		if err != nil {
			return err
		}
		due, removed := new(int64), (*time.Time)(nil)
		if *due = millis(r.Due); !r.Removed.IsZero() {
			due, removed = nil, &r.Removed
		}
		state := r.State.FeedState()
		b.Queue(insertName, r.ID, shard, feed, r.URL, r.Cadence, removed)
		b.Queue(insertFeed, shard, feed, due, polledOf(&state), r.ID, raw)
		last = max(last, feed&(1<<40-1))
	}
	b.Queue(raiseNumbers, int16(0), last)
	return tx.SendBatch(ctx, &b).Close()
}

func takeSeen(ctx context.Context, s *Store, tx pgx.Tx, at *cursor, most int, pairs *[]record.Pair) (int, error) {
	type key struct {
		shard int16
		feed  int64
	}
	var keys []key
	var k key
	n, err := each(ctx, tx, `select shard, feed from seen where part = 0 and (shard, feed) > ($1, $2) order by shard, feed limit $3`, []any{int16(at.N), at.M, most},
		[]any{&k.shard, &k.feed}, func() error { keys = append(keys, k); return nil })
	if err != nil {
		return 0, err
	}
	for _, k := range keys {
		shown, _, err := shownIn(ctx, tx, k.shard, k.feed)
		if err != nil {
			return 0, err
		}
		if shown != nil {
			*pairs = append(*pairs, record.Pair{Key: big(uint64(k.feed)), Value: shown})
		}
		at.N, at.M = int64(k.shard), k.feed
	}
	return n, nil
}

// giveSeen stores what feeds have shown. It comes after giveFeeds.
func giveSeen(ctx context.Context, _ *Store, tx pgx.Tx, pairs []record.Pair) error {
	var numbers []int64
	var values [][]byte
	for _, p := range pairs {
		feed := int64(bigOf(p.Key))
		numbers, values = append(numbers, feed), append(values, sealPart(feed, 0, p.Value))
	}
	_, err := tx.Exec(ctx, insertSeen, numbers, values)
	return err
}

const (
	movedRules = `
select rule, day, sum(items)::bigint, sum(alerts)::bigint, sum(alone)::bigint, max(last) from rule_day
where rule in (select distinct rule from rule_day where rule > $1 order by rule limit $2) group by rule, day order by rule, day`
	movedFeedDays = `
select feed, day, items, last from feed_day
where feed in (select distinct feed from feed_day where feed > $1 order by feed limit $2) order by feed, day`
)

// takeTallies takes the tallies of rules, and behind them those of feeds: at.M says so.
func takeTallies(ctx context.Context, s *Store, tx pgx.Tx, at *cursor, most int, pairs *[]record.Pair) (int, error) {
	var key []byte
	var r record.Tally
	rows := 0
	done := func() error {
		if key == nil {
			return nil
		}
		rows++
		value, err := record.Encode(r)
		*pairs = append(*pairs, record.Pair{Key: key, Value: value})
		return err
	}
	var day int
	var items, alerts, alone int64
	var last time.Time
	add := func(of []byte) error {
		if !bytes.Equal(key, of) {
			if err := done(); err != nil {
				return err
			}
			key, r = of, record.Tally{Day: day}
		}
		r.Add(day, store.DayCount{Items: int(items), Alerts: int(alerts), Alone: int(alone)})
		if last.Unix() > 0 && last.After(r.Last) {
			r.Last = last.UTC()
		}
		return nil
	}
	if at.M == 0 {
		_, err := each(ctx, tx, movedRules, []any{at.T, most}, []any{&at.T, &day, &items, &alerts, &alone, &last}, func() error { return add([]byte("rule\x00" + at.T)) })
		if err == nil {
			err = done()
		}
		if err != nil || rows == most {
			return rows, err
		}
		at.M, at.N, key = 1, -1, nil
	}
	before := rows
	_, err := each(ctx, tx, movedFeedDays, []any{at.N, most - before}, []any{&at.N, &day, &items, &last}, func() error {
		alerts, alone = 0, 0
		return add(append([]byte("feed\x00"), big(uint64(at.N))...))
	})
	if err == nil {
		err = done()
	}
	return rows, err
}

func giveTallies(ctx context.Context, _ *Store, tx pgx.Tx, pairs []record.Pair) error {
	var b pgx.Batch
	for _, p := range pairs {
		kind, rest := splitKey(p.Key)
		var r record.Tally
		if err := record.Decode(p.Value, &r); err != nil {
			return fmt.Errorf("the tally of %s %q: %w", kind, rest, err)
		}
		at := func(list []int, back int) int {
			if back >= len(list) {
				return 0
			}
			return list[back]
		}
		for back := range max(1, len(r.Items), len(r.Alerts), len(r.Alone)) {
			items, alerts, alone := at(r.Items, back), at(r.Alerts, back), at(r.Alone, back)
			last := time.Unix(0, 0)
			if back == 0 && !r.Last.IsZero() {
				last = r.Last
			}
			if back > 0 && items == 0 && alerts == 0 && alone == 0 {
				continue
			}
			if kind == "rule" {
				b.Queue(`insert into rule_day (rule, day, part, items, alerts, alone, last) values ($1, $2, 0, $3, $4, $5, $6) on conflict (rule, day, part) do nothing`, string(rest), r.Day-back, items, alerts, alone, last)
			} else {
				b.Queue(`insert into feed_day (feed, day, items, last) values ($1, $2, $3, $4) on conflict (feed, day) do nothing`, int64(bigOf(rest)), r.Day-back, items, last)
			}
		}
	}
	return tx.SendBatch(ctx, &b).Close()
}

func takeMatched(ctx context.Context, _ *Store, tx pgx.Tx, at *cursor, most int, pairs *[]record.Pair) (int, error) {
	var last time.Time
	return each(ctx, tx, `select rule, max(at) from rule_matched where rule > $1 group by rule order by rule limit $2`, []any{at.T, most}, []any{&at.T, &last}, func() error {
		*pairs = append(*pairs, record.Pair{Key: []byte(at.T), Value: big(uint64(last.UnixNano()))})
		return nil
	})
}

func giveMatched(ctx context.Context, _ *Store, tx pgx.Tx, pairs []record.Pair) error {
	var b pgx.Batch
	for _, p := range pairs {
		b.Queue(`insert into rule_matched (rule, part, at) values ($1, 0, $2) on conflict (rule, part) do nothing`, string(p.Key), time.Unix(0, int64(bigOf(p.Value))))
	}
	return tx.SendBatch(ctx, &b).Close()
}

func takeDicts(ctx context.Context, _ *Store, tx pgx.Tx, at *cursor, most int, pairs *[]record.Pair) (int, error) {
	var copied int16
	var raw []byte
	if at.Last == 0 {
		at.M = -1
	}
	return each(ctx, tx, `select id, number, value from dict where (id, number) > ($1, $2) order by id, number limit $3`, []any{at.N, int16(at.M), most},
		[]any{&at.N, &copied, &raw}, func() error {
			value, err := unseal("dict", raw, at.N, copied)
			at.M, at.Last = int64(copied), 1
			*pairs = append(*pairs, record.Pair{Key: append(binary.BigEndian.AppendUint32(nil, uint32(at.N)), byte(copied)), Value: bytes.Clone(value)})
			return err
		})
}

func giveDicts(ctx context.Context, _ *Store, tx pgx.Tx, pairs []record.Pair) error {
	var b pgx.Batch
	for _, p := range pairs {
		if len(p.Key) == 5 {
			id, copied := int64(binary.BigEndian.Uint32(p.Key)), int16(p.Key[4])
			b.Queue(insertDict, id, copied, seal("dict", p.Value, id, copied))
		}
	}
	return tx.SendBatch(ctx, &b).Close()
}

// takePieces takes the pieces of segments. The copy of a segment's record has a key among
// them.
func takePieces(ctx context.Context, _ *Store, tx pgx.Tx, at *cursor, most int, pairs *[]record.Pair) (int, error) {
	var raw []byte
	var r segmentRow
	if at.Last == 0 {
		at.N = -1 << 63
		at.M = -1
	}
	return each(ctx, tx, `
select p.pieces, p.number, p.value, s.first, s.articles from piece p join segment s on s.pieces = p.pieces
where (p.pieces, p.number) > ($1, $2) order by p.pieces, p.number limit $3`, []any{at.N, at.M, most}, []any{&at.N, &at.M, &raw, &r.first, &r.n}, func() error {
		value, err := unseal("piece", raw, at.N, at.M)
		at.Last = 1
		r.pieces = at.N
		value = bytes.Clone(value)
		if at.M == copied {
			value = append(r.key(), value...)
		}
		*pairs = append(*pairs, record.Pair{Key: binary.BigEndian.AppendUint32(big(uint64(at.N)), uint32(at.M)), Value: value})
		return err
	})
}

// key returns the key of the segment in the bbolt store.
func (r *segmentRow) key() []byte {
	return binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint32(big(uint64(r.first)), uint32(r.n)), uint64(r.pieces))
}

func givePieces(ctx context.Context, _ *Store, tx pgx.Tx, pairs []record.Pair) error {
	var b pgx.Batch
	for _, p := range pairs {
		if len(p.Key) != 12 {
			continue
		}
		pieces, number, value := int64(bigOf(p.Key)), int64(binary.BigEndian.Uint32(p.Key[8:])), p.Value
		if number == copied {
			value = value[min(20, len(value)):]
		}
		b.Queue(putPiece, pieces, number, seal("piece", value, pieces, number))
	}
	return tx.SendBatch(ctx, &b).Close()
}

func takeSegments(ctx context.Context, _ *Store, tx pgx.Tx, at *cursor, most int, pairs *[]record.Pair) (int, error) {
	var raw []byte
	var r segmentRow
	return each(ctx, tx, `select first, articles, pieces, record from segment where first > $1 order by first limit $2`, []any{at.N, most},
		[]any{&r.first, &r.n, &r.pieces, &raw}, func() error {
			value, err := unseal("segment", raw, r.first)
			at.N = r.first
			*pairs = append(*pairs, record.Pair{Key: r.key(), Value: bytes.Clone(value)})
			return err
		})
}

func giveSegments(ctx context.Context, s *Store, tx pgx.Tx, pairs []record.Pair) error {
	var b pgx.Batch
	for _, p := range pairs {
		if len(p.Key) != 20 {
			continue
		}
		r := segmentRow{first: int64(bigOf(p.Key)), n: int(binary.BigEndian.Uint32(p.Key[8:])), pieces: int64(bigOf(p.Key[12:]))}
		var kept record.Segment
		if err := record.Decode(p.Value, &kept); err != nil {
			return fmt.Errorf("the segment of %d: %w", r.first, err)
		}
		open, err := s.history.volumes.codec.Open(kept.Header, nil)
		if err != nil {
			return fmt.Errorf("the segment of %d: %w", r.first, err)
		}
		b.Queue(insertSegment+` on conflict (first) do nothing`, r.first, r.n, r.pieces, kept.Bytes, kept.Newest, open.Versions().Scanner, open.Versions().Languages, seal("segment", p.Value, r.first))
		if kept.Broken {
			b.Queue(`update segment set broken = true where first = $1`, r.first)
		}
	}
	return tx.SendBatch(ctx, &b).Close()
}

// takeTail takes the articles of the tail that are not in a segment.
func takeTail(ctx context.Context, _ *Store, tx pgx.Tx, at *cursor, most int, pairs *[]record.Pair) (int, error) {
	h, err := readHowFar(ctx, tx)
	if err != nil {
		return 0, err
	}
	rows, err := readTail(ctx, tx, tailFrom, max(at.N, h.ends), most)
	for i := range rows {
		r := &rows[i]
		at.N = r.end()
		if r.packed == nil {
			continue
		}
		key := binary.BigEndian.AppendUint32(big(uint64(r.first)), uint32(r.articles))
		key = append(append(key, big(uint64(r.seen))...), big(uint64(r.feed))...)
		*pairs = append(*pairs, record.Pair{Key: key, Value: bytes.Clone(r.packed)})
	}
	return len(rows), err
}

func giveTail(ctx context.Context, _ *Store, tx pgx.Tx, pairs []record.Pair) error {
	var b pgx.Batch
	for _, p := range pairs {
		if len(p.Key) != 28 {
			continue
		}
		r := tailRow{first: int64(bigOf(p.Key)), articles: int(binary.BigEndian.Uint32(p.Key[8:])), seen: int64(bigOf(p.Key[12:])), feed: int64(bigOf(p.Key[20:]))}
		id := idOf(r.feed, r.seen, p.Value)
		b.Queue(`insert into article (shard, id, packed) values (0, $1, $2) on conflict (shard, id) do nothing`, id, p.Value)
		b.Queue(`insert into tail (first, articles, feed, seen, bytes, shard, id) values ($1, $2, $3, $4, $5, 0, $6) on conflict (first) do nothing`, r.first, r.articles, r.feed, r.seen, len(p.Value), id)
		b.Queue(`update history set next = greatest(next, $1) where one`, r.end())
	}
	return tx.SendBatch(ctx, &b).Close()
}
