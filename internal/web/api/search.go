package api

import (
	"context"
	"errors"
	"mime"
	"net/http"
	"strings"
	"time"

	"watcher/internal/past"
	"watcher/internal/poll"
	"watcher/internal/rules"
)

// searchTime is how long a search may take that is answered as a whole.
const searchTime = 50 * time.Second

// foundArticle is an article that a search found.
type foundArticle struct {
	ID       string      `json:"id"`
	Seen     time.Time   `json:"seen"`
	Item     articleItem `json:"item"`
	Excerpts []excerpt   `json:"excerpts"`
}

// articleItem is what an article says, with the keys that a webhook has.
type articleItem struct {
	ID         string     `json:"id"`
	Title      string     `json:"title"`
	Link       string     `json:"link"`
	Feed       string     `json:"feed"`
	FeedURL    string     `json:"feed_url"`
	Authors    []string   `json:"authors"`
	Categories []string   `json:"categories"`
	Language   string     `json:"language"`
	Published  *time.Time `json:"published"`
	Summary    string     `json:"summary"`
}

// excerpt is a piece of a field around what matched, with the keys that a webhook has.
type excerpt struct {
	Field string   `json:"field"`
	Text  string   `json:"text"`
	Spans [][2]int `json:"spans"` // byte offsets into Text
}

func foundOf(f *past.Found) foundArticle {
	a := foundArticle{ID: f.ID, Seen: f.Seen.UTC(), Item: articleItem(poll.TellItem(&f.Item)), Excerpts: []excerpt{}}
	a.Item.Authors, a.Item.Categories = notNil(a.Item.Authors), notNil(a.Item.Categories)
	for _, e := range poll.Excerpts(&f.Item, f.Spans) {
		a.Excerpts = append(a.Excerpts, excerpt(e))
	}
	return a
}

func notNil(s []string) []string {
	if s == nil {
		return []string{}
	}
	return s
}

func (c *call) query() past.Query {
	return past.Query{
		Rule: rules.Rule{Match: c.args.text("q")}, Language: c.Config().Language(),
		Since: c.args.moment("since"), Until: c.args.moment("until"),
	}
}

// searching has one of the few places for searches; leave gives it back.
func (c *call) searching() (leave func(), err error) {
	select {
	case c.searches <- struct{}{}:
		return func() { <-c.searches }, nil
	default:
		return nil, &problem{Status: http.StatusServiceUnavailable, Detail: "Other searches are under way; ask again soon.", after: "2"}
	}
}

func (c *call) search() (any, error) {
	leave, err := c.searching()
	if err != nil {
		return nil, err
	}
	defer leave()
	if wantsLines(c.r) {
		return c.searchLines()
	}
	ctx, cancel := context.WithTimeout(c.context(), searchTime)
	defer cancel()
	found, most := list[foundArticle]{Items: []foundArticle{}}, c.args.count("limit")
	for f, err := range c.Past.Newest(ctx, c.query(), c.args.text("cursor")) {
		switch {
		case err != nil:
			return nil, tooLong(ctx, err)
		case len(found.Items) == most:
			found.Next = found.Items[most-1].ID
			return found, nil
		}
		found.Items = append(found.Items, foundOf(&f))
	}
	return found, nil
}

// tooLong says what to do where a search was ended by its time.
func tooLong(ctx context.Context, err error) error {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return &problem{Status: http.StatusServiceUnavailable, Detail: "The search takes too long: narrow it with since, or ask for application/jsonl, which answers as it finds.", after: "60"}
	}
	return err
}

// wantsLines reports whether the answer is to be application/jsonl.
func wantsLines(r *http.Request) bool {
	for accept := range strings.SplitSeq(r.Header.Get("Accept"), ",") {
		if kind, _, err := mime.ParseMediaType(accept); err == nil && kind == "application/jsonl" {
			return true
		}
	}
	return false
}

// flushTime is how long a line that was found may wait for more.
const flushTime = 100 * time.Millisecond

// searchLines sends each article as it is found. A failure halfway cuts the stream,
// which the reader sees.
func (c *call) searchLines() (any, error) {
	var s *stream
	var lines []byte
	n, most, last := 0, 0, time.Now()
	if c.r.URL.Query().Has("limit") {
		most = c.args.count("limit")
	}
	for f, err := range c.Past.Newest(c.context(), c.query(), c.args.text("cursor")) {
		switch {
		case err != nil && s == nil:
			return nil, err
		case err != nil:
			panic(http.ErrAbortHandler)
		}
		line, err := marshal(foundOf(&f))
		if err != nil {
			return nil, err
		}
		lines = append(lines, line...)
		n++
		if n > 1 && n != most && time.Since(last) < flushTime {
			continue
		}
		if s == nil {
			if s, err = begin(c.w, "application/jsonl"); err != nil {
				return nil, err
			}
		}
		if s.send(lines) != nil {
			return streamed{}, nil
		}
		lines, last = lines[:0], time.Now()
		if n == most {
			return streamed{}, nil
		}
	}
	if s == nil {
		c.w.Header().Set("Content-Type", "application/jsonl")
		return streamed{}, nil
	}
	_ = s.send(lines) // the reader is gone if it fails
	return streamed{}, nil
}

func (c *call) countSearch() (any, error) {
	leave, err := c.searching()
	if err != nil {
		return nil, err
	}
	defer leave()
	if wantsLines(c.r) {
		return c.countLines()
	}
	ctx, cancel := context.WithTimeout(c.context(), searchTime)
	defer cancel()
	cfg := c.Config()
	counts, err := c.Past.Count(ctx, c.query(), cfg.Zone, cfg.Set, nil)
	if err != nil {
		return nil, tooLong(ctx, err)
	}
	return counts, nil
}

// countLine is what was counted so far: of the newest articles, and of all in the last
// line.
type countLine struct {
	past.Counts
	Percent int `json:"percent"` // of the period, how much was counted; 100 in the last line alone. The period begins at `since`, but no earlier than `history.keep` ago
}

// countLines sends what was counted so far, until all is. A failure halfway cuts the
// stream, which the reader sees by the last line.
func (c *call) countLines() (any, error) {
	ctx, cancel := context.WithCancel(c.context())
	defer cancel()
	var s *stream
	send := func(so past.Counts, percent int) error {
		line, err := marshal(countLine{so, percent})
		if err != nil {
			return err
		}
		if s == nil {
			if s, err = begin(c.w, "application/jsonl"); err != nil {
				return err
			}
		}
		return s.send(line)
	}
	var last time.Time
	cfg := c.Config()
	q := c.query()
	q.Oldest = time.Now().Add(-cfg.History.Keep)
	counts, err := c.Past.Count(ctx, q, cfg.Zone, cfg.Set, func(so past.Counts, done, total int) {
		if done == total || time.Since(last) < flushTime {
			return
		}
		if send(so, 100*done/total) != nil {
			cancel() // the reader is gone
		}
		last = time.Now()
	})
	switch {
	case err != nil && s == nil:
		return nil, err
	case err != nil:
		panic(http.ErrAbortHandler)
	}
	_ = send(counts, 100) // the reader is gone if it fails
	return streamed{}, nil
}
