package seen_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"watcher/internal/feeds"
	"watcher/internal/feeds/parse"
	"watcher/internal/feeds/seen"
)

// numbered returns an RSS document of the items from one number to another, in that order.
func numbered(from, to int, item func(n int) string) string {
	var b strings.Builder
	b.WriteString(`<rss version="2.0"><channel><title>Desk</title>`)
	step := 1
	if from > to {
		step = -1
	}
	for n := from; n != to+step; n += step {
		b.WriteString(item(n))
	}
	return b.String() + `</channel></rss>`
}

func bareItem(n int) string {
	return fmt.Sprintf(`<item><title>Story %d</title><guid isPermaLink="false">g%[1]d</guid></item>`, n)
}

// upTo cuts a document off within the item with a number.
func upTo(document string, n int) string {
	before, _, _ := strings.Cut(document, fmt.Sprintf("Story %d<", n))
	return before
}

// polled judges documents one after the other, an hour apart, and returns the titles of
// what each brought. Between them what is remembered is packed and unpacked.
func polled(t *testing.T, begin time.Time, documents ...string) [][]string {
	t.Helper()
	var shown *seen.Index
	var news [][]string
	for i, document := range documents {
		doc, err := parse.Read([]byte(document), "", feeds.Source{ID: "desk", URL: "https://desk.example/feed"})
		if err != nil {
			t.Fatalf("document %d: %v", i+1, err)
		}
		v := shown.Judge(&doc, begin.Add(time.Duration(i)*time.Hour), false)
		titles := []string{}
		for i := range v.New {
			titles = append(titles, v.New[i].Title)
		}
		news = append(news, titles)
		if v.Packed == nil {
			continue
		}
		if shown, err = seen.Unpack(v.Packed); err != nil {
			t.Fatal(err)
		}
	}
	return news
}

// Items that a cut-off baseline did not show were there before, and are not news.
func TestABaselineThatIsCutOff(t *testing.T) {
	begin := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	dated := func(n int) string {
		return fmt.Sprintf(`<item><title>Story %d</title><guid isPermaLink="false">g%[1]d</guid><pubDate>%s</pubDate></item>`, n, begin.Add(time.Duration(n-8)*time.Hour+time.Minute).Format(time.RFC1123Z))
	}
	none := []string{}
	for _, test := range []struct {
		shows     string
		documents []string
		news      [][]string
	}{
		{
			"the rest comes, and then a story",
			[]string{upTo(numbered(8, 1, bareItem), 4), numbered(8, 1, bareItem), numbered(9, 1, bareItem)},
			[][]string{none, none, {"Story 9"}},
		},
		{
			"the rest comes with a story before all that is known",
			[]string{upTo(numbered(8, 1, bareItem), 4), numbered(9, 1, bareItem)},
			[][]string{none, {"Story 9"}},
		},
		{
			"the rest comes with a story that is dated after the baseline, oldest first",
			[]string{upTo(numbered(1, 7, dated), 5), numbered(1, 8, dated)},
			[][]string{none, {"Story 8"}},
		},
		{
			"the next document is cut off too",
			[]string{upTo(numbered(8, 1, bareItem), 4), upTo(numbered(8, 1, bareItem), 6), numbered(8, 1, bareItem)},
			[][]string{none, none, none},
		},
		{
			"once a document was whole all that comes is new, wherever it stands",
			[]string{upTo(numbered(8, 1, bareItem), 4), numbered(8, 1, bareItem), numbered(8, 0, bareItem)},
			[][]string{none, none, {"Story 0"}},
		},
		{
			"a document with nothing that is known has only news",
			[]string{upTo(numbered(8, 1, bareItem), 4), numbered(19, 12, bareItem)},
			[][]string{none, {"Story 19", "Story 18", "Story 17", "Story 16", "Story 15", "Story 14", "Story 13", "Story 12"}},
		},
		{
			"a feed that is cut off always is watched all the same after a day",
			append(slices.Repeat([]string{upTo(numbered(1, 9, bareItem), 5)}, 26), upTo(numbered(1, 9, bareItem), 6)),
			append(slices.Repeat([][]string{none}, 26), []string{"Story 5"}),
		},
	} {
		if got := polled(t, begin, test.documents...); fmt.Sprint(got) != fmt.Sprint(test.news) {
			t.Errorf("%s: %q, want %q", test.shows, got, test.news)
		}
	}
}

// The middle of a document with too many items is not read. Items that move out of it, as
// others come and go, were there before.
func TestTheMiddleOfADocumentWithTooManyItems(t *testing.T) {
	const last, many = 20_000, parse.MaxItems + 50
	window := func(last int) string { return numbered(last, last-many+1, bareItem) }
	oldestFirst := func(last int) string { return numbered(last-many+1, last, bareItem) }
	without := func(document string, n int) string { return strings.Replace(document, bareItem(n), "", 1) }
	asJSON := func(last int) string {
		var items []string
		for n := last; n > last-many; n-- {
			items = append(items, fmt.Sprintf(`{"id":"g%d","title":"Story %[1]d","content_text":"Text."}`, n))
		}
		return `{"version":"https://jsonfeed.org/version/1.1","title":"Desk","items":[` + strings.Join(items, ",") + `]}`
	}
	for _, test := range []struct {
		shows     string
		documents []string
		news      []string // of the last one
	}{
		{"newest first, an old one leaves", []string{window(last), window(last + 1)}, []string{"Story 20001"}},
		{"oldest first, an old one leaves", []string{oldestFirst(last), oldestFirst(last + 1)}, []string{"Story 20001"}},
		{"JSON, an old one leaves", []string{asJSON(last), asJSON(last + 1)}, []string{"Story 20001"}},
		{"one of the newest is deleted", []string{window(last), without(window(last), last-3)}, []string{}},
		{"one of the oldest is deleted, and one comes", []string{window(last), without(window(last+1), last-many+10)}, []string{"Story 20001"}},
	} {
		news := polled(t, time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC), test.documents...)
		if got := news[len(news)-1]; !slices.Equal(got, test.news) {
			t.Errorf("%s: %q, want %q", test.shows, got, test.news)
		}
	}
}
