package bolt

import (
	"bytes"
	"context"
	"fmt"

	"watcher/internal/store/sealed"
)

// Shown returns what a feed has shown, as its last poll left it; nil if that is nothing
// or there is no such feed. Unlike Seen it needs no claim: it is for callers that only
// look.
func (s *Store) Shown(_ context.Context, feed string) ([]byte, error) {
	s.mu.Lock()
	f := s.feeds[feed]
	s.mu.Unlock()
	if f == nil {
		return nil, nil
	}
	var shown []byte
	err := s.view(func(tx *sealed.Tx) error {
		shown = bytes.Clone(tx.Bucket(bucketSeen).Get(number(f.number)))
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read what %s has shown: %w", feed, err)
	}
	return shown, nil
}
