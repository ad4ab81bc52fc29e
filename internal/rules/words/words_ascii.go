package words

import (
	"encoding/binary"
	"math/bits"
	"unicode/utf8"
)

// This file is for speed, see BenchmarkScan and BenchmarkMatch of package rules: most
// text is ASCII, and its words are read eight bytes at a time. word, which reads any
// text, would do, in more than twice the time.

// plain reads the word that begins at text[i], eight bytes at a time as long as
// they are ASCII, and returns where to go on. Most words are, and end with a
// space or a comma; any other is left to word from where it becomes different.
func (b *Buffer) plain(text string, start int, tag uint32) int {
	at := len(b.folded)
	out := b.folded[at:cap(b.folded)]
	var head, rest uint64
	flags := uint8(0)
	i, n := start, 0
	for i+8 <= len(text) && n < longest {
		x := load(text, i)
		small, ends := ascii(x)
		k := bits.TrailingZeros64(ends) / 8
		folded := small & before(ends)
		binary.LittleEndian.PutUint64(out[n:], folded)
		if n == 0 {
			head = folded
			if (x^small)&0x2020 == 0x2020 { // two capitals
				flags = Tailed
			}
		} else if k > 0 {
			rest = chain(rest, folded)
		}
		i, n = i+k, n+k
		if k == 8 {
			continue
		}
		c := text[i]
		if c >= utf8.RuneSelf || c == '\'' || c == '`' || c == '.' && n == 1 {
			break
		}
		if flags != 0 && !tailed(text[start:i]) {
			flags = 0
		}
		t := b.token()
		t.Head, t.Hash, t.Start, t.End, t.at, t.Tag, t.n, t.Flags = head, hashOf(head, rest, n), uint32(start), uint32(i), uint32(at), tag, uint16(n), flags
		b.folded = b.folded[:at+n]
		return i
	}
	return b.word(text, start, i, n, tag)
}

const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// load is text[i:i+8], the first byte lowest.
func load(text string, i int) uint64 {
	s := text[i : i+8]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 | uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

// first is a mask of the first k bytes.
func first(k int) uint64 { return ^uint64(0) >> (64 - 8*uint(k)) }

// before is a mask of the bytes before the first one whose high bit is set in
// ends, which has no other bits; of all if there is none.
func before(ends uint64) uint64 { return (ends&-ends)>>7 - 1 }

// ascii gives eight bytes with their ASCII letters made small, and the high bit
// of each that is neither such a letter nor a digit.
func ascii(x uint64) (small, ends uint64) {
	low := x &^ highs
	low20 := low | 0x20*ones
	letters := (low20 + (0x80-'a')*ones) &^ (low20 + (0x7F-'z')*ones) &^ x & highs
	digits := (low + (0x80-'0')*ones) &^ (low + (0x7F-'9')*ones) &^ x
	return x | letters>>2, ^(letters | digits) & highs
}
