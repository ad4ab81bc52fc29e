package admin

import (
	"context"
	"net/http"
	"net/url"

	"watcher/internal/desk"
	"watcher/internal/stores"
)

// Held returns the held items of a daemon's feed.
func (c *Client) Held(ctx context.Context, feed string) (held []desk.HeldItem, err error) {
	return held, c.Get(ctx, "/held?"+url.Values{"feed": {feed}}.Encode(), &held)
}

// Held returns the held items of a feed of the config.
func (l *Local) Held(ctx context.Context, feed string) ([]desk.HeldItem, error) {
	store, err := stores.OpenToRead(ctx, l.Config.Store)
	if err != nil {
		return nil, err
	}
	defer store.Close() //nolint:errcheck // nothing was written
	return desk.HeldOf(ctx, l.Config, store, feed)
}

// serveHeld answers with the held items of a feed.
func (s *Socket) serveHeld(w http.ResponseWriter, r *http.Request) {
	held, err := s.daemon.Desk.Held(r.Context(), r.FormValue("feed"))
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	answer(w, held)
}
