package bolt

import (
	"sync"
	"time"

	"watcher/internal/store/sealed"
)

// storing is whether what is written reaches the disk.
type storing struct {
	mu      sync.Mutex
	since   time.Time // of the first failure; zero while it does
	err     error     // of the last one
	size    int64     // of the largest that failed, in bytes
	probing bool      // by TryStoring, whose own size does not count
	failed  chan struct{}
}

// Storing returns since when nothing reaches the disk, and why; zero and nil
// while it does. It is the disk's trouble, or the file system's: what a write
// itself gets wrong does not count.
func (s *Store) Storing() (since time.Time, err error) {
	s.storing.mu.Lock()
	defer s.storing.mu.Unlock()
	return s.storing.since, s.storing.err
}

// StoringFailed receives when storing begins to fail.
func (s *Store) StoringFailed() <-chan struct{} { return s.storing.failed }

// fails notes that a transaction of so many bytes did not reach the disk.
func (t *storing) fails(err error, size int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.err = explain(err)
	if !t.probing {
		t.size = max(t.size, size)
	}
	if !t.since.IsZero() {
		return
	}
	t.since = clock()
	select {
	case t.failed <- struct{}{}:
	default: // nobody has heard of the last time yet
	}
}

// minProbe and maxProbe bound what there must be room for before storing
// counts as mended.
const (
	minProbe = 64 << 10
	maxProbe = 16 << 20
)

var keyProbe = []byte("probe")

// TryStoring writes as much as could not be written, and removes it again. It is
// what ends a failure of storing: that a smaller write gets through does not, as
// it may have found a free page of the file on a disk that is full.
func (s *Store) TryStoring() error {
	t := &s.storing
	t.mu.Lock()
	size := min(max(t.size, minProbe), maxProbe)
	t.probing = true
	t.mu.Unlock()
	err := s.probe(size)
	t.mu.Lock()
	defer t.mu.Unlock()
	t.probing = false
	if err == nil {
		t.since, t.err, t.size = time.Time{}, nil, 0
	}
	return err
}

func (s *Store) probe(size int64) error {
	err := s.update(func(tx *sealed.Tx) error {
		return tx.Bucket(bucketMeta).Put(keyProbe, make([]byte, size))
	})
	if err != nil {
		return err
	}
	// A crash here leaves it in the file until storing fails again.
	return s.update(func(tx *sealed.Tx) error { return tx.Bucket(bucketMeta).Delete(keyProbe) })
}
