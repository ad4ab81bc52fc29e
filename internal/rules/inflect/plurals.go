package inflect

import (
	"slices"
	"strings"
	"sync"

	"watcher/internal/rules/words"
)

// plurals is an inflection with forms that are made inside of a word, which no ending
// explains: Arabic dawla, duwal. Each of them takes endings, and clitics, as a word
// does.
type plurals struct {
	inflection
	read func() *inner // at its first call
}

// inner are the forms that plurals are told, by words.
type inner struct {
	others map[string][]string // what else a dictionary's word is built on
	whole  map[string][]string // its forms that take no endings
}

// minInflected is the number of letters from which on a word takes endings: of two
// letters it is too often another word with them.
const minInflected = 3

// withPlurals reads a line for each word: its dictionary form, then its others, with =
// before those that take no endings.
func withPlurals(forms inflection, lines string) plurals {
	return plurals{inflection: forms, read: sync.OnceValue(func() *inner { return readInner(lines) })}
}

func readInner(lines string) *inner {
	p := &inner{others: map[string][]string{}, whole: map[string][]string{}}
	var b words.Buffer
	for line := range strings.Lines(lines) {
		term := ""
		for f := range strings.FieldsSeq(line) {
			f, whole := strings.CutPrefix(f, "=")
			b.Reset()
			switch f = foldWith(&b, f); {
			case term == "":
				term = f
			case whole:
				p.whole[term] = append(p.whole[term], f)
			default:
				p.others[term] = append(p.others[term], f)
			}
		}
	}
	return p
}

func (p plurals) joins(t Term, word string) bool {
	if p.ending(t, word) || slices.Contains(p.read().whole[t.Folded], word) {
		return true
	}
	return slices.ContainsFunc(p.read().others[t.Folded], func(other string) bool {
		return other == word || p.ending(Term{Folded: other, Name: t.Name}, word)
	})
}

// ending says whether word is the term with an ending. What is known for a name is
// not.
func (p plurals) ending(t Term, word string) bool {
	return words.Letters(t.Folded) >= minInflected && p.inflection.joins(t, word) && !isName(word, false)
}

func (p plurals) stems(out []string, t Term) []string {
	out = append(p.inflection.stems(out, t), p.read().whole[t.Folded]...)
	for _, other := range p.read().others[t.Folded] {
		out = p.inflection.stems(out, Term{Folded: other, Name: t.Name})
	}
	return out
}
