package postgres

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"watcher/internal/store"
)

//go:embed migrations/*.sql
var migrations embed.FS

// migrate brings the tables to this version, one file of migrations after the other, in the
// order of their names. Machines that start at the same time take turns at the one row of
// migrating. If nothing is to be done, nothing is locked, and no right to make tables is
// needed.
func (d *db) migrate(ctx context.Context) error {
	names, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return err
	}
	if missing, err := d.missing(ctx, names); err != nil || len(missing) == 0 {
		return err
	}
	// Two machines that make the same table at once both find none, and one of them gets an
	// error.
	for range 5 {
		err = d.transact(ctx, "make the table of migrations", toMake, func(tx pgx.Tx) error {
			_, err := tx.Exec(ctx, createMigrations)
			return err
		})
		if e, ok := errors.AsType[*pgconn.PgError](err); !ok || e.Code != "23505" && e.Code != "42P07" {
			break
		}
	}
	if err != nil {
		return err
	}
	return d.transact(ctx, "bring the tables to this version", toMake, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `select from migrating where one for update`); err != nil {
			return err
		}
		for _, name := range names {
			if err := apply(ctx, tx, name); err != nil {
				return fmt.Errorf("%s: %w", base(name), err)
			}
		}
		return nil
	})
}

// present returns an error unless the tables are there, in this version: store.ErrNotRun if
// there are none.
func (d *db) present(ctx context.Context) error {
	names, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return err
	}
	switch missing, err := d.missing(ctx, names); {
	case err != nil:
		return err
	case len(missing) == len(names):
		return store.ErrNotRun
	case len(missing) > 0:
		return errors.New("the tables are of an older version of watcher: the next start of the daemon brings them to this one")
	}
	return nil
}

// apply runs the statements of a file, once.
func apply(ctx context.Context, tx pgx.Tx, name string) error {
	text, err := migrations.ReadFile(name)
	if err != nil {
		return err
	}
	done, err := tx.Exec(ctx, `insert into migrated (name, at) values ($1, now()) on conflict do nothing`, base(name))
	if err != nil || done.RowsAffected() == 0 {
		return err
	}
	_, err = tx.Exec(ctx, string(text))
	return err
}

// missing returns the files that were not applied to the database yet.
func (d *db) missing(ctx context.Context, names []string) (missing []string, err error) {
	var have []string
	err = d.transact(ctx, "read the version of the tables", toRead, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, `select name from migrated order by name`)
		if err != nil {
			return err
		}
		have, err = pgx.CollectRows(rows, pgx.RowTo[string])
		return err
	})
	if e, ok := errors.AsType[*pgconn.PgError](err); ok && e.Code == "42P01" { // undefined_table
		return names, nil
	}
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		if i := slices.Index(have, base(name)); i >= 0 {
			have = slices.Delete(have, i, i+1)
		} else {
			missing = append(missing, name)
		}
	}
	if len(have) > 0 {
		return nil, fmt.Errorf("the tables are of a newer version of watcher: they have %s", strings.Join(have, ", "))
	}
	return missing, nil
}

func base(name string) string { return strings.TrimPrefix(name, "migrations/") }

const createMigrations = `
create table if not exists migrating (one bool primary key);
create table if not exists migrated (name text primary key, at timestamptz not null);
insert into migrating values (true) on conflict do nothing`
