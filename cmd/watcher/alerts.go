package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/user"
	"time"

	"github.com/spf13/cobra"

	"watcher/internal/admin"
	"watcher/internal/cli"
	"watcher/internal/duration"
	"watcher/internal/notify"
)

func newAlerts(t *cli.Terminal) *cobra.Command {
	var path, since string
	var dead, asJSON bool
	var filter alertFilter
	cmd := &cobra.Command{
		Use:   "alerts [-c FILE] [--dead] [--since 7d] [--rule NAME] [--feed NAME] [--target NAME]\n                 [--state STATE] [--grep PATTERN] [--json]\n  watcher alerts show|ack|unack|retry|drop ID…\n  watcher alerts retry --target NAME",
		Short: "Say what was sent, is held, or died, and why",
		Long: `Lists alerted articles and what became of them at each target: of the last day, or
since --since ago; with --dead only those that were given up, however old. The other
flags leave out what has not one of their values. --json has an object for each
alert, that is for each article and target.

  show    tells the whole life of an alert: what matched, what it was held for,
          every attempt to send it with the target's answer
  ack     acknowledges an article, with --note what you did; everybody sees it, and it
          holds nothing back (that is what watcher mute is for)
  unack   withdraws that
  retry   has an alert that was given up sent again, under the same delivery id;
          with --target, all that waits for a target or was given up for it, now
  drop    strikes an alert that was given up from the list

An ID is an alert's, or enough of its beginning, or a delivery's (msg_…).`,
		Example: "  watcher alerts --since 7d\n  watcher alerts --dead\n  watcher alerts --rule baltic-brigades --state held --state dead\n  watcher alerts --grep 'narva|tapa'\n  watcher alerts show qm3f7k",
		Args:    cli.Exactly(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if dead {
				filter.states = []string{string(notify.StateDead)}
			}
			if err := filter.check(); err != nil {
				return &exitError{exitUsage, err}
			}
			from := time.Time{}
			if !filter.deadOnly() || since != "" {
				span, err := duration.Parse(cmp.Or(since, "1d"))
				if err != nil {
					return &exitError{exitUsage, fmt.Errorf("--since: %w", err)}
				}
				from = time.Now().Add(-span)
			}
			return withLedger(cmd.Context(), t, path, admin.Admin.ReadAlerts, func(_ admin.Names, l admin.Alerts) error {
				return listAlerts(cmd.Context(), t, l, from, &filter, asJSON)
			})
		},
	}
	configFlagBelow(cmd, &path)
	cmd.Flags().StringVar(&since, "since", "", "how far back to look, such as 12h or 30d (default 1d, with --dead everything)")
	cmd.Flags().BoolVar(&dead, "dead", false, "only alerts that were given up")
	filter.flags(cmd)
	cmd.MarkFlagsMutuallyExclusive("dead", "state")
	cmd.PersistentFlags().BoolVar(&asJSON, "json", false, "print a JSON object for each alert")
	cmd.AddCommand(
		alertsShow(t, &path, &asJSON),
		alertsAck(t, &path),
		alertsUnack(t, &path),
		alertsRetry(t, &path),
		alertsSub(t, &path, "drop", "Strike alerts that were given up from the list", func(ctx context.Context, l admin.Alerts, id string) error {
			return l.Change(ctx, id, admin.Drop)
		}),
	)
	return cmd
}

func alertsShow(t *cli.Terminal, path *string, asJSON *bool) *cobra.Command {
	return alertsSub(t, path, "show", "Tell the whole life of alerts", func(ctx context.Context, l admin.Alerts, id string) error {
		a, err := l.Alert(ctx, id)
		if err != nil {
			return err
		}
		if *asJSON {
			return cli.WriteJSON(t.Stdout, a)
		}
		others, err := sameArticle(ctx, l, &a)
		if err != nil {
			return err
		}
		showAlert(t, a, others)
		return nil
	})
}

// alertsAck records an acknowledgement of alerts.
func alertsAck(t *cli.Terminal, path *string) *cobra.Command {
	var note string
	cmd := alertsSub(t, path, "ack", "Acknowledge alerts", func(ctx context.Context, l admin.Alerts, id string) error {
		return l.Acknowledge(ctx, whoAsks(), id, note)
	})
	cmd.Use = "ack [-c FILE] ID… [--note TEXT]"
	cmd.Flags().StringVar(&note, "note", "", "what you did, or who does it")
	return cmd
}

// alertsUnack withdraws acknowledgements of alerts.
func alertsUnack(t *cli.Terminal, path *string) *cobra.Command {
	return alertsSub(t, path, "unack", "Withdraw the acknowledgement of alerts", func(ctx context.Context, l admin.Alerts, id string) error {
		return l.Unacknowledge(ctx, whoAsks(), id)
	})
}

// whoAsks is the name of the user who runs the command, also under sudo.
func whoAsks() string {
	if name := os.Getenv("SUDO_USER"); name != "" {
		return name
	}
	if u, err := user.Current(); err == nil {
		return u.Username
	}
	return fmt.Sprintf("uid %d", os.Getuid())
}

// alertsRetry is alertsSub for named alerts or all of a target.
func alertsRetry(t *cli.Terminal, path *string) *cobra.Command {
	var target string
	cmd := alertsSub(t, path, "retry", "Have alerts sent again that were given up, or all for a target", func(ctx context.Context, l admin.Alerts, id string) error {
		return l.Change(ctx, id, admin.Retry)
	})
	cmd.Use = "retry [-c FILE] ID…|--target NAME"
	named, namesNeeded := cmd.RunE, cmd.Args
	cmd.Args = func(cmd *cobra.Command, ids []string) error {
		switch {
		case !cmd.Flags().Changed("target"):
			return namesNeeded(cmd, ids)
		case len(ids) > 0:
			return errors.New("--target takes all of a target; leave the IDs out")
		}
		return nil
	}
	cmd.RunE = func(cmd *cobra.Command, ids []string) error {
		if !cmd.Flags().Changed("target") {
			return named(cmd, ids)
		}
		return asExit(withLedger(cmd.Context(), t, *path, admin.Admin.ChangeAlerts, func(_ admin.Names, l admin.Alerts) error {
			tried, err := l.Again(cmd.Context(), target)
			if err != nil {
				return err
			}
			fmt.Fprintf(t.Stderr, "%s %s is tried now: %s that waited, %s that %s given up\n", t.PaintErr(cli.Green, "✓"), cli.Line(target),
				cli.Count(tried.Waiting, "message"), cli.Count(tried.Dead, "alert"), map[bool]string{true: "was", false: "were"}[tried.Dead == 1])
			return nil
		}))
	}
	cmd.Flags().StringVar(&target, "target", "", "try all that waits for this target, or was given up for it, now")
	return cmd
}

// alertsSub is a command that does something for each of its arguments; a failure does
// not stop the others.
func alertsSub(t *cli.Terminal, path *string, name, short string, do func(context.Context, admin.Alerts, string) error) *cobra.Command {
	return &cobra.Command{
		Use:                   name + " [-c FILE] ID…",
		Short:                 short,
		DisableFlagsInUseLine: true,
		Args:                  cli.AtLeastOne("ID"),
		RunE: func(cmd *cobra.Command, ids []string) error {
			open := admin.Admin.ChangeAlerts
			if name == "show" {
				open = admin.Admin.ReadAlerts
			}
			return asExit(withLedger(cmd.Context(), t, *path, open, func(_ admin.Names, l admin.Alerts) error {
				var errs []error
				for _, id := range ids {
					if err := do(cmd.Context(), l, id); err != nil {
						errs = append(errs, err)
					} else if name != "show" {
						fmt.Fprintf(t.Stderr, "%s %s %s\n", t.PaintErr(cli.Green, "✓"), cli.Line(id), map[string]string{"retry": "is tried again", "drop": "dropped", "ack": "acknowledged", "unack": "no longer acknowledged"}[name])
					}
				}
				return errors.Join(errs...)
			}))
		},
	}
}

// withLedger opens the record of alerts with ReadLedger or, for changes, ChangeAlerts
// of admin.Admin.
func withLedger(ctx context.Context, t *cli.Terminal, path string, open func(admin.Admin, func(admin.Alerts) error) error, use func(admin.Names, admin.Alerts) error) error {
	asked, err := ask(ctx, t, path)
	if err != nil {
		return err
	}
	names, err := asked.Names(ctx)
	if err != nil {
		return err
	}
	return open(asked, func(l admin.Alerts) error { return use(names, l) })
}
