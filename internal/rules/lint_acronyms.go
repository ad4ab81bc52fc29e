package rules

import (
	"fmt"
	"slices"
	"strings"

	"watcher/internal/rules/inflect"
)

// capitals finds acronyms that are also words. Frequent English words get a warning in
// place, the others one warning for all rules.
func (l *linter) capitals(n *node) {
	switch n.op {
	case opTerm:
		w := loneAcronym(n)
		if w == nil {
			return
		}
		if smallWord(w.folded) || !englishToo(w) {
			l.also.add(l, n.off, w)
			return
		}
		msg := w.raw + " also finds the word " + w.folded
		if inflect.Everyday(w.folded)&english != 0 {
			msg += " where an article is not in English"
		}
		l.warn(WarnCapitals, n.off, "did you mean ="+w.raw+"?", msg)
	case opList:
		if n.list.entity != nil {
			return // its acronyms are found in capitals
		}
		for _, entry := range n.list.entries {
			if w := loneAcronym(entry); w != nil && !englishToo(w) {
				l.also.add(l, n.off, w)
			}
		}
	}
	for _, k := range n.kids {
		l.capitals(k)
	}
}

// loneAcronym is the acronym that a term consists of, unless its case counts anyway;
// nil if it is none.
func loneAcronym(n *node) *word {
	if n.op != opTerm || len(n.alts[0]) != 1 {
		return nil
	}
	if w := &n.alts[0][0]; w.kind != wordCase && w.acronym && !w.capital {
		return w
	}
	return nil
}

func englishToo(w *word) bool { return inflect.Common(w.folded)&english != 0 }

// alsoWords are the acronyms of all rules that are words too.
type alsoWords struct {
	first Warning // where the first one stands
	raws  []string
	parts []string // EU (fr, pt, ro)
}

// add takes an acronym, which stands at off, if it is a word of some language.
func (a *alsoWords) add(l *linter, off int, w *word) {
	langs := inflect.Everyday(w.folded)
	if langs == inflect.None || slices.Contains(a.raws, w.raw) {
		return
	}
	if len(a.raws) == 0 {
		a.first = l.warning(WarnWords, off, "for capitals everywhere write ="+w.raw, "")
	}
	a.raws = append(a.raws, w.raw)
	a.parts = append(a.parts, fmt.Sprintf("%s (%s)", w.raw, strings.Join(langs.Codes(), ", ")))
}

// warning says once which they are, and in which languages.
func (a *alsoWords) warning() []Warning {
	if len(a.parts) == 0 {
		return nil
	}
	are, they := "are everyday words too", "they are"
	if len(a.parts) == 1 {
		are, they = "is an everyday word too", "it is"
	}
	w := a.first
	w.Msg = fmt.Sprintf("%s %s: in these languages, and where nothing tells the language, %s found in capitals only", enumerated(a.parts, 0), are, they)
	return []Warning{w}
}
