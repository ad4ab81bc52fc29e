package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"watcher/internal/poll"
)

// While configs differ, the owner of a shard may hold a feed that its config lacks. The
// feed is polled all the same: the owner leaves it alone and records that it lacks it, and
// a machine that has the feed borrows it each time that it is due (loans.go).

const (
	// leftFor is how long the owner of a shard leaves a feed alone that its config lacks,
	// before it looks again. It is recorded as missing the second time, because the first
	// time the config may just have changed.
	leftFor = 30 * time.Second
	// maxOrphans bounds the feeds that a machine borrows at a time.
	maxOrphans = 50
)

// lacking is a feed that the config of this machine lacks.
type lacking struct {
	shard int16
	until int64 // it is left alone until then
	sure  bool  // it was found twice
	noted bool  // it is recorded as missing
}

// Disown implements poll.Disowner.
func (s *Store) Disown(pc poll.Claim) {
	h := s.held
	h.mu.Lock()
	defer h.mu.Unlock()
	now := s.now()
	c := h.claimed(&pc, now)
	if c == nil {
		return
	}
	l := h.lacks[c.feed]
	if l == nil {
		l = &lacking{shard: c.shard.number}
		h.lacks[c.feed] = l
	} else if !l.sure {
		l.sure = true
		s.log.Warn("a feed is not in the config of this machine; it is polled by one that has it", "feed", pc.Feed)
	}
	l.until = now.Add(leftFor).UnixMilli()
	h.free(c)
	h.setAt(c.shard, c.shard.find(c.feed), l.until)
}

// leaveAlone passes over the feed at place i of a shard if the config of this machine lacks
// it. The caller holds mu.
func (h *share) leaveAlone(sh *shard, i int32, now int64) bool {
	l := h.lacks[sh.slots[i].feed]
	if l == nil || l.until <= now {
		return false
	}
	h.setAt(sh, i, l.until)
	return true
}

const readOrphans = `
select n.name, f.shard, f.feed
from missing m
join shard s on s.shard = m.shard and s.owner = m.machine and s.owner <> $1 and s.lease_until > now() + $2::interval
join feed f on f.shard = m.shard and f.feed = m.feed and f.due <= $3
join feed_name n on n.name = f.name and n.removed is null
where not exists (select from missing o where o.shard = m.shard and o.feed = m.feed and o.machine = $1)
order by f.due limit $4`

// adoptOrphans records which feeds this machine lacks, and borrows due feeds that this
// machine has and the owner of their shard lacks. The caller holds keep.
func (s *Store) adoptOrphans(ctx context.Context) error {
	if err := s.noteLacks(ctx); err != nil {
		return err
	}
	type orphan struct {
		name  string
		shard int16
		feed  int64
	}
	var all []orphan
	err := s.db.view(ctx, "look for feeds whose machine has them not", func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, readOrphans, s.self.id, s.db.ahead(), s.now().UnixMilli(), maxOrphans)
		if err != nil {
			return err
		}
		all, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (o orphan, err error) {
			err = row.Scan(&o.name, &o.shard, &o.feed)
			return o, err
		})
		return err
	})
	if err != nil {
		return err
	}
	for _, o := range all {
		c, ok, _, err := s.borrow(ctx, o.name, o.shard, o.feed, loanTime)
		if err != nil {
			return err
		}
		if ok && c.Due.After(c.Now) { // the journal of its owner is newer than its row
			if _, _, err := s.commitLoans(ctx, []poll.Outcome{{Claim: c, State: c.State, Next: c.Due}}); err != nil {
				return err
			}
		} else if ok {
			h := s.held
			h.mu.Lock()
			h.adopted = append(h.adopted, c)
			h.spread()
			h.mu.Unlock()
		}
	}
	return nil
}

// noteLacks stores which feeds the config of this machine lacks.
func (s *Store) noteLacks(ctx context.Context) error {
	h := s.held
	var keys feedKeys
	h.mu.Lock()
	for feed, l := range h.lacks {
		if l.sure && !l.noted {
			keys.shards, keys.feeds = append(keys.shards, l.shard), append(keys.feeds, feed)
		}
	}
	h.mu.Unlock()
	if len(keys.feeds) == 0 {
		return nil
	}
	err := s.db.update(ctx, "note which feeds are not configured here", func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, missFeeds, keys.shards, keys.feeds, s.self.id)
		return err
	})
	if err != nil {
		return err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, feed := range keys.feeds {
		if l := h.lacks[feed]; l != nil {
			l.noted = true
		}
	}
	return nil
}

// forgetLacks forgets what the last config of this machine lacked. The caller holds keep.
func (h *share) forgetLacks() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for feed, l := range h.lacks {
		if sh := h.shards[l.shard]; sh != nil && h.byFeed[feed] == nil {
			if i := sh.find(feed); i >= 0 {
				h.setAt(sh, i, sh.slots[i].due)
			}
		}
	}
	clear(h.lacks)
	h.spread()
}
