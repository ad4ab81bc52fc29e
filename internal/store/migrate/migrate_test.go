package migrate_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"watcher/internal/feeds"
	"watcher/internal/notify"
	"watcher/internal/past"
	"watcher/internal/pgtest"
	"watcher/internal/poll"
	"watcher/internal/store"
	"watcher/internal/store/bolt"
	"watcher/internal/store/migrate"
	"watcher/internal/store/postgres"
	"watcher/internal/store/record"
	"watcher/internal/testutil"
)

var cluster *pgtest.Cluster // nil where there is none

func TestMain(m *testing.M) {
	var err error
	if os.Getenv(killed) != "" { // what it moves to is there
		os.Exit(m.Run())
	}
	if cluster, err = pgtest.Start(); err != nil && !errors.Is(err, pgtest.ErrAbsent) {
		panic(err)
	}
	code := m.Run()
	if cluster != nil {
		_ = cluster.Stop()
	}
	os.Exit(code)
}

// full returns the file of a store with something of each kind in it.
func full(t *testing.T) string {
	t.Helper()
	packed, err := os.Open("../bolt/testdata/schema2_all.db.gz")
	testutil.Must(t, err)
	defer packed.Close()
	z, err := gzip.NewReader(packed)
	testutil.Must(t, err)
	file, err := io.ReadAll(z)
	testutil.Must(t, err)
	path := filepath.Join(t.TempDir(), "full.db")
	testutil.Must(t, os.WriteFile(path, file, 0o600))
	s, err := bolt.Open(path)
	testutil.Must(t, err)
	now := time.Now()
	testutil.Must(t, s.Mute(t.Context(), notify.Mute{Kind: "rule", Name: "nato", Until: now.Add(time.Hour), By: "anna", Why: "too much"}))
	testutil.Must(t, s.PutFeedToken(t.Context(), store.FeedToken{ID: "abc", Feed: "/feeds/all", By: "anna", Made: now.UTC(), Hash: []byte("hash")}))
	testutil.Must(t, s.ReportOnce(t.Context(), "history full", []notify.Alert{{ID: "told once", Target: "desk", Keys: []notify.ItemKey{notify.KeyOf("once")}}}))
	sources := []feeds.Source{{ID: "fresh", URL: "https://example.org/fresh", Every: time.Minute}}
	for f, err := range s.Feeds(t.Context()) {
		testutil.Must(t, err)
		if f.Feed != "Wire" { // which is removed
			sources = append(sources, feeds.Source{ID: f.Feed, URL: f.URL, Every: time.Second})
		}
	}
	testutil.Must(t, s.Sync(t.Context(), feeds.Pack(sources...)))
	_, err = s.Matched(t.Context(), []string{"nato", "eu"})
	testutil.Must(t, err)
	c, free, _, err := s.Claim(t.Context(), "fresh", time.Minute)
	if testutil.Must(t, err); !free {
		t.Fatal("the feed is not free")
	}
	o := outcome(c)
	lost, err := s.Commit(t.Context(), o)
	if testutil.Must(t, err); len(lost) > 0 {
		t.Fatal("the poll is lost")
	}
	var messages []notify.Message
	for i, title := range []string{"frozen", "of a flood"} {
		id := notify.AlertID("calm", notify.KeyOf(title))
		messages = append(messages, notify.Message{ID: "msg_" + id, Target: "calm", AlertIDs: []string{id}, Payload: []byte(`"says"`), Flood: i == 1})
	}
	testutil.Must(t, s.Freeze(t.Context(), notify.Composition{Target: "calm", Messages: messages}))
	// Only what is indexed and held can be migrated.
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Index(ctx, past.Cutter(), func(int64) {}) }()
	for deadline := time.Now().Add(time.Minute); s.Movable(t.Context()) != nil; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal(s.Movable(t.Context()))
		}
	}
	cancel()
	testutil.Must(t, errors.Join(<-ended, s.Close()))
	return path
}

// side is a store that can be closed.
type side interface {
	migrate.Side
	Close() error
}

func file(t *testing.T, path string) side {
	t.Helper()
	s, err := bolt.OpenToMove(path)
	testutil.Must(t, err)
	return s
}

func database(t *testing.T, dsn string) side {
	t.Helper()
	s, err := postgres.OpenToMove(t.Context(), dsn, postgres.Options{Machine: "mover", Log: slog.New(slog.DiscardHandler)})
	testutil.Must(t, err)
	return s
}

// move migrates everything, and closes both.
func move(t *testing.T, from, to side) {
	t.Helper()
	defer func() { testutil.Must(t, errors.Join(from.Close(), to.Close())) }()
	last := 0
	testutil.Must(t, migrate.Run(t.Context(), from, to, "source", func(done, total int) {
		if done < last || done > total {
			t.Errorf("%d of %d are moved, and were %d", done, total, last)
		}
		last = done
	}))
}

// kept returns everything that a store has, as lines of each kind, limited to what both
// kinds of store keep exactly: PostgreSQL has microseconds, and makes up sequences that
// only tell apart what came at one time.
func kept(t *testing.T, s side) map[string][]string {
	t.Helper()
	all := make(map[string][]string)
	for _, kind := range record.Kinds() {
		var cursor []byte
		for more := true; more; {
			pairs, next, err := s.Take(t.Context(), kind, cursor)
			testutil.Must(t, err)
			for _, p := range pairs {
				if line := lineOf(t, kind, p); line != "" {
					all[kind] = append(all[kind], line)
				}
			}
			cursor, more = next, next != nil
		}
		slices.Sort(all[kind])
	}
	return all
}

func lineOf(t *testing.T, kind string, p record.Pair) string {
	t.Helper()
	key, value := p.Key, p.Value
	switch kind {
	case "meta":
		if bytes.HasPrefix(key, []byte("told ")) {
			value = micros(value)
		}
		switch string(key) {
		case "outage": // each machine has its own
			return ""
		case "forgotten":
			if binary.BigEndian.Uint64(value) <= 1 { // nothing is
				return ""
			}
		case "indexed":
			var r record.Indexed
			testutil.Must(t, record.Decode(value, &r))
			value = fmt.Append(nil, r.End)
		}
	case "alerts": // from now on, those of an earlier version have their place in the log
		var r record.Alert
		testutil.Must(t, record.Decode(value, &r))
		r.Logged = nil
		value, _ = record.Encode(r)
	case "log":
		return ""
	case "feeds":
		var r record.Feed
		testutil.Must(t, record.Decode(value, &r))
		r.Due, r.Removed = r.Due.Add(time.Millisecond-1).Truncate(time.Millisecond), r.Removed.Truncate(time.Microsecond)
		if !r.Removed.IsZero() {
			r.Due = time.Time{}
		}
		value, _ = record.Encode(r)
	case "tallies":
		var r record.Tally
		testutil.Must(t, record.Decode(value, &r))
		value = fmt.Append(nil, r.Tally(r.Day).Days, r.Last.Truncate(time.Microsecond).UTC())
	case "matched", "fresh":
		value = micros(value)
	case "retry", "stories":
		key = key[:len(key)-8]
		if kind == "retry" {
			value = micros(value)
		}
	case "damage":
		key = nil
	case "dead":
		value = nil
	}
	return fmt.Sprintf("%q %q", key, value)
}

// micros cuts the time at the beginning of a value to microseconds.
func micros(value []byte) []byte {
	if len(value) < 8 {
		return value
	}
	at := binary.BigEndian.Uint64(value)
	return append(binary.BigEndian.AppendUint64(nil, at/1000*1000), value[8:]...)
}

func compare(t *testing.T, what string, got, want map[string][]string) {
	t.Helper()
	for _, kind := range record.Kinds() {
		if diff := cmp.Diff(want[kind], got[kind]); diff != "" {
			t.Errorf("%s, %s: %s", what, kind, diff[:min(len(diff), 3000)])
		}
	}
}

// articles returns the history of a store.
func articles(t *testing.T, s side) (all []poll.HistoryItem) {
	t.Helper()
	for a, err := range s.(interface {
		History(ctx context.Context, since time.Time) iter.Seq2[poll.HistoryItem, error]
	}).History(t.Context(), time.Time{}) {
		testutil.Must(t, err)
		all = append(all, a)
	}
	return all
}

// After a migration there and back everything is as it was.
func TestThereAndBack(t *testing.T) {
	source := full(t)
	from := file(t, source)
	want := kept(t, from)
	for _, kind := range record.Kinds() {
		if len(want[kind]) == 0 && !slices.Contains([]string{"log", "begun", "damage", "dicts"}, kind) {
			t.Errorf("the store that is moved has no %s", kind)
		}
	}
	copied := filepath.Join(t.TempDir(), "copied.db")
	move(t, from, file(t, copied))
	again := file(t, copied)
	compare(t, "from file to file", kept(t, again), want)
	defer func() { testutil.Must(t, again.Close()) }()

	if cluster == nil {
		t.Skip(pgtest.ErrAbsent)
	}
	dsn := cluster.Database(t)
	move(t, file(t, source), database(t, dsn))
	db := database(t, dsn)
	compare(t, "in PostgreSQL", kept(t, db), want)
	told := articles(t, again)
	if diff := cmp.Diff(told, articles(t, db)); diff != "" || len(told) < 4 {
		t.Errorf("%d articles; in PostgreSQL they read otherwise: %s", len(told), diff)
	}
	back := filepath.Join(t.TempDir(), "back.db")
	move(t, db, file(t, back))
	s, err := bolt.Open(back)
	testutil.Must(t, err)
	compare(t, "back", kept(t, s), want)
	testutil.Must(t, s.Close())
	testutil.Must(t, bolt.Verify(back))
}

// A target that has something of its own is refused, and so is the target of another
// migration.
func TestRefused(t *testing.T) {
	source := full(t)
	err := migrate.Run(t.Context(), closing(t, file(t, source)), closing(t, file(t, full(t))), "source", func(int, int) {})
	if !errors.Is(err, migrate.ErrFull) {
		t.Errorf("a full target: %v", err)
	}
}

func closing(t *testing.T, s side) side {
	t.Cleanup(func() { testutil.Must(t, s.Close()) })
	return s
}

func outcome(c poll.Claim) []poll.Outcome {
	o := poll.Outcome{Claim: c, State: c.State, Next: c.Now.Add(time.Minute), Seen: []byte("shown")}
	o.State.Polled = c.Now
	for i := range 3 {
		it := feeds.Item{Feed: "fresh", GUID: fmt.Sprint(i), Title: fmt.Sprint("title ", i), Link: fmt.Sprint("https://example.org/", i)}
		o.Articles, o.New = append(o.Articles, it), o.New+1
	}
	for _, title := range []string{"held", "frozen", "of a flood"} {
		key := notify.KeyOf(title)
		o.Alerts = append(o.Alerts, notify.Alert{ID: notify.AlertID("calm", key), Target: "calm", Keys: []notify.ItemKey{key}, Rules: []notify.RuleHit{{Name: "nato"}}, Item: notify.AlertItem{Feed: "fresh", Title: title}})
	}
	return []poll.Outcome{o}
}

const killed = "MIGRATE_KILLED_FROM"

// TestKilled kills a process that migrates a store, again and again, a little further each
// time. The target is refused to everything except the same migration, which goes on, and
// in the end has everything once.
func TestKilled(t *testing.T) {
	if source := os.Getenv(killed); source != "" {
		moveAndTell(t, source, os.Getenv("MIGRATE_KILLED_TO"))
		return
	}
	source := full(t)
	from := file(t, source)
	want := kept(t, from)
	testutil.Must(t, from.Close())
	targets := map[string]string{"to a file": filepath.Join(t.TempDir(), "killed.db")}
	if cluster != nil {
		targets["to PostgreSQL"] = cluster.Database(t)
	}
	for name, to := range targets {
		t.Run(name, func(t *testing.T) {
			for at, rounds := 1, 0; ; at += 9 {
				if !killAt(t, source, to, at) {
					if rounds == 0 {
						t.Error("it was never killed")
					}
					break
				}
				rounds++
				unfinished(t, to)
			}
			s := side(nil)
			if name == "to a file" {
				s = file(t, to)
			} else {
				s = database(t, to)
			}
			compare(t, name, kept(t, s), want)
			testutil.Must(t, s.Close())
		})
	}
}

// unfinished checks that only the same migration may use a target.
func unfinished(t *testing.T, to string) {
	t.Helper()
	var err error
	var s side
	if _, isFile := os.Stat(to); isFile == nil {
		_, err = bolt.Open(to)
		s = file(t, to)
	} else {
		_, err = postgres.Open(t.Context(), to, postgres.Options{Log: slog.New(slog.DiscardHandler)})
		s = database(t, to)
	}
	if !errors.Is(err, store.ErrMoving) {
		t.Errorf("it is opened: %v", err)
	}
	other := file(t, filepath.Join(t.TempDir(), "other.db"))
	if err := migrate.Run(t.Context(), other, s, "other", func(int, int) {}); !errors.Is(err, migrate.ErrOther) {
		t.Errorf("another migration into it: %v", err)
	}
	testutil.Must(t, errors.Join(s.Close(), other.Close()))
}

// killAt has a process migrate a store, kills it once it has reported its progress n times,
// and returns whether it did.
func killAt(t *testing.T, source, to string, n int) bool {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestKilled$")
	cmd.Env = append(os.Environ(), killed+"="+source, "MIGRATE_KILLED_TO="+to)
	out, err := cmd.StdoutPipe()
	testutil.Must(t, err)
	testutil.Must(t, cmd.Start())
	lines := bufio.NewScanner(out)
	for ; lines.Scan(); n-- {
		if lines.Text() == "PASS" {
			testutil.Must(t, cmd.Wait())
			return false
		}
		if n == 0 {
			testutil.Must(t, cmd.Process.Kill())
			_ = cmd.Wait() // it was killed
			return true
		}
	}
	t.Fatal(cmd.Wait())
	return false
}

func moveAndTell(t *testing.T, source, to string) {
	s := side(nil)
	if strings.HasPrefix(to, "postgres://") {
		s = database(t, to)
	} else {
		s = file(t, to)
	}
	testutil.Must(t, migrate.Run(t.Context(), file(t, source), s, "source", func(done, _ int) { fmt.Println(done) }))
	testutil.Must(t, s.Close())
}

// A source that was written to since the migration was interrupted, or while it went on, is
// not migrated any further: what was read of it before does not fit what it has by now.
func TestSourceWorkedOn(t *testing.T) {
	mute := func(s side) {
		t.Helper()
		testutil.Must(t, s.(interface {
			Mute(ctx context.Context, m notify.Mute) error
		}).Mute(t.Context(), notify.Mute{Kind: "feed", Name: "fresh", Until: time.Now().Add(time.Hour)}))
	}
	for _, c := range []struct {
		name        string
		interrupted bool
	}{
		{"after an interruption", true},
		{"meanwhile", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			from := closing(t, file(t, full(t)))
			to := closing(t, file(t, filepath.Join(t.TempDir(), "to.db")))
			ctx, cancel := context.WithCancel(t.Context())
			steps := 0
			err := migrate.Run(ctx, from, to, "source", func(int, int) {
				if steps++; steps == 3 && c.interrupted {
					cancel()
				} else if steps == 3 {
					mute(from)
				}
			})
			cancel()
			if c.interrupted {
				if err == nil {
					t.Fatal("it was not interrupted")
				}
				mute(from)
				err = migrate.Run(t.Context(), from, to, "source", func(int, int) {})
			}
			if !errors.Is(err, migrate.ErrChanged) {
				t.Errorf("%v", err)
			}
			if mark, err := to.Moving(t.Context()); mark == nil || err != nil {
				t.Errorf("a daemon would start on it: %v", err)
			}
		})
	}
}
