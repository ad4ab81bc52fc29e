// Package past searches the kept articles with the query language: what a rule would
// have found, newest first, how many of it a day, and how much of that other rules
// catch. The indexes of the history answer what they can, and the texts of articles the
// rest.
package past

import (
	"context"
	"errors"
	"iter"
	"math"
	"strconv"
	"time"

	"watcher/internal/feeds"
	"watcher/internal/rules"
	"watcher/internal/store/segment"
)

// History is the kept articles, as every store has them.
type History interface {
	// Runs yields all that is kept, the newest run first.
	Runs(ctx context.Context, c segment.Cutter) iter.Seq2[segment.Run, error]
	// Article returns the article of a number, and whether it is kept.
	Article(ctx context.Context, n uint64) (a segment.Article, kept bool, err error)
}

// Cutter is the tokenizer for indexes of the history that a Past can use.
func Cutter() segment.Cutter {
	return segment.Cutter{Cut: rules.Cut, Versions: segment.Versions{Scanner: rules.ScannerVersion, Languages: rules.LanguageVersion}}
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
	Oldest   time.Time     // no kept article was seen before then; the progress begins there, or at Since if that is later
	Misses   bool          // Search yields what does not match, too
}

// Found is an article that a query found.
type Found struct {
	ID     string // of the article, the same while it is kept
	Seen   time.Time
	CameUp time.Time // see Counts.PerDay; zero from Article
	Item   feeds.Item
	Spans  []rules.Span // of the query; nil from Article
	Missed bool         // it does not match, and is there for Query.Misses
}

// Looked is what a search has looked at.
type Looked struct {
	Articles int
	Scanned  int       // of Articles, those whose text was read because no index answered
	First    time.Time // when the first of Articles came up; zero where there is none
}

// ErrNotKept says that the article was never kept, or has been removed.
var ErrNotKept = errors.New("the article is not kept any more")

// Newest yields the articles that a query finds, the newest first, as they are found.
// After is the ID of the one to go on behind, and need not be kept any more; empty
// begins with the newest. A mistake in the rule is a rules.Errors. After an error it
// yields nothing more; that of a ctx that is done comes at once.
func (p *Past) Newest(ctx context.Context, q Query, after string) iter.Seq2[Found, error] {
	return p.newest(ctx, q, after, nil, nil)
}

// Search is Newest from the newest article on, which counts in looked what it looks at,
// and calls progress, which may be nil, as Count does.
func (p *Past) Search(ctx context.Context, q Query, looked *Looked, progress func(done, total int)) iter.Seq2[Found, error] {
	return p.newest(ctx, q, "", looked, progress)
}

func (p *Past) newest(ctx context.Context, q Query, after string, looked *Looked, progress func(done, total int)) iter.Seq2[Found, error] {
	return func(yield func(Found, error) bool) {
		s, err := q.search(ctx)
		if err == nil && after != "" {
			s.below, err = numberOf(after)
		}
		if err != nil {
			yield(Found{}, err)
			return
		}
		s.progress = progressOf(&q, progress)
		for run, err := range p.history.Runs(ctx, Cutter()) {
			more := true
			if err == nil && run.First < s.below {
				more, err = s.newest(&run, q.Misses, looked, yield)
			}
			if err != nil {
				yield(Found{}, err)
				return
			}
			if !more {
				return
			}
		}
	}
}

// newest yields what is found in a run, until yield returns false. What it looks at is not
// counted if looked is nil: to tell when the first article came up, all of them are read
// in the columns.
func (s *search) newest(run *segment.Run, misses bool, looked *Looked, yield func(Found, error) bool) (more bool, err error) {
	x, err := s.ask(run)
	if err != nil {
		return false, err
	}
	if looked != nil {
		looked.Articles += x.all.Count()
		if first := s.firstOf(run, &x); first != math.MaxInt64 && (looked.First.IsZero() || looked.First.Unix() > first) {
			looked.First = time.Unix(first, 0).UTC()
		}
	}
	set := x.perhaps
	if misses {
		set = x.all
	}
	for i := set.Before(run.Len); i >= 0; i = set.Before(i) {
		if !x.sure.Has(i) {
			if looked != nil {
				looked.Scanned++
			}
			s.progress(x.columns.Seen[i])
		}
		a, spans, ok, err := s.read(run, &x, i)
		if err != nil {
			return false, err
		}
		if a.Seen.IsZero() || !ok && !misses {
			continue
		}
		f := Found{ID: idOf(run, i), Seen: a.Seen, CameUp: time.Unix(s.cameUp(&x, i), 0).UTC(), Item: a.Item, Spans: spans, Missed: !ok}
		if !yield(f, nil) {
			return false, nil
		}
	}
	return true, nil
}

// Article returns the article with this ID; ErrNotKept if there is none.
func (p *Past) Article(ctx context.Context, id string) (Found, error) {
	n, err := numberOf(id)
	if err != nil {
		return Found{}, err
	}
	a, kept, err := p.history.Article(ctx, n)
	switch {
	case err != nil:
		return Found{}, err
	case !kept:
		return Found{}, ErrNotKept
	}
	return Found{ID: id, Seen: a.Seen, Item: a.Item}, nil
}

// idOf is the ID of the article at a position: its number.
func idOf(run *segment.Run, position int) string {
	return strconv.FormatUint(run.First+uint64(position), 10)
}

func numberOf(id string) (uint64, error) {
	n, err := strconv.ParseUint(id, 10, 64)
	if err != nil {
		return 0, ErrNotKept
	}
	return n, nil
}
