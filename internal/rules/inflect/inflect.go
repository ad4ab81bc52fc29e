// Package inflect tells whether two words are forms of one word in the
// languages an article may be in: Baltic and Baltics, Lietuva and Lietuvos, but
// not Estonia and Estonian. It works on words as package words folds them.
package inflect

import (
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

	// None is a language whose forms are not known: there a word has only the
	// form it is written in.
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

// tables of the languages but English, in the order of the constants.
var tables = [...]*language{
	nil, build(germanSource), build(frenchSource), build(polishSource), build(czechSource), build(estonianSource),
	build(latvianSource), build(lithuanianSource), build(russianSource), build(ukrainianSource), build(bulgarianSource),
}

// Term is what a rule's word is to this package, found once for many words.
type Term struct {
	Folded  []byte
	Name    bool // written with a capital: follows no adjective
	Acronym bool
}

// NewTerm makes a Term of a folded word and of how the rule writes it.
func NewTerm(folded []byte, raw string) Term {
	r, _ := utf8.DecodeRuneInString(raw)
	return Term{Folded: folded, Name: unicode.IsUpper(r), Acronym: acronym(raw)}
}

// longestAcronym is the number of letters from which on capitals are taken for
// emphasis.
const longestAcronym = 5

// acronym says whether a word of a rule is one: two to five capitals.
func acronym(raw string) bool {
	n := 0
	for _, r := range raw {
		if !unicode.IsUpper(r) && !(n > 0 && unicode.IsDigit(r)) && r != '.' {
			return false
		}
		if r != '.' {
			n++
		}
	}
	return n >= 2 && n <= longestAcronym
}

// Suffixed says whether raw, an article's word whose folded form is word, is
// the acronym with a suffix in small letters: NATOn, EUs, МИДом.
func (t Term) Suffixed(word []byte, raw string) bool {
	if !t.Acronym || len(word) <= len(t.Folded) || string(word[:len(t.Folded)]) != string(t.Folded) {
		return false
	}
	n, end := words.Capitals(raw)
	return n > 0 && n == words.Letters(t.Folded) && utf8.RuneCountInString(raw[end:]) <= maxSuffix
}

// maxSuffix is the number of letters of an acronym's suffix, as in НАТОвского.
const maxSuffix = 7

// pronounced is the number of letters from which an acronym is also inflected
// like a word, as Nato is in Estonian.
const pronounced = 4

// Joins says whether word is a form of the term in one of the languages.
func (t Term) Joins(l Langs, word []byte) bool {
	if string(t.Folded) == string(word) {
		return true
	}
	if words.Cyrillic(t.Folded) {
		if l &= cyrillic; l == 0 {
			l = cyrillic // a quotation in an article of another script
		}
	} else if l &= latin; l == 0 || !words.Latin(t.Folded) {
		return false
	}
	if t.Acronym && len(t.Folded) < pronounced || len(t.Folded) < 3 || len(word) < 2 {
		return false
	}
	if l&English != 0 && !t.Acronym && englishTable.joins(t.Folded, word) {
		return true
	}
	for i := 1; i < len(tables); i++ {
		if l&(1<<i) != 0 && tables[i].joins(t.Folded, word, t.Name) {
			return true
		}
	}
	return false
}

// Stems appends folded texts such that every form of the term, in any language,
// begins with one of them; none of them begins with another.
func (t Term) Stems(out [][]byte) [][]byte {
	all := []string{string(t.Folded)}
	if words.Latin(t.Folded) && len(t.Folded) >= 3 && !(t.Acronym && len(t.Folded) < pronounced) {
		all = englishTable.stems(all, string(t.Folded))
		all = t.tableStems(all, 1, 8)
	} else if words.Cyrillic(t.Folded) && len(t.Folded) >= 3 && !(t.Acronym && len(t.Folded) < pronounced) {
		all = t.tableStems(all, 8, len(tables))
	}
next:
	for i, s := range all {
		for j, other := range all {
			if j != i && strings.HasPrefix(s, other) && (len(other) < len(s) || j < i) {
				continue next
			}
		}
		out = append(out, []byte(s))
	}
	return out
}

func (t Term) tableStems(all []string, from, to int) []string {
	for _, l := range tables[from:to] {
		stem, _ := l.analyse(t.Folded, t.Name)
		all = append(all, string(t.Folded[:stem]))
		all = append(all, l.groups[string(t.Folded)]...)
	}
	return all
}
