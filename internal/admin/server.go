package admin

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"watcher/internal/config"
	"watcher/internal/desk"
	"watcher/internal/notify/targets"
	"watcher/internal/stores"
)

// Running is the daemon that a Socket answers for.
type Running struct {
	Version    string
	ConfigPath string
	Config     func() *config.Config // in force
	NotInForce func() string         // why the config's file is not what the daemon does; empty where it is
	Desk       *desk.Desk
	API        http.Handler                // takes all below /api/; who may open the socket may do all of it
	Reload     func(context.Context) error // reads the config again, and waits for that
	Store      stores.Store
	Terminal   targets.Console
	Log        *slog.Logger
}

// Socket is the socket by which commands talk to a running daemon, as HTTP. Who
// may connect is who may open the socket: its owner, and, in a directory that
// systemd has made, the members of its group as far as that lets them in.
type Socket struct {
	daemon Running
	listen net.Listener
	server *http.Server
}

// Listen opens the admin socket of a daemon. One that is left of a daemon that was
// killed is replaced: the store, which is open by now, has only one daemon.
func Listen(d Running) (*Socket, error) {
	path := SocketPath(d.Config().Store, os.Getenv)
	if filepath.Dir(path) == ownTemp() {
		if err := makeOwnTemp(); err != nil {
			return nil, fmt.Errorf("open the admin socket: %w", err)
		}
	}
	if info, err := os.Lstat(path); err == nil && info.Mode().Type() != fs.ModeSocket {
		return nil, fmt.Errorf("open the admin socket: %s is in its place and no socket", path)
	}
	if runs := new(Identity); NewClient(path).Get(context.Background(), "/daemon", runs) == nil {
		return nil, fmt.Errorf("open the admin socket: %s is that of another daemon (%s); give this one a store of another name: %s", path, runs, ownStore(d.ConfigPath))
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("open the admin socket: %w", err)
	}
	l, err := net.Listen("unix", path)
	if err != nil {
		return nil, fmt.Errorf("open the admin socket: %w", err)
	}
	mode := fs.FileMode(0o600)
	if runtimeDir(os.Getenv) != "" {
		mode = 0o660
	}
	if err := os.Chmod(path, mode); err != nil {
		return nil, errors.Join(fmt.Errorf("open the admin socket: %w", err), l.Close())
	}
	s := &Socket{daemon: d, listen: l}
	s.server = &http.Server{Handler: s.handler(), ReadHeaderTimeout: 5 * time.Second}
	return s, nil
}

// handler answers what a Client asks.
func (s *Socket) handler() http.Handler {
	d := &s.daemon
	mux := http.NewServeMux()
	mux.HandleFunc("GET /daemon", func(w http.ResponseWriter, _ *http.Request) { answer(w, s.identity()) })
	mux.HandleFunc("GET /config/names", func(w http.ResponseWriter, _ *http.Request) { answer(w, namesOf(d.Config())) })
	mux.HandleFunc("GET /config/rules", func(w http.ResponseWriter, _ *http.Request) { answer(w, rulesOf(d.Config())) })
	mux.HandleFunc("GET /config/feeds", func(w http.ResponseWriter, _ *http.Request) { answer(w, listOf(d.Config())) })
	mux.HandleFunc("POST /test", s.serveTest)
	mux.HandleFunc("GET /status", s.serveStatus)
	mux.HandleFunc("POST /search", s.serveSearch)
	mux.HandleFunc("POST /compact", s.serveCompact)
	mux.HandleFunc("POST /reload", s.serveReload)
	mux.HandleFunc("POST /backup", s.serveBackup)
	mux.HandleFunc("GET /feeds", s.serveFeeds)
	mux.HandleFunc("GET /held", s.serveHeld)
	mux.HandleFunc("POST /feeds/{decision}", s.serveDecision)
	mux.Handle("/api/", d.API)
	s.serveAlerts(mux)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Watcher-Version", d.Version)
		mux.ServeHTTP(w, r)
	})
}

// identity says which daemon this is, and whether it does what its config's file
// says.
func (s *Socket) identity() Identity {
	d, cfg := &s.daemon, s.daemon.Config()
	return Identity{
		PID: os.Getpid(), Config: absolute(d.ConfigPath), Store: storeOf(cfg.Store), Version: d.Version,
		Timezone: cfg.Zone.String(), Allow: cfg.Network.Allow, NotInForce: d.NotInForce(),
	}
}

// storeOf is where a store is, from wherever it is looked at.
func storeOf(o config.StoreOptions) string {
	if o.Path == "" {
		return o.Place()
	}
	return absolute(o.Path)
}

// Serve answers until ctx is done.
func (s *Socket) Serve(ctx context.Context) {
	defer context.AfterFunc(ctx, func() { _ = s.server.Close() })()
	_ = s.server.Serve(s.listen) // only ever ends by Close, which removes the socket too
}

// Close closes the socket of a server that does not serve.
func (s *Socket) Close() error { return s.listen.Close() }

func answer(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v) // the reader is gone if it fails
}
