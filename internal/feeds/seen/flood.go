package seen

import "slices"

// What looks new is a flood of old items where it is this many and this much of
// the document.
const (
	floodItems   = 10
	floodPercent = 70
)

// holdShown holds back what was shown before under other guids and links, where
// that is most of a document and the feed is not known to rename what it shows. It
// returns the entries that are new: a story that comes with a flood must not wait.
func (j *judgement) holdShown(fresh []int) (rest []int, held bool) {
	var renamed []*pair
	for n := range j.moved {
		if p := &j.moved[n]; j.underOtherNames(p) {
			renamed = append(renamed, p)
		}
	}
	traces := make(map[int]*pair)
	for n := range j.ev.pairs {
		p := &j.ev.pairs[n]
		if traces[p.entry] == nil && j.match[p.entry] == unmatched && j.isTrace(p) {
			traces[p.entry] = p
		}
	}
	shown, unseen := len(renamed)+len(traces), len(renamed)+len(fresh)
	if !j.seen.based || unseen < floodItems || unseen*100 < floodPercent*len(j.doc.Entries) || shown*2 <= unseen {
		return fresh, false
	}
	for _, p := range renamed {
		rec := &j.next.records[p.record]
		rec.held = true
		j.heldNew = append(j.heldNew, j.take(p.entry, rec.Key))
		j.dirty = true
	}
	for _, i := range fresh {
		p := traces[i]
		if p == nil {
			continue
		}
		r := p.record
		if j.next.records[r].held && !j.claimed[r] {
			j.claim(i, r) // a feed that makes new guids at every poll must not pile up
		} else {
			r = j.record(i)
			j.next.records[r].held = true
			j.altered++
		}
		j.heldNew = append(j.heldNew, j.take(i, j.next.records[r].Key))
	}
	j.keepHeld()
	return slices.DeleteFunc(fresh, func(i int) bool { return traces[i] != nil }), true
}

// underOtherNames reports whether an item was recognised although none of its names is
// left, in a feed that is not known to rename its items.
func (j *judgement) underOtherNames(p *pair) bool {
	other := false
	for _, k := range [...]int{keyGUID, keyLink} {
		if p.equal[k] {
			return false
		}
		other = other || p.differs[k] && !j.seen.habits[k].moves()
	}
	return other
}

// isTrace reports whether the entry of a pair shares something with its record, but not
// enough to be the same item.
func (j *judgement) isTrace(p *pair) bool {
	c := j.content(p)
	for _, k := range [...]int{keyGUID, keyLink} {
		if p.votes[k] == agrees && !p.core[k] {
			return c.agree > 0 || c.against == 0
		}
	}
	return c.agree > 0 && (!p.weakTitle || c.agree > 1) && (c.weight > 1 || !p.coarse || p.votes[keyDate] != agrees)
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
