package postgres

import "context"

// Flush stores what polls changed that brought nothing, as each heartbeat does.
func (s *Store) Flush(ctx context.Context) error { return s.keeping(ctx, s.flush) }

// Tend is what happens each second, without the flush.
func (s *Store) Tend(ctx context.Context) error { return s.keeping(ctx, s.lookAround) }

func (s *Store) keeping(ctx context.Context, f func(context.Context) error) error {
	release, err := s.held.keep.hold(ctx)
	if err != nil {
		return err
	}
	defer release()
	return f(ctx)
}
