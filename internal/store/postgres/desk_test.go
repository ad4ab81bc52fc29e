package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"watcher/internal/notify"
	"watcher/internal/store"
	"watcher/internal/store/postgres"
)

// sql runs a statement beside the stores.
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

func equal(t *testing.T, what string, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func muteNames(t *testing.T, s interface {
	Mutes(context.Context) ([]notify.Mute, error)
}) (names []string) {
	t.Helper()
	all, err := s.Mutes(t.Context())
	must(t, err)
	for _, m := range all {
		names = append(names, m.Name)
	}
	return names
}

// A record that cannot be read is put aside, once for all machines, and what stands
// beside it goes on.
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
				must(t, one.Mute(t.Context(), notify.Mute{Kind: "rule", Name: name, Until: time.Now().Add(time.Hour)}))
			}
			sql(t, dsn, c.spoil)
			for range 2 {
				equal(t, "what is left of the mutes", muteNames(t, one), []string{"a", "c"})
				equal(t, "seen from elsewhere", muteNames(t, two), []string{"a", "c"})
			}
			must(t, one.Mute(t.Context(), notify.Mute{Kind: "rule", Name: "b", Until: time.Now().Add(time.Hour)}))
			equal(t, "muted again", muteNames(t, two), []string{"a", "b", "c"})
		})
	}
}

// What is written over a damaged record does not depend on what it was.
func TestDamagedRecordIsReplaced(t *testing.T) {
	dsn := database(t)
	s := open(t, dsn, "one")
	defer s.Close()
	m := notify.Mute{Kind: "feed", Name: "a", Until: time.Now().Add(time.Hour)}
	must(t, s.Mute(t.Context(), m))
	sql(t, dsn, `update mute set record = '\x00'`)
	must(t, s.Mute(t.Context(), m))
	equal(t, "mutes", muteNames(t, s), []string{"a"})
}

func TestFeedTokens(t *testing.T) {
	dsn := database(t)
	one, two := open(t, dsn, "one"), open(t, dsn, "two")
	defer one.Close()
	defer two.Close()
	at := time.Date(2026, 11, 29, 7, 0, 0, 0, time.UTC)
	want := store.FeedToken{ID: "abc", Feed: "/feeds/all", By: "anna", Made: at, Hash: []byte{1, 2}}
	must(t, one.PutFeedToken(t.Context(), want))
	must(t, one.PutFeedToken(t.Context(), store.FeedToken{ID: "abd", Made: at}))
	must(t, two.UseFeedToken(t.Context(), "abc", at.Add(time.Hour)))
	must(t, two.UseFeedToken(t.Context(), "unknown", at))
	want.Used = at.Add(time.Hour)
	got, ok, err := one.FeedToken(t.Context(), "abc")
	must(t, err)
	equal(t, "a token", []any{got, ok}, []any{want, true})
	ok, err = two.DropFeedToken(t.Context(), "abc")
	equal(t, "revoked", []any{ok, err}, []any{true, nil})
	ok, err = one.DropFeedToken(t.Context(), "abc")
	equal(t, "revoked twice", []any{ok, err}, []any{false, nil})
	must(t, one.UseFeedToken(t.Context(), "abc", at))
	all, err := one.FeedTokens(t.Context())
	must(t, err)
	equal(t, "left", len(all), 1)
	if _, ok, err := one.FeedToken(t.Context(), "abc"); ok || err != nil {
		t.Errorf("a revoked token is there: %v", err)
	}
	sql(t, dsn, `insert into feed_token select 'x' || n, '' from generate_series(1, $1) n`, store.MostFeedTokens-1)
	if err := two.PutFeedToken(t.Context(), want); !errors.Is(err, store.ErrTooManyTokens) {
		t.Errorf("one too many: %v", err)
	}
	must(t, two.PutFeedToken(t.Context(), store.FeedToken{ID: "abd", Made: at, By: "jan"})) // in the place of its own
}

func TestMutes(t *testing.T) {
	dsn := database(t)
	one, two := open(t, dsn, "one"), open(t, dsn, "two")
	defer one.Close()
	defer two.Close()
	m := notify.Mute{Kind: "rule", Name: "nato", Until: time.Now().Add(time.Hour).UTC(), By: "anna", Why: "summit"}
	must(t, one.Mute(t.Context(), m))
	m.Until = m.Until.Add(time.Hour).UTC()
	must(t, two.Mute(t.Context(), m))
	must(t, one.Mute(t.Context(), notify.Mute{Kind: "feed", Name: "nato", Until: m.Until}))
	must(t, one.Mute(t.Context(), notify.Mute{Kind: "feed", Name: "never muted"}))
	all, err := one.Mutes(t.Context())
	must(t, err)
	if len(all) != 2 || !all[1].Until.Equal(m.Until) || all[1].Why != "summit" || time.Since(all[1].Since) > time.Minute {
		t.Errorf("mutes: %+v", all)
	}
	must(t, two.Mute(t.Context(), notify.Mute{Kind: "rule", Name: "nato"}))
	all, err = one.Mutes(t.Context())
	must(t, err)
	equal(t, "left", []any{len(all), all[0].Kind}, []any{1, "feed"})
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
	must(t, err)
	equal(t, "the latest of the parts", first["a"], time.Date(2026, 11, 29, 8, 0, 0, 0, time.UTC))
	if time.Since(first["b"]).Abs() > time.Minute {
		t.Errorf("a new rule: %v", first["b"])
	}
	again, err := s.Matched(t.Context(), []string{"a", "b"})
	must(t, err)
	equal(t, "asked again", again, first)
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
