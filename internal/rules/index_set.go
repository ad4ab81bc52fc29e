package rules

// This file is for speed, see BenchmarkMatch: a map does the same.

// numberSet is a set of numbers that is emptied at no cost.
type numberSet struct {
	slots []uint64 // round and number
	round uint32
	n     int
}

func (s *numberSet) reset(n int) {
	if size := 256; len(s.slots) < 4*n || len(s.slots) == 0 {
		for size < 4*n {
			size *= 2
		}
		s.slots, s.round = make([]uint64, size), 0
	}
	if s.round++; s.round == 0 {
		clear(s.slots)
		s.round = 1
	}
	s.n = 0
}

// add puts n into the set and reports whether it is new.
func (s *numberSet) add(n uint32) bool {
	if 2*s.n >= len(s.slots) {
		s.grow()
	}
	mask := uint32(len(s.slots) - 1)
	want := uint64(s.round)<<32 | uint64(n)
	for i := n * 0x9E3779B1 >> 7 & mask; ; i = (i + 1) & mask {
		switch x := s.slots[i]; {
		case x == want:
			return false
		case uint32(x>>32) != s.round:
			s.slots[i] = want
			s.n++
			return true
		}
	}
}

func (s *numberSet) grow() {
	old, round := s.slots, s.round
	s.slots, s.n = make([]uint64, 2*len(old)), 0
	for _, x := range old {
		if uint32(x>>32) == round {
			s.add(uint32(x))
		}
	}
}
