package record

import (
	"time"

	"watcher/internal/feeds"
	"watcher/internal/poll"
)

// Feed is a feed on disk.
type Feed struct {
	ID      string    `json:"id"`
	URL     string    `json:"url"`
	Cadence string    `json:"cadence"`
	Due     time.Time `json:"due"`
	Removed time.Time `json:"removed,omitzero"`
	State   State     `json:"state"`
}

func (Feed) record()  {}
func (State) record() {}

// State is a poll.FeedState, where the fields are documented.
type State struct {
	Known       Known            `json:"known,omitzero"`
	Trust       Trust            `json:"trust,omitzero"`
	Polled      time.Time        `json:"polled,omitzero"`
	Good        time.Time        `json:"good,omitzero"`
	Items       int              `json:"items,omitempty"`
	Warnings    int              `json:"warnings,omitempty"`
	Barred      time.Time        `json:"barred,omitzero"`
	BarAll      bool             `json:"bar_all,omitzero"`
	Changed     time.Time        `json:"changed,omitzero"`
	News        bool             `json:"news,omitzero"`
	Gap         time.Duration    `json:"gap,omitzero"`
	Hints       Hints            `json:"hints,omitzero"`
	Pauses      [2]time.Duration `json:"pauses,omitzero"`
	Watched     time.Time        `json:"watched,omitzero"`
	Odd         *Odd             `json:"odd,omitempty"`
	Guids       bool             `json:"guids,omitzero"`
	Overrun     Overrun          `json:"overrun,omitzero"`
	Edited      bool             `json:"edited,omitzero"`
	Failing     time.Time        `json:"failing,omitzero"`
	Failed      int              `json:"failed,omitempty"`
	Error       string           `json:"error,omitempty"`
	Blocked     bool             `json:"blocked,omitzero"`
	Unreached   bool             `json:"unreached,omitzero"`
	Gone        bool             `json:"gone,omitzero"`
	Dangerous   time.Time        `json:"dangerous,omitzero"`
	MovedTo     string           `json:"moved_to,omitempty"`
	MovedSince  time.Time        `json:"moved_since,omitzero"`
	Moved       time.Time        `json:"moved,omitzero"`
	Held        int              `json:"held,omitempty"`
	Rekeyed     time.Time        `json:"rekeyed,omitzero"`
	TooOld      int              `json:"too_old,omitempty"`
	Old         []Old            `json:"old,omitempty"`
	SlidBack    int              `json:"slid_back,omitempty"`
	Slid        []Old            `json:"slid,omitempty"`
	Identity    string           `json:"habit,omitempty"`
	NoText      int              `json:"no_text,omitempty"`
	NoTextError string           `json:"no_text_error,omitempty"`
	Push        *Push            `json:"push,omitempty"`
	UnusedHub   string           `json:"unused_hub,omitempty"`
	Told        string           `json:"told,omitempty"`
	ToldSince   time.Time        `json:"told_since,omitzero"`
	Worked      int              `json:"worked,omitempty"`
	Stale       bool             `json:"stale,omitzero"`
}

// StateOf makes the record of a state.
func StateOf(s *poll.FeedState) State {
	return State{
		Known: Known(s.Known), Trust: trustOf(s.Trust),
		Polled: s.Polled, Good: s.Good, Items: s.Items, Warnings: s.Warnings, Barred: s.Barred, BarAll: s.BarAll,
		Changed: s.Changed, News: s.News, Gap: s.Gap, Hints: Hints(s.Hints), Pauses: s.Pauses, Watched: s.Watched,
		Odd: oddOf(s.Odd), Guids: s.Guids, Overrun: Overrun(s.Overrun), Edited: s.Edited,
		Failing: s.Failing, Failed: s.Failed, Error: s.Error, Blocked: s.Blocked, Unreached: s.Unreached, Gone: s.Gone,
		Dangerous: s.Dangerous, MovedTo: s.MovedTo, MovedSince: s.MovedSince, Moved: s.Moved, Held: s.Held, Rekeyed: s.Rekeyed,
		TooOld: s.TooOld, Old: converted(s.Old, oldOf), SlidBack: s.SlidBack, Slid: converted(s.Slid, oldOf),
		Identity: s.Identity, NoText: s.NoText, NoTextError: s.NoTextError, Push: (*Push)(s.Push), UnusedHub: s.UnusedHub,
		Told: s.Trouble, ToldSince: s.ToldSince, Worked: s.Worked, Stale: s.Stale,
	}
}

// FeedState converts the record.
func (r *State) FeedState() poll.FeedState {
	return poll.FeedState{
		Known: feeds.Known(r.Known), Trust: r.Trust.trust(),
		Polled: r.Polled, Good: r.Good, Items: r.Items, Warnings: r.Warnings, Hints: poll.PollHints(r.Hints),
		Backoff:  poll.Backoff{Barred: r.Barred, BarAll: r.BarAll},
		Habit:    poll.Habit{Changed: r.Changed, News: r.News, Gap: r.Gap, Pauses: r.Pauses, Watched: r.Watched},
		Failures: poll.Failures{Failing: r.Failing, Failed: r.Failed, Error: r.Error, Blocked: r.Blocked, Unreached: r.Unreached, Gone: r.Gone},
		Move:     poll.Move{MovedTo: r.MovedTo, MovedSince: r.MovedSince, Moved: r.Moved},
		Rekeying: poll.Rekeying{Held: r.Held, Rekeyed: r.Rekeyed},
		LeftOut:  poll.LeftOut{TooOld: r.TooOld, Old: converted(r.Old, Old.old), SlidBack: r.SlidBack, Slid: converted(r.Slid, Old.old)},
		CutShort: poll.CutShort{NoText: r.NoText, NoTextError: r.NoTextError},
		Told:     poll.Told{Trouble: r.Told, ToldSince: r.ToldSince, Worked: r.Worked, Stale: r.Stale},
		Odd:      r.Odd.odd(), Overrun: poll.Overrun(r.Overrun), Identity: r.Identity, Guids: r.Guids, Edited: r.Edited,
		Dangerous: r.Dangerous, Push: (*poll.HubState)(r.Push), UnusedHub: r.UnusedHub,
	}
}

// Trust is a poll.Trust.
type Trust struct {
	Full  time.Time `json:"full,omitzero"`
	Doubt Known     `json:"doubt,omitzero"`
	Wrong time.Time `json:"wrong,omitzero"`
	Form  int       `json:"form,omitempty"` // a poll.TagForm
}

func trustOf(t poll.Trust) Trust {
	return Trust{Full: t.Full, Doubt: Known(t.Doubt), Wrong: t.Wrong, Form: int(t.Form)}
}

func (r Trust) trust() poll.Trust {
	return poll.Trust{Full: r.Full, Doubt: feeds.Known(r.Doubt), Wrong: r.Wrong, Form: poll.TagForm(r.Form)}
}

// Odd is a poll.Odd.
type Odd struct {
	Empty    Spell    `json:"empty,omitzero"`
	Guidless Spell    `json:"guidless,omitzero"`
	Changing Spell    `json:"changing,omitzero"`
	Names    []uint32 `json:"names,omitempty"`
}

func oddOf(o *poll.Odd) *Odd {
	if o == nil {
		return nil
	}
	return &Odd{Empty: Spell(o.Empty), Guidless: Spell(o.Guidless), Changing: Spell(o.Changing), Names: o.Names}
}

func (r *Odd) odd() *poll.Odd {
	if r == nil {
		return nil
	}
	return &poll.Odd{Empty: poll.Spell(r.Empty), Guidless: poll.Spell(r.Guidless), Changing: poll.Spell(r.Changing), Names: r.Names}
}

// The records below have the same fields in the same order as the types that they
// record, so that they convert to each other. A change there does not compile until
// somebody decides here what becomes of stored data.

// Known is a feeds.Known.
type Known struct {
	ETag         string `json:"etag,omitempty"`
	LastModified string `json:"last_modified,omitempty"`
	Wire         uint64 `json:"wire,omitempty"`
	Body         uint64 `json:"body,omitempty"`
}

// Hints is a poll.PollHints.
type Hints struct {
	Pause     time.Duration `json:"pause,omitzero"`
	SkipHours uint32        `json:"skip_hours,omitzero"`
	SkipDays  uint8         `json:"skip_days,omitzero"`
}

// Spell is a poll.Spell.
type Spell struct {
	Since     time.Time     `json:"since,omitzero"`
	Last      time.Time     `json:"last,omitzero"`
	Documents int           `json:"documents,omitempty"`
	Longest   time.Duration `json:"longest,omitzero"`
	Told      bool          `json:"told,omitzero"`
}

// Overrun is a poll.Overrun.
type Overrun struct {
	Since time.Time `json:"since,omitzero"`
	Last  time.Time `json:"last,omitzero"`
	Why   string    `json:"why,omitempty"`
	Read  time.Time `json:"read,omitzero"`
	Pages int       `json:"pages,omitempty"`
	Vain  int       `json:"vain,omitempty"`
}

// Old is a poll.Old.
type Old struct {
	Title     string    `json:"title"`
	Link      string    `json:"link"`
	Published time.Time `json:"published"`
	Rules     []string  `json:"rules,omitempty"`
}

func oldOf(o poll.Old) Old  { return Old(o) }
func (r Old) old() poll.Old { return poll.Old(r) }

// Push is a poll.HubState.
type Push struct {
	Hub      string    `json:"hub,omitempty"`
	Topic    string    `json:"topic,omitempty"`
	Callback string    `json:"callback,omitempty"`
	Secret   string    `json:"secret,omitempty"`
	Until    time.Time `json:"until,omitzero"`
	Next     time.Time `json:"next,omitzero"`
	Failed   int       `json:"failed,omitempty"`
	Error    string    `json:"error,omitempty"`
	Denied   bool      `json:"denied,omitzero"`
	Last     time.Time `json:"last,omitzero"`
}

// Outage is a poll.Outage: one of our own connection.
type Outage struct {
	Since time.Time `json:"since,omitzero"`
	Told  bool      `json:"told,omitzero"`
}

func (Outage) record() {}
