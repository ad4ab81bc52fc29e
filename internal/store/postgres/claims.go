package postgres

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"watcher/internal/backoff"
	"watcher/internal/poll"
	"watcher/internal/store"
	"watcher/internal/store/record"
)

// claim is the claim of a feed that is being polled. It is guarded by share.mu.
type claim struct {
	shard *shard
	feed  int64
	token uint64
	end   int64 // of the claim
	row   *row  // nil until it is read
	gone  bool  // the claim is no longer valid
	lent  int64 // the token of the loan if another machine polls the feed
	// shown is what the feed has shown, once it was asked for; parts is the number of parts
	// in which it is stored.
	asked bool
	shown []byte
	parts int
}

// void ends a claim. The caller holds mu.
func (h *share) void(c *claim) {
	if c.gone {
		return
	}
	c.gone = true
	if h.byFeed[c.feed] == c {
		delete(h.byFeed, c.feed)
	}
	if c.row != nil && h.claims[c.row.name] == c {
		delete(h.claims, c.row.name)
	}
	c.shard.claims--
}

// free ends a claim without an outcome: the feed waits until it is due. The caller holds
// mu.
func (h *share) free(c *claim) {
	if c.gone {
		return
	}
	h.void(c)
	i := c.shard.find(c.feed)
	h.setAt(c.shard, i, c.shard.slots[i].due)
}

// lend claims a feed until end. The caller holds mu.
func (h *share) lend(sh *shard, i int32, end int64) *claim {
	feed := sh.slots[i].feed
	if was := h.byFeed[feed]; was != nil {
		h.void(was) // the earlier claim has expired
	}
	h.tokens++
	c := &claim{shard: sh, feed: feed, token: h.tokens, end: end}
	h.byFeed[feed] = c
	sh.claims++
	h.setAt(sh, i, end)
	return c
}

// lapsed takes out the shards whose leases have ended as far as this machine can tell.
// Their feeds come back once the leases are renewed. The caller holds mu.
func (h *share) lapsed(sh *shard, local time.Time) bool {
	// The monotonic clock stands still while the machine is suspended, and would show a
	// lease that ended meanwhile as valid: both clocks must agree.
	if local.Before(sh.until) && local.Round(0).Before(sh.until.Round(0)) {
		return false
	}
	h.leave(sh)
	return true
}

// ClaimDue implements poll.FeedStore. Due times are in memory; the states of the feeds are
// read from the database, together with those of the feeds that are due next.
func (s *Store) ClaimDue(ctx context.Context, n int, lease, ahead time.Duration) ([]poll.Claim, store.Wake, error) {
	if err := ctx.Err(); err != nil {
		return nil, store.Wake{}, err
	}
	h := s.held
	h.asked()
	if s.Away() != nil { // nothing is fetched that could not be committed
		return nil, store.Wake{After: backoff.Between(s.timing.look, 2*s.timing.look)}, nil
	}
	h.mu.Lock()
	now, local := s.now(), s.db.clock()
	h.follow(now)
	ms, end := now.UnixMilli(), now.Add(lease).UnixMilli()
	var taken []*claim
	for len(taken) < n && len(h.order) > 0 && h.order[0].head() <= ms {
		if sh := h.order[0]; !h.lapsed(sh, local) && !h.leaveAlone(sh, sh.order[0], ms) {
			taken = append(taken, h.lend(sh, sh.order[0], end))
		}
	}
	if ahead > 0 {
		taken = h.lendAhead(taken, n, now.Add(ahead).UnixMilli(), end, local)
	}
	adopted := h.adopted[:min(len(h.adopted), n-len(taken))]
	h.adopted = h.adopted[len(adopted):]
	for i := range adopted {
		adopted[i].Now = now
	}
	h.mu.Unlock()
	due, err := s.complete(ctx, taken, now)
	if err != nil {
		return nil, store.Wake{}, fmt.Errorf("read the feeds that are due: %w", err)
	}
	due = append(due, adopted...)
	h.mu.Lock()
	defer h.mu.Unlock()
	w := h.wake(ms)
	if len(h.order) == 0 { // this machine holds no shard, or has to renew its leases first
		w.After = s.timing.look
	}
	return due, w, nil
}

// wake says when to ask again. The caller holds mu.
func (h *share) wake(now int64) store.Wake {
	w := store.Wake{Changed: h.changed}
	if len(h.order) > 0 {
		w.After = max(time.Duration(h.order[0].head()-now)*time.Millisecond, time.Millisecond)
	}
	return w
}

// lendAhead also claims feeds that will be due by then, the earliest first. The caller
// holds mu.
func (h *share) lendAhead(taken []*claim, n int, then, end int64, local time.Time) []*claim {
	type later struct {
		sh *shard
		i  int32
	}
	var all []later
	for _, sh := range slices.Clone(h.order) {
		if h.lapsed(sh, local) {
			continue
		}
		for i := range sh.slots {
			if f := &sh.slots[i]; f.due <= then && h.byFeed[f.feed] == nil {
				all = append(all, later{sh, int32(i)})
			}
		}
	}
	slices.SortFunc(all, func(a, b later) int { return cmp.Compare(a.sh.slots[a.i].due, b.sh.slots[b.i].due) })
	for _, l := range all[:min(len(all), n-len(taken))] {
		taken = append(taken, h.lend(l.sh, l.i, end))
	}
	return taken
}

const (
	// maxAhead bounds the states, some 1 KB each, that are read before they are asked for;
	// aheadOnce bounds those of one statement.
	maxAhead  = 4096
	aheadOnce = 1024
)

// complete gives claimed feeds their states. Feeds that were removed meanwhile are left
// out.
func (s *Store) complete(ctx context.Context, taken []*claim, now time.Time) ([]poll.Claim, error) {
	h := s.held
	h.mu.Lock()
	for _, c := range taken {
		h.know(c)
	}
	keys := h.unread(taken, now.Add(s.timing.beat).UnixMilli())
	h.reading++
	h.mu.Unlock()
	rows, err := s.readRows(ctx, keys)
	h.mu.Lock()
	defer h.mu.Unlock()
	defer h.read()
	if err != nil {
		for _, c := range taken {
			h.free(c)
		}
		return nil, err
	}
	for feed, r := range rows {
		if h.byFeed[feed] != nil || !h.fresh[feed] {
			h.ahead[feed] = r
		}
	}
	due := make([]poll.Claim, 0, len(taken))
	for _, c := range taken {
		if c.gone {
			continue
		}
		i := c.shard.find(c.feed)
		f := &c.shard.slots[i]
		if h.know(c); c.row == nil || c.row.edition != f.edition {
			h.free(c) // a config changed it; the next flush finds out
			h.setAt(c.shard, i, now.Add(s.timing.beat).UnixMilli())
			continue
		}
		h.claims[c.row.name] = c
		state := c.row.state
		f.overlay(&state)
		due = append(due, poll.Claim{Feed: c.row.name, Token: c.token, Due: moment(f.due), Now: now, State: state})
	}
	return due, nil
}

// written marks what is known of a feed's row as stale. The caller holds mu.
func (h *share) written(feed int64) {
	delete(h.ahead, feed)
	if h.reading > 0 {
		h.fresh[feed] = true
	}
}

// read ends what complete began. The caller holds mu.
func (h *share) read() {
	if h.reading--; h.reading == 0 {
		clear(h.fresh)
	}
}

// know gives a claim the row of its feed if that is in memory. The caller holds mu.
func (h *share) know(c *claim) {
	if c.row != nil {
		return
	}
	if p := h.pending[c.feed]; p != nil {
		c.row = &p.row
	} else if r := h.ahead[c.feed]; r != nil {
		c.row = r
		delete(h.ahead, c.feed)
	}
}

// feedKeys are the primary keys of feeds.
type feedKeys struct {
	shards []int16
	feeds  []int64
}

// unread returns the feeds whose rows are to be read: those of claims, and if there are
// any, also feeds that will be due by then. The caller holds mu.
func (h *share) unread(taken []*claim, then int64) (keys feedKeys) {
	add := func(sh *shard, feed int64) {
		keys.shards, keys.feeds = append(keys.shards, sh.number), append(keys.feeds, feed)
	}
	for _, c := range taken {
		if c.row == nil && !c.gone {
			add(c.shard, c.feed)
		}
	}
	if len(keys.feeds) == 0 {
		return keys
	}
	room := min(aheadOnce, maxAhead-len(h.ahead))
	for _, sh := range h.order {
		sh.upTo(then, func(i int32) bool {
			feed := sh.slots[i].feed
			if room > 0 && h.byFeed[feed] == nil && h.ahead[feed] == nil && h.pending[feed] == nil {
				add(sh, feed)
				room--
			}
			return room > 0
		})
		if room <= 0 {
			break
		}
	}
	return keys
}

const readFeeds = `
select f.feed, f.edition, f.name, f.record
from unnest($1::smallint[], $2::bigint[]) as k(shard, feed)
cross join lateral (select feed, edition, name, record, due from feed where shard = k.shard and feed = k.feed offset 0) as f
where f.due is not null`

// readRows reads rows of feeds.
func (s *Store) readRows(ctx context.Context, keys feedKeys) (rows map[int64]*row, err error) {
	if len(keys.feeds) == 0 {
		return nil, nil
	}
	err = s.db.view(ctx, "read states of feeds", func(tx pgx.Tx) error {
		rows = make(map[int64]*row, len(keys.feeds))
		found, err := tx.Query(ctx, readFeeds, keys.shards, keys.feeds)
		if err != nil {
			return err
		}
		var feed int64
		var raw []byte
		var r row
		_, err = pgx.ForEachRow(found, []any{&feed, &r.edition, &r.name, &raw}, func() error {
			one := &row{name: r.name, edition: r.edition}
			rows[feed] = one
			return readState(raw, feed, &one.state)
		})
		return err
	})
	return rows, err
}

// emptyFeed empties the record of a feed. The feed goes on with nothing but what it has
// shown.
const emptyFeed = `
update feed f set record = '' from (select shard, feed, record from feed where feed = $1 order by shard for update) as was
where f.shard = was.shard and f.feed = was.feed returning was.record`

// readState decodes feed.record.
func readState(raw []byte, feed int64, state *poll.FeedState) error {
	if len(raw) == 0 {
		*state = poll.FeedState{} // a damaged record was put aside before
		return nil
	}
	var r record.State
	if err := unpack("feed", raw, &r, feed); err != nil {
		return err
	}
	*state = r.FeedState()
	return nil
}

const findFeed = `
select n.shard, n.feed, f.edition from feed_name n join feed f on f.shard = n.shard and f.feed = n.feed
where n.name = $1 and n.removed is null`

// Claim implements poll.Register.
func (s *Store) Claim(ctx context.Context, id string, lease time.Duration) (poll.Claim, bool, store.Wake, error) {
	var number int16
	var feed int64
	var edition int32
	err := s.db.view(ctx, "look for feed "+id, func(tx pgx.Tx) error {
		return tx.QueryRow(ctx, findFeed, id).Scan(&number, &feed, &edition)
	})
	if errors.Is(err, pgx.ErrNoRows) {
		return poll.Claim{}, false, store.Wake{}, fmt.Errorf("%w: %s", poll.ErrUnknownFeed, id)
	}
	if err != nil {
		return poll.Claim{}, false, store.Wake{}, err
	}
	h := s.held
	h.mu.Lock()
	now, local := s.now(), s.db.clock()
	sh := h.shards[number]
	i := int32(-1)
	if sh != nil && !h.lapsed(sh, local) {
		i = sh.find(feed)
	}
	if i < 0 {
		h.mu.Unlock()
		return s.borrow(ctx, id, number, feed, lease)
	}
	if c := h.byFeed[feed]; c != nil && c.end > now.UnixMilli() {
		wake := store.Wake{After: time.Duration(c.end-now.UnixMilli()) * time.Millisecond, Changed: h.changed}
		h.mu.Unlock()
		return poll.Claim{}, false, wake, nil
	}
	c := h.lend(sh, i, now.Add(lease).UnixMilli())
	h.mu.Unlock()
	claims, err := s.complete(ctx, []*claim{c}, now)
	if err != nil || len(claims) == 0 {
		return poll.Claim{}, false, store.Wake{After: time.Second}, err
	}
	return claims[0], true, store.Wake{}, nil
}

// claimed returns the claim of a poll.Claim while it is valid, else nil. The caller holds
// mu.
func (h *share) claimed(c *poll.Claim, now time.Time) *claim {
	mine := h.claims[c.Feed]
	if mine == nil || mine.token != c.Token || mine.end <= now.UnixMilli() {
		return nil
	}
	return mine
}

// settle ends the claim of an outcome that is stored. The caller holds mu.
func (h *share) settle(c *claim, o *poll.Outcome) (f *slot, i int32) {
	h.void(c)
	i = c.shard.find(c.feed)
	f = &c.shard.slots[i]
	f.due, f.polled = millis(o.Next), o.State.Polled.UnixMilli()
	if o.State.Polled.IsZero() {
		f.polled = 0
	}
	h.setAt(c.shard, i, f.due)
	return f, i
}
