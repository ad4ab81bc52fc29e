package past

import (
	"context"
	"math"
	"time"

	"watcher/internal/rules"
	"watcher/internal/store/segment"
)

// search is a Query in progress.
type search struct {
	ctx          context.Context
	set          *rules.Set // of the one rule
	bounds       *rules.Search
	since, until int64  // in Unix nanoseconds
	below        uint64 // articles of this number or a higher one are left out
	progress     func(seen int64)
}

func (q *Query) search(ctx context.Context) (*search, error) {
	r := q.Rule
	r.Examples = rules.Examples{}
	set, err := rules.Compile([]rules.Rule{r}, q.Language)
	if err != nil {
		return nil, err
	}
	s := &search{ctx: ctx, set: set, bounds: set.Search(0), since: math.MinInt64, until: math.MaxInt64, below: math.MaxUint64}
	if !q.Since.IsZero() {
		s.since = q.Since.UnixNano()
	}
	if !q.Until.IsZero() {
		s.until = q.Until.UnixNano()
	}
	return s, nil
}

// asked is what the index of a run has said. All sets have only articles of the time
// that is looked at.
type asked struct {
	columns *segment.Columns
	all     rules.Articles // of that time
	sure    rules.Articles // those that match beyond doubt
	perhaps rules.Articles // those that may match, the sure ones among them
	indexed bool           // the index was asked
}

// ask asks the index of a run. One that must not be asked leaves all articles open.
func (s *search) ask(run *segment.Run) (x asked, err error) {
	if x.columns, err = run.Columns(); err != nil {
		return x, err
	}
	x.all = s.within(run, x.columns)
	if x.all.Empty() || run.Scan {
		x.perhaps = x.all
		return x, s.ctx.Err()
	}
	sure, perhaps, err := s.bounds.Bounds(&index{s.ctx, run, x.columns, nil})
	x.sure, x.perhaps, x.indexed = sure.And(x.all), perhaps.And(x.all), true
	return x, err
}

// within are the articles of a run that are kept and of the time that is looked at.
func (s *search) within(run *segment.Run, columns *segment.Columns) rules.Articles {
	since := max(s.since, run.Since)
	n := run.Len
	if run.First+uint64(n) > s.below {
		n = int(s.below - run.First)
	}
	set := make(rules.Articles, (n+63)/64)
	for i, seen := range columns.Seen[:n] {
		if seen >= since && seen < s.until && seen != 0 { // 0: it is no more
			set[i/64] |= 1 << (i % 64)
		}
	}
	return set
}

// read reads an article and says whether the rule matches it. It is safe for concurrent
// use.
func (s *search) read(run *segment.Run, x *asked, position int) (a segment.Article, spans []rules.Span, ok bool, err error) {
	if err := s.ctx.Err(); err != nil {
		return a, nil, false, err
	}
	a, err = run.Article(position)
	if err != nil || a.Seen.IsZero() { // it was damaged, or went meanwhile
		return a, nil, false, err
	}
	if x.indexed && s.bounds.Refutes(&a.Item) {
		return a, nil, false, nil
	}
	matches := s.set.Match(&a.Item)
	if len(matches) == 0 {
		return a, nil, false, nil
	}
	return a, matches[0].Spans, true, nil
}

// cameUp is when an article came up, in Unix seconds. What a feed had when it was
// polled for the first time came up when it was published, if the time that is looked
// at reaches that far.
func (s *search) cameUp(x *asked, i int) int64 { return cameUp(x.columns, i, s.sinceSeconds()) }

// sinceSeconds is since in Unix seconds.
func (s *search) sinceSeconds() int64 {
	if s.since == math.MinInt64 {
		return segment.NoTime
	}
	return seconds(s.since)
}

func cameUp(columns *segment.Columns, i int, since int64) int64 {
	seen, published := seconds(columns.Seen[i]), columns.Published[i]
	if published > since && published < seen {
		return published
	}
	return seen
}

// seconds are Unix seconds, rounded down.
func seconds(nanos int64) int64 {
	s := nanos / 1e9
	if nanos%1e9 < 0 {
		s--
	}
	return s
}

// firstOf is when the first of the articles that are looked at came up.
func (s *search) firstOf(run *segment.Run, x *asked) int64 {
	first := int64(math.MaxInt64)
	since := s.sinceSeconds()
	for i := x.all.Before(run.Len); i >= 0; i = x.all.Before(i) {
		first = min(first, cameUp(x.columns, i, since))
	}
	return first
}

// steps is how many steps the progress has.
const steps = 100

// progressOf reports the progress of a search that has reached an article seen at that
// time, unless progress is nil.
func progressOf(q *Query, progress func(done, total int)) func(seen int64) {
	until := q.Until
	if until.IsZero() {
		until = time.Now()
	}
	since := q.Since
	if since.Before(q.Oldest) {
		since = q.Oldest
	}
	total := until.Sub(since)
	if progress == nil || since.IsZero() || total <= 0 {
		return func(int64) {}
	}
	last := -1
	return func(seen int64) {
		done := int(float64(until.UnixNano()-seen) / float64(total) * steps)
		if done = min(max(done, 0), steps); done > last {
			progress(done, steps)
			last = done
		}
	}
}

// index is a run as package rules asks it.
type index struct {
	ctx     context.Context
	run     *segment.Run
	columns *segment.Columns
	posted  []segment.Posting
}

func (x *index) Len() int { return x.run.Len }

func (x *index) Words(from, to string, use func(raw, folded string, stands rules.Stands) error) error {
	var word segment.IndexWord
	stands := func(article func(article int, title bool)) (err error) {
		if x.posted, err = x.run.Postings(word, x.posted[:0]); err != nil {
			return err
		}
		for _, p := range x.posted {
			if i := p.Position(); i < x.run.Len { // an index in memory grows
				article(i, p.InTitle())
			}
		}
		return nil
	}
	n := 0
	for w, err := range x.run.Words(from, to) {
		if n++; err == nil && n%256 == 0 {
			err = x.ctx.Err()
		}
		if err != nil {
			return err
		}
		word = w
		if err := use(w.Raw, w.Folded, stands); err != nil {
			return err
		}
	}
	return x.ctx.Err()
}

func (x *index) Origins() int { return len(x.columns.Origins) }

func (x *index) Origin(k int) (feed string, tags []string) {
	o := x.columns.Origins[k]
	return o.Name, o.Tags
}

func (x *index) OriginOf(article int) int { return int(x.columns.Origin[article]) }

func (x *index) Speeches() int { return len(x.columns.Speeches) }

func (x *index) Speech(k int) (declared string, languages uint64, code string) {
	s := &x.columns.Speeches[k]
	return s.Declared, s.Languages, s.Code
}

func (x *index) SpeechOf(article int) int { return int(x.columns.Speech[article]) }

// days tells the days of a zone. Most articles are of the day of the one before.
type days struct {
	zone     *time.Location
	from, to int64 // of the day that was asked for last, in Unix seconds
	name     string
}

// of is the day of a time in Unix seconds, such as 2026-11-29.
func (d *days) of(unix int64) string {
	if unix < d.from || unix >= d.to {
		at := time.Unix(unix, 0).In(d.zone)
		d.name = at.Format(time.DateOnly)
		y, m, day := at.Date()
		d.from, d.to = time.Date(y, m, day, 0, 0, 0, 0, d.zone).Unix(), time.Date(y, m, day+1, 0, 0, 0, 0, d.zone).Unix()
		if unix < d.from || unix >= d.to { // clocks that are set back over midnight
			d.from, d.to = unix, unix+1
		}
	}
	return d.name
}
