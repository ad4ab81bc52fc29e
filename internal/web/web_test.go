package web_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"watcher/internal/notify"
	"watcher/internal/notify/deliver"
	"watcher/internal/poll"
	"watcher/internal/web"
	"watcher/internal/websub"
)

func newSite(o web.Options) *web.Site { return web.New(o, web.Access{}) }

func get(h http.Handler, path string) (status int, body string) {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
	return w.Code, w.Body.String()
}

func TestHealth(t *testing.T) {
	var alive, ready error
	h := newSite(web.Options{Alive: func() error { return alive }, Ready: func() error { return ready }})
	for _, test := range []struct {
		shows        string
		alive, ready error
		path         string
		status       int
		body         string
	}{
		{"all is well", nil, nil, "/healthz", 200, "ok\n"},
		{"all is well", nil, nil, "/readyz", 200, "ok\n"},
		{"a full disk is nothing that a restart mends", nil, errors.New("the disk is full"), "/healthz", 200, "ok\n"},
		{"but nothing progresses", nil, errors.New("the disk is full"), "/readyz", 503, "the disk is full\n"},
		{"a loop that hangs", errors.New("polling is stuck"), errors.New("polling is stuck"), "/healthz", 503, "polling is stuck\n"},
	} {
		alive, ready = test.alive, test.ready
		if status, body := get(h, test.path); status != test.status || body != test.body {
			t.Errorf("%s: %s answers %d %q, want %d %q", test.shows, test.path, status, body, test.status, test.body)
		}
	}
	for _, path := range []string{"/", "/websub/x", "/status", "/debug/pprof/"} {
		if status, _ := get(h, path); status != http.StatusNotFound {
			t.Errorf("%s answers %d", path, status)
		}
	}
}

func entries(all ...poll.FeedStatus) iter.Seq2[poll.FeedStatus, error] {
	return func(yield func(poll.FeedStatus, error) bool) {
		for _, e := range all {
			if !yield(e, nil) {
				return
			}
		}
	}
}

func TestMetrics(t *testing.T) {
	at := time.Unix(1_790_000_000, 0)
	soon := time.Now().Add(time.Hour)
	n := web.Numbers{
		Version: "v1.2.3", Ready: true, Rules: 4, Reloaded: at,
		Feeds: entries(
			poll.FeedStatus{Feed: "ERR \"News\"\n\xff", Due: soon, State: poll.FeedState{
				Polled: at, Good: at, Habit: poll.Habit{Changed: at, News: true}, CutShort: poll.CutShort{NoText: 2}, Push: &poll.HubState{Hub: "h", Until: soon},
			}},
			poll.FeedStatus{Feed: "b", Due: time.Now().Add(-time.Hour), State: poll.FeedState{Polled: at, Failures: poll.Failures{Failed: 3, Failing: at}}},
			poll.FeedStatus{Feed: "gone", Due: at, State: poll.FeedState{Polled: at, Failures: poll.Failures{Gone: true, Failed: 1}}},
		),
		Polling: poll.PollTally{Polls: map[string]int64{"not_modified": 7, "dns": 1}, Items: 5, Alerts: 2},
		Targets: map[string]deliver.Count{"desk": {Sent: 9, Failed: 1}},
		Outbox:  notify.OutboxTally{Held: 1, Waiting: 2, Dead: 3, Ambiguous: 4},
		WebSub:  &websub.Stats{Live: 1, Pushes: map[websub.Result]int64{websub.BadSignature: 6}},
	}
	h := newSite(web.Options{Numbers: func(context.Context) web.Numbers { return n }})
	status, body := get(h, "/metrics")
	if status != http.StatusOK {
		t.Fatalf("status %d: %s", status, body)
	}
	lines := map[string]bool{}
	for line := range strings.Lines(body) {
		lines[strings.TrimSuffix(line, "\n")] = true
	}
	for _, want := range []string{
		`watcher_build_info{version="v1.2.3"} 1`,
		`watcher_ready 1`,
		`watcher_network_outage 0`,
		`watcher_rules 4`,
		`watcher_config_last_reload_successful 0`,
		`watcher_config_last_reload_timestamp_seconds 1.79e+09`,
		`watcher_feeds{state="ok"} 1`,
		`watcher_feeds{state="failing"} 1`,
		`watcher_feeds{state="gone"} 1`,
		`watcher_feeds{state="stale"} 0`,
		`watcher_feeds_due 1`,
		`watcher_full_text_failures 2`,
		`watcher_polls_total{result="not_modified"} 7`,
		`watcher_polls_total{result="dns"} 1`,
		`watcher_items_total 5`,
		`watcher_alerts_total 2`,
		`watcher_deliveries_total{result="accepted",target="desk"} 9`,
		`watcher_deliveries_total{result="failed",target="desk"} 1`,
		`watcher_outbox_alerts_held 1`,
		`watcher_outbox_messages_waiting 2`,
		`watcher_outbox_dead_letters 3`,
		`watcher_ambiguous_attempts 4`,
		`watcher_websub_subscriptions{state="live"} 1`,
		`watcher_websub_pushes_total{result="bad_signature"} 6`,
		"watcher_feed_state{feed=\"ERR \\\"News\\\"\\n\ufffd\",state=\"ok\"} 1",
		"watcher_feed_pushed{feed=\"ERR \\\"News\\\"\\n\ufffd\"} 1",
		"watcher_feed_last_success_timestamp_seconds{feed=\"ERR \\\"News\\\"\\n\ufffd\"} 1.79e+09",
		`watcher_feed_state{feed="b",state="failing"} 1`,
		`watcher_feed_healthy{feed="b"} 0`,
		`watcher_feed_failures{feed="b"} 3`,
	} {
		if !lines[want] {
			t.Errorf("there is no line %s", want)
		}
	}
	for _, part := range []string{"go_goroutines ", "process_cpu_seconds_total ", "watcher_poll_lag_seconds 3600."} {
		if !strings.Contains(body, "\n"+part) {
			t.Errorf("there is no %s", part)
		}
	}
	if t.Failed() {
		t.Log(body)
	}
}

// With very many feeds, only those that need attention have series of their own.
func TestMetricsOfManyFeeds(t *testing.T) {
	many := func(yield func(poll.FeedStatus, error) bool) {
		for i := range 100_000 {
			e := poll.FeedStatus{Feed: fmt.Sprint("feed ", i), State: poll.FeedState{Polled: time.Now()}}
			if i%20_000 == 7 {
				e.State.Failed = 1
			}
			if !yield(e, nil) {
				return
			}
		}
	}
	h := newSite(web.Options{Numbers: func(context.Context) web.Numbers { return web.Numbers{Feeds: many} }})
	_, body := get(h, "/metrics")
	if n := strings.Count(body, "\nwatcher_feed_state{"); n != 5 {
		t.Errorf("%d feeds are named, 5 need a look", n)
	}
	if !strings.Contains(body, `watcher_feeds{state="ok"} 99995`) {
		t.Error("not all are counted")
	}
}

func TestNumbersThatCannotBeHad(t *testing.T) {
	h := newSite(web.Options{Numbers: func(context.Context) web.Numbers {
		return web.Numbers{Feeds: entries(), Err: errors.New("the store is closed")}
	}})
	if status, body := get(h, "/metrics"); status != http.StatusInternalServerError || !strings.Contains(body, "the store is closed") {
		t.Errorf("%d %s", status, body)
	}
}

// A proxy may pass on the path of the public address or strip it.
func TestCallbacksBelowAPath(t *testing.T) {
	var got string
	h := web.New(web.Options{
		Callbacks:    http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = r.URL.Path }),
		CallbackPath: "/websub/",
	}, web.Access{PublicURL: "https://example.org/watcher/"})
	for _, path := range []string{"/websub/abc", "/watcher/websub/abc"} {
		got = ""
		if status, _ := get(h, path); status != http.StatusOK || got != "/websub/abc" {
			t.Errorf("%s: %d, path %q", path, status, got)
		}
	}
	if status, _ := get(h, "/other/websub/abc"); status != http.StatusNotFound {
		t.Errorf("another path: %d", status)
	}
}

func TestServer(t *testing.T) {
	log := slog.New(slog.DiscardHandler)
	h := newSite(web.Options{Alive: func() error { return nil }})
	s, err := web.Listen("127.0.0.1:0", h, log)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := web.Listen(s.Address(), h, log); err == nil || !strings.Contains(err.Error(), "http.listen") {
		t.Errorf("a second one on its address: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx) }()
	for _, test := range []struct {
		shows  string
		cookie int
		status int
	}{{"a request", 10, http.StatusOK}, {"a header of a megabyte", 1 << 20, http.StatusRequestHeaderFieldsTooLarge}} {
		req, _ := http.NewRequest(http.MethodGet, "http://"+s.Address()+"/healthz", nil)
		req.Header.Set("X-Long", strings.Repeat("x", test.cookie))
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatalf("%s: %v", test.shows, err)
		}
		_, _ = io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
		if resp.StatusCode != test.status {
			t.Errorf("%s: %d", test.shows, resp.StatusCode)
		}
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if _, err := http.Get("http://" + s.Address() + "/healthz"); err == nil {
		t.Error("it still answers")
	}
}

// When Serve has returned, what requests use may be closed.
func TestTheEndWaitsForRequests(t *testing.T) {
	begun := make(chan struct{})
	var over atomic.Bool
	h := newSite(web.Options{CallbackPath: "/websub/", Callbacks: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		close(begun)
		<-r.Context().Done() // as one that waits for a poll
		over.Store(true)
	})})
	s, err := web.Listen("127.0.0.1:0", h, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx) }()
	go func() {
		if resp, err := http.Post("http://"+s.Address()+"/websub/x", "text/plain", nil); err == nil {
			resp.Body.Close()
		}
	}()
	<-begun
	cancel()
	select {
	case err := <-ended:
		if err != nil || !over.Load() {
			t.Errorf("it ended with %v while a request was under way: %v", err, !over.Load())
		}
	case <-time.After(8 * time.Second):
		t.Error("it does not end: systemd kills after ten seconds")
	}
}
