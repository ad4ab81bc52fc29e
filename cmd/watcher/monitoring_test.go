//go:build linux

package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"watcher/internal/testutil"
)

// TestMonitoring: promtool finds nothing wrong with the metrics and the alert rules, and a
// Prometheus that has scraped a watcher answers every query of the dashboard.
func TestMonitoring(t *testing.T) {
	t.Parallel()
	root := unpacked(t, "prometheus")
	promtool := filepath.Join(root, "usr/bin/promtool")
	if _, err := os.Stat(promtool); err != nil {
		t.Skip("the package prometheus has no promtool here")
	}
	if out, err := exec.Command(promtool, "test", "rules", "../../monitoring/alerts_test.yaml").CombinedOutput(); err != nil {
		t.Errorf("test rules: %v\n%s", err, out)
	}

	w := newWorld(t)
	port := freePort(t)
	config := fmt.Sprintf(worldConfig, w.url) + fmt.Sprintf("http: {listen: \"127.0.0.1:%d\"}\n", port)
	testutil.WriteFile(t, filepath.Join(w.dir, "watcher.yaml"), config, 0o600)
	w.baseline("zero")
	w.start()
	w.publish("one", "zero")
	w.awaitTitle("hooks.jsonl", "one")
	check := exec.Command(promtool, "check", "metrics")
	check.Stdin = strings.NewReader(body(t, fmt.Sprintf("http://127.0.0.1:%d/metrics", port)))
	if out, err := check.CombinedOutput(); err != nil || len(out) > 0 {
		t.Errorf("check metrics: %v\n%s", err, out)
	}

	api := startPrometheus(t, root, port)
	w.await("two scrapes", func() bool { return answers(t, api, "rate(watcher_items_total[5m])") })
	for _, query := range dashboardQueries(t) {
		if !answers(t, api, query) {
			t.Errorf("nothing answers %s", query)
		}
	}
}

// startPrometheus runs a Prometheus that scrapes the port, and returns the address of its
// API.
func startPrometheus(t *testing.T, root string, scraped int) string {
	t.Helper()
	dir, port := t.TempDir(), freePort(t)
	config := fmt.Sprintf("global: {scrape_interval: 1s}\nscrape_configs: [{job_name: watcher, static_configs: [{targets: [\"127.0.0.1:%d\"]}]}]\n", scraped)
	testutil.WriteFile(t, filepath.Join(dir, "prometheus.yml"), config, 0o600)
	address := fmt.Sprintf("127.0.0.1:%d", port)
	cmd := exec.Command(filepath.Join(root, "usr/bin/prometheus"), "--config.file="+filepath.Join(dir, "prometheus.yml"), "--storage.tsdb.path="+filepath.Join(dir, "data"), "--web.listen-address="+address)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // it was killed
	})
	return "http://" + address + "/api/v1/query?query="
}

// answers reports whether a query has a result.
func answers(t *testing.T, api, query string) bool {
	t.Helper()
	resp, err := http.Get(api + url.QueryEscape(query))
	if err != nil {
		return false // it has not started yet
	}
	defer resp.Body.Close()
	var answer struct {
		Status string
		Data   struct{ Result []any }
	}
	return json.NewDecoder(resp.Body).Decode(&answer) == nil && answer.Status == "success" && len(answer.Data.Result) > 0
}

func dashboardQueries(t *testing.T) (queries []string) {
	t.Helper()
	raw, err := os.ReadFile("../../monitoring/dashboard.json")
	if err != nil {
		t.Fatal(err)
	}
	var dashboard struct {
		Panels []struct{ Targets []struct{ Expr string } }
	}
	if err := json.Unmarshal(raw, &dashboard); err != nil {
		t.Fatal(err)
	}
	for _, p := range dashboard.Panels {
		for _, target := range p.Targets {
			queries = append(queries, target.Expr)
		}
	}
	return queries
}

func body(t *testing.T, address string) string {
	t.Helper()
	resp, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
