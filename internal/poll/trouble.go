package poll

import (
	"context"
	"errors"
	"fmt"
	"time"

	"watcher/internal/duration"
	"watcher/internal/feeds"
	"watcher/internal/feeds/seen"
	"watcher/internal/notify"
	"watcher/internal/text"
)

const (
	// A failure is told after so many failed polls in a row, and not before it
	// has lasted so many intervals or so long.
	tellAfter     = 3
	tellIntervals = 5
	tellLasting   = 5 * time.Minute
	// recoveredAfter is how many polls in a row must have worked before a
	// failure that was told is told to be over, so that a feed that fails now
	// and then is not reported each time.
	recoveredAfter = 2
)

// Kinds of trouble that are told to the ops targets.
const (
	feedFailing   = "feed_failing"
	feedBlocked   = "feed_blocked"
	feedGone      = "feed_gone"
	feedDangerous = "feed_dangerous"
	feedRecovered = "feed_recovered"
	feedMoved     = "feed_moved"
	feedRekeyed   = "feed_rekeyed"
	feedStale     = "feed_stale"
	feedRevived   = "feed_revived"
	feedNotPushed = "feed_not_pushed"
	feedOverrun   = "feed_overrun"
	networkDown   = "network_down"
	networkUp     = "network_up"
)

// trouble words something about a feed for the ops targets; without a feed it
// concerns all of them.
func (p *Plan) trouble(kind string, feed *PlannedFeed, since time.Time, format string, args ...any) []notify.Alert {
	t := notify.Trouble{Kind: kind, Since: since.UTC(), Text: fmt.Sprintf(format, args...)}
	if feed != nil {
		t.Feed = feed.ID
	}
	return notify.TroubleAlerts(p.Ops, t)
}

// fail notes that the feed could not be read.
func (p *Poller) fail(o *pollResult, j *job, err error, start, now time.Time) {
	o.err = err.Error()
	if unreachable(err) {
		if p.ownOutage(o, j, start, now) {
			return
		}
	} else if isAnswer(err) {
		p.endOutage(o, j.plan)
	}
	s := &o.State
	if s.Failed == 0 {
		s.Failing = now
		p.log.Warn("poll failed", "feed", j.feed.ID, "error", err)
	}
	s.Failed++
	s.Worked = 0
	s.Error = err.Error()
	o.Next = j.feed.retry(s, now)
	s.Blocked, s.Unreached = false, unreachable(err)
	if fe, ok := errors.AsType[*feeds.FetchError](err); ok {
		s.Blocked = fe.Kind == feeds.Challenge
		j.applyRetryAfter(o, fe, now)
	}
	s.doubtMove()
	j.plan.tellFailure(o, j.feed, now)
}

// applyRetryAfter does what the server's answer asks for.
func (j *job) applyRetryAfter(o *pollResult, fe *feeds.FetchError, now time.Time) {
	s, pause := &o.State, fe.RetryAfter
	switch {
	case fe.Kind == feeds.Gone && s.Moved.IsZero():
		s.Gone = true
		o.Next = neverDue
		return
	case fe.Kind == feeds.Throttled && pause == 0:
		pause = throttledBar
	case pause == 0:
		return
	}
	s.Barred = now.Add(min(pause, maxBar))
	s.BarAll = fe.Kind == feeds.Throttled && j.feed.host != ""
	if s.BarAll {
		o.backoffUntil = s.Barred
	}
	if o.Next.Before(s.Barred) {
		o.Next = s.Barred.Add(jitter(time.Minute) / 10)
	}
}

// ownOutage reports whether the feed could not be reached because we are cut off. Then
// the failure is not held against the feed, nor are earlier ones from before that was
// clear, and it is asked again soon.
func (p *Poller) ownOutage(o *pollResult, j *job, start, now time.Time) bool {
	was, s := &o.Claim.State, &o.State
	well := was.Failed == 0 && !was.Changed.IsZero()
	cut := p.outage.fail(j.feed.ID, feeds.HostOf(j.feed.URL), well, start, time.Now())
	if cut.since.IsZero() {
		return false
	}
	o.Outage = cut.change
	if cut.counted && s.Trouble == "" {
		s.Failing, s.Failed, s.Error, s.Unreached = time.Time{}, 0, "", false
	}
	o.Next = now.Add(jitter(min(max(j.feed.interval(s, now), time.Second), outageRetry)))
	if cut.tell {
		p.log.Error("no feed can be reached: is this machine cut off?", "since", cut.since)
		o.Alerts = append(o.Alerts, j.plan.trouble(networkDown, nil, cut.since,
			"No feed can be reached, on any host: watcher's own connection seems to be down. No failure is counted for the feeds, and they are polled as soon as one answers.")...)
	}
	return true
}

// endOutage notes that the connection works.
func (p *Poller) endOutage(o *pollResult, plan *Plan) {
	over := p.outage.answer(o.Claim.Feed, time.Now())
	if over == (Outage{}) {
		return
	}
	o.Outage = &Outage{}
	if !over.Told {
		return
	}
	p.log.Info("feeds can be reached again", "since", over.Since)
	o.Alerts = append(o.Alerts, plan.trouble(networkUp, nil, over.Since,
		"Feeds can be reached again. No feed was polled for %s; items that are still in the feeds are read now.", duration.Words(time.Since(over.Since)))...)
}

// recallOutage goes on with the outage in which an earlier process ended.
func (p *Poller) recallOutage(ctx context.Context) {
	was, err := p.store.Outage(ctx)
	if err != nil {
		p.log.Error("cannot tell whether our own connection was down", "error", err)
	}
	p.outage.recall(was)
}

// tellFailure tells of a failure that has lasted, once. That a feed is gone is
// told at once, as it is not asked again.
func (p *Plan) tellFailure(o *pollResult, feed *PlannedFeed, now time.Time) {
	s := &o.State
	lasting := min(tellIntervals*feed.interval(s, now), tellLasting)
	if feed.Schedule != "" {
		lasting = tellLasting
	}
	var text string
	kind := feedFailing
	switch {
	case s.Gone:
		kind = feedGone
		text = "Feed %[1]s: %[2]s. It is not polled any more. Remove it or change its URL; \"watcher feeds retry '%[1]s'\" polls it once more."
	case s.Trouble != "" || s.Failed < tellAfter || now.Sub(s.Failing) < lasting:
		return
	case s.Blocked:
		kind = feedBlocked
		text = "Feed %s cannot be read: %s. watcher tries again, at longer intervals."
	default:
		text = "Feed %s cannot be read: %s. watcher tries again, at longer intervals."
	}
	if s.Trouble == kind {
		return
	}
	if s.Trouble == "" {
		s.ToldSince = s.Failing
	}
	s.Trouble = kind
	o.Alerts = append(o.Alerts, p.trouble(kind, feed, s.Failing, text, feed.ID, s.Error)...)
}

// tellRecovery tells that a failure that was told is over.
func (p *Plan) tellRecovery(o *pollResult, feed *PlannedFeed, now time.Time) {
	s := &o.State
	if s.Trouble == "" {
		return
	}
	if s.Worked++; s.Worked < recoveredAfter {
		return
	}
	o.Alerts = append(o.Alerts, p.trouble(feedRecovered, feed, s.ToldSince, "Feed %s works again after %s.", feed.ID, duration.Words(now.Sub(s.ToldSince)))...)
	s.Told = Told{Stale: s.Stale}
}

// tellSilence tells when a feed is silent for far longer than its habit is, and
// when it no longer is.
func (p *Plan) tellSilence(o *pollResult, feed *PlannedFeed, now time.Time) {
	s := &o.State
	switch silent := s.silentTooLong(now); {
	case silent == s.Stale, s.emptied():
		return
	case silent:
		s.Stale = true
		o.Alerts = append(o.Alerts, p.trouble(feedStale, feed, s.Changed,
			"Feed %s has published nothing for %s, %s. It answers without an error: is it still the right address?", feed.ID, duration.Words(now.Sub(s.Changed)), s.Habit.words())...)
	default:
		s.Stale = false
		o.Alerts = append(o.Alerts, p.trouble(feedRevived, feed, now, "Feed %s publishes again.", feed.ID)...)
	}
}

// holdBack notes that the feed was re-keyed, and tells it once.
func (p *Poller) holdBack(o *pollResult, j *job, now time.Time) {
	s := &o.State
	if seen, err := seen.Unpack(o.Seen); err == nil { // just packed
		s.Held = seen.Held()
	}
	if !s.Rekeyed.IsZero() {
		return
	}
	s.Rekeyed = now
	p.log.Warn("feed re-keyed: its items are held", "feed", j.feed.ID, "held", s.Held)
	o.Alerts = append(o.Alerts, j.plan.trouble(feedRekeyed, j.feed, now,
		"Feed %s shows old items under new ids. %s items are held and alert nothing: \"watcher feeds '%[1]s'\" lists them, \"watcher feeds accept '%[1]s'\" treats them as seen, \"watcher feeds release '%[1]s'\" alerts those that match.", j.feed.ID, text.Number(s.Held))...)
}
