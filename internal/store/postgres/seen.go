package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"watcher/internal/feeds/seen"
	"watcher/internal/poll"
	"watcher/internal/store/delta"
)

// maxParts is how many changes of what a feed has shown are stored behind the whole value
// before that is written anew. A change takes a hundredth of its bytes.
const maxParts = 16

// seenChange is how a poll changes what its feed has shown.
type seenChange struct {
	part  int16  // 0: value is the whole, and replaces all parts
	value []byte // nil: nothing changes
}

// change returns what to store if the claim's feed has shown fresh; nil leaves it as it is.
func (c *claim) change(fresh []byte) seenChange {
	if fresh == nil {
		return seenChange{}
	}
	if c.asked && c.parts > 0 && c.parts <= maxParts {
		if patch := delta.Diff(c.shown, fresh); len(patch) < len(fresh)/4 {
			part := int16(c.parts)
			return seenChange{part, sealPart(c.feed, part, patch)}
		}
	}
	return seenChange{0, sealPart(c.feed, 0, fresh)}
}

// Parts of values are sealed under the number of the feed, which stays the same when the
// feed moves to another shard.
func sealPart(feed int64, part int16, raw []byte) []byte { return seal("seen", raw, feed, part) }

// seenArgs are the changes of some feeds.
type seenArgs struct {
	whole, parts struct {
		shards []int16
		feeds  []int64
	}
	numbers []int16
	values  [][]byte
}

func (a *seenArgs) add(shard int16, feed int64, c seenChange) {
	if c.value == nil {
		return
	}
	if c.part == 0 {
		a.whole.shards, a.whole.feeds = append(a.whole.shards, shard), append(a.whole.feeds, feed)
	}
	a.parts.shards, a.parts.feeds = append(a.parts.shards, shard), append(a.parts.feeds, feed)
	a.numbers, a.values = append(a.numbers, c.part), append(a.values, c.value)
}

const (
	dropParts = `delete from seen s using unnest($1::smallint[], $2::bigint[]) as u(shard, feed) where s.shard = u.shard and s.feed = u.feed and s.part > 0`
	putParts  = `
insert into seen (shard, feed, part, value) select * from unnest($1::smallint[], $2::bigint[], $3::smallint[], $4::bytea[])
on conflict (shard, feed, part) do update set value = excluded.value`
)

func (a *seenArgs) queue(b *pgx.Batch) {
	if len(a.whole.feeds) > 0 {
		b.Queue(dropParts, a.whole.shards, a.whole.feeds)
	}
	if len(a.values) > 0 {
		b.Queue(putParts, a.parts.shards, a.parts.feeds, a.numbers, a.values)
	}
}

// Seen implements poll.FeedStore.
func (s *Store) Seen(ctx context.Context, pc poll.Claim) ([]byte, error) {
	h := s.held
	h.asked()
	h.mu.Lock()
	c := h.claimed(&pc, s.now())
	h.mu.Unlock()
	if c == nil {
		return s.shownOnLoan(ctx, &pc)
	}
	shown, parts, err := s.shown(ctx, c.shard.number, c.feed)
	if err != nil {
		return nil, fmt.Errorf("read what %s has shown: %w", pc.Feed, err)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	c.asked, c.shown, c.parts = true, shown, parts
	return shown, nil
}

const getParts = `select part, value from seen where shard = $1 and feed = $2 order by part`

// shown reads what a feed has shown, and in how many parts. A part that cannot be read is
// put aside together with those behind it: the feed then has shown what is left.
func (s *Store) shown(ctx context.Context, shard int16, feed int64) (shown []byte, parts int, err error) {
	err = s.db.view(ctx, "read what a feed has shown", func(tx pgx.Tx) (err error) {
		shown, parts, err = shownIn(ctx, tx, shard, feed)
		return err
	})
	return shown, parts, err
}

// shownIn is shown within a transaction. Its error is a *brokenError if a part cannot be
// read.
func shownIn(ctx context.Context, tx pgx.Tx, shard int16, feed int64) (shown []byte, parts int, err error) {
	rows, err := tx.Query(ctx, getParts, shard, feed)
	if err != nil {
		return nil, 0, err
	}
	var part int16
	var sealed []byte
	_, err = pgx.ForEachRow(rows, []any{&part, &sealed}, func() error {
		if int(part) != parts {
			parts = maxParts + 1 // the part that it changes was put aside: the next value is written whole
			return nil
		}
		raw, err := unseal("seen", sealed, feed, part)
		if err == nil && part > 0 {
			raw, err = delta.Apply(shown, raw)
		} else if err == nil {
			raw = append([]byte(nil), raw...)
		}
		if err != nil {
			return &brokenError{"seen", []any{feed, part}, err}
		}
		shown = raw
		parts++
		return nil
	})
	if err != nil || shown == nil {
		return nil, parts, err
	}
	if _, err := seen.Unpack(shown); errors.Is(err, seen.ErrDamaged) {
		return nil, 0, &brokenError{"seen", []any{feed, int16(0)}, err} // else the feed would fail for ever
	}
	return shown, parts, nil
}

const findRegistered = `select shard, feed from feed_name where name = $1 and removed is null`

// Shown returns what a feed has shown, as its last poll left it; nil if that is nothing, or
// there is no such feed. Unlike Seen it needs no claim.
func (s *Store) Shown(ctx context.Context, name string) ([]byte, error) {
	var number int16
	var feed int64
	err := s.db.view(ctx, "look for feed "+name, func(tx pgx.Tx) error {
		return tx.QueryRow(ctx, findRegistered, name).Scan(&number, &feed)
	})
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	shown, _, err := s.shown(ctx, number, feed)
	if err != nil {
		return nil, fmt.Errorf("read what %s has shown: %w", name, err)
	}
	return shown, nil
}
