package postgres

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"watcher/internal/store"
)

// One machine composes for a target and sends to it, so that the target's pauses, rates and
// breaker hold for all machines. It owns the target under a lease. It takes the lease when
// it is first asked for the target, and renews it until it closes or another machine should
// have the target (spread.go). Machines that commit alerts for the target count up
// target_news, at which the owner looks.

// targets are those that this process was asked for.
type targets struct {
	// taking is held while leases are renewed or taken, so that what is known of them here
	// is what was committed last.
	taking lock
	mu     sync.Mutex
	all    map[string]*target
	// known are targets that have a row.
	known map[string]bool
	// changed are targets whose owners have to hear of commits of this machine.
	changed map[string]bool
	marked  chan struct{} // has a value once changed has
	// place is the last place that was given to an alert.
	place   uint64
	allNews int64 // of target_news, for all targets
	// wanted are the targets of the config, and said is when that was last stored.
	wanted []string // nil until Retire
	said   time.Time
	// homes are the machines that should have the targets, as of shared. Both are guarded
	// by taking.
	homes  map[string]int64
	shared time.Time
}

// target is what this process knows of a target.
type target struct {
	name         string
	held, queued *news            // guarded by targets.mu, as are the following
	token        int64            // of our lease
	until        time.Time        // of our lease, by the clock of this process; zero if we have none
	again        time.Time        // when to look whether it is free; zero if nobody asked for it here
	news         newsCount        // the row of target_news when it was last read
	sending      map[string]int64 // the deliveries that this process is sending, and the tokens of the attempts

	// turn is held while a delivery is begun: one at a time.
	turn lock
	// orphaned: deliveries that an earlier owner began are not in the queue yet. doubtful:
	// a transaction of ours that began a delivery failed, but may have been committed. Both
	// are guarded by targets.mu.
	orphaned, doubtful bool
	// leaving: another machine should have the target, and nothing new begins here.
	// inherited: the pause that an earlier owner recorded still counts. Both are guarded by
	// targets.mu.
	leaving, inherited bool

	// places guards what follows. known has the places of held alerts for readers of this
	// process, in the order in which it first saw them. In the database an alert may appear
	// behind later places; here it does not.
	places lock
	known  map[string]uint64
	last   uint64
}

// newsCount is a row of target_news.
type newsCount struct{ n, asked int64 }

// news wakes those who wait for a change.
type news struct{ c chan struct{} }

func newNews() *news { return &news{make(chan struct{})} }

func (n *news) spread() {
	close(n.c)
	n.c = make(chan struct{})
}

func newTargets() *targets {
	return &targets{taking: newLock(), all: make(map[string]*target), known: make(map[string]bool), changed: make(map[string]bool), marked: make(chan struct{}, 1)}
}

// of returns a target.
func (ts *targets) of(name string) *target {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	t := ts.all[name]
	if t == nil {
		t = &target{name: name, turn: newLock(), places: newLock(), held: newNews(), queued: newNews(), sending: make(map[string]int64), known: make(map[string]uint64)}
		ts.all[name] = t
	}
	return t
}

// heldNews returns the channel that is closed when what a target holds changes. It must be
// taken before the store is read, otherwise a change in between is missed.
func (s *Store) heldNews(t *target) <-chan struct{} {
	s.targets.mu.Lock()
	defer s.targets.mu.Unlock()
	return t.held.c
}

// queuedNews does the same for the deliveries of a target.
func (s *Store) queuedNews(t *target) <-chan struct{} {
	s.targets.mu.Lock()
	defer s.targets.mu.Unlock()
	return t.queued.c
}

// spreadTargets tells those who work for targets, on any machine, that there may be
// something new. The name "" stands for all targets.
func (s *Store) spreadTargets(names ...string) {
	ts := s.targets
	ts.mu.Lock()
	defer ts.mu.Unlock()
	now := s.db.clock()
	for _, name := range names {
		if name == "" {
			for _, t := range ts.all {
				t.held.spread()
				t.queued.spread()
			}
		} else if t := ts.all[name]; t != nil {
			t.held.spread()
			t.queued.spread()
			if now.Before(t.until) {
				continue
			}
		}
		ts.changed[name] = true
	}
	if len(ts.changed) > 0 {
		select {
		case ts.marked <- struct{}{}:
		default:
		}
	}
}

// spreadQueued tells whoever sends to a target here that its deliveries have changed.
func (s *Store) spreadQueued(t *target) {
	s.targets.mu.Lock()
	defer s.targets.mu.Unlock()
	t.queued.spread()
}

// spreadAll tells those who work for any target that there may be something new.
func (s *Store) spreadAll() { s.spreadTargets("") }

const (
	countNews = `
insert into target_news as n (target, n)
select target, 1 from unnest($1::text[]) as u(target) order by target
on conflict (target) do update set n = n.n + 1`

	readNews = `select target, n, asked from target_news where target = any($1)`
)

// mark tells the owners of targets on other machines what was committed here, soon after
// the commit. If a crash in between keeps it from them, they notice when they next look at
// all that their targets hold: within store.MaxWait.
func (s *Store) mark(ctx context.Context) error {
	ts := s.targets
	ts.mu.Lock()
	names := slices.Sorted(maps.Keys(ts.changed))
	clear(ts.changed)
	ts.mu.Unlock()
	if len(names) == 0 {
		return nil
	}
	err := s.db.update(ctx, "tell other machines what targets have", func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, countNews, names)
		return err
	})
	if err != nil {
		ts.mu.Lock()
		for _, name := range names {
			ts.changed[name] = true
		}
		ts.mu.Unlock()
	}
	return err
}

// marker marks what has changed, until the store closes.
func (s *Store) marker() {
	for {
		select {
		case <-s.ending.Done():
			return
		case <-s.targets.marked:
			_ = s.mark(s.ending) // if it fails, the next look does it
		}
	}
}

const (
	addTargets = `insert into target (target) select target from unnest($1::text[]) as u(target) order by target on conflict (target) do nothing`

	lastPlaces = `select coalesce(max(place), 0) from held where target = any($1)`

	takeTargets = `
with free as (
	select target from target
	where target = any($1) and (owner is null or owner = $2 or lease_until < now() + $4::interval)
	order by target for update skip locked
)
update target as t set owner = $2, token = $3, lease_until = now() + $4::interval + $5::interval
from free where t.target = free.target
returning t.target, coalesce((select asked from target_news n where n.target = t.target), 0)`

	renewTargets = `
with mine as (
	select target from target
	where target = any($1) and owner = $2 and lease_until > now() + $3::interval
	order by target for update
)
update target as t set lease_until = now() + $3::interval + $4::interval
from mine where t.target = mine.target
returning t.target, t.token`

	leaveTargets = `
with mine as (select target from target where owner = $1 order by target for update)
update target as t set owner = null, token = null, lease_until = '-infinity'
from mine where t.target = mine.target`
)

// own reports whether this machine owns a target, and under which token. It takes a free
// target, in the first call at once, and then with every look.
func (s *Store) own(ctx context.Context, t *target) (token int64, ok bool, err error) {
	if token, ok, again := s.owned(t); ok || !again {
		return token, ok, nil
	}
	ts := s.targets
	release, err := ts.taking.hold(ctx)
	if err != nil {
		return 0, false, err
	}
	defer release()
	if token, ok, again := s.owned(t); ok || !again {
		return token, ok, nil
	}
	var l taking
	err = s.db.update(ctx, "take target "+t.name, func(tx pgx.Tx) (err error) {
		if err := s.addTargets(ctx, tx, []string{t.name}); err != nil {
			return err
		}
		l, err = s.take(ctx, tx, []string{t.name})
		return err
	})
	if err != nil {
		return 0, false, err
	}
	s.added([]string{t.name})
	s.took(l)
	ts.mu.Lock()
	t.again = s.db.clock().Add(s.timing.look)
	ts.mu.Unlock()
	token, ok, _ = s.owned(t)
	return token, ok, nil
}

// owned reports whether a target is ours, as far as this process knows; again reports that
// it is time to look whether it is free.
func (s *Store) owned(t *target) (token int64, ok, again bool) {
	s.targets.mu.Lock()
	defer s.targets.mu.Unlock()
	now := s.db.clock()
	if t.leaving {
		return 0, false, false
	}
	return t.token, now.Before(t.until), !now.Before(t.again)
}

// addTargets makes the rows of targets that have none, as far as this process knows.
func (s *Store) addTargets(ctx context.Context, tx pgx.Tx, names []string) error {
	ts := s.targets
	ts.mu.Lock()
	var fresh []string
	for _, name := range names {
		if !ts.known[name] && !slices.Contains(fresh, name) {
			fresh = append(fresh, name)
		}
	}
	ts.mu.Unlock()
	if len(fresh) == 0 {
		return nil
	}
	var place int64
	var b pgx.Batch
	b.Queue(addTargets, fresh)
	b.Queue(lastPlaces, fresh).QueryRow(func(r pgx.Row) error { return r.Scan(&place) })
	if err := tx.SendBatch(ctx, &b).Close(); err != nil {
		return err
	}
	ts.mu.Lock()
	defer ts.mu.Unlock()
	ts.place = max(ts.place, uint64(place))
	return nil
}

// added records that targets have rows, once the transaction that made them is committed.
func (s *Store) added(names []string) {
	s.targets.mu.Lock()
	defer s.targets.mu.Unlock()
	for _, name := range names {
		s.targets.known[name] = true
	}
}

// taking is a lease of some targets.
type taking struct {
	asked map[string]int64 // by target, of target_news
	token int64
	until time.Time // by the clock of this process
}

// take leases those of some targets that are free. A crash before the commit leaves them
// free; after a crash behind it they wait for the end of the lease.
func (s *Store) take(ctx context.Context, tx pgx.Tx, names []string) (l taking, err error) {
	l.asked, l.token, l.until = make(map[string]int64), random(), s.holdsUntil(s.db.clock())
	rows, err := tx.Query(ctx, takeTargets, names, s.self.id, l.token, s.db.ahead(), s.timing.lease)
	if err != nil {
		return l, err
	}
	return l, numbersInto(l.asked)(rows)
}

// took records that targets are ours.
func (s *Store) took(l taking) {
	s.targets.mu.Lock()
	defer s.targets.mu.Unlock()
	for name, asked := range l.asked {
		t := s.targets.all[name]
		if t.token == 0 { // it was never ours, so there is no pause here that a person asked to end
			t.news.asked = asked
		}
		t.token, t.until, t.orphaned, t.inherited = l.token, l.until, true, true
		t.held.spread()
		t.queued.spread()
	}
}

// look is what this machine does for its targets at each look: it renews what it has, takes
// what has become free, and reads what other machines changed.
func (s *Store) look(ctx context.Context) error {
	ts := s.targets
	release, err := ts.taking.hold(ctx)
	if err != nil {
		return err
	}
	defer release()
	var mine, others, asked []string // to be renewed, to be taken, all
	ts.mu.Lock()
	now := s.db.clock()
	for name, t := range ts.all {
		if t.again.IsZero() {
			continue
		}
		asked = append(asked, name)
		if !now.Before(t.until) {
			if ts.wanted == nil || slices.Contains(ts.wanted, name) { // else it waits for a machine with the target in its config
				others = append(others, name)
			}
		} else if t.until.Before(s.holdsUntil(now).Add(-s.timing.beat)) {
			mine = append(mine, name)
		}
	}
	ts.mu.Unlock()
	slices.Sort(mine)
	slices.Sort(others)
	if err := s.lookAfter(ctx, mine, others, append(asked, "")); err != nil {
		return err
	}
	return errors.Join(s.shareOut(ctx), s.mark(ctx), s.sayAgain(ctx))
}

func (s *Store) lookAfter(ctx context.Context, mine, others, asked []string) error {
	var l taking
	var kept map[string]int64
	var counted map[string]newsCount
	var until time.Time
	var watched *time.Time // since when somebody watches alerts on another machine
	err := s.db.update(ctx, "look after targets", func(tx pgx.Tx) (err error) {
		until = s.holdsUntil(s.db.clock())
		kept, counted = make(map[string]int64), make(map[string]newsCount)
		var b pgx.Batch
		if len(mine) > 0 {
			b.Queue(renewTargets, mine, s.self.id, s.db.ahead(), s.timing.lease).Query(numbersInto(kept))
		}
		b.Queue(readNews, asked).Query(newsInto(counted))
		b.Queue(looksElsewhere, s.self.id, s.db.ahead()).QueryRow(func(r pgx.Row) error { return r.Scan(&watched) })
		if err := tx.SendBatch(ctx, &b).Close(); err != nil || len(others) == 0 {
			return err
		}
		l, err = s.take(ctx, tx, others)
		return err
	})
	if err != nil {
		return err
	}
	s.renewed(mine, kept, until)
	s.took(l)
	s.counted(counted)
	if watched != nil {
		s.beginGossip()
	}
	return nil
}

// numbersInto reads rows of a name and a number.
func numbersInto(m map[string]int64) func(pgx.Rows) error {
	return func(rows pgx.Rows) error {
		var name string
		var n int64
		_, err := pgx.ForEachRow(rows, []any{&name, &n}, func() error { m[name] = n; return nil })
		return err
	}
}

// newsInto reads rows of target_news.
func newsInto(m map[string]newsCount) func(pgx.Rows) error {
	return func(rows pgx.Rows) error {
		var name string
		var n newsCount
		_, err := pgx.ForEachRow(rows, []any{&name, &n.n, &n.asked}, func() error { m[name] = n; return nil })
		return err
	}
}

// renewed records which targets are still ours.
func (s *Store) renewed(mine []string, kept map[string]int64, until time.Time) {
	ts := s.targets
	ts.mu.Lock()
	defer ts.mu.Unlock()
	for _, name := range mine {
		t := ts.all[name]
		if token, ok := kept[name]; ok && token == t.token {
			t.until = until
		} else {
			t.until = time.Time{}
			s.log.Warn("another machine took a target whose lease was not renewed in time", "target", name)
		}
	}
}

// leaveTargets releases the targets that this machine owns.
func (s *Store) leaveTargets(ctx context.Context, tx pgx.Tx) error {
	_, err := tx.Exec(ctx, leaveTargets, s.self.id)
	return err
}

// wakeAt returns a Wake for a time of the store's clock. The channel must have been taken
// before the store was read, otherwise a change in between is missed.
func wakeAt(changed <-chan struct{}, at, now time.Time) store.Wake {
	w := store.Wake{Changed: changed}
	if !at.IsZero() {
		w.After = max(at.Sub(now), time.Millisecond)
	}
	return w
}
