package postgres

import (
	"context"
	"maps"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"watcher/internal/store"
)

// Whoever watches alerts hears at once of what this machine commits. While somebody watches
// on one machine, the others write down what they commit, a part each half second, and that
// machine reads it. They learn that somebody watches from a look at each heartbeat, and
// begin with what they committed since the look before it: nothing is left out, but at
// first a watcher hears of it some seconds late. While nobody watches, nothing is written.
const (
	// gossipEvery is how often it is written and read.
	gossipEvery = 500 * time.Millisecond
	// looksFor is how long a machine counts as watching after it said so.
	looksFor = 15 * time.Second
	// toldKept is how long a part is kept: longer than it takes to notice that somebody
	// watches, and to read the part.
	toldKept = time.Minute
	// maxTold bounds the alerts that are kept in memory for that.
	maxTold = 4096
)

// gossip is what a machine tells others, and hears of them.
type gossip struct {
	watches store.AlertWatches

	mu      sync.Mutex
	running bool
	told    []telling // of the last while, the oldest first
	ids     int       // in told
	lost    time.Time // the time of the last telling that was dropped for want of room

	// The following belong to exchange, which runs once at a time.
	written time.Time           // the time of the last telling that was written
	looked  time.Time           // when this machine last wrote that somebody watches here
	heard   map[int64]time.Time // the parts of others that were passed on here, and when
}

// telling is a change of alerts that others are to hear of.
type telling struct {
	at   time.Time // by the database's clock
	came bool
	ids  []string
}

// Watch returns a watch that hears of what is committed from now on, on any machine. It has
// to be closed.
func (s *Store) Watch() *store.AlertWatch {
	w := s.gossip.watches.Watch()
	s.beginGossip()
	return w
}

// tell tells of alerts whose transaction was committed; came says that they are new, or
// were told already.
func (s *Store) tell(came bool, ids ...string) {
	if len(ids) == 0 {
		return
	}
	s.gossip.watches.Tell(came, ids...)
	s.gossip.remember(telling{s.now(), came, ids})
}

func (g *gossip) remember(t telling) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.told, g.ids = append(g.told, t), g.ids+len(t.ids)
	for g.ids > maxTold || t.at.Sub(g.told[0].at) > looksFor {
		if g.ids > maxTold {
			g.lost = g.told[0].at
		}
		g.ids -= len(g.told[0].ids)
		g.told = g.told[1:]
	}
}

// since returns what was told since a time, and whether some of it was dropped.
func (g *gossip) since(t time.Time) (came, changed []string, missed bool, last time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	came, changed = []string{}, []string{} // not nil, which would be null
	for _, one := range g.told {
		if !one.at.After(t) {
			continue
		}
		if last = one.at; one.came {
			came = append(came, one.ids...)
		} else {
			changed = append(changed, one.ids...)
		}
	}
	return came, changed, g.lost.After(t), last
}

const (
	lookHere = `
insert into watch as w (machine, since, until) values ($1, now() + $2::interval, now() + $2::interval + $3::interval)
on conflict (machine) do update set until = excluded.until,
	since = case when w.until > excluded.since then w.since else excluded.since end`
	looksElsewhere = `select min(since) from watch where machine <> $1 and until > now() + $2::interval`
	putTold        = `
insert into told (machine, part, at, came, changed, missed) values ($1, $2, now() + $3::interval, $4, $5, $6)
on conflict (machine, part) do nothing`
	toldElsewhere = `
select part, came, changed, missed from told
where machine <> $1 and at > now() + $2::interval - $3::interval order by at, part`
	dropTold  = `delete from told where at < now() + $1::interval - $2::interval`
	dropLooks = `delete from watch where machine = $1 or until < now() + $2::interval - $3::interval`
)

// beginGossip starts writing and reading, which goes on until nobody watches.
func (s *Store) beginGossip() {
	g := &s.gossip
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.running || s.ending.Err() != nil {
		return
	}
	g.running, g.looked, g.heard = true, time.Time{}, make(map[int64]time.Time)
	s.running.Go(func() {
		for s.goesOn() {
			select {
			case <-s.ending.Done():
			case <-time.After(gossipEvery):
			}
		}
	})
}

// goesOn makes one exchange, and reports whether to make another.
func (s *Store) goesOn() bool {
	elsewhere, err := s.exchange(s.ending)
	if err != nil && s.ending.Err() == nil {
		s.log.Warn("who looks at alerts hears late of those of other machines", "error", err)
	}
	g := &s.gossip
	g.mu.Lock()
	defer g.mu.Unlock()
	g.running = s.ending.Err() == nil && (err != nil || elsewhere || g.watches.Any())
	return g.running
}

// exchange writes what was told here, if somebody watches elsewhere, and passes on here
// what was told elsewhere.
func (s *Store) exchange(ctx context.Context) (elsewhere bool, err error) {
	g, now := &s.gossip, s.now()
	var heard []part
	var last time.Time
	looks, mine := g.watches.Any(), random()
	err = s.db.update(ctx, "tell who looks", func(tx pgx.Tx) error {
		var since *time.Time
		var b pgx.Batch
		ahead := s.db.ahead()
		b.Queue(looksElsewhere, s.self.id, ahead).QueryRow(func(r pgx.Row) error { return r.Scan(&since) })
		if looks {
			b.Queue(toldElsewhere, s.self.id, ahead, looksFor).Query(func(rows pgx.Rows) (err error) {
				heard, err = pgx.CollectRows(rows, pgx.RowToStructByPos[part])
				return err
			})
		}
		if looks && now.Sub(g.looked).Abs() > looksFor/3 {
			b.Queue(lookHere, s.self.id, ahead, looksFor)
			b.Queue(dropTold, ahead, toldKept)
		}
		if !looks {
			b.Queue(dropLooks, s.self.id, ahead, looksFor)
		}
		if err := tx.SendBatch(ctx, &b).Close(); err != nil {
			return err
		}
		if elsewhere = since != nil; !elsewhere {
			return nil
		}
		from := g.written
		if since.After(from) {
			from = since.Add(-time.Second) // clocks of machines differ a little
		}
		came, changed, missed, until := g.since(from)
		if last = until; last.IsZero() {
			return nil
		}
		_, err := tx.Exec(ctx, putTold, s.self.id, mine, ahead, came, changed, missed)
		return err
	})
	if err != nil {
		return false, err
	}
	if looks && now.Sub(g.looked).Abs() > looksFor/3 {
		g.looked = now
	}
	if !last.IsZero() {
		g.written = last
	}
	s.hear(heard, now)
	return elsewhere, nil
}

// part is a row of what another machine has told.
type part struct {
	ID            int64
	Came, Changed []string
	Missed        bool
}

// hear passes on what was told elsewhere, each part once.
func (s *Store) hear(parts []part, now time.Time) {
	g := &s.gossip
	for _, p := range parts {
		if _, again := g.heard[p.ID]; again {
			continue
		}
		g.watches.Tell(true, p.Came...)
		g.watches.Tell(false, p.Changed...)
		if p.Missed {
			g.watches.Miss()
		}
		g.heard[p.ID] = now
	}
	maps.DeleteFunc(g.heard, func(_ int64, at time.Time) bool { return now.Sub(at) > toldKept })
}
