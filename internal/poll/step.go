package poll

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"time"

	"watcher/internal/feeds"
	"watcher/internal/notify"
)

// poll makes one poll of a claimed feed. It has no effect on the world but the
// request: what it returns happens once it is committed. ok is false where there
// is nothing to commit, and the claim is left to run out.
func (p *Poller) poll(ctx context.Context, c Claim) (o Outcome, ok bool) {
	plan := p.plan.Load()
	feed := plan.Sources[c.Feed]
	if feed == nil {
		return Outcome{}, false // gone from the config since the claim
	}
	log := p.log.With("feed", c.Feed)
	o = Outcome{Claim: c, State: c.State}
	o.State.Polled = c.Now
	start := time.Now()

	result, verdict, err := p.read(ctx, feed, plan, c)
	if ctx.Err() != nil {
		return Outcome{}, false // ended by the program, not by the feed
	}
	p.polls.Add(1)
	now := c.Now.Add(time.Since(start))
	if err != nil {
		p.errors.Add(1)
		p.fail(&o, feed, plan, err, now)
		log.Warn("poll failed", "error", err, "failures", o.State.Failed, "next", o.Next.Format(time.RFC3339))
		return o, true
	}
	p.succeed(&o, feed, plan, result, now)
	for _, w := range result.Document.Warnings {
		log.Debug("repaired", "warning", w)
	}
	if result.Unchanged {
		return o, true
	}
	o.State.Items = len(result.Document.Entries)
	o.Seen, o.Baseline, o.New = verdict.Packed, verdict.Baseline, len(verdict.New)
	if verdict.Baseline {
		log.Info("baseline taken", "items", o.State.Items)
	}
	if verdict.Rekeyed {
		log.Warn("feed re-keyed: its items are held")
		o.Alerts = append(o.Alerts, plan.trouble("feed_rekeyed", feed, now,
			"Feed %s shows under new ids what it has shown before. The items are held and do not alert.", feed.ID)...)
	}
	fresh := slices.Concat(verdict.New, verdict.Changed)
	o.Articles = fresh
	if verdict.Baseline {
		o.Articles = result.Document.Items
	}
	if len(fresh) > 0 {
		o.State.Changed = now
		o.Alerts = append(o.Alerts, plan.alerts(feed, fresh, now)...)
		log.Info("new items", "new", len(verdict.New), "changed", len(verdict.Changed), "alerts", len(o.Alerts))
	}
	return o, true
}

// trouble words something about a feed for the ops targets.
func (p *Plan) trouble(kind string, feed *Feed, since time.Time, format string, args ...any) []notify.Alert {
	return notify.TroubleAlerts(p.Ops, notify.Trouble{Kind: kind, Feed: feed.ID, Since: since.UTC(), Text: fmt.Sprintf(format, args...)})
}

// read fetches the feed and judges what of it is new.
func (p *Poller) read(ctx context.Context, feed *Feed, plan *Plan, c Claim) (_ feeds.Result, _ feeds.Verdict, err error) {
	defer func() {
		// A document that makes a parser panic is one feed's failure.
		if r := recover(); r != nil {
			p.log.Error("panic while reading a feed", "feed", feed.ID, "panic", r, "stack", string(debug.Stack()))
			err = fmt.Errorf("the document cannot be read (internal error: %v)", r)
		}
	}()
	var seen *feeds.Seen
	load := func() (*feeds.Seen, error) {
		if seen != nil {
			return seen, nil
		}
		packed, err := p.store.Seen(ctx, c)
		if err != nil {
			return nil, err
		}
		seen, err = feeds.UnpackSeen(packed)
		return seen, err
	}
	result, err := p.fetch.Fetch(ctx, feed.Source, c.State.Known, load)
	if err != nil || result.Unchanged {
		return result, feeds.Verdict{}, err
	}
	if seen, err = load(); err != nil {
		return result, feeds.Verdict{}, err
	}
	return result, seen.Judge(&result.Document, c.Now, plan.AlertFirst), nil
}

// succeed notes that the feed answered.
func (p *Poller) succeed(o *Outcome, feed *Feed, plan *Plan, r feeds.Result, now time.Time) {
	if o.State.Told {
		o.Alerts = append(o.Alerts, plan.trouble("feed_recovered", feed, now,
			"Feed %s works again after %s.", feed.ID, now.Sub(o.State.Failing).Round(time.Second))...)
	}
	o.State.Known = r.Known
	o.State.MovedTo = r.MovedTo
	o.State.Failing, o.State.Failed, o.State.Error, o.State.Told = time.Time{}, 0, "", false
	o.State.Barred = time.Time{}
	o.Next = feed.next(now)
}

// tellAfter is how many failures in a row make a feed's failing worth telling.
const tellAfter = 3

// fail notes that the feed could not be read.
func (p *Poller) fail(o *Outcome, feed *Feed, plan *Plan, err error, now time.Time) {
	if o.State.Failed == 0 {
		o.State.Failing = now
	}
	o.State.Failed++
	o.State.Error = err.Error()
	o.Next = feed.retry(now, o.State.Failed)
	if fe, ok := errors.AsType[*feeds.FetchError](err); ok && fe.RetryAfter > 0 {
		o.State.Barred = now.Add(min(fe.RetryAfter, longestBar))
		if o.Next.Before(o.State.Barred) {
			o.Next = o.State.Barred
		}
	}
	if o.State.Failed >= tellAfter && !o.State.Told {
		o.State.Told = true
		o.Alerts = append(o.Alerts, plan.trouble("feed_failing", feed, o.State.Failing,
			"Feed %s cannot be read: %v. It is tried again, at longer intervals.", feed.ID, err)...)
	}
}
