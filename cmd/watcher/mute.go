package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"watcher/internal/admin"
	"watcher/internal/cli"
	"watcher/internal/desk"
	"watcher/internal/duration"
	"watcher/internal/notify"
)

// maxMute is the longest plausible mute; a longer one is a typing slip.
const maxMute = 366 * 24 * time.Hour

func newMute(t *cli.Terminal) *cobra.Command {
	var path, span, why string
	var end, asJSON bool
	cmd := &cobra.Command{
		Use:   "mute [-c FILE] rule|feed|target NAME [--for 2h [--why TEXT] | --end]\n  watcher mute [-c FILE] story ID [--for 2h [--why TEXT] | --end]\n  watcher mute",
		Short: "Hold back the alerts of a rule, a feed, a target or a story for a time",
		Long: `What is muted is held, and comes as one message when the mute ends. An alert that
several rules matched is held while all of them are muted. A mute outlives a
restart. A story is named by one of its alerts: what tells the same again is held.
Without arguments it lists the mutes in force, who made them, why, and how many alerts
they hold.`,
		Example: "  watcher mute rule baltic-brigades --for 4h --why \"an exercise\"\n  watcher mute target desk --end\n  watcher mute",
		Args: func(_ *cobra.Command, args []string) error {
			switch {
			case end && span != "":
				return errors.New("--for and --end exclude each other")
			case end && why != "":
				return errors.New("--why is told of a mute that begins; leave it out with --end")
			case len(args) == 0 && (end || span != "" || why != ""), len(args) == 1, len(args) > 2:
				return errors.New("it takes rule, feed, target or story, and a name")
			case len(args) == 2 && !slices.Contains(notify.MuteKinds, args[0]):
				return fmt.Errorf("it mutes a rule, a feed, a target or a story, and not a %s", args[0])
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			open := admin.Admin.ChangeAlerts
			if len(args) == 0 {
				open = admin.Admin.ReadAlerts
			}
			return withLedger(cmd.Context(), t, path, open, func(names admin.Names, l admin.Alerts) error {
				if len(args) == 0 {
					return listMutes(cmd.Context(), t, l, asJSON)
				}
				m := notify.Mute{Kind: args[0], Name: args[1], By: whoAsks(), Why: why}
				d, err := muteFor(names, m, span, end)
				if err != nil {
					return err
				}
				if !end {
					m.Until = time.Now().Add(d).UTC()
				}
				if err := l.Mute(cmd.Context(), m); err != nil {
					return err
				}
				what := "is muted until " + t.At(m.Until)
				if end {
					what = "is muted no longer"
				}
				t.SayErr("%s %s %s %s", t.PaintErr(cli.Green, "✓"), m.Kind, cli.Line(m.Name), what)
				return nil
			})
		},
	}
	configFlag(cmd, &path)
	cmd.Flags().StringVar(&span, "for", "", "for how long (default 1h)")
	cmd.Flags().StringVar(&why, "why", "", "why, for who reads the list of mutes")
	cmd.Flags().BoolVar(&end, "end", false, "end a mute")
	cmd.Flags().BoolVar(&asJSON, "json", false, "list mutes as JSON, one a line")
	return cmd
}

// muteFor checks that what is to be muted exists, and returns for how long.
func muteFor(names admin.Names, m notify.Mute, span string, end bool) (time.Duration, error) {
	if end {
		return 0, nil // also for what has left the config
	}
	if all := namesOf(names, m.Kind); m.Kind != "story" && !slices.Contains(all, m.Name) {
		return 0, cli.Unknown(m.Kind, m.Name, all)
	}
	d, err := duration.Parse(cmp.Or(span, "1h"))
	if err != nil {
		return 0, &exitError{exitUsage, fmt.Errorf("--for: %w", err)}
	}
	if d <= 0 {
		return 0, &exitError{exitUsage, errors.New("--for wants more than 0s; --end ends a mute")}
	}
	if d > maxMute {
		return 0, &exitError{exitUsage, errors.New("--for takes up to a year; to be rid of alerts for good, change the config")}
	}
	return d, nil
}

func listMutes(ctx context.Context, t *cli.Terminal, l admin.Alerts, asJSON bool) error {
	mutes, err := l.Mutes(ctx)
	if err != nil {
		return err
	}
	for _, m := range mutes {
		if asJSON {
			err = cli.WriteJSON(t.Stdout, m)
		} else {
			t.Say("%s %s  until %s%s", m.Kind, cli.Line(cmp.Or(m.Title, m.Name)), t.At(m.Until), muteNote(&m))
		}
		if err != nil {
			return err
		}
	}
	if len(mutes) == 0 {
		fmt.Fprintln(t.Stderr, "nothing is muted")
	}
	return nil
}

// muteNote says who made a mute, why, and what it holds back.
func muteNote(m *desk.MuteReport) string {
	var note strings.Builder
	if m.By != "" {
		note.WriteString(", by " + m.By)
	}
	if m.Held > 0 {
		note.WriteString(", holds " + cli.Count(m.Held, "alert"))
	}
	if m.Stray {
		note.WriteString(", which the config does not have")
	}
	if m.Why != "" {
		note.WriteString(": " + m.Why)
	}
	return cli.Line(note.String())
}
