//go:build !race

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"watcher/internal/cli"
	"watcher/internal/testutil"
	"watcher/internal/text"
)

// A hostileNewsroom is a config, and a web that contains one hostile text wherever it can
// contain any.
type hostileNewsroom struct {
	t      *testing.T
	text   string
	url    string
	config string
	mu     sync.Mutex
	second bool // the feeds have one more article
}

// hostileConfig has its arguments, quoted, as names of rules and feeds.
const hostileConfig = `poll: {every: 1h}
network: {allow: [127.0.0.0/8]}
store: {path: %[2]q}
feeds:
  - {name: %[3]s, url: "%[1]s/feed.json", tags: [%[3]s]}
  - {name: rss, url: "%[1]s/feed.xml"}
  - {name: gone, url: "%[1]s/gone"}
  - {name: moved, url: "%[1]s/moved"}
rules:
  - {name: %[4]s, keywords: [article, %[4]s], notify: [screen, hook, program]}
notify:
  screen: {type: console}
  hook: {type: webhook, url: "%[1]s/hook"}
  program: {type: command, command: [sh, -c, 'cat >&2; exit 1']}
ops: {notify: [screen]}
`

func newHostileNewsroom(t *testing.T, hostile string) *hostileNewsroom {
	n := &hostileNewsroom{t: t, text: hostile}
	s := httptest.NewServer(n)
	t.Cleanup(s.Close)
	t.Cleanup(s.CloseClientConnections)
	n.url = s.URL
	n.config = filepath.Join(t.TempDir(), "watcher.yaml")
	n.configure("json "+hostile, "rule "+hostile)
	if code, _, _ := n.run("check", n.config); code != 0 { // check refuses such names
		n.configure("json", "rule")
	}
	return n
}

func (n *hostileNewsroom) configure(feed, rule string) {
	var names [2]string
	for i, name := range []string{feed, rule} {
		quoted, err := json.Marshal(name)
		if err != nil {
			n.t.Fatal(err)
		}
		names[i] = string(quoted)
	}
	store := filepath.Join(filepath.Dir(n.config), "watcher.db")
	testutil.WriteFile(n.t, n.config, fmt.Sprintf(hostileConfig, n.url, store, names[0], names[1]), 0o600)
}

// ServeHTTP serves the text in JSON, in XML, as the reason of a failure, and as an address.
func (n *hostileNewsroom) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case "/feed.json":
		w.Header().Set("Content-Type", "application/feed+json")
		_, _ = w.Write(n.jsonFeed())
	case "/feed.xml":
		escaped := "<![CDATA[" + strings.ReplaceAll(n.text, "]]>", "") + "]]>"
		w.Header().Set("Content-Type", "application/rss+xml; charset=utf-8")
		fmt.Fprintf(w, `<rss version="2.0"><channel><title>%[1]s</title>`, escaped)
		for i := range n.articles() {
			fmt.Fprintf(w, `<item><guid>%[2]d</guid><title>XML %[1]s article %[2]d</title><author>%[1]s</author><category>%[1]s</category><pubDate>%[1]s</pubDate><description>%[1]s</description></item>`, escaped, i)
		}
		fmt.Fprint(w, "</channel></rss>")
	case "/moved":
		w.Header().Set("Location", "/gone?"+n.text)
		w.WriteHeader(http.StatusMovedPermanently)
	default:
		w.WriteHeader(http.StatusGone)
		_, _ = w.Write([]byte(n.text))
	}
}

func (n *hostileNewsroom) articles() int {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.second {
		return 2
	}
	return 1
}

func (n *hostileNewsroom) jsonFeed() []byte {
	var items []map[string]any
	for i := range n.articles() {
		items = append(items, map[string]any{
			"id": fmt.Sprint(n.text, i), "title": fmt.Sprint("JSON ", n.text, " article ", i), "url": fmt.Sprint("https://a.example/", i, "?", n.text),
			"content_text": n.text + " article " + n.text, "tags": []string{n.text}, "language": n.text, "date_published": n.text,
			"authors": []map[string]string{{"name": n.text}},
		})
	}
	b, err := json.Marshal(map[string]any{"version": "https://jsonfeed.org/version/1.1", "title": n.text, "description": n.text, "items": items})
	if err != nil {
		n.t.Fatal(err)
	}
	return b
}

// run runs a command with its output in a pipe.
func (n *hostileNewsroom) run(args ...string) (code int, stdout, stderr string) {
	var out, said bytes.Buffer
	code = run(n.t.Context(), args, strings.NewReader(""), &out, &said)
	return code, out.String(), said.String()
}

// look runs a command with a pipe and with a terminal, and checks what it prints.
func (n *hostileNewsroom) look(args ...string) {
	n.t.Helper()
	_, out, said := n.run(args...)
	n.seen(args, out)
	n.seen(args, said)
	var onScreen bytes.Buffer
	term := &cli.Terminal{Stdin: strings.NewReader(""), Stdout: &onScreen, Stderr: &onScreen, Width: 60, ErrWidth: 60, Color: true, ErrColor: true}
	root := newRoot(term)
	root.SetArgs(args)
	_, _ = root.ExecuteContextC(n.t.Context()) // the error was checked above
	n.seen(args, sgr.ReplaceAllString(onScreen.String(), ""))
}

// sgr matches the escapes that the program itself writes.
var sgr = regexp.MustCompile("\x1b\\[[0-9;]*m")

// seen checks an output: JSON has no invisible character, and everything else none that
// hides or steers.
func (n *hostileNewsroom) seen(args []string, out string) {
	n.t.Helper()
	if !utf8.ValidString(out) {
		n.t.Errorf("%q: no UTF-8: %+q", args, out)
	}
	for line := range strings.Lines(out) {
		if json.Valid([]byte(line)) && strings.ContainsFunc(strings.TrimSuffix(line, "\n"), text.Unseen) {
			n.t.Errorf("%q: unseen characters in %+q", args, line)
		} else if at := testutil.Hidden(line, "\n\t"); at >= 0 {
			n.t.Errorf("%q: character %d is hidden in %+q", args, at, line)
		}
	}
}

// exact checks that JSON has what the feed wrote: its id, whatever characters are in it.
func (n *hostileNewsroom) exact(feed string) {
	n.t.Helper()
	_, out, _ := n.run("inspect", "--json", feed)
	var got struct {
		Items []struct {
			ID string `json:"id"`
		} `json:"items"`
	}
	if err := json.Unmarshal([]byte(out), &got); err != nil || len(got.Items) == 0 {
		n.t.Fatalf("%v in %s", err, out)
	}
	if want := strings.TrimSpace(fmt.Sprint(n.text, "0")); utf8.ValidString(n.text) && len(want) < 200 && got.Items[0].ID != want {
		n.t.Errorf("the id is %+q, not %+q", got.Items[0].ID, want)
	}
}

// lookAtCommands runs all commands that print. The text is in what they read and, as a
// person may paste it, in their arguments.
func (n *hostileNewsroom) lookAtCommands(feed string) {
	n.t.Helper()
	c := n.config
	for _, args := range [][]string{
		{"check", c}, {"check", c, "--probe"}, {"status", "-c", c}, {"status", "-c", c, "--json"},
		{"feeds", "-c", c}, {"feeds", "-c", c, "--json"}, {"feeds", "-c", c, "rss"}, {"feeds", "-c", c, "gone"}, {"feeds", "-c", c, "json " + n.text}, {"feeds", "-c", c, n.text},
		{"alerts", "-c", c}, {"alerts", "-c", c, "--json"}, {"alerts", "-c", c, "--dead"}, {"alerts", "show", "-c", c, n.text},
		{"alerts", "-c", c, "--rule", n.text}, {"alerts", "-c", c, "--feed", n.text}, {"alerts", "retry", "-c", c, "--target", "hook"},
		{"try", "-c", c, "article"}, {"try", "-c", c, "--json", "article"}, {"try", "-c", c, "--why", "nothing AND article"}, {"try", "-c", c, "--why", n.text}, {"try", "-c", c, "--since", "30d", "article"},
		{"inspect", feed}, {"inspect", "--json", feed}, {"inspect", n.url + "/feed.xml"}, {"inspect", n.text},
		{"mute", "-c", c, "rule", "rule " + n.text}, {"mute", "-c", c, "rule", n.text}, {"mute", "-c", c}, {"mute", "-c", c, "--json"},
		{"entity", n.text}, {"entity", "--json", n.text}, {"send-test", "-c", c, "screen"}, {"send-test", "-c", c, "hook"}, {"send-test", "-c", c, n.text},
		{"import", feed}, {"import", feed + ".opml"}, {"export", "-c", c}, {"backup", "-c", c, filepath.Join(n.t.TempDir(), "backup")}, {"compact", "-c", c}, {n.text}, {"--" + n.text},
	} {
		if strings.ContainsRune(n.text, 0) && strings.Contains(strings.Join(args, ""), "\x00") {
			continue // arguments of a program cannot contain it
		}
		n.look(args...)
	}
	for _, id := range n.alertIDs() {
		n.look("alerts", "show", "-c", c, id)
		n.look("alerts", "show", "-c", c, id, "--json")
	}
}

func (n *hostileNewsroom) alertIDs() (ids []string) {
	_, out, _ := n.run("alerts", "-c", n.config, "--json")
	for line := range strings.Lines(out) {
		var a struct {
			ID string `json:"id"`
		}
		if json.Unmarshal([]byte(line), &a) == nil && a.ID != "" && len(ids) < 3 {
			ids = append(ids, a.ID)
		}
	}
	return ids
}

// watch runs the daemon until it has polled all feeds, and checks what the commands then
// print, and the log.
func (n *hostileNewsroom) watch(feed string) {
	n.t.Helper()
	ctx, stop := context.WithCancel(n.t.Context())
	var out, log bytes.Buffer
	ended := make(chan int)
	go func() {
		ended <- run(ctx, []string{"run", "-c", n.config}, strings.NewReader(""), &out, &log)
	}()
	for deadline := time.After(patience); ; {
		code, said, _ := n.run("feeds", "-c", n.config, "--json")
		if code != exitUsage && strings.Count(said, "\n") == 4 && !strings.Contains(said, `"state":"new"`) {
			break
		}
		select {
		case <-deadline:
			n.t.Fatalf("the feeds are not polled:\n%s", said)
		case <-pause():
		}
	}
	n.lookAtCommands(feed)
	stop()
	<-ended
	n.seen([]string{"run"}, out.String())
	n.seen([]string{"log of run"}, log.String())
	if !strings.Contains(log.String(), "level=WARN") {
		n.t.Errorf("nothing was logged of the feeds that fail:\n%s", &log)
	}
}

// FuzzOutput runs every command with a text in everything that it reads, beside a daemon
// and without one. No control or bidi override, nor any other invisible character, is
// printed or logged as it is, while JSON keeps its values.
func FuzzOutput(f *testing.F) {
	for _, hostile := range []string{
		"a\x1b]0;owned\x07\x1b[2J \x9b31m", "x\u202egnp.exe\u202c \u2066y\u2069 \u200f", "N\u200bA\u00adT\ufeffO\U000e0041\u2060", "a\u3164b\uffa0\u115f\u034f c\ufe01\ufe02\U000e0123",
		"می\u200cخواهم 👩\u200d🚀 \u200d\u200c", "a\r\nb\u2028c\u0085d\te", "a\x00b\x7f", "a\xff\xfe",
	} {
		f.Add(hostile)
	}
	f.Fuzz(func(t *testing.T, hostile string) {
		if len(hostile) > 300 {
			return
		}
		t.Parallel()
		n := newHostileNewsroom(t, hostile)
		feed := filepath.Join(t.TempDir(), "feed.json")
		testutil.WriteFile(t, feed, string(n.jsonFeed()), 0o600)
		testutil.WriteFile(t, feed+".opml", `<opml version="2.0"><body><outline text="`+strings.NewReplacer("<", "", "&", "", `"`, "").Replace(hostile)+`" type="rss" xmlUrl="`+n.url+`/feed.xml"/><outline type="rss" text="none"/></body></opml>`, 0o600)
		n.exact(feed)
		n.watch(feed)
		n.mu.Lock()
		n.second = true
		n.mu.Unlock()
		n.look("once", "-c", n.config)
		if len(n.alertIDs()) == 0 {
			t.Error("nothing was alerted")
		}
		n.lookAtCommands(feed)
	})
}
