package poll_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"watcher/internal/feeds"
	"watcher/internal/feeds/fetch"
	"watcher/internal/poll"
	"watcher/internal/rules"
	"watcher/internal/store/bolt"
	"watcher/internal/testutil"
)

// crowd is a real server that counts who asks at the same time, and how far
// apart.
type crowd struct {
	*httptest.Server
	mu     sync.Mutex
	now    int
	most   int
	asked  []time.Time
	paths  map[string]int
	answer func(w http.ResponseWriter, n int) // n: of the request, from 1
}

func newCrowd(t *testing.T, answer func(w http.ResponseWriter, n int)) *crowd {
	c := &crowd{paths: map[string]int{}, answer: answer}
	c.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c.mu.Lock()
		c.asked = append(c.asked, time.Now())
		c.paths[r.URL.Path]++
		n := len(c.asked)
		c.now++
		c.most = max(c.most, c.now)
		c.mu.Unlock()
		c.answer(w, n)
		c.mu.Lock()
		c.now--
		c.mu.Unlock()
	}))
	t.Cleanup(c.Close)
	return c
}

func (c *crowd) sources(n int) []feeds.Source {
	var all []feeds.Source
	for i := range n {
		all = append(all, feeds.Source{ID: fmt.Sprint(c.URL, " ", i), URL: fmt.Sprintf("%s/%d", c.URL, i), Every: time.Hour})
	}
	return all
}

// newClient returns the real client, which may connect to loopback servers.
func newClient(t *testing.T) *fetch.Client {
	c := fetch.NewClient(fetch.ClientOptions{UserAgent: "watcher/test", Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}})
	t.Cleanup(c.Close)
	return c
}

// once polls real servers once, with the real client and store.
func once(t *testing.T, plan *poll.Plan, sources []feeds.Source) (poll.Summary, *bolt.Store) {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	store, err := bolt.Open(filepath.Join(t.TempDir(), "watcher.db"))
	must(err)
	t.Cleanup(func() { must(store.Close()) })
	must(store.Sync(ctx, feeds.Pack(sources...)))
	client := newClient(t)
	if plan.Rules == nil {
		plan.Rules, err = rules.Compile(nil, rules.Options{})
		must(err)
	}
	must(plan.SetSources(feeds.Pack(sources...)))
	p := poll.New(store, client, slog.New(slog.DiscardHandler))
	p.SetPlan(plan)
	sum, err := p.Once(ctx, func(int, int) {})
	must(err)
	return sum, store
}

func TestRealHostsAreAskedAsTheyAllow(t *testing.T) {
	for _, test := range []struct {
		shows string
		limit poll.HostLimit
		feeds int
	}{
		{"two at a time", poll.HostLimit{Parallel: 2, Spacing: time.Millisecond}, 30},
		{"one by one", poll.HostLimit{Parallel: 1}, 20},
		{"many, where the config says so", poll.HostLimit{Parallel: 16}, 100},
		{"apart", poll.HostLimit{Parallel: 8, Spacing: 20 * time.Millisecond}, 20},
	} {
		t.Run(test.shows, func(t *testing.T) {
			t.Parallel()
			c := newCrowd(t, func(w http.ResponseWriter, _ int) {
				fmt.Fprint(w, rss("", entry{"1", "one", time.Time{}}))
			})
			sum, _ := once(t, &poll.Plan{Limit: test.limit}, c.sources(test.feeds))
			testutil.Equal(t, "failed", len(sum.Failed), 0)
			testutil.Equal(t, "requests", len(c.asked), test.feeds)
			if c.most > test.limit.Parallel {
				t.Errorf("%d requests at the same time, %d are allowed", c.most, test.limit.Parallel)
			}
			// The server may notice one request late, so that the next seems closer; over
			// all of them that evens out.
			if all := c.asked[len(c.asked)-1].Sub(c.asked[0]); all < test.limit.Spacing*time.Duration(test.feeds-2) {
				t.Errorf("%d requests within %v, want them %v apart", test.feeds, all, test.limit.Spacing)
			}
		})
	}
}

func TestARealHostThatThrottlesIsLeftAlone(t *testing.T) {
	t.Parallel()
	strict := newCrowd(t, func(w http.ResponseWriter, n int) {
		if n > 3 {
			w.Header().Set("Retry-After", "3600")
			w.WriteHeader(http.StatusTooManyRequests)
			return
		}
		fmt.Fprint(w, rss(""))
	})
	kind := newCrowd(t, func(w http.ResponseWriter, _ int) { fmt.Fprint(w, rss("")) })
	no := false
	own := feeds.Source{ID: "own", URL: strict.URL + "/own", Every: time.Hour, HostLimits: &no}
	sources := append(append(strict.sources(40), kind.sources(40)...), own)
	sum, store := once(t, &poll.Plan{Limit: poll.HostLimit{Parallel: 1, Spacing: time.Millisecond}}, sources)
	// One may be under way while the first 429 arrives, and one feed has no limits.
	if len(strict.asked) > 6 {
		t.Errorf("the strict host was asked %d times after its 429", len(strict.asked)-4)
	}
	testutil.Equal(t, "requests to the other host", len(kind.asked), 40)
	testutil.Equal(t, "requests for the feed without limits", strict.paths["/own"], 1)
	testutil.Equal(t, "skipped and asked make all", sum.Skipped+len(strict.asked)+len(kind.asked), len(sources))
	soon := 0
	for e, err := range store.Feeds(ctx) {
		if err != nil {
			t.Fatal(err)
		}
		if feeds.HostOf(e.URL) == feeds.HostOf(strict.URL) && e.State.Polled.IsZero() && e.Due.Before(time.Now().Add(59*time.Minute)) {
			soon++
		}
	}
	testutil.Equal(t, "feeds of the strict host that are due before it allows", soon, 0)
}

// A host that hangs takes only its own slots.
func TestAHangingHostDoesNotHoldUpOthers(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	hang := newCrowd(t, func(http.ResponseWriter, int) { <-release })
	quick := newCrowd(t, func(w http.ResponseWriter, _ int) { fmt.Fprint(w, rss("")) })
	sources := append(hang.sources(50), quick.sources(50)...)

	store, err := bolt.Open(filepath.Join(t.TempDir(), "watcher.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	if err := store.Sync(ctx, feeds.Pack(sources...)); err != nil {
		t.Fatal(err)
	}
	client := fetch.NewClient(fetch.ClientOptions{UserAgent: "watcher/test", Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}})
	defer client.Close()
	set, err := rules.Compile(nil, rules.Options{})
	if err != nil {
		t.Fatal(err)
	}
	plan := &poll.Plan{Rules: set, Limit: poll.HostLimit{Parallel: 2}}
	if err := plan.SetSources(feeds.Pack(sources...)); err != nil {
		t.Fatal(err)
	}
	p := poll.New(store, client, slog.New(slog.DiscardHandler))
	p.SetPlan(plan)
	running, stop := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		p.Run(running)
	}()
	defer func() {
		close(release)
		<-done
	}()
	defer stop()
	for range 3000 {
		if polls, _ := p.Counts(); polls >= 50 {
			break
		}
		<-time.After(10 * time.Millisecond) // until the quick host's feeds are polled
	}
	quick.mu.Lock()
	hang.mu.Lock()
	defer quick.mu.Unlock()
	defer hang.mu.Unlock()
	testutil.Equal(t, "feeds of the quick host that were polled", len(quick.paths), 50)
	testutil.Equal(t, "requests that hang", len(hang.asked), 2)
}
