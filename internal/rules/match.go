package rules

import (
	"cmp"
	"slices"

	"watcher/internal/feeds"
	"watcher/internal/rules/words"
)

// matcher is the working memory of one Match. Set.matchers keeps it for the next: a
// Match that finds nothing allocates nothing.
type matcher struct {
	view   view
	set    *Set
	lookup lookup
	chains chains
	cands  []uint32 // targets that may match
	tried  numberSet
	hits   []hit
	near   []hit
	folded []byte  // text in which literals of regexes are looked for
	lists  [][]hit // of each list that has a hit
	used   []uint32
	scope  []uint8
	found  []ruleHit
	base   int // where the hits of the current rule begin

	classes [words.Scripts]uint16 // of the item's languages, by script
	ranges  [][2]uint32
	keys    []uint64
}

// ruleHit is a rule that matched and where its hits lie in matcher.hits.
type ruleHit struct {
	rule     uint32
	from, to uint32
}

// keep is how many bytes a matcher may hold between two items. After a huge article it
// is left to the garbage collector.
const keep = 4 << 20

// Match returns the rules that the item satisfies, in order. It is safe for concurrent
// use and allocates nothing unless something matches.
func (s *Set) Match(it *feeds.Item) []Match {
	m := s.matchers.Get().(*matcher)
	out := m.match(it)
	m.view.item = nil
	clear(m.view.parts) // their texts are the item's
	clear(m.view.texts[:cap(m.view.texts)])
	if m.view.buf.Size()+cap(m.hits)*40+cap(m.cands)*4 <= keep {
		s.matchers.Put(m)
	}
	return out
}

func (m *matcher) match(it *feeds.Item) []Match {
	s := m.set
	m.view.load(it, s.need)
	m.hits, m.found, m.cands = m.hits[:0], m.found[:0], m.cands[:0]
	for _, l := range m.used {
		m.lists[l] = m.lists[l][:0]
	}
	m.used = m.used[:0]
	langs := m.view.languages()
	for s := range m.classes {
		m.classes[s] = langs.Classes(words.Script(s))
	}
	m.readWords()
	m.chains.link(&m.lookup)
	if m.lookup.uses&useAlone != 0 {
		m.fromAtoms()
	}
	if m.lookup.uses&useFirst != 0 && m.lookup.uses&useSecond != 0 {
		m.fromPairs()
	}
	if s.grams != nil {
		m.cands, m.folded = s.grams.find(m.cands, m.folded, &m.view)
	}
	if len(m.cands)+len(s.always) == 0 {
		return nil
	}
	m.lookup.prefetched.programs(s.code, m.cands)
	m.tried.reset(len(m.cands))
	clear(m.scope)
	m.runLists()
	for _, c := range m.cands {
		if c&isEntry == 0 && m.tried.add(c) {
			m.run(c)
		}
	}
	for _, r := range s.always {
		if m.tried.add(r) {
			m.run(r)
		}
	}
	if len(m.found) == 0 {
		return nil
	}
	return m.matches()
}

// A large set does not fit into the processor's caches: an atom, the rules filed under
// it and their programs are in different places. So each kind is read in a loop of its
// own, in which many reads overlap. Rule by rule, each read would wait for the one
// before. This is for speed: see BenchmarkMatch.

// fromAtoms adds the targets that are filed under an atom of the article.
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

// fromPairs adds the targets that are filed under two atoms side by side.
func (m *matcher) fromPairs() {
	x := &m.set.index.pairs
	toks := m.view.buf.Tokens
	m.keys = m.keys[:0]
	for _, tok := range m.lookup.seconds {
		i := int(tok)
		if i == 0 || toks[i].Tag>>partShift != toks[i-1].Tag>>partShift {
			continue
		}
		for _, a := range m.lookup.at(i - 1) {
			if a.atom&useFirst == 0 {
				continue
			}
			for _, b := range m.lookup.at(i) {
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

// runLists finds the entries of lists in the item, and adds the rules filed under those
// lists.
func (m *matcher) runLists() {
	s := m.set
	for _, c := range m.cands {
		if c&isEntry == 0 || !m.tried.add(c) {
			continue
		}
		l := s.code[c&^isEntry]
		before := len(m.lists[l])
		m.lists[l] = m.occurrences(m.lists[l], body(c), inAll, 0)
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
		if m.hits = m.occurrences(m.hits, pc, in, 0); len(m.hits) == from {
			return
		}
	} else {
		if !m.eval(pc, 0) {
			return
		}
		m.base = from
		m.hits = m.collect(m.hits, pc, 0)
	}
	m.hits = m.hits[:min(len(m.hits), from+maxSpans)]
	m.found = append(m.found, ruleHit{r, uint32(from), uint32(len(m.hits))})
}

// inScope reports whether the item's feed is in the scope.
func (m *matcher) inScope(sc uint32) bool {
	if m.scope[sc] == 0 {
		m.scope[sc] = 2
		if inScope(m.set.scopes[sc], m.view.item) {
			m.scope[sc] = 1
		}
	}
	return m.scope[sc] == 1
}

// matches copies the hits of the matching rules out of the matcher, whose memory the
// next Match reuses.
func (m *matcher) matches() []Match {
	slices.SortFunc(m.found, func(a, b ruleHit) int { return cmp.Compare(a.rule, b.rule) })
	out := make([]Match, len(m.found))
	all := make([]Span, 0, len(m.hits))
	for i, f := range m.found {
		from := len(all)
		all = m.view.appendSpans(all, m.hits[f.from:f.to])
		out[i].Rule = int(f.rule)
		if len(all) > from {
			out[i].Spans = all[from:len(all):len(all)]
		}
	}
	return out
}
