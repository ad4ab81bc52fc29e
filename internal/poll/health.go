package poll

import (
	"fmt"
	"time"

	"watcher/internal/duration"
	"watcher/internal/feeds"
	"watcher/internal/text"
)

// Condition is a feed's state as a person understands it.
type Condition string

const (
	Well     Condition = "ok"
	Unpolled Condition = "new"      // not polled yet
	Moved    Condition = "moved"    // permanent redirects lead elsewhere
	Failing  Condition = "failing"  // the last polls failed
	Blocked  Condition = "blocked"  // the server, or a wall before it, asks for a browser
	Gone     Condition = "gone"     // 410: not asked any more
	Stale    Condition = "stale"    // silent for far longer than its habit
	Overran  Condition = "overrun"  // published more between two polls than it shows
	Empty    Condition = "empty"    // no items, where there were some
	Guidless Condition = "guidless" // no item has a guid, where they had some
	Changing Condition = "changing" // guid, link, title or date of nearly all items change each time
	Rekeyed  Condition = "re-keyed" // items are held until a person decides
	// Dangerous: the process died while reading it, again and again.
	Dangerous Condition = "dangerous"
)

// Conditions has all of them, the worst last.
var Conditions = [...]Condition{Well, Unpolled, Moved, Stale, Overran, Guidless, Changing, Empty, Failing, Blocked, Rekeyed, Gone, Dangerous}

// Healthy reports whether nobody needs to look after a feed in this condition.
func (c Condition) Healthy() bool { return c == Well || c == Unpolled || c == Moved }

// FeedHealth is the condition of a feed, and why.
type FeedHealth struct {
	Condition Condition
	Since     time.Time // zero for Well and Unpolled
	Text      string    // why, in a sentence; empty for Well
}

// Health returns the feed's health at a time. Of several troubles it names the worst.
func (e *FeedStatus) Health(now time.Time) FeedHealth {
	s := &e.State
	odd, isOdd := s.Odd.health(now)
	switch {
	case !s.Dangerous.IsZero():
		return FeedHealth{Dangerous, s.Dangerous, errDangerous.Error()}
	case s.Gone:
		return FeedHealth{Gone, s.Failing, s.Error}
	case s.Held > 0:
		return FeedHealth{Rekeyed, s.Rekeyed, text.Number(s.Held) + " items under new ids are held: accept or release them"}
	case s.Blocked:
		return FeedHealth{Blocked, s.Failing, s.Error}
	case s.Failed > 0:
		return FeedHealth{Failing, s.Failing, s.Error}
	case isOdd:
		return odd
	case s.Overrun.lasts(now):
		return FeedHealth{Overran, s.Overrun.Since, s.Overrun.text()}
	case s.silentTooLong(now):
		return FeedHealth{Stale, s.Changed, fmt.Sprintf("silent for %s, %s", duration.Words(now.Sub(s.Changed)), s.Habit.words())}
	case s.MovedTo != "":
		return FeedHealth{Moved, s.MovedSince, "moved to " + feeds.Shown(s.MovedTo)}
	case s.Polled.IsZero():
		return FeedHealth{Unpolled, time.Time{}, "not polled yet"}
	}
	return FeedHealth{Condition: Well}
}

// words says how often the feed publishes.
func (h *Habit) words() string {
	if h.Gap == 0 {
		return "and never since it is watched did anything new come up"
	}
	return "while it published every " + duration.Words(h.Gap)
}
