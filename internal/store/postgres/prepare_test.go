package postgres_test

import (
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"watcher/internal/store/postgres"
	"watcher/internal/testutil"
)

// use makes a transaction with a statement of claims, and returns how many statements are
// prepared on its connection.
func use(t *testing.T, s *postgres.Store, then ...string) (prepared int) {
	t.Helper()
	testutil.Must(t, s.Update(t.Context(), func(tx pgx.Tx) error {
		rows, err := tx.Query(t.Context(), postgres.Hot()["getParts"], int16(1), int64(1))
		if err != nil {
			return err
		}
		if rows.Close(); rows.Err() != nil {
			return rows.Err()
		}
		if err := tx.QueryRow(t.Context(), `select count(*) from pg_prepared_statements where name <> ''`).Scan(&prepared); err != nil {
			return err
		}
		for _, sql := range then {
			if _, err := tx.Exec(t.Context(), sql); err != nil {
				return err
			}
		}
		return nil
	}))

	return prepared
}

// openOne opens a store that has one connection.
func openOne(t *testing.T, dsn, more string) *postgres.Store {
	t.Helper()
	mark := "?"
	if strings.Contains(dsn, "?") {
		mark = "&"
	}
	s := open(t, dsn+mark+"pool_max_conns=1"+more, "a")
	t.Cleanup(func() { testutil.Must(t, s.Close()) })
	return s
}

func TestStatementsArePrepared(t *testing.T) {
	dsn := database(t)
	t.Run("on a connection to the server", func(t *testing.T) {
		if use(t, openOne(t, dsn, "")) == 0 {
			t.Error("nothing is prepared")
		}
	})
	t.Run("but not where the address says how statements are executed", func(t *testing.T) {
		if n := use(t, openOne(t, dsn, "&default_query_exec_mode=cache_describe")); n > 0 {
			t.Errorf("%d are prepared", n)
		}
	})
	t.Run("nor through a pooler, which shows a process of its own", func(t *testing.T) {
		if n := use(t, openOne(t, bouncer(t, server(t)).Through(dsn), "")); n > 0 {
			t.Errorf("%d are prepared", n)
		}
	})
}

// Whatever happens to a prepared statement, its transaction is made again without it.
func TestPreparedStatementsAreLost(t *testing.T) {
	t.Run("the columns of its table change", func(t *testing.T) {
		s := openOne(t, database(t), "")
		use(t, s, `alter table seen alter column part type integer`)
		if use(t, s) == 0 {
			t.Error("nothing is prepared any more")
		}
	})
	t.Run("a pooler that shows the server's process has given its connection to somebody else", func(t *testing.T) {
		s := openOne(t, database(t), "")
		use(t, s, `deallocate all`)
		if n := use(t, s); n > 0 {
			t.Errorf("%d are prepared all the same", n)
		}
	})
}
