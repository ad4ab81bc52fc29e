package seen_test

import (
	"fmt"
	"strings"
	"testing"

	"watcher/internal/feeds"
	"watcher/internal/feeds/parse"
	"watcher/internal/feeds/seen"
	"watcher/internal/testutil"
)

// If a document has more items than are read, both of its ends are read, as the newest
// items may be at either. One more item at the next poll, at either end, is one new item.
func TestBothEndsOfAnOverlongDocument(t *testing.T) {
	xml := func(ids []int) string {
		var b strings.Builder
		b.WriteString(`<rss version="2.0"><channel><title>Desk</title>`)
		for _, id := range ids {
			fmt.Fprintf(&b, `<item><guid isPermaLink="false">g%d</guid><title>Story %d</title></item>`, id, id)
		}
		return b.String() + "<language>et</language></channel></rss>"
	}
	json := func(ids []int) string {
		var items []string
		for _, id := range ids {
			items = append(items, fmt.Sprintf(`{"id":"g%d","title":"Story %d","content_text":"x"}`, id, id))
		}
		return `{"version":"https://jsonfeed.org/version/1.1","title":"Desk","items":[` + strings.Join(items, ",") + `],"language":"et"}`
	}
	for _, test := range []struct {
		shows    string
		document func([]int) string
	}{{"XML", xml}, {"JSON", json}} {
		for _, end := range []string{"first", "last"} {
			t.Run(test.shows+", the newest is the "+end, func(t *testing.T) {
				ids := make([]int, parse.MaxItems+50)
				for i := range ids {
					ids[i] = i + 1
				}
				src := feeds.Source{ID: "desk", URL: "http://desk.example/feed"}
				first, err := parse.Read([]byte(test.document(ids)), "", src)
				if err != nil || len(first.Entries) != parse.MaxItems || first.Head.Language != "et" {
					t.Fatalf("%d items read, language %q, %v", len(first.Entries), first.Head.Language, err)
				}
				if end == "first" {
					ids = append([]int{0}, ids...)
				} else {
					ids = append(ids, 0)
				}
				seen, err := seen.Unpack((*seen.Index)(nil).Judge(&first, testutil.Noon, false).Packed)
				if err != nil {
					t.Fatal(err)
				}
				second, err := parse.Read([]byte(test.document(ids)), "", src)
				if err != nil {
					t.Fatal(err)
				}
				if v := seen.Judge(&second, testutil.Noon, false); len(v.New) != 1 || v.New[0].Title != "Story 0" {
					t.Errorf("new: %v", testutil.Titles(v.New))
				}
			})
		}
	}
}
