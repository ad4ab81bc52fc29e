package websub_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"watcher/internal/feeds"
	"watcher/internal/feeds/fetch"
	"watcher/internal/poll"
	"watcher/internal/rules"
	"watcher/internal/store/bolt"
	"watcher/internal/web"
	"watcher/internal/websub"
)

var ctx = context.Background()

// world is a publisher and a hub on loopback, and watcher as it runs: the real client,
// store, poller and server. The feed is polled once an hour, so whatever arrives within a
// test was pushed.
type world struct {
	t         testing.TB
	publisher *httptest.Server
	hub       *hub
	callbacks *httptest.Server
	path      string

	mu    sync.Mutex
	site  http.Handler
	body  string // the feed's document
	polls int

	store *bolt.Store
	poll  *poll.Poller
	subs  *websub.Subscriber
	stop  func()
}

// hub is a hub that verifies requests before it answers, and records them.
type hub struct {
	*httptest.Server
	mu    sync.Mutex
	asked []url.Values
	lease string
}

func newHub(t testing.TB) *hub {
	h := &hub{lease: "86400"}
	h.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseForm(); err != nil {
			t.Error(err)
		}
		h.mu.Lock()
		h.asked = append(h.asked, r.PostForm)
		h.mu.Unlock()
		if status, body := h.verify(t, r.PostForm, nil); status != http.StatusOK || body != "a challenge" {
			http.Error(w, "the subscriber does not mean it", http.StatusBadRequest)
			return
		}
		w.WriteHeader(http.StatusAccepted)
	}))
	t.Cleanup(h.Close)
	return h
}

// verify asks a subscriber whether it means its request or, with changes, something else.
func (h *hub) verify(t testing.TB, form, changes url.Values) (status int, body string) {
	t.Helper()
	q := url.Values{
		"hub.mode": form["hub.mode"], "hub.topic": form["hub.topic"],
		"hub.challenge": {"a challenge"}, "hub.lease_seconds": {h.lease},
	}
	maps.Copy(q, changes)
	resp, err := http.Get(form.Get("hub.callback") + "?" + q.Encode())
	if err != nil {
		t.Error(err)
		return 0, ""
	}
	defer resp.Body.Close()
	b, _ := io.ReadAll(resp.Body)
	return resp.StatusCode, string(b)
}

// requests returns the modes of the requests to the hub.
func (h *hub) requests() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	modes := []string{}
	for _, form := range h.asked {
		modes = append(modes, form.Get("hub.mode"))
	}
	return modes
}

// first returns the first subscription that was requested.
func (h *hub) first() url.Values {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.asked[0]
}

var methods = map[string]func() hash.Hash{"sha1": sha1.New, "sha256": sha256.New, "sha384": sha512.New384, "sha512": sha512.New}

func sign(method, secret, body string) string {
	mac := hmac.New(methods[method], []byte(secret))
	io.WriteString(mac, body)
	return method + "=" + hex.EncodeToString(mac.Sum(nil))
}

// push sends a correctly signed document to a subscription.
func push(t testing.TB, sub url.Values, body string, headers ...string) (status int) {
	t.Helper()
	req, err := http.NewRequest(http.MethodPost, sub.Get("hub.callback"), strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/rss+xml")
	req.Header.Set("X-Hub-Signature", sign("sha256", sub.Get("hub.secret"), body))
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, resp.Body)
	return resp.StatusCode
}

// rss returns a document with these items: "guid title" each.
func rss(head string, entries ...string) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>Wire</title><link>https://wire.example/</link>%s`, head)
	for _, e := range entries {
		guid, title, _ := strings.Cut(e, " ")
		fmt.Fprintf(&b, `<item><guid isPermaLink="false">%s</guid><title>%s</title><link>https://wire.example/%[1]s</link></item>`, guid, title)
	}
	return b.String() + "</channel></rss>"
}

// links offers a hub, and a topic that is the feed's.
func (w *world) links() string {
	return fmt.Sprintf(`<atom:link rel="hub" href="%s/"/><atom:link rel="self" href="%s/feed"/>`, w.hub.URL, w.publisher.URL)
}

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{t: t, hub: newHub(t), path: filepath.Join(t.TempDir(), "watcher.db")}
	w.publisher = httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.polls++
		io.WriteString(rw, w.body)
	}))
	t.Cleanup(w.publisher.Close)
	w.callbacks = httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		w.mu.Lock()
		site := w.site
		w.mu.Unlock()
		site.ServeHTTP(rw, r)
	}))
	t.Cleanup(w.callbacks.Close)
	w.publish("1 old news")
	w.start(w.source())
	t.Cleanup(func() { w.end() })
	return w
}

func (w *world) source() feeds.Source {
	return feeds.Source{ID: "wire", URL: w.publisher.URL + "/feed", Every: time.Hour}
}

// publish gives the feed's document these items.
func (w *world) publish(entries ...string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.body = rss(w.links(), entries...)
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// start runs watcher on the existing store.
func (w *world) start(sources ...feeds.Source) {
	w.t.Helper()
	var err error
	w.store, err = bolt.Open(w.path)
	w.must(err)
	client := fetch.NewClient(fetch.ClientOptions{UserAgent: "watcher/test", Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}})
	log := slog.New(slog.DiscardHandler)
	w.poll = poll.New(w.store, client, log)
	w.subs = websub.New(w.poll, client, w.callbacks.URL+"/watcher", log)
	w.poll.OnPush(w.subs.HubChanged)
	w.sync(sources...)
	w.mu.Lock()
	w.site = web.New(web.Options{Callbacks: w.subs, CallbackPath: websub.Path}, web.Access{PublicURL: w.callbacks.URL + "/watcher"})
	w.mu.Unlock()
	running, cancel := context.WithCancel(ctx)
	var group sync.WaitGroup
	group.Go(func() { w.poll.Run(running) })
	group.Go(func() { w.subs.Run(running) })
	w.stop = func() {
		cancel()
		group.Wait()
		client.Close()
	}
}

// sync makes these the feeds of the config, as a start and a reload do.
func (w *world) sync(sources ...feeds.Source) {
	w.t.Helper()
	set, err := rules.Compile([]rules.Rule{{Name: "nato", Keywords: []string{"NATO"}}}, rules.Options{})
	w.must(err)
	plan := &poll.Plan{Rules: set, Routes: []poll.Route{{Rule: "nato", Targets: []string{"desk"}}}, Ops: []string{"ops"}, Pushes: true}
	w.must(plan.SetSources(feeds.Pack(sources...)))
	w.poll.SetPlan(plan)
	w.must(w.store.Sync(ctx, feeds.Pack(sources...)))
	w.must(w.subs.SetFeeds(w.store.Feeds(ctx)))
}

func (w *world) end() {
	if w.stop == nil {
		return
	}
	w.stop()
	w.stop = nil
	w.must(w.store.Close())
}

// subscribed waits until the hub pushes the feed, and returns the request.
func (w *world) subscribed() url.Values {
	w.t.Helper()
	w.await("a subscription", func() bool { p := w.feed().State.Push; return p.Live(time.Now()) })
	return w.hub.first()
}

func (w *world) await(what string, is func() bool) {
	w.t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !is(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			w.t.Fatalf("%s: did not happen", what)
		}
	}
}

func (w *world) feed() poll.FeedStatus {
	w.t.Helper()
	for e, err := range w.store.Feeds(ctx) {
		w.must(err)
		return e
	}
	return poll.FeedStatus{}
}

// alerts returns the titles that desk got.
func (w *world) alerts() []string {
	w.t.Helper()
	h, err := w.store.Held(ctx, "desk")
	w.must(err)
	var ids []string
	for _, a := range h.Alerts {
		ids = append(ids, a.ID)
	}
	alerts, err := w.store.Load(ctx, ids)
	w.must(err)
	titles := []string{}
	for _, a := range alerts {
		titles = append(titles, a.Item.Title)
	}
	return titles
}

func (w *world) polled() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.polls
}

// pollNow polls the feed once more.
func (w *world) pollNow() {
	w.t.Helper()
	n := w.feed().State.Polled
	w.must(w.poll.Retry(ctx, "wire"))
	w.await("another poll", func() bool { return w.feed().State.Polled.After(n) })
}

// result returns how many pushes had this result.
func (w *world) result(r websub.Result) int64 { return w.subs.Stats().Pushes[r] }

func gzipped(b []byte) []byte {
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	z.Write(b)
	z.Close()
	return out.Bytes()
}
