package postgres

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// deadline is a deadline that begins anew with each statement of a transaction.
type deadline struct {
	ctx    context.Context
	outer  context.Context
	cancel context.CancelCauseFunc
	time   time.Duration
	timer  *time.Timer
}

func newDeadline(outer context.Context, d time.Duration) *deadline {
	ctx, cancel := context.WithCancelCause(outer)
	return &deadline{ctx, outer, cancel, d, time.AfterFunc(d, func() { cancel(errSlow) })}
}

// again starts the deadline of the next statement.
func (d *deadline) again() context.Context {
	d.timer.Reset(d.time)
	return d.ctx
}

func (d *deadline) stop() {
	d.timer.Stop()
	d.cancel(nil)
}

// name says of an error that the deadline passed, if that is why.
func (d *deadline) name(err error) error {
	if err != nil && d.outer.Err() == nil && errors.Is(context.Cause(d.ctx), errSlow) {
		return errSlow
	}
	return err
}

// bounded is a transaction each of whose statements has the deadline, whatever context it
// is given.
type bounded struct {
	pgx.Tx
	limit    *deadline
	prepares bool // hot statements, if the connection allows it
}

func (b bounded) Exec(_ context.Context, sql string, args ...any) (pgconn.CommandTag, error) {
	return b.Tx.Exec(b.limit.again(), sql, args...)
}

func (b bounded) QueryRow(_ context.Context, sql string, args ...any) pgx.Row {
	return b.Tx.QueryRow(b.limit.again(), sql, args...)
}

func (b bounded) CopyFrom(_ context.Context, table pgx.Identifier, columns []string, rows pgx.CopyFromSource) (int64, error) {
	return b.Tx.CopyFrom(b.limit.again(), table, columns, rows)
}
