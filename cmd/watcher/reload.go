package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"watcher/internal/admin"
	"watcher/internal/cli"
)

func newReload(t *cli.Terminal) *cobra.Command {
	var path string
	cmd := &cobra.Command{
		Use:   "reload [-c FILE]",
		Short: "Have the running daemon read its config again",
		Long: `Has the daemon read its config again, and waits until that is in force. A config
with a mistake is refused: the old one stays in force, the mistakes are printed, and
the exit code is 78.`,
		Example: "  watcher reload",
		Args:    cli.Exactly(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx, stop := untilSignal(cmd.Context())
			defer stop()
			client, err := findDaemonFor(ctx, t, path, true)
			if errors.Is(err, admin.ErrNoDaemon) {
				return noDaemon(path)
			}
			if err != nil {
				return err
			}
			r, err := client.Reload(ctx)
			if err != nil {
				return err
			}
			for _, m := range r.Mistakes {
				t.SayErr("%s", cli.Clean(m))
			}
			switch {
			case len(r.Mistakes) > 0:
				return &exitError{exitConfig, errors.New("the config was refused, the old one stays in force")}
			case r.Refused != "":
				return &exitError{exitConfig, fmt.Errorf("the config was refused, the old one stays in force: %s", r.Refused)}
			}
			fmt.Fprintf(t.Stderr, "%s: %s, %s, %s in force\n", client.Runs.Config,
				cli.Count(r.Feeds, "feed"), cli.Count(r.Rules, "rule"), cli.Count(r.Targets, "target"))
			return nil
		},
	}
	configFlag(cmd, &path)
	return cmd
}
