package bolt

import (
	"bytes"
	"container/heap"
	"context"
	"fmt"
	"maps"
	"time"

	"watcher/internal/feeds"
	"watcher/internal/store/record"
	"watcher/internal/store/roster"
	"watcher/internal/store/sealed"
)

// feed is a configured feed in memory. All but number is guarded by Store.mu.
type feed struct {
	number uint64 // key in the buckets; survives a change of name
	entry  feedEntry
	token  uint64    // of the last claim
	lease  time.Time // end of the lease; zero if it is not claimed
	place  int       // in the heap
	// unstored is how many consecutive outcomes could not be stored.
	unstored int
}

// feedEntry is the content of a record.Feed.
type feedEntry = roster.Feed

func feedRecordOf(e *feedEntry) record.Feed {
	return record.Feed{ID: e.ID, URL: e.URL, Cadence: e.Cadence, Due: e.Due, Removed: e.Removed, State: record.StateOf(&e.State)}
}

// at is when the feed needs attention next.
func (f *feed) at() time.Time {
	if !f.lease.IsZero() {
		return f.lease
	}
	return f.entry.Due
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

// unmapKeys is after how many feeds the pages that hold them are released.
const unmapKeys = 5000

// loadFeeds reads the configured feeds into memory.
func (s *Store) loadFeeds(tx *sealed.Tx) error {
	loaded := 0
	return tx.Bucket(bucketFeeds).ForEach(func(k, v []byte) error {
		f := &feed{number: uint64Of(k)}
		if err := f.decode(k, v); err != nil {
			return err
		}
		if loaded++; loaded%unmapKeys == 0 {
			unmap(s.db)
		}
		if f.entry.Removed.IsZero() {
			f.fixLoadedClock(clock())
			s.feeds[f.entry.ID] = f
			heap.Push(&s.queue, f)
		}
		return nil
	})
}

// Sync implements poll.FeedStore.
func (s *Store) Sync(_ context.Context, sources *feeds.Sources) error {
	s.commits.Lock()
	defer s.commits.Unlock()
	var synced map[string]*feed
	err := s.update(func(tx *sealed.Tx) error {
		var err error
		synced, err = s.sync(tx, sources, clock())
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
	maps.DeleteFunc(s.dirty, func(f *feed, _ bool) bool { return synced[f.entry.ID] != f })
	s.dueNews.broadcast()
	return nil
}

// sync finds the stored feed of each source, and writes what changed. The feeds it
// returns replace those in memory once the transaction is on disk; until then it may
// still fail, so those in memory stay as they are.
func (s *Store) sync(tx *sealed.Tx, sources *feeds.Sources, now time.Time) (map[string]*feed, error) {
	bucket := tx.Bucket(bucketFeeds)
	byID, byURL, err := s.storedFeeds(bucket)
	if err != nil {
		return nil, err
	}
	synced := make(map[string]*feed, sources.Len())
	for src := range sources.All() {
		f := byID[src.ID]
		if f == nil {
			f = byURL[src.URL]
			// The same URL under another name, and the old name is gone: the feed was
			// renamed.
			if f != nil && !sources.Has(f.entry.ID) {
				delete(byURL, src.URL)
			} else {
				f = nil
			}
		}
		if f == nil {
			n, err := bucket.NextSequence()
			if err != nil {
				return nil, err
			}
			f = &feed{number: n, entry: feedEntry{ID: src.ID, URL: src.URL, Cadence: roster.Cadence(&src), Due: now}}
		} else {
			delete(byID, f.entry.ID)
			adopted, changed := s.adopted(f, &src, now)
			if !changed && bucket.Get(number(f.number)) != nil { // not set aside as damaged
				synced[src.ID] = f
				continue
			}
			f = adopted
		}
		synced[src.ID] = f
		if err := putFeed(bucket, f); err != nil {
			return nil, err
		}
	}
	for _, f := range byID {
		if err := s.retire(tx, f, now); err != nil {
			return nil, err
		}
	}
	return synced, nil
}

// storedFeeds returns every feed on disk, removed ones included, with its state in
// memory if it has one.
func (s *Store) storedFeeds(bucket *sealed.Bucket) (byID, byURL map[string]*feed, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	byID, byURL = make(map[string]*feed, len(s.feeds)), make(map[string]*feed, len(s.feeds))
	inMemory := make(map[uint64]bool, len(s.feeds))
	for _, f := range s.feeds {
		inMemory[f.number] = true
		byID[f.entry.ID], byURL[f.entry.URL] = f, f
	}
	stored := 0
	err = bucket.ForEach(func(k, v []byte) error {
		if stored++; stored%unmapKeys == 0 {
			unmap(s.db)
		}
		if inMemory[uint64Of(k)] && record.Valid(v) {
			return nil // costs a third of decoding it
		}
		f := &feed{number: uint64Of(k)}
		if err := f.decode(k, v); err != nil {
			return err
		}
		if byID[f.entry.ID] == nil {
			byID[f.entry.ID] = f
		}
		if byURL[f.entry.URL] == nil {
			byURL[f.entry.URL] = f
		}
		return nil
	})
	return byID, byURL, err
}

// adopted returns f as the feed of src, and whether that changes it. Only then is it a
// copy: few of a hundred thousand feeds change.
func (s *Store) adopted(f *feed, src *feeds.Source, now time.Time) (_ *feed, changed bool) {
	s.mu.Lock()
	after := *f
	s.mu.Unlock()
	before := after
	after.adopt(src, now)
	r, was := &after.entry, &before.entry
	if r.ID == was.ID && r.URL == was.URL && r.Cadence == was.Cadence && r.Due.Equal(was.Due) && r.Removed.Equal(was.Removed) && after.token == before.token {
		return f, false
	}
	return new(after), true
}

// adopt applies the settings of src to f.
func (f *feed) adopt(src *feeds.Source, now time.Time) {
	if f.entry.Adopt(src, now) {
		f.token, f.lease = 0, time.Time{}
	}
}

// retire marks a feed as removed. It is deleted 90 days later.
func (s *Store) retire(tx *sealed.Tx, f *feed, now time.Time) error {
	s.mu.Lock()
	r := f.entry
	s.mu.Unlock()
	key := number(f.number)
	if r.Removed.IsZero() {
		r.Removed = now
		return putEntry(tx.Bucket(bucketFeeds), f.number, &r)
	}
	if now.Sub(r.Removed) < roster.KeepRemoved {
		return nil
	}
	if err := tx.Bucket(bucketSeen).Delete(key); err != nil {
		return err
	}
	return tx.Bucket(bucketFeeds).Delete(key)
}

func (f *feed) decode(key, value []byte) error {
	var r record.Feed
	if err := decode(bucketFeeds, key, value, &r); err != nil {
		return err
	}
	f.entry = feedEntry{ID: r.ID, URL: r.URL, Cadence: r.Cadence, Due: r.Due, Removed: r.Removed, State: r.State.FeedState()}
	return nil
}

func putFeed(bucket *sealed.Bucket, f *feed) error { return putEntry(bucket, f.number, &f.entry) }

func putEntry(bucket *sealed.Bucket, n uint64, e *feedEntry) error {
	v, err := record.Encode(feedRecordOf(e))
	if err != nil {
		return fmt.Errorf("encode feed %q: %w", e.ID, err)
	}
	key := number(n)
	if bytes.Equal(bucket.Get(key), v) {
		return nil // one page less to write
	}
	return bucket.Put(key, v)
}
