package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"
)

const (
	// A client that is slow gives up its connection.
	headerTime = 5 * time.Second
	readTime   = 30 * time.Second
	writeTime  = 60 * time.Second
	idleTime   = 2 * time.Minute
	maxHeader  = 16 << 10
	// endTime is how long requests under way may take when watcher ends.
	endTime = 2 * time.Second
)

// Server is an open listener and what it serves.
type Server struct {
	listener net.Listener
	server   *http.Server
	requests *sync.WaitGroup // under way
}

// Listen opens the address, which is "host:port".
func Listen(address string, h http.Handler, log *slog.Logger) (*Server, error) {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("open http.listen: %w", err)
	}
	requests := new(sync.WaitGroup)
	counted := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests.Add(1)
		defer requests.Done()
		h.ServeHTTP(w, r)
	})
	return &Server{l, &http.Server{
		Handler: counted, ReadHeaderTimeout: headerTime, ReadTimeout: readTime, WriteTimeout: writeTime,
		IdleTimeout: idleTime, MaxHeaderBytes: maxHeader,
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug), // its lines quote what scanners send
	}, requests}, nil
}

// Address returns the address that the server listens on.
func (s *Server) Address() string { return s.listener.Addr().String() }

// Serve answers until ctx is done, and returns when no request is under way any
// more: what they use may be closed then. An error is why it could no longer.
func (s *Server) Serve(ctx context.Context) error {
	ended := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(ended)
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), endTime)
		defer cancel()
		if s.server.Shutdown(grace) != nil {
			_ = s.server.Close()
		}
	})
	err := s.server.Serve(s.listener)
	if !stop() {
		<-ended
	}
	s.requests.Wait() // a connection that was closed ends its request
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return fmt.Errorf("serve http.listen: %w", err)
}
