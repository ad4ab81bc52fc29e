package poll

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"watcher/internal/budget"
	"watcher/internal/feeds"
	"watcher/internal/feeds/seen"
	"watcher/internal/text"
)

const (
	// A document of so many items at least, none of which was in the one before that
	// had as many at most, shows that its window was overrun. Feeds of one item or two
	// always are.
	overrunItems = 3
	// overrunShown is how long a feed is shown as overrun.
	overrunShown = 24 * time.Hour

	// maxOlder is how many older pages one poll reads, olderItems how many items
	// there may be before it ends, and olderTime how long it takes for all of them,
	// turns at their host included.
	maxOlder   = 10
	olderItems = 10_000
	olderTime  = time.Minute
	// olderPause is after what time a page is asked for again whose fetch failed in a
	// way that may pass.
	olderPause = time.Second
	// A feed whose older pages had nothing known maxVain times in a row is asked for
	// them once in vainPause: its items are others at each poll.
	maxVain   = 3
	vainPause = 24 * time.Hour
)

// Overrun is when the feed published more between two polls than its document shows.
// The zero value is never.
type Overrun struct {
	// Items may have come and gone unseen, as its older pages did not lead back to
	// what was known:
	Since time.Time // the poll after which
	Last  time.Time // when that was noticed last
	Why   string    // what was wrong with its older pages

	Read  time.Time // when older pages were read last
	Pages int       // how many
	Vain  int       // how often in a row they had nothing known
}

func (r *Overrun) lasts(now time.Time) bool {
	return !r.Last.IsZero() && now.Sub(r.Last) < overrunShown
}

func (r *Overrun) text() string {
	text := "may have missed items since " + utcMinute(r.Since)
	if r.Why != "" { // else a version before wrote it
		text += ": " + r.Why
	}
	return text
}

// overran reports whether a document shows none of the items of the one before, which had
// as many at most, so that others may have come and gone. Items that are pinned at its
// top say nothing.
func (j *job) overran(doc *feeds.Document, v *seen.Verdict) bool {
	was := &j.out.Claim.State
	switch {
	case v.Baseline, v.Rekeyed, was.Edited, was.Good.IsZero():
		return false
	case was.Items < overrunItems, len(doc.Entries) < was.Items, doc.Unread > 0:
		return false
	}
	return len(v.New) > 0 && (v.Reach == 0 || pinned(doc.Entries, v.Reach) && len(v.New) >= overrunItems)
}

// pinned reports whether the first n entries of a document, and no others, are out of its
// order, which has the newest first: each is older than all the rest.
func pinned(entries []feeds.Fingerprint, n int) bool {
	rest := entries[n:]
	if len(rest) < 2 || !rest[0].Published().After(rest[len(rest)-1].Published()) {
		return false
	}
	for i := range entries[:n] {
		top := entries[i].Published()
		older := func(e feeds.Fingerprint) bool { return !e.Published().After(top) }
		if top.IsZero() || slices.ContainsFunc(rest, older) {
			return false
		}
	}
	return true
}

// older is what reading the older pages of an overrun document brought.
type older struct {
	shows   int    // items of the document itself
	pinned  int    // of them, that are known and stand at its top whatever comes
	pages   int    // that were read
	reached bool   // they go back to items that were known
	why     string // they do not
	// demand is how the server answered for a page, if that was an error.
	demand *feeds.FetchError
}

// readOlder reads the pages with the items before those of doc, until one has a known
// item, and returns doc with the items that came since, and the verdict on all of it
// together. Nothing is stored before that: after a crash the whole poll is made
// again. The error is the context's or the store's; a page that cannot be read only
// ends the reading.
func (p *Poller) readOlder(ctx context.Context, j *job, doc feeds.Document, v seen.Verdict) (feeds.Document, seen.Verdict, error) {
	c := &j.out.Claim
	j.older = &older{shows: len(doc.Entries), pinned: v.Reach}
	if o := &c.State.Overrun; doc.Older != "" && o.Vain >= maxVain && c.Now.Sub(o.Read) < vainPause {
		j.older.why = fmt.Sprintf("its older pages had nothing that was known %d times in a row, so they are read once a day", o.Vain)
		return doc, v, nil
	}
	seen, err := p.seen(ctx, c)
	if err != nil {
		return doc, v, err
	}
	limit := budget.Within(ctx, olderTime)
	defer limit.Cancel()
	pages := &visit{p: p, job: j, src: j.feed.source(&c.State), limit: budget.OnAccount(limit, j.room)}
	asked := map[string]bool{pages.src.URL: true}
	since := c.State.Good
	if newest := seen.Newest(); !newest.IsZero() && newest.Before(since) {
		since = newest
	}
	for !j.older.reached && j.older.goesOn(&doc, asked) {
		asked[doc.Older] = true
		page, err := pages.older(ctx, doc.Older, seen)
		if ctx.Err() != nil {
			return doc, v, ctx.Err()
		}
		if err != nil {
			j.older.fail(err)
			break
		}
		before := len(v.New) + len(v.SlidBack)
		doc.Append(&page, &pages.src)
		v = p.judge(j, seen, &doc)
		j.older.take(&page, &doc, &v, len(v.New)+len(v.SlidBack) > before, since)
	}
	if j.older.cut(&doc, &v, since) {
		v = p.judge(j, seen, &doc)
	}
	return doc, v, nil
}

// judge judges what was read of a feed that was not given another address.
func (p *Poller) judge(j *job, seen *seen.Index, doc *feeds.Document) seen.Verdict {
	defer p.note.Begin(j.feed.ID)()
	return seen.Judge(doc, j.out.Claim.Now, j.plan.AlertFirst)
}

// older reads the page at an address. A fetch that failed in a way that may pass is
// made once more: the next poll has known items again and would not read this page.
func (v *visit) older(ctx context.Context, address string, seen *seen.Index) (feeds.Document, error) {
	page, err := v.olderPage(ctx, address, seen)
	if !passes(err) {
		return page, err
	}
	select {
	case <-time.After(olderPause):
		return v.olderPage(ctx, address, seen)
	case <-ctx.Done():
	case <-v.limit.Done():
	}
	return page, err
}

// passes reports whether a fetch failed in a way that may be over in a moment.
func passes(err error) bool {
	fe, ok := errors.AsType[*feeds.FetchError](err)
	return ok && fe.RetryAfter == 0 && (fe.Kind == feeds.Network || fe.Kind == feeds.Timeout || fe.Status >= 500 && fe.Kind != feeds.Challenge)
}

func (v *visit) olderPage(ctx context.Context, address string, shown *seen.Index) (page feeds.Document, err error) {
	err = v.ask(ctx, address, func(ctx context.Context) error {
		r, err := v.p.fetch.Fetch(ctx, v.src.At(address), feeds.Known{}, func() (*seen.Index, error) { return shown, nil })
		page = r.Document
		return err
	})
	return page, err
}

// goesOn reports whether there is a page to read behind those of doc; if not, why is why.
func (r *older) goesOn(doc *feeds.Document, asked map[string]bool) bool {
	switch {
	case r.why != "":
	case doc.OlderRefused != nil:
		r.why = doc.OlderRefused.Error()
	case doc.Older == "" && r.pages == 0:
		r.why = "it names no older page"
	case doc.Older == "":
		r.why = "there is no older page"
	case r.pages == maxOlder, len(doc.Entries) > olderItems:
		r.why = "there is more than is read at once"
	case asked[doc.Older]:
		r.why = "the older page that it names was read before"
	}
	return r.why == ""
}

// fail notes that the next page cannot be read.
func (r *older) fail(err error) {
	r.why = fmt.Sprintf("older page %d cannot be read: %v", r.pages+1, err)
	if fe, ok := errors.AsType[*feeds.FetchError](err); ok {
		r.demand = fe
	}
}

// take notes what a page added to doc; more says whether it added anything. The page
// leads back to what was known if all that came since the last poll stands before a
// known item: one that was edited may have come up again among the newest.
func (r *older) take(page, doc *feeds.Document, v *seen.Verdict, more bool, since time.Time) {
	r.pages++
	r.reached = v.Rekeyed || v.Reach > r.pinned
	for i := v.Reach; i < len(doc.Entries) && !v.Rekeyed; i++ {
		r.reached = r.reached && !doc.Entries[i].Published().After(since)
	}
	switch {
	case page.Unread > 0, page.CutOff && !r.reached:
		r.reached = false
		r.why = fmt.Sprintf("older page %d could not be read to its end", r.pages)
	case !r.reached && !more:
		r.why = fmt.Sprintf("older page %d shows nothing else", r.pages)
	}
}

// cut drops from doc the items of older pages that were there before the feed was
// watched: what stands behind the last one that is known, or, where none is or items are
// held as shown under other ids, what is dated before all that came since. It says whether
// there were any.
func (r *older) cut(doc *feeds.Document, v *seen.Verdict, since time.Time) bool {
	all := len(doc.Entries)
	if all == r.shows {
		return false
	}
	doc.Keep(func(i int, e *feeds.Fingerprint) bool {
		date := e.Published()
		came := !date.IsZero() && !date.Before(since)
		switch {
		case i < max(r.shows, v.Reach):
			return true
		case v.Rekeyed:
			return came
		}
		return v.Reach == r.pinned && (came || date.IsZero())
	})
	return len(doc.Entries) < all
}

// tellOverrun notes that the document's window was overrun. Where its older pages do
// not lead back to what was known, that is told once while it lasts. An adaptive
// interval is shortened: half of the time that was too long is its next one.
func (p *Plan) tellOverrun(o *pollResult, feed *PlannedFeed, r *older, items int, now time.Time) {
	was, s := &o.Claim.State, &o.State
	elapsed := now.Sub(was.Good)
	if s.Gap == 0 || s.Gap > elapsed {
		s.Gap = elapsed
	}
	if r.pages > 0 {
		s.Overrun.Read, s.Overrun.Pages = now, r.pages
		s.Overrun.Vain++
	}
	if r.reached {
		s.Overrun.Vain = 0
		return
	}
	told := s.Overrun.lasts(now)
	s.Overrun.Last, s.Overrun.Why = now, r.why
	if told {
		return
	}
	s.Overrun.Since = was.Good
	shows := "it shows"
	switch {
	case r.pages == 1:
		shows = "it shows, with one older page,"
	case r.pages > 1:
		shows = fmt.Sprintf("it shows, with %d older pages,", r.pages)
	}
	o.Alerts = append(o.Alerts, p.trouble(feedOverrun, feed, was.Good,
		"Feed %s may have missed items since %s: all %s items that %s have come up since then, and others may have come and gone (%s). Poll it more often (every), or look there.",
		feed.ID, utcMinute(was.Good), text.Number(items), shows, r.why)...)
}

func utcMinute(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 UTC") }
