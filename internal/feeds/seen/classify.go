package seen

import (
	"slices"
	"time"

	"watcher/internal/feeds"
	"watcher/internal/feeds/fingerprint"
)

// Verdict is what a document brings, given what its feed has shown.
type Verdict struct {
	// New are the items that the feed has not shown before, in the document's
	// order; Changed those whose text differs from when it was last read. Their
	// Entry.Key is set.
	New     []feeds.Item
	Changed []feeds.Item
	// For a changed item, by Entry.Key: Before has the rules that it matched when the
	// feed began to be watched, if it was there then. Rest has its text without the
	// blocks that changed in other items too, if any did.
	Before map[uint64][]uint32
	Rest   map[uint64]feeds.Item
	// Base are the items that were there before the feed was watched, as far as this
	// was found now. Which rules they match is to be noted with Matched.
	Base []feeds.Item
	// SlidBack are items that the feed had not shown and that are older than all that
	// it has shown: they entered the document at its old end when another item was
	// deleted. They are no news.
	SlidBack []feeds.Item
	// Sections has, by Entry.Key, what new items are known by in other feeds of the
	// site, where their links name the feed.
	Sections map[uint64]uint64
	// Identity is Index.Identity of what is to be stored.
	Identity string
	// Reach is the number of entries of the document up to and including the last one
	// that the feed had shown before; 0 if it had shown none of them.
	Reach int
	// Baseline: the document was the feed's first; nobody is alerted of its items.
	Baseline bool
	// Rekeyed: items were held back, as most of the document was shown before
	// under other guids and links. Accept or Release settles it.
	Rekeyed bool
	// Renamed counts the items that were recognised under a guid that the feed
	// has not shown before.
	Renamed int
	// Altered counts the items that were recognised, or are held because they were
	// shown before, under another guid, link, or title or date.
	Altered int
	// Unsure counts the items of a part that only the whole document can tell
	// from those that the feed has shown; see JudgePart.
	Unsure int
	// Packed is what to store for Unpack; nil if what was seen did not
	// change.
	Packed []byte
}

// Judge decides which items of doc are new or changed. It is pure: until Packed
// is stored, the same document brings the same verdict. alertFirst asks for the
// items of a feed's first document as well, instead of a baseline.
//
// An item whose bytes are known is seen. Each other item is compared with the records
// that no entry of the document has claimed: guid, link, title, date and text agree,
// disagree, or say nothing because other items share them or because the key changes
// from poll to poll in this feed; see same. The best matches are taken first, so that
// no item claims a record that fits another one better. Where most of a document is
// known only under other guids and links, the items that were shown before are held:
// Rekeyed.
func (s *Index) Judge(doc *feeds.Document, now time.Time, alertFirst bool) Verdict {
	if s == nil {
		s = &Index{}
	}
	if len(doc.Entries) == 0 {
		return s.judgeEmpty(now, alertFirst)
	}
	j := newJudgement(s, doc, now)
	j.matchBytes()
	fresh := j.matchOpen()
	j.noteParams()
	var v Verdict
	switch {
	case !s.based && !alertFirst:
		v.Baseline = s.empties == 0
		v.New = j.admitFirst(fresh)
		j.begin()
	default:
		var there []int
		fresh, there = j.completeBaseline(fresh)
		j.admitOld(there)
		fresh, there = j.outOfGap(fresh)
		j.admitOld(there)
		fresh, v.Rekeyed = j.holdShown(fresh)
		var old []int
		fresh, old = j.slidBack(fresh)
		v.SlidBack = j.admitOld(old)
		v.New = j.admit(fresh)
	}
	v.Reach = j.reach()
	v.Sections = j.sections
	v.Renamed = j.renamed
	j.changedItems(&v)
	v.Base = j.base
	v.Altered = j.altered
	j.noteOldest()
	j.next.based = true
	j.next.empties = 0
	v.Identity = j.next.Identity()
	if j.sweep() || !s.based {
		v.Packed = j.next.pack()
	}
	return v
}

// judgeEmpty judges a valid document without items. Before the first item it
// is the baseline, and what comes later is new if it is dated after it. A second
// empty one shows that the first was no mistake: then all that comes is new.
func (s *Index) judgeEmpty(now time.Time, alertFirst bool) Verdict {
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
	seen  *Index
	next  Index
	now   time.Time
	doc   *feeds.Document
	item  []int     // for each entry, the index of its item in doc.Items, or -1
	match []int     // for each entry, the index of its record, or unmatched or double
	known [keys]int // how many entries whose bytes are known have each key
	ev    evidence

	claimed  []bool // for each record of next, whether an entry is it
	dirty    bool
	renamed  int
	moved    []pair // the matches of open entries
	changed  []int  // entries
	altered  int
	heldNew  []feeds.Item
	base     []feeds.Item
	sections map[uint64]uint64
	read     []int           // entries that were read for the first time in this form
	taken    map[uint64]bool // keys that items have; filled when first asked for
}

const (
	unmatched = -1
	double    = -2 // the same item again in one document
)

func newJudgement(s *Index, doc *feeds.Document, now time.Time) *judgement {
	n := len(doc.Entries)
	j := &judgement{seen: s, next: *s, now: now, doc: doc, item: make([]int, n), match: make([]int, n)}
	j.next.raws, j.next.older = nil, false
	j.next.records = slices.Clone(s.records)
	j.claimed = make([]bool, len(s.records), len(s.records)+n)
	at := 0
	for i, e := range doc.Entries {
		j.item[i], j.match[i] = -1, unmatched
		if at < len(doc.Items) && doc.Items[at].Entry == e {
			j.item[i] = at
			at++
		}
	}
	return j
}

// matchBytes finds the entries whose bytes are known.
func (j *judgement) matchBytes() {
	for i := range j.doc.Entries {
		e := &j.doc.Entries[i]
		r := j.seen.byRaw(e.Raw)
		switch {
		case r < 0:
			continue
		case j.claimed[r]:
			j.match[i] = double
			continue
		}
		j.claim(i, r)
		for k := range keys {
			if sign(e, k) != 0 {
				j.known[k]++
			}
		}
	}
}

// matchOpen finds the records of the entries whose bytes are not known, and returns
// the entries that have none. An entry that was not read and is not known cannot be
// told to anybody; it is left to the poll that reads it.
func (j *judgement) matchOpen() (fresh []int) {
	isOpen := func(i int) bool { return j.match[i] == unmatched && j.item[i] >= 0 }
	var open []int
	for i := range j.match {
		if isOpen(i) {
			open = append(open, i)
		}
	}
	if len(open) == 0 {
		return nil
	}
	j.read = append(j.read, open...)
	isMatched := func(i int) bool { return !isOpen(i) }
	j.markDoubles(open)
	open = slices.DeleteFunc(open, isMatched)
	j.matchEqual(open, wholeOf, func(*record) bool { return true })
	open = slices.DeleteFunc(open, isMatched)
	j.gather(open)
	for _, gone := range [...]bool{false, true} {
		for n := range j.ev.pairs {
			p := &j.ev.pairs[n]
			if j.match[p.entry] == unmatched && !j.claimed[p.record] && j.same(p, gone) {
				j.accept(p)
			}
		}
	}
	fresh = slices.DeleteFunc(slices.Clone(open), isMatched)
	if nameless := slices.DeleteFunc(slices.Clone(fresh), j.hasName); len(nameless) > 0 {
		// Only their number tells these from others that say the same.
		j.matchEqual(nameless, saidOf, func(r *record) bool { return r.gone == 0 })
		fresh = slices.DeleteFunc(fresh, isMatched)
	}
	j.learn()
	return fresh
}

// reach computes Verdict.Reach, once all entries are matched.
func (j *judgement) reach() int {
	n := len(j.match)
	for n > 0 && (j.match[n-1] < 0 || j.match[n-1] >= len(j.seen.records)) {
		n--
	}
	return n
}

// accept records that the entry and the record of a pair are one item.
func (j *judgement) accept(p *pair) {
	e, rec := &j.doc.Entries[p.entry], &j.next.records[p.record]
	if e.GUID != 0 && rec.GUID != 0 && e.GUID != rec.GUID {
		j.renamed++
	}
	c := j.content(p)
	if c.agree == 0 && c.against >= 2 {
		rec.rewritten = true
	}
	j.moved = append(j.moved, *p)
	j.claim(p.entry, p.record)
}

// hasName reports whether an entry has a guid or link that tells it from others.
func (j *judgement) hasName(i int) bool {
	e := &j.doc.Entries[i]
	for _, k := range [...]int{keyGUID, keyLink} {
		core := (!j.ev.void[k] || j.ev.stays[k]) && j.isOwn(sign(e, coreOfKey[k]))
		if core || !j.ev.void[k] && j.isOwn(sign(e, k)) {
			return true
		}
	}
	return false
}

// whole has all fields of an entry but its bytes; said has those of its text.
func wholeOf(e *feeds.Fingerprint) uint64 {
	return fingerprint.Mix(fingerprint.Mix(fingerprint.Mix(e.GUID, e.Link), uint64(e.LinkCore)), saidOf(e))
}
func saidOf(e *feeds.Fingerprint) uint64 {
	return fingerprint.Mix(fingerprint.Mix(uint64(e.Title), uint64(e.Date)), e.Body)
}

// matchEqual finds the records that are equal to entries, each once.
func (j *judgement) matchEqual(open []int, of func(*feeds.Fingerprint) uint64, may func(*record) bool) {
	entries := make(map[uint64][]int, len(open))
	for _, i := range open {
		if h := of(&j.doc.Entries[i]); saidOf(&j.doc.Entries[i]) != saidOf(&feeds.Fingerprint{}) {
			entries[h] = append(entries[h], i)
		}
	}
	for r := range j.next.records {
		rec := &j.next.records[r]
		if j.claimed[r] || !may(rec) {
			continue
		}
		if h := of(&rec.Fingerprint); len(entries[h]) > 0 {
			j.claim(entries[h][0], r)
			entries[h] = entries[h][1:]
		}
	}
}

// claim matches entry i with record r, and updates the record to what the entry says
// now.
func (j *judgement) claim(i, r int) {
	j.match[i] = r
	j.claimed[r] = true
	rec := &j.next.records[r]
	e := j.doc.Entries[i]
	e.Key = rec.Key
	if e.Key == 0 && j.item[i] >= 0 {
		e.Key = j.key(i)
	}
	if e.Raw == 0 {
		e.Raw = rec.Raw
	}
	switch {
	case j.item[i] < 0:
	case j.saysOther(i, rec):
		j.changed = append(j.changed, i)
	case rec.legacy():
		j.read = append(j.read, i)
		if rec.base {
			j.base = append(j.base, j.take(i, e.Key))
		}
	}
	if rec.alteredTo(&e) {
		j.altered++
	}
	if rec.Fingerprint != e || rec.gone != 0 {
		rec.Fingerprint = e
		rec.gone = 0
		rec.dated, rec.text = 0, 0
		j.dirty = true
	}
}

// saysOther reports whether the text of entry i differs from its record's. It is false
// if the record's text was not read at the baseline.
func (j *judgement) saysOther(i int, rec *record) bool {
	e := &j.doc.Entries[i]
	switch {
	case rec.legacy():
		_, text := fingerprint.LegacyAliases(&j.doc.Items[j.item[i]])
		return text != rec.text
	case rec.Title == 0 && rec.Body == 0:
		return false
	}
	return e.Title != rec.Title || e.Body != rec.Body
}

// alteredTo reports whether an item has another guid, link, or title or date than e. The
// title of an item without a date does not count, since a title may be edited.
func (r *record) alteredTo(e *feeds.Fingerprint) bool {
	if r.legacy() { // its title and date are not known apart
		return r.GUID != e.GUID || r.Link != e.Link
	}
	return r.GUID != e.GUID || r.Link != e.Link || e.Date != 0 && (r.Title != e.Title || r.Date != e.Date)
}

// changedItems are the items whose text changed, in the document's order. Held
// ones are changed where they are held.
func (j *judgement) changedItems(v *Verdict) {
	slices.Sort(j.changed)
	for _, i := range j.changed {
		rec := &j.next.records[j.match[i]]
		it := j.take(i, rec.Key)
		if rec.held {
			j.heldNew = append(j.heldNew, it)
			continue
		}
		v.Changed = append(v.Changed, it)
		if len(rec.rules) > 0 {
			if v.Before == nil {
				v.Before = make(map[uint64][]uint32)
			}
			v.Before[rec.Key] = rec.rules
		}
	}
	if len(j.heldNew) > 0 {
		j.keepHeld()
	}
	j.findAlike(v)
}

func (j *judgement) take(i int, key uint64) feeds.Item {
	it := j.doc.Items[j.item[i]]
	it.Entry.Key = key
	return it
}

// admit records new entries and returns their items.
func (j *judgement) admit(fresh []int) []feeds.Item {
	items := make([]feeds.Item, 0, len(fresh))
	for _, i := range fresh {
		r := j.record(i)
		key := j.next.records[r].Key
		items = append(items, j.take(i, key))
		if section := j.sectionKey(i); section != 0 {
			if j.sections == nil {
				j.sections = make(map[uint64]uint64)
			}
			j.sections[key] = section
		}
	}
	return items
}

// admitOld records entries that are no news and returns their items.
func (j *judgement) admitOld(old []int) []feeds.Item {
	items := j.admit(old)
	for _, i := range old {
		j.next.records[j.match[i]].base = true
	}
	j.base = append(j.base, items...)
	return items
}

// admitFirst records the entries of the first document that has any, and
// returns those that came after an empty baseline.
func (j *judgement) admitFirst(fresh []int) []feeds.Item {
	var items []feeds.Item
	for _, i := range fresh {
		r := j.record(i)
		rec := &j.next.records[r]
		it := j.take(i, rec.Key)
		when := it.Published
		if when.IsZero() {
			when = it.Updated
		}
		if j.seen.empties > 1 || j.seen.empties > 0 && when.After(j.seen.since) {
			items = append(items, it)
			continue
		}
		rec.base = true
		j.base = append(j.base, it)
	}
	j.admitUnread()
	return items
}

// admitUnread records the entries of the first document that were not read: they too
// were there before, and must not look new once they are read.
func (j *judgement) admitUnread() {
	for i := range j.doc.Entries {
		e := j.doc.Entries[i]
		if j.match[i] != unmatched || e.Raw == 0 {
			continue
		}
		if known, ok := j.doc.UnreadEntries[e.Raw]; ok {
			e = known
		}
		j.match[i] = len(j.next.records)
		j.next.records = append(j.next.records, record{Fingerprint: e, base: true})
		j.claimed = append(j.claimed, true)
	}
}

// record appends a record for entry i and returns its index.
func (j *judgement) record(i int) int {
	e := j.doc.Entries[i]
	e.Key = j.key(i)
	j.taken[e.Key] = true
	r := len(j.next.records)
	j.next.records = append(j.next.records, record{Fingerprint: e})
	j.claimed = append(j.claimed, true)
	j.match[i] = r
	j.dirty = true
	return r
}

// key makes the Entry.Key of a new item. No other item of the feed has it, since an
// item is alerted only once under its key.
func (j *judgement) key(i int) uint64 {
	if j.taken == nil {
		j.taken = make(map[uint64]bool, len(j.next.records)+len(j.ev.open))
		for r := range j.next.records {
			j.taken[j.next.records[r].Key] = true
		}
	}
	e := &j.doc.Entries[i]
	it := &j.doc.Items[j.item[i]]
	if e.Link != 0 && !j.taken[e.Link] && j.isOwn(sign(e, keyLink)) {
		return e.Link
	}
	if key := fingerprint.Hash(it.Feed + "\x00" + it.GUID); e.GUID != 0 && !j.taken[key] && j.isOwn(sign(e, keyGUID)) {
		return key
	}
	key := fingerprint.Mix(fingerprint.Mix(fingerprint.Hash(it.Feed), e.GUID), saidOf(e))
	for j.taken[key] {
		key = fingerprint.Mix(key, e.Raw)
	}
	return key
}

// isOwn reports whether no other entry of the document has this value.
func (j *judgement) isOwn(v uint64) bool {
	have := j.ev.values[v]
	return have != nil && have.entries == 1
}
