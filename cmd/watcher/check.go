package main

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"watcher/internal/admin"
	"watcher/internal/cli"
	"watcher/internal/config"
	"watcher/internal/duration"
	"watcher/internal/feeds"
	"watcher/internal/notify"
	"watcher/internal/notify/deliver"
)

func newCheck(t *cli.Terminal) *cobra.Command {
	var path string
	var probing bool
	cmd := &cobra.Command{
		Use:   "check [-c] FILE [--probe]",
		Short: "Say whether a config is right, and what is in it",
		Long: `Reads a config as run and a reload do, and prints every mistake at once, each as
file:line:col: message. With --probe it also fetches every feed and connects to
every target, without sending anything, and asks the database, where the store is one,
what it does not promise.`,
		Example: "  watcher check watcher.yaml\n  watcher check --probe watcher.yaml",
		Args:    oneConfig(&path),
		RunE: func(cmd *cobra.Command, _ []string) error {
			path, cfg, err := readConfig(path, config.Check)
			if err != nil {
				return err
			}
			for _, w := range cfg.Warnings {
				w.Text = "warning: " + w.Text
				t.SayErr("%s", cli.Clean(w.Error()))
			}
			if shared := admin.SharedStore(path, cfg.Store); shared != "" {
				fmt.Fprintln(t.Stderr, cli.Clean(fmt.Sprintf("%s: warning: store.path: %s", path, shared)))
			}
			describe(t, path, cfg)
			if !probing {
				return nil
			}
			ctx, stop := untilSignal(cmd.Context())
			defer stop()
			return probe(ctx, t, cfg)
		},
	}
	configFlag(cmd, &path)
	cmd.Flags().BoolVar(&probing, "probe", false, "also fetch every feed and connect to every target")
	return cmd
}

// describe prints what a valid config contains.
func describe(t *cli.Terminal, path string, cfg *config.Config) {
	t.Say("%s %s: %s, %s, %s", t.Paint(cli.Green, "✓"), path,
		cli.Count(cfg.Feeds.Len(), "feed"), cli.Count(len(cfg.Rules), "rule"), cli.Count(len(cfg.Targets), "target"))
	section := func(name string, rows []cli.Row) {
		if len(rows) == 0 {
			return
		}
		fmt.Fprintf(t.Stdout, "\n%s\n", t.Paint(cli.Bold, name))
		(&cli.Table{Rows: rows}).Print(t, "  ")
	}
	var rows []cli.Row
	for f := range cfg.Feeds.All() {
		name := f.ID
		if name == f.URL {
			name = "" // not twice on one line
		}
		rows = append(rows, cli.Row{Cells: cli.Plain(name, cadence(f)), Long: cli.Plain(feeds.Shown(f.URL))})
	}
	section("feeds", rows)
	rows = nil
	for _, r := range cfg.Rules {
		scope := "all feeds"
		if len(r.Feeds) > 0 {
			scope = strings.Join(r.Feeds, ", ")
		}
		rows = append(rows, cli.Row{Cells: cli.Plain(r.Name, r.Severity.String(), scope, "→ "+cmp.Or(strings.Join(r.Notify, ", "), "nobody")), Long: cli.Plain(ruleTerms(r))})
	}
	section("rules", rows)
	rows = nil
	for _, target := range cfg.Targets {
		rows = append(rows, cli.Row{Cells: cli.Plain(target.Name, target.Kind), Long: cli.Plain(policyWords(&target.Policy))})
	}
	section("targets", rows)
}

func cadence(f feeds.Source) string {
	switch {
	case f.Adaptive:
		return "adaptive"
	case f.Schedule == "":
		return "every " + duration.Short(f.Every)
	}
	return "at " + cli.Joined(" ", f.Schedule, f.Timezone)
}

// ruleTerms are the settings of a rule beyond its query.
func ruleTerms(r config.RoutedRule) string {
	var parts []string
	if r.Cooldown > 0 {
		parts = append(parts, "cooldown "+span(r.Cooldown).String())
	}
	if r.Expect > 0 {
		parts = append(parts, "expects a match every "+span(r.Expect).String())
	}
	return strings.Join(parts, ", ")
}

func exceptWords(s *notify.Severity) string {
	if s == nil {
		return ""
	}
	return " but for " + s.String()
}

// policyWords says when a target is told, unless that is at once.
func policyWords(o *deliver.PolicyOptions) string {
	var parts []string
	add := func(format string, args ...any) { parts = append(parts, fmt.Sprintf(format, args...)) }
	zone := cmp.Or(o.Timezone, "UTC")
	if o.Digest != "" {
		add("digest at %s %s", o.Digest, zone)
	}
	if o.Group > 0 {
		add("group %s", span(o.Group))
	}
	if q := o.Quiet; q != nil {
		add("quiet %s–%s %s%s", q.From, q.To, zone, exceptWords(q.Except))
	}
	if m := o.MaxPerHour; m != nil {
		add("at most %d an hour%s", m.Alerts, exceptWords(m.Except))
	}
	if o.MinSeverity != nil {
		add("from %s on", *o.MinSeverity)
	}
	if o.Spacing > 0 {
		add("spacing %s", span(o.Spacing))
	}
	if !o.Stories {
		add("every feed's copy of a story")
	}
	return strings.Join(parts, ", ")
}
