//go:build !race

package past_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"watcher/internal/feeds"
	"watcher/internal/past"
	"watcher/internal/rules"
	"watcher/internal/store/segment"
	"watcher/internal/testutil"
)

// sentences returns texts in all languages.
func sentences(t *testing.T) (texts []string) {
	t.Helper()
	data, err := os.ReadFile("../rules/testdata/cut.txt")
	testutil.Must(t, err)
	for line := range strings.Lines(string(data)) {
		if line = strings.TrimSpace(line); !strings.HasPrefix(line, "#") && line != "" {
			texts = append(texts, line)
		}
	}
	return texts
}

// A search finds what the rules match, whatever the query, and in whatever runs the
// articles are: newest first, in pages of any size, counted by day and by other rules.
func TestPropertySearchIsAScan(t *testing.T) {
	texts := sentences(t)
	searches, found := 0, 0
	rapid.Check(t, func(rt *rapid.T) {
		d := draw(rt, texts)
		k := &kept{}
		for range rapid.IntRange(1, 4).Draw(rt, "runs") {
			var articles []segment.Article
			for range rapid.IntRange(1, 12).Draw(rt, "articles") {
				articles = append(articles, d.article())
			}
			k.add(t, rapid.IntRange(0, kinds-1).Draw(rt, "kind"), articles...)
		}
		q := past.Query{Rule: rules.Rule{Name: "sought", Match: d.query(2)}, Language: rules.Options{Lists: map[string][]string{"list": {d.word(), "=" + d.word(), "NATO"}}}}
		if rapid.Bool().Draw(rt, "scoped") {
			q.Rule.Feeds = []string{"tag:x"}
		}
		if rapid.Bool().Draw(rt, "since") {
			q.Since = now.Add(-time.Duration(rapid.IntRange(0, 200).Draw(rt, "from")) * time.Hour)
		}
		if rapid.Bool().Draw(rt, "until") {
			q.Until = now.Add(-time.Duration(rapid.IntRange(0, 100).Draw(rt, "to")) * time.Hour)
		}
		set, err := rules.Compile([]rules.Rule{q.Rule}, q.Language)
		if err != nil {
			rt.Skip(err)
		}
		known, err := rules.Compile([]rules.Rule{{Name: "sought", Match: "NATO"}, {Name: "one", Match: d.word() + " OR NATO"}, {Name: "two", Match: d.query(1)}}, q.Language)
		if err != nil {
			known = nil
		}
		zone := time.FixedZone("somewhere", rapid.IntRange(-12, 14).Draw(rt, "zone")*3600)
		ids, counts := scan(k, q, set, known, zone)
		searches++
		found += counts.Found
		p := past.New(k)
		after, got := "", []string(nil)
		for size := rapid.IntRange(1, 5).Draw(rt, "page"); ; {
			n := 0
			for f, err := range p.Newest(t.Context(), q, after) {
				if err != nil {
					rt.Fatal(err)
				}
				if want := set.Match(&f.Item)[0].Spans; !slices.Equal(f.Spans, want) {
					rt.Fatalf("spans %v, want %v", f.Spans, want)
				}
				got, after = append(got, f.ID), f.ID
				if n++; n == size {
					break
				}
			}
			if n < size {
				break
			}
		}
		if !slices.Equal(got, ids) {
			rt.Fatalf("%s finds %q, a scan %q", q.Rule.Match, got, ids)
		}
		n, err := p.Count(t.Context(), q, zone, known, nil)
		if err != nil {
			rt.Fatal(err)
		}
		n.Scanned = 0
		if diff := cmp.Diff(counts, n); diff != "" {
			rt.Fatalf("%s counts (-scan +search):\n%s", q.Rule.Match, diff)
		}
		q.Misses = true
		var looked past.Looked
		all := 0
		for f, err := range p.Search(t.Context(), q, &looked, nil) {
			if err != nil || f.Missed == slices.Contains(ids, f.ID) {
				rt.Fatalf("%s: missed %v, error %v", f.Item.Title, f.Missed, err)
			}
			all++
		}
		if all != counts.Articles || looked.Articles != all {
			rt.Fatalf("%d articles yielded, %d looked at, want %d", all, looked.Articles, counts.Articles)
		}
	})
	if t.Logf("%d searches found %d articles", searches, found); found < searches {
		t.Error("that is too few to say much")
	}
}

// scan finds by the rules alone what a search should find.
func scan(k *kept, q past.Query, set, known *rules.Set, zone *time.Location) (ids []string, n past.Counts) {
	n = past.Counts{PerDay: map[string]int{}, ByRule: map[string]int{}}
	for i, a := range slices.Backward(k.articles) {
		if a.Seen.Before(q.Since) || !q.Until.IsZero() && !a.Seen.Before(q.Until) {
			continue
		}
		n.Articles++
		up := a.Seen
		if a.Item.Published.After(q.Since) && a.Item.Published.Before(a.Seen) {
			up = a.Item.Published
		}
		day := up.In(zone).Format(time.DateOnly)
		if n.First == "" || day < n.First {
			n.First = day
		}
		if len(set.Match(&a.Item)) == 0 {
			continue
		}
		ids = append(ids, fmt.Sprint(uint64(first)+uint64(i)))
		n.Found++
		n.PerDay[day]++
		caught := 0
		if known != nil {
			for _, m := range known.Match(&a.Item) {
				if name := known.Rule(m.Rule).Name; name != q.Rule.Name {
					n.ByRule[name]++
					caught = 1
				}
			}
		}
		n.Caught += caught
	}
	return ids, n
}

// drawing draws articles and queries from a few texts, so that they often match.
type drawing struct {
	*rapid.T
	texts, words []string
}

func draw(t *rapid.T, all []string) drawing {
	d := drawing{T: t, texts: rapid.SliceOfN(rapid.SampledFrom(all), 3, 3).Draw(t, "texts")}
	for _, text := range d.texts {
		for w := range strings.FieldsSeq(text) {
			d.words = append(d.words, strings.Trim(w, `.,;:!?()"'«»„“”’|`))
		}
	}
	return d
}

func (d drawing) text(label string) string { return rapid.SampledFrom(d.texts).Draw(d.T, label) }
func (d drawing) word() string             { return rapid.SampledFrom(d.words).Draw(d.T, "word") }

func (d drawing) article() segment.Article {
	seen := now.Add(-time.Duration(rapid.IntRange(0, 240*60).Draw(d.T, "age")) * time.Minute)
	it := feeds.Item{
		Feed: rapid.SampledFrom([]string{"A", "B"}).Draw(d.T, "feed"), Title: d.text("title"), Link: "https://example.org/" + d.word(),
		Language: rapid.SampledFrom([]string{"", "en", "lt", "ru", "sr", "he", "xx"}).Draw(d.T, "language"),
	}
	if rapid.Bool().Draw(d.T, "tagged") {
		it.Tags = []string{"x"}
	}
	if rapid.Bool().Draw(d.T, "content") {
		it.Content = d.text("content") + " " + d.text("content")
	}
	if rapid.Bool().Draw(d.T, "summary") {
		it.Summary = d.text("summary")
	}
	if rapid.Bool().Draw(d.T, "author") {
		it.Authors = []string{d.word() + " " + d.word()}
	}
	if rapid.Bool().Draw(d.T, "published") {
		it.Published = seen.Add(-time.Duration(rapid.IntRange(-60, 300*60).Draw(d.T, "before")) * time.Minute)
	}
	return segment.Article{Seen: seen, Feed: 1, Item: it}
}

func (d drawing) query(depth int) string {
	if depth == 0 {
		w := d.word()
		return rapid.SampledFrom([]string{w, w, w, `"` + w + `"`, "=" + w, w + "*", "title:" + w, "author:" + w, "lead:" + w, "@list", "/" + w + "/", `"` + w + " " + d.word() + `"`, "@@russia", "feed:A", "lang:en"}).Draw(d.T, "term")
	}
	return fmt.Sprintf(rapid.SampledFrom([]string{"(%s) AND (%s)", "(%s) OR (%s)", "(%s) OR (%s)", "(%s) AND NOT (%s)", "%s NEAR/9 %s", "ATLEAST/2 (%s OR %s)"}).Draw(d.T, "op"), d.query(depth-1), d.query(depth-1))
}
