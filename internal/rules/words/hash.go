package words

import (
	"encoding/binary"
	"math/bits"
	"math/rand/v2"
)

// Hashes of words are a part of their tokens: whoever looks for a word in a table, or
// for its beginning, has the hash without reading the word again.

// HashFirst is the Hash of the first n bytes of the token's folded word.
func (b *Buffer) HashFirst(t *Token, n int) uint64 {
	if n > 8 {
		return hash(b.folded[t.at:t.at+uint32(n)], t.Head)
	}
	return hashOf(t.Head&first(n), 0, n)
}

// secrets are other ones in each process, so that nobody can write two words with
// the same hash: see Hash.
var secrets = [2]uint64{rand.Uint64(), rand.Uint64()}

// chain mixes the next eight bytes of a word, from the ninth on, into rest.
func chain(rest, next uint64) uint64 {
	hi, lo := bits.Mul64(rest^next^secrets[0], 0xD6E8FEB86659FD93)
	return hi ^ lo
}

// hashOf is the hash of a folded word of n bytes from its first eight and what
// chain made of the others.
func hashOf(head, rest uint64, n int) uint64 {
	hi, lo := bits.Mul64(head^rest^secrets[1], 0x9E3779B97F4A7C15+uint64(n))
	return hi ^ lo
}

// hash of a folded word whose first eight bytes are head.
func hash(w []byte, head uint64) uint64 {
	n, rest := len(w), uint64(0)
	for i := 8; i+8 <= n; i += 8 {
		rest = chain(rest, binary.LittleEndian.Uint64(w[i:]))
	}
	if k := n & 7; n > 8 && k > 0 {
		rest = chain(rest, binary.LittleEndian.Uint64(w[n-8:])>>(64-8*uint(k)))
	}
	return hashOf(head, rest, n)
}

// Head gives the Head of a folded word.
func Head(w string) uint64 {
	var h uint64
	for i := min(len(w), 8) - 1; i >= 0; i-- {
		h = h<<8 | uint64(w[i])
	}
	return h
}

// Hash gives the Hash of a folded word: 64 bits by which words may be told apart,
// in this process alone.
func Hash(w string) uint64 { return hash([]byte(w), Head(w)) }

// Hashes is the set of the words of a text, by their hashes.
func Hashes(text string) map[uint64]bool {
	var b Buffer
	b.Scan(text, 0)
	m := make(map[uint64]bool, len(b.Tokens))
	for i := range b.Tokens {
		m[b.Tokens[i].Hash] = true
	}
	return m
}
