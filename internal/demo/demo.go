// Package demo shows the whole program at work on feeds that it serves itself, and
// checks that every article met the fate it had to.
package demo

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"watcher/internal/cli"
	"watcher/internal/config"
	"watcher/internal/daemon"
	"watcher/internal/notify/targets"
)

// ErrInterrupted says that a person has ended the demo.
var ErrInterrupted = errors.New("demo interrupted")

// Run runs the real daemon against its own server until every article, of which
// the last appears after length, has met its fate, and says on t what became of
// each. ErrInterrupted if ctx is done before.
func Run(ctx context.Context, t *cli.Terminal, version string, length time.Duration) (err error) {
	dir, err := os.MkdirTemp("", "watcher-demo-")
	if err != nil {
		return fmt.Errorf("make a folder for the demo: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()

	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("serve the sample feeds: %w", err)
	}
	server := newServer(length)
	web := &http.Server{Handler: server.handler(), ReadHeaderTimeout: time.Minute}
	go web.Serve(listener)
	defer web.Close()
	origin := "http://" + listener.Addr().String()

	page, err := freeAddress()
	if err != nil {
		return err
	}
	path := filepath.Join(dir, "watcher.yaml")
	if err := os.WriteFile(path, []byte(configText(origin, page, dir)), 0o600); err != nil {
		return fmt.Errorf("write the demo's config: %w", err)
	}
	cfg, err := config.Load(path)
	if err != nil {
		return err
	}
	d, err := daemon.New(cfg, daemon.Options{
		ConfigPath: path,
		Version:    version,
		Log:        slog.New(slog.NewTextHandler(t.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})),
		Terminal:   targets.Console{Out: t.Stdout, Color: t.Color, Width: t.Width},
	})
	if err != nil {
		return err
	}

	running, end := context.WithCancel(ctx)
	defer end()
	ended := make(chan error, 1)
	go func() { ended <- d.Run(running) }()
	introduce(t, origin, page)
	waited := wait(running, server, ended)
	end()
	if waited == nil || errors.Is(waited, context.Canceled) {
		waited = <-ended
	}
	waited = errors.Join(waited, d.Close())
	switch {
	case ctx.Err() != nil:
		return ErrInterrupted
	case waited != nil:
		return waited
	}
	return summarize(t, server)
}

// wait returns once the demo is over, or has not come to its end within
// reason, or the daemon has ended by itself.
func wait(ctx context.Context, s *server, ended <-chan error) error {
	deadline := time.NewTimer(s.length + 30*time.Second)
	defer deadline.Stop()
	look := time.NewTicker(100 * time.Millisecond)
	defer look.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case err := <-ended:
			return fmt.Errorf("the daemon ended early: %w", err)
		case <-deadline.C:
			return nil // the summary says what is missing
		case <-look.C:
			if s.over() {
				return nil
			}
		}
	}
}

// freeAddress is one of the loopback device that nobody listens on.
func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("find an address for the page: %w", err)
	}
	return l.Addr().String(), l.Close()
}

// configText is a config like any other, for feeds and a webhook at origin, with its
// page at an address.
func configText(origin, page, dir string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "store: {path: %q}\n", filepath.Join(dir, "watcher.db"))
	fmt.Fprintf(&b, "http: {listen: %q}\n", page)
	b.WriteString("poll: {every: 1s}\nnetwork: {allow: [127.0.0.0/8]}\nfeeds:\n")
	for _, f := range sampleFeeds {
		fmt.Fprintf(&b, "  - {name: %s, url: %q, tags: [%s]}\n", f.name, origin+f.path, f.tag)
	}
	b.WriteString(ruleText)
	fmt.Fprintf(&b, "\nnotify:\n  terminal: {type: console}\n  tally: {type: webhook, url: %q}\nops: {notify: [terminal]}\n", origin+"/tally")
	return b.String()
}

// frame prints lines of the demo's own, broken at words to fit the terminal.
func frame(t *cli.Terminal) func(format string, args ...any) {
	return func(format string, args ...any) {
		fmt.Fprintln(t.Stdout, cli.Fold(strings.TrimRight(fmt.Sprintf(format, args...), " "), t.Width))
	}
}

func introduce(t *cli.Terminal, origin, page string) {
	p := frame(t)
	p("")
	p("%s  the whole program, on sample feeds at %s", t.Paint(cli.Bold, "watcher demo"), origin)
	p("%s  http://%s/ %s", t.Paint(cli.Bold, "its page"), page, t.Paint(cli.Dim, "(while the demo runs; --for 10m gives time to look round)"))
	p("")
	for _, f := range sampleFeeds {
		p("  %s  %s", t.Paint(cli.Cyan, fmt.Sprintf("%-24s", f.name)), t.Paint(cli.Dim, fmt.Sprintf("%-4s  %s  tag:%s", f.kind, f.language, f.tag)))
	}
	for rule := range strings.Lines(ruleText) {
		p("  %s", t.Paint(cli.Dim, strings.TrimRight(rule, "\n")))
	}
	p("")
	p("Articles appear, and alerts follow %s", t.Paint(cli.Dim, "(nothing that was there before is alerted)"))
	p("")
}

// summarize compares what was alerted with what must be, and says why the
// rest stayed silent.
func summarize(t *cli.Terminal, s *server) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var missing, wrong []string
	was := map[fate]int{}
	for _, a := range articles {
		was[a.fate]++
		switch told := s.alerts[a.title]; {
		case a.fate == alerted && !told:
			missing = append(missing, a.title)
		case a.fate != alerted && told:
			wrong = append(wrong, a.title)
		}
	}
	p := frame(t)
	p("%s", t.Paint(cli.Bold, fmt.Sprintf("%d articles, %d alerts", len(articles), len(s.alerts))))
	p("")
	p("  %s %d were there before: the first poll of a feed only remembers", t.Paint(cli.Dim, "·"), was[known])
	for _, a := range articles {
		why := a.because
		switch {
		case a.fate == repeated:
			why = "the link of an article that was alerted: noted there as “also in”"
		case a.slug == rekeyed.slug:
			why = "came back under a new guid: still the same article, alerted once"
		case a.fate == unheard && why == "":
			why = "no rule speaks of it"
		}
		if why != "" {
			p("  %s %s", t.Paint(cli.Dim, "·"), a.title)
			p("      %s", t.Paint(cli.Dim, why))
		}
	}
	p("")
	if len(missing)+len(wrong) > 0 {
		return fmt.Errorf("the demo did not go as it must: not alerted %q, wrongly alerted %q", missing, wrong)
	}
	p("%s Every alert was delivered once, here and to a webhook; nothing is left behind.", t.Paint(cli.Green, "✓"))
	p("")
	p("Your own: %s, then %s", t.Paint(cli.Bold, os.Args[0]+" check config.example.yaml"), t.Paint(cli.Bold, os.Args[0]+" run -c config.example.yaml"))
	p("")
	return nil
}
