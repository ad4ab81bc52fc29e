package inflect

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// eachPair reads lines of the form: term | its forms | words that are none.
func eachPair(tb testing.TB, code string, each func(term, form string, want bool)) {
	tb.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", code+".txt"))
	if err != nil {
		tb.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		part := strings.Split(line, "|")
		if len(part) != 3 {
			tb.Fatalf("%s: %q has not three parts", code, line)
		}
		term := strings.TrimSpace(part[0])
		for i, want := range []bool{false, true, false} {
			if i > 0 {
				for f := range strings.FieldsSeq(part[i]) {
					each(term, f, want)
				}
			}
		}
	}
}

// TestPairs holds a term against its forms and against words that look alike,
// once as a word of its language alone and once among all languages of its
// script, as in an article whose language nobody knows.
func TestPairs(t *testing.T) {
	for i, code := range codes {
		t.Run(code, func(t *testing.T) {
			own := Langs(1 << i)
			script := Langs(latin)
			if own&cyrillic != 0 {
				script = cyrillic
			}
			join, apart, mixed := 0, 0, 0
			eachPair(t, code, func(term, form string, want bool) {
				w := NewTerm(folded(t, term), term)
				f := folded(t, form)
				if got := w.Joins(own, f); got != want {
					t.Errorf("%s and %s: joined %v, want %v", term, form, got, want)
				}
				if want {
					join++
					if !w.Joins(script, f) {
						t.Errorf("%s and %s: not joined among all languages", term, form)
					}
					return
				}
				apart++
				if w.Joins(script, f) {
					mixed++
					t.Logf("%s and %s: joined among all languages", term, form)
				}
			})
			t.Logf("%d pairs that must join, %d that must not, of them %d joined where the language is not known", join, apart, mixed)
		})
	}
}
