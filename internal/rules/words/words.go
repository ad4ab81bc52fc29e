// Package words takes text apart into words as readers see them: of any script,
// with case and accents folded away, the same for an article and for a rule.
package words

import (
	"encoding/binary"
	"math/bits"
	"unicode"
	"unicode/utf8"
	"unsafe"
)

// Token is a word of a text.
type Token struct {
	Head       uint64 // the first eight bytes of the folded word, the first one lowest, 0 beyond its end
	Hash       uint32 // of the folded word
	Start, End uint32 // bytes in the text, with what belongs to the word: the 's, the dots of U.S.
	at         uint32 // in Buffer.folded
	Tag        uint32 // what Scan was told
	n          uint16
	Flags      uint8
}

// Len is the length of the folded word in bytes.
func (t *Token) Len() int { return int(t.n) }

// Flags of a token.
const (
	Possessive = 1 << iota // 's follows
	Tailed                 // two capitals or more, then small letters: NATOn, EUs
	Dotted                 // written with dots: U.S.
)

// longest is the number of bytes of a folded word that are kept and compared.
const longest = 1 << 10

// Buffer holds the words of texts. The zero value is ready; Reset makes it
// ready again and keeps its memory.
type Buffer struct {
	Tokens []Token
	folded []byte
}

// Reset forgets the words.
func (b *Buffer) Reset() {
	b.Tokens = b.Tokens[:0]
	b.folded = b.folded[:0]
}

// Size is the memory that the buffer holds, in bytes.
func (b *Buffer) Size() int { return cap(b.Tokens)*32 + cap(b.folded) }

// Folded is the folded word. It lies in the buffer: it is valid until the next
// Reset and must not be kept beyond it.
func (b *Buffer) Folded(t *Token) string {
	return unsafe.String(&b.folded[t.at], int(t.n)) // a word has at least one byte
}

// slack is how far behind a folded word may be read and written.
const slack = 16

// asciiFold gives the folded byte of an ASCII letter or digit, 0 for what else
// is ASCII, and notASCII for the first byte of any other rune.
var asciiFold = makeASCIIFold()

const notASCII = 1

func makeASCIIFold() *[256]byte {
	var t [256]byte
	for c := range t {
		if c >= utf8.RuneSelf {
			t[c] = notASCII
		} else if f := foldTable[c]; f != classNone {
			t[c] = byte(f)
		}
	}
	return &t
}

// Scan appends the words of text, each with tag.
func (b *Buffer) Scan(text string, tag uint32) {
	need := len(b.folded) + 2*len(text) + slack
	if cap(b.folded) < need {
		grown := make([]byte, len(b.folded), need+need/4)
		copy(grown, b.folded)
		b.folded = grown
	}
	fold := asciiFold
	for i := 0; i < len(text); {
		f := fold[text[i]]
		if f == 0 {
			i++
			continue
		}
		if f != notASCII {
			// Most words are plain ASCII and end with a space or a comma.
			start, at := i, len(b.folded)
			out := b.folded[at:cap(b.folded)]
			n := 0
			for {
				out[n] = f
				n++
				i++
				if i == len(text) {
					f = 0
					break
				}
				if f = fold[text[i]]; f <= notASCII {
					break
				}
			}
			if f == 0 && (i == len(text) || text[i] != '\'' && text[i] != '`' && (text[i] != '.' || n > 1)) {
				flags := uint8(0)
				if n > 2 && text[start+1] <= 'Z' && text[start] >= 'A' && text[start] <= 'Z' && text[i-1] >= 'a' && tailed(text[start:i]) {
					flags = Tailed
				}
				b.token(start, i, at, n, tag, flags)
				continue
			}
			i = start
		}
		i = b.word(text, i, tag)
	}
}

// word reads the word that begins at text[i], if one does, and returns where to
// go on.
func (b *Buffer) word(text string, i int, tag uint32) int {
	at := len(b.folded)
	out := b.folded[at:cap(b.folded)]
	n, start := 0, i
	kind := kindNone
scan:
	for i < len(text) {
		c := text[i]
		var r rune
		size := 1
		if c < utf8.RuneSelf {
			f := foldTable[c]
			if f != classNone && (kind == kindWord || kind == kindNone) {
				kind = kindWord
				out[n] = byte(f)
				n++
				i++
				continue
			}
			if c == '\'' && n > 0 && betweenCyrillic(out[n-1], text[i+1:]) {
				i++
				continue
			}
			break
		}
		if c < 0xE0 && i+1 < len(text) && text[i+1]&0xC0 == 0x80 && c >= 0xC2 {
			r, size = rune(c&0x1F)<<6|rune(text[i+1]&0x3F), 2
		} else {
			r, size = utf8.DecodeRuneInString(text[i:])
		}
		if r < tabled {
			switch f := foldTable[r]; f & classMask {
			case classLetter:
				if kind != kindWord && kind != kindNone {
					break scan
				}
				kind = kindWord
				out[n] = byte(f)
				n++
				i += size
				continue
			case classMark:
				if n == 0 {
					return i + size
				}
				if x, ok := composed(out[n-1], r); ok {
					out[n-1] = x
				}
				i += size
				continue
			}
		}
		if isApostrophe(r) && n > 0 && betweenCyrillic(out[n-1], text[i+size:]) {
			i += size
			continue
		}
		m, k := slowAt(out, n, r)
		switch {
		case k == kindNone:
			if n == 0 {
				return i + size
			}
			break scan
		case k == kindMark || k == kindTrail && n > 0:
			if n == 0 {
				return i + size
			}
			n = m
			i += size
			continue
		case k == kindTrail:
			k = kindWord
		}
		if kind != kindNone && (k != kind || k == kindSolo) {
			break scan
		}
		kind, n = k, m
		i += size
	}
	if n == 0 {
		return i + 1
	}
	return b.finish(text, start, i, at, n, tag)
}

// slowAt is slowRune into a buffer that is known to be large enough.
func slowAt(out []byte, n int, r rune) (int, int) {
	grown, kind := slowRune(out[:n], r)
	return len(grown), kind
}

// finish records the word text[start:end], whose folded bytes lie at b.folded[at:].
func (b *Buffer) finish(text string, start, end, at, n int, tag uint32) int {
	if end < len(text) && text[end] == '.' && n == 1 && end-start <= 2 {
		if e, m := b.dotted(text, end, at); m > 1 {
			return b.record(text, start, e, at, m, tag, Dotted)
		}
	}
	return b.record(text, start, end, at, n, tag, 0)
}

func (b *Buffer) record(text string, start, end, at, n int, tag uint32, flags uint8) int {
	if end < len(text) {
		if e := possessive(text, end); e > 0 {
			flags |= Possessive
			end = e
		}
	}
	if n > 2 && tailed(text[start:end]) {
		flags |= Tailed
	}
	b.token(start, end, at, n, tag, flags)
	return end
}

// token records a word whose folded bytes lie at b.folded[at:].
func (b *Buffer) token(start, end, at, n int, tag uint32, flags uint8) {
	n = min(n, longest)
	w := b.folded[at : at+n+8 : cap(b.folded)]
	head := binary.LittleEndian.Uint64(w)
	if n < 8 {
		head &= 1<<(8*n) - 1
	}
	b.folded = b.folded[:at+n]
	b.Tokens = append(b.Tokens, Token{
		Head: head, Hash: hash(w[:n], head), Start: uint32(start), End: uint32(end), at: uint32(at), n: uint16(n), Tag: tag, Flags: flags,
	})
}

// dotted reads on from a single letter with a dot behind it: U.S., S.S.R. It
// returns the end and the number of letters, which stand at b.folded[at:].
func (b *Buffer) dotted(text string, dot, at int) (end, n int) {
	out := b.folded[at:cap(b.folded)]
	n, end = 1, dot
	for dot < len(text) && text[dot] == '.' {
		r, size := utf8.DecodeRuneInString(text[dot+1:])
		if r >= tabled || foldTable[r]&classMask != classLetter || r <= '9' {
			break
		}
		next := dot + 1 + size
		if wordAt(text[next:]) { // the letter begins a longer word: J. Smith without the space
			break
		}
		if n >= slack-1 {
			break
		}
		out[n] = byte(foldTable[r])
		n++
		end, dot = next, next
	}
	if n > 1 && end < len(text) && text[end] == '.' && !wordAt(text[end+1:]) {
		end++ // the last initial's own dot
	}
	return end, n
}

// wordAt says whether a letter or digit begins text.
func wordAt(text string) bool {
	r, _ := utf8.DecodeRuneInString(text)
	return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r))
}

// possessive returns the end of the 's that begins at text[i], 0 if none does.
func possessive(text string, i int) int {
	c := text[i]
	if c != '\'' && c < utf8.RuneSelf {
		return 0
	}
	r, size := utf8.DecodeRuneInString(text[i:])
	if !isApostrophe(r) {
		return 0
	}
	e := i + size
	if e >= len(text) || text[e] != 's' && text[e] != 'S' || wordAt(text[e+1:]) {
		return 0
	}
	return e + 1
}

func isApostrophe(r rune) bool {
	switch r {
	case '\'', '’', '‘', 'ʼ', '‛', '＇', '´', '`', '′':
		return true
	}
	return false
}

// betweenCyrillic says whether an apostrophe stands inside a Cyrillic word, as
// in п'ять or Лук'янівка: there it is a letter, not a quote.
func betweenCyrillic(before byte, after string) bool {
	if before < cyrillic || before >= greek {
		return false
	}
	r, _ := utf8.DecodeRuneInString(after)
	return r >= 0x400 && r < tabled
}

// tailed says whether two capitals or more are followed by small letters alone.
func tailed(s string) bool {
	if len(s) < 3 {
		return false
	}
	if s[0] < utf8.RuneSelf && (s[0] < 'A' || s[0] > 'Z' || s[1] >= 'a' && s[1] <= 'z') {
		return false
	}
	if s[0] == 0xD0 && s[1] >= 0xB0 || s[0] == 0xD1 { // а and what follows: small Cyrillic letters
		return false
	}
	n, _ := Capitals(s)
	return n >= 2
}

// Capitals counts the capital letters (and digits between them) that s begins
// with, if at least one small letter and nothing else follows them; else 0. end
// is where the small letters begin.
func Capitals(s string) (n, end int) {
	small := false
	for i, r := range s {
		switch {
		case isApostrophe(r):
			if !small {
				return 0, 0
			}
			return n, end
		case unicode.IsUpper(r):
			if small {
				return 0, 0
			}
			n++
			end = i + utf8.RuneLen(r)
		case unicode.IsLower(r) && n > 0:
			small = true
		default:
			return 0, 0
		}
	}
	if !small {
		return 0, 0
	}
	return n, end
}

// HashFirst is the Hash of the first n bytes of the token's folded word.
func (b *Buffer) HashFirst(t *Token, n int) uint32 {
	if n > 8 {
		return hash(b.folded[t.at:t.at+uint32(n)], t.Head)
	}
	return hashHead(t.Head&(^uint64(0)>>(64-8*uint(n))), n)
}

// hashHead is the hash of a word of n bytes, at most eight.
func hashHead(head uint64, n int) uint32 {
	hi, lo := bits.Mul64(head^mul2, mul1+uint64(n))
	h := hi ^ lo
	return uint32(h ^ h>>32)
}

const (
	mul1 = 0x9E3779B97F4A7C15
	mul2 = 0xD6E8FEB86659FD93
)

// hash of a folded word whose first eight bytes are head.
func hash(w []byte, head uint64) uint32 {
	hi, lo := bits.Mul64(head^mul2, mul1+uint64(len(w)))
	h := hi ^ lo
	for n := 8; n < len(w); n += 8 {
		var x uint64
		if n+8 <= len(w) {
			x = binary.LittleEndian.Uint64(w[n:])
		} else {
			x = binary.LittleEndian.Uint64(w[len(w)-8:])
		}
		hi, lo = bits.Mul64(h^x^mul1, mul2)
		h = hi ^ lo
	}
	return uint32(h ^ h>>32)
}

// Head gives the Head of a folded word.
func Head(w string) uint64 {
	var h uint64
	for i := min(len(w), 8) - 1; i >= 0; i-- {
		h = h<<8 | uint64(w[i])
	}
	return h
}

// Hash gives the Hash of a folded word.
func Hash(w string) uint32 { return hash([]byte(w), Head(w)) }
