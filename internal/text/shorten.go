package text

import (
	"strings"
	"unicode"
)

// Shorten makes a stranger's words fit into a line of ours: at most n runes,
// with control and direction characters taken out and space normalised.
func Shorten(s string, n int) string {
	var b strings.Builder
	space := false
	count := 0
	for _, r := range s {
		if unicode.IsSpace(r) || unicode.IsControl(r) {
			space = b.Len() > 0
			continue
		}
		if r == unicode.ReplacementChar || Unsafe(r) {
			continue
		}
		if count++; count > n {
			b.WriteRune('…')
			break
		}
		if space {
			b.WriteByte(' ')
			space = false
		}
		b.WriteRune(r)
	}
	return b.String()
}

// Unsafe says whether r is invisible and changes how its neighbours are
// shown or found: direction marks and overrides (CVE-2021-42574), the soft
// hyphen, zero-width space, byte-order mark, tags, interlinear annotation,
// non-characters. The joiners U+200C and U+200D stay: Persian and Indic words
// and emoji need them.
func Unsafe(r rune) bool {
	switch {
	case r < 0xAD:
		return false
	case r == 0xAD, r == 0x61C, r == 0x180E, r == 0x200B, r == 0x200E, r == 0x200F, r == 0xFEFF:
		return true
	case r >= 0x202A && r <= 0x202E, r >= 0x2060 && r <= 0x206F, r >= 0xFFF9 && r <= 0xFFFB:
		return true
	case r >= 0xE0000 && r <= 0xE007F, r >= 0xFDD0 && r <= 0xFDEF, r&0xFFFE == 0xFFFE:
		return true
	}
	return false
}
