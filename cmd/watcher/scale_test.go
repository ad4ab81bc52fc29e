package main

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"watcher/internal/admin"
	"watcher/internal/config"
	"watcher/internal/desk"
)

// scalePlot is where BenchmarkScale draws how its figures grow; empty draws nothing.
var scalePlot = flag.String("plot", "", "draw the figures of BenchmarkScale into this SVG file")

// serveScale is a program for BenchmarkScale: every address of this machine is a host with
// feeds of 15 KB. One request in twenty finds a new item; the others get a 304 if they send
// the ETag. serve-scale ADDRESS.
func serveScale() {
	var versions [1 << 17]atomic.Uint32 // by feed, each at its number modulo
	filler := strings.Repeat("The council met, and what it said of the budget fills a page. ", 22)
	handler := func(w http.ResponseWriter, r *http.Request) {
		n, err := strconv.Atoi(strings.TrimPrefix(r.URL.Path, "/"))
		if err != nil {
			http.NotFound(w, r)
			return
		}
		version := &versions[n%len(versions)]
		v := version.Load()
		if rand.IntN(20) == 0 {
			v = version.Add(1)
		}
		etag := fmt.Sprintf(`"%d"`, v)
		w.Header().Set("ETag", etag)
		if r.Header.Get("If-None-Match") == etag {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		w.Header().Set("Content-Type", "application/rss+xml")
		fmt.Fprintf(w, `<rss version="2.0"><channel><title>Feed %d</title><link>https://feed-%[1]d.example/</link>`, n)
		for i := v + 10; i > v; i-- {
			fmt.Fprintf(w, `<item><guid>https://feed-%d.example/%d</guid><title>Item %[2]d</title><link>https://feed-%[1]d.example/%[2]d</link><description>%s</description></item>`, n, i, filler)
		}
		fmt.Fprint(w, `</channel></rss>`)
	}
	if err := http.ListenAndServe(os.Args[1], http.HandlerFunc(handler)); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// scale has the figures of one size.
type scale struct {
	feeds int
	every time.Duration
	first time.Duration // until every feed was polled once
	polls float64       // a second
	cpu   time.Duration // of a poll
	rss   float64       // MB, at the end
	peak  float64       // MB
	lag   time.Duration // how late the most overdue feed is, at the end
}

// BenchmarkScale runs the shipped program on so many feeds of a thousand hosts,
// each polled every minute, and on the most of them as often as it can. The
// server and its kernel time share the machine's cores.
//
//	go test ./cmd/watcher -run '^$' -bench Scale -benchtime 1x -timeout 30m -plot ../../docs/polling-scale.svg
func BenchmarkScale(b *testing.B) {
	var all []scale
	for _, n := range []int{1_000, 3_000, 10_000, 30_000, 100_000} {
		b.Run(fmt.Sprintf("every-minute/%d", n), func(b *testing.B) {
			s := runScale(b, n, time.Minute, time.Minute)
			all = append(all, s)
		})
	}
	var most scale
	b.Run("saturated/100000", func(b *testing.B) { most = runScale(b, 100_000, 5*time.Second, 30*time.Second) })
	if *scalePlot != "" && len(all) > 1 {
		if err := os.WriteFile(*scalePlot, []byte(plot(all, most)), 0o644); err != nil {
			b.Fatal(err)
		}
	}
}

// runScale runs the program on n feeds, and measures for a while once every feed
// was polled.
func runScale(b *testing.B, n int, every, measured time.Duration) scale {
	check := func(err error) {
		b.Helper()
		if err != nil {
			b.Fatal(err)
		}
	}
	bin, err := built()
	check(err)
	const port = "18713"
	server := exec.Command("serve-scale", ":"+port)
	server.Stderr = os.Stderr
	check(server.Start())
	defer func() {
		_ = server.Process.Kill()
		_ = server.Wait()
	}()
	dir := b.TempDir()
	file := filepath.Join(dir, "watcher.yaml")
	check(os.WriteFile(file, scaleConfig(n, every, port), 0o600))
	cfg, err := config.Load(file)
	check(err)
	client := admin.NewClient(admin.SocketPath(cfg.Store, func(string) string { return "" }))

	begin := time.Now()
	cmd := exec.Command(bin, "run", "-c", file)
	check(cmd.Start())
	defer func() {
		_ = cmd.Process.Signal(os.Interrupt)
		_ = cmd.Wait()
	}()
	s := scale{feeds: n, every: every}
	polls := func() int64 {
		var st desk.Status
		if client.Get(b.Context(), "/status", &st) != nil {
			return 0 // not up yet
		}
		if st.Failed > 0 {
			b.Fatalf("%d polls failed", st.Failed)
		}
		return st.Polls
	}
	for polls() < int64(n) {
		if time.Since(begin) > 10*time.Minute {
			b.Fatal("the first round takes more than ten minutes")
		}
		<-time.After(200 * time.Millisecond)
	}
	s.first = time.Since(begin)
	<-time.After(measured / 2)
	used, done, from := cpuOf(cmd.Process.Pid), polls(), time.Now()
	<-time.After(measured)
	s.polls = float64(polls()-done) / time.Since(from).Seconds()
	s.cpu = time.Duration(float64(cpuOf(cmd.Process.Pid)-used) / (s.polls * time.Since(from).Seconds()))
	s.rss, s.peak = memoryOf(cmd.Process.Pid)
	s.lag = lagOf(b, cfg)
	b.ReportMetric(s.polls, "polls/s")
	b.ReportMetric(float64(s.cpu.Microseconds()), "cpu-µs/poll")
	b.ReportMetric(s.rss, "MB-rss")
	b.ReportMetric(s.peak, "MB-peak")
	b.ReportMetric(s.lag.Seconds(), "s-lag")
	b.ReportMetric(s.first.Seconds(), "s-first-round")
	return s
}

func scaleConfig(n int, every time.Duration, port string) []byte {
	var c strings.Builder
	fmt.Fprintf(&c, "poll: {every: %s}\nnetwork: {allow: [127.0.0.0/8]}\nhistory: {keep: 1d}\n", every)
	c.WriteString("rules: [{name: nato, keywords: [NATO, Baltic, Enhanced Forward Presence]}]\nnotify: {t: {type: console}}\nops: {notify: [t]}\nfeeds:\n")
	for i := range n {
		host := i % 1000
		fmt.Fprintf(&c, "- {url: \"http://127.1.%d.%d:%s/%d\"}\n", host/250, host%250+1, port, i)
	}
	return []byte(c.String())
}

// cpuOf returns the CPU time of a process so far (proc(5)).
func cpuOf(pid int) time.Duration {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0
	}
	fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
	user, _ := strconv.Atoi(fields[11])
	system, _ := strconv.Atoi(fields[12])
	return time.Duration(user+system) * 10 * time.Millisecond
}

// memoryOf returns the memory of a process, and its peak, in MB.
func memoryOf(pid int) (now, peak float64) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, 0
	}
	for line := range strings.Lines(string(status)) {
		var kb float64
		if _, err := fmt.Sscanf(line, "VmRSS: %f kB", &kb); err == nil {
			now = kb / 1024
		}
		if _, err := fmt.Sscanf(line, "VmHWM: %f kB", &kb); err == nil {
			peak = kb / 1024
		}
	}
	return now, peak
}

// lagOf returns how late the most overdue feed is.
func lagOf(b *testing.B, cfg *config.Config) (lag time.Duration) {
	now := time.Now()
	asked := admin.NewClient(admin.SocketPath(cfg.Store, func(string) string { return "" }))
	for f, err := range asked.Feeds(b.Context()) {
		if err != nil {
			b.Fatal(err)
		}
		lag = max(lag, now.Sub(f.Next))
	}
	return lag
}

// plot draws how memory, CPU time and lag grow with the number of feeds, and says how many
// polls a second the largest number reached when polls were the limit.
func plot(all []scale, most scale) string {
	const width, height, left, bottom = 640, 360, 70, 50
	x := func(i int) float64 { return left + float64(i)*(width-left-90)/float64(len(all)-1) }
	var out strings.Builder
	fmt.Fprintf(&out, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="12">`, width, height)
	fmt.Fprintf(&out, "\n"+`<rect width="%d" height="%d" fill="#fff"/>`, width, height)
	fmt.Fprintf(&out, "\n"+`<text x="%d" y="22" font-size="15">Feeds polled every minute, 95%% unchanged: memory, CPU, lag</text>`, left)
	if most.polls > 0 {
		fmt.Fprintf(&out, "\n"+`<text x="%d" y="38" fill="#555">due all the time, %d feeds are polled %.0f times a second</text>`, left, most.feeds, most.polls)
	}
	line := func(colour, name, unit string, top float64, value func(scale) float64) {
		var points []string
		for i, s := range all {
			y := height - bottom - value(s)/top*(height-bottom-50)
			points = append(points, fmt.Sprintf("%.1f,%.1f", x(i), y))
			fmt.Fprintf(&out, "\n"+`<circle cx="%.1f" cy="%.1f" r="3" fill="%s"/>`, x(i), y, colour)
			if value(s) > 0 {
				fmt.Fprintf(&out, `<text x="%.1f" y="%.1f" fill="%s">%.3g %s</text>`, x(i)+6, y-6, colour, value(s), unit)
			}
		}
		fmt.Fprintf(&out, "\n"+`<polyline points="%s" fill="none" stroke="%s" stroke-width="2"><title>%s</title></polyline>`, strings.Join(points, " "), colour, name)
	}
	line("#1f5fa8", "memory", "MB", 450, func(s scale) float64 { return s.rss })
	line("#8fb4dd", "the most memory", "MB at most", 450, func(s scale) float64 { return s.peak })
	line("#b3541e", "CPU time of a second", "% CPU", 100, func(s scale) float64 { return 100 * s.polls * s.cpu.Seconds() })
	line("#2e7d4f", "lag of the latest feed", "s lag", 20, func(s scale) float64 { return s.lag.Seconds() })
	for i, s := range all {
		fmt.Fprintf(&out, "\n"+`<text x="%.1f" y="%d" text-anchor="middle">%d</text>`, x(i), height-bottom+20, s.feeds)
	}
	fmt.Fprintf(&out, "\n"+`<line x1="%d" y1="%d" x2="%d" y2="%[2]d" stroke="#888"/><text x="%d" y="%d" text-anchor="middle">feeds</text></svg>`+"\n", left, height-bottom, width-60, width/2, height-10)
	return out.String()
}
