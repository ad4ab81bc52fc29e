//go:build bench

package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"watcher/internal/pgtest"
	"watcher/internal/testutil"
)

var (
	manyFeeds = flag.Int("many-feeds", 1_000_000, "feeds of TestManyFeeds")
	manyAfter = flag.Duration("many-after", 10*time.Minute, "how long after the start TestManyFeeds measures")
)

// TestManyFeeds prints how much memory a machine takes with a million feeds in the
// database: at most while it reads the config, once it watches, and ten minutes later. The
// first start stores the feeds. After the second one, the machine polls those that it
// never polled, as many as it can. The test fails nothing: the aim is 200 MB.
func TestManyFeeds(t *testing.T) {
	cluster, err := pgtest.Start()
	if errors.Is(err, pgtest.ErrAbsent) {
		t.Skip(err)
	} else if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cluster.Stop() })
	w := &world{t: t, bin: buildWatcher(t), dir: t.TempDir()}
	port, polls := w.serveMany()
	metrics := w.listMany(*manyFeeds, port, cluster.Database(t))
	for _, which := range []string{"first", "second"} {
		manager, socket := listenAsManager(t)
		p := w.start("NOTIFY_SOCKET=" + socket)
		awaitReady(t, manager, 20_000)
		pid := p.cmd.Process.Pid
		now, peak := memoryOf(pid)
		t.Logf("%s start with %d feeds: ready after %v of processor time, %.0f MB at most, then %.0f MB", which, *manyFeeds, cpuOf(pid), peak, now)
		if which == "second" {
			time.Sleep(*manyAfter)
			now, _ = memoryOf(pid)
			t.Logf("%v later: %.0f MB, after %d polls", *manyAfter, now, polls.Load())
			t.Logf("of which on the heap: %s", heapOf(metrics))
		}
		p.end()
	}
}

// heapOf returns what a program has on its heap.
func heapOf(metrics string) string {
	resp, err := http.Get(metrics)
	if err != nil {
		return err.Error()
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	var bytes float64
	for line := range strings.Lines(string(text)) {
		if _, err := fmt.Sscanf(line, "go_memstats_heap_inuse_bytes %g", &bytes); err == nil {
			return fmt.Sprintf("%.0f MB", bytes/1e6)
		}
	}
	return fmt.Sprintf("unknown: the metrics are %d bytes, %s, %v", len(text), resp.Status, err)
}

// serveMany serves any number of feeds of ten items, at all loopback addresses, and counts
// the requests.
func (w *world) serveMany() (port string, polls *atomic.Int64) {
	l, err := net.Listen("tcp", ":0")
	if err != nil {
		w.t.Fatal(err)
	}
	polls = new(atomic.Int64)
	s := &http.Server{Handler: http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		polls.Add(1)
		rw.Header().Set("ETag", `"one"`)
		if r.Header.Get("If-None-Match") != "" {
			rw.WriteHeader(http.StatusNotModified)
			return
		}
		rw.Header().Set("Content-Type", "application/rss+xml")
		fmt.Fprint(rw, `<rss version="2.0"><channel><title>Feed</title><link>https://feed.example/</link>`)
		for i := range 10 {
			fmt.Fprintf(rw, `<item><guid>https://feed.example%s/%d</guid><title>Item %[2]d</title><link>https://feed.example%[1]s/%[2]d</link><description>The council met.</description></item>`, r.URL.Path, i)
		}
		fmt.Fprint(rw, `</channel></rss>`)
	})}
	go func() { _ = s.Serve(l) }()
	w.t.Cleanup(func() { _ = s.Close() })
	_, port, _ = net.SplitHostPort(l.Addr().String())
	return port, polls
}

// listMany writes a config of n feeds in lists of OPML, of which four each share a host. It
// returns the address of the metrics.
func (w *world) listMany(n int, port, dsn string) (metrics string) {
	const each = 100_000 // feeds in a list
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		w.t.Fatal(err)
	}
	address := l.Addr().String()
	_ = l.Close()
	var c strings.Builder
	fmt.Fprintf(&c, "store: {postgres: %q}\npoll: {every: 24h}\nnetwork: {allow: [127.0.0.0/8]}\nhttp: {listen: %q}\n", dsn, address)
	c.WriteString("rules: [{name: nato, keywords: [NATO, Baltic, Enhanced Forward Presence]}]\nnotify: {t: {type: console}}\nops: {notify: [t]}\nfeeds:\n")
	for first := 0; first < n; first += each {
		name := fmt.Sprintf("list%d.opml", first)
		fmt.Fprintf(&c, "- {opml: %s}\n", name)
		var list strings.Builder
		fmt.Fprintf(&list, "<opml version=\"2.0\"><body><outline text=\"folder %d\">\n", first)
		for i := first; i < min(n, first+each); i++ {
			host := i / 4
			fmt.Fprintf(&list, "<outline text=\"feed %07d\" xmlUrl=\"http://127.%d.%d.%d:%s/feeds/%[1]d.xml\"/>\n", i, host>>16+1, host>>8&255, host&255, port)
		}
		list.WriteString("</outline></body></opml>\n")
		testutil.WriteFile(w.t, filepath.Join(w.dir, name), list.String(), 0o600)
	}
	testutil.WriteFile(w.t, filepath.Join(w.dir, "watcher.yaml"), c.String(), 0o600)
	return "http://" + address + "/metrics"
}
