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

// BenchmarkLatency measures the time from the answer to a poll with a new item to the alert
// at the receivers. It runs the whole program on 1,000 feeds that are polled about every 5
// s, four of which a second bring something. Beside it stands how long a shared disk
// meanwhile takes to sync one small write: an alert waits for some of these.
func BenchmarkLatency(b *testing.B) {
	for _, targets := range []int{1, 10, 100} {
		b.Run(fmt.Sprintf("targets=%d", targets), func(b *testing.B) {
			l := newLatency(b, 1000, targets)
			var syncs []time.Duration
			for b.Loop() {
				syncs = append(syncs, syncing(b, func() { l.measure(60) })...)
			}
			l.report(b, syncs)
		})
	}
}

// BenchmarkFlood measures the same while one feed brings 2,000 matching items at once, for
// 13 targets: it counts only the alerts of the other feeds. Beside it stands the peak
// memory of the process, which includes the web and the receivers.
func BenchmarkFlood(b *testing.B) {
	l := newLatency(b, 200, 13)
	var syncs []time.Duration
	items := 0
	for b.Loop() {
		items += 2000
		l.mu.Lock()
		l.flood, l.drowned = items, 13*2000
		l.mu.Unlock()
		syncs = append(syncs, syncing(b, func() {
			for flooding := true; flooding; {
				l.measure(20)
				l.mu.Lock()
				flooding = l.drowned > 0
				l.mu.Unlock()
			}
		})...)
	}
	l.report(b, syncs)
	b.ReportMetric(b.Elapsed().Seconds()/float64(b.N), "s/flood")
	b.ReportMetric(peakMemory(b), "peak-MB")
}

// peakMemory returns the peak memory of the process, in MB.
func peakMemory(b *testing.B) float64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		b.Skip(err)
	}
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	var kb float64
	_, _ = fmt.Sscan(rest, &kb)
	return kb / 1024
}

// latency is a web whose feeds publish when they are asked to, and record when they
// answered.
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
	moment   time.Time     // of the last poll
	polls    []int         // in each of the last moments
	apart    chan struct{} // closed when all feeds were read and their polls are spread out
	closed   bool          // apart is
	flood    int           // items in the feed f0, beside its own
	drowned  int           // alerts of them that have not arrived
}

func newLatency(b *testing.B, feeds, targets int) *latency {
	b.Helper()
	l := &latency{versions: map[string]int{}, read: map[string]bool{}, answered: map[string]time.Time{}, apart: make(chan struct{})}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{feed}", func(rw http.ResponseWriter, r *http.Request) { l.feed(rw, r, feeds, targets) })
	mux.HandleFunc("POST /hook", l.hook)
	server := httptest.NewServer(mux)
	b.Cleanup(server.Close)
	path := filepath.Join(b.TempDir(), "watcher.yaml")
	var text strings.Builder
	fmt.Fprintf(&text, "network: {allow: [127.0.0.0/8]}\nhosts: {default: {parallel: 64, spacing: 0s}}\nrules: [{name: nato, keywords: [NATO]}]\nfeeds:\n")
	for i := range feeds {
		// Each has an interval of its own, otherwise all would be due at the same moment.
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
	<-l.apart
	return l
}

// polled counts a poll, and closes apart once every feed was read and no moment of the last
// second had many times its share. The caller holds mu.
func (l *latency) polled(feed string, feeds int) {
	const moments, moment = 20, 50 * time.Millisecond
	l.read[feed] = true
	if now := time.Now().Truncate(moment); !now.Equal(l.moment) {
		if l.polls = append(l.polls, 0); len(l.polls) > moments {
			l.polls = l.polls[1:]
		}
		l.moment = now
	}
	l.polls[len(l.polls)-1]++
	total := 0
	for _, n := range l.polls {
		total += n
	}
	if !l.closed && len(l.read) == feeds && len(l.polls) == moments && slices.Max(l.polls) < 3*total/moments {
		l.closed = true
		close(l.apart)
	}
}

// feed answers a poll; at most four times a second with a new item.
func (l *latency) feed(rw http.ResponseWriter, r *http.Request, feeds, targets int) {
	feed := r.PathValue("feed")
	l.mu.Lock()
	known := r.Header.Get("If-None-Match") != ""
	fresh := known && l.wanted > 0 && time.Since(l.last) > 250*time.Millisecond && (feed != "f0" || l.flood == 0)
	if fresh {
		l.versions[feed]++
		l.wanted--
		l.last = time.Now()
		l.pending += targets
	}
	version, flood := l.versions[feed], 0
	if feed == "f0" {
		flood = l.flood
	}
	l.polled(feed, feeds)
	l.mu.Unlock()
	etag := strconv.Quote(fmt.Sprint(version, flood))
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
	for i := range flood {
		fmt.Fprintf(&doc, `<item><guid isPermaLink="false">flood %d</guid><title>flood %[1]d</title><description>NATO %s</description></item>`, i, strings.Repeat(fmt.Sprint("of ", i, " words "), 70))
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
		if strings.HasPrefix(a.Item.Title, "flood") {
			l.drowned--
			continue
		}
		l.took = append(l.took, now.Sub(l.answered[a.Item.Title]))
		l.pending--
	}
	if l.pending == 0 && l.wanted == 0 && l.idle != nil {
		close(l.idle)
		l.idle = nil
	}
}

// measure lets n new items appear and waits for all their alerts.
func (l *latency) measure(n int) {
	l.mu.Lock()
	idle := make(chan struct{})
	l.wanted, l.idle = n, idle
	l.mu.Unlock()
	<-idle
}

// syncing measures writes to the disk, one after the other, ten a second, while do runs.
func syncing(b *testing.B, do func()) (took []time.Duration) {
	b.Helper()
	f, err := os.Create(filepath.Join(b.TempDir(), "sync"))
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	done := make(chan struct{})
	go func() {
		defer close(done)
		do()
	}()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-done:
			return took
		case <-tick.C:
		}
		start := time.Now()
		if _, err := f.WriteAt(make([]byte, 4096), 0); err != nil {
			b.Fatal(err)
		}
		if err := f.Sync(); err != nil {
			b.Fatal(err)
		}
		took = append(took, time.Since(start))
	}
}

func (l *latency) report(b *testing.B, syncs []time.Duration) {
	at := func(part float64, of []time.Duration) float64 {
		slices.Sort(of)
		return float64(of[int(part*float64(len(of)-1))].Microseconds()) / 1000
	}
	b.ReportMetric(at(0.5, l.took), "p50-ms")
	b.ReportMetric(at(0.99, l.took), "p99-ms")
	b.ReportMetric(at(1, l.took), "max-ms")
	b.ReportMetric(at(0.5, syncs), "sync-p50-ms")
	b.ReportMetric(at(0.99, syncs), "sync-p99-ms")
	b.ReportMetric(0, "ns/op")
}
