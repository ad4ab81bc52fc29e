package web

import (
	"context"
	"net/http"
	"sync"
)

const (
	// eventsPath is the only path whose answer does not end by itself.
	eventsPath = "/api/v1/events"
	// maxStreams bounds the open streams, maxOfOne those of a session, or of an address
	// if there is no session. The tabs of a browser share one stream.
	maxStreams = 200
	maxOfOne   = 4
	// streamAgain is the Retry-After of a refused stream, in seconds.
	streamAgain = "30"
)

// streams counts open streams.
type streams struct {
	mu    sync.Mutex
	all   int
	of    map[string]int
	ended bool
	ends  map[*context.CancelFunc]bool
}

// admit counts a stream until done is called. The request must end with ctx. ok is false
// if there are too many.
func (s *streams) admit(parent context.Context, who string) (ctx context.Context, done func(), ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended || s.all >= maxStreams || s.of[who] >= maxOfOne {
		return nil, nil, false
	}
	ctx, cancel := context.WithCancel(parent)
	s.all++
	s.of[who]++
	s.ends[&cancel] = true
	return ctx, func() {
		cancel()
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.ends, &cancel)
		s.all--
		if s.of[who]--; s.of[who] == 0 {
			delete(s.of, who)
		}
	}, true
}

// end ends all streams, and refuses new ones.
func (s *streams) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ended = true
	for cancel := range s.ends {
		(*cancel)()
	}
}

// stream serves events for as long as their reader is permitted.
func (s *Site) stream(w http.ResponseWriter, r *http.Request, c caller, what asked) {
	who := "from " + addressOf(r)
	if c.session != nil {
		who = "of " + c.session.key
	}
	ctx, done, ok := s.streams.admit(r.Context(), who)
	if !ok {
		w.Header().Set("Retry-After", streamAgain)
		s.refuse(w, what, http.StatusServiceUnavailable, "Too many streams of events are open. Close one, such as another tab of the page, or ask again later.")
		return
	}
	defer done()
	if c.session != nil {
		var end context.CancelFunc
		ctx, end = context.WithCancel(ctx)
		defer end()
		defer context.AfterFunc(c.session.ctx, end)() // signed out, it ends at once
	}
	what.handler.ServeHTTP(w, r.WithContext(ctx))
}
