package daemon

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"net/http"
	"net/url"
	"os"
	"time"

	"watcher/internal/config"
	"watcher/internal/poll"
	"watcher/internal/store/bolt"
)

// Articles yields the articles of the history that were seen since then, the
// oldest first: from the running daemon, else from the store itself.
func Articles(ctx context.Context, cfg *config.Config, since time.Time) iter.Seq2[poll.Article, error] {
	return func(yield func(poll.Article, error) bool) {
		path := "/history?since=" + url.QueryEscape(since.UTC().Format(time.RFC3339Nano))
		body, err := NewClient(cfg, os.Getenv).Stream(ctx, http.MethodGet, path, nil)
		if errors.Is(err, ErrNoDaemon) {
			storedArticles(ctx, cfg, since, yield)
			return
		}
		if err != nil {
			yield(poll.Article{}, err)
			return
		}
		defer body.Close()
		for d := json.NewDecoder(body); ; {
			var a poll.Article
			if err := d.Decode(&a); err != nil {
				if !errors.Is(err, io.EOF) {
					yield(poll.Article{}, err)
				}
				return
			}
			if !yield(a, nil) {
				return
			}
		}
	}
}

func storedArticles(ctx context.Context, cfg *config.Config, since time.Time, yield func(poll.Article, error) bool) {
	if _, err := os.Stat(cfg.Store.Path); err != nil {
		return // nothing was ever stored
	}
	store, err := bolt.OpenReadOnly(cfg.Store.Path)
	if err != nil {
		yield(poll.Article{}, err)
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
func (d *Daemon) serveHistory(w http.ResponseWriter, r *http.Request) {
	since, err := time.Parse(time.RFC3339Nano, r.URL.Query().Get("since"))
	if err != nil {
		http.Error(w, "since is not a time", http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Type", "application/jsonl")
	lines := json.NewEncoder(w)
	for a, err := range d.store.History(r.Context(), since) {
		if err == nil {
			err = lines.Encode(a)
		}
		if err != nil {
			d.log.Error("history not shown to its end", "error", err)
			panic(http.ErrAbortHandler)
		}
	}
}

// forgetEvery is how often the history is pruned.
const forgetEvery = time.Hour

// forget prunes the history until ctx is done.
func (d *Daemon) forget(ctx context.Context) {
	tick := time.NewTicker(forgetEvery)
	defer tick.Stop()
	for {
		if err := d.store.Forget(time.Now().Add(-d.config().History.Keep)); err != nil {
			d.log.Error("history not pruned", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
