package bolt

import (
	"errors"
	"fmt"
	"strings"
	"syscall"
	"time"

	"go.etcd.io/bbolt"

	"watcher/internal/fault"
	"watcher/internal/notify"
)

// mostWrites bounds how many writes share a transaction.
const mostWrites = 256

// write is a change that waits to be on disk.
type write struct {
	apply func(*bbolt.Tx) error
	done  chan error
}

// update runs apply in a transaction, which writes that wait at the same time
// share, and returns once it is on disk. An error of apply undoes the whole
// transaction for all of them: what a caller branches on must be found before
// anything is written, and carried out of apply by other means.
func (s *Store) update(apply func(*bbolt.Tx) error) error {
	w := &write{apply: apply, done: make(chan error, 1)}
	s.writes <- w
	return <-w.done
}

// writer is the one goroutine that writes. It takes what has come up while the
// last transaction was being synced; waiting longer would bring more together,
// but measurably nothing for a loaded store and only delay for an idle one.
func (s *Store) writer() {
	defer close(s.written)
	batch := make([]*write, 0, mostWrites)
	for w := range s.writes {
		batch = append(batch[:0], w)
	gather:
		for len(batch) < mostWrites {
			select {
			case w, ok := <-s.writes:
				if !ok {
					break gather
				}
				batch = append(batch, w)
			default:
				break gather
			}
		}
		err := s.db.Update(func(tx *bbolt.Tx) error {
			if s.flight.suspect.Load() {
				if err := reclaim(tx, s.flight.sending, time.Now()); err != nil {
					return err
				}
			}
			for _, w := range batch {
				if err := w.apply(tx); err != nil {
					return err
				}
			}
			fault.Point("in a transaction")
			return nil
		})
		s.flight.land(err == nil)
		if err != nil {
			s.stories = nil // it may have what was undone
		}
		for _, w := range batch {
			w.done <- explain(err)
		}
	}
}

// explain words the errors that a person can do something about. bbolt reports
// some of them as text alone.
func explain(err error) error {
	if err == nil {
		return nil
	}
	for _, full := range []syscall.Errno{syscall.ENOSPC, syscall.EDQUOT, syscall.EFBIG} {
		if errors.Is(err, full) || strings.Contains(err.Error(), full.Error()) {
			return fmt.Errorf("the disk is full, nothing new is stored or sent until there is room: %w", err)
		}
	}
	return err
}

// flushEvery is how long a poll that brought nothing may be in memory only.
const flushEvery = time.Minute

// pruneEvery is how often the file is searched for what can be deleted.
const pruneEvery = 24 * time.Hour

// flusher writes down now and then what changed in memory only, and prunes. What
// it could not write stays to be written: the next commit meets the same
// trouble, and reports it.
func (s *Store) flusher() {
	defer close(s.flushed)
	flush, prune, unmap := time.NewTicker(flushEvery), time.NewTicker(pruneEvery), time.NewTicker(unmapEvery)
	defer flush.Stop()
	defer prune.Stop()
	defer unmap.Stop()
	for {
		select {
		case <-s.closing:
			return
		case <-flush.C:
			_ = s.flush()
			if s.flight.suspect.Load() && s.update(func(*bbolt.Tx) error { return nil }) == nil {
				s.spreadAll() // there may be something to do of which nobody knows
			}
		case <-prune.C:
			_ = s.prune()
		case <-unmap.C:
			s.unmap()
		}
	}
}

// unmapEvery is how often pages of the file are let go that were looked at.
const unmapEvery = 10 * time.Second

// news lets waiters know of a change. It is guarded by Store.mu.
type news struct{ c chan struct{} }

func newNews() *news { return &news{make(chan struct{})} }

// spread wakes all who wait.
func (n *news) spread() {
	close(n.c)
	n.c = make(chan struct{})
}

// outboxNews returns target's. The caller holds mu.
func (s *Store) outboxNews(target string) *news {
	n := s.outbox[target]
	if n == nil {
		n = newNews()
		s.outbox[target] = n
	}
	return n
}

// spread tells the workers of targets that there is something for them.
func (s *Store) spread(targets map[string]bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for t := range targets {
		s.outboxNews(t).spread()
	}
}

// wakeFor is a Wake for target at the given time. The channel must have been
// taken (changed) before the store was read, or a change in between is missed.
func wakeFor(changed <-chan struct{}, at, now time.Time) notify.Wake {
	w := notify.Wake{Changed: changed}
	if !at.IsZero() {
		w.After = max(at.Sub(now), time.Millisecond)
	}
	return w
}
