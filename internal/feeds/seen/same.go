package seen

import "watcher/internal/feeds/fingerprint"

// content is what title, date and text say together.
type content struct {
	agree, against int  // how many of them do
	weight         int  // of what agrees: an exact date counts twice, and so does a long text
	loose          bool // what agrees is the title alone
}

// named reports whether a name of the pair agrees.
func (p *pair) named() bool { return p.votes[keyGUID] == agrees || p.votes[keyLink] == agrees }

func (j *judgement) content(p *pair) content {
	var c content
	c.loose = true
	date := p.votes[keyDate]
	if date == against && j.ev.void[keyDate] {
		date = silent
	}
	for _, k := range [...]int{keyTitle, keyDate, keyText} {
		switch {
		case p.votes[k] == agrees && (k == keyTitle && p.weakTitle || k == keyText && p.weakText && !(p.sketched && p.named())) && date == against:
			c.against++ // a form that was filled in anew
		case p.votes[k] == agrees:
			c.agree++
			c.weight++
			if k == keyDate && !p.coarse || k == keyText && date != against && j.doc.Entries[p.entry].Sketch != 0 {
				c.weight++
			}
			c.loose = c.loose && k == keyTitle
		case j.speaksAgainst(p, k):
			c.against++
		}
	}
	return c
}

// same reports whether the entry of a pair is its record's item. With gone set the
// record has left the document, and its item may have come back in another form.
func (j *judgement) same(p *pair, gone bool) bool {
	names, cores, against := 0, 0, 0
	for _, k := range [...]int{keyGUID, keyLink} {
		if p.votes[k] == agrees && (p.core[k] || j.ev.void[k]) {
			cores++
		} else if p.votes[k] == agrees {
			names++
		} else if j.speaksAgainst(p, k) {
			against++
		}
	}
	c := j.content(p)
	rec := &j.next.records[p.record]
	left := gone && rec.gone == 0 && !j.doc.Incomplete
	switch {
	case names == 0 && against == 0 && cores > 0:
		return c.against == 0 || c.weight > c.against
	case names > against:
		return !j.contradicted(p, c, names)
	case names > 0 && j.ev.alone && p.weakTitle && p.votes[keyLink] == agrees && p.votes[keyDate] != agrees:
		return false // the next number of what is counted
	case names > 0:
		guid := p.votes[keyGUID] == agrees && c.against < 2 && !j.ev.alone
		return guid || c.weight > c.against || c.weight == c.against && c.weight > 0 && !c.loose || j.within(p, c)
	case against > 0 && c.agree == 3:
		return true
	case against > 0 && j.ev.alone && c.weight < 3 && (p.votes[keyText] != agrees || p.weakText || j.doc.Entries[p.entry].Sketch == 0): // other items may say the same, and none is there to show it
		return false
	case against > 0 && (c.agree == 2 || c.weight >= 2 && c.against == 0):
		if p.weakTitle || p.weakText {
			return left && p.votes[keyDate] == agrees
		}
		return left && (!j.speaksAgainst(p, keyDate) || j.leftWithin(p))
	case against > 0 && left && p.votes[keyDate] == agrees && !p.coarse && fingerprint.GoesOnFrom(&j.doc.Items[j.item[p.entry]], rec.Body):
		return true // a headline and a text that were corrected at once
	case against > 0:
		return p.votes[keyText] == agrees && !p.weakText && left && j.leftWithin(p)
	case c.against == 0:
		return c.agree > 0 && (!p.shared || c.agree > 1) && (rec.gone == 0 || !p.weakTitle && !p.weakText || c.agree > 1)
	case c.agree == 2:
		return !j.speaksAgainst(p, keyDate) || left && j.leftWithin(p)
	}
	return left && c.weight > c.against
}

// shortly is how many seconds after an item another one with only the same link is
// taken for a correction of it.
const shortly = 180

// nextEdition is how many seconds after an item another one with the same link and
// title is the next edition, and no edit.
const nextEdition = 20 * 60 * 60

// within reports whether an item follows another one with its link so soon that it is a
// correction.
func (j *judgement) within(p *pair, c content) bool {
	e, rec := &j.doc.Entries[p.entry], &j.next.records[p.record]
	return p.votes[keyLink] == agrees && c.against > 0 && e.Date != 0 && rec.Date != 0 && j.apart(p) <= shortly
}

// apart is how many seconds lie between the dates of a pair.
func (j *judgement) apart(p *pair) int64 {
	apart := int64(j.doc.Entries[p.entry].Date) - int64(j.next.records[p.record].Date)
	return max(apart, -apart)
}

// contradicted reports whether everything that an entry says differs from what was said
// under its names. One name alone does not outweigh that. Both names do if the date
// stays, since a thorough edit is more likely than a feed that reuses its names;
// unless that has happened twice, or the feed shows only one item. A title that stays
// while all the rest differs a day later is that of the next edition; so is one whose
// numbers differ.
func (j *judgement) contradicted(p *pair, c content, names int) bool {
	if (names == 1 || j.ev.alone) && j.speaksAgainst(p, keyDate) && j.apart(p) >= nextEdition {
		if p.weakTitle && !p.equal[keyText] || c.loose && c.agree == 1 && c.against == 2 {
			return true
		}
	}
	if c.agree > 0 || c.against == 0 || names > 1 && (p.weakTitle || p.weakText) {
		return false
	}
	again := j.ev.alone || j.next.records[p.record].rewritten
	title := j.speaksAgainst(p, keyTitle)
	switch {
	case names == 1 && title && j.speaksAgainst(p, keyDate):
		return true
	case c.against == 3 && j.apart(p) > shortly:
		return true
	case c.against >= 2:
		return again
	}
	return j.ev.alone && title && !p.equal[keyDate] && !p.equal[keyText]
}

// leftWithin reports whether the record of a pair left the document from among others,
// and not over the edge where the oldest leave; or the entry has its very place.
func (j *judgement) leftWithin(p *pair) bool {
	recs, r := j.next.records, p.record
	for _, step := range [...]int{-1, 1} {
		if i := p.entry + step; r+step >= 0 && i >= 0 && i < len(j.match) && j.match[i] == r+step && r+step < len(recs) && recs[r+step].gone == 0 {
			return true
		}
	}
	behind := func(i int) bool { return i > r }
	if ascending(len(recs), func(i int) (uint32, bool) { return recs[i].Date, recs[i].gone == 0 }) { // the oldest come first
		behind = func(i int) bool { return i < r }
	}
	for i := range recs {
		if recs[i].gone == 0 && j.claimed[i] && behind(i) {
			return true
		}
	}
	return false
}
