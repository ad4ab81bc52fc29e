// Package stores is the one place that knows which stores there are: it opens the one
// that a config names, as what the program asks of any.
package stores

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"watcher/internal/config"
	"watcher/internal/desk"
	"watcher/internal/notify"
	"watcher/internal/past"
	"watcher/internal/poll"
	"watcher/internal/store"
	"watcher/internal/store/bolt"
	"watcher/internal/store/postgres"
	"watcher/internal/store/segment"
)

// Store is all that the program asks of a store, whichever it is. Its methods are safe
// for concurrent use. What one has changed is on disk when it returns, unless it says
// otherwise.
//
// What not every store can do is no part of it, and is asked for where it is used: by who
// copies, compacts or looks after a file.
type Store interface {
	poll.Ledger
	notify.Outbox
	desk.Store
	past.History
	store.FeedTokens
	Keeper
	Reports

	// Close gives back what this process holds, once nothing else is called any more.
	Close() error
}

// Keeper keeps what has come: the articles, and what was counted of them.
type Keeper interface {
	// CountIn says in which zone the days of tallies begin; UTC until then. What was
	// counted before stays on its days.
	CountIn(zone *time.Location)
	// Matched is LastMatched of the desk, and from now on knows the rules that it did
	// not know.
	Matched(ctx context.Context, rules []string) (map[string]time.Time, error)
	// Index keeps an index over the articles until ctx is done: of those that come, and
	// anew where it is damaged or was cut by another version. It goes in small steps, and
	// after a crash goes on where it was. An error ends it, and to call it again goes on.
	// tell is called with how many bytes of what came before have no index yet.
	Index(ctx context.Context, c segment.Cutter, tell func(left int64)) error
	// Forget deletes the articles that were seen before then, in small transactions.
	Forget(before time.Time) error
	// Trim deletes the oldest articles of feeds that take more than their share of most
	// bytes, and then the oldest of all until the history is within most, in small
	// transactions.
	Trim(most int64) (store.Trimmed, error)
	// HistorySize returns how many bytes the history takes, or a little less until Trim
	// has measured it once; grown is the part that came since then; full says that this
	// process had to trim it.
	HistorySize() (size, grown int64, full bool)
}

// Reports is what the program tells of itself, and must know for that.
type Reports interface {
	// Report holds alerts that no poll brought: troubles of watcher's own. ReportOnce
	// does so unless it was told before: what has the same name is the same.
	Report(ctx context.Context, alerts []notify.Alert) error
	ReportOnce(ctx context.Context, name string, alerts []notify.Alert) error
	// Damages returns what was damaged, put aside and not reported yet, the oldest first.
	// ReportDamage holds alerts that tell of damages, which are reported from then on, in
	// one transaction.
	Damages(ctx context.Context) ([]store.Damage, error)
	ReportDamage(ctx context.Context, damages []store.Damage, alerts []notify.Alert) error
	// Retire makes dead letters of what is held or queued for targets other than those
	// named, which are configured no longer. It returns the number of alerts.
	Retire(ctx context.Context, targets []string) (retired int, err error)
	// Tally counts the contents of the outbox.
	Tally(ctx context.Context) (notify.OutboxTally, error)

	// Storing returns since when nothing can be stored, and why; zero and nil while it
	// can. It is the trouble of the disk, or of the way to it: what a transaction itself
	// gets wrong does not count.
	Storing() (since time.Time, err error)
	// StoringFailed receives when storing begins to fail.
	StoringFailed() <-chan struct{}
	// TryStoring stores something, and ends a failure of storing where that works: that
	// something smaller was stored meanwhile need not end it.
	TryStoring() error
}

// Options are what a store has from the program around it.
type Options struct {
	// Machine is how this process is called among those of one database: see Machine.
	Machine string
	Log     *slog.Logger
}

// Machine is a name for the daemon of a config: that of the host, and where the config is
// another than the service's, its path, as several may run on one host.
func Machine(o config.StoreOptions) string {
	host, err := os.Hostname()
	if err != nil {
		host = "a machine without a name"
	}
	path, err := filepath.Abs(o.Beside)
	if err != nil {
		path = o.Beside
	}
	if path == config.ServiceConfig {
		return host
	}
	return host + ":" + path
}

// Open opens the store of a config as a daemon does, and makes it where there is none.
func Open(ctx context.Context, o config.StoreOptions, p Options) (Store, error) {
	if o.Path == "" {
		return opened(postgres.Open(ctx, string(o.Postgres), postgres.Options{Machine: p.Machine, Log: p.Log}))
	}
	return opened(bolt.Open(o.Path))
}

// OpenToRead opens the store of a config for looking at it: nothing of it changes, and
// methods that would change it return an error. Where there never was one it may be
// ErrNotRun.
func OpenToRead(ctx context.Context, o config.StoreOptions) (Store, error) {
	if o.Path == "" {
		return opened(postgres.OpenToRead(ctx, string(o.Postgres), slog.New(slog.DiscardHandler)))
	}
	return opened(bolt.OpenReadOnly(o.Path))
}

// OpenToChange opens the store of a config for a command that changes something of it, and
// does none of a daemon's work.
func OpenToChange(ctx context.Context, o config.StoreOptions) (Store, error) {
	if o.Path == "" {
		return opened(postgres.OpenAside(ctx, string(o.Postgres), slog.New(slog.DiscardHandler)))
	}
	return opened(bolt.Open(o.Path))
}

// opened is a store where there is no error, and nil where there is one.
func opened[S Store](s S, err error) (Store, error) {
	if err != nil {
		return nil, err
	}
	return s, nil
}

// Probe asks the database of a config which it is, and what it does not promise of what it
// has acknowledged, in sentences. A file needs no probe: it says nothing of one.
func Probe(ctx context.Context, o config.StoreOptions) (said string, risks []string, err error) {
	if o.Path != "" {
		return "", nil, nil
	}
	version, risks, err := postgres.Ask(ctx, string(o.Postgres))
	return "PostgreSQL " + version, risks, err
}

// ErrNotRun says that there never was a store in a place.
var ErrNotRun = store.ErrNotRun

// Absent says that the store of a config is not there: with ErrNotRun where there never
// was one. It is nil where something is there, which to open it tells more of.
func Absent(o config.StoreOptions) error {
	if o.Path == "" {
		return nil
	}
	return bolt.Absent(o.Path)
}
