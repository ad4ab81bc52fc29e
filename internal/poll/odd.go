package poll

import (
	"fmt"
	"slices"
	"time"

	"watcher/internal/duration"
	"watcher/internal/feeds"
	"watcher/internal/feeds/seen"
	"watcher/internal/notify"
)

const (
	// oddLasting is how long something odd lasts before it is told: a deployment that
	// went wrong is mended by then.
	oddLasting = 24 * time.Hour

	// An empty feed is told after emptyLeast at the earliest: many pause over a
	// weekend. One that publishes rarely may be empty for emptyGaps times its habit,
	// of which at most emptyMost counts; and any for emptyTimes as long as it was
	// before.
	emptyLeast = 3 * 24 * time.Hour
	emptyMost  = 5 * 24 * time.Hour
	emptyGaps  = 2
	emptyTimes = 2

	// A feed is changing when changingPercent of what it had shown before, of
	// changingItems at least, had changed in each of changingDocuments documents in a
	// row. It no longer is when nothing has changed for changingQuiet.
	changingPercent   = 80
	changingItems     = 3
	changingDocuments = 5
	changingQuiet     = 3 * 24 * time.Hour

	// The names of this many items are remembered of this many documents that changed
	// all names: servers of one site that differ take turns.
	namesOf       = 32
	namesIn       = changingDocuments - 1
	namesKnownOne = 2 // one in so many that are known makes it a document of before
)

// Odd is what is odd about the documents of a feed, all of which could be read.
type Odd struct {
	Empty    Spell    // no items, where there were some
	Guidless Spell    // no item has a guid, where they had some
	Changing Spell    // nearly all items are changed each time
	Names    []uint32 // of items in the documents of Changing
}

// Spell is a time in which something is odd. The zero value is that it never was.
type Spell struct {
	Since     time.Time     // zero while it is not
	Last      time.Time     // the last document that was so
	Documents int           // that were so, in a row
	Longest   time.Duration // of the spells that are over
	Told      bool          // to the ops targets; they were not told yet that it is over
}

// note notes whether a document was odd in this way.
func (s *Spell) note(is bool, now time.Time) {
	switch {
	case !is:
		s.end(now)
		return
	case s.Since.IsZero():
		s.Since = now
	}
	s.Last = now
	s.Documents++
}

func (s *Spell) end(now time.Time) {
	if !s.Since.IsZero() {
		s.Longest = max(s.Longest, now.Sub(s.Since))
		s.Since, s.Last, s.Documents = time.Time{}, time.Time{}, 0
	}
}

func (s *Spell) lasts(now time.Time, least time.Duration) bool {
	return !s.Since.IsZero() && now.Sub(s.Since) >= least
}

// emptied reports whether the feed has no items now and had some.
func (s *FeedState) emptied() bool { return s.Odd != nil && !s.Odd.Empty.Since.IsZero() }

// look notes what is odd about a document, before Items is set to its number of
// items.
func (s *FeedState) look(doc *feeds.Document, v *seen.Verdict, now time.Time) {
	var odd Odd
	if s.Odd != nil {
		odd = *s.Odd
	}
	if len(doc.Entries) == 0 {
		if s.Items > 0 || s.emptied() {
			odd.Empty.note(true, now)
			s.Odd = &odd
		}
		return
	}
	guids, without := countGUIDs(doc)
	guidless := s.Guids && guids == 0 && without > 0
	s.Guids = s.Guids || guids > without
	known := len(doc.Entries) - len(v.New)
	judged := known >= changingItems && doc.Unread == 0 && !v.Baseline
	changing := judged && v.Altered*100 >= changingPercent*known && !odd.hadNames(doc)
	if s.Odd == nil && !guidless && !changing {
		return
	}
	odd.Empty.note(false, now)
	odd.Guidless.note(guidless, now)
	if judged {
		odd.Changing.note(changing, now)
		odd.keepNames(doc, changing)
	}
	s.Odd = &odd
}

// countGUIDs counts the items that were read with and without a guid.
func countGUIDs(doc *feeds.Document) (guids, without int) {
	for i := range doc.Entries {
		switch e := &doc.Entries[i]; {
		case e.GUID != 0:
			guids++
		case e.Title != 0 || e.Body != 0:
			without++
		}
	}
	return guids, without
}

// nameOf is a short hash of what identifies an item.
func nameOf(e *feeds.Fingerprint) uint32 {
	n := e.GUID ^ e.Link>>1 ^ uint64(e.Title)<<31 ^ uint64(e.Date)
	return uint32(n ^ n>>32)
}

// hadNames reports whether the document is one of those a few documents ago: two servers
// that take turns change nothing.
func (o *Odd) hadNames(doc *feeds.Document) bool {
	some := doc.Entries[:min(namesOf, len(doc.Entries))]
	had := 0
	for i := range some {
		if slices.Contains(o.Names, nameOf(&some[i])) {
			had++
		}
	}
	return had*namesKnownOne >= len(some)
}

func (o *Odd) keepNames(doc *feeds.Document, changing bool) {
	if !changing {
		o.Names = nil
		return
	}
	names := slices.Clone(o.Names) // what an Odd points to is not changed
	for i := range doc.Entries[:min(namesOf, len(doc.Entries))] {
		names = append(names, nameOf(&doc.Entries[i]))
	}
	o.Names = names[max(0, len(names)-namesOf*namesIn):]
}

// Kinds of what is odd, as they are told.
const (
	feedEmpty    = "feed_empty"
	feedGuidless = "feed_guidless"
	feedChanging = "feed_changing"
	feedAsUsual  = "feed_as_usual"
)

// tellOdd tells what is odd about the feed's documents once it has lasted, and when
// it is over.
func (p *Plan) tellOdd(o *pollResult, feed *PlannedFeed, now time.Time) {
	s := &o.State
	if s.Odd == nil {
		return
	}
	odd := *s.Odd
	if quiet := odd.Changing.Last; !quiet.IsZero() && now.Sub(quiet) >= changingQuiet {
		odd.Changing.end(now)
		odd.Names = nil
	}
	emptyLasting := max(emptyLeast, emptyTimes*odd.Empty.Longest, min(emptyGaps*s.Gap, emptyMost))
	alerts := slices.Concat(
		p.tellSpell(&odd.Empty, feed, now, feedEmpty, odd.Empty.lasts(now, emptyLasting), emptyText,
			"Feed %s has items again."),
		p.tellSpell(&odd.Guidless, feed, now, feedGuidless, odd.Guidless.lasts(now, oddLasting), guidlessText,
			"The items of feed %s have guids again."),
		p.tellSpell(&odd.Changing, feed, now, feedChanging, odd.Changing.lasts(now, oddLasting) && odd.Changing.Documents >= changingDocuments, changingText,
			"Feed %s keeps what it has shown as it was again."))
	o.Alerts = append(o.Alerts, alerts...)
	s.Odd = odd.kept()
}

const (
	emptyText    = "Feed %s has had no items for %s, where it had some before. It answers without an error: is it still the right address?"
	guidlessText = "The items of feed %s have had no guid for %s, where they had one before. They are told apart by link, or by title and date: one that is edited may be alerted again."
	changingText = "Feed %s has changed guid, link, title or date of nearly all its items each time, for %s. Items may be alerted twice or be taken for old ones: look at it with \"watcher inspect\", and ask the site for an address that keeps them."
)

// tellSpell tells that a spell has lasted (is), or that one which was told is over.
func (p *Plan) tellSpell(spell *Spell, feed *PlannedFeed, now time.Time, kind string, is bool, text, over string) []notify.Alert {
	switch {
	case is && !spell.Told:
		spell.Told = true
		return p.trouble(kind, feed, spell.Since, text, feed.ID, duration.Words(now.Sub(spell.Since)))
	case spell.Told && spell.Since.IsZero():
		spell.Told = false
		return p.trouble(feedAsUsual, feed, now, over, feed.ID)
	}
	return nil
}

// kept returns what is to be remembered; nil if nothing is.
func (o *Odd) kept() *Odd {
	if o.Empty == (Spell{}) && o.Guidless == (Spell{}) && o.Changing == (Spell{}) {
		return nil
	}
	return o
}

// health is what is odd now and was told; ok is false for nothing.
func (o *Odd) health(now time.Time) (h FeedHealth, ok bool) {
	if o == nil {
		return FeedHealth{}, false
	}
	for _, x := range []struct {
		spell     *Spell
		condition Condition
		text      string
	}{
		{&o.Empty, Empty, "no items for %s, where it had some"},
		{&o.Changing, Changing, "nearly all items have changed each time, for %s"},
		{&o.Guidless, Guidless, "no item has had a guid for %s, where they had one"},
	} {
		if x.spell.Told && !x.spell.Since.IsZero() {
			return FeedHealth{x.condition, x.spell.Since, fmt.Sprintf(x.text, duration.Words(now.Sub(x.spell.Since)))}, true
		}
	}
	return FeedHealth{}, false
}
