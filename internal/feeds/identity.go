package feeds

import (
	"cmp"
	"slices"
	"time"
)

const (
	// A mass of changed items is a new template, not news.
	rewritePercent = 50

	// What has left the document is forgotten after keepGone days: servers
	// bring old items back when newer ones are deleted.
	keepGone = 90
	// maxRecords bounds what is remembered of a feed that never shows the same
	// twice; of what has left the document, the longest gone goes first.
	maxRecords = 50_000
)

// Verdict is what a document brings, given what its feed has shown.
type Verdict struct {
	// New are the items that the feed has not shown before, in the document's
	// order; Changed those whose text differs from when it was last read. Their
	// Entry.Key is set.
	New     []Item
	Changed []Item
	// Baseline: the document was the feed's first; what it had alerts nobody.
	Baseline bool
	// Rekeyed: items that look new were held back, as most of them were shown
	// before under other guids. Accept or Release settles it.
	Rekeyed bool
	// Renamed counts the items that were recognised under a guid that the feed
	// has not shown before.
	Renamed int
	// Altered counts the items that were recognised, or are held as shown before, and
	// had another guid, link, or title or date before.
	Altered int
	// Unsure counts the items of a part that only the whole document can tell
	// from those that the feed has shown; see JudgePart.
	Unsure int
	// Packed is what to store for UnpackSeen; nil if what was seen did not
	// change.
	Packed []byte
}

// Judge decides which items of doc are new or changed. It is pure: until Packed
// is stored, the same document brings the same verdict. alertFirst asks for the
// items of a feed's first document as well, instead of a baseline.
//
// An item is seen if its guid, or the guid without scheme and www., is known.
// Where it has no guid, or several items of the document share it, its link
// decides (unless others share that too), or its title and date. An item with
// an unknown guid and a link that no other item of the document has is an old
// one renamed if its link, or its title and date, are those of one whose guid
// has left the document. Where title and date alone say so of most of a
// document, it is held instead: Rekeyed.
func (s *Seen) Judge(doc *Document, now time.Time, alertFirst bool) Verdict {
	if s == nil {
		s = &Seen{}
	}
	if len(doc.Entries) == 0 {
		return s.judgeEmpty(now, alertFirst)
	}
	j := newJudgement(s, doc, now)
	j.matchGUIDs()
	j.matchOthers()
	fresh := j.freshEntries()
	flood := j.isFlood(fresh)
	if !flood {
		j.matchMoved(fresh)
		fresh = j.freshEntries()
	}
	var v Verdict
	v.Renamed = j.renamed
	v.Changed = j.changedItems()
	switch {
	case !s.based && !alertFirst:
		v.Baseline = s.empties == 0
		v.New = j.admitFirst(fresh)
	case flood:
		v.Rekeyed = true
		j.hold(fresh)
	default:
		v.New = j.admit(fresh)
	}
	v.Altered = j.altered
	j.next.based = true
	j.next.empties = 0
	if j.sweep() || !s.based {
		v.Packed = j.next.pack()
	}
	return v
}

// judgeEmpty judges a valid document without items. Before the first item it
// is the baseline, and what comes later is new if it is dated after it. That
// cannot be said of undated items, which may have been left out of one document
// by mistake: they are new after a second empty one.
func (s *Seen) judgeEmpty(now time.Time, alertFirst bool) Verdict {
	if s.based || s.empties >= 2 {
		return Verdict{}
	}
	next := *s
	if alertFirst {
		next.based = true
		return Verdict{Packed: next.pack()}
	}
	first := next.empties == 0
	if first {
		next.since = now.UTC()
	}
	next.empties++
	return Verdict{Baseline: first, Packed: next.pack()}
}

// judgement is the work of one Judge.
type judgement struct {
	seen  *Seen
	next  Seen
	now   time.Time
	doc   *Document
	item  []int // for each entry, the index of its item in doc.Items, or -1
	match []int // for each entry, the index of its record, or unmatched or double
	guids map[uint64]int
	links map[uint64]int // how many entries have the link

	byGUID  map[uint64]int
	byLink  chain
	byDated chain
	byRaw   map[uint64]int

	claimed []bool // for each record of next, whether an entry is it
	dirty   bool
	renamed int
	altered int
	changed []int // entries
	heldNew []Item
}

const (
	unmatched = -1
	double    = -2 // the same item again in one document
)

func newJudgement(s *Seen, doc *Document, now time.Time) *judgement {
	j := &judgement{seen: s, next: *s, now: now, doc: doc}
	j.next.records = slices.Clone(s.records)
	n := len(s.records)
	j.claimed = make([]bool, n, n+len(doc.Entries))
	j.byGUID = make(map[uint64]int, 2*n)
	j.byRaw = make(map[uint64]int, n)
	j.byLink, j.byDated = newChain(n), newChain(n)
	for i := range s.records {
		j.index(i, &s.records[i].Entry)
	}
	j.readDocument()
	return j
}

func (j *judgement) index(i int, e *Entry) {
	if e.GUID != 0 {
		j.byGUID[e.Stripped] = i
		j.byGUID[e.GUID] = i
	}
	if e.Raw != 0 {
		j.byRaw[e.Raw] = i
	}
	j.byLink.add(e.Link)
	j.byDated.add(e.Dated)
}

// readDocument counts guids and links and finds the entries' items. A second
// entry that is equal to an earlier one is the same item twice.
func (j *judgement) readDocument() {
	n := len(j.doc.Entries)
	j.item, j.match = make([]int, n), make([]int, n)
	j.guids, j.links = make(map[uint64]int, 2*n), make(map[uint64]int, n)
	have := make(map[Entry]bool, n)
	at := 0
	for i, e := range j.doc.Entries {
		j.item[i], j.match[i] = -1, unmatched
		if at < len(j.doc.Items) && j.doc.Items[at].Entry == e {
			j.item[i] = at
			at++
		}
		if have[e] {
			j.match[i] = double
			continue
		}
		have[e] = true
		if e.GUID != 0 {
			j.guids[e.GUID]++
			if e.Stripped != e.GUID {
				j.guids[e.Stripped]++
			}
		}
		if e.Link != 0 {
			j.links[e.Link]++
		}
	}
}

// guidDecides says whether the entry has a guid and has it alone.
func (j *judgement) guidDecides(e *Entry) bool {
	return e.GUID != 0 && j.guids[e.GUID] == 1 && j.guids[e.Stripped] == 1
}

// linkDecides says whether the entry has a link and has it alone.
func (j *judgement) linkDecides(e *Entry) bool {
	return e.Link != 0 && j.links[e.Link] == 1
}

// matchGUIDs finds the entries whose bytes or guids are known. All of them go
// before any link: only then is it known which guids have left.
func (j *judgement) matchGUIDs() {
	for i := range j.doc.Entries {
		e := &j.doc.Entries[i]
		if j.match[i] != unmatched {
			continue
		}
		if r, ok := j.byRaw[e.Raw]; ok && e.Raw != 0 && !j.claimed[r] {
			j.claim(i, r)
		}
	}
	for i := range j.doc.Entries {
		e := &j.doc.Entries[i]
		if j.match[i] != unmatched || !j.guidDecides(e) {
			continue
		}
		if r := j.knownGUID(e); r >= 0 && !j.claimed[r] && !j.next.records[r].repeated {
			j.claim(i, r)
		}
	}
}

// knownGUID returns the record that has the entry's guid, or -1.
func (j *judgement) knownGUID(e *Entry) int {
	if e.GUID == 0 {
		return -1
	}
	if r, ok := j.byGUID[e.GUID]; ok {
		return r
	}
	if r, ok := j.byGUID[e.Stripped]; ok {
		return r
	}
	return -1
}

// matchOthers finds the entries that are known by link, or by title and date.
func (j *judgement) matchOthers() {
	free := func(r int) bool { return !j.claimed[r] }
	for i := range j.doc.Entries {
		e := &j.doc.Entries[i]
		if j.match[i] != unmatched {
			continue
		}
		alone := j.guidDecides(e)
		if r := j.knownGUID(e); r >= 0 && j.next.records[r].repeated {
			alone = false
		}
		r := -1
		if j.linkDecides(e) {
			r = j.byLink.find(e.Link, free)
		}
		if r < 0 && !alone {
			r = j.byDated.find(e.Dated, free)
		}
		if r >= 0 {
			if alone {
				j.renamed++
			}
			j.claim(i, r)
		}
	}
}

// matchMoved finds, among entries that look new, those that got another guid
// and another link at once, as an edited headline makes them.
func (j *judgement) matchMoved(fresh []int) {
	free := func(r int) bool { return !j.claimed[r] }
	for _, i := range fresh {
		e := &j.doc.Entries[i]
		if !j.linkDecides(e) || !j.guidDecides(e) {
			continue
		}
		if r := j.byDated.find(e.Dated, free); r >= 0 {
			j.renamed++
			j.claim(i, r)
		}
	}
}

// claim says that entry i is record r, and takes over what it says now.
func (j *judgement) claim(i, r int) {
	j.match[i] = r
	j.claimed[r] = true
	rec := &j.next.records[r]
	e := j.doc.Entries[i]
	unread := rec.Text == 0 // at the baseline, so that nobody knows whether it changed
	e.Key = rec.Key
	if e.Key == 0 && j.item[i] >= 0 {
		e.Key = j.key(i)
	}
	if e.Raw == 0 {
		e.Raw = rec.Raw
	}
	if j.item[i] >= 0 && e.Text != rec.Text && !unread {
		j.changed = append(j.changed, i)
	}
	if !unread && rec.alteredTo(&e) {
		j.altered++
	}
	repeated := e.GUID != 0 && !j.guidDecides(&e)
	if rec.Entry != e || rec.gone != 0 || repeated && !rec.repeated {
		rec.Entry = e
		rec.gone = 0
		rec.repeated = rec.repeated || repeated
		j.dirty = true
	}
}

// alteredTo says whether an item has another guid, link, or title or date as e. Of one
// without a date, title and text cannot be told apart.
func (r *record) alteredTo(e *Entry) bool {
	dated := e.Dated != e.Text
	return r.GUID != e.GUID || r.Link != e.Link || dated && r.Dated != e.Dated
}

// changedItems are the items whose text changed, in the document's order. Held
// ones are changed where they are held. When half of the document changes at
// once it is the site that has a new template: what was there before the feed
// was watched is then not taken for news.
func (j *judgement) changedItems() []Item {
	slices.Sort(j.changed)
	mass := len(j.changed) >= floodItems && len(j.changed)*100 >= rewritePercent*len(j.doc.Entries)
	var items []Item
	for _, i := range j.changed {
		rec := &j.next.records[j.match[i]]
		it := j.take(i, rec.Key)
		switch {
		case rec.held:
			j.heldNew = append(j.heldNew, it)
		case mass && rec.base:
		default:
			items = append(items, it)
		}
	}
	if len(j.heldNew) > 0 {
		j.keepHeld()
	}
	return items
}

func (j *judgement) take(i int, key uint64) Item {
	it := j.doc.Items[j.item[i]]
	it.Entry.Key = key
	return it
}

// freshEntries are the entries that no record is. An entry that was not read,
// and yet is unknown, cannot be told to anybody: the caller mixed up feeds.
func (j *judgement) freshEntries() []int {
	var fresh []int
	for i, r := range j.match {
		if r == unmatched && j.item[i] >= 0 {
			fresh = append(fresh, i)
		}
	}
	return fresh
}

// admit records new entries and returns their items.
func (j *judgement) admit(fresh []int) []Item {
	items := make([]Item, 0, len(fresh))
	for _, i := range fresh {
		r := j.record(i)
		items = append(items, j.take(i, j.next.records[r].Key))
	}
	return items
}

// admitFirst records the entries of the first document that has any, and
// returns those that came after an empty baseline.
func (j *judgement) admitFirst(fresh []int) []Item {
	var items []Item
	for _, i := range fresh {
		r := j.record(i)
		rec := &j.next.records[r]
		it := j.take(i, rec.Key)
		when := it.Published
		if when.IsZero() {
			when = it.Updated
		}
		if j.seen.empties > 0 && when.After(j.seen.since) || j.seen.empties > 1 && when.IsZero() {
			items = append(items, it)
			continue
		}
		rec.base = true
	}
	j.admitUnread()
	return items
}

// admitUnread records the entries of the first document that were not read:
// they too were there before, and must not look new once they are.
func (j *judgement) admitUnread() {
	for i := range j.doc.Entries {
		e := j.doc.Entries[i]
		if j.match[i] != unmatched || e.Raw == 0 {
			continue
		}
		if known, ok := j.doc.unread[e.Raw]; ok {
			e = known
		}
		j.match[i] = len(j.next.records)
		j.next.records = append(j.next.records, record{Entry: e, base: true})
		j.claimed = append(j.claimed, true)
	}
}

// record appends a record for entry i and returns its index.
func (j *judgement) record(i int) int {
	e := j.doc.Entries[i]
	e.Key = j.key(i)
	r := len(j.next.records)
	j.next.records = append(j.next.records, record{
		Entry:    e,
		repeated: e.GUID != 0 && !j.guidDecides(&e),
	})
	j.claimed = append(j.claimed, true)
	j.match[i] = r
	j.dirty = true
	return r
}

// key makes Entry.Key of a new item.
func (j *judgement) key(i int) uint64 {
	e := &j.doc.Entries[i]
	if j.linkDecides(e) {
		return e.Link
	}
	it := &j.doc.Items[j.item[i]]
	if j.guidDecides(e) {
		return hash(it.Feed + "\x00" + it.GUID)
	}
	return mix(mix(hash(it.Feed), e.GUID), cmp.Or(e.Dated, e.Text, e.Raw))
}

// mix joins two hashes (boost's hash_combine).
func mix(a, b uint64) uint64 {
	return nonZero(a ^ (b + 0x9e3779b97f4a7c15 + a<<12 + a>>4))
}

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
	recs = slices.DeleteFunc(recs, func(r record) bool {
		return r.gone != 0 && !r.held && int(today)-int(r.gone) > keepGone
	})
	if len(recs) > maxRecords {
		recs = forget(recs, len(recs)-maxRecords)
	}
	j.next.records = recs
	return true
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
