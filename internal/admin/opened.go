package admin

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"

	"watcher/internal/config"
	"watcher/internal/store/bolt"
	"watcher/internal/stores"
)

// OpenStore opens the store of cfg for a daemon on the config at path, empty where it
// has none, and notes there who has it. The error says whose the store or the config
// is where it is not ours, and what to do.
func OpenStore(ctx context.Context, cfg *config.Config, path string, log *slog.Logger) (stores.Store, error) {
	if path != "" {
		if err := alone(ctx, path, cfg.Store); err != nil {
			return nil, err
		}
		if err := Borrowed(cfg, path); err != nil {
			return nil, err
		}
	}
	if err := notOurs(cfg.Store); err != nil {
		return nil, err
	}
	if err := closed(cfg.Store); err != nil {
		return nil, err
	}
	store, err := stores.Open(ctx, cfg.Store, stores.Options{Machine: stores.Machine(cfg.Store), Log: log})
	if errors.Is(err, bolt.ErrInUse) {
		return nil, inUse(cfg, path, err)
	}
	if err != nil {
		return nil, err
	}
	if cfg.Store.Path != "" { // of which one process at a time has hold
		noteOpened(cfg.Store, absolute(path), log)
	}
	return store, nil
}

// ProbeStore is stores.Probe of the store of a config.
func ProbeStore(ctx context.Context, o config.StoreOptions) (said string, risks []string, err error) {
	return stores.Probe(ctx, o)
}

// opened says who opened a store last, in a file beside it. That it is still open
// is known by the store's lock alone.
type opened struct {
	PID    int    `json:"pid"`
	Config string `json:"config"` // absolute path
	Socket string `json:"socket"` // where a daemon listens, or would
}

// noteOf is the name of that file.
func noteOf(store string) string { return store + ".opened" }

// noteOpened writes it. Without it, it is not known who has the store, which is no
// reason not to watch.
func noteOpened(store config.StoreOptions, path string, log *slog.Logger) {
	note, err := json.Marshal(opened{os.Getpid(), path, SocketPath(store, os.Getenv)})
	if err == nil {
		err = os.WriteFile(noteOf(store.Path), append(note, '\n'), 0o600)
	}
	if err != nil {
		log.Warn("a second process will not be told who has the store", "error", err)
	}
}

// lastOpened reads it; the zero value if it does not say.
func lastOpened(store string) (last opened) {
	if text, err := os.ReadFile(noteOf(store)); err != nil || json.Unmarshal(text, &last) != nil {
		return opened{}
	}
	return last
}

// inUse says who has the store that another process has open, and what to do.
func inUse(cfg *config.Config, path string, err error) error {
	last := lastOpened(cfg.Store.Path)
	if last.PID == 0 || unix.Kill(last.PID, 0) == unix.ESRCH {
		return err // by who only reads it, for a moment
	}
	text := fmt.Sprintf("the store %s is in use by the watcher with pid %d, on %s (socket %s)", cfg.Store.Path, last.PID, last.Config, last.Socket)
	if sameFile(last.Config, path) {
		return fmt.Errorf("%s; %s", text, endIt(last.PID, last.Socket))
	}
	return fmt.Errorf("%s; give this config a store of its own: %s", text, ownStore(path))
}

// notOurs refuses to change the service's store by hand: files that come to it would
// be root's, and the service could not open them. Who names that path in the config
// means it.
func notOurs(store config.StoreOptions) error {
	if store.Default && store.Path == config.ServiceStore && os.Getenv("STATE_DIRECTORY") == "" {
		return fmt.Errorf("the store %s is that of the service: start it with \"sudo systemctl start watcher\"", store.Path)
	}
	return nil
}

// endIt says how a daemon is asked, or ended.
func endIt(pid int, socket string) string {
	end := fmt.Sprintf("kill %d", pid)
	if ok, _ := filepath.Match(serviceSockets, filepath.Dir(socket)); ok {
		end = "sudo systemctl stop " + filepath.Base(filepath.Dir(socket))
	}
	return fmt.Sprintf("\"watcher status\" asks it, %q ends it", end)
}

// alone returns an error if another daemon runs on the config at path already, with
// whatever store, or has the place of this one; and where that cannot be told, as
// the folder of its own store is closed to it.
func alone(ctx context.Context, path string, store config.StoreOptions) error {
	c, err := Find(ctx, Wanted{Config: path, Beside: store.Beside, Named: true}, os.Getenv)
	if errors.Is(err, ErrNoDaemon) {
		return nil
	}
	if no, ok := errors.AsType[*DeniedError](err); ok {
		if folder := filepath.Dir(store.Beside); filepath.Dir(no.Socket) == folder && unix.Access(folder, unix.X_OK) != nil {
			return closed(store)
		}
		return fmt.Errorf("a daemon runs on %s already: %w", path, no)
	}
	if err != nil {
		return err
	}
	return fmt.Errorf("a daemon runs on %s already: pid %d, socket %s, store %s; %s", path, c.Runs.PID, c.Socket, c.Runs.Store, endIt(c.Runs.PID, c.Socket))
}

// Borrowed returns an error of the config at path if its store is that of another
// config in its folder, which it has only as neither names its own.
func Borrowed(cfg *config.Config, path string) error {
	if !cfg.Store.Default {
		return nil
	}
	last := lastOpened(cfg.Store.Path)
	mine := absolute(path)
	if last.Config == "" || filepath.Dir(last.Config) != filepath.Dir(mine) || sameFile(last.Config, path) {
		return nil
	}
	if _, err := os.Stat(last.Config); err != nil || absolute(config.StoreOf(last.Config).Path) != absolute(cfg.Store.Path) {
		return nil // it was renamed, or has another store by now
	}
	return config.Mistakes{{File: path, KeyPath: "store.path", Text: fmt.Sprintf("the store %s is that of %s; give this config its own: %s", cfg.Store.Path, last.Config, ownStore(path))}}
}

// SharedStore warns of the other configs in the folder of the one at path that
// would have the same store; empty if there are none, or systemd gives each service
// a folder for its state.
func SharedStore(path string, store config.StoreOptions) string {
	if os.Getenv("STATE_DIRECTORY") != "" {
		return ""
	}
	others := config.Neighbours(path, store)
	if len(others) == 0 {
		return ""
	}
	names := make([]string, len(others))
	for i, other := range others {
		names[i] = filepath.Base(other)
	}
	if more := len(names) - 3; more > 0 {
		names = append(names[:3], fmt.Sprintf("and %d more", more))
	}
	of, name := path, filepath.Base(store.Path)
	if strings.Contains(ownStore(of), name) { // the one that is called as the store keeps it
		of = others[0]
	}
	return fmt.Sprintf("%s in this folder would have the same store, %s, so only one of them can run; give %s its own: %s",
		strings.Join(names, ", "), name, filepath.Base(of), ownStore(of))
}
