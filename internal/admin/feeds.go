package admin

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"net/http"
	"slices"
	"time"

	"watcher/internal/config"
	"watcher/internal/desk"
	"watcher/internal/feeds"
	"watcher/internal/poll"
	"watcher/internal/stores"
)

// Feeds yields how the daemon's feeds are.
func (c *Client) Feeds(ctx context.Context) iter.Seq2[desk.FeedReport, error] {
	return func(yield func(desk.FeedReport, error) bool) {
		body, err := c.Stream(ctx, http.MethodGet, "/feeds", nil)
		if err != nil {
			yield(desk.FeedReport{}, err)
			return
		}
		defer body.Close()
		for d := json.NewDecoder(body); ; {
			var f desk.FeedReport
			err := d.Decode(&f)
			if errors.Is(err, io.EOF) || !yield(f, err) || err != nil {
				return
			}
		}
	}
}

// Feeds yields how the feeds of the config are.
func (l *Local) Feeds(ctx context.Context) iter.Seq2[desk.FeedReport, error] {
	return func(yield func(desk.FeedReport, error) bool) { storedFeeds(ctx, l.Config, yield) }
}

// storedFeeds yields the feeds of cfg as the store has them, or as new ones.
func storedFeeds(ctx context.Context, cfg *config.Config, yield func(desk.FeedReport, error) bool) {
	known := make(map[string]poll.FeedStatus)
	now := time.Now()
	plan := new(poll.Plan)
	if err := plan.SetSources(cfg.Feeds); err != nil {
		yield(desk.FeedReport{}, err)
		return
	}
	err := stores.Absent(cfg.Store)
	if err == nil {
		err = readFeeds(ctx, cfg.Store, known)
	}
	if err != nil && !errors.Is(err, stores.ErrNotRun) { // else all of them are new
		yield(desk.FeedReport{}, err)
		return
	}
	pauses, err := plan.Pauses(entries(known), now)
	if err != nil {
		yield(desk.FeedReport{}, err)
		return
	}
	for _, src := range slices.SortedFunc(cfg.Feeds.All(), func(a, b feeds.Source) int { return cmp.Compare(a.ID, b.ID) }) {
		e, ok := known[src.ID]
		if !ok {
			e = poll.FeedStatus{Feed: src.ID, URL: src.URL}
		}
		if !yield(desk.ReportOf(&e, now, pauses, cfg.HTTP.PublicURL != ""), nil) {
			return
		}
	}
}

// readFeeds adds to known what the store of a config has of feeds.
func readFeeds(ctx context.Context, o config.StoreOptions, known map[string]poll.FeedStatus) error {
	store, err := stores.OpenToRead(ctx, o)
	if err != nil {
		return err
	}
	defer store.Close() //nolint:errcheck // nothing was written
	for e, err := range store.Feeds(ctx) {
		if err != nil {
			return err
		}
		known[e.Feed] = e
	}
	return nil
}

// entries yields what is known, without an error.
func entries(known map[string]poll.FeedStatus) iter.Seq2[poll.FeedStatus, error] {
	return func(yield func(poll.FeedStatus, error) bool) {
		for _, e := range known {
			if !yield(e, nil) {
				return
			}
		}
	}
}

// Decide has the daemon carry out a decision.
func (c *Client) Decide(ctx context.Context, what desk.FeedAction, feed string, ids []string) (did poll.Settled, err error) {
	return did, c.Post(ctx, "/feeds/"+string(what), decisionOf{feed, ids}, &did)
}

// Decide carries out a decision by a daemon that does not run.
func (l *Local) Decide(ctx context.Context, what desk.FeedAction, feed string, ids []string) (did poll.Settled, err error) {
	if err := stores.Absent(l.Config.Store); err != nil {
		return did, err
	}
	d, err := l.Start()
	if err != nil {
		return did, err
	}
	did, err = d.Decide(ctx, what, feed, ids)
	return did, errors.Join(err, d.Close())
}

// decisionOf is the body of a request to decide.
type decisionOf struct {
	Feed  string   `json:"feed"`
	Items []string `json:"items,omitempty"`
}

// serveFeeds streams the state of all feeds as one JSON object a line.
func (s *Socket) serveFeeds(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/jsonl")
	lines := json.NewEncoder(w)
	for f, err := range s.daemon.Desk.Feeds(r.Context()) {
		if err != nil {
			s.daemon.Log.Error("feeds not shown to their end", "error", err)
			panic(http.ErrAbortHandler) // which the reader sees
		}
		if lines.Encode(f) != nil {
			return // the reader is gone
		}
	}
}

// serveDecision carries out what a person decided.
func (s *Socket) serveDecision(w http.ResponseWriter, r *http.Request) {
	var of decisionOf
	if err := json.NewDecoder(io.LimitReader(r.Body, 64<<10)).Decode(&of); err != nil {
		http.Error(w, "the request is not understood: "+err.Error(), http.StatusBadRequest)
		return
	}
	did, err := s.daemon.Desk.Decide(r.Context(), desk.FeedAction(r.PathValue("decision")), of.Feed, of.Items)
	if err != nil {
		http.Error(w, err.Error(), http.StatusUnprocessableEntity)
		return
	}
	answer(w, did)
}
