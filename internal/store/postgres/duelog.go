package postgres

import (
	"context"
	"encoding/binary"
	"errors"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
)

// What polls change that bring nothing is stored each few seconds, for all feeds of a
// shard in one entry of its journal; from time to time the sum of all is stored instead,
// as its snapshot. Both are a base time and, ascending by feed, of each feed:
//
//	the feed's number, less that of the one before (uvarint)
//	flags: journalGood, journalCounts
//	due and polled, less the base time (varints, in milliseconds)
//	with journalCounts: worked and failed (uvarints)
const (
	journalGood   = 1
	journalCounts = 2
)

var errJournal = errors.New("an entry of the journal of polls cannot be read")

// journalled is what the journal has of a feed.
type journalled struct {
	due, polled    int64
	worked, failed uint16
	good           bool
	seq            int64
}

// appendJournal appends an entry with the slots at the places some, which are in the order
// of their feeds.
func appendJournal(b []byte, base int64, slots []slot, some []int32) []byte {
	b = binary.AppendVarint(b, base)
	before := int64(0)
	for _, i := range some {
		f := &slots[i]
		b = binary.AppendUvarint(b, uint64(f.feed-before))
		before = f.feed
		flags := byte(0)
		if f.flags&good != 0 {
			flags |= journalGood
		}
		if f.worked != 0 || f.failed != 0 {
			flags |= journalCounts
		}
		b = append(b, flags)
		b = binary.AppendVarint(b, f.due-base)
		b = binary.AppendVarint(b, f.polled-base)
		if flags&journalCounts != 0 {
			b = binary.AppendUvarint(b, uint64(f.worked))
			b = binary.AppendUvarint(b, uint64(f.failed))
		}
	}
	return b
}

// readJournal calls f for each feed of an entry.
func readJournal(b []byte, f func(feed int64, j journalled)) error {
	bad := false
	signed := func() int64 {
		v, n := binary.Varint(b)
		if n <= 0 {
			bad = true
			return 0
		}
		b = b[n:]
		return v
	}
	unsigned := func() uint64 {
		v, n := binary.Uvarint(b)
		if n <= 0 {
			bad = true
			return 0
		}
		b = b[n:]
		return v
	}
	base, feed := signed(), int64(0)
	for len(b) > 0 && !bad {
		feed += int64(unsigned())
		if len(b) == 0 {
			return errJournal
		}
		flags := b[0]
		b = b[1:]
		j := journalled{due: base + signed(), polled: base + signed(), good: flags&journalGood != 0}
		if flags&journalCounts != 0 {
			j.worked, j.failed = uint16(unsigned()), uint16(unsigned())
		}
		if !bad {
			f(feed, j)
		}
	}
	if bad {
		return errJournal
	}
	return nil
}

// overlay applies what the journal has of a feed to its slot.
func (j *journalled) overlay(f *slot) {
	f.due, f.polled, f.worked, f.failed = j.due, j.polled, j.worked, j.failed
	f.flags |= overlaid
	f.flags &^= good
	if j.good {
		f.flags |= good
	}
}

const (
	readSnaps = `select shard, seq, dues from due_snap where shard = any($1)`
	readLogs  = `select shard, seq, entries from due_log where shard = any($1) order by shard, seq`

	othersSnaps = `select shard, seq, dues from due_snap where shard <> all($1)`
	othersLogs  = `select shard, seq, entries from due_log where shard <> all($1) order by shard, seq`
)

// journalOf reads the journals of shards by two statements, and calls f for each feed of
// each entry, the newest entry last. It skips entries that cannot be read: their feeds are
// polled a little early. sizes is called with each entry's length.
func (s *Store) journalOf(ctx context.Context, tx pgx.Tx, snaps, logs string, shards []int16, sizes func(shard int16, seq int64, size int, snap bool), f func(shard int16, feed int64, j journalled)) error {
	for _, sql := range [...]string{snaps, logs} {
		rows, err := tx.Query(ctx, sql, shards)
		if err != nil {
			return err
		}
		var number int16
		var seq int64
		var raw []byte
		_, err = pgx.ForEachRow(rows, []any{&number, &seq, &raw}, func() error {
			if sizes != nil {
				sizes(number, seq, len(raw), sql == snaps)
			}
			err := readJournal(raw, func(feed int64, j journalled) {
				j.seq = seq
				f(number, feed, j)
			})
			if err != nil {
				s.log.Warn("some feeds are polled a little early", "error", err, "shard", number)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

const flushShards = `
with given as (
	select * from unnest($1::smallint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bytea[]) as g(shard, token, was, seq, entries)
), kept as (
	update shard s set seq = g.seq, lease_until = now() + $6::interval + $7::interval
	from given g
	where s.shard = g.shard and s.token = g.token
		and (s.seq = g.was or s.seq > g.was and s.seq <= g.seq and exists (select from due_log l where l.shard = s.shard and l.seq = s.seq))
	returning s.shard
), logged as (
	insert into due_log (shard, seq, entries)
	select g.shard, g.seq, g.entries from given g join kept k on k.shard = g.shard where length(g.entries) > 0
	on conflict do nothing
)
select shard from kept`

const updateFeeds = `
update feed f set record = u.record, due = u.due, polled = u.polled, seq = u.seq, token = $9
from unnest($1::smallint[], $2::bigint[], $3::bigint[], $4::integer[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bytea[])
	as u(shard, owned, feed, edition, seq, due, polled, record)
join shard s on s.shard = u.shard and s.token = u.owned
where f.shard = u.shard and f.feed = u.feed and f.edition = u.edition and f.due is not null
returning f.feed`

// flushed is what a flush stores of a shard.
type flushed struct {
	sh      *shard
	some    []int32
	was     int64
	pending []*pending
}

// flush stores the changes of polls that brought nothing, and with it renews the leases of
// all shards. A crash before it only has those polls made again, once. Shards that belong
// to another machine by then, or whose feeds a config changed, are reloaded. The caller
// holds keep.
func (s *Store) flush(ctx context.Context) error {
	h := s.held
	release, err := h.commits.hold(ctx) // otherwise a commit and a flush could lock the same shards in different orders
	if err != nil {
		return err
	}
	before := s.db.clock()
	all, args, rows := s.collect()
	if len(all) == 0 {
		release()
		return nil
	}
	kept := make(map[int16]bool)
	err = s.db.update(ctx, "renew what this machine holds", func(tx pgx.Tx) error {
		clear(kept)
		var b pgx.Batch
		b.Queue(flushShards, append(args.values(), s.db.ahead(), s.timing.lease)...).Query(func(rows pgx.Rows) error {
			var number int16
			_, err := pgx.ForEachRow(rows, []any{&number}, func() error { kept[number] = true; return nil })
			return err
		})
		if len(rows.feeds) > 0 {
			b.Queue(updateFeeds, rows.values()...)
		}
		return tx.SendBatch(ctx, &b).Close()
	})
	doubtful := s.afterFlush(all, kept, err, before)
	release()
	if err != nil {
		return err
	}
	if err := s.reload(ctx, doubtful); err != nil {
		return err
	}
	return s.compact(ctx)
}

// shardArgs are the arguments of flushShards.
type shardArgs struct {
	shards              []int16
	tokens, wases, seqs []int64
	entries             [][]byte
}

func (a *shardArgs) values() []any { return []any{a.shards, a.tokens, a.wases, a.seqs, a.entries} }

// feedArgs are the arguments of updateFeeds.
type feedArgs struct {
	shards            []int16
	owned, feeds      []int64
	editions          []int32
	seqs, dues, polls []int64
	records           [][]byte
	token             int64
}

func (a *feedArgs) values() []any {
	return []any{a.shards, a.owned, a.feeds, a.editions, a.seqs, a.dues, a.polls, a.records, a.token}
}

// of returns the arguments of some feeds.
func (a *feedArgs) of(feeds map[int64]bool) feedArgs {
	if len(feeds) == len(a.feeds) {
		return *a
	}
	some := feedArgs{token: a.token}
	for i, feed := range a.feeds {
		if feeds[feed] {
			some.shards, some.owned = append(some.shards, a.shards[i]), append(some.owned, a.owned[i])
			some.feeds, some.editions = append(some.feeds, feed), append(some.editions, a.editions[i])
			some.seqs, some.dues, some.polls = append(some.seqs, a.seqs[i]), append(some.dues, a.dues[i]), append(some.polls, a.polls[i])
			some.records = append(some.records, a.records[i])
		}
	}
	return some
}

func (a *feedArgs) add(sh *shard, i int32, due, polled int64, record []byte) {
	f := &sh.slots[i]
	a.shards, a.owned = append(a.shards, sh.number), append(a.owned, sh.token)
	a.feeds, a.editions = append(a.feeds, f.feed), append(a.editions, f.edition)
	a.seqs, a.dues, a.polls = append(a.seqs, sh.assigned), append(a.dues, due), append(a.polls, polled)
	a.records = append(a.records, record)
}

// collect takes what is to be flushed.
func (s *Store) collect() (all []flushed, args shardArgs, rows feedArgs) {
	h := s.held
	h.mu.Lock()
	defer h.mu.Unlock()
	base := s.now().UnixMilli()
	rows.token = random()
	for _, sh := range h.held() {
		fl := flushed{sh: sh, was: sh.seq}
		for _, i := range sh.dirty {
			f := &sh.slots[i]
			if f.flags&dirty == 0 {
				continue // committed since
			}
			f.flags &^= dirty
			fl.some = append(fl.some, i)
		}
		sh.dirty = sh.dirty[:0]
		var entries []byte
		if len(fl.some) > 0 {
			sh.assigned++
			slices.Sort(fl.some) // places are in the order of feeds
			entries = appendJournal(nil, base, sh.slots, fl.some)
		}
		for _, i := range fl.some {
			if p := h.pending[sh.slots[i].feed]; p != nil {
				fl.pending = append(fl.pending, p)
				rows.add(sh, i, sh.slots[i].due, sh.slots[i].polled, p.record)
			}
		}
		seq := sh.seq
		if len(fl.some) > 0 {
			seq = sh.assigned
		}
		args.shards, args.tokens = append(args.shards, sh.number), append(args.tokens, sh.token)
		args.wases, args.seqs, args.entries = append(args.wases, sh.seq), append(args.seqs, seq), append(args.entries, entries)
		all = append(all, fl)
	}
	return all, args, rows
}

// afterFlush records the result of a flush, and returns the shards that it did not renew.
func (s *Store) afterFlush(all []flushed, kept map[int16]bool, err error, before time.Time) (doubtful []int16) {
	h := s.held
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, fl := range all {
		sh := fl.sh
		if err != nil || !kept[sh.number] {
			for _, i := range fl.some {
				// else a commit stored it meanwhile
				if f := &sh.slots[i]; f.flags&overlaid != 0 || h.pending[f.feed] != nil {
					sh.mark(i)
				}
			}
			if err == nil {
				doubtful = append(doubtful, sh.number)
			}
			continue
		}
		sh.until = s.holdsUntil(before)
		if h.enter(sh) {
			h.spread() // its lease had lapsed, and waiters were not told of its feeds
		}
		if len(fl.some) > 0 {
			sh.seq = sh.assigned
			sh.logs++
			sh.logged += 10 * len(fl.some)
		}
		for _, p := range fl.pending {
			if h.pending[p.feed] == p {
				delete(h.pending, p.feed)
			}
		}
	}
	return doubtful
}

const (
	// A shard gets a new snapshot once its journal is as long as that would be, so that
	// both cost the same. Journals of small shards may grow to minLogged bytes. None grows
	// beyond maxLogs entries, because whoever takes the shard has to read them all.
	minLogged = 4 << 10
	maxLogs   = 500
	// maxCompacted bounds the shards that one transaction compacts.
	maxCompacted = 16
)

const (
	fenceShards = `
select s.shard from shard s join unnest($1::smallint[], $2::bigint[]) as g(shard, token) on g.shard = s.shard and g.token = s.token
order by s.shard for share of s`
	putSnaps = `
insert into due_snap (shard, seq, dues) select * from unnest($1::smallint[], $2::bigint[], $3::bytea[])
on conflict (shard) do update set seq = excluded.seq, dues = excluded.dues`
	dropLogs = `
delete from due_log l using unnest($1::smallint[], $2::bigint[]) as g(shard, seq) where l.shard = g.shard and l.seq <= g.seq`
)

// compact replaces journals that have become long by snapshots.
func (s *Store) compact(ctx context.Context) error {
	h := s.held
	h.mu.Lock()
	base := s.now().UnixMilli()
	var args shardArgs
	var done []*shard
	for _, sh := range h.held() {
		if sh.logs < maxLogs && sh.logged < max(minLogged, sh.snapped) {
			continue
		}
		var some []int32
		for i := range sh.slots {
			if sh.slots[i].flags&overlaid != 0 {
				some = append(some, int32(i))
			}
		}
		args.shards, args.tokens = append(args.shards, sh.number), append(args.tokens, sh.token)
		args.seqs, args.entries = append(args.seqs, sh.seq), append(args.entries, appendJournal(nil, base, sh.slots, some))
		if done = append(done, sh); len(done) == maxCompacted {
			break
		}
	}
	h.mu.Unlock()
	if len(done) == 0 {
		return nil
	}
	err := s.db.update(ctx, "sum up the journal of polls", func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, fenceShards, args.shards, args.tokens)
		if err != nil {
			return err
		}
		ours, err := pgx.CollectRows(rows, pgx.RowTo[int16])
		if err != nil || len(ours) < len(args.shards) {
			return err // the next flush tells which
		}
		var b pgx.Batch
		b.Queue(putSnaps, args.shards, args.seqs, args.entries)
		b.Queue(dropLogs, args.shards, args.seqs)
		return tx.SendBatch(ctx, &b).Close()
	})
	if err != nil {
		return err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	for i, sh := range done {
		sh.logged, sh.logs, sh.snapped = 0, 0, len(args.entries[i])
	}
	return nil
}
