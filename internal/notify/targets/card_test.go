package targets

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"watcher/internal/notify"
)

// TestSummaryOfATitleMatch shows that an alert whose rule matched only the title shows the
// summary too, unless that adds nothing.
func TestSummaryOfATitleMatch(t *testing.T) {
	a := Sample("desk", noon)
	a.Item.Title, a.Item.Summary = "NATO meets", "The ministers met in Riga, and agreed."
	a.Excerpts = []notify.Excerpt{notify.MakeExcerpt("title", a.Item.Title, [][2]int{{0, 4}})}
	if c := newCard(a, nil); len(c.Excerpts) != 1 || plain(c.Excerpts[0]) != a.Item.Summary || !c.Title[0].Hit {
		t.Errorf("%+v", c)
	}
	a.Item.Summary = " NATO  meets"
	if c := newCard(a, nil); len(c.Excerpts) != 0 {
		t.Errorf("the title is repeated: %+v", c.Excerpts)
	}
	a.Item.Summary = ""
	if c := newCard(a, nil); len(c.Excerpts) != 0 {
		t.Errorf("an empty excerpt: %+v", c.Excerpts)
	}
}

func TestCardTitle(t *testing.T) {
	for _, tt := range []struct {
		name string
		item notify.AlertItem
		want string
	}{
		{"the title", notify.AlertItem{Title: " NATO\tmeets ", Summary: "s", Link: "https://e.org/"}, "NATO meets"},
		{"the summary of an item without one", notify.AlertItem{Title: " ", Summary: "What was said", Link: "https://e.org/"}, "What was said"},
		{"the link of one without either", notify.AlertItem{Link: "https://e.org/a b"}, "https://e.org/a%20b"},
		{"the id of one without a link", notify.AlertItem{ID: "urn:7", Link: "javascript:x"}, "urn:7"},
		{"something, where there is nothing", notify.AlertItem{Title: "\u202e", ID: "\x00"}, "(no title)"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := newCard(notify.Alert{Item: tt.item}, nil).title(); got != tt.want {
				t.Errorf("title is %q, want %q", got, tt.want)
			}
		})
	}
}

func TestCardMarksTheTitle(t *testing.T) {
	c := newCard(Sample("desk", noon), nil)
	if got := marked(c.Title, "[", "]"); got != "Sample: [Estonia] and [Latvia] open a joint training area for [NATO] [brigades]" {
		t.Errorf("title is %q", got)
	}
	if len(c.Excerpts) != 1 {
		t.Errorf("%d excerpts beside the title", len(c.Excerpts))
	}
}

func TestCardTime(t *testing.T) {
	tallinn := time.FixedZone("EET", 2*60*60)
	published := time.Date(2031, 3, 3, 10, 0, 0, 0, tallinn)
	zero := time.Time{}
	for _, tt := range []struct {
		name      string
		published *time.Time
		want      string
	}{
		{"of publication, in UTC", &published, "3 Mar 2031 08:00 UTC"},
		{"first seen, where the feed does not say", nil, "3 Mar 2031 12:00 UTC"},
		{"first seen, where it says nothing", &zero, "3 Mar 2031 12:00 UTC"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := newCard(notify.Alert{FirstSeen: noon, Item: notify.AlertItem{Feed: "Wire", Published: tt.published}}, nil)
			if c.when() != tt.want || c.origin() != "Wire · "+tt.want {
				t.Errorf("%q, %q, want %q", c.when(), c.origin(), tt.want)
			}
		})
	}
}

func TestCardOfATrouble(t *testing.T) {
	for _, tt := range []struct {
		name    string
		trouble notify.Trouble
		want    string
	}{
		{"of a feed", notify.Trouble{Kind: "feed_failing", Feed: "Wire", Text: "x"}, "watcher: feed failing: Wire"},
		{"of a feed, in words", notify.Trouble{Kind: "feed_rekeyed", Feed: "Wire", Text: "x"}, "watcher: feed re-keyed: Wire"},
		{"of a target", notify.Trouble{Kind: "target_failing", Target: "desk", Text: "x"}, "watcher: target failing: desk"},
		{"of a rule", notify.Trouble{Kind: "rule_silent", Rule: "baltic", Text: "x"}, "watcher: rule silent: baltic"},
		{"of watcher itself", notify.Trouble{Kind: "store_damaged", Text: "x"}, "watcher: store damaged"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := newCard(notify.Alert{FirstSeen: noon, Severity: notify.High, Trouble: &tt.trouble}, nil)
			if c.title() != tt.want || !slices.Equal(c.Body, []string{"x"}) || c.Link != "" {
				t.Errorf("card is %+v", c)
			}
			if c.origin() != "high · watcher · 3 Mar 2031 12:00 UTC" {
				t.Errorf("origin is %q", c.origin())
			}
		})
	}
}

// TestCardIsBounded shows that an alert of any size becomes a card that fits into a
// message.
func TestCardIsBounded(t *testing.T) {
	a := everywhere(strings.Repeat("long ", 50000), "https://e.org/")
	for i := range 100 {
		a.Rules = append(a.Rules, notify.RuleHit{Name: fmt.Sprint("rule ", i), Terms: slices.Repeat([]string{"term"}, 100)})
		a.AlsoIn = append(a.AlsoIn, notify.Location{Feed: fmt.Sprint("feed ", i)})
		a.Excerpts = append(a.Excerpts, notify.MakeExcerpt("content", "x", nil))
	}
	c := newCard(a, nil)
	if n := utf8.RuneCountInString(c.title()); n > titleRunes {
		t.Errorf("title of %d characters", n)
	}
	if len(c.Rules) != listN+1 || c.Rules[listN].Name != fmt.Sprint(len(a.Rules)-listN, " more") || len(c.Rules[0].Terms) != listN+1 {
		t.Errorf("%d rules, the last %v", len(c.Rules), c.Rules[len(c.Rules)-1])
	}
	if len(c.Also) != listN+1 || c.Also[listN].Feed != fmt.Sprint(len(a.AlsoIn)-listN, " more") {
		t.Errorf("%d other places, the last %v", len(c.Also), c.Also[len(c.Also)-1])
	}
	if len(c.Excerpts) != topN {
		t.Errorf("%d excerpts", len(c.Excerpts))
	}
}

func TestHeadline(t *testing.T) {
	cs := cards(many(3))
	for _, tt := range []struct {
		name string
		got  string
		want string
	}{
		{"of nothing", headline(nil), "watcher"},
		{"of one", headline(cs[:1]), "Sample: Estonia and Latvia open a joint training area for NATO brigades"},
		{"of several", headline(cs), "3 alerts: Sample: Estonia and Latvia open a joint training area for NATO brigades"},
		{"nothing left out", restText(0, time.Time{}), ""},
		{"some left out", restText(37, time.Time{}), "and 37 more: watcher alerts lists them"},
	} {
		if tt.got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, tt.got, tt.want)
		}
	}
}

func TestPartIDs(t *testing.T) {
	ms, err := messages(batch(), []part{{1, []string{"a"}}, {2, []string{"b"}}, {3, nil}})
	if err != nil {
		t.Fatal(err)
	}
	want := []notify.Message{
		{ID: "d1", Target: "desk", AlertIDs: []string{"a"}, Payload: []byte("1")},
		{ID: "d1_2", Target: "desk", AlertIDs: []string{"b"}, Payload: []byte("2")},
		{ID: "d1_3", Target: "desk", Payload: []byte("3")},
	}
	if diff := cmp.Diff(want, ms); diff != "" {
		t.Error(diff)
	}
	if _, err := messages(batch(), []part{{payload: func() {}}}); err == nil {
		t.Error("what is no JSON is a message")
	}
}

// TestPack shows that runs are in order, whole, and as full as they may be.
func TestPack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sizes := rapid.SliceOfN(rapid.IntRange(0, 40), 1, 60).Draw(t, "sizes")
		count, limit := rapid.IntRange(1, 10).Draw(t, "count"), rapid.IntRange(1, 100).Draw(t, "limit")
		sum := func(r [2]int) int {
			n := 0
			for _, s := range sizes[r[0]:r[1]] {
				n += s
			}
			return n
		}
		at := 0
		runs := pack(len(sizes), count, limit, func(i int) int { return sizes[i] })
		for i, r := range runs {
			if r[0] != at || r[1] <= r[0] {
				t.Fatalf("run %v after %d", r, at)
			}
			at = r[1]
			if n := r[1] - r[0]; n > count || n > 1 && sum(r) > limit {
				t.Errorf("run %v of %d things, %d in all", r, n, sum(r))
			}
			if i+1 < len(runs) && r[1]-r[0] < count && sum(r)+sizes[r[1]] <= limit {
				t.Errorf("the next thing had fitted into %v", r)
			}
		}
		if at != len(sizes) {
			t.Errorf("%d of %d things", at, len(sizes))
		}
	})
}

func TestFit(t *testing.T) {
	for _, tt := range []struct {
		name  string
		parts []string
		max   int
		want  string
	}{
		{"all", []string{"a", "b"}, 20, "a, b"},
		{"none", nil, 20, ""},
		{"as many as there is room for", []string{"aaaa", "bbbb", "cccc"}, 16, "aaaa, bbbb, …"},
		{"the first in any case", []string{"aaaaaaaaaa", "b"}, 5, "aaaaaaaaaa, …"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := fit(tt.parts, ", ", tt.max); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// TestEscapedFits shows that the limit applies to the escaped text, and that no escape is
// cut in two.
func TestEscapedFits(t *testing.T) {
	for _, escape := range []func(string) string{slackEscape, markdown, appHTML} {
		for _, text := range []string{strings.Repeat("<", 500), strings.Repeat("a ", 500), strings.Repeat("&*😀", 200), "short"} {
			got := escaped(text, 256, escape)
			if units(got) > 256 || got == "" {
				t.Errorf("%d characters of %.20q", units(got), text)
			}
			kept := strings.TrimSuffix(got, "…")
			whole := escape(text)
			if !strings.HasPrefix(whole, kept) {
				t.Errorf("%q is no beginning of %.300q", got, whole)
			}
		}
	}
	if got := escapedLines([]string{"<a>", "b", strings.Repeat("x", 90)}, 40, slackEscape); got != "&lt;a&gt;\nb\n"+strings.Repeat("x", 19)+"…" {
		t.Errorf("lines are %q", got)
	}
}
