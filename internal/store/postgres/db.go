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
)

const (
	// statementTime bounds a transaction: a host that vanished sends nothing, and
	// keepalives do not see data that is not acknowledged.
	statementTime = 5 * time.Second
	// tries bounds how often a transaction is made again.
	tries = 6
)

// db is the database: transactions that are made again where that helps.
type db struct {
	outside
	pool   *pgxpool.Pool
	log    *slog.Logger
	skewed atomic.Int64 // of the database's clock ahead of ours, in nanoseconds
}

// outside is the world around the store.
type outside struct {
	clock func() time.Time // of this machine
	// offset is how far the clock of statements is ahead of the database's own. It is 0
	// but in tests whose time jumps.
	offset func() time.Duration
	dial   pgconn.DialFunc // nil is the network
}

func connect(ctx context.Context, dsn string, log *slog.Logger, w outside) (*db, error) {
	cfg, err := pgxpool.ParseConfig(dsn)
	if err != nil {
		return nil, err
	}
	cfg.ConnConfig.DefaultQueryExecMode = pgx.QueryExecModeCacheDescribe // prepared statements do not outlive a transaction behind PgBouncer
	if w.dial != nil {
		cfg.ConnConfig.DialFunc = w.dial
	}
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return nil, err
	}
	return &db{outside: w, pool: pool, log: log}, nil
}

func (d *db) close() { d.pool.Close() }

// ahead is what statements add to now().
func (d *db) ahead() time.Duration { return d.offset() }

// skew is how far the database's clock is ahead of this machine's.
func (d *db) skew() time.Duration { return time.Duration(d.skewed.Load()) }

// update makes a transaction. f must be safe to run again after it was committed: where
// nobody knows whether a commit took place, it is run again.
func (d *db) update(ctx context.Context, what string, f func(tx pgx.Tx) error) error {
	return d.mending(ctx, func() error { return d.transact(ctx, what, pgx.TxOptions{IsoLevel: pgx.ReadCommitted}, f) })
}

// view reads in a transaction that sees one moment.
func (d *db) view(ctx context.Context, what string, f func(tx pgx.Tx) error) error {
	return d.mending(ctx, func() error {
		return d.transact(ctx, what, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}, f)
	})
}

func (d *db) transact(ctx context.Context, what string, o pgx.TxOptions, f func(tx pgx.Tx) error) (err error) {
	for try := 1; ; try++ {
		once, cancel := context.WithTimeout(ctx, statementTime)
		err = pgx.BeginTxFunc(once, d.pool, o, f)
		cancel()
		if err == nil || ctx.Err() != nil || !passing(err) || try == tries {
			break
		}
		select {
		case <-ctx.Done():
		case <-time.After(time.Duration(try) * 20 * time.Millisecond):
		}
	}
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}

// passing reports whether the same transaction may succeed when it is made again.
func passing(err error) bool {
	pg, ok := errors.AsType[*pgconn.PgError](err)
	if !ok {
		return errors.Is(err, context.DeadlineExceeded) || pgconn.Timeout(err)
	}
	switch pg.Code {
	case "40001", "40P01", "25006", "57P01", "57P02", "57P03":
		return true
	}
	return pg.Code[:2] == "08"
}
