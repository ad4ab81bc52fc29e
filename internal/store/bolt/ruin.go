package bolt

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"sync/atomic"

	"watcher/internal/store/pages"
)

// ruin says that bbolt, or a read, panicked on the open file. Nothing is read or
// written any more: the process must end, and the next one sets the file aside.
type ruin struct {
	found atomic.Pointer[damageError]
	known chan struct{} // closed once there is a ruin
}

// Ruined is closed once the file is found damaged in a way that cannot be repaired
// while it is open. Then the process must end; the next Open sets the file aside.
func (s *Store) Ruined() <-chan struct{} { return s.ruin.known }

// Ruin returns what was found once Ruined is closed; nil before.
func (s *Store) Ruin() error {
	if d := s.ruin.found.Load(); d != nil {
		return d
	}
	return nil
}

// use runs f, which reads or changes the file, unless the file is ruined.
func (s *Store) use(f func() error) error {
	if d := s.ruin.found.Load(); d != nil {
		return d
	}
	err := catching(f)
	if d, ok := errors.AsType[*damageError](err); ok {
		s.ruinedBy(d)
	}
	return err
}

// ruinedBy leaves a mark for the next process, which may find nothing wrong with the
// pages and would end the same way.
func (s *Store) ruinedBy(d *damageError) {
	if s.readOnly || !s.ruin.found.CompareAndSwap(nil, d) {
		return
	}
	if latest, err := latest(s.place.path); err == nil {
		// If it cannot be written, the next process finds out by itself.
		_ = os.WriteFile(ruinPath(s.place.path), []byte(ruinMark(latest)+d.err.Error()), 0o600)
	}
	close(s.ruin.known)
}

func latest(path string) (pages.Snapshot, error) {
	file, err := os.Open(path)
	if err != nil {
		return pages.Snapshot{}, err
	}
	defer file.Close()
	return pages.Latest(file)
}

func ruinPath(store string) string { return store + ".ruined" }

// ruinMark is the beginning of a mark: it is for one state of one file, not for a copy
// that somebody puts in its place.
func ruinMark(s pages.Snapshot) string { return fmt.Sprintf("%v\n", s) }

// ruinedBefore returns what ended the last process that had the file open; nil if
// nothing did.
func ruinedBefore(path string, latest pages.Snapshot) error {
	mark, err := os.ReadFile(ruinPath(path))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if reason, ok := strings.CutPrefix(string(mark), ruinMark(latest)); ok {
		return errors.New(reason)
	}
	return nil
}

// catching runs f and returns its error. A panic of bbolt, and a fault in the memory
// that maps the file (truncated, or unreadable), becomes a damageError. Any other panic
// goes on.
func catching(f func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		p := recover()
		if p == nil {
			return
		}
		if !ofFile(p) {
			panic(p)
		}
		err = &damageError{fmt.Errorf("%v", p)}
	}()
	return f()
}

// ofFile reports whether a panic that is being recovered is about the content of the
// file. It may have been recovered and raised again on its way, as sealed.Try does.
func ofFile(p any) bool {
	if _, fault := p.(interface{ Addr() uintptr }); fault {
		return true
	}
	pcs := make([]uintptr, 256)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs)])
	panicking := false
	for {
		f, more := frames.Next()
		inRuntime := strings.HasPrefix(f.Function, "runtime.")
		if panicking && !inRuntime {
			if strings.HasPrefix(f.Function, "go.etcd.io/bbolt") {
				return true
			}
			panicking = false // raised here, or raised again
		}
		panicking = panicking || f.Function == "runtime.gopanic"
		if !more {
			return false
		}
	}
}
