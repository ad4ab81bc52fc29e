package main

import (
	"context"
	"fmt"
	"slices"

	"watcher/internal/admin"
	"watcher/internal/cli"
	"watcher/internal/config"
	"watcher/internal/feeds"
	"watcher/internal/notify"
	"watcher/internal/notify/targets"
)

// probe fetches every feed, checks every target of a config and asks its database, and
// prints how each answered. It fails if one did not.
func probe(ctx context.Context, t *cli.Terminal, cfg *config.Config) error {
	sources := slices.Collect(cfg.Feeds.All())
	docs, errs := fetchAll(ctx, t, sources, func(ctx context.Context, src feeds.Source) (feeds.Document, error) {
		return fetchDocument(ctx, src, cfg.Network.Allow, nil)
	})
	results := make([]probed, 0, len(sources)+len(cfg.Targets))
	for i, f := range sources {
		results = append(results, probed{f.ID, feedSays(docs[i]), errs[i]})
	}
	env := targets.NewEnv(cfg.Network.Allow, cfg.UserAgent(versionString()), forAlerts(t))
	greeted := make([]probed, len(cfg.Targets))
	cli.Parallel(ctx, t, "greeting targets", len(cfg.Targets), func(ctx context.Context, i int) {
		said, err := greet(ctx, cfg.Targets[i], env)
		greeted[i] = probed{cfg.Targets[i].Name, said, err}
	})
	results = append(results, greeted...)
	said, risks, err := admin.ProbeStore(ctx, cfg.Store)
	if said != "" {
		results = append(results, probed{"store", said, err})
	}
	err = probeReport(t, results)
	for _, risk := range risks {
		t.SayErr("%s", cli.Clean("warning: store: "+risk))
	}
	ownFormOnly(t, cfg, sources, docs, errs)
	return err
}

// fetchAll gets every feed of a config, by fetch or more.
func fetchAll(ctx context.Context, t *cli.Terminal, sources []feeds.Source, get func(context.Context, feeds.Source) (feeds.Document, error)) ([]feeds.Document, []error) {
	docs, errs := make([]feeds.Document, len(sources)), make([]error, len(sources))
	cli.Parallel(ctx, t, "fetching feeds", len(sources), func(ctx context.Context, i int) {
		docs[i], errs[i] = get(ctx, sources[i])
	})
	return docs, errs
}

// probed is the answer of a feed or target.
type probed struct {
	name, said string
	err        error
}

func feedSays(doc feeds.Document) string {
	declared, told := languageSays(&doc)
	said := cli.Joined(", ", doc.Head.Format, declared, cli.Count(len(doc.Items), "item"), told)
	if hubOf(&doc) != "" {
		said += ", offers a hub"
	}
	if n := len(doc.Warnings); n > 0 {
		said += fmt.Sprintf("; %s, see watcher inspect", cli.Count(n, "warning"))
	}
	return said
}

// greet connects to a target if its kind can do that without a message.
func greet(ctx context.Context, target config.TargetEntry, env targets.Env) (string, error) {
	n, err := target.Options.Open(env)
	if err != nil {
		return "", err
	}
	g, ok := n.(notify.Greeter)
	if !ok {
		return target.Kind, nil
	}
	return target.Kind + ", reachable", g.Greet(ctx)
}

func probeReport(t *cli.Terminal, results []probed) error {
	fmt.Fprintf(t.Stdout, "\n%s\n", t.Paint(cli.Bold, "probe"))
	var s cli.Table
	var failed []string
	for _, r := range results {
		mark, said := "✓", r.said
		if r.err != nil {
			mark, said = "✗", r.err.Error()
			failed = append(failed, cli.Line(r.name))
		}
		row := cli.Row{Cells: cli.Plain(mark, r.name), Long: cli.Plain(said)}
		if r.err != nil {
			row.Paint(cli.Red)
		}
		s.Rows = append(s.Rows, row)
	}
	s.Print(t, "  ")
	if len(failed) > 0 {
		return fmt.Errorf("%d of %d did not answer as they must: %s", len(failed), len(results), some(failed))
	}
	return nil
}
