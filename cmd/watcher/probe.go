package main

import (
	"context"
	"fmt"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"watcher/internal/config"
	"watcher/internal/daemon"
	"watcher/internal/notify"
)

// probe fetches every feed and greets every target of a config, and says how
// each answered. It fails if one did not.
func probe(ctx context.Context, t *terminal, cfg *config.Config) error {
	total := len(cfg.Feeds) + len(cfg.Targets)
	results := make([]probed, total)
	progress, finish := t.bar("probing")
	var mu sync.Mutex
	done := 0
	var group errgroup.Group
	group.SetLimit(8)
	try := func(i int, name string, ask func(context.Context) (string, error)) {
		group.Go(func() error {
			ctx, cancel := context.WithTimeout(ctx, time.Minute)
			defer cancel()
			said, err := ask(ctx)
			results[i] = probed{name, said, err}
			mu.Lock()
			defer mu.Unlock()
			done++
			progress(done, total)
			return nil
		})
	}
	for i, f := range cfg.Feeds {
		try(i, f.ID, func(ctx context.Context) (string, error) {
			doc, err := fetch(ctx, f, cfg.Network.Allow)
			if err != nil {
				return "", err
			}
			said := joined(", ", doc.Head.Format, doc.Head.Language, count(len(doc.Items), "item"))
			if n := len(doc.Warnings); n > 0 {
				said += fmt.Sprintf("; %s, see watcher inspect", count(n, "warning"))
			}
			return said, nil
		})
	}
	env := daemon.TargetEnv(cfg, daemon.Options{Version: versionString(), Terminal: t.forAlerts()})
	for i, target := range cfg.Targets {
		try(len(cfg.Feeds)+i, target.Name, func(ctx context.Context) (string, error) { return greet(ctx, target, env) })
	}
	_ = group.Wait() // no probe ends another
	finish()
	return probeReport(t, results)
}

// probed is how a feed or target answered.
type probed struct {
	name, said string
	err        error
}

// greet connects to a target, as far as its kind can be greeted without a
// message.
func greet(ctx context.Context, target config.Target, env notify.Env) (string, error) {
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
	var rows [][]string
	failed := 0
	for _, r := range results {
		mark, said := "✓", r.said
		if r.err != nil {
			mark, said = "✗", r.err.Error()
			failed++
		}
		rows = append(rows, []string{mark, r.name, said})
	}
	if len(rows) > 0 {
		for i, row := range table(rows) {
			if results[i].err != nil {
				row = t.paint(red, row)
			}
			fmt.Fprintf(t.stdout, "  %s\n", row)
		}
	}
	if failed > 0 {
		return fmt.Errorf("%d of %d did not answer as they must", failed, len(results))
	}
	return nil
}
