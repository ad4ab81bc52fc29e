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
	// Timeouts of slow clients.
	headerTime = 5 * time.Second
	readTime   = 30 * time.Second
	writeTime  = 60 * time.Second
	idleTime   = 2 * time.Minute
	maxHeader  = 16 << 10
	// maxConns bounds open connections from this machine, and separately those from all
	// other addresses: a flood from outside must not shut out health probes. maxOfOther
	// bounds those of one other address, which may be a proxy.
	maxConns   = 1024
	maxOfOther = 256
	// endTime is how long requests in progress may take at shutdown.
	endTime = 2 * time.Second
)

// Server is an open listener and what it serves.
type Server struct {
	listener net.Listener
	server   *http.Server
	requests *sync.WaitGroup // under way
}

// Listen opens the address, which is "host:port".
func Listen(address string, s *Site, log *slog.Logger) (*Server, error) {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("open http.listen: %w", err)
	}
	requests := new(sync.WaitGroup)
	counted := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests.Add(1)
		defer requests.Done()
		s.ServeHTTP(w, r)
	})
	server := &http.Server{
		Handler: counted, ReadHeaderTimeout: headerTime, ReadTimeout: readTime, WriteTimeout: writeTime,
		IdleTimeout: idleTime, MaxHeaderBytes: maxHeader,
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug), // its lines quote what scanners send
	}
	server.RegisterOnShutdown(s.streams.end)
	return &Server{&doorman{Listener: l, of: make(map[string]int)}, server, requests}, nil
}

// doorman is a listener with a connection limit. It closes connections beyond the limit
// before they cost anything.
type doorman struct {
	net.Listener
	mu sync.Mutex
	of map[string]int // open connections by address; ours by own, all others' by others
}

const (
	own    = "own"
	others = "others"
)

// Accept implements net.Listener.
func (d *doorman) Accept() (net.Conn, error) {
	for {
		c, err := d.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if leave := d.enter(c.RemoteAddr().String()); leave != nil {
			return &guest{Conn: c, leave: sync.OnceFunc(leave)}, nil
		}
		_ = c.Close()
	}
}

// enter counts a connection. leave uncounts it, and is nil if there are too many.
func (d *doorman) enter(remote string) (leave func()) {
	ip := peerOf(remote)
	keys := []string{others, network(ip)}
	if ip.IsLoopback() {
		keys = []string{own}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	for i, key := range keys {
		if d.of[key] >= []int{maxConns, maxOfOther}[i] {
			return nil
		}
	}
	for _, key := range keys {
		d.of[key]++
	}
	return func() {
		d.mu.Lock()
		defer d.mu.Unlock()
		for _, key := range keys {
			if d.of[key]--; d.of[key] == 0 {
				delete(d.of, key)
			}
		}
	}
}

// guest is a counted connection.
type guest struct {
	net.Conn
	leave func()
}

// Close implements net.Conn.
func (g *guest) Close() error {
	g.leave()
	return g.Conn.Close()
}

// Address returns the address that the server listens on.
func (s *Server) Address() string { return s.listener.Addr().String() }

// Serve answers until ctx is done, and returns when no request is in progress: what
// requests use may be closed then. An error says why serving failed.
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
