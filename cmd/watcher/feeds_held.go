package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"watcher/internal/daemon"
)

// shownID is how much of a held item's id is shown: enough to name it.
const shownID = 8

// listHeld says of each held item of a feed what would come of it.
func listHeld(t *terminal, f *daemon.Feed) {
	s := &sheet{under: true}
	alerting := 0
	for _, it := range f.HeldItems {
		fate, look := "no rule matches", dim
		switch {
		case it.TooOld:
			fate = "older than max_age"
		case len(it.Targets) > 0:
			alerting++
			fate, look = "alerts "+strings.Join(it.Targets, ", ")+" ("+strings.Join(it.Rules, ", ")+")", yellow
		case len(it.Rules) > 0:
			fate = "alerts nobody (" + strings.Join(it.Rules, ", ") + ")"
		}
		date := "no date"
		if !it.Published.IsZero() {
			date = it.Published.In(t.zone).Format(time.DateOnly)
		}
		s.rows = append(s.rows, row{
			cells: []cell{{it.ID[:min(shownID, len(it.ID))], dim}, {text: date}, {fate, look}},
			long:  []cell{{text: clip(line(it.Title), longestText)}, {it.Link, cyan}},
		})
	}
	name := shellWord(f.Name)
	fmt.Fprintln(t.stdout)
	t.say("  %s, of which %d would alert:", count(len(f.HeldItems), "held item"), alerting)
	s.print(t, "  ")
	t.say("  watcher feeds release %s  alerts what matches; with ids behind it, of these alone", name)
	t.say("  watcher feeds accept %s  takes all of them as seen", name)
}

// shellWord writes a name as a shell takes it for one word.
func shellWord(name string) string {
	return "'" + strings.ReplaceAll(line(name), "'", `'\''`) + "'"
}

// newDecision makes a command that settles something about a feed.
func newDecision(t *terminal, path *string, what daemon.Decision, short string) *cobra.Command {
	use, takes := "NAME", exactly("NAME")
	if what == daemon.Release {
		use, takes = "NAME [ITEM…]", atLeastOne("NAME")
	}
	return &cobra.Command{
		Use:               string(what) + " [-c FILE] " + use,
		Short:             short,
		Args:              takes,
		ValidArgsFunction: feedNames(path),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx, stop := untilSignal(cmd.Context())
			defer stop()
			asked, err := ask(ctx, t, *path)
			if err != nil {
				return err
			}
			names, err := asked.Names(ctx)
			if err != nil {
				return err
			}
			if !slices.Contains(names.Feeds, args[0]) {
				return unknown("feed", args[0], names.Feeds)
			}
			file, _ := findConfig(*path) // which is there where no daemon is
			decision := what
			if len(args) > 1 {
				decision = daemon.ReleaseSome
			}
			did, err := asked.Decide(ctx, decision, args[0], args[1:], daemonOptions(t, file, nil))
			if err != nil {
				return err
			}
			name := line(args[0])
			switch what {
			case daemon.Accept:
				t.tell("%s of %s are taken as seen and do not alert", count(did.Items, "held item"), name)
			case daemon.Release:
				still := ""
				if did.Left > 0 {
					still = "; " + count(did.Left, "item") + " still held"
				}
				t.tell("%s of %s released: %s%s", count(did.Items, "held item"), name, count(did.Alerts, "alert"), still)
			case daemon.PollNow:
				t.tell("%s is polled now", name)
			}
			return nil
		},
	}
}
