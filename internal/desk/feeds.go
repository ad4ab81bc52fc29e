package desk

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"watcher/internal/feeds"
	"watcher/internal/poll"
)

// FeedReport is how a feed is, for people and scripts.
type FeedReport struct {
	Name    string         `json:"feed"`
	URL     string         `json:"url"`
	State   poll.Condition `json:"state"`
	Since   time.Time      `json:"since,omitzero"`  // of a state other than ok and new
	Text    string         `json:"text,omitempty"`  // why
	Next    time.Time      `json:"next,omitzero"`   // poll; absent if there will be none
	Polled  time.Time      `json:"polled,omitzero"` // last
	Changed time.Time      `json:"changed,omitzero"`
	// Gap is how many seconds usually pass between two times that it publishes.
	Gap       int64      `json:"gap,omitempty"`
	Items     int        `json:"items"`               // in the last document
	Warnings  int        `json:"warnings,omitempty"`  // about the last document: what of it had to be repaired or left out
	Failures  int        `json:"failures,omitempty"`  // in a row
	Error     string     `json:"error,omitempty"`     // of the last poll
	Barred    time.Time  `json:"barred,omitzero"`     // its server asked not to be asked before
	BarredBy  string     `json:"barred_by,omitempty"` // the feed of the same host that was told so, if it was another
	MovedTo   string     `json:"moved_to,omitempty"`
	Held      int        `json:"held,omitempty"`       // items that wait for accept or release
	HeldItems []HeldItem `json:"held_items,omitempty"` // of a feed that is asked for by name
	TooOld    int        `json:"too_old,omitempty"`    // items that matched and were not alerted for their age
	Old       []poll.Old `json:"old,omitempty"`        // the last of them
	// SlidBack counts the items that matched and were not alerted as they are older
	// than all that the feed had shown, and came in at its old end.
	SlidBack int        `json:"slid_back,omitempty"`
	Slid     []poll.Old `json:"slid,omitempty"` // the last of them
	// Identity says by what the feed's items are told apart, where that is odd.
	Identity string `json:"identity,omitempty"`
	// NoText counts the articles of a feed with full_text that were matched as
	// the feed has them, and NoTextError says why the last one was.
	NoText      int    `json:"no_full_text,omitempty"`
	NoTextError string `json:"full_text_error,omitempty"`
	// Wrong304 is since when its server is known to answer 304 for what has changed, so
	// that it is asked without validators.
	Wrong304 time.Time `json:"wrong_304,omitzero"`
	// OlderPages is how many older pages were read when its document last showed
	// nothing that was known, and OlderRead when that was.
	OlderPages int       `json:"older_pages,omitempty"`
	OlderRead  time.Time `json:"older_read,omitzero"`
	// Push is the hub that the feed offers; absent if it offers none.
	Push *Subscription `json:"push,omitempty"`
	// UnusedHub is one that it offers and that is not used, as it is not https.
	UnusedHub string   `json:"unused_hub,omitempty"`
	Tags      []string `json:"tags,omitempty"`
	// Days are the last 30 with today, oldest first; of a feed that was asked for by
	// name alone.
	Days []FeedDay `json:"days,omitempty"`
}

// FeedDay is what a feed brought on a day.
type FeedDay struct {
	Day string `json:"day"` // 2026-11-29, in the zone of the config
	New int    `json:"new"` // items that it had not shown
}

// Subscription is how a feed's hub pushes it.
type Subscription struct {
	Hub   string    `json:"hub"`
	State PushState `json:"state"`
	Until time.Time `json:"until,omitzero"` // of a live one: renewed before that
	Last  time.Time `json:"last,omitzero"`  // time that it pushed something
	Error string    `json:"error,omitempty"`
}

// PushState is the state of a subscription at a hub.
type PushState string

const (
	Offered PushState = "offered" // and not asked for: there is no http.public_url
	Pending PushState = "pending" // the hub was asked, or will be
	Live    PushState = "live"
	Refused PushState = "failing" // the hub refuses, does not answer or does not ask back
	Denied  PushState = "denied"
)

// pushOf words what is known of a feed's hub; pushes says whether hubs can reach
// us.
func pushOf(p *poll.HubState, now time.Time, pushes bool) *Subscription {
	if p == nil || p.Hub == "" {
		return nil
	}
	out := &Subscription{Hub: feeds.Shown(p.Hub), State: Pending, Last: p.Last, Error: p.Error}
	switch {
	case !pushes:
		out.State, out.Error = Offered, ""
	case p.Live(now):
		out.State, out.Until = Live, p.Until
	case p.Denied:
		out.State = Denied
	case p.Failed > 0:
		out.State = Refused
	}
	return out
}

// ReportOf words what the store knows of a feed; pushes says whether hubs can reach
// us.
func ReportOf(e *poll.FeedStatus, now time.Time, pauses poll.Pauses, pushes bool) FeedReport {
	h, s := e.Health(now), &e.State
	f := FeedReport{
		Name: e.Feed, URL: feeds.Shown(e.URL), State: h.Condition, Since: h.Since, Text: h.Text,
		Next: e.Due, Polled: s.Polled, Changed: s.LastNew(), Gap: int64(s.Gap / time.Second),
		Items: s.Items, Warnings: s.Warnings, Failures: s.Failed, Error: s.Error, MovedTo: feeds.Shown(s.MovedTo),
		Held: s.Held, TooOld: s.TooOld, Old: s.Old, SlidBack: s.SlidBack, Slid: s.Slid, Identity: s.Identity,
		NoText: s.NoText, NoTextError: s.NoTextError, Wrong304: s.Trust.Wrong,
		OlderPages: s.Overrun.Pages, OlderRead: s.Overrun.Read,
		Push: pushOf(s.Push, now, pushes), UnusedHub: feeds.Shown(s.UnusedHub),
	}
	if s.Barred.After(now) {
		f.Barred = s.Barred
	}
	if host, ok := pauses.Of(e.Feed, s); ok && host.Until.After(f.Barred) {
		f.Barred, f.BarredBy = host.Until, host.Feed
	}
	if s.Gone {
		f.Next = time.Time{}
	}
	return f
}

// FeedAction is what a person decides of a feed.
type FeedAction string

const (
	Accept  FeedAction = "accept"  // the held items of a re-keyed feed were seen before
	Release FeedAction = "release" // they alert
	// ReleaseSome releases those that are named. It is a decision of its own: a daemon
	// that does not know it refuses, and does not release all.
	ReleaseSome FeedAction = "release-some"
	PollNow     FeedAction = "retry" // poll now, even if it is gone or dangerous
)

// Feeds yields how all feeds are, by name. After an error it yields nothing more.
func (d *Desk) Feeds(ctx context.Context) iter.Seq2[FeedReport, error] {
	return func(yield func(FeedReport, error) bool) {
		if d.runs.Poller == nil {
			yield(FeedReport{}, ErrIdle)
			return
		}
		pauses, err := d.runs.Poller.Pauses(ctx)
		if err != nil {
			yield(FeedReport{}, err)
			return
		}
		now, pushes := time.Now(), d.runs.Config().HTTP.PublicURL != ""
		for e, err := range d.runs.Store.Feeds(ctx) {
			if err != nil {
				yield(FeedReport{}, err)
				return
			}
			f := ReportOf(&e, now, pauses, pushes)
			f.Tags = d.tags(f.Name)
			if !yield(f, nil) {
				return
			}
		}
	}
}

// Feed returns how one feed is, with its days.
func (d *Desk) Feed(ctx context.Context, name string) (FeedReport, error) {
	if d.runs.Poller == nil {
		return FeedReport{}, ErrIdle
	}
	for e, err := range d.runs.Store.Feeds(ctx) {
		if err != nil {
			return FeedReport{}, err
		}
		if e.Feed == name {
			reports, err := d.reports(ctx, []poll.FeedStatus{e})
			if err != nil {
				return FeedReport{}, err
			}
			return reports[0], nil
		}
	}
	return FeedReport{}, &NotFoundError{fmt.Sprintf("no feed is called %s", name)}
}

// FeedFilter chooses feeds; the zero value chooses all.
type FeedFilter struct {
	Words string         // in the name or the URL, in any case
	State poll.Condition // alone, if it is not empty
}

func (f *FeedFilter) has(e *poll.FeedStatus, state poll.Condition) bool {
	in := func(s string) bool { return strings.Contains(strings.ToLower(s), strings.ToLower(f.Words)) }
	return (f.State == "" || f.State == state) && (f.Words == "" || in(e.Feed) || in(feeds.Shown(e.URL)))
}

// ListedFeeds are a part of the feeds that a filter chooses, those that need a look in front.
type ListedFeeds struct {
	All    int                    // whatever the filter says
	Counts map[poll.Condition]int // likewise, by state
	Found  int
	Feeds  []FeedReport // with their days
}

// FeedList returns n feeds of those that filter chooses, beginning with the one at from,
// counted from 0. It makes reports of these alone: there may be a hundred thousand others.
func (d *Desk) FeedList(ctx context.Context, filter FeedFilter, from, n int) (ListedFeeds, error) {
	list := ListedFeeds{Counts: make(map[poll.Condition]int)}
	if d.runs.Poller == nil {
		return list, ErrIdle
	}
	type ranked struct {
		poll.FeedStatus
		rank int
	}
	var first []*ranked
	keep := func() {
		slices.SortFunc(first, func(a, b *ranked) int { return cmp.Or(cmp.Compare(b.rank, a.rank), cmp.Compare(a.Feed, b.Feed)) })
		first = first[:min(len(first), from+n)]
	}
	now := time.Now()
	for e, err := range d.runs.Store.Feeds(ctx) {
		if err != nil {
			return list, err
		}
		state := e.Health(now).Condition
		list.All++
		list.Counts[state]++
		if !filter.has(&e, state) {
			continue
		}
		list.Found++
		first = append(first, &ranked{e, badness(state)})
		if len(first) > 2*(from+n)+1000 {
			keep()
		}
	}
	keep()
	var chosen []poll.FeedStatus
	for _, r := range first[min(from, len(first)):] {
		chosen = append(chosen, r.FeedStatus)
	}
	var err error
	list.Feeds, err = d.reports(ctx, chosen)
	return list, err
}

// badness orders feeds: what needs a look stands in front.
func badness(c poll.Condition) int {
	if c.Healthy() {
		return 0
	}
	return slices.Index(poll.Conditions[:], c)
}

// reports words what the store knows of some feeds, with their days.
func (d *Desk) reports(ctx context.Context, of []poll.FeedStatus) ([]FeedReport, error) {
	pauses, err := d.runs.Poller.Pauses(ctx)
	if err != nil {
		return nil, err
	}
	names := make([]string, len(of))
	for i := range of {
		names[i] = of[i].Feed
	}
	days, err := d.FeedDays(ctx, names)
	if err != nil {
		return nil, err
	}
	now, pushes := time.Now(), d.runs.Config().HTTP.PublicURL != ""
	all := make([]FeedReport, len(of))
	for i := range of {
		all[i] = ReportOf(&of[i], now, pauses, pushes)
		all[i].Tags, all[i].Days = d.tags(of[i].Feed), days[of[i].Feed]
	}
	return all, nil
}

// FeedDays returns what some feeds brought on the last 30 days, oldest first.
func (d *Desk) FeedDays(ctx context.Context, names []string) (map[string][]FeedDay, error) {
	tallies, err := d.runs.Store.FeedTallies(ctx, names)
	if err != nil {
		return nil, err
	}
	today := time.Now().In(d.runs.Config().Zone)
	all := make(map[string][]FeedDay, len(names))
	for _, name := range names {
		t := tallies[name]
		days := make([]FeedDay, len(t.Days))
		for i, c := range t.Days {
			days[i] = FeedDay{dayOf(today, i), c.Items}
		}
		all[name] = days
	}
	return all, nil
}

// Decide carries out a person's decision about a feed.
func (d *Desk) Decide(ctx context.Context, what FeedAction, feed string, ids []string) (poll.Settled, error) {
	if d.runs.Poller == nil {
		return poll.Settled{}, ErrIdle
	}
	return Decide(ctx, d.runs.Poller, what, feed, ids)
}

// Decide carries out a decision with a poller.
func Decide(ctx context.Context, p *poll.Poller, what FeedAction, feed string, ids []string) (poll.Settled, error) {
	switch what {
	case Accept:
		return p.Accept(ctx, feed)
	case Release:
		return p.Release(ctx, feed)
	case ReleaseSome:
		return p.ReleaseOf(ctx, feed, ids)
	case PollNow:
		return poll.Settled{}, p.Retry(ctx, feed)
	}
	return poll.Settled{}, fmt.Errorf("there is nothing like %q to decide of a feed", what)
}
