package seen

import (
	"strconv"
	"strings"
)

// findStaying finds the keys whose core stays while they move: the feed has taught
// it, or several items of the document show it. One item alone proves nothing, since
// it may be known by the part that moves.
func (j *judgement) findStaying() {
	ev := &j.ev
	for k := range keys {
		if at := staysOf(k); at >= 0 {
			h := &j.seen.habits[at]
			ev.stays[k] = h.kept > h.moved
		}
	}
	for k, kind := range coreOfKey {
		for _, i := range ev.open {
			if v := sign(&j.doc.Entries[i], kind); v != 0 && !ev.alone && ev.values[v].records > 0 {
				ev.stays[k] = true
			}
		}
	}
}

// guidIsPlace reports whether the guids that were read number the places of the document
// from 0 or 1, and one of them belonged to another item before. A single guid may do
// so by chance.
func (j *judgement) guidIsPlace() bool {
	first, other := -1, false
	for _, i := range j.ev.open {
		guid := j.doc.Items[j.item[i]].GUID
		digits := guid[len(strings.TrimRight(guid, "0123456789")):]
		n, err := strconv.Atoi(digits)
		if err != nil || n-i != 0 && n-i != 1 || first >= 0 && n-i != first {
			return false
		}
		first = n - i
		e := &j.doc.Entries[i]
		for r := range j.next.records {
			if rec := &j.next.records[r]; rec.GUID == e.GUID && (rec.Link != e.Link || rec.Title != e.Title || rec.Date != e.Date) {
				other = true
			}
		}
	}
	return other && len(j.ev.open) > 1
}

// minMass is how many items must behave alike for it to be the feed's doing.
const minMass = 3

// voidMoving finds the keys that move: in this feed, or in this poll.
func (j *judgement) voidMoving() {
	ev := &j.ev
	for k := range ev.void {
		ev.void[k] = j.next.habits[k].moves()
	}
	if j.allNow() {
		ev.void[keyDate] = true
	}
	certain := j.sureOf(func(p *pair, k int) bool { return p.agreeing(k) >= 2 })
	for k, c := range certain {
		ev.void[k] = ev.void[k] || c.differ >= minMass && c.differ > c.equal+j.known[k]
	}
	// A feed without names, or whose names all move, may have only one key that stays.
	for _, only := range [...]int{keyTitle, keyText, keyDate} {
		alike := j.sureOf(func(p *pair, k int) bool {
			return k != only && k >= keyTitle && p.votes[only] == agrees && j.next.records[p.record].gone == 0 &&
				!j.speaksAgainst(p, keyGUID) && !j.speaksAgainst(p, keyLink)
		})
		for k, c := range alike {
			ev.void[k] = ev.void[k] || c.differ >= minMass && c.differ > c.equal && 2*c.differ >= len(ev.open)
		}
	}
}

// tally counts in how many pairs a key is equal, and in how many it differs.
type tally struct{ equal, differ int }

func (t *tally) note(a, b uint64) {
	switch {
	case a == 0 || b == 0:
	case a == b:
		t.equal++
	default:
		t.differ++
	}
}

// sureOf counts the best pair of each open entry, each key where the pair is sure
// without it.
func (j *judgement) sureOf(sure func(p *pair, key int) bool) (counts [keys]tally) {
	var done map[int]bool
	for n := range j.ev.pairs {
		p := &j.ev.pairs[n]
		for k := range keys {
			if done[p.entry] || !p.equal[k] && !p.differs[k] || !sure(p, k) {
				continue
			}
			if p.differs[k] {
				counts[k].differ++
			} else {
				counts[k].equal++
			}
		}
		if done == nil {
			done = make(map[int]bool, len(j.ev.open))
		}
		done[p.entry] = true
	}
	return counts
}

// allNow reports whether all entries of the document are dated to the moment of the
// poll, as by software that dates what it writes and not what it is about.
func (j *judgement) allNow() bool {
	const moment = 120 // seconds
	now := j.now.Unix()
	for i := range j.doc.Entries {
		e := &j.doc.Entries[i]
		if at := int64(e.Date); j.match[i] != double && (e.Update || at < now-moment || at > now+moment) {
			return false
		}
	}
	return true
}
