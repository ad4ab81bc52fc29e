package admin

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"net/http"
	"net/url"
	"time"

	"watcher/internal/config"
	"watcher/internal/poll"
	"watcher/internal/store/bolt"
)

// Articles yields the daemon's history since then.
func (c *Client) Articles(ctx context.Context, since time.Time) iter.Seq2[poll.HistoryItem, error] {
	return func(yield func(poll.HistoryItem, error) bool) {
		path := "/history?since=" + url.QueryEscape(since.UTC().Format(time.RFC3339Nano))
		body, err := c.Stream(ctx, http.MethodGet, path, nil)
		if err != nil {
			yield(poll.HistoryItem{}, err)
			return
		}
		defer body.Close()
		for d := json.NewDecoder(body); ; {
			var a poll.HistoryItem
			if err := d.Decode(&a); err != nil {
				if !errors.Is(err, io.EOF) {
					yield(poll.HistoryItem{}, err)
				}
				return
			}
			if !yield(a, nil) {
				return
			}
		}
	}
}

// Articles yields the history of the config's store since then.
func (l *Local) Articles(ctx context.Context, since time.Time) iter.Seq2[poll.HistoryItem, error] {
	return func(yield func(poll.HistoryItem, error) bool) { storedArticles(ctx, l.Config, since, yield) }
}

func storedArticles(ctx context.Context, cfg *config.Config, since time.Time, yield func(poll.HistoryItem, error) bool) {
	if err := bolt.Absent(cfg.Store.Path); err != nil {
		if !errors.Is(err, bolt.ErrNotRun) { // else nothing was ever stored
			yield(poll.HistoryItem{}, err)
		}
		return
	}
	store, err := bolt.OpenReadOnly(cfg.Store.Path)
	if err != nil {
		yield(poll.HistoryItem{}, err)
		return
	}
	defer store.Close() //nolint:errcheck // nothing was written
	for a, err := range store.History(ctx, since) {
		if !yield(a, err) {
			return
		}
	}
}

// serveHistory streams articles as one JSON object a line. A failure halfway
// cuts the stream, which the reader sees.
func (s *Socket) serveHistory(w http.ResponseWriter, r *http.Request) {
	since, err := time.Parse(time.RFC3339Nano, r.URL.Query().Get("since"))
	if err != nil {
		http.Error(w, "since is not a time", http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Type", "application/jsonl")
	lines := json.NewEncoder(w)
	for a, err := range s.daemon.Store.History(r.Context(), since) {
		if err == nil {
			err = lines.Encode(a)
		}
		if err != nil {
			s.daemon.Log.Error("history not shown to its end", "error", err)
			panic(http.ErrAbortHandler)
		}
	}
}
