package poll

import (
	"context"
	"errors"
	"time"

	"watcher/internal/suspects"
)

// dangerousRetry is after what time a feed that was set aside is tried again.
const dangerousRetry = 24 * time.Hour

// errDangerous says why a feed is not polled.
var errDangerous = errors.New("set aside: watcher died each time it read this feed, the last times while it read nothing else")

// trial is what an outcome, once stored, decides about a feed that the process died
// of.
type trial int

const (
	none      trial = iota
	acquitted       // it was read to the end, and the process lives
	aside
)

// Remember has the poller note in n what it reads. It must be called before Run.
func (p *Poller) Remember(n *suspects.Note) { p.note = n }

// recallDeaths finds out which feeds were being read when earlier processes died, and
// sets aside those that are convicted of it.
func (p *Poller) recallDeaths(ctx context.Context) {
	sources := p.plan.Load().sources
	p.note.Retain(sources.IDs())
	for feed := range sources.IDs() {
		if n := p.note.Deaths(feed); n > 0 {
			p.log.Warn("watcher died while reading a feed", "feed", feed, "times", n)
		}
		if !p.note.Convicted(feed) {
			continue
		}
		err := p.update(ctx, feed, func(plan *Plan, o *pollResult) error {
			p.setAside(o, plan, o.Claim.Now)
			return nil
		})
		if err != nil { // its polls are refused all the same
			p.log.Error("a feed that kills watcher is not set aside yet", "feed", feed, "error", err)
		}
	}
}

// acquit notes that a poll has read a feed that the process had died of before.
func (p *Poller) acquit(o *pollResult) {
	if p.note.Tried(o.Claim.Feed) {
		o.State.Dangerous = time.Time{}
		o.trial = acquitted
	}
}

// setAside returns, instead of polling, the outcome for a feed that the process dies
// of. A crash before it is stored leaves the feed convicted, and this is done again.
func (p *Poller) setAside(o *pollResult, plan *Plan, now time.Time) {
	s := &o.State
	o.err = errDangerous.Error()
	o.trial = aside
	o.Next = now.Add(dangerousRetry)
	s.Error = o.err
	s.Worked = 0
	if s.Dangerous.IsZero() {
		s.Dangerous = now
	}
	p.log.Error("feed set aside: watcher died each time it read it", "feed", o.Claim.Feed, "next", o.Next)
	if s.Trouble == feedDangerous {
		return
	}
	if s.Trouble == "" {
		s.ToldSince = now
	}
	s.Trouble = feedDangerous
	o.Alerts = append(o.Alerts, plan.trouble(feedDangerous, plan.Feed(o.Claim.Feed), s.Dangerous,
		"Feed %[1]s is set aside and not polled: watcher died four times while reading it, the last two times while it read nothing else. All other feeds go on. It is tried again in a day, and at once by \"watcher feeds retry '%[1]s'\"; what it still shows then is not lost.", o.Claim.Feed)...)
}

// settleTrial notes what an outcome that is stored has decided. A crash before it
// only has the feed tried alone once more.
func (p *Poller) settleTrial(o *pollResult) {
	switch o.trial {
	case acquitted:
		p.note.Acquit(o.Claim.Feed)
	case aside:
		p.note.SetAside(o.Claim.Feed)
	}
}
