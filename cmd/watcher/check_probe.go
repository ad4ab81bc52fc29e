package main

import (
	"context"
	"fmt"

	"watcher/internal/config"
	"watcher/internal/daemon"
	"watcher/internal/feeds"
	"watcher/internal/notify"
	"watcher/internal/notify/targets"
)

// probe fetches every feed and greets every target of a config, and says how
// each answered. It fails if one did not.
func probe(ctx context.Context, t *terminal, cfg *config.Config) error {
	docs, errs := fetchAll(ctx, t, cfg.Feeds, func(ctx context.Context, src feeds.Source) (feeds.Document, error) {
		return fetchDocument(ctx, src, cfg.Network.Allow, nil)
	})
	results := make([]probed, 0, len(cfg.Feeds)+len(cfg.Targets))
	for i, f := range cfg.Feeds {
		results = append(results, probed{f.ID, feedSays(docs[i]), errs[i]})
	}
	env := daemon.TargetEnv(cfg, daemon.Options{Version: versionString(), Terminal: forAlerts(t)})
	greeted := make([]probed, len(cfg.Targets))
	atOnce(ctx, t, "greeting targets", len(cfg.Targets), func(ctx context.Context, i int) {
		said, err := greet(ctx, cfg.Targets[i], env)
		greeted[i] = probed{cfg.Targets[i].Name, said, err}
	})
	err := probeReport(t, append(results, greeted...))
	ownFormOnly(t, cfg, docs, errs)
	return err
}

// fetchAll gets every feed of a config, by fetch or more.
func fetchAll(ctx context.Context, t *terminal, sources []feeds.Source, get func(context.Context, feeds.Source) (feeds.Document, error)) ([]feeds.Document, []error) {
	docs, errs := make([]feeds.Document, len(sources)), make([]error, len(sources))
	atOnce(ctx, t, "fetching feeds", len(sources), func(ctx context.Context, i int) {
		docs[i], errs[i] = get(ctx, sources[i])
	})
	return docs, errs
}

// probed is how a feed or target answered.
type probed struct {
	name, said string
	err        error
}

func feedSays(doc feeds.Document) string {
	declared, told := languageSays(&doc)
	said := joined(", ", doc.Head.Format, declared, count(len(doc.Items), "item"), told)
	if hubOf(&doc) != "" {
		said += ", offers a hub"
	}
	if n := len(doc.Warnings); n > 0 {
		said += fmt.Sprintf("; %s, see watcher inspect", count(n, "warning"))
	}
	return said
}

// greet connects to a target, as far as its kind can be greeted without a
// message.
func greet(ctx context.Context, target config.Target, env targets.Env) (string, error) {
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

func probeReport(t *terminal, results []probed) error {
	fmt.Fprintf(t.stdout, "\n%s\n", t.paint(bold, "probe"))
	var s sheet
	var failed []string
	for _, r := range results {
		mark, said := "✓", r.said
		if r.err != nil {
			mark, said = "✗", r.err.Error()
			failed = append(failed, line(r.name))
		}
		row := row{cells: plain(mark, r.name), long: plain(said)}
		if r.err != nil {
			row.paint(red)
		}
		s.rows = append(s.rows, row)
	}
	s.print(t, "  ")
	if len(failed) > 0 {
		return fmt.Errorf("%d of %d did not answer as they must: %s", len(failed), len(results), some(failed))
	}
	return nil
}
