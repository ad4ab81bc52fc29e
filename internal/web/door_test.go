package web_test

import (
	"fmt"
	"html/template"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/crypto/bcrypt"

	"watcher/internal/htpasswd"
	"watcher/internal/web"
)

const token = "4f5c0a8be1f2437c9d31"

// users are anna and jan. Each password is the name, twice.
func users(t *testing.T, names ...string) htpasswd.Users {
	t.Helper()
	var file strings.Builder
	for _, name := range names {
		hash, err := bcrypt.GenerateFromPassword([]byte(name+name), bcrypt.MinCost)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&file, "%s:%s\n", name, hash)
	}
	u, wrong := htpasswd.Parse(file.String())
	if wrong != nil {
		t.Fatal(wrong)
	}
	return u
}

// face is a stub of the page that echoes requests.
type face struct{ http.Handler }

var loginForm = template.Must(template.New("").Parse(`{{.Problem}}<form method="post" action="{{.Action}}"><input name="to" value="{{.To}}"><input name="name" value="{{.Name}}">{{.ByToken}}`))

func (face) Login(w http.ResponseWriter, _ *http.Request, status int, form web.LoginForm) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_ = loginForm.Execute(w, form)
}

func (face) Refused(w http.ResponseWriter, _ *http.Request, status int, text string) {
	http.Error(w, text, status)
}

// rooms are stub handlers behind the door. They echo the request and its person.
func rooms() web.Options {
	say := func(what string) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, err := io.ReadAll(r.Body)
			if err != nil {
				w.WriteHeader(http.StatusRequestEntityTooLarge)
				return
			}
			p := web.PersonOf(r.Context())
			fmt.Fprintf(w, "%s %s %s by %q %v, %d bytes, base %q", what, r.Method, r.URL.RequestURI(), p.Name, p.MayEdit, len(body), web.Base(r.Context()))
		})
	}
	return web.Options{
		Alive: func() error { return nil }, Ready: func() error { return nil },
		Page: face{say("page")}, API: say("api"), Feeds: say("feed"), Callbacks: say("hub"), CallbackPath: "/websub/",
		FeedToken: func(r *http.Request) bool { return r.URL.Query().Get("token") == "of-a-reader" },
	}
}

// browser is a client that keeps cookies and does not follow redirects.
type browser struct {
	*http.Client
	t    *testing.T
	base string
}

func newBrowser(t *testing.T, base string) *browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &browser{&http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}, t, base}
}

// do sends a request with headers, "Name: value" each; Host is one of them.
func (b *browser) do(method, path, body string, headers ...string) (*http.Response, string) {
	b.t.Helper()
	r, err := http.NewRequest(method, b.base+path, strings.NewReader(body))
	if err != nil {
		b.t.Fatal(err)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		if r.Header.Set(name, value); name == "Host" {
			r.Host = value
		}
	}
	resp, err := b.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return resp, string(text)
}

// ask calls the site's handler directly: without a network, the test controls the clock.
func ask(h http.Handler, method, path, from, body string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Host, r.RemoteAddr = "127.0.0.1", from+":5000"
	if strings.Contains(from, ":") {
		r.RemoteAddr = "[" + from + "]:5000"
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func (b *browser) login(name, password string) *http.Response {
	b.t.Helper()
	resp, _ := b.do("POST", "/login", url.Values{"name": {name}, "password": {password}, "to": {"/alerts/7?x=1"}}.Encode())
	return resp
}

func serve(t *testing.T, a web.Access) (*web.Site, *browser) {
	t.Helper()
	site := web.New(rooms(), a)
	server := httptest.NewServer(site)
	t.Cleanup(server.Close)
	return site, newBrowser(t, server.URL)
}

var everything = []struct{ method, path string }{
	{"GET", "/"}, {"GET", "/alerts"}, {"GET", "/alerts/7"}, {"GET", "/rules/a%2Fb"}, {"GET", "/nothing"}, {"HEAD", "/alerts"},
	{"POST", "/alerts/7"}, {"DELETE", "/mutes"}, {"PUT", "/x"}, {"PATCH", "/x"}, {"PROPFIND", "/x"},
	{"GET", "/api/v1/alerts"}, {"POST", "/api/v1/alerts/7/ack"}, {"DELETE", "/api/v1/mutes"}, {"GET", "/api/v2/what"},
	{"GET", "/alerts.atom"}, {"GET", "/rules/a.json"}, {"POST", "/alerts.atom"},
}

// A foreign page that points a name of its own at our address can neither read nor change
// anything.
func TestNamesThatAreNotOurs(t *testing.T) {
	_, b := serve(t, web.Access{Listen: "desk:8410", PublicURL: "https://hub.example.org/w", PageURL: "https://watch.example.org/w"})
	for _, c := range []struct {
		host string
		ours bool
	}{
		{"127.0.0.1", true}, {"127.0.0.1:99", true}, {"[::1]:8410", true}, {"[fe80::1]", true}, {"192.0.2.7:8410", true},
		{"localhost", true}, {"LOCALHOST:8410", true}, {"desk", true}, {"Desk:8410", true}, {"hub.example.org", true}, {"watch.example.org:443", true},
		{"evil.example", false}, {"evil.example:8410", false}, {"127.0.0.1.evil.example", false}, {"watch.example.org.evil.example", false},
		{"localhost.evil.example", false}, {"evil.example@127.0.0.1", false}, {"watch.example.org.", false}, {"2130706433", false}, {"0x7f.1", false},
	} {
		for _, what := range everything {
			resp, body := b.do(what.method, what.path, "", "Host: "+c.host)
			if misdirected := resp.StatusCode == http.StatusMisdirectedRequest; misdirected == c.ours {
				t.Errorf("%s %s of %s: %d %s", what.method, what.path, c.host, resp.StatusCode, body)
			}
		}
		for _, path := range []string{"/healthz", "/readyz", "/metrics", "/websub/x"} {
			if path == "/metrics" {
				continue // it has no numbers here
			}
			if resp, _ := b.do("GET", path, "", "Host: "+c.host); resp.StatusCode != http.StatusOK {
				t.Errorf("%s of %s: %d", path, c.host, resp.StatusCode)
			}
		}
	}
}

// A request that another site makes a browser send changes nothing, even with a session.
func TestChangesThatOthersAskFor(t *testing.T) {
	_, b := serve(t, web.Access{Users: users(t, "anna"), Editors: []string{"anna"}, PageURL: "https://watch.example.org"})
	// The page has a public name, and its proxy passes on a different Host.
	for _, c := range []struct {
		why     string
		headers []string
		passes  bool
	}{
		{"a form of another site", []string{"Sec-Fetch-Site: cross-site", "Origin: https://evil.example"}, false},
		{"one of the same company", []string{"Sec-Fetch-Site: same-site", "Origin: https://other.example.org"}, false},
		{"without metadata", []string{"Origin: https://evil.example"}, false},
		{"a frame without an origin", []string{"Origin: null"}, false},
		{"another port of this machine", []string{"Origin: http://127.0.0.1:1"}, false},
		{"the page's name by another scheme", []string{"Origin: http://watch.example.org"}, false},
		{"with a forwarded name", []string{"Origin: https://evil.example", "X-Forwarded-Host: evil.example"}, false},
		{"the page itself", []string{"Sec-Fetch-Site: same-origin"}, true},
		{"the page itself, by its name", []string{"Origin: https://watch.example.org"}, true},
	} {
		b.login("anna", "annaanna")
		for _, what := range everything {
			if what.method == "GET" || what.method == "HEAD" {
				continue
			}
			resp, body := b.do(what.method, what.path, "x=1", append(c.headers, "Cookie: "+b.cookies())...)
			if passed := resp.StatusCode == http.StatusOK; passed != c.passes {
				t.Errorf("%s: %s %s: %d %s", c.why, what.method, what.path, resp.StatusCode, body)
			}
		}
		for _, path := range []string{"/login", "/logout"} {
			resp, _ := b.do("POST", path, "name=anna&password=annaanna", c.headers...)
			if passed := resp.StatusCode == http.StatusSeeOther; passed != c.passes {
				t.Errorf("%s: %s: %d", c.why, path, resp.StatusCode)
			}
		}
	}
}

// The permissions of each kind of person, case by case.
func TestWhoMay(t *testing.T) {
	withUsers := web.Access{Users: users(t, "anna", "jan"), Editors: []string{"anna"}, Token: token}
	for _, c := range []struct {
		why            string
		access         web.Access
		name           string
		headers        []string
		page, api      bool // what is read
		change, byCall bool // what is changed
	}{
		{why: "without a login all read, and nobody changes", page: true, api: true},
		{why: "without a login a token opens nothing", headers: []string{"Authorization: Bearer "}, page: true, api: true},
		{why: "with users a stranger reads nothing", access: withUsers},
		{why: "a wrong token", access: withUsers, headers: []string{"Authorization: Bearer " + token + "x"}},
		{why: "a name alone", access: withUsers, headers: []string{"Authorization: Basic YW5uYTo="}},
		{why: "the token is for programs", access: withUsers, headers: []string{"Authorization: Bearer " + token}, api: true, byCall: true},
		{why: "an invented cookie", access: withUsers, headers: []string{"Cookie: watcher-=ABCDEFGHIJKLMNOPQRSTUVWXYZ"}},
		{why: "who is no editor reads", access: withUsers, name: "jan", page: true, api: true},
		{why: "an editor", access: withUsers, name: "anna", page: true, api: true, change: true, byCall: true},
		{why: "a token alone: a stranger", access: web.Access{Token: token}},
		{why: "a token alone opens the page too", access: web.Access{Token: token}, name: token, page: true, api: true, change: true, byCall: true},
	} {
		_, b := serve(t, c.access)
		switch c.name {
		case "":
		case token:
			b.login("", token)
		default:
			b.login(c.name, c.name+c.name)
		}
		for _, what := range everything {
			isAPI := strings.HasPrefix(what.path, "/api/")
			want := c.page
			switch changes := what.method != "GET" && what.method != "HEAD"; {
			case strings.Contains(what.path, ".atom") || strings.Contains(what.path, ".json"):
				if want = c.api; changes {
					want = c.byCall
				}
			case isAPI && changes:
				want = c.byCall
			case isAPI:
				want = c.api
			case changes:
				want = c.change
			}
			resp, body := b.do(what.method, what.path, "", c.headers...)
			if got := resp.StatusCode == http.StatusOK; got != want {
				t.Errorf("%s: %s %s: %d %s", c.why, what.method, what.path, resp.StatusCode, body)
			}
			if isAPI && resp.StatusCode != http.StatusOK && resp.Header.Get("Content-Type") != "application/problem+json" {
				t.Errorf("%s: %s %s: a refusal of the type %s", c.why, what.method, what.path, resp.Header.Get("Content-Type"))
			}
			if strings.Contains(body, token) {
				t.Errorf("%s: %s %s: the token is told", c.why, what.method, what.path)
			}
		}
		for _, path := range []string{"/healthz", "/readyz", "/websub/x"} {
			if resp, _ := b.do("GET", path, ""); resp.StatusCode != http.StatusOK {
				t.Errorf("%s: %s: %d", c.why, path, resp.StatusCode)
			}
		}
	}
}

// cookies returns the cookies that the browser sends to the page.
func (b *browser) cookies() string {
	u, _ := url.Parse(b.base)
	u.Scheme = "https" // the cookie of a page behind TLS
	var all []string
	for _, c := range b.Jar.Cookies(u) {
		all = append(all, c.Name+"="+c.Value)
	}
	return strings.Join(all, "; ")
}

// Every answer carries the headers that restrict browsers.
func TestHeaders(t *testing.T) {
	_, b := serve(t, web.Access{Users: users(t, "anna")})
	for _, what := range append(everything, struct{ method, path string }{"GET", "/login"}) {
		for _, host := range []string{"127.0.0.1", "evil.example"} {
			resp, _ := b.do(what.method, what.path, "", "Host: "+host)
			for name, want := range map[string]string{
				"Content-Security-Policy": "default-src 'none'; ", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
				"Cross-Origin-Opener-Policy": "same-origin", "X-Frame-Options": "DENY", "Cache-Control": "no-store",
			} {
				if got := resp.Header.Get(name); !strings.HasPrefix(got, want) {
					t.Errorf("%s %s of %s: %s is %q", what.method, what.path, host, name, got)
				}
			}
			csp := resp.Header.Get("Content-Security-Policy")
			for _, want := range []string{"frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"} {
				if !strings.Contains(csp, want) {
					t.Errorf("%s %s: the policy has no %s: %s", what.method, what.path, want, csp)
				}
			}
			for _, bad := range []string{"unsafe", "*", "data:", "http"} {
				if strings.Contains(csp, bad) {
					t.Errorf("%s %s: the policy lets %s through: %s", what.method, what.path, bad, csp)
				}
			}
		}
	}
}

// The path of page_url is stripped if a proxy has not done so.
func TestBelowAPath(t *testing.T) {
	_, b := serve(t, web.Access{PageURL: "https://example.org/desk/watcher"})
	for path, want := range map[string]string{
		"/alerts?q=a%20b":              `page GET /alerts?q=a%20b by "" false, 0 bytes, base "/desk/watcher"`,
		"/desk/watcher/alerts?q=a%20b": `page GET /alerts?q=a%20b by "" false, 0 bytes, base "/desk/watcher"`,
		"/desk/watcher/":               `page GET / by "" false, 0 bytes, base "/desk/watcher"`,
		"/desk/watcher/rules/a%2Fb":    `page GET /rules/a%2Fb by "" false, 0 bytes, base "/desk/watcher"`,
		"/desk/watcher/api/v1/alerts":  `api GET /api/v1/alerts by "" false, 0 bytes, base "/desk/watcher"`,
		"/desk/watcher/alerts.atom":    `feed GET /alerts.atom by "" false, 0 bytes, base "/desk/watcher"`,
		"/desk/watcherx/alerts":        `page GET /desk/watcherx/alerts by "" false, 0 bytes, base "/desk/watcher"`,
		// Clients that a proxy lets in below the path cannot read the health endpoints.
		"/desk/watcher/healthz": `page GET /healthz by "" false, 0 bytes, base "/desk/watcher"`,
	} {
		if _, got := b.do("GET", path, ""); got != want {
			t.Errorf("%s:\n%s, want\n%s", path, got, want)
		}
	}
	for _, path := range []string{"//evil.example/alerts", "/desk/watcher//alerts", "/alerts/../x", "/desk/watcher/../alerts", "/./alerts", "/assets/%2e%2e/alerts", "/%2E/alerts", "/alerts//"} {
		if resp, body := b.do("GET", path, ""); resp.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d %s to %q", path, resp.StatusCode, body, resp.Header.Get("Location"))
		}
	}
}

func TestLargeRequests(t *testing.T) {
	_, b := serve(t, web.Access{Users: users(t, "anna"), Editors: []string{"anna"}})
	b.login("anna", "annaanna")
	for _, c := range []struct {
		path string
		size int
		want int
	}{
		{"/rules", 1 << 20, http.StatusOK}, {"/rules", 1<<20 + 1, http.StatusRequestEntityTooLarge},
		{"/api/v1/mutes", 1<<20 + 1, http.StatusRequestEntityTooLarge}, {"/login", 1 << 20, http.StatusBadRequest},
	} {
		if resp, _ := b.do("POST", c.path, strings.Repeat("x", c.size)); resp.StatusCode != c.want {
			t.Errorf("%d bytes to %s: %d, want %d", c.size, c.path, resp.StatusCode, c.want)
		}
	}
}
