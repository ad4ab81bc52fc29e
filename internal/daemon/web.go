package daemon

import (
	"context"
	"sync"

	"watcher/internal/config"
	"watcher/internal/past"
	"watcher/internal/rulefiles"
	"watcher/internal/web"
	"watcher/internal/web/api"
	"watcher/internal/web/page"
	"watcher/internal/web/syndicate"
	"watcher/internal/websub"
)

// listenWeb opens the address of http.listen; nil if there is none.
func (d *Daemon) listenWeb() (*web.Server, error) {
	options := d.config().HTTP
	if options.Listen == "" {
		return nil, nil
	}
	o := web.Options{Alive: d.Alive, Ready: d.Healthy, Remarks: d.remarks, Numbers: d.numbers, CallbackPath: websub.Path, Log: d.log}
	if d.websub != nil {
		o.Callbacks = d.websub
	}
	if options.Page {
		feeds := d.feeds()
		o.API, o.Page, o.Feeds, o.FeedToken = d.api(), d.page(), feeds, feeds.Opens
	}
	d.site = web.New(o, access(d.config()))
	return web.Listen(options.Listen, d.site, d.log)
}

// api is the HTTP API.
func (d *Daemon) api() *api.API {
	return api.New(api.Options{Desk: d.desk, Past: past.New(d.store), Feeds: d.feeds(), Config: d.config, Version: d.opts.Version, Log: d.log})
}

// feeds are the alerts as feeds.
func (d *Daemon) feeds() *syndicate.Feeds {
	return syndicate.New(syndicate.Options{
		Desk: d.desk, Past: past.New(d.store), Tokens: d.store, Config: d.config, Version: d.opts.Version,
		Instance: syndicate.Instance(d.config().Store), Log: d.log,
	})
}

// editor edits the included files, for all machines that share a store.
func (d *Daemon) editor() *rulefiles.Editor {
	o := rulefiles.Options{ConfigPath: d.opts.ConfigPath, Config: d.config, Reload: d.AskReload, Past: past.New(d.store), Refused: d.refuseFile, Log: d.log}
	if shared, ok := d.store.(rulefiles.Shared); ok {
		o.Shared = shared
	}
	return rulefiles.New(o)
}

// page makes the page.
func (d *Daemon) page() *page.Pages {
	return page.New(page.Options{Edit: d.edit, Subscriptions: d.feeds(), Desk: d.desk, Past: past.New(d.store), Config: d.config, Version: d.opts.Version, Log: d.log})
}

// access is who may use the page and the API.
func access(cfg *config.Config) web.Access {
	h := cfg.HTTP
	return web.Access{Listen: h.Listen, PublicURL: h.PublicURL, PageURL: h.PageURL, Users: h.Users, Token: string(h.Token), Editors: h.Editors}
}

// serveWeb serves HTTP and keeps the subscriptions until ctx is done. What hubs push
// takes the road of polls and ends with them.
func (d *Daemon) serveWeb(ctx context.Context, site *web.Server, group *sync.WaitGroup) {
	if site == nil {
		return
	}
	d.log.Info("serving by HTTP", "address", site.Address(), "page", d.config().HTTP.Page, "page_url", d.config().HTTP.PageURL, "public_url", d.config().HTTP.PublicURL)
	group.Go(func() {
		if err := site.Serve(ctx); err != nil {
			d.log.Error("health, metrics and pushes are not served any more", "error", err)
		}
	})
	if d.websub != nil {
		group.Go(func() { d.websub.Run(ctx) })
	}
}

// numbers are the values of the metrics.
func (d *Daemon) numbers(ctx context.Context) web.Numbers {
	n := web.Numbers{
		Version: d.opts.Version, Ready: d.Healthy() == nil, Outage: !d.poller.Outage().IsZero(),
		Rules: len(d.config().Rules), Feeds: d.store.Feeds(ctx), Polling: d.poller.Tally(),
		Targets: d.deliverer.ByTarget(),
	}
	if n.Outbox, n.Err = d.store.Tally(ctx); n.Err != nil {
		return n
	}
	if d.websub != nil {
		stats := d.websub.Stats()
		n.WebSub = &stats
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	n.Reloaded, n.ReloadOK = d.reloaded, d.reload == nil
	return n
}
