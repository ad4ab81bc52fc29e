package rules

import (
	"math/bits"
	"slices"
	"strings"

	"watcher/internal/rules/inflect"
	"watcher/internal/rules/words"
)

// A rule is filed under keys, one of which is in every article that it can
// match: the cheapest branch of an AND, every branch of an OR. A key is a hash
// of one of these:
//   - the first bytes of a word, at most eight: what all forms of an inflecting
//     word, or all words of a prefix, begin with;
//   - a whole word;
//   - the first three bytes of a word and the whole or the stem of the next one.
//
// A key brings up rules that may match, never fewer than do; the rules are then
// evaluated. So a collision costs time and nothing else.

const (
	keyWord = 9 // the salts below are the lengths of beginnings
	keyPair = 10
)

// salts make different hashes of equal bytes.
var salts = [...]uint64{
	0x8CB92BA72F3D8DD7, 0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93, 0xA0761D6478BD642F,
	0xE7037ED1A0B428DB, 0x8EBC6AF09C88C6E3, 0x589965CC75374CC3, 0x1D8E4E27C47D124F, 0xEB44ACCAB455D165,
}

const keyMul = 0x9FB21C651E98DF25

// makeKey hashes x as a key of a kind.
func makeKey(x uint64, kind int) uint64 {
	hi, lo := bits.Mul64(x^salts[kind], keyMul)
	return hi ^ lo
}

// wordKey is the key of a stem, or of a whole word, with this hash in a class.
func wordKey(hash uint32, c inflect.Class) uint64 {
	return makeKey(uint64(hash)|uint64(c)<<32, keyWord)
}

// pairKey is the key of a word that begins as before does and the one behind it
// whose own key is next.
func pairKey(before, next uint64) uint64 { return makeKey(before&three^next, keyPair) }

// filer chooses the keys of programs.
type filer struct {
	asm  *assembler
	text string

	half          []uint64
	keys          []stemKey
	stems, before []inflect.Stem
}

// choice is a set of keys and what it costs: roughly in how many of a thousand
// articles one of them is.
type choice struct {
	keys    []uint64
	uses    []stemUse // of the words of keys, of a pair's the second one
	lengths uint32    // bit k: a key of the first k bytes
	lists   []uint32
	grams   []string // literals of a regex
	cost    float64
}

// better says whether a is to be preferred.
func better(a, b *choice) bool { return b == nil || a != nil && a.cost < b.cost }

// choose returns the best keys of the node at pc, nil if it has none.
func (f *filer) choose(pc uint32) *choice {
	code := f.asm.code
	kind, _, n := headParts(code[pc])
	switch kind {
	case codeTerm:
		return f.term(pc, n&(1<<termAnchor-1))
	case codeList:
		return &choice{lists: []uint32{code[pc+1]}, cost: 50}
	case codeRegex:
		return f.regex(f.asm.regexes[code[pc+2]])
	case codeMeta, codeNot:
		return nil
	case codeAtLeast:
		return f.choose(pc + 2)
	case codeNear, codeBefore, codeAnd:
		return f.best(pc+2, pc+code[pc+1])
	}
	return f.all(pc+2, pc+code[pc+1])
}

// best of the kids from pc to end: each of them must match.
func (f *filer) best(pc, end uint32) *choice {
	var best *choice
	for pc < end {
		if c := f.choose(pc); c != nil && better(c, best) {
			best = c
		}
		pc += f.asm.code.length(pc)
	}
	return best
}

// all of the kids from pc to end: any of them may match.
func (f *filer) all(pc, end uint32) *choice {
	sum := &choice{}
	for pc < end {
		c := f.choose(pc)
		if c == nil {
			return nil
		}
		sum.add(c)
		pc += f.asm.code.length(pc)
	}
	return sum
}

func (c *choice) add(d *choice) {
	c.keys = append(c.keys, d.keys...)
	c.uses = append(c.uses, d.uses...)
	c.lists = append(c.lists, d.lists...)
	c.grams = append(c.grams, d.grams...)
	c.lengths |= d.lengths
	c.cost += d.cost
}

// term chooses between the words of a term and its pairs of neighbours.
func (f *filer) term(pc uint32, n int) *choice {
	ids := f.asm.code[pc+2 : pc+2+uint32(n)]
	bestPair, pairCost := -1, 0.0
	for i := 0; i+1 < n; i++ {
		if f.asm.atoms[ids[i+1]].kind != wordPrefix {
			if c := min(f.wordCost(ids[i]), f.wordCost(ids[i+1])) / pairGain; bestPair < 0 || c < pairCost {
				bestPair, pairCost = i, c
			}
		}
	}
	best, cost := 0, 0.0
	for i, id := range ids {
		if c := f.wordCost(id); i == 0 || c < cost {
			best, cost = i, c
		}
	}
	if bestPair >= 0 && pairCost < cost {
		return f.pair(ids[bestPair], ids[bestPair+1], pairCost)
	}
	c := f.word(ids[best])
	c.cost = cost
	return c
}

// word gives the keys of an atom.
func (f *filer) word(id uint32) *choice {
	a := &f.asm.atoms[id]
	c := &choice{}
	if a.kind == wordPrefix {
		folded := f.text[a.text : a.text+uint32(a.n)]
		k := min(len(folded), 8)
		head := words.Head(folded[:k])
		c.keys, c.lengths = []uint64{makeKey(head, k)}, 1<<k
		return c
	}
	for _, s := range f.stemsOf(id) {
		c.keys, c.uses = append(c.keys, s.key), append(c.uses, stemUse{s.hash, useOf(s.class, false)})
	}
	return c
}

// pair gives the keys of two neighbours. Where too little is known of the first
// one's beginning, the second one alone is the key.
func (f *filer) pair(before, next uint32, cost float64) *choice {
	c := &choice{cost: cost}
	for _, s := range f.stemsOf(next) {
		halves := f.halves(before, s.class)
		if halves == nil {
			c.keys, c.uses = append(c.keys, s.key), append(c.uses, stemUse{s.hash, useOf(s.class, false)})
		}
		for _, h := range halves {
			c.keys, c.uses = append(c.keys, pairKey(h, s.key)), append(c.uses, stemUse{s.hash, useOf(s.class, true)})
		}
	}
	return c
}

// stemKey is a stem's key, hash and class.
type stemKey struct {
	key   uint64
	hash  uint32
	class inflect.Class
}

// stemsOf are the stems of an atom that is no prefix, or the whole word.
func (f *filer) stemsOf(id uint32) []stemKey {
	a := &f.asm.atoms[id]
	w := a.word(f.text)
	f.keys = f.keys[:0]
	if a.kind != wordInflect {
		return append(f.keys, stemKey{wordKey(a.hash, inflect.AnyClass), a.hash, inflect.AnyClass})
	}
	f.stems = w.term().Stems(f.stems[:0])
	for _, s := range f.stems {
		h := words.Hash(s.Text)
		f.keys = append(f.keys, stemKey{wordKey(h, s.Class), h, s.Class})
	}
	return f.keys
}

// maxHalves is the number of beginnings that the first word of a pair may have.
const maxHalves = 3

// halves are the first three bytes of what may satisfy the atom in an article
// whose words are looked up in the class; nil if they are not known or many.
func (f *filer) halves(id uint32, c inflect.Class) []uint64 {
	a := &f.asm.atoms[id]
	folded := f.text[a.text : a.text+uint32(a.n)]
	f.half = append(f.half[:0], words.Head(folded)&three)
	w := a.word(f.text)
	switch {
	case a.exact(), a.kind == wordPrefix:
		return f.half
	case a.kind == wordForm: // a number with a plural s
		if a.n < 3 {
			return nil
		}
		return f.half
	}
	f.before = w.term().Stems(f.before[:0])
	for _, s := range f.before {
		if c != inflect.AnyClass && s.Class != c && s.Class != inflect.AnyClass {
			continue
		}
		if len(s.Text) < 3 && (a.n >= 3 || w.acronym) {
			return nil
		}
		if h := words.Head(s.Text) & three; !slices.Contains(f.half, h) {
			f.half = append(f.half, h)
		}
	}
	if len(f.half) > maxHalves {
		return nil
	}
	return f.half
}

// pairGain is how much rarer words are beside another one.
const pairGain = 8

// lengthCost is what a word of so many bytes costs.
var lengthCost = [...]float64{200, 200, 60, 12, 4, 2, 1.5, 1.2, 1}

// wordCost guesses how common an atom is: by its length, by what is known to be
// common, and by how many rules have it, for rules speak of what is talked of.
func (f *filer) wordCost(id uint32) float64 {
	a := &f.asm.atoms[id]
	folded := f.text[a.text : a.text+uint32(a.n)]
	n := len(folded)
	if a.kind == wordPrefix {
		n = max(0, n-2)
	}
	cost := lengthCost[min(n, 8)]
	if common(folded, a.hash) {
		cost += 300
	}
	return cost * float64(f.asm.uses[id])
}

// common says whether a word is in most articles of some language.
func common(folded string, hash uint32) bool {
	return inflect.Small(hash) || strings.Contains(newsWords, " "+folded+" ")
}

// newsWords are words that every other article of this field has.
const newsWords = ` about after against also amid among another army attack attacks back because before being between both could country countries day days
defence defense down during each east even every exercise first force forces foreign former four general government group has head here home how its just last
leader leaders made make many may members military minister ministry month more most much national new news next north now number officials old only other out
over part party people plan policy political power president prime public right said same say says second security senior several should since some south state
states still such support take talks than that their them then there these they this those three through time today two under union until week well were west what
when where which while who will with work world would year years war weapons troops air naval border region international deal meeting report system `

// regex files a pattern under the literals that it needs.
func (f *filer) regex(p *pattern) *choice {
	if len(p.needed) == 0 {
		return nil
	}
	return &choice{grams: p.needed, cost: 60 * float64(len(p.needed))}
}
