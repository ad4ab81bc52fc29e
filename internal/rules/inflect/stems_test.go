package inflect

import (
	"math/bits"
	"slices"
	"strings"
	"testing"

	"watcher/internal/rules/words"
)

// TestStems: an index that stores a term under its stems, and looks a word up with every
// possible ending cut off, loses none of the term's forms in any language.
func TestStems(t *testing.T) {
	for _, lang := range tested(t) {
		eachPair(t, lang, func(term, form string, _ bool) {
			w, f := NewTerm(folded(t, term), term), folded(t, form)
			for _, l := range []Langs{Language(lang.code), inflected} {
				if w.Joins(l, f) && !brought(w, l, f) {
					t.Errorf("%s joins %s (%s), but none of the stems %v brings it up", term, form, lang.code, w.Stems(nil))
				}
				if w.Joins(l, f) && !begun(w, l, f) {
					t.Errorf("%s joins %s (%s), which none of %q begins", term, form, lang.code, w.Beginnings(l, l.ReadsBothScripts()))
				}
				if !brought(w, l, w.Folded) {
					t.Errorf("%s (%s) does not bring up itself", term, lang.code)
				}
			}
		})
	}
}

// brought reports whether, in these languages, the word without one of its endings and what
// may stand before it is a stem of the term.
func brought(w Term, l Langs, word string) bool {
	classes := l.Classes(words.ScriptOf(word)) | 1<<AnyClass
	starts := []string{word}
	for heads := l.Heads(word); heads != 0; heads &= heads - 1 {
		starts = append(starts, word[bits.TrailingZeros64(heads):])
	}
	for _, s := range w.Stems(nil) {
		for _, rest := range starts {
			k := len(rest) - len(s.Text)
			if classes>>s.Class&1 == 1 && k >= 0 && l.Cuts(rest)>>k&1 == 1 && strings.HasPrefix(rest, s.Text) {
				return true
			}
		}
	}
	return false
}

// begun reports whether, in these languages, the word begins with one of the term's
// beginnings.
func begun(w Term, l Langs, word string) bool {
	return slices.ContainsFunc(w.Beginnings(l, l.ReadsBothScripts()), func(b string) bool { return strings.HasPrefix(word, b) })
}
