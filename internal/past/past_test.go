package past_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"watcher/internal/feeds"
	"watcher/internal/past"
	"watcher/internal/poll"
	"watcher/internal/rules"
)

// kept is a history in memory, the oldest first.
type kept []poll.HistoryItem

func (k kept) History(ctx context.Context, since time.Time) iter.Seq2[poll.HistoryItem, error] {
	return func(yield func(poll.HistoryItem, error) bool) {
		for _, a := range k {
			if ctx.Err() != nil {
				yield(poll.HistoryItem{}, ctx.Err())
				return
			}
			if !a.Seen.Before(since) && !yield(a, nil) {
				return
			}
		}
	}
}

// days has an article a day, up to now, every other one about a frigate.
func days(n int) kept {
	var k kept
	now := time.Now().UTC()
	for i := range n {
		title := fmt.Sprintf("Fishing quotas, part %d", i)
		if i%2 == 0 {
			title = fmt.Sprintf("A frigate sails, part %d", i)
		}
		k = append(k, poll.HistoryItem{Seen: now.AddDate(0, 0, i-n+1), Item: feeds.Item{Feed: "desk", Title: title}})
	}
	return k
}

func titles(t *testing.T, seq iter.Seq2[past.Found, error], n int) (titles []string, last string) {
	t.Helper()
	for f, err := range seq {
		if err != nil {
			t.Fatal(err)
		}
		titles, last = append(titles, f.Item.Title), f.ID
		if len(titles) == n {
			break
		}
	}
	return titles, last
}

// A page at a time, from the newest to the oldest, each article once.
func TestNewest(t *testing.T) {
	p := past.New(days(9))
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
	if _, err := p.Article(t.Context(), "1-0"); !errors.Is(err, past.ErrNotKept) {
		t.Errorf("an article that was never kept: %v", err)
	}
}

func TestCount(t *testing.T) {
	k := days(9)
	known, err := rules.Compile([]rules.Rule{{Name: "sails", Match: "part 4"}, {Name: "mine", Match: "frigate"}}, rules.Options{})
	if err != nil {
		t.Fatal(err)
	}
	q := past.Query{Rule: rules.Rule{Name: "mine", Match: "frigate"}, Since: k[3].Seen}
	n, err := past.New(k).Count(t.Context(), q, time.UTC, known, nil)
	if err != nil {
		t.Fatal(err)
	}
	want := past.Counts{
		Found: 3, Caught: 1, ByRule: map[string]int{"sails": 1}, Articles: 6, Scanned: 6, First: k[3].Seen.Format(time.DateOnly),
		PerDay: map[string]int{k[4].Seen.Format(time.DateOnly): 1, k[6].Seen.Format(time.DateOnly): 1, k[8].Seen.Format(time.DateOnly): 1},
	}
	if diff := cmp.Diff(want, n); diff != "" {
		t.Errorf("counts (-want +got):\n%s", diff)
	}
}

func TestMistakeInTheRule(t *testing.T) {
	for _, err := range past.New(days(1)).Newest(t.Context(), past.Query{Rule: rules.Rule{Match: "(frigate"}}, "") {
		if rules.AsErrors(err) == nil {
			t.Errorf("the error of a query that cannot be read is %v", err)
		}
	}
}
