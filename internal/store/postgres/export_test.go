package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// World is what a test sets in place of the world around a store.
type World struct {
	Beat   time.Duration        // between two heartbeats; leases hold for three of them
	Clock  func() time.Time     // of the machine
	Offset func() time.Duration // how far the clock of statements is ahead of the database's
	Dial   pgconn.DialFunc
}

// OpenIn is Open in another world.
func OpenIn(ctx context.Context, dsn string, o Options, w World) (*Store, error) {
	t := timing{beat: w.Beat, look: w.Beat / 5, lease: 3 * w.Beat, margin: w.Beat / 5}
	return open(ctx, dsn, o, t, outside{clock: w.Clock, offset: w.Offset, dial: w.Dial})
}

// Update makes a transaction of the store.
func (s *Store) Update(ctx context.Context, f func(tx pgx.Tx) error) error {
	return s.db.update(ctx, "test", f)
}

func (s *Store) Beat(ctx context.Context) error { return s.beat(ctx) }
func (s *Store) Living() int                    { return s.machines() }
func (s *Store) Now() time.Time                 { return s.now() }
func (s *Store) Ahead() time.Duration           { return s.db.skew() }

// Die ends the store's own loops and retries.
func (s *Store) Die() { s.end() }

// Kill ends the store as SIGKILL ends a process: it releases nothing.
func (s *Store) Kill() {
	s.Die()
	s.running.Wait()
	s.db.close()
}

// CommittedFeeds is the statement that reads which polls of a commit are stored.
const CommittedFeeds = committedFeeds

// Judge returns what an error means for its transaction.
func Judge(err error) string { return [...]string{"wrong", "again", "elsewhere"}[judge(err)] }

// Address is how an address is understood.
type Address struct {
	ReadWrite bool // it connects only to a server that accepts writes
	Most      int32
}

func ReadAddress(dsn string) (Address, error) {
	c, err := poolConfig(dsn)
	if err != nil {
		return Address{}, err
	}
	return Address{c.ConnConfig.ValidateConnect != nil, c.MaxConns}, nil
}
