package rules

import (
	"math/bits"
	"slices"

	"watcher/internal/rules/inflect"
	"watcher/internal/rules/words"
)

// lookup finds the atoms that an article's words satisfy.
type lookup struct {
	cache   wordCache
	hits    []atomHit   // in the order of the text up to late, and from there on
	late    int         // where the hits of looked-up words begin
	spans   [][2]uint32 // of each token: its part of hits
	uses    uint32      // of all hits
	seconds []int32     // tokens that may end a pair

	pending    []pendingWord
	probes     []probe
	candidates []candidateAtom
	atoms      []uint32 // of one pending word
	prefetched prefetched
}

func newLookup() lookup { return lookup{cache: newWordCache()} }

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
	r.cache.begin(m.view.langs)
	for i := range toks {
		t := &toks[i]
		print := m.print(t)
		if r.cache.isDismissed(print) {
			continue
		}
		if k := r.cache.recall(print); k != nil {
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
		r.cache.remember(u.print, r.atoms)
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
