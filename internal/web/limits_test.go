package web_test

import (
	"bufio"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"watcher/internal/web"
)

// events is a stream that ends when its reader disconnects.
func events(o web.Options) web.Options {
	o.API = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		_, _ = io.WriteString(w, "retry: 3000\n\n")
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	})
	return o
}

// open opens a stream. The caller closes it by its body.
func (b *browser) open(headers ...string) *http.Response {
	b.t.Helper()
	r, err := http.NewRequest("GET", b.base+"/api/v1/events", nil)
	if err != nil {
		b.t.Fatal(err)
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Set(name, value)
	}
	resp, err := b.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(func() { resp.Body.Close() })
	return resp
}

func TestStreams(t *testing.T) {
	access := web.Access{Users: users(t, "anna", "jan")}
	site := web.New(events(rooms()), access)
	server := httptest.NewServer(site)
	defer server.Close()
	anna, jan := newBrowser(t, server.URL), newBrowser(t, server.URL)
	anna.login("anna", "annaanna")
	jan.login("jan", "janjan")
	var open []*http.Response
	for i := range 6 {
		resp := anna.open()
		if got, want := resp.StatusCode, map[bool]int{true: 200, false: 503}[i < 4]; got != want {
			t.Errorf("her stream %d: %d", i+1, got)
		}
		if resp.StatusCode == http.StatusServiceUnavailable {
			if n, err := strconv.Atoi(resp.Header.Get("Retry-After")); err != nil || n < 5 || resp.Header.Get("Content-Type") != "application/problem+json" {
				t.Errorf("the refusal has the headers %v", resp.Header)
			}
			continue
		}
		open = append(open, resp)
	}
	if resp := jan.open(); resp.StatusCode != http.StatusOK {
		t.Errorf("her streams keep him out: %d", resp.StatusCode)
	}
	if resp, _ := anna.do("GET", "/alerts", ""); resp.StatusCode != http.StatusOK {
		t.Errorf("her streams keep her from the page: %d", resp.StatusCode)
	}
	open[0].Body.Close()
	for deadline := time.Now().Add(10 * time.Second); anna.open().StatusCode != http.StatusOK; {
		if time.Now().After(deadline) {
			t.Fatal("a stream that was closed still counts")
		}
	}
	// Streams end at once when their session is signed out, and when their user is
	// removed.
	anna.do("POST", "/logout", "")
	for _, resp := range open[1:] {
		if _, err := io.Copy(io.Discard, resp.Body); err != nil {
			t.Errorf("a stream of who has signed out: %v", err)
		}
	}
	resp := jan.open()
	site.SetAccess(web.Access{Users: users(t, "anna")})
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		t.Errorf("a stream of who was removed: %v", err)
	}
}

// The number of open streams is bounded, however many are requested.
func TestStreamsInAll(t *testing.T) {
	site := web.New(events(rooms()), web.Access{})
	ctx, end := context.WithCancel(t.Context())
	codes := make(chan int)
	began := func() *stubWriter { return &stubWriter{header: http.Header{}, code: codes} }
	const asked, bound = 250, 200
	for i := range asked {
		r := httptest.NewRequestWithContext(ctx, "GET", "/api/v1/events", nil)
		r.Host, r.RemoteAddr = "127.0.0.1", fmt.Sprintf("192.0.2.%d:1", i)
		go site.ServeHTTP(began(), r)
	}
	count := map[int]int{}
	for range asked {
		count[<-codes]++
	}
	if count[200] != bound || count[503] != asked-bound {
		t.Errorf("%v of %d", count, asked)
	}
	end()
}

// stubWriter records the status of an answer.
type stubWriter struct {
	header http.Header
	code   chan int
	told   bool
}

func (w *stubWriter) Header() http.Header { return w.header }
func (w *stubWriter) Flush()              {}
func (w *stubWriter) WriteHeader(code int) {
	w.told = true
	w.code <- code
}

func (w *stubWriter) Write(b []byte) (int, error) {
	if !w.told {
		w.WriteHeader(http.StatusOK)
	}
	return len(b), nil
}

// listen serves a site on a free port until the test ends.
func listen(t *testing.T, o web.Options, a web.Access) string {
	t.Helper()
	s, err := web.Listen("127.0.0.1:0", web.New(o, a), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return s.Address()
}

// A slow client loses its connection, and delays nobody else.
func TestSlowClients(t *testing.T) {
	t.Parallel()
	address := listen(t, rooms(), web.Access{})
	var slow []net.Conn
	for i := range 40 {
		c, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		// Some clients send nothing, some begin a request and never finish it.
		if i%2 == 0 {
			_, _ = io.WriteString(c, "GET /alerts HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ")
		}
		slow = append(slow, c)
	}
	b := newBrowser(t, "http://"+address)
	if resp, _ := b.do("GET", "/alerts", ""); resp.StatusCode != http.StatusOK {
		t.Errorf("beside them a request is answered %d", resp.StatusCode)
	}
	for i, c := range slow {
		_ = c.SetReadDeadline(time.Now().Add(20 * time.Second))
		if text, err := io.ReadAll(c); err != nil { // until it is hung up on
			t.Errorf("slow client %d is still connected: %v, %q", i, err, text)
		}
	}
}

// Of a flood of connections, as many are accepted as there is room for. A closed
// connection makes room for the next.
func TestFloodOfConnections(t *testing.T) {
	t.Parallel()
	address := listen(t, rooms(), web.Access{})
	const flood = 1100
	var conns []net.Conn
	for range flood {
		c, err := net.Dial("tcp", address)
		if err != nil {
			t.Skipf("this machine has no more connections: %v", err)
		}
		defer c.Close()
		conns = append(conns, c)
	}
	// Connections beyond the limit are closed: they read EOF at once.
	last := conns[flood-1]
	_ = last.SetReadDeadline(time.Now().Add(20 * time.Second))
	if _, err := last.Read(make([]byte, 1)); err == nil || isTimeout(err) {
		t.Errorf("connection %d is still open: %v", flood, err)
	}
	for _, c := range conns[:10] {
		c.Close()
	}
	b := newBrowser(t, "http://"+address)
	for deadline := time.Now().Add(20 * time.Second); ; {
		resp, err := b.Get(b.base + "/healthz")
		if err == nil {
			resp.Body.Close()
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("after the flood nothing is answered: %v", err)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

func isTimeout(err error) bool {
	e, ok := errors.AsType[net.Error](err)
	return ok && e.Timeout()
}

// Shutdown does not wait for streams.
func TestTheEndClosesStreams(t *testing.T) {
	t.Parallel()
	s, err := web.Listen("127.0.0.1:0", web.New(events(rooms()), web.Access{}), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx) }()
	resp := newBrowser(t, "http://"+s.Address()).open()
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		t.Errorf("the stream does not end well, so it was cut off after the time that requests under way have: %v", err)
	}
}

// Pages are compressed if the browser accepts it. Answers with strong ETags are not.
func TestCompression(t *testing.T) {
	o := rooms()
	say := func(kind string) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", kind)
			_, _ = io.WriteString(w, strings.Repeat("the same again, ", 1000))
		})
	}
	o.Page, o.API, o.Feeds = face{say("text/html; charset=utf-8")}, say("application/json"), say("application/atom+xml")
	site := web.New(o, web.Access{})
	for path, want := range map[string]string{"/alerts": "gzip", "/api/v1/alerts": "gzip", "/alerts.atom": ""} {
		w := ask(site, "GET", path, "192.0.2.1", "", "Accept-Encoding: gzip, br")
		if got := w.Header().Get("Content-Encoding"); got != want {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
		if want == "" {
			continue
		}
		if w.Body.Len() > 1000 {
			t.Errorf("%s: %d bytes", path, w.Body.Len())
		}
		z, err := gzip.NewReader(bufio.NewReader(w.Body))
		if err != nil {
			t.Fatal(err)
		}
		if text, err := io.ReadAll(z); err != nil || len(text) != 16_000 {
			t.Errorf("%s: %d bytes, %v", path, len(text), err)
		}
		if w := ask(site, "GET", path, "192.0.2.1", ""); w.Header().Get("Content-Encoding") != "" || w.Body.Len() != 16_000 {
			t.Errorf("%s: not asked for it is %q, %d bytes", path, w.Header().Get("Content-Encoding"), w.Body.Len())
		}
	}
}

// On a site without a login, everybody may set how the page looks. With one, a stranger
// gets the page's files and nothing else.
func TestWithoutALogin(t *testing.T) {
	for _, c := range []struct {
		access       web.Access
		method, path string
		want         int
	}{
		{web.Access{}, "POST", "/look", 200},
		{web.Access{}, "POST", "/look/x", 403},
		{web.Access{Users: users(t, "anna")}, "GET", "/assets/page.css", 200},
		{web.Access{Users: users(t, "anna")}, "POST", "/assets/page.css", 401},
		{web.Access{Users: users(t, "anna")}, "GET", "/assets/../alerts", 404},
		{web.Access{Users: users(t, "anna")}, "GET", "/assets/%2e%2e/alerts", 404},
		{web.Access{Users: users(t, "anna")}, "POST", "/look", 401},
	} {
		if w := ask(web.New(rooms(), c.access), c.method, c.path, "192.0.2.1", ""); w.Code != c.want {
			t.Errorf("%s %s: %d, want %d", c.method, c.path, w.Code, c.want)
		}
	}
}
