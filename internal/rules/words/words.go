// Package words takes text apart into words as readers see them: of any script,
// with case and accents folded away, the same for an article and for a rule.
package words

import (
	"encoding/binary"
	"math/bits"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
	"unsafe"
)

// Token is a word of a text.
type Token struct {
	Head       uint64 // the first eight bytes of the folded word, the first one lowest, 0 beyond its end
	Hash       uint64 // of the folded word, see Hash
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
func (b *Buffer) Size() int { return cap(b.Tokens)*40 + cap(b.folded) }

// Folded is the folded word. It lies in the buffer: it is valid until the next
// Reset and must not be kept beyond it.
func (b *Buffer) Folded(t *Token) string {
	return unsafe.String(&b.folded[t.at], int(t.n)) // a word has at least one byte
}

// slack is how far behind a folded word may be read and written.
const slack = 32

// Scan appends the words of text, each with tag.
func (b *Buffer) Scan(text string, tag uint32) {
	need := len(b.folded) + 2*len(text) + slack
	if cap(b.folded) < need {
		grown := make([]byte, len(b.folded), need+need/4)
		copy(grown, b.folded)
		b.folded = grown
	}
	for i := 0; i < len(text); {
		switch c := text[i]; {
		case c >= utf8.RuneSelf:
			i = b.word(text, i, i, 0, tag)
		case letters[c] == 0:
			i++
		default:
			i = b.plain(text, i, tag)
		}
	}
}

// word reads on in the word that begins at text[start], of which n bytes are
// folded, from text[i], and returns where to go on. There may be no word.
func (b *Buffer) word(text string, start, i, n int, tag uint32) int {
	at := len(b.folded)
	out := b.folded[at:cap(b.folded)]
	// Latin with accents, Cyrillic and Greek take one or two bytes a letter.
	for i+8 <= len(text) {
		if text[i] < utf8.RuneSelf {
			small, ends := ascii(load(text, i))
			k := bits.TrailingZeros64(ends) / 8
			binary.LittleEndian.PutUint64(out[n:], small)
			i, n = i+k, n+k
			if k < 8 && text[i] < utf8.RuneSelf {
				break
			}
			continue
		}
		f := twoBytes(text[i], text[i+1])
		if f == 0 {
			break
		}
		out[n] = f
		n++
		i += 2
	}
	kind := kindNone
	if n > 0 {
		kind = kindWord
	}
	for i < len(text) {
		r, size := utf8.DecodeRuneInString(text[i:])
		if n > 0 && (isApostrophe(r) && betweenCyrillic(out[n-1], text[i+size:]) || hebrewSign(out[:n], r, text[i+size:])) {
			i += size
			continue
		}
		m, k := foldAt(out, n, r)
		switch {
		case n == 0 && (k == kindNone || k == kindMark):
			return i + size
		case k == kindMark || k == kindTrail && n > 0:
			n, i = m, i+size
			continue
		case k == kindTrail:
			k = kindWord
		}
		if k == kindNone || kind != kindNone && (k != kind || k == kindSolo) {
			break
		}
		kind, n, i = k, m, i+size
	}
	if n == 0 {
		return i + 1
	}
	return b.finish(text, start, i, at, n, tag)
}

// twoBytes is the folded byte of a letter that is written with two bytes; 0 if
// that is not what they are.
func twoBytes(c, next byte) byte {
	if c < 0xC2 || c > 0xD3 || next&0xC0 != 0x80 {
		return 0
	}
	return letters[rune(c&0x1F)<<6|rune(next&0x3F)]
}

// foldAt folds r behind the n bytes in out, which has room for it, and classifies
// it.
func foldAt(out []byte, n int, r rune) (int, int) {
	if r < tabled {
		switch f := foldTable[r]; {
		case f&classMask == classLetter:
			out[n] = byte(f)
			return n + 1, kindWord
		case f&classMask == classMark:
			if n > 0 {
				if x, ok := composed(out[n-1], r); ok {
					out[n-1] = x
				}
			}
			return n, kindMark
		case r < utf8.RuneSelf:
			return n, kindNone
		}
	}
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
	if end < len(text) && (text[end] == '\'' || text[end] >= utf8.RuneSelf) {
		if e := possessive(text, end); e > 0 {
			flags |= Possessive
			end = e
		}
	}
	if n > 2 && tailed(text[start:end]) {
		flags |= Tailed
	}
	n = min(n, longest)
	w := b.folded[at : at+n : cap(b.folded)]
	head := binary.LittleEndian.Uint64(w[:8]) & first(min(n, 8))
	t := b.token()
	t.Head, t.Hash, t.Start, t.End, t.at, t.Tag, t.n, t.Flags = head, hash(w, head), uint32(start), uint32(end), uint32(at), tag, uint16(n), flags
	b.folded = b.folded[:at+n]
	return end
}

// token makes room for a token, to be filled in place: a Token that is put
// together elsewhere and then copied waits for its own parts to be written.
func (b *Buffer) token() *Token {
	n := len(b.Tokens)
	if n == cap(b.Tokens) {
		b.Tokens = slices.Grow(b.Tokens, 8)
	}
	b.Tokens = b.Tokens[:n+1]
	return &b.Tokens[n]
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

// wordAt reports whether a letter or digit begins text.
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

// betweenCyrillic reports whether an apostrophe stands inside a Cyrillic word, as
// in п'ять or Лук'янівка: there it is a letter, not a quote.
func betweenCyrillic(before byte, after string) bool {
	if before < cyrillic || before >= greek {
		return false
	}
	r, _ := utf8.DecodeRuneInString(after)
	return r >= 0x400 && r < tabled
}

// tailed reports whether two capitals or more are followed by small letters alone.
func tailed(s string) bool {
	one, size := capitalAt(s, 0)
	if !one || size == len(s) {
		return false
	}
	if two, _ := capitalAt(s, size); !two {
		return false // so end most words
	}
	n, _ := Capitals(s)
	return n >= 2
}

// capitalAt reports whether a capital letter begins s[i:], and how long it is.
func capitalAt(s string, i int) (is bool, size int) {
	c := s[i]
	switch {
	case c < utf8.RuneSelf:
		return c >= 'A' && c <= 'Z', 1
	case c >= 0xC2 && c <= 0xD3 && i+1 < len(s):
		return capitals[rune(c&0x1F)<<6|rune(s[i+1]&0x3F)], 2
	}
	r, size := utf8.DecodeRuneInString(s[i:])
	return unicode.IsUpper(r), size
}

// Capitals counts the capital letters that s begins with, if at least one small
// letter follows them, and behind those nothing but a possessive; else it is 0. end
// is the byte at which the small letters begin.
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

// Fold gives the words of a text, folded.
func Fold(text string) []string {
	var b Buffer
	b.Scan(text, 0)
	var out []string
	for i := range b.Tokens {
		out = append(out, strings.Clone(b.Folded(&b.Tokens[i])))
	}
	return out
}

// Least is how many words stand in a text at the least, most or fewer: it counts what
// has a letter and a blank on each side of it. What only a part of the text is in, at
// its beginning or end, does not count. It reads text much faster than Scan.
func Least(text string, most int) (n int) {
	between, letter := false, false
	for i := 0; i < len(text) && n < most; i++ {
		switch c := text[i]; {
		case c == ' ' || c == '\n':
			if between && letter {
				n++
			}
			between, letter = true, false
		case c < utf8.RuneSelf:
			letter = letter || letters[c] != 0
		case i+1 < len(text):
			letter = letter || twoBytes(c, text[i+1]) != 0
		}
	}
	return n
}
