package postgres

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// To parse and plan the statements of a poll with news takes the database longer than to
// execute them. So they are prepared, once for each connection, where a connection leads
// to the server itself. One to a pooler leads to another server process with each
// transaction, where what was prepared is not.

// hot are the statements that are prepared: those of claims, and of commits of polls. Each
// reads and writes rows by their keys, and so one plan is good for any arguments.
var hot = map[string]bool{
	readFeeds: true, getParts: true,
	fenceShards: true, updateFeeds: true,
	putParts: true, dropParts: true,
	storiesByKey: true, putStories: true,
	toldAlerts: true, insertKeys: true, updateKeys: true,
	insertAlerts: true, insertLog: true, insertHeld: true, putHeld: true,
	lockChanged: true, changeAlerts: true,
	insertArrivals: true, countFeeds: true, countRules: true, matchRules: true,
}

const serverProcess = `select pg_backend_pid()`

// straight is the key under which a connection notes that it leads to the server itself.
const straight = "straight"

// prepare has a statement prepared, the first time that it is used on a connection.
func (b bounded) prepare(ctx context.Context, sql string) error {
	if !b.prepares || !hot[sql] {
		return nil
	}
	direct, known := b.Conn().PgConn().CustomData()[straight].(bool)
	if !known {
		// A pooler shows a process of its own.
		var process int64
		if err := b.Tx.QueryRow(ctx, serverProcess).Scan(&process); err != nil {
			return err
		}
		direct = process == int64(b.Conn().PgConn().PID())
		b.Conn().PgConn().CustomData()[straight] = direct
	}
	if !direct {
		return nil
	}
	_, err := b.Conn().Prepare(ctx, sql, sql)
	return err
}

// isLost reports whether a statement that was prepared is not there, or is there although
// nobody prepared it: a pooler that shows the server's process is in between.
func isLost(err error) bool {
	pg, ok := errors.AsType[*pgconn.PgError](err)
	return ok && (pg.Code == "26000" || pg.Code == "42P05") // invalid_sql_statement_name, duplicate_prepared_statement
}

func (b bounded) Query(_ context.Context, sql string, args ...any) (pgx.Rows, error) {
	if err := b.prepare(b.limit.again(), sql); err != nil {
		return nil, err
	}
	return b.Tx.Query(b.limit.again(), sql, args...)
}

func (b bounded) SendBatch(_ context.Context, batch *pgx.Batch) pgx.BatchResults {
	for _, q := range batch.QueuedQueries {
		if err := b.prepare(b.limit.again(), q.SQL); err != nil {
			return pgx.FailedBatchResults(batch, err)
		}
	}
	return b.Tx.SendBatch(b.limit.again(), batch)
}
