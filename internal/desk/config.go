package desk

import (
	"sync"

	"watcher/internal/config"
	"watcher/internal/rules"
)

// derived is what follows from a config and is asked for again and again.
type derived struct {
	cfg  *config.Config
	lint func() map[int][]string // by the index of the rule
}

// of returns what follows from the config in force.
func (d *Desk) of() *derived {
	cfg := d.runs.Config()
	if now := d.derived.Load(); now != nil && now.cfg == cfg {
		return now
	}
	now := &derived{cfg: cfg}
	now.lint = sync.OnceValue(func() map[int][]string { return lintOf(cfg) }) // which takes as long as reading the rules
	d.derived.Store(now)
	return now
}

// tags returns the tags of a feed.
func (d *Desk) tags(feed string) []string {
	src, _ := d.runs.Config().Feeds.Find(feed)
	return src.Tags
}

// lintOf is what is odd about the rules of a config.
func lintOf(cfg *config.Config) map[int][]string {
	odd := make(map[int][]string)
	for _, w := range cfg.Set.Lint() {
		switch w.Kind {
		case rules.WarnSideBySide:
			continue // only YAML knows whether it was meant
		case rules.WarnContained, rules.WarnRepeats:
			if cfg.Rules[w.Rule].Adds(&cfg.Rules[w.Other]) {
				continue
			}
		}
		if w.Rule >= 0 {
			odd[w.Rule] = append(odd[w.Rule], w.Text())
		}
	}
	return odd
}
