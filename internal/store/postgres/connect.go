package postgres

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

const (
	// connectTime bounds connecting to one host. It is spent on each dead host that is
	// listed before a living one.
	connectTime = 2 * time.Second
	// lifetime is how long a connection is used. New ones go to the right server after a
	// failover, and spread over the servers behind a proxy.
	lifetime = 5 * time.Minute
	// connections is how many connections a machine has at most, unless the address says
	// pool_max_conns.
	connections = 8
)

// poolConfig returns how to connect to the database at dsn. Its errors do not contain the
// password.
func poolConfig(dsn string) (*pgxpool.Config, error) {
	cfg, err := pgxpool.ParseConfig(dsn)
	if err != nil {
		return nil, unsaid(err)
	}
	if !saysMode(dsn) {
		// Behind PgBouncer a prepared statement does not outlive its transaction, but
		// cached descriptions of its columns do. prepare.go names the statements that are
		// prepared.
		cfg.ConnConfig.DefaultQueryExecMode = pgx.QueryExecModeCacheDescribe
	}
	if cfg.ConnConfig.ConnectTimeout == 0 {
		cfg.ConnConfig.ConnectTimeout = connectTime
		cfg.ConnConfig.DialFunc = (&net.Dialer{Timeout: connectTime, KeepAlive: 10 * time.Second}).DialContext
	}
	if several(&cfg.ConnConfig.Config) && !strings.Contains(dsn, "target_session_attrs") {
		cfg.ConnConfig.ValidateConnect = pgconn.ValidateConnectTargetSessionAttrsReadWrite
	}
	if cfg.ConnConfig.RuntimeParams["application_name"] == "" {
		cfg.ConnConfig.RuntimeParams["application_name"] = "watcher"
	}
	if !strings.Contains(dsn, "pool_max_conns") {
		cfg.MaxConns = connections
	}
	cfg.MaxConnLifetime, cfg.MaxConnLifetimeJitter = lifetime, lifetime/5
	// No ping: a transaction finds out by itself that its idle connection broke, and is
	// made again.
	cfg.ShouldPing = func(context.Context, pgxpool.ShouldPingParams) bool { return false }
	cfg.ConnConfig.OnNotice = noteWarning
	return cfg, nil
}

// saysMode reports whether the address itself says how statements are executed.
func saysMode(dsn string) bool { return strings.Contains(dsn, "default_query_exec_mode") }

// unsaid returns a parse error without the address, in which pgx leaves the password if
// blanks stand around it.
func unsaid(err error) error {
	text := err.Error()
	if _, ok := errors.AsType[*pgconn.ParseConfigError](err); ok {
		text = text[strings.LastIndex(text, "`: ")+1:]
	}
	return fmt.Errorf("the address of the database cannot be read: %s", strings.TrimPrefix(text, ": "))
}

// several reports whether the address names more than one host.
func several(c *pgconn.Config) bool {
	for _, f := range c.Fallbacks {
		if f.Host != c.Host || f.Port != c.Port {
			return true
		}
	}
	return false
}

// warned is the key under which a connection records that it was warned.
const warned = "warned"

// noteWarning records a warning for commit. A commit that waits for its standby and is
// cancelled succeeds with no more than a warning (PostgreSQL, SyncRepWaitForLSN), and a
// failover may lose it.
func noteWarning(c *pgconn.PgConn, n *pgconn.Notice) {
	if n.Code == "01000" {
		c.CustomData()[warned] = n.Message
	}
}
