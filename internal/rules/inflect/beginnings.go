package inflect

import (
	"cmp"
	"slices"
	"strings"

	"watcher/internal/rules/words"
)

// Beginnings returns folded texts such that each form of the term in an article of
// these languages begins with one of them; none of them begins another. With
// bothScripts it has those of a term in Latin script in Serbian Cyrillic too, see
// ReadsBothScripts.
func (t Term) Beginnings(l Langs, bothScripts bool) []string {
	out := []string{t.Folded}
	script := words.ScriptOf(t.Folded)
	if bothScripts {
		l |= inLatinSerbian
	}
	for _, s := range t.stemsIn(l, nil) {
		out = append(out, s.Text)
		for set := l.InScript(script) & headed; set != 0; set &= set - 1 {
			for _, before := range languages[set.first()].forms.(prefixing).before() {
				out = append(out, before+s.Text)
			}
		}
		if bothScripts && script == words.LatinScript {
			out = cyrillicBeginnings(out, "", s.Text)
		}
	}
	return shortest(out)
}

// ReadsBothScripts says whether words in Cyrillic are compared with terms in Latin
// script in an article of these languages, see InLatin.
func (l Langs) ReadsBothScripts() bool { return l&ofCyrillic == inSerbian }

// enoughLetters is how many letters of a term are looked for in the other script: each
// may be written in several ways there.
const enoughLetters = 4

// cyrillicBeginnings appends what begins words of Serbian Cyrillic that in Latin script
// begin with latin: behind written, which is a part of them.
func cyrillicBeginnings(out []string, written, latin string) []string {
	if latin == "" || len(written) == enoughLetters {
		return append(out, written)
	}
	for pairs := latinPairs(); len(pairs) > 0; pairs = pairs[2:] {
		cyrillic, with := pairs[0], pairs[1]
		if rest, ok := strings.CutPrefix(latin, with); ok {
			out = cyrillicBeginnings(out, written+cyrillic, rest)
		} else if strings.HasPrefix(with, latin) {
			out = append(out, written+cyrillic)
		}
	}
	return out
}

// shortest keeps the texts that no other one begins.
func shortest(texts []string) []string {
	slices.SortFunc(texts, func(a, b string) int { return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b)) })
	kept := texts[:0]
	for _, s := range texts {
		if !slices.ContainsFunc(kept, func(k string) bool { return strings.HasPrefix(s, k) }) {
			kept = append(kept, s)
		}
	}
	return kept
}
