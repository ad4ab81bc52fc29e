package text_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"watcher/internal/testutil"
	"watcher/internal/text"
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
			if got := text.Clean(tt.in); got != tt.want {
				t.Errorf("Clean(%+q) = %+q, want %q", tt.in, got, tt.want)
			}
		})
	}
}

// TestUnseenShortCut shows that the short cut for common characters agrees with the tables.
func TestUnseenShortCut(t *testing.T) {
	for r := range rune(unicode.MaxRune + 1) {
		want := unicode.In(r, unicode.Cc, unicode.Cf, unicode.Noncharacter_Code_Point, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector) &&
			!unicode.Is(unicode.Prepended_Concatenation_Mark, r)
		if text.Unseen(r) != want {
			t.Fatalf("Unseen(%U) is %v", r, text.Unseen(r))
		}
	}
}

// TestNeeded shows which joiners and variation selectors belong to the spelling, and which
// only hide.
func TestNeeded(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"Persian parts a word from its ending", "کتاب\u200cها", "کتاب\u200cها"},
		{"and shortens the name of its calendar", "ه\u200d.ش", "ه\u200d.ش"},
		{"Malayalam wrote its chillu letters so", "ന്\u200d", "ന്\u200d"},
		{"an emoji of several", "👩\u200d🚀 🏳️\u200d🌈", "👩\u200d🚀 🏳️\u200d🌈"},
		{"between Latin letters they part a ligature", "Auf\u200clage", "Auf\u200clage"},
		{"beside a blank they join nothing", "\u200da \u200cb c\u200d", "a b c"},
		{"of several one is left", "a\u200d\u200d\u200cb", "a\u200cb"},
		{"a digit is joined to nothing", "1\u200d2", "12"},
		{"a selector of a form stays", "☎\ufe0f 葛\U000e0100", "☎\ufe0f 葛\U000e0100"},
		{"several in a row are a hidden message", "a\ufe01\ufe02\U000e0123", "a\ufe01"},
		{"one alone selects nothing", "\ufe0f a \ufe0f", "a"},
		{"fillers are letters that nobody sees", "\u3164\uffa0a\u115fb\u034fc", "abc"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := text.Clean(tt.in); got != tt.want {
				t.Errorf("Clean(%+q) = %+q, want %+q", tt.in, got, tt.want)
			}
			if got := text.Lines(tt.in); strings.Join(strings.Fields(got), " ") != tt.want {
				t.Errorf("Lines(%+q) = %+q, want %+q", tt.in, got, tt.want)
			}
		})
	}
}

func FuzzEscapeJSON(f *testing.F) {
	f.Add("a\u202eb\U000e0041\x7f\u200b \u2060\\\"")
	f.Fuzz(func(t *testing.T, s string) {
		in, err := json.Marshal(map[string]string{s: s})
		if err != nil {
			t.Fatal(err)
		}
		out := text.EscapeJSON(in, nil)
		var want, got any
		if err := json.Unmarshal(in, &want); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(out, &got); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s became %s: %v", in, out, err)
		}
		if strings.ContainsFunc(string(out), text.Unseen) {
			t.Errorf("left as it is: %+q", out)
		}
	})
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
			if got := text.Clip(tt.in, tt.n); got != tt.want {
				t.Errorf("Clip(%q, %d) = %q, want %q", tt.in, tt.n, got, tt.want)
			}
		})
	}
}

func FuzzClean(f *testing.F) {
	f.Add("a\x1b[31m \u202e b\xff", 5)
	f.Add("\u2067 x", 1)
	f.Add("a\u200d\u200b\ufe0fb \u200c\u200cن\u200c\u200b", 3)
	f.Fuzz(func(t *testing.T, in string, n int) {
		got := text.Clean(in)
		if !utf8.ValidString(got) || testutil.Hidden(got, "") >= 0 || strings.ContainsAny(got, "\r\n\t\x1b") || strings.TrimSpace(got) != got {
			t.Errorf("Clean(%+q) = %+q", in, got)
		}
		if text.Clean(got) != got {
			t.Errorf("Clean changes %+q once more", got)
		}
		if lines := text.Lines(in); testutil.Hidden(lines, "\n\t") >= 0 || text.Lines(lines) != lines || !utf8.ValidString(lines) {
			t.Errorf("Lines(%+q) = %+q", in, lines)
		}
		if n > 1 && n < 1000 {
			if c := text.Clip(got, n); utf8.RuneCountInString(c) > n {
				t.Errorf("Clip(%q, %d) = %q", got, n, c)
			}
		}
	})
}
