package inflect

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"watcher/internal/rules/words"
)

// finds reports whether the rule's word is found in a text whose article declares a
// language, or none.
func finds(tb testing.TB, rule, declared, text string) bool {
	tb.Helper()
	var b words.Buffer
	b.Scan(text, 0)
	langs, _ := Detect(declared, []string{text}, &b, len(b.Tokens))
	term := NewTerm(folded(tb, rule), rule)
	for i := range b.Tokens {
		t := &b.Tokens[i]
		if term.Joins(langs, b.Folded(t)) || term.Suffixed(b.Folded(t), text[t.Start:t.End]) {
			return true
		}
	}
	return false
}

// TestSentences searches short texts for words, with the language declared, undeclared, and
// with a feed that declares en whatever it carries. The language of a few words may not be
// clear: then some words are wrongly found, which is counted, but none is missed.
func TestSentences(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("testdata", "sentences.txt"))
	if err != nil {
		t.Fatal(err)
	}
	wrong, apart := map[string]int{}, 0
	for line := range strings.Lines(string(text)) {
		part := strings.Split(strings.TrimSpace(line), " | ")
		if line[0] == '#' {
			continue
		}
		if len(part) != 4 {
			t.Fatalf("%q has not four parts", line)
		}
		code, sentence := part[0], part[1]
		for _, declared := range []string{code, "", "en"} {
			for rule := range strings.FieldsSeq(part[2]) {
				if !finds(t, rule, declared, sentence) {
					t.Errorf("declared %q: %s not found in: %s", declared, rule, sentence)
				}
			}
			for rule := range strings.FieldsSeq(part[3]) {
				if declared == code {
					apart++
				}
				if finds(t, rule, declared, sentence) {
					if declared == code {
						t.Errorf("declared %q: %s found in: %s", declared, rule, sentence)
					}
					wrong[declared]++
					t.Logf("declared %q: %s found in: %s", declared, rule, sentence)
				}
			}
		}
	}
	for _, declared := range []string{"", "en"} {
		if wrong[declared]*20 > apart {
			t.Errorf("declared %q: %d of %d other words found", declared, wrong[declared], apart)
		}
	}
}
