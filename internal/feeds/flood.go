package feeds

// A flood is held when it is this large and this much of the document.
const (
	floodItems   = 10
	floodPercent = 70
)

// isFlood says whether the new entries are rather old ones under new guids.
func (j *judgement) isFlood(fresh []int) bool {
	if len(fresh) < floodItems || len(fresh)*100 < floodPercent*len(j.doc.Entries) {
		return false
	}
	shown := 0
	for _, i := range fresh {
		if j.shown(&j.doc.Entries[i]) {
			shown++
		}
	}
	return shown*2 > len(fresh)
}

// shown says whether the feed has shown the entry's link, or its title and
// date. A link that many items of the document share is no trace of an item.
func (j *judgement) shown(e *Entry) bool {
	any := func(int) bool { return true }
	if e.Link != 0 && j.links[e.Link] <= max(2, len(j.doc.Entries)/10) && j.byLink.find(e.Link, any) >= 0 {
		return true
	}
	return j.byDated.find(e.Dated, any) >= 0
}

// hold keeps new entries back. One that is already held under yet another guid
// takes its place: a feed that makes new guids at every poll must not pile up.
func (j *judgement) hold(fresh []int) {
	free := func(r int) bool { return j.next.records[r].held && !j.claimed[r] }
	for _, i := range fresh {
		e := &j.doc.Entries[i]
		r := j.byDated.find(e.Dated, free)
		if r < 0 {
			r = j.byLink.find(e.Link, free)
		}
		if r >= 0 {
			j.claim(i, r)
		} else {
			r = j.record(i)
			j.next.records[r].held = true
			j.altered++
		}
		j.heldNew = append(j.heldNew, j.take(i, j.next.records[r].Key))
	}
	j.keepHeld()
}

// keepHeld writes the held items anew, with heldNew among them.
func (j *judgement) keepHeld() {
	items, err := unpackItems(j.next.held)
	if err != nil {
		items = nil // what is damaged cannot be released; the rest still can
	}
	at := make(map[uint64]int, len(items))
	for i := range items {
		at[items[i].Entry.Key] = i
	}
	for _, it := range j.heldNew {
		if i, ok := at[it.Entry.Key]; ok {
			items[i] = it
			continue
		}
		at[it.Entry.Key] = len(items)
		items = append(items, it)
	}
	j.heldNew = nil
	j.next.held = packItems(items)
	j.dirty = true
}
