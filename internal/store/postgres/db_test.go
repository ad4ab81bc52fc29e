package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"watcher/internal/feeds"
	"watcher/internal/notify"
	"watcher/internal/pgtest"
	"watcher/internal/poll"
	"watcher/internal/store/postgres"
	"watcher/internal/testutil"
)

// ledger holds numbers, each written once however often the write is tried.
const ledger = `create table ledger (n bigint primary key)`

func note(n int) func(pgx.Tx) error {
	return func(tx pgx.Tx) error {
		_, err := tx.Exec(context.Background(), `insert into ledger values ($1) on conflict do nothing`, n)
		return err
	}
}

func noted(t *testing.T, s *postgres.Store) (n int) {
	t.Helper()
	testutil.Must(t, s.Update(t.Context(), func(tx pgx.Tx) error {
		return tx.QueryRow(context.Background(), `select count(*) from ledger`).Scan(&n)
	}))

	return n
}

// ownServer is a server that a test may break.
func ownServer(t *testing.T) *pgtest.Cluster {
	t.Helper()
	server(t) // or skip
	c, err := pgtest.Start()
	testutil.Must(t, err)
	t.Cleanup(func() { testutil.Must(t, c.Stop()) })
	return c
}

func withLedger(t *testing.T, dsn string) *postgres.Store {
	t.Helper()
	s := open(t, dsn, "a")
	t.Cleanup(func() { _ = s.Close() })
	testutil.Must(t, s.Exec(t.Context(), ledger))
	return s
}

// What is committed once stays so, wherever the connection breaks: the transaction is made
// again, and finds what it did.
func TestLineBreaks(t *testing.T) {
	for _, c := range []struct {
		name string
		at   cut
		took time.Duration // at most
	}{
		{"before the database has heard of the commit", beforeCommit, time.Second},
		{"before the answer of the commit", afterCommit, time.Second},
		{"in silence, as when a host has vanished", silence, 7 * time.Second},
	} {
		t.Run(c.name, func(t *testing.T) {
			dsn := database(t)
			synctest.Test(t, func(t *testing.T) {
				n := newNewsroom(t, dsn, time.Hour)
				h := n.open(t, 0).(*postgres.Store)
				defer h.Close()
				testutil.Must(t, h.Exec(t.Context(), ledger))
				synctest.Wait()
				n.line(h).breakAt(c.at)
				tries, start := 0, time.Now()
				testutil.Must(t, h.Update(t.Context(), func(tx pgx.Tx) error { tries++; return note(1)(tx) }))
				if took := time.Since(start); took > c.took {
					t.Errorf("it took %v", took)
				}
				if tries != 2 {
					t.Errorf("%d tries, want 2", tries)
				}
				if n := noted(t, h); n != 1 {
					t.Errorf("%d are noted, want 1", n)
				}
			})
		})
	}
}

// A database that is away is retried for ten seconds. Then the caller is told, and the
// store says that it is away until it is back.
func TestAway(t *testing.T) {
	dsn := database(t)
	synctest.Test(t, func(t *testing.T) {
		n := newNewsroom(t, dsn, time.Hour)
		h := n.open(t, 0).(*postgres.Store)
		defer h.Close()
		testutil.Must(t, h.Exec(t.Context(), ledger))
		n.line(h).down()
		start := time.Now()
		err := h.Update(t.Context(), note(1))
		if took := time.Since(start); err == nil || !strings.Contains(err.Error(), "connection refused") || took < 10*time.Second || took > 12*time.Second {
			t.Errorf("after %v: %v", took, err)
		}
		if a := h.Away(); a == nil || a.Since.Before(start) || a.Err == nil {
			t.Errorf("away: %+v", a)
		}
		n.line(h).up()
		testutil.Must(t, h.Update(t.Context(), note(1)))
		if a := h.Away(); a != nil {
			t.Errorf("away while it is there: %+v", a)
		}
	})
}

// writer writes numbers until it is stopped, and returns how many were acknowledged.
func writer(t *testing.T, s *postgres.Store) (stop func() int, count *atomic.Int64) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	count = new(atomic.Int64)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for n := 1; ctx.Err() == nil; n++ {
			err := s.Update(context.WithoutCancel(ctx), note(n))
			if err != nil {
				t.Error(err)
				return
			}
			count.Add(1)
		}
	}()
	stop = func() int { cancel(); <-done; return int(count.Load()) }
	t.Cleanup(func() { stop() })
	return stop, count
}

// moves waits until the writer has written ten more numbers.
func moves(t *testing.T, count *atomic.Int64) {
	t.Helper()
	from, limit := count.Load(), time.Now().Add(30*time.Second)
	for count.Load() < from+10 {
		if time.Now().After(limit) {
			t.Fatal("nothing was noted for half a minute")
		}
		time.Sleep(10 * time.Millisecond)
	}
}

func crash(c *pgtest.Cluster) error { c.Kill(); return nil }

func readOnly(to string) func(c *pgtest.Cluster) error {
	return func(c *pgtest.Cluster) error {
		return c.Exec(`alter system set default_transaction_read_only = `+to, `select pg_reload_conf()`)
	}
}

func TestServerBreaks(t *testing.T) {
	for _, c := range []struct {
		name         string
		break_, mend func(c *pgtest.Cluster) error
		bounced      bool
	}{
		{"it crashes and comes back", crash, (*pgtest.Cluster).Run, false},
		{"it crashes behind PgBouncer and comes back", crash, (*pgtest.Cluster).Run, true},
		{"it is read-only for a while", readOnly("on"), readOnly("off"), false},
		{"it is read-only for a while behind PgBouncer", readOnly("on"), readOnly("off"), true},
		{"all its connections are ended by hand",
			func(c *pgtest.Cluster) error {
				return c.Exec(`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'watcher'`)
			},
			func(*pgtest.Cluster) error { return nil }, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			cl := ownServer(t)
			dsn := cl.Database(t)
			if c.bounced {
				dsn = bouncer(t, cl).Through(dsn)
			}
			s := withLedger(t, dsn)
			stop, count := writer(t, s)
			moves(t, count)
			testutil.Must(t, c.break_(cl))
			time.Sleep(200 * time.Millisecond) // some tries fail
			testutil.Must(t, c.mend(cl))
			moves(t, count)
			if told := stop(); noted(t, s) != told {
				t.Errorf("%d are noted, and %d were told to be", noted(t, s), told)
			}
		})
	}
}

// The address names two servers. The writer follows the one that accepts writes.
func TestFailover(t *testing.T) {
	t.Parallel()
	primary := ownServer(t)
	dsn := primary.Database(t)
	testutil.Must(t, primary.Exec(`alter system set synchronous_standby_names = '*'`, `select pg_reload_conf()`))
	standby, err := primary.Standby()
	testutil.Must(t, err)
	t.Cleanup(func() { testutil.Must(t, standby.Stop()) })
	both := strings.Replace(dsn, "127.0.0.1:"+primary.Port, "127.0.0.1:"+standby.Port+",127.0.0.1:"+primary.Port, 1)
	s := withLedger(t, both)
	stop, count := writer(t, s)
	moves(t, count)
	primary.Kill()
	testutil.Must(t, standby.Exec(`alter system set synchronous_standby_names = ''`, `select pg_reload_conf()`, `select pg_promote()`))
	moves(t, count)
	if told := stop(); noted(t, s) != told {
		t.Errorf("%d are noted, and %d were told to be", noted(t, s), told)
	}
}

// A commit that waits for its standby and is cancelled succeeds with a warning. It is made
// again, and waits again.
func TestCancelledCommit(t *testing.T) {
	t.Parallel()
	c := ownServer(t)
	s := withLedger(t, c.Database(t))
	testutil.Must(t, c.Exec(`set synchronous_commit = local`, `alter system set synchronous_standby_names = 'nobody'`, `select pg_reload_conf()`))
	done := make(chan error, 1)
	var tries atomic.Int64
	begin := func(n int) {
		tries.Store(0)
		go func() {
			done <- s.Update(context.Background(), func(tx pgx.Tx) error { tries.Add(1); return note(n)(tx) })
		}()
	}
	begin(1)
	waits := `pid in (select pid from pg_stat_activity where wait_event = 'SyncRep')`
	for n := 2; tries.Load() < 2; {
		testutil.Must(t, c.Exec(`select pg_cancel_backend(pid) from pg_stat_activity where `+waits))
		select {
		case err := <-done:
			testutil.Must(t, err)
			begin(n) // the server had not yet read that it must wait for a standby
			n++
		case <-time.After(20 * time.Millisecond):
		}
	}
	select {
	case err := <-done:
		t.Fatalf("it did not wait for the standby again: %v", err)
	case <-time.After(300 * time.Millisecond):
	}
	testutil.Must(t, c.Exec(`alter system set synchronous_standby_names = ''`, `select pg_reload_conf()`))
	testutil.Must(t, <-done)
}

// A lock that a hanging machine holds is waited for.
func TestLocked(t *testing.T) {
	t.Parallel()
	dsn := database(t)
	s := withLedger(t, dsn)
	testutil.Must(t, s.Update(t.Context(), note(1)))
	conn, err := pgx.Connect(t.Context(), dsn)
	testutil.Must(t, err)
	defer conn.Close(context.Background())
	tx, err := conn.Begin(t.Context())
	testutil.Must(t, err)
	_, err = tx.Exec(t.Context(), `select from ledger where n = 1 for update`)
	testutil.Must(t, err)
	awake := make(chan error, 1) // the connection belongs to this goroutine until it has woken
	time.AfterFunc(3500*time.Millisecond, func() { awake <- tx.Rollback(context.Background()) })
	defer func() { testutil.Must(t, <-awake) }()
	tries := 0
	testutil.Must(t, s.Update(t.Context(), func(tx pgx.Tx) error {
		tries++
		_, err := tx.Exec(context.Background(), `update ledger set n = n where n = 1`)
		return err
	}))

	if tries != 2 {
		t.Errorf("%d tries, want 2: a lock is waited for three seconds", tries)
	}
}

// A database whose disk is full goes on when there is room again.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	c := server(t)
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=32m"); err != nil {
		t.Skipf("no small disk can be mounted: %v", err)
	}
	t.Cleanup(func() { testutil.Must(t, syscall.Unmount(dir, 0)) })
	testutil.Must(t, c.Give(dir))
	for up := filepath.Dir(dir); up != os.TempDir() && up != "/"; up = filepath.Dir(up) {
		testutil.Must(t, os.Chmod(up, 0o755)) // so that the server can reach it
	}
	dsn := database(t)
	name := dsn[strings.LastIndex(dsn, "/")+1:]
	space := name + "_small"
	testutil.Must(t, c.Exec(`create tablespace `+space+` location '`+dir+`'`, `alter database `+name+` set tablespace `+space))
	t.Cleanup(func() {
		testutil.Must(t, c.Exec(`alter database `+name+` set tablespace pg_default`, `drop tablespace `+space))
	})
	s := withLedger(t, dsn)
	testutil.Must(t, s.Exec(t.Context(), `create table filler (junk text)`))
	testutil.Must(t, s.Exec(t.Context(), `alter table filler alter junk set storage external`))
	testutil.Must(t, s.Exec(t.Context(), `create table paper (junk text)`))
	testutil.Must(t, s.Exec(t.Context(), `alter table paper alter junk set storage external`))
	for {
		if err := s.Exec(t.Context(), `insert into filler values (repeat('x', 200000))`); err != nil {
			if got := postgres.Judge(err); got == "wrong" { // a new connection reports it in another way
				t.Fatal(err)
			}
			break
		}
	}
	// The files that a new connection writes have no room either.
	caches, err := filepath.Glob(filepath.Join(dir, "PG_*", "*", "pg_internal.init"))
	testutil.Must(t, err)
	for _, f := range caches {
		testutil.Must(t, os.Remove(f))
	}
	rest, err := os.Create(filepath.Join(dir, "rest"))
	testutil.Must(t, err)
	for err == nil {
		_, err = rest.Write(make([]byte, 4096))
	}
	testutil.Must(t, rest.Close())
	if conn, err := pgx.Connect(t.Context(), dsn); err == nil {
		t.Error("a new connection writes nothing")
		testutil.Must(t, conn.Close(t.Context()))
	} else if got := postgres.Judge(err); got != "elsewhere" {
		t.Errorf("a new connection on a full disk: %v: %s, want elsewhere", err, got)
	}
	write := func(tx pgx.Tx) error {
		_, err := tx.Exec(context.Background(), `insert into paper values (repeat('x', 1000000))`)
		return err
	}
	if err := s.Update(t.Context(), write); err == nil || s.Away() == nil {
		t.Fatalf("with a full disk: %v, away: %v", err, s.Away())
	}
	// A heartbeat may find room in the page that its row is in, which says nothing of the
	// disk.
	if _ = s.Beat(t.Context()); s.Away() == nil {
		t.Error("a heartbeat ends that the disk is full")
	}
	if err := s.TryStoring(); err == nil || s.Away() == nil {
		t.Errorf("storing is tried with a full disk: %v, away: %v", err, s.Away())
	}
	time.AfterFunc(500*time.Millisecond, func() {
		if err := syscall.Mount("tmpfs", dir, "tmpfs", syscall.MS_REMOUNT, "size=64m"); err != nil {
			t.Error(err)
		}
	})
	tries := 0
	testutil.Must(t, s.Update(t.Context(), func(tx pgx.Tx) error {
		tries++
		return write(tx)
	}))

	if tries < 2 {
		t.Error("the disk was not full")
	}
	if testutil.Must(t, s.TryStoring()); s.Away() != nil {
		t.Errorf("with room again: %v", s.Away().Err)
	}
}

func TestErrorsAreJudged(t *testing.T) {
	for _, c := range []struct {
		err  error
		want string
	}{
		{&pgconn.PgError{Code: "40001"}, "again"},
		{&pgconn.PgError{Code: "40P01"}, "again"},
		{&pgconn.PgError{Code: "23505"}, "again"},
		{&pgconn.PgError{Code: "55P03"}, "again"},
		{&pgconn.PgError{Code: "53100", Message: "could not extend file: No space left on device"}, "again"},
		{&pgconn.PgError{Code: "53300", Message: "sorry, too many clients already"}, "again"},
		{&pgconn.PgError{Code: "25006", Message: "cannot execute INSERT in a read-only transaction"}, "elsewhere"},
		{&pgconn.PgError{Code: "0A000", Message: "cached plan must not change result type"}, "elsewhere"},
		{&pgconn.PgError{Code: "26000", Message: "prepared statement does not exist"}, "elsewhere"},
		{&pgconn.PgError{Code: "42P05", Message: "prepared statement already exists"}, "elsewhere"},
		{&pgconn.PgError{Code: "57P01"}, "elsewhere"},
		{&pgconn.PgError{Code: "57P02"}, "elsewhere"},
		{&pgconn.PgError{Code: "57P03"}, "elsewhere"},
		{&pgconn.PgError{Code: "08006"}, "elsewhere"},
		{&pgconn.PgError{Code: "08P01", Message: "server login has been failing, try again later (server_login_retry)"}, "elsewhere"},
		{&pgconn.PgError{Code: "08P01", Message: "server conn crashed?"}, "elsewhere"},
		{fmt.Errorf("test: %w", context.DeadlineExceeded), "elsewhere"},
		{&pgconn.PgError{Code: "28P01", Message: "password authentication failed"}, "wrong"},
		{&pgconn.PgError{Code: "3D000", Message: "database does not exist"}, "wrong"},
		{&pgconn.PgError{Code: "42P01"}, "wrong"},
		{errors.New("the record is damaged"), "wrong"},
	} {
		if got := postgres.Judge(c.err); got != c.want {
			t.Errorf("%v: %s, want %s", c.err, got, c.want)
		}
	}
}

// Once the program ends, nothing waits long for a database that is away: a transaction
// gives up after two seconds, whenever it began, and the store closes without an error.
func TestEnding(t *testing.T) {
	for name, away := range map[string]func(*line){
		"refuses connections": (*line).down,
		"does not answer":     func(l *line) { l.breakAt(silence) },
	} {
		t.Run("a database that "+name, func(t *testing.T) {
			dsn := database(t)
			synctest.Test(t, func(t *testing.T) {
				n := newNewsroom(t, dsn, time.Hour)
				h := n.open(t, 0).(*postgres.Store)
				testutil.Must(t, h.Exec(t.Context(), ledger))
				synctest.Wait()
				away(n.line(h))
				var ended, given time.Time
				var group sync.WaitGroup
				group.Go(func() {
					if err := h.Update(t.Context(), note(1)); err == nil {
						t.Error("committed while the database is away")
					}
					given = time.Now()
				})
				time.Sleep(time.Second)
				ended = time.Now()
				h.Ending()
				group.Wait()
				if took := given.Sub(ended); took > 3*time.Second {
					t.Errorf("a transaction under way is given up after %v", took)
				}
				n.line(h).down()
				testutil.Must(t, h.Close())
				if took := time.Since(given); took > 3*time.Second {
					t.Errorf("closed after %v", took)
				}
			})
		})
	}
}

// A caller who waits for a lock behind a transaction that the absent database holds up ends
// with its own context, and does not wait for the database.
func TestWaitsBehindATransaction(t *testing.T) {
	dsn := database(t)
	synctest.Test(t, func(t *testing.T) {
		n := newNewsroom(t, dsn, time.Hour)
		h := n.open(t, 0).(*postgres.Store)
		defer h.Close()
		testutil.Must(t, h.Sync(t.Context(), feeds.Pack(feeds.Source{ID: "a", URL: "https://a.example/feed", Every: time.Minute})))
		claims, _, err := h.ClaimDue(t.Context(), 1, time.Hour, 0)
		testutil.Must(t, err)
		n.line(h).down()
		defer n.line(h).up()
		start := time.Now()
		var group sync.WaitGroup
		group.Go(func() {
			_, err := h.Commit(t.Context(), []poll.Outcome{{Claim: claims[0], Seen: []byte("x"), Alerts: []notify.Alert{alertOf("desk", "a", "x")}}})
			if took := time.Since(start); err == nil || took < 10*time.Second {
				t.Errorf("the commit ended after %v: %v", took, err)
			}
		})
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := h.Flush(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("the flush ended with %v", err)
		}
		if took := time.Since(start); took > 2*time.Second {
			t.Errorf("it waited for %v", took)
		}
		group.Wait()
	})
}
