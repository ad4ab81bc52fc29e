package postgres

import (
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"slices"
	"time"

	"github.com/cespare/xxhash/v2"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/klauspost/compress/s2"
	"github.com/klauspost/compress/zstd"

	"watcher/internal/feeds"
	"watcher/internal/store/segment"
)

// Articles arrive in three steps, so that no commit waits for another. The commit of a poll
// stores its articles as one value under a key of its own, with an arrival beside it. A
// reader first takes the arrivals, gives their articles the next numbers, and writes them
// into the tail, in one short transaction. Later one machine makes segments of the tail.

// coders pack and unpack articles. The articles of one poll are packed as one value:
// together they compress to half of what they take alone. Both coders are safe for
// concurrent use.
type coders struct {
	packer   *zstd.Encoder
	unpacker *zstd.Decoder
}

func newCoders() (c coders, err error) {
	c.packer, err = zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1), zstd.WithLowerEncoderMem(true), zstd.WithWindowSize(128<<10))
	if err != nil {
		return c, err
	}
	c.unpacker, err = zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxMemory(maxUnpacked))
	return c, err
}

// unpack returns the articles of a value. A damaged value fails the checksum that zstd puts
// at its end.
func (c *coders) unpack(packed []byte) ([]feeds.Item, error) {
	if len(packed) > 0 && packed[0] == packedS2 {
		return unpackS2(packed[1:])
	}
	raw, err := c.unpacker.DecodeAll(packed, nil)
	if err != nil {
		return nil, err
	}
	return segment.ReadItems(raw)
}

const (
	// packedS2 is the first byte of articles that the bbolt store packed and that were
	// migrated here.
	packedS2 = 2
	// maxUnpacked bounds the unpacked size of a value, in bytes.
	maxUnpacked = 256 << 20
)

func unpackS2(block []byte) ([]feeds.Item, error) {
	if n, err := s2.DecodedLen(block); err != nil || n > maxUnpacked {
		return nil, cmp.Or(err, s2.ErrTooLarge)
	}
	raw, err := s2.Decode(nil, block)
	if err != nil {
		return nil, err
	}
	return segment.ReadItems(raw)
}

// arrival is the packed articles of one poll.
type arrival struct {
	shard    int16
	id       int64
	feed     int64
	seen     int64
	articles int32
	packed   []byte
}

// arrivalsOf packs articles, those of one poll as one value. The id is made of the content,
// so that the same articles get the same id when a commit is repeated.
func (c *coders) arrivalsOf(articles []arrivedArticle) []arrival {
	var all []arrival
	var items []feeds.Item
	for len(articles) > 0 {
		a := &articles[0]
		items = items[:0]
		for len(articles) > 0 && articles[0].feed == a.feed && articles[0].shard == a.shard && articles[0].seen.Equal(a.seen) {
			items = append(items, articles[0].item)
			articles = articles[1:]
		}
		packed := c.packer.EncodeAll(segment.AppendItems(nil, items), nil)
		all = append(all, arrival{a.shard, idOf(a.feed, a.seen.UnixNano(), packed), a.feed, a.seen.UnixNano(), int32(len(items)), packed})
	}
	slices.SortFunc(all, func(a, b arrival) int { return cmp.Or(cmp.Compare(a.shard, b.shard), cmp.Compare(a.id, b.id)) })
	return all
}

func idOf(feed, seen int64, packed []byte) int64 {
	b := binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(nil, uint64(feed)), uint64(seen))
	return int64(xxhash.Sum64(append(b, packed...)))
}

const insertArrivals = `
with come as (
	select * from unnest($1::smallint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::int[], $6::bytea[]) as u (shard, id, feed, seen, articles, packed)
), kept as (
	insert into article (shard, id, packed)
	select shard, id, packed from come order by shard, id
	on conflict (shard, id) do nothing
	returning shard, id
)
insert into arrival (shard, id, feed, seen, articles, bytes)
select shard, id, feed, seen, articles, length(packed) from come join kept using (shard, id)`

// queueArticles stores articles in the transaction of the polls that brought them.
func (s *Store) queueArticles(b *pgx.Batch, articles []arrivedArticle) {
	if len(articles) == 0 {
		return
	}
	var (
		shards             []int16
		ids, feedsOf, seen []int64
		counts             []int32
		packed             [][]byte
		bytes              int64
	)
	for _, a := range s.history.arrivalsOf(articles) {
		shards, ids, feedsOf, seen = append(shards, a.shard), append(ids, a.id), append(feedsOf, a.feed), append(seen, a.seen)
		counts, packed = append(counts, a.articles), append(packed, a.packed)
		bytes += int64(len(a.packed))
	}
	b.Queue(insertArrivals, shards, ids, feedsOf, seen, counts, packed).Exec(func(pgconn.CommandTag) error {
		s.history.grown.Add(bytes)
		return nil
	})
}

const (
	anyArrivals = `select exists (select from arrival)`
	lockNumbers = `select next from history where one for update`
	// giveNumbers moves arrivals to the tail in the order in which they were seen, as far
	// as the machines' clocks agree.
	giveNumbers = `
with come as (
	delete from arrival
	where (shard, id) in (select shard, id from arrival order by seen, shard, id limit $2)
	returning shard, id, feed, seen, articles, bytes
), placed as (
	insert into tail (first, articles, feed, seen, bytes, shard, id)
	select $1 + sum(articles) over (order by seen, shard, id) - articles, articles, feed, seen, bytes, shard, id from come
	returning first + articles as next
)
select max(next), count(*) from placed`
	putNumbers = `update history set next = $1 where one`
)

// maxNumbered bounds the arrivals that one transaction numbers.
const maxNumbered = 2000

// number gives arrivals their numbers. Machines take turns by locking the row of history,
// so a later reader sees the numbers in order.
func (s *Store) number(ctx context.Context) error {
	for n := maxNumbered; n == maxNumbered; {
		err := s.db.update(ctx, "number articles", func(tx pgx.Tx) error {
			n = 0
			var any bool
			if err := tx.QueryRow(ctx, anyArrivals).Scan(&any); err != nil || !any {
				return err
			}
			var next int64
			if err := tx.QueryRow(ctx, lockNumbers).Scan(&next); err != nil {
				return err
			}
			var behind *int64
			if err := tx.QueryRow(ctx, giveNumbers, next, maxNumbered).Scan(&behind, &n); err != nil || behind == nil {
				return err // another machine has numbered them
			}
			_, err := tx.Exec(ctx, putNumbers, *behind)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// unixNano returns the time that is n nanoseconds after 1970.
func unixNano(n int64) time.Time { return time.Unix(0, n).UTC() }

// errEnough ends a read whose caller wants no more.
var errEnough = errors.New("enough was read")
