package bolt

import (
	"sync"
	"time"

	"watcher/internal/store/sealed"
)

// storing is whether writes reach the disk.
type storing struct {
	mu      sync.Mutex
	since   time.Time // of the first failure; zero while they do
	err     error     // of the last failure
	size    int64     // of the largest write that failed, in bytes
	probing bool      // TryStoring is writing; its size does not count
	failed  chan struct{}
}

// Storing returns since when nothing reaches the disk, and why; zero and nil while
// writes do. It is about failures of the disk or file system, not about mistakes of a
// write.
func (s *Store) Storing() (since time.Time, err error) {
	s.storing.mu.Lock()
	defer s.storing.mu.Unlock()
	return s.storing.since, s.storing.err
}

// StoringFailed receives when storing starts to fail.
func (s *Store) StoringFailed() <-chan struct{} { return s.storing.failed }

// fails records that a transaction of that size did not reach the disk.
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
	default: // the last signal was not received yet
	}
}

// minProbe and maxProbe bound the room that there must be before storing counts as
// working again.
const (
	minProbe = 64 << 10
	maxProbe = 16 << 20
)

var keyProbe = []byte("probe")

// TryStoring writes as much as could not be written, and deletes it. Only that ends a
// failure of storing: a smaller write may succeed on a full disk because it finds a
// free page of the file.
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
	// A crash here leaves the probe in the file until storing fails again.
	return s.update(func(tx *sealed.Tx) error { return tx.Bucket(bucketMeta).Delete(keyProbe) })
}
