package main

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"runtime/debug"
	"runtime/metrics"

	"github.com/spf13/cobra"

	"watcher/internal/cli"
	"watcher/internal/daemon"
)

func newOnce(t *cli.Terminal) *cobra.Command {
	var path string
	cmd := &cobra.Command{
		Use:   "once [-c] FILE",
		Short: "Poll every feed once, deliver what is due, and end",
		Long: `For cron, or to see whether everything works. The first run on a feed takes its
baseline: what already stands there is remembered and not alerted.`,
		Example: "  watcher once watcher.yaml",
		Args:    oneConfig(&path),
		RunE: func(cmd *cobra.Command, _ []string) error {
			collectSeldom()
			cli.OutliveReaders()
			path, cfg, err := loadConfig(path)
			if err != nil {
				return err
			}
			t.Zone = cfg.Zone
			ctx, stop := untilSignal(cmd.Context())
			defer stop()
			options := daemonOptions(t, path, nil)
			// The summary names failures; the log is for what does not fit there.
			options.Log = slog.New(slog.NewTextHandler(t.Stderr, &slog.HandlerOptions{Level: slog.LevelError}))
			d, err := daemon.New(cfg, options)
			if err != nil {
				return err
			}
			limitMemory()
			progress, done := t.Progress("polling")
			sum, err := d.Once(ctx, progress)
			done()
			if err := errors.Join(err, d.Close()); err != nil {
				return err
			}
			return onceSummary(t, sum)
		},
	}
	configFlag(cmd, &path)
	return cmd
}

// A round takes a moment, and much of it would be spent on collecting garbage that the
// end of the program frees anyway. So garbage is collected rarely, until there is as
// much of it as pollingRoom. GOGC and GOMEMLIMIT of the user are respected.

// pollingRoom is the memory for the polls of a round: documents being read, and
// articles waiting to be stored.
const pollingRoom = 12 << 20

func collectSeldom() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(200)
	}
}

// limitMemory is called once config, rules and store are loaded.
func limitMemory() {
	if os.Getenv("GOMEMLIMIT") != "" {
		return
	}
	taken := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(taken)
	debug.SetMemoryLimit(int64(taken[0].Value.Uint64()-taken[1].Value.Uint64()) + pollingRoom)
}

// onceSummary prints the result of the round, and fails if a feed or a delivery failed.
func onceSummary(t *cli.Terminal, s daemon.Round) error {
	for _, f := range s.Failed {
		t.SayErr("%s %s: %s", t.PaintErr(cli.Red, "failed"), cli.Line(f.Feed), cli.Line(f.Error))
	}
	for _, f := range s.Repaired {
		fmt.Fprintf(t.Stderr, "%s %s: %s\n", t.PaintErr(cli.Yellow, "repaired"), cli.Line(f.Feed), cli.Line(f.Error))
	}
	for _, f := range s.Refused {
		fmt.Fprintf(t.Stderr, "%s %s: %s\n", t.PaintErr(cli.Red, "not delivered"), cli.Line(f.Target), cli.Line(f.Error))
	}
	ok := s.Feeds - len(s.Failed) - s.Skipped
	fmt.Fprintf(t.Stderr, "%s, %d read, %d failed", cli.Count(s.Feeds, "feed"), ok, len(s.Failed))
	if s.Skipped > 0 {
		fmt.Fprintf(t.Stderr, ", %d not asked because their host wants to be left alone", s.Skipped)
	}
	fmt.Fprintf(t.Stderr, "; %s, %s\n", cli.Count(s.New, "new item"), cli.Count(s.Alerts, "alert"))
	if s.Baselines > 0 {
		fmt.Fprintf(t.Stderr, "%s for the first time: what is there now is the baseline and is not alerted.\n", readFor(s.Baselines))
	}
	if s.Sent > 0 || s.Unsent > 0 {
		fmt.Fprintf(t.Stderr, "%s sent, %s failed\n", cli.Count(s.Sent, "message"), cli.Count(s.Unsent, "attempt"))
	}
	onceLeft(t, s)
	if len(s.Failed) > 0 || s.Unsent > 0 || s.Dead > 0 {
		return &exitError{code: exitFailed}
	}
	return nil
}

// onceLeft prints what becomes of unsent messages.
func onceLeft(t *cli.Terminal, s daemon.Round) {
	for _, h := range s.Held {
		wait := "wait"
		if h.Alerts == 1 {
			wait = "waits"
		}
		fmt.Fprintf(t.Stderr, "%s for %s %s until %s: %s\n", cli.Count(h.Alerts, "alert"), cli.Line(h.Target), wait, h.Until.In(t.Zone).Format("Mon 2 Jan, 15:04 MST"), cli.Line(h.Why))
	}
	switch {
	case s.Waiting == 1:
		fmt.Fprintln(t.Stderr, "1 message waits in the store, and is tried again by the next run or by watcher run")
	case s.Waiting > 1:
		fmt.Fprintf(t.Stderr, "%d messages wait in the store, and are tried again by the next run or by watcher run\n", s.Waiting)
	}
	switch {
	case s.Dead == 1:
		fmt.Fprintln(t.Stderr, "1 message became a dead letter, and is not tried again: watcher alerts --dead")
	case s.Dead > 1:
		fmt.Fprintf(t.Stderr, "%d messages became dead letters, and are not tried again: watcher alerts --dead\n", s.Dead)
	}
}

func readFor(n int) string {
	if n == 1 {
		return "1 feed was read"
	}
	return fmt.Sprintf("%d feeds were read", n)
}
