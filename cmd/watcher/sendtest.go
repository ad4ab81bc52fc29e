package main

import (
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"watcher/internal/admin"
	"watcher/internal/cli"
)

func newSendTest(t *cli.Terminal) *cobra.Command {
	var path string
	var dryRun bool
	cmd := &cobra.Command{
		Use:   "send-test [-c FILE] [--dry-run] TARGET",
		Short: "Send a sample alert to one target",
		Long: `Sends one sample alert to a target of the config, at once and only once, and
prints what the target answered if it did not take it. With --dry-run it prints
what it would send, worded by the target's templates, and sends nothing.

Where you cannot read the config, or its secrets, the running daemon sends it.`,
		Example: "  watcher send-test desk",
		Args:    cli.Exactly("TARGET"),
		ValidArgsFunction: func(cmd *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			return completeNames(cmd, path, args, func(n admin.Names) []string { return n.Targets })
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx, stop := untilSignal(cmd.Context())
			defer stop()
			asked, err := askIfUnread(ctx, t, path)
			if err != nil {
				return err
			}
			names, err := asked.Names(ctx)
			if err != nil {
				return err
			}
			if !slices.Contains(names.Targets, args[0]) {
				return cli.Unknown("target", args[0], names.Targets)
			}
			text, err := asked.SendTest(ctx, args[0], dryRun)
			switch {
			case err != nil:
				return err
			case dryRun:
				fmt.Fprint(t.Stdout, text)
			default:
				fmt.Fprintf(t.Stderr, "%s %s took the test alert\n", t.PaintErr(cli.Green, "✓"), args[0])
			}
			return nil
		},
	}
	configFlag(cmd, &path)
	cmd.Flags().BoolVar(&dryRun, "dry-run", false, "print what would be sent, and send nothing")
	return cmd
}
