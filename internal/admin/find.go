package admin

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"time"

	"watcher/internal/config"
)

const (
	// serviceSockets is where services have their sockets, that of watcher first.
	serviceSockets = "/run/watcher*"
	socketName     = "watcher.sock"
)

// Wanted is the config of which a daemon is looked for.
type Wanted struct {
	Config string // path; empty where none was named and none was found
	Beside string // config.StoreOptions.Beside of it; empty where it is for Find to read
	Named  bool   // by the person who asks: a daemon on another config will not do
}

// Identity says which daemon answers.
type Identity struct {
	PID     int    `json:"pid"`
	Config  string `json:"config"` // absolute path
	Store   string `json:"store"`  // likewise, or the address of a database without its password
	Version string `json:"version"`
	// Timezone is in which people are told times, as the config has it.
	Timezone string `json:"timezone"`
	// Allow are the private networks that it may read feeds from.
	Allow []netip.Prefix `json:"allow,omitempty"`
	// NotInForce says why the config's file is not what the daemon does; empty
	// where it is.
	NotInForce string `json:"not_in_force,omitempty"`
}

// String names the daemon to a person.
func (id Identity) String() string { return fmt.Sprintf("pid %d, on %s", id.PID, id.Config) }

// OtherConfigError says that the daemon which has the place of a config's runs on
// another config.
type OtherConfigError struct {
	Wanted string // path of the config
	Socket string
	Runs   Identity
}

func (e *OtherConfigError) Error() string {
	text := fmt.Sprintf("the daemon at %s (%s) does not run on %s", e.Socket, e.Runs, e.Wanted)
	if own := config.StoreOf(e.Wanted); own.Path != "" && absolute(own.Path) == e.Runs.Store {
		store := e.Runs.Store
		text += fmt.Sprintf(", though both configs have the store %s; give each its own: %s", store, ownStore(e.Wanted))
	}
	return text
}

// ownStore is the entry that gives a config a store of its own.
func ownStore(path string) string {
	name := filepath.Base(path)
	return fmt.Sprintf("store: {path: %s.db}", name[:len(name)-len(filepath.Ext(name))])
}

// Find returns the daemon that runs on the wanted config, or, where none was
// named, the one that runs here. It needs no valid config. ErrNoDaemon where there
// is none, a *DeniedError where that cannot be told, and an *OtherConfigError where
// its place is taken.
func Find(ctx context.Context, w Wanted, getenv func(string) string) (*Client, error) {
	var found *Client
	var denied error
	for _, place := range places(w, getenv) {
		c := NewClient(place.socket)
		err := c.identify(ctx)
		var no *DeniedError
		switch {
		case errors.Is(err, ErrNoDaemon):
			continue
		case errors.As(err, &no):
			if place.own {
				denied = cmp.Or(denied, err)
			}
			continue
		case err != nil && place.own:
			return nil, err
		case err != nil:
			continue // it is no concern of this one
		}
		switch mine := c.RunsOn(w.Config); {
		case found != nil:
			found.Others = append(found.Others, c.Runs)
		case mine || !w.Named:
			found = c
		case place.own:
			return nil, &OtherConfigError{w.Config, place.socket, c.Runs}
		}
	}
	switch {
	case found != nil:
		return found, nil
	case denied != nil:
		return nil, denied
	}
	return nil, ErrNoDaemon
}

// maxSilence is how long a daemon may take to say which one it is.
const maxSilence = 10 * time.Second

// identify asks the daemon which one it is.
func (c *Client) identify(ctx context.Context) error {
	ctx, cancel := context.WithTimeoutCause(ctx, maxSilence, fmt.Errorf("the daemon at %s does not answer", c.Socket))
	defer cancel()
	err := c.Get(ctx, "/daemon", &c.Runs)
	if err != nil && ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}

// spot is where a daemon may have its socket. It is own where no daemon but that
// of the wanted config is to be expected.
type spot struct {
	socket string
	own    bool
}

// places lists where the daemon of a config is looked for, the likeliest first.
func places(w Wanted, getenv func(string) string) []spot {
	var spots []spot
	add := func(socket string, own bool) {
		if !slices.ContainsFunc(spots, func(s spot) bool { return s.socket == socket }) {
			spots = append(spots, spot{socket, own})
		}
	}
	if dir := runtimeDir(getenv); dir != "" {
		add(socketIn(dir), true)
	}
	dirs, _ := filepath.Glob(serviceSockets)
	service := filepath.Dir(serviceSockets) + "/watcher"
	dirs = append([]string{service}, dirs...)
	if w.Config == "" || IsService(w.Config) {
		add(socketIn(service), true)
	}
	if w.Config != "" {
		add(beside(besideOf(w)), true)
	}
	for _, dir := range dirs {
		add(socketIn(dir), false)
	}
	return spots
}

func besideOf(w Wanted) string {
	if w.Beside != "" {
		return w.Beside
	}
	return config.StoreOf(w.Config).Beside
}

// RunsOn reports whether the daemon runs on the config at path.
func (c *Client) RunsOn(path string) bool { return sameFile(c.Runs.Config, path) }

// IsService reports whether the config at path is that of the installed service.
func IsService(path string) bool { return absolute(path) == config.ServiceConfig }

// sameFile reports whether two paths, the first of which is absolute, name one
// config; an empty one names none.
func sameFile(a, b string) bool {
	if b == "" {
		return false
	}
	if absolute(b) == a {
		return true
	}
	first, err := os.Stat(a)
	if err != nil {
		return false
	}
	second, err := os.Stat(b)
	return err == nil && os.SameFile(first, second)
}

// absolute is path from wherever it is looked at.
func absolute(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		return abs
	}
	return path
}
