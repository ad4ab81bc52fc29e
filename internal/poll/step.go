package poll

import (
	"context"
	"fmt"
	"runtime/debug"
	"slices"
	"time"

	"watcher/internal/budget"
	"watcher/internal/feeds"
	"watcher/internal/feeds/seen"
)

// poll makes one poll of a claimed feed. Its only effect on the world is the request:
// the outcome that it fills in takes effect once it is committed. A poll that ctx, the
// program, ended leaves everything as it was.
func (p *Poller) poll(ctx context.Context, j *job) {
	o, c := &j.out, &j.out.Claim
	if p.note.Convicted(c.Feed) {
		p.setAside(o, j.plan, c.Now.Add(time.Since(j.claimed)))
		return
	}
	start := time.Now()
	result, err := p.step(ctx, j)
	if ctx.Err() != nil {
		*o = untouched(*c, c.Due)
		return
	}
	p.polls.Add(1)
	now := c.Now.Add(time.Since(j.claimed))
	defer p.acquit(o)
	if err != nil {
		p.errors.Add(1)
		p.tally.failed(err)
		p.outage.settled(&o.Outcome, false)
		*o = untouched(*c, c.Due)
		o.State.Polled = now
		p.fail(o, j, err, start, now)
		return
	}
	p.tally.worked(&result)
	j.plan.tellOdd(o, j.feed, now)
	j.plan.tellSilence(o, j.feed, now)
	o.Next = j.feed.next(c, &o.State, now, result.Fresh, j.plan.Pushes)
	if r := j.older; r != nil && r.demand != nil && r.demand.Kind != feeds.Gone {
		j.applyRetryAfter(o, r.demand, now)
	}
}

// step is the road of one poll: fetch, judge, match. A panic on the way is the
// document's doing, and one feed's failure: it must neither end the program nor
// meet it again at the next start.
func (p *Poller) step(ctx context.Context, j *job) (result feeds.FetchResult, err error) {
	defer func() {
		if r := recover(); r != nil {
			p.log.Error("panic while reading a feed", "feed", j.feed.ID, "panic", r, "stack", string(debug.Stack()))
			err = fmt.Errorf("the document cannot be read (internal error: %v)", r)
		}
	}()
	result, verdict, err := p.read(ctx, j)
	if err != nil {
		return result, err
	}
	if !result.Unchanged && j.overran(&result.Document, &verdict) {
		if result.Document, verdict, err = p.readOlder(ctx, j, result.Document, verdict); err != nil {
			return result, err
		}
	}
	p.readPages(ctx, j, verdict.New, verdict.Changed)
	o, now := &j.out, j.out.Claim.Now.Add(time.Since(j.claimed))
	o.State.Polled = now
	p.recordSuccess(o, j, &result, &verdict, now)
	if !result.Unchanged {
		defer p.note.Begin(j.feed.ID)()
		p.applyDocument(o, j, &result.Document, &verdict, now)
	}
	return result, nil
}

// read fetches the feed and judges which items are new. A fetch has FetchTimeout,
// without its waits for memory.
func (p *Poller) read(ctx context.Context, j *job) (feeds.FetchResult, seen.Verdict, error) {
	limit := budget.Within(ctx, feeds.FetchTimeout)
	defer limit.Cancel()
	ctx = limit
	c := &j.out.Claim
	var shown *seen.Index
	load := func() (*seen.Index, error) {
		if shown != nil {
			return shown, nil
		}
		var err error
		shown, err = p.seen(ctx, c)
		return shown, err
	}
	j.asked = c.State.ask(c.Now)
	result, err := p.fetch.Fetch(ctx, j.feed.source(&c.State), j.asked, load)
	j.room = result.Document.Room
	if err != nil || result.Unchanged {
		return result, seen.Verdict{}, err
	}
	if shown, err = load(); err != nil {
		return result, seen.Verdict{}, err
	}
	defer p.note.Begin(c.Feed)()
	doc := result.Document // so that only a result with one goes to the heap
	if c.State.Edited && !j.plan.AlertFirst {
		return result, shown.JudgeElsewhere(&doc, c.Now), nil
	}
	return result, shown.Judge(&doc, c.Now, j.plan.AlertFirst), nil
}

// seen is what the feed has shown, as the last poll left it.
func (p *Poller) seen(ctx context.Context, c *Claim) (*seen.Index, error) {
	packed, err := p.store.Seen(ctx, *c)
	if err != nil {
		return nil, err
	}
	return seen.Unpack(packed)
}

// recordSuccess notes that the feed answered.
func (p *Poller) recordSuccess(o *pollResult, j *job, r *feeds.FetchResult, v *seen.Verdict, now time.Time) {
	p.endOutage(o, j.plan)
	s := &o.State
	s.believe(j.asked, r, len(v.New) > 0 && !v.Baseline, now)
	if !s.Trust.Wrong.IsZero() && o.Claim.State.Trust.Wrong.IsZero() {
		p.log.Warn("its server answers 304, or with what was there before, when something has changed: asked without validators from now on", "feed", j.feed.ID)
	}
	s.Good = now
	s.offer(r, j.feed.URL, now)
	if !r.Unchanged {
		if s.UnusedHub = r.UnusedHub(j.feed.URL); s.UnusedHub != "" {
			p.log.Debug("offers a hub that is not used: it is not https", "feed", j.feed.ID, "hub", feeds.Shown(s.UnusedHub))
		}
	}
	s.Failures, s.Backoff = Failures{}, Backoff{}
	j.plan.tellRecovery(o, j.feed, now)
	j.plan.follow(o, j.feed, r.MovedTo, now)
}

// applyDocument takes over a document that has changed.
func (p *Poller) applyDocument(o *pollResult, j *job, doc *feeds.Document, v *seen.Verdict, now time.Time) {
	feed, s := j.feed, &o.State
	s.look(doc, v, now)
	s.Items = len(doc.Entries)
	if j.older != nil {
		s.Items = j.older.shows
	}
	s.Dangerous = time.Time{}
	s.Edited = s.Edited && s.Items == 0
	s.Hints = PollHints{max(doc.Hints.TTL, doc.Hints.UpdatePeriod), doc.Hints.SkipHours, doc.Hints.SkipDays}
	o.Seen, o.Baseline, o.New = v.Packed, v.Baseline, len(v.New)
	if marks := j.plan.marks(v.Base); len(marks) > 0 {
		if seen, err := seen.Unpack(v.Packed); err == nil { // just packed
			o.Seen = seen.Matched(marks)
		}
	}
	if s.Items == 0 && v.Packed != nil {
		s.Known = feeds.Known{} // so that a second empty document is read, though its bytes are the same
	}
	o.warnings = doc.Warnings
	if n := len(doc.Warnings); n != s.Warnings { // said once, not at each change of the feed
		if s.Warnings = n; n > 0 {
			p.log.Warn("document repaired", "feed", feed.ID, "warning", doc.Warnings[0], "warnings", n)
		}
	}
	if v.Rekeyed {
		p.holdBack(o, j, now)
	}
	if v.Packed != nil {
		s.Identity = v.Identity
	}
	j.plan.passOver(s, v.SlidBack)
	o.Articles = slices.Concat(v.New, v.SlidBack, v.Changed)
	if v.Baseline {
		o.Articles = doc.Items
		s.begin(doc.Items, now)
	}
	p.alert(o, j, v, now)
	if r := j.older; r != nil {
		j.plan.tellOverrun(o, feed, r, len(doc.Entries)-r.pinned, now)
		p.log.Info("more came than the feed shows", "feed", feed.ID, "older_pages", r.pages, "items", len(doc.Entries), "complete", r.reached, "why", r.why)
	}
}

// alert makes the alerts for what is new or changed.
func (p *Poller) alert(o *pollResult, j *job, v *seen.Verdict, now time.Time) {
	feed, plan, s := j.feed, j.plan, &o.State
	if len(v.New) > 0 {
		s.publish(v.New, now)
	}
	if len(v.New)+len(v.Changed) == 0 {
		return
	}
	before := s.TooOld
	alerts := plan.news(feed, s, v, now)
	alerts = append(alerts, plan.changes(feed, s, v, now)...)
	o.Alerts = append(o.Alerts, alerts...)
	p.log.Info("new items", "feed", feed.ID, "new", len(v.New), "changed", len(v.Changed), "alerts", len(alerts), "too_old", s.TooOld-before)
}
