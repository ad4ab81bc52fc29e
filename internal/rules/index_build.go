package rules

import (
	"math"
	"slices"

	"watcher/internal/rules/inflect"
	"watcher/internal/rules/words"
)

// A rule is filed under keys such that every article that it matches has one of them:
// those of the cheapest branch of an AND, and of every branch of an OR. A key is an
// atom, two adjacent atoms, a list, or a literal of a regular expression. The rules
// under an article's keys are candidates, which are then evaluated: no match is missed,
// and some candidates do not match.

// filer files the rules of a set, and the entries of its lists, under keys.
type filer struct {
	asm   *assembler
	text  string
	costs []float64 // of each atom

	uses  []uint32 // of each atom: useAlone and so on
	met   []bool   // of each atom: an article's words must lead to it
	alone []posting
	pairs []filed
	users [][]uint32 // of each list: the rules filed under it
	grams grams
}

func newFiler(asm *assembler, text string, lists int) *filer {
	n := len(asm.atoms)
	f := &filer{asm: asm, text: text, costs: make([]float64, n), uses: make([]uint32, n), met: make([]bool, n), users: make([][]uint32, lists)}
	for id := range f.costs {
		f.costs[id] = f.atomCost(uint32(id))
	}
	return f
}

// noKey is the cost of a node that may match an article without a key.
var noKey = math.Inf(1)

// cost estimates how many of a thousand articles have one of the best keys of the node
// at pc.
func (f *filer) cost(pc uint32) float64 {
	code := f.asm.code
	kind, _, n := headParts(code[pc])
	switch kind {
	case codeTerm:
		_, _, cost := f.termKey(pc, n)
		return cost
	case codeList:
		return 50
	case codeRegex:
		if needed := f.asm.regexes[code[pc+3]].needed; len(needed) > 0 {
			return 60 * float64(len(needed))
		}
		return noKey
	case codeBut:
		return f.cost(pc + 2)
	case codeMeta, codeNot:
		return noKey
	case codeNear, codeBefore, codeAnd:
		_, cost := f.best(pc)
		return cost
	}
	sum := 0.0 // any of the kids may match, or it is the only one
	for k, end := pc+2, pc+code[pc+1]; k < end; k += code.length(k) {
		sum += f.cost(k)
	}
	return sum
}

// best is the cheapest kid of a node all of whose kids must match.
func (f *filer) best(pc uint32) (kid uint32, cost float64) {
	code := f.asm.code
	cost = noKey
	for k, end := pc+2, pc+code[pc+1]; k < end; k += code.length(k) {
		if c := f.cost(k); c < cost {
			kid, cost = k, c
		}
	}
	return kid, cost
}

// file files a target under the best keys of the node at pc. There must be some.
func (f *filer) file(target, pc uint32) {
	code := f.asm.code
	kind, _, n := headParts(code[pc])
	switch kind {
	case codeTerm:
		at, pair, _ := f.termKey(pc, n)
		f.anchor(pc, at)
		if !pair {
			f.uses[at[0]] |= useAlone
			f.alone = append(f.alone, posting{at[0], target})
			return
		}
		f.uses[at[0]] |= useFirst
		f.uses[at[1]] |= useSecond
		f.pairs = append(f.pairs, filed{pairKey(at[0], at[1]), target, allClasses})
	case codeList:
		f.users[code[pc+1]] = append(f.users[code[pc+1]], target)
	case codeRegex:
		for _, literal := range f.asm.regexes[code[pc+3]].needed {
			f.grams.add(literal, target)
		}
	case codeBut:
		f.file(target, pc+2)
	case codeNear, codeBefore, codeAnd:
		kid, _ := f.best(pc)
		f.file(target, kid)
	default:
		for k, end := pc+2, pc+code[pc+1]; k < end; k += code.length(k) {
			f.file(target, k)
		}
	}
}

// pairGain is how much rarer a pair of words is than its rarer word.
const pairGain = 8

// termKey chooses between the words of a term and its pairs of neighbours.
func (f *filer) termKey(pc uint32, n int) (at []uint32, pair bool, cost float64) {
	ids := f.asm.code[pc+3 : pc+3+uint32(n&(1<<termAnchor-1))]
	cost = noKey
	for i, id := range ids {
		c := f.costs[id]
		if c < cost {
			at, pair, cost = ids[i:i+1], false, c
		}
		if i+1 < len(ids) {
			if c := min(c, f.costs[ids[i+1]]) / pairGain; c < cost {
				at, pair, cost = ids[i:i+2], true, c
			}
		}
	}
	return at, pair, cost
}

// anchor makes the rarest word in the key of the term at pc its anchor, so that the
// index needs no entry for the others.
func (f *filer) anchor(pc uint32, key []uint32) {
	rarest := key[0]
	if len(key) > 1 && f.costs[key[1]] < f.costs[key[0]] {
		rarest = key[1]
	}
	kind, in, n := headParts(f.asm.code[pc])
	n &= 1<<termAnchor - 1
	at := slices.Index(f.asm.code[pc+3:pc+3+uint32(n)], rarest)
	f.asm.code[pc] = head(kind, in, n|at<<termAnchor)
}

// meet marks the atoms by which the terms of the node at pc are found. The other atoms,
// and those of phrases in which a term means something else, are compared with the
// words around the term: see matcher.satisfies.
func (f *filer) meet(pc uint32) {
	code := f.asm.code
	kind, _, n := headParts(code[pc])
	switch kind {
	case codeTerm:
		f.met[code[pc+3+uint32(n>>termAnchor)]] = true
	case codeBut:
		f.meet(pc + 2)
	case codeRegex, codeList, codeMeta:
	default:
		for k, end := pc+2, pc+code[pc+1]; k < end; k += code.length(k) {
			f.meet(k)
		}
	}
}

// lengthCost is the cost of a word by its length in bytes.
var lengthCost = [...]float64{200, 200, 60, 12, 4, 2, 1.5, 1.2, 1}

// atomCost estimates the frequency of an atom by its length, by lists of frequent
// words, and by the number of rules with it, since rules name what the news is about.
func (f *filer) atomCost(id uint32) float64 {
	a := &f.asm.atoms[id]
	folded := f.text[a.text : a.text+uint32(a.n)]
	n := len(folded)
	if a.kind == wordPrefix {
		n = max(0, n-2)
	}
	cost := lengthCost[min(n, 8)]
	if common(folded) {
		cost += 300
	}
	return cost * float64(f.asm.uses[id])
}

// common reports whether a word is in most articles of some language, which makes it a
// bad key.
func common(folded string) bool {
	return inflect.Small(words.Hash(folded)) || newsWords[words.Hash(folded)]
}

// newsWords are words that every other article of this field has.
var newsWords = words.Hashes(`about after against also amid among another army attack attacks back because before being between both could country countries day days
defence defense down during each east even every exercise first force forces foreign former four general government group has head here home how its just last
leader leaders made make many may members military minister ministry month more most much national new news next north now number officials old only other out
over part party people plan policy political power president prime public right said same say says second security senior several should since some south state
states still such support take talks than that their them then there these they this those three through time today two under union until week well were west what
when where which while who will with work world would year years war weapons troops air naval border region international deal meeting report system`)

// stems are the keys under which words find the atoms, and the lengths of those that
// are prefixes.
func (f *filer) stems() (keys []filed, lengths uint32) {
	keys = make([]filed, 0, 3*len(f.asm.atoms))
	var stems []inflect.Stem
	for id := range f.asm.atoms {
		a := &f.asm.atoms[id]
		if !f.met[id] && f.uses[id] == 0 {
			a.bits |= atomUnfiled
			continue
		}
		w := a.word(f.text)
		value := uint32(id) | f.uses[id]
		if w.readsRaw() {
			value |= useRaw
		}
		if w.capital {
			value |= useCapital
		}
		if a.kind == wordPrefix {
			k := min(len(w.folded), 8)
			lengths |= 1 << k
			keys = append(keys, filed{words.Hash(w.folded[:k]), value, 1 << classPrefix})
			continue
		}
		stems = append(stems[:0], inflect.Stem{Text: w.folded, Class: inflect.AnyClass})
		if a.kind == wordInflect {
			stems = w.term().Stems(stems)
		}
		for i, s := range stems {
			if classes := classesOf(stems, i); classes != 0 {
				keys = append(keys, filed{words.Hash(s.Text), value, classes})
			}
		}
	}
	return keys, lengths
}

// classesOf are the classes of the stems with the text of stem i; none if an earlier
// stem has the same text.
func classesOf(stems []inflect.Stem, i int) uint16 {
	classes := uint16(0)
	for k, s := range stems {
		if s.Text != stems[i].Text {
			continue
		}
		if k < i {
			return 0
		}
		classes |= 1 << s.Class
	}
	return classes
}
