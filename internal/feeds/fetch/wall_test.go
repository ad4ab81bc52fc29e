package fetch_test

import (
	"compress/gzip"
	"context"
	"net/http"
	"strings"
	"testing"

	"watcher/internal/feeds"
	"watcher/internal/testutil"
)

// TestWalls shows which answers come from a wall that demands a browser, and which only
// look like it.
func TestWalls(t *testing.T) {
	const anubis = `<!doctype html><html><head><title>Making sure you&#39;re not a bot!</title></head><body><script id="anubis_challenge" type="application/json">{"rules":{}}</script></body></html>`
	cookie := `<html><body><script>var c="a";document.cookie="seen="+c+";path=/";location.reload();</script></body></html>`
	prose := strings.Repeat("<p>A long report of the desk on what was said in the capital.</p>", 60)
	for _, test := range []struct {
		shows  string
		answer http.HandlerFunc
		kind   feeds.FailureKind
		text   string
	}{
		{"Anubis, which calls it an answer", answerWith(200, anubis), feeds.Challenge, "(Anubis challenge, 200 OK); ask the publisher"},
		{"Anubis, compressed, as an error", answerWith(403, string(compress(t, []byte(anubis), gzip.DefaultCompression)), "Content-Encoding", "gzip"), feeds.Challenge, "(Anubis challenge, 403 Forbidden)"},
		{"Cloudflare, by its header", answerWith(503, "<html>", "Cf-Mitigated", "challenge"), feeds.Challenge, "(Cloudflare challenge, 503"},
		{"Cloudflare, by its page", answerWith(403, `<html><head><title>Just a moment...</title></head><body><noscript>Enable JavaScript and cookies to continue</noscript>`), feeds.Challenge, "(Cloudflare challenge, 403"},
		{"AWS, accepted and empty", answerWith(202, "", "X-Amzn-Waf-Action", "challenge"), feeds.Challenge, "(AWS WAF challenge, 202 Accepted)"},
		{"AWS, by its script", answerWith(202, `<html><script src="https://x.token.awswaf.com/x/challenge.js"></script>`), feeds.Challenge, "(AWS WAF challenge, 202"},
		{"DataDome in JSON, to who prefers it", answerWith(403, `{"url":"https://geo.captcha-delivery.com/captcha/?cid=x"}`), feeds.Challenge, "(DataDome challenge, 403"},
		{"DataDome, by its header", answerWith(403, "", "X-DataDome", "protected"), feeds.Challenge, "(DataDome challenge, 403"},
		{"Akamai refuses", answerWith(403, "<HTML><H1>Access Denied</H1>Reference #18.1 https://errors.edgesuite.net/18.1"), feeds.Challenge, "(Akamai challenge, 403"},
		{"Akamai refuses, in its own escapes", answerWith(403, "<HTML><H1>Access Denied</H1>Reference&#32;&#35;18&#46;1<P>https&#58;&#47;&#47;errors&#46;edgesuite&#46;net&#47;18"), feeds.Challenge, "(Akamai challenge, 403"},
		{"Kasada, as if it throttled", answerWith(429, `<html><script src="/x/ips.js"></script>`, "X-Kpsdk-Ct", "a"), feeds.Challenge, "(Kasada challenge, 429"},
		{"Akamai has something solved", answerWith(200, `<html><div id="sec-if-cpt-container"></div><script src="/_sec/cp_challenge/x.js"></script>`), feeds.Challenge, "(Akamai challenge, 200"},
		{"Imperva", answerWith(200, `<html><iframe src="/_Incapsula_Resource?CWUDNSAI=9">Request unsuccessful. Incapsula incident ID: 1-2</iframe>`), feeds.Challenge, "(Imperva challenge, 200"},
		{"Imperva, by its header", answerWith(403, "no", "X-Iinfo", "9-1-1"), feeds.Challenge, "(Imperva challenge, 403"},
		{"Vercel, throttled without an end", answerWith(429, "<html><title>Vercel Security Checkpoint</title>"), feeds.Challenge, "(Vercel challenge, 429"},
		{"a wall without a name that sets a cookie", answerWith(200, cookie), feeds.Challenge, "a page with a script in the feed's place, 200 OK"},
		{"a plain refusal with a script", answerWith(403, `<html><body><script>check()</script></body></html>`), feeds.Challenge, "a page with a script in the feed's place, 403"},
		{"accepted, with a script", answerWith(202, `<html><script>check()</script>`), feeds.Challenge, "a page with a script in the feed's place, 202"},

		{"a refusal in words", answerWith(403, "<html><h1>Forbidden</h1>"), feeds.Unauthorized, "the server answers 403 Forbidden"},
		{"a refusal on a page of the site", answerWith(403, "<html><script>x()</script>"+prose), feeds.Unauthorized, "403 Forbidden"},
		{"accepted, without a page", answerWith(202, ""), feeds.Status, "the server answers 202 Accepted"},
		{"an application, which is a script as well", answerWith(200, `<html><div id="root"></div><script src="/main.js"></script>`), feeds.NotFeed, "a web page, not a feed"},
		{"a short page that remembers who has read it", answerWith(200, `<html><script>document.cookie="consent=1"</script>`+strings.Repeat("<p>A report of the desk.</p>", 40)), feeds.NotFeed, "a web page, not a feed"},
		{"a page that a wall let through", answerWith(200, `<html><script src="/_Incapsula_Resource?SWJIYLWA=1"></script>`+prose), feeds.NotFeed, "a web page, not a feed"},
		{"a page with a feed and a captcha", answerWith(200, `<html><link rel=alternate type=application/rss+xml href="/f"><script src=captcha.js></script>`), feeds.NotFeed, "it offers"},
		{"a login with a captcha", answerWith(200, `<html><script src=captcha.js></script><input type="password">`), feeds.NotFeed, "login page"},
		{"a server that says how long to wait", answerWith(429, anubis, "Retry-After", "60"), feeds.Throttled, "asks to wait 1m0s"},
		{"not found, on a page with a script", answerWith(404, cookie), feeds.NotFound, "404"},
		{"broken, on a page with a script", answerWith(500, cookie), feeds.Status, "500"},
	} {
		srv := serve(t, test.answer)
		_, err := testClient(t).Fetch(context.Background(), feeds.Source{ID: "x", URL: srv.URL}, feeds.Known{}, nil)
		t.Run(test.shows, func(t *testing.T) { wantError(t, err, test.kind, test.text) })
	}
}

// Anubis challenges clients that call themselves browsers, and admits others.
func TestWallNamesTheUserAgent(t *testing.T) {
	srv := serve(t, answerWith(200, `<html><script id="anubis_challenge"></script>`))
	_, err := testClient(t).Fetch(context.Background(), feeds.Source{ID: "x", URL: srv.URL, UserAgent: "Mozilla/5.0 (X11)"}, feeds.Known{}, nil)
	wantError(t, err, feeds.Challenge, "remove its user_agent")
}

// The page of a wall is not a feed, and a feed that writes about walls is one.
func TestFeedsAreNoWalls(t *testing.T) {
	srv := serve(t, answerWith(200, testutil.RSS(testutil.Post{GUID: "1", Title: "anubis_challenge: how captcha-delivery.com works"}), "X-DataDome", "protected"))
	res, err := testClient(t).Fetch(context.Background(), feeds.Source{ID: "x", URL: srv.URL}, feeds.Known{}, nil)
	if err != nil || len(res.Document.Items) != 1 {
		t.Errorf("%d items, %v", len(res.Document.Items), err)
	}
}

// An error page that does not end is not waited for.
func TestErrorPageIsBounded(t *testing.T) {
	srv := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusForbidden)
		for r.Context().Err() == nil {
			if _, err := w.Write([]byte(strings.Repeat("x", 4096))); err != nil {
				return
			}
		}
	})
	_, err := testClient(t).Fetch(context.Background(), feeds.Source{ID: "x", URL: srv.URL}, feeds.Known{}, nil)
	wantError(t, err, feeds.Unauthorized, "403 Forbidden")
}
