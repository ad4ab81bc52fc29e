package bolt

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"slices"
	"sync/atomic"

	"watcher/internal/notify"
	"watcher/internal/store"
	"watcher/internal/store/sealed"
	"watcher/internal/store/segment"
)

// A feed may use an eighth of the history: if it floods, only its own past goes.
// Trimming goes a sixteenth below the bound, so that it is not needed again at once.
const (
	shares = 8
	trimBy = 16
)

// kept is the size of the history in bytes.
type kept struct {
	size  atomic.Int64 // when it was last measured
	grown atomic.Int64 // since then
	full  atomic.Bool  // something was trimmed
}

// HistorySize returns the size of the history in bytes, or a little less until Trim has
// measured it once. grown is what was added since. full says that this process had to
// trim it.
func (s *Store) HistorySize() (size, grown int64, full bool) {
	grown = s.kept.grown.Load()
	return s.kept.size.Load() + grown, grown, s.kept.full.Load()
}

// Trim deletes the oldest articles of feeds that use more than their share of most
// bytes, and then the oldest of all until the history is within most, in small
// transactions.
func (s *Store) Trim(most int64) (t store.Trimmed, err error) {
	over := make(map[uint64]int64)
	for range maxRounds { // how much a segment loses is known once it is rebuilt
		surplus, all, err := s.surplus(most)
		if err != nil || all == 0 && len(surplus) == 0 {
			return t, err
		}
		s.kept.full.Store(true)
		maps.Copy(over, surplus)
		t.All, t.Feeds = t.All || all > 0, s.namesOf(over)
		n, err := s.trimAll(surplus, &all, most)
		if t.Bytes += n; err != nil {
			return t, fmt.Errorf("trim the history: %w", err)
		}
		if n == 0 {
			break
		}
	}
	return t, nil
}

// trimAll deletes the surplus, oldest first, subtracts it, and returns about how many
// bytes it was.
func (s *Store) trimAll(surplus map[uint64]int64, all *int64, most int64) (trimmed int64, err error) {
	trimmed, err = s.trim(bucketHistory, surplus, all)
	if err == nil {
		var n int64
		n, err = s.trimSegments(surplus, all, most)
		trimmed += n
	}
	if err == nil {
		var n int64
		n, err = s.trim(bucketTail, surplus, all)
		trimmed += n
	}
	return trimmed, err
}

// trimSegments is trim for the segments. A segment that must lose a part is rebuilt
// without it.
func (s *Store) trimSegments(surplus map[uint64]int64, all *int64, most int64) (trimmed int64, err error) {
	c := s.cutter.Load()
	vs, err := s.allVolumes()
	for _, v := range vs {
		if err != nil || s.isClosing() {
			return trimmed, err
		}
		left := int64(0) // of v, after trimming
		v.kept.FeedSizes(func(feed uint64, size int64) { left += size - min(size, max(0, surplus[feed])) })
		switch {
		case *all > 0 && left <= *all+most/trimBy || left == 0:
			v.kept.FeedSizes(func(feed uint64, size int64) { surplus[feed] -= min(size, max(0, surplus[feed])) })
			*all -= left
			err = s.deleteVolume(v.segmentKey)
			trimmed += v.kept.Bytes
			s.kept.size.Add(-v.kept.Bytes)
		case c != nil && (*all > 0 || left < v.kept.Bytes-v.kept.Bytes/worthIt):
			var n int64
			n, err = s.trimSegment(c, v, surplus, all)
			trimmed += n
			s.kept.size.Add(-n)
		}
	}
	return trimmed, err
}

// worthIt is the smallest part of a segment for which it is rebuilt: one in so many.
const worthIt = 32

// trimSegment rebuilds a segment without its oldest surplus articles, and returns about
// how many bytes that was.
func (s *Store) trimSegment(c *segment.Cutter, v *volume, surplus map[uint64]int64, all *int64) (trimmed int64, err error) {
	columns, err := v.Columns()
	if err != nil {
		return 0, err
	}
	// An article is assumed to have an equal share of its feed's size.
	articles := make(map[uint64]int64)
	for i, seen := range columns.Seen {
		if seen != 0 {
			articles[columns.Origins[columns.Origin[i]].Feed]++
		}
	}
	each := make(map[uint64]int64)
	v.kept.FeedSizes(func(feed uint64, size int64) { each[feed] = size / max(1, articles[feed]) })
	err = s.rewrite(context.Background(), c, v, func(_ int, a *segment.Article) bool {
		size := each[a.Feed]
		switch {
		case surplus[a.Feed] > 0:
			surplus[a.Feed] -= size
		case *all > 0:
			*all -= size
		default:
			return false
		}
		trimmed += size
		return true
	})
	return trimmed, err
}

// allVolumes returns the segments, oldest first.
func (s *Store) allVolumes() (vs []*volume, err error) {
	err = s.view(func(tx *sealed.Tx) (err error) {
		vs = nil
		c := tx.Bucket(bucketSegments).Cursor()
		for k, value := c.First(); k != nil && err == nil; k, value = c.Next() {
			var v *volume
			if v, err = s.volume(k, value); err == nil {
				vs = append(vs, v)
			}
		}
		return err
	})
	return vs, err
}

// trim deletes the surplus from a bucket, subtracts it, and returns how many bytes it
// was.
func (s *Store) trim(bucket []byte, surplus map[uint64]int64, all *int64) (trimmed int64, err error) {
	for from := []byte{}; from != nil; {
		var victims [][]byte
		size := int64(0)
		err := s.view(func(tx *sealed.Tx) error {
			victims, size, from = choose(tx.Bucket(bucket), from, surplus, all)
			return nil
		})
		if err == nil && len(victims) > 0 {
			err = s.updateLarge(func(tx *sealed.Tx) error { return deleteAll(tx.Bucket(bucket), victims) })
			s.forgetTail()
		}
		if err != nil {
			return trimmed, err
		}
		trimmed += size
		s.kept.size.Add(-size)
	}
	return trimmed, nil
}

// surplus returns how many bytes each feed must lose, by its number, and how many all
// feeds must lose beyond that.
func (s *Store) surplus(most int64) (feeds map[uint64]int64, all int64, err error) {
	sizes, total := make(map[uint64]int64), int64(0)
	s.kept.grown.Store(0)
	vs, err := s.allVolumes()
	if err != nil {
		return nil, 0, fmt.Errorf("measure the history: %w", err)
	}
	for _, v := range vs {
		v.kept.FeedSizes(func(feed uint64, size int64) { sizes[feed] += size })
		total += v.kept.Bytes
	}
	for _, bucket := range [][]byte{bucketHistory, bucketTail} {
		err := s.sizes(bucket, func(k []byte, size int) {
			sizes[feedOf(k)] += int64(size)
			total += int64(size)
		})
		if err != nil {
			return nil, 0, fmt.Errorf("measure the history: %w", err)
		}
	}
	s.kept.size.Store(total)
	feeds = make(map[uint64]int64)
	share := most / shares
	for feed, size := range sizes {
		if feed != 0 && size > share {
			feeds[feed] = size - share + share/trimBy
			total -= feeds[feed]
		}
	}
	if total > most {
		all = total - most + most/trimBy
	}
	return feeds, all, nil
}

// sizes calls f with each key of a bucket and the size of its value, in short
// transactions.
func (s *Store) sizes(bucket []byte, f func(key []byte, size int)) error {
	for from := []byte{}; from != nil; {
		err := s.view(func(tx *sealed.Tx) error {
			n, start := 0, from
			from = nil
			tx.Bucket(bucket).Sizes(start, func(k []byte, size int) bool {
				if n++; n > maxSearched {
					from = bytes.Clone(k)
					return false
				}
				f(k, size)
				return true
			})
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// choose continues from a key and returns what to delete, its size, and the key to
// continue from, nil at the end. It subtracts what it chose from the surplus.
func choose(b *sealed.Bucket, from []byte, surplus map[uint64]int64, all *int64) (victims [][]byte, bytesOf int64, next []byte) {
	n := 0
	b.Sizes(from, func(k []byte, size int) bool {
		if n++; n > maxSearched || len(victims) == maxPruned {
			next = bytes.Clone(k)
			return false
		}
		switch feed := feedOf(k); {
		case surplus[feed] > 0:
			surplus[feed] -= int64(size)
		case *all > 0:
			*all -= int64(size)
		default:
			return true
		}
		victims = append(victims, bytes.Clone(k))
		bytesOf += int64(size)
		return true
	})
	return victims, bytesOf, next
}

// feedOf returns the number of the feed of a history entry; 0 for an entry of a version
// that did not store it.
func feedOf(key []byte) uint64 {
	if len(key) < 24 {
		return 0
	}
	return uint64Of(key[len(key)-8:])
}

// namesOf returns the names of feeds by number.
func (s *Store) namesOf(numbers map[uint64]int64) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	found := make(map[uint64]string)
	for id, f := range s.feeds {
		found[f.number] = id
	}
	var names []string
	for n := range numbers {
		names = append(names, found[n])
	}
	slices.Sort(names)
	return names
}

// ReportOnce holds alerts that report something, unless something was reported under
// the same name before.
func (s *Store) ReportOnce(_ context.Context, name string, alerts []notify.Alert) error {
	key := []byte("told " + name)
	targets := make(map[string]bool)
	err := s.update(func(tx *sealed.Tx) error {
		clear(targets)
		b := tx.Bucket(bucketMeta)
		if told, err := b.Look(key); err != nil || told != nil {
			return err
		}
		if err := b.Put(key, number(uint64(clock().UnixNano()))); err != nil {
			return err
		}
		return s.holdAll(tx, alerts, targets)
	})
	if err != nil {
		return fmt.Errorf("store a report: %w", err)
	}
	s.spread(targets)
	return nil
}
