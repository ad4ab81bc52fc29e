package fetch

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"

	"watcher/internal/budget"
	"watcher/internal/feeds"
	"watcher/internal/testutil"
)

// TestAnnouncedLengthTakesNoRoom answers with a length of 15 MiB, five bytes and silence:
// meanwhile the fetch holds one block of memory.
func TestAnnouncedLengthTakesNoRoom(t *testing.T) {
	sent, end := make(chan struct{}), make(chan struct{})
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "15728640")
		_, _ = io.WriteString(w, "<rss>")
		_ = http.NewResponseController(w).Flush()
		close(sent)
		<-end
	}))
	defer srv.Close()
	room := budget.New(64 << 20)
	c := NewClient(ClientOptions{Allow: testutil.Loopback, Room: room})
	defer c.Close()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() {
		_, err := c.Fetch(ctx, feeds.Source{URL: srv.URL}, feeds.Known{}, nil)
		done <- err
	}()
	<-sent
	if used := room.Used(); used > minBlock {
		t.Errorf("five bytes hold %d", used)
	}
	cancel()
	close(end)
	if err := <-done; err == nil {
		t.Error("no error")
	}
	if used := room.Used(); used != 0 {
		t.Errorf("%d bytes are held when the fetch is over", used)
	}
}

// TestDocumentHoldsRoom: a document returns its room when it is closed, whatever size its
// compressed body claims to have.
func TestDocumentHoldsRoom(t *testing.T) {
	text := string(testutil.WrapRSS(strings.Repeat(testutil.HonestItem, 20_000)))
	for _, lie := range []bool{false, true} {
		srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			var b strings.Builder
			z := gzip.NewWriter(&b)
			_, _ = io.WriteString(z, text)
			if lie { // a second member, which is short; its size is the one at the end
				_ = z.Close()
				z.Reset(&b)
				_, _ = io.WriteString(z, "\n")
			}
			_ = z.Close()
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = io.WriteString(w, b.String())
		}))
		room := budget.New(64 << 20)
		c := NewClient(ClientOptions{Allow: testutil.Loopback, Room: room})
		res, err := c.Fetch(t.Context(), feeds.Source{URL: srv.URL}, feeds.Known{}, nil)
		if err != nil || len(res.Document.Entries) == 0 {
			t.Fatalf("lie %v: %v", lie, err)
		}
		if used := room.Used(); used == 0 {
			t.Errorf("lie %v: the document holds nothing", lie)
		}
		res.Document.Room.Close()
		if used := room.Used(); used != 0 {
			t.Errorf("lie %v: %d bytes are held by nobody", lie, used)
		}
		c.Close()
		srv.Close()
	}
}
