package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"watcher/internal/desk"
	"watcher/internal/testutil"
)

const websubConfig = `poll: {every: 1h}
network: {allow: [127.0.0.0/8]}
http: {listen: %[2]q, public_url: "http://%[2]s"}
feeds: [{name: Wire, url: "%[1]s/feed.xml"}]
rules: [{name: nato, keywords: [NATO]}]
notify: {hook: {type: webhook, url: "%[1]s/hook"}}
ops: {notify: [hook]}
`

// testHub subscribes whoever asks, after it has verified the intent.
type testHub struct {
	*httptest.Server
	mu    sync.Mutex
	asked []url.Values
}

func newTestHub(t *testing.T) *testHub {
	h := &testHub{}
	h.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.ParseForm()
		q := url.Values{"hub.mode": r.PostForm["hub.mode"], "hub.topic": r.PostForm["hub.topic"], "hub.challenge": {"really?"}, "hub.lease_seconds": {"3600"}}
		resp, err := http.Get(r.PostForm.Get("hub.callback") + "?" + q.Encode())
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		defer resp.Body.Close()
		if b, _ := io.ReadAll(resp.Body); string(b) != "really?" || resp.StatusCode != http.StatusOK {
			http.Error(w, "that was not meant", http.StatusConflict)
			return
		}
		h.mu.Lock()
		defer h.mu.Unlock()
		h.asked = append(h.asked, r.PostForm)
		w.WriteHeader(http.StatusAccepted)
	}))
	t.Cleanup(h.Close)
	return h
}

func (h *testHub) subscriptions() []url.Values {
	h.mu.Lock()
	defer h.mu.Unlock()
	return append([]url.Values{}, h.asked...)
}

// push sends a document to a subscription and returns the status.
func (h *testHub) push(t *testing.T, sub url.Values, body string) int {
	t.Helper()
	mac := hmac.New(sha256.New, []byte(sub.Get("hub.secret")))
	io.WriteString(mac, body)
	req, err := http.NewRequest(http.MethodPost, sub.Get("hub.callback"), strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/rss+xml")
	req.Header.Set("X-Hub-Signature", "sha256="+hex.EncodeToString(mac.Sum(nil)))
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	return resp.StatusCode
}

// The shipped program, a hub and a feed that is polled once an hour: what the hub pushes
// arrives at once, also after the program was killed, and only once.
func TestWhatAHubPushesArrivesAtOnce(t *testing.T) {
	t.Parallel()
	w, hub := newWorld(t), newTestHub(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	l.Close()
	testutil.WriteFile(t, filepath.Join(w.dir, "watcher.yaml"), fmt.Sprintf(websubConfig, w.url, address), 0o600)
	links := fmt.Sprintf(`<atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="hub" href="%s/"/><atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="self" href="%s/feed.xml"/>`, hub.URL, w.url)
	publish := func(titles ...string) {
		testutil.WriteFile(t, filepath.Join(w.web, "feed.xml"), strings.Replace(rss(titles...), "<item>", links+"<item>", 1), 0o644)
	}
	publish("NATO of old")
	p := w.start()
	w.await("a subscription", func() bool { return len(hub.subscriptions()) == 1 })
	sub := hub.subscriptions()[0]
	pushed := func() *desk.Subscription {
		out, err := w.command("feeds", "--json").Output()
		if err != nil {
			t.Fatal(err)
		}
		var f desk.FeedReport
		if err := json.Unmarshal(out, &f); err != nil {
			t.Fatal(err)
		}
		return f.Push
	}
	w.await("watcher feeds says so", func() bool { return pushed() != nil && pushed().State == desk.Live })
	if out, _ := w.command("feeds", "Wire").Output(); !strings.Contains(string(out), "pushed") || strings.Contains(string(out), sub.Get("hub.secret")) {
		t.Errorf("watcher feeds Wire says\n%s", out)
	}
	if status := hub.push(t, sub, rss("NATO at once")); status != http.StatusNoContent {
		t.Errorf("the push was answered %d", status)
	}
	w.awaitTitle("hooks.jsonl", "NATO at once")

	p.kill()
	w.start()
	w.await("it serves again", func() bool {
		resp, err := http.Get("http://" + address + "/readyz")
		if err != nil {
			return false
		}
		resp.Body.Close()
		return resp.StatusCode == http.StatusOK
	})
	hub.push(t, sub, rss("NATO after the crash", "NATO at once"))
	w.awaitTitle("hooks.jsonl", "NATO after the crash")
	publish("NATO after the crash", "NATO at once", "NATO by a poll", "NATO of old")
	if out, err := w.command("feeds", "retry", "Wire").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	w.awaitTitle("hooks.jsonl", "NATO by a poll")
	for _, title := range []string{"NATO at once", "NATO after the crash", "NATO by a poll"} {
		// The kill may have hit the acknowledgement: then it arrived twice under one id.
		if ids := slices.Compact(idsOf(w.records("hooks.jsonl"), title)); len(ids) != 1 {
			t.Errorf("%q arrived as %v", title, ids)
		}
	}
	if n := len(idsOf(w.records("hooks.jsonl"), "NATO of old")); n != 0 {
		t.Error("the baseline was alerted")
	}
	if n := len(hub.subscriptions()); n != 1 {
		t.Errorf("the hub was asked %d times", n)
	}
	log, err := os.ReadFile(filepath.Join(w.web, "requests.log"))
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(log), "GET /feed.xml"); n != 2 {
		t.Errorf("the feed was polled %d times, want the first poll and the one that was asked for", n)
	}
}
