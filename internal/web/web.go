// Package web is what watcher serves by HTTP: whether it lives and makes
// progress, its metrics, and the callbacks of WebSub. It shows nothing of what
// feeds say but their names.
package web

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
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

// Options say what there is to serve.
type Options struct {
	Alive func() error // an error is what a restart may mend
	Ready func() error // nil only while polls and deliveries progress
	// Numbers are for /metrics, taken anew for each request.
	Numbers func(context.Context) Numbers
	// Callbacks takes all below CallbackPath; nil if hubs cannot reach us.
	Callbacks    http.Handler
	CallbackPath string // "/websub/"
	// Public is the address under which the callbacks are known; a path in it is
	// served with and without, as proxies hand it on either way.
	Public string
}

// Handler serves /healthz, /readyz, /metrics and the callbacks.
func Handler(o Options) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", check(o.Alive))
	mux.HandleFunc("GET /readyz", check(o.Ready))
	mux.Handle("GET /metrics", metrics(o.Numbers))
	if o.Callbacks != nil {
		mux.Handle(o.CallbackPath, o.Callbacks)
		if u, err := url.Parse(o.Public); err == nil && strings.Trim(u.Path, "/") != "" {
			prefix := "/" + strings.Trim(u.Path, "/")
			mux.Handle(prefix+o.CallbackPath, http.StripPrefix(prefix, o.Callbacks))
		}
	}
	return mux
}

// check answers 200, or 503 and why not.
func check(well func() error) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Header().Set("Cache-Control", "no-store")
		if err := well(); err != nil {
			w.WriteHeader(http.StatusServiceUnavailable)
			_, _ = io.WriteString(w, err.Error()+"\n") // the client is gone if it fails
			return
		}
		_, _ = io.WriteString(w, "ok\n")
	}
}

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
