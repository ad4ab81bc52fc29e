package poll

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"watcher/internal/budget"
	"watcher/internal/feeds"
)

const (
	// mostPages is how many articles' pages one poll reads, and pagesTime how
	// long it takes for all of them, turns at their hosts included. What comes
	// beyond is matched by its summary.
	mostPages = 30
	pagesTime = time.Minute
	// pageTime is how long one page may take.
	pageTime = 20 * time.Second
	// wholeArticle is how many characters a text has that is an article by
	// itself, unless its end says otherwise. Feeds cut at 55 words (WordPress) to
	// some hundreds of characters.
	wholeArticle = 1500
)

// pageErrors that are no FetchError.
var (
	errTooManyPages = fmt.Errorf("more than %d articles at one poll, or more than fit in %v", mostPages, pagesTime)
	errBusyHost     = errors.New("the article's host was not free in time, or asked to be left alone")
	errThinPage     = errors.New("the article's page has less text than the feed")
)

// readPages replaces the contents of items that the feed cut short by what
// their pages say, for a feed that wants it. What cannot be had is counted in
// the outcome's state, and the item stays as the feed has it.
func (p *Poller) readPages(ctx context.Context, j *job, lists ...[]feeds.Item) {
	if !j.feed.FullText {
		return
	}
	limit := budget.Within(ctx, pagesTime)
	defer limit.Cancel()
	v := &pageVisit{p: p, job: j, src: j.feed.source(&j.out.Claim.State), limit: feeds.OnAccount(limit, j.room)}
	for _, items := range lists {
		for i := range items {
			it := &items[i]
			if it.Link == "" || !cutShort(it.Text()) {
				continue
			}
			text, err := v.read(ctx, it)
			if ctx.Err() != nil {
				return // the poll is given up
			}
			if err == nil {
				it.Content = text
				continue
			}
			p.log.Debug("no full text", "feed", j.feed.ID, "link", it.Link, "error", err)
			j.out.State.NoText++
			j.out.State.NoTextError = err.Error()
		}
	}
	if n := j.out.State.NoText; n > 0 && j.out.Claim.State.NoText == 0 { // said once, not at each poll
		p.log.Warn("articles are matched by their summary, as their page cannot be read", "feed", j.feed.ID, "articles", n, "error", j.out.State.NoTextError)
	}
}

// cutShort says whether a feed's text of an article is unlikely to be all of it.
func cutShort(text string) bool {
	if utf8.RuneCountInString(text) < wholeArticle {
		return true
	}
	end := strings.TrimRight(text[len(text)-min(len(text), 64):], " \n\t)]»>")
	return strings.HasSuffix(end, "…") || strings.HasSuffix(end, "...") || strings.HasSuffix(strings.ToLower(end), "read more")
}

// pageVisit reads the pages of one poll, one after the other.
type pageVisit struct {
	p     *Poller
	job   *job
	src   feeds.Source
	limit context.Context // for all of them
	asked int
	left  bool // the poll's own turn at the feed's host was given back
}

// read returns the text of an item's page.
func (v *pageVisit) read(ctx context.Context, it *feeds.Item) (string, error) {
	if v.asked++; v.asked > mostPages || v.limit.Err() != nil {
		return "", errTooManyPages
	}
	// The turn at the feed's host is over with the feed's answer. It must not be
	// held while waiting for another one, which may be at the same host.
	if !v.left && v.job.host != nil {
		v.tell(ctx, turnEvent{what: turnEnds, turn: &turn{host: v.job.host}, took: time.Since(v.job.started)})
		v.job.host = nil
	}
	v.left = true
	key := feeds.HostOf(it.Link)
	if v.job.feed.host == "" && key == feeds.HostOf(v.src.URL) {
		return v.fetch(it) // host_limits: false
	}
	t := &turn{key: key, limit: v.job.plan.limit(key), granted: make(chan bool, 1)}
	v.tell(ctx, turnEvent{what: turnWanted, turn: t})
	over := turnEvent{what: turnEnds, turn: t}
	defer func() { v.tell(ctx, over) }()
	select {
	case <-v.limit.Done():
		return "", errBusyHost
	case ok := <-t.granted:
		if !ok {
			return "", errBusyHost
		}
	}
	start := time.Now()
	text, err := v.fetch(it)
	over.took = time.Since(start)
	if fe, ok := errors.AsType[*feeds.FetchError](err); ok && fe.Kind == feeds.Throttled {
		pause := throttledBar
		if fe.RetryAfter > 0 {
			pause = min(fe.RetryAfter, longestBar)
		}
		over.bar = time.Now().Add(pause)
	}
	return text, err
}

func (v *pageVisit) fetch(it *feeds.Item) (string, error) {
	limit := budget.Within(v.limit, pageTime)
	defer limit.Cancel()
	text, err := v.p.fetch.FullText(limit, v.src, it.Link)
	if err == nil && len(text) < len(it.Text()) {
		err = errThinPage
	}
	return text, err
}

// tell sends the dispatcher an event, unless the program ends.
func (v *pageVisit) tell(ctx context.Context, e turnEvent) {
	select {
	case v.job.turns <- e:
	case <-ctx.Done():
	}
}

// turn is the right to ask a host for one page, within the limits that hold for
// polls of it.
type turn struct {
	key     string
	limit   Limit
	host    *host     // once the dispatcher has it
	granted chan bool // has room for the answer: whether the turn has come
	begun   bool      // it counts as a request under way
}

// turnEvent is what a worker says of a turn.
type turnEvent struct {
	what turnWish
	turn *turn
	took time.Duration
	bar  time.Time // the host is not to be asked before
}

type turnWish int

const (
	turnWanted turnWish = iota
	turnEnds            // also of one that was waited for too long
)

// hear takes what a worker says of a turn.
func (d *dispatcher) hear(e turnEvent) {
	t, now := e.turn, time.Now()
	switch {
	case e.what == turnWanted:
		t.host = d.hosts.host(t.key, t.limit)
		if t.host.barred.After(now) {
			t.granted <- false
			return
		}
		d.pages[t.host] = append(d.pages[t.host], t)
	case t.granted == nil || t.begun: // the poll's own turn, or one for a page
		d.hosts.done(&job{host: t.host, took: e.took})
	default:
		d.forget(t)
	}
	if !e.bar.IsZero() {
		d.bar(t.key, t.limit, e.bar)
	}
}

// forget takes out a turn that nobody waits for any more.
func (d *dispatcher) forget(t *turn) {
	waiting := d.pages[t.host]
	for i := range waiting {
		if waiting[i] == t {
			waiting = append(waiting[:i], waiting[i+1:]...)
			break
		}
	}
	d.keep(t.host, waiting)
}

func (d *dispatcher) keep(x *host, waiting []*turn) {
	if len(waiting) == 0 {
		delete(d.pages, x)
		return
	}
	d.pages[x] = waiting
}

// grant gives the turns that have come. Pages go before polls: a poll waits for
// them, and its alerts with it.
func (d *dispatcher) grant(now time.Time) {
	for x, waiting := range d.pages {
		for len(waiting) > 0 && x.running < x.limit.Parallel && !x.next.After(now) {
			d.hosts.enter(x, now)
			waiting[0].begun = true
			waiting[0].granted <- true
			waiting = waiting[1:]
		}
		d.keep(x, waiting)
	}
}

// nextPage is when the next turn for a page may come; false if only the end of
// a request can bring it.
func (d *dispatcher) nextPage() (at time.Time, ok bool) {
	for x := range d.pages {
		if x.running < x.limit.Parallel && (!ok || x.next.Before(at)) {
			at, ok = x.next, true
		}
	}
	return at, ok
}

// bar keeps a host from being asked, by polls and for pages.
func (d *dispatcher) bar(key string, limit Limit, until time.Time) {
	for _, other := range d.hosts.bar(key, limit, until) {
		d.giveBack(other, other.host.turn(other.out.Claim.Feed, time.Now()))
	}
	x := d.hosts.byKey[key]
	for _, t := range d.pages[x] {
		t.granted <- false
	}
	delete(d.pages, x)
}
