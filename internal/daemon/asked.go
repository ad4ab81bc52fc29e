package daemon

import (
	"context"
	"net/netip"

	"watcher/internal/config"
	"watcher/internal/feeds"
)

// Asked is who answers what a person asks: a running daemon, whose own config
// counts, or else a config, whose store is opened.
type Asked struct {
	Client *Client        // nil where no daemon runs
	Config *config.Config // nil where one does
}

// Names returns the names of the config that counts.
func (a Asked) Names(ctx context.Context) (n Names, err error) {
	if a.Client == nil {
		return namesOf(a.Config), nil
	}
	return n, a.Client.Get(ctx, "/config/names", &n)
}

// Rules returns the rules of the config that counts.
func (a Asked) Rules(ctx context.Context) (r Rules, err error) {
	if a.Client == nil {
		return rulesOf(a.Config), nil
	}
	return r, a.Client.Get(ctx, "/config/rules", &r)
}

// Sources returns the feeds of the config that counts. Of a daemon's they are the
// names, addresses and tags, without what is secret.
func (a Asked) Sources(ctx context.Context) ([]feeds.Source, error) {
	if a.Client == nil {
		return a.Config.Feeds, nil
	}
	var all []listed
	if err := a.Client.Get(ctx, "/config/feeds", &all); err != nil {
		return nil, err
	}
	sources := make([]feeds.Source, len(all))
	for i, f := range all {
		sources[i] = feeds.Source{ID: f.Name, URL: f.URL, Tags: f.Tags, FullText: f.FullText}
	}
	return sources, nil
}

// Allow returns the private networks that the config which counts lets feeds be in.
func (a Asked) Allow() []netip.Prefix {
	if a.Client == nil {
		return a.Config.Network.Allow
	}
	return a.Client.Runs.Allow
}
