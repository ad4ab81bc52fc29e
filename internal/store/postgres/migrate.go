package postgres

import (
	"context"
	"embed"
	"fmt"
	"io/fs"

	"github.com/jackc/pgx/v5"
)

//go:embed migrations/*.sql
var migrations embed.FS

// migrate brings the tables to this version, one file of migrations after the other, in
// the order of their names. Machines that start at the same time wait for each other at
// the one row of migrating.
func (d *db) migrate(ctx context.Context) error {
	names, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return err
	}
	return d.update(ctx, "bring the tables to this version", func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, createMigrations); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `select from migrating where one for update`); err != nil {
			return err
		}
		for _, name := range names {
			done, err := tx.Exec(ctx, `insert into migrated (name, at) values ($1, now()) on conflict do nothing`, name)
			if err != nil {
				return err
			}
			if done.RowsAffected() == 0 {
				continue
			}
			text, err := migrations.ReadFile(name)
			if err != nil {
				return err
			}
			if _, err := tx.Conn().PgConn().Exec(ctx, string(text)).ReadAll(); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
		}
		return nil
	})
}

const createMigrations = `
do $$ begin
	create table if not exists migrating (one bool primary key);
	create table if not exists migrated (name text primary key, at timestamptz not null);
	insert into migrating values (true) on conflict do nothing;
end $$`
