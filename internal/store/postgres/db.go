package postgres

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"watcher/internal/backoff"
)

const (
	// statementTime bounds a statement. A host that vanished sends nothing, and keepalives
	// do not notice data that is not acknowledged.
	statementTime = 5 * time.Second
	// patience is how long a transaction is made again, so that a switchover of the primary
	// is a pause and not an error.
	patience = 10 * time.Second
	// firstPause and maxPause bound the pause between two tries, half of which is random.
	firstPause, maxPause = 20 * time.Millisecond, 400 * time.Millisecond
	// lastPatience replaces patience once the program ends: polls, deliveries and the
	// release of the leases are waited for one after the other.
	lastPatience = 2 * time.Second
)

// db is the database. It makes a transaction again if that may help.
type db struct {
	outside
	pool   *pgxpool.Pool
	log    *slog.Logger
	self   int64         // id of the machine
	skewed atomic.Int64  // how far the database's clock is ahead of ours, in nanoseconds
	era    atomic.Uint64 // of connections; see discard
	away   atomic.Pointer[Away]
	fell   chan struct{}   // has a value once away was set
	ending context.Context // done when the program ends
	end    context.CancelFunc
	reads  bool // update is refused
	// prepares says that hot statements are prepared, as connections lead to the server
	// itself. It is cleared once that turns out to be wrong.
	prepares atomic.Bool
}

// Away says that the database does not answer, or that it cannot be written.
type Away struct {
	Since time.Time // by this machine's clock
	Err   error
}

// outside is what the store takes from the world around it: clocks and the network.
type outside struct {
	clock func() time.Time // of this machine
	// offset is how far the clock of statements is ahead of the database's own. It is 0
	// except in tests whose time jumps.
	offset func() time.Duration
	dial   pgconn.DialFunc // nil means the network
}

func connect(ctx context.Context, dsn string, log *slog.Logger, self int64, w outside) (*db, error) {
	cfg, err := poolConfig(dsn)
	if err != nil {
		return nil, err
	}
	if w.dial != nil {
		cfg.ConnConfig.DialFunc = w.dial
	}
	d := &db{outside: w, log: log, self: self, fell: make(chan struct{}, 1)}
	d.ending, d.end = context.WithCancel(context.Background())
	d.prepares.Store(!saysMode(dsn))
	cfg.AfterConnect = func(_ context.Context, c *pgx.Conn) error {
		c.PgConn().CustomData()[eraKey] = d.era.Load()
		return nil
	}
	if d.pool, err = pgxpool.NewWithConfig(ctx, cfg); err != nil {
		return nil, err
	}
	return d, nil
}

// close closes all connections. It gives up on a connection, after a while, if the server
// does not answer the goodbye: pgx would wait 15 seconds.
func (d *db) close() {
	closed := make(chan struct{})
	go func() {
		defer close(closed)
		d.pool.Close()
	}()
	select {
	case <-closed:
	case <-time.After(lastPatience):
	}
}

// ahead is what statements add to now().
func (d *db) ahead() time.Duration { return d.offset() }

// skew is how far the database's clock is ahead of this machine's.
func (d *db) skew() time.Duration { return time.Duration(d.skewed.Load()) }

// The locks and transactions of a machine that hangs must not hold up the others for longer
// than a lease. The bounds are set for each transaction: settings of a connection would
// leak to other clients behind PgBouncer.
const bounds = `; set local statement_timeout = '5s'; set local lock_timeout = '3s'; set local idle_in_transaction_session_timeout = '10s'`

// kind is a kind of transaction.
type kind struct {
	options pgx.TxOptions
	time    time.Duration // of each statement
	writes  bool
}

var (
	toWrite = kind{pgx.TxOptions{BeginQuery: "begin isolation level read committed" + bounds}, statementTime, true}
	toRead  = kind{pgx.TxOptions{BeginQuery: "begin isolation level repeatable read read only" + bounds}, statementTime, false}
	// making tables, or waiting for another machine that makes them, may take long
	toMake = kind{pgx.TxOptions{BeginQuery: "begin isolation level read committed"}, 5 * time.Minute, true}
)

// update makes a transaction. f must be safe to run again after it was committed: it is run
// again if nobody knows whether a commit took place. Each statement has a deadline. Even
// after an error the transaction may have been committed.
func (d *db) update(ctx context.Context, what string, f func(tx pgx.Tx) error) error {
	if d.reads {
		return fmt.Errorf("%s: %w", what, errReads)
	}
	return d.mending(ctx, func() error { return d.transact(ctx, what, toWrite, f) })
}

// view makes a transaction that reads from one snapshot.
func (d *db) view(ctx context.Context, what string, f func(tx pgx.Tx) error) error {
	return d.mending(ctx, func() error { return d.transact(ctx, what, toRead, f) })
}

func (d *db) transact(outer context.Context, what string, k kind, f func(tx pgx.Tx) error) (err error) {
	ctx, cancel := context.WithCancelCause(outer)
	defer cancel(nil)
	defer context.AfterFunc(d.ending, func() { time.AfterFunc(lastPatience, func() { cancel(errSlow) }) })()
	begun, pause, unknown := time.Now(), firstPause, false
	for {
		var at stage
		if at, err = d.once(ctx, k, unknown, f); err == nil {
			if a := d.away.Load(); a != nil && k.writes && !isFull(a.Err) { // a database that is read-only still answers reads
				d.away.CompareAndSwap(a, nil)
			}
			return nil
		}
		unknown = unknown || at == committing
		passing := at == committing || judge(err) != wrong
		if ctx.Err() != nil || !passing || time.Since(begun) > patience {
			switch {
			case passing && ctx.Err() == nil:
				d.fall(err)
			case outer.Err() == nil && ctx.Err() != nil:
				err = context.Cause(ctx)
			}
			return fmt.Errorf("%s: %w", what, err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(backoff.Between(pause/2, pause)):
		}
		pause = min(2*pause, maxPause)
	}
}

// fall records that the database is away.
func (d *db) fall(err error) {
	if !d.away.CompareAndSwap(nil, &Away{Since: d.clock(), Err: err}) {
		return
	}
	select {
	case d.fell <- struct{}{}:
	default: // nobody has heard of the last time yet
	}
}

// stage is how far a transaction came.
type stage int

const (
	running stage = iota
	// committing: whether it was committed is not known.
	committing
)

var (
	errSlow = errors.New("the database does not answer")
	// errUnsure is the error of a commit that the standby may not have received.
	errUnsure = errors.New("the commit was not waited for")
)

// errReads refuses a change in a store that was opened to read.
var errReads = errors.New("the store is open read-only")

// touch makes the transaction one that writes. A commit that only finds what its first try
// wrote would wait for no standby; one that writes does, and thereby waits for the first
// try too. A command has no machine row, and touches the row of migrations.
const (
	touch      = `update machine set seen = seen where id = $1`
	touchAside = `update migrating set one = one where one`
)

// once makes a transaction once. A crash before its commit leaves nothing; a crash after it
// is as if its answer had been lost.
func (d *db) once(ctx context.Context, k kind, unknown bool, f func(tx pgx.Tx) error) (_ stage, err error) {
	limit := newDeadline(ctx, k.time)
	defer limit.stop()
	defer func() { err = limit.name(err) }()
	conn, err := d.pool.Acquire(limit.ctx)
	if err != nil {
		return running, unreached(err)
	}
	defer conn.Release()
	defer func() {
		if err != nil && judge(limit.name(err)) == elsewhere {
			d.discard(conn)
		}
		if isLost(err) {
			d.prepares.Store(false)
		}
	}()
	tx, err := conn.BeginTx(limit.again(), k.options)
	if err != nil {
		return running, err
	}
	if err := f(bounded{tx, limit, d.prepares.Load()}); err != nil {
		_ = tx.Rollback(limit.again()) // if it fails, it closes the connection
		return running, err
	}
	if unknown && k.writes {
		tag, err := tx.Exec(limit.again(), touch, d.self)
		if err == nil && tag.RowsAffected() == 0 {
			_, err = tx.Exec(limit.again(), touchAside)
		}
		if err != nil {
			return running, err
		}
	}
	data := conn.Conn().PgConn().CustomData()
	delete(data, warned)
	switch err := tx.Commit(limit.again()); {
	case errors.Is(err, pgx.ErrTxCommitRollback): // f went on after an error
		return running, err
	case err != nil:
		return committing, err
	}
	if why, ok := data[warned]; ok && k.writes {
		return committing, fmt.Errorf("%w: %s", errUnsure, why)
	}
	return running, nil
}

const eraKey = "era"

// discard closes a connection that broke, and all that were opened before it broke. They
// lead to the same server, and each would cost a deadline of its own.
func (d *db) discard(c *pgxpool.Conn) {
	if !c.Conn().IsClosed() {
		gone, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		_ = c.Conn().Close(gone)
	}
	if era, ok := c.Conn().PgConn().CustomData()[eraKey].(uint64); ok && d.era.CompareAndSwap(era, era+1) {
		d.pool.Reset()
	}
}
