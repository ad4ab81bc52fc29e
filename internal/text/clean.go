package text

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Clean makes one line of what a stranger wrote: white space becomes single
// spaces, and characters that are not seen but act are dropped: controls and
// with them terminal escapes, bidi overrides, zero-width and tag characters.
func Clean(s string) string {
	out, _ := CleanSpans(s, nil)
	return out
}

// CleanSpans is Clean for a text with spans, which must be in order and apart;
// it returns them for the cleaned text, less those that became empty.
func CleanSpans(s string, spans [][2]int) (string, [][2]int) {
	var out strings.Builder
	moved := make([][2]int, len(spans))
	starts, ends := 0, 0 // how many starts and ends have a place already
	space := false
	out.Grow(len(s))
	for i, r := range s {
		for ends < len(spans) && spans[ends][1] <= i {
			moved[ends][1] = out.Len()
			ends++
		}
		switch {
		case unicode.IsSpace(r):
			space = out.Len() > 0
			continue
		case Unseen(r):
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

// Unseen reports whether a character is dropped from feed text. Zero-width
// joiners stay: Persian and emoji are spelled with them.
func Unseen(r rune) bool {
	switch {
	case r > ' ' && r < 0x7f, r > 0xa0 && r < 0x600 && r != 0xad:
		return false // most of all text; the tables say the same, slowly
	case r == '\u200c', r == '\u200d':
		return false
	}
	return unicode.Is(unicode.Cc, r) || unicode.Is(unicode.Noncharacter_Code_Point, r) ||
		unicode.Is(unicode.Cf, r) && !unicode.Is(unicode.Prepended_Concatenation_Mark, r)
}

// Clip cuts s to n runes, the last of them … where something was left out. It
// cuts at a space if one is near.
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

// Short is Clip(Clean(s), n) for texts of any length: what is far behind the cut
// is not looked at.
func Short(s string, n int) string {
	if most := 16 * n; len(s) > most {
		for most > 0 && !utf8.RuneStart(s[most]) {
			most--
		}
		s = s[:most]
	}
	return Clip(Clean(s), n)
}
