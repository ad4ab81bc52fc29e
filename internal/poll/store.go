package poll

import (
	"context"
	"iter"
	"time"

	"watcher/internal/feeds"
	"watcher/internal/notify"
	"watcher/internal/store"
)

// FeedStore is the durable half of polling, implemented by the stores. It owns the
// clock: due times and leases are compared with its own now.
type FeedStore interface {
	// Sync makes sources the configured feeds, after start and reload. A feed
	// that is new is due at once. One that is gone is never due again, and what
	// it has shown is kept for 90 days. A source whose ID is unknown but whose
	// URL is that of a feed no longer configured is that feed renamed. Claims of
	// a feed whose name, URL or cadence changed are lost. Of a feed whose URL
	// changed State.Elsewhere is left, and one that comes back after it was
	// removed has its hub, but no subscription (Push.Offered).
	Sync(ctx context.Context, sources *feeds.Sources) error

	// ClaimDue takes at most n feeds that are due, or will be within ahead, for
	// at most lease, the most overdue first, and says when to ask again.
	ClaimDue(ctx context.Context, n int, lease, ahead time.Duration) (due []Claim, wake store.Wake, err error)

	// Outage returns that of our own connection, as the last outcome that had one
	// left it.
	Outage(ctx context.Context) (Outage, error)

	// Seen returns what the claim's feed has shown, as the last outcome left
	// it; nil for a feed that has shown nothing.
	Seen(ctx context.Context, c Claim) ([]byte, error)

	// Commit stores outcomes in one transaction, and each one whole: what was
	// seen, the validators, the next due time, the alerts and the outage, of which
	// that of the last outcome stays. Outcomes whose
	// lease was lost change nothing and are returned. An error means that
	// nothing was stored: feeds that brought something will be polled again.
	// Many alerts may be stored at once and become held later, in their order and
	// over restarts, bounded parts at a time (notify.Wake.Coming): the commits of
	// others need not wait for them, and what the feed brings next stays behind.
	// An alert whose ID the store has is not stored again; its item's feed is
	// then noted in AlsoIn. What brought nothing (Outcome.Quiet) may reach the
	// disk later, within some minutes or at Close: a crash then only polls that
	// feed again.
	Commit(ctx context.Context, outcomes []Outcome) (lost []Claim, err error)
}

// Disowner is a FeedStore that several machines have, whose configs may differ.
type Disowner interface {
	// Disown gives back a claim of a feed that the config of this machine has not: another
	// machine is to poll it.
	Disown(c Claim)
}

// Register is what people see of the feeds, and change by hand. It is implemented
// by the stores.
type Register interface {
	// Feeds yields every configured feed, in the order of their names, each as
	// it is when it is yielded. After an error it yields nothing more.
	Feeds(ctx context.Context) iter.Seq2[FeedStatus, error]

	// Claim takes one feed, due or not, as ClaimDue does. ok is false where
	// somebody polls it at this moment; wake says when to ask again. An unknown
	// feed is an error.
	Claim(ctx context.Context, feed string, lease time.Duration) (c Claim, ok bool, wake store.Wake, err error)
}

// Ledger is all that a Poller needs of a store.
type Ledger interface {
	FeedStore
	Register
}

// Claim is the right to poll a feed once.
type Claim struct {
	Feed  string // Source.ID
	Token uint64 // fences off a claimant whose lease ran out
	Due   time.Time
	Now   time.Time // the store's clock at the claim
	State FeedState
}

// FeedState is what is remembered of a feed between polls, apart from its items. The
// zero value is that of a feed that was never polled.
type FeedState struct {
	Known    feeds.Known
	Trust    Trust     // how its server answers conditional requests
	Polled   time.Time // last attempt
	Good     time.Time // last poll that worked
	Items    int       // in the last document
	Warnings int       // about it
	Hints    PollHints // of it

	Backoff
	Habit
	Failures
	Move
	Rekeying
	LeftOut
	CutShort
	Told

	// Odd is what is odd about its documents; nil if nothing is or ever was. What it
	// points to is never changed, only replaced.
	Odd     *Odd
	Overrun Overrun

	// Identity is a sentence that says by which keys the feed's items are recognised,
	// if those are not the usual ones.
	Identity string
	Guids    bool // most items of a document had guids

	// Edited: the config gave the feed another URL, and no document with items
	// has come from there yet.
	Edited bool

	// Dangerous is since when it is set aside, as the process died while reading
	// it; zero if it is not.
	Dangerous time.Time

	// Push is the feed's hub and our subscription there; nil if it offers none.
	// What it points to is never changed, only replaced.
	Push *HubState

	// UnusedHub is the hub that the feed offers instead, which is not used as it is
	// not https.
	UnusedHub string
}

// Backoff is what the feed's host asked for. It is zero after a poll that worked.
type Backoff struct {
	Barred time.Time // not to be asked before
	BarAll bool      // and that holds for all feeds of the host
}

// Habit is how often a feed publishes, learnt from its documents.
type Habit struct {
	Changed time.Time     // last time something new came up, or of the baseline
	News    bool          // something came up since the baseline
	Gap     time.Duration // between two times that it publishes; 0 is unknown

	// Pauses are its two longest silences between two times that it publishes, the
	// longest first, and Watched since when they are known.
	Pauses  [2]time.Duration
	Watched time.Time
}

// LastNew is when something new last came up; zero if nothing has since the baseline.
func (h *Habit) LastNew() time.Time {
	if !h.News {
		return time.Time{}
	}
	return h.Changed
}

// Failures are those in a row up to the last poll. They are zero while polls work.
type Failures struct {
	Failing   time.Time // since when every poll failed
	Failed    int       // failures in a row
	Error     string    // of the last one, in words
	Blocked   bool      // it was a page that asks for a browser
	Unreached bool      // it may be our own connection's
	Gone      bool      // 410: it is not asked any more
}

// Move is a permanent redirect. It is zero if there is none.
type Move struct {
	MovedTo    string    // where it leads
	MovedSince time.Time // since when
	Moved      time.Time // since when the feed is asked there directly
}

// Rekeying is that of a feed which shows known items under new ids: its items wait for
// a person.
type Rekeying struct {
	Held    int       // items that wait
	Rekeyed time.Time // since when; zero if none waits
}

// LeftOut are items that matched and were not alerted. Of Old and Slid the last 10 are
// kept.
type LeftOut struct {
	TooOld int // because of max_age
	Old    []Old

	// They came in at the old end of the document and are older than all that the feed
	// had shown.
	SlidBack int
	Slid     []Old
}

// CutShort are articles that were matched as the feed cut them short, though it has
// full_text.
type CutShort struct {
	NoText      int
	NoTextError string // why the last of them was
}

// Told is what the ops targets were told and not yet told to be over.
type Told struct {
	Trouble   string    // the kind of failure; empty if none was told
	ToldSince time.Time // when that failure began
	Worked    int       // polls in a row that worked since
	Stale     bool      // the feed is silent for far longer than its habit is
}

// Elsewhere is what remains of s when the config gives the feed another URL: what is
// known of the feed, without how its old server answered.
func (s FeedState) Elsewhere() FeedState {
	s.Worked = 0 // polls of the old server
	return FeedState{
		Items: s.Items, Habit: s.Habit, Rekeying: s.Rekeying, LeftOut: s.LeftOut, Told: s.Told,
		Odd: s.Odd, Identity: s.Identity, Guids: s.Guids,
		Edited: s.Edited || !s.Good.IsZero(),
	}
}

// PollHints are what a document says of how it wants to be polled (feeds.Hints),
// remembered for the polls that bring no document.
type PollHints struct {
	Pause     time.Duration // ttl, or sy:updatePeriod by its frequency
	SkipHours uint32        // bit h is the hour h in GMT
	SkipDays  uint8         // bit d is the time.Weekday d in GMT
}

// Old is an item that matched a rule and was not alerted for its age.
type Old struct {
	Title     string    `json:"title"`
	Link      string    `json:"link"`
	Published time.Time `json:"published"`
	Rules     []string  `json:"rules,omitempty"` // that it matched
}

// FeedStatus is a configured feed as the store has it.
type FeedStatus struct {
	Feed  string // Source.ID
	URL   string // as configured
	Due   time.Time
	State FeedState
}

// HistoryItem is an item in the history.
type HistoryItem struct {
	// Number is the article's for as long as it is kept, and ascends in the order in
	// which they came; 0 for one of an older store that has none yet.
	Number uint64    `json:",omitzero"`
	Seen   time.Time // when it first came up
	Item   feeds.Item
}

// Outcome is what one poll of a feed changes.
type Outcome struct {
	Claim  Claim
	State  FeedState
	Next   time.Time // when the feed is due again
	Seen   []byte    // what the feed has shown now; nil leaves it as it is
	Alerts []notify.Alert
	// Outage is the outage of our own connection from now on, if this poll began,
	// told or ended one; nil leaves it as it is.
	Outage *Outage
	// Articles are kept for trying rules on, as they were matched.
	Articles []feeds.Item
	// New are items that the feed had not shown, which are counted for each day, but for
	// those of a Baseline: the feed's first document.
	New      int
	Baseline bool
}

// Quiet says that the poll brought nothing that must be on disk at once.
func (o *Outcome) Quiet() bool {
	return o.Seen == nil && len(o.Alerts) == 0 && o.Outage == nil && o.State.Known == o.Claim.State.Known && o.State.Error == o.Claim.State.Error &&
		o.State.Push == o.Claim.State.Push
}
