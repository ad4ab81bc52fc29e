// Package daemon wires the rooms together and keeps them running: start, reload,
// what systemd and the admin socket want to know, and an end within ten seconds.
package daemon

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"watcher/internal/admin"
	"watcher/internal/budget"
	"watcher/internal/config"
	"watcher/internal/desk"
	"watcher/internal/feeds"
	"watcher/internal/feeds/fetch"
	"watcher/internal/feeds/seen"
	"watcher/internal/filewatch"
	"watcher/internal/notify"
	"watcher/internal/notify/deliver"
	"watcher/internal/notify/targets"
	"watcher/internal/poll"
	"watcher/internal/rulefiles"
	"watcher/internal/stores"
	"watcher/internal/suspects"
	"watcher/internal/web"
	"watcher/internal/web/api"
	"watcher/internal/websub"
)

// Options are the program's settings for a daemon.
type Options struct {
	Version    string
	ConfigPath string // read again on reload
	// Reload triggers a reload at each signal; nil for a daemon that does not reload.
	Reload   <-chan os.Signal
	Log      *slog.Logger
	Terminal targets.Console
}

// Daemon is watcher, wired up. It is used once: Run or Once, then Close.
type Daemon struct {
	opts      Options
	log       *slog.Logger
	store     stores.Store
	note      *suspects.Note // nil if it cannot be written
	fetcher   fetcher
	room      *budget.Budget // for everything that is read
	unindexed atomic.Int64   // bytes of articles that have no index
	poller    *poll.Poller
	deliverer *deliver.Deliverer
	edit      *rulefiles.Editor
	desk      *desk.Desk
	websub    *websub.Subscriber // nil if hubs cannot reach us
	site      *web.Site          // nil if nothing is served
	started   time.Time
	silent    map[string]time.Time  // reported silent rules, and since when; used by watchSilence alone
	lost      atomic.Pointer[error] // set once the store's file is lost

	mu       sync.Mutex
	cfg      *config.Config
	reloaded time.Time
	reload   error        // of the last reload; nil if it was good
	tried    config.Files // what the last start or reload read, accepted or refused

	asked   chan askedReload // from callers that wait for the result
	ended   chan struct{}    // closed when Run accepts no more reloads
	files   *filewatch.Watch
	path    string // of the config, absolute
	verdict verdict
	refused string // the mistakes last reported to ops; used by Run alone
}

// New opens the store and prepares everything for a valid config. Nothing runs and no
// feed is polled yet.
func New(cfg *config.Config, o Options) (_ *Daemon, err error) {
	started := newSystemd(os.Getenv).starting()
	defer started()
	store, err := admin.OpenStore(context.Background(), cfg, o.ConfigPath, o.Log)
	if err != nil {
		return nil, err
	}
	path, err := filepath.Abs(o.ConfigPath)
	if err != nil {
		path = o.ConfigPath // only for display
	}
	d := &Daemon{
		opts:      o,
		log:       o.Log,
		store:     store,
		deliverer: deliver.New(store, o.Log),
		started:   time.Now(),
		room:      budget.New(memory(cfg)),
		silent:    make(map[string]time.Time),
		note:      openNote(cfg, o.Log),
		path:      path,
		asked:     make(chan askedReload),
		ended:     make(chan struct{}),
		files:     filewatch.New(o.Log),
		tried:     cfg.Read,
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, d.Close())
		}
	}()
	d.poller = poll.New(store, &d.fetcher, o.Log)
	d.poller.Remember(d.note)
	if s, shared := d.store.(sharing); shared {
		s.WhenAsked(d.deliverer.Nudge)
	}
	d.desk = desk.New(desk.Options{Config: d.config, Store: store, Poller: d.poller, Deliverer: d.deliverer, Status: d.Status})
	d.edit = d.editor()
	if public := cfg.HTTP.PublicURL; public != "" {
		d.websub = websub.New(d.poller, &d.fetcher, public, o.Log)
		d.poller.OnPush(d.websub.HubChanged)
		if _, shared := d.store.(sharing); shared {
			d.websub.Share(func() iter.Seq2[poll.FeedStatus, error] { return d.store.Feeds(context.Background()) })
		}
	}
	if err := d.apply(context.Background(), cfg); err != nil {
		return nil, err
	}
	if err := d.reportDamage(context.Background()); err != nil {
		return nil, err
	}
	return d, nil
}

// Close closes the store.
func (d *Daemon) Close() error { return errors.Join(d.note.Close(), d.store.Close()) }

// openNote opens the note of which feeds are being read, which belongs to this process
// and must cost a poll no fsync. It is beside the store's file; without such a file it
// is in the folder that systemd keeps for the service, or beside the config. It is nil
// if it cannot be opened, which is no reason not to watch.
func openNote(cfg *config.Config, log *slog.Logger) *suspects.Note {
	path := cfg.Store.Beside
	if state, _, _ := strings.Cut(os.Getenv("STATE_DIRECTORY"), ":"); state != "" && cfg.Store.Path == "" {
		path = filepath.Join(state, "watcher")
	}
	note, err := suspects.Open(path+".reading", log)
	if err != nil {
		log.Error("feeds that crash watcher will not be recognised", "error", err)
		return nil
	}
	return note
}

// apply puts cfg in force. If it fails, the old config stays in force.
func (d *Daemon) apply(ctx context.Context, cfg *config.Config) error {
	targets, err := open(cfg, d.opts, d.room)
	if err != nil {
		return err
	}
	plan, err := planOf(cfg)
	if err != nil {
		return err
	}
	for i, t := range targets {
		_, threads := t.Notifier.(notify.Threader)
		plan.Trails[t.Name] = threads || cfg.Targets[i].Policy.Digest != ""
	}
	d.fetcher.set(fetch.ClientOptions{UserAgent: cfg.UserAgent(d.opts.Version), Allow: cfg.Network.Allow, Begin: d.note.Begin, Room: d.room})
	d.room.Resize(memory(cfg))
	d.store.CountIn(cfg.Zone)
	if s, shared := d.store.(sharing); shared {
		s.Introduce(d.path, d.opts.Version, cfg.Fingerprint())
	}
	before := d.poller.SetPlan(plan)
	if err := d.store.Sync(ctx, cfg.Feeds); err != nil {
		d.poller.SetPlan(before)
		return err
	}
	if d.websub != nil {
		if err := d.websub.SetFeeds(d.store.Feeds(ctx)); err != nil {
			return err
		}
	}
	changed := d.changedTargets(cfg)
	for i := range targets {
		targets[i].Changed = changed[targets[i].Name]
	}
	d.deliverer.SetTargets(targets, cfg.Ops.Notify)
	for name := range changed {
		if _, err := d.store.Again(ctx, name); err != nil {
			d.log.Error("deliveries to a changed target are not retried at once", "target", name, "error", err)
		}
	}
	if d.site != nil {
		d.site.SetAccess(access(cfg))
	}
	d.retire(ctx, cfg)
	if e := cfg.Exposed; e != nil {
		d.log.Warn("every user of this machine can read the config", "key", e.KeyPath, "warning", e.Text)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.cfg = cfg
	return nil
}

// Decide carries out a person's decision about a feed.
func (d *Daemon) Decide(ctx context.Context, what desk.FeedAction, feed string, ids []string) (poll.Settled, error) {
	return d.desk.Decide(ctx, what, feed, ids)
}

// running adapts the daemon to what the admin socket asks.
func (d *Daemon) running() admin.Running {
	return admin.Running{
		Version: d.opts.Version, ConfigPath: d.opts.ConfigPath, Config: d.config, NotInForce: d.notInForce, Reload: d.AskReload,
		Desk: d.desk, API: api.ForEditor(d.api(), "admin socket"), Store: d.store, Terminal: d.opts.Terminal, Log: d.log,
	}
}

// memory is the budget for everything that is read at the same time.
func memory(cfg *config.Config) int64 {
	if m := cfg.Limits.Memory; m != nil {
		return int64(*m)
	}
	return budget.Default()
}

// fetcher is the client for feeds. A reload may replace it: addresses that
// network.allow no longer lists must be refused from then on.
type fetcher struct {
	client  atomic.Pointer[fetch.Client]
	options fetch.ClientOptions
}

// set makes a client with o and closes the old connections, unless the current client
// has the same options.
func (f *fetcher) set(o fetch.ClientOptions) {
	if f.client.Load() != nil && o.UserAgent == f.options.UserAgent && slices.Equal(o.Allow, f.options.Allow) {
		return
	}
	f.options = o
	if old := f.client.Swap(fetch.NewClient(o)); old != nil {
		old.Close()
	}
}

// Fetch implements poll.Fetcher.
func (f *fetcher) Fetch(ctx context.Context, s feeds.Source, k feeds.Known, seen func() (*seen.Index, error)) (feeds.FetchResult, error) {
	return f.client.Load().Fetch(ctx, s, k, seen)
}

// Reading implements poll.Fetcher.
func (f *fetcher) Reading() int { return f.client.Load().Reading() }

// FullText implements poll.Fetcher.
func (f *fetcher) FullText(ctx context.Context, s feeds.Source, link string) (string, error) {
	return f.client.Load().FullText(ctx, s, link)
}

// ReadPushed implements poll.Fetcher.
func (f *fetcher) ReadPushed(ctx context.Context, s feeds.Source, p feeds.Pushed, seen *seen.Index) (feeds.Document, error) {
	return f.client.Load().ReadPushed(ctx, s, p, seen)
}

// TakePush implements websub.Hubs.
func (f *fetcher) TakePush(ctx context.Context, r io.Reader) ([]byte, *budget.Account, error) {
	return f.client.Load().TakePush(ctx, r)
}

// AskHub implements websub.Hubs.
func (f *fetcher) AskHub(ctx context.Context, hub string, form url.Values) error {
	return f.client.Load().AskHub(ctx, hub, form)
}

// planOf makes the poller's plan of cfg.
func planOf(cfg *config.Config) (*poll.Plan, error) {
	plan := &poll.Plan{
		Rules:       cfg.Set,
		Routes:      make([]poll.Route, len(cfg.Rules)),
		Ops:         cfg.Ops.Notify,
		Pushes:      cfg.HTTP.PublicURL != "",
		AlertFirst:  cfg.Poll.First == config.Alert,
		Limit:       limit(cfg.Hosts[config.AnyHost], poll.DefaultLimit),
		Limits:      make(map[string]poll.HostLimit, len(cfg.Hosts)),
		EachArticle: make(map[string]bool, len(cfg.Targets)),
		Trails:      make(map[string]bool, len(cfg.Targets)),
	}
	for _, t := range cfg.Targets {
		plan.EachArticle[t.Name] = !t.Policy.Stories
	}
	for host, h := range cfg.Hosts {
		plan.Limits[host] = limit(h, plan.Limit)
	}
	for i, r := range cfg.Rules {
		plan.Routes[i] = poll.Route{Rule: r.Name, Severity: r.Severity, Targets: r.Notify}
	}
	return plan, plan.SetSources(cfg.Feeds)
}

// limit merges the config of a host over the limits that hold otherwise.
func limit(h config.Host, l poll.HostLimit) poll.HostLimit {
	if h.Parallel != nil {
		l.Parallel = *h.Parallel
	}
	if h.Spacing != nil {
		l.Spacing = *h.Spacing
	}
	return l
}

// open makes the notifiers of cfg's targets.
func open(cfg *config.Config, o Options, room *budget.Budget) ([]deliver.Target, error) {
	env := targets.NewEnv(cfg.Network.Allow, cfg.UserAgent(o.Version), o.Terminal)
	env.Room = room
	opened := make([]deliver.Target, 0, len(cfg.Targets))
	for _, t := range cfg.Targets {
		n, err := t.Options.Open(env)
		if err != nil {
			return nil, fmt.Errorf("target %s: %w", t.Name, err)
		}
		policy, err := t.Policy.Policy(cfg.Cooldowns())
		if err != nil {
			return nil, fmt.Errorf("target %s: %w", t.Name, err)
		}
		opened = append(opened, deliver.Target{Name: t.Name, Kind: t.Kind, Notifier: n, Policy: policy, Zone: t.Policy.Zone(), PageURL: cfg.HTTP.PageURL, Spacing: t.Policy.Spacing})
	}
	return opened, nil
}

// Run polls and delivers until ctx is done, and ends within ten seconds after that:
// polls in progress are abandoned, attempts in flight get a grace period.
//
// If the store's file is removed or replaced meanwhile, Run sends what is due and
// returns an error: nothing stored would outlive the process. If the file is found
// damaged, Run returns an error at once.
func (d *Daemon) Run(parent context.Context) error {
	ctx, stopPolling := context.WithCancel(parent)
	defer stopPolling()
	socket, err := admin.Listen(d.running())
	if err != nil {
		return err
	}
	site, err := d.listenWeb()
	if err != nil {
		return errors.Join(err, socket.Close())
	}
	notifier := newSystemd(os.Getenv)
	// Deliveries outlive the polls, so that alerts of the last polls are at least
	// frozen.
	delivering, stopDelivering := context.WithCancel(context.WithoutCancel(ctx))
	defer stopDelivering()
	var polling, rest sync.WaitGroup
	polling.Go(func() { d.poller.Run(ctx) })
	rest.Go(func() { d.deliverer.Run(delivering) })
	rest.Go(func() { socket.Serve(delivering) })
	d.serveWeb(ctx, site, &polling)
	rest.Go(func() { d.forget(delivering) })
	rest.Go(func() { d.index(delivering) })
	rest.Go(func() { d.watchSilence(ctx) })
	rest.Go(func() { d.watchDamage(ctx) })
	rest.Go(func() { d.watchStoring(ctx) })
	lost := d.watchPlace(ctx)
	rest.Go(func() { d.files.Run(ctx) })
	rest.Go(func() { d.edit.Follow(ctx) })
	d.followFiles()
	rest.Go(func() { notifier.watchdog(delivering, d.log, d.Alive) })
	d.announce(ctx)
	d.log.Info("watching", "feeds", d.config().Feeds.Len(), "rules", len(d.config().Rules), "targets", len(d.config().Targets), "version", d.opts.Version)
	notifier.ready(d.statusLine())
	debug.FreeOSMemory() // reading a config takes several times its size

	gone, ruined := d.attend(ctx, stopPolling, notifier, lost)
	close(d.ended)
	d.log.Info("ending")
	notifier.stopping()
	if s, shared := d.store.(sharing); shared {
		s.Ending()
	}
	polling.Wait()
	if gone != nil {
		d.farewell(parent, gone)
	}
	stopDelivering()
	rest.Wait()
	return errors.Join(gone, ruined)
}

// attend does what the daemon is asked for, until it is to end: it may be asked to by who
// started it, or the store is lost to it, or damaged.
func (d *Daemon) attend(ctx context.Context, stop func(), notifier *systemd, isLost <-chan error) (lost, ruined error) {
	for ctx.Err() == nil {
		select {
		case <-ctx.Done():
		case lost = <-isLost:
			d.log.Error("ending: the store is lost", "error", lost)
			stop()
		case <-d.ruined():
			ruined = fmt.Errorf("the store %s is damaged, the next start puts it aside", d.config().Store.Place())
			d.log.Error("ending: the store is damaged", "error", d.store.(ruinable).Ruin())
			stop()
		case <-d.opts.Reload:
			_ = d.reloadTold(ctx, notifier) // logged there and shown by the status
		case asked := <-d.asked:
			asked.answer <- d.reloadTold(ctx, notifier)
		case <-d.files.Stirred():
			if d.filesChanged() {
				_ = d.reloadTold(ctx, notifier)
			}
		}
	}
	return lost, ruined
}

// every calls f at once and then each d, until ctx is done.
func every(ctx context.Context, d time.Duration, f func()) {
	tick := time.NewTicker(d)
	defer tick.Stop()
	for {
		f()
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

func (d *Daemon) config() *config.Config {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.cfg
}

// Alive returns an error if polls or deliveries are stuck, so that a restart may help.
func (d *Daemon) Alive() error {
	return errors.Join(d.poller.Alive(), d.deliverer.Alive())
}
