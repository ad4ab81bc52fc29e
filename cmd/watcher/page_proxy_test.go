//go:build !race

package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/crypto/bcrypt"
	"golang.org/x/net/html"

	"watcher/internal/testutil"
)

// With nginx in front, as docs/page.md has it, people read and change things below a path,
// whether nginx passes the path on or strips it, and whatever name it calls watcher by.
func TestPageBehindAProxy(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../docs/page.md")
	if err != nil {
		t.Fatal(err)
	}
	location := regexp.MustCompile("(?s)```nginx\n(.*?)```").FindSubmatch(text)
	if location == nil {
		t.Fatal("docs/page.md says nothing of nginx")
	}
	documented := string(location[1])
	for _, c := range []struct {
		why    string
		change func(string) string
	}{
		{"the path is handed on", func(s string) string { return s }},
		{"the path is cut off", func(s string) string { return strings.Replace(s, ":8410;", ":8410/;", 1) }},
		{"watcher is called by its address", func(s string) string { return strings.Replace(s, "proxy_set_header Host $host;", "", 1) }},
	} {
		t.Run(c.why, func(t *testing.T) {
			t.Parallel()
			behind := fmt.Sprintf("127.0.0.1:%d", freePort(t))
			public := serveNginx(t, strings.ReplaceAll(c.change(documented), "127.0.0.1:8410", behind))
			readAndChange(t, behind, strings.Replace(public, "127.0.0.1", "localhost", 1)+"/watcher")
		})
	}
}

// readAndChange signs in at the public address of a page, reads everything that links lead
// to, and mutes a rule.
func readAndChange(t *testing.T, behind, public string) {
	w := newWorld(t)
	hash, err := bcrypt.GenerateFromPassword([]byte("correct horse"), bcrypt.MinCost)
	if err != nil {
		t.Fatal(err)
	}
	testutil.WriteFile(t, filepath.Join(w.dir, "users"), "anna:"+string(hash)+"\n", 0o600)
	config := fmt.Sprintf(worldConfig, w.url) + fmt.Sprintf("http: {listen: %q, page_url: %q, users_file: users, editors: [anna]}\n", behind, public)
	testutil.WriteFile(t, filepath.Join(w.dir, "watcher.yaml"), config, 0o600)
	w.baseline("of old")
	w.start()
	w.publish("NATO by the proxy", "of old")
	w.awaitTitle("hooks.jsonl", "NATO by the proxy")

	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Jar: jar}
	origin := strings.TrimSuffix(public, "/watcher")
	// do sends what a browser sends, follows redirects, and returns where they lead.
	do := func(method, path string, form url.Values) (status int, at, body string) {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), method, origin+path, strings.NewReader(form.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		if method == http.MethodPost {
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.Header.Set("Origin", origin)
		}
		resp, err := client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		b, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return resp.StatusCode, resp.Request.URL.Path, string(b)
	}
	if status, _, body := do("GET", "/watcher/alerts", nil); status != http.StatusUnauthorized || !strings.Contains(body, "url=/watcher/login?to=%2Fwatcher%2Falerts") {
		t.Fatalf("a stranger is answered %d %s", status, body)
	}
	status, at, body := do("POST", "/watcher/login", url.Values{"name": {"anna"}, "password": {"correct horse"}, "to": {"/watcher/alerts"}})
	if status != http.StatusOK || at != "/watcher/alerts" || !strings.Contains(body, "by the proxy") {
		t.Fatalf("the login leads to %s (%d)\n%s", at, status, body)
	}
	seen := map[string]bool{}
	for queue := []string{"/watcher/"}; len(queue) > 0; queue = queue[1:] {
		path := queue[0]
		if seen[path] || len(seen) >= 60 || strings.Contains(path, ".atom") { // a feed is for feed readers
			continue
		}
		seen[path] = true
		status, at, body := do("GET", path, nil)
		if status != http.StatusOK || !strings.HasPrefix(at, "/watcher/") {
			t.Errorf("%s leads to %s (%d)", path, at, status)
		}
		root, err := html.Parse(strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		for n := range root.Descendants() {
			for _, name := range []string{"href", "src"} {
				if to := resolve(t, at, attr(n, name)); n.Type == html.ElementNode && attr(n, name) != "" && to != "" {
					queue = append(queue, to)
				}
			}
		}
	}
	if len(seen) < 12 {
		t.Errorf("links lead to %v", seen)
	}
	status, at, _ = do("POST", "/watcher/mutes", url.Values{"confirm": {"yes"}, "kind": {"rule"}, "name": {"nato"}, "for": {"1h"}, "why": {"enough"}})
	if status != http.StatusOK || !strings.HasPrefix(at, "/watcher/") {
		t.Errorf("to mute leads to %s (%d)", at, status)
	}
	if _, _, body := do("GET", "/watcher/api/v1/mutes", nil); !strings.Contains(body, `"nato"`) || !strings.Contains(body, `"anna"`) {
		t.Errorf("the rule is not muted: %s", body)
	}
	if status, at, _ := do("POST", "/watcher/logout", nil); status != http.StatusOK || at != "/watcher/login" {
		t.Errorf("signing out leads to %s (%d)", at, status)
	}
}
