package parse_test

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"watcher/internal/feeds"
	"watcher/internal/feeds/fetch"
	"watcher/internal/feeds/parse"
	"watcher/internal/feeds/parse/dates"
	"watcher/internal/testutil"
	"watcher/internal/text"
)

// corpusDir is where the documents of kurtmckee/feedparser may be, beside the checkout;
// they are not part of it.
const corpusDir = "../../../../shared/corpus/feedparser"

// unread are the documents that are not read, and why that is right.
var unread = map[string]string{
	"illformed/rss_empty_document.xml":   "it is a comment and nothing else",
	"illformed/rss_incomplete_cdata.xml": "it is cut off inside the first title",
}

// unequal are the expectations that are not met, and why.
var unequal = map[string]string{
	"encoding/bozo_linenoise.xml": "it says UTF-8 and but for one byte it is; feedparser takes all of it for windows-1252",
	"entities/lang.xml":           "HTML 5 has made U+27E8 of the entity",
	"entities/rang.xml":           "HTML 5 has made U+27E9 of the entity",

	"wellformed/base/http_channel_link_base_content_location.xml": contentLocation,
	"wellformed/base/http_entry_id_base_content_location.xml":     contentLocation,
	"wellformed/base/http_item_link_base_content_location.xml":    contentLocation,
	"wellformed/http/headers_content_location-relative.xml":       contentLocation,

	"wellformed/base/http_entry_id_base_docuri.xml": "an id is an identifier, not a link: it is kept as written",

	"wellformed/base/http_feed_title_base64_base_content_location.xml": base64Title,
	"wellformed/base/http_feed_title_base64_base_docuri.xml":           base64Title,

	"wellformed/rss/item_description_and_summary.xml": "of a description and a summary, the summary is ours",
}

const (
	contentLocation = "Content-Location is no base any more (RFC 7231, appendix B)"
	base64Title     = "the title of the feed itself in base64, which Atom 1.0 dropped, is left as it is"
)

// corpusDoc is a document of the corpus with the demands in its comment.
type corpusDoc struct {
	name    string
	body    []byte
	headers [][2]string
	expect  string
}

// TestCorpus reads two thousand documents of others, over HTTP with the headers that they
// ask for, and compares the result with what they say is in them.
func TestCorpus(t *testing.T) {
	docs := corpus(t)
	byPath := map[string]*corpusDoc{}
	for i := range docs {
		byPath["/"+docs[i].name] = &docs[i]
	}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		d := byPath[r.URL.Path]
		w.Header()["Content-Type"] = nil
		for _, h := range d.headers {
			w.Header().Set(h[0], h[1])
		}
		_, _ = w.Write(d.body)
	}))
	defer srv.Close()
	client := fetch.NewClient(fetch.ClientOptions{UserAgent: "watcher/test", Allow: testutil.Loopback})
	defer client.Close()

	type tally struct{ read, all int }
	reads := map[string]*tally{}
	var equal, asked int
	var misses []string
	for i := range docs {
		d := &docs[i]
		if bytes.Contains(d.body, []byte("<CHANNEL")) || strings.Contains(d.name, "/cdf/") {
			continue // Microsoft's CDF of 1997 is not supported
		}
		group, _, _ := strings.Cut(d.name, "/")
		if reads[group] == nil {
			reads[group] = &tally{}
		}
		reads[group].all++
		res, err := client.Fetch(context.Background(), feeds.Source{ID: "corpus", URL: srv.URL + "/" + d.name}, feeds.Known{}, nil)
		if err != nil {
			if unread[d.name] == "" {
				misses = append(misses, fmt.Sprintf("not read: %s: %v", d.name, err))
			}
		} else {
			reads[group].read++
			if unread[d.name] != "" {
				t.Errorf("%s is listed as unread but was read", d.name)
			}
		}
		expect := strings.ReplaceAll(d.expect, "http://127.0.0.1:8097", srv.URL)
		ok, carried, why := meets(expect, &res.Document)
		if !carried {
			continue
		}
		asked++
		switch {
		case ok:
			equal++
			if unequal[d.name] != "" {
				t.Errorf("%s is listed as unequal but is met", d.name)
			}
		case unequal[d.name] == "":
			misses = append(misses, fmt.Sprintf("not met: %s: %s\n\t%s", d.name, d.expect, why))
		}
	}
	floors := map[string]int{"encoding": 1, "illformed": 3, "entities": 6, "wellformed": 5}
	t.Logf("%-12s %6s %6s", "documents", "read", "of")
	for _, group := range []string{"encoding", "illformed", "entities", "wellformed"} {
		n := reads[group]
		t.Logf("%-12s %6d %6d", group, n.read, n.all)
		if n.all-n.read > floors[group] {
			t.Errorf("%s: %d of %d were not read, at most %d may be", group, n.all-n.read, n.all, floors[group])
		}
	}
	t.Logf("%-12s %6d %6d  %.1f%%", "expectations", equal, asked, 100*float64(equal)/float64(asked))
	if equal*100 < asked*95 {
		t.Errorf("%d of %d expectations are met, fewer than 95%%", equal, asked)
	}
	for _, m := range misses {
		t.Error(m)
	}
	for name, why := range unread {
		t.Logf("exception: %s is not read: %s", name, why)
	}
	for name, why := range unequal {
		t.Logf("exception: %s: %s", name, why)
	}
}

func corpus(t *testing.T) []corpusDoc {
	t.Helper()
	if _, err := os.Stat(corpusDir); err != nil {
		t.Skip("the feedparser corpus is not beside the checkout")
	}
	var docs []corpusDoc
	err := filepath.WalkDir(corpusDir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || e.Name() == "LICENSE" {
			return err
		}
		body, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(corpusDir, path)
		if err != nil {
			return err
		}
		d := corpusDoc{name: filepath.ToSlash(name), body: body}
		d.readComment()
		docs = append(docs, d)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return docs
}

var (
	headerLine = regexp.MustCompile(`(?m)^\s*Header:\s*([A-Za-z-]+):[ \t]*(.*?)\s*$`)
	expectLine = regexp.MustCompile(`(?m)^\s*Expect:\s*(.*?)\s*(?:-->)?$`)
	clause     = regexp.MustCompile(`^\(?(entries\[(\d+)\]|feed)(?:\['([a-z_]+)'\]|\.([a-z_]+))(?:\[(\d+)\]\['([a-z]+)'\])? == (.*?)\)?$`)
	tuple      = regexp.MustCompile(`^\(([\d, ]+)$`)
)

// readComment finds the lines for the test harness. In UTF-16 and UTF-32 they have zeros
// between the letters.
func (d *corpusDoc) readComment() {
	text := bytes.ReplaceAll(d.body, []byte{0}, nil)
	for _, m := range headerLine.FindAllSubmatch(text, -1) {
		d.headers = append(d.headers, [2]string{string(m[1]), string(m[2])})
	}
	if m := expectLine.FindSubmatch(text); m != nil {
		d.expect = string(m[1])
	}
}

// meets reports whether doc is as expect says. carried is false if expect is about
// something that is not kept.
func meets(expect string, doc *feeds.Document) (ok, carried bool, why string) {
	expect = strings.TrimPrefix(strings.TrimPrefix(expect, "not bozo and "), "bozo and ")
	ok = true
	for part := range strings.SplitSeq(expect, " and ") {
		m := clause.FindStringSubmatch(part)
		if m == nil {
			return false, false, ""
		}
		field := m[3] + m[4]
		want := m[7]
		var got []string
		if m[1] == "feed" {
			got, carried = headField(&doc.Head, field)
		} else {
			n, _ := strconv.Atoi(m[2])
			it := &feeds.Item{}
			if n < len(doc.Items) {
				it = &doc.Items[n]
			}
			got, carried = itemField(it, field, m[5], m[6])
		}
		if !carried {
			return false, false, ""
		}
		same, comparable := equalValue(field, want, got)
		if !comparable {
			return false, false, ""
		}
		if !same {
			ok = false
			why = fmt.Sprintf("%s is %q", field, got)
		}
	}
	return ok, true, why
}

func headField(h *feeds.Head, field string) ([]string, bool) {
	switch field {
	case "title":
		return []string{h.Title}, true
	case "link":
		return []string{h.Link}, true
	case "language":
		return []string{h.Language}, true
	}
	return nil, false
}

// itemField returns the values of an item that correspond to a field of feedparser's.
func itemField(it *feeds.Item, field, index, sub string) ([]string, bool) {
	if index != "" {
		switch {
		case field == "content" && sub == "value":
			return []string{it.Content}, true
		case field == "tags" && (sub == "term" || sub == "label"):
			return it.Categories, true
		case field == "authors" && sub == "name":
			return it.Authors, true
		}
		return nil, false
	}
	switch field {
	case "title":
		return []string{it.Title}, true
	case "link":
		return []string{it.Link}, true
	case "id", "guid":
		return []string{it.GUID, it.Link}, true
	case "summary", "description":
		return []string{it.Summary, it.Content}, true
	case "author":
		return append([]string{strings.Join(it.Authors, ", ")}, it.Authors...), true
	case "language":
		return []string{it.Language}, true
	case "category":
		return it.Categories, true
	case "published", "published_parsed", "updated", "updated_parsed", "created", "created_parsed":
		return []string{it.Published.Format(time.RFC3339), it.Updated.Format(time.RFC3339)}, true
	}
	return nil, false
}

// equalValue compares a Python value with ours. Their texts are sanitised HTML and ours are
// plain, so both are compared as text.
func equalValue(field, want string, got []string) (same, comparable bool) {
	if m := tuple.FindStringSubmatch(want); m != nil {
		return slices.Contains(got, tupleTime(m[1]).Format(time.RFC3339)), true
	}
	s, isString := pythonString(want)
	if !isString {
		return false, false
	}
	for _, g := range got {
		if g == s || g == text.PlainText(s) || g == text.OneLine(text.PlainText(s)) || g == text.CleanText(s) || g == parse.PersonName(s) {
			return true, true
		}
		if t, ok := dates.Parse(s, ""); ok && g == t.Format(time.RFC3339) {
			return true, true
		}
	}
	return false, true
}

// tupleTime returns the time of a Python time tuple in UTC.
func tupleTime(s string) time.Time {
	var n [9]int
	for i, part := range strings.Split(s, ",") {
		if i < len(n) {
			n[i], _ = strconv.Atoi(strings.TrimSpace(part))
		}
	}
	return time.Date(n[0], time.Month(n[1]), n[2], n[3], n[4], n[5], 0, time.UTC)
}

// pythonString reads a Python string literal.
func pythonString(lit string) (string, bool) {
	lit = strings.TrimPrefix(strings.TrimSpace(lit), "u")
	if len(lit) < 2 || lit[0] != '\'' && lit[0] != '"' || lit[len(lit)-1] != lit[0] {
		return "", false
	}
	quote := lit[0]
	inner := lit[1 : len(lit)-1]
	if strings.Contains(strings.ReplaceAll(inner, `\`+string(quote), ""), string(quote)) {
		return "", false // two literals
	}
	var b strings.Builder
	for i := 0; i < len(inner); i++ {
		if inner[i] != '\\' || i+1 == len(inner) {
			b.WriteByte(inner[i])
			continue
		}
		i++
		digits := map[byte]int{'x': 2, 'u': 4, 'U': 8}[inner[i]]
		if digits > 0 && i+digits < len(inner) {
			n, err := strconv.ParseUint(inner[i+1:i+1+digits], 16, 32)
			if err != nil {
				return "", false
			}
			b.WriteRune(rune(n))
			i += digits
			continue
		}
		switch inner[i] {
		case 'n':
			b.WriteByte('\n')
		case 't':
			b.WriteByte('\t')
		case 'r':
			b.WriteByte('\r')
		default:
			b.WriteByte(inner[i])
		}
	}
	return b.String(), true
}
