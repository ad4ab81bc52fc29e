package bolt

import (
	"bytes"
	"cmp"
	"container/heap"
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"go.etcd.io/bbolt"

	"watcher/internal/feeds"
	"watcher/internal/notify"
	"watcher/internal/poll"
)

// keepRemoved is how long what a removed feed has shown is kept, in case it
// comes back.
const keepRemoved = 90 * 24 * time.Hour

// feed is a configured feed in memory. All but number is guarded by Store.mu.
type feed struct {
	number uint64 // key in the buckets; outlives a change of name
	record feedRecord
	token  uint64    // of the last claim
	lease  time.Time // until when it is claimed; zero if it is not
	place  int       // in the heap
}

// feedRecord is a feed on disk.
type feedRecord struct {
	ID      string     `json:"id"`
	URL     string     `json:"url"`
	Due     time.Time  `json:"due"`
	Removed time.Time  `json:"removed,omitzero"`
	State   poll.State `json:"state"`
}

// at is when the feed needs attention next.
func (f *feed) at() time.Time {
	if !f.lease.IsZero() {
		return f.lease
	}
	return f.record.Due
}

// feedHeap orders feeds by when they need attention.
type feedHeap []*feed

func (h feedHeap) Len() int           { return len(h) }
func (h feedHeap) Less(i, j int) bool { return h[i].at().Before(h[j].at()) }
func (h feedHeap) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].place, h[j].place = i, j
}
func (h *feedHeap) Push(x any) {
	f := x.(*feed)
	f.place = len(*h)
	*h = append(*h, f)
}
func (h *feedHeap) Pop() any {
	last := len(*h) - 1
	f := (*h)[last]
	(*h)[last] = nil
	*h = (*h)[:last]
	return f
}

// loadFeeds reads the configured feeds into memory.
func (s *Store) loadFeeds(tx *bbolt.Tx) error {
	return tx.Bucket(bucketFeeds).ForEach(func(k, v []byte) error {
		f := &feed{number: binary.BigEndian.Uint64(k)}
		if err := json.Unmarshal(v, &f.record); err != nil {
			return fmt.Errorf("feed %d: %w", f.number, err)
		}
		if f.record.Removed.IsZero() {
			s.feeds[f.record.ID] = f
			heap.Push(&s.queue, f)
		}
		return nil
	})
}

// Sync implements poll.Store.
func (s *Store) Sync(_ context.Context, sources []feeds.Source) error {
	s.commits.Lock()
	defer s.commits.Unlock()
	var synced map[string]*feed
	err := s.update(func(tx *bbolt.Tx) error {
		var err error
		synced, err = s.sync(tx, sources, time.Now())
		return err
	})
	if err != nil {
		return fmt.Errorf("store the configured feeds: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.feeds = synced
	s.queue = s.queue[:0]
	for _, f := range synced {
		heap.Push(&s.queue, f)
	}
	maps.DeleteFunc(s.dirty, func(f *feed, _ bool) bool { return synced[f.record.ID] != f })
	s.dueNews.spread()
	return nil
}

// sync works out which stored feed each source is, and writes what changed. The
// feeds it returns take the place of those in memory once that is on disk.
func (s *Store) sync(tx *bbolt.Tx, sources []feeds.Source, now time.Time) (map[string]*feed, error) {
	bucket := tx.Bucket(bucketFeeds)
	byID, byURL, err := s.storedFeeds(bucket)
	if err != nil {
		return nil, err
	}
	configured := make(map[string]bool, len(sources))
	for _, src := range sources {
		configured[src.ID] = true
	}
	synced := make(map[string]*feed, len(sources))
	for _, src := range sources {
		f := byID[src.ID]
		if f == nil {
			// The same URL under a name that is gone: the feed was renamed.
			if was := byURL[src.URL]; was != nil && !configured[was.record.ID] {
				f = was
				delete(byURL, src.URL)
				delete(byID, was.record.ID)
			}
		}
		switch {
		case f == nil:
			n, err := bucket.NextSequence()
			if err != nil {
				return nil, err
			}
			f = &feed{number: n, record: feedRecord{ID: src.ID, URL: src.URL, Due: now}}
		default:
			delete(byID, f.record.ID)
			f.adopt(src, now)
		}
		synced[src.ID] = f
		if err := putFeed(bucket, f); err != nil {
			return nil, err
		}
	}
	for _, f := range byID {
		if err := retire(tx, f, now); err != nil {
			return nil, err
		}
	}
	return synced, nil
}

// storedFeeds returns every feed on disk, removed ones included, as it is in
// memory where it is there. They are copies: sync may yet fail.
func (s *Store) storedFeeds(bucket *bbolt.Bucket) (byID, byURL map[string]*feed, err error) {
	byID, byURL = make(map[string]*feed), make(map[string]*feed)
	s.mu.Lock()
	defer s.mu.Unlock()
	err = bucket.ForEach(func(k, v []byte) error {
		f := &feed{number: binary.BigEndian.Uint64(k)}
		if err := json.Unmarshal(v, &f.record); err != nil {
			return fmt.Errorf("feed %d: %w", f.number, err)
		}
		if known := s.feeds[f.record.ID]; known != nil && known.number == f.number {
			*f = *known
		}
		byID[f.record.ID] = f
		byURL[f.record.URL] = f
		return nil
	})
	return byID, byURL, err
}

// adopt makes f the feed of src.
func (f *feed) adopt(src feeds.Source, now time.Time) {
	if f.record.ID != src.ID {
		f.record.ID = src.ID
		f.token, f.lease = 0, time.Time{} // a poll under the old name is lost
	}
	if f.record.URL != src.URL {
		// Validators belong to a URL; what was seen belongs to the feed.
		f.record.URL = src.URL
		f.record.State = poll.State{}
		f.record.Due = now
		f.token, f.lease = 0, time.Time{}
	}
	f.record.Removed = time.Time{}
	healthy := f.record.State.Failed == 0 && !f.record.State.Barred.After(now)
	if sooner := now.Add(src.Every); src.Every > 0 && healthy && f.record.Due.After(sooner) {
		f.record.Due = sooner // the interval was shortened
	}
}

// retire marks a feed as removed, and forgets it 90 days later.
func retire(tx *bbolt.Tx, f *feed, now time.Time) error {
	key := number(f.number)
	if f.record.Removed.IsZero() {
		f.record.Removed = now
		return putFeed(tx.Bucket(bucketFeeds), f)
	}
	if now.Sub(f.record.Removed) < keepRemoved {
		return nil
	}
	if err := tx.Bucket(bucketSeen).Delete(key); err != nil {
		return err
	}
	return tx.Bucket(bucketFeeds).Delete(key)
}

func putFeed(bucket *bbolt.Bucket, f *feed) error { return putRecord(bucket, f.number, f.record) }

func putRecord(bucket *bbolt.Bucket, n uint64, r feedRecord) error {
	v, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("encode feed %q: %w", r.ID, err)
	}
	key := number(n)
	if bytes.Equal(bucket.Get(key), v) {
		return nil // a page less to write
	}
	return bucket.Put(key, v)
}

// ClaimDue implements poll.Store. It does no I/O.
func (s *Store) ClaimDue(ctx context.Context, n int, lease, ahead time.Duration) ([]poll.Claim, notify.Wake, error) {
	if err := ctx.Err(); err != nil {
		return nil, notify.Wake{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	var due []poll.Claim
	claim := func(f *feed) {
		s.tokens++
		f.token, f.lease = s.tokens, now.Add(lease)
		heap.Fix(&s.queue, f.place)
		due = append(due, poll.Claim{Feed: f.record.ID, Token: f.token, Due: f.record.Due, Now: now, State: f.record.State})
	}
	for len(due) < n && len(s.queue) > 0 && !s.queue[0].at().After(now) {
		claim(s.queue[0])
	}
	if ahead > 0 {
		later := slices.Collect(maps.Values(s.feeds))
		later = slices.DeleteFunc(later, func(f *feed) bool { return !f.lease.IsZero() || f.record.Due.After(now.Add(ahead)) })
		slices.SortFunc(later, func(a, b *feed) int { return a.record.Due.Compare(b.record.Due) })
		for _, f := range later[:min(len(later), n-len(due))] {
			claim(f)
		}
	}
	var next time.Time
	if len(s.queue) > 0 {
		next = s.queue[0].at()
	}
	return due, wakeFor(s.dueNews.c, next, now), nil
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
	if f == nil || f.token != c.Token || f.lease.IsZero() || !f.lease.After(time.Now()) {
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
		packed, err := packArticles(outcomes[i].Articles)
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
			f.lease = time.Now().Add(time.Hour)
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
	if err := putRecord(tx.Bucket(bucketFeeds), n, record); err != nil {
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
			f.lease, f.record.Due = time.Time{}, time.Now().Add(retryCommit)
			heap.Fix(&s.queue, f.place)
		}
	}
	s.dueNews.spread()
}

// flush writes the feeds that changed in memory only.
func (s *Store) flush() error {
	// No commit between the copy and the write, which would undo it.
	s.commits.Lock()
	defer s.commits.Unlock()
	s.mu.Lock()
	type change struct {
		number uint64
		record feedRecord
	}
	changes := make([]change, 0, len(s.dirty))
	for f := range s.dirty {
		changes = append(changes, change{f.number, f.record})
	}
	clear(s.dirty)
	s.mu.Unlock()
	if len(changes) == 0 {
		return nil
	}
	slices.SortFunc(changes, func(a, b change) int { return cmp.Compare(a.number, b.number) })
	err := s.update(func(tx *bbolt.Tx) error {
		for _, c := range changes {
			if err := putRecord(tx.Bucket(bucketFeeds), c.number, c.record); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		for _, c := range changes {
			if f := s.feeds[c.record.ID]; f != nil && f.number == c.number {
				s.dirty[f] = true
			}
		}
	}
	return err
}
