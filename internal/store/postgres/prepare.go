package postgres

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Parsing and planning the statements of a poll with news takes the database longer than
// executing them. So they are prepared, once for each connection, if the connection leads
// to the server itself. A pooler gives each transaction another server process, in which
// they are not prepared.

// hot are the statements that are prepared: those of claims, and of commits of polls. Each
// reads and writes rows by their keys, so one plan is good for any arguments.
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

// straight is the key under which a connection records that it leads to the server itself.
const straight = "straight"

// prepare prepares a statement the first time that it is used on a connection.
func (b bounded) prepare(ctx context.Context, sql string) error {
	if !b.prepares || !hot[sql] {
		return nil
	}
	direct, known := b.Conn().PgConn().CustomData()[straight].(bool)
	if !known {
		// A pooler shows a process id of its own.
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

// isLost reports whether a prepared statement is gone, or there although this connection
// did not prepare it: between them is a pooler that shows the server's process id.
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
