package daemon

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"

	"watcher/internal/config"
	"watcher/internal/store/bolt"
)

// Compacted is a step of compacting the store, or, with Before, its end. Sizes are
// in bytes.
type Compacted struct {
	Done   int64  `json:"done,omitempty"`
	Total  int64  `json:"total,omitempty"`
	Before int64  `json:"before,omitempty"`
	After  int64  `json:"after,omitempty"`
	Error  string `json:"error,omitempty"`
}

// Store is the path of the store.
func (a Asked) Store() string {
	if a.Client != nil {
		return a.Client.Runs.Store
	}
	return a.Config.Store.Path
}

// Compact gives the free space of the store back. It returns the sizes of the file
// before and after.
func (a Asked) Compact(ctx context.Context, progress func(done, total int64)) (before, after int64, err error) {
	if a.Client == nil {
		return compactStore(ctx, a.Config, progress)
	}
	body, err := a.Client.Stream(ctx, http.MethodPost, "/compact", nil)
	if err != nil {
		return 0, 0, err
	}
	defer body.Close()
	for lines := json.NewDecoder(body); ; {
		var c Compacted
		if err := lines.Decode(&c); err != nil {
			if errors.Is(err, io.EOF) {
				err = io.ErrUnexpectedEOF
			}
			return 0, 0, fmt.Errorf("read the daemon's answer: %w", err)
		}
		switch {
		case c.Error != "":
			return 0, 0, errors.New(c.Error)
		case c.Before > 0:
			return c.Before, c.After, nil
		}
		progress(c.Done, c.Total)
	}
}

func compactStore(ctx context.Context, cfg *config.Config, progress func(done, total int64)) (before, after int64, err error) {
	if err := cmp.Or(bolt.Absent(cfg.Store.Path), notOurs(cfg.Store)); err != nil {
		return 0, 0, err
	}
	store, err := bolt.Open(cfg.Store.Path)
	if err != nil {
		return 0, 0, err
	}
	before, after, err = store.Compact(ctx, progress)
	return before, after, errors.Join(err, store.Close())
}

// serveCompact compacts the store, and answers with one JSON object a line. Who
// goes away stops it.
func (d *Daemon) serveCompact(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/jsonl")
	lines, flush := json.NewEncoder(w), http.NewResponseController(w)
	say := func(c Compacted) {
		_ = lines.Encode(c) // the reader is gone if it fails, and r's context done
		_ = flush.Flush()
	}
	before, after, err := d.store.Compact(r.Context(), func(done, total int64) { say(Compacted{Done: done, Total: total}) })
	if err != nil {
		say(Compacted{Error: err.Error()})
		return
	}
	d.log.Info("store compacted", "before", before, "after", after)
	say(Compacted{Before: before, After: after})
}

// leastCompacted is from what size on a store is compacted without being asked to.
const leastCompacted = 64 << 20

// compactIfWorth compacts the store where more than half of it is free, and nothing
// waits to be sent.
func (d *Daemon) compactIfWorth(ctx context.Context) {
	size, free := d.store.Room()
	if size < leastCompacted || free <= size/2 || ctx.Err() != nil {
		return
	}
	if left, err := d.store.Tally(ctx); err != nil || left.Waiting > 0 {
		return // the next look is soon enough
	}
	before, after, err := d.store.Compact(ctx, func(int64, int64) {})
	if err != nil {
		d.log.Warn("store not compacted, half of it is free; it is tried again", "error", err)
		return
	}
	d.log.Info("store compacted", "before", before, "after", after)
}
