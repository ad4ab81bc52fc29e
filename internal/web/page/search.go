package page

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"watcher/internal/notify"
	"watcher/internal/past"
	"watcher/internal/poll"
	"watcher/internal/rules"
	"watcher/internal/text"
)

const (
	// foundShown is how many articles a page of the search has.
	foundShown = 30
	// searchTime and countTime bound what a page waits for. A query that an index
	// answers takes a small part of it; one whose articles must be read may not come to
	// its end, and then the page says how far it came.
	searchTime = 8 * time.Second
	countTime  = 2 * time.Second
	longCount  = 60 * time.Second
	// leastDays are what a chart shows at least, where so many were asked for.
	leastDays = 14
	// sinceDays is how far back one searches who does not say it.
	sinceDays = 30
)

type searchPage struct {
	frame
	Query   string
	Days    int
	From    string // the day from which on is searched
	To      string
	Asked   bool // there is a query
	Mistake *mistake
	Found   []foundDay
	Older   string
	Short   string // why not all was searched
	Count   *counted
	Uncount string // the address of the page that counts, where it takes long
	Feed    string // the path and query of the search, as a feed
}

// foundDay has the articles of a day.
type foundDay struct {
	Name string
	Rows []foundRow
}

type foundRow struct {
	ID         string
	Clock      moment
	Title      []piece
	Excerpts   []excerpt
	Feed       string
	Link, Host string
	Language   string
}

// counted is how much was found, and by which rules too.
type counted struct {
	Found, Caught, Articles int
	Scanned                 bool
	Partly                  bool // it took too long, and the newest articles alone were counted
	Percent                 int  // of the time that was asked for, those of which were; 0: not known
	Chart                   chart
	Rules                   []ruleCount
}

type ruleCount struct {
	Name  string
	Count int
	Share int // of what was found, in a hundred
}

var searchKeys = []string{"q", "from", "to", "days"}

// dayChoices are how far back a search goes, in days; 0 is all that is kept.
var dayChoices = []int{1, 7, 30, 90, 365, 0}

func (searchPage) DayChoices() []int { return dayChoices }

// asked is what a search is to look for.
type asked struct {
	query past.Query
	days  int
}

// searchAsked reads a search; a query that is no query is a mistake of Past.
func (s *site) searchAsked(f *frame, q url.Values) (asked, error) {
	cfg := s.Config()
	a := asked{query: past.Query{Rule: rules.Rule{Match: strings.TrimSpace(q.Get("q"))}}, days: sinceDays}
	if a.query.Rule.Match != "" {
		a.query.Language = cfg.Language()
	}
	if d := q.Get("days"); d != "" {
		if _, err := fmt.Sscan(d, &a.days); err != nil || a.days < 0 || a.days > 36500 {
			return a, wrong("days is a number of days; 0 is all that is kept")
		}
	}
	var err error
	if a.query.Since, err = f.date(q, "from"); err != nil {
		return a, err
	}
	if a.query.Until, err = f.date(q, "to"); err != nil {
		return a, err
	}
	if !a.query.Until.IsZero() {
		a.query.Until = a.query.Until.AddDate(0, 0, 1)
	}
	if a.query.Since.IsZero() && a.days > 0 {
		today := f.now.In(f.zone)
		a.query.Since = time.Date(today.Year(), today.Month(), today.Day()-a.days+1, 0, 0, 0, 0, f.zone)
	}
	return a, nil
}

func (s *site) search(r *http.Request, f *frame) (any, error) {
	f.Title = "Search"
	q := r.URL.Query()
	a, err := s.searchAsked(f, q)
	if err != nil {
		return nil, err
	}
	p := searchPage{Query: a.query.Rule.Match, Days: a.days, From: q.Get("from"), To: q.Get("to")}
	p.frame = *f
	if p.Query == "" {
		return p, nil
	}
	p.Asked, p.Title = true, p.Query+" · Search"
	if err := s.newest(r.Context(), &p, a.query, q); err != nil {
		return nil, err
	}
	if p.Mistake == nil && q.Get("after") == "" {
		if err := s.count(r.Context(), &p, a.query, q); err != nil {
			return nil, err
		}
	}
	feed := kept(q, []string{"q"})
	p.Feed = "search" + query(feed)
	return p, nil
}

// newest adds the newest of what is found.
func (s *site) newest(ctx context.Context, p *searchPage, query_ past.Query, q url.Values) error {
	ctx, cancel := context.WithTimeout(ctx, searchTime)
	defer cancel()
	n, last := 0, ""
	for found, err := range s.Past.Newest(ctx, query_, q.Get("after")) {
		if m := mistakeOf(err); m != nil {
			p.Mistake = m
			return nil
		}
		if errors.Is(err, context.DeadlineExceeded) {
			p.Short = "This query must read the text of the articles, and there was no time to read them all. Choose fewer days, or continue below what was found."
			break
		}
		if err != nil {
			return err
		}
		if n == foundShown {
			rest := kept(q, searchKeys)
			rest.Set("after", last)
			p.Older = query(rest)
			break
		}
		n, last = n+1, found.ID
		p.add(&found)
	}
	if p.Short != "" && last != "" {
		rest := kept(q, searchKeys)
		rest.Set("after", last)
		p.Older = query(rest)
	}
	return nil
}

func (p *searchPage) add(found *past.Found) {
	name := p.Day(found.Seen)
	if len(p.Found) == 0 || p.Found[len(p.Found)-1].Name != name {
		p.Found = append(p.Found, foundDay{Name: name})
	}
	d := &p.Found[len(p.Found)-1]
	d.Rows = append(d.Rows, p.foundRow(found))
}

// maxExcerpts is how many pieces of an article a result shows.
const maxExcerpts = 2

func (f frame) foundRow(found *past.Found) foundRow {
	it := &found.Item
	row := foundRow{ID: found.ID, Clock: f.Clock(found.Seen), Feed: it.Feed, Link: webLink(it.Link), Host: hostOf(it.Link), Language: it.Language}
	row.Title, row.Excerpts = excerptsOf(poll.Excerpts(it, found.Spans))
	if row.Title == nil {
		row.Title = pieces(text.Short(it.Title, 250), nil)
	}
	if len(row.Title) == 0 {
		row.Title = pieces("(without a title)", nil)
	}
	row.Excerpts = row.Excerpts[:min(len(row.Excerpts), maxExcerpts)]
	if len(row.Excerpts) == 0 {
		if e := notify.MakeExcerpt("summary", it.Text(), nil); e.Text != "" && e.Text != it.Title {
			row.Excerpts = []excerpt{{e.Field, pieces(e.Text, nil)}}
		}
	}
	return row
}

// count adds how much is found, if that can be said soon.
func (s *site) count(ctx context.Context, p *searchPage, query_ past.Query, q url.Values) error {
	long := q.Get("count") == "all"
	limit := countTime
	if long {
		limit = longCount
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	query_.Oldest = p.now.Add(-s.Config().History.Keep)
	percent := 0
	counts, err := s.Past.Count(ctx, query_, p.zone, s.Config().Set, func(_ past.Counts, done, total int) { percent = 100 * done / total })
	partly := errors.Is(err, context.DeadlineExceeded)
	if err != nil && !partly {
		return err
	}
	p.Count = countedOf(&counts, p.now.In(p.zone), query_)
	p.Count.Partly, p.Count.Percent = partly, percent
	if partly && !long {
		rest := kept(q, searchKeys)
		rest.Set("count", "all")
		p.Uncount = query(rest)
	}
	return nil
}

func countedOf(counts *past.Counts, today time.Time, q past.Query) *counted {
	c := &counted{Found: counts.Found, Caught: counts.Caught, Articles: counts.Articles, Scanned: counts.Scanned > 0 && counts.Scanned == counts.Articles}
	first, last := today, today
	if !q.Until.IsZero() && q.Until.Before(today) {
		last = q.Until.AddDate(0, 0, -1)
	}
	if t, err := time.Parse(time.DateOnly, counts.First); err == nil {
		first = t
	}
	if least := last.AddDate(0, 0, 1-leastDays); first.After(least) {
		first = least // of a few days each bar would be as wide as a hand
	}
	if !q.Since.IsZero() && first.Before(q.Since) {
		first = q.Since
	}
	c.Chart = chartOf(counts.PerDay, dateOf(first), dateOf(last), "articles")
	for name, n := range counts.ByRule {
		c.Rules = append(c.Rules, ruleCount{name, n, 100 * n / max(counts.Found, 1)})
	}
	slices.SortFunc(c.Rules, func(a, b ruleCount) int {
		if a.Count != b.Count {
			return b.Count - a.Count
		}
		return strings.Compare(a.Name, b.Name)
	})
	return c
}

// dateOf is the day of a time, as a time that has no zone.
func dateOf(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
}

type asRulePage struct {
	frame
	Name, Query string
	Items       []string
	YAML        string
	Mistake     *mistake
	Back        string
	Places      []fileRow // files that it can be put into
}

// maxExamples is how many articles become examples of a rule.
const maxExamples = 20

// asRule shows a search as a rule, with the articles that were ticked as its examples.
func (s *site) asRule(r *http.Request, f *frame) (any, error) {
	f.Title = "New rule"
	q := r.URL.Query()
	p := asRulePage{Query: strings.TrimSpace(q.Get("q")), Name: strings.TrimSpace(q.Get("name")), Items: q["item"], Back: "search" + query(kept(q, searchKeys))}
	if p.Query == "" {
		return nil, wrong("a rule needs a query; search for something first")
	}
	if p.Name == "" {
		p.Name = nameFor(p.Query)
	}
	rule, err := s.ruleOf(r, p.Name, p.Query, p.Items)
	if err != nil {
		return nil, err
	}
	if f.Editing {
		p.Places = s.places()
	}
	_, err = rules.Compile([]rules.Rule{rule}, s.Config().Language())
	p.Mistake = mistakeOf(err)
	out, err := yaml.Marshal(map[string][]rules.Rule{"rules": {rule}})
	if err != nil {
		return nil, fmt.Errorf("write the rule: %w", err)
	}
	p.YAML = string(out)
	p.frame = *f
	return p, nil
}

// nameFor makes a name of the first words of a query.
func nameFor(query string) string {
	var words []string
	for _, w := range strings.FieldsFunc(strings.ToLower(query), func(r rune) bool { return !('a' <= r && r <= 'z' || '0' <= r && r <= '9' || r > 127) }) {
		switch w {
		case "and", "or", "not", "near", "before", "title", "lead", "lang", "tag", "feed":
			continue
		}
		if words = append(words, w); len(words) == 3 {
			break
		}
	}
	if len(words) == 0 {
		return "new-rule"
	}
	return strings.Join(words, "-")
}
