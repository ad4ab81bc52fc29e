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
	// connectTime bounds the connecting to one host. It is paid for each dead host that
	// stands before the one that lives.
	connectTime = 2 * time.Second
	// lifetime is how long a connection is used, so that after a failover, or behind a
	// proxy that spreads connections, they come to lie where they should.
	lifetime = 5 * time.Minute
	// connections are how many a machine has at most, where the address does not say
	// pool_max_conns.
	connections = 8
)

// poolConfig is how the database at dsn is connected to. Its errors do not say the
// password.
func poolConfig(dsn string) (*pgxpool.Config, error) {
	cfg, err := pgxpool.ParseConfig(dsn)
	if err != nil {
		return nil, unsaid(err)
	}
	if !saysMode(dsn) {
		// A prepared statement does not outlive a transaction behind PgBouncer, and what
		// is known of its columns does. prepare.go has those that are prepared.
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
	// A connection that broke while it was idle is found by the transaction, which is
	// made again.
	cfg.ShouldPing = func(context.Context, pgxpool.ShouldPingParams) bool { return false }
	cfg.ConnConfig.OnNotice = noteWarning
	return cfg, nil
}

// saysMode reports whether the address says by itself how statements are executed.
func saysMode(dsn string) bool { return strings.Contains(dsn, "default_query_exec_mode") }

// unsaid is an error of parsing without the address, in which pgx leaves the password
// where blanks are around it.
func unsaid(err error) error {
	text := err.Error()
	if _, ok := errors.AsType[*pgconn.ParseConfigError](err); ok {
		text = text[strings.LastIndex(text, "`: ")+1:]
	}
	return fmt.Errorf("the address of the database cannot be read: %s", strings.TrimPrefix(text, ": "))
}

// several reports whether the address names more hosts than one.
func several(c *pgconn.Config) bool {
	for _, f := range c.Fallbacks {
		if f.Host != c.Host || f.Port != c.Port {
			return true
		}
	}
	return false
}

// warned is the key under which a connection notes that it was warned.
const warned = "warned"

// noteWarning keeps a warning for commit: one that waits for its standby and is cancelled
// succeeds with no more than a warning (PostgreSQL, SyncRepWaitForLSN), and a failover
// may lose it.
func noteWarning(c *pgconn.PgConn, n *pgconn.Notice) {
	if n.Code == "01000" {
		c.CustomData()[warned] = n.Message
	}
}
