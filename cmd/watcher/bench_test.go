//go:build bench

package main

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"strings"
	"syscall"
	"testing"
	"text/tabwriter"
	"time"
)

const (
	benchFeeds = 200
	benchItems = 30
	benchBytes = 100 << 10 // of each feed
	benchRuns  = 4         // newsboat makes conditional requests only from its third run on
)

// reader is a feed reader with a directory of its own.
type reader struct {
	name string
	args []string
	env  []string
}

// spent is what one run of a reader cost.
type spent struct {
	cpu time.Duration
	rss int64 // peak, in bytes
}

// TestBesideOthers runs watcher once over feeds on loopback, beside newsboat and rss2email
// (apt-get install newsboat rss2email): first from nothing, then with nothing new. Like
// most servers, the server answers 304 to what has not changed; in a second round it never
// does. The test prints a table.
func TestBesideOthers(t *testing.T) {
	for _, validators := range []bool{true, false} {
		name := map[bool]string{true: "with 304", false: "without 304"}[validators]
		t.Run(name, func(t *testing.T) {
			web := httptest.NewServer(benchFeedsOf(validators))
			defer web.Close()
			ours := run4(t, watcherOnce(t, web.URL))
			rows := map[string][]spent{"watcher": ours}
			order := []string{"watcher"}
			for _, other := range []func(*testing.T, string) (reader, bool){newsboat, rss2email} {
				r, ok := other(t, web.URL)
				if !ok {
					t.Logf("%s is not installed and left out", r.name)
					continue
				}
				rows[r.name] = run4(t, r)
				order = append(order, r.name)
			}
			report(t, order, rows)
			judge(t, rows, validators)
		})
	}
}

// benchFeedsOf serves feeds of 30 items in 100 KB. It makes them for each request, to keep
// this process small.
func benchFeedsOf(validators bool) http.Handler {
	text := strings.Repeat("The ministers of the three countries met in the capital and spoke of bridges, harbours and the price of timber. ", benchBytes)
	text = text[:benchBytes/benchItems-330]
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if validators {
			etag := `"` + r.URL.Path + `"`
			w.Header().Set("ETag", etag)
			w.Header().Set("Last-Modified", "Mon, 02 Mar 2026 10:00:00 GMT")
			if r.Header.Get("If-None-Match") == etag || r.Header.Get("If-Modified-Since") != "" {
				w.WriteHeader(http.StatusNotModified)
				return
			}
		}
		w.Header().Set("Content-Type", "application/rss+xml")
		fmt.Fprintf(w, `<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>Feed %s</title><link>http://%s/</link><description>News</description>`, r.URL.Path, r.Host)
		for i := range benchItems {
			at := time.Date(2026, 3, 1, 0, i, 0, 0, time.UTC).Format(time.RFC1123Z)
			fmt.Fprintf(w, `<item><title>Report %d of %s</title><link>http://%s%[2]s/%[1]d</link><guid isPermaLink="false">%[2]s-%[1]d</guid><pubDate>%[4]s</pubDate><description>&lt;p&gt;Number %[1]d of %[2]s. %[5]s&lt;/p&gt;</description></item>`,
				i, r.URL.Path, r.Host, at, text)
		}
		fmt.Fprint(w, `</channel></rss>`)
	})
}

// run4 runs a reader from nothing, and then with nothing new.
func run4(t *testing.T, r reader) []spent {
	t.Helper()
	var all []spent
	for range benchRuns {
		cmd := exec.Command(r.args[0], r.args[1:]...)
		cmd.Env = append(os.Environ(), r.env...)
		var said bytes.Buffer
		cmd.Stdout, cmd.Stderr = &said, &said
		forgetPeak()
		if err := cmd.Run(); err != nil {
			t.Fatalf("%s: %v\n%s", r.name, err, said.String())
		}
		usage := cmd.ProcessState.SysUsage().(*syscall.Rusage)
		all = append(all, spent{cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), usage.Maxrss << 10})
	}
	return all
}

// forgetPeak resets this process's peak memory, which Linux counts as that of the programs
// it starts.
func forgetPeak() {
	debug.FreeOSMemory()
	_ = os.WriteFile("/proc/self/clear_refs", []byte("5"), 0) // if that is not possible, the figure is a bit too high
}

func watcherOnce(t *testing.T, base string) reader {
	t.Helper()
	dir := t.TempDir()
	bin := filepath.Join(dir, "watcher")
	if out, err := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", bin, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "network: {allow: [127.0.0.0/8]}\nhosts: {%q: {parallel: 2, spacing: 0s}}\nfeeds:\n", strings.TrimPrefix(base, "http://"))
	for i := range benchFeeds {
		fmt.Fprintf(&b, "- {name: feed %d, url: \"%s/%[1]d\"}\n", i, base)
	}
	b.WriteString("rules: [{name: nato, keywords: [NATO, Enhanced Forward Presence]}]\nnotify: {t: {type: console}}\nops: {notify: [t]}\n")
	return reader{"watcher", []string{bin, "once", "-c", benchFile(t, dir, "watcher.yaml", b.String())}, nil}
}

func newsboat(t *testing.T, base string) (reader, bool) {
	t.Helper()
	dir := t.TempDir()
	var b strings.Builder
	for i := range benchFeeds {
		fmt.Fprintf(&b, "%s/%d\n", base, i)
	}
	urls, conf := benchFile(t, dir, "urls", b.String()), benchFile(t, dir, "config", "auto-reload no\n")
	bin, err := exec.LookPath("newsboat")
	return reader{"newsboat", []string{bin, "-u", urls, "-C", conf, "-c", filepath.Join(dir, "cache.db"), "-x", "reload"}, []string{"HOME=" + dir}}, err == nil
}

// rss2email runs without sending anything, which only makes it cheaper.
func rss2email(t *testing.T, base string) (reader, bool) {
	t.Helper()
	dir := t.TempDir()
	var b strings.Builder
	b.WriteString("[DEFAULT]\nfrom = watcher@example.org\nto = desk@example.org\n")
	for i := range benchFeeds {
		fmt.Fprintf(&b, "\n[feed.f%d]\nurl = %s/%[1]d\n", i, base)
	}
	conf, data := benchFile(t, dir, "rss2email.cfg", b.String()), filepath.Join(dir, "rss2email.json")
	bin, err := exec.LookPath("r2e")
	return reader{"rss2email", []string{bin, "-c", conf, "-d", data, "run", "--no-send"}, []string{"HOME=" + dir}}, err == nil
}

func benchFile(t *testing.T, dir, name, text string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// report prints what each run cost, also as a multiple of watcher's.
func report(t *testing.T, order []string, rows map[string][]spent) {
	t.Helper()
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprint(w, "\t")
	for i := range benchRuns {
		fmt.Fprintf(w, "run %d\t", i+1)
	}
	fmt.Fprintln(w, "first, times ours\tnothing new, times ours\tpeak memory\t")
	ours := rows["watcher"]
	for _, name := range order {
		fmt.Fprintf(w, "%s\t", name)
		var peak int64
		for _, s := range rows[name] {
			fmt.Fprintf(w, "%.2f s\t", s.cpu.Seconds())
			peak = max(peak, s.rss)
		}
		fmt.Fprintf(w, "%.1f\t%.1f\t%d MB\t\n", ratio(rows[name][0], ours[0]), ratio(rows[name][benchRuns-1], ours[benchRuns-1]), peak>>20)
	}
	_ = w.Flush() // into memory
	t.Logf("processor time of one run over %d feeds with %d items and %d KB each\n%s", benchFeeds, benchItems, benchBytes>>10, b.String())
}

func ratio(a, b spent) float64 { return a.cpu.Seconds() / b.cpu.Seconds() }

// judge says where watcher is not as cheap as it should be. It does not fail the test,
// because the machine may be busy.
func judge(t *testing.T, rows map[string][]spent, validators bool) {
	t.Helper()
	ours, last := rows["watcher"], benchRuns-1
	for _, s := range ours {
		if s.rss > 40<<20 {
			t.Logf("missed: watcher's peak memory is %d MB, the aim is 40", s.rss>>20)
		}
	}
	for name, least := range map[string]float64{"newsboat": 30, "rss2email": 14} {
		theirs := rows[name]
		if theirs == nil {
			continue
		}
		if ours[0].cpu > theirs[0].cpu {
			t.Logf("missed: watcher's first run takes %v, that of %s %v", ours[0].cpu, name, theirs[0].cpu)
		}
		if got := ratio(theirs[last], ours[last]); validators && got < least {
			t.Logf("missed: with nothing new %s takes %.1f times as much, the aim is %v", name, got, least)
		}
	}
}
