// Package websub is a subscriber of WebSub (W3C Recommendation, 23 January 2018):
// it asks the hubs that feeds offer to push them, answers when a hub makes sure
// that this is meant, renews before a lease ends, and passes on what hubs push.
// Numbers in parentheses are sections of the Recommendation.
package websub

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"iter"
	"log/slog"
	"maps"
	rand2 "math/rand/v2"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"watcher/internal/backoff"
	"watcher/internal/budget"
	"watcher/internal/feeds"
	"watcher/internal/poll"
)

const (
	// lease is requested of a hub, and assumed if the hub does not say what it
	// grants. A granted lease counts for at most maxLease.
	lease    = 10 * 24 * time.Hour
	maxLease = 30 * 24 * time.Hour
	// A hub that has not verified within confirmIn is asked again; it may verify
	// until confirmed.
	confirmIn = 10 * time.Minute
	confirmed = 24 * time.Hour
	// A hub that refuses, or does not answer, is asked again after firstRetry,
	// then twice that, up to maxRetry; one that denied a feed, or granted less
	// than a minute, after deniedRetry and minRenewal.
	firstRetry  = 5 * time.Minute
	maxRetry    = 12 * time.Hour
	deniedRetry = 24 * time.Hour
	minRenewal  = time.Minute
	// maxLeaves bounds how often a hub is asked to end a subscription. After that it
	// learns of it from the 410 that its pushes get.
	maxLeaves = 3

	// maxSteps bounds the steps that are under way at the same time. A hub gets one
	// request at a time, hubSpacing apart. If it does not answer it gets none for
	// hubPause, or for as long as it says, up to maxPause.
	maxSteps   = 8
	hubSpacing = 100 * time.Millisecond
	hubPause   = time.Minute
	maxPause   = 24 * time.Hour
	// roundPause is the least time between two rounds through the subscriptions.
	roundPause = 50 * time.Millisecond
	longest    = 30 * time.Second // between two rounds, at most
)

// Pusher stores subscriptions and pushes; *poll.Poller is one.
type Pusher interface {
	SetPush(ctx context.Context, feed, callback string, change func(*poll.HubState)) error
	Receive(ctx context.Context, feed, callback string, doc feeds.Pushed) error
}

// Hubs sends requests to hubs and parses what they push; *fetch.Client is one.
type Hubs interface {
	AskHub(ctx context.Context, hub string, form url.Values) error
	TakePush(ctx context.Context, r io.Reader) (body []byte, room *budget.Account, err error)
}

// Subscriber keeps the subscriptions of all feeds. It is an http.Handler for what
// hubs send to its callbacks. Its methods are safe for concurrent use.
type Subscriber struct {
	poller Pusher
	hubs   Hubs
	base   string // of the callbacks, ends with a slash
	log    *slog.Logger
	slots  chan struct{} // holds one for each push that is being taken
	wake   chan struct{}

	mu    sync.Mutex
	feeds map[string]*subscription
	paths map[string]*subscription // by the last element of the callback, those that end included
	busy  map[string]bool          // hosts of hubs with a request in flight
	pause map[string]time.Time     // hosts of hubs that did not answer, and until when they get no request
	steps int
	all   func() iter.Seq2[poll.FeedStatus, error] // of Share; nil where no other machine changes them
	look  time.Time                                // all is not asked again before
	got   map[Result]int64
}

// subscription is the state of one feed's subscription, existing or possible.
type subscription struct {
	feed    string
	token   uint64 // of the commit that push is from
	push    *poll.HubState
	leaving bool // to be ended
	leaves  int  // requests to end it

	busy    bool      // a step is under way
	asked   time.Time // when the hub was last asked; zero: never
	waiting bool      // for the hub to verify
	retry   time.Time // no step before
	granted time.Time // until when the hub will push; to be stored
	denied  string    // its reason not to; to be stored
	taking  bool      // a push is being stored
	warned  bool      // a wrong signature was logged
}

// New makes a subscriber whose callbacks are below the address public, which must
// lead to its ServeHTTP. It knows no feed until SetFeeds.
func New(poller Pusher, hubs Hubs, public string, log *slog.Logger) *Subscriber {
	return &Subscriber{
		poller: poller, hubs: hubs, base: strings.TrimRight(public, "/") + Path, log: log,
		slots: make(chan struct{}, maxPushes), wake: make(chan struct{}, 1),
		feeds: make(map[string]*subscription), paths: make(map[string]*subscription),
		busy: make(map[string]bool), pause: make(map[string]time.Time), got: make(map[Result]int64),
	}
}

// Path is where callbacks are, below the public address.
const Path = "/websub/"

// SetFeeds replaces the set of feeds, after the start and after a reload. Subscriptions of
// feeds that are no longer in it are ended.
func (s *Subscriber) SetFeeds(entries iter.Seq2[poll.FeedStatus, error]) error {
	// The lock is held for the whole loop: HubChanged of commits in between waits for it.
	s.mu.Lock()
	defer s.mu.Unlock()
	gone := make(map[string]bool, len(s.feeds))
	for feed := range s.feeds {
		gone[feed] = true
	}
	for e, err := range entries {
		if err != nil {
			return err
		}
		delete(gone, e.Feed)
		s.set(e.Feed, 0, e.State.Push)
	}
	for feed := range gone {
		s.set(feed, 0, nil)
	}
	s.stir()
	return nil
}

const (
	// An unknown callback has all feeds read, which costs: at most each lookAgain, and for
	// at most one part in lookShare of the time.
	lookAgain = 10 * time.Second
	lookShare = 10
)

// Share says that other machines keep the same subscriptions, and how their feeds are read:
// a hub may then answer and push at any of them. It must be called before Run.
func (s *Subscriber) Share(all func() iter.Seq2[poll.FeedStatus, error]) { s.all = all }

// learn looks for a callback that another machine may have made. sure is false where
// that cannot be told now.
func (s *Subscriber) learn(key string) (sure bool) {
	s.mu.Lock()
	start := time.Now()
	if s.all == nil || s.paths[key] != nil {
		s.mu.Unlock()
		return true
	}
	if start.Before(s.look) {
		s.mu.Unlock()
		return false
	}
	s.look = start.Add(time.Hour) // by one at a time
	s.mu.Unlock()
	err := s.SetFeeds(s.all())
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	s.look = now.Add(max(lookAgain, lookShare*now.Sub(start)))
	if err != nil {
		s.log.Error("it cannot be told whether another machine has a subscription", "error", err)
	}
	return err == nil
}

// HubChanged notes a change of a feed's hub; see poll.Poller.OnPush.
func (s *Subscriber) HubChanged(feed string, token uint64, push *poll.HubState) {
	s.mu.Lock()
	defer s.mu.Unlock()
	x := s.feeds[feed]
	if x != nil && x.token > token {
		return
	}
	// Every push changes its time; that alone needs no round.
	same := x != nil && push != nil && x.push.Hub == push.Hub && x.push.Topic == push.Topic && x.push.Callback == push.Callback && x.push.Next.Equal(push.Next)
	s.set(feed, token, push)
	if !same {
		s.stir()
	}
}

// set stores what is known of a feed's hub. A subscription that the feed no longer has
// is marked to be ended, unless another feed has it: then the feed was renamed. The
// caller holds mu.
func (s *Subscriber) set(feed string, token uint64, push *poll.HubState) {
	was := s.feeds[feed]
	switch {
	case was == nil && push == nil:
		return
	case was == nil || push == nil || was.push.Callback != "" && was.push.Callback != push.Callback:
		delete(s.feeds, feed)
		if was != nil && was.push.Callback != "" && s.paths[callbackKey(was.push)] == was {
			was.leaving, was.waiting, was.retry = true, false, time.Time{}
		}
		if push == nil {
			return
		}
		was = &subscription{feed: feed}
		s.feeds[feed] = was
	}
	was.push, was.token, was.retry = push, max(token, was.token), time.Time{}
	if push.Callback != "" {
		s.paths[callbackKey(push)] = was
	}
}

// callbackKey returns the last path callbackKey of a subscription's callback.
func callbackKey(p *poll.HubState) string {
	return p.Callback[strings.LastIndexByte(p.Callback, '/')+1:]
}

// stir starts another round. The caller need not hold mu.
func (s *Subscriber) stir() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// Run keeps the subscriptions until ctx is done, and returns when all steps under
// way have ended.
func (s *Subscriber) Run(ctx context.Context) {
	var group sync.WaitGroup
	defer group.Wait()
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.wake:
		case <-timer.C:
		}
		timer.Reset(max(roundPause, s.round(ctx, &group)))
		select {
		case <-ctx.Done():
			return
		case <-time.After(roundPause):
		}
	}
}

// round starts the steps that are due, and returns how long to wait for the next
// round.
func (s *Subscriber) round(ctx context.Context, group *sync.WaitGroup) time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	next := now.Add(longest)
	maps.DeleteFunc(s.pause, func(_ string, until time.Time) bool { return !until.After(now) })
	look := func(x *subscription) {
		if x.busy {
			return
		}
		what, at := s.next(x, now)
		host := feeds.HostOf(x.push.Hub)
		if what == ask || what == leave {
			if until := s.pause[host]; at.Before(until) {
				at = until
			}
			if s.busy[host] {
				return // the end of its step starts another round
			}
		}
		if at.After(now) || s.steps >= maxSteps {
			if at.Before(next) && at.After(now) {
				next = at
			}
			return
		}
		x.busy = true
		s.steps++
		if what == ask || what == leave {
			s.busy[host] = true
			x.asked = now // a hub may verify before it answers
		}
		group.Go(func() { s.step(ctx, x, what, host) })
	}
	for _, x := range s.feeds {
		look(x)
	}
	for key, x := range s.paths {
		if !x.leaving {
			continue
		}
		if x.leaves >= maxLeaves && !x.busy && now.Sub(x.asked) > confirmIn {
			delete(s.paths, key)
			continue
		}
		look(x)
	}
	return next.Sub(now)
}

// errUnanswered is returned for a hub that accepted a request and did not verify it.
var errUnanswered = errors.New("the hub has not asked whether the subscription is meant; can it reach http.public_url?")

// action is a step of a subscription.
type action int

const (
	begin   action = iota // make a callback and a secret
	ask                   // the hub to subscribe
	confirm               // store the lease that the hub granted
	deny                  // store that the hub denied it
	despair               // give up waiting for the hub to verify
	leave                 // ask the hub to end it
)

// next returns the next step of a subscription, and when it is due.
func (s *Subscriber) next(x *subscription, now time.Time) (action, time.Time) {
	what, at := ask, x.push.Next
	switch {
	case x.leaving:
		what, at = leave, now
		if x.leaves >= maxLeaves {
			at = now.Add(confirmIn)
		}
	case x.push.Hub == "":
		at = now.Add(longest) // the feed's last hub is gone
	case x.denied != "":
		what, at = deny, now
	case !x.granted.IsZero():
		what, at = confirm, now
	case x.push.Callback == "":
		what = begin
	case !strings.HasPrefix(x.push.Callback, s.base):
		what, at = begin, now // the public address is another one now
	case x.waiting:
		what, at = despair, x.asked.Add(confirmIn)
	}
	if at.Before(x.retry) {
		at = x.retry
	}
	return what, at
}

// step takes one step and notes its result.
func (s *Subscriber) step(ctx context.Context, x *subscription, what action, host string) {
	s.mu.Lock()
	push, granted, denied := x.push, x.granted, x.denied
	s.mu.Unlock()
	set := func(change func(*poll.HubState)) error {
		return s.poller.SetPush(ctx, x.feed, push.Callback, change)
	}
	var err, refused error
	switch what {
	case begin:
		err = set(func(p *poll.HubState) {
			*p = poll.HubState{Hub: p.Hub, Topic: p.Topic, Callback: s.base + rand.Text(), Secret: rand.Text() + rand.Text()}
		})
	case ask:
		refused = s.hubs.AskHub(ctx, push.Hub, request("subscribe", push))
	case leave:
		refused = s.hubs.AskHub(ctx, push.Hub, request("unsubscribe", push))
	case despair:
		refused = errUnanswered
	case confirm:
		err = set(func(p *poll.HubState) { grant(p, granted, time.Now()) })
	case deny:
		err = set(func(p *poll.HubState) {
			p.Until, p.Denied, p.Error = time.Time{}, true, denied
			p.Next = time.Now().Add(backoff.Between(deniedRetry, deniedRetry*3/2))
		})
	}
	if refused != nil && what != leave && ctx.Err() == nil {
		heard := false
		err = set(func(p *poll.HubState) {
			if heard = what == despair && p.Next.After(time.Now()); heard {
				return // by another machine
			}
			wait := min(firstRetry<<min(p.Failed, 10), maxRetry)
			p.Next = time.Now().Add(max(backoff.Between(wait, wait*3/2), pauseOf(refused)))
			p.Failed++
			p.Error = refused.Error()
		})
		if !heard {
			s.log.Warn("a hub does not push a feed", "feed", x.feed, "hub", feeds.Shown(push.Hub), "error", refused)
		}
	}
	changed := errors.Is(err, poll.ErrNoSubscription) || errors.Is(err, poll.ErrUnknownFeed) // HubChanged has said so, or will
	if err != nil && !changed && ctx.Err() == nil {
		s.log.Error("a subscription is not stored", "feed", x.feed, "error", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.steps--
	s.ended(x, what, host, granted, err, refused)
	s.stir()
}

// ended notes the result of a step. The caller holds mu.
func (s *Subscriber) ended(x *subscription, what action, host string, granted time.Time, err, refused error) {
	x.busy = false
	if what == ask || what == leave {
		delete(s.busy, host)
		s.pause[host] = time.Now().Add(max(hubSpacing, pauseOf(refused)))
	}
	if err != nil {
		x.retry = time.Now().Add(hubPause)
		return
	}
	switch what {
	case ask:
		x.waiting = refused == nil && x.granted.IsZero()
	case leave:
		x.leaves++
		x.retry = time.Now().Add(confirmIn)
	case despair:
		x.waiting = false
	case confirm:
		x.waiting = false
		if x.granted.Equal(granted) {
			x.granted = time.Time{}
		}
		s.log.Info("a hub pushes a feed", "feed", x.feed, "hub", feeds.Shown(x.push.Hub), "until", granted.UTC().Format(time.RFC3339))
	case deny:
		x.waiting, x.denied = false, ""
		s.log.Warn("a hub denies a feed", "feed", x.feed, "hub", feeds.Shown(x.push.Hub), "reason", x.push.Error)
	}
}

// request returns the form of a request to a hub (5.1). Hubs of PubSubHubbub 0.3 insist
// on hub.verify, others ignore it.
func request(mode string, p *poll.HubState) url.Values {
	form := url.Values{"hub.mode": {mode}, "hub.topic": {p.Topic}, "hub.callback": {p.Callback}, "hub.verify": {"sync"}}
	if mode == "subscribe" {
		form.Set("hub.lease_seconds", strconv.Itoa(int(lease/time.Second)))
		form.Set("hub.secret", p.Secret)
	}
	return form
}

// grant notes a lease. It is renewed when three quarters of it are over, or a little
// later.
func grant(p *poll.HubState, until, now time.Time) {
	p.Until, p.Failed, p.Error, p.Denied = until, 0, "", false
	left := until.Sub(now)
	p.Next = now.Add(max(left*3/4+rand2.N(max(left/10, 1)), minRenewal))
}

// pauseOf returns for how long an error keeps a hub from all requests: a hub that is
// down or throttles cannot be asked for other feeds either. 0: not at all.
func pauseOf(err error) time.Duration {
	fe, ok := errors.AsType[*feeds.FetchError](err)
	if !ok || fe.Status != 0 && fe.Status < 500 && fe.Kind != feeds.Throttled {
		return 0
	}
	return max(hubPause, min(fe.RetryAfter, maxPause))
}
