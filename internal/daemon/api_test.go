package daemon_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// caller calls the API of a running daemon, and checks each answer against the description.
type caller struct {
	client  *http.Client
	base    string // with the prefix of the API
	schemas *jsonschema.Compiler
	paths   map[string]map[string]any
	driven  []string // "GET /alerts"
}

// newCaller reads the description. An answer may have no other keys than the description of
// its object.
func newCaller(t *testing.T, client *http.Client, base string) *caller {
	t.Helper()
	resp, err := client.Get(base + "/openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	doc, err := jsonschema.UnmarshalJSON(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	c := &caller{client: client, base: base, schemas: jsonschema.NewCompiler(), paths: map[string]map[string]any{}}
	root := doc.(map[string]any)
	for path, of := range root["paths"].(map[string]any) {
		c.paths[path] = of.(map[string]any)
	}
	for _, schema := range root["components"].(map[string]any)["schemas"].(map[string]any) {
		if s := schema.(map[string]any); s["properties"] != nil {
			s["additionalProperties"] = false
		}
	}
	c.schemas.AssertFormat()
	if err := c.schemas.AddResource("openapi.json", doc); err != nil {
		t.Fatal(err)
	}
	return c
}

// answer is the answer of an operation.
type answer struct {
	status int
	kind   string
	body   []byte
}

// ask calls an operation and checks the answer against its description.
func (c *caller) ask(t *testing.T, method, path string, args url.Values, body string) answer {
	t.Helper()
	at, query := path, url.Values{}
	for name, values := range args {
		if strings.Contains(at, "{"+name+"}") {
			at = strings.ReplaceAll(at, "{"+name+"}", url.PathEscape(values[0]))
		} else {
			query[name] = values
		}
	}
	req, err := http.NewRequestWithContext(t.Context(), method, c.base+at+"?"+query.Encode(), strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	c.driven = append(c.driven, method+" "+path)
	resp, err := c.client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	read, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	a := answer{resp.StatusCode, resp.Header.Get("Content-Type"), read}
	c.check(t, method, path, a)
	return a
}

func (c *caller) check(t *testing.T, method, path string, a answer) {
	t.Helper()
	of := c.paths[path][strings.ToLower(method)]
	if of == nil {
		return // no operation has this path: the answer is a problem of its own
	}
	where := fmt.Sprintf("/paths/%s/%s/responses/%d", strings.NewReplacer("~", "~0", "/", "~1").Replace(path), strings.ToLower(method), a.status)
	if a.status >= 300 {
		where = "/components/responses/Problem"
	}
	if a.status == http.StatusNoContent {
		if responses := of.(map[string]any)["responses"].(map[string]any); responses["204"] == nil || len(a.body) > 0 {
			t.Errorf("%s %s answers %d, which is not described", method, path, a.status)
		}
		return
	}
	schema, err := c.schemas.Compile("openapi.json#" + where + "/content/" + strings.ReplaceAll(a.kind, "/", "~1") + "/schema")
	if err != nil {
		t.Errorf("%s %s answers %d %s, which is not described: %v", method, path, a.status, a.kind, err)
		return
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(a.body))
	if err == nil {
		err = schema.Validate(value)
	}
	if err != nil {
		t.Errorf("%s %s answers otherwise than it is described: %v\n%s", method, path, err, a.body)
	}
}

// into calls an operation that must succeed, and decodes its answer.
func (c *caller) into(t *testing.T, v any, method, path string, args url.Values, body string) {
	t.Helper()
	a := c.ask(t, method, path, args, body)
	if a.status != http.StatusOK {
		t.Fatalf("%s %s %v: %d %s", method, path, args, a.status, a.body)
	}
	if err := json.Unmarshal(a.body, v); err != nil {
		t.Fatal(err)
	}
}

// bySocket is a client of a daemon's admin socket.
func bySocket(path string) *http.Client {
	return &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "unix", path)
	}}}
}

func q(pairs ...string) url.Values {
	v := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	return v
}

// apiConfig has a target that accepts alerts and one that refuses them.
const apiConfig = `
store: {path: watcher.db}
network: {allow: [127.0.0.0/8]}
feeds:
  - {name: desk, url: "%[1]s/feed", every: 1s, tags: [baltics]}
notify:
  hook: {type: webhook, url: "%[1]s/hook"}
  strict: {type: webhook, url: "%[1]s/refuse"}
ops: {notify: [hook]}
rules:
  - {name: nato, keywords: [NATO], notify: [hook, strict]}
http: {listen: %[2]q}
`

// TestAPI has a running daemon execute each operation of its description.
func TestAPI(t *testing.T) {
	t.Parallel()
	w := newWeb(t)
	w.publish("NATO was here before")
	dir, address := t.TempDir(), freeAddress(t)
	path := filepath.Join(dir, "watcher.yaml")
	if err := os.WriteFile(path, fmt.Appendf(nil, apiConfig, w.URL, address), 0o600); err != nil {
		t.Fatal(err)
	}
	run(t, path, nil)
	w.waitPolls(t, 2)
	w.publish("NATO sends a brigade")
	w.waitFor(t, "the alert", func() bool { return len(w.alerts) > 0 })
	api := newCaller(t, bySocket(filepath.Join(dir, "watcher.sock")), "http://watcher/api/v1")
	api.waitDead(t)

	t.Run("a target that refuses", func(t *testing.T) { api.refusing(t, address) })
	t.Run("operations", api.operations)
	for path, methods := range api.paths {
		for method := range methods {
			if !slices.Contains(api.driven, strings.ToUpper(method)+" "+path) {
				t.Errorf("%s %s is described, and was not asked for", method, path)
			}
		}
	}
	t.Run("a target whose refused messages were dropped", api.answered)
	t.Run("mistakes", api.mistakes)
	open := newCaller(t, http.DefaultClient, "http://"+address+"/api/v1")
	t.Run("without a login", open.readsAlone)
	t.Run("events", func(t *testing.T) { open.events(t, w) })
}

// waitDead waits until the refused alert is a dead letter.
func (c *caller) waitDead(t *testing.T) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		if slices.ContainsFunc(c.list(t, "/alerts", q("state", "dead")), func(at map[string]any) bool { return at["state"] == "dead" }) {
			return
		}
		if time.Now().After(deadline) {
			t.Fatal("there is no dead letter")
		}
	}
}

// answered has no list say that a target refuses, once none of what it refused is left.
func (c *caller) answered(t *testing.T) {
	var status struct {
		Failing []map[string]any `json:"targets_failing"`
	}
	c.into(t, &status, "GET", "/status", nil, "")
	if at := c.list(t, "/targets", nil)[1]; at["state"] != "ok" || len(status.Failing) > 0 {
		t.Errorf("the target is %v, and %v fail", at, status.Failing)
	}
}

// refusing has every list of targets say that one refuses what it gets, in its own words.
func (c *caller) refusing(t *testing.T, address string) {
	const words = "webhook answered 400 Bad Request: it is not wanted"
	targets := c.list(t, "/targets", nil)
	if at := targets[1]; at["state"] != "refusing" || at["error"] != words || at["refused"] != 1.0 || targets[0]["state"] != "ok" {
		t.Errorf("the targets are %v", targets)
	}
	var status struct {
		Failing []map[string]any `json:"targets_failing"`
	}
	c.into(t, &status, "GET", "/status", nil, "")
	if len(status.Failing) != 1 || status.Failing[0]["target"] != "strict" || status.Failing[0]["state"] != "refusing" || status.Failing[0]["error"] != words {
		t.Errorf("the targets that fail are %v", status.Failing)
	}
	for path, want := range map[string][]string{
		"/targets": {">refusing since <time", words},
		"/status":  {"Running, with problems", ">refusing</span>", words},
	} {
		_, body := page(t, address, path)
		for _, w := range want {
			if !strings.Contains(body, w) {
				t.Errorf("%s does not say %s:\n%s", path, w, body)
			}
		}
	}
}

// list calls an operation that answers with a list.
func (c *caller) list(t *testing.T, path string, args url.Values) (items []map[string]any) {
	t.Helper()
	var l struct{ Items []map[string]any }
	c.into(t, &l, "GET", path, args, "")
	return l.Items
}

func (c *caller) operations(t *testing.T) {
	all := c.list(t, "/alerts", q("rule", "nato", "feed", "desk", "tag", "baltics", "severity", "normal", "q", "brigade", "from", "1d", "to", "2099-01-01"))
	if len(all) == 0 {
		t.Fatal("a filter that the alert passes lists nothing")
	}
	var dead string
	for _, at := range all {
		for _, target := range at["targets"].([]any) {
			if of := target.(map[string]any); of["target"] == "strict" {
				dead = of["id"].(string)
			}
		}
	}
	one := q("id", dead)
	var life, counts, other map[string]any
	c.into(t, &life, "GET", "/alerts/{id}", one, "")
	c.into(t, &life, "POST", "/alerts/{id}/retry", one, "")
	c.waitDead(t)
	c.into(t, &life, "POST", "/alerts/{id}/drop", one, "")

	c.into(t, &life, "POST", "/alerts/{id}/ack", one, `{"note": "rang Tallinn"}`)
	if at, _ := life["acknowledged"].(map[string]any); at["by"] != "admin socket" || at["note"] != "rang Tallinn" {
		t.Errorf("the alert is acknowledged as %v", at)
	}
	life = nil
	c.into(t, &life, "DELETE", "/alerts/{id}/ack", one, "")
	if at, _ := life["unacknowledged"].(map[string]any); at["by"] != "admin socket" || life["acknowledged"] != nil {
		t.Errorf("the alert is taken back as %v", life)
	}

	var found struct {
		Items []struct{ Item struct{ Title string } }
		Next  string
	}
	c.into(t, &found, "GET", "/search", q("q", "NATO", "limit", "1"), "")
	if len(found.Items) != 1 || found.Items[0].Item.Title != "NATO sends a brigade" || found.Next == "" {
		t.Errorf("the search found %+v", found)
	}
	next := found.Next
	found.Next = ""
	c.into(t, &found, "GET", "/search", q("q", "NATO", "limit", "1", "cursor", next), "")
	if len(found.Items) != 1 || found.Items[0].Item.Title != "NATO was here before" || found.Next != "" {
		t.Errorf("the search goes on with %+v", found)
	}
	c.lines(t)
	c.into(t, &counts, "GET", "/search/counts", q("q", "brigade", "since", "1d"), "")
	if counts["found"] != 1.0 || counts["caught"] != 1.0 {
		t.Errorf("counts are %v", counts)
	}

	for path, name := range map[string]string{"/rules": "nato", "/feeds": "desk", "/targets": "hook"} {
		if items := c.list(t, path, nil); len(items) == 0 || items[0]["name"] != name && items[0]["feed"] != name {
			t.Errorf("%s lists %v", path, items)
		}
	}
	c.into(t, &other, "GET", "/rules/{name}", q("name", "nato"), "")
	c.into(t, &other, "GET", "/feeds/{name}", q("name", "desk"), "")
	c.into(t, &other, "POST", "/feeds/{name}/retry", q("name", "desk"), "")
	for _, decision := range []string{"accept", "release"} { // a feed without held items refuses both
		if a := c.ask(t, "POST", "/feeds/{name}/"+decision, q("name", "desk"), ""); a.status != http.StatusConflict {
			t.Errorf("%s of a feed that holds nothing: %d %s", decision, a.status, a.body)
		}
	}
	c.into(t, &other, "POST", "/targets/{name}/retry", q("name", "hook"), "")

	c.into(t, &other, "POST", "/mutes", nil, `{"kind": "rule", "name": "nato", "for": "2h", "why": "an exercise"}`)
	if mutes := c.list(t, "/mutes", nil); len(mutes) != 1 || mutes[0]["why"] != "an exercise" || mutes[0]["by"] != "admin socket" {
		t.Errorf("mutes are %v", mutes)
	}
	if a := c.ask(t, "DELETE", "/mutes/{kind}/{name}", q("kind", "rule", "name", "nato"), ""); a.status != http.StatusNoContent {
		t.Errorf("a mute is not ended: %d %s", a.status, a.body)
	}
	c.into(t, &other, "POST", "/feed-tokens", nil, `{"feed": "/search?q=NATO"}`)
	tokens := c.list(t, "/feed-tokens", nil)
	if len(tokens) != 1 || tokens[0]["feed"] != "/search?q=NATO" || tokens[0]["token"] != nil {
		t.Errorf("the tokens are %v", tokens)
	}
	if a := c.ask(t, "DELETE", "/feed-tokens/{id}", q("id", tokens[0]["id"].(string)), ""); a.status != http.StatusNoContent {
		t.Errorf("a token is not revoked: %d %s", a.status, a.body)
	}
	c.into(t, &other, "GET", "/status", nil, "")
	c.into(t, &other, "GET", "/openapi.json", nil, "")
	c.driven = append(c.driven, "GET /events") // it has a test of its own
}

// lines searches for everything, as a stream of lines, and counts the results in parts: the
// newest first, and all in the last.
func (c *caller) lines(t *testing.T) {
	var titles []string
	for _, found := range linesOf[struct{ Item struct{ Title string } }](t, c, "/search?q=NATO") {
		titles = append(titles, found.Item.Title)
	}
	if !slices.Equal(titles, []string{"NATO sends a brigade", "NATO was here before"}) {
		t.Errorf("the search streams %q", titles)
	}
	type part struct{ Found, Articles, Percent int }
	var whole part
	c.into(t, &whole, "GET", "/search/counts", url.Values{"q": {"/NATO/"}, "since": {"30d"}}, "")
	parts := linesOf[part](t, c, "/search/counts?q=/NATO/&since=30d")
	first, last := parts[0], parts[len(parts)-1]
	if len(parts) < 2 || first.Percent == 100 || first.Found > last.Found || last != (part{whole.Found, whole.Articles, 100}) {
		t.Errorf("what is %+v is counted as %+v", whole, parts)
	}
}

// linesOf reads an answer as lines of JSON.
func linesOf[T any](t *testing.T, c *caller, path string) (all []T) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, c.base+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept", "application/jsonl")
	resp, err := c.client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if kind := resp.Header.Get("Content-Type"); kind != "application/jsonl" {
		t.Fatalf("%s is answered as %s", path, kind)
	}
	for d := json.NewDecoder(resp.Body); d.More(); {
		var line T
		if err := d.Decode(&line); err != nil {
			t.Fatal(err)
		}
		all = append(all, line)
	}
	return all
}

// mistakes checks that mistakes are told apart, and that each says what to do.
func (c *caller) mistakes(t *testing.T) {
	for _, of := range []struct {
		what, method, path string
		args               url.Values
		body               string
		status             int
		says               string
	}{
		{"a parameter that is not known", "GET", "/alerts", q("rulle", "nato"), "", 400, "rulle: there is no such parameter, did you mean rule?"},
		{"a word that is none of those there are", "GET", "/alerts", q("state", "ded"), "", 400, `state: \"ded\" is unknown, did you mean dead?`},
		{"a limit beyond the bound", "GET", "/alerts", q("limit", "100000"), "", 400, "limit: wants a number from 1 to 200"},
		{"a time that is none", "GET", "/alerts", q("from", "yesterday"), "", 400, "from: wants a time such as"},
		{"a parameter that is missing", "GET", "/search", nil, "", 400, "q: is missing"},
		{"a mistake in a query", "GET", "/search", q("q", "NATO AND"), "", 400, `"parameter":"q","column":`},
		{"a parameter that is too long", "GET", "/search", q("q", strings.Repeat("x", 2001)), "", 400, "q: has more than 2000 bytes"},
		{"an alert that is not there", "GET", "/alerts/{id}", q("id", "zzzzzzzz"), "", 404, "zzzzzzzz"},
		{"a rule that is not there", "GET", "/rules/{name}", q("name", "nota"), "", 404, "nota"},
		{"a feed that is not there", "POST", "/feeds/{name}/retry", q("name", "dask"), "", 404, "dask"},
		{"a mute that is not there", "DELETE", "/mutes/{kind}/{name}", q("kind", "rule", "name", "nato"), "", 404, "nato"},
		{"a mute that ends before it begins", "POST", "/mutes", nil, `{"kind": "rule", "name": "nato"}`, 400, "until: is not in the future"},
		{"a key that is not known", "POST", "/mutes", nil, `{"kind": "rule", "nam": "nato"}`, 400, `unknown field`},
		{"a body with more behind it", "POST", "/mutes", nil, `{} {}`, 400, "something stands behind its end"},
		{"a body that is too long", "POST", "/mutes", nil, `{"why": "` + strings.Repeat("x", 1<<17) + `"}`, 413, "more than 65536 bytes"},
		{"a token of a feed that is not there", "POST", "/feed-tokens", nil, `{"feed": "/status"}`, 400, "feed: there is no such feed"},
		{"a token of a rule that is not there", "POST", "/feed-tokens", nil, `{"feed": "/rules/nota"}`, 404, "nota"},
		{"a token that is not there", "DELETE", "/feed-tokens/{id}", q("id", "none"), "", 404, "No token has the id none"},
		{"nothing at that path", "GET", "/articles", nil, "", 404, "openapi.json lists what there is"},
		{"a method that is not taken", "POST", "/status", nil, "", 405, "takes GET, not POST"},
	} {
		a := c.ask(t, of.method, of.path, of.args, of.body)
		if a.status != of.status || !strings.Contains(string(a.body), of.says) || a.kind != "application/problem+json" {
			t.Errorf("%s: %d %s %s, want %d and %s", of.what, a.status, a.kind, a.body, of.status, of.says)
		}
	}
}

// readsAlone checks that nothing can be changed if nobody can log in.
func (c *caller) readsAlone(t *testing.T) {
	for path, methods := range c.paths {
		for method := range methods {
			if method = strings.ToUpper(method); method == "GET" {
				continue
			}
			a := c.ask(t, method, path, q("id", "x", "name", "nato", "kind", "rule"), "")
			if a.status != http.StatusForbidden {
				t.Errorf("%s %s is not refused: %d %s", method, path, a.status, a.body)
			}
		}
	}
	c.list(t, "/alerts", nil)
}

// events checks that a stream first says that something may have been missed, and then
// sends what comes.
func (c *caller) events(t *testing.T, w *web) {
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+"/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Last-Event-ID", "1")
	resp, err := c.client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if kind := resp.Header.Get("Content-Type"); kind != "text/event-stream" {
		t.Errorf("a stream is %s", kind)
	}
	w.publish("NATO while somebody looks")
	schema, err := c.schemas.Compile("openapi.json#/components/schemas/Event")
	if err != nil {
		t.Fatal(err)
	}
	missed := false
	for lines := bufio.NewScanner(resp.Body); lines.Scan(); {
		data, ok := strings.CutPrefix(lines.Text(), "data: ")
		if !ok {
			continue
		}
		event, err := jsonschema.UnmarshalJSON(strings.NewReader(data))
		if err == nil {
			err = schema.Validate(event)
		}
		if err != nil {
			t.Fatalf("an event is otherwise than it is described: %v\n%s", err, data)
		}
		missed = missed || data == `{"kind":"missed"}`
		if strings.Contains(data, `"kind":"alert"`) && strings.Contains(data, "NATO while somebody looks") {
			if !missed {
				t.Error("who had a stream before is not told that something may be missed")
			}
			return
		}
	}
	t.Error("a new alert does not come by the stream")
}

// TestExamplesOfTheAPI runs the commands of docs/api.md, and checks that the page has each
// operation.
func TestExamplesOfTheAPI(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("curl"); err != nil {
		t.Skip("curl is not installed")
	}
	page, err := os.ReadFile("../../docs/api.md")
	if err != nil {
		t.Fatal(err)
	}
	w := newWeb(t)
	w.publish("NATO was here before")
	dir, address := t.TempDir(), freeAddress(t)
	path, token := filepath.Join(dir, "watcher.yaml"), strings.Repeat("0123456789abcdef", 2)
	text := strings.Replace(fmt.Sprintf(apiConfig, w.URL, address), "http: {", "http: {token: "+token+", ", 1)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	run(t, path, nil)
	w.waitPolls(t, 2)
	socket := filepath.Join(dir, "watcher.sock")
	commands := 0
	for _, m := range regexp.MustCompile(`(?m)^ {4}(curl .*)$`).FindAllSubmatch(page, -1) {
		commands++
		line := strings.ReplaceAll(string(m[1]), "127.0.0.1:8410", address)
		if !strings.Contains(line, "$TOKEN") && !strings.Contains(line, "$SOCKET") {
			line += ` -H "Authorization: Bearer $TOKEN"` // the page shows it without a login
		}
		curl := exec.Command("sh", "-c", line)
		curl.Env = append(os.Environ(), "TOKEN="+token, "SOCKET="+socket, "NO_PROXY=*")
		if out, err := curl.CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", line, err, out)
		}
	}
	if commands < 10 {
		t.Errorf("there are %d commands: are they still found?", commands)
	}
	for path, methods := range newCaller(t, bySocket(socket), "http://watcher/api/v1").paths {
		for method := range methods {
			if entry := "`" + strings.ToUpper(method) + " " + path + "`"; !strings.Contains(string(page), entry) {
				t.Errorf("docs/api.md has no %s", entry)
			}
		}
	}
}
