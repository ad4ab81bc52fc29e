// Package inflect tells whether two words are forms of one word in the
// languages an article may be in: Baltic and Baltics, Lietuva and Lietuvos, but
// not Estonia and Estonian. It works on words as package words folds them.
package inflect

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"watcher/internal/rules/words"
)

// Term is what a rule's word is to this package, found once for many words.
type Term struct {
	Folded  string
	Name    bool // known for one, or an acronym that is no word: follows no adjective
	Acronym bool // in capitals. Where Name is not set it may be a word as well: NATO, but TRUCK
}

// NewTerm makes a Term of a folded word and of how the rule writes it. The case
// decides only whether it is an acronym, and between a name and a word where it
// may be either.
func NewTerm(folded, raw string) Term {
	r, _ := utf8.DecodeRuneInString(raw)
	if !acronym(raw) {
		return Term{Folded: folded, Name: isName(folded, unicode.IsUpper(r))}
	}
	switch {
	case knownAcronyms()[words.Hash(folded)]:
	case words.Letters(folded) >= pronounced:
		name := isName(folded, true)
		return Term{Folded: folded, Name: name, Acronym: !name}
	case shouted()[words.Hash(folded)]:
		return Term{Folded: folded, Acronym: true}
	}
	return Term{Folded: folded, Name: true, Acronym: true}
}

// OnlyAcronym says whether the term has no forms of a word.
func (t Term) OnlyAcronym() bool { return t.Acronym && t.Name }

// maxAcronym is the number of letters from which on capitals are taken for
// emphasis.
const maxAcronym = 5

// acronym says whether a word of a rule is one: two to five capitals, or three
// letters of which the middle one is small (PiS, KfW).
func acronym(raw string) bool {
	n := 0
	for i, r := range raw {
		middle := n == 1 && unicode.IsLower(r) && upperEnd(raw[i+utf8.RuneLen(r):])
		if !unicode.IsUpper(r) && !(n > 0 && unicode.IsDigit(r)) && r != '.' && !middle {
			return false
		}
		if r != '.' {
			n++
		}
	}
	return n >= 2 && n <= maxAcronym
}

// upperEnd says whether s is one capital.
func upperEnd(s string) bool {
	r, size := utf8.DecodeRuneInString(s)
	return size == len(s) && unicode.IsUpper(r)
}

// Suffixed says whether raw, an article's word whose folded form is word, is
// the acronym with a suffix in small letters: NATOn, EUs, МИДом.
func (t Term) Suffixed(word, raw string) bool {
	if !t.Acronym || len(word) <= len(t.Folded) || word[:len(t.Folded)] != t.Folded {
		return false
	}
	n, end := words.Capitals(raw)
	return n > 0 && n == words.Letters(t.Folded) && utf8.RuneCountInString(raw[end:]) <= MaxSuffix
}

// MaxSuffix is the number of letters of an acronym's suffix, as in НАТОвского.
const MaxSuffix = 7

// pronounced is the number of letters from which an acronym is also inflected
// like a word, as Nato is in Estonian.
const pronounced = 4

// Joins says whether word is a form of the term in one of the languages.
func (t Term) Joins(l Langs, word string) bool {
	if t.Folded == word {
		return true
	}
	if words.Cyrillic(t.Folded) != words.Cyrillic(word) {
		var ok bool
		if t, l, word, ok = t.acrossScripts(l, word); !ok {
			return false
		}
		if t.Folded == word {
			return true
		}
	}
	if l = l.Script(t.Folded); l == None {
		return false
	}
	if t.OnlyAcronym() && len(t.Folded) < pronounced || len(t.Folded) < 3 || len(word) < 2 {
		return false
	}
	for set := l &^ Other; set != 0; set &= set - 1 {
		lang := languages[set.first()]
		if lang.forms.joins(t, word) {
			return true
		}
		if lang.contrary != nil && lang.contrary.apart(t.Folded, word) {
			return false
		}
	}
	return l&Other != 0 && genitive(t.Folded, word)
}

// genitive says whether word is the term with an s.
func genitive(term, word string) bool {
	n := len(term)
	return len(word) == n+1 && word[n] == 's' && word[:n] == term && !strings.ContainsRune("sxz", rune(term[n-1]))
}

// NeedsCapital says whether only a form with a capital is one of the term: it is a name
// that is a word too (Split, and splits), or one whose forms are, in small letters,
// those of an adjective: Polska, and polski; Gdańsk, and gdańska; Česko, and česká.
func (t Term) NeedsCapital() bool {
	if !t.Name || t.Acronym {
		return false
	}
	if isWordToo(t.Folded) {
		return true
	}
	if n := len(t.Folded); n < 5 || !words.Latin(t.Folded) {
		return false
	}
	stem := strings.TrimRight(t.Folded[len(t.Folded)-3:], "aioy")
	return strings.HasSuffix(stem, "sk") || strings.HasSuffix(stem, "ck")
}

// Stem is a folded text of a class, see Term.Stems.
type Stem struct {
	Text  string
	Class Class
}

// Stems appends different stems such that every form of the term in a language
// is a stem of the language's class with an ending that Cuts knows there, and
// with what Heads knows before it.
func (t Term) Stems(out []Stem) []Stem { return t.stemsIn(Any, out) }

// stemsIn are Stems for the forms in some languages alone.
func (t Term) stemsIn(l Langs, out []Stem) []Stem {
	from := len(out)
	script := words.ScriptOf(t.Folded)
	if len(t.Folded) < 3 || t.OnlyAcronym() && len(t.Folded) < pronounced || len(classes[script]) == 0 {
		return t.latinStems(l, append(out, Stem{t.Folded, AnyClass}))
	}
	if t.Acronym {
		out = append(out, Stem{t.Folded, AnyClass})
	}
	if script == words.LatinScript {
		out = append(out, Stem{t.Folded, otherClass})
	}
	var buf [8]string
	for c, class := range classes[script] {
		for set := class.langs & l.InScript(script) &^ Other; set != 0; set &= set - 1 {
			for _, s := range languages[set.first()].forms.stems(buf[:0], t) {
				out = append(out, Stem{s, Class(c)})
			}
		}
	}
	out = t.latinStems(l, out)
	kept := from
	for i := from; i < len(out); i++ {
		if !slices.Contains(out[from:kept], out[i]) {
			out[kept] = out[i]
			kept++
		}
	}
	return out[:kept]
}

// Cuts says which endings a word may have in one of the languages: bit k is set
// if its last k bytes may be one. Bit 0 always is.
func (l Langs) Cuts(word string) uint64 {
	cuts := uint64(1)
	l = l.Script(word)
	if l&Other != 0 && word[len(word)-1] == 's' {
		cuts |= 1 << 1
	}
	for set := l &^ Other; set != 0; set &= set - 1 {
		cuts = languages[set.first()].forms.cuts(word, cuts)
	}
	return cuts
}

// Heads says what may stand before a word in one of the languages without a space:
// bit k is set if its first k bytes may. Bit 0 never is.
func (l Langs) Heads(word string) uint64 {
	heads := uint64(0)
	for set := l.Script(word) & headed; set != 0; set &= set - 1 {
		heads |= languages[set.first()].forms.(prefixing).heads(word)
	}
	return heads
}
