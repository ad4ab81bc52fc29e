// Package filewatch tells when files may have become others: written, renamed over,
// removed and made anew, or reached by a link that leads elsewhere now. It does not
// read them; who follows them compares what is there.
package filewatch

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"path/filepath"
	"sync"
	"time"

	"github.com/fsnotify/fsnotify"
)

const (
	// quiet is how long nothing must happen before it is told that something has:
	// a program that saves a file does so in several steps, of which only the last
	// leaves a whole one.
	quiet = 300 * time.Millisecond
	// atLatest is when it is told though things go on happening.
	atLatest = 10 * time.Second
	// anyway is how often it is told without a sign: the kernel has none of what
	// another machine writes to a network's disk.
	anyway = 10 * time.Second
)

// Watch follows files. It is made by New, and works while Run does.
type Watch struct {
	log     *slog.Logger
	stirred chan struct{}
	follow  chan struct{} // that the set below is another
	mu      sync.Mutex
	paths   []string
	folders []string
}

// New makes a watch that follows nothing yet.
func New(log *slog.Logger) *Watch {
	return &Watch{log: log, stirred: make(chan struct{}, 1), follow: make(chan struct{}, 1)}
}

// Stirred receives when something may have happened to what is followed, and now and
// then without a reason.
func (w *Watch) Stirred() <-chan struct{} { return w.stirred }

// Follow sets what is followed: files, whether they are there or not, and all in the
// folders. Nil of both follows nothing, and then nothing is told.
func (w *Watch) Follow(paths, folders []string) {
	w.mu.Lock()
	w.paths, w.folders = paths, folders
	w.mu.Unlock()
	signal(w.follow)
}

func signal(c chan<- struct{}) {
	select {
	case c <- struct{}{}:
	default: // it is there already
	}
}

// Run watches until ctx is done.
func (w *Watch) Run(ctx context.Context) {
	s := sight{log: w.log}
	defer s.close()
	pause, last := stopped(), stopped()
	defer pause.Stop()
	defer last.Stop()
	tick := time.NewTicker(anyway)
	defer tick.Stop()
	tell := func() {
		pause.Stop()
		last.Stop()
		s.waiting = false
		if s.set(w.followed()); !s.empty() { // what was made meanwhile is followed too
			signal(w.stirred)
		}
	}
	for {
		select {
		case <-ctx.Done():
			return
		case <-w.follow:
			s.set(w.followed())
		case e := <-s.events():
			if !s.concerns(e.Name) {
				continue
			}
			pause.Reset(quiet)
			if !s.waiting {
				s.waiting = true
				last.Reset(atLatest)
			}
		case err := <-s.errors(): // events were lost, say
			w.log.Warn("signs of changed files were missed", "error", err)
			pause.Reset(quiet)
		case <-pause.C:
			tell()
		case <-last.C:
			tell()
		case <-tick.C:
			tell()
		}
	}
}

func (w *Watch) followed() (paths, folders []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.paths, w.folders
}

func stopped() *time.Timer {
	t := time.NewTimer(time.Hour)
	t.Stop()
	return t
}

// sight is what the kernel is asked to tell of.
type sight struct {
	log     *slog.Logger
	watcher *fsnotify.Watcher // nil while nothing is followed, or where there is none
	blind   bool              // that there is none was said
	names   map[string]bool   // of files, and of links on the way to them
	folders map[string]bool   // all in them counts
	waiting bool              // something has happened and is not told yet
}

func (s *sight) empty() bool { return len(s.names) == 0 && len(s.folders) == 0 }

func (s *sight) events() <-chan fsnotify.Event {
	if s.watcher == nil {
		return nil
	}
	return s.watcher.Events
}

func (s *sight) errors() <-chan error {
	if s.watcher == nil {
		return nil
	}
	return s.watcher.Errors
}

// concerns reports whether an event at a path is of what is followed.
func (s *sight) concerns(path string) bool { return s.names[path] || s.folders[filepath.Dir(path)] }

// set follows paths and folders. Folders are watched, and not files: most programs
// save a file by putting another one in its place, of which a watch on the file itself
// never hears.
func (s *sight) set(paths, folders []string) {
	s.names, s.folders = make(map[string]bool), make(map[string]bool)
	dirs := make(map[string]bool)
	for _, path := range paths {
		for _, step := range trail(path) {
			s.names[step], dirs[filepath.Dir(step)] = true, true
		}
	}
	for _, folder := range folders {
		steps := trail(folder)
		for _, step := range steps {
			s.names[step], dirs[filepath.Dir(step)] = true, true
		}
		end := steps[len(steps)-1]
		s.folders[end], dirs[end] = true, true
	}
	if s.empty() {
		s.close()
		return
	}
	if s.watcher == nil && !s.blind {
		watcher, err := fsnotify.NewWatcher()
		if err != nil {
			s.cannot(err)
			return
		}
		s.watcher = watcher
	}
	if s.watcher == nil {
		return
	}
	for _, dir := range s.watcher.WatchList() {
		if !dirs[dir] {
			_ = s.watcher.Remove(dir) // it is gone, and the watch with it
		}
	}
	for dir := range dirs {
		// A folder that is not there is waited for in the one above it; in one that
		// is closed to us only others can change anything, which is seen a little
		// later. Adding one that is watched changes nothing.
		if err := s.watcher.Add(dir); err != nil && !errors.Is(err, fs.ErrPermission) && isFolder(dir) {
			s.cannot(err)
		}
	}
}

// cannot says, once, that changes are looked for only now and then.
func (s *sight) cannot(err error) {
	if !s.blind {
		s.log.Warn("changed files are seen only after some seconds: the kernel does not tell of them", "error", err)
	}
	s.blind = true
}

func (s *sight) close() {
	if s.watcher != nil {
		_ = s.watcher.Close() // an inotify handle; nothing is lost with it
		s.watcher = nil
	}
}
