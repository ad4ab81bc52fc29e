package postgres

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"time"

	"github.com/jackc/pgx/v5"

	"watcher/internal/backoff"
)

// timing is how often a machine sends a heartbeat, and how long it counts as alive after
// one. Loops of the store wait for a part of it and for nothing else, so that tests in
// which months pass at once do not consist of heartbeats.
type timing struct {
	// beat is the time between two heartbeats, and between two flushes of polls.
	beat time.Duration
	// look is how often a machine looks for what others left for it.
	look time.Duration
	// lease is how long after a heartbeat a machine, and what it holds, is its own.
	lease time.Duration
	// margin is how much earlier a holder stops than others may take over: the most that
	// two clocks may drift apart within a lease.
	margin time.Duration
}

// usual lets a machine miss two heartbeats. Whatever a dead machine held is free after a
// lease at most.
var usual = timing{beat: 5 * time.Second, look: time.Second, lease: 16 * time.Second, margin: time.Second}

const (
	// smallSkew cannot be told from the time that a question and its answer take. A skew
	// below it counts as none.
	smallSkew = 100 * time.Millisecond
	// remembered is how long the row of a dead machine stays, for people to see.
	remembered = time.Hour
)

// machine is a process that uses the store.
type machine struct {
	name string
	// id is drawn at the start. Leases name it, because a process that has died and the one
	// that replaced it under the same name are two.
	id int64
}

func newMachine(name string) machine { return machine{name: name, id: random()} }

// random draws 64 bits. Fencing tokens and ids must not repeat after the database has lost
// its last seconds, as those of a counter would.
func random() int64 {
	var b [8]byte
	rand.Read(b[:])
	return int64(binary.BigEndian.Uint64(b[:]))
}

const (
	renewMachine = `
insert into machine as m (id, name, started, seen, config, version, fingerprint, targets)
values ($1, $2, coalesce($8, now() + $3::interval), now() + $3::interval, $4, $5, $6, $7)
on conflict (id) do update
set seen = excluded.seen, config = excluded.config, version = excluded.version, fingerprint = excluded.fingerprint, targets = excluded.targets
returning m.seen, m.started`

	// A process that is started again takes the place of the one that died.
	buryMachines = `
delete from machine
where seen < now() + $1::interval - $2::interval
	or name = $3 and id <> $4 and seen < now() + $1::interval - $5::interval`

	countMachines = `select count(*) from machine where seen > now() + $1::interval - $2::interval`

	dropMachine = `delete from machine where id = $1`
)

// beat renews the row of this machine and its leases, and measures the skew of the
// database's clock and how many machines live. A crash before its commit leaves the lease
// of the last heartbeat.
func (s *Store) beat(ctx context.Context) error {
	return s.db.update(ctx, "say that this machine lives", func(tx pgx.Tx) error {
		ahead, t := s.db.ahead(), s.timing
		var theirs, started time.Time
		var live int
		var b pgx.Batch
		who := s.card.Load()
		b.Queue(renewMachine, s.self.id, s.self.name, ahead, who.config, who.version, who.fingerprint, s.worksFor(), s.started.Load()).
			QueryRow(func(r pgx.Row) error { return r.Scan(&theirs, &started) })
		b.Queue(buryMachines, ahead, remembered, s.self.name, s.self.id, t.lease)
		b.Queue(countMachines, ahead, t.lease).QueryRow(func(r pgx.Row) error { return r.Scan(&live) })
		asked := s.db.clock()
		if err := tx.SendBatch(ctx, &b).Close(); err != nil {
			return err
		}
		s.db.measure(asked, s.db.clock(), theirs)
		s.live.Store(int64(max(live, 1)))
		s.started.Store(&started) // for a row that is inserted again after others deleted it
		return nil
	})
}

// askTime measures the skew of the database's clock without a heartbeat.
func (s *Store) askTime(ctx context.Context) error {
	return s.db.view(ctx, "ask what time it is", func(tx pgx.Tx) error {
		var theirs time.Time
		asked := s.db.clock()
		err := tx.QueryRow(ctx, `select now() + $1::interval`, s.db.ahead()).Scan(&theirs)
		if err == nil {
			s.db.measure(asked, s.db.clock(), theirs)
		}
		return err
	})
}

// measure computes the skew from an answer: the database's clock stood at theirs at some
// moment between asked and answered. If the transaction began earlier, the skew comes out
// smaller, never larger.
func (d *db) measure(asked, answered, theirs time.Time) {
	var skew time.Duration
	switch {
	case theirs.Before(asked.Add(-smallSkew)):
		skew = theirs.Sub(asked)
	case theirs.After(answered.Add(smallSkew)):
		skew = theirs.Sub(answered)
	}
	d.skewed.Store(int64(skew))
}

// machines returns how many machines live, this one among them.
func (s *Store) machines() int { return int(s.live.Load()) }

// holdsUntil returns until when, by the clock of this process, it may rely on a lease that
// was renewed by a statement begun at before.
func (s *Store) holdsUntil(before time.Time) time.Time {
	return before.Add(s.timing.lease - s.timing.margin)
}

// every runs f about each d until the store closes. It logs when errors begin and when they
// end, as the next run may work.
func (s *Store) every(d time.Duration, f func(ctx context.Context) error) {
	s.running.Go(func() {
		failing := false
		for {
			select {
			case <-s.ending.Done():
				return
			case <-time.After(backoff.Between(d-d/10, d)):
			}
			err := f(s.ending)
			switch {
			case s.ending.Err() != nil:
				return
			case err != nil && !failing:
				s.log.Warn("the store does not answer", "error", err)
			case err == nil && failing:
				s.log.Info("the store answers again")
			}
			failing = err != nil
		}
	})
}
