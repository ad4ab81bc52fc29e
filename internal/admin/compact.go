package admin

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"

	"watcher/internal/stores"
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

// Compact has the daemon compact its store.
func (c *Client) Compact(ctx context.Context, progress func(done, total int64)) (before, after int64, err error) {
	body, err := c.Stream(ctx, http.MethodPost, "/compact", nil)
	if err != nil {
		return 0, 0, err
	}
	defer body.Close()
	for lines := json.NewDecoder(body); ; {
		var step Compacted
		if err := lines.Decode(&step); err != nil {
			if errors.Is(err, io.EOF) {
				err = io.ErrUnexpectedEOF
			}
			return 0, 0, fmt.Errorf("read the daemon's answer: %w", err)
		}
		switch {
		case step.Error != "":
			return 0, 0, errors.New(step.Error)
		case step.Before > 0:
			return step.Before, step.After, nil
		}
		progress(step.Done, step.Total)
	}
}

// Compact compacts the config's store.
func (l *Local) Compact(ctx context.Context, progress func(done, total int64)) (before, after int64, err error) {
	if err := cmp.Or(stores.Absent(l.Config.Store), notOurs(l.Config.Store)); err != nil {
		return 0, 0, err
	}
	store, err := stores.OpenToChange(ctx, l.Config.Store)
	if err != nil {
		return 0, 0, err
	}
	before, after, err = compact(ctx, store, progress)
	return before, after, errors.Join(err, store.Close())
}

// compact compacts a store that is a file.
func compact(ctx context.Context, store stores.Store, progress func(done, total int64)) (before, after int64, err error) {
	s, ok := store.(interface {
		Compact(ctx context.Context, progress func(done, total int64)) (before, after int64, err error)
	})
	if !ok {
		return 0, 0, errors.New("the store is in PostgreSQL, whose autovacuum gives free space back; nothing is to be done by hand")
	}
	return s.Compact(ctx, progress)
}

// serveCompact compacts the store, and answers with one JSON object a line. Who
// goes away stops it.
func (s *Socket) serveCompact(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/jsonl")
	lines, flush := json.NewEncoder(w), http.NewResponseController(w)
	say := func(c Compacted) {
		_ = lines.Encode(c) // the reader is gone if it fails, and r's context done
		_ = flush.Flush()
	}
	before, after, err := compact(r.Context(), s.daemon.Store, func(done, total int64) { say(Compacted{Done: done, Total: total}) })
	if err != nil {
		say(Compacted{Error: err.Error()})
		return
	}
	s.daemon.Log.Info("store compacted", "before", before, "after", after)
	say(Compacted{Before: before, After: after})
}
