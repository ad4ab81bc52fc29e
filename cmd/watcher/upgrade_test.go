package main

import (
	"compress/gzip"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"watcher/internal/testutil"
)

// schema1Address is the address of the feeds in the store of testdata/schema1.
const schema1Address = "127.77.1.9:18790"

// schema1Config is the config of that store, except for the addresses of the targets and
// the quiet hours of night, which lasted all day.
const schema1Config = `poll: {every: 1s}
network: {allow: [127.0.0.0/8]}
feeds:
  - {name: Wire, url: "http://127.77.1.9:18790/wire.xml"}
  - {name: Moved, url: "http://127.77.1.9:18790/moved.xml"}
  - {name: Muted, url: "http://127.77.1.9:18790/muted.xml"}
  - {name: Lost, url: "http://127.77.1.9:18790/lost.xml"}
rules:
  - {name: nato, keywords: [NATO], notify: [desk, night]}
  - {name: lists, keywords: [Sanctions], notify: [gone]}
notify:
  desk: {type: webhook, url: "http://127.77.1.9:18790/hook"}
  night: {type: webhook, url: "http://127.77.1.9:18790/hook"}
  gone: {type: webhook, url: "http://127.77.1.9:18790/hook"}
ops: {notify: [desk]}
`

// TestUpgradeOfAStore: the last version whose stores had no checksums really ran, and left
// in testdata/schema1: wire reports 3 and 4, sent to desk and held for night in its quiet
// hours; 12 items of Moved under new ids, held back together; muted reports 1 and 2, held
// for both targets; lost report 1, a dead letter. All of it goes on as if nothing had
// happened.
func TestUpgradeOfAStore(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", schema1Address)
	if err != nil {
		t.Skipf("the address of its feeds is not to be had: %v", err)
	}
	w := newWorld(t)
	server := &http.Server{Handler: (&feedServer{dir: w.web}).handler()}
	go func() { _ = server.Serve(listener) }() // until it is closed
	t.Cleanup(func() { _ = server.Close() })
	testutil.WriteFile(t, filepath.Join(w.dir, "watcher.yaml"), schema1Config, 0o600)
	unpack(t, "testdata/schema1/watcher.db.gz", filepath.Join(w.dir, "watcher.db"))
	w.schema1Feed("wire", 5, "NATO exercise number %d begins.")
	w.schema1Feed("moved", 12, "NATO harbour %d reopens.")
	w.schema1Feed("muted", 3, "NATO convoy %d leaves.")
	w.schema1Feed("lost", 2, "Sanctions list %d is out.")

	p := w.start()
	// The quiet hours are over.
	w.await("what night holds to arrive", func() bool { n := w.alerted(); return n["Wire report 3"]+n["Wire report 4"] == 2 })
	if out, _ := w.command("feeds").CombinedOutput(); !strings.Contains(string(out), "re-keyed  Moved") {
		t.Errorf("feeds does not show that Moved is held:\n%s", out)
	}
	for _, poll := range []string{"wire", "moved", "muted", "lost"} {
		w.await("polls of "+poll, func() bool { return strings.Count(strings.Join(w.lines("requests.log"), "\n"), poll) >= 2 })
	}
	if out, err := w.command("feeds", "release", "Moved").CombinedOutput(); err != nil {
		t.Errorf("feeds release: %v\n%s", err, out)
	}
	_ = w.command("mute", "feed", "Muted", "--end").Run() // it fails if the mute has already ended by itself
	w.schema1Feed("wire", 6, "NATO exercise number %d begins.")
	want := map[string]int{"Wire report 3": 1, "Wire report 4": 1, "Wire report 5": 2, "Muted report 1": 2, "Muted report 2": 2}
	for i := range 12 {
		want[fmt.Sprintf("Moved report %d", i)] = 2
	}
	w.await("all alerts", func() bool {
		got := w.alerted()
		for title, n := range want {
			if got[title] < n {
				return false
			}
		}
		return true
	})
	p.end()
	p = w.start() // all of it is in the store
	w.awaitPoll()
	p.end()
	for title, n := range w.alerted() {
		if n != want[title] {
			t.Errorf("%q was alerted %d times, want %d", title, n, want[title])
		}
	}
	if out, err := w.command("alerts", "--dead").CombinedOutput(); err != nil || !strings.Contains(string(out), "Lost report 1") {
		t.Errorf("the dead letters: %v\n%s", err, out)
	}
	if got := w.troubles("store"); len(got) > 0 {
		t.Errorf("ops were told of %+v", got)
	}
}

// schema1Feed publishes a document with so many items; those of Moved have new ids.
func (w *world) schema1Feed(name string, items int, description string) {
	w.t.Helper()
	title, key := strings.ToUpper(name[:1])+name[1:]+" report", name
	if name == "moved" {
		key = "new"
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<rss version="2.0"><channel><title>%s</title><link>https://example.org/</link>`, name)
	for i := items - 1; i >= 0; i-- {
		fmt.Fprintf(&b, `<item><guid isPermaLink="false">%s %d</guid><title>%s %[2]d</title><link>https://example.org/%[1]s/%[2]d</link><description>%[4]s</description><pubDate>Mon, %02[5]d Jan 2023 15:00:00 GMT</pubDate></item>`,
			key, i, title, fmt.Sprintf(description, i), 1+i)
	}
	b.WriteString("</channel></rss>")
	path := filepath.Join(w.web, name+".xml")
	testutil.WriteFile(w.t, path+".new", b.String(), 0o644)
	if err := os.Rename(path+".new", path); err != nil {
		w.t.Fatal(err)
	}
}

// unpack writes the content of a gzip file.
func unpack(t *testing.T, from, to string) {
	t.Helper()
	packed, err := os.Open(from)
	if err != nil {
		t.Fatal(err)
	}
	defer packed.Close()
	r, err := gzip.NewReader(packed)
	if err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	testutil.WriteFile(t, to, string(content), 0o600)
}
