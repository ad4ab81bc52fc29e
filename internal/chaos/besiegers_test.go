package chaos

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"
)

// besieger is a hostile server: its feeds, or the pages of their articles. None targets a
// bug of a particular library; each sends without end, or sends very much.
type besieger struct {
	name     string
	fullText bool // the harm is in the pages
	silent   bool // it is at the port that accepts and says nothing
	serve    http.HandlerFunc
}

const announced = 15 << 20 // what a body may have

var besiegers = []besieger{
	{name: "never answers", serve: hang},
	{name: "hangs in the body", serve: func(rw http.ResponseWriter, r *http.Request) {
		begin(rw, "<rss><channel><title>T</title>")
		hang(rw, r)
	}},
	{name: "announces much and sends five bytes", serve: func(rw http.ResponseWriter, r *http.Request) {
		rw.Header().Set("Content-Length", strconv.Itoa(announced))
		begin(rw, "<rss>")
		hang(rw, r)
	}},
	{name: "sends much and hangs", serve: func(rw http.ResponseWriter, r *http.Request) {
		rw.Header().Set("Content-Length", strconv.Itoa(announced))
		if _, err := io.Copy(rw, io.LimitReader(endless("<item>much</item>"), announced-1<<20)); err == nil {
			hang(rw, r)
		}
	}},
	{name: "drips", serve: func(rw http.ResponseWriter, r *http.Request) {
		for err := error(nil); err == nil; _, err = io.WriteString(rw, "<") {
			_ = http.NewResponseController(rw).Flush()
			select {
			case <-r.Context().Done():
			case <-time.After(200 * time.Millisecond):
			}
		}
	}},
	{name: "never ends", serve: func(rw http.ResponseWriter, _ *http.Request) {
		begin(rw, "<rss><channel>")
		_, _ = io.Copy(rw, endless("<item>more</item>")) // until the client leaves
	}},
	{name: "grows beyond the bound", serve: packed(func() []byte { return bytes.Repeat([]byte(" "), 8*announced) })},
	{name: "grows up to the bound", serve: packed(func() []byte {
		return []byte("<rss><channel><item><title>" + strings.Repeat("a ", announced/2-100) + "</title></item></channel></rss>")
	})},
	{name: "a deep document", serve: packed(func() []byte {
		return []byte("<rss><channel><item>" + strings.Repeat("<a>", 500_000))
	})},
	{name: "a wide document", serve: packed(func() []byte {
		return []byte("<rss><channel>" + strings.Repeat("<item><title>Tick</title></item>", 200_000) + "</channel></rss>")
	})},
	{name: "deep pages", fullText: true, serve: pages(packed(func() []byte {
		return []byte("<html><body>" + strings.Repeat("<div>x", 500_000))
	}))},
	{name: "wide pages", fullText: true, serve: pages(packed(func() []byte {
		return []byte("<html><body>" + strings.Repeat("<p>wide</p>", 350_000) + "</body></html>")
	}))},
	{name: "pages that hang", fullText: true, serve: pages(func(rw http.ResponseWriter, r *http.Request) {
		rw.Header().Set("Content-Length", strconv.Itoa(4<<20))
		begin(rw, "<html>")
		hang(rw, r)
	})},
	{name: "floods", serve: flood},
	{name: "redirects in a circle", serve: func(rw http.ResponseWriter, r *http.Request) {
		http.Redirect(rw, r, r.URL.Path, http.StatusFound)
	}},
	{name: "headers without end", serve: wire("HTTP/1.1 200 OK\r\n", "X-More: and more of it\r\n")},
	{name: "hints without end", serve: wire("", "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n")},
	{name: "resets", serve: func(rw http.ResponseWriter, _ *http.Request) {
		if conn, _, err := http.NewResponseController(rw).Hijack(); err == nil {
			_ = conn.(*net.TCPConn).SetLinger(0)
			_ = conn.Close()
		}
	}},
	{name: "TLS that never comes", silent: true},
}

func begin(rw http.ResponseWriter, text string) {
	_, _ = io.WriteString(rw, text)
	_ = http.NewResponseController(rw).Flush()
}

// hang does nothing until the client leaves.
func hang(_ http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body) // before that, the server does not notice
	<-r.Context().Done()
}

// endless is a reader that repeats a text forever.
func endless(text string) io.Reader { return &repeated{text: strings.Repeat(text, 1000)} }

type repeated struct {
	text string
	at   int
}

func (r *repeated) Read(p []byte) (int, error) {
	n := copy(p, r.text[r.at:])
	r.at = (r.at + n) % len(r.text)
	return n, nil
}

// packed serves a text compressed by gzip, which is built at the first request.
func packed(text func() []byte) http.HandlerFunc {
	body := sync.OnceValue(func() []byte {
		var b bytes.Buffer
		w := gzip.NewWriter(&b)
		_, _ = w.Write(text()) // a buffer takes all
		_ = w.Close()
		return b.Bytes()
	})
	return func(rw http.ResponseWriter, _ *http.Request) {
		rw.Header().Set("Content-Encoding", "gzip")
		rw.Header().Set("Content-Type", "text/html")
		_, _ = rw.Write(body())
	}
}

// pages serves a feed with a new article at each poll, and page for each article.
func pages(page http.HandlerFunc) http.HandlerFunc {
	return func(rw http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Has("page") {
			page(rw, r)
			return
		}
		now := time.Now().UnixNano()
		fmt.Fprintf(rw, `<rss version="2.0"><channel><title>P</title><item><guid>%d</guid><title>Siege of %[1]d</title><link>http://%s%s?page=%[1]d</link><description>Cut short …</description></item></channel></rss>`,
			now, r.Host, r.URL.Path)
	}
}

// flood serves thousands of new matching articles every half minute, or three times in a
// long siege. It goes by the clock: all feeds flood at the same time.
func flood(rw http.ResponseWriter, r *http.Request) {
	fmt.Fprint(rw, `<rss version="2.0"><channel><title>F</title>`)
	n := time.Now().UnixNano() / int64(max(*siegeTime/3, 30*time.Second))
	items := 3000
	if !longSiege() {
		items = 600 // as many as are told in parts, for machines with other work
	}
	for i := range items {
		fmt.Fprintf(rw, `<item><guid>%d/%d</guid><title>Siege %[1]d, bulletin %[2]d</title><link>http://%s/%[1]d/%[2]d</link><description>The siege goes on.</description></item>`, n, i, r.Host)
	}
	fmt.Fprint(rw, `</channel></rss>`)
}

// wire writes raw bytes to the connection, then more without end.
func wire(first, more string) http.HandlerFunc {
	return func(rw http.ResponseWriter, _ *http.Request) {
		conn, _, err := http.NewResponseController(rw).Hijack()
		if err != nil {
			return
		}
		defer conn.Close()
		babble(conn, first, more)
	}
}

// babble writes until the client leaves.
func babble(conn net.Conn, first, more string) {
	_, _ = io.WriteString(conn, first)
	_, _ = io.Copy(conn, struct{ io.Reader }{endless(more)})
}

// listen opens a port of its own and handles each connection to it.
func listen(t *testing.T, handle func(net.Conn)) (port int) {
	t.Helper()
	l, err := net.Listen("tcp4", ":0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				handle(conn)
			}()
		}
	}()
	return l.Addr().(*net.TCPAddr).Port
}
