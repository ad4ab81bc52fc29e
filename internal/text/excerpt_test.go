package text

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// shown writes an excerpt with its spans in brackets.
func shown(text string, spans [][2]int) string {
	var b strings.Builder
	at := 0
	for _, s := range spans {
		b.WriteString(text[at:s[0]] + "[" + text[s[0]:s[1]] + "]")
		at = s[1]
	}
	return b.String() + text[at:]
}

// placesOf returns where words stand in text, each once.
func placesOf(text string, words ...string) [][2]int {
	var spans [][2]int
	for _, w := range words {
		if i := strings.Index(text, w); i >= 0 {
			spans = append(spans, [2]int{i, i + len(w)})
		}
	}
	return spans
}

func TestExcerpt(t *testing.T) {
	filler := strings.Repeat("lorem ipsum dolor sit ", 40)
	for _, tt := range []struct {
		name  string // what the case shows
		text  string
		words []string
		want  string
	}{
		{"a short text is shown whole", "NATO sends a brigade.", []string{"brigade"}, "NATO sends a [brigade]."},
		{"line breaks and tabs become single spaces, and spans move with them", "NATO \n\t sends\r\n\r\na brigade", []string{"NATO", "brigade"}, "[NATO] sends a [brigade]"},
		{"terminal escapes and bidi overrides are dropped", "a\x1b[31m\u202eNATO\u202c b", []string{"NATO"}, "a[31m[NATO] b"},
		{"without spans it is the beginning", "One two. " + filler, nil, "One two. " + strings.Repeat("lorem ipsum dolor sit ", 10) + "lorem ipsum …"},
		{"a span deep inside is surrounded by whole words", filler + "NATO " + filler, []string{"NATO"}, "… dolor sit " + strings.Repeat("lorem ipsum dolor sit ", 3) + "[NATO] " + strings.Repeat("lorem ipsum dolor sit ", 7) + "…"},
		{"at the end the room before the span is used", filler + "NATO.", []string{"NATO"}, "… dolor sit " + strings.Repeat("lorem ipsum dolor sit ", 10) + "[NATO]."},
		{"the place with most matches wins over the first", "Baltic " + filler + " NATO and Estonia " + filler, []string{"Baltic", "NATO", "Estonia"}, "… sit " + strings.Repeat("lorem ipsum dolor sit ", 3) + "[NATO] and [Estonia] " + strings.Repeat("lorem ipsum dolor sit ", 6) + "lorem ipsum dolor …"},
		{"text without spaces is cut between characters", strings.Repeat("防衛省は", 100) + "北大西洋" + strings.Repeat("条約機構", 100), []string{"北大西洋"}, "… 省は" + strings.Repeat("防衛省は", 19) + "[北大西洋]" + strings.Repeat("条約機構", 39) + "条約 …"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, shown(Excerpt(tt.text, placesOf(tt.text, tt.words...)))); diff != "" {
				t.Errorf("excerpt (-want +got):\n%s", diff)
			}
		})
	}
}

func TestExcerptMendsSpans(t *testing.T) {
	const text = "Šiauliai and Pärnu"
	for _, tt := range []struct {
		name  string
		spans [][2]int
		want  string
	}{
		{"in any order", [][2]int{{14, 20}, {0, 9}}, "[Šiauliai] and [Pärnu]"},
		{"overlapping spans are one", [][2]int{{0, 5}, {2, 9}}, "[Šiauliai] and Pärnu"},
		{"touching spans stay two", [][2]int{{0, 5}, {5, 9}}, "[Šiau][liai] and Pärnu"},
		{"a cut character is taken whole", [][2]int{{1, 4}}, "[Šia]uliai and Pärnu"},
		{"out of range is cut to the text", [][2]int{{-4, 2}, {14, 4000}}, "[Š]iauliai and [Pärnu]"},
		{"empty, reversed and absurd ones are dropped", [][2]int{{3, 3}, {9, 2}, {500, 600}, {-9, -3}}, "Šiauliai and Pärnu"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, shown(Excerpt(text, tt.spans))); diff != "" {
				t.Errorf("excerpt (-want +got):\n%s", diff)
			}
		})
	}
}

func FuzzExcerpt(f *testing.F) {
	f.Add("NATO sends a brigade", 0, 4, 13, 20)
	f.Add(strings.Repeat("word \u202e\x1b", 200)+"NATO", 1400, 1500, -1, 7)
	f.Add(strings.Repeat("é", 500), 3, 900, 2, 1)
	f.Add("\xff\xfe\x80"+strings.Repeat(" \u00a0", 300)+"x", 0, 2, 600, 700)
	f.Fuzz(func(t *testing.T, text string, a, b, c, d int) {
		spans := [][2]int{{a, b}, {c, d}}
		before := slices.Clone(spans)
		piece, kept := Excerpt(text, spans)
		if !slices.Equal(before, spans) {
			t.Error("the caller's spans were changed")
		}
		if n := utf8.RuneCountInString(piece); n > ExcerptRunes+4 {
			t.Errorf("%d characters", n)
		}
		if !utf8.ValidString(piece) || Clean(piece) != piece {
			t.Errorf("not clean: %q", piece)
		}
		at := 0
		for _, s := range kept {
			if s[0] < at || s[1] <= s[0] || s[1] > len(piece) || !utf8.ValidString(piece[s[0]:s[1]]) {
				t.Fatalf("span %v of %q", s, piece)
			}
			at = s[1]
		}
		// A first span that is visible in the cleaned text is in the excerpt.
		if cleaned, moved := CleanSpans(text, TidySpans(text, spans)); len(moved) > 0 && len(kept) == 0 {
			t.Errorf("no span left of %q %v", cleaned, moved)
		}
	})
}
