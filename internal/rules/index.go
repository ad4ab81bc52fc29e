package rules

import (
	"math/bits"

	"watcher/internal/rules/inflect"
	"watcher/internal/rules/words"
)

// index finds the rules that an article may match by the keys of its words. It
// is one table of all (key, rule) pairs, in buckets by the key's high bits, and
// a filter in front of it that is small enough for the processor's cache: most
// words are in no rule, and stop there.
type index struct {
	filter  []uint64
	fshift  uint8 // key >> fshift is a word of the filter
	bshift  uint8 // key >> bshift is a bucket
	starts  []uint32
	marks   []uint32 // of a pair: the key's middle bits
	targets []uint32 // of a pair: the rule, or beyond the rules the entry of a list
	first   []uint64 // filter of the first three bytes, in front of the other; nil where nearly all would pass
	lengths uint32   // bit k: there are keys of the first k bytes
	words   bool
	pairs   bool
}

// pair files a target under a key.
type pair struct {
	key    uint64
	target uint32
}

// fewFirst is the number of pairs up to which a filter of first bytes pays.
const fewFirst = 30_000

// firstBytes is a number below firstSlots for the first three bytes of a word. A
// shorter stem lets all pass that begin with it: see noteFirst.
func firstBytes(head uint64) uint32 { return uint32(head&(1<<24-1)) * 0x9E3779B1 >> 16 }

const firstSlots = 1 << 16

// noteFirst lets words that begin with these bytes pass. For less than three
// bytes of a beginning there is no telling: it says false.
func (x *index) noteFirst(f first) bool {
	if f.open && f.head < 1<<16 {
		return false
	}
	i := firstBytes(f.head)
	x.first[i>>6] |= 1 << (i & 63)
	return true
}

// first is how the word of a key begins; open says that it may go on.
type first struct {
	head uint64
	open bool
}

// bitsOfKey picks two bits in a word of the filter.
func bitsOfKey(key uint64) uint64 { return 1<<(key&63) | 1<<(key>>6&63) }

// mark is what tells keys of a bucket apart.
func mark(key uint64) uint32 { return uint32(key >> 12) }

// newIndex builds the table by counting.
func newIndex(pairs []pair, kinds uint16, firsts []first) *index {
	x := &index{lengths: uint32(kinds) & (1<<keyWord - 1), words: kinds&(1<<keyWord) != 0, pairs: kinds&(1<<keyPair) != 0}
	logFilter := max(6, bits.Len(uint(len(pairs)/5))) // about 13 bits a key
	logBuckets := max(4, bits.Len(uint(len(pairs)/2)))
	x.filter = make([]uint64, 1<<logFilter)
	x.fshift = uint8(64 - logFilter)
	x.bshift = uint8(64 - logBuckets)
	x.starts = make([]uint32, 1<<logBuckets+1)
	for i := range pairs {
		key := pairs[i].key
		x.filter[key>>x.fshift] |= bitsOfKey(key)
		x.starts[key>>x.bshift+1]++
	}
	for b := 1; b < len(x.starts); b++ {
		x.starts[b] += x.starts[b-1]
	}
	if len(pairs) <= fewFirst {
		x.first = make([]uint64, firstSlots/64)
		for _, f := range firsts {
			if !x.noteFirst(f) {
				x.first = nil
				break
			}
		}
	}
	x.marks = make([]uint32, len(pairs))
	x.targets = make([]uint32, len(pairs))
	next := make([]uint32, len(x.starts))
	copy(next, x.starts)
	for i := range pairs {
		key := pairs[i].key
		at := next[key>>x.bshift]
		next[key>>x.bshift]++
		x.marks[at], x.targets[at] = mark(key), pairs[i].target
	}
	return x
}

// may says whether the filter has the key.
func (x *index) may(key uint64) bool {
	b := bitsOfKey(key)
	return x.filter[key>>x.fshift]&b == b
}

// keyAt is a key and the token that gave it.
type keyAt struct {
	key uint64
	tok int32
}

// candidate is a target that a key brought up, and where; tok is -1 where that
// is not known.
type candidate struct {
	target uint32
	tok    int32
}

// find appends the targets that are filed under the key.
func (x *index) find(out []candidate, k keyAt) []candidate {
	b := k.key >> x.bshift
	m := mark(k.key)
	for i := x.starts[b]; i < x.starts[b+1]; i++ {
		if x.marks[i] == m {
			out = append(out, candidate{x.targets[i], k.tok})
		}
	}
	return out
}

// cutCache remembers the endings that words may have: most words of an article
// were in the last ones too.
type cutCache [1 << 12]struct {
	head  uint64
	hash  uint32
	langs inflect.Langs
	cuts  uint16
}

// cuts of a token, see inflect.Langs.Cuts.
func (m *matcher) cuts(t *words.Token) uint16 {
	c := &m.cache[t.Hash&uint32(len(m.cache)-1)]
	if c.hash != t.Hash || c.head != t.Head || c.langs != m.langs {
		c.hash, c.head, c.langs, c.cuts = t.Hash, t.Head, m.langs, m.langs.Cuts(m.buf.Folded(t))
	}
	return c.cuts
}

// lookup is a key of a token, perhaps one behind another word.
func (m *matcher) lookup(out []keyAt, key uint64, i int, paired bool, before uint64, cut func() bool) []keyAt {
	x := m.set.index
	isWord, isPair := x.may(key), false
	var pair uint64
	if paired {
		pair = pairKey(before, key)
		isPair = x.may(pair)
	}
	if !isWord && !isPair || !cut() {
		return out
	}
	if isWord {
		out = append(out, keyAt{key, int32(i)})
	}
	if isPair {
		out = append(out, keyAt{pair, int32(i)})
	}
	return out
}

// stemKeys appends the keys of a token, whole and without each ending it may
// have, alone and behind the word that begins as before does. The filter is
// asked first: it is quicker than the endings.
func (m *matcher) stemKeys(out []keyAt, i, longest int, paired bool, before uint64) []keyAt {
	t := &m.buf.Tokens[i]
	n := t.Len()
	always := func() bool { return true }
	out = m.lookup(out, wordKey(t.Hash, inflect.AnyClass), i, paired, before, always)
	folded := m.buf.Folded(t)
	if k := m.tail(t, folded); k > 0 {
		out = m.lookup(out, wordKey(m.buf.HashFirst(t, n-k), inflect.AnyClass), i, paired, before, always)
	}
	classes := m.latins
	switch {
	case words.Cyrillic(folded):
		classes = m.cyrillics
	case !words.Latin(folded):
		return out
	}
	cuts, known := uint16(1), false
	for k := 0; k <= longest && k < n; k++ {
		h := t.Hash
		if k > 0 {
			h = m.buf.HashFirst(t, n-k)
		}
		for _, c := range classes {
			out = m.lookup(out, wordKey(h, c), i, paired, before, func() bool {
				if k > 0 && !known {
					cuts, known = m.cuts(t), true
				}
				return cuts>>k&1 != 0
			})
		}
	}
	return out
}

// tail is the length of what an acronym's suffix, or the plural s of a number,
// adds to a word; 0 if there is none.
func (m *matcher) tail(t *words.Token, folded string) int {
	n := len(folded)
	if t.Flags&words.Tailed == 0 {
		if n > 1 && folded[n-1] == 's' && folded[n-2] >= '0' && folded[n-2] <= '9' {
			return 1
		}
		return 0
	}
	capitals, _ := words.Capitals(m.raw(t))
	if tail := words.Letters(folded) - capitals; tail <= inflect.MaxSuffix && n == capitals+tail {
		return tail
	}
	return 0
}

// wordKeys appends the keys of the view's words that the filter has.
func (m *matcher) wordKeys(out []keyAt) []keyAt {
	x := m.set.index
	longest := m.languages().Longest()
	m.latins, m.cyrillics = m.langs.Classes(m.latins[:0], m.cyrillics[:0])
	var before uint64
	toks := m.buf.Tokens
	beforePart := ^uint32(0)
	for i := range toks {
		t := &toks[i]
		h := t.Head
		if x.first != nil {
			if f := firstBytes(h); x.first[f>>6]>>(f&63)&1 == 0 {
				before, beforePart = h, t.Tag>>partShift
				continue
			}
		}
		for lengths := x.lengths & (2<<min(t.Len(), 8) - 1); lengths != 0; lengths &= lengths - 1 {
			k := bits.TrailingZeros32(lengths)
			if key := makeKey(h&(1<<(8*k)-1), k); x.may(key) {
				out = append(out, keyAt{key, int32(i)})
			}
		}
		part := t.Tag >> partShift
		if x.words {
			out = m.stemKeys(out, i, longest, x.pairs && part == beforePart, before)
		}
		before, beforePart = h, part
	}
	return out
}
