package daemon_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"watcher/internal/config"
	"watcher/internal/daemon"
)

// BenchmarkLatency is the time from the answer to a poll that brings a new item
// to the alert at the receivers: the whole program on 1,000 feeds that are
// polled every 5 s or so, four of which a second bring something.
func BenchmarkLatency(b *testing.B) {
	for _, targets := range []int{1, 10, 100} {
		b.Run(fmt.Sprintf("targets=%d", targets), func(b *testing.B) {
			l := newLatency(b, 1000, targets)
			for b.Loop() {
				l.measure(60)
			}
			l.report(b)
		})
	}
}

// latency is a web whose feeds bring something when they are asked to, and note
// when they answered.
type latency struct {
	mu       sync.Mutex
	versions map[string]int       // of each feed
	read     map[string]bool      // feeds whose first document was read
	wanted   int                  // new items that may appear
	last     time.Time            // when one last did
	answered map[string]time.Time // by title
	pending  int                  // alerts that have not arrived
	took     []time.Duration
	idle     chan struct{} // closed when none is wanted or pending
}

func newLatency(b *testing.B, feeds, targets int) *latency {
	b.Helper()
	l := &latency{versions: map[string]int{}, read: map[string]bool{}, answered: map[string]time.Time{}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{feed}", func(rw http.ResponseWriter, r *http.Request) { l.feed(rw, r, targets) })
	mux.HandleFunc("POST /hook", l.hook)
	server := httptest.NewServer(mux)
	b.Cleanup(server.Close)
	path := filepath.Join(b.TempDir(), "watcher.yaml")
	var text strings.Builder
	fmt.Fprintf(&text, "network: {allow: [127.0.0.0/8]}\nhosts: {default: {parallel: 64, spacing: 0s}}\nrules: [{name: nato, keywords: [NATO]}]\nfeeds:\n")
	for i := range feeds {
		// Each at an interval of its own, or all would be due at the same moment.
		fmt.Fprintf(&text, "  - {name: f%d, url: \"%s/f%[1]d\", every: %[3]dms}\n", i, server.URL, 3000+4*i)
	}
	fmt.Fprintf(&text, "notify:\n")
	for i := range targets {
		fmt.Fprintf(&text, "  t%d: {type: webhook, url: \"%s/hook\"}\n", i, server.URL)
	}
	fmt.Fprintf(&text, "ops: {notify: [t0]}\n")
	if err := os.WriteFile(path, []byte(text.String()), 0o600); err != nil {
		b.Fatal(err)
	}
	cfg, err := config.Load(path)
	if err != nil {
		b.Fatal(err)
	}
	d, err := daemon.New(cfg, daemon.Options{Version: "bench", ConfigPath: path, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- d.Run(ctx) }()
	b.Cleanup(func() {
		cancel()
		<-ended
		if err := d.Close(); err != nil {
			b.Error(err)
		}
	})
	for l.baselines() < feeds {
		time.Sleep(10 * time.Millisecond)
	}
	time.Sleep(10 * time.Second) // until they are apart
	return l
}

func (l *latency) baselines() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.read)
}

// feed answers a poll; at most four times a second with a new item.
func (l *latency) feed(rw http.ResponseWriter, r *http.Request, targets int) {
	feed := r.PathValue("feed")
	l.mu.Lock()
	known := r.Header.Get("If-None-Match") != ""
	fresh := known && l.wanted > 0 && time.Since(l.last) > 250*time.Millisecond
	if fresh {
		l.versions[feed]++
		l.wanted--
		l.last = time.Now()
		l.pending += targets
	}
	version := l.versions[feed]
	l.read[feed] = true
	l.mu.Unlock()
	etag := strconv.Quote(strconv.Itoa(version))
	rw.Header().Set("ETag", etag)
	if r.Header.Get("If-None-Match") == etag {
		rw.WriteHeader(http.StatusNotModified)
		return
	}
	var doc strings.Builder
	fmt.Fprintf(&doc, `<rss version="2.0"><channel><title>%s</title>`, feed)
	for v := version; v >= max(0, version-20); v-- {
		fmt.Fprintf(&doc, `<item><guid isPermaLink="false">%[1]s %[2]d</guid><title>%[1]s %[2]d</title><description>NATO</description></item>`, feed, v)
	}
	doc.WriteString(`</channel></rss>`)
	if fresh {
		l.mu.Lock()
		l.answered[fmt.Sprintf("%s %d", feed, version)] = time.Now()
		l.mu.Unlock()
	}
	_, _ = io.WriteString(rw, doc.String())
}

func (l *latency) hook(_ http.ResponseWriter, r *http.Request) {
	now := time.Now()
	var m struct {
		Data struct {
			Alerts []struct{ Item struct{ Title string } }
		}
	}
	body, _ := io.ReadAll(r.Body)
	_ = json.Unmarshal(body, &m)
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, a := range m.Data.Alerts {
		l.took = append(l.took, now.Sub(l.answered[a.Item.Title]))
		l.pending--
	}
	if l.pending == 0 && l.wanted == 0 {
		close(l.idle)
	}
}

// measure lets n new items appear and waits for all their alerts.
func (l *latency) measure(n int) {
	l.mu.Lock()
	l.wanted, l.idle = n, make(chan struct{})
	l.mu.Unlock()
	<-l.idle
}

func (l *latency) report(b *testing.B) {
	slices.Sort(l.took)
	at := func(part float64) float64 {
		return float64(l.took[int(part*float64(len(l.took)-1))].Microseconds()) / 1000
	}
	b.ReportMetric(at(0.5), "p50-ms")
	b.ReportMetric(at(0.99), "p99-ms")
	b.ReportMetric(0, "ns/op")
}
