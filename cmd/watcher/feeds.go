package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/maruel/natural"
	"github.com/spf13/cobra"

	"watcher/internal/admin"
	"watcher/internal/cli"
	"watcher/internal/desk"
	"watcher/internal/duration"
	"watcher/internal/poll"
)

func newFeeds(t *cli.Terminal) *cobra.Command {
	var path string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "feeds [-c FILE] [--json] [NAME]",
		Short: "Show how each feed is, and settle what waits for you",
		Long: `Shows each feed's state, when it is polled next, when it last brought something
new, and why it is not well; those that need a look come first. With a name, all
that is known of one feed. Exits with 1 if a feed is unhealthy, or if nothing that
they bring can be stored.

Asks the running daemon, or reads the store where none runs.`,
		Example: "  watcher feeds\n  watcher feeds --json | jq -r 'select(.state == \"failing\").feed'\n  watcher feeds accept 'ERR News'",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 2 && !strings.HasPrefix(args[0], "-") {
				return fmt.Errorf("%q is nothing to do with a feed: write accept, release or retry before its NAME, or one NAME alone", args[0])
			}
			if len(args) > 1 {
				return fmt.Errorf("one argument too many: %q (it takes one NAME)", args[1])
			}
			return nil
		},
		ValidArgsFunction: feedNames(&path),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx, stop := untilSignal(cmd.Context())
			defer stop()
			asked, err := ask(ctx, t, path)
			if err != nil {
				return err
			}
			return showFeeds(ctx, t, asked, args, asJSON)
		},
	}
	configFlagBelow(cmd, &path)
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object a line")
	cmd.AddCommand(
		newDecision(t, &path, desk.Accept, "Take the held items of a re-keyed feed as seen: they do not alert"),
		newDecision(t, &path, desk.Release, "Alert what matches among the held items of a re-keyed feed"),
		newDecision(t, &path, desk.PollNow, "Poll a feed now, also one that is gone or dangerous"),
	)
	return cmd
}

// feedNames completes the names of feeds.
func feedNames(path *string) cobra.CompletionFunc {
	return func(cmd *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
		return completeNames(cmd, *path, args, func(n admin.Names) []string { return n.Feeds })
	}
}

func showFeeds(ctx context.Context, t *cli.Terminal, asked admin.Admin, wanted []string, asJSON bool) error {
	var all []desk.FeedReport
	unhealthy := false
	for f, err := range asked.Feeds(ctx) {
		if err != nil {
			return err
		}
		if len(wanted) > 0 && f.Name != wanted[0] {
			continue
		}
		unhealthy = unhealthy || !f.State.Healthy()
		if len(wanted) > 0 && f.Held > 0 {
			if f.HeldItems, err = asked.Held(ctx, f.Name); err != nil {
				t.SayErr("the held items of %s cannot be listed: %s", cli.Line(f.Name), cli.Clean(err.Error()))
			}
		}
		if !asJSON {
			all = append(all, f)
		} else if err := cli.WriteJSON(t.Stdout, f); err != nil {
			return err
		}
		if len(wanted) > 0 {
			wanted = wanted[:0]
			break
		}
	}
	if len(wanted) > 0 {
		names, err := asked.Names(ctx)
		if err != nil {
			return err
		}
		return cli.Unknown("feed", wanted[0], names.Feeds)
	}
	switch {
	case asJSON:
	case len(all) == 1:
		describeFeed(t, &all[0], time.Now())
	default:
		listFeeds(t, all, time.Now())
	}
	if unstored(ctx, t, asked) || unhealthy {
		return &exitError{code: exitFailed}
	}
	return nil
}

// unstored says that the daemon cannot store anything: the feeds may look well, but
// nothing they bring is alerted.
func unstored(ctx context.Context, t *cli.Terminal, asked admin.Admin) bool {
	client, ok := asked.(*admin.Client)
	if !ok {
		return false
	}
	s, err := client.Status(ctx)
	if err != nil || s.Unstored.IsZero() {
		return false
	}
	t.SayErr("%s for %s: %s", t.PaintErr(cli.Red, "not stored"), duration.Rough(time.Since(s.Unstored)), cli.Line(s.Trouble))
	return true
}

// listFeeds prints a table, the feeds that need a look first.
func listFeeds(t *cli.Terminal, all []desk.FeedReport, now time.Time) {
	if len(all) == 0 {
		fmt.Fprintln(t.Stderr, "The config names no feed.")
		return
	}
	slices.SortStableFunc(all, func(a, b desk.FeedReport) int {
		return cmp.Or(rank(b.State)-rank(a.State), natural.Compare(a.Name, b.Name))
	})
	s := &cli.Table{Head: []string{"STATE", "FEED", "NEXT POLL", "LAST NEW"}}
	for i := range all {
		f := &all[i]
		next := cli.Until(f.Next, now)
		if f.State == poll.Unpolled {
			next = "now"
		}
		note := feedNote(t, f, now)
		if note == "" && f.Push != nil && f.Push.State == desk.Live {
			note = "pushed by its hub"
		}
		r := cli.Row{Cells: cli.Plain(string(f.State), f.Name, next, lastNew(f, now)), Long: []cli.Cell{{Text: cli.Clip(cli.Line(note), maxText)}}}
		if !f.State.Healthy() {
			r.Paint(cli.Red)
		}
		s.Rows = append(s.Rows, r)
	}
	s.Print(t, "")
	counts := make(map[poll.Condition]int)
	for i := range all {
		counts[all[i].State]++
	}
	t.SayErr("%s: %s", cli.Count(len(all), "feed"), states(counts))
}

// lastNew says when the last item after the baseline appeared.
func lastNew(f *desk.FeedReport, now time.Time) string {
	if f.Changed.IsZero() && f.Items > 0 {
		return "not yet"
	}
	return cli.Ago(f.Changed, now)
}

// rank orders states, the worst last.
func rank(c poll.Condition) int { return slices.Index(poll.Conditions[:], c) }

// states words how many feeds are in each state, the worst first.
func states(counts map[poll.Condition]int) string {
	var parts []string
	for _, c := range slices.Backward(poll.Conditions[:]) {
		if n := counts[c]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, c))
		}
	}
	return strings.Join(parts, ", ")
}

// fewItems is the number of items below which nothing can be said about a feed's habit.
const fewItems = 3

// describeFeed prints all that is known of a feed.
func describeFeed(t *cli.Terminal, f *desk.FeedReport, now time.Time) {
	style := cli.Green
	if !f.State.Healthy() {
		style = cli.Red
	}
	t.Say("%s  %s", t.Paint(cli.Bold, cli.Line(f.Name)), t.Paint(style, string(f.State)))
	rows := [][]string{
		{"url", f.URL},
		{"why", feedNote(t, f, now)},
		{"last poll", cli.Ago(f.Polled, now)},
		{"next poll", cli.Until(f.Next, now)},
		{"last new", lastNew(f, now)},
	}
	if f.Gap > 0 && f.Items >= fewItems {
		rows = append(rows, []string{"habit", "something new every " + duration.Rough(time.Duration(f.Gap)*time.Second)})
	}
	if f.Polled.IsZero() {
		rows = rows[:1]
	} else {
		rows = append(rows, []string{"items", fmt.Sprint(f.Items)})
	}
	if f.Warnings > 0 {
		rows = append(rows, []string{"repaired", fmt.Sprintf("%s about the last document; \"watcher inspect\" with its url tells them", cli.Count(f.Warnings, "warning"))})
	}
	if !f.Wrong304.IsZero() {
		rows = append(rows, []string{"asked", fmt.Sprintf("for the whole document at each poll, as its server answered \"not modified\" (304), or with what was there before, when something had changed; found out %s", cli.Ago(f.Wrong304, now))})
	}
	if f.OlderPages > 0 {
		rows = append(rows, []string{"older pages", fmt.Sprintf("%d read %s, as all that the feed showed had come up since the poll before", f.OlderPages, cli.Ago(f.OlderRead, now))})
	}
	if f.NoText > 0 {
		rows = append(rows, []string{"full text", fmt.Sprintf("missing from %s; the last time: %s", cli.Count(f.NoText, "article"), cli.Line(f.NoTextError))})
	}
	switch {
	case f.Push != nil:
		rows = append(rows, []string{"pushed", pushNote(t, f.Push, now)})
	case f.UnusedHub != "":
		rows = append(rows, []string{"pushed", "no, " + unusedHub(f.UnusedHub)})
	}
	rows = append(rows, []string{"identity", cli.Line(f.Identity)})
	if f.SlidBack > 0 {
		rows = append(rows, []string{"slid back", fmt.Sprintf("%s matched, not told: older than all that the feed had shown, and last in it", cli.Count(f.SlidBack, "item"))})
		for _, old := range slices.Backward(f.Slid) {
			rows = append(rows, []string{"", cli.Joined("  ", old.Published.In(t.Zone).Format(time.DateOnly), old.Title, old.Link, "("+strings.Join(old.Rules, ", ")+")")})
		}
	}
	if f.TooOld > 0 {
		rows = append(rows, []string{"too old", fmt.Sprintf("%s matched and older than max_age; the last of them:", cli.Count(f.TooOld, "item"))})
	}
	rows = slices.DeleteFunc(rows, func(r []string) bool { return r[1] == "" })
	for _, l := range cli.Facts(t, "  ", rows) {
		fmt.Fprintln(t.Stdout, l)
	}
	if len(f.HeldItems) > 0 {
		listHeld(t, f)
	}
	for _, old := range slices.Backward(f.Old) {
		t.Say("    %s", cli.Joined("  ", old.Published.In(t.Zone).Format(time.DateOnly), old.Title, old.Link))
	}
}

// pushNote reports whether a hub pushes the feed, and until when.
func pushNote(t *cli.Terminal, p *desk.Subscription, now time.Time) string {
	switch p.State {
	case desk.Offered:
		return "no, but " + cli.Line(p.Hub) + " would; that takes http.public_url"
	case desk.Pending:
		return "not yet, " + cli.Line(p.Hub) + " is asked"
	case desk.Live:
		note := fmt.Sprintf("by %s until %s, then renewed", cli.Line(p.Hub), t.Minute(p.Until))
		if !p.Last.IsZero() {
			note += "; last " + cli.Ago(p.Last, now)
		}
		return note
	}
	return fmt.Sprintf("no, %s does not: %s", cli.Line(p.Hub), cli.Line(p.Error))
}

// unusedHub says that a hub is not used.
func unusedHub(hub string) string {
	return "it offers a hub that is not used, " + cli.Line(hub) + ": it is not https"
}

// feedNote explains the state of a feed.
func feedNote(t *cli.Terminal, f *desk.FeedReport, now time.Time) string {
	note := f.Text
	if !f.Since.IsZero() {
		note = "for " + duration.Rough(now.Sub(f.Since)) + ": " + note
	}
	switch {
	case f.BarredBy != "":
		note = cli.Joined("; ", note, fmt.Sprintf("host paused until %s (it told %s)", t.Clock(f.Barred), cli.Line(f.BarredBy)))
	case !f.Barred.IsZero():
		note = cli.Joined("; ", note, "its server asked for a pause until "+t.Clock(f.Barred))
	}
	return note
}
