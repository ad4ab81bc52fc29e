package postgres

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"watcher/internal/store"
)

// maxVersions bounds the versions that are kept of a file.
const maxVersions = 100

const (
	newerConfigFiles = `
select f.name, f.version, f.at, f.by, f.text
from config_file f
join (select name, max(version) as version from config_file group by name) n on n.name = f.name and n.version = f.version
left join unnest($1::text[], $2::bigint[]) as had(name, version) on had.name = f.name
where f.version > coalesce(had.version, 0)
order by f.name`
	configVersions = `select name, version, at, by, text from config_file where name = $1 order by version`
	configNewest   = `
select coalesce(max(version), 0)::bigint, coalesce(max(version) filter (where token = $2), 0)::bigint
from config_file where name = $1`
	putConfig = `
insert into config_file (name, version, token, at, by, text)
select $1, * from unnest($2::bigint[], $3::bigint[], $4::timestamptz[], $5::text[], $6::bytea[])
on conflict (name, version) do nothing`
	pruneConfig = `delete from config_file where name = $1 and version <= $2`
)

// ConfigFiles returns the newest version of each shared file, by name, unless had has that
// version already.
func (s *Store) ConfigFiles(ctx context.Context, had map[string]int64) (files []store.ConfigFile, err error) {
	names := slices.Sorted(maps.Keys(had))
	versions := make([]int64, len(names))
	for i, n := range names {
		versions[i] = had[n]
	}
	err = s.db.view(ctx, "read the shared rule files", func(tx pgx.Tx) error {
		files, err = configFilesIn(ctx, tx, newerConfigFiles, names, versions)
		return err
	})
	return files, err
}

// ConfigHistory returns the stored versions of a shared file, the oldest first.
func (s *Store) ConfigHistory(ctx context.Context, name string) (files []store.ConfigFile, err error) {
	err = s.db.view(ctx, "read the history of a shared rule file", func(tx pgx.Tx) error {
		files, err = configFilesIn(ctx, tx, configVersions, name)
		return err
	})
	return files, err
}

func configFilesIn(ctx context.Context, tx pgx.Tx, query string, args ...any) (files []store.ConfigFile, err error) {
	rows, err := tx.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	var f store.ConfigFile
	var sealed []byte
	_, err = pgx.ForEachRow(rows, []any{&f.Name, &f.Version, &f.At, &f.By, &sealed}, func() error {
		text, err := unseal("config_file", sealed, f.Name, f.Version)
		f.Text, f.At = string(text), f.At.UTC()
		files = append(files, f)
		return err
	})
	return files, err
}

// PutConfigFile adds versions of a shared file behind the version behind, and returns the
// last of them. Of texts only At, By and Text count. ok is false, and nothing is stored, if
// there is a newer version already.
func (s *Store) PutConfigFile(ctx context.Context, name string, behind int64, texts []store.ConfigFile) (version int64, ok bool, err error) {
	token, moved := random(), errors.New("moved")
	err = s.db.update(ctx, "share a rule file", func(tx pgx.Tx) error {
		var newest, own int64
		if err := tx.QueryRow(ctx, configNewest, name, token).Scan(&newest, &own); err != nil {
			return err
		}
		if own > 0 { // it was committed, but the answer was lost
			version = own
			return nil
		}
		if newest > behind {
			return moved
		}
		n := len(texts)
		versions, tokens, at, by, sealed := make([]int64, n), make([]int64, n), make([]time.Time, n), make([]string, n), make([][]byte, n)
		for i, f := range texts {
			version = behind + int64(i) + 1
			versions[i], tokens[i], at[i], by[i] = version, token, f.At, f.By
			sealed[i] = seal("config_file", []byte(f.Text), name, version)
		}
		done, err := tx.Exec(ctx, putConfig, name, versions, tokens, at, by, sealed)
		if err != nil {
			return err
		}
		if done.RowsAffected() < int64(n) { // another machine was first
			return moved
		}
		_, err = tx.Exec(ctx, pruneConfig, name, version-maxVersions)
		return err
	})
	if errors.Is(err, moved) {
		return 0, false, nil
	}
	return version, err == nil, err
}
