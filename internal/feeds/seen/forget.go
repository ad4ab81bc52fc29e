package seen

import "slices"

const (
	// What has left the document is forgotten after keepGone days: servers
	// bring old items back when newer ones are deleted.
	keepGone = 90
	// maxRecords bounds what is remembered of a feed that never shows the same
	// twice; of what has left the document, the longest gone goes first.
	maxRecords = 50_000
)

// sweep notes which items have left the document, forgets what left it long
// ago, and says whether anything is to be stored.
func (j *judgement) sweep() bool {
	today := day(j.now)
	recs := j.next.records
	for i := range recs {
		if !j.claimed[i] && recs[i].gone == 0 {
			recs[i].gone = today
			j.dirty = true
		}
	}
	if !j.dirty {
		return false
	}
	recs = j.inOrder()
	recs = slices.DeleteFunc(recs, func(r record) bool {
		return r.gone != 0 && !r.held && int(today)-int(r.gone) > keepGone
	})
	if len(recs) > maxRecords {
		recs = forget(recs, len(recs)-maxRecords)
	}
	j.next.records = recs
	return true
}

// inOrder are the records, those of the document first and in its order: what
// stands behind an item is older, or newer.
func (j *judgement) inOrder() []record {
	recs := make([]record, 0, len(j.next.records))
	placed := make([]bool, len(j.next.records))
	for _, r := range j.match {
		if r >= 0 {
			recs = append(recs, j.next.records[r])
			placed[r] = true
		}
	}
	for r := range j.next.records {
		if !placed[r] {
			recs = append(recs, j.next.records[r])
		}
	}
	return recs
}

// forget removes the n records that left the document longest ago.
func forget(recs []record, n int) []record {
	var gone []uint16
	for i := range recs {
		if recs[i].gone != 0 && !recs[i].held {
			gone = append(gone, recs[i].gone)
		}
	}
	slices.Sort(gone)
	if len(gone) == 0 {
		return recs
	}
	last := gone[min(n, len(gone))-1]
	return slices.DeleteFunc(recs, func(r record) bool {
		drop := n > 0 && r.gone != 0 && !r.held && r.gone <= last
		if drop {
			n--
		}
		return drop
	})
}
