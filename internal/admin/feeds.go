package admin

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"slices"
	"time"

	"watcher/internal/config"
	"watcher/internal/feeds"
	"watcher/internal/poll"
	"watcher/internal/store/bolt"
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
	UnusedHub string `json:"unused_hub,omitempty"`
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

// feedOf words what the store knows of a feed; pushes says whether hubs can reach
// us.
func feedOf(e *poll.FeedStatus, now time.Time, pauses poll.Pauses, pushes bool) FeedReport {
	h, s := e.Health(now), &e.State
	f := FeedReport{
		Name: e.Feed, URL: feeds.Shown(e.URL), State: h.Condition, Since: h.Since, Text: h.Text,
		Next: e.Due, Polled: s.Polled, Changed: s.LastNew(), Gap: int64(s.Gap / time.Second),
		Items: s.Items, Warnings: s.Warnings, Failures: s.Failed, Error: s.Error, MovedTo: feeds.Shown(s.MovedTo),
		Held: s.Held, TooOld: s.TooOld, Old: s.Old, SlidBack: s.SlidBack, Slid: s.Slid, Identity: s.Habit,
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

// Feeds yields how the daemon's feeds are.
func (c *Client) Feeds(ctx context.Context) iter.Seq2[FeedReport, error] {
	return func(yield func(FeedReport, error) bool) {
		body, err := c.Stream(ctx, http.MethodGet, "/feeds", nil)
		if err != nil {
			yield(FeedReport{}, err)
			return
		}
		defer body.Close()
		for d := json.NewDecoder(body); ; {
			var f FeedReport
			err := d.Decode(&f)
			if errors.Is(err, io.EOF) || !yield(f, err) || err != nil {
				return
			}
		}
	}
}

// Feeds yields how the feeds of the config are.
func (l *Local) Feeds(ctx context.Context) iter.Seq2[FeedReport, error] {
	return func(yield func(FeedReport, error) bool) { storedFeeds(ctx, l.Config, yield) }
}

// storedFeeds yields the feeds of cfg as the store has them, or as new ones.
func storedFeeds(ctx context.Context, cfg *config.Config, yield func(FeedReport, error) bool) {
	known := make(map[string]poll.FeedStatus)
	now := time.Now()
	plan := new(poll.Plan)
	if err := plan.SetSources(cfg.Feeds); err != nil {
		yield(FeedReport{}, err)
		return
	}
	switch err := bolt.Absent(cfg.Store.Path); {
	case errors.Is(err, bolt.ErrNotRun): // all of them are new
	case err != nil:
		yield(FeedReport{}, err)
		return
	default:
		if err := readFeeds(ctx, cfg.Store.Path, known); err != nil {
			yield(FeedReport{}, err)
			return
		}
	}
	pauses, err := plan.Pauses(entries(known), now)
	if err != nil {
		yield(FeedReport{}, err)
		return
	}
	for _, src := range slices.SortedFunc(slices.Values(cfg.Feeds), func(a, b feeds.Source) int { return cmp.Compare(a.ID, b.ID) }) {
		e, ok := known[src.ID]
		if !ok {
			e = poll.FeedStatus{Feed: src.ID, URL: src.URL}
		}
		if !yield(feedOf(&e, now, pauses, cfg.HTTP.PublicURL != ""), nil) {
			return
		}
	}
}

// readFeeds adds to known what the store at path has of feeds.
func readFeeds(ctx context.Context, path string, known map[string]poll.FeedStatus) error {
	store, err := bolt.OpenReadOnly(path)
	if err != nil {
		return err
	}
	defer store.Close() //nolint:errcheck // nothing was written
	for e, err := range store.Feeds(ctx) {
		if err != nil {
			return err
		}
		known[e.Feed] = e
	}
	return nil
}

// entries yields what is known, without an error.
func entries(known map[string]poll.FeedStatus) iter.Seq2[poll.FeedStatus, error] {
	return func(yield func(poll.FeedStatus, error) bool) {
		for _, e := range known {
			if !yield(e, nil) {
				return
			}
		}
	}
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

// Decide has the daemon carry out a decision.
func (c *Client) Decide(ctx context.Context, what FeedAction, feed string, ids []string) (did poll.Settled, err error) {
	return did, c.Post(ctx, "/feeds/"+string(what), decisionOf{feed, ids}, &did)
}

// Decide carries out a decision by a daemon that does not run.
func (l *Local) Decide(ctx context.Context, what FeedAction, feed string, ids []string) (did poll.Settled, err error) {
	if err := bolt.Absent(l.Config.Store.Path); err != nil {
		return did, err
	}
	d, err := l.Start()
	if err != nil {
		return did, err
	}
	did, err = d.Decide(ctx, what, feed, ids)
	return did, errors.Join(err, d.Close())
}

// decisionOf is the body of a request to decide.
type decisionOf struct {
	Feed  string   `json:"feed"`
	Items []string `json:"items,omitempty"`
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

// serveFeeds streams the state of all feeds as one JSON object a line.
func (s *Socket) serveFeeds(w http.ResponseWriter, r *http.Request) {
	pauses, err := s.daemon.Poller.Pauses(r.Context())
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/jsonl")
	lines := json.NewEncoder(w)
	now, pushes := time.Now(), s.daemon.Config().HTTP.PublicURL != ""
	for e, err := range s.daemon.Store.Feeds(r.Context()) {
		if err == nil {
			err = lines.Encode(feedOf(&e, now, pauses, pushes))
		}
		if err != nil {
			return // the reader is gone
		}
	}
}

// serveDecision carries out what a person decided.
func (s *Socket) serveDecision(w http.ResponseWriter, r *http.Request) {
	var of decisionOf
	if err := json.NewDecoder(io.LimitReader(r.Body, 64<<10)).Decode(&of); err != nil {
		http.Error(w, "the request is not understood: "+err.Error(), http.StatusBadRequest)
		return
	}
	did, err := Decide(r.Context(), s.daemon.Poller, FeedAction(r.PathValue("decision")), of.Feed, of.Items)
	if err != nil {
		http.Error(w, err.Error(), http.StatusUnprocessableEntity)
		return
	}
	answer(w, did)
}
