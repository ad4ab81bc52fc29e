package bolt

import (
	"time"

	"watcher/internal/feeds"
	"watcher/internal/poll"
)

// feedRecord is a feed on disk.
type feedRecord struct {
	ID      string      `json:"id"`
	URL     string      `json:"url"`
	Cadence string      `json:"cadence"`
	Due     time.Time   `json:"due"`
	Removed time.Time   `json:"removed,omitzero"`
	State   stateRecord `json:"state"`
}

func (feedRecord) record() {}

func feedRecordOf(e *feedEntry) feedRecord {
	return feedRecord{ID: e.ID, URL: e.URL, Cadence: e.Cadence, Due: e.Due, Removed: e.Removed, State: stateRecordOf(&e.State)}
}

func (r *feedRecord) entry() feedEntry {
	return feedEntry{ID: r.ID, URL: r.URL, Cadence: r.Cadence, Due: r.Due, Removed: r.Removed, State: r.State.state()}
}

// stateRecord is a poll.FeedState. What the fields mean is said there.
type stateRecord struct {
	Known       knownRecord      `json:"known,omitzero"`
	Trust       trustRecord      `json:"trust,omitzero"`
	Polled      time.Time        `json:"polled,omitzero"`
	Good        time.Time        `json:"good,omitzero"`
	Items       int              `json:"items,omitempty"`
	Warnings    int              `json:"warnings,omitempty"`
	Barred      time.Time        `json:"barred,omitzero"`
	BarAll      bool             `json:"bar_all,omitzero"`
	Changed     time.Time        `json:"changed,omitzero"`
	News        bool             `json:"news,omitzero"`
	Gap         time.Duration    `json:"gap,omitzero"`
	Hints       hintsRecord      `json:"hints,omitzero"`
	Pauses      [2]time.Duration `json:"pauses,omitzero"`
	Watched     time.Time        `json:"watched,omitzero"`
	Odd         *oddRecord       `json:"odd,omitempty"`
	Guids       bool             `json:"guids,omitzero"`
	Overrun     overrunRecord    `json:"overrun,omitzero"`
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
	Old         []oldRecord      `json:"old,omitempty"`
	SlidBack    int              `json:"slid_back,omitempty"`
	Slid        []oldRecord      `json:"slid,omitempty"`
	Habit       string           `json:"habit,omitempty"`
	NoText      int              `json:"no_text,omitempty"`
	NoTextError string           `json:"no_text_error,omitempty"`
	Push        *pushRecord      `json:"push,omitempty"`
	UnusedHub   string           `json:"unused_hub,omitempty"`
	Told        string           `json:"told,omitempty"`
	ToldSince   time.Time        `json:"told_since,omitzero"`
	Worked      int              `json:"worked,omitempty"`
	Stale       bool             `json:"stale,omitzero"`
}

func stateRecordOf(s *poll.FeedState) stateRecord {
	return stateRecord{
		Known: knownRecord(s.Known), Trust: trustRecordOf(s.Trust),
		Polled: s.Polled, Good: s.Good, Items: s.Items, Warnings: s.Warnings, Barred: s.Barred, BarAll: s.BarAll,
		Changed: s.Changed, News: s.News, Gap: s.Gap, Hints: hintsRecord(s.Hints), Pauses: s.Pauses, Watched: s.Watched,
		Odd: oddRecordOf(s.Odd), Guids: s.Guids, Overrun: overrunRecord(s.Overrun), Edited: s.Edited,
		Failing: s.Failing, Failed: s.Failed, Error: s.Error, Blocked: s.Blocked, Unreached: s.Unreached, Gone: s.Gone,
		Dangerous: s.Dangerous, MovedTo: s.MovedTo, MovedSince: s.MovedSince, Moved: s.Moved, Held: s.Held, Rekeyed: s.Rekeyed,
		TooOld: s.TooOld, Old: converted(s.Old, oldRecordOf), SlidBack: s.SlidBack, Slid: converted(s.Slid, oldRecordOf),
		Habit: s.Habit, NoText: s.NoText, NoTextError: s.NoTextError, Push: (*pushRecord)(s.Push), UnusedHub: s.UnusedHub,
		Told: s.Told, ToldSince: s.ToldSince, Worked: s.Worked, Stale: s.Stale,
	}
}

func (r *stateRecord) state() poll.FeedState {
	return poll.FeedState{
		Known: feeds.Known(r.Known), Trust: r.Trust.trust(),
		Polled: r.Polled, Good: r.Good, Items: r.Items, Warnings: r.Warnings, Barred: r.Barred, BarAll: r.BarAll,
		Changed: r.Changed, News: r.News, Gap: r.Gap, Hints: poll.PollHints(r.Hints), Pauses: r.Pauses, Watched: r.Watched,
		Odd: r.Odd.odd(), Guids: r.Guids, Overrun: poll.Overrun(r.Overrun), Edited: r.Edited,
		Failing: r.Failing, Failed: r.Failed, Error: r.Error, Blocked: r.Blocked, Unreached: r.Unreached, Gone: r.Gone,
		Dangerous: r.Dangerous, MovedTo: r.MovedTo, MovedSince: r.MovedSince, Moved: r.Moved, Held: r.Held, Rekeyed: r.Rekeyed,
		TooOld: r.TooOld, Old: converted(r.Old, oldRecord.old), SlidBack: r.SlidBack, Slid: converted(r.Slid, oldRecord.old),
		Habit: r.Habit, NoText: r.NoText, NoTextError: r.NoTextError, Push: (*poll.HubState)(r.Push), UnusedHub: r.UnusedHub,
		Told: r.Told, ToldSince: r.ToldSince, Worked: r.Worked, Stale: r.Stale,
	}
}

type trustRecord struct {
	Full  time.Time   `json:"full,omitzero"`
	Doubt knownRecord `json:"doubt,omitzero"`
	Wrong time.Time   `json:"wrong,omitzero"`
	Form  int         `json:"form,omitempty"` // a poll.TagForm
}

func trustRecordOf(t poll.Trust) trustRecord {
	return trustRecord{Full: t.Full, Doubt: knownRecord(t.Doubt), Wrong: t.Wrong, Form: int(t.Form)}
}

func (r trustRecord) trust() poll.Trust {
	return poll.Trust{Full: r.Full, Doubt: feeds.Known(r.Doubt), Wrong: r.Wrong, Form: poll.TagForm(r.Form)}
}

type oddRecord struct {
	Empty    spellRecord `json:"empty,omitzero"`
	Guidless spellRecord `json:"guidless,omitzero"`
	Changing spellRecord `json:"changing,omitzero"`
	Names    []uint32    `json:"names,omitempty"`
}

func oddRecordOf(o *poll.Odd) *oddRecord {
	if o == nil {
		return nil
	}
	return &oddRecord{Empty: spellRecord(o.Empty), Guidless: spellRecord(o.Guidless), Changing: spellRecord(o.Changing), Names: o.Names}
}

func (r *oddRecord) odd() *poll.Odd {
	if r == nil {
		return nil
	}
	return &poll.Odd{Empty: poll.Spell(r.Empty), Guidless: poll.Spell(r.Guidless), Changing: poll.Spell(r.Changing), Names: r.Names}
}

// The records below have the fields of what they are records of, in their order,
// so that they convert to each other. A change there does not compile until it is
// decided here what becomes of what is stored.

type knownRecord struct {
	ETag         string `json:"etag,omitempty"`
	LastModified string `json:"last_modified,omitempty"`
	Wire         uint64 `json:"wire,omitempty"`
	Body         uint64 `json:"body,omitempty"`
}

type hintsRecord struct {
	Pause     time.Duration `json:"pause,omitzero"`
	SkipHours uint32        `json:"skip_hours,omitzero"`
	SkipDays  uint8         `json:"skip_days,omitzero"`
}

type spellRecord struct {
	Since     time.Time     `json:"since,omitzero"`
	Last      time.Time     `json:"last,omitzero"`
	Documents int           `json:"documents,omitempty"`
	Longest   time.Duration `json:"longest,omitzero"`
	Told      bool          `json:"told,omitzero"`
}

type overrunRecord struct {
	Since time.Time `json:"since,omitzero"`
	Last  time.Time `json:"last,omitzero"`
	Why   string    `json:"why,omitempty"`
	Read  time.Time `json:"read,omitzero"`
	Pages int       `json:"pages,omitempty"`
	Vain  int       `json:"vain,omitempty"`
}

type oldRecord struct {
	Title     string    `json:"title"`
	Link      string    `json:"link"`
	Published time.Time `json:"published"`
	Rules     []string  `json:"rules,omitempty"`
}

func oldRecordOf(o poll.Old) oldRecord { return oldRecord(o) }
func (r oldRecord) old() poll.Old      { return poll.Old(r) }

type pushRecord struct {
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

// outageRecord is that of our own connection.
type outageRecord struct {
	Since time.Time `json:"since,omitzero"`
	Told  bool      `json:"told,omitzero"`
}

func (outageRecord) record() {}
