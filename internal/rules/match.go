package rules

import (
	"cmp"
	"slices"

	"watcher/internal/feeds"
	"watcher/internal/rules/words"
)

// matcher is the memory of one Match, kept for the next one.
type matcher struct {
	view
	set *Set
	reader
	chains chains
	cands  []uint32 // targets that may match
	seen   seen
	hits   []hit
	near   []hit
	folded []byte  // text in which literals of regexes are looked for
	lists  [][]hit // of each list that has a hit
	used   []uint32
	scope  []uint8
	found  []found
	base   int // where the hits of the rule that is run begin

	classes [words.Scripts]uint16 // of the item's languages, by script
	ranges  [][2]uint32
	keys    []uint64
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
	m.hits, m.found, m.cands = m.hits[:0], m.found[:0], m.cands[:0]
	for _, l := range m.used {
		m.lists[l] = m.lists[l][:0]
	}
	m.used = m.used[:0]
	langs := m.languages()
	for s := range m.classes {
		m.classes[s] = langs.Classes(words.Script(s))
	}
	m.readWords()
	m.chains.link(&m.reader)
	if m.uses&useAlone != 0 {
		m.fromAtoms()
	}
	if m.uses&useFirst != 0 && m.uses&useSecond != 0 {
		m.fromPairs()
	}
	if s.grams != nil {
		m.cands, m.folded = s.grams.find(m.cands, m.folded, &m.view)
	}
	if len(m.cands)+len(s.always) == 0 {
		return nil
	}
	m.warm()
	m.seen.reset(len(m.cands))
	clear(m.scope)
	m.runLists()
	for _, c := range m.cands {
		if c&isEntry == 0 && m.seen.add(c) {
			m.run(c)
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

// A large set does not fit in the processor's caches, and what leads from an
// atom to its rules and from a rule to its program lies in different places. Read
// in simple loops, one kind after the other, the memory answers many questions
// at once; read one rule after the other, it makes each wait.

// fromAtoms brings up what is filed under the atoms of the article.
func (m *matcher) fromAtoms() {
	p := &m.set.index.alone
	m.ranges = m.ranges[:0]
	for _, a := range m.chains.alone {
		m.ranges = append(m.ranges, [2]uint32{p.starts[a], p.starts[a+1]})
	}
	for _, r := range m.ranges {
		m.cands = append(m.cands, p.targets[r[0]:r[1]]...)
	}
}

// fromPairs brings up what is filed under neighbours.
func (m *matcher) fromPairs() {
	x := &m.set.index.pairs
	toks := m.buf.Tokens
	m.keys = m.keys[:0]
	for _, tok := range m.seconds {
		i := int(tok)
		if i == 0 || toks[i].Tag>>partShift != toks[i-1].Tag>>partShift {
			continue
		}
		for _, a := range m.at(i - 1) {
			if a.atom&useFirst == 0 {
				continue
			}
			for _, b := range m.at(i) {
				if key := pairKey(a.atom, b.atom); b.atom&useSecond != 0 && x.may(key) {
					m.keys = append(m.keys, key)
				}
			}
		}
	}
	for _, key := range m.keys {
		for _, s := range x.bucket(key) {
			if s.mark&^allClasses == markOf(key) {
				m.cands = append(m.cands, s.value)
			}
		}
	}
}

// warm reads the beginnings of the candidates' programs.
func (m *matcher) warm() {
	code := m.set.code
	for _, c := range m.cands {
		m.warmed += code[c&^isEntry]
	}
}

// runLists finds the entries of lists that the item has, and adds the rules
// that are filed under a list with one.
func (m *matcher) runLists() {
	s := m.set
	for _, c := range m.cands {
		if c&isEntry == 0 || !m.seen.add(c) {
			continue
		}
		l := s.code[c&^isEntry]
		before := len(m.lists[l])
		m.lists[l] = m.termHits(m.lists[l], body(c), inAll, 0)
		if before == 0 && len(m.lists[l]) > 0 {
			m.used = append(m.used, l)
		}
	}
	for _, l := range m.used {
		slices.SortFunc(m.lists[l], compareHits)
		m.cands = append(m.cands, s.users[l]...)
	}
}

// run evaluates a rule.
func (m *matcher) run(target uint32) {
	s := m.set
	r, scope, pc := s.code[target], s.code[target+1], body(target)
	if scope != 0 && !m.inScope(scope) {
		return
	}
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
