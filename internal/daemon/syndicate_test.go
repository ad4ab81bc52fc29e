package daemon_test

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"watcher/internal/feeds"
	"watcher/internal/feeds/parse"
)

// atom is a document as a validator reads it.
type atom struct {
	ID      string     `xml:"id"`
	Title   string     `xml:"title"`
	Updated string     `xml:"updated"`
	Author  []author   `xml:"author"`
	Link    []atomLink `xml:"link"`
	Entry   []struct {
		ID        string     `xml:"id"`
		Title     string     `xml:"title"`
		Updated   string     `xml:"updated"`
		Published string     `xml:"published"`
		Lang      string     `xml:"http://www.w3.org/XML/1998/namespace lang,attr"`
		Author    []author   `xml:"author"`
		Link      []atomLink `xml:"link"`
		Category  []struct {
			Term string `xml:"term,attr"`
		} `xml:"category"`
		Content struct {
			Type string `xml:"type,attr"`
			Text string `xml:",chardata"`
		} `xml:"content"`
	} `xml:"entry"`
}

type author struct {
	Name string `xml:"name"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr"`
	Href string `xml:"href,attr"`
}

var (
	uuid       = regexp.MustCompile(`^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	languageOf = regexp.MustCompile(`^([A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*)?$`)
)

// checkAtom checks a document against RFC 4287 and the rules of the W3C's validator.
func checkAtom(t *testing.T, address string, body []byte) (ids []string) {
	t.Helper()
	var doc struct {
		XMLName xml.Name `xml:"http://www.w3.org/2005/Atom feed"`
		atom
	}
	if err := xml.Unmarshal(body, &doc); err != nil {
		t.Fatalf("%s: %v\n%s", address, err, body)
	}
	is := func(ok bool, what string, values ...any) {
		t.Helper()
		if !ok {
			t.Errorf("%s: %s %q", address, what, values)
		}
	}
	is(uuid.MatchString(doc.ID), "the id", doc.ID)
	is(doc.Title != "", "the title", doc.Title)
	last, err := time.Parse(time.RFC3339, doc.Updated)
	is(err == nil, "updated", doc.Updated)
	is(len(doc.Author) == 1 && doc.Author[0].Name != "", "the author", doc.Author)
	is(len(doc.Link) == 2 && doc.Link[0] == atomLink{"self", "application/atom+xml", address}, "the link to itself", doc.Link)
	newest := time.Time{}
	for _, e := range doc.Entry {
		is(uuid.MatchString(e.ID) && e.ID != doc.ID && !slices.Contains(ids, e.ID), "the id of an entry", e.ID)
		ids = append(ids, e.ID)
		is(strings.TrimSpace(e.Title) != "", "the title of an entry", e.Title)
		updated, err := time.Parse(time.RFC3339, e.Updated)
		is(err == nil && !updated.After(last), "updated of an entry", e.Updated)
		if newest.IsZero() {
			newest = updated
		}
		is(!updated.After(newest), "the order of", e.Title)
		if e.Published != "" {
			_, err = time.Parse(time.RFC3339, e.Published)
			is(err == nil, "published", e.Published)
		}
		is(languageOf.MatchString(e.Lang), "the language", e.Lang)
		is(len(e.Author) > 0 && e.Author[0].Name != "", "the authors of an entry", e.Author)
		is(e.Content.Type == "html" && !strings.Contains(e.Content.Text, "<script"), "the content", e.Content)
		alternates := 0
		for _, l := range e.Link {
			u, err := url.Parse(l.Href)
			is(err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && !strings.ContainsAny(l.Href, " <>\""), "a link", l.Href)
			if l.Rel == "alternate" {
				alternates++
			}
		}
		is(alternates <= 1, "several alternates of", e.Title)
		for _, c := range e.Category {
			is(c.Term != "", "a category of", e.Title)
		}
	}
	is(newest.IsZero() || newest.Equal(last), "the time of the newest is not the feed's:", doc.Updated)
	return ids
}

// checkJSONFeed checks a document against JSON Feed 1.1.
func checkJSONFeed(t *testing.T, address string, body []byte) (ids []string) {
	t.Helper()
	var doc struct {
		Version, Title string
		FeedURL        string `json:"feed_url"`
		Items          []struct {
			ID, URL, Title string
			HTML           string `json:"content_html"`
			Modified       string `json:"date_modified"`
		}
	}
	if err := json.Unmarshal(body, &doc); err != nil {
		t.Fatalf("%s: %v\n%s", address, err, body)
	}
	if doc.Version != "https://jsonfeed.org/version/1.1" || doc.Title == "" || doc.FeedURL != address || doc.Items == nil {
		t.Errorf("%s: %s", address, body)
	}
	for _, it := range doc.Items {
		if _, err := time.Parse(time.RFC3339, it.Modified); err != nil || !uuid.MatchString(it.ID) || it.HTML == "" || slices.Contains(ids, it.ID) {
			t.Errorf("%s: an item %+v", address, it)
		}
		ids = append(ids, it.ID)
	}
	return ids
}

// fetch requests an address, with headers in pairs.
func fetch(t *testing.T, method, address string, header ...string) (*http.Response, []byte) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, body
}

// TestAlertsAsFeeds reads the feeds of a daemon with tokens, as a validator and as watcher
// would, and has another daemon poll one.
func TestAlertsAsFeeds(t *testing.T) {
	t.Parallel()
	w := newWeb(t)
	w.publish("NATO was here before")
	dir, address := t.TempDir(), freeAddress(t)
	path := filepath.Join(dir, "watcher.yaml")
	text := strings.Replace(fmt.Sprintf(apiConfig, w.URL, address), "http: {", `http: {token: "0123456789abcdef0123", `, 1)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	run(t, path, nil)
	w.waitPolls(t, 2)
	w.publish("NATO sends a brigade", "&quot;NATO&quot; &amp; 1 &lt; 2")
	w.waitFor(t, "the alerts", func() bool { return len(w.alerts) == 2 })

	api := newCaller(t, bySocket(filepath.Join(dir, "watcher.sock")), "http://watcher/api/v1")
	type made struct{ ID, Token, Atom, JSON string }
	makes := func(feed string) (m made) {
		api.into(t, &m, "POST", "/feed-tokens", nil, fmt.Sprintf(`{"feed": %q}`, feed))
		return m
	}
	all, rule, search := makes("/alerts"), makes("/rules/nato"), makes("/search?q=brigade OR NATO")
	for _, of := range []struct {
		made
		entries int
	}{{all, 2}, {rule, 2}, {search, 3}, {makes("/alerts?feed=desk&tag=baltics"), 2}} {
		resp, body := fetch(t, "GET", of.Atom)
		if kind := resp.Header.Get("Content-Type"); resp.StatusCode != 200 || kind != "application/atom+xml; charset=utf-8" {
			t.Fatalf("%s: %d %s %s", of.Atom, resp.StatusCode, kind, body)
		}
		ids := checkAtom(t, of.Atom, body)
		if len(ids) != of.entries {
			t.Errorf("%s has %d entries, want %d:\n%s", of.Atom, len(ids), of.entries, body)
		}
		again, left := fetch(t, "GET", of.Atom, "If-None-Match", resp.Header.Get("ETag"))
		if etag := resp.Header.Get("ETag"); again.StatusCode != http.StatusNotModified || len(left) > 0 || strings.HasPrefix(etag, "W/") || etag == "" {
			t.Errorf("%s: with its tag %s it answers %d", of.Atom, etag, again.StatusCode)
		}
		readBack(t, body, resp.Header.Get("Content-Type"), ids)
		resp, body = fetch(t, "GET", of.JSON)
		if jsonIDs := checkJSONFeed(t, of.JSON, body); !slices.Equal(jsonIDs, ids) {
			t.Errorf("%s has %v, and as Atom %v", of.JSON, jsonIDs, ids)
		}
		readBack(t, body, resp.Header.Get("Content-Type"), ids)
	}
	t.Run("refused", func(t *testing.T) {
		bare, _, _ := strings.Cut(all.Atom, "?")
		for what, at := range map[string]string{
			"no token":                 bare,
			"the token of another":     bare + "?token=" + rule.Token,
			"a token cut short":        all.Atom[:len(all.Atom)-1],
			"a token and another feed": strings.Replace(search.Atom, "brigade", "Tallinn", 1),
			"a token and the page":     strings.Replace(all.Atom, "/alerts.atom", "/alerts", 1),
			"a token and the API":      strings.Replace(all.Atom, "/alerts.atom", "/api/v1/alerts", 1),
		} {
			if resp, body := fetch(t, "GET", at, "Accept", "application/json"); resp.StatusCode == 200 && !strings.Contains(string(body), "password") {
				t.Errorf("%s opens %s:\n%s", what, at, body)
			}
		}
	})
	t.Run("polled", func(t *testing.T) { polled(t, w, all.Atom) })
	if a := api.ask(t, "DELETE", "/feed-tokens/{id}", q("id", all.ID), ""); a.status != http.StatusNoContent {
		t.Fatalf("not revoked: %d %s", a.status, a.body)
	}
	if resp, _ := fetch(t, "GET", all.Atom); resp.StatusCode != http.StatusUnauthorized {
		t.Errorf("a token that was revoked answers %d", resp.StatusCode)
	}
}

// readBack reads a document as watcher reads any feed.
func readBack(t *testing.T, body []byte, kind string, ids []string) {
	t.Helper()
	doc, err := parse.Read(body, kind, feeds.Source{ID: "watcher", URL: "http://127.0.0.1/alerts.atom"})
	if err != nil || len(doc.Warnings) > 0 {
		t.Fatalf("it is read with %v, %v:\n%s", err, doc.Warnings, body)
	}
	read := make([]string, len(doc.Items))
	for i := range doc.Items {
		if read[i] = doc.Items[i].GUID; doc.Items[i].Title == "" || !strings.HasPrefix(doc.Items[i].Link, "https://example.org/") {
			t.Errorf("an item is read as %+v", doc.Items[i])
		}
	}
	if !slices.Equal(read, ids) {
		t.Errorf("it is read as %v, want %v", read, ids)
	}
}

// polled has another daemon poll a feed of alerts; it alerts a new one once.
func polled(t *testing.T, first *web, address string) {
	second := newWeb(t)
	dir := t.TempDir()
	path := filepath.Join(dir, "second.yaml")
	text := fmt.Sprintf(`
store: {path: second.db}
network: {allow: [127.0.0.0/8]}
feeds: [{name: first, url: %q, every: 1s}]
notify: {hook: {type: webhook, url: "%s/hook"}}
ops: {notify: [hook]}
%s`, address, second.URL, rulesNATO)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	run(t, path, nil)
	socket := filepath.Join(dir, "second.sock")
	second.waitFor(t, "the socket", func() bool {
		_, err := os.Stat(socket)
		return err == nil
	})
	api := newCaller(t, bySocket(socket), "http://watcher/api/v1")
	second.waitFor(t, "the baseline", func() bool {
		var feed struct{ Polled time.Time }
		api.into(t, &feed, "GET", "/feeds/{name}", q("name", "first"), "")
		return !feed.Polled.IsZero()
	})
	for _, title := range []string{"NATO one more", "NATO and another"} {
		first.publish(title)
		second.waitFor(t, title, func() bool { return slices.Contains(second.alerts, title) })
	}
	if got := second.received(); !slices.Equal(got, []string{"NATO one more", "NATO and another"}) {
		t.Errorf("the second was told of %q", got)
	}
}
