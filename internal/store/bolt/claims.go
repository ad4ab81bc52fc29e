package bolt

import (
	"bytes"
	"cmp"
	"container/heap"
	"context"
	"fmt"
	"iter"
	"maps"
	"slices"
	"time"

	"go.etcd.io/bbolt"

	"watcher/internal/notify"
	"watcher/internal/poll"
)

// clock is the store's. Without the monotonic reading, which stands still while
// a machine is suspended: what came due meanwhile is due when it wakes.
func clock() time.Time { return time.Now().Round(0) }

// ClaimDue implements poll.Store. It does no I/O.
func (s *Store) ClaimDue(ctx context.Context, n int, lease, ahead time.Duration) ([]poll.Claim, notify.Wake, error) {
	if err := ctx.Err(); err != nil {
		return nil, notify.Wake{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	now := clock()
	var due []poll.Claim
	for len(due) < n && len(s.queue) > 0 && !s.queue[0].at().After(now) {
		due = append(due, s.claim(s.queue[0], now, lease))
	}
	if ahead > 0 {
		later := slices.Collect(maps.Values(s.feeds))
		later = slices.DeleteFunc(later, func(f *feed) bool { return !f.lease.IsZero() || f.record.Due.After(now.Add(ahead)) })
		slices.SortFunc(later, func(a, b *feed) int { return a.record.Due.Compare(b.record.Due) })
		for _, f := range later[:min(len(later), n-len(due))] {
			due = append(due, s.claim(f, now, lease))
		}
	}
	var next time.Time
	if len(s.queue) > 0 {
		next = s.queue[0].at()
	}
	return due, wakeFor(s.dueNews.c, next, now), nil
}

// claim takes a feed. The caller holds mu.
func (s *Store) claim(f *feed, now time.Time, lease time.Duration) poll.Claim {
	s.tokens++
	f.token, f.lease = s.tokens, now.Add(lease)
	heap.Fix(&s.queue, f.place)
	return poll.Claim{Feed: f.record.ID, Token: f.token, Due: f.record.Due, Now: now, State: f.record.State}
}

// Claim implements poll.Register.
func (s *Store) Claim(ctx context.Context, id string, lease time.Duration) (poll.Claim, bool, notify.Wake, error) {
	if err := ctx.Err(); err != nil {
		return poll.Claim{}, false, notify.Wake{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	f, now := s.feeds[id], clock()
	switch {
	case f == nil:
		return poll.Claim{}, false, notify.Wake{}, fmt.Errorf("%w: %s", poll.ErrUnknownFeed, id)
	case f.lease.After(now):
		return poll.Claim{}, false, wakeFor(s.dueNews.c, f.lease, now), nil
	}
	return s.claim(f, now, lease), true, notify.Wake{}, nil
}

// mostCopied is how many feeds are copied under the lock at a time.
const mostCopied = 256

// Feeds implements poll.Register.
func (s *Store) Feeds(ctx context.Context) iter.Seq2[poll.Entry, error] {
	return func(yield func(poll.Entry, error) bool) {
		s.mu.Lock()
		ids := slices.Sorted(maps.Keys(s.feeds))
		s.mu.Unlock()
		some := make([]poll.Entry, 0, mostCopied)
		for chunk := range slices.Chunk(ids, mostCopied) {
			if err := ctx.Err(); err != nil {
				yield(poll.Entry{}, err)
				return
			}
			some = some[:0]
			s.mu.Lock()
			for _, id := range chunk {
				if f := s.feeds[id]; f != nil {
					some = append(some, poll.Entry{Feed: id, URL: f.record.URL, Due: f.record.Due, State: f.record.State})
				}
			}
			s.mu.Unlock()
			for i := range some {
				if !yield(some[i], nil) {
					return
				}
			}
		}
	}
}

// Seen implements poll.Store.
func (s *Store) Seen(_ context.Context, c poll.Claim) ([]byte, error) {
	s.mu.Lock()
	f := s.claimed(c)
	s.mu.Unlock()
	if f == nil {
		return nil, nil // the outcome will be refused anyway
	}
	var seen []byte
	err := s.db.View(func(tx *bbolt.Tx) error {
		seen = bytes.Clone(tx.Bucket(bucketSeen).Get(number(f.number)))
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read what %s has shown: %w", c.Feed, err)
	}
	return seen, nil
}

// claimed returns the feed of a claim that still holds, else nil. The caller
// holds mu.
func (s *Store) claimed(c poll.Claim) *feed {
	f := s.feeds[c.Feed]
	if f == nil || f.token != c.Token || f.lease.IsZero() || !f.lease.After(clock()) {
		return nil
	}
	return f
}

// Commit implements poll.Store. A crash before the transaction is on disk
// leaves everything as it was before the polls, which will be done again; a
// crash after it leaves alerts that are held, to be composed at the next start.
func (s *Store) Commit(_ context.Context, outcomes []poll.Outcome) ([]poll.Claim, error) {
	loud := slices.ContainsFunc(outcomes, func(o poll.Outcome) bool { return !o.Quiet() })
	s.commits.RLock()
	defer s.commits.RUnlock()
	if !loud {
		return s.settle(outcomes), nil
	}
	articles := make(map[uint64][]byte)
	for i := range outcomes {
		packed, err := s.packArticles(outcomes[i].Articles)
		if err != nil {
			return nil, err
		}
		articles[outcomes[i].Claim.Token] = packed
	}
	var targets map[string]bool
	var lost []poll.Claim
	err := s.update(func(tx *bbolt.Tx) error {
		targets, lost = make(map[string]bool), nil
		// The order of the keys: neighbouring feeds share pages.
		ordered := slices.Clone(outcomes)
		numbers := s.numbers(ordered)
		slices.SortFunc(ordered, func(a, b poll.Outcome) int {
			return cmp.Compare(numbers[a.Claim.Token], numbers[b.Claim.Token])
		})
		for _, o := range ordered {
			n, ok := numbers[o.Claim.Token]
			if !ok || o.Quiet() {
				continue
			}
			if err := s.commitOne(tx, n, o, targets); err != nil {
				return err
			}
			if err := putArticles(tx, articles[o.Claim.Token], o.Claim.Now); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		s.release(outcomes)
		return nil, fmt.Errorf("store what %d polls brought: %w", len(outcomes), err)
	}
	lost = s.settle(outcomes)
	s.spread(targets)
	return lost, nil
}

// numbers returns the numbers of the feeds whose claims hold, by token, and
// sees to it that they hold until settle: what is being written now must not be
// claimed by another.
func (s *Store) numbers(outcomes []poll.Outcome) map[uint64]uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := make(map[uint64]uint64, len(outcomes))
	for _, o := range outcomes {
		if f := s.claimed(o.Claim); f != nil {
			n[o.Claim.Token] = f.number
			f.lease = clock().Add(time.Hour)
			heap.Fix(&s.queue, f.place)
		}
	}
	return n
}

func (s *Store) commitOne(tx *bbolt.Tx, n uint64, o poll.Outcome, targets map[string]bool) error {
	s.mu.Lock()
	record := s.feeds[o.Claim.Feed].record
	s.mu.Unlock()
	record.State, record.Due = o.State, o.Next
	if err := putRecord(tx.Bucket(bucketFeeds), n, &record); err != nil {
		return err
	}
	if o.Seen != nil {
		if err := tx.Bucket(bucketSeen).Put(number(n), o.Seen); err != nil {
			return err
		}
	}
	return s.holdAll(tx, o.Alerts, targets)
}

// settle ends the claims of outcomes that are stored, or need not be yet, and
// returns those that were lost.
func (s *Store) settle(outcomes []poll.Outcome) (lost []poll.Claim) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, o := range outcomes {
		f := s.claimed(o.Claim)
		if f == nil {
			lost = append(lost, o.Claim)
			continue
		}
		f.record.State, f.record.Due = o.State, o.Next
		f.lease = time.Time{}
		heap.Fix(&s.queue, f.place)
		if o.Quiet() {
			s.dirty[f] = true
		} else {
			delete(s.dirty, f)
		}
	}
	s.dueNews.spread()
	return lost
}

// retryCommit is when feeds are due again whose outcome could not be stored.
const retryCommit = 10 * time.Second

// release gives back the claims of outcomes that could not be stored.
func (s *Store) release(outcomes []poll.Outcome) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, o := range outcomes {
		if f := s.claimed(o.Claim); f != nil {
			f.lease, f.record.Due = time.Time{}, clock().Add(retryCommit)
			heap.Fix(&s.queue, f.place)
		}
	}
	s.dueNews.spread()
}

// mostFlushed bounds a transaction of flush, so that commits do not wait long.
const mostFlushed = 2000

// flush writes the feeds that changed in memory only, in the order of their
// keys: neighbours share pages.
func (s *Store) flush() error {
	s.mu.Lock()
	dirty := slices.Collect(maps.Keys(s.dirty))
	s.mu.Unlock()
	slices.SortFunc(dirty, func(a, b *feed) int { return cmp.Compare(a.number, b.number) })
	for some := range slices.Chunk(dirty, mostFlushed) {
		if err := s.flushSome(some); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) flushSome(some []*feed) error {
	// No commit between the copy and the write, which would undo it.
	s.commits.Lock()
	defer s.commits.Unlock()
	type change struct {
		number uint64
		record feedRecord
	}
	changes := make([]change, 0, len(some))
	s.mu.Lock()
	for _, f := range some {
		if s.dirty[f] { // not committed or removed meanwhile
			changes = append(changes, change{f.number, f.record})
			delete(s.dirty, f)
		}
	}
	s.mu.Unlock()
	if len(changes) == 0 {
		return nil
	}
	err := s.update(func(tx *bbolt.Tx) error {
		for i := range changes {
			if err := putRecord(tx.Bucket(bucketFeeds), changes[i].number, &changes[i].record); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		for _, f := range some {
			if s.feeds[f.record.ID] == f {
				s.dirty[f] = true
			}
		}
	}
	return err
}
