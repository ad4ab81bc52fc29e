//go:build !race

package web_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"watcher/internal/web"
)

func signIn(t *testing.T, h http.Handler, name, password string) (cookie string) {
	t.Helper()
	w := ask(h, "POST", "/login", "192.0.2.1", url.Values{"name": {name}, "password": {password}}.Encode())
	all := w.Result().Cookies()
	if w.Code != http.StatusSeeOther || len(all) != 1 {
		t.Fatalf("%s cannot sign in: %d %s", name, w.Code, w.Body)
	}
	return "Cookie: " + all[0].Name + "=" + all[0].Value
}

func reads(h http.Handler, cookie string) bool {
	return ask(h, "GET", "/alerts", "192.0.2.1", "", cookie).Code == http.StatusOK
}

func TestCookie(t *testing.T) {
	for _, c := range []struct{ why, pageURL, want string }{
		{"by itself", "", `^watcher-8410=[A-Z2-7]{26}; Path=/; Max-Age=604800; HttpOnly; SameSite=Strict$`},
		{"behind TLS", "https://desk.example.org", `^__Host-watcher-8410=[A-Z2-7]{26}; Path=/; Max-Age=604800; HttpOnly; Secure; SameSite=Strict$`},
		{"behind TLS, below a path", "https://example.org/desk/", `^watcher-8410=[A-Z2-7]{26}; Path=/desk/; Max-Age=604800; HttpOnly; Secure; SameSite=Strict$`},
	} {
		h := web.New(rooms(), web.Access{Listen: "127.0.0.1:8410", PageURL: c.pageURL, Users: users(t, "anna")})
		w := ask(h, "POST", "/login", "192.0.2.1", "name=anna&password=annaanna")
		if got := w.Header().Get("Set-Cookie"); !regexp.MustCompile(c.want).MatchString(got) {
			t.Errorf("%s: %s", c.why, got)
		}
	}
}

func TestSessionsEnd(t *testing.T) {
	for _, c := range []struct {
		why  string
		do   func(h *web.Site, cookie string)
		ends bool
	}{
		{"by itself it does not", func(*web.Site, string) {}, false},
		{"signed out", func(h *web.Site, cookie string) { ask(h, "POST", "/logout", "192.0.2.1", "", cookie) }, true},
		{"a link to the way out ends nothing", func(h *web.Site, cookie string) { ask(h, "GET", "/logout", "192.0.2.1", "", cookie) }, false},
		{"not used for half a day", func(*web.Site, string) { time.Sleep(12*time.Hour + time.Second) }, true},
		{"used twice a day", func(h *web.Site, cookie string) {
			for range 13 {
				time.Sleep(12 * time.Hour)
				reads(h, cookie)
			}
		}, false},
		{"used for more than a week", func(h *web.Site, cookie string) {
			for range 15 {
				time.Sleep(12 * time.Hour)
				reads(h, cookie)
			}
		}, true},
		{"her password is set anew", func(h *web.Site, _ string) { h.SetAccess(web.Access{Users: users(t, "anna", "jan")}) }, true},
		{"she is removed", func(h *web.Site, _ string) { h.SetAccess(web.Access{Users: users(t, "jan")}) }, true},
		{"signed in elsewhere a thousand times", func(h *web.Site, _ string) {
			for range 1000 {
				time.Sleep(time.Millisecond)
				signIn(t, h, "anna", "annaanna")
			}
		}, true},
	} {
		h := web.New(rooms(), web.Access{Users: users(t, "anna")})
		synctest.Test(t, func(t *testing.T) {
			cookie := signIn(t, h, "anna", "annaanna")
			c.do(h, cookie)
			if in := reads(h, cookie); in == c.ends {
				t.Errorf("%s: she still reads: %v", c.why, in)
			}
		})
	}
	access := web.Access{Users: users(t, "anna", "jan")}
	h := web.New(rooms(), access)
	anna := signIn(t, h, "anna", "annaanna")
	access.Editors = []string{"anna"}
	if h.SetAccess(access); ask(h, "POST", "/alerts/7", "192.0.2.1", "", anna).Code != http.StatusOK {
		t.Error("a reload that makes her an editor signs her out")
	}
}

// Guessing is slow, from one machine and from many.
func TestGuessing(t *testing.T) {
	access := web.Access{Users: users(t, "anna", "jan"), Token: token}
	h := web.New(rooms(), access)
	guess := func(from, name string, headers ...string) int {
		return ask(h, "POST", "/login", from, "name="+name+"&password=wrong", headers...).Code
	}
	tokens := func(from, token string) int {
		return ask(h, "GET", "/api/v1/alerts", from, "", "Authorization: Bearer "+token).Code
	}
	feed := func(from, token string) int { return ask(h, "GET", "/alerts.atom?token="+token, from, "").Code }
	for _, c := range []struct {
		why   string
		guess func(i int) int
		most  int // answers in ten minutes, at one guess a second
	}{
		{"one machine, one name", func(int) int { return guess("192.0.2.1", "anna") }, 10 + 60},
		{"one machine, all names", func(i int) int { return guess("192.0.2.2", fmt.Sprint("n", i)) }, 10 + 60},
		{"one network of IPv6", func(i int) int { return guess(fmt.Sprintf("2001:db8::%x", i+1), fmt.Sprint("n", i)) }, 10 + 60},
		{"many machines, one name", func(i int) int { return guess(fmt.Sprintf("198.51.%d.%d", i/250, i%250), "jan") }, 30 + 120},
		{"many machines, a name that is not there", func(i int) int { return guess(fmt.Sprintf("203.0.%d.%d", i/250, i%250), "nobody") }, 30 + 120},
		{"one machine behind a proxy", func(int) int { return guess("127.0.0.1", "anna", "X-Forwarded-For: 10.0.0.1, 192.0.2.9") }, 10 + 60},
		{"one machine that says it were many", func(i int) int {
			return guess("192.0.2.3", fmt.Sprint("n", i), fmt.Sprintf("X-Forwarded-For: 198.51.%d.%d", i/250, i%250))
		}, 10 + 60},
		{"tokens of the API", func(i int) int { return tokens("192.0.2.4", fmt.Sprint("t", i)) }, 30 + 300},
		{"tokens of feeds", func(i int) int { return feed("192.0.2.5", fmt.Sprint("t", i)) }, 30 + 300},
	} {
		h = web.New(rooms(), access)
		synctest.Test(t, func(t *testing.T) {
			answers := 0
			for i := range 600 {
				switch code := c.guess(i); code {
				case http.StatusForbidden, http.StatusUnauthorized:
					answers++
				case http.StatusTooManyRequests:
				default:
					t.Fatalf("%s: guess %d is answered %d", c.why, i, code)
				}
				time.Sleep(time.Second)
			}
			if answers > c.most || answers < c.most/3 {
				t.Errorf("%s: %d guesses in ten minutes are answered, want at most %d", c.why, answers, c.most)
			}
		})
	}
	h = web.New(rooms(), access)
	synctest.Test(t, func(t *testing.T) {
		for range 100 { // of one machine, whoever it is
			guess("192.0.2.7", "anna")
			tokens("192.0.2.7", "x")
		}
		if got := ask(h, "POST", "/login", "192.0.2.8", "name=anna&password=annaanna").Code; got != http.StatusSeeOther {
			t.Errorf("another machine's guesses lock her out: %d", got)
		}
		if got := tokens("192.0.2.8", token); got != http.StatusOK {
			t.Errorf("another machine's guesses lock the token out: %d", got)
		}
		w := ask(h, "POST", "/login", "192.0.2.7", "name=anna&password=annaanna")
		if w.Code != http.StatusTooManyRequests || w.Header().Get("Retry-After") == "" || !strings.Contains(w.Body.String(), "Try again in") {
			t.Errorf("the guesser is told %d %s", w.Code, w.Body)
		}
		for range 1000 { // who has the token is never slowed
			if got := tokens("192.0.2.6", token); got != http.StatusOK {
				t.Fatalf("the right token: %d", got)
			}
		}
	})
}

// The login redirects to the page that was asked for, and never to another site.
func TestWhereTheLoginLeads(t *testing.T) {
	for _, base := range []string{"", "/watcher"} {
		h := web.New(rooms(), web.Access{Users: users(t, "anna"), PageURL: "https://desk.example.org" + base})
		for _, c := range []struct{ to, want string }{
			{"", "/"}, {"/", "/"}, {base + "/alerts", "/alerts"}, {"/alerts/7?x=1&y=a+b", "/alerts/7?x=1&y=a+b"}, {"/rules/a%2Fb", "/rules/a%2Fb"},
			{"https://evil.example/alerts", "/"}, {"//evil.example/alerts", "/"}, {"///evil.example", "/"}, {`/\evil.example`, "/"}, {`\\evil.example`, "/"},
			{"/%09/evil.example", "/"}, {"/\t/evil.example", "/"}, {"javascript:alert(1)", "/"}, {"/alerts/../../evil", "/"}, {"alerts", "/"},
			{"/%2f/evil.example", "/"}, {"/%5cevil.example", "/"}, {"http:evil.example", "/"}, {"/login", "/"}, {"/logout", "/"}, {"/api/v1/status", "/"},
			{"?x", "/"}, {"#x", "/"}, {"/alerts\r\nX: y", "/"}, {base + "//evil.example", "/"},
		} {
			w := ask(h, "POST", "/login", "192.0.2.1", url.Values{"name": {"anna"}, "password": {"annaanna"}, "to": {c.to}}.Encode())
			if got := w.Header().Get("Location"); got != base+c.want {
				t.Errorf("to %q below %q: %q, want %q", c.to, base, got, base+c.want)
			}
			if w := ask(h, "GET", "/login?to="+url.QueryEscape(c.to), "192.0.2.1", ""); !strings.Contains(w.Body.String(), `name="to" value="`+strings.NewReplacer("&", "&amp;", "+", "&#43;").Replace(base+c.want)+`"`) {
				t.Errorf("the form for %q below %q: %s", c.to, base, w.Body)
			}
		}
	}
}

// A browser that follows a link in a chat sends no strict cookie, and gets in by one of
// our pages that redirects it.
func TestFromALinkElsewhere(t *testing.T) {
	h := web.New(rooms(), web.Access{Users: users(t, "anna"), PageURL: "https://desk.example.org/watcher"})
	cookie := signIn(t, h, "anna", "annaanna")
	w := ask(h, "GET", "/watcher/alerts/7?x=%22%3E", "192.0.2.1", "", "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate")
	m := regexp.MustCompile(`http-equiv="refresh" content="0; url=([^"]*)"`).FindStringSubmatch(w.Body.String())
	if w.Code != http.StatusUnauthorized || m == nil {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	next := strings.ReplaceAll(m[1], "&amp;", "&")
	if w := ask(h, "GET", next, "192.0.2.1", "", cookie); w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/watcher/alerts/7?x=%22%3E" {
		t.Errorf("%s leads on to %q (%d)", next, w.Header().Get("Location"), w.Code)
	}
	if w := ask(h, "GET", next, "192.0.2.1", ""); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "<form method=\"post\" action=\"/watcher/login\">") {
		t.Errorf("a stranger is shown %d %s", w.Code, w.Body)
	}
}

// The login page escapes what was typed.
func TestLoginShowsText(t *testing.T) {
	const hostile = `"><script>alert(1)</script><b onmouseover=x>`
	h := web.New(rooms(), web.Access{Users: users(t, "anna")})
	for _, w := range []*httptest.ResponseRecorder{
		ask(h, "POST", "/login", "192.0.2.1", url.Values{"name": {hostile}, "password": {hostile}, "to": {"/alerts?q=" + hostile}}.Encode()),
		ask(h, "GET", "/login?to="+url.QueryEscape("/alerts?q="+hostile), "192.0.2.1", ""),
		ask(h, "GET", "/alerts/"+url.PathEscape(hostile)+"?q="+url.QueryEscape(hostile), "192.0.2.1", ""),
	} {
		if body := w.Body.String(); strings.Contains(body, "<script") || strings.Contains(body, "<b ") || w.Header().Get("Content-Type") != "text/html; charset=utf-8" {
			t.Errorf("%d %s", w.Code, body)
		}
		if strings.Contains(w.Body.String(), `type="password" value`) {
			t.Error("the password is sent back")
		}
	}
}
