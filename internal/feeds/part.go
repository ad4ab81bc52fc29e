package feeds

import "time"

// JudgePart decides which items of a part of a feed are new or changed: what a
// hub pushes has the newest items, and nobody knows what else the feed has. So
// nothing is taken to have left the feed, and an item is known by its bytes or
// its guid alone. What carries any other trace of an item that was shown, its
// link or its title and date, and says something else, may be that item under a
// new guid or another one: only the whole document tells, and it is left to that
// (Unsure). So is all of a feed that has no baseline yet, since a part is none.
//
// Like Judge it is pure.
func (s *Seen) JudgePart(doc *Document, now time.Time) Verdict {
	if s == nil || !s.based || len(s.records) >= maxRecords {
		return Verdict{Unsure: len(doc.Entries)}
	}
	j := newJudgement(s, doc, now)
	j.matchGUIDs()
	var v Verdict
	var fresh []int
	for i := range doc.Entries {
		switch {
		case j.match[i] != unmatched || j.isRepetition(&doc.Entries[i]):
		case j.item[i] < 0 || j.hasTrace(&doc.Entries[i]):
			v.Unsure++
		default:
			fresh = append(fresh, i)
		}
	}
	v.Changed = j.changedItems()
	v.New = j.admit(fresh)
	if j.dirty {
		v.Packed = j.next.pack()
	}
	return v
}

// hasTrace says whether the feed has shown anything that an entry is known by.
func (j *judgement) hasTrace(e *Entry) bool {
	any := func(int) bool { return true }
	return j.knownGUID(e) >= 0 || j.byLink.find(e.Link, any) >= 0 || j.byDated.find(e.Dated, any) >= 0
}

// isRepetition says whether the feed has shown the very text of an entry under
// its link, or under its title and date where it has nothing else.
func (j *judgement) isRepetition(e *Entry) bool {
	same := func(r int) bool { return j.next.records[r].Text == e.Text }
	return j.byLink.find(e.Link, same) >= 0 || e.GUID|e.Link == 0 && j.byDated.find(e.Dated, same) >= 0
}
