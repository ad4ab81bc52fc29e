package rules

import (
	"cmp"
	"slices"

	"watcher/internal/feeds"
	"watcher/internal/rules/inflect"
)

// matcher is the memory of one Match, kept for the next one.
type matcher struct {
	view
	set    *Set
	keys   []keyAt
	cands  []candidate
	seen   seen
	hits   []hit
	near   []hit
	folded []byte  // text in which literals of regexes are looked for
	lists  [][]hit // of each list that has a hit
	used   []uint32
	scope  []uint8
	found  []found

	starts, ids []uint32 // what warm reads
	warmed      uint32   // keeps the compiler from leaving that out
	base        int      // where the hits of the rule that is run begin

	// chains of tokens that begin with the same three bytes
	heads  []int32
	next   []int32
	shift  uint8
	linked bool
	tailed bool // some token is an acronym with a suffix
	cache  wordCache

	alone, pair []uint64 // of the word that stemKeys looked at
	longest     int      // ending in the item's languages

	latins    []inflect.Class // of the item's languages
	cyrillics []inflect.Class
}

// found is a rule that matched and where its hits lie in matcher.hits.
type found struct {
	rule     uint32
	from, to uint32
}

// keep is how much memory a matcher may hold between two items.
const keep = 4 << 20

// Match returns the rules that the item satisfies, in their order. It is safe
// for concurrent use and allocates nothing where nothing matches.
func (s *Set) Match(it *feeds.Item) []Match {
	m := s.matchers.Get().(*matcher)
	out := m.match(it)
	m.item = nil
	clear(m.parts) // their texts are the item's
	clear(m.texts[:cap(m.texts)])
	if m.buf.Size()+cap(m.hits)*40+cap(m.cands)*4 <= keep {
		s.matchers.Put(m)
	}
	return out
}

func (m *matcher) match(it *feeds.Item) []Match {
	s := m.set
	m.load(it, s.need)
	m.linked = false
	m.hits, m.found, m.cands = m.hits[:0], m.found[:0], m.cands[:0]
	for _, l := range m.used {
		m.lists[l] = m.lists[l][:0]
	}
	m.used = m.used[:0]
	m.keys = m.wordKeys(m.keys[:0])
	m.cands = s.index.find(m.cands, m.keys)
	if s.grams != nil {
		m.cands, m.folded = s.grams.find(m.cands, m.folded, &m.view)
	}
	if len(m.cands)+len(s.always) == 0 {
		return nil
	}
	m.warm()
	m.seen.reset(len(m.cands))
	clear(m.scope)
	if s.entries != nil {
		m.runLists()
	}
	for _, c := range m.cands {
		if c.target < uint32(len(s.start)) && m.plausible(c, s.start[c.target], 0) && m.seen.add(c.target) {
			m.run(c.target)
		}
	}
	for _, r := range s.always {
		if m.seen.add(r) {
			m.run(r)
		}
	}
	if len(m.found) == 0 {
		return nil
	}
	return m.matches()
}

// warmFrom is the number of candidates from which warm pays.
const warmFrom = 8

// warm reads what the candidates will need, one kind after the other. A large
// set does not fit in the processor's caches, and a candidate's program and its
// words lie in different places: read in simple loops, the memory answers many
// questions at once; read one candidate after the other, it makes each wait.
func (m *matcher) warm() {
	s := m.set
	if len(m.cands) < warmFrom || len(s.start) < 1000*warmFrom {
		return
	}
	m.starts, m.ids = m.starts[:0], m.ids[:0]
	for _, c := range m.cands {
		if c.target < uint32(len(s.start)) {
			m.starts = append(m.starts, s.start[c.target])
		}
	}
	for _, pc := range m.starts {
		m.ids = s.code.atoms(m.ids, pc)
	}
	sum := uint32(0)
	for _, id := range m.ids {
		sum += s.atoms[id].hash
	}
	m.warmed = sum
}

// runLists finds the entries of lists that the item has, and adds the rules
// that are filed under a list with one.
func (m *matcher) runLists() {
	s := m.set
	for _, c := range m.cands {
		if c.target < uint32(len(s.start)) {
			continue
		}
		e := s.entries[c.target-uint32(len(s.start))]
		if !m.plausible(c, e.pc, inAll) || !m.seen.add(c.target) {
			continue
		}
		before := len(m.lists[e.list])
		m.lists[e.list] = m.termHits(m.lists[e.list], e.pc, inAll, 0)
		if before == 0 && len(m.lists[e.list]) > 0 {
			m.used = append(m.used, e.list)
		}
	}
	for _, l := range m.used {
		slices.SortFunc(m.lists[l], compareHits)
		for _, r := range s.users[l] {
			m.cands = append(m.cands, candidate{r, -1})
		}
	}
}

// plausible says whether a candidate is worth running: whether the token that
// brought it up is one of the query's.
func (m *matcher) plausible(c candidate, pc uint32, in fields) bool {
	s := m.set
	kind, own, n := headParts(s.code[pc])
	if c.tok < 0 || kind >= codeRegex {
		return true
	}
	in = where(own, in)
	switch kind {
	case codeTerm:
		return m.standsAt(pc, n&(1<<termAnchor-1), int(c.tok), in)
	case codeNot:
		return false
	}
	for k, end := pc+2, pc+s.code[pc+1]; k < end; k += s.code.length(k) {
		if m.plausible(c, k, in) {
			return true
		}
	}
	return false
}

// standsAt says whether the token is one of the n words of the term at pc, and
// the others stand around it.
func (m *matcher) standsAt(pc uint32, n, tok int, in fields) bool {
	s := m.set
	t := &m.buf.Tokens[tok]
	if fields(t.Tag)&in == 0 {
		return false
	}
	ids := s.code[pc+2 : pc+2+uint32(n)]
	for j, id := range ids {
		if m.is(t, &s.atoms[id]) && (n == 1 || m.around(ids, tok-j, tok-j+n-1, tok, in)) {
			return true
		}
	}
	return false
}

// run evaluates a rule.
func (m *matcher) run(r uint32) {
	s := m.set
	if sc := s.scope[r]; sc != 0 && !m.inScope(sc) {
		return
	}
	pc := s.start[r]
	from := len(m.hits)
	if kind, in, _ := headParts(s.code[pc]); kind == codeTerm {
		if m.hits = m.termHits(m.hits, pc, in, 0); len(m.hits) == from {
			return
		}
	} else {
		if !m.holds(pc, 0) {
			return
		}
		m.base = from
		m.hits = m.collect(m.hits, pc, 0)
	}
	m.hits = m.hits[:min(len(m.hits), from+maxSpans)]
	m.found = append(m.found, found{r, uint32(from), uint32(len(m.hits))})
}

// inScope says whether the item's feed is one that the scope names.
func (m *matcher) inScope(sc uint32) bool {
	if m.scope[sc] == 0 {
		m.scope[sc] = 2
		if inScope(m.set.scopes[sc], m.item) {
			m.scope[sc] = 1
		}
	}
	return m.scope[sc] == 1
}

// matches copies what was found out of the matcher.
func (m *matcher) matches() []Match {
	slices.SortFunc(m.found, func(a, b found) int { return cmp.Compare(a.rule, b.rule) })
	out := make([]Match, len(m.found))
	all := make([]Span, 0, len(m.hits))
	for i, f := range m.found {
		from := len(all)
		all = m.appendSpans(all, m.hits[f.from:f.to])
		out[i].Rule = int(f.rule)
		if len(all) > from {
			out[i].Spans = all[from:len(all):len(all)]
		}
	}
	return out
}

// seen is a set of numbers that is emptied at no cost.
type seen struct {
	slots []uint64 // round and number
	round uint32
	n     int
}

func (s *seen) reset(n int) {
	if size := 256; len(s.slots) < 4*n || len(s.slots) == 0 {
		for size < 4*n {
			size *= 2
		}
		s.slots, s.round = make([]uint64, size), 0
	}
	if s.round++; s.round == 0 {
		clear(s.slots)
		s.round = 1
	}
	s.n = 0
}

// add puts n into the set and says whether it was not there.
func (s *seen) add(n uint32) bool {
	if 2*s.n >= len(s.slots) {
		s.grow()
	}
	mask := uint32(len(s.slots) - 1)
	want := uint64(s.round)<<32 | uint64(n)
	for i := n * 0x9E3779B1 >> 7 & mask; ; i = (i + 1) & mask {
		switch x := s.slots[i]; {
		case x == want:
			return false
		case uint32(x>>32) != s.round:
			s.slots[i] = want
			s.n++
			return true
		}
	}
}

func (s *seen) grow() {
	old, round := s.slots, s.round
	s.slots, s.n = make([]uint64, 2*len(old)), 0
	for _, x := range old {
		if uint32(x>>32) == round {
			s.add(uint32(x))
		}
	}
}
