package text

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Shorten fits a stranger's words into a line of ours: Clean, without invalid UTF-8,
// cut after n characters not counting blanks, with … at the cut.
func Shorten(s string, n int) string {
	s = Clean(strings.Map(func(r rune) rune {
		switch {
		case r == utf8.RuneError:
			return -1
		case unicode.IsControl(r):
			return ' '
		}
		return r
	}, prefix(s, n)))
	count := 0
	for i, r := range s {
		if r == ' ' {
			continue
		}
		if count++; count > n {
			return strings.TrimRight(s[:i], " ") + "…"
		}
	}
	return s
}

// prefix is as much of s as n clean characters can come from.
func prefix(s string, n int) string {
	most := 16 * n
	if len(s) <= most {
		return s
	}
	for most > 0 && !utf8.RuneStart(s[most]) {
		most--
	}
	return s[:most]
}
