package segment

import (
	"encoding/binary"
	"math/bits"
)

// A list of ascending numbers is written as the gaps between them, each of those in
// Rice's code: the low bits as they are, behind as many zeros as what is above them
// counts, and a one. How many bits are low follows from how many numbers there are
// and what they are below, so that neither is written here.

// lowBits is the number of low bits for n numbers below limit: gaps are limit/n on
// average, and the code is shortest where the part above is 0 in half of them.
func lowBits(n, limit int) uint {
	return uint(max(0, bits.Len(uint(limit*11/16/n))-1))
}

// bitWriter appends bits, the lowest of a byte first.
type bitWriter struct {
	out  []byte
	held uint64 // the last n bits, not yet in out
	n    uint
}

// put appends the n low bits of v, at most 32; what is above them is 0.
func (w *bitWriter) put(v uint64, n uint) {
	w.held |= v << w.n
	w.n += n
	for w.n >= 8 {
		w.out = append(w.out, byte(w.held))
		w.held >>= 8
		w.n -= 8
	}
}

// len is the number of bits.
func (w *bitWriter) len() int { return 8*len(w.out) + int(w.n) }

// flush fills the last byte with zeros and returns all of them.
func (w *bitWriter) flush() []byte {
	if w.n > 0 {
		w.put(0, 8-w.n)
	}
	return w.out
}

// gap appends the gap before a number: 0 for the one behind the last.
func (w *bitWriter) gap(v int, low uint) {
	above := v >> low
	for ; above >= 32; above -= 32 {
		w.put(0, 32)
	}
	w.put(1<<above, uint(above)+1)
	w.put(uint64(v)&(1<<low-1), low)
}

// bitReader reads what bitWriter wrote.
type bitReader struct {
	in []byte
	at int // bits
}

// next are the bits from at on, 57 of them or more; zeros behind the end.
func (r *bitReader) next() uint64 {
	i := r.at >> 3
	if i+8 <= len(r.in) {
		return binary.LittleEndian.Uint64(r.in[i:]) >> (r.at & 7)
	}
	var last [8]byte
	if i < len(r.in) {
		copy(last[:], r.in[i:])
	}
	return binary.LittleEndian.Uint64(last[:]) >> (r.at & 7)
}

// over reports whether more was read than there is.
func (r *bitReader) over() bool { return r.at > 8*len(r.in) }

func (r *bitReader) gap(low uint) int {
	above, x := 0, r.next()
	for x == 0 && !r.over() {
		above += 56
		r.at += 56
		x = r.next()
	}
	z := bits.TrailingZeros64(x)
	r.at += z + 1
	if z+1+int(low) <= 56 {
		x >>= uint(z + 1)
	} else {
		x = r.next()
	}
	r.at += int(low)
	return (above+z)<<low | int(x&(1<<low-1))
}
