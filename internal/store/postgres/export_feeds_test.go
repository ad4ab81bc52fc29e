package postgres

import "context"

// Flush stores what polls changed that brought nothing, as each heartbeat does.
func (s *Store) Flush(ctx context.Context) error {
	s.held.keep.Lock()
	defer s.held.keep.Unlock()
	return s.flush(ctx)
}

// Tend is what happens each second, without the flush.
func (s *Store) Tend(ctx context.Context) error {
	s.held.keep.Lock()
	defer s.held.keep.Unlock()
	return s.lookAround(ctx)
}
