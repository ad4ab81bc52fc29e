package rules

import "math/bits"

// chains lists, for each atom of an article, the tokens that satisfy it.
type chains struct {
	slots []chain  // a hash table by atom
	next  []int32  // of each satisfied: the next one of its atom, counted from 1; 0 is none
	alone []uint32 // the atoms, each once, under which rules are filed
	shift uint8
}

// chain is an atom, counted from 1, and the first satisfied of it, likewise. The
// zero value is an empty slot.
type chain struct{ atom, first uint32 }

// link makes the chains of an article, from the last token to the first.
func (c *chains) link(r *reader) {
	size := 64
	for size < 2*len(r.sat) {
		size *= 2
	}
	if len(c.slots) != size {
		c.slots, c.shift = make([]chain, size), uint8(32-bits.Len(uint(size-1)))
	} else {
		clear(c.slots)
	}
	if cap(c.next) < len(r.sat) {
		c.next = make([]int32, len(r.sat)+len(r.sat)/4)
	}
	c.next, c.alone = c.next[:len(r.sat)], c.alone[:0]
	for known, late := r.late, len(r.sat); known > 0 || late > r.late; {
		i := known - 1
		if late > r.late && (known == 0 || r.sat[late-1].tok > r.sat[i].tok) {
			late--
			i = late
		} else {
			known--
		}
		a := r.sat[i].atom
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

// first satisfied of the atom, counted from 1; 0 if there is none. The others
// follow by next, in the order of the text.
func (c *chains) first(id uint32) int32 { return int32(c.slot(id).first) }
