package seen

import "slices"

// slidBack separates from the new entries those that came in at the old end of the
// document when another item left, and are dated before all that the feed has ever
// shown: items that reappear because a newer one was deleted are no news.
func (j *judgement) slidBack(fresh []int) (news, old []int) {
	left := 0
	for r := range j.next.records {
		if !j.claimed[r] && j.next.records[r].gone == 0 {
			left++
		}
	}
	if left == 0 || j.doc.Incomplete || j.seen.oldest == 0 {
		return fresh, nil
	}
	order := make([]int, 0, len(j.match)) // of entries, from the old end
	for i := range j.match {
		if j.match[i] != double {
			order = append(order, i)
		}
	}
	if !j.oldestFirst() {
		slices.Reverse(order)
	}
	for _, i := range order {
		e := &j.doc.Entries[i]
		if len(old) == left || !slices.Contains(fresh, i) || e.Update || e.Date == 0 || int64(e.Date) >= j.seen.oldest {
			break
		}
		old = append(old, i)
	}
	slices.Sort(old)
	return slices.DeleteFunc(slices.Clone(fresh), func(i int) bool { return slices.Contains(old, i) }), old
}

// oldestFirst reports whether the items that are known are in the order of their
// dates; most feeds have the newest first.
func (j *judgement) oldestFirst() bool {
	return ascending(len(j.doc.Entries), func(i int) (uint32, bool) { return j.doc.Entries[i].Date, j.match[i] >= 0 })
}

// ascending reports whether the last of n dates is later than the first; those that are 0
// or do not count are left out.
func ascending(n int, at func(i int) (date uint32, counts bool)) bool {
	var first, last uint32
	for i := range n {
		if d, counts := at(i); counts && d != 0 {
			if first == 0 {
				first = d
			}
			last = d
		}
	}
	return first < last
}

// noteOldest keeps the earliest date of all that was shown.
func (j *judgement) noteOldest() {
	for _, i := range j.read {
		e := &j.doc.Entries[i]
		if at := int64(e.Date); at != 0 && !e.Update && (j.next.oldest == 0 || at < j.next.oldest) {
			j.next.oldest = at
		}
	}
}
