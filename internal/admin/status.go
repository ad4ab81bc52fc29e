package admin

import (
	"context"
	"net/http"

	"watcher/internal/desk"
)

// Status returns the state of the daemon.
func (c *Client) Status(ctx context.Context) (s desk.Status, err error) {
	return s, c.Get(ctx, "/status", &s)
}

// serveStatus answers with it.
func (s *Socket) serveStatus(w http.ResponseWriter, r *http.Request) {
	status, err := s.daemon.Desk.Status(r.Context())
	if err != nil {
		http.Error(w, err.Error(), http.StatusConflict)
		return
	}
	answer(w, status)
}
