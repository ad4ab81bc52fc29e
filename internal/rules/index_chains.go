package rules

import "math/bits"

// chains lists, for each atom of an article, the tokens that satisfy it.
type chains struct {
	slots []chain  // a hash table by atom
	next  []int32  // of each hit of an atom: the next one of its atom, counted from 1; 0 is none
	alone []uint32 // the atoms, each once, under which rules are filed
	shift uint8
}

// chain is an atom, counted from 1, and the first hit of it, likewise. The
// zero value is an empty slot.
type chain struct{ atom, first uint32 }

// link makes the chains of an article, from the last token to the first.
func (c *chains) link(r *lookup) {
	size := 64
	for size < 2*len(r.hits) {
		size *= 2
	}
	if len(c.slots) != size {
		c.slots, c.shift = make([]chain, size), uint8(32-bits.Len(uint(size-1)))
	} else {
		clear(c.slots)
	}
	if cap(c.next) < len(r.hits) {
		c.next = make([]int32, len(r.hits)+len(r.hits)/4)
	}
	c.next, c.alone = c.next[:len(r.hits)], c.alone[:0]
	for early, late := r.late, len(r.hits); early > 0 || late > r.late; {
		i := early - 1
		if late > r.late && (early == 0 || r.hits[late-1].tok > r.hits[i].tok) {
			late--
			i = late
		} else {
			early--
		}
		a := r.hits[i].atom
		s := c.slot(atomID(a))
		if s.atom == 0 {
			s.atom = atomID(a) + 1
			if a&useAlone != 0 {
				c.alone = append(c.alone, s.atom-1)
			}
		}
		c.next[i] = int32(s.first)
		s.first = uint32(i + 1)
	}
}

// slot of an atom, or the empty one that it would take.
func (c *chains) slot(id uint32) *chain {
	mask := uint32(len(c.slots) - 1)
	for i := id * 0x9E3779B1 >> c.shift; ; i++ {
		if s := &c.slots[i&mask]; s.atom == id+1 || s.atom == 0 {
			return s
		}
	}
}

// first hit of the atom, counted from 1; 0 if there is none. The others
// follow by next, in the order of the text.
func (c *chains) first(id uint32) int32 { return int32(c.slot(id).first) }
