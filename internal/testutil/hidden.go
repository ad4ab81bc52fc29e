package testutil

import (
	"strings"
	"unicode"

	"watcher/internal/text"
)

// Hidden returns the index of the first character of what people are shown that
// hides or steers, -1 if there is none: one that nobody sees, but a joiner or a
// variation selector behind a character that is seen, which scripts and emoji are
// spelled with. own are characters that whoever printed it put there itself.
//
// It is told in another way than text.Clean goes, which it judges.
func Hidden(shown, own string) int {
	rs := []rune(shown)
	for i, r := range rs {
		if !text.Unseen(r) || strings.ContainsRune(own, r) {
			continue
		}
		behind := ' '
		if i > 0 {
			behind = rs[i-1]
		}
		selector := unicode.Is(unicode.Variation_Selector, r)
		switch {
		case !text.Spells(r), behind <= ' ':
			return i
		case text.Unseen(behind) && (selector || !unicode.Is(unicode.Variation_Selector, behind)):
			return i
		}
	}
	return -1
}
