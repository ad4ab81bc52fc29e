package fetch_test

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"watcher/internal/feeds"
	"watcher/internal/feeds/fetch"
	"watcher/internal/netguard"
	"watcher/internal/testutil"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// TestStatus shows what each answer means to the poller.
func TestStatus(t *testing.T) {
	date := "Mon, 02 Mar 2026 12:00:00 GMT"
	tests := []struct {
		name   string
		answer http.HandlerFunc
		kind   feeds.FailureKind
		text   string
		wait   time.Duration
	}{
		{"not found", answerWith(404, "x"), feeds.NotFound, "the server answers 404 Not Found", 0},
		{"gone", answerWith(410, ""), feeds.Gone, "gone for good (410 Gone)", 0},
		{"unauthorized", answerWith(401, ""), feeds.Unauthorized, "401 Unauthorized", 0},
		{"throttled, in seconds", answerWith(429, "", "Retry-After", "120"), feeds.Throttled, "429 Too Many Requests and asks to wait 2m0s", 2 * time.Minute},
		{"throttled, until a date by the server's clock", answerWith(429, "", "Date", date, "Retry-After", "Mon, 02 Mar 2026 13:00:00 GMT"), feeds.Throttled, "1h0m0s", time.Hour},
		{"throttled, until a date gone by", answerWith(429, "", "Date", date, "Retry-After", "Mon, 02 Mar 2026 11:00:00 GMT"), feeds.Throttled, "429", 0},
		{"throttled, for ever", answerWith(429, "", "Retry-After", "99999999999999"), feeds.Throttled, "429", 87600 * time.Hour},
		{"throttled, in no known words", answerWith(429, "", "Retry-After", "soon"), feeds.Throttled, "429", 0},
		{"unavailable", answerWith(503, "", "Retry-After", "5"), feeds.Unavailable, "503 Service Unavailable", 5 * time.Second},
		{"an error of the server", answerWith(500, ""), feeds.Status, "500 Internal Server Error", 0},
		{"a status that nobody knows", answerWith(599, ""), feeds.Status, "the server answers 599", 0},
		{"a challenge", answerWith(403, "<html>", "Cf-Mitigated", "challenge"), feeds.Challenge, "wants to see a browser", 0},
		{"a challenge that calls itself an answer", answerWith(200, "<html>", "Cf-Mitigated", "challenge"), feeds.Challenge, "wants to see a browser", 0},
		{"304 to one who knows nothing", answerWith(304, ""), feeds.Status, "304 Not Modified", 0},
		{"no content", answerWith(204, ""), feeds.Status, "204 No Content", 0},
		{"a redirect to nowhere", answerWith(302, ""), feeds.Status, "302 Found", 0},
		{"nothing", answerWith(200, ""), feeds.NotFeed, "the document is empty", 0},
		{"white space", answerWith(200, " \n\n"), feeds.NotFeed, "the document is empty", 0},
		{"an error object", answerWith(200, `{"error":"rate limited"}`), feeds.NotFeed, `this is JSON but no JSON Feed: {"error":"rate limited"}`, 0},
		{"a web page", answerWith(200, "<!DOCTYPE html><html><p>Hello"), feeds.NotFeed, "this is a web page, not a feed", 0},
		{"a web page with a feed", answerWith(200, `<html><link rel=alternate type=application/rss+xml href="/f.xml">`), feeds.NotFeed, "it offers http://127.0.0.1", 0},
		{"a login page", answerWith(200, `<html><form><input type="password">`), feeds.NotFeed, "login page", 0},
		{"a sitemap", answerWith(200, `<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"/>`), feeds.NotFeed, "sitemap", 0},
		{"plain words, with a terminal escape", answerWith(200, "Service \x1b[31munavailable\u202e"), feeds.NotFeed, "this is no feed, it begins: Service [31munavailable", 0},
		{"a feed cut off in its first item", answerWith(200, `<rss><channel><item><title>On`), feeds.Malformed, "cut off before its first item ends", 0},
		{"an encoding that was not asked for", answerWith(200, "x", "Content-Encoding", "br"), feeds.Malformed, "encoded as br, which was not asked for", 0},
		{"gzip that is none", answerWith(200, "\x1f\x8b\x08 is not gzip", "Content-Encoding", "gzip"), feeds.Malformed, "compressed body", 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			srv := serve(t, tt.answer)
			res, err := testClient(t).Fetch(context.Background(), feeds.Source{ID: "x", URL: srv.URL}, feeds.Known{}, nil)
			wantError(t, err, tt.kind, tt.text)
			var fe *feeds.FetchError
			if errors.As(err, &fe); fe.RetryAfter != tt.wait {
				t.Errorf("to wait are %v, want %v", fe.RetryAfter, tt.wait)
			}
			if diff := cmp.Diff(feeds.FetchResult{}, res, cmpopts.IgnoreUnexported(feeds.Document{})); diff != "" {
				t.Errorf("an error comes with a result: %s", diff)
			}
		})
	}
}

// TestTruncatedTransfer shows that a body cut off on its way is not a document, while a
// document that itself ends early is read as far as it goes.
func TestTruncatedTransfer(t *testing.T) {
	body := testutil.RSS(testutil.Post{GUID: "1", Title: "One"}, testutil.Post{GUID: "2", Title: "Two"})
	cut := body[:len(body)-40]
	srv := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", fmt.Sprint(len(body)))
		_, _ = w.Write([]byte(cut))
	})
	_, err := testClient(t).Fetch(context.Background(), feeds.Source{URL: srv.URL}, feeds.Known{}, nil)
	wantError(t, err, feeds.Network, "before the document did")

	srv = serve(t, answerWith(200, cut))
	res, err := testClient(t).Fetch(context.Background(), feeds.Source{URL: srv.URL}, feeds.Known{}, nil)
	if err != nil || len(res.Document.Items) != 1 || len(res.Document.Warnings) == 0 {
		t.Errorf("%v: %+v", err, res.Document)
	}

	var many []testutil.Post
	for i := range 50 {
		many = append(many, testutil.Post{GUID: fmt.Sprint(i), Title: fmt.Sprintf("Report %x", i*7919*7919)})
	}
	zipped := compress(t, []byte(testutil.RSS(many...)), gzip.DefaultCompression)
	srv = serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		w.Header().Set("ETag", `"1"`)
		_, _ = w.Write(zipped[:len(zipped)*2/3])
	})
	res, err = testClient(t).Fetch(context.Background(), feeds.Source{URL: srv.URL}, feeds.Known{}, nil)
	if n := len(res.Document.Items); err != nil || n < 5 || n >= len(many) || !strings.Contains(fmt.Sprint(res.Document.Warnings), "the compressed body is cut off") {
		t.Errorf("%v: %d items, %v", err, n, res.Document.Warnings)
	}
	if res.Known != (feeds.Known{}) {
		t.Errorf("the rest is never asked for: %+v", res.Known)
	}
}

func TestNetworkErrors(t *testing.T) {
	closed := serve(t, nil)
	closed.Close()
	untrusted := httptest.NewUnstartedServer(http.NotFoundHandler())
	untrusted.Config.ErrorLog = log.New(io.Discard, "", 0)
	untrusted.StartTLS()
	defer untrusted.Close()
	plain := serve(t, answerWith(200, "x"))
	for _, tt := range []struct {
		name, url string
		kind      feeds.FailureKind
		text      string
	}{
		{"nobody listens", closed.URL, feeds.Network, "connection refused"},
		{"a name that does not exist", "http://nosuchhost.invalid/", feeds.DNS, "host nosuchhost.invalid"},
		{"a certificate that nobody signed", untrusted.URL, feeds.TLS, "is not trusted"},
		{"TLS with one who speaks none", strings.Replace(plain.URL, "http:", "https:", 1), feeds.TLS, "no TLS connection"},
		{"no URL at all", "feed", feeds.Redirected, "not an http or https address"},
		{"another scheme", "ftp://h.example/f", feeds.Redirected, "not an http or https address"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := testClient(t).Fetch(context.Background(), feeds.Source{URL: tt.url}, feeds.Known{}, nil)
			wantError(t, err, tt.kind, tt.text)
		})
	}
}

// TestGuard shows what is refused without network.allow, and that the guard is the same for
// those who use only the dialer.
func TestGuard(t *testing.T) {
	srv := serve(t, answerWith(200, testutil.RSS()))
	c := fetch.NewClient(fetch.ClientOptions{})
	defer c.Close()
	_, err := c.Fetch(context.Background(), feeds.Source{URL: srv.URL}, feeds.Known{}, nil)
	wantError(t, err, feeds.Refused, "network.allow")
	for _, address := range []string{"127.0.0.1:80", "10.1.2.3:80", "192.168.1.1:8080", "169.254.169.254:80", "[::1]:80", "[fd00::1]:443", "100.64.0.1:80", "0.0.0.0:80", "[64:ff9b::a00:1]:80"} {
		conn, err := netguard.Guard(nil).DialContext(context.Background(), "tcp", address)
		if err == nil {
			conn.Close()
			t.Errorf("%s was reached", address)
		} else if e := fetch.TransportError(context.Background(), err, address, false); !strings.Contains(e.Error(), "private") {
			t.Errorf("%s: %v", address, e)
		}
	}
	host := strings.TrimPrefix(srv.URL, "http://")
	conn, err := netguard.Guard([]netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}).DialContext(context.Background(), "tcp", host)
	if err != nil {
		t.Fatalf("an allowed address was not reached: %v", err)
	}
	conn.Close()
}

// A person may request a private address by naming it; an answer of its server may not lead
// to other services of that host.
func TestNamedAddressIsOneOnItsPort(t *testing.T) {
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `<rss version="2.0"><channel><item><title>secret</title></item></channel></rss>`)
	}))
	defer other.Close()
	named := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/moved" {
			fmt.Fprint(w, `<rss version="2.0"><channel><item><title>here</title></item></channel></rss>`)
			return
		}
		http.Redirect(w, r, map[string]string{"/away": other.URL, "/": "/moved"}[r.URL.Path], http.StatusFound)
	}))
	defer named.Close()
	to := netip.MustParseAddrPort(strings.TrimPrefix(named.URL, "http://"))
	c := fetch.NewClient(fetch.ClientOptions{UserAgent: "watcher/test", Named: []netip.AddrPort{to}})
	defer c.Close()
	if res, err := c.Fetch(t.Context(), feeds.Source{ID: "own", URL: named.URL + "/"}, feeds.Known{}, nil); err != nil || len(res.Document.Items) != 1 {
		t.Errorf("the address that was named: %d items, %v", len(res.Document.Items), err)
	}
	_, err := c.Fetch(t.Context(), feeds.Source{ID: "away", URL: named.URL + "/away"}, feeds.Known{}, nil)
	if fe, ok := errors.AsType[*feeds.FetchError](err); !ok || fe.Kind != feeds.Refused {
		t.Errorf("another port of the same machine: %v, want it refused", err)
	}
}

// What a server sent in place of a header line is not shown, because it may contain a
// secret.
func TestBrokenHeadersAreNotQuoted(t *testing.T) {
	for what, answer := range map[string]string{
		"a header line without a colon":  "HTTP/1.1 200 OK\r\nset-cookie s3cret\r\n\r\n",
		"a first line of something else": "s3cret tokens here\r\n\r\n",
		"a status that is no number":     "HTTP/1.1 s3cret OK\r\n\r\n",
		"a version that is none":         "HTTP/s3cret 200 OK\r\n\r\n",
	} {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		go func() {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			defer conn.Close()
			_, _ = conn.Read(make([]byte, 4096))
			_, _ = io.WriteString(conn, answer)
		}()
		c := fetch.NewClient(fetch.ClientOptions{UserAgent: "watcher/test", Allow: testutil.Loopback})
		_, err = c.Fetch(t.Context(), feeds.Source{ID: "x", URL: "http://" + l.Addr().String() + "/"}, feeds.Known{}, nil)
		if err == nil || strings.Contains(err.Error(), "s3cret") || !strings.Contains(err.Error(), "malformed") {
			t.Errorf("%s: %v", what, err)
		}
		c.Close()
		l.Close()
	}
}

func TestFreshness(t *testing.T) {
	date := "Mon, 02 Mar 2026 12:00:00 GMT"
	for _, tt := range []struct {
		name   string
		header http.Header
		want   time.Duration
	}{
		{"nothing said", http.Header{}, 0},
		{"max-age", http.Header{"Cache-Control": {"public, max-age=600"}}, 10 * time.Minute},
		{"max-age less the age of the copy", http.Header{"Cache-Control": {"max-age=600"}, "Age": {"540"}}, time.Minute},
		{"a copy older than that", http.Header{"Cache-Control": {"max-age=600"}, "Age": {"700"}}, 0},
		{"in quotes", http.Header{"Cache-Control": {`max-age="60"`}}, time.Minute},
		{"no-cache wins", http.Header{"Cache-Control": {"max-age=600", "no-cache"}}, 0},
		{"Expires by the server's clock", http.Header{"Expires": {"Mon, 02 Mar 2026 12:30:00 GMT"}, "Date": {date}}, 30 * time.Minute},
		{"max-age goes before Expires", http.Header{"Cache-Control": {"max-age=0"}, "Expires": {"Mon, 02 Mar 2026 12:30:00 GMT"}, "Date": {date}}, 0},
		{"Expires of those who mean never", http.Header{"Expires": {"0"}}, 0},
		{"Expires in the past", http.Header{"Expires": {"Thu, 01 Jan 1970 00:00:00 GMT"}, "Date": {date}}, 0},
		{"a max-age of five hundred years", http.Header{"Cache-Control": {"max-age=16000000000"}}, 87600 * time.Hour},
	} {
		if got := fetch.Freshness(tt.header, testutil.Noon); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}

// A document that was not read up to its own end must not be confirmed by a 304: the end of
// the connection proves nothing.
func TestNoValidatorsOfWhatIsCutOff(t *testing.T) {
	whole := testutil.RSS(testutil.Post{GUID: "2", Title: "Two"}, testutil.Post{GUID: "1", Title: "One"})
	cut := whole[:strings.Index(whole, "</channel>")-len("</item>")]
	json := `{"version":"https://jsonfeed.org/version/1","items":[{"id":"1","title":"One"},{"id":"2","title":"Two"}]}`
	for _, test := range []struct{ name, cut, whole string }{
		{"a feed in its last item", cut, whole},
		{"a feed behind its last item", strings.TrimSuffix(whole, "</channel></rss>"), whole + "<!-- mended -->"},
		{"a JSON Feed", json[:len(json)-5], json},
	} {
		t.Run(test.name, func(t *testing.T) {
			tags := []string{"Etag", `"v2"`, "Last-Modified", "Mon, 02 Mar 2026 12:00:00 GMT"}
			s := &script{t: t, answers: []http.HandlerFunc{
				answerWith(200, test.cut, tags...), answerWith(200, test.cut, tags...), answerWith(200, test.whole, tags...), answerWith(304, ""),
			}}
			src := feeds.Source{ID: "desk", URL: serve(t, s.ServeHTTP).URL}
			c, k := testClient(t), feeds.Known{}
			var got []string
			for i := range s.answers {
				res, err := c.Fetch(context.Background(), src, k, nil)
				if err != nil {
					t.Fatal(err)
				}
				k = res.Known
				h := s.asked[i].Header
				got = append(got, fmt.Sprintf("%s %s unchanged=%v", h.Get("If-None-Match"), h.Get("If-Modified-Since"), res.Unchanged))
			}
			want := []string{"  unchanged=false", "  unchanged=false", "  unchanged=false", `"v2" Mon, 02 Mar 2026 12:00:00 GMT unchanged=true`}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("asked with (-want +got):\n%s", diff)
			}
		})
	}
}
