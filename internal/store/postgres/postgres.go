// Package postgres is the store of many machines: one PostgreSQL, or what speaks its
// protocol, and any number of processes on it. Each holds shards of the feeds and some
// targets under leases, by the database's clock; what it holds it has in memory, all else
// is read where it is asked for.
package postgres

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"
)

// Store is an open store. Its methods are safe for concurrent use.
type Store struct {
	db      *db
	log     *slog.Logger
	self    machine
	zone    atomic.Pointer[time.Location] // of CountIn
	ending  context.Context               // done when the store closes
	end     context.CancelFunc
	running sync.WaitGroup
	history *history
}

// Options are what a Store has from the program around it.
type Options struct {
	// Machine is how this process is called among the others: the host's name, and
	// what tells two of one host apart.
	Machine string
	Log     *slog.Logger
}

// Open opens the store in the database at dsn, and makes its tables where they are not
// there or are older.
func Open(ctx context.Context, dsn string, o Options) (*Store, error) {
	d, err := connect(ctx, dsn, o.Log)
	if err != nil {
		return nil, fmt.Errorf("open store: %w", err)
	}
	s := &Store{db: d, log: o.Log, self: newMachine(o.Machine)}
	if s.history, err = newHistory(); err != nil {
		d.close()
		return nil, fmt.Errorf("open store: %w", err)
	}
	s.ending, s.end = context.WithCancel(context.WithoutCancel(ctx))
	if err := d.migrate(ctx); err != nil {
		d.close()
		return nil, fmt.Errorf("open store: %w", err)
	}
	return s, nil
}

// Close gives back what this machine holds, for others to go on at once.
func (s *Store) Close() error {
	s.end()
	s.running.Wait()
	s.db.close()
	return nil
}

// now is the database's clock, as far as it is known here.
func (s *Store) now() time.Time { return time.Now().Add(s.db.skew()).Round(0) }
