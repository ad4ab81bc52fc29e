package seen

import "time"

// partialLasts is how long items of later documents complete a baseline that was cut
// off. A feed that is always cut off never has more than that.
const partialLasts = 24 * time.Hour

// begin notes whether the document, which is the baseline, was cut off. After two empty
// documents there is no baseline: all that comes is new.
func (j *judgement) begin() {
	j.next.partial = j.doc.CutOff && j.seen.empties < 2
	if j.seen.empties == 0 {
		j.next.since = j.now.UTC()
	}
}

// completeBaseline separates from the new entries those that were there at the
// baseline, which was cut off before them: they stand behind all known entries, and
// are not dated after the baseline. The first whole document ends this.
func (j *judgement) completeBaseline(fresh []int) (news, old []int) {
	if !j.seen.partial {
		return fresh, nil
	}
	j.next.partial = j.doc.CutOff
	j.dirty = j.dirty || !j.next.partial
	reach := j.reach()
	if reach == 0 || j.now.Sub(j.seen.since) > partialLasts {
		return fresh, nil
	}
	for _, i := range fresh {
		if i < reach || j.doc.Entries[i].Published().After(j.seen.since) {
			news = append(news, i)
			continue
		}
		old = append(old, i)
	}
	return news, old
}

// outOfGap separates from the new entries those from the middle of a document with
// too many items, which is not read: they stand at the gap, with a known item on the
// other side. They were in the document before, and moved.
func (j *judgement) outOfGap(fresh []int) (news, old []int) {
	gap := j.doc.Gap
	if gap == 0 {
		return fresh, nil
	}
	first, end := gap, gap
	for first > 0 && j.match[first-1] < 0 {
		first--
	}
	for end < len(j.match) && j.match[end] < 0 {
		end++
	}
	if first == 0 {
		first = gap
	}
	if end == len(j.match) {
		end = gap
	}
	for _, i := range fresh {
		if i >= first && i < end {
			old = append(old, i)
			continue
		}
		news = append(news, i)
	}
	return news, old
}
