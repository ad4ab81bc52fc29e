package fetch_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"watcher/internal/feeds"
	"watcher/internal/feeds/fetch"
	"watcher/internal/feeds/fingerprint"
	"watcher/internal/feeds/seen"
	"watcher/internal/testutil"
	"watcher/internal/text"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zlib"
	"golang.org/x/sync/errgroup"
)

func testClient(t *testing.T) *fetch.Client {
	t.Helper()
	c := fetch.NewClient(fetch.ClientOptions{UserAgent: "watcher/1 (+https://desk.example/bot)", Allow: testutil.Loopback, Timeout: 10 * time.Second})
	t.Cleanup(c.Close)
	return c
}

func serve(t *testing.T, h http.HandlerFunc) *httptest.Server {
	t.Helper()
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	return srv
}

// script answers one request after the other, and keeps them.
type script struct {
	t       *testing.T
	answers []http.HandlerFunc
	asked   []*http.Request
}

func (s *script) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.asked = append(s.asked, r)
	if n := len(s.asked); n <= len(s.answers) {
		s.answers[n-1](w, r)
		return
	}
	s.t.Errorf("request %d was not expected", len(s.asked))
}

func answerWith(status int, body string, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		for i := 0; i < len(header); i += 2 {
			w.Header()[header[i]] = append(w.Header()[header[i]], header[i+1])
		}
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}
}

// TestConditionalGet follows the validators through a feed's life. They are opaque: even
// malformed ones are sent back byte for byte.
func TestConditionalGet(t *testing.T) {
	one := testutil.RSS(testutil.Post{GUID: "1", Title: "One"})
	two := testutil.RSS(testutil.Post{GUID: "2", Title: "Two"}, testutil.Post{GUID: "1", Title: "One"})
	s := &script{t: t, answers: []http.HandlerFunc{
		answerWith(200, one, "Etag", `W/"a"; odd`, "Last-Modified", "yesterday, about noon"),
		answerWith(304, ""),
		answerWith(304, "", "Etag", `"b"`),
		answerWith(200, one, "Etag", `"c"`),
		answerWith(200, two, "Last-Modified", "Mon, 02 Mar 2026 12:00:00 GMT"),
		answerWith(200, two),
	}}
	srv := httptest.NewServer(s)
	defer srv.Close()
	c := testClient(t)
	src := feeds.Source{ID: "desk", URL: srv.URL}
	body := func(text string) feeds.Known {
		return feeds.Known{Wire: fingerprint.HashBytes([]byte(text)), Body: fingerprint.HashBytes([]byte(text))}
	}
	with := func(k feeds.Known, etag, modified string) feeds.Known {
		k.ETag, k.LastModified = etag, modified
		return k
	}
	steps := []struct {
		name      string
		ifNone    string
		ifSince   string
		known     feeds.Known
		unchanged bool
		items     int
	}{
		{"the first poll knows nothing", "", "", with(body(one), `W/"a"; odd`, "yesterday, about noon"), false, 1},
		{"a 304 without validators leaves ours", `W/"a"; odd`, "yesterday, about noon", with(body(one), `W/"a"; odd`, "yesterday, about noon"), true, 0},
		{"a 304 with one replaces that one", `W/"a"; odd`, "yesterday, about noon", with(body(one), `"b"`, "yesterday, about noon"), true, 0},
		{"a 200 replaces both, even if the body is the same", `"b"`, "yesterday, about noon", with(body(one), `"c"`, ""), true, 0},
		{"a 200 with another body brings it", `"c"`, "", with(body(two), "", "Mon, 02 Mar 2026 12:00:00 GMT"), false, 2},
		{"a 200 without validators leaves none", "", "Mon, 02 Mar 2026 12:00:00 GMT", body(two), true, 0},
	}
	var k feeds.Known
	for i, step := range steps {
		res, err := c.Fetch(context.Background(), src, k, nil)
		if err != nil {
			t.Fatalf("%s: %v", step.name, err)
		}
		asked := s.asked[i].Header
		if asked.Get("If-None-Match") != step.ifNone || asked.Get("If-Modified-Since") != step.ifSince {
			t.Errorf("%s: asked with %q and %q", step.name, asked.Get("If-None-Match"), asked.Get("If-Modified-Since"))
		}
		if diff := cmp.Diff(step.known, res.Known); diff != "" {
			t.Errorf("%s: what is known (-want +got):\n%s", step.name, diff)
		}
		if res.Unchanged != step.unchanged || len(res.Document.Items) != step.items {
			t.Errorf("%s: unchanged %v, %d items", step.name, res.Unchanged, len(res.Document.Items))
		}
		k = res.Known
	}
}

// TestSeenIsLazy shows that what a feed has shown is loaded only for a body that changed,
// that known items are then not parsed, and that an error of loading is returned.
func TestSeenIsLazy(t *testing.T) {
	a, b := testutil.Post{GUID: "1", Title: "One"}, testutil.Post{GUID: "2", Title: "Two"}
	body := testutil.RSS(a)
	srv := serve(t, func(w http.ResponseWriter, r *http.Request) { _, _ = w.Write([]byte(body)) })
	c := testClient(t)
	src := feeds.Source{ID: "desk", URL: srv.URL}
	first, err := c.Fetch(context.Background(), src, feeds.Known{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	shown, err := seen.Unpack((*seen.Index)(nil).Judge(&first.Document, testutil.Noon, false).Packed)
	if err != nil {
		t.Fatal(err)
	}
	loads := 0
	load := func() (*seen.Index, error) { loads++; return shown, nil }
	if res, err := c.Fetch(context.Background(), src, first.Known, load); err != nil || !res.Unchanged || loads != 0 {
		t.Errorf("the same body: unchanged %v, loaded %d times, %v", res.Unchanged, loads, err)
	}
	body = testutil.RSS(b, a)
	res, err := c.Fetch(context.Background(), src, first.Known, load)
	if err != nil || loads != 1 || len(res.Document.Items) != 1 || len(res.Document.Entries) != 2 {
		t.Errorf("another body: loaded %d times, %d items of %d entries, %v", loads, len(res.Document.Items), len(res.Document.Entries), err)
	}
	broken := errors.New("the disk is gone")
	if _, err := c.Fetch(context.Background(), src, feeds.Known{}, func() (*seen.Index, error) { return nil, broken }); !errors.Is(err, broken) {
		t.Errorf("the store's error comes as %v", err)
	}
}

// TestRequest shows every header that a server gets, and that the environment's proxy is
// not used.
func TestRequest(t *testing.T) {
	t.Setenv("HTTP_PROXY", "http://127.0.0.1:1")
	var got http.Header
	srv := serve(t, func(w http.ResponseWriter, r *http.Request) {
		got = r.Header.Clone()
		http.SetCookie(w, &http.Cookie{Name: "id", Value: "1"})
		_, _ = w.Write([]byte(testutil.RSS(testutil.Post{GUID: "1", Title: "One"})))
	})
	c := testClient(t)
	for range 2 { // the second time a cookie would be sent back
		if _, err := c.Fetch(context.Background(), feeds.Source{URL: srv.URL}, feeds.Known{}, nil); err != nil {
			t.Fatal(err)
		}
	}
	want := http.Header{
		"Accept": {fetch.AcceptFeed[0]}, "Accept-Encoding": {"gzip"}, "User-Agent": {"watcher/1 (+https://desk.example/bot)"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("headers (-want +got):\n%s", diff)
	}
	src := feeds.Source{
		URL: srv.URL, UserAgent: "desk/2", Username: "ann", Password: "s3cret",
		Headers: map[string]string{"X-Api-Key": "k", "accept": "text/xml"},
	}
	if _, err := c.Fetch(context.Background(), src, feeds.Known{}, nil); err != nil {
		t.Fatal(err)
	}
	want = http.Header{
		"Accept": {"text/xml"}, "Accept-Encoding": {"gzip"}, "User-Agent": {"desk/2"}, "X-Api-Key": {"k"},
		"Authorization": {"Basic YW5uOnMzY3JldA=="},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("headers (-want +got):\n%s", diff)
	}
}

func TestAuthorization(t *testing.T) {
	var got string
	srv := serve(t, func(w http.ResponseWriter, r *http.Request) {
		got = r.Header.Get("Authorization")
		_, _ = w.Write([]byte(testutil.RSS()))
	})
	c := testClient(t)
	withUser := strings.Replace(srv.URL, "http://", "http://ann:pw@", 1)
	for _, tt := range []struct {
		src  feeds.Source
		want string
	}{
		{feeds.Source{URL: srv.URL}, ""},
		{feeds.Source{URL: srv.URL, Token: "abc"}, "Bearer abc"},
		{feeds.Source{URL: srv.URL, Username: "ann"}, "Basic YW5uOg=="},
		{feeds.Source{URL: withUser}, "Basic YW5uOnB3"},
	} {
		if _, err := c.Fetch(context.Background(), tt.src, feeds.Known{}, nil); err != nil {
			t.Fatal(err)
		}
		if got != tt.want {
			t.Errorf("%+v: Authorization is %q, want %q", tt.src, got, tt.want)
		}
	}
}

// TestRedirects follows chains over two hosts. The feed is at /feed of the last.
func TestRedirects(t *testing.T) {
	var asked []string
	handler := func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, fmt.Sprintf("%s %s key=%q ref=%q", r.URL.Path, r.Header.Get("Authorization"), r.Header.Get("X-Key"), r.Referer()))
		if r.URL.Path == "/feed" {
			_, _ = w.Write([]byte(testutil.RSS(testutil.Post{GUID: "1", Title: "One", Link: "/one"})))
			return
		}
		q := r.URL.Query()
		status := http.StatusFound
		_, _ = fmt.Sscan(q.Get("status"), &status)
		w.Header().Set("Location", q.Get("to"))
		w.WriteHeader(status)
	}
	a, b := serve(t, handler), serve(t, handler)
	hop := func(host string, status int, to string) string {
		return fmt.Sprintf("%s/hop?status=%d&to=%s", host, status, url.QueryEscape(to))
	}
	tests := []struct {
		name    string
		url     string
		movedTo string
		last    string // the last request
		kind    feeds.FailureKind
		err     string
	}{
		{name: "a permanent one is remembered", url: hop(a.URL, 301, a.URL+"/feed"), movedTo: a.URL + "/feed", last: `/feed Bearer t key="k" ref=""`},
		{name: "308 is permanent too", url: hop(a.URL, 308, "/feed"), movedTo: a.URL + "/feed", last: `/feed Bearer t key="k" ref=""`},
		{name: "a temporary one is not", url: hop(a.URL, 302, a.URL+"/feed"), last: `/feed Bearer t key="k" ref=""`},
		{name: "307 neither", url: hop(a.URL, 307, a.URL+"/feed"), last: `/feed Bearer t key="k" ref=""`},
		{name: "of a chain, the permanent beginning is", url: hop(a.URL, 301, hop(a.URL, 302, a.URL+"/feed")), movedTo: hop(a.URL, 302, a.URL+"/feed"), last: `/feed Bearer t key="k" ref=""`},
		{name: "what follows a temporary one is not", url: hop(a.URL, 302, hop(a.URL, 301, a.URL+"/feed")), last: `/feed Bearer t key="k" ref=""`},
		{name: "another host gets no credentials and no headers", url: hop(a.URL, 301, b.URL+"/feed"), movedTo: b.URL + "/feed", last: `/feed  key="" ref=""`},
		{name: "coming back, the own host does", url: hop(a.URL, 302, hop(b.URL, 302, a.URL+"/feed")), last: `/feed Bearer t key="k" ref=""`},
		{name: "a file is no place to go", url: hop(a.URL, 302, "file:///etc/passwd"), kind: feeds.Redirected, err: "no http or https address"},
		{name: "metadata of the cloud is not either", url: hop(a.URL, 302, "http://169.254.169.254/latest/meta-data"), kind: feeds.Refused, err: "the feed redirects to 169.254.169.254, a private address"},
		{name: "nor is a private network", url: hop(a.URL, 302, "http://10.0.0.1/"), kind: feeds.Refused, err: "private address"},
		{name: "nor is one in other clothes", url: hop(a.URL, 302, "http://[::ffff:10.0.0.1]/"), kind: feeds.Refused, err: "private address"},
		{name: "a Location that is no URL", url: hop(a.URL, 302, "http://[bad"), kind: feeds.Redirected, err: "no http or https address"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			asked = nil
			src := feeds.Source{ID: "x", URL: tt.url, Token: "t", Headers: map[string]string{"X-Key": "k"}}
			res, err := testClient(t).Fetch(context.Background(), src, feeds.Known{}, nil)
			if tt.err != "" {
				wantError(t, err, tt.kind, tt.err)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if res.MovedTo != tt.movedTo {
				t.Errorf("moved to %q, want %q", res.MovedTo, tt.movedTo)
			}
			if got := asked[len(asked)-1]; got != tt.last {
				t.Errorf("the last request is %s, want %s", got, tt.last)
			}
			if l := res.Document.Items[0].Link; !strings.HasSuffix(l, "/one") || !strings.HasPrefix(l, "http://127.0.0.1:") {
				t.Errorf("the relative link became %q", l)
			}
		})
	}
}

// wantError checks that err is a FetchError of this kind, in one clear line.
func wantError(t *testing.T, err error, kind feeds.FailureKind, words string) {
	t.Helper()
	var fe *feeds.FetchError
	if !errors.As(err, &fe) {
		t.Fatalf("the error is %T: %v", err, err)
	}
	if fe.Kind != kind || !strings.Contains(fe.Error(), words) {
		t.Errorf("the error is of kind %v: %v; want %v with %q", fe.Kind, fe, kind, words)
	}
	for _, r := range fe.Error() {
		if r < ' ' || r == 0x7f || text.Unseen(r) {
			t.Errorf("the error has the character %U: %q", r, fe.Error())
		}
	}
	if len(fe.Error()) > 500 {
		t.Errorf("the error has %d bytes", len(fe.Error()))
	}
}

func TestNoCredentialsInTheClear(t *testing.T) {
	plain := serve(t, func(w http.ResponseWriter, r *http.Request) { t.Error("the plain server was asked") })
	secure := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, plain.URL, http.StatusFound)
	}))
	defer secure.Close()
	c := testClient(t)
	c.Direct().TLSClientConfig.RootCAs = secure.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs
	_, err := c.Fetch(context.Background(), feeds.Source{URL: secure.URL, Token: "t"}, feeds.Known{}, nil)
	wantError(t, err, feeds.Redirected, "credentials would travel in the clear")
}

// TestCanceled shows that a feed is not blamed if the caller gives up.
func TestCanceled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	srv := serve(t, func(w http.ResponseWriter, r *http.Request) { cancel(); <-r.Context().Done() })
	_, err := testClient(t).Fetch(ctx, feeds.Source{URL: srv.URL}, feeds.Known{}, nil)
	var fe *feeds.FetchError
	if !errors.Is(err, context.Canceled) || errors.As(err, &fe) {
		t.Errorf("the error is %T: %v", err, err)
	}
}

// TestEncodings shows which bodies are read although they are not in the form that was
// asked for.
func TestEncodings(t *testing.T) {
	body := []byte(testutil.RSS(testutil.Post{GUID: "1", Title: "One"}))
	zipped := compress(t, body, gzip.DefaultCompression)
	var deflated bytes.Buffer
	z := zlib.NewWriter(&deflated)
	_, _ = z.Write(body)
	_ = z.Close()
	for _, tt := range []struct {
		name, encoding string
		body           []byte
	}{
		{"gzip", "gzip", zipped},
		{"gzip by its old name", "x-gzip", zipped},
		{"gzip without saying so", "", zipped},
		{"gzip twice", "gzip", compress(t, zipped, gzip.DefaultCompression)},
		{"said to be gzip and is not", "gzip", body},
		{"gzip with something behind it", "gzip", append(bytes.Clone(zipped), "\r\n"...)},
		{"deflate", "deflate", deflated.Bytes()},
		{"bare deflate", "deflate", deflated.Bytes()[2 : deflated.Len()-4]},
		{"identity", "identity", body},
		{"no encoding: how an uploader sent it", "aws-chunked", body},
		{"no encoding: a charset", "ISO-8859-1", body},
		{"no encoding: a media type", "text/xml", body},
		{"no encoding: binary", "binary", body},
		{"a list with an empty name", "gzip,", zipped},
		{"a list", "identity, gzip", zipped},
		{"a list, and nothing of it done", "identity, gzip", body},
		{"said to be deflate and is not", "deflate", body},
	} {
		t.Run(tt.name, func(t *testing.T) {
			srv := serve(t, func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Encoding", tt.encoding)
				_, _ = w.Write(tt.body)
			})
			res, err := testClient(t).Fetch(context.Background(), feeds.Source{URL: srv.URL}, feeds.Known{}, nil)
			if err != nil || len(res.Document.Items) != 1 || res.Known.Body != fingerprint.HashBytes(body) {
				t.Errorf("%v: %d items", err, len(res.Document.Items))
			}
			if res.Bytes != len(tt.body) {
				t.Errorf("%d bytes came, %d are told", len(tt.body), res.Bytes)
			}
		})
	}
}

// TestTLSResumed shows that the second connection to a host resumes the first
// one's session, which saves most of what a poll over TLS costs.
func TestTLSResumed(t *testing.T) {
	var resumed atomic.Int32
	srv := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.TLS.DidResume {
			resumed.Add(1)
		}
		w.Header().Set("Connection", "close")
		_, _ = w.Write([]byte(testutil.RSS()))
	}))
	defer srv.Close()
	c := testClient(t)
	c.Direct().TLSClientConfig.RootCAs = srv.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs
	for range 3 {
		if _, err := c.Fetch(context.Background(), feeds.Source{URL: srv.URL}, feeds.Known{}, nil); err != nil {
			t.Fatal(err)
		}
	}
	if n := resumed.Load(); n != 2 {
		t.Errorf("%d of 2 connections were resumed", n)
	}
}

// TestProxy shows that a configured proxy is used, and reached without the
// guard.
func TestProxy(t *testing.T) {
	var asked string
	proxy := serve(t, func(w http.ResponseWriter, r *http.Request) {
		asked = r.URL.String()
		_, _ = w.Write([]byte(testutil.RSS(testutil.Post{GUID: "1", Title: "One"})))
	})
	c := fetch.NewClient(fetch.ClientOptions{UserAgent: "watcher/test"})
	defer c.Close()
	for range 2 {
		res, err := c.Fetch(context.Background(), feeds.Source{URL: "http://feed.invalid/f", Proxy: proxy.URL}, feeds.Known{}, nil)
		if err != nil || len(res.Document.Items) != 1 || asked != "http://feed.invalid/f" {
			t.Fatalf("%v: the proxy was asked for %q", err, asked)
		}
	}
	if n := c.Transports(); n != 1 {
		t.Errorf("there are %d transports for one proxy", n)
	}
}

func TestContentLanguage(t *testing.T) {
	srv := serve(t, answerWith(200, testutil.RSS(testutil.Post{GUID: "1", Title: "Üks"}), "Content-Language", "et"))
	res, err := testClient(t).Fetch(context.Background(), feeds.Source{URL: srv.URL}, feeds.Known{}, nil)
	if err != nil || res.Document.Head.Language != "et" || res.Document.Items[0].Language != "et" {
		t.Errorf("%v: %+v", err, res.Document)
	}
}

// TestFullText turns an article's page into text, and shows what is said if it has none.
func TestFullText(t *testing.T) {
	paragraph := strings.Repeat("The brigade arrived at the training area on Monday, officials said. ", 8)
	var auth []string
	srv := serve(t, func(w http.ResponseWriter, r *http.Request) {
		auth = append(auth, r.Header.Get("Authorization"))
		switch r.URL.Path {
		case "/article":
			w.Header().Set("Content-Type", "text/html; charset=windows-1252")
			fmt.Fprintf(w, "<html><head><title>T</title></head><body><nav><a href=/>Home</a></nav><article><h1>T</h1><p>%s</p><p>%s Caf\xe9.</p></article><footer>Imprint</footer></body></html>", paragraph, paragraph)
		case "/pdf":
			w.Header().Set("Content-Type", "application/pdf")
			_, _ = w.Write([]byte("%PDF"))
		case "/empty":
			w.Header().Set("Content-Type", "text/html")
		default:
			http.NotFound(w, r)
		}
	})
	c := testClient(t)
	src := feeds.Source{URL: srv.URL + "/feed", Token: "t"}
	text, err := c.FullText(context.Background(), src, srv.URL+"/article")
	if err != nil || !strings.Contains(text, "arrived at the training area") || !strings.Contains(text, "Café") || strings.ContainsAny(text, "<>") {
		t.Errorf("%v: %q", err, text)
	}
	if auth[0] != "Bearer t" {
		t.Errorf("the feed's own host is asked with %q", auth[0])
	}
	if _, err := c.FullText(context.Background(), feeds.Source{URL: "https://desk.example/feed", Token: "t"}, srv.URL+"/article"); err != nil || auth[1] != "" {
		t.Errorf("another host is asked with %q: %v", auth[1], err)
	}
	for path, want := range map[string]string{"/pdf": "no web page", "/empty": "", "/missing": "404", "javascript:alert(1)": "not an http"} {
		link := srv.URL + path
		if !strings.HasPrefix(path, "/") {
			link = path
		}
		text, err := c.FullText(context.Background(), src, link)
		if err == nil || !strings.Contains(err.Error(), want) || text != "" {
			t.Errorf("%s: %q, %v", path, text, err)
		}
	}
}

// TestReading shows that fetches that wait for a processor are told from fetches that wait
// for their host.
func TestReading(t *testing.T) {
	srv := serve(t, answerWith(200, testutil.RSS(testutil.Post{GUID: "1", Title: "One"})))
	c := testClient(t)
	release := c.Occupy() // all processors are busy
	const fetches = 5
	done := make(chan error)
	for range fetches {
		go func() {
			_, err := c.Fetch(context.Background(), feeds.Source{URL: srv.URL}, feeds.Known{}, nil)
			done <- err
		}()
	}
	for c.Reading() < fetches {
		runtime.Gosched()
	}
	release()
	for range fetches {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	if n := c.Reading(); n != 0 {
		t.Errorf("%d are reading when all is read", n)
	}
}

func TestConcurrent(t *testing.T) {
	srv := serve(t, func(w http.ResponseWriter, r *http.Request) {
		id := strings.TrimPrefix(r.URL.Path, "/")
		_, _ = w.Write([]byte(testutil.RSS(testutil.Post{GUID: id, Title: "Title " + id, Text: strings.Repeat(id+" ", 200)})))
	})
	c := testClient(t)
	var g errgroup.Group
	for i := range 200 {
		g.Go(func() error {
			id := fmt.Sprint(i)
			res, err := c.Fetch(context.Background(), feeds.Source{ID: id, URL: srv.URL + "/" + id}, feeds.Known{}, nil)
			if err != nil {
				return err
			}
			if it := res.Document.Items[0]; it.GUID != id || it.Title != "Title "+id || it.Summary != strings.TrimSpace(strings.Repeat(id+" ", 200)) {
				return fmt.Errorf("feed %s has the item %+v", id, it)
			}
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		t.Error(err)
	}
}

// A body of readable text counts as text, whatever encoding its header names.
func TestLooksPlain(t *testing.T) {
	for body, want := range map[string]bool{
		"<rss/>": true, " \n{}": true, "": true,
		"Warning: the cache of this page could not be written to its folder, code 5\n<rss/>": true,
		"no feed at all": false, "<\x01\x02": false,
	} {
		if got := fetch.LooksPlain([]byte(body)); got != want {
			t.Errorf("%q: %v, want %v", body, got, want)
		}
	}
}
