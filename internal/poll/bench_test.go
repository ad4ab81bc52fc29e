package poll_test

import (
	"context"
	"crypto/tls"
	"encoding/pem"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"watcher/internal/feeds"
	"watcher/internal/feeds/fetch"
	"watcher/internal/poll"
	"watcher/internal/rules"
	"watcher/internal/store/bolt"
	"watcher/internal/testutil"
)

// The benchmarks poll a server in another process, so that its CPU time does not count: the
// test binary, called with this variable in its environment.
const benchServer = "WATCHER_BENCH_SERVER"

func TestMain(m *testing.M) {
	if os.Getenv(benchServer) != "" {
		serveUnchanged()
		return
	}
	os.Exit(m.Run())
}

// serveUnchanged answers 304 to a request with the ETag, and a small feed to any other,
// over http and https. Below /close it closes the connection after each answer. It ends
// when its stdin does.
func serveUnchanged() {
	const etag = `"5f2b1c"`
	body := rss("", entry{"1", "NATO one", time.Date(2026, 10, 1, 12, 0, 0, 0, time.UTC)})
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/close") {
			w.Header().Set("Connection", "close")
		}
		w.Header()["Etag"] = []string{etag}
		if r.Header.Get("If-None-Match") == etag {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		_, _ = io.WriteString(w, body)
	})
	fmt.Println(httptest.NewServer(handler).URL, httptest.NewTLSServer(handler).URL)
	_, _ = io.Copy(io.Discard, os.Stdin)
}

// startServer returns the addresses of a server in its own process, http and
// https.
func startServer(b *testing.B) (plain, secure string) {
	b.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), benchServer+"=1", "GOMAXPROCS=1")
	cmd.Stderr = io.Discard // it tells of handshakes that ended early
	stdin, err := cmd.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		stdin.Close()
		_ = cmd.Wait()
	})
	if _, err := fmt.Fscan(stdout, &plain, &secure); err != nil {
		b.Fatal(err)
	}
	return plain, secure
}

// trust makes this process trust the certificate of httptest's servers.
func trust(b *testing.B) {
	s := httptest.NewTLSServer(nil)
	defer s.Close()
	file := filepath.Join(b.TempDir(), "roots.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw}), 0o600); err != nil {
		b.Fatal(err)
	}
	b.Setenv("SSL_CERT_FILE", file)
}

// bare measures the least that a poll costs in Go: a conditional request by net/http, from
// as many goroutines as the poller uses.
func bare(b *testing.B, url string, parallel int) {
	client := &http.Client{Transport: &http.Transport{
		MaxIdleConnsPerHost: parallel, DisableCompression: true,
		TLSClientConfig: &tls.Config{ClientSessionCache: tls.NewLRUClientSessionCache(0)},
	}}
	defer client.CloseIdleConnections()
	var left atomic.Int64
	left.Store(int64(b.N))
	var wg sync.WaitGroup
	b.ResetTimer()
	begin := testutil.CPU()
	for range parallel {
		wg.Go(func() {
			for left.Add(-1) >= 0 {
				req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
				if err != nil {
					b.Error(err)
					return
				}
				req.Header.Set("If-None-Match", `"5f2b1c"`)
				req.Header.Set("User-Agent", "bare")
				resp, err := client.Do(req)
				if err != nil {
					b.Error(err)
					return
				}
				_, _ = io.Copy(io.Discard, resp.Body)
				_ = resp.Body.Close()
			}
		})
	}
	wg.Wait()
	b.ReportMetric(float64(testutil.CPU()-begin)/float64(b.N), "cpu-ns/op")
}

// whole measures a poll as the daemon makes it: due in the store, dispatched, requested by
// the real client, and stored.
func whole(b *testing.B, url string, parallel int) {
	must := func(err error) {
		b.Helper()
		if err != nil {
			b.Fatal(err)
		}
	}
	store, err := bolt.Open(filepath.Join(b.TempDir(), "watcher.db"))
	must(err)
	defer store.Close()
	var sources []feeds.Source
	for i := range 4 * parallel {
		sources = append(sources, feeds.Source{ID: fmt.Sprint(i), URL: fmt.Sprintf("%s/%d", url, i), Every: time.Nanosecond})
	}
	set, err := rules.Compile(nil, rules.Options{})
	must(err)
	plan := &poll.Plan{Rules: set, Limit: poll.HostLimit{Parallel: parallel}}
	must(plan.SetSources(feeds.Pack(sources...)))
	client := fetch.NewClient(fetch.ClientOptions{UserAgent: "watcher/bench", Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}})
	defer client.Close()
	p := poll.New(store, client, slog.New(slog.DiscardHandler))
	p.SetPlan(plan)
	must(store.Sync(ctx, feeds.Pack(sources...)))
	_, err = p.Once(ctx, func(int, int) {}) // the baselines
	must(err)
	first, _ := p.Counts()
	running, stop := context.WithCancel(ctx)
	done := make(chan struct{})
	b.ResetTimer()
	begin := testutil.CPU()
	go func() {
		defer close(done)
		p.Run(running)
	}()
	var polls int64
	for polls < int64(b.N) {
		<-time.After(time.Millisecond)
		polls, _ = p.Counts()
		polls -= first
	}
	used := testutil.CPU() - begin
	b.StopTimer()
	b.ReportMetric(float64(used)/float64(polls), "cpu-ns/op")
	stop()
	<-done
	if _, failed := p.Counts(); failed > 0 {
		b.Fatalf("%d polls failed", failed)
	}
}

// BenchmarkUnchanged compares a poll that is answered with 304 with a bare request. In both
// the connections over TLS are new each time and resume their session.
func BenchmarkUnchanged(b *testing.B) {
	trust(b)
	plain, secure := startServer(b)
	const parallel = 32
	for _, c := range []struct{ name, url string }{
		{"keep-alive", plain + "/keep"}, {"new-connection", plain + "/close"}, {"new-connection-tls", secure + "/close"},
	} {
		b.Run(c.name+"/net-http", func(b *testing.B) { bare(b, c.url, parallel) })
		b.Run(c.name+"/watcher", func(b *testing.B) { whole(b, c.url, parallel) })
	}
}
