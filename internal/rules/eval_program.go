package rules

import (
	"slices"
	"sort"
)

// This file evaluates programs. Its functions correspond to those of the same names in
// eval.go, but the lookup tells which tokens satisfy which atoms.

// satisfies reports whether the token satisfies the atom.
func (m *matcher) satisfies(tok int, id uint32) bool {
	for _, s := range m.lookup.at(tok) {
		if atomID(s.atom) == id {
			return true
		}
	}
	a := &m.set.atoms[id]
	if a.bits&atomUnfiled == 0 {
		return false
	}
	w := a.word(m.set.text)
	return m.view.answers(&m.view.buf.Tokens[tok], &w)
}

// occurrences appends the places of the term, or the group of its spellings, at pc, in
// order and at most limit of them; 0 is maxPlaces.
func (m *matcher) occurrences(out []hit, pc uint32, in fields, limit int) []hit {
	if limit == 0 {
		limit = maxPlaces
	}
	kind, _, n := headParts(m.set.code[pc])
	switch kind {
	case codeTerm:
		return m.phraseAt(out, pc, in, n, limit)
	case codeBut:
		return m.butNot(out, pc, in)
	}
	from := len(out)
	for k, end := pc+2, pc+m.set.code[pc+1]; k < end; k += m.set.code.length(k) {
		_, _, n := headParts(m.set.code[k])
		out = m.phraseAt(out, k, in, n, limit)
		if limit == 1 && len(out) > from {
			return out
		}
	}
	slices.SortFunc(out[from:], compareHits)
	kept := out[:from] // of two spellings at one place the first
	for i := from; i < len(out); i++ {
		if len(kept) == from || kept[len(kept)-1].first != out[i].first {
			kept = append(kept, out[i])
		}
	}
	return kept
}

// butNot appends the places of a term outside of the phrases in which it means
// something else.
func (m *matcher) butNot(out []hit, pc uint32, in fields) []hit {
	code := m.set.code
	from := len(out)
	out = m.occurrences(out, pc+2, in, 0)
	kept := out[:from]
	for _, h := range out[from:] {
		apart := false
		for k, end := pc+2+code.length(pc+2), pc+code[pc+1]; k < end && !apart; k += code.length(k) {
			apart = m.inPhrase(&h, k)
		}
		if !apart {
			kept = append(kept, h)
		}
	}
	return kept
}

// inPhrase reports whether the hit is part of the phrase at pc.
func (m *matcher) inPhrase(h *hit, pc uint32) bool {
	_, _, number := headParts(m.set.code[pc])
	n := number & (1<<termAnchor - 1)
	ids := m.set.code[pc+3 : pc+3+uint32(n)]
	for first := int(h.last) - n + 1; first <= int(h.first); first++ {
		if m.around(ids, first, first+n-1, -1, inAll) {
			return true
		}
	}
	return false
}

func (m *matcher) phraseAt(out []hit, pc uint32, in fields, number, limit int) []hit {
	s := m.set
	n, anchor := number&(1<<termAnchor-1), number>>termAnchor
	ids := s.code[pc+3 : pc+3+uint32(n)]
	toks := m.view.buf.Tokens
	label := ""
	from := len(out)
	for at := m.chains.first(ids[anchor]); at != 0 && len(out)-from < limit; at = m.chains.next[at-1] {
		i := int(m.lookup.hits[at-1].tok)
		first := i - anchor
		last := first + n - 1
		if fields(toks[i].Tag)&in == 0 || n > 1 && !m.around(ids, first, last, i, in) {
			continue
		}
		if label == "" {
			label = s.labelAt(pc)
		}
		out = append(out, hit{int32(first), int32(last), toks[first].Start, toks[last].End, toks[i].Tag >> partShift, label})
	}
	return out
}

// around reports whether the words of a phrase are the tokens first to last. The token
// at index i is known to match; -1 for none.
func (m *matcher) around(ids []uint32, first, last, i int, in fields) bool {
	toks := m.view.buf.Tokens
	if first < 0 || last >= len(toks) || toks[first].Tag>>partShift != toks[last].Tag>>partShift {
		return false
	}
	for k := first; k <= last; k++ {
		if k != i && (fields(toks[k].Tag)&in == 0 || !m.satisfies(k, ids[k-first])) {
			return false
		}
	}
	return true
}

// where returns the fields of a node: its own, or in an entry of a list those of the
// list.
func where(own, in fields) fields {
	if own == 0 {
		return in
	}
	return own
}

// eval reports whether the node at pc is satisfied.
func (m *matcher) eval(pc uint32, in fields) bool {
	s := m.set
	kind, own, n := headParts(s.code[pc])
	in = where(own, in)
	switch kind {
	case codeMeta:
		x := &s.metas[s.code[pc+1]]
		return m.view.from(x.kind, x.values)
	case codeNot:
		return !m.eval(pc+2, in)
	case codeAnd, codeOr:
		for k, end := pc+2, pc+s.code[pc+1]; k < end; k += s.code.length(k) {
			if m.eval(k, in) != (kind == codeAnd) {
				return kind == codeOr
			}
		}
		return kind == codeAnd
	case codeNear, codeBefore:
		at := len(m.hits)
		left, right := m.sides(pc, in)
		ok := nearAny(left, right, int32(n), kind == codeBefore)
		m.hits = m.hits[:at]
		return ok
	case codeAtLeast:
		at := len(m.hits)
		m.hits = m.gather(m.hits, pc+2, in, 0)
		slices.SortFunc(m.hits[at:], compareHits)
		ok := m.view.count(m.hits[at:]) >= n
		m.hits = m.hits[:at]
		return ok
	}
	at := len(m.hits)
	m.hits = m.gather(m.hits, pc, in, 1)
	ok := len(m.hits) > at
	m.hits = m.hits[:at]
	return ok
}

// sides appends the hits of both sides of NEAR to m.hits, each side sorted.
func (m *matcher) sides(pc uint32, in fields) (left, right []hit) {
	at := len(m.hits)
	m.hits = m.gather(m.hits, pc+2, in, 0)
	mid := len(m.hits)
	if mid == at {
		return nil, nil
	}
	m.hits = m.gather(m.hits, pc+2+m.set.code.length(pc+2), in, 0)
	left, right = m.hits[at:mid:mid], m.hits[mid:]
	slices.SortFunc(left, compareHits)
	slices.SortFunc(right, compareHits)
	return left, right
}

// gather appends the places of a term, a regex, a list or a group of them; with limit 1
// at least one if there is any.
func (m *matcher) gather(out []hit, pc uint32, in fields, limit int) []hit {
	s := m.set
	kind, own, _ := headParts(s.code[pc])
	in = where(own, in)
	switch kind {
	case codeTerm, codeAlts:
		return m.occurrences(out, pc, in, limit)
	case codeRegex:
		return m.regexes(out, s.regexes[s.code[pc+3]], s.labelAt(pc), in, limit)
	case codeList:
		for _, h := range m.lists[s.code[pc+1]] {
			if m.within(&h, in) {
				out = append(out, h)
				if limit > 0 {
					break
				}
			}
		}
	case codeOr:
		from := len(out)
		for k, end := pc+2, pc+s.code[pc+1]; k < end; k += s.code.length(k) {
			out = m.gather(out, k, in, limit)
			if limit > 0 && len(out) > from || len(out)-from > maxPlaces {
				break
			}
		}
	}
	return out
}

// within reports whether all words of a hit are in the fields.
func (m *matcher) within(h *hit, in fields) bool {
	return fields(m.view.buf.Tokens[h.first].Tag)&in != 0 && fields(m.view.buf.Tokens[h.last].Tag)&in != 0
}

// collect appends the hits that satisfy the node at pc, which holds, up to the limit of
// a rule's spans.
func (m *matcher) collect(out []hit, pc uint32, in fields) []hit {
	s := m.set
	if len(out)-m.base >= maxSpans {
		return out
	}
	kind, own, n := headParts(s.code[pc])
	in = where(own, in)
	switch kind {
	case codeMeta, codeNot:
		return out
	case codeAnd:
		for k, end := pc+2, pc+s.code[pc+1]; k < end; k += s.code.length(k) {
			out = m.collect(out, k, in)
		}
		return out
	case codeOr:
		for k, end := pc+2, pc+s.code[pc+1]; k < end; k += s.code.length(k) {
			if kind, _, _ := headParts(s.code[k]); kind <= codeAlts || kind == codeList || kind == codeRegex {
				out = m.gather(out, k, in, 0)
			} else if m.hits = out; m.eval(k, in) {
				out = m.collect(m.hits, k, in)
			}
			if len(out)-m.base >= maxSpans {
				break
			}
		}
		return out
	case codeNear, codeBefore:
		at := len(out)
		m.hits = out
		left, right := m.sides(pc, in)
		m.near = appendNear(m.near[:0], left, right, int32(n), kind == codeBefore)
		return append(m.hits[:at], m.near...)
	case codeAtLeast:
		return m.gather(out, pc+2, in, 0)
	}
	return m.gather(out, pc, in, 0)
}

// regexes appends the places where the pattern matches.
func (m *matcher) regexes(out []hit, p *pattern, label string, in fields, limit int) []hit {
	from := len(out)
	m.view.eachRegex(p, label, in, limit, func(h hit) bool {
		out = append(out, h)
		return limit == 0 || len(out)-from < limit
	})
	return out
}

// spread is the number of words of the longest hit.
func spread(hits []hit) int32 {
	n := int32(1)
	for i := range hits {
		n = max(n, hits[i].last-hits[i].first+1)
	}
	return n
}

// side is one side of NEAR: hits sorted by their first words. Partners are looked for
// in a window, so that a text full of hits does not take quadratic time.
type side struct {
	hits  []hit
	words int32 // of the longest
}

// startsIn reports whether a hit of the part begins at a word from from to to.
func (s *side) startsIn(part uint32, from, to int32) bool {
	for i := s.search(from); i < len(s.hits) && s.hits[i].first <= to; i++ {
		if s.hits[i].part == part {
			return true
		}
	}
	return false
}

// endsIn reports whether a hit of the part ends at a word from from to to.
func (s *side) endsIn(part uint32, from, to int32) bool {
	for i := s.search(from - s.words + 1); i < len(s.hits) && s.hits[i].first <= to; i++ {
		if last := s.hits[i].last; last >= from && last <= to && s.hits[i].part == part {
			return true
		}
	}
	return false
}

func (s *side) search(first int32) int {
	return sort.Search(len(s.hits), func(i int) bool { return s.hits[i].first >= first })
}

// nearAny reports whether a hit on the left has one on the right within n words. Both
// sides are sorted.
func nearAny(left, right []hit, n int32, ordered bool) bool {
	r := side{right, spread(right)}
	for i := range left {
		l := &left[i]
		if r.startsIn(l.part, l.last+1, l.last+n) || !ordered && r.endsIn(l.part, l.first-n, l.first-1) {
			return true
		}
	}
	return false
}

// appendNear appends the hits of both sides that have a partner within n words.
func appendNear(out, left, right []hit, n int32, ordered bool) []hit {
	l, r := side{left, spread(left)}, side{right, spread(right)}
	for i := range left {
		h := &left[i]
		if r.startsIn(h.part, h.last+1, h.last+n) || !ordered && r.endsIn(h.part, h.first-n, h.first-1) {
			out = append(out, *h)
		}
	}
	for i := range right {
		h := &right[i]
		if l.endsIn(h.part, h.first-n, h.first-1) || !ordered && l.startsIn(h.part, h.last+1, h.last+n) {
			out = append(out, *h)
		}
	}
	return out
}
