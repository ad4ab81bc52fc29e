package postgres

import "context"

// Flush stores the changes of polls that brought nothing, as each heartbeat does.
func (s *Store) Flush(ctx context.Context) error { return s.keeping(ctx, s.flush) }

// Tend does what is done each second, without the flush.
func (s *Store) Tend(ctx context.Context) error { return s.keeping(ctx, s.lookAround) }

func (s *Store) keeping(ctx context.Context, f func(context.Context) error) error {
	release, err := s.held.keep.hold(ctx)
	if err != nil {
		return err
	}
	defer release()
	return f(ctx)
}
