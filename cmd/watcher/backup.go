package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"watcher/internal/admin"
	"watcher/internal/cli"
	"watcher/internal/config"
)

func newBackup(t *cli.Terminal) *cobra.Command {
	var path string
	cmd := &cobra.Command{
		Use:   "backup [-c FILE] FILE",
		Short: "Copy the store into a file while the daemon runs",
		Long: `Copies the store, as it is at one moment, into a file that only you can read, and
opens and reads the copy as a start would before it has its name. An older backup
of that name is replaced, and stays where this one fails; any other file is never
touched. A running daemon goes on meanwhile.`,
		Example: "  sudo watcher backup /var/backups/watcher.db",
		Args:    cli.Exactly("FILE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx, stop := untilSignal(cmd.Context())
			defer stop()
			asked, err := ask(ctx, t, path)
			if err != nil {
				return err
			}
			progress, done := t.Progress("copying, in MB")
			size, err := admin.Backup(ctx, asked, args[0], func(n, total int64) { progress(int(n>>20), int(max(total>>20, 1))) })
			done()
			if err != nil {
				return err
			}
			fmt.Fprintf(t.Stderr, "%s: %s of %s, read again and sound\n", args[0], config.Size(size), asked.StorePath())
			return nil
		},
	}
	configFlag(cmd, &path)
	return cmd
}
