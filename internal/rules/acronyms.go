package rules

import (
	"fmt"
	"slices"
	"strings"

	"watcher/internal/rules/inflect"
)

// capitals finds acronyms that are also words: what English has in every other
// sentence is told where it stands, the others once for all rules.
func (l *linter) capitals(n *node) {
	switch n.op {
	case opTerm:
		if len(n.alts[0]) != 1 {
			return
		}
		w := &n.alts[0][0]
		if w.kind == wordCase || !w.acronym {
			return
		}
		_, codes := inflect.Everyday(w.folded)
		switch {
		case !smallWord(w.folded) && englishToo(w):
			msg := w.raw + " also finds the word " + w.folded
			if slices.Contains(codes, "en") {
				msg += " where an article is not in English"
			}
			l.warn(WarnCapitals, n.off, "did you mean ="+w.raw+"?", msg)
		case codes != nil:
			l.also.add(l, n.off, w, codes)
		}
	case opList:
		for _, entry := range n.list.entries {
			l.inList(entry, n.off)
		}
	}
	for _, k := range n.kids {
		l.capitals(k)
	}
}

func englishToo(w *word) bool { return strings.Contains(commonWords, " "+w.folded+" ") }

// inList finds acronyms that are also words, but for common English ones, in an
// entry of a list that the rule names at off.
func (l *linter) inList(n *node, off int) {
	if n.op == opTerm && len(n.alts[0]) == 1 {
		w := &n.alts[0][0]
		if _, codes := inflect.Everyday(w.folded); codes != nil && w.kind != wordCase && w.acronym && !englishToo(w) {
			l.also.add(l, off, w, codes)
		}
	}
	if n.op == opList {
		for _, entry := range n.list.entries {
			l.inList(entry, off)
		}
	}
}

// alsoWords are the acronyms of all rules that are words too.
type alsoWords struct {
	first Warning // where the first one stands
	raws  []string
	parts []string // EU (fr, pt, ro)
}

func (a *alsoWords) add(l *linter, off int, w *word, codes []string) {
	if slices.Contains(a.raws, w.raw) {
		return
	}
	if len(a.raws) == 0 {
		l.warn(WarnWords, off, "for capitals everywhere write ="+w.raw, "")
		a.first = l.out[len(l.out)-1]
		l.out = l.out[:len(l.out)-1]
	}
	a.raws = append(a.raws, w.raw)
	a.parts = append(a.parts, fmt.Sprintf("%s (%s)", w.raw, strings.Join(codes, ", ")))
}

// warning says once which they are, and in which languages.
func (a *alsoWords) warning() []Warning {
	w := a.first
	switch n := len(a.parts); n {
	case 0:
		return nil
	case 1:
		w.Msg = a.parts[0] + " is an everyday word too: in these languages, and where nothing tells the language, it is found in capitals only"
	default:
		w.Msg = strings.Join(a.parts[:n-1], ", ") + " and " + a.parts[n-1] +
			" are everyday words too: in these languages, and where nothing tells the language, they are found in capitals only"
	}
	return []Warning{w}
}
