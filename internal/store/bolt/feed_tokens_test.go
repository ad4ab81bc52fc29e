package bolt_test

import (
	"bytes"
	"errors"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"watcher/internal/store"
	"watcher/internal/store/bolt"
)

// TestFeedTokens makes, uses and revokes tokens, over a restart.
func TestFeedTokens(t *testing.T) {
	path := filepath.Join(t.TempDir(), "watcher.db")
	s, err := bolt.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	made := time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)
	of := store.FeedToken{ID: "k3", Feed: "/rules/baltics", By: "anna", Made: made, Hash: bytes.Repeat([]byte{7}, 32)}
	if err := errors.Join(s.PutFeedToken(t.Context(), of), s.UseFeedToken(t.Context(), "k3", made.Add(time.Hour)), s.UseFeedToken(t.Context(), "gone", made), s.Close()); err != nil {
		t.Fatal(err)
	}
	if s, err = bolt.Open(path); err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	of.Used = made.Add(time.Hour)
	got, ok, err := s.FeedToken(t.Context(), "k3")
	if err != nil || !ok {
		t.Fatal(ok, err)
	}
	equal(t, "the token", got, of)
	if _, ok, err := s.FeedToken(t.Context(), "gone"); ok || err != nil {
		t.Errorf("a token that was never made is there: %v, %v", ok, err)
	}
	all, err := s.FeedTokens(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "all tokens", all, []store.FeedToken{of})
	for _, want := range []bool{true, false} {
		if ok, err := s.DropFeedToken(t.Context(), "k3"); ok != want || err != nil {
			t.Errorf("revoked: %v, %v, want %v", ok, err, want)
		}
	}
	var group errgroup.Group // together they need few commits
	for i := range 1000 {
		group.Go(func() error {
			of := of
			of.ID = strconv.Itoa(i)
			return s.PutFeedToken(t.Context(), of)
		})
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	if of.ID = "one more"; !errors.Is(s.PutFeedToken(t.Context(), of), store.ErrTooManyTokens) {
		t.Error("there may be more than a thousand tokens")
	}
}
