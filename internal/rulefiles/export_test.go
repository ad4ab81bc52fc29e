package rulefiles

import "context"

// FollowOnce takes what other machines have saved by now.
func (e *Editor) FollowOnce(ctx context.Context) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.follow(ctx)
}
