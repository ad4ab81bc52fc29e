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
	"watcher/internal/store"
	"watcher/internal/store/sealed"
)

// maxRecords bounds about how many records the small writes of a transaction change.
const maxRecords = 512

// write is a change that waits for a transaction.
type write struct {
	apply   func(*sealed.Tx) error
	records int // about how many records it changes
	done    chan error

	// exclusive runs between two transactions, in place of apply, unless its caller has
	// given up waiting.
	exclusive func() error
	taken     atomic.Bool // it has run, or its caller has given up
}

// errReadOnly is returned for a change of a store that is open for reading.
var errReadOnly = errors.New("the store is open read-only")

// update runs apply, which changes a few records, in a transaction that it shares with
// other waiting writes, and returns once that is on disk. If apply of one write returns
// an error, the transaction is made again without that write, so apply may run several
// times. The write itself runs again alone, and once more for each broken record that
// was set aside.
func (s *Store) update(apply func(*sealed.Tx) error) error { return s.updateOf(1, apply) }

// updateOf is update for an apply that changes about that many records.
func (s *Store) updateOf(records int, apply func(*sealed.Tx) error) error {
	return s.submit(s.writes, &write{apply: apply, records: records, done: make(chan error, 1)})
}

// updateLarge is update for long changes that nobody waits for. No two of them share a
// transaction, and writes that arrive during one go before the next.
func (s *Store) updateLarge(apply func(*sealed.Tx) error) error {
	return s.submit(s.large, &write{apply: apply, done: make(chan error, 1)})
}

func (s *Store) submit(lane chan *write, w *write) error {
	if s.readOnly {
		return errReadOnly
	}
	lane <- w
	return <-w.done
}

// batch holds the writes of one transaction.
type batch struct {
	writes    []*write
	records   int
	large     bool      // the batch is one large write
	rested    time.Time // until when the next large write waits
	exclusive *write    // what runs after the transaction
}

// maxRest bounds how long small writes go first after a large one.
const maxRest = 50 * time.Millisecond

// gather fills b with the writes of the next transaction: those that arrived while the
// last one was synced. Waiting longer gains nothing measurable under load, and delays an
// idle store.
//
// A large write has a transaction to itself. For as long as it took, only small writes
// follow: one alert takes several transactions in a row, and would otherwise wait for a
// large one before each of them. It returns false once the store is closed.
func (s *Store) gather(b *batch) bool {
	after := b.large
	*b = batch{writes: b.writes[:0], rested: b.rested}
	rest := time.Until(b.rested)
	if rest <= 0 && !after {
		select {
		case w := <-s.large:
			b.addLarge(w)
			return true
		default:
		}
	}
	if s.gatherWaiting(b); len(b.writes) > 0 || b.exclusive != nil {
		return true
	}
	large, rested := s.large, (<-chan time.Time)(nil)
	if rest > 0 {
		large, rested = nil, time.After(rest)
	}
	for {
		select {
		case w, ok := <-s.writes:
			if !ok {
				return false
			}
			b.add(w)
			s.gatherWaiting(b)
			return true
		case w := <-large:
			b.addLarge(w)
			return true
		case <-rested:
			large = s.large
		}
	}
}

// gatherWaiting adds the waiting small writes, up to maxRecords.
func (s *Store) gatherWaiting(b *batch) {
	for b.exclusive == nil && b.records < maxRecords {
		select {
		case w, ok := <-s.writes:
			if !ok {
				return
			}
			b.add(w)
		default:
			return
		}
	}
}

func (b *batch) add(w *write) {
	if w.exclusive != nil {
		b.exclusive = w
		return
	}
	b.writes = append(b.writes, w)
	b.records += w.records
}

func (b *batch) addLarge(w *write) {
	b.writes = append(b.writes, w)
	b.large = true
}

// writer runs all write transactions, in one goroutine.
func (s *Store) writer() {
	defer close(s.written)
	var b batch
	var unmapped time.Time
	for s.gather(&b) {
		begun := time.Now()
		failed, err := s.transact(b.writes)
		for failed != nil {
			b.writes = slices.DeleteFunc(b.writes, func(w *write) bool { return w == failed })
			failed.done <- explain(s.alone(failed))
			failed, err = s.transact(b.writes)
		}
		for _, w := range b.writes {
			w.done <- explain(err)
		}
		if b.large {
			end := time.Now()
			b.rested = end.Add(min(end.Sub(begun), maxRest))
		}
		if b.exclusive != nil {
			b.exclusive.runExclusive()
		}
		if now := time.Now(); now.Sub(unmapped) >= unmapEvery && s.ruin.found.Load() == nil {
			unmapped = now
			unmap(s.db)
		}
	}
}

// unmapEvery is the shortest time between two releases of the file's pages. It is done
// after transactions, because nothing is read without one.
const unmapEvery = 20 * time.Millisecond

// transact runs one transaction of writes. It returns the write whose error rolled all
// of them back, or nil if the transaction itself succeeded or failed.
func (s *Store) transact(writes []*write) (failed *write, err error) {
	if len(writes) == 0 {
		return nil, nil
	}
	var began *sealed.Tx
	s.added = 0
	s.writing.Store(time.Now().UnixNano())
	defer s.writing.Store(0)
	err = s.use(func() error {
		return s.db.Update(func(tx *sealed.Tx) (err error) {
			began = tx
			failed, err = s.apply(tx, writes)
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
		s.flight.endTx(err == nil)
	}
	return failed, err
}

// apply applies writes, and returns the one that failed.
func (s *Store) apply(tx *sealed.Tx, writes []*write) (failed *write, err error) {
	if s.flight.suspect.Load() {
		if err := s.reclaim(tx); err != nil {
			return nil, err
		}
	}
	for _, w := range writes {
		if err := sealed.Try(func() error { return w.apply(tx) }); err != nil {
			return w, err
		}
	}
	fault.Point("in a transaction")
	return nil, nil
}

// allocated is how many bytes of pages a transaction, which may have ended, asked for;
// 0 for nil.
func allocated(tx *sealed.Tx) int64 {
	if tx == nil {
		return 0
	}
	stats := tx.Stats()
	return stats.GetPageAlloc()
}

// alone runs a write by itself, and again for each record it finds that cannot be
// decoded.
func (s *Store) alone(w *write) error {
	for {
		_, err := s.transact([]*write{w})
		broken := brokenIn(err)
		if broken == nil {
			return err
		}
		aside := &write{apply: func(tx *sealed.Tx) error { return s.setAside(tx, broken) }}
		if _, err := s.transact([]*write{aside}); err != nil {
			return errors.Join(broken, err)
		}
	}
}

// explain words the errors that a person can act on. bbolt reports some of them as text
// alone.
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
			return fmt.Errorf("the disk accepts no writes, so nothing new is stored or sent: %w", err)
		}
	}
	return err
}

// flushEvery is how long a poll without news may be in memory only.
const flushEvery = time.Minute

// flusher regularly writes what changed only in memory, prunes, and repairs what a
// wrong clock left. What fails is done later: the next commit meets the same error and
// reports it.
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
		if s.flight.suspect.Load() && s.update(func(*sealed.Tx) error { return nil }) == nil {
			s.broadcastAll() // there may be work that nobody was woken for
		}
	}
}

// broadcaster wakes waiters on a change. Store.mu guards it.
type broadcaster struct{ c chan struct{} }

func newNews() *broadcaster { return &broadcaster{make(chan struct{})} }

// broadcast wakes all waiters.
func (n *broadcaster) broadcast() {
	close(n.c)
	n.c = make(chan struct{})
}

// targetWakes are the broadcasters of a target: for what it holds, and for its
// deliveries.
type targetWakes struct{ held, queued *broadcaster }

// newsOf returns the broadcasters of target. The caller holds mu.
func (s *Store) newsOf(target string) targetWakes {
	n, ok := s.outbox[target]
	if !ok {
		n = targetWakes{newNews(), newNews()}
		s.outbox[target] = n
	}
	return n
}

// heldNews returns a channel that is closed when what target holds changes. Take it
// before reading the store, or a change in between is missed.
func (s *Store) heldNews(target string) <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.newsOf(target).held.c
}

// queuedNews is heldNews for the deliveries of target.
func (s *Store) queuedNews(target string) <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.newsOf(target).queued.c
}

// spreadHeld wakes the composers of targets that hold more.
func (s *Store) spreadHeld(targets map[string]bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for t := range targets {
		s.newsOf(t).held.broadcast()
	}
}

// spreadQueued wakes the sender of target: its deliveries have changed.
func (s *Store) spreadQueued(target string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.newsOf(target).queued.broadcast()
}

// spread wakes composers and senders of targets.
func (s *Store) spread(targets map[string]bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for t := range targets {
		n := s.newsOf(t)
		n.held.broadcast()
		n.queued.broadcast()
	}
}

// broadcastAll wakes the composers and senders of all targets.
func (s *Store) broadcastAll() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, n := range s.outbox {
		n.held.broadcast()
		n.queued.broadcast()
	}
}

// wakeFor is a Wake at the given time or on a change. Take changed before reading the
// store, or a change in between is missed.
func wakeFor(changed <-chan struct{}, at, now time.Time) store.Wake {
	w := store.Wake{Changed: changed}
	if !at.IsZero() {
		w.After = max(at.Sub(now), time.Millisecond)
	}
	return w
}
