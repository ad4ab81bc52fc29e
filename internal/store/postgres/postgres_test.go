package postgres_test

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"testing"

	"watcher/internal/pgtest"
	"watcher/internal/store/postgres"
)

var cluster *pgtest.Cluster // nil where there is none

func TestMain(m *testing.M) {
	var err error
	if cluster, err = pgtest.Start(); err != nil && !errors.Is(err, pgtest.ErrAbsent) {
		panic(err)
	}
	code := m.Run()
	if cluster != nil {
		_ = cluster.Stop()
	}
	os.Exit(code)
}

// database returns a database of the test's own.
func database(t *testing.T) string {
	t.Helper()
	if cluster == nil {
		t.Skip(pgtest.ErrAbsent)
	}
	return cluster.Database(t)
}

func open(t *testing.T, dsn, machine string) *postgres.Store {
	t.Helper()
	s, err := postgres.Open(context.Background(), dsn, postgres.Options{Machine: machine, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestOpen(t *testing.T) {
	dsn := database(t)
	for range 2 { // the second finds the tables
		if err := open(t, dsn, "a").Close(); err != nil {
			t.Error(err)
		}
	}
}
