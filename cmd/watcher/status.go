package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"watcher/internal/admin"
	"watcher/internal/cli"
	"watcher/internal/config"
	"watcher/internal/desk"
	"watcher/internal/notify"
	"watcher/internal/poll"
	"watcher/internal/store"
)

func newStatus(t *cli.Terminal) *cobra.Command {
	var path string
	var asJSON, alive bool
	cmd := &cobra.Command{
		Use:   "status [-c FILE] [--json|--alive]",
		Short: "Show how the running daemon is",
		Long:  "Asks the daemon that runs on a config how it is. Exits with 1 if none runs, if it\nis not well, if a feed is unhealthy, or if a target takes nothing or refused what it got\nlast.\n\nWith --alive it fails only for what a restart of watcher may mend, and prints nothing\nelse: for the health check of a container.",
		Args:  cli.Exactly(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx, stop := untilSignal(cmd.Context())
			defer stop()
			client, err := findDaemon(ctx, t, path)
			if errors.Is(err, admin.ErrNoDaemon) {
				return noDaemon(path)
			}
			if err != nil {
				return err
			}
			s, err := client.Status(ctx)
			if err != nil {
				return err
			}
			if alive {
				if !s.Alive {
					return fmt.Errorf("not well: %s", cli.Line(s.Trouble))
				}
				return nil
			}
			if asJSON {
				err = cli.WriteJSON(t.Stdout, s)
			} else {
				showStatus(t, &s, time.Now())
			}
			if err == nil && !well(&s) {
				return &exitError{code: exitFailed}
			}
			return err
		},
	}
	configFlag(cmd, &path)
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	cmd.Flags().BoolVar(&alive, "alive", false, "only say whether a restart is needed")
	cmd.MarkFlagsMutuallyExclusive("json", "alive")
	return cmd
}

// well reports whether nobody needs to look.
func well(s *desk.Status) bool {
	ok := s.Healthy && s.Outage.IsZero() && s.ReloadError == "" && len(s.Failing) == 0
	for _, c := range poll.Conditions {
		ok = ok && (c.Healthy() || s.States[c] == 0)
	}
	return ok
}

func showStatus(t *cli.Terminal, s *desk.Status, now time.Time) {
	state, style := "running", cli.Green
	if !s.Healthy {
		state, style = "not well: "+cli.Line(s.Trouble), cli.Red
	}
	t.Say("%s %s", t.Paint(cli.Bold, "watcher "+s.Version), t.Paint(style, state))
	alerts := alertCounts(s.Outbox)
	if unread(s) {
		alerts = "not known while the database cannot be asked"
	}
	rows := [][]string{
		{"started", cli.Ago(s.Started, now)},
		{"config", cli.Line(s.Config)},
		{"feeds", feedCounts(s)},
		{"rules", fmt.Sprint(s.Rules)},
		{"targets", fmt.Sprint(s.Targets)},
		{"polls", fmt.Sprintf("%d, %d failed", s.Polls, s.Failed)},
		{"messages", fmt.Sprintf("%d sent, %s failed", s.Sent, cli.Count(int(s.Unsent), "attempt"))},
		{"alerts", alerts},
		{"history", historySize(s.History)},
	}
	for _, f := range s.Failing {
		rows = append(rows, []string{"target", f.Target + " " + failingText(f, now)})
	}
	for _, m := range s.Machines {
		rows = append(rows, []string{"machine", machineText(&m, s.Differing, now)})
	}
	for _, risk := range s.Risks {
		rows = append(rows, []string{"database", cli.Line(risk)})
	}
	if !s.Outage.IsZero() {
		rows = append(rows, []string{"network", "down since " + cli.Ago(s.Outage, now) + ": no feed can be reached"})
	}
	if s.ReloadError != "" {
		rows = append(rows, []string{"refused", "the last reload, " + cli.Ago(s.Reloaded, now) + ", so the config before it is in force:"})
	} else if !s.Reloaded.IsZero() {
		rows = append(rows, []string{"reloaded", cli.Ago(s.Reloaded, now)})
	}
	for _, l := range cli.Facts(t, "  ", rows) {
		fmt.Fprintln(t.Stdout, l)
	}
	if s.ReloadError != "" { // one line for each mistake, and one that shows the place in a query
		t.Say("%s", "    "+strings.ReplaceAll(strings.TrimSpace(cli.Clean(s.ReloadError)), "\n", "\n    "))
	}
}

// unread reports whether the store cannot be read, so that its contents are unknown.
func unread(s *desk.Status) bool { return !s.Healthy && s.Feeds > 0 && len(s.States) == 0 }

// feedCounts counts the feeds by state.
func feedCounts(s *desk.Status) string {
	if unread(s) {
		return fmt.Sprintf("%d, how they are is not known while the database cannot be asked", s.Feeds)
	}
	return fmt.Sprintf("%d: %s", s.Feeds, states(s.States))
}

// machineText describes one of the machines that share a store.
func machineText(m *store.Machine, differing []string, now time.Time) string {
	text := cli.Line(m.Name)
	if m.Self {
		text += " (this one)"
	}
	if !m.Live {
		return text + ": not heard of since " + cli.Ago(m.Seen, now)
	}
	text += ": " + cli.Count(m.Shards, "part") + " of the feeds"
	if len(m.Targets) > 0 {
		text += ", targets " + cli.Line(strings.Join(m.Targets, ", "))
	}
	if slices.Contains(differing, m.Name) {
		text += "; its config says something else than this one's"
	}
	if len(m.Lacks) > 0 {
		text += "; it lacks " + cli.Line(some(m.Lacks)) + ", polled by those that have them"
	}
	return text
}

// failingText says since when a target fails or refuses, its last answer, and when the
// next attempt is.
func failingText(f desk.FailingTarget, now time.Time) string {
	text, count := "takes nothing", cli.Count(f.Failures, "failure")
	if f.State == notify.TargetRefuses {
		text, count = "refuses messages", cli.Count(f.Refused, "message")+" in a row"
	}
	text += " since " + cli.Ago(f.Since, now)
	if f.Error != "" {
		text += ": " + f.Error
	}
	text += "; " + count
	switch {
	case f.Next.IsZero():
	case f.Next.Sub(now) >= time.Second:
		text += ", next try in " + f.Next.Sub(now).Round(time.Second).String()
	default:
		text += ", next try now"
	}
	return text
}

// historySize says how large the history is, and its limit.
func historySize(h desk.HistorySize) string {
	text := config.Size(h.Bytes).String() + " of " + config.Size(h.Max).String()
	if h.Unindexed > 0 {
		text += ", " + config.Size(h.Unindexed).String() + " of it not indexed yet, searches read that"
	}
	if h.Full {
		text += ", full: the oldest articles make room for new ones"
	}
	return text
}

// alertCounts describes the outbox.
func alertCounts(o notify.OutboxTally) string {
	text := fmt.Sprintf("%d held, %d waiting, %d dead", o.Held, o.Waiting, o.Dead)
	if o.Dead > 0 {
		text += " (watcher alerts --dead)"
	}
	if o.Ambiguous > 0 {
		text += "; " + cli.Count(o.Ambiguous, "attempt") + " ambiguous"
	}
	return text
}
