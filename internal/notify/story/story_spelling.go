package story

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// akin reports whether two words share a root, judging by their beginnings.
func akin(a, b string) bool {
	if len(a) < 3 || len(b) < 3 || a[0] != b[0] {
		return false
	}
	n := common(a, b)
	return sameWord(a, b) || n >= 4 && utf8.RuneCountInString(a[:n]) >= 4 && n*5 >= max(len(a), len(b))*3
}

// common is the length in bytes of the common prefix of two words, in whole letters.
func common(a, b string) (n int) {
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	for n > 0 && n < len(a) && !utf8.RuneStart(a[n]) || n < len(b) && n > 0 && !utf8.RuneStart(b[n]) {
		n--
	}
	return n
}

// sameWord reports whether two words are one: inflected, with one wrong letter, or
// transliterated by other rules.
func sameWord(a, b string) bool {
	if a == b {
		return true
	}
	if min(len(a), len(b)) >= 4 && a[0] == b[0] && a[len(a)-1] == b[len(b)-1] && inLatin(a) == inLatin(b) {
		return true
	}
	n := common(a, b)
	if utf8.RuneCountInString(a[:n]) < 3 {
		return false
	}
	return endings[a[n:]] && endings[b[n:]] || min(utf8.RuneCountInString(a), utf8.RuneCountInString(b)) >= 6 && oneLetterOff(a[n:], b[n:])
}

// oneLetterOff reports whether two words differ, after their common prefix, by one
// letter that is missing, added, replaced or swapped with its neighbour.
func oneLetterOff(a, b string) bool {
	ra, rb := []rune(a), []rune(b)
	if len(ra) == len(rb) {
		return slices.Equal(ra[1:], rb[1:]) ||
			len(ra) > 1 && ra[0] == rb[1] && ra[1] == rb[0] && slices.Equal(ra[2:], rb[2:])
	}
	if len(ra) > len(rb) {
		ra, rb = rb, ra
	}
	return len(rb) == len(ra)+1 && slices.Equal(ra, rb[1:])
}

// endings are those of nouns and names in inflected languages, without accents.
var endings = func() map[string]bool {
	m := map[string]bool{"": true}
	for e := range strings.FieldsSeq(`a e i o u y s n t d as is us os es ys ai ei ui am em om im um iem ie ou ow owi owie owa ego
		emu ach ami iam aus iaus uje eje oje yje je iu iui ams oms ems ies sse st ga ks le lt ta
		а е и о у ы і ї ю я ь ов ев ів ой ей ою ею ом ем ам ям ах ях ами ями ого его ому ему ові еві ия ии ию ий ій ью`) {
		m[folded(e)] = true
	}
	return m
}()

// inLatin unifies transliterations of a word, such as Kyiv and Kiev, or Haivoronska and
// Hayvoronska: all vowels are one, no letter is doubled, and h is dropped. A word of
// other letters than Latin is returned as it is.
func inLatin(word string) string {
	var b strings.Builder
	last := rune(0)
	for _, r := range word {
		switch {
		case r < 'a' || r > 'z':
			return word
		case r == 'h':
			continue
		case strings.ContainsRune("aeiouyj", r):
			r = 'a'
		case r == 'w':
			r = 'v'
		}
		if r != last {
			b.WriteRune(r)
		}
		last = r
	}
	return b.String()
}
