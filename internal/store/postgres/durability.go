package postgres

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
)

const durability = `
select current_setting('synchronous_standby_names'), current_setting('synchronous_commit'),
	current_setting('fsync'), current_setting('full_page_writes'), (select count(*) from pg_stat_replication)`

// Ask returns which version the database at dsn is and what Durability says of it, whether
// or not it has the tables of a store. It changes nothing.
func Ask(ctx context.Context, dsn string) (version string, risks []string, err error) {
	s, err := prepare(ctx, dsn, Options{Log: slog.New(slog.DiscardHandler)}, usual, outside{clock: time.Now, offset: noOffset})
	if err != nil {
		return "", nil, err
	}
	defer s.db.close()
	err = s.db.view(ctx, "ask which version it is", func(tx pgx.Tx) error {
		return tx.QueryRow(ctx, `select current_setting('server_version')`).Scan(&version)
	})
	if err == nil {
		risks, err = s.Durability(ctx)
	}
	return version, risks, err
}

// Durability says in sentences what could lose data that the database has acknowledged; nil
// if nothing could. It does not notice a standby that is not connected.
func (s *Store) Durability(ctx context.Context) (risks []string, err error) {
	var names, commit, fsync, pages string
	var standbys int
	err = s.db.view(ctx, "ask what the database promises", func(tx pgx.Tx) error {
		return tx.QueryRow(ctx, durability).Scan(&names, &commit, &fsync, &pages, &standbys)
	})
	if err != nil {
		return nil, err
	}
	if names == "" && standbys > 0 {
		risks = append(risks, "the database waits for none of its standbys (synchronous_standby_names is empty): a failover can lose what it has acknowledged")
	}
	if commit == "off" || names != "" && commit == "local" {
		risks = append(risks, fmt.Sprintf("synchronous_commit of the database is %s: what it has acknowledged can be lost", commit))
	}
	for _, one := range [][2]string{{"fsync", fsync}, {"full_page_writes", pages}} {
		if one[1] == "off" {
			risks = append(risks, fmt.Sprintf("%s of the database is off: when its machine dies it can be damaged", one[0]))
		}
	}
	return risks, nil
}
