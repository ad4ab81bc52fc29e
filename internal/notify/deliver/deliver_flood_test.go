package deliver_test

import (
	"context"
	"log/slog"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"testing/synctest"

	"watcher/internal/notify"
	"watcher/internal/notify/deliver"
	"watcher/internal/store/bolt"
)

// Other alerts are stored, and so may be sent, before a flood that their target holds is
// composed.
func TestFloodsAreComposedLast(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, err := bolt.Open(filepath.Join(t.TempDir(), "watcher.db"))
		if err != nil {
			t.Fatal(err)
		}
		defer store.Close()
		var alerts []notify.Alert
		for i := range 600 {
			key := notify.KeyOf(strconv.Itoa(i))
			alerts = append(alerts, notify.Alert{
				ID: notify.AlertID("desk", key), Target: "desk", Keys: []notify.ItemKey{key}, Flood: i != 300 && i != 599,
			})
		}
		if err := store.Report(context.Background(), alerts); err != nil {
			t.Fatal(err)
		}
		box := &frozen{Outbox: store}
		d := deliver.New(box, slog.New(slog.DiscardHandler))
		d.SetTargets(targetsOf(map[string]*receiver{"desk": new(receiver)}), nil)
		if _, _, err := d.Drain(context.Background()); err != nil {
			t.Fatal(err)
		}
		if want := []int{2, 500, 98}; !slices.Equal(box.sizes, want) {
			t.Errorf("alerts frozen at once: %v, want %v", box.sizes, want)
		}
	})
}

// While the flood of one target is composed and stored, and that of another waits for its
// turn, other alerts of the second target are composed at once.
func TestNewsPassFloodsThatWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, err := bolt.Open(filepath.Join(t.TempDir(), "watcher.db"))
		if err != nil {
			t.Fatal(err)
		}
		defer store.Close()
		bring := func(target string, from, n int, flood bool) {
			var alerts []notify.Alert
			for i := range n {
				key := notify.KeyOf(strconv.Itoa(from + i))
				alerts = append(alerts, notify.Alert{ID: notify.AlertID(target, key), Target: target, Keys: []notify.ItemKey{key}, Flood: flood})
			}
			if err := store.Report(context.Background(), alerts); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
		}
		ctx, cancel := context.WithCancel(t.Context())
		box := &stuck{frozen: frozen{Outbox: store}, target: "first", free: make(chan struct{})}
		d := deliver.New(box, slog.New(slog.DiscardHandler))
		d.SetTargets(targetsOf(map[string]*receiver{"first": new(receiver), "desk": new(receiver)}), nil)
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			d.Run(ctx)
		}()
		bring("first", 0, 600, true)
		bring("desk", 0, 600, true)
		bring("desk", 1000, 1, false)
		if want := []int{1}; !slices.Equal(box.sizes, want) {
			t.Errorf("alerts frozen at once for the desk while another's flood is under way: %v, want %v", box.sizes, want)
		}
		close(box.free)
		synctest.Wait()
		if want := []int{1, 500, 100}; !slices.Equal(box.sizes, want) {
			t.Errorf("alerts frozen at once for the desk in the end: %v, want %v", box.sizes, want)
		}
		cancel()
		<-ended
	})
}

// stuck is a frozen that blocks the freezing of one target.
type stuck struct {
	frozen
	target string
	free   chan struct{}
}

func (s *stuck) Freeze(ctx context.Context, c notify.Composition) error {
	if c.Target == s.target {
		<-s.free
		return s.Outbox.Freeze(ctx, c)
	}
	return s.frozen.Freeze(ctx, c)
}

// frozen is an outbox that records how many alerts are frozen at once.
type frozen struct {
	notify.Outbox
	sizes []int
}

func (f *frozen) Freeze(ctx context.Context, c notify.Composition) error {
	n := 0
	for _, m := range c.Messages {
		n += len(m.AlertIDs)
	}
	f.sizes = append(f.sizes, n)
	return f.Outbox.Freeze(ctx, c)
}
