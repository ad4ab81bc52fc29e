package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"watcher/internal/notify"
	"watcher/internal/store"
	"watcher/internal/store/postgres"
	"watcher/internal/testutil"
)

// sql runs a statement on the database directly.
func sql(t *testing.T, dsn, statement string, args ...any) {
	t.Helper()
	conn, err := pgx.Connect(context.Background(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	if _, err := conn.Exec(context.Background(), statement, args...); err != nil {
		t.Fatal(err)
	}
}

// rows counts rows by a statement on the database directly.
func rows(t *testing.T, dsn, statement string, args ...any) (n int) {
	t.Helper()
	conn, err := pgx.Connect(context.Background(), dsn)
	testutil.Must(t, err)
	defer conn.Close(context.Background())
	testutil.Must(t, conn.QueryRow(context.Background(), statement, args...).Scan(&n))
	return n
}

func muteNames(t *testing.T, s interface {
	Mutes(context.Context) ([]notify.Mute, error)
}) (names []string) {
	t.Helper()
	all, err := s.Mutes(t.Context())
	testutil.Must(t, err)
	for _, m := range all {
		names = append(names, m.Name)
	}
	return names
}

// A record that cannot be read is put aside, once for all machines, and what stands beside
// it goes on.
func TestDamagedRecord(t *testing.T) {
	for _, c := range []struct{ shows, spoil string }{
		{"a flipped bit", `update mute set record = set_byte(record, 20, get_byte(record, 20) # 1) where name = 'b'`},
		{"a record cut short", `update mute set record = substring(record from 1 for 3) where name = 'b'`},
		{"the record of another row", `update mute set record = (select record from mute where name = 'a') where name = 'b'`},
	} {
		t.Run(c.shows, func(t *testing.T) {
			dsn := database(t)
			one, two := open(t, dsn, "one"), open(t, dsn, "two")
			defer one.Close()
			defer two.Close()
			for _, name := range []string{"a", "b", "c"} {
				testutil.Must(t, one.Mute(t.Context(), notify.Mute{Kind: "rule", Name: name, Until: time.Now().Add(time.Hour)}))
			}
			sql(t, dsn, c.spoil)
			for range 2 {
				testutil.Equal(t, "what is left of the mutes", muteNames(t, one), []string{"a", "c"})
				testutil.Equal(t, "seen from elsewhere", muteNames(t, two), []string{"a", "c"})
			}
			testutil.Must(t, one.Mute(t.Context(), notify.Mute{Kind: "rule", Name: "b", Until: time.Now().Add(time.Hour)}))
			testutil.Equal(t, "muted again", muteNames(t, two), []string{"a", "b", "c"})
		})
	}
}

// A record written over a damaged one does not depend on it.
func TestDamagedRecordIsReplaced(t *testing.T) {
	dsn := database(t)
	s := open(t, dsn, "one")
	defer s.Close()
	m := notify.Mute{Kind: "feed", Name: "a", Until: time.Now().Add(time.Hour)}
	testutil.Must(t, s.Mute(t.Context(), m))
	sql(t, dsn, `update mute set record = '\x00'`)
	testutil.Must(t, s.Mute(t.Context(), m))
	testutil.Equal(t, "mutes", muteNames(t, s), []string{"a"})
}

func TestFeedTokens(t *testing.T) {
	dsn := database(t)
	one, two := open(t, dsn, "one"), open(t, dsn, "two")
	defer one.Close()
	defer two.Close()
	at := time.Date(2026, 11, 29, 7, 0, 0, 0, time.UTC)
	want := store.FeedToken{ID: "abc", Feed: "/feeds/all", By: "anna", Made: at, Hash: []byte{1, 2}}
	testutil.Must(t, one.PutFeedToken(t.Context(), want))
	testutil.Must(t, one.PutFeedToken(t.Context(), store.FeedToken{ID: "abd", Made: at}))
	testutil.Must(t, two.UseFeedToken(t.Context(), "abc", at.Add(time.Hour)))
	testutil.Must(t, two.UseFeedToken(t.Context(), "unknown", at))
	want.Used = at.Add(time.Hour)
	got, ok, err := one.FeedToken(t.Context(), "abc")
	testutil.Must(t, err)
	testutil.Equal(t, "a token", []any{got, ok}, []any{want, true})
	ok, err = two.DropFeedToken(t.Context(), "abc")
	testutil.Equal(t, "revoked", []any{ok, err}, []any{true, nil})
	ok, err = one.DropFeedToken(t.Context(), "abc")
	testutil.Equal(t, "revoked twice", []any{ok, err}, []any{false, nil})
	testutil.Must(t, one.UseFeedToken(t.Context(), "abc", at))
	all, err := one.FeedTokens(t.Context())
	testutil.Must(t, err)
	testutil.Equal(t, "left", len(all), 1)
	if _, ok, err := one.FeedToken(t.Context(), "abc"); ok || err != nil {
		t.Errorf("a revoked token is there: %v", err)
	}
	sql(t, dsn, `insert into feed_token select 'x' || n, '' from generate_series(1, $1) n`, store.MaxFeedTokens-1)
	if err := two.PutFeedToken(t.Context(), want); !errors.Is(err, store.ErrTooManyTokens) {
		t.Errorf("one too many: %v", err)
	}
	testutil.Must(t, two.PutFeedToken(t.Context(), store.FeedToken{ID: "abd", Made: at, By: "jan"})) // it replaces its own older one
}

func TestMutes(t *testing.T) {
	dsn := database(t)
	one, two := open(t, dsn, "one"), open(t, dsn, "two")
	defer one.Close()
	defer two.Close()
	m := notify.Mute{Kind: "rule", Name: "nato", Until: time.Now().Add(time.Hour).UTC(), By: "anna", Why: "summit"}
	testutil.Must(t, one.Mute(t.Context(), m))
	m.Until = m.Until.Add(time.Hour).UTC()
	testutil.Must(t, two.Mute(t.Context(), m))
	testutil.Must(t, one.Mute(t.Context(), notify.Mute{Kind: "feed", Name: "nato", Until: m.Until}))
	testutil.Must(t, one.Mute(t.Context(), notify.Mute{Kind: "feed", Name: "never muted"}))
	all, err := one.Mutes(t.Context())
	testutil.Must(t, err)
	if len(all) != 2 || !all[1].Until.Equal(m.Until) || all[1].Why != "summit" || time.Since(all[1].Since) > time.Minute {
		t.Errorf("mutes: %+v", all)
	}
	testutil.Must(t, two.Mute(t.Context(), notify.Mute{Kind: "rule", Name: "nato"}))
	all, err = one.Mutes(t.Context())
	testutil.Must(t, err)
	testutil.Equal(t, "left", []any{len(all), all[0].Kind}, []any{1, "feed"})
}

func TestMatched(t *testing.T) {
	dsn := database(t)
	s := open(t, dsn, "one")
	defer s.Close()
	if got, err := s.LastMatched(t.Context(), []string{"a", "b"}); err != nil || len(got) > 0 {
		t.Errorf("before anything: %v, %v", got, err)
	}
	sql(t, dsn, `insert into rule_matched values ('a', 3, '2026-11-29T07:00:00Z'), ('a', 9, '2026-11-29T08:00:00Z')`)
	first, err := s.Matched(t.Context(), []string{"b", "a", "b"})
	testutil.Must(t, err)
	testutil.Equal(t, "the latest of the parts", first["a"], time.Date(2026, 11, 29, 8, 0, 0, 0, time.UTC))
	if time.Since(first["b"]).Abs() > time.Minute {
		t.Errorf("a new rule: %v", first["b"])
	}
	again, err := s.Matched(t.Context(), []string{"a", "b"})
	testutil.Must(t, err)
	testutil.Equal(t, "asked again", again, first)
}

// The key of a row is part of its checksum, unambiguously.
func TestSeal(t *testing.T) {
	seen := make(map[string]string)
	for _, key := range [][]any{{"a", "bc"}, {"ab", "c"}, {"a\x00bc"}, {"abc", ""}, {[]byte("a"), int64(1)}, {int64(1)}, {int64(2)}} {
		sum := string(postgres.Seal("t", key))
		if other, ok := seen[sum]; ok {
			t.Errorf("the keys %v and %s have one checksum", key, other)
		}
		seen[sum] = strings.ReplaceAll(fmt.Sprint(key), "\x00", "NUL")
	}
}

func TestConfigFiles(t *testing.T) {
	dsn := database(t)
	one, two := open(t, dsn, "one"), open(t, dsn, "two")
	defer one.Close()
	defer two.Close()
	at := time.Date(2026, 11, 29, 7, 0, 0, 0, time.UTC)
	text := func(by, text string) store.ConfigFile { return store.ConfigFile{At: at, By: by, Text: text} }
	put := func(s *postgres.Store, name string, behind int64, texts ...store.ConfigFile) int64 {
		t.Helper()
		version, ok, err := s.PutConfigFile(t.Context(), name, behind, texts)
		testutil.Must(t, err)
		if !ok {
			return -1
		}
		return version
	}
	testutil.Equal(t, "the first, with what was there", put(one, "a", 0, text("", "old"), text("anna", "new")), int64(2))
	testutil.Equal(t, "made again elsewhere", put(two, "a", 0, text("jan", "other")), int64(-1))
	testutil.Equal(t, "of an old version", put(two, "a", 1, text("jan", "other")), int64(-1))
	testutil.Equal(t, "of the newest", put(two, "a", 2, text("jan", "newer")), int64(3))
	testutil.Equal(t, "of another file", put(one, "b", 0, text("anna", "")), int64(1))
	for had, want := range map[int64][]string{0: {"a: newer", "b: "}, 2: {"a: newer", "b: "}, 3: {"b: "}} {
		files, err := one.ConfigFiles(t.Context(), map[string]int64{"a": had, "unknown": 7})
		testutil.Must(t, err)
		var got []string
		for _, f := range files {
			got = append(got, f.Name+": "+f.Text)
		}
		testutil.Equal(t, fmt.Sprintf("newer than %d", had), got, want)
	}
	sql(t, dsn, `update config_file set text = substring(text from 1 for 5) where version = 3`)
	all, err := two.ConfigHistory(t.Context(), "a")
	testutil.Must(t, err)
	testutil.Equal(t, "the history, where the newest is damaged", all, []store.ConfigFile{{Name: "a", Version: 1, At: at, Text: "old"}, {Name: "a", Version: 2, At: at, By: "anna", Text: "new"}})
	testutil.Equal(t, "of the version that was damaged", put(two, "a", 3, text("jan", "again")), int64(4))
	for i := range int64(120) {
		put(one, "a", 4+i, text("anna", fmt.Sprint(i)))
	}
	all, err = two.ConfigHistory(t.Context(), "a")
	testutil.Must(t, err)
	testutil.Equal(t, "versions kept, and the last", []any{len(all), all[99].Text}, []any{100, "119"})

	// Of many that claim it at once exactly one is first.
	won := make(chan bool, 8)
	for i := range cap(won) {
		go func() {
			_, ok, err := []*postgres.Store{one, two}[i%2].PutConfigFile(context.Background(), "c", 0, []store.ConfigFile{text("x", fmt.Sprint(i))})
			won <- ok && err == nil
		}()
	}
	n := 0
	for range cap(won) {
		if <-won {
			n++
		}
	}
	testutil.Equal(t, "who were first", n, 1)
}

// A dead letter without a message that is dropped while all of its target are tried again
// stays dropped.
func TestDroppedWhileRevived(t *testing.T) {
	s := open(t, database(t), "a")
	defer s.Close()
	ctx := t.Context()
	x, y := alertOf("desk", "a", "x"), alertOf("desk", "a", "y")
	testutil.Must(t, s.Report(ctx, []notify.Alert{x, y}))
	_, err := s.Retire(ctx, []string{"other"})
	testutil.Must(t, err)
	testutil.Must(t, s.Drop(ctx, x.ID))
	testutil.Must(t, s.ReviveSome(ctx, "desk", []string{x.ID, y.ID}))
	for id, want := range map[string]notify.AlertState{x.ID: notify.StateDropped, y.ID: notify.StateHeld} {
		tr, err := s.Trace(ctx, id)
		testutil.Must(t, err)
		testutil.Equal(t, "state of "+id, tr.State, want)
	}
	h, err := s.Oldest(ctx, "desk", 10)
	testutil.Must(t, err)
	testutil.Equal(t, "held", len(h.Alerts), 1)
}
