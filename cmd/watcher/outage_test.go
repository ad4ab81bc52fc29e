package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"watcher/internal/poll"
	"watcher/internal/store/bolt"
	"watcher/internal/testutil"
)

// hostsThatGo are servers on loopback addresses of their own, which can go away and come
// back.
type hostsThatGo struct {
	t    *testing.T
	at   []string
	live []*httptest.Server
}

func (h *hostsThatGo) come() {
	h.t.Helper()
	page := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, rss("one")) })
	for i, at := range h.at {
		l, err := net.Listen("tcp", at)
		if err != nil {
			h.t.Fatal(err)
		}
		h.at[i] = l.Addr().String()
		s := httptest.NewUnstartedServer(page)
		s.Listener.Close()
		s.Listener = l
		s.Start()
		h.live = append(h.live, s)
	}
}

func (h *hostsThatGo) leave() {
	for _, s := range h.live {
		s.CloseClientConnections()
		s.Close()
	}
	h.live = nil
}

// TestOutageOverRestarts cuts the real program off from all its feeds, and meanwhile kills
// and ends it: no feed is blamed, and the ops target is told once that the outage began,
// and once that it is over.
func TestOutageOverRestarts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	h := &hostsThatGo{t: t}
	for i := range 6 {
		h.at = append(h.at, fmt.Sprintf("127.0.0.%d:0", i+2))
	}
	h.come()
	t.Cleanup(h.leave)
	var list strings.Builder
	for i, at := range h.at {
		fmt.Fprintf(&list, "  - {name: f%d, url: \"http://%s/\"}\n", i, at)
	}
	config := strings.Replace(fmt.Sprintf(worldConfig, w.url), "feeds: [{name: Wire, url: \""+w.url+"/feed.xml\"}]\n", "feeds:\n"+list.String(), 1)
	testutil.WriteFile(t, filepath.Join(w.dir, "watcher.yaml"), config, 0o600)
	if out, err := w.command("once").CombinedOutput(); err != nil {
		t.Fatalf("take the baselines: %v\n%s", err, out)
	}

	h.leave()
	p := w.start()
	w.await("the outage to be stored, and with it that no feed is to blame", func() bool {
		s := status(w)
		return strings.Contains(s, "no feed can be reached") && strings.Contains(s, "6: 6 ok")
	})
	p.kill()
	w.lengthen(3 * time.Minute)

	p = w.start()
	w.await("the outage to be told", func() bool { return w.told("No feed can be reached") == 1 })
	w.await("no feed to be blamed", func() bool { return strings.Contains(status(w), "6: 6 ok") })
	p.end()
	p = w.start()
	w.await("the outage to be known again", func() bool { return strings.Contains(status(w), "no feed can be reached") })
	p.kill()

	h.come()
	p = w.start()
	w.await("its end to be told", func() bool { return w.told("can be reached again") == 1 })
	p.end()
	p = w.start()
	w.await("a poll", func() bool { return strings.Contains(status(w), "6: 6 ok") })
	p.end()
	if got := w.records("hooks.jsonl"); len(got) != 2 {
		t.Errorf("the ops target was told more than beginning and end: %v", got)
	}
}

func status(w *world) string {
	out, _ := w.command("status").CombinedOutput() // the exit code is 1 in an outage
	return string(out)
}

// told counts the troubles whose text contains part.
func (w *world) told(part string) int {
	n := 0
	for _, r := range w.records("hooks.jsonl") {
		if strings.Contains(r.Title, part) {
			n++
		}
	}
	return n
}

// lengthen moves the beginning of the stored outage back, so that the test need not wait
// for it to last.
func (w *world) lengthen(by time.Duration) {
	w.t.Helper()
	ctx := context.Background()
	s, err := bolt.Open(filepath.Join(w.dir, "watcher.db"))
	if err != nil {
		w.t.Fatal(err)
	}
	defer s.Close()
	o, err := s.Outage(ctx)
	if err != nil || o.Since.IsZero() || o.Told {
		w.t.Fatalf("the store has the outage %+v, %v", o, err)
	}
	o.Since = o.Since.Add(-by)
	c, ok, _, err := s.Claim(ctx, "f0", time.Minute)
	if err != nil || !ok {
		w.t.Fatalf("claim a feed: %v, %v", ok, err)
	}
	if _, err := s.Commit(ctx, []poll.Outcome{{Claim: c, State: c.State, Next: c.Due, Outage: &o}}); err != nil {
		w.t.Fatal(err)
	}
}
