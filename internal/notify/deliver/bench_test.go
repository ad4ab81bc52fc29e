package deliver_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"watcher/internal/notify"
	"watcher/internal/notify/deliver"
	"watcher/internal/notify/targets"
	"watcher/internal/store/bolt"
)

// station is a deliverer with a real store on the disk, and real webhooks on
// loopback.
type station struct {
	store *bolt.Store
	stop  func()

	mu       sync.Mutex
	left     int                  // alerts that must arrive
	all      chan struct{}        // closed when they have
	received map[string]time.Time // by alert, where wanted
}

func newStation(b *testing.B, count int) *station {
	b.Helper()
	s := &station{received: make(map[string]time.Time)}
	server := httptest.NewServer(http.HandlerFunc(s.take))
	b.Cleanup(server.Close)
	store, err := bolt.Open(filepath.Join(b.TempDir(), "watcher.db"))
	if err != nil {
		b.Fatal(err)
	}
	s.store = store
	transport := &http.Transport{MaxIdleConnsPerHost: count + 1}
	d := deliver.New(store, slog.New(slog.DiscardHandler))
	var ts []deliver.Target
	for i := range count {
		o := &targets.WebhookOptions{URL: targets.Secret(server.URL)}
		n, err := o.Open(targets.Env{HTTP: &http.Client{Transport: transport}})
		if err != nil {
			b.Fatal(err)
		}
		ts = append(ts, deliver.Target{Name: fmt.Sprint("target ", i), Notifier: n})
	}
	d.SetTargets(ts, nil)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		d.Run(ctx)
	}()
	s.stop = func() {
		cancel()
		<-ended
		if err := store.Close(); err != nil {
			b.Fatal(err)
		}
	}
	return s
}

func (s *station) take(_ http.ResponseWriter, r *http.Request) {
	var doc struct {
		Data struct{ Alerts []struct{ ID string } }
	}
	body, _ := io.ReadAll(r.Body)
	if json.Unmarshal(body, &doc) != nil {
		return
	}
	now := time.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, a := range doc.Data.Alerts {
		s.received[a.ID] = now
	}
	if s.left -= len(doc.Data.Alerts); s.left == 0 {
		close(s.all)
	}
}

// send commits one alert for each target and number, and waits until all have arrived.
func (s *station) send(b *testing.B, from, n, count int) {
	b.Helper()
	s.mu.Lock()
	s.left, s.all = n*count, make(chan struct{})
	s.mu.Unlock()
	for numbers := range slices.Chunk(seq(from, n), 50) {
		var alerts []notify.Alert
		for _, i := range numbers {
			for t := range count {
				target, key := fmt.Sprint("target ", t), notify.KeyOf("item", fmt.Sprint(i))
				alert := targets.Sample(target, time.Now())
				alert.ID, alert.Target, alert.Keys = notify.AlertID(target, key), target, []notify.ItemKey{key}
				alerts = append(alerts, alert)
			}
		}
		if err := s.store.Report(context.Background(), alerts); err != nil {
			b.Fatal(err)
		}
	}
	<-s.all
}

func seq(from, n int) []int {
	is := make([]int, n)
	for i := range is {
		is[i] = from + i
	}
	return is
}

// BenchmarkOutbox measures how many alerts a second are committed, composed and sent, each
// in a message of its own, which is marked on disk before and after.
func BenchmarkOutbox(b *testing.B) {
	for _, targets := range []int{1, 10, 100} {
		b.Run(fmt.Sprintf("targets=%d", targets), func(b *testing.B) {
			s := newStation(b, targets)
			defer s.stop()
			n, from := max(1, 1000/targets), 0
			for b.Loop() {
				s.send(b, from, n, targets)
				from += n
			}
			b.ReportMetric(float64(from*targets)/b.Elapsed().Seconds(), "alerts/s")
		})
	}
}
