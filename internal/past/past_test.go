package past_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"watcher/internal/feeds"
	"watcher/internal/past"
	"watcher/internal/rules"
	"watcher/internal/store/segment"
	"watcher/internal/testutil"
)

// kept is a history in memory, the oldest article first, in runs as a store has them.
type kept struct {
	articles []segment.Article
	runs     []segment.Run // the oldest first
	reads    int           // of articles' texts
}

// first is the number of the first article.
const first = 1 << 40

// kinds of runs
const (
	sealed  = iota
	growing // in memory
	scanned // without an index
	kinds
)

// add adds a run.
func (k *kept) add(tb testing.TB, kind int, articles ...segment.Article) {
	tb.Helper()
	from := len(k.articles)
	k.articles = append(k.articles, articles...)
	read := func(i int) (segment.Article, error) {
		k.reads++
		return k.articles[from+i], nil
	}
	cut := past.Cutter().Cut
	if kind == scanned {
		cut = func(*feeds.Item, func(string, bool)) (uint64, string) { return 0, "" }
	}
	m := segment.NewMemory(cut, read)
	for i := range articles {
		m.Add(&articles[i])
	}
	run := segment.Run{RunIndex: m, First: first + uint64(from), Len: len(articles), Since: 1, Scan: kind == scanned}
	if kind == sealed {
		codec, err := segment.NewCodec()
		testutil.Must(tb, err)
		built, err := codec.Build(tb.Context(), m, nil, past.Cutter().Versions)
		testutil.Must(tb, err)
		s, err := codec.Open(built.Header, func(i uint32) ([]byte, error) { return built.Pieces[i], nil })
		testutil.Must(tb, err)
		run.RunIndex = counted{s, k}
		k.reads = 0
	}
	k.runs = append(k.runs, run)
}

// counted counts the reads of a segment.
type counted struct {
	*segment.Segment
	in *kept
}

func (c counted) Article(i int) (segment.Article, error) {
	c.in.reads++
	return c.Segment.Article(i)
}

func (k *kept) Runs(ctx context.Context, _ segment.Cutter) iter.Seq2[segment.Run, error] {
	return func(yield func(segment.Run, error) bool) {
		for _, r := range slices.Backward(k.runs) {
			if !yield(r, ctx.Err()) {
				return
			}
		}
	}
}

func (k *kept) Article(_ context.Context, n uint64) (segment.Article, bool, error) {
	if n < first || n-first >= uint64(len(k.articles)) {
		return segment.Article{}, false, nil
	}
	return k.articles[n-first], true, nil
}

// now is when the youngest articles were seen.
var now = time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)

// days returns n articles, one a day up to now, every other one about a frigate, in runs of
// all kinds.
func days(tb testing.TB, n int) *kept {
	var articles []segment.Article
	for i := range n {
		title := fmt.Sprintf("Fishing quotas, part %d", i)
		if i%2 == 0 {
			title = fmt.Sprintf("A frigate sails, part %d", i)
		}
		articles = append(articles, segment.Article{Seen: now.AddDate(0, 0, i-n+1), Feed: 1, Item: feeds.Item{Feed: "desk", Title: title}})
	}
	k := &kept{}
	k.add(tb, scanned, articles[:n/3]...)
	k.add(tb, sealed, articles[n/3:2*n/3]...)
	k.add(tb, growing, articles[2*n/3:]...)
	return k
}

func titles(t *testing.T, seq iter.Seq2[past.Found, error], n int) (titles []string, last string) {
	t.Helper()
	for f, err := range seq {
		testutil.Must(t, err)
		titles, last = append(titles, f.Item.Title), f.ID
		if len(titles) == n {
			break
		}
	}
	return titles, last
}

// Pages go from the newest to the oldest, with each article once.
func TestNewest(t *testing.T) {
	p := past.New(days(t, 9))
	q := past.Query{Rule: rules.Rule{Match: "frigate"}}
	first, last := titles(t, p.Newest(t.Context(), q, ""), 2)
	second, _ := titles(t, p.Newest(t.Context(), q, last), 10)
	want := []string{"A frigate sails, part 8", "A frigate sails, part 6", "A frigate sails, part 4", "A frigate sails, part 2", "A frigate sails, part 0"}
	if diff := cmp.Diff(want, append(first, second...)); diff != "" {
		t.Errorf("pages (-want +got):\n%s", diff)
	}
	f, err := p.Article(t.Context(), last)
	if err != nil || f.Item.Title != first[1] {
		t.Errorf("the article %s is %q, error %v", last, f.Item.Title, err)
	}
	for _, id := range []string{"1", "", "x", "-1", "99999999999999999999"} {
		if _, err := p.Article(t.Context(), id); !errors.Is(err, past.ErrNotKept) {
			t.Errorf("the article %q, which was never kept: %v", id, err)
		}
	}
}

func TestCount(t *testing.T) {
	k := days(t, 9)
	known, err := rules.Compile([]rules.Rule{{Name: "sails", Match: `"part 4"`}, {Name: "mine", Match: "frigate"}, {Name: "six", Match: "6"}}, rules.Options{})
	testutil.Must(t, err)
	q := past.Query{Rule: rules.Rule{Name: "mine", Match: "frigate"}, Since: k.articles[1].Seen}
	n, err := past.New(k).Count(t.Context(), q, time.UTC, known, nil)
	testutil.Must(t, err)
	day := func(i int) string { return k.articles[i].Seen.Format(time.DateOnly) }
	want := past.Counts{
		Found: 4, Caught: 2, ByRule: map[string]int{"sails": 1, "six": 1}, Articles: 8, Scanned: 2, First: day(1),
		PerDay: map[string]int{day(2): 1, day(4): 1, day(6): 1, day(8): 1},
	}
	if diff := cmp.Diff(want, n); diff != "" {
		t.Errorf("counts (-want +got):\n%s", diff)
	}
}

// Articles of a feed's first poll count on the day when they were published, in the
// reader's zone.
func TestCountByPublication(t *testing.T) {
	k := &kept{}
	night := time.Date(2026, 11, 27, 23, 30, 0, 0, time.UTC)
	k.add(t, sealed,
		segment.Article{Seen: now, Item: feeds.Item{Title: "frigate", Published: night}},
		segment.Article{Seen: now, Item: feeds.Item{Title: "frigate", Published: now.AddDate(0, 0, -40)}}, // before the period that is searched
		segment.Article{Seen: now, Item: feeds.Item{Title: "frigate", Published: now.Add(time.Hour)}},
		segment.Article{Seen: now, Item: feeds.Item{Title: "frigate"}},
	)
	riga := time.FixedZone("EET", 2*60*60)
	q := past.Query{Rule: rules.Rule{Match: "frigate"}, Since: now.AddDate(0, 0, -30)}
	n, err := past.New(k).Count(t.Context(), q, riga, nil, nil)
	testutil.Must(t, err)
	if want := map[string]int{"2026-11-28": 1, "2026-11-29": 3}; !maps.Equal(n.PerDay, want) || n.First != "2026-11-28" {
		t.Errorf("%v a day from %s on, want %v", n.PerDay, n.First, want)
	}
}

// What the index alone can tell is counted without reading texts, and only articles that
// may match are read.
func TestReadsNoMoreThanItMust(t *testing.T) {
	for _, c := range []struct {
		query string
		reads int
		why   string
	}{
		{"frigate", 0, "a word"},
		{"frigate AND NOT part*", 0, "words"},
		{`"frigate sails"`, 2, "an article with both words"},
		{"frigate NEAR/3 8", 1, "an article with both words"},
		{"/frig\\w+ sails/", 2, "those with the pattern's words"},
		{"/, p/", 4, "a pattern without a word"},
	} {
		k := &kept{}
		k.add(t, sealed, days(t, 4).articles...)
		n, err := past.New(k).Count(t.Context(), past.Query{Rule: rules.Rule{Match: strings.Replace(c.query, "8", "2", 1)}}, time.UTC, nil, nil)
		testutil.Must(t, err)
		if k.reads != c.reads || n.Scanned != c.reads {
			t.Errorf("%s read %d articles and said %d, want %d: %s", c.query, k.reads, n.Scanned, c.reads, c.why)
		}
	}
}

// A search stops reading when its context is cancelled.
func TestCancelled(t *testing.T) {
	k := days(t, 90)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var last error
	found := 0
	for _, err := range past.New(k).Newest(ctx, past.Query{Rule: rules.Rule{Match: "frigate"}}, "") {
		last = err
		if err == nil {
			found++
			cancel()
		}
	}
	if !errors.Is(last, context.Canceled) || found != 1 {
		t.Errorf("%d found, and the error %v", found, last)
	}
	if _, err := past.New(k).Count(ctx, past.Query{Rule: rules.Rule{Match: "frigate"}}, time.UTC, nil, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("the count's error is %v", err)
	}
}

// The progress goes from now back to where the search begins.
func TestProgress(t *testing.T) {
	k := days(t, 90)
	began := k.articles[0].Seen
	for _, q := range []past.Query{{Since: began}, {Oldest: began}, {Since: began, Oldest: began.AddDate(-1, 0, 0)}, {Since: began.AddDate(-1, 0, 0), Oldest: began}} {
		q.Rule, q.Until = rules.Rule{Match: "/, p/"}, now.Add(time.Second)
		testProgress(t, k, q)
	}
}

func testProgress(t *testing.T, k *kept, q past.Query) {
	t.Helper()
	var steps, found []int
	var first string
	_, err := past.New(k).Count(t.Context(), q, time.UTC, nil, func(so past.Counts, done, total int) {
		steps, found, first = append(steps, done*100/total), append(found, so.Found), so.First
	})
	if !slices.IsSorted(found) || found[0] > 2 || found[len(found)-1] < 80 || first == "" {
		t.Errorf("found so far: %v, the first on %q", found, first)
	}
	if err != nil || len(steps) < 80 || !slices.IsSorted(steps) || steps[0] > 2 || steps[len(steps)-1] < 98 {
		t.Errorf("progress in percent: %v, error %v", steps, err)
	}
}

func TestMistakeInTheRule(t *testing.T) {
	for _, err := range past.New(days(t, 3)).Newest(t.Context(), past.Query{Rule: rules.Rule{Match: "(frigate"}}, "") {
		if rules.AsErrors(err) == nil {
			t.Errorf("the error of a query that cannot be read is %v", err)
		}
	}
}
