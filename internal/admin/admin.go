// Package admin is how a person, by a command, asks the daemon that runs, and has it
// do something; or, where none runs, the config and the store. Server is the daemon's
// end of it, Client and Local are the command's.
package admin

import (
	"context"
	"io"
	"iter"
	"net/netip"

	"watcher/internal/config"
	"watcher/internal/desk"
	"watcher/internal/feeds"
	"watcher/internal/notify/targets"
	"watcher/internal/past"
	"watcher/internal/poll"
)

// Admin answers what a person asks, and does what they decide. A *Client has the
// running daemon do it, whose own config counts; a *Local does it with a config, and
// the store, which it opens for each call. The errors of both are for a person to
// read.
type Admin interface {
	// StorePath is where the store is, without a password.
	StorePath() string
	// Allow returns the private networks that the config which counts lets feeds be in.
	Allow() []netip.Prefix
	// Names, Rules and Sources return what the config that counts has. The sources of
	// a daemon have nothing that is secret.
	Names(ctx context.Context) (Names, error)
	Rules(ctx context.Context) (Rules, error)
	Sources(ctx context.Context) ([]feeds.Source, error)

	// Feeds yields how the feeds are, by name.
	Feeds(ctx context.Context) iter.Seq2[desk.FeedReport, error]
	// Held returns the held items of a feed; nil if it holds none.
	Held(ctx context.Context, feed string) ([]desk.HeldItem, error)
	// Decide carries out a decision about a feed, or with ReleaseSome about the held
	// items of these ids.
	Decide(ctx context.Context, what desk.FeedAction, feed string, ids []string) (poll.Settled, error)
	// Search yields what a query finds in the history, the newest first, as it is found:
	// see past.Past.
	Search(ctx context.Context, q past.Query, looked *past.Looked, progress func(done, total int)) iter.Seq2[past.Found, error]

	// ReadAlerts calls use with the alerts, of which nothing may be changed.
	ReadAlerts(use func(Alerts) error) error
	// ChangeAlerts calls use with the alerts. Without a running daemon it opens the
	// store as one does: a damaged one is put aside.
	ChangeAlerts(use func(Alerts) error) error
	// SendTest sends a sample alert to a target, at once and only once, past the store;
	// or, with preview, returns what would be sent, and sends nothing. The error has the
	// target's own words.
	SendTest(ctx context.Context, target string, preview bool) (string, error)

	// Compact gives the free space of the store back. It returns the sizes of the file
	// before and after, in bytes.
	Compact(ctx context.Context, progress func(done, total int64)) (before, after int64, err error)
	// Copy writes the store as it is now to w. Before the first byte it calls size with
	// how many there will be. ErrBrokenOff and bolt.ErrBusy say that another try may
	// come to the end.
	Copy(ctx context.Context, w io.Writer, size func(int64)) error
}

// Local is the Admin of a config that no daemon runs on.
type Local struct {
	Config   *config.Config
	Version  string // told to targets, as is Terminal
	Terminal targets.Console
	// Start makes a daemon for a decision, which is closed after that; it does not run.
	Start func() (Decider, error)
}

// Decider carries out decisions about feeds, as a daemon that does not run can.
type Decider interface {
	Decide(ctx context.Context, what desk.FeedAction, feed string, ids []string) (poll.Settled, error)
	Close() error
}

var (
	_ Admin = (*Client)(nil)
	_ Admin = (*Local)(nil)
)

// StorePath is where the daemon's store is.
func (c *Client) StorePath() string { return c.Runs.Store }

// StorePath is where the config's store is.
func (l *Local) StorePath() string { return l.Config.Store.Place() }

// Allow returns the private networks of the config in force.
func (c *Client) Allow() []netip.Prefix { return c.Runs.Allow }

// Allow returns the private networks of the config.
func (l *Local) Allow() []netip.Prefix { return l.Config.Network.Allow }
