package fetch_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"watcher/internal/feeds"
	"watcher/internal/feeds/fetch"
	"watcher/internal/feeds/fingerprint"
	"watcher/internal/feeds/parse"
	"watcher/internal/feeds/seen"
	"watcher/internal/testutil"

	"github.com/klauspost/compress/gzip"
	"github.com/mmcdole/gofeed"
)

// benchFeed returns an RSS feed of n items with some 3.4 KB of text each, like the
// content:encoded of a news site.
func benchFeed(n, from int) []byte {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom">
<channel><title>Baltic Security Review</title><link>https://review.example/</link><description>News &amp; analysis</description><language>en</language>
<atom:link href="https://review.example/feed" rel="self" type="application/rss+xml"/>`)
	for i := from; i < from+n; i++ {
		fmt.Fprintf(&b, `
<item><title>Exercise number %d begins on the eastern flank</title><link>https://review.example/2026/03/%d/</link>
<guid isPermaLink="false">https://review.example/?p=%d</guid><dc:creator><![CDATA[Staff Writer]]></dc:creator>
<pubDate>%s</pubDate><category>Exercises</category><category>NATO</category>
<description><![CDATA[<p>Allied units of the brigade have arrived in the training area, the ministry said on day %d.</p>]]></description>
<content:encoded><![CDATA[`, i, i, i, time.Unix(1770000000+int64(i)*600, 0).UTC().Format(time.RFC1123Z), i)
		for p := range 12 {
			fmt.Fprintf(&b, `<p>Paragraph %d of article %d: the <a href="https://review.example/tag/%d">battle group</a> trained with local forces &amp; volunteers, and officials said that the next rotation will follow in spring, weather permitting.</p>`, p, i, p)
		}
		b.WriteString("]]></content:encoded></item>")
	}
	b.WriteString("\n</channel></rss>\n")
	return []byte(b.String())
}

// cpu reports the CPU time of an operation, which other work on the machine changes less
// than the time on the clock. The function it returns must be called at the end.
func cpu(b *testing.B) func() {
	start := testutil.CPU()
	return func() { b.ReportMetric(float64(testutil.CPU()-start)/float64(b.N), "cpu-ns/op") }
}

// shown returns what a feed has shown after its baseline, packed.
func shown(tb testing.TB, src *feeds.Source, body []byte) []byte {
	tb.Helper()
	doc, err := parse.ReadNew(body, "text/xml", src, feeds.ParseURL(src.URL), nil)
	if err != nil {
		tb.Fatal(err)
	}
	return (*seen.Index)(nil).Judge(&doc, testutil.Noon, false).Packed
}

// BenchmarkOneNew reads a feed of 30 items, one of them new, from its bytes to the verdict,
// beside gofeed's parsing of it.
func BenchmarkOneNew(b *testing.B) {
	src := &feeds.Source{ID: "review", URL: "https://review.example/feed"}
	before, after := benchFeed(30, 0), benchFeed(30, 1)
	packed := shown(b, src, before)
	b.Run("watcher", func(b *testing.B) {
		b.SetBytes(int64(len(after)))
		b.ReportAllocs()
		done := cpu(b)
		for b.Loop() {
			seen, err := seen.Unpack(packed)
			if err != nil {
				b.Fatal(err)
			}
			doc, err := parse.ReadNew(after, "text/xml", src, feeds.ParseURL(src.URL), seen.Known)
			if err != nil {
				b.Fatal(err)
			}
			if v := seen.Judge(&doc, testutil.Noon, false); len(v.New) != 1 {
				b.Fatal(len(v.New))
			}
		}
		done()
	})
	b.Run("gofeed", func(b *testing.B) { benchGofeed(b, after) })
}

func benchGofeed(b *testing.B, body []byte) {
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	done := cpu(b)
	for b.Loop() {
		if _, err := gofeed.NewParser().Parse(bytes.NewReader(body)); err != nil {
			b.Fatal(err)
		}
	}
	done()
}

// BenchmarkAllNew reads a feed for the first time.
func BenchmarkAllNew(b *testing.B) {
	src := &feeds.Source{ID: "review", URL: "https://review.example/feed"}
	body := benchFeed(30, 0)
	b.Run("watcher", func(b *testing.B) {
		b.SetBytes(int64(len(body)))
		b.ReportAllocs()
		done := cpu(b)
		for b.Loop() {
			doc, err := parse.ReadNew(body, "text/xml", src, feeds.ParseURL(src.URL), nil)
			if err != nil {
				b.Fatal(err)
			}
			if v := (*seen.Index)(nil).Judge(&doc, testutil.Noon, false); !v.Baseline {
				b.Fatal("no baseline")
			}
		}
		done()
	})
	b.Run("gofeed", func(b *testing.B) { benchGofeed(b, body) })
}

// BenchmarkUnchanged reads a body that brings nothing: compressed differently than last
// time, or with the same bytes.
func BenchmarkUnchanged(b *testing.B) {
	body := benchFeed(30, 0)
	wire := compress(b, body, gzip.BestCompression)
	known := feeds.Known{Wire: fingerprint.HashBytes(wire), Body: fingerprint.HashBytes(body)}
	c := fetch.NewClient(fetch.ClientOptions{})
	run := func(b *testing.B, wire []byte, k feeds.Known) {
		b.SetBytes(int64(len(body)))
		done := cpu(b)
		for b.Loop() {
			resp := &http.Response{StatusCode: http.StatusOK, Header: http.Header{"Content-Encoding": {"gzip"}}, ContentLength: int64(len(wire)), Body: io.NopCloser(bytes.NewReader(wire))}
			res, err := c.ReadAnswer(resp, "https://review.example/feed", k)
			if err != nil || !res.Unchanged {
				b.Fatal(res.Unchanged, err)
			}
		}
		done()
	}
	b.Run("same-wire", func(b *testing.B) { run(b, wire, known) })
	b.Run("other-compression", func(b *testing.B) {
		run(b, compress(b, body, gzip.BestSpeed), known)
	})
	b.Run("gofeed", func(b *testing.B) { benchGofeed(b, body) })
}

func compress(tb testing.TB, body []byte, level int) []byte {
	tb.Helper()
	var out bytes.Buffer
	z, err := gzip.NewWriterLevel(&out, level)
	if err != nil {
		tb.Fatal(err)
	}
	if _, err := z.Write(body); err != nil {
		tb.Fatal(err)
	}
	if err := z.Close(); err != nil {
		tb.Fatal(err)
	}
	return out.Bytes()
}

// BenchmarkNotModified gets a 304 through the client, beside net/http alone on the same
// server: on a connection that is kept, on a new one, and over TLS with resumed sessions.
// The CPU time includes the server's, which is the same for both.
func BenchmarkNotModified(b *testing.B) {
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Etag", `"v1"`)
		w.WriteHeader(http.StatusNotModified)
	})
	plain := httptest.NewServer(handler)
	defer plain.Close()
	secure := httptest.NewTLSServer(handler)
	defer secure.Close()
	for _, shape := range []struct {
		name  string
		srv   *httptest.Server
		alive bool
	}{{"keep-alive", plain, true}, {"new-connection", plain, false}, {"tls-new-connection", secure, false}} {
		tlsConfig := secure.Client().Transport.(*http.Transport).TLSClientConfig
		b.Run(shape.name+"/watcher", func(b *testing.B) {
			c := fetch.NewClient(fetch.ClientOptions{UserAgent: "watcher/bench", Allow: testutil.Loopback})
			c.Direct().TLSClientConfig.RootCAs = tlsConfig.RootCAs
			c.Direct().DisableKeepAlives = !shape.alive
			defer c.Close()
			src := feeds.Source{ID: "review", URL: shape.srv.URL}
			k := feeds.Known{ETag: `"v1"`, LastModified: "Mon, 02 Mar 2026 12:00:00 GMT"}
			done := cpu(b)
			for b.Loop() {
				res, err := c.Fetch(context.Background(), src, k, nil)
				if err != nil || !res.NotModified {
					b.Fatal(err)
				}
			}
			done()
		})
		b.Run(shape.name+"/net-http", func(b *testing.B) {
			t := &http.Transport{TLSClientConfig: tlsConfig.Clone(), DisableKeepAlives: !shape.alive, DisableCompression: true}
			defer t.CloseIdleConnections()
			client := &http.Client{Transport: t, Timeout: time.Minute}
			done := cpu(b)
			for b.Loop() {
				req, err := http.NewRequest(http.MethodGet, shape.srv.URL, nil)
				if err != nil {
					b.Fatal(err)
				}
				req.Header.Set("If-None-Match", `"v1"`)
				req.Header.Set("If-Modified-Since", "Mon, 02 Mar 2026 12:00:00 GMT")
				req.Header.Set("User-Agent", "watcher/bench")
				resp, err := client.Do(req)
				if err != nil {
					b.Fatal(err)
				}
				_, _ = io.Copy(io.Discard, resp.Body)
				_ = resp.Body.Close()
			}
			done()
		})
	}
}
