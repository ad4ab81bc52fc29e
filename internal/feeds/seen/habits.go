package seen

import (
	"strings"

	"watcher/internal/feeds"
)

// The keys that an item is known by.
const (
	keyGUID = iota
	keyLink
	keyTitle
	keyDate
	keyText
	keys
)

// keyNames are what people call them.
var keyNames = [keys]string{"guids", "links", "titles", "dates", "texts"}

// habits are what a feed has taught about its keys: for each key, at how many polls
// the items that were recognised by other keys had kept it, and at how many it had
// changed. Polls that brought nothing are not counted. Behind the keys stand the
// habits of the cores of guid, link, title and text, counted at the polls at which
// the key itself changed: see staysOf.
type habits [keys + 4]habit

// staysOf returns the place of the habit of a key's core; -1 for dates, which have no
// core.
func staysOf(key int) int {
	return [...]int{keyGUID: keys, keyLink: keys + 1, keyTitle: keys + 2, keyDate: -1, keyText: keys + 3}[key]
}

type habit struct{ kept, moved uint8 }

// A key moves if it changed at this many polls, and not far more seldom than it was
// kept: two servers that take turns change it at every second poll.
const (
	movedLeast = 2
	movedPart  = 4
)

// moves reports whether a key of the feed changes while the item stays the same.
func (h *habit) moves() bool {
	return h.moved >= movedLeast && int(h.moved)*movedPart >= int(h.kept)
}

// note counts a poll. The past weighs less as time goes by.
func (h *habit) note(moved bool) {
	if h.kept == 255 || h.moved == 255 {
		h.kept /= 2
		h.moved /= 2
	}
	if moved {
		h.moved++
	} else {
		h.kept++
	}
}

// confirm notes that a person has said that the key moves.
func (h *habit) confirm() {
	h.kept /= 2
	h.moved = max(h.moved, movedLeast, h.kept/movedPart+1)
}

func (h *habits) append(b []byte) []byte {
	for _, k := range h {
		b = append(b, k.kept, k.moved)
	}
	return b
}

func (h *habits) read(u *unpacker, version byte) {
	known := len(h)
	if version == 2 {
		known = keys
	}
	for i := range known {
		h[i] = habit{uint8(u.uint(1)), uint8(u.uint(1))}
	}
}

// learn notes of each key whether the items that were recognised have kept it.
func (j *judgement) learn() {
	for k := range keys {
		kept, moved := j.known[k], 0
		for n := range j.moved {
			switch p := &j.moved[n]; {
			case p.equal[k] && (p.votes[k] == agrees || p.agreeing(k) > 0):
				kept++
			case p.differs[k] && p.agreeing(k) > 0:
				moved++
			}
		}
		if kept+moved > 0 {
			j.next.habits[k].note(moved > kept)
		}
	}
	j.learnCores()
}

// learnCores notes for each key that changed whether its core stayed.
func (j *judgement) learnCores() {
	for k := range keys {
		kept, moved := 0, 0
		for n := range j.moved {
			p := &j.moved[n]
			e, rec := &j.doc.Entries[p.entry], &j.seen.records[p.record].Fingerprint
			stayed, known := staying(k, e, rec)
			switch {
			case !known || !p.differs[k] || p.agreeing(k) == 0:
			case stayed || k == keyTitle && p.weakTitle || k == keyText && p.weakText:
				kept++
			default:
				moved++
			}
		}
		if kept+moved > 0 {
			j.next.habits[staysOf(k)].note(moved > kept)
		}
	}
}

// staying reports whether what stays of a key where it moves is the same in two entries;
// known is false where one has no such thing.
func staying(k int, a, b *feeds.Fingerprint) (same, known bool) {
	if k == keyDate {
		return false, false
	}
	for _, kind := range [...][]int{keyGUID: {guidCore}, keyLink: {linkCore}, keyTitle: {titleMask}, keyText: {bodyMask, bodyCore}}[k] {
		if v, w := sign(a, kind), sign(b, kind); v != 0 && w != 0 {
			same, known = same || v == w, true
		}
	}
	return same, known
}

// Identity says in a sentence by which keys the feed's items are recognised, if those
// are not the usual ones; else it is empty.
func (s *Index) Identity() string {
	if s == nil {
		return ""
	}
	var moving, kept []string
	always := true
	for k := range keys {
		switch h := &s.habits[k]; {
		case h.moves():
			moving = append(moving, keyNames[k])
			always = always && h.moved > h.kept
		case h.kept > h.moved:
			kept = append(kept, strings.TrimSuffix(keyNames[k], "s"))
		}
	}
	if len(moving) == 0 {
		return ""
	}
	sentence := "its " + listed(moving) + " change now and then"
	if always {
		sentence = "its " + listed(moving) + " change at every poll"
	}
	if len(kept) > 0 {
		sentence += "; told apart by " + listed(kept)
	}
	return sentence
}

// listed joins words as a person does.
func listed(words []string) string {
	n := len(words)
	if n < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:n-1], ", ") + " and " + words[n-1]
}
