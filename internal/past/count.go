package past

import (
	"context"
	"math"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"watcher/internal/rules"
	"watcher/internal/store/segment"
)

// Counts is how much a query found.
type Counts struct {
	Found    int            `json:"found"`
	PerDay   map[string]int `json:"per_day"` // by days such as 2026-11-29, on which they came up; those with none are not there
	Caught   int            `json:"caught"`  // of those found, by other rules
	ByRule   map[string]int `json:"by_rule"` // of those caught, by the rule's name
	First    string         `json:"first"`   // the first day of which an article was looked at; empty where there is none
	Articles int            `json:"articles"`
	Scanned  int            `json:"scanned"` // of Articles, those whose text was read because no index answered
}

// Count counts what a query finds, by the days of a zone, and how much of that the rules
// of known catch, which may be nil. A rule is not compared with one of its own name. If
// articles must be read, and q.Since or q.Oldest is set, progress (may be nil) is called now
// and then with the counts so far, which it must not keep, and the share of the time since
// then that is done. If ctx is done, the counts so far are returned with its error. They are
// of the newest articles; Articles then includes some that were not looked at.
func (p *Past) Count(ctx context.Context, q Query, zone *time.Location, known *rules.Set, progress func(so Counts, done, total int)) (Counts, error) {
	n := Counts{PerDay: map[string]int{}, ByRule: map[string]int{}}
	s, err := q.search(ctx)
	if err != nil {
		return n, err
	}
	c := counting{search: s, n: &n, days: days{zone: zone}, first: math.MaxInt64, name: q.Rule.Name, known: known}
	s.progress = progressOf(&q, func(done, total int) {
		if progress != nil {
			n.First = c.days.of(c.first)
			progress(n, done, total)
		}
	})
	var run segment.Run
	for run, err = range p.history.Runs(ctx, Cutter()) {
		if err == nil {
			err = c.run(&run)
		}
		if err != nil {
			break
		}
	}
	if n.Articles > 0 {
		n.First = c.days.of(c.first)
	}
	return n, err
}

// counting is a Count in progress.
type counting struct {
	*search
	n     *Counts
	days  days
	first int64 // of the articles looked at, in Unix seconds

	name   string
	known  *rules.Set
	others []*rules.Search // of the rules of known; nil before they are needed
}

// run counts what is found in a run.
func (c *counting) run(run *segment.Run) error {
	x, err := c.ask(run)
	if err != nil {
		return err
	}
	c.n.Articles += x.all.Count()
	c.first = min(c.first, c.firstOf(run, &x))
	for i := x.sure.Before(run.Len); i >= 0; i = x.sure.Before(i) {
		c.found(&x, i)
	}
	if err := c.overlap(run, &x); err != nil {
		return err
	}
	return c.readAll(run, &x, x.perhaps.Without(x.sure))
}

// together is how many consecutive articles one reader takes: the texts are packed in
// groups.
const together = 64

// readAll reads articles and counts those that match. It leaves one processor free for
// polls and deliveries.
func (c *counting) readAll(run *segment.Run, x *asked, open rules.Articles) error {
	readers, ctx := errgroup.WithContext(c.ctx)
	var mu sync.Mutex // of what is counted
	var next atomic.Int64
	next.Store(int64((run.Len + together - 1) / together))
	for range max(1, runtime.GOMAXPROCS(0)-1) {
		readers.Go(func() error {
			for ctx.Err() == nil {
				first := int(next.Add(-1)) * together
				if first < 0 {
					return nil
				}
				for i := open.Before(first + together); i >= first; i = open.Before(i) {
					if err := c.readOne(run, x, i, &mu); err != nil {
						return err
					}
				}
			}
			return ctx.Err()
		})
	}
	return readers.Wait()
}

func (c *counting) readOne(run *segment.Run, x *asked, i int, mu *sync.Mutex) error {
	a, _, ok, err := c.read(run, x, i)
	if err != nil {
		return err
	}
	var also []rules.Match
	if ok && c.known != nil {
		also = c.known.Match(&a.Item)
	}
	mu.Lock()
	defer mu.Unlock()
	c.progress(x.columns.Seen[i])
	c.n.Scanned++
	if ok {
		c.found(x, i)
		c.caught(also)
	}
	return nil
}

func (c *counting) found(x *asked, i int) {
	c.n.Found++
	c.n.PerDay[c.days.of(c.cameUp(x, i))]++
}

// caught counts a found article by the other rules that match it.
func (c *counting) caught(by []rules.Match) {
	caught := false
	for _, m := range by {
		if other := c.known.Rule(m.Rule).Name; other != c.name {
			c.n.ByRule[other]++
			caught = true
		}
	}
	if caught {
		c.n.Caught++
	}
}

// asManyRules is how many rules an index answers for in the time in which an article is
// read and matched, roughly.
const asManyRules = 2

// overlap counts the articles that surely match by the other rules that match them. The
// index says it of each rule, unless there are more rules than articles to be read.
func (c *counting) overlap(run *segment.Run, x *asked) error {
	if c.known == nil || c.known.Len() == 0 || x.sure.Empty() {
		return nil
	}
	unread := x.sure
	if asManyRules*x.sure.Count() > c.known.Len() {
		var err error
		if unread, err = c.overlapByIndex(run, x); err != nil {
			return err
		}
	}
	for i := unread.Before(run.Len); i >= 0; i = unread.Before(i) {
		c.progress(x.columns.Seen[i])
		if err := c.ctx.Err(); err != nil {
			return err
		}
		a, err := run.Article(i)
		if err != nil {
			return err
		}
		c.caught(c.known.Match(&a.Item))
	}
	return nil
}

// overlapByIndex does so for the articles of which the index can tell it for all rules,
// and returns the others.
func (c *counting) overlapByIndex(run *segment.Run, x *asked) (unread rules.Articles, err error) {
	if c.others == nil {
		for k := range c.known.Len() {
			c.others = append(c.others, c.known.Search(k))
		}
	}
	ix := &index{c.ctx, run, x.columns, nil}
	sures := make([]rules.Articles, len(c.others))
	for k, other := range c.others {
		if c.known.Rule(k).Name == c.name {
			continue
		}
		sure, perhaps, err := other.Bounds(ix)
		if err != nil {
			return nil, err
		}
		sures[k] = sure.And(x.sure)
		unread = unread.Or(perhaps.And(x.sure).Without(sure))
	}
	var caught rules.Articles
	for k, sure := range sures {
		told := sure.Without(unread)
		if n := told.Count(); n > 0 {
			c.n.ByRule[c.known.Rule(k).Name] += n
			caught = caught.Or(told)
		}
	}
	c.n.Caught += caught.Count()
	return unread, nil
}
