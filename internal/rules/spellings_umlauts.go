package rules

import (
	"slices"
	"strings"

	"watcher/internal/rules/words"
)

// German ä, ö and ü are written ae, oe and ue where keyboards and addresses have
// none. The other way is a guess (Michael is no Michäl), so that a word of a rule
// with ae answers only a word of an article that has an umlaut.

var umlauts = strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue", "Ä", "Ae", "Ö", "Oe", "Ü", "Ue",
	"a\u0308", "ae", "o\u0308", "oe", "u\u0308", "ue", "A\u0308", "Ae", "O\u0308", "Oe", "U\u0308", "Ue")

// withUmlauts adds to the ways those with the other spelling of umlauts.
func withUmlauts(ways []phrase) []phrase {
	for _, p := range ways[:len(ways):len(ways)] {
		for _, respell := range []func(*word) bool{spellOut, contract} {
			other, changed := slices.Clone(p), false
			for i := range other {
				w := &other[i]
				changed = w.kind != wordCase && words.Latin(w.folded) && respell(w) || changed
			}
			if changed && len(ways) < 2*maxWays {
				ways = append(ways, other)
			}
		}
	}
	return ways
}

// spellOut writes München as Muenchen, and says whether it has an umlaut.
func spellOut(w *word) bool {
	raw := umlauts.Replace(w.raw)
	if raw == w.raw {
		return false
	}
	folded := words.Fold(raw)
	if len(folded) != 1 {
		return false
	}
	w.raw, w.folded, w.ownAccents = raw, folded[0], false
	return true
}

// contract writes muenchen as munchen, as it is folded where an article has an
// umlaut, and says whether it may have one: between consonants, and not in Bauer
// or Quelle, where ue is none.
func contract(w *word) bool {
	const vowels = "aeiouq"
	var out []byte
	for i := 0; i < len(w.folded); i++ {
		c := w.folded[i]
		out = append(out, c)
		if i+2 < len(w.folded) && w.folded[i+1] == 'e' && (c == 'a' || c == 'o' || c == 'u') &&
			(i == 0 || !strings.ContainsRune(vowels, rune(w.folded[i-1]))) && !strings.ContainsRune(vowels, rune(w.folded[i+2])) {
			i++
		}
	}
	if len(out) == len(w.folded) || len(out) < minPrefix || len(w.raw) != len(w.folded) {
		return false
	}
	w.folded, w.umlaut, w.ownAccents, w.titled = string(out), true, false, false
	return true
}

// hasUmlaut says whether a word of an article is written with one.
func hasUmlaut(raw string) bool { return umlauts.Replace(raw) != raw }
