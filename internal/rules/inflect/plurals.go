package inflect

import (
	"slices"
	"strings"

	"watcher/internal/rules/words"
)

// plurals is an inflection with forms that are made inside of a word, which no ending
// explains: Arabic dawla, duwal. Each of them takes endings, and clitics, as a word
// does.
type plurals struct {
	inflection
	others map[string][]string // what else a dictionary's word is built on
}

// minInflected is the number of letters from which on a word takes endings: of two
// letters it is too often another word with them.
const minInflected = 3

// withPlurals reads a line for each word: its dictionary form, then its others.
func withPlurals(forms inflection, lines string) plurals {
	p := plurals{inflection: forms, others: map[string][]string{}}
	var b words.Buffer
	for line := range strings.Lines(lines) {
		f := strings.Fields(line)
		for i := range f {
			b.Reset()
			f[i] = foldWith(&b, f[i])
		}
		if len(f) > 1 {
			p.others[f[0]] = append(p.others[f[0]], f[1:]...)
		}
	}
	return p
}

func (p plurals) joins(t Term, word string) bool {
	if p.ending(t, word) {
		return true
	}
	return slices.ContainsFunc(p.others[t.Folded], func(other string) bool {
		return other == word || p.ending(Term{Folded: other, Name: t.Name}, word)
	})
}

// ending says whether word is the term with an ending.
func (p plurals) ending(t Term, word string) bool {
	return words.Letters(t.Folded) >= minInflected && p.inflection.joins(t, word)
}

func (p plurals) stems(out []string, t Term) []string {
	out = p.inflection.stems(out, t)
	for _, other := range p.others[t.Folded] {
		out = p.inflection.stems(out, Term{Folded: other, Name: t.Name})
	}
	return out
}
