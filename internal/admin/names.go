package admin

import (
	"context"
	"slices"

	"watcher/internal/config"
	"watcher/internal/feeds"
	"watcher/internal/rules"
)

// Names is what a config calls its feeds, rules and targets, in its order.
type Names struct {
	Feeds   []string `json:"feeds"`
	Rules   []string `json:"rules"`
	Targets []string `json:"targets"`
}

func namesOf(cfg *config.Config) Names {
	var n Names
	n.Feeds = slices.Collect(cfg.Feeds.IDs())
	for i := range cfg.Rules {
		n.Rules = append(n.Rules, cfg.Rules[i].Name)
	}
	for i := range cfg.Targets {
		n.Targets = append(n.Targets, cfg.Targets[i].Name)
	}
	return n
}

// Names returns the names of the config that is in force.
func (c *Client) Names(ctx context.Context) (n Names, err error) {
	return n, c.Get(ctx, "/config/names", &n)
}

// Names returns the names of the config.
func (l *Local) Names(context.Context) (Names, error) { return namesOf(l.Config), nil }

// Rules are the rules of a config, and what a query of it may name.
type Rules struct {
	Rules    []rules.Rule  `json:"rules"`
	Language rules.Options `json:"language"`
}

func rulesOf(cfg *config.Config) Rules {
	r := Rules{Language: cfg.Language()}
	for i := range cfg.Rules {
		r.Rules = append(r.Rules, cfg.Rules[i].Rule)
	}
	return r
}

// Rules returns the rules of the config that is in force.
func (c *Client) Rules(ctx context.Context) (r Rules, err error) {
	return r, c.Get(ctx, "/config/rules", &r)
}

// Rules returns the rules of the config.
func (l *Local) Rules(context.Context) (Rules, error) { return rulesOf(l.Config), nil }

// listed is a feed as a list of feeds has it, without what is secret of it.
type listed struct {
	Name string   `json:"name"`
	URL  string   `json:"url"`
	Tags []string `json:"tags,omitempty"`
	// FullText says that the pages of its articles are read.
	FullText bool `json:"full_text,omitempty"`
}

func listOf(cfg *config.Config) []listed {
	all := make([]listed, 0, cfg.Feeds.Len())
	for f := range cfg.Feeds.All() {
		all = append(all, listed{feeds.Shown(f.ID), feeds.Shown(f.URL), f.Tags, f.FullText})
	}
	return all
}

// Sources returns the names, addresses and tags of the feeds, without what is secret.
func (c *Client) Sources(ctx context.Context) ([]feeds.Source, error) {
	var all []listed
	if err := c.Get(ctx, "/config/feeds", &all); err != nil {
		return nil, err
	}
	sources := make([]feeds.Source, len(all))
	for i, f := range all {
		sources[i] = feeds.Source{ID: f.Name, URL: f.URL, Tags: f.Tags, FullText: f.FullText}
	}
	return sources, nil
}

// Sources returns the feeds of the config.
func (l *Local) Sources(context.Context) ([]feeds.Source, error) {
	return slices.Collect(l.Config.Feeds.All()), nil
}
