package main

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/spf13/cobra"

	"watcher/internal/admin"
	"watcher/internal/budget"
	"watcher/internal/cli"
	"watcher/internal/daemon"
	"watcher/internal/notify/targets"
)

func newRun(t *cli.Terminal) *cobra.Command {
	var path string
	cmd := &cobra.Command{
		Use:   "run [-c] FILE",
		Short: "Watch, in the foreground, until told to end",
		Long: `Polls the feeds and delivers the alerts of a config until SIGTERM or SIGINT;
what is under way is then finished, within ten seconds. SIGHUP reads the config
again; a bad one is refused and the old one stays in force. Logs go to stderr,
alerts for a console target to stdout.`,
		Example: "  watcher run watcher.yaml",
		Args:    oneConfig(&path),
		RunE: func(cmd *cobra.Command, _ []string) error {
			boundMemory()
			cli.OutliveReaders()
			path, cfg, err := loadConfig(path)
			if err != nil {
				return err
			}
			saveMemory() // only now: during the start it would collect the same garbage again and again
			ctx, stop := untilSignal(cmd.Context())
			defer stop()
			reload := make(chan os.Signal, 1)
			signal.Notify(reload, syscall.SIGHUP)
			defer signal.Stop(reload)
			options := daemonOptions(t, path, reload)
			if shared := admin.SharedStore(path, cfg.Store); shared != "" {
				options.Log.Warn("two configs have one store", "config", path, "why", shared)
			}
			d, err := daemon.New(cfg, options)
			if err != nil {
				return err
			}
			return errors.Join(d.Run(ctx), d.Close())
		},
	}
	configFlag(cmd, &path)
	return cmd
}

// saveMemory halves GOGC: what a poll leaves behind is little beside the state of many
// feeds, and as much room again would be wasted on it.
func saveMemory() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(50)
	}
}

// boundMemory collects garbage more often as memory runs out: reading may use half of
// it (limits.memory), and its garbage must not use the other half. A limit derived from
// limits.memory would have to know the size of everything else, and a collector with
// too low a limit does nothing but collect.
func boundMemory() {
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(budget.Available() / 3 * 2)
	}
}

// untilSignal returns a context that is done at the first SIGINT or SIGTERM. A
// second one ends the program at once.
func untilSignal(parent context.Context) (context.Context, context.CancelFunc) {
	ctx, stop := signal.NotifyContext(parent, syscall.SIGINT, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	return ctx, stop
}

func daemonOptions(t *cli.Terminal, path string, reload <-chan os.Signal) daemon.Options {
	return daemon.Options{
		ConfigPath: path,
		Version:    versionString(),
		Reload:     reload,
		Log:        cli.NewLog(t.Stderr),
		Terminal:   forAlerts(t),
	}
}

// forAlerts is the terminal as the console target uses it.
func forAlerts(t *cli.Terminal) targets.Console {
	return targets.Console{Out: t.Stdout, Color: t.Color, Width: t.Width}
}
