package rules

import (
	"math/bits"

	"watcher/internal/rules/inflect"
)

// The index leads from the words of an article to the rules that may match it, in
// two steps. Most keys that are looked for are not there, which each step tells by
// one read of a filter.
//
//   - stems: from a word to the atoms that it may satisfy, by the stems that it may
//     have. Candidates are verified at once, and the answer is cached for the next
//     articles: see lookup.
//   - alone and pairs: from an atom, or from two of neighbouring words, to the rules
//     that are filed under it.
type index struct {
	stems   table
	lengths uint32 // bit k: there are prefixes that are filed under their first k bytes
	alone   postings
	pairs   table
}

// Uses of an atom, in the bits above its number: see atomID.
const (
	useRaw     = 1 << (31 - iota) // how the article writes the word counts too
	useAlone                      // rules are filed under it
	useFirst                      // it begins a pair that rules are filed under
	useSecond                     // it ends one
	useCapital                    // a word in small letters does not satisfy it; without useRaw no other part of its spelling counts
	useBits    = 5
)

// maxAtoms is the maximum number of distinct words in the rules of a set.
const maxAtoms = 1 << (32 - useBits)

// atomID is the number of an atom without its uses.
func atomID(a uint32) uint32 { return a & (maxAtoms - 1) }

// table maps keys to numbers. A filter small enough for the processor's cache comes
// first, because most lookups find nothing. The numbers are in buckets by the key's
// high bits.
type table struct {
	filter []uint64
	starts []uint32
	slots  []slot
	fshift uint8 // key >> fshift is a word of the filter
	bshift uint8 // key >> bshift is a bucket
}

// slot is a number in a bucket. Its mark is some further bits of the key and, in the
// low half, the classes under which the number is found. Different keys may share a
// mark, so the caller verifies the number.
type slot struct{ mark, value uint32 }

// filed is a key, which is a good hash, and a number to find under it.
type filed struct {
	key     uint64
	value   uint32
	classes uint16
}

func markOf(key uint64) uint32 { return uint32(key>>12) &^ allClasses }

// bitsOf picks two bits in a word of the filter.
func bitsOf(key uint64) uint64 { return 1<<(key&63) | 1<<(key>>6&63) }

// newTable builds a table by counting.
func newTable(in []filed) table {
	logFilter := max(4, bits.Len(uint(len(in)/6))) // 5 to 10 bits a key
	logBuckets := max(4, bits.Len(uint(len(in)/4)))
	t := table{
		filter: make([]uint64, 1<<logFilter), starts: make([]uint32, 1<<logBuckets+1), slots: make([]slot, len(in)),
		fshift: uint8(64 - logFilter), bshift: uint8(64 - logBuckets),
	}
	for i := range in {
		key := in[i].key
		t.filter[key>>t.fshift] |= bitsOf(key)
		t.starts[key>>t.bshift]++
	}
	sum := uint32(0)
	for b := range t.starts {
		sum += t.starts[b]
		t.starts[b] = sum
	}
	for i := range in { // from the end of each bucket to its beginning
		f := &in[i]
		at := &t.starts[f.key>>t.bshift]
		*at--
		t.slots[*at] = slot{markOf(f.key) | uint32(f.classes), f.value}
	}
	return t
}

// may reports whether the filter has the key.
func (t *table) may(key uint64) bool {
	b := bitsOf(key)
	return t.filter[key>>t.fshift]&b == b
}

// bucket returns the numbers of the key, among others.
func (t *table) bucket(key uint64) []slot {
	b := key >> t.bshift
	return t.slots[t.starts[b]:t.starts[b+1]]
}

// postings are the targets that are filed under each atom.
type postings struct {
	starts  []uint32
	targets []uint32
}

// posting files a target under an atom.
type posting struct{ atom, target uint32 }

func newPostings(atoms int, in []posting) postings {
	p := postings{starts: make([]uint32, atoms+1), targets: make([]uint32, len(in))}
	for _, x := range in {
		p.starts[x.atom]++
	}
	sum := uint32(0)
	for a := range p.starts {
		sum += p.starts[a]
		p.starts[a] = sum
	}
	for i := len(in) - 1; i >= 0; i-- {
		at := &p.starts[in[i].atom]
		*at--
		p.targets[*at] = in[i].target
	}
	return p
}

// pairKey is the key of two neighbouring atoms.
func pairKey(first, second uint32) uint64 {
	hi, lo := bits.Mul64(uint64(atomID(first))<<32|uint64(atomID(second))^0x8CB92BA72F3D8DD7, 0x9FB21C651E98DF25)
	return hi ^ lo
}

// Classes of slots beyond those of package inflect, whose numbers are below.
const (
	classPrefix = inflect.MaxClass + 1
	allClasses  = 2<<classPrefix - 1
)
