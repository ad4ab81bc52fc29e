package postgres

import (
	"context"
	"encoding/binary"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"

	"watcher/internal/poll"
)

const (
	// minShards is the least number of parts that the feeds are divided into: some for each
	// of thirty machines. There is one more for each feedsOfShard feeds that are there when
	// the first feeds are stored, up to maxShards. The number never changes.
	minShards    = 64
	maxShards    = 1024
	feedsOfShard = 4000
)

// share is what this machine holds of the feeds.
type share struct {
	// keep is held while shards are renewed, taken, given back or loaded.
	keep      lock
	polls     bool         // since Sync; a process that only reads takes no shards
	flushed   time.Time    // by this machine's clock
	machines  int          // that poll, when it last looked
	count     int          // of all shards; it never changes once they are there
	lastAsked atomic.Int64 // in Unix nanoseconds
	// commits is shared by commits of polls, and held alone by whatever must not run beside
	// one.
	commits lock

	mu      sync.Mutex // guards what follows
	shards  map[int16]*shard
	order   shardHeap
	tokens  uint64 // of the last claim
	claims  map[string]*claim
	byFeed  map[int64]*claim
	ahead   map[int64]*row     // states that were read ahead of time for feeds that will soon be due
	reading int                // how many reads of rows are under way
	fresh   map[int64]bool     // feeds whose rows were written meanwhile
	loans   map[string]*claim  // of feeds of other machines' shards
	adopted []poll.Claim       // loans that are due and wait for ClaimDue
	lacks   map[int64]*lacking // feeds that the config lacks
	pending map[int64]*pending // states that wait for the next flush
	sought  time.Time          // the store's clock when follow last looked at it
	changed chan struct{}      // closed when feeds may be due sooner than waiters were told
}

// row is what is stored of a feed besides its due time.
type row struct {
	name    string
	edition int32
	state   poll.FeedState
}

// pending is the state of a feed whose poll brought nothing but changed more than the
// journal has room for.
type pending struct {
	feed   int64
	row    row
	record []byte
}

func newShare() *share {
	return &share{
		keep: newLock(), commits: newLock(),
		tokens: uint64(time.Now().UnixMicro()), // greater than those of an earlier process
		shards: make(map[int16]*shard), claims: make(map[string]*claim), byFeed: make(map[int64]*claim), loans: make(map[string]*claim),
		ahead: make(map[int64]*row), fresh: make(map[int64]bool), pending: make(map[int64]*pending), lacks: make(map[int64]*lacking), changed: make(chan struct{}),
	}
}

// spread wakes whoever waits for due feeds. The caller holds mu.
func (h *share) spread() {
	close(h.changed)
	h.changed = make(chan struct{})
}

const (
	countShards = `select value from meta where key = 'shards'`
	setShards   = `insert into meta (key, value) values ('shards', $1) on conflict do nothing`
	makeShards  = `insert into shard (shard) select n::smallint from generate_series(0, $1::integer - 1) n on conflict do nothing`
)

// makeShards decides how many shards there are, unless that was decided before; feeds is
// how many are about to be stored. The caller holds keep.
func (s *Store) makeShards(ctx context.Context, feeds int) error {
	if s.held.count > 0 {
		return nil
	}
	n := minShards
	for n < maxShards && n*feedsOfShard < feeds {
		n *= 2
	}
	var raw []byte
	err := s.db.update(ctx, "share out the feeds", func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, setShards, binary.AppendUvarint(nil, uint64(n))); err != nil {
			return err
		}
		if err := tx.QueryRow(ctx, countShards).Scan(&raw); err != nil {
			return err
		}
		count, _ := binary.Uvarint(raw)
		_, err := tx.Exec(ctx, makeShards, count)
		return err
	})
	if err != nil {
		return err
	}
	count, _ := binary.Uvarint(raw)
	s.held.count = int(count)
	return nil
}

// A lease that ends later than any lease can was given by a clock that was wrong.
const freeShards = `
select
	(select count(*) from machine where polls and seen > now() + $1::interval - $2::interval),
	exists (select from machine where id = $3 and polls),
	exists (select from missing),
	(select count(*) from loan where shard = any($4) and (state <> 1 or until <= now() + $1::interval)),
	(select count(*) from shard where lease_until <= now() + $1::interval or lease_until > now() + $1::interval + 4 * $2::interval)`

// tend renews what this machine holds, looks for machines that came or went and for what
// they left, and takes or gives back shards so that each machine has its share.
func (s *Store) tend(ctx context.Context) error {
	h := s.held
	release, err := h.keep.hold(ctx)
	if err != nil {
		return err
	}
	defer release()
	if !h.polls || s.idle() {
		return nil
	}
	if now := s.db.clock(); now.Sub(h.flushed) >= s.timing.beat-s.timing.look/2 {
		h.flushed = now
		if err := s.flush(ctx); err != nil {
			return err
		}
	}
	return s.lookAround(ctx)
}

const beginPolling = `update machine set polls = true where id = $1`

// idleBeats is after how many heartbeats a machine without polls gives up its share to the
// others.
const idleBeats = 24

// asked records that this machine is polling.
func (h *share) asked() { h.lastAsked.Store(time.Now().UnixNano()) }

// idle reports whether this machine has stopped polling.
func (s *Store) idle() bool {
	return time.Since(time.Unix(0, s.held.lastAsked.Load())) > idleBeats*s.timing.beat
}

// lookAround is tend without the renewal. The caller holds keep.
func (s *Store) lookAround(ctx context.Context) error {
	var machines, free, loans int
	var counted, missing bool
	ours := s.numbers()
	err := s.db.view(ctx, "look for other machines", func(tx pgx.Tx) error {
		return tx.QueryRow(ctx, freeShards, s.db.ahead(), s.timing.lease, s.self.id, ours).Scan(&machines, &counted, &missing, &loans, &free)
	})
	if err != nil {
		return err
	}
	if !counted {
		machines++
		err := s.db.update(ctx, "say that this machine polls", func(tx pgx.Tx) error {
			_, err := tx.Exec(ctx, beginPolling, s.self.id)
			return err
		})
		if err != nil {
			return err
		}
	}
	machines = max(machines, 1) // after an outage no heartbeat may be recent enough, not even ours
	if s.lapses(0) {            // the polls may have stood still, and nobody noticed
		if err := s.flush(ctx); err != nil {
			return err
		}
	}
	if loans > 0 {
		if err := s.lendOut(ctx, ours); err != nil {
			return err
		}
	}
	if missing {
		if err := s.adoptOrphans(ctx); err != nil {
			return err
		}
	} else if err := s.noteLacks(ctx); err != nil {
		return err
	}
	if machines < s.held.machines { // feeds that only the others' configs had can be removed
		if err := s.retireMissing(ctx); err != nil {
			return err
		}
	}
	s.held.machines = machines
	want := (s.held.count + machines - 1) / machines
	have, idle := s.settleShare(want)
	if len(idle) > 0 {
		if err := s.flush(ctx); err != nil {
			return err
		}
		if err := s.release(ctx, idle); err != nil {
			return err
		}
	}
	for n := min(want-have, free); n > 0; n -= maxTaken {
		if err := s.takeSome(ctx, min(n, maxTaken)); err != nil {
			return err
		}
		if s.lapses(s.timing.beat) {
			if err := s.flush(ctx); err != nil {
				return err
			}
		}
	}
	return nil
}

// lapses reports whether a lease ends within d.
func (s *Store) lapses(d time.Duration) bool {
	h := s.held
	h.mu.Lock()
	defer h.mu.Unlock()
	soon := s.db.clock().Add(d)
	for _, sh := range h.shards {
		if sh.until.Before(soon) {
			return true
		}
	}
	return false
}

// settleShare decides which shards to give back so that want are left: those with the
// fewest claims. The polls of those end first. It returns how many stay, and which of those
// that go have no claims left.
func (s *Store) settleShare(want int) (stay int, idle []*shard) {
	h := s.held
	h.mu.Lock()
	defer h.mu.Unlock()
	all := h.held()
	slices.SortStableFunc(all, func(a, b *shard) int { return b.claims - a.claims })
	for i, sh := range all {
		leaving := i >= want
		if leaving != sh.leaving {
			sh.leaving = leaving
			if leaving {
				h.leave(sh)
			} else {
				h.enter(sh)
			}
		}
		if !leaving {
			stay++
		} else if sh.claims == 0 {
			idle = append(idle, sh)
		}
	}
	return stay, idle
}

const releaseShards = `
update shard s set owner = 0, token = 0, lease_until = '-infinity'
from unnest($1::smallint[], $2::bigint[]) as g(shard, token) where s.shard = g.shard and s.token = g.token`

// release gives shards back for others to take at once, if everything of them is flushed.
func (s *Store) release(ctx context.Context, some []*shard) error {
	h := s.held
	var args shardArgs
	h.mu.Lock()
	for _, sh := range some {
		if h.shards[sh.number] != sh || len(sh.dirty) > 0 {
			continue
		}
		args.shards, args.tokens = append(args.shards, sh.number), append(args.tokens, sh.token)
		h.drop(sh)
	}
	h.mu.Unlock()
	if len(args.shards) == 0 {
		return nil
	}
	return s.db.update(ctx, "give back a share of the feeds", func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, releaseShards, args.shards, args.tokens)
		return err
	})
}

// drop forgets a shard that this machine no longer holds. The caller holds mu.
func (h *share) drop(sh *shard) {
	if h.shards[sh.number] == sh {
		delete(h.shards, sh.number)
	}
	h.leave(sh)
	for i := range sh.slots {
		delete(h.ahead, sh.slots[i].feed)
		delete(h.pending, sh.slots[i].feed)
	}
	for _, c := range h.byFeed {
		if c.shard == sh {
			h.void(c)
		}
	}
}

// maxTaken bounds how many shards are taken and loaded at a time.
const maxTaken = 16

// The own token is there already if the answer to a commit was lost.
const takeShards = `
with free as (
	select shard from shard
	where lease_until <= now() + $1::interval or lease_until > now() + $1::interval + 4 * $2::interval or token = $4
	order by token = $4 desc, shard limit $5 for update skip locked
)
update shard s set owner = $3, token = $4, lease_until = now() + $1::interval + $2::interval
from free f where s.shard = f.shard
returning s.shard`

// takeSome takes up to n shards that nobody holds.
func (s *Store) takeSome(ctx context.Context, n int) error {
	h, token := s.held, random()
	before := s.db.clock()
	var numbers []int16
	err := s.db.update(ctx, "take a share of the feeds", func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, takeShards, s.db.ahead(), s.timing.lease, s.self.id, token, n)
		if err != nil {
			return err
		}
		numbers, err = pgx.CollectRows(rows, pgx.RowTo[int16])
		return err
	})
	if err != nil || len(numbers) == 0 {
		return err
	}
	// If they cannot be loaded, anybody may take them once the lease has ended.
	loaded, err := s.load(ctx, numbers)
	if err != nil {
		return err
	}
	h.mu.Lock()
	for _, sh := range loaded {
		if sh.token != token {
			continue
		}
		sh.until = s.holdsUntil(before)
		if was := h.shards[sh.number]; was != nil {
			h.drop(was)
		}
		h.shards[sh.number] = sh
	}
	h.mu.Unlock()
	if err := s.lendOut(ctx, numbers); err != nil { // else feeds that are on loan would be polled here too
		return err // the next flush enters the shards
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, sh := range loaded {
		h.enter(sh)
	}
	h.spread()
	return nil
}

// numbers returns the numbers of the shards that this machine holds.
func (s *Store) numbers() []int16 {
	h := s.held
	h.mu.Lock()
	defer h.mu.Unlock()
	numbers := make([]int16, 0, len(h.shards))
	for _, sh := range h.held() {
		numbers = append(numbers, sh.number)
	}
	return numbers
}

// letGo stores what polls changed, and gives all shards back.
func (s *Store) letGo(ctx context.Context) error {
	h := s.held
	release, err := h.keep.hold(ctx)
	if err != nil {
		return err
	}
	defer release()
	if err := s.flush(ctx); err != nil {
		return err
	}
	h.mu.Lock()
	all := h.held()
	h.mu.Unlock()
	return s.release(ctx, all)
}
