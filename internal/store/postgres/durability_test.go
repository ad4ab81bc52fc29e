package postgres_test

import (
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"watcher/internal/testutil"
)

func TestDurability(t *testing.T) {
	dsn := database(t)
	risks := func() string {
		t.Helper()
		s := open(t, dsn, "one")
		defer s.Close()
		all, err := s.Durability(t.Context())
		testutil.Must(t, err)
		return strings.Join(all, "\n")
	}
	name := dsn[strings.LastIndexByte(dsn, '/')+1:]
	for _, c := range []struct{ shows, set, says string }{
		{"what the servers of tests are like", "", "fsync of the database is off"},
		{"commits that wait for no disk", "set synchronous_commit = off", "synchronous_commit of the database is off"},
		{"commits that wait", "set synchronous_commit = on", ""},
	} {
		if c.set != "" {
			sql(t, dsn, "alter database "+name+" "+c.set)
		}
		got := risks()
		if !strings.Contains(got, c.says) || c.says == "" && strings.Contains(got, "synchronous_commit") {
			t.Errorf("%s: %q", c.shows, got)
		}
	}
	if got := risks(); strings.Contains(got, "standbys") {
		t.Errorf("without a standby: %q", got)
	}
	standby, err := pgconn.Connect(t.Context(), strings.TrimSuffix(dsn, name)+"postgres?replication=true")
	testutil.Must(t, err)
	defer standby.Close(t.Context())
	for deadline := time.Now().Add(30 * time.Second); !strings.Contains(risks(), "waits for none of its standbys"); {
		if time.Now().After(deadline) {
			t.Fatalf("with a standby: %q", risks())
		}
	}
}
