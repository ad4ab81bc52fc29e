package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"watcher/internal/cli"
	"watcher/internal/desk"
)

// shownID is how much of a held item's id is shown: enough to name it.
const shownID = 8

// listHeld prints each held item of a feed and what releasing it would do.
func listHeld(t *cli.Terminal, f *desk.FeedReport) {
	s := &cli.Table{Below: true}
	alerting := 0
	for _, it := range f.HeldItems {
		fate, look := "no rule matches", cli.Dim
		switch {
		case it.TooOld:
			fate = "older than max_age"
		case len(it.Targets) > 0:
			alerting++
			fate, look = "alerts "+strings.Join(it.Targets, ", ")+" ("+strings.Join(it.Rules, ", ")+")", cli.Yellow
		case len(it.Rules) > 0:
			fate = "alerts nobody (" + strings.Join(it.Rules, ", ") + ")"
		}
		date := "no date"
		if !it.Published.IsZero() {
			date = it.Published.In(t.Zone).Format(time.DateOnly)
		}
		s.Rows = append(s.Rows, cli.Row{
			Cells: []cli.Cell{{Text: it.ID[:min(shownID, len(it.ID))], Style: cli.Dim}, {Text: date}, {Text: fate, Style: look}},
			Long:  []cli.Cell{{Text: cli.Clip(cli.Line(it.Title), maxText)}, {Text: it.Link, Style: cli.Cyan}},
		})
	}
	name := shellWord(f.Name)
	fmt.Fprintln(t.Stdout)
	t.Say("  %s, of which %d would alert:", cli.Count(len(f.HeldItems), "held item"), alerting)
	s.Print(t, "  ")
	t.Say("  watcher feeds release %s  alerts what matches; with ids behind it, of these alone", name)
	t.Say("  watcher feeds accept %s  takes all of them as seen", name)
}

// shellWord quotes a name as one word for a shell.
func shellWord(name string) string {
	return "'" + strings.ReplaceAll(cli.Line(name), "'", `'\''`) + "'"
}

// newDecision makes a command that decides something about a feed.
func newDecision(t *cli.Terminal, path *string, what desk.FeedAction, short string) *cobra.Command {
	use, takes := "NAME", cli.Exactly("NAME")
	if what == desk.Release {
		use, takes = "NAME [ITEM…]", cli.AtLeastOne("NAME")
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
				return cli.Unknown("feed", args[0], names.Feeds)
			}
			decision := what
			if len(args) > 1 {
				decision = desk.ReleaseSome
			}
			did, err := asked.Decide(ctx, decision, args[0], args[1:])
			if err != nil {
				return err
			}
			name := cli.Line(args[0])
			switch what {
			case desk.Accept:
				t.SayErr("%s of %s are taken as seen and do not alert", cli.Count(did.Items, "held item"), name)
			case desk.Release:
				still := ""
				if did.Left > 0 {
					still = "; " + cli.Count(did.Left, "item") + " still held"
				}
				t.SayErr("%s of %s released: %s%s", cli.Count(did.Items, "held item"), name, cli.Count(did.Alerts, "alert"), still)
			case desk.PollNow:
				t.SayErr("%s is polled now", name)
			}
			return nil
		},
	}
}
