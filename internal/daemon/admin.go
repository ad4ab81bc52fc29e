package daemon

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/maruel/natural"

	"watcher/internal/notify"
	"watcher/internal/poll"
)

// SocketPath is where the daemon of a store listens: in systemd's runtime
// directory if there is one, else beside the store.
func SocketPath(store string, getenv func(string) string) string {
	if dir := runtimeDir(getenv); dir != "" {
		return socketIn(dir)
	}
	return besideStore(store)
}

// runtimeDir is the directory of sockets that systemd has made for the process;
// of several the first is the main one.
func runtimeDir(getenv func(string) string) string {
	dir, _, _ := strings.Cut(getenv("RUNTIME_DIRECTORY"), ":")
	return dir
}

func socketIn(dir string) string { return short(filepath.Join(dir, socketName)) }

// besideStore is the socket under the store's name, so that each of two stores in
// one folder has its own.
func besideStore(store string) string {
	return short(strings.TrimSuffix(store, filepath.Ext(store)) + ".sock")
}

// short is path, or a socket elsewhere where that is too long for one.
func short(path string) string {
	path = absolute(path)
	if len(path) > longestSocket {
		sum := sha256.Sum256([]byte(path))
		path = filepath.Join(ownTemp(), fmt.Sprintf("%x.sock", sum[:8]))
	}
	return path
}

// ownTemp is a folder for sockets whose own path would be too long.
func ownTemp() string { return filepath.Join(os.TempDir(), fmt.Sprintf("watcher-%d", os.Getuid())) }

// makeOwnTemp makes it, and refuses one that somebody else has made first: who
// owns the folder could put a socket of their own in the place of ours.
func makeOwnTemp() error {
	if err := os.Mkdir(ownTemp(), 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return checkOwnTemp()
}

func checkOwnTemp() error {
	info, err := os.Lstat(ownTemp())
	if err != nil {
		return err
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !info.IsDir() || info.Mode().Perm() != 0o700 || !ok || int(stat.Uid) != os.Getuid() {
		return fmt.Errorf("%s is not a folder of ours alone; remove it", ownTemp())
	}
	return nil
}

// longestSocket is what sockaddr_un holds everywhere (unix(7)).
const longestSocket = 100

// admin is the socket by which commands talk to a running daemon, as HTTP. Who
// may connect is who may open the socket: its owner, and, in a directory that
// systemd has made, the members of its group as far as that lets them in.
type admin struct {
	path   string
	listen net.Listener
	server *http.Server
}

// listen opens the admin socket. One that is left of a daemon that was killed is
// replaced: the store, which is open by now, has only one daemon.
func (d *Daemon) listen() (*admin, error) {
	path := SocketPath(d.config().Store.Path, os.Getenv)
	if filepath.Dir(path) == ownTemp() {
		if err := makeOwnTemp(); err != nil {
			return nil, fmt.Errorf("open the admin socket: %w", err)
		}
	}
	if info, err := os.Lstat(path); err == nil && info.Mode().Type() != fs.ModeSocket {
		return nil, fmt.Errorf("open the admin socket: %s is in its place and no socket", path)
	}
	if runs := new(Identity); NewClient(path).Get(context.Background(), "/daemon", runs) == nil {
		return nil, fmt.Errorf("open the admin socket: %s is that of another daemon (%s); give this one a store of another name: %s", path, runs, ownStore(d.opts.ConfigPath))
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
	mux := http.NewServeMux()
	mux.HandleFunc("GET /daemon", func(w http.ResponseWriter, _ *http.Request) { answer(w, d.identity()) })
	mux.HandleFunc("GET /config/names", func(w http.ResponseWriter, _ *http.Request) { answer(w, namesOf(d.config())) })
	mux.HandleFunc("GET /config/rules", func(w http.ResponseWriter, _ *http.Request) { answer(w, rulesOf(d.config())) })
	mux.HandleFunc("GET /config/feeds", func(w http.ResponseWriter, _ *http.Request) { answer(w, listOf(d.config())) })
	mux.HandleFunc("POST /test", d.serveTest)
	mux.HandleFunc("GET /status", func(w http.ResponseWriter, _ *http.Request) { answer(w, d.Status()) })
	mux.HandleFunc("GET /history", d.serveHistory)
	mux.HandleFunc("POST /compact", d.serveCompact)
	mux.HandleFunc("POST /backup", d.serveBackup)
	mux.HandleFunc("GET /feeds", d.serveFeeds)
	mux.HandleFunc("GET /held", d.serveHeld)
	mux.HandleFunc("POST /feeds/{decision}", d.serveDecision)
	d.serveAlerts(mux)
	named := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Watcher-Version", d.opts.Version)
		mux.ServeHTTP(w, r)
	})
	return &admin{path, l, &http.Server{Handler: named, ReadHeaderTimeout: 5 * time.Second}}, nil
}

// serve answers until ctx is done.
func (a *admin) serve(ctx context.Context) {
	defer context.AfterFunc(ctx, func() { _ = a.server.Close() })()
	_ = a.server.Serve(a.listen) // only ever ends by Close, which removes the socket too
}

func answer(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v) // the reader is gone if it fails
}

// Status is the state of a running daemon.
type Status struct {
	Version string    `json:"version"`
	PID     int       `json:"pid"`
	Config  string    `json:"config"` // absolute path of the config that it runs on
	Started time.Time `json:"started"`
	Alive   bool      `json:"alive"` // polls and deliveries go round; else a restart may mend it
	Healthy bool      `json:"healthy"`
	Trouble string    `json:"trouble,omitempty"` // why it is not healthy
	// Unstored is since when nothing can be stored, as the disk is full, say.
	Unstored time.Time `json:"unstored,omitzero"`
	Feeds    int       `json:"feeds"`
	// States counts the feeds in each state.
	States map[poll.Condition]int `json:"states"`
	// Outage is since when no feed can be reached: the machine is cut off.
	Outage  time.Time    `json:"outage,omitzero"`
	Rules   int          `json:"rules"`
	Targets int          `json:"targets"`
	Polls   int64        `json:"polls"`
	Failed  int64        `json:"polls_failed"`
	Sent    int64        `json:"messages_sent"`
	Unsent  int64        `json:"attempts_failed"`
	Outbox  notify.Tally `json:"outbox"`
	History History      `json:"history"`
	// Failing are the targets that take nothing at the moment, by name.
	Failing  []FailingTarget `json:"targets_failing,omitempty"`
	Reloaded time.Time       `json:"reloaded,omitzero"`
	// ReloadError is why the last reload was refused; the config in force is
	// then older than the file.
	ReloadError string `json:"reload_error,omitempty"`
}

// History is how large the history of articles is.
type History struct {
	Bytes int64 `json:"bytes"`
	Max   int64 `json:"max"`
	Full  bool  `json:"full,omitzero"` // the oldest had to make room since the start
}

// FailingTarget is a target that has not taken a message since its last failure.
type FailingTarget struct {
	Target   string    `json:"target"`
	Since    time.Time `json:"since"`           // of the first failure
	Error    string    `json:"error,omitempty"` // what it said last
	Failures int       `json:"failures"`
	Told     time.Time `json:"told,omitzero"` // when the ops targets were; zero if not yet
	Next     time.Time `json:"next,omitzero"` // when it is tried next; zero if nothing waits for it
}

// Status returns the daemon's state.
func (d *Daemon) Status() Status {
	cfg := d.config()
	s := Status{
		Version: d.opts.Version, PID: os.Getpid(), Config: d.path, Started: d.started,
		Alive: d.Alive() == nil, Healthy: true,
		Feeds: len(cfg.Feeds), Rules: len(cfg.Rules), Targets: len(cfg.Targets),
		States: d.conditions(), Outage: d.poller.Outage(),
	}
	s.Polls, s.Failed = d.poller.Counts()
	s.History.Max = int64(cfg.History.Max)
	s.History.Bytes, _, s.History.Full = d.store.HistorySize()
	s.Sent, s.Unsent = d.deliverer.Counts()
	var err error
	if s.Outbox, err = d.store.Tally(context.Background()); err == nil {
		s.Failing, err = d.failing()
	}
	if err == nil {
		err = d.Healthy()
	}
	s.Unstored, _ = d.store.Storing()
	if err != nil {
		s.Healthy, s.Trouble = false, err.Error()
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	s.Reloaded = d.reloaded
	if d.reload != nil {
		s.ReloadError = d.reload.Error()
	}
	return s
}

// failing returns the targets that fail.
func (d *Daemon) failing() ([]FailingTarget, error) {
	failing, err := d.store.Failing(context.Background())
	if err != nil {
		return nil, err
	}
	var targets []FailingTarget
	alone := d.deliverer.LeftAlone()
	for _, name := range slices.SortedFunc(maps.Keys(failing), natural.Compare) {
		f := failing[name]
		t := FailingTarget{Target: name, Since: f.Since.UTC(), Error: f.Answer, Failures: f.Failures, Told: f.Told.UTC(), Next: f.Due.UTC()}
		if until := alone[name]; !f.Due.IsZero() && until.After(f.Due) {
			t.Next = until.UTC()
		}
		targets = append(targets, t)
	}
	return targets, nil
}

// statusLine is what systemctl status shows.
func (d *Daemon) statusLine() string {
	s := d.Status()
	line := "watching " + count(s.Feeds, "feed") + " with " + count(s.Rules, "rule")
	if s.ReloadError != "" {
		line += "; the last reload was refused, the old config is in force"
	}
	return line
}

// count says how many there are of a noun.
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
