package rules

import (
	"encoding/binary"
	"strings"

	"watcher/internal/rules/inflect"
)

// A program is a query in a few numbers, for a million rules must fit in
// memory. All programs of a set lie in one slice. A node is a head, then what
// its kind needs:
//
//	term      head(words, anchor) label length word…
//	alts      head(kids) size kid…         ways to write one term
//	but       head size kid term…          a term, where it stands in none of the others
//	and, or   head(kids) size kid…
//	not       head size kid
//	near      head(distance) size left right
//	atleast   head(count) size kid
//	regex     head label length number
//	list      head number
//	meta      head number
//
// The head has the kind in its low 4 bits, the fields in the next 8 (0 in an
// entry of a list: it has those of the place where the list is used), and a
// number above. size is the node's length; terms, regexes, lists and metas are
// as long as they look. A label is an offset into the set's text.
//
// A rule is its number, its scope and a node; an entry of a list the number of
// the list and a node.
type program []uint32

const (
	codeTerm = iota
	codeAlts
	codeAnd
	codeOr
	codeNot
	codeNear
	codeBefore
	codeAtLeast
	codeRegex
	codeList
	codeMeta
	codeBut
)

const (
	headFields = 4
	headNumber = 12
	// a term's number is the count of its words and, above, its anchor: the
	// word by which the term is looked for
	termAnchor = 8
)

func head(kind int, in fields, n int) uint32 {
	return uint32(kind) | uint32(in)<<headFields | uint32(n)<<headNumber
}

func headParts(h uint32) (kind int, in fields, n int) {
	return int(h & 15), fields(h >> headFields), int(h >> headNumber)
}

// length of the node at pc.
func (p program) length(pc uint32) uint32 {
	kind, _, n := headParts(p[pc])
	switch kind {
	case codeTerm:
		return 3 + uint32(n)&(1<<termAnchor-1)
	case codeRegex:
		return 4
	case codeList, codeMeta:
		return 2
	}
	return p[pc+1]
}

// atom is a word of the rules, stored once for all rules.
type atom struct {
	text uint32 // in the set's text: folded, then as written where that matters
	n    uint16 // bytes of the folded word
	raw  uint16 // bytes as written; 0 where that does not matter
	kind wordKind
	bits uint16
}

const (
	atomPossessive = 1 << iota
	atomDesignator
	atomName
	atomAcronym
	atomOwnAccents
	atomTitled
	atomInitial
	atomTieHyphen
	atomTieOpen
	atomDecimal
	atomUmlaut
	atomCapital
	atomScope // the last eight bytes of raw are the languages in which it counts
	atomSigns // after raw, each with a 0 before it, are the signs before and after
	atomRing
	atomUnfiled // the index has no entry for it: see filer.meet
)

// meta is a feed:, tag: or lang: with its names.
type meta struct {
	kind   metaKind
	values []string
}

// assembler writes the programs of a set.
type assembler struct {
	code    program
	atoms   []atom
	text    []byte
	byKey   map[string]uint32 // of an atom
	uses    []uint32          // of each atom, by rules
	regexes []*pattern
	metas   []meta
	key     []byte
}

func newAssembler(rules int) *assembler {
	return &assembler{byKey: make(map[string]uint32, rules), code: make(program, 0, 4*rules), text: make([]byte, 0, 24*rules)}
}

// write appends the program of n.
func (a *assembler) write(n *node, in fields) {
	switch n.op {
	case opTerm:
		a.term(n, in)
	case opRegex:
		a.code = append(a.code, head(codeRegex, in, 0), a.label(n.text), uint32(len(n.text)), uint32(len(a.regexes)))
		a.regexes = append(a.regexes, n.re)
	case opList:
		a.code = append(a.code, head(codeList, in, 0), uint32(n.list.number))
	case opMeta:
		a.code = append(a.code, head(codeMeta, 0, 0), uint32(len(a.metas)))
		a.metas = append(a.metas, meta{n.meta, n.values})
	case opField:
		a.write(n.kids[0], n.in)
	default:
		number := n.n
		if n.op == opAnd || n.op == opOr {
			number = len(n.kids)
		}
		a.group(groupCodes[n.op], number, n.kids, in)
	}
}

// groupCodes are the kinds of the nodes that have kids.
var groupCodes = [...]int{opAnd: codeAnd, opOr: codeOr, opNot: codeNot, opNear: codeNear, opBefore: codeBefore, opAtLeast: codeAtLeast}

func (a *assembler) group(kind, number int, kids []*node, in fields) {
	at := len(a.code)
	a.code = append(a.code, head(kind, in, number), 0)
	for _, k := range kids {
		a.write(k, in)
	}
	a.code[at+1] = uint32(len(a.code) - at)
}

func (a *assembler) term(n *node, in fields) {
	if len(n.not) > 0 {
		at := len(a.code)
		a.code = append(a.code, head(codeBut, in, 0), 0)
		a.ways(n, in)
		for _, p := range n.not {
			a.phrase(p, n.text, in)
		}
		a.code[at+1] = uint32(len(a.code) - at)
		return
	}
	a.ways(n, in)
}

// ways writes the spellings of a term.
func (a *assembler) ways(n *node, in fields) {
	if len(n.alts) == 1 {
		a.phrase(n.alts[0], n.text, in)
		return
	}
	at := len(a.code)
	a.code = append(a.code, head(codeAlts, in, len(n.alts)), 0)
	for _, p := range n.alts {
		a.phrase(p, n.text, in)
	}
	a.code[at+1] = uint32(len(a.code) - at)
}

func (a *assembler) phrase(p phrase, label string, in fields) {
	at := len(a.code)
	a.code = append(a.code, 0, a.label(label), uint32(len(label)))
	anchor := 0
	for i := range p {
		id := a.atom(&p[i])
		a.code = append(a.code, id)
		if a.atoms[id].n > a.atoms[a.code[at+3+anchor]].n {
			anchor = i // longer words are rarer
		}
	}
	a.code[at] = head(codeTerm, in, len(p)|anchor<<termAnchor)
}

// label stores the text by which a match names a term.
func (a *assembler) label(s string) uint32 {
	off := uint32(len(a.text))
	a.text = append(a.text, s...)
	return off
}

func (a *assembler) atom(w *word) uint32 {
	bits := uint16(0)
	for i, on := range [...]bool{w.possessive, w.designator, w.name, w.acronym, w.ownAccents, w.titled, w.initial, w.tie == tieHyphen, w.tie == tieOpen, w.decimal, w.umlaut, w.capital, w.scope != inflect.None, w.before+w.after != "", w.ring} {
		if on {
			bits |= 1 << i
		}
	}
	raw := ""
	if w.kind == wordCase || w.ownAccents && len(w.raw) > len(w.folded) {
		raw = w.raw
	}
	if bits&atomSigns != 0 {
		raw += "\x00" + w.before + "\x00" + w.after
	}
	if bits&atomScope != 0 {
		raw += string(binary.LittleEndian.AppendUint64(nil, uint64(w.scope)))
	}
	a.key = append(append(append(a.key[:0], byte(w.kind), byte(bits), byte(bits>>8)), w.folded...), 0)
	a.key = append(a.key, raw...)
	if id, ok := a.byKey[string(a.key)]; ok {
		a.uses[id]++
		return id
	}
	id := uint32(len(a.atoms))
	a.atoms = append(a.atoms, atom{text: uint32(len(a.text)), n: uint16(len(w.folded)), raw: uint16(len(raw)), kind: w.kind, bits: bits})
	a.text = append(append(a.text, w.folded...), raw...)
	a.uses = append(a.uses, 1)
	a.byKey[string(a.key)] = id
	return id
}

// word returns the word of an atom.
func (a *atom) word(text string) word {
	end := a.text + uint32(a.n)
	w := word{
		kind: a.kind, folded: text[a.text:end], raw: text[end : end+uint32(a.raw)],
		possessive: a.bits&atomPossessive != 0, designator: a.bits&atomDesignator != 0,
		name: a.bits&atomName != 0, acronym: a.bits&atomAcronym != 0, ownAccents: a.bits&atomOwnAccents != 0,
		titled: a.bits&atomTitled != 0, initial: a.bits&atomInitial != 0,
		tie: tie(a.bits / atomTieHyphen & 3), decimal: a.bits&atomDecimal != 0, umlaut: a.bits&atomUmlaut != 0, ring: a.bits&atomRing != 0,
		capital: a.bits&atomCapital != 0,
	}
	if n := len(w.raw) - 8; a.bits&atomScope != 0 {
		for i := range 8 {
			w.scope |= inflect.Langs(w.raw[n+i]) << (8 * i)
		}
		w.raw = w.raw[:n]
	}
	if a.bits&atomSigns != 0 {
		var signs string
		w.raw, signs, _ = strings.Cut(w.raw, "\x00")
		w.before, w.after, _ = strings.Cut(signs, "\x00")
	}
	return w
}

// labelAt is the label of the term or regex at pc. It does not read the text, which a
// match needs for nothing else.
func (s *Set) labelAt(pc uint32) string {
	off := s.code[pc+1]
	return s.text[off : off+s.code[pc+2]]
}
