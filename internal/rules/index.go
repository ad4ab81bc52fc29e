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
	stems   []uint64 // what whole words and stems are used for, four bits for their hashes, in front of the next
	sshift  uint8    // hash >> sshift is a place in stems
	lengths uint32   // bit k: there are keys of the first k bytes
}

// pair files a target under a key.
type pair struct {
	key    uint64
	target uint32
}

// stemUse is the hash of a whole word or stem, and what it is used for.
type stemUse struct {
	hash uint32
	use  uint8
}

// Uses of a stem: in a key of its own or of a pair, in any class or a certain one.
const (
	useAlone = 1 << iota
	usePair
	useAloneClass
	usePairClass
)

// useOf is the use of a stem of a class.
func useOf(c inflect.Class, pair bool) uint8 {
	use := uint8(useAlone)
	if pair {
		use = usePair
	}
	if c != inflect.AnyClass {
		use <<= 2
	}
	return use
}

// bitsOfKey picks two bits in a word of the filter.
func bitsOfKey(key uint64) uint64 { return 1<<(key&63) | 1<<(key>>6&63) }

// mark is what tells keys of a bucket apart.
func mark(key uint64) uint32 { return uint32(key >> 12) }

// newIndex builds the table by counting.
func newIndex(pairs []pair, lengths uint32, uses []stemUse) *index {
	x := &index{lengths: lengths}
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
	x.sshift = uint8(32 - min(28, max(10, bits.Len(uint(len(uses)*2))))) // 2 to 4 places a stem
	x.stems = make([]uint64, 1<<(32-x.sshift)/16)
	for _, f := range uses {
		at := f.hash >> x.sshift
		x.stems[at>>4] |= uint64(f.use) << (at & 15 * 4)
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
	key      uint64
	tok      int32
	from, to uint32 // its bucket
}

// candidate is a target that a key brought up, and where; tok is -1 where that
// is not known.
type candidate struct {
	target uint32
	tok    int32
}

// find appends the targets that are filed under the keys. Where the buckets
// begin is read for all keys first: see matcher.warm.
func (x *index) find(out []candidate, keys []keyAt) []candidate {
	for i := range keys {
		k := &keys[i]
		b := k.key >> x.bshift
		k.from, k.to = x.starts[b], x.starts[b+1]
	}
	for i := range keys {
		k := &keys[i]
		m := mark(k.key)
		for j := k.from; j < k.to; j++ {
			if x.marks[j] == m {
				out = append(out, candidate{x.targets[j], k.tok})
			}
		}
	}
	return out
}

// cachedKeys is the number of keys that a wordCache entry has room for.
const cachedKeys = 6

// wordCache remembers the keys of words: most words of an article were in the
// last ones too. An entry fills a line of the processor's cache.
type wordCache [1 << 13]wordEntry

type wordEntry struct {
	head  uint64
	hash  uint32
	langs inflect.Langs
	alone uint8 // so many of keys are of the word itself,
	pair  uint8 // and so many after them of pairs, before the first word is mixed in
	keys  [cachedKeys]uint64
}

// stemKeys gives the keys of a token, whole and without each ending it may have:
// those of the word itself that the filter has, and those that pairs are made
// of. Filters are asked first: they are quicker than the endings.
func (m *matcher) stemKeys(t *words.Token) (alone, pair []uint64) {
	x := m.set.index
	w := m.buf.Folded(t)
	n := len(w)
	alone, pair = m.alone[:0], m.pair[:0]
	for lengths := x.lengths & (2<<min(n, 8) - 1); lengths != 0; lengths &= lengths - 1 {
		k := bits.TrailingZeros32(lengths)
		if key := makeKey(t.Head&(1<<(8*k)-1), k); x.may(key) {
			alone = append(alone, key)
		}
	}
	add := func(key uint64, use uint8) {
		if use&useAlone != 0 && x.may(key) {
			alone = append(alone, key)
		}
		if use&usePair != 0 {
			pair = append(pair, key)
		}
	}
	classes := m.latins
	if words.Cyrillic(w) {
		classes = m.cyrillics
	} else if !words.Latin(w) {
		classes = nil
	}
	tail := m.tail(t, w)
	cuts := uint16(0)
	for k, last := 0, max(min(m.longest, n-2), tail); k <= last; k++ {
		h := t.Hash
		if k > 0 {
			h = m.buf.HashFirst(t, n-k)
		}
		use := x.use(h)
		if use == 0 {
			continue
		}
		if k == 0 || k == tail {
			add(wordKey(h, inflect.AnyClass), use)
		}
		if use >>= 2; use == 0 {
			continue
		}
		if cuts == 0 {
			cuts = m.langs.Cuts(w) // never 0
		}
		if cuts>>k&1 != 0 {
			for _, c := range classes {
				add(wordKey(h, c), use)
			}
		}
	}
	m.alone, m.pair = alone, pair
	return alone, pair
}

// use is what stems with this hash are used for.
func (x *index) use(h uint32) uint8 {
	at := h >> x.sshift
	return uint8(x.stems[at>>4]>>(at&15*4)) & 15
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

// entry returns the keys of a token from the cache, put there if need be. nil:
// the entry has no room for them.
func (m *matcher) entry(t *words.Token) *wordEntry {
	e := &m.cache[t.Hash&uint32(len(m.cache)-1)]
	if e.hash == t.Hash && e.head == t.Head && e.langs == m.langs && t.Flags&words.Tailed == 0 {
		return e
	}
	alone, pair := m.stemKeys(t)
	if len(alone)+len(pair) > cachedKeys || t.Flags&words.Tailed != 0 {
		return nil
	}
	e.hash, e.head, e.langs = t.Hash, t.Head, m.langs
	e.alone, e.pair = uint8(len(alone)), uint8(len(pair))
	copy(e.keys[copy(e.keys[:], alone):], pair)
	return e
}

// wordKeys appends the keys of the view's words that the filter has.
func (m *matcher) wordKeys(out []keyAt) []keyAt {
	x := m.set.index
	m.longest = m.languages().Longest()
	m.latins, m.cyrillics = m.langs.Classes(m.latins[:0], m.cyrillics[:0])
	var before uint64
	toks := m.buf.Tokens
	beforePart := ^uint32(0)
	for i := range toks {
		t := &toks[i]
		part := t.Tag >> partShift
		var alone, pair []uint64
		if e := m.entry(t); e != nil {
			alone, pair = e.keys[:e.alone], e.keys[e.alone:e.alone+e.pair]
		} else {
			alone, pair = m.alone, m.pair
		}
		for _, key := range alone {
			out = append(out, keyAt{key: key, tok: int32(i)})
		}
		if part == beforePart {
			for _, key := range pair {
				if key := pairKey(before, key); x.may(key) {
					out = append(out, keyAt{key: key, tok: int32(i)})
				}
			}
		}
		before, beforePart = t.Head, part
	}
	return out
}
