package postgres_test

import (
	"bytes"
	"context"
	"log/slog"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"watcher/internal/poll"
	"watcher/internal/store/postgres"
	"watcher/internal/testutil"
)

// byHand opens a store whose heartbeats the test makes.
func byHand(t *testing.T, dsn, machine string) *postgres.Store {
	t.Helper()
	s, err := postgres.OpenIn(t.Context(), dsn, postgres.Options{Machine: machine, Log: slog.New(slog.DiscardHandler)}, postgres.World{
		Beat: 12 * time.Hour, Clock: time.Now, Offset: func() time.Duration { return 0 },
	})
	testutil.Must(t, err)
	return s
}

// pollNow claims a feed and commits what it has shown.
func pollNow(t *testing.T, s *postgres.Store, feed string, seen []byte) {
	t.Helper()
	c, ok, _, err := s.Claim(t.Context(), feed, time.Minute)
	testutil.Must(t, err)
	if !ok {
		t.Fatalf("%s is claimed", feed)
	}
	_, err = s.Seen(t.Context(), c)
	testutil.Must(t, err)
	o := poll.Outcome{Claim: c, State: c.State, Next: c.Now.Add(time.Hour), Seen: seen}
	o.State.Polled, o.State.Good = c.Now, c.Now
	lost, err := s.Commit(t.Context(), []poll.Outcome{o})
	testutil.Must(t, err)
	if len(lost) > 0 {
		t.Fatal("lost")
	}
}

// What a feed has shown is stored as parts, each a change of the one before, that are
// merged from time to time. A damaged part takes only the parts behind it with it, and the
// next poll heals the feed.
func TestShownInParts(t *testing.T) {
	dsn := database(t)
	s := byHand(t, dsn, "a")
	defer s.Close()
	testutil.Must(t, s.Sync(t.Context(), many(1)))
	value := shown(1)
	var all [][]byte
	for i := range 40 {
		value = append([]byte{0xff, byte(i), 1, 2}, value[:len(value)-4]...) // of an unknown version, which is stored as it is
		all = append(all, bytes.Clone(value))
		pollNow(t, s, "feed 0000000", value)
		got, err := s.Shown(t.Context(), "feed 0000000")
		testutil.Must(t, err)
		if !bytes.Equal(got, value) {
			t.Fatalf("after poll %d it has shown something else", i)
		}
	}
	conn, err := pgx.Connect(t.Context(), dsn)
	testutil.Must(t, err)
	defer conn.Close(context.Background())
	var parts, size int
	testutil.Must(t, conn.QueryRow(t.Context(), `select count(*), sum(length(value)) from seen`).Scan(&parts, &size))
	if parts < 2 || parts > 17 || size > shownSize+17*100 {
		t.Errorf("it is stored in %d parts of %d bytes", parts, size)
	}
	_, err = conn.Exec(t.Context(), `update seen set value = value || '\x00'::bytea where part = 2`)
	testutil.Must(t, err)
	got, err := s.Shown(t.Context(), "feed 0000000")
	testutil.Must(t, err)
	if !bytes.Equal(got, all[len(all)-parts+1]) {
		t.Error("what stands before a damaged part is gone")
	}
	pollNow(t, s, "feed 0000000", value)
	got, err = s.Shown(t.Context(), "feed 0000000")
	testutil.Must(t, err)
	if !bytes.Equal(got, value) {
		t.Error("the next poll did not heal it")
	}
}

// After a commit without an answer, the machine reads which of the polls are stored. If the
// line breaks during that read, and the server that answers next has lost the commit, as
// after a failover without a synchronous standby, then all of the polls are stored again,
// not only those that were read.
func TestLineBreaksInWhatWasCommitted(t *testing.T) {
	dsn := database(t)
	l := new(line)
	s, err := postgres.OpenIn(t.Context(), dsn, postgres.Options{Machine: "a", Log: slog.New(slog.DiscardHandler)}, postgres.World{
		Beat: 12 * time.Hour, Clock: time.Now, Offset: func() time.Duration { return 0 }, Dial: l.dial,
	})
	testutil.Must(t, err)
	defer s.Close()
	conn, err := pgx.Connect(t.Context(), dsn)
	testutil.Must(t, err)
	defer conn.Close(context.Background())
	testutil.Must(t, s.Sync(t.Context(), many(3)))
	claims, _, err := s.ClaimDue(t.Context(), 3, time.Minute, 0)
	testutil.Must(t, err)
	var outcomes []poll.Outcome
	for _, c := range claims {
		o := quiet(c)
		o.State.Known.ETag = "new" // it is stored at once
		outcomes = append(outcomes, o)
	}
	l.loseAnswer()
	forgotten := int64(0)
	l.tear(postgres.CommittedFeeds, func() {
		done, err := conn.Exec(context.Background(), `update feed set token = 0 where token <> 0`)
		testutil.Must(t, err)
		forgotten = done.RowsAffected()
	})
	lost, err := s.Commit(t.Context(), outcomes)
	testutil.Must(t, err)
	if forgotten != 3 {
		t.Fatalf("%d polls were stored at first, want 3", forgotten)
	}
	if len(lost) > 0 {
		t.Errorf("%d polls are lost", len(lost))
	}
}

// A feed that is removed from one config is kept while a machine lives whose config may
// have it.
func TestConfigsDiffer(t *testing.T) {
	dsn := database(t)
	a, b := byHand(t, dsn, "a"), byHand(t, dsn, "b")
	defer a.Close()
	listed := func() (n int) {
		for _, err := range a.Feeds(t.Context()) {
			testutil.Must(t, err)
			n++
		}
		return n
	}
	testutil.Must(t, b.Sync(t.Context(), many(3)))
	testutil.Must(t, a.Sync(t.Context(), many(2)))
	if n := listed(); n != 3 {
		t.Errorf("%d feeds while the other machine lives, want 3", n)
	}
	testutil.Must(t, b.Close())
	testutil.Must(t, a.Tend(t.Context()))
	if n := listed(); n != 2 {
		t.Errorf("%d feeds once the other machine has left, want 2", n)
	}
}

// Polls that brought nothing are stored with the next heartbeat. If the machine dies
// before, the others make the polls of the last seconds again, once.
func TestQuietPollsOfADeadMachine(t *testing.T) {
	dsn := database(t)
	s := byHand(t, dsn, "a")
	testutil.Must(t, s.Sync(t.Context(), many(2)))
	claims, _, err := s.ClaimDue(t.Context(), 10, time.Minute, 0)
	testutil.Must(t, err)
	for i, c := range claims {
		_, err := s.Commit(t.Context(), []poll.Outcome{quiet(c)})
		testutil.Must(t, err)
		if i == 0 {
			testutil.Must(t, s.Flush(t.Context()))
		}
	}
	s.Kill()
	later := postgres.World{Beat: 12 * time.Hour, Clock: time.Now, Offset: func() time.Duration { return 0 }}
	conn, err := pgx.Connect(t.Context(), dsn)
	testutil.Must(t, err)
	defer conn.Close(context.Background())
	_, err = conn.Exec(t.Context(), `update shard set lease_until = now() - interval '1 second'`)
	testutil.Must(t, err)
	_, err = conn.Exec(t.Context(), `delete from machine`)
	testutil.Must(t, err)
	b, err := postgres.OpenIn(t.Context(), dsn, postgres.Options{Machine: "b", Log: slog.New(slog.DiscardHandler)}, later)
	testutil.Must(t, err)
	defer b.Close()
	testutil.Must(t, b.Sync(t.Context(), many(2)))
	again, _, err := b.ClaimDue(t.Context(), 10, time.Minute, 0)
	testutil.Must(t, err)
	if len(again) != 1 || again[0].Feed != claims[1].Feed {
		t.Errorf("polled again are %+v, want %s", again, claims[1].Feed)
	}
	for st, err := range b.Feeds(t.Context()) {
		testutil.Must(t, err)
		if st.Feed == claims[0].Feed && !st.State.Good.Equal(claims[0].Now.Truncate(time.Millisecond)) {
			t.Errorf("%s worked at %v, want %v", st.Feed, st.State.Good, claims[0].Now)
		}
	}
}

// After an outage no heartbeat may be recent enough to count, not even the machine's own.
// It then keeps its share.
func TestAMachineThatIsNotCountedKeepsItsShare(t *testing.T) {
	var ahead atomic.Int64
	s, err := postgres.OpenIn(t.Context(), database(t), postgres.Options{Machine: "a", Log: slog.New(slog.DiscardHandler)}, postgres.World{
		Beat: 12 * time.Hour, Clock: time.Now, Offset: func() time.Duration { return time.Duration(ahead.Load()) },
	})
	testutil.Must(t, err)
	defer s.Close()
	testutil.Must(t, s.Sync(t.Context(), many(8)))
	ahead.Store(int64(100 * time.Hour)) // longer than a lease
	testutil.Must(t, s.Tend(t.Context()))
	claims, _, err := s.ClaimDue(t.Context(), 8, time.Hour, 0)
	testutil.Must(t, err)
	if len(claims) != 8 {
		t.Errorf("%d of 8 feeds are still its own", len(claims))
	}
}
