// Package postgres is the store for many machines: one PostgreSQL, or a database with its
// protocol, and any number of processes on it. Each process holds shards of the feeds and
// some targets under leases, which are timed by the database's clock. What a process holds
// it has in memory; everything else it reads when it is asked for.
package postgres

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"

	"watcher/internal/store"
)

// Store is an open store. Its methods are safe for concurrent use.
type Store struct {
	db      *db
	log     *slog.Logger
	self    machine
	aside   bool // it is not a machine: it sends no heartbeats and holds nothing
	timing  timing
	live    atomic.Int64                  // how many machines live
	started atomic.Pointer[time.Time]     // of this process, by the database's clock; nil until the first heartbeat
	zone    atomic.Pointer[time.Location] // set by CountIn
	ending  context.Context               // done when the store closes
	end     context.CancelFunc
	running sync.WaitGroup
	history *history
	gossip  gossip
	held    *share
	targets *targets
	// whenAsked is set by WhenAsked.
	whenAsked atomic.Pointer[func(target string)]
	card      atomic.Pointer[card] // set by Introduce
	stories   stories
}

// Options are what the program tells a Store.
type Options struct {
	// Machine is the name of this process among the others: the host's name, and something
	// that tells two processes of one host apart.
	Machine string
	Log     *slog.Logger
}

// Open opens the store in the database at dsn, and makes or upgrades its tables.
func Open(ctx context.Context, dsn string, o Options) (*Store, error) {
	s, err := OpenToMove(ctx, dsn, o)
	if err != nil {
		return nil, err
	}
	if err := s.refuseMoving(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("open store: %w", err), s.Close())
	}
	return s, nil
}

// refuseMoving returns an error if something is being migrated into the store.
func (s *Store) refuseMoving(ctx context.Context) error {
	mark, err := s.Moving(ctx)
	if err == nil && mark != nil {
		err = store.ErrMoving
	}
	return err
}

// OpenToRead opens the store in the database at dsn for a command that only reads. It does
// not register as a machine and holds nothing, and methods that would change something
// return an error. It makes no tables: its error is store.ErrNotRun if they are not there.
func OpenToRead(ctx context.Context, dsn string, log *slog.Logger) (*Store, error) {
	return openAside(ctx, dsn, log, true)
}

// OpenAside is OpenToRead, for a command that changes something.
func OpenAside(ctx context.Context, dsn string, log *slog.Logger) (*Store, error) {
	return openAside(ctx, dsn, log, false)
}

func openAside(ctx context.Context, dsn string, log *slog.Logger, reads bool) (*Store, error) {
	s, err := prepare(ctx, dsn, Options{Log: log}, usual, outside{clock: time.Now, offset: noOffset})
	if err != nil {
		return nil, err
	}
	s.aside, s.db.reads = true, reads
	if err = s.db.present(ctx); err == nil {
		err = s.refuseMoving(ctx)
	}
	if err == nil {
		err = s.askTime(ctx)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open store: %w", err), s.Close())
	}
	return s, nil
}

// OpenToMove is Open for a migration: it also opens a store that something is being
// migrated into.
func OpenToMove(ctx context.Context, dsn string, o Options) (*Store, error) {
	return open(ctx, dsn, o, usual, outside{clock: time.Now, offset: noOffset})
}

func noOffset() time.Duration { return 0 }

// open opens the store with another timing and, in tests, with other clocks and another
// network.
func open(ctx context.Context, dsn string, o Options, t timing, w outside) (*Store, error) {
	s, err := prepare(ctx, dsn, o, t, w)
	if err != nil {
		return nil, err
	}
	if err := s.begin(ctx); err != nil {
		s.end()
		s.db.close()
		return nil, fmt.Errorf("open store: %w", err)
	}
	return s, nil
}

// prepare returns a store that has asked the database nothing yet.
func prepare(ctx context.Context, dsn string, o Options, t timing, w outside) (*Store, error) {
	self := newMachine(o.Machine)
	d, err := connect(ctx, dsn, o.Log, self.id, w)
	if err != nil {
		return nil, fmt.Errorf("open store: %w", err)
	}
	s := &Store{db: d, log: o.Log, self: self, timing: t, held: newShare(), targets: newTargets()}
	s.card.Store(&card{})
	if s.history, err = newHistory(); err != nil {
		d.close()
		return nil, fmt.Errorf("open store: %w", err)
	}
	s.ending, s.end = context.WithCancel(context.WithoutCancel(ctx))
	return s, nil
}

// begin makes the tables and the row of this machine, and starts what runs until Close.
func (s *Store) begin(ctx context.Context) error {
	if err := s.db.migrate(ctx); err != nil {
		return err
	}
	if err := s.beat(ctx); err != nil {
		return err
	}
	s.every(s.timing.beat, s.beat)
	s.every(s.timing.look, s.tend)
	s.every(s.timing.look, s.look)
	s.running.Go(s.marker)
	s.running.Go(s.pruner)
	return nil
}

// Ending says that the program ends: from now on a transaction gives up after two seconds
// without an answer of the database. That loses no more than a crash.
func (s *Store) Ending() { s.db.end() }

// Close releases what this machine holds, so that others go on at once. If the database
// does not answer, they go on when the leases end.
func (s *Store) Close() error {
	s.end()
	s.running.Wait()
	s.Ending()
	ctx, cancel := context.WithTimeout(context.Background(), lastPatience)
	defer cancel()
	defer s.db.close()
	if s.aside { // it holds nothing
		_ = s.mark(ctx) // if it fails, the owners of targets find the changes a little later
		return nil
	}
	err := s.letGo(ctx)
	if err == nil {
		err = s.leave(ctx)
	}
	if err != nil && judge(err) != wrong {
		s.log.Warn("what this machine holds is not given back, other machines wait until its leases end", "error", err)
		return nil
	}
	return err
}

// leave releases what this machine holds.
func (s *Store) leave(ctx context.Context) error {
	return s.db.update(ctx, "leave the store", func(tx pgx.Tx) error {
		if err := s.leaveTargets(ctx, tx); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, dropMachine, s.self.id)
		return err
	})
}

// Away returns since when the database does not answer or cannot be written, and why; nil
// if it can.
func (s *Store) Away() *Away { return s.db.away.Load() }

// now returns the time by the database's clock, as far as its skew is known.
func (s *Store) now() time.Time { return s.db.clock().Add(s.db.skew()).Round(0) }
