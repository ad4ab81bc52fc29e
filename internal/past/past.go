// Package past searches the kept articles with the query language: what a rule would
// have found, newest first, how many of it a day, and how much of that other rules
// catch.
package past

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"

	"watcher/internal/feeds"
	"watcher/internal/poll"
	"watcher/internal/rules"
)

// History is the kept articles.
type History interface {
	// History yields the articles that were seen since then, the oldest first.
	History(ctx context.Context, since time.Time) iter.Seq2[poll.HistoryItem, error]
}

// Past searches a History. It is safe for concurrent use.
type Past struct{ history History }

// New returns a Past over the articles that h keeps.
func New(h History) *Past { return &Past{history: h} }

// Query is what is searched for.
type Query struct {
	Rule     rules.Rule    // its name may be empty; its examples are not looked at
	Language rules.Options // of the config: lists, feeds, tags
	Since    time.Time     // articles seen before then are left out; zero: none
	Until    time.Time     // articles seen then or later are left out; zero: none
}

// Found is an article that a query found.
type Found struct {
	ID    string // of the article, the same while it is kept
	Seen  time.Time
	Item  feeds.Item
	Spans []rules.Span // of the query; nil from Article
}

// Counts is how much a query found.
type Counts struct {
	Found    int            `json:"found"`
	PerDay   map[string]int `json:"per_day"` // by days such as 2026-11-29; those with none are not there
	Caught   int            `json:"caught"`  // of those found, by other rules
	ByRule   map[string]int `json:"by_rule"` // of those caught, by the rule's name
	First    string         `json:"first"`   // the first day of which an article was looked at; empty where there is none
	Articles int            `json:"articles"`
	Scanned  int            `json:"scanned"` // of Articles, those whose text was read because no index answered
}

// ErrNotKept says that an article is not among those that are kept, or not any more.
var ErrNotKept = errors.New("the article is not kept any more")

// Newest yields the articles that a query finds, the newest first, as they are found.
// After is the ID of the one to go on behind, and need not be kept any more; empty
// begins with the newest. A mistake in the rule is a rules.Errors. After an error it
// yields nothing more.
func (p *Past) Newest(ctx context.Context, q Query, after string) iter.Seq2[Found, error] {
	return func(yield func(Found, error) bool) {
		set, err := q.compile()
		if err != nil {
			yield(Found{}, err)
			return
		}
		until := q.Until
		var last place
		if after != "" {
			if last, err = readID(after); err != nil {
				yield(Found{}, err)
				return
			}
			until = last.seen.Add(1)
		}
		for f, err := range p.backwards(ctx, q.Since, until, set) {
			if err == nil && after != "" && f.ID != "" && !before(f.ID, last) {
				continue
			}
			if !yield(f, err) || err != nil {
				return
			}
		}
	}
}

// Count counts what a query finds, by the days of a zone, and how much of that the
// rules of known catch, which may be nil. A rule is not compared with one of its own
// name. Progress, which may be nil, is called now and then where articles must be
// read, with how many of them were.
func (p *Past) Count(ctx context.Context, q Query, zone *time.Location, known *rules.Set, progress func(done, total int)) (Counts, error) {
	n := Counts{PerDay: map[string]int{}, ByRule: map[string]int{}}
	set, err := q.compile()
	if err != nil {
		return n, err
	}
	for a, err := range p.history.History(ctx, q.Since) {
		if err != nil {
			return n, err
		}
		if !q.Until.IsZero() && !a.Seen.Before(q.Until) {
			continue
		}
		n.Articles++
		n.Scanned++
		day := Day(a.Seen, a.Item.Published, q.Since).In(zone).Format(time.DateOnly)
		if n.First == "" || day < n.First {
			n.First = day
		}
		if len(set.Match(&a.Item)) > 0 {
			n.add(&a.Item, day, q.Rule.Name, known)
		}
		if progress != nil && n.Articles%1024 == 0 {
			progress(n.Articles, n.Articles)
		}
	}
	return n, nil
}

// add counts an article that was found.
func (n *Counts) add(it *feeds.Item, day, name string, known *rules.Set) {
	n.Found++
	n.PerDay[day]++
	if known == nil {
		return
	}
	caught := false
	for _, m := range known.Match(it) {
		if other := known.Rule(m.Rule).Name; other != name {
			n.ByRule[other]++
			caught = true
		}
	}
	if caught {
		n.Caught++
	}
}

// Article returns the article with this ID; ErrNotKept if there is none.
func (p *Past) Article(ctx context.Context, id string) (Found, error) {
	at, err := readID(id)
	if err != nil {
		return Found{}, err
	}
	n := 0
	for a, err := range p.history.History(ctx, at.seen) {
		if err != nil {
			return Found{}, err
		}
		if !a.Seen.Equal(at.seen) {
			break
		}
		if n == at.n {
			return Found{ID: id, Seen: a.Seen, Item: a.Item}, nil
		}
		n++
	}
	return Found{}, ErrNotKept
}

// Day is when an article came up. What a feed had when it was polled for the first
// time came up when it was published, if the time that is looked at, since then,
// reaches that far.
func Day(seen, published, since time.Time) time.Time {
	if published.After(since) && published.Before(seen) {
		return published
	}
	return seen
}

// compile makes a set of the one rule.
func (q *Query) compile() (*rules.Set, error) {
	r := q.Rule
	r.Examples = rules.Examples{}
	return rules.Compile([]rules.Rule{r}, q.Language)
}

// backwards yields what the set finds, the newest first. It reads windows of time,
// each as long as all before it.
func (p *Past) backwards(ctx context.Context, since, until time.Time, set *rules.Set) iter.Seq2[Found, error] {
	return func(yield func(Found, error) bool) {
		now := time.Now()
		for length := time.Hour; ; length *= 2 {
			from := now.Add(-length)
			last := !from.After(since) || length > 100*365*24*time.Hour
			if last {
				from = since
			}
			found, err := p.window(ctx, from, until, set)
			if err != nil {
				yield(Found{}, err)
				return
			}
			for _, f := range slices.Backward(found) {
				if !yield(f, nil) {
					return
				}
			}
			if last {
				return
			}
			if until.IsZero() || from.Before(until) {
				until = from
			}
		}
	}
}

// window returns what the set finds in the articles of a time, the oldest first.
func (p *Past) window(ctx context.Context, from, until time.Time, set *rules.Set) ([]Found, error) {
	if !until.IsZero() && !from.Before(until) {
		return nil, nil
	}
	var found []Found
	var at place
	for a, err := range p.history.History(ctx, from) {
		if err != nil {
			return nil, err
		}
		if !until.IsZero() && !a.Seen.Before(until) {
			break
		}
		at.step(a.Seen)
		if ms := set.Match(&a.Item); len(ms) > 0 {
			found = append(found, Found{ID: at.id(), Seen: a.Seen, Item: a.Item, Spans: ms[0].Spans})
		}
	}
	return found, nil
}

// place is where an article stands: when it was seen, and which of those seen at the
// very same time it is.
type place struct {
	seen time.Time
	n    int
}

func (p *place) step(seen time.Time) {
	if p.seen.Equal(seen) {
		p.n++
		return
	}
	p.seen, p.n = seen, 0
}

func (p place) id() string { return fmt.Sprintf("%x-%x", p.seen.UnixNano(), p.n) }

func readID(id string) (p place, err error) {
	seen, n, _ := strings.Cut(id, "-")
	nanos, err := strconv.ParseInt(seen, 16, 64)
	if err != nil {
		return p, ErrNotKept
	}
	k, err := strconv.ParseInt(n, 16, 32)
	if err != nil {
		return p, ErrNotKept
	}
	return place{time.Unix(0, nanos).UTC(), int(k)}, nil
}

// before says whether the article with this ID is older than the place.
func before(id string, p place) bool {
	at, err := readID(id)
	return err == nil && (at.seen.Before(p.seen) || at.seen.Equal(p.seen) && at.n < p.n)
}
