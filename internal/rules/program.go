package rules

import (
	"cmp"
	"encoding/binary"
	"slices"
	"strings"

	"watcher/internal/rules/inflect"
	"watcher/internal/rules/words"
)

// A program is a query in a few numbers, for a million rules must fit in
// memory. All programs of a set lie in one slice. A node is a head, then what
// its kind needs:
//
//	term      head(words, anchor) label word…
//	alts      head(kids) size kid…         ways to write one term
//	and, or   head(kids) size kid…
//	not       head size kid
//	near      head(distance) size left right
//	atleast   head(count) size kid
//	regex     head label number
//	list      head number
//	meta      head number
//
// The head has the kind in its low 4 bits, the fields in the next 8 (0 in an
// entry of a list: it has those of the place where the list is used), and a
// number above. size is the node's length; terms, regexes, lists and metas are
// as long as they look.
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
		return 2 + uint32(n)&(1<<termAnchor-1)
	case codeRegex:
		return 3
	case codeList, codeMeta:
		return 2
	}
	return p[pc+1]
}

// warmedAtoms is the number of words that atoms gives at most.
const warmedAtoms = 4

// atoms appends the first few words of the node at pc.
func (p program) atoms(out []uint32, pc uint32) []uint32 {
	end := pc + p.length(pc)
	for n := 0; pc < end && n < warmedAtoms; {
		kind, _, number := headParts(p[pc])
		switch kind {
		case codeTerm:
			words := uint32(number) & (1<<termAnchor - 1)
			out = append(out, p[pc+2:pc+2+words]...)
			n += int(words)
			pc += 2 + words
		case codeRegex, codeList, codeMeta:
			pc += p.length(pc)
		default:
			pc += 2
		}
	}
	return out
}

// atom is a word of the rules, kept once however many rules have it.
type atom struct {
	head uint64 // of the folded word: what tells most words apart without reading the text
	hash uint32 // of the folded word
	text uint32 // in the set's text: folded, then as written where that matters, then the stems
	n    uint16 // bytes of the folded word
	raw  uint16 // bytes as written; 0 where that does not matter
	kind wordKind
	bits uint8
	// stem is the length of what every form begins with; 0 where there are
	// several stems, which then follow in the text.
	stem  uint8
	stems uint8
}

const (
	atomPossessive = 1 << iota
	atomDesignator
	atomName
	atomAcronym
	atomOwnAccents
	atomTitled
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
	labels  map[string]uint32 // offsets in text
	uses    []uint32          // of each atom, by rules
	regexes []*pattern
	metas   []meta
	key     []byte
	stems   []inflect.Stem
	short   []string
}

func newAssembler(rules int) *assembler {
	return &assembler{byKey: make(map[string]uint32, rules), labels: make(map[string]uint32, rules), code: make(program, 0, 4*rules), text: make([]byte, 0, 16*rules)}
}

// write appends the program of n.
func (a *assembler) write(n *node, in fields) {
	switch n.op {
	case opTerm:
		a.term(n, in)
	case opRegex:
		a.code = append(a.code, head(codeRegex, in, 0), a.label(n.text), uint32(len(a.regexes)))
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
		a.group(map[op]int{opAnd: codeAnd, opOr: codeOr, opNot: codeNot, opNear: codeNear, opBefore: codeBefore, opAtLeast: codeAtLeast}[n.op], number, n.kids, in)
	}
}

func (a *assembler) group(kind, number int, kids []*node, in fields) {
	at := len(a.code)
	a.code = append(a.code, head(kind, in, number), 0)
	for _, k := range kids {
		a.write(k, in)
	}
	a.code[at+1] = uint32(len(a.code) - at)
}

func (a *assembler) term(n *node, in fields) {
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
	a.code = append(a.code, 0, a.label(label))
	anchor := 0
	for i := range p {
		id := a.atom(&p[i])
		a.code = append(a.code, id)
		if a.anchorRank(id) > a.anchorRank(a.code[at+2+anchor]) {
			anchor = i
		}
	}
	a.code[at] = head(codeTerm, in, len(p)|anchor<<termAnchor)
}

// anchorRank is higher for words that are likely to be rarer in an article and
// quicker to find.
func (a *assembler) anchorRank(id uint32) int {
	at := &a.atoms[id]
	if at.stem < 3 {
		return int(at.stem)
	}
	return int(at.n)
}

// label keeps the text that a match names a term by, with its length before it.
func (a *assembler) label(s string) uint32 {
	if off, ok := a.labels[s]; ok {
		return off
	}
	off := uint32(len(a.text))
	a.text = binary.AppendUvarint(a.text, uint64(len(s)))
	a.text = append(a.text, s...)
	a.labels[s] = off
	return off
}

func (a *assembler) atom(w *word) uint32 {
	bits := uint8(0)
	for i, on := range [...]bool{w.possessive, w.designator, w.name, w.acronym, w.ownAccents, w.titled} {
		if on {
			bits |= 1 << i
		}
	}
	raw := ""
	if w.kind == wordCase || w.ownAccents && len(w.raw) > len(w.folded) {
		raw = w.raw
	}
	a.key = append(append(append(a.key[:0], byte(w.kind), bits), w.folded...), 0)
	a.key = append(a.key, raw...)
	if id, ok := a.byKey[string(a.key)]; ok {
		a.uses[id]++
		return id
	}
	id := uint32(len(a.atoms))
	at := atom{head: words.Head(w.folded), hash: words.Hash(w.folded), text: uint32(len(a.text)), n: uint16(len(w.folded)), raw: uint16(len(raw)), kind: w.kind, bits: bits}
	a.text = append(append(a.text, w.folded...), raw...)
	a.addStems(&at, w)
	a.atoms = append(a.atoms, at)
	a.uses = append(a.uses, 1)
	a.byKey[string(a.key)] = id
	return id
}

// addStems notes what the word's forms begin with.
func (a *assembler) addStems(at *atom, w *word) {
	if w.kind != wordInflect {
		at.stem = uint8(min(len(w.folded), 255))
		return
	}
	a.stems = w.term().Stems(a.stems[:0])
	a.short = a.short[:0]
	for _, s := range a.stems {
		a.short = append(a.short, s.Text)
	}
	short := shortest(a.short)
	if len(short) == 1 {
		at.stem = uint8(min(len(short[0]), 255))
		return
	}
	at.stems = uint8(len(short)) // at most a dozen: a word has few bases
	for _, s := range short {
		a.text = append(append(a.text, byte(len(s))), s...)
	}
}

// shortest keeps the stems that no other one begins.
func shortest(stems []string) []string {
	slices.SortFunc(stems, func(a, b string) int { return cmp.Compare(len(a), len(b)) })
	kept := stems[:0]
	for _, s := range stems {
		if !slices.ContainsFunc(kept, func(k string) bool { return strings.HasPrefix(s, k) }) {
			kept = append(kept, s)
		}
	}
	return kept
}

// exact says whether the atom is one form of a word.
func (a *atom) exact() bool {
	return (a.kind == wordForm || a.kind == wordCase) && a.bits&atomDesignator == 0
}

// word gives the word that an atom stands for.
func (a *atom) word(text string) word {
	return word{
		kind: a.kind, folded: text[a.text : a.text+uint32(a.n)], raw: text[a.text+uint32(a.n) : a.text+uint32(a.n)+uint32(a.raw)],
		possessive: a.bits&atomPossessive != 0, designator: a.bits&atomDesignator != 0,
		name: a.bits&atomName != 0, acronym: a.bits&atomAcronym != 0, ownAccents: a.bits&atomOwnAccents != 0,
		titled: a.bits&atomTitled != 0,
	}
}

// labelAt reads a label.
func (s *Set) labelAt(off uint32) string {
	n, size := uint64(0), 0
	for shift := 0; ; shift += 7 {
		c := s.text[int(off)+size]
		size++
		n |= uint64(c&0x7F) << shift
		if c < 0x80 {
			break
		}
	}
	return s.text[int(off)+size : int(off)+size+int(n)]
}
