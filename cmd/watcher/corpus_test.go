package main

import (
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"watcher/internal/testutil"
)

// TestManyStrangeFeeds runs the shipped program on two thousand documents that others
// collected because they are hard to read. The program ends, prints one line about each
// that it cannot read, and remembers the others.
func TestManyStrangeFeeds(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a while")
	}
	t.Parallel()
	root := filepath.Join("..", "..", "..", "shared", "corpus", "feedparser")
	var paths []string
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err == nil && slices.Contains([]string{".xml", ".json"}, filepath.Ext(path)) {
			rel, err := filepath.Rel(root, path)
			paths = append(paths, filepath.ToSlash(rel))
			return err
		}
		return err
	})
	if err != nil {
		t.Skipf("the corpus is not beside the checkout: %v", err)
	}
	files := http.FileServer(http.Dir(root))
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/xml")
		files.ServeHTTP(w, r)
	}))
	defer web.Close()

	w := &world{t: t, bin: buildWatcher(t), dir: t.TempDir()}
	var config strings.Builder
	config.WriteString("network: {allow: [127.0.0.0/8]}\nhosts: {default: {parallel: 64, spacing: 0s}}\n")
	config.WriteString("rules: [{name: nato, keywords: [NATO]}]\nnotify: {terminal: {type: console}}\nops: {notify: [terminal]}\nfeeds:\n")
	for _, p := range paths {
		fmt.Fprintf(&config, "  - {url: %q}\n", web.URL+"/"+p)
	}
	testutil.WriteFile(t, filepath.Join(w.dir, "watcher.yaml"), config.String(), 0o600)

	for run, want := range []string{"baseline", "second"} {
		cmd := w.command("once")
		var stderr strings.Builder
		cmd.Stderr = &stderr
		_ = cmd.Run() // exit code 1: some of the documents are not feeds
		if code := cmd.ProcessState.ExitCode(); code > exitFailed {
			t.Fatalf("the %s run ended with %d:\n%s", want, code, stderr.String())
		}
		failed := strings.Count(stderr.String(), "failed http://")
		sum := regexp.MustCompile(`(\d+) feeds, (\d+) read, (\d+) failed`).FindStringSubmatch(stderr.String())
		if sum == nil {
			t.Fatalf("the %s run has no summary:\n%s", want, stderr.String())
		}
		if sum[1] != strconv.Itoa(len(paths)) || sum[3] != strconv.Itoa(failed) {
			t.Errorf("run %d: %s, with %d lines of failures for %d feeds", run, sum[0], failed, len(paths))
		}
		if failed*20 > len(paths) {
			t.Errorf("run %d: more than one in twenty cannot be read: %s", run, sum[0])
		}
	}
}
