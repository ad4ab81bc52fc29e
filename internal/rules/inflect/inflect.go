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

// Langs is a set of languages.
type Langs uint16

// The languages whose forms are known.
const (
	English Langs = 1 << iota
	German
	French
	Polish
	Czech
	Estonian
	Latvian
	Lithuanian
	Russian
	Ukrainian
	Bulgarian

	// Other is a language in Latin script whose forms are not known. There a word
	// has the form it is written in, and an s, the genitive of the Nordic
	// languages: Ukrainas, Natos.
	Other

	// None is a language in another script whose forms are not known.
	None Langs = 0

	latin    = English | German | French | Polish | Czech | Estonian | Latvian | Lithuanian
	cyrillic = Russian | Ukrainian | Bulgarian
)

// codes in the order of the constants.
var codes = [...]string{"en", "de", "fr", "pl", "cs", "et", "lv", "lt", "ru", "uk", "bg"}

// only returns the code of the language if the set has exactly one, else "".
func (l Langs) only() string {
	for i, code := range codes {
		if l == 1<<i {
			return code
		}
	}
	return ""
}

// Script returns the languages that are written in the script of the folded
// word. An article of another script may quote one in any of those of Cyrillic.
func (l Langs) Script(word string) Langs {
	switch {
	case words.Latin(word):
		return l & (latin | Other)
	case !words.Cyrillic(word):
		return None
	case l&cyrillic == 0:
		return cyrillic
	}
	return l & cyrillic
}

// tables of the languages but English, in the order of the constants.
var tables = [...]*language{
	nil, build(germanSource), build(frenchSource), build(polishSource), build(czechSource), build(estonianSource),
	build(latvianSource), build(lithuanianSource), build(russianSource), build(ukrainianSource), build(bulgarianSource),
}

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
	case knownAcronyms[words.Hash(folded)]:
	case words.Letters(folded) >= pronounced:
		name := isName(folded, true)
		return Term{Folded: folded, Name: name, Acronym: !name}
	case shouted[words.Hash(folded)]:
		return Term{Folded: folded, Acronym: true}
	}
	return Term{Folded: folded, Name: true, Acronym: true}
}

// OnlyAcronym says whether the term has no forms of a word.
func (t Term) OnlyAcronym() bool { return t.Acronym && t.Name }

// longestAcronym is the number of letters from which on capitals are taken for
// emphasis.
const longestAcronym = 5

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
	return n >= 2 && n <= longestAcronym
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
	if l = l.Script(t.Folded); l == None {
		return false
	}
	if t.OnlyAcronym() && len(t.Folded) < pronounced || len(t.Folded) < 3 || len(word) < 2 {
		return false
	}
	if l&English != 0 {
		if !t.OnlyAcronym() && englishTable.joins(t.Folded, word, t.Name) {
			return true
		}
		if englishTable.apart(t.Folded, word) {
			return false
		}
	}
	for i := 1; i < len(tables); i++ {
		if l&(1<<i) != 0 && tables[i].joins(t.Folded, word, t.Name) {
			return true
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

// Class is a group of languages in which a word is likely to have the same stem.
// Stems are filed by class, so that an English article does not bring up what a
// Polish one would.
type Class uint8

// AnyClass is for what does not depend on the language: single forms, acronyms.
const AnyClass Class = 0

// classes are the languages of each class but AnyClass, and their tables.
var classes = [...]struct {
	langs    Langs
	from, to int // in tables
}{
	1: {English | German | French | Other, 0, 3}, 2: {Polish | Czech, 3, 5}, 3: {Estonian, 5, 6}, 4: {Latvian | Lithuanian, 6, 8},
	5: {Russian | Ukrainian, 8, 10}, 6: {Bulgarian, 10, 11},
}

// Classes are the classes in which the words of an item in these languages are
// looked up, bit 1<<c for class c: of Latin and of Cyrillic words. There is at
// least one each, in which a word at least finds itself.
func (l Langs) Classes() (latins, cyrillics uint8) {
	for c := 1; c < len(classes); c++ {
		switch {
		case classes[c].langs&l == 0:
		case classes[c].langs&(latin|Other) != 0:
			latins |= 1 << c
		default:
			cyrillics |= 1 << c
		}
	}
	if latins == 0 {
		latins = 1 << 1
	}
	if cyrillics == 0 {
		cyrillics = 1<<5 | 1<<6
	}
	return latins, cyrillics
}

// Stem is a folded text of a class, see Term.Stems.
type Stem struct {
	Text  string
	Class Class
}

// Stems appends different stems such that every form of the term in a language
// is a stem of the language's class with an ending that Cuts knows there.
func (t Term) Stems(out []Stem) []Stem {
	from := len(out)
	if len(t.Folded) < 3 || t.OnlyAcronym() && len(t.Folded) < pronounced || !words.Latin(t.Folded) && !words.Cyrillic(t.Folded) {
		return append(out, Stem{t.Folded, AnyClass})
	}
	if t.Acronym {
		out = append(out, Stem{t.Folded, AnyClass})
	}
	if words.Cyrillic(t.Folded) {
		out = t.classStems(out, 5)
		out = t.classStems(out, 6)
	} else {
		out = append(out, Stem{t.Folded, 1})
		if !t.OnlyAcronym() {
			var buf [8]string
			for _, s := range englishTable.stems(buf[:0], t.Folded) {
				out = append(out, Stem{s, 1})
			}
		}
		for c := Class(1); c <= 4; c++ {
			out = t.classStems(out, c)
		}
	}
	kept := from
	for i := from; i < len(out); i++ {
		if !slices.Contains(out[from:kept], out[i]) {
			out[kept] = out[i]
			kept++
		}
	}
	return out[:kept]
}

func (t Term) classStems(out []Stem, c Class) []Stem {
	for i := classes[c].from; i < classes[c].to; i++ {
		l := tables[i]
		if l == nil {
			continue
		}
		stem, p := l.analyse(t.Folded, t.Name)
		if p.none() {
			stem = len(t.Folded)
		}
		out = append(out, Stem{t.Folded[:stem], c})
		for _, form := range l.groups[t.Folded] {
			out = append(out, Stem{form, c})
		}
	}
	return out
}

// Cuts says which endings a word may have in one of the languages: bit k is set
// if its last k bytes may be one. Bit 0 always is.
func (l Langs) Cuts(word string) uint16 {
	cuts := uint16(1)
	l = l.Script(word)
	if l&English != 0 {
		cuts |= englishCuts(word)
	}
	if l&Other != 0 && word[len(word)-1] == 's' {
		cuts |= 1 << 1
	}
	for i := 1; i < len(tables); i++ {
		if l&(1<<i) == 0 {
			continue
		}
		key, shift := uint64(0), 0
		for k := 1; k <= tables[i].ends.long && k <= len(word)-minStem; k++ {
			key |= uint64(word[len(word)-k]) << shift
			shift += 8
			if cuts>>k&1 == 0 && tables[i].ends.has(key) {
				cuts |= 1 << k
			}
		}
	}
	return cuts
}
