package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// World is what a test puts around a store.
type World struct {
	Beat   time.Duration        // from one heartbeat to the next; leases hold for three
	Clock  func() time.Time     // of the machine
	Offset func() time.Duration // of the clock of statements, ahead of the database's
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

// Die lets the store do nothing more by itself, and try nothing again.
func (s *Store) Die() { s.end() }

// Kill ends the store as SIGKILL ends a process: it gives nothing back.
func (s *Store) Kill() {
	s.Die()
	s.running.Wait()
	s.db.close()
}

// Judge says what an error means for its transaction.
func Judge(err error) string { return [...]string{"wrong", "again", "elsewhere"}[judge(err)] }

// Address is what is made of an address.
type Address struct {
	ReadWrite bool // only a server that can be written is connected to
	Most      int32
}

func ReadAddress(dsn string) (Address, error) {
	c, err := poolConfig(dsn)
	if err != nil {
		return Address{}, err
	}
	return Address{c.ConnConfig.ValidateConnect != nil, c.MaxConns}, nil
}
