package bolt

import (
	"bytes"
	"cmp"
	"container/heap"
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"time"

	"watcher/internal/feeds/seen"
	"watcher/internal/poll"
	"watcher/internal/store"
	"watcher/internal/store/record"
	"watcher/internal/store/sealed"
)

// clock is the store's clock. It drops the monotonic reading, which stops while the
// machine is suspended: a feed that came due meanwhile must be due when it wakes.
func clock() time.Time { return time.Now().Round(0) }

// ClaimDue implements poll.FeedStore. It does no I/O.
func (s *Store) ClaimDue(ctx context.Context, n int, lease, ahead time.Duration) ([]poll.Claim, store.Wake, error) {
	if err := ctx.Err(); err != nil {
		return nil, store.Wake{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	now := clock()
	s.follow(now)
	taken := s.taken[:0] // feeds first: a claim is large
	for len(taken) < n && len(s.queue) > 0 && !s.queue[0].at().After(now) {
		f := s.queue[0]
		s.grantLease(f, now, lease)
		taken = append(taken, f)
	}
	if ahead > 0 {
		later := slices.Collect(maps.Values(s.feeds))
		later = slices.DeleteFunc(later, func(f *feed) bool { return !f.lease.IsZero() || f.entry.Due.After(now.Add(ahead)) })
		slices.SortFunc(later, func(a, b *feed) int { return a.entry.Due.Compare(b.entry.Due) })
		for _, f := range later[:min(len(later), n-len(taken))] {
			s.grantLease(f, now, lease)
			taken = append(taken, f)
		}
	}
	due := make([]poll.Claim, len(taken))
	for i, f := range taken {
		due[i] = f.claim(now)
	}
	clear(taken)
	s.taken = taken
	return due, wakeFor(s.dueNews.c, s.nextDue(), now), nil
}

// grantLease leases a feed: it leaves the queue until the lease ends. The caller holds mu.
func (s *Store) grantLease(f *feed, now time.Time, lease time.Duration) {
	s.tokens++
	f.token, f.lease = s.tokens, now.Add(lease)
	heap.Fix(&s.queue, f.place)
}

// claim returns the claim of a leased feed.
func (f *feed) claim(now time.Time) poll.Claim {
	return poll.Claim{Feed: f.entry.ID, Token: f.token, Due: f.entry.Due, Now: now, State: f.entry.State}
}

// Claim implements poll.Register.
func (s *Store) Claim(ctx context.Context, id string, lease time.Duration) (poll.Claim, bool, store.Wake, error) {
	if err := ctx.Err(); err != nil {
		return poll.Claim{}, false, store.Wake{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	f, now := s.feeds[id], clock()
	switch {
	case f == nil:
		return poll.Claim{}, false, store.Wake{}, fmt.Errorf("%w: %s", poll.ErrUnknownFeed, id)
	case f.lease.After(now):
		return poll.Claim{}, false, wakeFor(s.dueNews.c, f.lease, now), nil
	}
	s.grantLease(f, now, lease)
	return f.claim(now), true, store.Wake{}, nil
}

// maxCopied bounds the feeds that are copied in one hold of the lock.
const maxCopied = 256

// Feeds implements poll.Register.
func (s *Store) Feeds(ctx context.Context) iter.Seq2[poll.FeedStatus, error] {
	return func(yield func(poll.FeedStatus, error) bool) {
		s.mu.Lock()
		ids := slices.Sorted(maps.Keys(s.feeds))
		s.mu.Unlock()
		some := make([]poll.FeedStatus, 0, maxCopied)
		for chunk := range slices.Chunk(ids, maxCopied) {
			if err := ctx.Err(); err != nil {
				yield(poll.FeedStatus{}, err)
				return
			}
			some = some[:0]
			s.mu.Lock()
			for _, id := range chunk {
				if f := s.feeds[id]; f != nil {
					some = append(some, poll.FeedStatus{Feed: id, URL: f.entry.URL, Due: f.entry.Due, State: f.entry.State})
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

// Seen implements poll.FeedStore.
func (s *Store) Seen(_ context.Context, c poll.Claim) ([]byte, error) {
	s.mu.Lock()
	f := s.claimed(&c, clock())
	s.mu.Unlock()
	if f == nil {
		return nil, nil // the lease is lost, so the outcome will be refused
	}
	var shown []byte
	err := s.view(func(tx *sealed.Tx) error {
		key := number(f.number)
		shown = bytes.Clone(tx.Bucket(bucketSeen).Get(key))
		if _, err := seen.Unpack(shown); errors.Is(err, seen.ErrDamaged) {
			return &brokenError{bucketSeen, key, err} // otherwise the feed would fail for ever
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read what %s has shown: %w", c.Feed, err)
	}
	return shown, nil
}

// claimed returns the feed of a claim with a valid lease, else nil. The caller holds
// mu.
func (s *Store) claimed(c *poll.Claim, now time.Time) *feed {
	f := s.feeds[c.Feed]
	if f == nil || f.token != c.Token || f.lease.IsZero() || !f.lease.After(now) {
		return nil
	}
	return f
}

// Commit implements poll.FeedStore. A crash before the transaction is on disk leaves
// everything as it was before the polls, which are then repeated. After a crash
// after the commit the alerts are held, and are composed at the next start.
func (s *Store) Commit(_ context.Context, outcomes []poll.Outcome) ([]poll.Claim, error) {
	var loud []durableOutcome
	for i := range outcomes {
		if o := &outcomes[i]; !o.Quiet() {
			packed := s.packArticles(o.Articles)
			s.kept.grown.Add(int64(len(packed.packed)))
			loud = append(loud, durableOutcome{Outcome: o, articles: packed})
		}
	}
	if err := s.packFloods(loud); err != nil {
		return nil, err
	}
	s.commits.RLock()
	defer s.commits.RUnlock()
	if len(loud) == 0 {
		return s.settle(outcomes), nil
	}
	var targets map[string]bool
	err := s.updateOf(records(loud), func(tx *sealed.Tx) error {
		targets = make(map[string]bool)
		hold := s.holding(loud)
		for _, o := range hold {
			if err := s.commitOne(tx, o, targets); err != nil {
				return err
			}
		}
		return putOutage(tx, loud, hold)
	})
	if err != nil {
		s.release(outcomes)
		return nil, fmt.Errorf("store the outcomes of %d polls: %w", len(outcomes), err)
	}
	s.arrived.Add(1)
	lost := s.settle(outcomes)
	s.spreadHeld(targets)
	for _, o := range loud {
		if o.parts == nil { // otherwise they are announced as they leave the spool
			s.tellAlerts(o.Alerts)
		}
	}
	select {
	case s.filled <- struct{}{}:
	default:
	}
	return lost, nil
}

// durableOutcome is an outcome that must be on disk at once.
type durableOutcome struct {
	*poll.Outcome
	articles arrival
	parts    [][]byte // its alerts, packed, if one transaction cannot hold them all
	number   uint64   // of the feed
}

// records estimates how many records the outcomes change.
func records(loud []durableOutcome) (n int) {
	for i := range loud {
		if n++; loud[i].parts == nil {
			n += len(loud[i].Alerts)
		}
	}
	return n
}

// holding returns the outcomes with valid leases in the order of their keys, because
// neighbouring feeds share pages. It extends these leases until settle, so that nobody
// claims a feed while it is being written.
func (s *Store) holding(loud []durableOutcome) []durableOutcome {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := clock()
	hold := make([]durableOutcome, 0, len(loud))
	for _, o := range loud {
		if f := s.claimed(&o.Claim, now); f != nil {
			o.number = f.number
			hold = append(hold, o)
			f.lease = now.Add(time.Hour)
			heap.Fix(&s.queue, f.place)
		}
	}
	slices.SortFunc(hold, func(a, b durableOutcome) int { return cmp.Compare(a.number, b.number) })
	return hold
}

func (s *Store) commitOne(tx *sealed.Tx, o durableOutcome, targets map[string]bool) error {
	s.mu.Lock()
	entry := s.feeds[o.Claim.Feed].entry
	s.mu.Unlock()
	entry.State, entry.Due = o.State, o.Next.Round(0)
	if err := putEntry(tx.Bucket(bucketFeeds), o.number, &entry); err != nil {
		return err
	}
	if o.Seen != nil {
		if err := tx.Bucket(bucketSeen).Put(number(o.number), o.Seen); err != nil {
			return err
		}
	}
	if err := s.countBrought(tx, o); err != nil {
		return err
	}
	return errors.Join(s.bring(tx, o, targets), putArticles(tx, o.articles, o.Claim.Now, o.number))
}

// putOutage stores the state of our own connection, from the last outcome with a valid
// lease.
func putOutage(tx *sealed.Tx, loud, hold []durableOutcome) error {
	for _, o := range slices.Backward(loud) {
		if o.Outage != nil && slices.ContainsFunc(hold, func(h durableOutcome) bool { return h.Outcome == o.Outcome }) {
			return putJSON(tx.Bucket(bucketMeta), string(keyOutage), record.Outage(*o.Outage))
		}
	}
	return nil
}

// Outage implements poll.FeedStore.
func (s *Store) Outage(context.Context) (o poll.Outage, err error) {
	err = s.view(func(tx *sealed.Tx) error {
		var r record.Outage
		_, err := getJSON(tx, bucketMeta, string(keyOutage), &r)
		o = poll.Outage(r)
		return err
	})
	if err != nil {
		return poll.Outage{}, fmt.Errorf("read whether our own connection was down: %w", err)
	}
	return o, nil
}

// bring holds the alerts of an outcome or puts them into the spool.
func (s *Store) bring(tx *sealed.Tx, o durableOutcome, targets map[string]bool) (err error) {
	if len(o.Alerts) == 0 {
		return nil
	}
	if o.parts == nil && spooling(tx, o.number) {
		o.parts, err = s.packParts(o.Alerts) // they must not overtake those in the spool
	}
	if err != nil || o.parts == nil {
		return errors.Join(err, s.holdAll(tx, o.Alerts, targets))
	}
	return spool(tx, o.number, o.parts)
}

// packFloods packs for the spool the alerts of outcomes that have more than one
// transaction can hold.
func (s *Store) packFloods(loud []durableOutcome) (err error) {
	room := maxAtOnce
	for i := range loud {
		if n := len(loud[i].Alerts); n <= room {
			room -= n
		} else if loud[i].parts, err = s.packParts(loud[i].Alerts); err != nil {
			return err
		}
	}
	return nil
}

// settle ends the claims of outcomes that are stored or need no storing, and returns
// the claims whose lease was lost.
func (s *Store) settle(outcomes []poll.Outcome) (lost []poll.Claim) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now, head := clock(), s.nextDue()
	for i := range outcomes {
		o := &outcomes[i]
		f := s.claimed(&o.Claim, now)
		if f == nil {
			lost = append(lost, o.Claim)
			continue
		}
		f.apply(o)
		f.lease = time.Time{}
		heap.Fix(&s.queue, f.place)
		if o.Quiet() {
			s.dirty[f] = true
		} else {
			delete(s.dirty, f)
		}
	}
	if s.nextDue().Before(head) {
		s.dueNews.broadcast() // due sooner than the waiters were told
	}
	return lost
}

// nextDue returns when the next feed is due. The caller holds mu.
func (s *Store) nextDue() time.Time {
	if len(s.queue) == 0 {
		return time.Time{}
	}
	return s.queue[0].at()
}

// release ends the claims of outcomes that could not be stored. Quiet outcomes are
// applied in memory and written once the disk has room: our full disk is no reason to
// ask servers again. Of the others only a Retry-After is applied.
func (s *Store) release(outcomes []poll.Outcome) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := clock()
	for i := range outcomes {
		o := &outcomes[i]
		f := s.claimed(&o.Claim, now)
		if f == nil {
			continue
		}
		f.lease = time.Time{}
		if o.Seen == nil && len(o.Alerts)+len(o.Articles) == 0 {
			f.apply(o)
		} else {
			f.reschedule(o, now)
		}
		s.dirty[f] = true
		heap.Fix(&s.queue, f.place)
	}
	s.dueNews.broadcast()
}

// apply applies an outcome to the feed in memory.
func (f *feed) apply(o *poll.Outcome) {
	f.entry.State, f.entry.Due = o.State, o.Next.Round(0)
	f.unstored = 0
}

const (
	// firstAgain is the delay before a feed is due again after its outcome could not be
	// stored. It doubles each time, up to maxAgain.
	firstAgain = 10 * time.Second
	maxAgain   = 10 * time.Minute
)

// reschedule reschedules a feed whose outcome could not be stored. Its validators stay
// as they were, so that the next poll brings the same items. The feed is due no later
// than its next regular poll, and no earlier than a Retry-After allows.
func (f *feed) reschedule(o *poll.Outcome, now time.Time) {
	due := now.Add(min(firstAgain<<min(f.unstored, 10), maxAgain))
	f.unstored++
	if o.Next.Before(due) {
		due = o.Next.Round(0)
	}
	f.entry.State.Barred, f.entry.State.BarAll = o.State.Barred, o.State.BarAll
	for _, least := range []time.Time{o.Claim.Due, o.State.Barred} {
		if due.Before(least) {
			due = least
		}
	}
	f.entry.Due = due
}

// maxFlushed bounds a transaction of flush, so that commits do not wait long.
const maxFlushed = 2000

// flush writes the feeds that changed only in memory, in the order of their keys,
// because neighbouring feeds share pages.
func (s *Store) flush() error {
	s.mu.Lock()
	dirty := slices.Collect(maps.Keys(s.dirty))
	s.mu.Unlock()
	slices.SortFunc(dirty, func(a, b *feed) int { return cmp.Compare(a.number, b.number) })
	for some := range slices.Chunk(dirty, maxFlushed) {
		if err := s.flushSome(some); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) flushSome(some []*feed) error {
	// A commit between the copy and the write would be undone by the write.
	s.commits.Lock()
	defer s.commits.Unlock()
	type change struct {
		number uint64
		entry  feedEntry
	}
	changes := make([]change, 0, len(some))
	s.mu.Lock()
	for _, f := range some {
		if s.dirty[f] { // not committed or removed meanwhile
			changes = append(changes, change{f.number, f.entry})
			delete(s.dirty, f)
		}
	}
	s.mu.Unlock()
	if len(changes) == 0 {
		return nil
	}
	err := s.updateOf(len(changes), func(tx *sealed.Tx) error {
		for i := range changes {
			if err := putEntry(tx.Bucket(bucketFeeds), changes[i].number, &changes[i].entry); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		for _, f := range some {
			if s.feeds[f.entry.ID] == f {
				s.dirty[f] = true
			}
		}
	}
	return err
}
