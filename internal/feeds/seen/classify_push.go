package seen

import (
	"slices"
	"time"

	"watcher/internal/feeds"
)

// JudgePart decides which items of a part of a feed are new or changed: a hub pushes
// the newest items and says nothing of the others. So no item is taken to have left
// the feed, and an item is recognised only by its bytes or its guid. An item that
// shares a link, or title and date, with one that was shown, and has another text,
// may be that item under a new guid or a new one. Only the whole document can tell,
// so the next poll decides (Unsure). The same holds for every item of a feed without
// a baseline, since a part cannot be one.
//
// Like Judge it is pure.
func (s *Index) JudgePart(doc *feeds.Document, now time.Time) Verdict {
	if s == nil || !s.based || len(s.records) >= maxRecords {
		return Verdict{Unsure: len(doc.Entries)}
	}
	j := newJudgement(s, doc, now)
	j.matchBytes()
	var open, fresh []int
	for i := range doc.Entries {
		if j.match[i] == unmatched && j.item[i] >= 0 {
			open = append(open, i)
		}
	}
	j.read = append(j.read, open...)
	j.markDoubles(open)
	open = slices.DeleteFunc(open, func(i int) bool { return j.match[i] == double })
	j.gather(open)
	var v Verdict
	for n := range j.ev.pairs {
		p := &j.ev.pairs[n]
		if p.equal[keyGUID] && j.match[p.entry] == unmatched && !j.claimed[p.record] && j.same(p, false) {
			j.claim(p.entry, p.record)
		}
	}
	for i := range doc.Entries {
		switch {
		case j.match[i] != unmatched || j.isRepetition(&doc.Entries[i]):
		case j.item[i] < 0 || j.hasTrace(&doc.Entries[i]):
			v.Unsure++
		default:
			fresh = append(fresh, i)
		}
	}
	j.changedItems(&v)
	v.New = j.admit(fresh)
	v.Sections = j.sections
	if j.dirty {
		v.Packed = j.next.pack()
	}
	return v
}

// hasTrace reports whether the feed has shown anything that an entry is known by.
func (j *judgement) hasTrace(e *feeds.Fingerprint) bool {
	return slices.ContainsFunc(j.seen.records, func(r record) bool {
		return e.GUID != 0 && e.GUID == r.GUID || e.Link != 0 && e.Link == r.Link ||
			e.Title != 0 && e.Title == r.Title && e.Date == r.Date || e.Title == 0 && e.Body != 0 && e.Body == r.Body
	})
}

// isRepetition reports whether the feed has shown the very text of an entry under
// its link, or under its title and date where it has nothing else.
func (j *judgement) isRepetition(e *feeds.Fingerprint) bool {
	return slices.ContainsFunc(j.seen.records, func(r record) bool {
		said := e.Title == r.Title && e.Body == r.Body && !r.legacy()
		return said && (e.Link != 0 && e.Link == r.Link || e.GUID|e.Link == 0 && e.Date == r.Date)
	})
}
