package seen

import (
	"time"

	"watcher/internal/feeds"
)

// JudgeElsewhere is Judge for the first document with items after the feed's address
// was changed in the config. A document that shares no guid, no link, and no title
// and date with what the feed has shown belongs to another feed under the old name,
// and is a baseline. A site that moved its feed shares some, and is judged as usual.
// What the feed has shown is kept either way, held items too.
func (s *Index) JudgeElsewhere(doc *feeds.Document, now time.Time) Verdict {
	if !s.based || len(doc.Entries) == 0 {
		return s.Judge(doc, now, false)
	}
	j := newJudgement(s, doc, now)
	for i := range doc.Entries {
		if e := &doc.Entries[i]; s.byRaw(e.Raw) >= 0 || j.hasTrace(e) {
			return s.Judge(doc, now, false)
		}
	}
	for _, i := range j.matchOpen() {
		r := j.record(i)
		j.next.records[r].base = true
		j.base = append(j.base, j.take(i, j.next.records[r].Key))
	}
	j.admitUnread()
	j.begin()
	j.dirty = true
	j.sweep()
	return Verdict{Baseline: true, Base: j.base, Packed: j.next.pack()}
}
