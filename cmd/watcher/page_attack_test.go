//go:build !race

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/bcrypt"
	"golang.org/x/net/html"

	"watcher/internal/testutil"
)

// markup is what somebody writes who wants it to run.
const markup = `"><script>alert(1)</script><img src=x onerror=alert(1)>'</title><a href="javascript:alert(1)">{{.}}`

// An attackedPage is the page of a newsroom whose feeds, rules and targets contain markup
// wherever they can, and which has secrets.
type attackedPage struct {
	*hostileNewsroom
	address string
	secrets []string
	log     bytes.Buffer // complete once the daemon has ended
}

const attackedConfig = `
  - {name: walled, url: "%[1]s/walled.xml", username: ann, password: secret-of-a-feed}
  - {name: key, url: "%[1]s/key.xml?token=secret-in-an-address", headers: {X-Api-Key: secret-in-a-header}}
  - {name: links, url: "%[1]s/links.json"}
rules:`

const attackedTargets = `
  signed: {type: webhook, url: "%[1]s/secret-in-a-path", secret: "whsec_c2VjcmV0LW9mLWEtd2ViaG9vay0x", headers: {Authorization: Bearer secret-of-a-target}}
ops:`

// newAttackedPage runs the daemon. Anna may change things, jan may read.
func newAttackedPage(t *testing.T) *attackedPage {
	t.Helper()
	p := &attackedPage{hostileNewsroom: newHostileNewsroom(t, markup)}
	links := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/feed+json")
		fmt.Fprint(w, `{"version":"https://jsonfeed.org/version/1.1","title":"links","items":[`)
		for i, link := range []string{"javascript:alert(1)", "JaVaScRiPt:alert(1)", " java\tscript:alert(1)", "data:text/html,<script>alert(1)</script>", "vbscript:x", "//evil.example/\"><script>", "https://a.example/'onmouseover='x"} {
			text, _ := json.Marshal(link)
			fmt.Fprintf(w, `%s{"id":"%d","url":%s,"external_url":%[3]s,"title":"article of a link %[2]d","content_text":"article"}`, map[bool]string{true: ","}[i > 0], i, text)
		}
		fmt.Fprint(w, "]}")
	}))
	t.Cleanup(links.Close)
	p.address = fmt.Sprintf("http://127.0.0.1:%d", freePort(t))
	hash, err := bcrypt.GenerateFromPassword([]byte("secret-of-a-person"), bcrypt.MinCost)
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Dir(p.config)
	testutil.WriteFile(t, filepath.Join(dir, "users"), fmt.Sprintf("anna:%[1]s\njan:%[1]s\n", hash), 0o600)
	testutil.WriteFile(t, filepath.Join(dir, "token"), "secret-of-the-api\n", 0o600)
	config, err := os.ReadFile(p.config)
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Replace(string(config), "\nrules:", fmt.Sprintf(attackedConfig, p.url), 1)
	text = strings.Replace(text, p.url+"/links.json", links.URL, 1)
	text = strings.Replace(text, "\nops:", fmt.Sprintf(attackedTargets, p.url), 1)
	text = strings.Replace(text, "poll: {every: 1h}", "poll: {every: 1h, first: alert}", 1)
	name, _ := json.Marshal(markup) // hostileNewsroom cannot use it as a name, because it is not a valid query
	text = strings.Replace(text, `name: "json"`, "name: "+string(name), 1)
	text = strings.Replace(text, `name: "rule"`, "name: "+string(name), 1)
	text = strings.Replace(text, "  hook: {", "  "+string(name)+": {", 1)
	text = strings.Replace(text, "[screen, hook, program]", "[screen, "+string(name)+", program]", 1)
	text += fmt.Sprintf("http: {listen: %q, users_file: users, editors: [anna], token_file: token}\n", strings.TrimPrefix(p.address, "http://"))
	testutil.WriteFile(t, p.config, text, 0o600)
	p.secrets = []string{"secret-", "whsec_", string(hash), "c2VjcmV0"}

	ctx, stop := context.WithCancel(t.Context())
	var out bytes.Buffer
	ended := make(chan int)
	go func() { ended <- run(ctx, []string{"run", "-c", p.config}, strings.NewReader(""), &out, &p.log) }()
	t.Cleanup(func() {
		stop()
		<-ended
		for _, secret := range p.secrets {
			if strings.Contains(p.log.String(), secret) {
				t.Errorf("the log has a secret, %s:\n%s", secret, &p.log)
			}
		}
	})
	for deadline := time.After(patience); ; {
		_, feeds, _ := p.run("feeds", "-c", p.config, "--json")
		_, alerts, _ := p.run("alerts", "-c", p.config, "--json")
		if strings.Count(feeds, "\n") == 7 && !strings.Contains(feeds, `"state":"new"`) && strings.Count(alerts, "\n") >= 20 {
			return p
		}
		select {
		case <-deadline:
			t.Fatalf("not all feeds are polled, or little is alerted:\n%s%s", feeds, alerts)
		case <-pause():
		}
	}
}

// visitor is somebody with a browser.
type visitor struct {
	*http.Client
	p *attackedPage
}

func (p *attackedPage) visitor(name string) *visitor {
	p.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		p.t.Fatal(err)
	}
	v := &visitor{&http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}, p}
	if name == "" {
		return v
	}
	if resp, _ := v.do("POST", "/login", url.Values{"name": {name}, "password": {"secret-of-a-person"}}, "Sec-Fetch-Site: same-origin"); resp.StatusCode != http.StatusSeeOther {
		p.t.Fatalf("%s cannot sign in: %d", name, resp.StatusCode)
	}
	u, _ := url.Parse(p.address)
	for _, c := range jar.Cookies(u) {
		p.secrets = append(p.secrets, c.Value)
	}
	return v
}

// do sends a request, and searches the answer for secrets.
func (v *visitor) do(method, path string, form url.Values, headers ...string) (*http.Response, string) {
	v.p.t.Helper()
	r, err := http.NewRequestWithContext(v.p.t.Context(), method, v.p.address+path, strings.NewReader(form.Encode()))
	if err != nil {
		v.p.t.Fatal(err)
	}
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Set(name, value)
	}
	resp, err := v.Do(r)
	if err != nil {
		v.p.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		v.p.t.Fatal(err)
	}
	for _, secret := range v.p.secrets {
		if bytes.Contains(body, []byte(secret)) {
			v.p.t.Errorf("%s %s tells a secret, %s:\n%s", method, path, secret, body)
		}
	}
	return resp, string(body)
}

// form is a form of a page.
type form struct {
	action string
	fields url.Values
}

// crawl follows all links from pages on, as a link scanner does. It checks the markup of
// each page, and returns the forms that change something, by action.
func (v *visitor) crawl(from ...string) (pages map[string]string, forms map[string]form) {
	v.p.t.Helper()
	pages, forms = map[string]string{}, map[string]form{}
	for queue := from; len(queue) > 0; {
		path := queue[0]
		queue = queue[1:]
		if _, seen := pages[path]; seen || len(pages) > 400 {
			continue
		}
		resp, body := v.do("GET", path, nil)
		pages[path] = body
		if to := resp.Header.Get("Location"); to != "" {
			queue = append(queue, resolve(v.p.t, path, to))
		}
		if !strings.HasPrefix(resp.Header.Get("Content-Type"), "text/html") {
			continue
		}
		root, err := html.Parse(strings.NewReader(body))
		if err != nil {
			v.p.t.Fatal(err)
		}
		for n := range root.Descendants() {
			if n.Type == html.ElementNode {
				queue = append(queue, v.look(path, n)...)
				if n.Data == "form" && attr(n, "method") == "post" {
					action := resolve(v.p.t, path, attr(n, "action"))
					forms[action+" "+fieldsOf(n).Get("do")] = form{action, fieldsOf(n)}
				}
			}
		}
	}
	return pages, forms
}

// resolve returns where a link of a page leads: a path of ours, or empty.
func resolve(t *testing.T, page, link string) string {
	t.Helper()
	base, err := url.Parse(page)
	if err != nil {
		t.Fatal(err)
	}
	u, err := base.Parse(link)
	if err != nil || u.Host != "" || u.Scheme != "" {
		return ""
	}
	u.Fragment = ""
	return u.String()
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func fieldsOf(form *html.Node) url.Values {
	fields := url.Values{}
	for n := range form.Descendants() {
		if n.Type == html.ElementNode && attr(n, "name") != "" && (n.Data == "input" || n.Data == "button" || n.Data == "textarea" || n.Data == "select") {
			value := attr(n, "value")
			if n.Data == "select" {
				for o := range n.Descendants() {
					if value == "" && o.Data == "option" {
						value = attr(o, "value")
					}
				}
			}
			fields.Set(attr(n, "name"), value)
		}
	}
	return fields
}

// look finds what in an element would run or load something that is not ours, and returns
// the element's links.
func (v *visitor) look(path string, n *html.Node) (links []string) {
	t := v.p.t
	t.Helper()
	switch n.Data {
	case "script":
		if attr(n, "src") == "" || n.FirstChild != nil {
			t.Errorf("%s has a script within", path)
		}
	case "style", "iframe", "frame", "object", "embed", "base", "img", "video", "audio", "foreignobject", "animate", "set", "template":
		t.Errorf("%s has a %s", path, n.Data)
	case "meta":
		if attr(n, "http-equiv") != "" && !strings.HasPrefix(attr(n, "content"), "0; url=/login") {
			t.Errorf("%s has a meta element that leads elsewhere: %q", path, attr(n, "content"))
		}
	}
	for _, a := range n.Attr {
		switch name := strings.ToLower(a.Key); {
		case strings.HasPrefix(name, "on") || name == "style" || name == "srcdoc":
			t.Errorf("%s: a %s has %s=%q", path, n.Data, a.Key, a.Val)
		case name == "href" || name == "src" || name == "action" || name == "formaction" || name == "xlink:href":
			u, err := url.Parse(a.Val)
			if err != nil || u.Scheme != "" && u.Scheme != "http" && u.Scheme != "https" {
				t.Errorf("%s: a %s leads to %q", path, n.Data, a.Val)
				continue
			}
			outside := u.Host != "" || u.Scheme != ""
			if outside && (n.Data != "a" || !strings.Contains(attr(n, "rel"), "noreferrer")) {
				t.Errorf("%s: a %s leads to %q, rel %q", path, n.Data, a.Val, attr(n, "rel"))
			}
			if to := resolve(t, path, a.Val); to != "" && name != "action" && name != "formaction" {
				links = append(links, to)
			}
		}
	}
	return links
}

// state is what people have decided: what a request that changes something would change.
func (p *attackedPage) state() string {
	_, said, _ := p.run("mute", "-c", p.config)
	_, alerts, _ := p.run("alerts", "-c", p.config, "--json")
	_, feeds, _ := p.run("feeds", "-c", p.config, "--json")
	for line := range strings.Lines(alerts + feeds) {
		var what struct {
			ID, Feed, State string
			Acknowledged    any
		}
		if err := json.Unmarshal([]byte(line), &what); err != nil {
			p.t.Fatalf("%v: %s", err, line)
		}
		if what.Feed == "" && what.State != "dropped" {
			what.State = "" // it is retried by itself
		}
		said += fmt.Sprintln(what)
	}
	return said
}

// hostilePaths have markup wherever a path or a query takes text.
func hostilePaths() []string {
	text, segment := url.QueryEscape(markup), url.PathEscape(markup)
	var all []string
	for page, keys := range map[string]string{
		"/alerts": "q rule feed tag severity target state from to cursor after before done x", "/search": "q since until cursor after done x", "/search/rule": "q name since x",
		"/rules": "x", "/feeds": "q state x", "/targets": "x", "/mutes": "kind name x", "/status": "x", "/login": "to x", "/nothing": "x",
		"/api/v1/alerts": "q rule state cursor x", "/api/v1/search": "q since cursor x", "/api/v1/status": "x",
		"/alerts.atom": "token x", "/alerts.json": "x", "/search.atom": "q x",
	} {
		for key := range strings.FieldsSeq(keys) {
			all = append(all, page+"?"+key+"="+text)
		}
		all = append(all, page+"/"+segment)
	}
	return append(all, "/"+segment, "/rules/"+segment+".atom", "/assets/"+segment, "/api/v1/"+segment)
}

// What feeds, rules, targets and people write is text on every page, and no page or answer
// shows a secret. Following every link changes nothing.
func TestAttackedPage(t *testing.T) {
	t.Parallel()
	p := newAttackedPage(t)
	anna, jan, stranger := p.visitor("anna"), p.visitor("jan"), p.visitor("")
	before := p.state()
	pages, forms := anna.crawl("/")
	hostile, _ := anna.crawl(hostilePaths()...)
	maps.Copy(pages, hostile)
	jan.crawl("/", "/mutes")
	outside, _ := stranger.crawl("/", "/alerts", "/api/v1/alerts", "/alerts.atom", "/rules")
	if after := p.state(); after != before {
		t.Errorf("following links has changed something:\n%s\nwas\n%s", after, before)
	}
	for _, path := range []string{"/alerts", "/search", "/rules", "/feeds", "/targets", "/mutes", "/status"} {
		if pages[path] == "" {
			t.Errorf("no link leads to %s", path)
		}
	}
	shown := 0
	for _, body := range pages {
		if strings.Contains(body, "&lt;script&gt;alert(1)") {
			shown++
		}
	}
	t.Logf("%d pages, %d with markup as text, %d forms", len(pages), shown, len(forms))
	if len(pages) < 100 || shown < 10 || len(forms) < 5 {
		t.Errorf("%d pages, %d of them with what was said, and %d forms: is it all still found?", len(pages), shown, len(forms))
	}
	for path, body := range outside {
		if strings.Contains(body, "article 0") || strings.Contains(body, "of a link") {
			t.Errorf("a stranger reads %s:\n%s", path, body)
		}
	}
	p.refuseChanges(anna, jan, stranger, forms)
}

// refuseChanges sends every change of the page and of the API as people who may not make
// it, and as another site would have anna's browser send it.
func (p *attackedPage) refuseChanges(anna, jan, stranger *visitor, forms map[string]form) {
	t, before := p.t, p.state()
	t.Helper()
	type change struct {
		method, path string
		fields       url.Values
	}
	var changes []change
	for _, f := range forms {
		if f.action != "/look" && f.action != "/logout" { // these concern the asker's own browser alone
			changes = append(changes, change{"POST", f.action, f.fields})
		}
	}
	_, described := anna.do("GET", "/api/v1/openapi.json", nil)
	var api struct{ Paths map[string]map[string]any }
	if err := json.Unmarshal([]byte(described), &api); err != nil {
		t.Fatal(err)
	}
	id := p.alertIDs()[0]
	for path, methods := range api.Paths {
		path = regexp.MustCompile(`\{[^}]*\}`).ReplaceAllString(path, id)
		if !strings.HasPrefix(path, "/api/v1") {
			path = "/api/v1" + path
		}
		for method := range methods {
			if slices.Contains([]string{"post", "put", "delete", "patch"}, method) {
				changes = append(changes, change{strings.ToUpper(method), path, url.Values{"rule": {"nato"}, "confirm": {"yes"}}})
			}
		}
	}
	if n := len(changes); n < 12 {
		t.Errorf("%d changes: are they still found?", n)
	}
	for _, c := range changes {
		for _, try := range []struct {
			who     string
			v       *visitor
			headers []string
			want    int
		}{
			{"another site, by anna's browser", anna, []string{"Sec-Fetch-Site: cross-site", "Origin: https://evil.example"}, http.StatusForbidden},
			{"another site, by anna's old browser", anna, []string{"Origin: https://evil.example"}, http.StatusForbidden},
			{"jan, who reads", jan, []string{"Sec-Fetch-Site: same-origin"}, http.StatusForbidden},
			{"a stranger", stranger, []string{"Sec-Fetch-Site: same-origin"}, http.StatusUnauthorized},
		} {
			if resp, body := try.v.do(c.method, c.path, c.fields, try.headers...); resp.StatusCode != try.want {
				t.Errorf("%s: %s %s is answered %d, want %d:\n%s", try.who, c.method, c.path, resp.StatusCode, try.want, body)
			}
		}
		// A link to the action of a form, with all its fields, changes nothing either.
		anna.do("GET", c.path+"?"+c.fields.Encode(), nil)
	}
	if after := p.state(); after != before {
		t.Errorf("something has changed:\n%s\nwas\n%s", after, before)
	}
	// The requests were complete: from anna herself they are accepted.
	for _, name := range slices.Sorted(maps.Keys(forms)) {
		if f := forms[name]; f.action == "/mutes" {
			f.fields.Set("for", "1h")
			resp, body := anna.do("POST", f.action, f.fields, "Sec-Fetch-Site: same-origin")
			if resp.StatusCode != http.StatusSeeOther || p.state() == before {
				t.Errorf("anna cannot mute (%d): %v\n%s", resp.StatusCode, f.fields, body)
			}
			return
		}
	}
	t.Error("no page has a form to mute with")
}
