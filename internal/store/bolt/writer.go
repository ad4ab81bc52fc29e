package bolt

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"watcher/internal/fault"
	"watcher/internal/notify"
	bbolt "watcher/internal/store/sealed"
)

// mostWrites bounds how many writes share a transaction.
const mostWrites = 256

// write is a change that waits to be on disk.
type write struct {
	apply func(*bbolt.Tx) error
	done  chan error

	// exclusive is run between two transactions, in the place of apply, unless who
	// asked for it has given up.
	exclusive func() error
	taken     atomic.Bool // it was run, or given up
}

// errReadOnly says that a store is open for looking at it.
var errReadOnly = errors.New("the store is open for reading alone")

// update runs apply in a transaction, which writes that wait at the same time
// share, and returns once it is on disk. What an error of apply undoes for the
// others is done again without it, so that apply may run several times; its own
// again by itself, and after each record that cannot be decoded was put aside.
func (s *Store) update(apply func(*bbolt.Tx) error) error {
	if s.readOnly {
		return errReadOnly
	}
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
	var unmapped time.Time
	for w := range s.writes {
		if w.exclusive != nil {
			w.runExclusive()
			continue
		}
		batch = append(batch[:0], w)
		var exclusive *write
	gather:
		for len(batch) < mostWrites {
			select {
			case w, ok := <-s.writes:
				if !ok {
					break gather
				}
				if w.exclusive != nil {
					exclusive = w
					break gather
				}
				batch = append(batch, w)
			default:
				break gather
			}
		}
		failed, err := s.transact(batch)
		for failed != nil {
			batch = slices.DeleteFunc(batch, func(w *write) bool { return w == failed })
			failed.done <- explain(s.alone(failed))
			failed, err = s.transact(batch)
		}
		for _, w := range batch {
			w.done <- explain(err)
		}
		if exclusive != nil {
			exclusive.runExclusive()
		}
		if now := time.Now(); now.Sub(unmapped) >= unmapEvery && s.ruin.found.Load() == nil {
			unmapped = now
			unmap(s.db)
		}
	}
}

// unmapEvery is how often, at most, the pages of the file are let go that were
// looked at. It is done after transactions, as nothing is read without one.
const unmapEvery = 20 * time.Millisecond

// transact makes one transaction of writes. It returns the one whose error undid
// them all, or nil where the transaction itself came to its end, good or bad.
func (s *Store) transact(batch []*write) (failed *write, err error) {
	if len(batch) == 0 {
		return nil, nil
	}
	var began *bbolt.Tx
	s.added = 0
	s.writing.Store(time.Now().UnixNano())
	defer s.writing.Store(0)
	err = s.use(func() error {
		return s.db.Update(func(tx *bbolt.Tx) (err error) {
			began = tx
			failed, err = s.apply(tx, batch)
			return err
		})
	})
	if err != nil {
		s.stories.Undo(s.added)
		if failed == nil && s.ruin.found.Load() == nil {
			s.storing.fails(err, allocated(began))
		}
	}
	if failed != nil {
		s.flight.undo()
	} else {
		s.flight.land(err == nil)
	}
	return failed, err
}

// apply applies writes, and returns the one that failed.
func (s *Store) apply(tx *bbolt.Tx, batch []*write) (failed *write, err error) {
	if s.flight.suspect.Load() {
		if err := s.reclaim(tx); err != nil {
			return nil, err
		}
	}
	for _, w := range batch {
		if err := bbolt.Try(func() error { return w.apply(tx) }); err != nil {
			return w, err
		}
	}
	fault.Point("in a transaction")
	return nil, nil
}

// allocated is how many bytes of pages a transaction, which may be over, asked for;
// 0 for nil.
func allocated(tx *bbolt.Tx) int64 {
	if tx == nil {
		return 0
	}
	stats := tx.Stats()
	return stats.GetPageAlloc()
}

// alone makes a write by itself, and again as often as it finds a record that
// cannot be decoded.
func (s *Store) alone(w *write) error {
	for {
		_, err := s.transact([]*write{w})
		broken := brokenIn(err)
		if broken == nil {
			return err
		}
		aside := &write{apply: func(tx *bbolt.Tx) error { return setAside(tx, broken) }}
		if _, err := s.transact([]*write{aside}); err != nil {
			return errors.Join(broken, err)
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
	for _, broken := range []syscall.Errno{syscall.EROFS, syscall.EIO} {
		if errors.Is(err, broken) || strings.Contains(err.Error(), broken.Error()) {
			return fmt.Errorf("the disk takes nothing, so nothing new is stored or sent: %w", err)
		}
	}
	return err
}

// flushEvery is how long a poll that brought nothing may be in memory only.
const flushEvery = time.Minute

// flusher writes down now and then what changed in memory only, prunes, and sets
// right what a clock that was wrong has left. What it could not do stays to be
// done: the next commit meets the same trouble, and reports it.
func (s *Store) flusher() {
	defer close(s.flushed)
	tick := time.NewTicker(flushEvery)
	defer tick.Stop()
	for {
		if since := clock().Sub(s.pruned); since >= pruneEvery || since < 0 {
			_ = s.prune()
		}
		select {
		case <-s.closing:
			return
		case <-tick.C:
		}
		_ = s.flush()
		_ = s.mendRetries()
		if s.flight.suspect.Load() && s.update(func(*bbolt.Tx) error { return nil }) == nil {
			s.spreadAll() // there may be something to do of which nobody knows
		}
	}
}

// news lets waiters know of a change. It is guarded by Store.mu.
type news struct{ c chan struct{} }

func newNews() *news { return &news{make(chan struct{})} }

// spread wakes all who wait.
func (n *news) spread() {
	close(n.c)
	n.c = make(chan struct{})
}

// outboxNews are of a target: of what it holds, and of its deliveries.
type outboxNews struct{ held, queued *news }

// newsOf returns target's. The caller holds mu.
func (s *Store) newsOf(target string) outboxNews {
	n, ok := s.outbox[target]
	if !ok {
		n = outboxNews{newNews(), newNews()}
		s.outbox[target] = n
	}
	return n
}

// heldNews returns the channel that is closed when what target holds changes. It
// must be taken before the store is read, or a change in between is missed.
func (s *Store) heldNews(target string) <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.newsOf(target).held.c
}

// queuedNews does the same for the deliveries of target.
func (s *Store) queuedNews(target string) <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.newsOf(target).queued.c
}

// spreadHeld tells those who compose for targets that more is held.
func (s *Store) spreadHeld(targets map[string]bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for t := range targets {
		s.newsOf(t).held.spread()
	}
}

// spreadQueued tells those who send to target that its deliveries have changed.
func (s *Store) spreadQueued(target string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.newsOf(target).queued.spread()
}

// spread tells both of targets that there may be something for them.
func (s *Store) spread(targets map[string]bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for t := range targets {
		n := s.newsOf(t)
		n.held.spread()
		n.queued.spread()
	}
}

// spreadAll does so for all targets.
func (s *Store) spreadAll() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, n := range s.outbox {
		n.held.spread()
		n.queued.spread()
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
