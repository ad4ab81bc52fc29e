package notify_test

import (
	"context"
	"log/slog"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"testing/synctest"

	"watcher/internal/notify"
	"watcher/internal/store/bolt"
)

// What others brought is stored, and so may be sent, before a flood that its
// target holds is worded.
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
				ID: notify.AlertID("desk", key), Target: "desk", Keys: []notify.Key{key}, Flood: i != 300 && i != 599,
			})
		}
		if err := store.Report(context.Background(), alerts); err != nil {
			t.Fatal(err)
		}
		box := &frozen{Outbox: store}
		d := notify.NewDeliverer(box, slog.New(slog.DiscardHandler))
		d.SetTargets(targetsOf(map[string]*receiver{"desk": new(receiver)}), nil)
		if _, _, err := d.Drain(context.Background()); err != nil {
			t.Fatal(err)
		}
		if want := []int{2, 500, 98}; !slices.Equal(box.sizes, want) {
			t.Errorf("alerts frozen at once: %v, want %v", box.sizes, want)
		}
	})
}

// frozen is an outbox that notes how many alerts are frozen at once.
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
