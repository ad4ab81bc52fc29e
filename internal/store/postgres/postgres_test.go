package postgres_test

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"watcher/internal/pgtest"
	"watcher/internal/store/postgres"
	"watcher/internal/store/storetest"
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

// server returns the PostgreSQL of the tests.
func server(t testing.TB) *pgtest.Cluster {
	t.Helper()
	if cluster == nil {
		t.Skip(pgtest.ErrAbsent)
	}
	return cluster
}

// whole is an empty store, to be copied.
var whole = sync.OnceValues(func() (string, error) {
	dsn, err := cluster.New()
	if err != nil {
		return "", err
	}
	s, err := postgres.Open(context.Background(), dsn, postgres.Options{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return "", err
	}
	return dsn, s.Close()
})

// database returns one of the test's own that has the tables of an empty store.
func database(t testing.TB) string {
	t.Helper()
	c := server(t)
	dsn, err := whole()
	if err != nil {
		t.Fatal(err)
	}
	return c.Like(t, dsn)
}

// bubble is the world of a test whose time jumps: the clock of statements is that of the
// test. In a bubble nothing but a system call tells what time it is outside.
func bubble(t testing.TB, beat time.Duration) postgres.World {
	return postgres.World{Beat: beat, Clock: time.Now, Offset: func() time.Duration {
		var real unix.Timespec
		if err := unix.ClockGettime(unix.CLOCK_REALTIME, &real); err != nil {
			t.Error(err)
		}
		return time.Since(time.Unix(real.Unix()))
	}}
}

// TestStore runs in months that pass at once: heartbeats are rare.
func TestStore(t *testing.T) {
	storetest.Run(t, func(t *testing.T) storetest.Open {
		dsn := database(t)
		return func(t *testing.T) storetest.BothHalves {
			t.Helper()
			s, err := postgres.OpenIn(context.Background(), dsn, postgres.Options{Machine: "a", Log: slog.New(slog.DiscardHandler)}, bubble(t, 6*time.Hour))
			if err != nil {
				t.Fatal(err)
			}
			closed := sync.OnceValue(s.Close)
			t.Cleanup(func() { _ = closed() })
			return half{s, rest{later{t: t}}, closed}
		}
	})
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
	dsn := server(t).Database(t)
	for range 2 { // the second finds the tables
		if err := open(t, dsn, "a").Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestMachines(t *testing.T) {
	dsn := database(t)
	real := func(ahead time.Duration) postgres.World {
		return postgres.World{
			Beat:   time.Hour, // by hand
			Clock:  func() time.Time { return time.Now().Add(ahead) },
			Offset: func() time.Duration { return 0 },
		}
	}
	in := func(name string, w postgres.World) *postgres.Store {
		s, err := postgres.OpenIn(t.Context(), dsn, postgres.Options{Machine: name, Log: slog.New(slog.DiscardHandler)}, w)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	live := func(s *postgres.Store, want int) {
		t.Helper()
		if err := s.Beat(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := s.Machines(); got != want {
			t.Errorf("%d machines, want %d", got, want)
		}
	}
	a := in("a", real(0))
	defer a.Close()
	b := in("b", real(-3*time.Minute))
	live(a, 2)
	live(b, 2)
	if got := b.Ahead(); got < 3*time.Minute-time.Second || got > 3*time.Minute {
		t.Errorf("the database is ahead by %v of a clock that is three minutes behind", got)
	}
	if got := a.Ahead(); got != 0 {
		t.Errorf("the database is ahead by %v of a clock that is right", got)
	}
	if err := b.Close(); err != nil {
		t.Error(err)
	}
	live(a, 1)

	// One whose process was killed is counted for a lease, and its row stays for people
	// to see until it is started again under its name.
	dead := in("c", real(0))
	dead.Kill()
	live(a, 2)
	late := real(0)
	late.Offset = func() time.Duration { return 3*time.Hour + time.Second } // a lease on
	c := in("c", late)
	defer c.Close()
	live(c, 1)
}
