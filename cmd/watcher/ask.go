package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"watcher/internal/admin"
	"watcher/internal/cli"
	"watcher/internal/config"
	"watcher/internal/daemon"
)

// ask returns who answers a command: the running daemon, which needs neither a valid
// config nor its secrets here, or else the config and its store. From then on t prints
// times in the zone of the config in force.
func ask(ctx context.Context, t *cli.Terminal, named string) (admin.Admin, error) {
	client, err := findDaemon(ctx, t, named)
	if err == nil {
		return client, nil
	}
	if !errors.Is(err, admin.ErrNoDaemon) {
		return nil, err
	}
	path, cfg, err := loadConfig(named)
	if err == nil {
		err = admin.Borrowed(cfg, path)
	}
	if err != nil {
		return nil, err
	}
	t.Zone = cfg.Zone
	return local(t, path, cfg), nil
}

// local answers from the config at path and its store.
func local(t *cli.Terminal, path string, cfg *config.Config) *admin.Local {
	return &admin.Local{
		Config: cfg, Version: versionString(), Terminal: forAlerts(t),
		Start: func() (admin.Decider, error) {
			o := daemonOptions(t, path, nil)
			o.Log = slog.New(slog.DiscardHandler)
			return daemon.New(cfg, o)
		},
	}
}

// askIfUnread is ask for commands about the config as written: the daemon is asked only
// if the config cannot be used.
func askIfUnread(ctx context.Context, t *cli.Terminal, named string) (admin.Admin, error) {
	path, cfg, unread := loadConfig(named)
	if unread == nil {
		t.Zone = cfg.Zone
		return local(t, path, cfg), nil
	}
	client, err := findDaemon(ctx, t, named)
	switch {
	case errors.Is(err, admin.ErrNoDaemon):
		return nil, unread
	case err != nil:
		return nil, err
	}
	return client, nil
}

// findDaemon finds the daemon that runs on the named config, or on the one found by
// default, and prints what a person must know about it.
func findDaemon(ctx context.Context, t *cli.Terminal, named string) (*admin.Client, error) {
	return findDaemonFor(ctx, t, named, false)
}

// findDaemonFor is findDaemon, without the note for a command that reloads anyway.
func findDaemonFor(ctx context.Context, t *cli.Terminal, named string, reloads bool) (*admin.Client, error) {
	path, _ := findConfig(named) // a running daemon needs none
	c, err := admin.Find(ctx, admin.Wanted{Config: path, Named: named != ""}, os.Getenv)
	if _, ok := errors.AsType[*admin.OtherConfigError](err); ok {
		if _, missing := os.Stat(path); errors.Is(missing, fs.ErrNotExist) {
			return nil, admin.ErrNoDaemon // the named config is the mistake
		}
	}
	if err != nil {
		return nil, err
	}
	if zone, err := time.LoadLocation(c.Runs.Timezone); err == nil {
		t.Zone = zone
	}
	note := func(format string, args ...any) {
		t.SayErr("%s", cli.Clean("watcher: "+fmt.Sprintf(format, args...)))
	}
	switch {
	case len(c.Others) > 0:
		note("asked the daemon with %s; another has %s", c.Runs, c.Others[0])
	case path != "" && !c.RunsOn(path):
		note("no daemon runs on %s; asked the one with %s", path, c.Runs)
	}
	if c.Runs.NotInForce != "" && !reloads {
		note("%s is not the config in force: %s", filepath.Clean(c.Runs.Config), cli.Line(c.Runs.NotInForce))
	}
	return c, nil
}

// noDaemon says that no daemon runs, and how to start one.
func noDaemon(named string) error {
	path, err := findConfig(named)
	if err != nil {
		return &exitError{exitConfig, err}
	}
	if _, err := os.Stat(path); err != nil {
		return &exitError{exitConfig, fmt.Errorf("%s: cannot read the config: %w", path, plainPathError(err))}
	}
	if admin.IsService(path) {
		return fmt.Errorf("no daemon runs on this config (%s); sudo systemctl start watcher starts the service", path)
	}
	return errors.New("no daemon runs on this config; watcher run starts one")
}

// completeNames completes one argument with names of the config in force.
func completeNames(cmd *cobra.Command, path string, args []string, which func(admin.Names) []string) ([]cobra.Completion, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	silent := &cli.Terminal{Stdin: os.Stdin, Stdout: io.Discard, Stderr: io.Discard, Zone: time.UTC}
	asked, err := ask(cmd.Context(), silent, path)
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	names, err := asked.Names(cmd.Context())
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return which(names), cobra.ShellCompDirectiveNoFileComp
}

// namesOf are the names of feeds, rules or targets.
func namesOf(n admin.Names, kind string) []string {
	return map[string][]string{"feed": n.Feeds, "rule": n.Rules, "target": n.Targets}[kind]
}
