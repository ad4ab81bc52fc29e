package main

import (
	"fmt"
	"log/slog"

	"github.com/spf13/cobra"

	"watcher/internal/admin"
	"watcher/internal/cli"
)

func newMigrate(t *cli.Terminal) *cobra.Command {
	var from, to string
	cmd := &cobra.Command{
		Use:   "migrate --from STORE --to STORE",
		Short: "Move what is stored from a file to PostgreSQL, or back",
		Long: `Copies all that is stored from one store to another: the feeds and what they have
shown, alerts that are held, queued, dead or sent, what was decided and counted, and
the history with its index. A store is the path of a file, or the URL of a PostgreSQL
database (its password may stand in PGPASSWORD or ~/.pgpass).

Stop the daemons on both first. The source stays as it was. The target must be empty;
after an interruption the same command goes on where it was. Until it is done no
daemon starts on the target.`,
		Example: "  watcher migrate --from /var/lib/watcher/watcher.db --to postgres://watcher@db.example.org/watcher",
		Args:    cli.Exactly(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx, stop := untilSignal(cmd.Context())
			defer stop()
			log := slog.New(slog.NewTextHandler(t.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
			progress, done := t.Progress("moving records")
			m, err := admin.Migrate(ctx, from, to, log, progress)
			done()
			if err != nil {
				return err
			}
			fmt.Fprintf(t.Stderr, "%d records of %s are in %s; let the config name that as its store\n", m.Records, m.From, m.To)
			return nil
		},
	}
	cmd.Flags().StringVar(&from, "from", "", "the store to read: a file, or postgres://…")
	cmd.Flags().StringVar(&to, "to", "", "the store to write: a file, or postgres://…")
	for _, name := range []string{"from", "to"} {
		_ = cmd.MarkFlagRequired(name) // an error would mean that the flag does not exist
	}
	return cmd
}
