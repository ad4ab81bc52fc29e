// Package inflect tells whether two words are forms of one word in the
// languages an article may be in.
package inflect

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"watcher/internal/rules/words"
)

// Langs is a set of languages.
type Langs uint16

const english Langs = 1

// Only returns the code of the language if the set has exactly one.
func (l Langs) Only() string {
	if l == english {
		return "en"
	}
	return ""
}

// Detect returns the languages that an item may be in.
func Detect(declared string, b *words.Buffer) Langs { return english }

// Acronym says whether a term, as written in a rule, is one.
func Acronym(raw string) bool {
	n := 0
	for _, r := range raw {
		if !unicode.IsUpper(r) {
			return false
		}
		n++
	}
	return n >= 2 && n <= 5
}

// Suffixed says whether raw, whose folded word is folded, is the acronym with a
// suffix in small letters.
func Suffixed(acronym, folded []byte, raw string) bool {
	n, end := words.Capitals(raw)
	return n > 0 && strings.HasPrefix(string(folded), string(acronym)) && words.Letters(acronym) == n && utf8.RuneCountInString(raw[end:]) <= 6
}

// Joins says whether term and word are forms of one word.
func Joins(l Langs, term, word []byte, acronym bool) bool {
	if acronym || len(term) < 3 {
		return false
	}
	return string(word) == string(term)+"s" || string(term) == string(word)+"s"
}
