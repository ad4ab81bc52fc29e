package postgres_test

import (
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"watcher/internal/notify"
	"watcher/internal/store"
	"watcher/internal/store/postgres"
	"watcher/internal/testutil"
)

// A command opens the database without registering as a machine. A command that only reads
// makes no tables and changes nothing; what a command changes, the machines hear of.
func TestAside(t *testing.T) {
	log := slog.New(slog.DiscardHandler)
	empty := server(t).Database(t)
	if _, err := postgres.OpenToRead(t.Context(), empty, log); !errors.Is(err, store.ErrNotRun) {
		t.Errorf("a database without tables: %v", err)
	}
	version, risks, err := postgres.Ask(t.Context(), empty)
	testutil.Must(t, err)
	if version == "" || !strings.Contains(strings.Join(risks, "\n"), "fsync") {
		t.Errorf("asked what it is, a database without tables says %q, %q", version, risks)
	}
	if _, err := postgres.OpenToRead(t.Context(), empty, log); !errors.Is(err, store.ErrNotRun) {
		t.Errorf("after a look a database without tables has some: %v", err)
	}

	dsn := database(t)
	daemon := open(t, dsn, "daemon")
	defer daemon.Close()
	h, err := daemon.Held(t.Context(), "desk") // from here on the daemon waits for changes of the target
	testutil.Must(t, err)
	look, err := postgres.OpenToRead(t.Context(), dsn, log)
	testutil.Must(t, err)
	mute := notify.Mute{Kind: "rule", Name: "x", Until: time.Now().Add(time.Hour)}
	if err := look.Mute(t.Context(), mute); err == nil || !strings.Contains(err.Error(), "the store is open read-only") {
		t.Errorf("a change by who only looks: %v", err)
	}
	change, err := postgres.OpenAside(t.Context(), dsn, log)
	testutil.Must(t, err)
	testutil.Must(t, change.Mute(t.Context(), mute))
	for _, s := range []*postgres.Store{daemon, look, change} {
		muted, err := s.Mutes(t.Context())
		testutil.Must(t, err)
		all, err := s.Machines(t.Context())
		testutil.Must(t, err)
		if len(muted) != 1 || len(all) != 1 || all[0].Name != "daemon" {
			t.Errorf("%d mutes, and the machines are %+v", len(muted), all)
		}
	}
	testutil.Must(t, change.Close())
	testutil.Must(t, look.Close())
	for deadline := time.Now().Add(90 * time.Second); len(h.Mutes) == 0; {
		if time.Now().After(deadline) {
			t.Fatal("the daemon does not hear of a mute that a command made")
		}
		testutil.Must(t, h.Wake.Wait(t.Context()))
		h, err = daemon.Held(t.Context(), "desk")
		testutil.Must(t, err)
	}
}
