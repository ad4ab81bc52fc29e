package poll

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"watcher/internal/feeds"
	"watcher/internal/feeds/seen"
)

// HubState is a feed's WebSub hub and our subscription there.
type HubState struct {
	Hub   string // that the feed offers; empty if it no longer does
	Topic string // by which the hub knows the feed

	// The subscription. Callback is empty while there is none; nobody can guess
	// its last element, and it is another one for each subscription.
	Callback string    // where the hub pushes to
	Secret   string    // that signs what it pushes
	Until    time.Time // it pushes until then; zero: it has not confirmed that
	Next     time.Time // the hub is not to be asked again before
	Failed   int       // requests in a row that it refused or did not answer
	Error    string    // what it said to the last one
	Denied   bool      // it does not want to push; Error is its reason
	Last     time.Time // last time it pushed something that could be read
}

// Live reports whether the hub pushes at a time. A nil Push is not live.
func (p *HubState) Live(now time.Time) bool { return p != nil && now.Before(p.Until) }

const (
	// maxPushed is how long a feed that is pushed goes without a poll, unless its
	// own interval is longer: then slower times its interval is too long to be
	// the net for what a hub loses.
	maxPushed = 4 * time.Hour
	// minPushed is how far apart polls are at least that a push brings about,
	// unless the feed's own interval is shorter: a hub must not make us ask its
	// publisher as often as it likes.
	minPushed = time.Minute
	// otherHub is how long after it had a subscription a feed is subscribed to
	// anew that offers another hub or topic. Some feeds offer two in turn.
	otherHub = 6 * time.Hour
)

// Offered is what remains of p when a feed comes back that was removed: the hub,
// but not the subscription, which was ended.
func (p *HubState) Offered() *HubState {
	if p == nil || p.Hub == "" {
		return nil
	}
	return &HubState{Hub: p.Hub, Topic: p.Topic}
}

// relax is the pause until the next poll of a feed that is pushed, instead of
// pause: longer, but not beyond what the hub has promised.
func (p *HubState) relax(pause, base time.Duration, now time.Time) time.Duration {
	long := min(slower*base, max(base, maxPushed))
	return max(pause, min(long, p.Until.Sub(now)))
}

// offer notes which hub the answer of a feed at an address offers.
func (s *FeedState) offer(r *feeds.FetchResult, feed string, now time.Time) {
	hub, topic, known := r.HubOffer(feed)
	was := s.Push
	if !known || was == nil && hub == "" {
		return
	}
	if was != nil && was.Hub == hub && was.Topic == topic && (hub != "" || was.Next.After(now)) {
		return
	}
	is := &HubState{Hub: hub, Topic: topic}
	if was != nil {
		is.Next = was.Next
		if was.Callback != "" {
			is.Next = now.Add(otherHub)
		}
	}
	if hub == "" && !is.Next.After(now) {
		is = nil
	}
	s.Push = is
}

// ErrNoSubscription says that a subscription is not that of its feed any more.
var ErrNoSubscription = errors.New("the feed has no such subscription")

// errEnding is returned for a push that arrives when the program ends.
var errEnding = errors.New("watcher is about to end")

// push is what a hub pushed, on its way.
type push struct {
	doc  feeds.Pushed
	err  error      // what came of it up to the commit
	done chan error // has room for one
}

// end tells whoever waits how the push ended. Nobody waits for a nil push.
func (u *push) end(err error) {
	if u != nil {
		u.done <- errors.Join(u.err, err)
	}
}

// OnPush sets who is called, after each commit that changes it, with what is now
// known of a feed's hub. Calls may come concurrently and out of their order: what
// has a greater token is newer. It must be set before Run.
func (p *Poller) OnPush(hear func(feed string, token uint64, push *HubState)) { p.hubs = hear }

// notifyWaiters tells those who wait for the outcome that it is stored, or lost.
func (p *Poller) notifyWaiters(o *pollResult, lost []Claim) {
	if o.among(lost) {
		p.outage.settled(&o.Outcome, false)
		o.pushed.end(fmt.Errorf("%s was changed meanwhile", o.Claim.Feed))
		return
	}
	p.noteStored(o)
	p.outage.settled(&o.Outcome, true)
	p.tally.stored(&o.Outcome)
	if o.State.Push != o.Claim.State.Push && p.hubs != nil {
		p.hubs(o.Claim.Feed, o.Claim.Token, o.State.Push)
	}
	o.pushed.end(nil)
}

// SetPush changes the subscription of a feed that has this callback, which may be
// empty, and tells the ops targets where that makes it denied. It returns once
// that is stored; ErrNoSubscription if the feed has another one by now.
func (p *Poller) SetPush(ctx context.Context, feed, callback string, change func(*HubState)) error {
	return p.update(ctx, feed, func(plan *Plan, o *pollResult) error {
		was, now := o.State.Push, o.Claim.Now
		if was == nil || was.Callback != callback {
			return ErrNoSubscription
		}
		is := *was
		change(&is)
		o.State.Push = &is
		f := plan.Feed(feed)
		if was.Live(now) && !is.Live(now) && f.Schedule == "" {
			if own := now.Add(jitter(f.interval(&o.State, now))); own.Before(o.Next) {
				o.Next = own
			}
		}
		if is.Denied && !was.Denied {
			o.Alerts = plan.trouble(feedNotPushed, f, now,
				"The hub of feed %s does not push it to watcher: %s. It is polled as if it had no hub; the hub is asked again in a day.", feed, is.Error)
		}
		return nil
	})
}

// Receive takes what a hub pushed of a feed along the road of a poll, between two
// polls of it, and returns once what follows is stored, or ctx is done. The
// callback is that of the subscription; ErrNoSubscription if the feed has
// another one by now. A *feeds.FetchError says that the document cannot be read;
// then the feed is polled. The document's Room is closed in any case.
func (p *Poller) Receive(ctx context.Context, feed, callback string, doc feeds.Pushed) error {
	plan := p.plan.Load()
	f := plan.Feed(feed)
	if f == nil {
		doc.Room.Close()
		return fmt.Errorf("%w: %s", ErrUnknownFeed, feed)
	}
	c, err := p.awaitClaim(ctx, feed)
	if err != nil {
		doc.Room.Close()
		return err
	}
	u := &push{doc: doc, err: errEnding, done: make(chan error, 1)}
	j := jobs.Get().(*job)
	j.out = untouched(c, c.Due)
	j.out.pushed = u
	j.plan, j.feed, j.claimed, j.room = plan, f, time.Now(), doc.Room
	refused := ctx.Err()
	if s := c.State.Push; !c.State.Dangerous.IsZero() {
		refused = errDangerous
	} else if s == nil || s.Callback != callback {
		refused = ErrNoSubscription
	}
	if refused == nil {
		select {
		case <-ctx.Done():
			refused = ctx.Err()
		case p.pushes <- j:
			select {
			case err := <-u.done:
				return err
			case <-ctx.Done():
				return ctx.Err()
			}
		}
	}
	doc.Room.Close()
	_, err = p.store.Commit(context.WithoutCancel(ctx), []Outcome{untouched(c, c.Due).Outcome})
	return errors.Join(refused, err)
}

// receive fills in the outcome of what a hub pushed. It changes nothing for the next
// poll: neither the validators nor what is known of the last document.
func (p *Poller) receive(ctx context.Context, j *job) {
	o, c, u := &j.out, &j.out.Claim, j.out.pushed
	if p.note.Convicted(c.Feed) {
		p.setAside(o, j.plan, c.Now.Add(time.Since(j.claimed)))
		u.err = errDangerous
		return
	}
	u.err = p.stepPushed(ctx, j)
	defer p.acquit(o)
	if u.err == nil {
		return
	}
	*o = untouched(*c, c.Due)
	o.pushed = u
	if ctx.Err() != nil {
		u.err = errEnding
		return
	}
	o.Next = j.feed.soon(c, c.Now.Add(time.Since(j.claimed)))
}

// stepPushed is step for what a hub pushed.
func (p *Poller) stepPushed(ctx context.Context, j *job) (err error) {
	o, c := &j.out, &j.out.Claim
	defer func() {
		if r := recover(); r != nil {
			p.log.Error("panic while reading what a hub pushed", "feed", j.feed.ID, "panic", r, "stack", string(debug.Stack()))
			err = &feeds.FetchError{Kind: feeds.Malformed, Text: fmt.Sprintf("the document cannot be read (internal error: %v)", r)}
		}
	}()
	packed, err := p.store.Seen(ctx, *c)
	if err != nil {
		return err
	}
	seen, err := seen.Unpack(packed)
	if err != nil {
		return err
	}
	doc, err := p.fetch.ReadPushed(ctx, j.feed.source(&c.State), o.pushed.doc, seen)
	if err != nil {
		return err
	}
	j.room = doc.Room
	v := p.judgePushed(c, seen, &doc)
	p.readPages(ctx, j, v.New, v.Changed)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	now := c.Now.Add(time.Since(j.claimed))
	if v.Packed != nil || now.Sub(o.State.Push.Last) > minPushed { // or a hub could keep the disk busy
		is := *o.State.Push
		is.Last = now
		o.State.Push = &is
	}
	o.Seen, o.New = v.Packed, len(v.New)
	o.Articles = append(append(o.Articles, v.New...), v.Changed...)
	defer p.note.Begin(c.Feed)()
	p.alert(o, j, &v, now)
	j.plan.tellSilence(o, j.feed, now)
	if v.Unsure > 0 {
		o.Next = j.feed.soon(c, now)
	}
	return nil
}

// judgePushed judges what of a pushed document is new: nothing can be said of it
// until the feed's new address has shown a whole document.
func (p *Poller) judgePushed(c *Claim, shown *seen.Index, doc *feeds.Document) seen.Verdict {
	if c.State.Edited {
		return seen.Verdict{Unsure: len(doc.Entries)}
	}
	defer p.note.Begin(c.Feed)()
	return shown.JudgePart(doc, c.Now)
}

// soon is when to poll a feed because a hub pushed what only a poll can settle.
// It is no reason to ask a server that fails or asked to be left alone.
func (f *PlannedFeed) soon(c *Claim, now time.Time) time.Time {
	s := &c.State
	least := minPushed
	if f.Every > 0 {
		least = min(least, f.Every)
	}
	at := s.Polled.Add(least)
	if at.Before(now) {
		at = now
	}
	if s.Gone || s.Failed > 0 || at.Before(s.Barred) || c.Due.Before(at) {
		return c.Due
	}
	return at
}
