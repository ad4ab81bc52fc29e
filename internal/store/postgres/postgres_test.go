package postgres_test

import (
	"context"
	"errors"
	"flag"
	"log/slog"
	"os"
	"regexp"
	"sync"
	"testing"
	"time"

	"watcher/internal/pgtest"
	"watcher/internal/store/postgres"
	"watcher/internal/store/storetest"
	"watcher/internal/testutil"
)

var cluster *pgtest.Cluster // nil if there is none

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

// whole is an empty store, to be copied for each test.
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

// database returns the address of a database of the test's own with the tables of an empty
// store.
func database(t testing.TB) string {
	t.Helper()
	c := server(t)
	dsn, err := whole()
	if err != nil {
		t.Fatal(err)
	}
	return c.Like(t, dsn)
}

func open(t testing.TB, dsn, machine string) *postgres.Store {
	t.Helper()
	s, err := postgres.Open(context.Background(), dsn, postgres.Options{Machine: machine, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

var allBounced = flag.Bool("bounced", false, "run all of the suite through PgBouncer, not only its core")

// bounced is the core of the suite: together these tests use nearly all statements.
var bounced = regexp.MustCompile(`two_machines_never_(poll|send)|what_a_dead_machine_held|the_life_of_an_alert|feed_that_is_renamed|near-identical_article_of_another`)

func TestStoreThroughPgBouncer(t *testing.T) {
	b := bouncer(t, server(t))
	storetest.Run(t, func(t *testing.T, several bool) storetest.Data {
		if !bounced.MatchString(t.Name()) && !*allBounced {
			t.Skip("only with -bounced")
		}
		return data(t, b.Through(database(t)), several)
	})
}

// bouncer returns a PgBouncer in front of a server.
func bouncer(t testing.TB, c *pgtest.Cluster) *pgtest.Bouncer {
	t.Helper()
	b, err := c.Bouncer()
	if errors.Is(err, pgtest.ErrNoBouncer) {
		t.Skip(err)
	}
	testutil.Must(t, err)
	t.Cleanup(func() { testutil.Must(t, b.Stop()) })
	return b
}

// data returns what the suite may do to a database.
func data(t *testing.T, dsn string, several bool) storetest.Data {
	beat := 24 * time.Hour
	if several {
		beat = 5 * time.Second
	}
	n := newNewsroom(t, dsn, beat)
	return storetest.Data{
		Break: func(t *testing.T, _ storetest.BothHalves, r storetest.Record) bool { return breakRecord(t, dsn, r) },
		Open:  func(t *testing.T) storetest.BothHalves { return n.open(t, 0) },
		Join:  n.open,
		Lease: 3 * beat,
		Kill:  func(_ *testing.T, s storetest.BothHalves) { n.line(s).down(); s.(*postgres.Store).Kill() },
		Pause: func(_ *testing.T, s storetest.BothHalves) (wake func()) { return n.line(s).pause() },
		Lose: func(_ *testing.T, s storetest.BothHalves, stored bool) {
			if stored {
				n.line(s).loseAnswer()
			} else {
				n.line(s).breakAt(beforeCommit)
			}
		},
		ReviveFirst: func(t *testing.T, s storetest.BothHalves, target string) int {
			t.Helper()
			changed, err := s.(*postgres.Store).ReviveFirst(t.Context(), target)
			testutil.Must(t, err)
			return changed
		},
	}
}

func TestMachines(t *testing.T) {
	dsn := database(t)
	outside := func(ahead time.Duration) postgres.World {
		return postgres.World{
			Beat:   time.Hour, // sent by the test
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
		if got := s.Living(); got != want {
			t.Errorf("%d machines, want %d", got, want)
		}
	}
	a := in("a", outside(0))
	defer a.Close()
	b := in("b", outside(-3*time.Minute))
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

	// A machine whose process was killed counts for a lease, and people see its row until a
	// process is started under its name.
	dead := in("c", outside(0))
	dead.Kill()
	live(a, 2)
	late := outside(0)
	late.Offset = func() time.Duration { return 3*time.Hour + time.Second } // a lease later
	c := in("c", late)
	defer c.Close()
	live(c, 1)
}

// A machine that was cut off for so long that others deleted its row has been up since it
// was started, not since it came back.
func TestBuriedAlive(t *testing.T) {
	s := open(t, database(t), "a")
	defer s.Close()
	started := func() time.Time {
		t.Helper()
		all, err := s.Machines(t.Context())
		if testutil.Must(t, err); len(all) != 1 {
			t.Fatalf("%d machines", len(all))
		}
		return all[0].Started
	}
	before := started()
	testutil.Must(t, s.Exec(t.Context(), `delete from machine`))
	testutil.Must(t, s.Beat(t.Context()))
	if after := started(); !after.Equal(before) {
		t.Errorf("started at %v, and again at %v", before, after)
	}
}
