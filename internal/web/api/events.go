package api

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"watcher/internal/desk"
)

const (
	// streamTime is how long a stream of events lasts: who reads it is looked at anew
	// after that, as browsers connect again by themselves.
	streamTime = 15 * time.Minute
	// beatTime is how long nothing may come: proxies close a connection that is still.
	beatTime = 20 * time.Second
	// slowTime is how long a reader may take nothing of what it is sent.
	slowTime = 10 * time.Second
)

// stream writes an answer that takes longer than requests may.
type stream struct {
	w       http.ResponseWriter
	control *http.ResponseController
}

// begin begins an answer that may take as long as its reader reads.
func begin(w http.ResponseWriter, kind string) (*stream, error) {
	s := &stream{w, http.NewResponseController(w)}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("X-Accel-Buffering", "no") // nginx would keep it until it is whole
	// The server's own bound for requests would end the stream as if the reader had
	// gone; the bound is then the one of each write.
	if err := s.control.SetReadDeadline(time.Time{}); err != nil {
		return nil, fmt.Errorf("begin a stream: %w", err)
	}
	return s, nil
}

// send writes and flushes; its error says that the reader is gone, or too slow.
func (s *stream) send(text []byte) error {
	if err := s.control.SetWriteDeadline(time.Now().Add(slowTime)); err != nil {
		return err
	}
	if _, err := s.w.Write(text); err != nil {
		return err
	}
	return s.control.Flush()
}

// streamEvents sends what the desk tells of, until the reader is gone.
func (c *call) streamEvents() (any, error) {
	s, err := begin(c.w, "text/event-stream")
	if err != nil || c.r.Method == http.MethodHead {
		return streamed{}, err
	}
	// Before the first byte, so that nothing which comes after it is missed.
	next, stop := c.pull()
	defer stop()
	if s.send([]byte("retry: 3000\n\n")) != nil {
		return streamed{}, nil
	}
	if c.r.Header.Get("Last-Event-ID") != "" {
		// It had a stream before: what came between the two is in no stream.
		if s.event(&desk.Event{Kind: desk.Missed}) != nil {
			return streamed{}, nil
		}
	}
	end, beat := time.NewTimer(streamTime), time.NewTicker(beatTime)
	defer end.Stop()
	defer beat.Stop()
	for {
		var gone error
		select {
		case e, ok := <-next:
			if !ok {
				return streamed{}, nil
			}
			gone = s.event(&e)
		case <-beat.C:
			gone = s.send([]byte(": still here\n\n"))
		case <-end.C:
			return streamed{}, nil
		case <-c.context().Done():
			return streamed{}, nil
		}
		if gone != nil {
			return streamed{}, nil
		}
	}
}

// pull reads the desk's events beside the stream, which has a clock to look at too. Stop
// ends it, and returns when it has.
func (c *call) pull() (events <-chan desk.Event, stop func()) {
	ctx, cancel := context.WithCancel(c.context())
	out, from := make(chan desk.Event), c.Desk.Events(ctx)
	go func() {
		defer close(out)
		for e := range from {
			select {
			case out <- e:
			case <-ctx.Done():
				return
			}
		}
	}()
	return out, func() {
		cancel()
		for range out { //nolint:revive // until it is closed
		}
	}
}

// event sends one. Its id is only there for a browser to say that it had a stream.
func (s *stream) event(e *desk.Event) error {
	data, err := marshal(e)
	if err != nil {
		return err
	}
	return s.send(fmt.Appendf(nil, "id: %d\nevent: %s\ndata: %s\n", time.Now().UnixMilli(), e.Kind, data))
}
