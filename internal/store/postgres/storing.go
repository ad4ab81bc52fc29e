package postgres

import (
	"context"
	"time"
)

// Storing returns since when the database cannot be written, and why; zero and nil while
// it can.
func (s *Store) Storing() (since time.Time, err error) {
	if a := s.db.away.Load(); a != nil {
		return a.Since, a.Err
	}
	return time.Time{}, nil
}

// StoringFailed receives when the database begins to be away.
func (s *Store) StoringFailed() <-chan struct{} { return s.db.fell }

// TryStoring makes a heartbeat, which ends a failure of storing where it is committed.
func (s *Store) TryStoring() error {
	ctx, cancel := context.WithTimeout(s.ending, patience)
	defer cancel()
	return s.beat(ctx)
}
