package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"watcher/internal/cli"
	"watcher/internal/config"
)

func newCompact(t *cli.Terminal) *cobra.Command {
	var path string
	cmd := &cobra.Command{
		Use:   "compact [-c FILE]",
		Short: "Give free space of the store back to the disk",
		Long: `Copies what is stored into a new file, which takes the place of the old one. The
disk needs room for both meanwhile. A running daemon does it and goes on; it does
so by itself once more than half of a large store is free.`,
		Example: "  watcher compact -c watcher.yaml",
		Args:    cli.Exactly(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx, stop := untilSignal(cmd.Context())
			defer stop()
			asked, err := ask(ctx, t, path)
			if err != nil {
				return err
			}
			progress, done := t.Progress("compacting, in MB")
			before, after, err := asked.Compact(ctx, func(n, total int64) { progress(int(n>>20), int(max(total>>20, 1))) })
			done()
			if err != nil {
				return err
			}
			fmt.Fprintf(t.Stderr, "%s: %s before, %s now\n", asked.StorePath(), config.Size(before), config.Size(after))
			return nil
		},
	}
	configFlag(cmd, &path)
	return cmd
}
