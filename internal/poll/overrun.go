package poll

import (
	"time"

	"watcher/internal/feeds"
)

const (
	// A document of so many items at least, none of which was in the one before that
	// had as many at most, shows that its window was overrun. Feeds of one item or two
	// always are.
	overrunItems = 3
	// overrunShown is how long a feed is shown as overrun.
	overrunShown = 24 * time.Hour
)

// Overrun is when the feed published more between two polls than its document shows,
// so that items may have come and gone unseen. The zero value is never.
type Overrun struct {
	Since time.Time `json:"since,omitzero"` // the poll after which items may be missed
	Last  time.Time `json:"last,omitzero"`  // when that was noticed last
}

func (r *Overrun) lasts(now time.Time) bool {
	return !r.Last.IsZero() && now.Sub(r.Last) < overrunShown
}

// tellOverrun notes whether a document that has before items at the poll before shows
// none of them, and tells it once while it lasts. An adaptive interval is shortened:
// half of the time that was too long is its next one.
func (p *Plan) tellOverrun(o *Outcome, feed *Feed, doc *feeds.Document, v *feeds.Verdict, before int, now time.Time) {
	was, s := &o.Claim.State, &o.State
	if v.Baseline || was.Edited || was.Good.IsZero() || before < overrunItems || len(doc.Entries) < before || len(v.New) < len(doc.Entries) {
		return
	}
	elapsed := now.Sub(was.Good)
	if s.Gap == 0 || s.Gap > elapsed {
		s.Gap = elapsed
	}
	told := s.Overrun.lasts(now)
	s.Overrun.Last = now
	if told {
		return
	}
	s.Overrun.Since = was.Good
	o.Alerts = append(o.Alerts, p.trouble(feedOverrun, feed, was.Good,
		"Feed %s may have missed items since %s: all %d items that it shows have come up since then, and others may have come and gone. Poll it more often (every), or look there.",
		feed.ID, utcMinute(was.Good), len(doc.Entries))...)
}

func utcMinute(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 UTC") }
