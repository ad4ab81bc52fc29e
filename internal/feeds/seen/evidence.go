package seen

import (
	"cmp"
	"slices"

	"watcher/internal/feeds"
	"watcher/internal/feeds/fingerprint"
)

// A vote is what a key says about whether an entry and a record are one item.
type vote int8

const (
	against vote = -1 // it differs, and would not if they were one
	silent  vote = 0  // one has none, or others share it
	agrees  vote = 1  // both have it, and nothing else does
)

// pair is an entry and the record that it may belong to, with the evidence for and
// against.
type pair struct {
	entry, record int // indexes of the document's entries and of the records
	votes         [keys]vote
	differs       [keys]bool // both have the key and not the same, whatever that says
	equal         [keys]bool
	// weak: the title, or text, agrees only but for its numbers, or for a few words; sketched:
	// a text but for words, or for what stands beside its longest sentence.
	weakTitle, weakText, sketched bool
	// core: of the guid, or link, only what stays of it where sessions and hosts move.
	core [2]bool
	// coarse: the date has no minutes, or some others have it too; shared: they do.
	coarse, shared bool
}

// common is one thing that entries and records may have in common, and how many
// have it.
type common struct {
	entries, records int
	first            int // the first entry; the only one where entries is 1
}

// The values of an entry beyond its keys.
const (
	titleMask = keys + iota
	bodyMask
	guidCore
	linkCore
	bodyCore
	legacyDated
	legacyText
	values
)

// tagged keeps values of different kinds apart.
func tagged(kind int, v uint64) uint64 {
	if v == 0 {
		return 0
	}
	return fingerprint.NonZero(v ^ uint64(kind+1)*0x9e3779b97f4a7c15)
}

func sign(e *feeds.Fingerprint, kind int) uint64 {
	switch kind {
	case keyGUID:
		return tagged(kind, e.GUID)
	case keyLink:
		return tagged(kind, e.Link)
	case keyTitle:
		return tagged(kind, uint64(e.Title))
	case keyDate:
		return tagged(kind, uint64(e.Date))
	case keyText:
		return tagged(kind, e.Body)
	case titleMask:
		return tagged(kind, uint64(e.TitleMask))
	case bodyMask:
		return tagged(kind, uint64(e.BodyMask))
	case guidCore:
		return tagged(kind, uint64(e.GUIDCore))
	case linkCore:
		return tagged(kind, uint64(e.LinkCore))
	case bodyCore:
		return tagged(kind, uint64(e.BodyCore))
	}
	return 0
}

// evidence is what is known of the entries whose bytes are not, the open ones, in
// the light of the rest of the document and of all records.
type evidence struct {
	open    []int // entries, in the document's order
	values  map[uint64]*common
	pairs   []pair            // the best first
	void    [keys]bool        // the key moves in this feed, or did in this poll: that it differs says nothing
	stays   [keys]bool        // what stays of a key has been seen to stay
	place   bool              // the guid is the place in the document
	alone   bool              // the document has but one item
	aliases map[int][2]uint64 // of open entries, where there are records of an older version
}

// maxCompared bounds how many sketches are compared with one another.
const maxCompared = 100_000

// gather looks for what the open entries have in common with records.
func (j *judgement) gather(open []int) {
	ev := &j.ev
	ev.open = open
	ev.values = make(map[uint64]*common, len(open)*values)
	ev.aliases = j.legacyAliases(open)
	for _, i := range open {
		for kind := range values {
			if v := j.valueOf(i, kind); v != 0 {
				if have := ev.values[v]; have != nil {
					have.entries++
				} else {
					ev.values[v] = &common{entries: 1, first: i}
				}
			}
		}
	}
	ev.place = j.guidIsPlace()
	distinct := len(open)
	for i := range j.doc.Entries {
		if j.match[i] < 0 {
			continue
		}
		distinct++
		for kind := range legacyDated {
			if have := ev.values[sign(&j.doc.Entries[i], kind)]; have != nil {
				have.entries++
			}
		}
	}
	ev.alone = distinct == 1
	j.pairUp()
	j.voidMoving()
}

// valueOf is a value of an open entry.
func (j *judgement) valueOf(i, kind int) uint64 {
	if kind < legacyDated {
		return sign(&j.doc.Entries[i], kind)
	}
	if aliases, ok := j.ev.aliases[i]; ok {
		return tagged(kind, aliases[kind-legacyDated])
	}
	return 0
}

func (j *judgement) legacyAliases(open []int) map[int][2]uint64 {
	old := false
	for r := range j.next.records {
		old = old || j.next.records[r].legacy()
	}
	if !old {
		return nil
	}
	aliases := make(map[int][2]uint64, len(open))
	for _, i := range open {
		dated, text := fingerprint.LegacyAliases(&j.doc.Items[j.item[i]])
		aliases[i] = [2]uint64{dated, text}
	}
	return aliases
}

// pairUp finds the records that have anything in common with an open entry which
// no other entry has.
func (j *judgement) pairUp() {
	ev := &j.ev
	var found [][2]int
	recs := j.next.records
	for r := range recs {
		meet := func(v uint64) {
			have := ev.values[v]
			if v == 0 || have == nil {
				return
			}
			have.records++
			if have.entries == 1 && !j.claimed[r] {
				found = append(found, [2]int{have.first, r})
			}
		}
		for kind := range legacyDated {
			meet(sign(&recs[r].Fingerprint, kind))
		}
		if recs[r].legacy() {
			meet(tagged(legacyDated, recs[r].dated))
			meet(tagged(legacyText, recs[r].text))
		}
	}
	j.findStaying()
	if len(recs)*len(ev.open) <= maxCompared {
		for _, i := range ev.open {
			for r := range recs {
				if !j.claimed[r] && fingerprint.Similar(j.doc.Entries[i].Sketch, recs[r].Sketch) {
					found = append(found, [2]int{i, r})
				}
			}
		}
	}
	slices.SortFunc(found, func(a, b [2]int) int { return cmp.Or(a[0]-b[0], a[1]-b[1]) })
	found = slices.Compact(found)
	ev.pairs = make([]pair, 0, len(found))
	for _, f := range found {
		ev.pairs = append(ev.pairs, j.compare(f[0], f[1]))
	}
	slices.SortStableFunc(ev.pairs, func(a, b pair) int { return b.score() - a.score() })
}

// score orders pairs: how much agrees.
func (p *pair) score() int {
	n := 0
	for _, v := range p.votes {
		if v == agrees {
			n += 2
		}
	}
	if p.weakTitle {
		n--
	}
	if p.weakText {
		n--
	}
	for _, core := range p.core {
		if core {
			n--
		}
	}
	return n
}

// compare has the keys of an entry and a record vote.
func (j *judgement) compare(i, r int) pair {
	e, rec := &j.doc.Entries[i], &j.next.records[r]
	p := pair{entry: i, record: r, coarse: e.Date%3600 == 0}
	for k := range keys {
		a, b := sign(e, k), sign(&rec.Fingerprint, k)
		if a == 0 || b == 0 {
			continue
		}
		of := j.ev.values[a]
		if k == keyLink && a == b && e.LinkCore != 0 && rec.LinkCore != 0 && e.LinkCore != rec.LinkCore {
			b, of = 0, j.ev.values[sign(e, linkCore)] // another place on the same page
		}
		p.equal[k], p.differs[k] = a == b, a != b
		switch {
		case k == keyGUID && j.ev.place:
		case a == b && of.entries == 1 && of.records <= 1:
			p.votes[k] = agrees
		case a == b:
		case of.entries == 1 && (k >= keyTitle || of.records == 0):
			p.votes[k] = against
		}
	}
	for k, kind := range coreOfKey {
		if p.votes[k] != agrees && !(j.ev.alone && !j.ev.stays[k] || k == keyGUID && j.ev.place) && j.only(sign(e, kind), sign(&rec.Fingerprint, kind)) {
			p.votes[k], p.core[k] = agrees, true
		}
	}
	// A date that a few have is still one that most have not.
	if of := j.ev.values[sign(e, keyDate)]; p.equal[keyDate] && p.votes[keyDate] == silent &&
		of.entries*3 <= len(j.doc.Entries) && of.records*3 <= max(3, len(j.next.records)) {
		p.votes[keyDate], p.coarse, p.shared = agrees, true, true
	}
	if e.GUID == e.Link && rec.GUID == rec.Link {
		p.votes[keyGUID] = silent // it is one name
	}
	if p.votes[keyDate] == against && (e.Update || rec.Update) {
		p.votes[keyDate] = silent // updates move
	}
	if p.votes[keyTitle] == against && j.only(sign(e, titleMask), sign(&rec.Fingerprint, titleMask)) {
		p.votes[keyTitle], p.weakTitle = agrees, true
	}
	if p.votes[keyText] == against {
		p.sketched = fingerprint.Similar(e.Sketch, rec.Sketch) && j.onlySimilar(i, r) || !j.ev.alone && j.only(sign(e, bodyCore), sign(&rec.Fingerprint, bodyCore))
		if p.sketched || j.only(sign(e, bodyMask), sign(&rec.Fingerprint, bodyMask)) {
			p.votes[keyText], p.weakText = agrees, true
		} else if e.BodyMask != 0 && e.BodyMask == rec.BodyMask {
			p.votes[keyText] = silent // as "3 minutes ago" in each
		}
	}
	if rec.legacy() {
		aliases := j.ev.aliases[i]
		if aliases[0] == rec.dated {
			p.votes[keyTitle], p.votes[keyDate] = agrees, agrees
		}
		if aliases[1] == rec.text {
			p.votes[keyTitle], p.votes[keyText] = agrees, agrees
		}
	}
	return p
}

// only reports whether an entry and a record have a value that nothing else has.
func (j *judgement) only(a, b uint64) bool {
	return a != 0 && a == b && j.ev.values[a].entries == 1 && j.ev.values[a].records <= 1
}

// onlySimilar reports whether no other entry and no other record is similar to an
// entry: forms that are filled in are similar to one another.
func (j *judgement) onlySimilar(i, r int) bool {
	sketch := j.doc.Entries[i].Sketch
	for other := range j.doc.Entries {
		if other != i && j.match[other] != double && fingerprint.Similar(sketch, j.doc.Entries[other].Sketch) {
			return false
		}
	}
	for other := range j.next.records {
		if other != r && fingerprint.Similar(sketch, j.next.records[other].Sketch) {
			return false
		}
	}
	return true
}

// agreeing counts the keys that agree, but for one, without what agrees weakly.
func (p *pair) agreeing(but int) (n int) {
	for k, v := range p.votes {
		if v == agrees && k != but && (k != keyTitle || !p.weakTitle) && (k != keyText || !p.weakText) && (k > keyLink || !p.core[k]) {
			n++
		}
	}
	return n
}

// speaksAgainst reports whether a key differs that would not if the entry of a pair were
// its record. Of one that moves, what stays of it may.
func (j *judgement) speaksAgainst(p *pair, k int) bool {
	if p.votes[k] != against || !j.ev.void[k] {
		return p.votes[k] == against
	}
	e := &j.doc.Entries[p.entry]
	same, known := staying(k, e, &j.next.records[p.record].Fingerprint)
	return j.ev.stays[k] && known && !same && (k > keyLink || j.ev.values[sign(e, coreOfKey[k])].records == 0)
}

// coreOfKey are the values for what stays of the names.
var coreOfKey = [...]int{keyGUID: guidCore, keyLink: linkCore}
