package postgres_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"time"

	"watcher/internal/notify"
	"watcher/internal/notify/deliver"
	"watcher/internal/testutil"
)

// sulking accepts a message at the second attempt. At the first it asks for an hour.
type sulking struct {
	mu       sync.Mutex
	attempts int
	tried    chan struct{}
}

func (s *sulking) Compose(b notify.Batch) ([]notify.Message, error) {
	return []notify.Message{{ID: b.ID, Target: b.Target, AlertIDs: []string{b.Alerts[0].ID}, Payload: json.RawMessage(`"says"`)}}, nil
}

func (s *sulking) Notify(context.Context, notify.Message) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.attempts++
	s.tried <- struct{}{}
	if s.attempts == 1 {
		return &notify.RetryError{After: time.Hour, Err: errors.New("later")}
	}
	return nil
}

// Whichever machine a person asks to try a target at once, the machine that sends to it
// does so, although the target asked it to wait.
func TestAskedElsewhere(t *testing.T) {
	dsn := database(t)
	a, b := open(t, dsn, "a"), open(t, dsn, "b")
	defer a.Close()
	defer b.Close()
	target := &sulking{tried: make(chan struct{}, 10)}
	ctx, stop := context.WithCancel(t.Context())
	d := deliver.New(b, slog.New(slog.NewTextHandler(t.Output(), nil)))
	b.WhenAsked(d.Nudge)
	d.SetTargets([]deliver.Target{{Name: "desk", Notifier: target}}, nil)
	var running sync.WaitGroup
	running.Go(func() { d.Run(ctx) })
	defer running.Wait()
	defer stop()
	tried := func(what string) {
		t.Helper()
		select {
		case <-target.tried:
		case <-time.After(2 * time.Minute):
			t.Fatal(what)
		}
	}
	x := alertOf("desk", "a", "x")
	testutil.Must(t, a.Report(ctx, []notify.Alert{x}))
	tried("it was never tried")
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) { // until the attempt is settled
		tr, err := a.Trace(ctx, x.ID)
		if testutil.Must(t, err); tr.State == notify.StateWaiting && len(tr.Deliveries) > 0 && tr.Deliveries[0].Tries == 1 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("it is %s", tr.State)
		}
	}
	n, err := a.Again(ctx, "desk")
	testutil.Must(t, err)
	testutil.Equal(t, "brought forward", n, 1)
	for range 60 { // a person who sees nothing happen asks once more
		testutil.Must(t, a.TellAsked(ctx, "desk"))
		select {
		case <-target.tried:
			return
		case <-time.After(2 * time.Second):
		}
	}
	t.Error("it was not tried again")
}
