package syndicate

import (
	"encoding/json"
	"encoding/xml"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"watcher/internal/desk"
	"watcher/internal/notify"
)

// hostile is text that means something to XML, HTML or JSON, and characters that XML
// forbids.
const hostile = "]]></title><script>alert(1)</script> \x00\x1b\u202e & \"'\xff"

// TestHostileTexts has an alert with hostile text in each field: the output is well-formed,
// has none of its markup, and no address that runs something.
func TestHostileTexts(t *testing.T) {
	row := &desk.AlertRow{
		ID: "a1", Held: time.Date(2026, 11, 29, 12, 0, 0, 5, time.UTC),
		Rules: []notify.RuleHit{{Name: hostile, Terms: []string{hostile}}},
		Item: notify.AlertItem{
			ID: hostile, Title: hostile, Link: "javascript:alert(1)", Feed: hostile, FeedURL: hostile,
			Authors: []string{hostile}, Language: hostile, Summary: hostile,
		},
		Excerpts: []notify.Excerpt{{Field: "content", Text: hostile, Spans: [][2]int{{-3, 4}, {2, 900}}}},
		AlsoIn:   []notify.Location{{Feed: hostile, Link: "data:text/html,x"}},
	}
	d := &document{id: urn("x"), title: hostile, self: "http://127.0.0.1/alerts.atom", page: "http://127.0.0.1/alerts", updated: row.Held}
	d.entries = []entry{alertEntry(row, "http://127.0.0.1")}
	atom, err := d.atom()
	if err != nil {
		t.Fatal(err)
	}
	var read struct {
		Entry struct {
			Title   string `xml:"title"`
			Lang    string `xml:"lang,attr"`
			Content string `xml:"content"`
			Link    []struct {
				Href string `xml:"href,attr"`
			} `xml:"link"`
		} `xml:"entry"`
	}
	if err := xml.Unmarshal(atom, &read); err != nil {
		t.Fatalf("%v:\n%s", err, atom)
	}
	if e := read.Entry; e.Lang != "" || len(e.Link) != 1 || e.Link[0].Href != "http://127.0.0.1/alerts/a1" {
		t.Errorf("the entry is %+v", e)
	}
	checkMarkup(t, read.Entry.Content)
	text, err := d.json()
	if err != nil {
		t.Fatal(err)
	}
	var again struct {
		Items []struct {
			HTML string `json:"content_html"`
		}
	}
	if err := json.Unmarshal(text, &again); err != nil {
		t.Fatal(err)
	}
	checkMarkup(t, again.Items[0].HTML)
}

// checkMarkup compares HTML with what we write.
func checkMarkup(t *testing.T, text string) {
	t.Helper()
	for z := html.NewTokenizer(strings.NewReader(text)); z.Next() != html.ErrorToken; {
		token := z.Token()
		if token.Type == html.TextToken || token.Type == html.EndTagToken {
			continue
		}
		if !strings.Contains(" p b mark a ", " "+token.Data+" ") {
			t.Errorf("there is a %s in %s", token.Data, text)
		}
		for _, a := range token.Attr {
			if a.Key != "href" || !strings.HasPrefix(a.Val, "http://127.0.0.1/alerts/") {
				t.Errorf("there is a %s of %s in %s", a.Key, a.Val, text)
			}
		}
	}
}

// TestSources parses addresses of feeds, and gives each a single name.
func TestSources(t *testing.T) {
	for _, test := range []struct{ shows, address, key, fails string }{
		{"all alerts", "/alerts", "/alerts", ""},
		{"a token is not part of what it opens", "/alerts?token=x", "/alerts", ""},
		{"parameters in any order, without the empty ones", "/alerts?tag=b&rule=a&feed=", "/alerts?rule=a&tag=b", ""},
		{"a rule", "/rules/baltics", "/rules/baltics", ""},
		{"a rule whose name has a slash", "/rules/a%2Fb%20c", "/rules/a%2Fb%20c", ""},
		{"a search", "/search?q=a+NEAR%2F5+b", "/search?q=a+NEAR%2F5+b", ""},
		{"a search for nothing", "/search", "", "q is missing"},
		{"a parameter that is not known", "/alerts?rulle=a", "", `no parameter "rulle"`},
		{"one that is given twice", "/alerts?rule=a&rule=b", "", "rule is given twice"},
		{"a rule without a name", "/rules/", "", "no such feed"},
		{"a path below a rule", "/rules/a/b", "", "no such feed"},
		{"something else", "/status", "", "no such feed"},
		{"an address without end", "/search?q=" + strings.Repeat("x", 5000), "", "too long"},
	} {
		u, err := url.Parse(test.address)
		if err != nil {
			t.Fatal(err)
		}
		s, err := read(u)
		switch {
		case test.fails != "" && (err == nil || !strings.Contains(err.Error(), test.fails)):
			t.Errorf("%s: %v, want %s", test.shows, err, test.fails)
		case test.fails == "" && (err != nil || s.key() != test.key):
			t.Errorf("%s: %v, %v, want %s", test.shows, s, err, test.key)
		}
	}
}

// TestModified checks when readers without ETags may keep what they have.
func TestModified(t *testing.T) {
	d := &document{updated: time.Date(2026, 11, 29, 12, 0, 0, 900e6, time.UTC)}
	if got := d.modified(d.updated.Add(time.Second)); !got.IsZero() {
		t.Errorf("more may come in the second of %v, and readers would not see it", got)
	}
	if got := d.modified(d.updated.Add(time.Minute)); !got.Equal(d.updated) {
		t.Errorf("modified at %v", got)
	}
}
