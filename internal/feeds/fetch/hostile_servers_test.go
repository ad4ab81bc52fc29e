package fetch_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"watcher/internal/feeds"
	"watcher/internal/feeds/fetch"
	"watcher/internal/testutil"

	"github.com/klauspost/compress/gzip"
)

// TestHostileServers has servers that would hold the client up for ever.
func TestHostileServers(t *testing.T) {
	bomb := compress(t, bytes.Repeat([]byte{0}, 64<<20), gzip.BestCompression)
	tests := []struct {
		name    string
		handler http.HandlerFunc
		kind    feeds.FailureKind
		text    string // part of the error
	}{
		{"a gzip bomb", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write(bomb)
		}, feeds.TooLarge, "larger than 1 MiB once decompressed"},
		{"a gzip bomb that is not announced", func(w http.ResponseWriter, r *http.Request) {
			_, _ = w.Write(bomb)
		}, feeds.TooLarge, "once decompressed"},
		{"a body without end", func(w http.ResponseWriter, r *http.Request) {
			chunk := make([]byte, 64<<10)
			for {
				if _, err := w.Write(chunk); err != nil {
					return
				}
			}
		}, feeds.TooLarge, "larger than 1 MiB"},
		{"a body that is announced as too large", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", "10000000000")
			w.WriteHeader(http.StatusOK)
		}, feeds.TooLarge, "larger than 1 MiB"},
		{"a byte now and then", func(w http.ResponseWriter, r *http.Request) {
			for r.Context().Err() == nil {
				_, _ = w.Write([]byte("<"))
				w.(http.Flusher).Flush()
				time.Sleep(20 * time.Millisecond)
			}
		}, feeds.Timeout, "was not done sending after"},
		{"silence", func(w http.ResponseWriter, r *http.Request) {
			<-r.Context().Done()
		}, feeds.Timeout, "did not answer in time"},
		{"redirects without end", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, r.URL.Path+"x", http.StatusFound)
		}, feeds.Redirected, "more than 10 redirects"},
		{"a header of ten megabytes", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("X-Big", strings.Repeat("x", 10<<20))
		}, feeds.Network, "no answer from"},
		{"a hundred thousand headers", func(w http.ResponseWriter, r *http.Request) {
			for i := range 100_000 {
				w.Header().Set(fmt.Sprint("X-", i), "x")
			}
		}, feeds.Network, "no answer from"},
		{"an answer that is no HTTP", func(w http.ResponseWriter, r *http.Request) {
			conn, _, err := w.(http.Hijacker).Hijack()
			if err == nil {
				_, _ = conn.Write([]byte("220 mail.example ESMTP\r\n"))
				_ = conn.Close()
			}
		}, feeds.Network, "no answer from"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			srv := httptest.NewServer(tt.handler)
			timeout := time.Minute // so that a busy machine does not look like a slow server
			if tt.kind == feeds.Timeout {
				timeout = time.Second
			}
			c := fetch.NewClient(fetch.ClientOptions{UserAgent: "watcher/test", Allow: testutil.Loopback, Timeout: timeout, MaxBody: 1 << 20})
			t.Cleanup(func() {
				c.Close()
				srv.CloseClientConnections()
				srv.Close()
			})
			_, err := c.Fetch(context.Background(), feeds.Source{ID: "x", URL: srv.URL}, feeds.Known{}, nil)
			var fe *feeds.FetchError
			if !errors.As(err, &fe) || fe.Kind != tt.kind || !strings.Contains(fe.Text, tt.text) {
				t.Errorf("the error is %v, want one of kind %v with %q", err, tt.kind, tt.text)
			}
			if err != nil && (len(err.Error()) > 400 || strings.ContainsAny(err.Error(), "\n\x1b")) {
				t.Errorf("the error is not one short line: %q", err)
			}
		})
	}
}
