package main

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"watcher/internal/testutil"
)

// With nginx in front, as docs/operations.md has it, a hub reaches watcher, and nobody
// reaches anything else that watcher serves.
func TestProxyInFront(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	location := regexp.MustCompile("(?s)```nginx\n(.*?)```").FindSubmatch(page)
	if location == nil {
		t.Fatal("docs/operations.md says nothing of nginx")
	}
	w, hub := newWorld(t), newTestHub(t)
	behind := fmt.Sprintf("127.0.0.1:%d", freePort(t))
	public := serveNginx(t, strings.ReplaceAll(string(location[1]), "127.0.0.1:8410", behind))
	config := strings.Replace(fmt.Sprintf(websubConfig, w.url, behind), "public_url: \"http://"+behind, "public_url: \""+public, 1)
	testutil.WriteFile(t, filepath.Join(w.dir, "watcher.yaml"), config, 0o600)
	links := fmt.Sprintf(`<atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="hub" href="%s/"/><atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="self" href="%s/feed.xml"/>`, hub.URL, w.url)
	testutil.WriteFile(t, filepath.Join(w.web, "feed.xml"), strings.Replace(rss("NATO of old"), "<item>", links+"<item>", 1), 0o644)
	w.start()
	w.await("a subscription", func() bool { return len(hub.subscriptions()) == 1 })
	sub := hub.subscriptions()[0]
	if callback := sub.Get("hub.callback"); !strings.HasPrefix(callback, public+"/websub/") {
		t.Errorf("the hub was to call %s", callback)
	}
	// More than nginx accepts by default, and less than watcher does.
	large := strings.Replace(rss("NATO by the hub"), "</description>", strings.Repeat(" and so on", 200_000)+"</description>", 1)
	if code := hub.push(t, sub, large); code != http.StatusNoContent {
		t.Errorf("a push of %d bytes was answered %d", len(large), code)
	}
	w.awaitTitle("hooks.jsonl", "NATO by the hub")
	for _, path := range []string{"/metrics", "/healthz", "/readyz"} {
		resp, err := http.Get(public + path)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != http.StatusNotFound {
			t.Errorf("%s was answered %d", path, resp.StatusCode)
		}
	}
}
