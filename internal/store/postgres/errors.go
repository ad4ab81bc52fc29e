package postgres

import (
	"context"
	"errors"
	"io"
	"net"
	"slices"
	"strings"
	"syscall"

	"github.com/jackc/pgx/v5/pgconn"
)

// verdict is what an error means for a transaction.
type verdict int

const (
	// wrong: the same transaction will fail again.
	wrong verdict = iota
	// again: it may succeed when it is made again.
	again
	// elsewhere: it may succeed on another connection. This one is closed.
	elsewhere
)

// judge classifies an error by the codes of PostgreSQL (appendix A of its manual), and by
// the errors of a connection that breaks.
func judge(err error) verdict {
	if _, broken := errors.AsType[*brokenError](err); err == nil || broken { // whatever error the read ended with
		return wrong
	}
	_, connecting := errors.AsType[*pgconn.ConnectError](err)
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		if connecting && pg.Code == internalError {
			return elsewhere
		}
		return judgeCode(pg)
	}
	_, isNet := errors.AsType[net.Error](err)
	switch {
	case errors.Is(err, errMeanwhile):
		return again
	case isNet, connecting, pgconn.Timeout(err), errors.Is(err, errSlow), errors.Is(err, context.DeadlineExceeded),
		errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, net.ErrClosed),
		errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE), errors.Is(err, pgconn.ErrConnClosed):
		return elsewhere
	}
	return wrong
}

// unreachedError is a *pgconn.ConnectError that names each host once.
type unreachedError struct {
	text string
	error
}

func (e *unreachedError) Error() string { return e.text }
func (e *unreachedError) Unwrap() error { return e.error }

// unreached returns a connect error in words for people. With sslmode=prefer pgx tries each
// host with TLS and without, and has an error of each try: only the last one of a host
// counts.
func unreached(err error) error {
	failed, ok := errors.AsType[*pgconn.ConnectError](err)
	if !ok {
		return err
	}
	all := []error{failed.Unwrap()}
	if joined, ok := all[0].(interface{ Unwrap() []error }); ok { //nolint:errorlint // it is what pgx has joined
		all = joined.Unwrap()
	}
	var hosts, reasons []string
	for _, one := range all {
		for line := range strings.Lines(strings.TrimPrefix(one.Error(), "hostname resolving error: ")) {
			host, reason, _ := strings.Cut(strings.TrimSpace(line), ": ") // "lookup NAME on SERVER" counts as a host too
			if i := slices.Index(hosts, host); i >= 0 {
				reasons[i] = reason
				continue
			}
			hosts, reasons = append(hosts, host), append(reasons, reason)
		}
	}
	for i, reason := range reasons {
		hosts[i] += ": " + reason
	}
	return &unreachedError{"no connection to the database: " + strings.Join(hosts, "; "), err}
}

// internalError is the code with which PostgreSQL reports that it cannot write a file that
// a new connection needs ("could not write init file"). If the disk is full, that error
// does not have class 53.
const internalError = "XX000"

func judgeCode(e *pgconn.PgError) verdict {
	switch e.Code {
	case "23505", // unique_violation: another machine has stored the same, which the next try sees
		"40001", // serialization_failure
		"40P01", // deadlock_detected
		"55P03", // lock_not_available
		"57014", // query_canceled: by statement_timeout, or by a person
		"58030": // io_error
		return again
	case "25006", // read_only_sql_transaction: the server is no longer the primary
		"25P03",          // idle_in_transaction_session_timeout
		"0A000",          // feature_not_supported: the columns of a prepared statement changed under it
		"26000", "42P05", // see isLost
		"57P01", "57P02", "57P03": // the server shuts down, crashed, or starts up
		return elsewhere
	}
	// Class 08 are broken connections. PgBouncer answers 08P01, a protocol violation, if
	// the server behind it is away ("server conn crashed?", "server login has been
	// failing"); PostgreSQL answers it if a cached description of columns is stale. Class
	// 53 is a server without room: for connections, in memory, or on its disk.
	switch e.Code[:2] {
	case "08":
		return elsewhere
	case "53":
		return again
	}
	return wrong
}

// isFull reports whether the disk of the database is full (53100, disk_full).
func isFull(err error) bool {
	pg, ok := errors.AsType[*pgconn.PgError](err)
	return ok && pg.Code == "53100"
}
