//go:build !race

package page_test

import (
	"encoding/json"
	"flag"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

var shots = flag.String("shots", "", "a folder that gets a picture of each page")

// contentPolicy is that of internal/web.
const contentPolicy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// browserFolder has the packages that drive Chromium; without it a test is skipped.
func browserFolder(t *testing.T) (folder, chromium string) {
	t.Helper()
	chromium, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("chromium is not installed")
	}
	if _, err := exec.LookPath("npm"); err != nil {
		t.Skip("npm is not installed")
	}
	out, err := exec.Command("../../../.ci/npm", "testdata/browser").Output()
	if err != nil {
		t.Skipf("npm ci does not work here: %v", err)
	}
	return strings.TrimSpace(string(out)), chromium
}

// drive runs a script of testdata/browser on a task, and returns what it prints.
func drive(t *testing.T, script string, task map[string]any) string {
	t.Helper()
	folder, chromium := browserFolder(t)
	task["chromium"] = chromium
	in, err := json.Marshal(task)
	if err != nil {
		t.Fatal(err)
	}
	node := exec.Command("node", script)
	node.Dir, node.Stdin, node.Stderr = folder, strings.NewReader(string(in)), os.Stderr
	out, err := node.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s", script, err, out)
	}
	return string(out)
}

// TestInBrowser: no page scrolls sideways, breaks our own policy, says anything on the
// console or shuts somebody out, whatever the width, the scheme, and with and without
// scripts.
func TestInBrowser(t *testing.T) {
	h, d := newsroom(t, time.Now())
	d.alerts = d.alerts[:8] // axe looks at each letter
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", contentPolicy)
		if strings.HasSuffix(r.URL.Path, "/events") {
			w.Header().Set("Content-Type", "text/event-stream")
			w.(http.Flusher).Flush()
			<-r.Context().Done()
			return
		}
		as(anna, h).ServeHTTP(w, r)
	}))
	defer site.CloseClientConnections()
	var pages []string
	for _, p := range everyPage {
		pages = append(pages, strings.TrimPrefix(p, "/"))
	}
	if found := drive(t, "walk.mjs", map[string]any{"url": site.URL + "/", "pages": pages, "shots": *shots}); found != "" {
		t.Error(found)
	}
}
