package bolt_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"watcher/internal/feeds"
	"watcher/internal/feeds/parse"
	"watcher/internal/feeds/seen"
	"watcher/internal/notify"
	"watcher/internal/poll"
	"watcher/internal/testutil"
)

// golden2 is a store of schema 2, written by the last version that knew an item by its
// guid, link, and title with date alone. It has an alert for desk that is held and one that
// is dead, and six feeds: 0 and 4 have shown items that have left since, 1 is re-keyed with
// 12 items held, 2 has items without guid and link, 3 has been empty once.
const golden2 = "testdata/schema2.db.gz"

// golden2Item is an item of that store: "a" and "b" are one item under two guids and
// links, "n" has neither.
func golden2Item(kind string, n int) string {
	names := fmt.Sprintf(`<guid isPermaLink="false">%s-%d</guid><link>https://example.org/%[1]s/%[2]d</link>`, kind, n)
	if kind == "n" {
		names = ""
	}
	return fmt.Sprintf(`<item>%s<title>Report %d</title><description>What report %[2]d says of %s.</description><pubDate>Mon, 02 Nov 2026 15:%02[2]d:07 GMT</pubDate></item>`, names, n, strings.Repeat("x", n))
}

func golden2Feed(kind string, from, to int) string {
	var b strings.Builder
	b.WriteString(`<rss version="2.0"><channel><title>Golden</title><link>https://example.org/</link>`)
	for n := from; n < to; n++ {
		b.WriteString(golden2Item(kind, n))
	}
	return b.String() + `</channel></rss>`
}

// What feeds have shown under the scheme before is known under this one: no new baseline,
// nothing alerted twice, nothing held or dead lost.
func TestUpgradeOfWhatFeedsHaveShown(t *testing.T) {
	s := open(t, unpacked(t, golden2))
	defer s.Close()
	equal(t, "damages", len(damages(t, s)), 0)
	equal(t, "held", heldBy(t, s, "desk"), 1)
	tally, err := s.Tally(ctx)
	testutil.Must(t, err)
	equal(t, "dead", tally.Dead, 1)
	now := time.Date(2026, 11, 2, 16, 0, 0, 0, time.UTC)
	for _, test := range []struct {
		shows   string
		feed    int
		body    string
		fresh   []string
		changed int
	}{
		{"what the document has, and what has left it, is known by guid and link", 0, golden2Feed("a", 0, 16), []string{"Report 15"}, 0},
		{"an edit is a change", 4, strings.ReplaceAll(golden2Feed("a", 0, 14), "report 3 says", "report 3 really says"), []string{"Report 13"}, 1},
		{"what left under other guids and links is known by title and date", 5, golden2Feed("b", 0, 9), nil, 0},
		{"a re-keyed feed tells what is new", 1, golden2Feed("b", 0, 13), []string{"Report 12"}, 0},
		{"items without guid and link are known", 2, golden2Feed("n", 0, 6), []string{"Report 5"}, 0},
		{"a feed that was empty once", 3, golden2Feed("a", 0, 2), []string{"Report 0", "Report 1"}, 0},
	} {
		t.Run(test.shows, func(t *testing.T) {
			src := feeds.Source{ID: fmt.Sprint("feed ", test.feed), URL: fmt.Sprint("https://example.org/feed/", test.feed)}
			c, ok, _, err := s.Claim(ctx, src.ID, time.Minute)
			if testutil.Must(t, err); !ok {
				t.Fatalf("%s is not free", src.ID)
			}
			packed, err := s.Seen(ctx, c)
			testutil.Must(t, err)
			shown, err := seen.Unpack(packed)
			testutil.Must(t, err)
			doc, err := parse.Read([]byte(test.body), "application/rss+xml", src)
			testutil.Must(t, err)
			v := shown.Judge(&doc, now, false)
			var fresh []string
			for _, it := range v.New {
				fresh = append(fresh, it.Title)
			}
			equal(t, "new", fmt.Sprint(fresh), fmt.Sprint(test.fresh))
			equal(t, "baseline", v.Baseline, false)
			equal(t, "changed", len(v.Changed), test.changed)
			if lost, err := s.Commit(ctx, []poll.Outcome{{Claim: c, State: c.State, Next: now, Seen: v.Packed}}); err != nil || len(lost) > 0 {
				t.Fatal(lost, err)
			}
			held := shown.Held()
			shown, err = seen.Unpack(v.Packed)
			testutil.Must(t, err)
			equal(t, "held", shown.Held(), held)
			if items, _, err := shown.Release(); err != nil || len(items) != held {
				t.Errorf("%d of %d held items are there: %v", len(items), held, err)
			}
			again := shown.Judge(&doc, now, false)
			equal(t, "new at the next poll", len(again.New)+len(again.Changed), 0)
		})
	}
	testutil.Must(t, s.Report(ctx, []notify.Alert{alertOf("a14")}))
	equal(t, "held once more of what was told", heldBy(t, s, "desk"), 1)
}
