package text

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestClean(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"plain text stays", "NATO's eFP battlegroup – Tapa", "NATO's eFP battlegroup – Tapa"},
		{"white space is one space, none at the ends", "\u00a0 a\r\n\tb\u2028c ", "a b c"},
		{"an escape sequence loses its escape", "\x1b]0;pwned\x07\x1b[2Jx\u009b31my", "]0;pwned[2Jx31my"},
		{"bidi overrides and isolates go", "\u202egnp.exe\u202c \u2066x\u2069\u200f", "gnp.exe x"},
		{"zero-width and tag characters go", "N\u200bA\u00adT\ufeffO\U000e0041", "NATO"},
		{"joiners stay, Persian and emoji need them", "می\u200cخواهم 👩\u200d✈️", "می\u200cخواهم 👩\u200d✈️"},
		{"invalid UTF-8 becomes the replacement character", "a\xffb", "a\ufffdb"},
		{"NUL goes", "a\x00b", "ab"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := Clean(tt.in); got != tt.want {
				t.Errorf("clean(%q) = %q, want %q", tt.in, got, tt.want)
			}
		})
	}
}

// TestUnseenShortCut shows that the common characters are told apart as the
// tables do it.
func TestUnseenShortCut(t *testing.T) {
	for r := range rune(unicode.MaxRune + 1) {
		want := unicode.In(r, unicode.Cc, unicode.Cf, unicode.Noncharacter_Code_Point) && !unicode.Is(unicode.Prepended_Concatenation_Mark, r) && r != 0x200c && r != 0x200d
		if Unseen(r) != want {
			t.Fatalf("unseen(%U) is %v", r, Unseen(r))
		}
	}
}

func TestClip(t *testing.T) {
	for _, tt := range []struct {
		name, in string
		n        int
		want     string
	}{
		{"what fits stays", "four", 4, "four"},
		{"characters are counted, not bytes", "õõõõ", 4, "õõõõ"},
		{"a word is not cut where a space is near", "one two three", 10, "one two…"},
		{"a long word is cut", strings.Repeat("x", 50), 10, "xxxxxxxxx…"},
		{"no comma or dash before the dots", "one, – two", 8, "one…"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := Clip(tt.in, tt.n); got != tt.want {
				t.Errorf("clip(%q, %d) = %q, want %q", tt.in, tt.n, got, tt.want)
			}
		})
	}
}

func FuzzClean(f *testing.F) {
	f.Add("a\x1b[31m \u202e b\xff", 5)
	f.Add("\u2067 x", 1)
	f.Fuzz(func(t *testing.T, in string, n int) {
		got := Clean(in)
		if !utf8.ValidString(got) || strings.ContainsFunc(got, Unseen) || strings.ContainsAny(got, "\r\n\t\x1b") || strings.TrimSpace(got) != got {
			t.Errorf("clean(%q) = %q", in, got)
		}
		if Clean(got) != got {
			t.Errorf("clean is not idempotent on %q", got)
		}
		if n > 1 && n < 1000 {
			if c := Clip(got, n); utf8.RuneCountInString(c) > n {
				t.Errorf("clip(%q, %d) = %q", got, n, c)
			}
		}
	})
}
