package postgres

import (
	"cmp"
	"context"
	"fmt"
	"hash/fnv"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"watcher/internal/feeds"
	"watcher/internal/poll"
	"watcher/internal/store/record"
	"watcher/internal/store/roster"
)

const (
	// maxCompared is how many feeds are compared with the config at a time, maxMade how
	// many new feeds are stored in a transaction, and maxChanged how many feeds a
	// transaction changes.
	maxCompared = 5000
	maxMade     = 2000
	maxChanged  = 500
)

// registered is what a config said of a feed.
type registered struct {
	name, url, cadence string
	shard              int16
	feed               int64
	removed            *time.Time
}

// change is what Sync does to an existing feed: it takes over the source at a place.
type change struct {
	registered
	at int32
}

// Sync implements poll.FeedStore. It takes as many transactions as it needs: a crash in
// between leaves some feeds as they were, and the next Sync goes on. Machines whose configs
// differ each bring their own feeds. A feed that is gone from the config of this machine is
// removed once no other living machine may have it (missing.go).
func (s *Store) Sync(ctx context.Context, sources *feeds.Sources) error {
	if err := s.sync(ctx, sources); err != nil {
		return fmt.Errorf("store the configured feeds: %w", err)
	}
	return nil
}

func (s *Store) sync(ctx context.Context, sources *feeds.Sources) error {
	release, err := s.held.keep.hold(ctx)
	if err != nil {
		return err
	}
	defer release()
	if err := s.makeShards(ctx, sources.Len()); err != nil {
		return err
	}
	s.held.polls = true
	s.held.asked()
	s.held.forgetLacks()
	if err := s.lookAround(ctx); err != nil {
		return err
	}
	if err := s.flush(ctx); err != nil { // Sync works from the due times that are stored
		return err
	}
	d, err := s.compare(ctx, sources)
	if err != nil {
		return err
	}
	for some := range slices.Chunk(d.changes, maxChanged) {
		if err := s.changeSome(ctx, sources, some); err != nil {
			return err
		}
	}
	if err := s.miss(ctx, d.gone); err != nil {
		return err
	}
	for some := range slices.Chunk(slices.DeleteFunc(d.gone, func(r registered) bool { return r.removed == nil }), maxMade) {
		if err := s.retireSome(ctx, some); err != nil {
			return err
		}
	}
	for some := range slices.Chunk(d.fresh, maxMade) {
		if err := s.makeSome(ctx, sources, some); err != nil {
			return err
		}
	}
	if err := s.retireMissing(ctx); err != nil {
		return err
	}
	return s.flush(ctx) // it finds the shards whose feeds have changed
}

// difference is what a config changes.
type difference struct {
	fresh   []int32 // the indexes of new sources
	changes []change
	gone    []registered
}

const readRegistered = `select name, url, cadence, shard, feed, removed from feed_name where name > $1 order by name limit $2`

// compare goes through sources and feeds by name, side by side, so that of neither more
// than the names are in memory.
func (s *Store) compare(ctx context.Context, sources *feeds.Sources) (d difference, err error) {
	type named struct {
		id string
		at int32
	}
	order := make([]named, 0, sources.Len())
	for id := range sources.IDs() {
		order = append(order, named{id, int32(len(order))})
	}
	slices.SortFunc(order, func(a, b named) int { return cmp.Compare(a.id, b.id) })
	for last, more := "", true; more; {
		var page []registered
		err := s.db.view(ctx, "read the configured feeds", func(tx pgx.Tx) error {
			rows, err := tx.Query(ctx, readRegistered, last, maxCompared)
			if err != nil {
				return err
			}
			page, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (r registered, err error) {
				err = row.Scan(&r.name, &r.url, &r.cadence, &r.shard, &r.feed, &r.removed)
				return r, err
			})
			return err
		})
		if err != nil {
			return d, err
		}
		for _, r := range page {
			for len(order) > 0 && order[0].id < r.name {
				d.fresh, order = append(d.fresh, order[0].at), order[1:]
			}
			if len(order) == 0 || order[0].id != r.name {
				d.gone = append(d.gone, r)
				continue
			}
			if src := sources.At(int(order[0].at)); s.differs(&r, &src) {
				d.changes = append(d.changes, change{r, order[0].at})
			}
			order = order[1:]
		}
		if more = len(page) == maxCompared; more {
			last = page[len(page)-1].name
		}
	}
	for _, o := range order {
		d.fresh = append(d.fresh, o.at)
	}
	d.rename(sources)
	return d, nil
}

// differs reports whether a feed may have to change to take over src.
func (s *Store) differs(r *registered, src *feeds.Source) bool {
	if r.url != src.URL || r.cadence != roster.Cadence(src) || r.removed != nil || r.shard != s.shardOf(src) {
		return true
	}
	h := s.held
	h.mu.Lock()
	defer h.mu.Unlock()
	sh := h.shards[r.shard]
	if sh == nil {
		return false // its owner looks at that
	}
	i := sh.find(r.feed)
	if i < 0 {
		return false
	}
	now := s.now()
	due := moment(sh.slots[i].due)
	return due.After(now.Add(time.Minute)) && due.After(roster.Furthest(src, now))
}

// rename finds new sources with the URL of a feed whose name is gone: that feed was
// renamed.
func (d *difference) rename(sources *feeds.Sources) {
	if len(d.gone) == 0 || len(d.fresh) == 0 {
		return
	}
	byURL := make(map[string]int, len(d.gone))
	for i, r := range d.gone {
		if other, ok := byURL[r.url]; !ok || d.gone[other].removed != nil && r.removed == nil {
			byURL[r.url] = i
		}
	}
	taken := make(map[int]bool)
	d.fresh = slices.DeleteFunc(d.fresh, func(n int32) bool {
		i, ok := byURL[sources.At(int(n)).URL]
		if !ok || taken[i] {
			return false
		}
		taken[i] = true
		d.changes = append(d.changes, change{d.gone[i], n})
		return true
	})
	gone := d.gone[:0]
	for i, r := range d.gone {
		if !taken[i] {
			gone = append(gone, r)
		}
	}
	d.gone = gone
}

// shardOf returns the shard of a feed: it is the same for all feeds of a host, so that one
// machine keeps the pace of the host. A bridge, which speaks for many hosts, needs no pace,
// and its feeds are scattered.
func (s *Store) shardOf(src *feeds.Source) int16 {
	key := feeds.HostOf(src.URL)
	if key == "" || src.HostLimits != nil && !*src.HostLimits {
		key = src.URL
	}
	f := fnv.New64a()
	_, _ = f.Write([]byte(key))
	n := f.Sum64()
	n ^= n >> 32
	return int16(n % uint64(s.held.count))
}

const (
	lockShards = `select shard, seq, feeds from shard where shard = any($1) order by shard for update`
	bumpShards = `update shard s set seq = u.seq, feeds = u.feeds from unnest($1::smallint[], $2::bigint[], $3::bigint[]) as u(shard, seq, feeds) where s.shard = u.shard`
	makeNames  = `
insert into feed_name (name, shard, feed, url, cadence) select * from unnest($1::text[], $2::smallint[], $3::bigint[], $4::text[], $5::text[])
on conflict (name) do nothing returning feed`
	makeFeeds = `
insert into feed (shard, feed, seq, due, name, record)
select * from unnest($1::smallint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::text[], $6::bytea[])
on conflict do nothing`
)

// locked are shards that a transaction has locked, with the number of their next journal
// entry and of their last feed.
type locked map[int16]*lockedShard

type lockedShard struct{ seq, feeds int64 }

// lock locks shards in their order, each once. Their owners notice at the next flush, as
// seq has changed.
func (s *Store) lock(ctx context.Context, tx pgx.Tx, numbers []int16) (locked, error) {
	slices.Sort(numbers)
	rows, err := tx.Query(ctx, lockShards, slices.Compact(numbers))
	if err != nil {
		return nil, err
	}
	all := make(locked)
	var number int16
	var sh lockedShard
	_, err = pgx.ForEachRow(rows, []any{&number, &sh.seq, &sh.feeds}, func() error {
		all[number] = &lockedShard{sh.seq + 1, sh.feeds}
		return nil
	})
	return all, err
}

// bump records that the feeds of locked shards have changed.
func (l locked) bump(b *pgx.Batch) {
	var shards []int16
	var seqs, counts []int64
	for n, sh := range l {
		shards, seqs, counts = append(shards, n), append(seqs, sh.seq), append(counts, sh.feeds)
	}
	b.Queue(bumpShards, shards, seqs, counts)
}

// makeSome stores new feeds, which are due at once. If another machine does the same, each
// is stored once.
func (s *Store) makeSome(ctx context.Context, sources *feeds.Sources, some []int32) error {
	shards, fresh := make([]int16, len(some)), make([]feeds.Source, len(some))
	for i, n := range some {
		fresh[i] = sources.At(int(n))
		shards[i] = s.shardOf(&fresh[i])
	}
	return s.db.update(ctx, "store new feeds", func(tx pgx.Tx) error {
		all, err := s.lock(ctx, tx, slices.Clone(shards))
		if err != nil {
			return err
		}
		var names, urls, cadences []string
		ids := make([]int64, len(some))
		for i := range fresh {
			sh := all[shards[i]]
			sh.feeds++
			// The number has the shard in it, so that no feed of another shard has it;
			// feeds may change their shard.
			ids[i] = int64(shards[i])<<40 | sh.feeds
			src := &fresh[i]
			names, urls, cadences = append(names, src.ID), append(urls, src.URL), append(cadences, roster.Cadence(src))
		}
		rows, err := tx.Query(ctx, makeNames, names, shards, ids, urls, cadences)
		if err != nil {
			return err
		}
		made, err := pgx.CollectRows(rows, pgx.RowTo[int64])
		if err != nil || len(made) == 0 {
			return err
		}
		return s.makeFeeds(ctx, tx, all, made, names, shards, ids)
	})
}

func (s *Store) makeFeeds(ctx context.Context, tx pgx.Tx, all locked, made []int64, names []string, shards []int16, ids []int64) error {
	is := make(map[int64]bool, len(made))
	for _, id := range made {
		is[id] = true
	}
	due := s.now().UnixMilli()
	var args struct {
		shards          []int16
		ids, seqs, dues []int64
		names           []string
		records         [][]byte
	}
	for i, id := range ids {
		if !is[id] {
			continue
		}
		raw, err := pack("feed", record.StateOf(new(poll.FeedState)), id)
		if err != nil {
			return err
		}
		args.shards, args.ids, args.seqs = append(args.shards, shards[i]), append(args.ids, id), append(args.seqs, all[shards[i]].seq)
		args.dues, args.names, args.records = append(args.dues, due), append(args.names, names[i]), append(args.records, raw)
	}
	var b pgx.Batch
	b.Queue(makeFeeds, args.shards, args.ids, args.seqs, args.dues, args.names, args.records)
	all.bump(&b)
	return tx.SendBatch(ctx, &b).Close()
}

const (
	readChanged = `
select n.name, n.url, n.cadence, n.removed, f.shard, f.feed, f.seq, f.due, f.polled, f.record
from unnest($1::text[]) as u(name) join feed_name n on n.name = u.name join feed f on f.shard = n.shard and f.feed = n.feed`
	writeName = `update feed_name set name = $2, shard = $3, url = $4, cadence = $5, removed = null where name = $1`
	writeFeed = `
update feed set edition = edition + $3, seq = $4, due = $5, polled = $6, name = $7, record = $8 where shard = $1 and feed = $2`
	takeOut  = `delete from feed where shard = $1 and feed = $2 returning edition`
	putIn    = `insert into feed (shard, feed, edition, seq, due, polled, name, record) values ($1, $2, $3, $4, $5, $6, $7, $8)`
	moveSeen = `update seen set shard = $3 where shard = $1 and feed = $2`
)

// stored is a feed as the database has it.
type stored struct {
	roster.Feed
	shard  int16
	feed   int64
	seq    int64
	slot   slot
	record []byte
}

// changeSome makes feeds take over their sources.
func (s *Store) changeSome(ctx context.Context, sources *feeds.Sources, some []change) error {
	return s.db.update(ctx, "store what changed of feeds", func(tx pgx.Tx) error {
		byName := make(map[string]*feeds.Source, len(some))
		var numbers []int16
		var names []string
		for _, c := range some {
			src := sources.At(int(c.at))
			byName[c.name] = &src
			names, numbers = append(names, c.name), append(numbers, c.shard, s.shardOf(&src))
		}
		all, err := s.lock(ctx, tx, numbers)
		if err != nil {
			return err
		}
		found, err := s.readStored(ctx, tx, names, all)
		if err != nil {
			return err
		}
		var b pgx.Batch
		for i := range found {
			f := &found[i]
			to := s.shardOf(byName[f.ID])
			if all[f.shard] == nil || all[to] == nil {
				continue // another machine moved it meanwhile
			}
			if err := s.adopt(ctx, tx, &b, f, byName[f.ID], to, all); err != nil {
				return err
			}
		}
		all.bump(&b)
		return tx.SendBatch(ctx, &b).Close()
	})
}

// readStored reads feeds by name, with what the journal has of them.
func (s *Store) readStored(ctx context.Context, tx pgx.Tx, names []string, all locked) ([]stored, error) {
	rows, err := tx.Query(ctx, readChanged, names)
	if err != nil {
		return nil, err
	}
	var found []stored
	byFeed := make(map[int64]int)
	var f stored
	var due *int64
	var removed *time.Time
	_, err = pgx.ForEachRow(rows, []any{&f.ID, &f.URL, &f.Cadence, &removed, &f.shard, &f.feed, &f.seq, &due, &f.slot.polled, &f.record}, func() error {
		one := f
		one.record = nil
		one.slot.feed = f.feed
		if due != nil {
			one.slot.due = *due
		}
		if removed != nil {
			one.Removed = *removed
		}
		byFeed[f.feed] = len(found)
		found = append(found, one)
		return readState(f.record, f.feed, &found[len(found)-1].State)
	})
	if err != nil {
		return nil, err
	}
	numbers := make([]int16, 0, len(all))
	for n := range all {
		numbers = append(numbers, n)
	}
	err = s.journalOf(ctx, tx, readSnaps, readLogs, numbers, nil, func(number int16, feed int64, j journalled) {
		if i, ok := byFeed[feed]; ok && found[i].shard == number && j.seq > found[i].seq {
			j.overlay(&found[i].slot)
		}
	})
	for i := range found {
		found[i].slot.overlay(&found[i].State)
		found[i].Due = moment(found[i].slot.due)
	}
	return found, err
}

// adopt makes f take over src, in the shard to. It adds the statements that need no answer
// to b.
func (s *Store) adopt(ctx context.Context, tx pgx.Tx, b *pgx.Batch, f *stored, src *feeds.Source, to int16, all locked) error {
	name := f.ID
	void := f.Adopt(src, s.now())
	raw, err := pack("feed", record.StateOf(&f.State), f.feed)
	if err != nil {
		return err
	}
	seq, due, polled := max(all[to].seq, f.seq), millis(f.Due), polledOf(&f.State)
	b.Queue(writeName, name, f.ID, to, f.URL, f.Cadence)
	if to == f.shard {
		more := 0
		if void {
			more = 1
		}
		b.Queue(writeFeed, to, f.feed, more, seq, due, polled, f.ID, raw)
		return nil
	}
	var edition int32
	if err := tx.QueryRow(ctx, takeOut, f.shard, f.feed).Scan(&edition); err != nil {
		return err
	}
	b.Queue(putIn, to, f.feed, edition+1, all[to].seq, due, polled, f.ID, raw)
	b.Queue(moveSeen, f.shard, f.feed, to)
	return nil
}
