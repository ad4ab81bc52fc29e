package rules

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Letters of Latin and similar ones of Cyrillic and Greek: with two keyboards it is
// easy to mix them in a word, and impossible to see.
const (
	latinShapes    = "ABCEHIJKMOPSTXYaceijopsxyÏïËëABEHIKMNOPTXYZovkmt"
	cyrillicShapes = "АВСЕНІЈКМОРЅТХУасеіјорѕхуЇїЁёΑΒΕΗΙΚΜΝΟΡΤΧΥΖονкмт"
)

var toLatin, fromLatin = shapes()

func shapes() (to, from map[rune]rune) {
	to, from = map[rune]rune{}, map[rune]rune{}
	other := []rune(cyrillicShapes)
	for i, r := range []rune(latinShapes) {
		to[other[i]] = r
		if _, ok := from[r]; !ok && unicode.Is(unicode.Cyrillic, other[i]) {
			from[r] = other[i]
		}
	}
	return to, from
}

// oneScript writes a word of mixed scripts in the script in which all of its letters
// can be read: Lіthuania with a Cyrillic і as Lithuania. Any other word stays as it is.
func oneScript(raw string) string {
	if plainASCII(raw) {
		return raw
	}
	latin, other := 0, 0
	for _, r := range raw {
		switch {
		case unicode.Is(unicode.Latin, r):
			latin++
		case unicode.In(r, unicode.Cyrillic, unicode.Greek):
			other++
		}
	}
	if latin == 0 || other == 0 {
		return raw
	}
	inLatin, okLatin := reshape(raw, toLatin, unicode.Latin)
	inCyrillic, okCyrillic := reshape(raw, fromLatin, unicode.Cyrillic)
	switch {
	case okLatin && (latin > other || !okCyrillic):
		return inLatin
	case okCyrillic:
		return inCyrillic
	}
	return raw
}

// reshape writes a word in a script, and reports whether every letter has a counterpart
// in it.
func reshape(raw string, shapes map[rune]rune, script *unicode.RangeTable) (string, bool) {
	ok := true
	out := strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) || unicode.Is(script, r) {
			return r
		}
		like, has := shapes[r]
		ok = ok && has
		return like
	}, raw)
	return out, ok
}

// letters warns of what cannot be seen in the source: invisible characters, and letters
// of another script in a word.
func (l *linter) letters() {
	for i, r := range l.src {
		if invisible(r) {
			l.warn(WarnInvisible, i, "remove it", fmt.Sprintf("a sign that shows nothing (U+%04X) stands here, and is not looked for", r))
			break
		}
	}
	for start := 0; start < len(l.src); {
		n := strings.IndexFunc(l.src[start:], notLetter)
		if n < 0 {
			n = len(l.src) - start
		}
		w := l.src[start : start+n]
		if one := oneScript(w); one != w {
			l.warn(WarnLetters, start, "write "+one, w+" has letters of two alphabets that look alike: it is taken as "+one)
		}
		_, size := utf8.DecodeRuneInString(l.src[start+n:])
		start += n + size
	}
}
