package rules

import (
	"slices"
	"strings"
	"unicode/utf8"

	"watcher/internal/rules/words"
)

// German ä, ö and ü are written ae, oe and ue where keyboards and addresses lack them.
// The opposite is a guess (Michael is not Michäl), so a word of a rule with ae matches
// only a word of an article with an umlaut. The same goes for ø, and for å and aa, as
// Danish names have either: Århus, Aarhus.

var umlauts = strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue", "Ä", "Ae", "Ö", "Oe", "Ü", "Ue", "ø", "oe", "Ø", "Oe",
	"a\u0308", "ae", "o\u0308", "oe", "u\u0308", "ue", "A\u0308", "Ae", "O\u0308", "Oe", "U\u0308", "Ue",
	"å", "aa", "Å", "Aa", "a\u030A", "aa", "A\u030A", "Aa")

// withUmlauts adds to the ways those with the other spelling of umlauts.
func withUmlauts(ways []phrase) []phrase {
	for _, p := range ways[:len(ways):len(ways)] {
		for _, respell := range []func(word) (word, bool){spellOut, contract, contractRing} {
			var other phrase
			for i := range p {
				if p[i].kind == wordCase || !words.Latin(p[i].folded) {
					continue
				}
				if w, ok := respell(p[i]); ok {
					if other == nil {
						other = slices.Clone(p)
					}
					other[i] = w
				}
			}
			if other != nil && len(ways) < 2*maxWays {
				ways = append(ways, other)
			}
		}
	}
	return ways
}

// spellOut writes München as Muenchen, and reports whether it has an umlaut.
func spellOut(w word) (_ word, ok bool) {
	if !hasUmlaut(w.raw) {
		return w, false
	}
	raw := umlauts.Replace(w.raw)
	folded := words.Fold(raw)
	if len(folded) != 1 {
		return w, false
	}
	w.raw, w.folded, w.ownAccents = raw, folded[0], false
	return w, true
}

// contract writes muenchen as munchen, which is how an article with an umlaut is
// folded. It reports whether it may have one: between consonants, and not in Bauer or
// Quelle, where ue is no umlaut.
func contract(w word) (_ word, ok bool) {
	folded, ok := contracted(w, "aou", 'e')
	if ok {
		w.folded, w.umlaut, w.ownAccents, w.titled = folded, true, false, false
	}
	return w, ok
}

// contractRing does so for aarhus.
func contractRing(w word) (_ word, ok bool) {
	folded, ok := contracted(w, "a", 'a')
	if ok {
		w.folded, w.ring, w.ownAccents, w.titled = folded, true, false, false
	}
	return w, ok
}

// contracted removes the vowel second after one of first between consonants, and
// reports whether it did.
func contracted(w word, first string, second byte) (_ string, ok bool) {
	const vowels = "aeiouq"
	if strings.IndexByte(w.folded, second) < 0 {
		return "", false
	}
	out := make([]byte, 0, 64) // stays on the stack, but for very long words
	for i := 0; i < len(w.folded); i++ {
		c := w.folded[i]
		out = append(out, c)
		if i+2 < len(w.folded) && w.folded[i+1] == second && strings.IndexByte(first, c) >= 0 &&
			(i == 0 || !strings.ContainsRune(vowels, rune(w.folded[i-1]))) && !strings.ContainsRune(vowels, rune(w.folded[i+2])) {
			i++
		}
	}
	if len(out) == len(w.folded) || len(out) < minPrefix || len(w.raw) != len(w.folded) {
		return "", false
	}
	return string(out), true
}

// hasUmlaut reports whether a word of an article is written with an umlaut.
func hasUmlaut(raw string) bool { return !plainASCII(raw) && umlauts.Replace(raw) != raw }

// plainASCII reports whether s is ASCII, as most words of rules are.
func plainASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// hasRing reports whether a word of an article is written with å.
func hasRing(raw string) bool { return strings.ContainsAny(raw, "åÅ\u030A") }
