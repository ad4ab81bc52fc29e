package admin

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"net/http"
	"time"

	"watcher/internal/past"
	"watcher/internal/rules"
	"watcher/internal/stores"
)

// searchLine is a line of the daemon's answer to a search: an article, or how far the
// search is, or at its end what it has looked at.
type searchLine struct {
	Found  *past.Found  `json:"found,omitempty"`
	Done   int          `json:"done,omitempty"`
	Total  int          `json:"total,omitempty"`
	Looked *past.Looked `json:"looked,omitempty"`
}

// Search yields what the daemon finds.
func (c *Client) Search(ctx context.Context, q past.Query, looked *past.Looked, progress func(done, total int)) iter.Seq2[past.Found, error] {
	return func(yield func(past.Found, error) bool) {
		ctx, cancel := context.WithCancel(ctx) // which ends the search where nobody reads on
		defer cancel()
		err := c.search(ctx, q, func(l *searchLine) bool {
			switch {
			case l.Found != nil:
				return yield(*l.Found, nil)
			case l.Looked != nil:
				*looked = *l.Looked
			case progress != nil:
				progress(l.Done, l.Total)
			}
			return true
		})
		if err != nil {
			yield(past.Found{}, err)
		}
	}
}

// search calls use with the lines of the answer, until it returns false.
func (c *Client) search(ctx context.Context, q past.Query, use func(*searchLine) bool) error {
	body, err := c.Ask(ctx, http.MethodPost, "/search", q)
	if err != nil {
		return err
	}
	defer body.Close()
	ended := false
	for d := json.NewDecoder(body); ; {
		var l searchLine
		switch err := d.Decode(&l); {
		case errors.Is(err, io.EOF) && ended:
			return nil
		case errors.Is(err, io.EOF):
			return io.ErrUnexpectedEOF
		case err != nil:
			return err
		}
		ended = l.Looked != nil
		if !use(&l) {
			return nil
		}
	}
}

// Search yields what is found in the config's store. One that was not made yet has no
// articles.
func (l *Local) Search(ctx context.Context, q past.Query, looked *past.Looked, progress func(done, total int)) iter.Seq2[past.Found, error] {
	return func(yield func(past.Found, error) bool) {
		err := stores.Absent(l.Config.Store)
		var store stores.Store
		if err == nil {
			store, err = stores.OpenToRead(ctx, l.Config.Store)
		}
		if err != nil {
			if !errors.Is(err, stores.ErrNotRun) { // else nothing was ever stored
				yield(past.Found{}, err)
			}
			return
		}
		defer store.Close() //nolint:errcheck // nothing was written
		for f, err := range past.New(store).Search(ctx, q, looked, progress) {
			if !yield(f, err) {
				return
			}
		}
	}
}

// soon is how long a line of an answer may wait for others that go with it.
const soon = 50 * time.Millisecond

// serveSearch streams what is found, the newest first, as one JSON object a line. A
// failure halfway cuts the stream, which the reader sees; a reader that is gone ends the
// search.
func (s *Socket) serveSearch(w http.ResponseWriter, r *http.Request) {
	var q past.Query
	if err := json.NewDecoder(r.Body).Decode(&q); err != nil {
		http.Error(w, "the search cannot be read: "+err.Error(), http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Type", "application/jsonl")
	lines, out := json.NewEncoder(w), http.NewResponseController(w)
	var sent time.Time
	write := func(l searchLine) error {
		err := lines.Encode(l)
		if err == nil && time.Since(sent) > soon {
			err = out.Flush()
			sent = time.Now()
		}
		return err
	}
	var looked past.Looked
	progress := func(done, total int) { _ = write(searchLine{Done: done, Total: total}) } // where it fails the next one does
	for f, err := range past.New(s.daemon.Store).Search(r.Context(), q, &looked, progress) {
		if mistakes := rules.AsErrors(err); mistakes != nil { // before the first line
			http.Error(w, mistakes.Error(), http.StatusBadRequest)
			return
		}
		if err == nil {
			err = write(searchLine{Found: &f})
		}
		if err != nil {
			if r.Context().Err() == nil {
				s.daemon.Log.Error("search broken off", "error", err)
			}
			panic(http.ErrAbortHandler)
		}
	}
	_ = write(searchLine{Looked: &looked}) // the reader is gone if it fails
}
