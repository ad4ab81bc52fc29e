package text

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// Clean makes one line of a stranger's text. White space becomes single spaces.
// Characters that act without being seen are dropped: controls, and with them terminal
// escapes, bidi overrides, zero-width and tag characters. A joiner or a variation
// selector stays where a script or an emoji needs it.
func Clean(s string) string {
	out, _ := CleanSpans(s, nil)
	return out
}

// CleanSpans is Clean for a text with spans, which must be ascending and not overlap.
// It returns the spans in the clean text, without those that became empty.
func CleanSpans(s string, spans [][2]int) (string, [][2]int) {
	var out strings.Builder
	moved := make([][2]int, len(spans))
	starts, ends := 0, 0 // how many starts and ends are placed already
	space, last := false, rune(0)
	out.Grow(len(s))
	for i, r := range s {
		for ends < len(spans) && spans[ends][1] <= i {
			moved[ends][1] = out.Len()
			ends++
		}
		switch {
		case unicode.IsSpace(r):
			space, last = out.Len() > 0, 0
			continue
		case Unseen(r) && !needed(last, r, s[i:]):
			continue
		case space:
			out.WriteByte(' ')
			space = false
		}
		for starts < len(spans) && spans[starts][0] <= i {
			moved[starts][0] = out.Len()
			starts++
		}
		out.WriteRune(r) // U+FFFD for invalid UTF-8
		last = r
	}
	for ; ends < len(spans); ends++ {
		moved[ends][1] = out.Len()
	}
	kept := moved[:0]
	for _, m := range moved[:starts] {
		if m[0] < m[1] {
			kept = append(kept, m)
		}
	}
	return out.String(), kept
}

// Lines is Clean for text of several lines: line feeds, tabs and blanks stay. Other
// controls become blanks, and an escape becomes its picture.
func Lines(s string) string {
	var out strings.Builder
	last := rune(0)
	for i, r := range s {
		switch {
		case r == '\n', r == '\t':
		case r == '\x1b':
			r = '␛'
		case r == '\u2028', r == '\u2029', unicode.IsControl(r):
			r = ' '
		case Unseen(r) && !needed(last, r, s[i:]):
			continue
		}
		out.WriteRune(r)
		last = r
	}
	return out.String()
}

// Unseen reports whether a character is invisible: controls, characters that format or
// reorder their neighbours (CVE-2021-42574), tags, fillers and non-characters. This is
// the program's only list. Joiners and variation selectors are unseen too, but some
// scripts and emoji are spelled with them: Clean keeps those.
func Unseen(r rune) bool {
	switch {
	case r >= ' ' && r < 0x7f, r > 0xa0 && r < 0x300 && r != 0xad, r > 0x36f && r < 0x600:
		return false // the usual case; the tables give the same answer, slowly
	case r >= 0x2100 && r < 0x3000, r >= 0x3400 && r < 0xd800:
		return false // symbols, Han and Hangul
	}
	return unicode.In(r, unicode.Cc, unicode.Noncharacter_Code_Point, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector) ||
		unicode.Is(unicode.Cf, r) && !unicode.Is(unicode.Prepended_Concatenation_Mark, r)
}

const zeroWidthNonJoiner, zeroWidthJoiner = '\u200c', '\u200d'

// needed reports whether the unseen r at the start of rest is needed after the
// character last: a joiner between letters or parts of an emoji, or after a mark
// or an Arabic letter, whose form it makes, and one variation selector after what
// it varies.
func needed(last, r rune, rest string) bool {
	switch {
	case r == zeroWidthJoiner, r == zeroWidthNonJoiner:
		_, size := utf8.DecodeRuneInString(rest)
		next, _ := utf8.DecodeRuneInString(rest[size:])
		return unicode.In(last, unicode.M, unicode.Arabic) && !Unseen(last) || (joins(last) || unicode.Is(unicode.Variation_Selector, last)) && joins(next)
	case unicode.Is(unicode.Variation_Selector, r):
		return last > ' ' && !Unseen(last)
	}
	return false
}

// joins reports whether a joiner beside r can mean something: r is a letter, a mark
// or a part of an emoji.
func joins(r rune) bool {
	return !Unseen(r) && r != utf8.RuneError && unicode.In(r, unicode.L, unicode.M, unicode.So, unicode.Sk)
}

// Spells reports whether an unseen r can be part of the spelling of a word or an emoji.
// In the result of Clean it always is.
func Spells(r rune) bool {
	return r == zeroWidthJoiner || r == zeroWidthNonJoiner || unicode.Is(unicode.Variation_Selector, r)
}

// EscapeJSON writes the invisible characters of JSON as \u escapes, except those for
// which keep is true (if it is not nil): the values stay the same, and nobody who looks
// at them is misled. b must be valid JSON in UTF-8 on one line.
func EscapeJSON(b []byte, keep func(rune) bool) []byte {
	return Escape(b, func(out []byte, r rune) []byte {
		hi, lo := utf16.EncodeRune(r)
		switch {
		case keep != nil && keep(r):
			return utf8.AppendRune(out, r)
		case r > 0xffff:
			return fmt.Appendf(out, `\u%04x\u%04x`, hi, lo)
		}
		return fmt.Appendf(out, `\u%04x`, r)
	})
}

// Escape appends b with write called for its invisible characters. ASCII is left to
// whoever wrote b, except DEL: in every format the ASCII controls are escaped already
// or end the line.
func Escape(b []byte, write func(out []byte, r rune) []byte) []byte {
	var out []byte
	from := 0
	for i := 0; i < len(b); {
		if b[i] < utf8.RuneSelf && b[i] != 0x7f {
			i++
			continue
		}
		r, size := utf8.DecodeRune(b[i:])
		if Unseen(r) {
			out = write(append(out, b[from:i]...), r)
			from = i + size
		}
		i += size
	}
	if from == 0 {
		return b
	}
	return append(out, b[from:]...)
}

// Backslash appends the escape of r as in double quotes of Go and YAML.
func Backslash(out []byte, r rune) []byte {
	if r > 0xffff {
		return fmt.Appendf(out, `\U%08x`, r)
	}
	return fmt.Appendf(out, `\u%04x`, r)
}

// Clip cuts s to n characters, ending in … if something was left out. It cuts at a
// space if one is near.
func Clip(s string, n int) string {
	if len(s) <= n || utf8.RuneCountInString(s) <= n {
		return s
	}
	end, count := len(s), 0
	for i := range s {
		if count == n-1 {
			end = i
			break
		}
		count++
	}
	s = s[:end]
	if i := strings.LastIndexByte(s, ' '); i > 0 && utf8.RuneCountInString(s[i:]) < 20 {
		s = s[:i]
	}
	return strings.TrimRight(s, " ,;:–—-") + "…"
}

// Short is Clip(Clean(s), n) for texts of any length: it does not read far beyond the
// cut.
func Short(s string, n int) string { return Clip(Clean(prefix(s, n)), n) }
