package rules

import (
	"math/bits"
	"slices"

	"watcher/internal/rules/inflect"
	"watcher/internal/rules/words"
)

// Most words of an article were in earlier articles too. lookup caches which atoms a
// word satisfies, in two tables by the word's print: dismissed for words that satisfy
// none, cached for the others. Only words in neither are looked up in the index and
// verified. This is for speed: see BenchmarkMatch.

// cachedWord is a word, in an article in certain languages, and the atoms that it
// satisfies. A word that satisfies more is not cached.
type cachedWord struct {
	print uint64
	n     uint32
	atoms [5]uint32
}

// Sizes of the tables in words: at most 1 MB for dismissed and 8 MB for cached, which
// hold most words of a language. They start small and grow: most sets have few rules,
// and a check reads a single article.
const (
	minCached    = 1 << 8
	maxDismissed = 1 << 17
	maxCached    = 1 << 18
)

// lookup finds the atoms that an article's words satisfy.
type lookup struct {
	dismissed           []uint64
	cached              []cachedWord
	nDismissed, nCached int // entries since the table grew

	hits    []atomHit   // in the order of the text up to late, and from there on
	late    int         // where the hits of looked-up words begin
	spans   [][2]uint32 // of each token: its part of hits
	uses    uint32      // of all hits
	seconds []int32     // tokens that may end a pair

	pending    []pendingWord
	probes     []probe
	candidates []candidateAtom
	atoms      []uint32              // of one pending word
	langPrints [words.Scripts]uint64 // the part of prints of the item's languages, by script
	prefetched prefetched
}

func newLookup() lookup {
	return lookup{dismissed: make([]uint64, minCached), cached: make([]cachedWord, minCached)}
}

// atomHit is an atom, with its uses, and a token that satisfies it.
type atomHit struct {
	atom uint32
	tok  int32
}

// pendingWord is a token whose atoms must be looked up.
type pendingWord struct {
	tok   int32
	print uint64
}

// probe is a prefix of a word under which atoms may be filed.
type probe struct {
	key      uint64
	from, to uint32 // its bucket
	pending  int32
	classes  uint32 // in which it is a stem of the word
}

// candidateAtom is an atom that a word may satisfy.
type candidateAtom struct {
	id      uint32
	pending int32
	atom    atom
}

// readWords finds the atoms that each word satisfies.
func (m *matcher) readWords() {
	r := &m.lookup
	toks := m.view.buf.Tokens
	if cap(r.spans) < len(toks) {
		r.spans = make([][2]uint32, len(toks)+len(toks)/4)
	}
	r.spans = r.spans[:len(toks)]
	clear(r.spans)
	r.hits, r.pending, r.seconds, r.uses = r.hits[:0], r.pending[:0], r.seconds[:0], 0
	for s := range r.langPrints {
		r.langPrints[s] = langPrint(m.view.langs.InScript(words.Script(s)))
	}
	for i := range toks {
		t := &toks[i]
		print := m.print(t)
		if r.isDismissed(print) {
			continue
		}
		if k := r.recall(print); k != nil {
			m.satisfy(i, k.atoms[:k.n])
			continue
		}
		r.pending = append(r.pending, pendingWord{int32(i), print})
	}
	r.late = len(r.hits)
	if len(r.pending) > 0 {
		m.probe()
		m.verify()
	}
}

// isDismissed reports whether a word is in dismissed. It can be in four adjacent slots;
// the word put in last is in the first of them.
func (r *lookup) isDismissed(print uint64) bool {
	at := print & uint64(len(r.dismissed)-1)
	d := r.dismissed
	return (d[at] == print || d[at^1] == print || d[at^2] == print || d[at^3] == print) && print != 0
}

// dismiss puts a word into dismissed, and evicts the oldest of its four slots.
func (r *lookup) dismiss(print uint64) {
	at := print & uint64(len(r.dismissed)-1)
	d := r.dismissed
	d[at], d[at^1], d[at^2], d[at^3] = print, d[at], d[at^1], d[at^2]
}

// recall returns a word in cached, or nil. It can be in two slots; the word put in last
// is in the first of them.
func (r *lookup) recall(print uint64) *cachedWord {
	at := print & uint64(len(r.cached)-1)
	if k := &r.cached[at]; k.print == print && print != 0 {
		return k
	}
	if k := &r.cached[at^1]; k.print == print && print != 0 {
		return k
	}
	return nil
}

// print identifies a word in the tables: by its letters, a possessive, and the
// article's languages in its script. It is 0 for words that are not cached because
// their capitals count.
func (m *matcher) print(t *words.Token) uint64 {
	if t.Flags&words.Tailed != 0 {
		return 0
	}
	print := t.Hash ^ m.lookup.langPrints[words.ScriptOf(m.view.buf.Folded(t))]
	if t.Flags&words.Possessive != 0 {
		print = ^print
	}
	return print
}

// langPrint is the part of languages in a print.
func langPrint(l inflect.Langs) uint64 { return uint64(l) * 0x9E3779B97F4A7C15 }

// satisfy records the atoms of a token. An atom with useRaw was cached by the folded
// word alone, and is verified against the token here.
func (m *matcher) satisfy(tok int, atoms []uint32) {
	r := &m.lookup
	t := &m.view.buf.Tokens[tok]
	from, uses := len(r.hits), uint32(0)
	for _, a := range atoms {
		if a&useCapital != 0 && !m.view.capital(t) {
			continue
		}
		if a&useRaw != 0 {
			w := m.set.atoms[atomID(a)].word(m.set.text)
			if !m.view.answers(t, &w) {
				continue
			}
		}
		r.hits = append(r.hits, atomHit{a, int32(tok)})
		uses |= a
	}
	r.uses |= uses
	if uses&useSecond != 0 {
		r.seconds = append(r.seconds, int32(tok))
	}
	r.spans[tok] = [2]uint32{uint32(from), uint32(len(r.hits))}
}

// at are the atoms of a token.
func (r *lookup) at(tok int) []atomHit { return r.hits[r.spans[tok][0]:r.spans[tok][1]] }

// probe looks up the pending words in the index. Each step is done for all keys before
// the next step, for the reason given at fromAtoms.
func (m *matcher) probe() {
	r, x := &m.lookup, &m.set.index.stems
	r.probes, r.candidates = r.probes[:0], r.candidates[:0]
	for u := range r.pending {
		m.addProbes(int32(u))
	}
	n := 0
	for i := range r.probes {
		if x.may(r.probes[i].key) {
			r.probes[n] = r.probes[i]
			n++
		}
	}
	r.probes = r.probes[:n]
	for i := range r.probes {
		p := &r.probes[i]
		b := p.key >> x.bshift
		p.from, p.to = x.starts[b], x.starts[b+1]
	}
	r.prefetched.buckets(x, r.probes)
	for i := range r.probes {
		p := &r.probes[i]
		mark := markOf(p.key)
		for _, s := range x.slots[p.from:p.to] {
			if s.mark&^allClasses == mark && s.mark&p.classes != 0 {
				r.candidates = append(r.candidates, candidateAtom{id: s.value, pending: p.pending})
			}
		}
	}
}

// addProbes adds the prefixes of the word under which atoms may be filed.
func (m *matcher) addProbes(at int32) {
	t := &m.view.buf.Tokens[m.lookup.pending[at].tok]
	w := m.view.buf.Folded(t)
	n, tail := len(w), m.tail(t)
	classes := uint32(m.classes[words.ScriptOf(w)])
	add := func(n int, classes uint32) {
		m.lookup.probes = append(m.lookup.probes, probe{key: m.view.buf.HashFirst(t, n), pending: at, classes: classes})
	}
	add(n, classes|1<<inflect.AnyClass)
	if tail > 0 {
		add(n-tail, 1<<inflect.AnyClass)
	}
	addDesignations(w, add)
	for cuts := m.view.langs.Cuts(w) &^ 1; cuts != 0; cuts &= cuts - 1 {
		add(n-bits.TrailingZeros64(cuts), classes)
	}
	for heads := m.view.langs.Heads(w); heads != 0; heads &= heads - 1 {
		m.addHeaded(at, w[bits.TrailingZeros64(heads):], classes)
	}
	if latin, in, ok := m.view.langs.InLatin(w); ok {
		m.addLatin(at, latin, in)
	}
	for lengths := m.set.index.lengths & (2<<min(n, 8) - 1); lengths != 0; lengths &= lengths - 1 {
		add(bits.TrailingZeros32(lengths), 1<<classPrefix)
	}
}

// addLatin adds the prefixes of a Serbian word in Latin script.
func (m *matcher) addLatin(at int32, latin string, in inflect.Langs) {
	classes := uint32(in.Classes(words.LatinScript)) | 1<<inflect.AnyClass
	for cuts := in.Cuts(latin); cuts != 0; cuts &= cuts - 1 {
		if n := len(latin) - bits.TrailingZeros64(cuts); n > 0 {
			m.lookup.probes = append(m.lookup.probes, probe{key: words.Hash(latin[:n]), pending: at, classes: classes})
		}
	}
}

// addHeaded adds the prefixes of what follows a clitic of the word.
func (m *matcher) addHeaded(at int32, rest string, classes uint32) {
	for cuts := m.view.langs.Cuts(rest); cuts != 0; cuts &= cuts - 1 {
		if n := len(rest) - bits.TrailingZeros64(cuts); n > 0 {
			m.lookup.probes = append(m.lookup.probes, probe{key: words.Hash(rest[:n]), pending: at, classes: classes})
		}
	}
}

// verify asks the plain evaluator which candidates each pending word satisfies, and
// caches the answer: the index compares hashes of stems alone.
func (m *matcher) verify() {
	r, s := &m.lookup, m.set
	for i := range r.candidates {
		r.candidates[i].atom = s.atoms[atomID(r.candidates[i].id)]
	}
	r.prefetched.texts(s.text, r.candidates)
	next := 0
	for i := range r.pending {
		u := &r.pending[i]
		t := &m.view.buf.Tokens[u.tok]
		r.atoms = r.atoms[:0]
		for ; next < len(r.candidates) && r.candidates[next].pending == int32(i); next++ {
			f := &r.candidates[next]
			if slices.Contains(r.atoms, f.id) {
				continue // by another stem
			}
			w := f.atom.word(s.text)
			w.capital = false // satisfy looks at it
			if f.id&useRaw != 0 || m.view.answers(t, &w) {
				r.atoms = append(r.atoms, f.id)
			}
		}
		m.satisfy(int(u.tok), r.atoms)
		m.remember(u)
	}
}

// remember caches the atoms of a word. A table that is half full is replaced by an
// empty one of four times its size.
func (m *matcher) remember(u *pendingWord) {
	r := &m.lookup
	switch {
	case u.print == 0:
	case len(r.atoms) == 0:
		if r.nDismissed++; r.nDismissed > len(r.dismissed)/2 && len(r.dismissed) < maxDismissed {
			r.dismissed, r.nDismissed = make([]uint64, min(4*len(r.dismissed), maxDismissed)), 0
		}
		r.dismiss(u.print)
	case len(r.atoms) <= len(cachedWord{}.atoms):
		if r.nCached++; r.nCached > len(r.cached)/2 && len(r.cached) < maxCached {
			r.cached, r.nCached = make([]cachedWord, min(4*len(r.cached), maxCached)), 0
		}
		at := u.print & uint64(len(r.cached)-1)
		k := &r.cached[at]
		r.cached[at^1] = *k
		k.print, k.n = u.print, uint32(len(r.atoms))
		copy(k.atoms[:], r.atoms)
	}
}

// tail is the length of an acronym's suffix on a word; 0 if there is none.
func (m *matcher) tail(t *words.Token) int {
	if t.Flags&words.Tailed == 0 {
		return 0
	}
	folded := m.view.buf.Folded(t)
	capitals, _ := words.Capitals(m.view.raw(t))
	return len(folded) - words.FirstLetters(folded, capitals)
}

// addDesignations adds the designations that the word may be a variant or plural of: 35
// and 35a for 35As, m1 and m1a for M1A2.
func addDesignations(w string, add func(int, uint32)) {
	digits, last := false, false // seen so far, and before this letter
	for i := 0; i < len(w) && i <= maxDesignation; {
		next, digit := i+words.FirstLetters(w[i:], 1), isDigit(w[i])
		if digits && (digit != last || w[i] == 's' && next == len(w)) {
			add(i, 1<<inflect.AnyClass)
		}
		digits, last, i = digits || digit, digit, next
	}
}
